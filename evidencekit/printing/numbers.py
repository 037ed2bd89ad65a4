"""Numbers out of hostile PDF objects."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any


def number(value: Any) -> float | None:
    """A finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def numbers(values: Any) -> list[float]:
    """The numbers of an array; an empty list when it is none or holds anything else."""
    if not isinstance(values, Iterable):
        return []
    found = list(values)
    if all(type(value) is int for value in found):
        return [float(value) for value in found]
    sound = [value for value in map(number, found) if value is not None]
    return sound if len(sound) == len(found) else []
