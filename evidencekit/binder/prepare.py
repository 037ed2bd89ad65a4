"""Preparing exhibits for print: each item's pages in a contained worker, cached by digest and paper, then slip sheets.

Independent of the numbering, so that a late exhibit costs only its own pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidencekit.binder.cache import Cache
from evidencekit.binder.plan import ExhibitCount
from evidencekit.binder.slips import slip_sheet
from evidencekit.binder.values import BinderInput, BoundExhibit, BoundItem
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.model import Pages
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typeset, Typesetter

_FORMAT = 2  # raise it when the same item would print differently
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything printable of a binder but its own matter. ``pages`` by item number; ``slips`` by label; ``natives``
    the file name under ``native/`` of each item that paper does not hold, or not as a whole."""

    pages: dict[str, Pages]
    slips: dict[str, Typeset]
    natives: dict[str, str]

    def counts(self, binder: BinderInput) -> list[ExhibitCount]:
        """Page counts for the plan, one per exhibit in order."""
        return [
            ExhibitCount(
                each.label,
                self.slips[each.label].pages if each.label in self.slips else 0,
                tuple((item.number, self.pages[item.number].count) for item in each.items),
            )
            for each in binder.exhibits
        ]


def prepare(
    binder: BinderInput, sheet: Sheet, cache: Cache, scratch: Path, typesetter: Typesetter, job: Job
) -> Prepared:
    """Prepare every item and slip sheet. An item that cannot be printed gets a slip sheet that says so.

    ``cache`` keeps renditions between builds; ``scratch`` is this build's own folder.
    """
    items = {item.number: item for exhibit in binder.exhibits for item in exhibit.items}
    pages = _all_pages(list(items.values()), sheet, cache, job)
    natives = {number: native_name(item) for number, item in items.items() if _goes_beside(pages[number])}
    slips = {}
    live = [exhibit for exhibit in binder.exhibits if not exhibit.withdrawn]
    for done, exhibit in enumerate(live):
        job.step(done, len(live), f"Slip sheet {exhibit.label}")
        slips[exhibit.label] = _slip(exhibit, pages, sheet, scratch / f"slip-{done}.pdf", natives, typesetter)
    return Prepared(pages, slips, natives)


def _slip(
    exhibit: BoundExhibit,
    pages: Mapping[str, Pages],
    sheet: Sheet,
    out: Path,
    natives: Mapping[str, str],
    typesetter: Typesetter,
) -> Typeset:
    beside = {item.number: f"native/{natives[item.number]}" for item in exhibit.items if item.number in natives}
    return slip_sheet(exhibit, pages, sheet, out, natives=beside, typesetter=typesetter)


def _goes_beside(pages: Pages) -> bool:
    return not pages.count or not pages.whole


def native_name(item: BoundItem) -> str:
    """The name of an item's native file beside the binder: its number and a harmless suffix."""
    suffix = Path(item.name).suffix.lower().lstrip(".")
    return f"{item.number}.{suffix}" if suffix and len(suffix) <= 8 and set(suffix) <= _SAFE else item.number


def _all_pages(items: Sequence[BoundItem], sheet: Sheet, cache: Cache, job: Job) -> dict[str, Pages]:
    found: dict[str, Pages] = {}
    making = []
    with Readers() as readers:
        for item in items:
            folder = cache.place(item, sheet)
            kept = cache.kept(folder)
            if kept is not None:
                found[item.number] = kept
                continue
            shutil.rmtree(folder, ignore_errors=True)
            future = readers.submit_pages(item.original, item.name, item.media_type, item.case_zone, sheet, folder)
            making.append((item, folder, future))
        for done, (item, folder, future) in enumerate(making):
            pages = job.wait(future, done, len(making), item.name)
            cache.keep(folder, pages)
            found[item.number] = pages
    return found
