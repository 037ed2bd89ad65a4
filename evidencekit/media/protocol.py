"""What a reader gets and gives. A reader knows neither store, ledger nor catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evidencekit.job import Job
from evidencekit.model import NO_CONTEXT, Context, Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: ``path`` (never opened for writing), the ``untrusted_name`` it arrived under, its
    ``media_type`` by content, the case's IANA ``case_zone``, what is known besides (``context``), and, of files that
    share a media type, its ``form`` (:mod:`evidencekit.media.forms`), “” for none in particular."""

    path: Path
    untrusted_name: str
    media_type: str
    case_zone: str
    context: Context = NO_CONTEXT
    form: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What the screen asks for: one ``page`` (0-based) in at most ``width`` by ``height`` pixels, 0 for any height.

    A ``thumb`` is for a glance among many: no sound, no words, nothing that takes long."""

    page: int
    width: int
    height: int = 0
    thumb: bool = False


NOTHING_TO_SEE = Preview(None, None, 0)


class Reader(Protocol):
    """One kind of evidence. Only :class:`~evidencekit.errors.ReaderError` may leave a reader."""

    name: str
    version: str
    kind: Kind
    media_types: frozenset[str]
    forms: frozenset[str]  # of any media type; they go before the media types of other readers
    one_shot: bool  # a fresh process for every file (archives, mail, office files)

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """Facts, moments and warnings; text and children are files under ``out``, a folder of its own."""
        ...

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The printable rendition on ``sheet``, a PDF under ``out``; content stays inside the sheet's frame."""
        ...

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """A page or the sound as the screen shows it, files under ``out``; :data:`NOTHING_TO_SEE` for most kinds."""
        ...
