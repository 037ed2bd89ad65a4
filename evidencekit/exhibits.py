"""Exhibits: labels issued once and never reused, and the arrangement of the binder as a pure value.

An arrangement is a tuple of :class:`~evidencekit.model.Exhibit` in binder order; withdrawn ones stay in it. What is
being prepared is a tuple of :class:`~evidencekit.model.Draft` that will stand behind it. Every edit takes one and gives
a new one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from evidencekit.errors import UsageError
from evidencekit.model import Draft, Exhibit, Status
from evidencekit.profile import Profile

Arrangement = tuple[Exhibit, ...]
Drafts = tuple[Draft, ...]

_LABEL = re.compile(r"(?!0)[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_LONGEST_LABEL = 12
# How a court writes what was added behind an exhibit, by the profile's word: 12A, 12-1, or not at all.
_LATE = {"letter": re.compile(r"\d+[A-Z]{1,2}"), "dash": re.compile(r"(?:\d+|[A-Z]+)-\d+"), "none": re.compile(r"(?!)")}
_TRANSCRIPT = "-T"  # a recording's transcript is an exhibit of its own, 14-T
_NUMERIC = re.compile(r"(\d+)")
_COURT_STEPS = (Status.OFFERED, Status.ADMITTED, Status.EXCLUDED)


def find(arranged: Arrangement, label: str) -> Exhibit:
    """The exhibit of that label, upper or lower case. Raises :class:`UsageError`."""
    for each in arranged:
        if each.label.casefold() == label.strip().casefold():
            return each
    raise UsageError(f"There is no exhibit “{label}”.", todo="`evidencekit exhibits CASE` lists the labels.")


def next_label(arranged: Arrangement, profile: Profile) -> str:
    """The label that the next exhibit gets: one past the highest ever issued."""
    return _written(_highest(arranged, profile) + 1, profile)


def _highest(arranged: Arrangement, profile: Profile) -> int:
    return max((_counted(each.label, profile) for each in arranged), default=0)


def _counted(label: str, profile: Profile) -> int:
    if profile.numbering == "alpha":
        return _alpha_value(label)
    match = _NUMERIC.match(label)
    return int(match[1]) if match else 0


def _written(value: int, profile: Profile) -> str:
    return _alpha_text(value) if profile.numbering == "alpha" else str(value)


def _alpha_value(label: str) -> int:
    letters = re.match(r"[A-Z]*", label.upper())
    value = 0
    for char in letters[0] if letters else "":
        value = value * 26 + ord(char) - ord("A") + 1
    return value


def _alpha_text(value: int) -> str:
    text = ""
    while value:
        value, rest = divmod(value - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def check_label(arranged: Arrangement, label: str, profile: Profile) -> str:
    """A label a person chose, in capitals. Raises :class:`UsageError` when it is malformed, was issued before, or is
    a late label that the court profile does not allow."""
    chosen = free_label(arranged, label)
    late = base_label(chosen) != chosen and base_label(chosen) != chosen.removesuffix(_TRANSCRIPT)
    if late and not _LATE[profile.late].fullmatch(chosen.removesuffix(_TRANSCRIPT)):
        raise UsageError(
            f"The court profile “{profile.name}” allows no late label such as {chosen}.",
            todo=f"Give no label to get {next_label(arranged, profile)}, or choose another profile.",
        )
    return chosen


def free_label(arranged: Arrangement, label: str) -> str:
    """A label a person chose, in capitals, whatever the court profile says to it. Raises :class:`UsageError` when it
    is malformed or was issued before."""
    chosen = label.strip().upper()
    if not _LABEL.fullmatch(chosen) or len(chosen) > _LONGEST_LABEL:
        raise UsageError(
            f"“{label}” cannot be an exhibit label.",
            todo=f"Use letters and digits, at most {_LONGEST_LABEL}, such as 12, 12A or 12-1.",
        )
    for each in arranged:
        if each.label.casefold() == chosen.casefold():
            was = " and withdrawn" if each.status is Status.WITHDRAWN else ""
            raise UsageError(
                f"Label {each.label} was already issued{was}; a label is never reused.",
                todo="Choose another, or give none to get the next one.",
            )
    return chosen


def base_label(label: str) -> str:
    """What a late label was added behind: 12A → 12, 12-1 → 12, A-1 → A; itself for any other."""
    match = re.fullmatch(r"(\d+)(?:[A-Z]+|[-.].*)", label.upper()) or re.fullmatch(r"([A-Z]+)[-.].*", label.upper())
    return match[1] if match else label


def mark(arranged: Arrangement, exhibit: Exhibit) -> Arrangement:
    """Add a newly marked exhibit: at the end, or a late one behind the exhibit it belongs to."""
    base = base_label(exhibit.label)
    related = [place for place, each in enumerate(arranged) if base != exhibit.label and base_label(each.label) == base]
    place = max(related) + 1 if related else len(arranged)
    return (*arranged[:place], exhibit, *arranged[place:])


def withdraw(arranged: Arrangement, label: str) -> Arrangement:
    """Withdraw an exhibit; it stays in its place as intentionally omitted. Raises :class:`UsageError`."""
    target = _live(arranged, label)
    return _put(arranged, replace(target, status=Status.WITHDRAWN))


def move(arranged: Arrangement, label: str, before: str | None) -> Arrangement:
    """Move an exhibit before another, or to the end (``before`` None). Raises :class:`UsageError`."""
    target = find(arranged, label)
    if before is None:
        return (*(each for each in arranged if each is not target), target)
    anchor = find(arranged, before)
    if anchor is target:
        raise UsageError(f"Exhibit {target.label} cannot stand before itself.", todo="Name another exhibit.")
    rest = [each for each in arranged if each is not target]
    place = rest.index(anchor)
    return (*rest[:place], target, *rest[place:])


def edit(
    arranged: Arrangement,
    label: str,
    *,
    title: str | None = None,
    witness: str | None = None,
    group: str | None = None,
    items: Sequence[str] | None = None,
) -> Arrangement:
    """Change what is editable of an exhibit; None leaves a field, an empty text clears witness or group.

    Raises :class:`UsageError` for an unknown or withdrawn exhibit, or an empty title or item list.
    """
    target = _live(arranged, label)
    if title is not None and not title.strip():
        raise UsageError("A title cannot be empty.", item=f"Exhibit {target.label}", todo="Give a few words.")
    if items is not None and not items:
        raise UsageError("An exhibit rests on at least one item.", item=f"Exhibit {target.label}", todo="Name one.")
    changed = replace(
        target,
        title=target.title if title is None else title.strip(),
        witness=target.witness if witness is None else witness.strip() or None,
        group=target.group if group is None else group.strip() or None,
        items=target.items if items is None else tuple(dict.fromkeys(items)),
    )
    return _put(arranged, changed)


def set_status(arranged: Arrangement, label: str, status: Status, on: str) -> Arrangement:
    """Record what happened to an exhibit in court on an ISO date; the same step again replaces its date.

    Raises :class:`UsageError` for another step, a date that is none, or a withdrawn exhibit.
    """
    if status not in _COURT_STEPS:
        raise UsageError(f"“{status}” is no step in court.", todo="Use offered, admitted or excluded.")
    try:
        day = date.fromisoformat(on).isoformat()
    except ValueError as error:
        raise UsageError(f"“{on}” is not a date.", todo="Write it as 2026-03-09.") from error
    target = _live(arranged, label)
    dates = (*((step, when) for step, when in target.dates if step is not status), (status, day))
    return _put(arranged, replace(target, status=status, dates=dates))


def citing(arranged: Arrangement) -> dict[str, str]:
    """Item number → the label of the first live exhibit that rests on it."""
    cited: dict[str, str] = {}
    for each in arranged:
        if each.status is not Status.WITHDRAWN:
            for item in each.items:
                cited.setdefault(item, each.label)
    return cited


def _live(arranged: Arrangement, label: str) -> Exhibit:
    target = find(arranged, label)
    if target.status is Status.WITHDRAWN:
        raise UsageError(
            f"Exhibit {target.label} is withdrawn and stays as it is.", todo="Mark the item again under a new label."
        )
    return target


def _put(arranged: Arrangement, changed: Exhibit) -> Arrangement:
    return tuple(changed if each.label == changed.label else each for each in arranged)


def provisional(
    arranged: Arrangement, drafts: Drafts, profile: Profile, marking: Collection[int] | None = None
) -> dict[int, str]:
    """Draft id → the label it would get if all drafts, or those of the ids ``marking``, were marked now in order.

    A draft for which a person wants a label has that one, and no other draft gets it, marked or not.
    """
    wanted = {each.label for each in drafts if each.label is not None}
    chosen = drafts if marking is None else _of(drafts, marking)
    highest, found = _highest(arranged, profile), {}
    for each in chosen:
        if each.label is not None:
            highest = max(highest, _counted(each.label, profile))
            found[each.id] = each.label
            continue
        highest += 1
        while _written(highest, profile) in wanted:
            highest += 1
        found[each.id] = _written(highest, profile)
    return found


def _of(drafts: Drafts, ids: Collection[int]) -> Drafts:
    known, chosen = {each.id for each in drafts}, frozenset(ids)
    for draft_id in chosen - known:
        find_draft(drafts, draft_id)
    return tuple(each for each in drafts if each.id in chosen)


def mark_drafts(
    arranged: Arrangement, drafts: Drafts, ids: Collection[int], profile: Profile, titles: Mapping[str, str]
) -> tuple[Arrangement, list[Exhibit]]:
    """Mark the drafts of those ids in their order: the new arrangement, and the exhibits that came into it.

    ``titles`` names the first item of a draft that has no title of its own. Raises :class:`UsageError` for an unknown
    draft and for a wanted label that cannot be issued.
    """
    labels, marked = provisional(arranged, drafts, profile, ids), []
    for each in _of(drafts, ids):
        label = labels[each.id] if each.label is None else check_label(arranged, each.label, profile)
        title = each.title or titles[each.items[0]]
        exhibit = Exhibit(label, title, each.items, witness=each.witness, group=each.group)
        arranged = mark(arranged, exhibit)
        marked.append(exhibit)
    return arranged, marked


def find_draft(drafts: Drafts, draft_id: int) -> Draft:
    """The draft of that id. Raises :class:`UsageError`."""
    for each in drafts:
        if each.id == draft_id:
            return each
    raise UsageError(f"There is no draft exhibit {draft_id}.", todo="It may be marked or removed; look at the list.")


def drafted(drafts: Drafts, label: str, items: Sequence[str]) -> Draft | None:
    """The first draft that an exhibit of that label on those items can have been marked from."""
    return next((each for each in drafts if each.items == tuple(items) and each.label in (None, label)), None)


def add_drafts(
    drafts: Drafts, groups: Sequence[Sequence[str]], before: int | None = None, *, title: str = ""
) -> tuple[Drafts, Drafts]:
    """A new draft of that title for each group of items, before one or at the end: all drafts, and the new ones.

    Raises :class:`UsageError` when a group is empty or names an item twice.
    """
    place = len(drafts) if before is None else drafts.index(find_draft(drafts, before))
    first = _next_id(drafts)
    added = tuple(Draft(number, _rested_on(items), title) for number, items in enumerate(groups, start=first))
    return (*drafts[:place], *added, *drafts[place:]), added


def _next_id(drafts: Drafts) -> int:
    return max((each.id for each in drafts), default=0) + 1


def _rested_on(items: Sequence[str]) -> tuple[str, ...]:
    if not items:
        raise UsageError("An exhibit rests on at least one item.", todo="Name one.")
    twice = [item for item, times in Counter(items).items() if times > 1]
    if twice:
        raise UsageError("It would stand in one exhibit twice.", item=twice[0], todo="Name it once.")
    return tuple(items)


def edit_draft(
    arranged: Arrangement,
    drafts: Drafts,
    draft_id: int,
    *,
    title: str | None = None,
    witness: str | None = None,
    group: str | None = None,
    items: Sequence[str] | None = None,
    label: str | None = None,
) -> Drafts:
    """Change a draft; None leaves a field, an empty text clears it. Raises :class:`UsageError`, also for a label that
    was issued or is wanted for another draft; what the court profile says to it is asked when it is marked."""
    target = find_draft(drafts, draft_id)
    wanted = target.label
    if label is not None:
        wanted = free_label(arranged, label) if label.strip() else None
        if wanted is not None and any(each.label == wanted and each is not target for each in drafts):
            raise UsageError(f"Another draft is to be exhibit {wanted}.", todo="Choose another label.")
    changed = replace(
        target,
        title=target.title if title is None else title.strip(),
        witness=target.witness if witness is None else witness.strip() or None,
        group=target.group if group is None else group.strip() or None,
        items=target.items if items is None else _rested_on(items),
        label=wanted,
    )
    return tuple(changed if each is target else each for each in drafts)


def move_draft(drafts: Drafts, draft_id: int, before: int | None) -> Drafts:
    """Move a draft before another, or to the end (``before`` None). Raises :class:`UsageError`."""
    target = find_draft(drafts, draft_id)
    if before == draft_id:
        return drafts
    rest = tuple(each for each in drafts if each is not target)
    place = len(rest) if before is None else rest.index(find_draft(rest, before))
    return (*rest[:place], target, *rest[place:])


def remove_drafts(drafts: Drafts, ids: Collection[int]) -> Drafts:
    """The drafts without those of the ids. Raises :class:`UsageError` for one that is not there."""
    gone = {each.id for each in _of(drafts, ids)}
    return tuple(each for each in drafts if each.id not in gone)


def join_drafts(drafts: Drafts, ids: Collection[int]) -> tuple[Drafts, Draft]:
    """Make several drafts one, in the place of the first: its items in their order, each once, and of every other
    field what the first one has that has any. Raises :class:`UsageError` for fewer than two."""
    parts, rest = _of(drafts, ids), remove_drafts(drafts, ids)
    if len(parts) < 2:
        raise UsageError("Fewer than two exhibits were chosen.", todo="Choose those that shall become one.")
    joined = Draft(
        parts[0].id,
        tuple(dict.fromkeys(item for each in parts for item in each.items)),
        next((each.title for each in parts if each.title), ""),
        next((each.witness for each in parts if each.witness), None),
        next((each.group for each in parts if each.group), None),
        next((each.label for each in parts if each.label), None),
    )
    place = drafts.index(parts[0])
    return (*rest[:place], joined, *rest[place:]), joined


def split_draft(drafts: Drafts, draft_id: int) -> tuple[Drafts, Drafts]:
    """Make one draft of each item of one: all drafts, and those. The first keeps its id and a wanted label; the title,
    which was for all of them, is dropped. Raises :class:`UsageError` when there is only one item."""
    target = find_draft(drafts, draft_id)
    if len(target.items) < 2:
        raise UsageError("The exhibit rests on one item only.", item=target.items[0], todo="Choose one with several.")
    following = _next_id(drafts)
    parts = tuple(
        replace(target, id=following + place - 1, items=(item,), title="", label=None)
        for place, item in enumerate(target.items)
    )
    parts = (replace(parts[0], id=target.id, label=target.label), *parts[1:])
    place = drafts.index(target)
    return (*drafts[:place], *parts, *drafts[place + 1 :]), parts
