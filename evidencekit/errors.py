"""One root error. Every message says what happened, to which item, and what to do next."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes of the command line, as other software relies on them."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    CANCELLED = 130


class EvidenceKitError(Exception):
    """Something a person has to know about.

    ``what`` happened, in a sentence; ``item`` names the item, file or line it happened to;
    ``todo`` says what to do next.
    """

    exit_code: Exit = Exit.USAGE

    def __init__(self, what: str, *, item: str | None = None, todo: str) -> None:
        self.what, self.item, self.todo = what, item, todo
        super().__init__(what)

    def __str__(self) -> str:
        where = f"{self.item}: " if self.item else ""
        return f"{where}{self.what} {self.todo}"


class UsageError(EvidenceKitError):
    """The words or files a person gave cannot be used; nothing was changed."""


class CaseError(EvidenceKitError):
    """The case folder cannot be opened, is in use, or fails its checks; nothing was changed."""


class BusyError(CaseError):
    """Another window or command holds the case."""


class LockedError(CaseError):
    """A signing key is locked, and what opens it was not given or is not right; nothing was changed."""


class UnsoundError(CaseError):
    """The case fails its checks and may only be looked at; ``findings`` are its faults."""

    findings: tuple[Any, ...] = ()  # of `model.Finding`, which lies a layer above


class ProtectedError(UsageError):
    """Something that is protected would leave with a production; nothing was changed. ``hits`` are the places."""

    hits: tuple[Any, ...] = ()  # of `model.Hit`, which lies a layer above


class ReaderError(EvidenceKitError):
    """A file could not be read; it stays preserved. The only error that may leave a reader."""

    exit_code = Exit.FINDINGS


class BuildError(EvidenceKitError):
    """A binder could not be built; nothing half-done is left behind."""


class StorageError(EvidenceKitError):
    """The disk refused: full, gone or damaged; the work was taken back."""


class Cancelled(EvidenceKitError):  # noqa: N818 — a person's wish, not a fault
    """A person stopped the work; nothing of it was kept."""

    exit_code = Exit.CANCELLED

    def __init__(self, what: str = "Cancelled; nothing was changed.") -> None:
        super().__init__(what, todo="Run it again to complete it.")
