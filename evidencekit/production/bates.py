"""Bates numbers: a prefix and a count, zero-padded to six digits. Issued once across all productions, never reused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evidencekit.errors import UsageError

# The latter form is as this program completed it.
_PREFIX = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}|[A-Z0-9][A-Z0-9_-]{18}[0-9]-")
_LONGEST = 20
_DIGITS = 6
_NOTHING = "EK"

Key = tuple[str, str, str, int]  # item, SHA-256, prefix, pages


def checked_prefix(text: str) -> str:
    """The prefix as it is printed: one that ends in a digit gets a hyphen, so that the count can be told from it.

    Raises :class:`UsageError` for anything but 1 to 20 of ``A-Z 0-9 _ -`` that begin with a letter or a digit; a number
    that begins with a hyphen is a formula to a spreadsheet and an option to a command.
    """
    if not _PREFIX.fullmatch(text):
        raise UsageError(
            "This cannot be the prefix of Bates numbers.",
            item=text,
            todo="Use 1 to 20 capital letters without accents, digits, hyphens or underscores, a letter or a digit "
            "first, such as HOLLIS.",
        )
    return f"{text}-" if text[-1].isdigit() else text


def prefix_for(case_number: str) -> str:
    """The prefix of a case that has none yet, made of its number: “26CR00417-”."""
    plain = unicodedata.normalize("NFKD", case_number).encode("ascii", "ignore").decode().upper()
    text = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return checked_prefix(text or _NOTHING)


def bates(prefix: str, count: int) -> str:
    """One number: “HOLLIS000001”; beyond 999,999 it grows by a digit."""
    return f"{prefix}{count:0{_DIGITS}d}"


def order_of(number: str) -> tuple[int, str]:
    """What Bates numbers of one prefix are sorted by; their text alone would put 1,000,000 before 999,999."""
    return len(number), number


def count_of(number: str, prefix: str) -> int:
    """The count of a number with that prefix."""
    return int(number.removeprefix(prefix))


def span(first: str, last: str) -> str:
    """“HOLLIS000001 – HOLLIS000009”, or the one number."""
    return first if first == last else f"{first} – {last}"


def unbroken(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of counts as the fewest that cover the same, lowest first."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued so far: the highest count by prefix, and the first number of each item as it was produced, by
    item, SHA-256, prefix and pages. Productions that were logged and never finished count."""

    highest: Mapping[str, int] = field(default_factory=dict)
    begins: Mapping[Key, str] = field(default_factory=dict)
