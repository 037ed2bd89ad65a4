"""Looking at a case that another window or command may be working on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from evidencekit.custody.regular import SMALL, read_regular
from evidencekit.model import Finding

_Seen = TypeVar("_Seen")
_LOOKS = 12  # at a case to which something is logged during every one of them


def settled(folder: Path, look: Callable[[], _Seen], faults: Callable[[_Seen], Sequence[Finding]]) -> _Seen:
    """What ``look`` sees of a case. Where it shows ``faults`` and something was logged meanwhile, it looks again: parts
    that were read one after the other need not fit then, and that is no fault. What is one is seen every time."""
    for left in reversed(range(_LOOKS)):
        before = _head(folder)
        seen = look()
        if not left or not faults(seen) or _head(folder) == before:
            break
    return seen


def _head(folder: Path) -> bytes:
    """The checkpoint as it stands; nothing where it cannot be read."""
    try:
        return read_regular(folder / "checkpoint", SMALL)
    except OSError:
        return b""
