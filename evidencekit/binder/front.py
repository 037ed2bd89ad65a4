"""Front matter of each volume: cover, index of exhibits, and in the first volume the chronology.

Typeset once: the exhibits' pages are known from the plan, and the template adds the front matter's own length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from evidencekit.binder.place import exhibit_target, item_target, placed, range_of, volume_title
from evidencekit.binder.plan import Plan, PlannedExhibit, PlannedVolume
from evidencekit.binder.slips import table_page, text_page
from evidencekit.binder.values import BinderInput, BoundExhibit, Record, Seal
from evidencekit.binder.words import clock, day, parts
from evidencekit.model import ChronologyRow, Placed, Status
from evidencekit.moments import UNDATED
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typeset, Typesetter
from evidencekit.profile import Profile

_BREAKS = 36  # lines: a row of the index that is longer is torn over pages
_HELD = 12  # lines that are held on one page for the sake of their headings

METHOD = (
    "This table lists items, milestones and incidents in the order in which they happened; what has no date stands "
    "first. Each row says where its time and zone come from and cites the exhibit it rests on. Rows describe; they "
    "do not argue."
)


@dataclass(frozen=True, slots=True)
class Binding:
    """Everything front and back matter are made from, once the plan is sealed."""

    binder: BinderInput
    plan: Plan
    profile: Profile
    record: Record
    sheet: Sheet


def front_matters(binding: Binding, folder: Path, typesetter: Typesetter) -> tuple[Typeset, ...]:
    """The front matter of every volume, in order, as ``front-<volume>.pdf`` in ``folder``.

    The first volume cites pages of the others, so it is typeset last. Raises
    :class:`~evidencekit.errors.BuildError` when a page cannot be typeset.
    """
    done: dict[int, Typeset] = {}
    for volume in reversed(binding.plan.volumes):
        known = placed(binding.plan, {number: typeset.pages for number, typeset in done.items()})
        out = folder / f"front-{volume.number}.pdf"
        done[volume.number] = front_matter(binding, volume, known, out, typesetter)
    return tuple(done[volume.number] for volume in binding.plan.volumes)


def front_matter(
    binding: Binding, volume: PlannedVolume, known: Mapping[str, Placed], out: Path, typesetter: Typesetter
) -> Typeset:
    """The front matter of one volume. ``known`` places exhibits of volumes typeset before, by label."""
    return typesetter.typeset(
        "front.typ", front_data(binding, volume, known), out, moment=binding.record.seal.time or None
    )


def front_data(binding: Binding, volume: PlannedVolume, known: Mapping[str, Placed]) -> dict[str, Any]:
    """What the front matter's template is given."""
    case = binding.binder.case
    data: dict[str, Any] = {
        "page": text_page(binding.sheet),
        "table": table_page(binding.sheet),
        "title": f"{case.caption} · {volume_title(binding.plan, volume)}",
        "duplex": binding.plan.duplex,
        "body": volume.body,
        "cover": _cover(binding, volume),
        "index": _index(binding, volume, known),
    }
    if volume.number == 1 and binding.binder.chronology:
        planned = {exhibit.label: exhibit for exhibit in binding.plan.exhibits}
        rows = [_chronology_row(row, volume, planned, known) for row in binding.binder.chronology]
        data["chronology"] = {"rows": rows, "note": METHOD}
    return data


def qr_svg(note: str) -> str:
    """The signed note as a QR code, an SVG picture; the same note gives the same picture."""
    out = BytesIO()
    _qr(note).save(out, kind="svg", border=0, xmldecl=False, svgns=True, nl=False, omitsize=True)
    return out.getvalue().decode()


def qr_modules(note: str) -> tuple[tuple[bool, ...], ...]:
    """The same QR code as its rows of modules, True where one is dark, without the quiet border."""
    return tuple(tuple(bool(module) for module in row) for row in _qr(note).matrix)


@lru_cache(maxsize=4)
def _qr(note: str) -> Any:
    # Front and back of a volume show the same, and a count of the pages is followed by another; one costs as much as
    # the typesetting of both.
    import segno

    return segno.make(note.encode(), error="m", micro=False)


def _cover(binding: Binding, volume: PlannedVolume) -> dict[str, Any]:
    case, seal = binding.binder.case, binding.record.seal
    facts = (
        ("Case no.", case.number),
        ("Agency", case.agency),
        ("Prepared by", binding.record.prepared_by),
        ("Built", clock(seal.time, case.timezone)),
    )
    return {
        "court": [part for part in (case.court, case.jurisdiction) if part],
        "caption": case.caption,
        "subtitle": volume_title(binding.plan, volume),
        "facts": [(label, value) for label, value in facts if value],
        "volumes": [(f"Volume {v.number}", range_of(v) or "no exhibits") for v in binding.plan.volumes],
        "checkpoint": checkpoint_data(seal, case.timezone),
    }


def checkpoint_data(seal: Seal, zone: str) -> dict[str, Any]:
    """The checkpoint as it is printed: size, root, when it was sealed, key, fingerprint and the note's QR code."""
    return {
        "size": f"{seal.size:,}",
        "sealed": clock(seal.time, zone),
        "root": seal.root,
        "key": key_id(seal),
        "fingerprint": seal.fingerprint,
        "qr": qr_svg(seal.note),
    }


def key_id(seal: Seal) -> str:
    """The short name of the signing key: the last part of ``evidencekit/<case uuid>/<key id>``."""
    return seal.key.rpartition("/")[2]


def _index(binding: Binding, volume: PlannedVolume, known: Mapping[str, Placed]) -> dict[str, Any]:
    several = len(binding.plan.volumes) > 1
    complete = volume.number == 1
    shown = binding.plan.volumes if complete else (volume,)
    planned = {exhibit.label: (v, exhibit) for v in shown for exhibit in v.exhibits}
    listed = [exhibit for exhibit in binding.binder.exhibits if exhibit.label in planned]
    bands = _milestones(binding.binder.exhibits, binding.binder.chronology)
    headed = whole_groups(binding.binder.exhibits)
    rows: list[dict[str, Any]] = []
    group = ""
    for number, exhibit in enumerate(listed):
        heading = exhibit.group if exhibit.group in headed else ""
        over: list[dict[str, Any]] = [{"kind": "group", "title": heading}] if heading not in ("", group) else []
        if complete or number:  # a later volume shows what stands between its own exhibits
            over += [_band(row, volume) for row in bands.get(exhibit.label, ())]
        home, place = planned[exhibit.label]
        row = _index_row(binding, exhibit, place, home, volume, known)
        stretch = [*over, row]
        stretch[0]["apart"] = bool(group and not heading)
        rows += stretch
        group = heading
    if complete:
        rows += [_band(row, volume) for row in bands.get("", ())]
    note = "Page is the number printed at the foot of the page."
    if any(row.get("remark") for row in rows):
        note += " A native file is played or opened from the folder “native” beside the binder."
    if several:
        note += (
            " Vol. is the volume the exhibit is bound in; page numbers begin anew in each."
            if complete
            else f" This index lists volume {volume.number}; the complete index is in volume 1."
        )
    columns = _filled(rows, {"volume"} if not (several and complete) else set())
    rows = [{"apart": False, **row, "long": lines_of(row) > _BREAKS} for row in rows]
    return {"rows": rows, "runs": held_runs(rows), "columns": columns, "note": note}


def lines_of(row: Mapping[str, Any]) -> float:
    """About how many lines a row of the index takes, seldom too few."""
    if row["kind"] == "exhibit":
        when = sum(len(part) + 1 for part in row["when"])
        return 1.5 + max(len(row["title"]) / 20, len(row["witness"]) / 8, when / 9, len(row["label"]) / 5)
    return 2 + len(row["title"]) / 50


def held_runs(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """The rows as runs (first, end) that stay on one page each: headings and bands with the exhibit they stand over.

    No run is higher than half a page or so: a long row stands alone, and of many bands only the last are held with
    their exhibit.
    """
    runs: list[tuple[int, int]] = []
    end = len(rows)
    while end:
        first, height = end - 1, lines_of(rows[end - 1])
        while first and rows[first - 1]["kind"] != "exhibit":
            height += lines_of(rows[first - 1])
            needed = end - first == 1 or rows[first - 1]["kind"] == "group"
            if height > (_BREAKS if needed else _HELD):
                break
            first -= 1
        runs.append((first, end))
        end = first
    return runs[::-1]


def whole_groups(exhibits: Sequence[BoundExhibit]) -> set[str]:
    """The groups whose exhibits all stand together in the order; only such a group can have one heading."""
    runs = Counter(group for group, _ in groupby(exhibits, key=lambda exhibit: exhibit.group))
    return {group for group, times in runs.items() if group and times == 1}


def _filled(rows: Sequence[Mapping[str, Any]], never: set[str]) -> list[str]:
    """The columns of the index that some exhibit has something to say in."""
    always = {"label", "title", "pages", "page"}
    exhibits = [row for row in rows if row["kind"] == "exhibit"]
    return [
        name
        for name in ("label", "offered", "marked", "admitted", "title", "witness", "when", "pages", "volume", "page")
        if name not in never and (name in always or any(row[name] for row in exhibits))
    ]


def _index_row(
    binding: Binding,
    exhibit: BoundExhibit,
    place: PlannedExhibit,
    home: PlannedVolume,
    here: PlannedVolume,
    known: Mapping[str, Placed],
) -> dict[str, Any]:
    zone = binding.binder.case.timezone
    here_bound = home.number == here.number and not exhibit.withdrawn
    elsewhere = known.get(exhibit.label)
    only = exhibit.items[0] if len(exhibit.items) == 1 else None
    native = not exhibit.withdrawn and not any(item.pages for item in place.items)
    return {
        "kind": "exhibit",
        "label": exhibit.label,
        "withdrawn": exhibit.withdrawn,
        "title": binding.profile.omitted if exhibit.withdrawn else exhibit.title or (only.name if only else ""),
        "remark": "native file" if native else "",
        "witness": "" if exhibit.withdrawn else exhibit.witness,
        "when": [] if exhibit.withdrawn else parts(_document_date(exhibit.when or (only.when if only else ""))),
        "marked": parts(_date(exhibit, Status.MARKED, zone)),
        "offered": parts(_date(exhibit, Status.OFFERED, zone)),
        "admitted": parts(_ruling(exhibit, zone)),
        "pages": "—" if exhibit.withdrawn else str(place.pages),
        "volume": "—" if exhibit.withdrawn else str(home.number),
        "offset": place.offset if here_bound else None,
        "page": str(elsewhere.first_page) if elsewhere else "—",
        "target": exhibit_target(exhibit.label) if here_bound else "",
    }


def _document_date(when: str) -> str:
    """The date alone of a printed date and time; a person's words as they are."""
    date, comma, clock_words = when.partition(", ")
    return date if comma and clock_words[:2].isdigit() and date[-4:].isdigit() else when


def _date(exhibit: BoundExhibit, status: Status, zone: str) -> str:
    return next((day(date, zone) for step, date in exhibit.dates if step is status), "")


def _ruling(exhibit: BoundExhibit, zone: str) -> str:
    if exhibit.status is Status.EXCLUDED:
        return f"Excluded {_date(exhibit, Status.EXCLUDED, zone)}".strip()
    return _date(exhibit, Status.ADMITTED, zone) or ("yes" if exhibit.status is Status.ADMITTED else "")


def _milestones(exhibits: Sequence[BoundExhibit], rows: Sequence[ChronologyRow]) -> dict[str, list[ChronologyRow]]:
    """Milestones by the label of the exhibit they stand before ("" at the end); none unless the exhibits follow the
    chronology, for a band between exhibits out of order would mislead."""
    dated = [row for row in rows if row.date != UNDATED]
    labels = {exhibit.label for exhibit in exhibits}
    first: dict[str, int] = {}
    for at, row in enumerate(dated):
        if row.exhibit in labels:
            first.setdefault(row.exhibit, at)
    order = [(first[exhibit.label], exhibit.label) for exhibit in exhibits if exhibit.label in first]
    if not order or order != sorted(order, key=lambda entry: entry[0]):
        return {}
    bands: dict[str, list[ChronologyRow]] = {}
    for at, row in enumerate(dated):
        if row.milestone:
            before = next((label for place, label in order if place >= at), "")
            bands.setdefault(before, []).append(row)
    return bands


def _band(row: ChronologyRow, volume: PlannedVolume) -> dict[str, Any]:
    return {
        "kind": "milestone",
        "title": f"{row.date} — {row.what}",
        "label": row.exhibit,
        "offset": next((e.offset for e in volume.exhibits if e.label == row.exhibit and not e.withdrawn), None),
    }


def _chronology_row(
    row: ChronologyRow, volume: PlannedVolume, planned: Mapping[str, PlannedExhibit], known: Mapping[str, Placed]
) -> dict[str, Any]:
    labels = [label for label, _ in row.cites] or ([row.exhibit] if row.exhibit else [])
    return {
        "n": row.n,
        "date": row.date,
        "time": row.time,
        "zone": row.zone,
        "channel": row.channel,
        "what": row.what,
        "categories": list(row.categories),
        "milestone": row.milestone,
        "location": row.location,
        "witness": row.witness,
        "reported": row.reported,
        "cites": [_cite(row, planned[label], volume, known) for label in labels if label in planned],
    }


def _cite(
    row: ChronologyRow, exhibit: PlannedExhibit, volume: PlannedVolume, known: Mapping[str, Placed]
) -> dict[str, Any]:
    """The exhibit, and the page where the row's item begins in it."""
    label = exhibit.label
    here = exhibit in volume.exhibits and not exhibit.withdrawn
    elsewhere = known.get(label)
    within, item = exhibit.start_of(row.items)
    target = item_target(label, item) if item else exhibit_target(label)
    return {
        "label": label,
        "offset": exhibit.offset + within if here else None,
        "words": f"vol. {elsewhere.volume}, p. {elsewhere.first_page + within}" if elsewhere else "",
        "target": target if here else "",
    }
