"""The letter that goes with a production, as a PDF beside the package: what is enclosed, what is withheld and on what
basis, and how to check the package against something that does not come out of it. A person signs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evidencekit.binder.front import checkpoint_data
from evidencekit.binder.words import day, plural, short_size
from evidencekit.casefile import TOOL, Case
from evidencekit.custody.checkpoint import BadNote, Checkpoint
from evidencekit.custody.names import shown
from evidencekit.model import HeldBack, Kind, Part
from evidencekit.printing.output import sign_as_ours, write_whole
from evidencekit.printing.paper import SIZES, PaperName
from evidencekit.production.again import given_before, numbers_told, recalled
from evidencekit.production.bates import span
from evidencekit.production.earlier import earlier
from evidencekit.production.index import by_kind
from evidencekit.production.loadfile import dat
from evidencekit.production.plan import NAMED_ONLY, ranges
from evidencekit.production.values import Package, Production

_SIDE, _TOP, _FOOT = 62.0, 60.0, 62.0
_NUMBER = re.compile(r"(.*?)([0-9]+)")


def write_letter(
    case: Case, production: Production, package: Package, out: Path, *, paper: PaperName = PaperName.LETTER
) -> None:
    """Write the letter of a finished production as the PDF ``out``, whole or not at all; the same package gives the
    same bytes. Raises :class:`~evidencekit.errors.UsageError` for a folder that is not there,
    :class:`~evidencekit.errors.StorageError` when the disk refuses.
    """
    data = letter_data(case, production, package, paper)
    write_whole(out, lambda draft: _typeset(data, draft))


def _typeset(data: Mapping[str, Any], out: Path) -> None:
    from evidencekit.printing.typeset import compile_pdf

    compile_pdf("production_letter.typ", data, out, moment=data["moment"] or None)
    sign_as_ours(out)


def letter_data(case: Case, production: Production, package: Package, paper: PaperName) -> dict[str, Any]:
    """What the template is given."""
    info, order, seal = production.case, production.order, package.seal
    width, height = SIZES[paper]
    before = [each for each in earlier(case.checked) if each.finished and each.number < production.number]
    return {
        "page": {"width": width, "height": height, "left": _SIDE, "right": _SIDE, "top": _TOP, "bottom": _FOOT},
        "agency": info.agency,
        "court": [part for part in (info.court, info.jurisdiction) if part],
        "caption": info.caption,
        "number": info.number,
        "production": production.number,
        "moment": seal.time,
        "date": day(seal.time, info.timezone),
        "to": order.to,
        "facts": list(_facts(production)),
        "note": [line for line in order.note.split("\n") if line.strip()],
        "ranges": [(span(first, last), f"{pages:,}") for first, last, pages in ranges(production)],
        "numbers": list(numbers_told(production, before)),
        "before": given_before(production, before),
        "families": len({each.family_begin for each in production.items if each.family_begin}),
        "natives": _natives(production),
        "held": held_rows(production.held),
        "nothing_held": _nothing_held(production),
        "held_parts": _held_parts(production),
        "recalled": list(recalled(production, before)),
        "designation": order.confidentiality,
        "checkpoint": checkpoint_data(seal, info.timezone),
        "signers": _signers(case, package),
        "sums": [
            ("verify.py", package.verify),
            ("tagmanifest-sha256.txt", package.tagmanifest),
            ("manifest-sha256.txt", package.manifest),
        ],
        "replaced": dat(production)[1],
        "line": f"{seal.size:,}",
        "by": production.by,
        "tool": TOOL,
    }


def _facts(production: Production) -> Iterator[tuple[str, str]]:
    order = production.order
    court = ", ".join(part for part in (production.case.court, production.case.jurisdiction) if part)
    yield "Case", f"{production.case.caption}, no. {production.case.number}"
    if court:
        yield "Court", court
    supplement = ", a supplement to what you have" if order.only_new else ""
    yield "Production", f"{production.number}{supplement}"
    if order.medium:
        yield "Medium", order.medium
    size = short_size(sum(each.size for each in production.items if each.native))
    yield "Items", f"{plural(len(production.items), 'item', 'items')}: {by_kind(production)}"
    yield "Pages", f"{production.pages:,}, and {size} of native files"


def _natives(production: Production) -> dict[str, int]:
    return {
        "with": sum(bool(each.native) for each in production.items),
        "without": sum(not each.native for each in production.items),
        "texts": sum(bool(each.text) for each in production.items),
        "recordings": sum(each.kind in (Kind.AUDIO, Kind.VIDEO) for each in production.items),
    }


def held_rows(held: Sequence[HeldBack]) -> list[dict[str, str]]:
    """What is withheld, one row for each basis and part: the basis, how many, which items."""
    groups: dict[tuple[Part, str], list[str]] = {}
    for each in held:
        groups.setdefault((each.part, each.basis), []).append(each.item)
    return [
        {
            "items": ", ".join(item_runs(items)),
            "part": _part(part, len(items)),
            "basis": shown_lines(basis) or "No basis was recorded.",
        }
        for (part, basis), items in sorted(groups.items(), key=lambda each: each[0][0] is not Part.WHOLE)
    ]


def _part(part: Part, count: int) -> str:
    if part is Part.WHOLE:
        return plural(count, "item", "items")
    return plural(count, "native file", "native files")


def shown_lines(text: str) -> str:
    """A person's words for a page: its lines in one, hidden characters by their code point."""
    return shown(" ".join(text.split()))


def item_runs(items: Iterable[str]) -> list[str]:
    """Item numbers as unbroken runs: “ITEM-0003”, “ITEM-0010 to ITEM-0019”."""
    found: list[list[str]] = []
    for item in sorted(set(items), key=lambda each: (len(each), each)):
        if found and _follows(found[-1][-1], item):
            found[-1].append(item)
        else:
            found.append([item])
    return [each for run in found for each in (run if len(run) < 3 else [f"{run[0]} to {run[-1]}"])]


def _follows(before: str, after: str) -> bool:
    left, right = _NUMBER.fullmatch(before), _NUMBER.fullmatch(after)
    return bool(left and right) and left[1] == right[1] and int(right[2]) == int(left[2]) + 1  # type: ignore[index]


def _held_parts(production: Production) -> str:
    """How much is withheld; of what goes now, whether its pages do."""
    whole = sum(each.part is Part.WHOLE for each in production.held)
    going = {each.item: each.redacted for each in production.items}
    natives = [going.get(each.item) for each in production.held if each.part is Part.NATIVE]
    named, elsewhere = natives.count(NAMED_ONLY), natives.count(None)
    parts = [plural(whole, "item is", "items are") + " withheld"] if whole else []
    for count, rest in (
        (len(natives) - named - elsewhere, "; the pages are produced"),
        (named, "; only a page that names it is produced"),
        (elsewhere, ", which is not part of this production"),
    ):
        further = "further " if parts else ""
        if count:
            parts.append(f"of {plural(count, f'{further}item', f'{further}items')} the native file is withheld{rest}")
    return "; ".join(parts)


def _nothing_held(production: Production) -> str:
    which = "of those chosen for it, and of their families," if production.order.items else "in the record of this case"
    return f"No item {which} is recorded as withheld from this production."


def _signers(case: Case, package: Package) -> list[tuple[str, str, str]]:
    """Everybody who signed the checkpoint: person, the key's short name, its fingerprint."""
    try:
        names = [name for name, _, _ in Checkpoint.parse(package.seal.note.encode()).signatures]
    except BadNote:
        names = [package.seal.key]
    people = {
        str(line.fields.get("fingerprint")): str(line.fields.get("person") or line.actor)
        for line in case.checked.lines
        if line.act == "key-add"
    }
    found = []
    for name in names:
        key = case.checked.state.key_named(name)
        fingerprint = key.fingerprint if key else ""
        found.append((people.get(fingerprint, ""), name.rpartition("/")[2], fingerprint))
    return found
