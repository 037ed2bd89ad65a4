"""What a worker is asked for, and how its answer, or its death, becomes a value."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from concurrent.futures import Future, InvalidStateError
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any, Literal

from evidencekit.errors import EvidenceKitError
from evidencekit.media.filetypes import UNKNOWN
from evidencekit.media.protocol import Look
from evidencekit.media.wire import (
    Message,
    WireError,
    pack,
    pack_context,
    unpack_pages,
    unpack_preview,
    unpack_reading,
    unpack_study,
)
from evidencekit.model import Context, Kind, Pages, Preview, Reading, Study
from evidencekit.printing.paper import Sheet

After = Literal["done", "single", "outside", "once more"]
"""What becomes of a task: it is done, must be handed to a worker of another manner, or asked for once more."""


@dataclass(slots=True)
class Task(ABC):
    """One request and the future it fills. ``deaths`` counts the workers that died over it; ``more_seconds`` is what
    the file's size adds to the time it may take; ``manner`` is the kind of worker that is asked first."""

    future: Future[Any]
    path: Path
    name: str
    zone: str
    out: Path
    context: Context = field(default=Context(), kw_only=True)
    deaths: int = field(default=0, kw_only=True)
    frame: bytes = field(default=b"", kw_only=True)
    number: int = field(default=0, kw_only=True)
    started: bool = field(default=False, kw_only=True)
    more_seconds: int = field(default=0, kw_only=True)
    manner: Literal["series", "outside"] = field(default="series", kw_only=True)

    def start(self, number: int, bytes_per_second: int) -> bool:
        """Makes the frame to send; False when nobody waits for the result any more."""
        if not self.started and not self.future.set_running_or_notify_cancel():
            return False
        if not self.started:
            with contextlib.suppress(OSError):  # the worker says that it cannot be opened
                self.more_seconds = self.path.stat().st_size // bytes_per_second
        self.started = True
        asked = {"path": str(self.path), "name": self.name, "zone": self.zone, "out": str(self.out)}
        asked_too = {**pack_context(self.context), "more_seconds": self.more_seconds}
        self.frame = pack({"id": number, **asked, **asked_too, **self._asked()})
        return True

    def fail(self, error: EvidenceKitError) -> None:
        """Nobody will read it: its future raises ``error``, unless whoever waited for it has gone."""
        with contextlib.suppress(InvalidStateError):
            if self.started or self.future.set_running_or_notify_cancel():
                self.future.set_exception(error)

    @abstractmethod
    def _asked(self) -> Message: ...

    @abstractmethod
    def answer(self, message: Message) -> After:
        """Takes a worker's answer. Raises :class:`WireError` when it is none."""

    @abstractmethod
    def blame(self, cause: str) -> After:
        """The worker died of this file, for ``cause``."""

    def _give(self, value: Reading | Pages | Preview | Study) -> After:
        with contextlib.suppress(InvalidStateError):  # closed meanwhile
            self.future.set_result(value)
        return "done"


@dataclass(slots=True)
class ReadTask(Task):
    """Read one file; when that kills workers, at least say what it is."""

    cause: str = field(default="", kw_only=True)

    def _asked(self) -> Message:
        return {"do": "identify" if self.cause else "read"}

    def answer(self, message: Message) -> After:
        if (elsewhere := _elsewhere(message)) and not self.cause:
            return elsewhere
        if "reading" in message and not self.cause:
            return self._give(unpack_reading(message["reading"], self.out))
        if "identity" in message and self.cause:
            return self._give(self._unread(message["identity"]))
        if not isinstance(message.get("failed"), str):
            raise WireError
        return self._give(_unknown(self.cause or message["failed"]))

    def blame(self, cause: str) -> After:
        if self.cause:
            return self._give(_unknown(self.cause))
        self.cause = cause
        return "once more"

    def _unread(self, identity: Any) -> Reading:
        empty: Message = {"facts": [], "moments": [], "text": None, "children": [], "pages": None, "seconds": None}
        empty |= {"contacts": None, "proposals": [], "questions": []}
        try:
            return unpack_reading({**identity, **empty, "warnings": [_stopped(self.cause)]}, self.out)
        except TypeError:
            raise WireError from None


@dataclass(slots=True)
class PagesTask(Task):
    """Make the printable rendition of one file."""

    media_type: str = field(kw_only=True)
    sheet: Sheet = field(kw_only=True)

    def _asked(self) -> Message:
        return {"do": "pages", "media_type": self.media_type, "sheet": list(astuple(self.sheet))}

    def answer(self, message: Message) -> After:
        if elsewhere := _elsewhere(message):
            return elsewhere
        if "pages" in message:
            return self._give(unpack_pages(message["pages"], self.out))
        if not isinstance(message.get("failed"), str):
            raise WireError
        return self._give(_unprinted(message["failed"]))

    def blame(self, cause: str) -> After:
        return self._give(_unprinted(cause))


@dataclass(slots=True)
class PreviewTask(Task):
    """Make what the screen shows of one file."""

    media_type: str = field(kw_only=True)
    look: Look = field(kw_only=True)

    def _asked(self) -> Message:
        return {"do": "preview", "media_type": self.media_type, "look": list(astuple(self.look))}

    def answer(self, message: Message) -> After:
        if elsewhere := _elsewhere(message):
            return elsewhere
        if "preview" in message:
            return self._give(unpack_preview(message["preview"], self.out))
        if not isinstance(message.get("failed"), str):
            raise WireError
        return self._give(_unseen(message["failed"]))

    def blame(self, cause: str) -> After:
        return self._give(_unseen(cause))


@dataclass(slots=True)
class StudyTask(Task):
    """Long work on one file, such as recognising its words: ``work`` names it, ``settings`` are its own."""

    media_type: str = field(kw_only=True)
    work: str = field(kw_only=True)
    settings: dict[str, str] = field(kw_only=True)

    def _asked(self) -> Message:
        return {"do": "study", "media_type": self.media_type, "work": self.work, "settings": self.settings}

    def answer(self, message: Message) -> After:
        if "study" in message:
            return self._give(unpack_study(message["study"], self.out))
        if not isinstance(message.get("failed"), str):
            raise WireError
        return self._give(Study(None, (message["failed"],)))

    def blame(self, cause: str) -> After:
        return self._give(Study(None, (f"It was stopped: {cause}",)))


def _elsewhere(message: Message) -> Literal["single", "outside"] | None:
    """The manner of worker that an answer asks for."""
    asked = message.get("again")
    return "single" if asked == "single" else "outside" if asked == "outside" else None


def _stopped(cause: str) -> str:
    return f"The reader was stopped: {cause} The file is preserved and hashed; open it with care outside this program."


def _unknown(cause: str) -> Reading:
    return Reading(Kind.OTHER, UNKNOWN, True, "other", "1", warnings=(_stopped(cause),))


def _unprinted(cause: str) -> Pages:
    return Pages(None, 0, warnings=(f"It could not be put on paper: {cause} The native file goes beside the binder.",))


def _unseen(cause: str) -> Preview:
    return Preview(None, None, 0, warnings=(f"It cannot be shown: {cause} The file is preserved as received.",))
