"""How items stand in a list: what they are ordered and filtered by, worked out once and kept beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from evidencekit.catalog.tables import descriptions, facts_of_case, items, listing, readings
from evidencekit.errors import UsageError
from evidencekit.moments import day_span, sort_key
from evidencekit.moments.zones import zone_of

_AT_ONCE = 500  # items in one IN list


def refresh(connection: Connection, numbers: Iterable[str]) -> None:
    """Bring the listing of those items up to their readings and descriptions."""
    zone, wanted = case_zone(connection), list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        _put(connection, _sources().where(items.c.number.in_(wanted[start : start + _AT_ONCE])), zone)


def refill(connection: Connection) -> None:
    """Make the whole listing anew."""
    connection.execute(delete(listing))
    _put(connection, _sources(), case_zone(connection))


def size(connection: Connection) -> int:
    """How many items are listed."""
    return connection.execute(select(func.count()).select_from(listing)).scalar_one()


def _put(connection: Connection, query: Select[Any], zone: str) -> None:
    rows = [_listed(row, zone) for row in connection.execute(query)]
    if rows:
        connection.execute(insert(listing).prefix_with("OR REPLACE"), rows)


def _sources() -> Select[Any]:
    return (
        select(items.c.id, items.c.name, readings.c.kind, readings.c.extension_matches)
        .add_columns(readings.c.warnings, readings.c.moments)
        .add_columns(descriptions.c.title, descriptions.c.when_said, descriptions.c.party)
        .join(readings, readings.c.item == items.c.number)
        .outerjoin(descriptions, descriptions.c.item == items.c.number)
    )


def _listed(row: Row[Any], zone: str) -> dict[str, Any]:
    when = row.when_said
    if when is None and row.moments:
        when = row.moments[0][0]
    days = day_span(when, zone)
    return {
        "id": row.id,
        "kind": row.kind,
        "warned": bool(row.warnings) or not row.extension_matches,
        "sort": "".join(sort_key(when, zone)[1:3]) if days else None,
        "first_day": days[0] if days else None,
        "last_day": days[1] if days else None,
        "title": title_key(row.title or row.name),
        "party": row.party,
    }


def title_key(title: str) -> str:
    """A title as people order them: case and accents aside, numbers by their value."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", title) if not unicodedata.combining(sign))
    return re.sub(r"[0-9]+", lambda digits: digits.group().zfill(12), plain.casefold())


def case_zone(connection: Connection) -> str:
    """The case's zone; UTC where it is not known on this computer, for the order of a list must not fail."""
    query = select(facts_of_case.c.value).where(facts_of_case.c.key == "timezone")
    name = str(connection.execute(query).scalar() or "UTC")
    try:
        return zone_of(name).key
    except UsageError:
        return "UTC"
