"""The plan, with the typeset parts' lengths known → the marks, outline and link targets of every page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from evidencekit.binder.plan import Plan, PlannedVolume, Segment, SegmentKind, filled, segments
from evidencekit.binder.values import BinderInput, Bookmark, BoundExhibit, PageMarks, Sticker, Volume
from evidencekit.errors import BuildError
from evidencekit.model import Placed
from evidencekit.printing.typeset import Section, Typeset
from evidencekit.profile import Profile


@dataclass(frozen=True, slots=True)
class Matter:
    """The typeset front and back matter of one volume: pages, and the sections others point to."""

    pages: int
    sections: tuple[Section, ...] = ()

    @classmethod
    def of(cls, typeset: Typeset) -> Matter:
        return cls(typeset.pages, typeset.sections)


def exhibit_target(label: str) -> str:
    """The link URI of an exhibit: ``ek:ex/12A``."""
    return f"ek:ex/{quote(label, safe='')}"


def item_target(label: str, number: str) -> str:
    """The link URI of an item's first page inside an exhibit of several: ``ek:item/12A/ITEM-0007``."""
    return f"ek:item/{quote(label, safe='')}/{quote(number, safe='')}"


def section_target(name: str) -> str:
    """The link URI of a section of the front or back matter: ``ek:index``."""
    return f"ek:{name}"


def placed(plan: Plan, fronts: Mapping[int, int]) -> dict[str, Placed]:
    """Where each printed exhibit stands, given the front matter's pages by volume number; volumes not in ``fronts``
    are left out. Withdrawn exhibits have no place."""
    return {
        exhibit.label: Placed(
            exhibit.label,
            exhibit.pages,
            filled(fronts[volume.number], plan.duplex) + exhibit.offset + 1,
            volume.number,
        )
        for volume in plan.volumes
        if volume.number in fronts
        for exhibit in volume.exhibits
        if not exhibit.withdrawn
    }


def range_of(volume: PlannedVolume) -> str:
    """“Exhibits 1 – 41”, “Exhibit 7”, or nothing when the volume holds none."""
    labels = [exhibit.label for exhibit in volume.exhibits]
    if not labels:
        return ""
    return f"Exhibit {labels[0]}" if len(labels) == 1 else f"Exhibits {labels[0]} – {labels[-1]}"


def volume_title(plan: Plan, volume: PlannedVolume) -> str:
    """“Exhibit binder · Volume 1 of 2 · Exhibits 1 – 41”."""
    several = f"Volume {volume.number} of {len(plan.volumes)}" if len(plan.volumes) > 1 else ""
    return " · ".join(part for part in ("Exhibit binder", several, range_of(volume)) if part)


def place(
    plan: Plan, binder: BinderInput, profile: Profile, fronts: Sequence[Matter], backs: Sequence[Matter]
) -> tuple[Volume, ...]:
    """Every volume with the marks of each of its pages. ``fronts`` and ``backs`` hold one entry per volume, in order.

    Every page bears ``<page> of <pages of its file>``; an exhibit's pages also ``Exhibit <label> · <n> of <m>``, its
    first the sticker; blanks and matter bear the page mark alone. Raises :class:`BuildError` when there is not one
    front and back matter per volume.
    """
    if not len(plan.volumes) == len(fronts) == len(backs):
        raise BuildError("A volume has no front or back matter.", todo="Build the binder again.")
    exhibits = {exhibit.label: exhibit for exhibit in binder.exhibits}
    return tuple(
        _volume(plan, volume, _Parts(binder, exhibits, profile, front, back))
        for volume, front, back in zip(plan.volumes, fronts, backs, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    binder: BinderInput
    exhibits: Mapping[str, BoundExhibit]
    profile: Profile
    front: Matter
    back: Matter


def _volume(plan: Plan, volume: PlannedVolume, parts: _Parts) -> Volume:
    runs = segments(plan, volume, parts.front.pages, parts.back.pages)
    total = sum(run.pages for run in runs)
    title = f"{parts.binder.case.caption} · {volume_title(plan, volume)}"
    sections = _sections(runs, parts)
    targets = {section_target(section.name): section.page for section in sections}
    targets |= {exhibit_target(label): page for label, page in _first_pages(runs).items()}
    targets |= {item_target(run.label, run.item): run.first for run in runs if run.kind is SegmentKind.ITEM}
    outline = _outline(volume, runs, sections, parts)
    return Volume(volume.number, title, tuple(_marks(volume, runs, total, parts)), outline, targets)


def _sections(runs: Sequence[Segment], parts: _Parts) -> list[Section]:
    back = next((run.first for run in runs if run.kind is SegmentKind.BACK), 1)
    front = list(parts.front.sections)
    return front + [Section(s.name, s.title, s.page + back - 1) for s in parts.back.sections]


def _first_pages(runs: Sequence[Segment]) -> dict[str, int]:
    return {run.label: run.first for run in runs if run.kind is SegmentKind.SLIP}


def _outline(
    volume: PlannedVolume, runs: Sequence[Segment], sections: Sequence[Section], parts: _Parts
) -> tuple[Bookmark, ...]:
    first = _first_pages(runs)
    lines = [Bookmark(section.title, section.page) for section in sections]
    for exhibit in volume.exhibits:
        if exhibit.label in first:
            bound = parts.exhibits[exhibit.label]
            title = f"Exhibit {exhibit.label} — {bound.title}" if bound.title else f"Exhibit {exhibit.label}"
            lines.append(Bookmark(title, first[exhibit.label], _item_lines(bound, runs)))
    return tuple(sorted(lines, key=lambda line: line.page))


def _item_lines(bound: BoundExhibit, runs: Sequence[Segment]) -> tuple[Bookmark, ...]:
    if len(bound.items) < 2:
        return ()
    named = {item.number: item.title or item.name for item in bound.items}
    return tuple(
        Bookmark(f"{run.item} — {named[run.item]}", run.first)
        for run in runs
        if run.kind is SegmentKind.ITEM and run.label == bound.label
    )


def _marks(volume: PlannedVolume, runs: Sequence[Segment], total: int, parts: _Parts) -> list[PageMarks]:
    case = parts.binder.case
    running = _one_line(f"{case.caption} · {case.number}")
    sizes = {exhibit.label: exhibit.pages for exhibit in volume.exhibits}
    seen: dict[str, int] = {}
    marks: list[PageMarks] = []
    for run in runs:
        for page in range(run.first, run.first + run.pages):
            within, sticker = "", None
            if run.label:
                n = seen[run.label] = seen.get(run.label, 0) + 1
                within = f"Exhibit {run.label} · {n} of {sizes[run.label]}"
                sticker = _sticker(parts, run.label) if n == 1 else None
            foot = "" if run.kind is SegmentKind.BLANK else running
            marks.append(PageMarks(f"{page} of {total}", str(page), foot, within, sticker))
    return marks


def _sticker(parts: _Parts, label: str) -> Sticker:
    return Sticker(f"{parts.profile.prefix} Exhibit".strip(), label, _one_line(parts.binder.case.number))


def _one_line(text: str) -> str:
    """Words as a mark prints them: on one line, without hyphens that only a line's end would show."""
    return " ".join(text.replace("\u00ad", "").split())
