"""When a hand-over was received, as a person says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evidencekit.errors import UsageError
from evidencekit.moments import Precision, parse_when

_EARLIEST = 1980
_LIKE = "Say the day, or the day and the time: “10 April 2026, 5 pm” or “2026-04-10 17:00”."


def received_at(text: str, zone: str, now: datetime) -> str:
    """A person's words as a hand-over keeps them: UTC ISO 8601 to the second, or an ISO date where only the day is
    said.

    A clock time is taken in the case's IANA ``zone``. Raises :class:`UsageError` for what is no day or time, or only
    about one, and for what lies after ``now`` or before there was anything to receive.
    """
    when = parse_when(text, zone)
    if when.precision not in (Precision.SECOND, Precision.MINUTE, Precision.DAY) or when.earliest is None:
        raise UsageError("This is too vague for the time of a hand-over.", item=when.said, todo=_LIKE)
    instant = when.earliest.astimezone(UTC)
    if instant.year < _EARLIEST or instant > now + timedelta(minutes=1):
        raise UsageError("This lies in the future, or too far back.", item=when.said, todo=_LIKE)
    if when.precision is Precision.DAY:
        return when.earliest.date().isoformat()
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
