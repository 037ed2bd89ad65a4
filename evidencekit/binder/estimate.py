"""How large a binder will be, before it is built: rendered like the binder, sealed and written nowhere."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from evidencekit.binder.back import back_matters
from evidencekit.binder.cache import Cache
from evidencekit.binder.front import Binding, front_matters
from evidencekit.binder.gather import gather, handlings
from evidencekit.binder.place import placed
from evidencekit.binder.plan import ExhibitCount, Plan, PlannedVolume, Reserve, plan, segments, sheets
from evidencekit.binder.prepare import natives_of, places_of, render
from evidencekit.binder.remarks import Remark, remarks
from evidencekit.binder.reserve import reserve_for
from evidencekit.binder.sealing import expected
from evidencekit.binder.slips import slip_data, slip_sheet
from evidencekit.binder.values import BinderInput, BoundItem
from evidencekit.casefile import Case
from evidencekit.errors import StorageError
from evidencekit.job import Job
from evidencekit.model import Item, Kind, Pages, Placed
from evidencekit.printing.paper import PaperName, Sheet, sheet
from evidencekit.printing.typeset import Typesetter
from evidencekit.profile import Profile

_PAUSE = 0.3  # seconds between two estimates on the way
_ROWS_A_PAGE, _LISTED_A_PAGE, _HANDLED_A_PAGE = 19, 50, 6  # as they came out for cases of 66 and of 2,000 exhibits
_NO_PAGES = frozenset({Kind.AUDIO, Kind.OTHER})

Slips = MutableMapping[str, int]
"""Pages of slip sheets that were typeset before, by what they say: keep it to have the next estimate sooner."""


@dataclass(frozen=True, slots=True)
class VolumePages:
    """One volume: its pages and the sheets of paper they take."""

    number: int
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True)
class ExhibitPages:
    """One exhibit: ``pages`` with its slip sheet, as rendered when ``exact``, and where they begin; None for a
    withdrawn one, and a place that is not known yet."""

    label: str
    title: str
    pages: int | None
    first_page: int | None
    volume: int | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """A binder's size. ``exact``: every page is counted as it will be printed; else some are guessed."""

    volumes: tuple[VolumePages, ...]
    exhibits: tuple[ExhibitPages, ...]
    remarks: tuple[Remark, ...]
    exact: bool

    @property
    def pages(self) -> int:
        return sum(volume.pages for volume in self.volumes)

    @property
    def sheets(self) -> int:
        return sum(volume.sheets for volume in self.volumes)


def estimate(
    case: Case,
    profile: Profile,
    paper: PaperName,
    job: Job,
    told: Callable[[Estimate], None] | None = None,
    slips: Slips | None = None,
) -> Estimate:
    """Render what is not rendered yet and count the pages; ``told`` gets estimates on the way.

    Writes below ``derived/`` alone. Raises :class:`UsageError` when nothing is marked, :class:`BuildError` when a page
    cannot be typeset, :class:`StorageError` when the disk refuses, and :class:`Cancelled`.
    """
    scratch = case.derived / "incoming" / uuid4().hex
    try:
        case.still_there()
        scratch.mkdir(parents=True)
        count = _Count(case, profile, paper, scratch, job, slips if slips is not None else {})
        return count.run(told)
    except OSError as error:
        raise StorageError(
            f"The pages could not be counted ({error.strerror or error}).",
            item=str(case.derived),
            todo="Free space or check the disk, then try again.",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Count:
    """One estimate's own state."""

    def __init__(self, case: Case, profile: Profile, paper: PaperName, scratch: Path, job: Job, slips: Slips) -> None:
        from evidencekit.catalog import court, items

        self._case, self._profile, self._paper, self._job = case, profile, paper, job
        self._scratch, self._slips = scratch, slips
        self._sheet: Sheet = sheet(paper, profile.gutter)
        self._binder: BinderInput = gather(case)
        with case.catalog.read() as connection:
            self._drafts = len(court.drafts(connection))
            self._items = items.get_items(connection, [item.number for item in self._all()])
        self._positions = {number for number, item in self._items.items() if item.fact("gps") is not None}
        self._reserve: Reserve = reserve_for(self._binder, self._sheet, handlings(case, self._binder, case.size))
        self._typesetter = Typesetter()

    def _all(self) -> list[BoundItem]:
        found = {item.number: item for exhibit in self._binder.exhibits for item in exhibit.items}
        return list(found.values())

    def run(self, told: Callable[[Estimate], None] | None) -> Estimate:
        known: dict[str, Pages] = {}
        last = 0.0

        def come(number: str, pages: Pages) -> None:
            nonlocal last
            known[number] = pages
            if told is not None and time.monotonic() - last >= _PAUSE:
                told(self._roughly(known))
                last = time.monotonic()

        cache = Cache(self._case.derived / "pages", self._case.home.mac)
        pages = render(self._all(), self._sheet, cache, self._job, come)
        if told is not None:
            told(self._roughly(pages))
        return self._exactly(pages)

    def _roughly(self, known: Mapping[str, Pages]) -> Estimate:
        """What is rendered counted, the rest guessed."""
        counts = [
            ExhibitCount(
                each.label,
                0 if each.withdrawn else 1,
                tuple((item.number, self._pages(known, item)) for item in each.items),
            )
            for each in self._binder.exhibits
        ]
        planned = self._plan(counts)
        volumes = []
        for volume in planned.volumes:
            front, back = _matter(planned, volume, len(self._items))
            volumes.append(self._volume(planned, volume.number, front, back))
        return Estimate(tuple(volumes), self._exhibits(planned, {}, known), self._remarks(known), exact=False)

    def _pages(self, known: Mapping[str, Pages], item: BoundItem) -> int:
        made = known.get(item.number)
        return made.count if made is not None else _guess(self._items[item.number])

    def _exactly(self, pages: Mapping[str, Pages]) -> Estimate:
        natives = natives_of(self._binder, pages)
        counts = []
        for done, exhibit in enumerate(self._binder.exhibits):
            self._job.step(done, len(self._binder.exhibits), f"Slip sheet {exhibit.label}")
            slip = 0 if exhibit.withdrawn else self._slip(exhibit.label, pages, natives)
            counts.append(
                ExhibitCount(
                    exhibit.label, slip, tuple((item.number, pages[item.number].count) for item in exhibit.items)
                )
            )
        planned = self._plan(counts)
        self._job.step(0, 0, "Index and custody record")
        binding = Binding(
            self._binder, planned, self._profile, expected(self._case, self._binder, planned), self._sheet
        )
        fronts = front_matters(binding, self._scratch, self._typesetter)
        lengths = {volume.number: front.pages for volume, front in zip(planned.volumes, fronts, strict=True)}
        self._job.step(0, 0, "Index and custody record")
        backs = back_matters(binding, lengths, self._scratch, self._typesetter)
        volumes = tuple(
            self._volume(planned, volume.number, front.pages, back.pages)
            for volume, front, back in zip(planned.volumes, fronts, backs, strict=True)
        )
        exhibits = self._exhibits(planned, placed(planned, lengths), pages)
        return Estimate(volumes, exhibits, self._remarks(pages), exact=True)

    def _slip(self, label: str, pages: Mapping[str, Pages], natives: Mapping[str, str]) -> int:
        exhibit = next(each for each in self._binder.exhibits if each.label == label)
        beside = places_of(exhibit, natives)
        says = json.dumps(slip_data(exhibit, pages, self._sheet, beside), sort_keys=True, default=str)
        key = hashlib.sha256(says.encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._slips:
            out = self._scratch / "slip.pdf"
            made = slip_sheet(exhibit, pages, self._sheet, out, natives=beside, typesetter=self._typesetter)
            self._slips[key] = made.pages
        return self._slips[key]

    def _plan(self, counts: list[ExhibitCount]) -> Plan:
        return plan(self._binder, counts, self._profile, paper=self._paper, reserve=self._reserve)

    @staticmethod
    def _volume(planned: Plan, number: int, front: int, back: int) -> VolumePages:
        runs = segments(planned, planned.volumes[number - 1], front, back)
        pages = sum(run.pages for run in runs)
        return VolumePages(number, pages, sheets(pages, planned.duplex))

    def _exhibits(
        self, planned: Plan, places: Mapping[str, Placed], known: Mapping[str, Pages]
    ) -> tuple[ExhibitPages, ...]:
        titles = {each.label: each.title for each in self._binder.exhibits}
        found = []
        for volume in planned.volumes:
            for each in volume.exhibits:
                place = places.get(each.label)
                exact = all(item.number in known for item in each.items)
                pages = None if each.withdrawn else each.pages
                first = place.first_page if place else None
                number = None if each.withdrawn else volume.number
                found.append(ExhibitPages(each.label, titles[each.label], pages, first, number, exact))
        return tuple(found)

    def _remarks(self, known: Mapping[str, Pages]) -> tuple[Remark, ...]:
        return remarks(self._binder, known, self._positions, self._drafts)


def _matter(planned: Plan, volume: PlannedVolume, items: int) -> tuple[int, int]:
    """About how many pages front and back matter take: rows of the index, the chronology, the custody record and the
    certification, which lists every item in the last volume."""
    here = len(volume.exhibits)
    own = sum(len(exhibit.items) for exhibit in volume.exhibits)
    front = len(planned.exhibits) // _ROWS_A_PAGE if volume.number == 1 else here // _LISTED_A_PAGE
    certified = 2 + items // _ROWS_A_PAGE if volume is planned.volumes[-1] else 0
    return 2 + front, 1 + own // _HANDLED_A_PAGE + certified


def _guess(item: Item) -> int:
    """Pages of an item that is not rendered yet."""
    return 0 if item.kind in _NO_PAGES else item.pages or 1
