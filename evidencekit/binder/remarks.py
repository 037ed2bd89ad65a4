"""What a person should look at before a binder is built. Nothing of it stops the building."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evidencekit.binder.values import BinderInput, BoundExhibit
from evidencekit.model import Kind, Pages


class RemarkKind(StrEnum):
    """What a remark is about."""

    DRAFTS = "drafts"  # prepared, but not marked
    UNDATED = "undated"
    NATIVE = "native"  # not printed; its file goes beside the binder
    PARTIAL = "partial"  # printed, but not as a whole
    POSITION = "position"  # a file that goes beside the binder holds a GPS position
    RENDERED = "rendered"  # noted when it was rendered
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at: in words, with the exhibit's ``label`` and the ``item`` it is about, where it is."""

    kind: RemarkKind
    text: str
    label: str = ""
    item: str = ""


def remarks(
    binder: BinderInput, pages: Mapping[str, Pages], positions: Collection[str], drafts: int
) -> tuple[Remark, ...]:
    """Everything to look at, in binder order. ``pages`` are the renditions known so far, by item number; ``positions``
    the items whose files hold a GPS position; ``drafts`` how many exhibits have no label yet."""
    found: list[Remark] = []
    if drafts:
        one = "1 draft is not marked yet, so it is not printed."
        found.append(
            Remark(
                RemarkKind.DRAFTS,
                one if drafts == 1 else f"{drafts} drafts are not marked yet, so they are not printed.",
            )
        )
    for exhibit in binder.exhibits:
        if exhibit.withdrawn:
            words = f"Exhibit {exhibit.label} is withdrawn: the index keeps its label, and nothing of it is printed."
            found.append(Remark(RemarkKind.WITHDRAWN, words, exhibit.label))
            continue
        found += _undated(exhibit)
        found += _rendered(exhibit, pages, positions)
    return tuple(found)


def _undated(exhibit: BoundExhibit) -> Iterator[Remark]:
    without = [item for item in exhibit.items if not item.when]
    if not without:
        return
    what = (
        "has no date"
        if len(exhibit.items) == 1
        else f"holds {len(without)} of {len(exhibit.items)} items without a date"
    )
    yield Remark(RemarkKind.UNDATED, f"Exhibit {exhibit.label} {what}.", exhibit.label, without[0].number)


def _rendered(exhibit: BoundExhibit, pages: Mapping[str, Pages], positions: Collection[str]) -> Iterator[Remark]:
    for item in exhibit.items:
        made = pages.get(item.number)
        if made is None:
            continue
        where = f"Exhibit {exhibit.label}, {item.number}"
        if not made.count:
            what = "a recording" if item.kind in (Kind.AUDIO, Kind.VIDEO) else "cannot be printed"
            words = f"{where}: {what}; its file goes into the folder “native” beside the binder."
            yield Remark(RemarkKind.NATIVE, words, exhibit.label, item.number)
        elif not made.whole:
            words = f"{where}: paper does not hold all of it; its file goes beside the binder as well."
            yield Remark(RemarkKind.PARTIAL, words, exhibit.label, item.number)
        for warning in made.warnings:
            yield Remark(RemarkKind.RENDERED, f"{where}: {warning}", exhibit.label, item.number)
        if item.number in positions and (not made.count or not made.whole):
            words = (
                f"{where}: the file beside the binder holds a GPS position. Look at it before it is filed or served."
            )
            yield Remark(RemarkKind.POSITION, words, exhibit.label, item.number)
