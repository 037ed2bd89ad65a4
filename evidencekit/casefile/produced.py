"""Under which Bates numbers an item went out, as ledger and protected records tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evidencekit.casefile.checks import Checked
from evidencekit.custody.lines import Line
from evidencekit.custody.records import Body

Numbers = tuple[int, str, str]
"""A production's number, and the first and last Bates number of an item in it."""


def completed(lines: Iterable[Line]) -> dict[int, Line]:
    """The productions whose package was put in its place, by the number of their ``produce`` line: the line that says
    so. Of any other nobody has anything, though its Bates numbers are used."""
    return {
        line.fields["produce"]: line
        for line in lines
        if line.act == "derive" and line.fields.get("made") == "production" and "produce" in line.fields
    }


def productions(checked: Checked) -> Iterator[tuple[Line, Body, Line | None]]:
    """Every ``produce`` line, oldest first, its protected record (empty where that is damaged), and the line that says
    that its package was put in place, None while it was not."""
    done = completed(checked.lines)
    for line in checked.lines:
        if line.act == "produce":
            yield line, checked.papers.get(int(line.fields.get("record", 0)), {}), done.get(line.number)


def bates_of(checked: Checked) -> dict[str, tuple[Numbers, ...]]:
    """Item number → its productions, oldest first. One that was never completed does not count: nobody has it."""
    found: dict[str, tuple[Numbers, ...]] = {}
    for line, body, done in productions(checked):
        if done is None:
            continue
        number = int(line.fields.get("production", 0))
        for each in body.get("items", ()):
            item = str(each["item"])
            found[item] = (*found.get(item, ()), (number, str(each["begin"]), str(each["end"])))
    return found
