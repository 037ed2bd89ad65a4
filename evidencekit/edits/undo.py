"""Taking an edit back and making it again, whatever it was: what it changed is recorded as a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from evidencekit.casefile import Case
from evidencekit.changes import Patch, netted

T = TypeVar("T")


def recording(case: Case, deed: Callable[[], T]) -> tuple[T, Patch]:
    """Do a deed of this package and say what it changed: what the deed gives back, and the patch.

    The patch is empty when nothing changed and not ``undoable`` when the ledger decides part of it. The deed runs in
    the calling thread; its errors pass through.
    """
    with case.catalog.recorded() as changes:
        result = deed()
    return result, netted(changes)


def revert(case: Case, patch: Patch) -> None:
    """Take a patch back, in one transaction.

    Raises :class:`UsageError`, and changes nothing, when the ledger decides part of it, when what it changed is no
    longer as it left it, or when something else rests on it by now.
    """
    reapply(case, patch.inverse)


def reapply(case: Case, patch: Patch) -> None:
    """Make a patch again that was taken back; the errors are those of :func:`revert`."""
    from evidencekit.catalog import patches

    with case.catalog.write() as connection:
        patches.put(connection, patch)
