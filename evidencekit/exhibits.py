"""Exhibits: labels issued once and never reused, and the arrangement of the binder as a pure value.

An arrangement is a tuple of :class:`~evidencekit.model.Exhibit` in binder order; withdrawn ones stay in it. Every
edit takes an arrangement and gives a new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from evidencekit.errors import UsageError
from evidencekit.model import Exhibit, Status
from evidencekit.profile import Profile

Arrangement = tuple[Exhibit, ...]

_LABEL = re.compile(r"(?!0)[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_LONGEST_LABEL = 12
# How a court writes what was added behind an exhibit, by the profile's word: 12A, 12-1, or not at all.
_LATE = {"letter": re.compile(r"\d+[A-Z]{1,2}"), "dash": re.compile(r"(?:\d+|[A-Z]+)-\d+"), "none": re.compile(r"(?!)")}
_TRANSCRIPT = "-T"  # a recording's transcript is an exhibit of its own, 14-T
_NUMERIC = re.compile(r"(\d+)(.*)")
_COURT_STEPS = (Status.OFFERED, Status.ADMITTED, Status.EXCLUDED)


def find(arranged: Arrangement, label: str) -> Exhibit:
    """The exhibit of that label, upper or lower case. Raises :class:`UsageError`."""
    for each in arranged:
        if each.label.casefold() == label.strip().casefold():
            return each
    raise UsageError(f"There is no exhibit “{label}”.", todo="`evidencekit exhibits CASE` lists the labels.")


def next_label(arranged: Arrangement, profile: Profile) -> str:
    """The label that the next exhibit gets: one past the highest ever issued."""
    if profile.numbering == "alpha":
        issued = [_alpha_value(each.label) for each in arranged]
        return _alpha_text(max(issued, default=0) + 1)
    numbers = [int(match[1]) for each in arranged if (match := _NUMERIC.match(each.label))]
    return str(max(numbers, default=0) + 1)


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
                todo=f"Choose another, or leave --label out to get {next_label(arranged, profile)}.",
            )
    late = base_label(chosen) != chosen and base_label(chosen) != chosen.removesuffix(_TRANSCRIPT)
    if late and not _LATE[profile.late].fullmatch(chosen.removesuffix(_TRANSCRIPT)):
        raise UsageError(
            f"The court profile “{profile.name}” allows no late label such as {chosen}.",
            todo=f"Leave --label out to get {next_label(arranged, profile)}, or choose another profile.",
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
