"""What a binder is made from: frozen values, gathered from the case once. The binder knows no case."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evidencekit.model import NO_CONTEXT, CaseInfo, ChronologyRow, Context, Digests, Kind, Status


@dataclass(frozen=True, slots=True)
class Handling:
    """One thing done to an item, as the ledger tells it: ``time`` UTC ISO 8601, ``what`` in words, ``actor``,
    ``line`` the 1-based ledger line, ``act`` the ledger's word for it where it is known."""

    time: str
    what: str
    actor: str
    line: int
    act: str = ""


@dataclass(frozen=True, slots=True)
class BoundItem:
    """One item as it is printed. ``name`` is the bare received name, already shown safely (control characters
    escaped), never a path. ``when`` is printed words, ``when_basis`` how it is known; ``facts`` are (label, value)
    pairs fit for a court filing: never GPS, never the source's path. ``original`` is where the bytes lie,
    ``copied_with`` the program and version that put them there."""

    number: str
    name: str
    kind: Kind
    media_type: str
    size: int
    digests: Digests
    original: Path
    case_zone: str
    source: str
    acquisition: int
    received: str
    received_from: str
    received_by: str
    method: str
    title: str
    when: str
    when_basis: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    seconds: float | None
    context: Context = NO_CONTEXT
    copied_with: str = ""


@dataclass(frozen=True, slots=True)
class BoundExhibit:
    """One exhibit in binder order; a withdrawn one has no items and prints as intentionally omitted.
    ``dates`` are (status, ISO date)."""

    label: str
    title: str
    items: tuple[BoundItem, ...]
    status: Status
    witness: str
    group: str
    when: str
    dates: tuple[tuple[Status, str], ...]

    @property
    def withdrawn(self) -> bool:
        return self.status is Status.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Seal:
    """The checkpoint a binder is printed under: ledger ``size`` (lines), base64 ``root``, the signed ``note`` that
    the QR code carries, the signing ``key`` and its ``fingerprint``, and when it was sealed (UTC ISO 8601)."""

    size: int
    root: str
    note: str
    key: str
    fingerprint: str
    time: str


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger says, known only once the binder's plan is sealed."""

    seal: Seal
    handlings: dict[str, tuple[Handling, ...]]  # item number → every handling, oldest first
    prepared_by: str
    tool: str


@dataclass(frozen=True, slots=True)
class BinderInput:
    """Everything a binder prints but the seal. ``chronology`` rows cite exhibits by label; pages are filled in when
    placed."""

    case: CaseInfo
    exhibits: tuple[BoundExhibit, ...]
    chronology: tuple[ChronologyRow, ...]


@dataclass(frozen=True, slots=True)
class Sticker:
    """The exhibit sticker of an exhibit's first page: ``head`` (“People's Exhibit”), the bare ``label``, and
    ``foot`` (the case number)."""

    head: str
    label: str
    foot: str


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What is stamped on one page of a volume's file: ``page`` (“12 of 120”) on every page, ``exhibit``
    (“Exhibit 1 · 1 of 3”) on an exhibit's pages, the ``sticker`` on its first, ``running`` (case) at the foot.
    ``label`` is the page label a PDF viewer shows."""

    page: str
    label: str
    running: str = ""
    exhibit: str = ""
    sticker: Sticker | None = None


@dataclass(frozen=True, slots=True)
class Bookmark:
    """One line of the PDF outline; ``page`` is the 1-based page of the volume's file."""

    title: str
    page: int
    children: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """One placed volume: the marks of each page in order, the outline, and where each ``ek:`` link leads
    (URI → 1-based page)."""

    number: int
    title: str
    pages: tuple[PageMarks, ...]
    outline: tuple[Bookmark, ...]
    targets: dict[str, int]
