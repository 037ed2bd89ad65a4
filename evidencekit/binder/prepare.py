"""Preparing exhibits for print: each item's pages in a contained worker, cached by digest and paper, then slip sheets.

Independent of the numbering, so that a late exhibit costs only its own pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
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
    pages = render(list(items.values()), sheet, cache, job)
    natives = natives_of(binder, pages)
    slips = {}
    live = [exhibit for exhibit in binder.exhibits if not exhibit.withdrawn]
    for done, exhibit in enumerate(live):
        job.step(done, len(live), f"Slip sheet {exhibit.label}")
        beside = places_of(exhibit, natives)
        out = scratch / f"slip-{done}.pdf"
        slips[exhibit.label] = slip_sheet(exhibit, pages, sheet, out, natives=beside, typesetter=typesetter)
    return Prepared(pages, slips, natives)


def natives_of(binder: BinderInput, pages: Mapping[str, Pages]) -> dict[str, str]:
    """Item number → file name under ``native/``, of the items that paper does not hold, or not as a whole."""
    items = {item.number: item for exhibit in binder.exhibits for item in exhibit.items}
    return {number: native_name(item) for number, item in items.items() if _goes_beside(pages[number])}


def places_of(exhibit: BoundExhibit, natives: Mapping[str, str]) -> dict[str, str]:
    """Item number → where its native file lies beside the binder, for a slip sheet."""
    return {item.number: f"native/{natives[item.number]}" for item in exhibit.items if item.number in natives}


def _goes_beside(pages: Pages) -> bool:
    return not pages.count or not pages.whole


def native_name(item: BoundItem) -> str:
    """The name of an item's native file beside the binder: its number and a harmless suffix."""
    suffix = Path(item.name).suffix.lower().lstrip(".")
    return f"{item.number}.{suffix}" if suffix and len(suffix) <= 8 and set(suffix) <= _SAFE else item.number


def render(
    items: Sequence[BoundItem],
    sheet: Sheet,
    cache: Cache,
    job: Job,
    came: Callable[[str, Pages], None] | None = None,
) -> dict[str, Pages]:
    """Each item's pages by number, those that are kept first; ``came`` gets each as it comes."""
    found: dict[str, Pages] = {}

    def take(number: str, pages: Pages) -> None:
        found[number] = pages
        if came is not None:
            came(number, pages)

    making = []
    with Readers() as readers:
        for item in items:
            job.step(0, 0, "Looking what is rendered already")
            folder = cache.place(item, sheet)
            kept = cache.kept(folder)
            if kept is not None:
                take(item.number, kept)
                continue
            shutil.rmtree(folder, ignore_errors=True)
            future = readers.submit_pages(
                item.original, item.name, item.media_type, item.case_zone, sheet, folder, item.context
            )
            making.append((item, folder, future))
        for done, (item, folder, future) in enumerate(making):
            pages = job.wait(future, done, len(making), f"Rendering {item.name}")
            cache.keep(folder, pages)
            take(item.number, pages)
    return found
