"""When a hand-over was received: what a person types, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evidencekit.errors import UsageError
from evidencekit.received import received_at

ZONE = "America/Los_Angeles"
NOW = datetime(2026, 4, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("10 April 2026 5 pm", "2026-04-11T00:00:00Z"),
        ("April 10, 2026 at 5:04 PM", "2026-04-11T00:04:00Z"),
        ("2026-04-10 17:00", "2026-04-11T00:00:00Z"),
        ("2026-04-10T17:00:05+02:00", "2026-04-10T15:00:05Z"),
        ("10 April 2026", "2026-04-10"),
        ("2026-04-10", "2026-04-10"),
    ],
)
def test_what_is_said_is_kept_as_an_instant_or_a_day(said: str, kept: str) -> None:
    assert received_at(said, ZONE, NOW) == kept


@pytest.mark.parametrize(
    "said",
    ["", "yesterday", "April 2026", "before 10 April 2026", "about 5 pm on 4 March 2026", "4/10/2026", "1975-01-01"],
)
def test_what_is_vague_or_no_time_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        received_at(said, ZONE, NOW)


def test_nothing_is_received_in_the_future() -> None:
    received_at("2026-04-12T12:00:30Z", ZONE, NOW)
    with pytest.raises(UsageError, match="future"):
        received_at("2026-04-12T12:02:00Z", ZONE, NOW)
    with pytest.raises(UsageError, match="future"):
        received_at("13 April 2026", ZONE, NOW)
