"""Exhibits in order → sheets with page numbers. Pure: no file is opened, no clock is read.

A volume's file is: front matter, exhibits (slip sheet first, then each item's pages), back matter. Printed on both
sides, the front matter, every exhibit and the back matter start on a right-hand page, an odd page of the file; a
blank fills the left-hand page before.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidencekit.binder.values import BinderInput, BoundExhibit
from evidencekit.errors import BuildError
from evidencekit.printing.paper import PaperName
from evidencekit.profile import Profile


@dataclass(frozen=True, slots=True)
class ExhibitCount:
    """Page counts of one exhibit's prepared parts: ``slip`` sheet pages (at least 1; 0 when withdrawn) and
    (item number, pages) in the exhibit's order; 0 pages for an item that cannot be printed."""

    label: str
    slip: int
    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reserve:
    """Pages set aside in every volume for what is typeset after the plan: ``front`` matter of the first volume,
    ``later_front`` of the others, ``back`` matter, one more page of it for every ``items_a_page`` items, and
    ``last_back`` more in the last volume (the certification)."""

    front: int = 0
    later_front: int = 0
    back: int = 0
    items_a_page: int = 0
    last_back: int = 0

    def of_front(self, volume: int) -> int:
        return self.front if volume == 1 else self.later_front

    def of_back(self, items: int, last: bool) -> int:
        listed = -(-items // self.items_a_page) if self.items_a_page else 0
        return self.back + listed + (self.last_back if last else 0)


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One item's pages inside its exhibit."""

    number: str
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class PlannedExhibit:
    """One exhibit: ``pages`` (slip sheet and items, no blanks) from the page after ``offset`` pages of its volume's
    exhibits. A withdrawn one has no pages."""

    label: str
    slip: int
    items: tuple[PlannedItem, ...]
    withdrawn: bool
    offset: int

    @property
    def pages(self) -> int:
        return self.slip + sum(item.pages for item in self.items)

    def start_of(self, numbers: Collection[str]) -> tuple[int, str]:
        """Pages of the exhibit before the first of these items, and its number; (0, "") where the exhibit itself is
        the place to look: it holds a single item, none of these, or none that has pages."""
        at = self.slip
        for item in self.items if len(self.items) > 1 else ():
            if item.number in numbers and item.pages:
                return at, item.number
            at += item.pages
        return 0, ""


@dataclass(frozen=True, slots=True)
class PlannedVolume:
    """One volume's exhibits; ``body`` is their pages with the blanks between them."""

    number: int
    exhibits: tuple[PlannedExhibit, ...]
    body: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is bound where. ``duplex`` means printed on both sides."""

    volumes: tuple[PlannedVolume, ...]
    paper: PaperName
    profile: str
    duplex: bool

    @property
    def exhibits(self) -> tuple[PlannedExhibit, ...]:
        return tuple(exhibit for volume in self.volumes for exhibit in volume.exhibits)

    def digest(self) -> str:
        """SHA-256 (lower-case hex) of what the binder holds, for the ledger: labels, items with their digests and
        page counts, order, paper and profile, as JSON with sorted keys and no spaces (RFC 8785)."""
        held = [
            {
                "items": [{"number": i.number, "pages": i.pages, "sha256": i.sha256} for i in exhibit.items],
                "label": exhibit.label,
                "slip": exhibit.slip,
                "withdrawn": exhibit.withdrawn,
            }
            for exhibit in self.exhibits
        ]
        whole = {"duplex": self.duplex, "exhibits": held, "paper": self.paper.value, "profile": self.profile, "v": 1}
        text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class SegmentKind(StrEnum):
    """What a run of pages in a volume's file is."""

    FRONT = "front"
    SLIP = "slip"
    ITEM = "item"
    BLANK = "blank"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of ``pages`` from the 1-based page ``first`` of a volume's file: the parts to merge, in order."""

    kind: SegmentKind
    first: int
    pages: int
    label: str = ""
    item: str = ""


def filled(pages: int, duplex: bool) -> int:
    """``pages`` and the blank that lets the next part start on a right-hand page."""
    return pages + pages % 2 if duplex else pages


def sheets(pages: int, duplex: bool) -> int:
    """Sheets of paper that many pages take."""
    return -(-pages // 2) if duplex else pages


def plan(
    binder: BinderInput,
    counts: Sequence[ExhibitCount],
    profile: Profile,
    *,
    paper: PaperName | None = None,
    reserve: Reserve | None = None,
) -> Plan:
    """Where everything goes. ``counts`` has one entry per exhibit of ``binder``, in the same order.

    A volume is closed before the exhibit that would take it over ``profile.sheets_per_volume`` sheets, counting the
    ``reserve``; an exhibit larger than that is a volume of its own. Raises :class:`BuildError` when counts and
    exhibits do not belong together.
    """
    exhibits = _matched(binder.exhibits, counts)
    return Plan(
        volumes=tuple(_volumes(exhibits, profile, reserve or Reserve())),
        paper=paper or PaperName(profile.paper),
        profile=profile.name,
        duplex=profile.duplex,
    )


def segments(plan: Plan, volume: PlannedVolume, front: int, back: int) -> tuple[Segment, ...]:
    """The parts of a volume's file in order, given the pages of its front and back matter. Every page of the file is
    in exactly one segment."""
    found: list[Segment] = []

    def add(kind: SegmentKind, pages: int, label: str = "", item: str = "") -> None:
        if pages:
            found.append(Segment(kind, _end(found) + 1, pages, label, item))

    def turn() -> None:
        add(SegmentKind.BLANK, filled(_end(found), plan.duplex) - _end(found))

    add(SegmentKind.FRONT, front)
    for exhibit in volume.exhibits:
        if exhibit.pages:
            turn()
        add(SegmentKind.SLIP, exhibit.slip, exhibit.label)
        for item in exhibit.items:
            add(SegmentKind.ITEM, item.pages, exhibit.label, item.number)
    if back:
        turn()
    add(SegmentKind.BACK, back)
    return tuple(found)


def _end(found: Sequence[Segment]) -> int:
    return found[-1].first + found[-1].pages - 1 if found else 0


def _matched(exhibits: Sequence[BoundExhibit], counts: Sequence[ExhibitCount]) -> list[PlannedExhibit]:
    if [exhibit.label for exhibit in exhibits] != [count.label for count in counts]:
        raise BuildError("The prepared parts are not those of the exhibits.", todo="Build the binder again.")
    twice = next((label for label, times in Counter(count.label for count in counts).items() if times > 1), None)
    if twice is not None:
        raise BuildError(
            "Two exhibits have this label.", item=twice, todo="Run verify on the case: labels are issued once."
        )
    return [_planned(exhibit, count) for exhibit, count in zip(exhibits, counts, strict=True)]


def _planned(exhibit: BoundExhibit, count: ExhibitCount) -> PlannedExhibit:
    if exhibit.withdrawn:
        return PlannedExhibit(exhibit.label, 0, (), withdrawn=True, offset=0)
    numbers = [item.number for item in exhibit.items]
    if numbers != [number for number, _ in count.items] or any(pages < 0 for _, pages in count.items):
        raise BuildError("The prepared pages are not those of its items.", item=exhibit.label, todo="Build it again.")
    if count.slip < 1:
        raise BuildError("The exhibit has no slip sheet.", item=exhibit.label, todo="Build the binder again.")
    items = tuple(
        PlannedItem(item.number, item.digests.sha256, pages)
        for item, (_, pages) in zip(exhibit.items, count.items, strict=True)
    )
    return PlannedExhibit(exhibit.label, count.slip, items, withdrawn=False, offset=0)


def _volumes(exhibits: Sequence[PlannedExhibit], profile: Profile, reserve: Reserve) -> Iterator[PlannedVolume]:
    number, held, body, items = 1, list[PlannedExhibit](), 0, 0
    last = next((exhibit for exhibit in reversed(exhibits) if exhibit.pages), None)
    for exhibit in exhibits:
        start = filled(body, profile.duplex)
        front = filled(reserve.of_front(number), profile.duplex)
        back = reserve.of_back(items + len(exhibit.items), exhibit is last)
        whole = front + filled(start + exhibit.pages, profile.duplex) + back
        if exhibit.pages and body and sheets(whole, profile.duplex) > profile.sheets_per_volume:
            yield PlannedVolume(number, tuple(held), filled(body, profile.duplex))
            number, held, start, body, items = number + 1, [], 0, 0, 0
        held.append(PlannedExhibit(exhibit.label, exhibit.slip, exhibit.items, exhibit.withdrawn, start))
        body = start + exhibit.pages if exhibit.pages else body
        items += len(exhibit.items)
    yield PlannedVolume(number, tuple(held), filled(body, profile.duplex))
