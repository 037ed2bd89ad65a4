"""A production made ready: chosen, rendered, numbered, read for what is protected. Nothing is written but scratch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evidencekit.binder.cache import Cache
from evidencekit.binder.prepare import render
from evidencekit.binder.values import BoundItem
from evidencekit.casefile import Case
from evidencekit.casefile.holding import held_back
from evidencekit.casefile.protection import protection_of
from evidencekit.errors import UsageError
from evidencekit.job import Job
from evidencekit.model import HeldBack, Hit, Kind, Pages, Part
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter
from evidencekit.production.again import recalled, replaced, replaced_elsewhere
from evidencekit.production.earlier import Earlier, earlier, got, issued, prefix_next
from evidencekit.production.gather import checked_order, gather, printables
from evidencekit.production.plan import NAMED_ONLY, Choice, apart, choose, may_name, plan, showing, stays
from evidencekit.production.sheets import native_sheet
from evidencekit.production.sweep import Leaving, sweep, unread
from evidencekit.production.texts import extract_texts
from evidencekit.production.values import Named, Order, ProducedItem, Production

_NO_WORDS = "[No text could be extracted from this item.]\n"
_SHOWING = "its pages may show what is held back of what lies inside it"


@dataclass(frozen=True, slots=True)
class Ready:
    """A production as it would leave: its plan, each item's pages (``pdfs``, not stamped yet) and ``texts`` by item
    number, every open hit, where what stays is ``named`` in what goes, what a person should know, and the production
    ``begun`` before that it is, if any."""

    production: Production
    pdfs: Mapping[str, Path]
    texts: Mapping[str, Path]
    hits: tuple[Hit, ...]
    named: tuple[Named, ...]
    warnings: tuple[str, ...]
    begun: Earlier | None


def make_ready(case: Case, order: Order, paper: Sheet, by: str, scratch: Path, job: Job, *, shelf: Path) -> Ready:
    """Choose, render, number and read what would leave. ``scratch`` is this run's own folder, ``shelf`` keeps
    renditions between runs.

    Raises :class:`UsageError` when the order cannot be kept or nothing is left to produce, and what rendering raises.
    """
    gathered = gather(case)
    order = checked_order(order, {each.item for each in gathered.items})
    protection = protection_of(case.checked)
    before = earlier(case.checked)
    held = held_back(gathered.items, protection)
    choice = choose(gathered.items, order, held, got(before, order.to))
    if not choice.items:
        raise _nothing(order, gathered.items, held)
    hidden = frozenset(each.sha256 for each in gathered.items if stays(held.get(each.item)))
    bound = list(printables(case, [each.item for each in choice.items], gathered.acquisitions, hidden))
    pages = _rendered(bound, showing(gathered.items, hidden), paper, Cache(shelf, case.home.mac), job)
    planned = _planned(case, order, by, before, choice, pages)
    pdfs = _with_sheets(planned, bound, pages, paper, scratch, job)
    own = {number: pdf for number, pdf in pdfs.items() if _printed(pages[number])}
    planned = replace(planned, items=tuple(_drawn(each, pdfs[each.item], own) for each in planned.items))
    texts = extract_texts(case, [each.item for each in planned.items], own, scratch / "text", job)
    wordless = [each.item for each in planned.items if each.item not in texts]
    texts |= _without_words(wordless, scratch)
    begun = next((each for each in reversed(before) if not each.finished and each.is_of(planned)), None)
    if begun is not None:
        planned = replace(planned, number=begun.number, by=str(begun.body.get("by", by)))
    held_sizes = {each.sha256: each.size for each in gathered.items if each.sha256 in hidden and each.size}
    names = may_name(gathered.items, held, {each.number: each.context.hidden for each in bound})
    sheets = frozenset(each.item for each in planned.items if each.item not in own)
    leaving = Leaving(case, planned, pdfs, texts, held_sizes, names, sheets)
    swept = sweep(leaving, protection, job)
    warnings = (*_warnings(planned, pages), *_since(planned, before), *unread(leaving, protection, wordless))
    return Ready(planned, pdfs, texts, swept.hits, swept.named, warnings, begun)


def _rendered(
    bound: Sequence[BoundItem], showing: frozenset[str], paper: Sheet, cache: Cache, job: Job
) -> dict[str, Pages]:
    """Each item's pages; no reader is started for what no reader prints."""
    without = Pages(None, 0, warnings=(_SHOWING,), whole=False)
    found = {each.number: without for each in bound if each.number in showing}
    found |= {each.number: Pages(None, 0) for each in bound if each.kind is Kind.OTHER}
    return found | render([each for each in bound if each.number not in found], paper, cache, job)


def _nothing(order: Order, items: Sequence[ProducedItem], held: Mapping[str, HeldBack]) -> UsageError:
    """Why nothing is left to produce, and what to do about it."""
    if not items:
        return UsageError("The case has no items yet, so there is nothing to produce.", todo="Take something in first.")
    if choose(items, replace(order, only_new=False), held, {}).items:
        return UsageError(
            f"{order.to} has everything already that may go; there is nothing new to produce.",
            todo="Leave out --only-new to produce it again under the same numbers.",
        )
    which = "All that belongs to the chosen items" if order.items else "Every item of the case"
    return UsageError(
        f"{which} is held back as a whole, so there is nothing to produce.",
        todo="Choose others, or give some of it back: `evidencekit withhold CASE --list` tells what is held back.",
    )


def _planned(
    case: Case, order: Order, by: str, before: Sequence[Earlier], choice: Choice, pages: Mapping[str, Pages]
) -> Production:
    numbers = issued(before)
    prefix = order.prefix or prefix_next(before, order.to, case.info.number)
    number = max((each.number for each in before), default=0) + 1
    counts = {number: each.count if _printed(each) else 1 for number, each in pages.items()}
    return plan(case.info, order, number, by, choice, counts, prefix, numbers)


def _drawn(item: ProducedItem, pdf: Path, own: Mapping[str, Path]) -> ProducedItem:
    """The item with the digest of its pages, and with what is held back of it when none of them are its own."""
    redacted = item.redacted if item.native or item.item in own else NAMED_ONLY
    return replace(item, redacted=redacted, drawn=hashlib.sha256(pdf.read_bytes()).hexdigest())


def _printed(pages: Pages) -> bool:
    return pages.pdf is not None and pages.count > 0


def _with_sheets(
    planned: Production, bound: Sequence[BoundItem], pages: Mapping[str, Pages], paper: Sheet, scratch: Path, job: Job
) -> dict[str, Path]:
    """Each item's pages; the one that stands for it, where it has none."""
    typesetter, items = Typesetter(), {each.number: each for each in bound}
    folder = scratch / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for done, each in enumerate(planned.items):
        told = pages[each.item]
        if told.pdf is not None and told.count:
            found[each.item] = told.pdf
            continue
        job.step(done, len(planned.items), f"A page for {each.item}")
        out = found[each.item] = folder / f"{each.item}.pdf"
        native_sheet(each, items[each.item], told, paper, out, typesetter)
    return found


def _without_words(numbers: Sequence[str], scratch: Path) -> dict[str, Path]:
    """A review platform wants a text beside every item; where there is none, it says so."""
    told = scratch / "no-text.txt"
    told.write_text(_NO_WORDS, "utf-8")
    return dict.fromkeys(numbers, told)


def _since(planned: Production, before: Sequence[Earlier]) -> Iterator[str]:
    """What a person should know of what went before."""
    done = [each for each in before if each.finished]
    for told in (replaced, replaced_elsewhere, recalled):
        yield from told(planned, done)


def _warnings(planned: Production, pages: Mapping[str, Pages]) -> Iterator[str]:
    for each in planned.items:
        told = pages[each.item]
        if not each.native and not _printed(told):
            yield f"{each.item}: only a page that names it goes, for its native file is held back."
        elif not told.whole and not each.native:
            yield f"{each.item}: its pages do not hold everything, and its native file is held back."
        for note in told.warnings:
            if each.kind not in (Kind.AUDIO, Kind.VIDEO):
                yield f"{each.item}: {note}"
    for top in apart(planned):
        yield f"{top}: part of its family went before, so their numbers do not follow one another; the index tells."
    stay = sum(each.part is Part.WHOLE for each in planned.held)
    if stay:
        yield f"{stay} item{'' if stay == 1 else 's'} held back as a whole; the letter says on what basis."
