"""A column mapping proposed from a table's headings and first rows; shown to a person, never applied unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from evidencekit.media.messages.cells import clock_of, day_of, moment_of
from evidencekit.media.messages.mapping import ROLES, ColumnMapping

_MOST_ABOVE = 40
_NOT_WORD = re.compile(r"[^a-z0-9]+")
# The words that a heading may consist of, by role; the earlier a wording stands, the better it fits.
_HEADINGS = {
    "when": """date time|datetime|call date time|start date time|conn date time|connection date time|date and time|
        timestamp|start time date|event date time|usage date time|start timestamp|call start|event start|
        call date and time|seizure dt tm|start dt tm|date time utc|message date|msg date|msg date time""",
    "date": "date|call date|conn date|connection date|start date|usage date|event date|day|seizure date|dt",
    "time": "time|call time|conn time|connection time|start time|usage time|event time|seizure time|tm",
    "sender": """calling number|from|from number|originating number|caller|calling party|calling|originator|orig number|
        a number|source number|caller number|calling nbr|originating|calling party number|sender|calling mdn|msg from|
        source|mobile from""",
    "recipient": """called number|to|to number|terminating number|called party|dialed number|dialed digits|called|
        destination|destination number|b number|term number|called nbr|terminating|called party number|recipient|
        dialed digit number|dialed number|called mdn|msg to|
        receiver|mobile to""",
    "other": """number|phone number|other number|other party|contact|contact number|telephone number|phone|party|
        number called""",
    "direction": "direction|call direction|in out|incoming outgoing|dir|mobile role|direction of call",
    "duration": """duration|duration seconds|duration secs|duration sec|seconds|elapsed time|et|call duration|minutes|
        duration minutes|duration min|length|call length|usage min|talk time|duration hh mm ss|duration mm ss|
        seizure duration|duration sec s|call duration sec""",
    "kind": "type|call type|service type|event type|record type|usage type|service|kind|description|item type",
    "result": """result|status|call status|answered|disposition|outcome|completion|call result|completion code""",
    "offset": "time zone|timezone|tz|utc offset|offset|zone|gmt offset",
}
_UTC = re.compile(r"\b(?:utc|gmt|zulu)\b", re.I)


def propose(rows: Sequence[Sequence[str]], name: str = "proposal") -> ColumnMapping | None:
    """A mapping for a table of which these are the first rows, as text; None when it does not look like call detail.

    The order of day and month is proposed only where a day above twelve proves it, a zone only where a heading says
    UTC."""
    known = {role: [each.strip() for each in text.split("|")] for role, text in _HEADINGS.items()}
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for place, row in enumerate(rows[:_MOST_ABOVE]):
        roles = _roles(row, known)
        if len(roles) > best[0]:
            best = (len(roles), place, roles)
    _, place, roles = best
    people = {"sender", "recipient"} <= set(roles) or ("other" in roles and {"direction", "duration"} & set(roles))
    if not people or not {"when", "date"} & set(roles):
        return None
    heading, records = rows[place], [row for row in rows[place + 1 :] if any(row)]
    named = {role: _named(heading, column) for role, column in roles.items()}
    if "time" not in roles and "when" not in roles:
        named["when"] = named.pop("date")
        roles["when"] = roles.pop("date")
    dates = [_cell(row, roles.get("when", roles.get("date", 0))) for row in records]
    times = [_cell(row, roles["time"]) for row in records] if "time" in roles else dates
    title = heading[roles["duration"]].casefold() if "duration" in roles else ""
    told = any(_UTC.search(heading[roles[role]]) for role in ("when", "date", "time") if role in roles)
    mapping = ColumnMapping(
        name,
        order=_order(dates),
        clock="12" if any(re.search(r"\d ?[AaPp]\.?[Mm]", each) for each in times) else "24",
        unit=_unit(title, [_cell(row, roles["duration"]) for row in records] if "duration" in roles else []),
        zone="UTC" if told else "",
        skip=place,
    )
    return with_columns(mapping, named)


def with_columns(mapping: ColumnMapping, columns: Mapping[str, str]) -> ColumnMapping:
    """The mapping with other columns for the roles in ``columns``."""
    chosen: dict[str, Any] = {role: column for role, column in columns.items() if role in ROLES}
    return replace(mapping, **chosen)


def _roles(row: Sequence[str], known: Mapping[str, list[str]]) -> dict[str, int]:
    """Role → column, each column once, the best-fitting heading first."""
    fits = []
    for column, cell in enumerate(row[:100]):
        bare = _UTC.sub("", re.sub(r"\([^)]{0,40}\)", lambda m: m[0] if _is_unit(m[0]) else "", cell))
        words = _NOT_WORD.sub(" ", bare.casefold()).strip()
        for role, headings in known.items():
            if words in headings:
                fits.append((headings.index(words), column, role))
    found: dict[str, int] = {}
    for _, column, role in sorted(fits):
        if role not in found and column not in found.values():
            found[role] = column
    if "sender" in found or "recipient" in found:
        found.pop("other", None)
    return found


def _is_unit(text: str) -> bool:
    return re.search(r"sec|min|mm|hh", text, re.I) is not None


def _named(heading: Sequence[str], column: int) -> str:
    same = [each for each in heading if each.strip().casefold() == heading[column].strip().casefold()]
    return heading[column].strip() if len(same) == 1 else f"#{column + 1}"


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _order(dates: Sequence[str]) -> str:
    """The only order in which every date can be read, “” for several."""
    texts = [each for each in dates if each][:500]
    days = [each for each in texts if re.match(r"\d", each)]
    if not days:
        return ""
    if all(re.fullmatch(r"\d{9,10}|\d{12,13}", each) for each in days):
        return "epoch"

    def reads(text: str, order: str) -> bool:
        return day_of(text, order) is not None or moment_of(text, order, "24") is not None

    count = {order: sum(reads(each, order) for each in days) for order in ("mdy", "dmy", "ymd")}
    if all(reads(each, "") for each in days if clock_of(each, "24") is None):
        return ""
    most = max(count.values())
    fitting = [order for order, found in count.items() if found == most and most]
    return fitting[0] if len(fitting) == 1 else ""


def _unit(title: str, values: Sequence[str]) -> str:
    colons = {each.count(":") for each in values if each[:1].isdigit()}
    if colons == {0}:
        return "minutes" if re.search(r"\bmin", title) else "seconds"
    if colons == {2}:
        return "hh:mm:ss"
    return "mm:ss" if colons == {1} and re.search(r"mm:ss|\bet\b|elapsed", title) else "auto"
