"""What this person chose, kept in the user's own ``settings.json`` beside the signing key; nothing of it in a case."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidencekit.custody.keys import Home
from ui.tasks import Lane, Tasks
from ui.theme import Mode

_RECENT = 12
SCALES = (1.0, 1.15, 1.25, 1.5)
MODES = {Mode.SYSTEM: "As the computer", Mode.LIGHT: "Light", Mode.DARK: "Dark"}


@dataclass(frozen=True, slots=True)
class Recent:
    """A case that was open lately, as it was when it was last looked at. No picture of evidence is kept here."""

    folder: str
    number: str
    caption: str
    opened: str
    items: int = 0
    exhibits: int = 0
    undated: int = 0
    sound: bool = True
    kinds: tuple[tuple[str, int], ...] = ()


class Settings:
    """Reads and writes one person's choices. With ``tasks`` what is chosen is written off the GUI thread, for that
    waits for the disk, and a disk that refuses is told to ``tasks.trouble`` once; without, at once. Who acts is always
    written at once and raises :class:`StorageError`, for it stands in the custody record."""

    def __init__(self, home: Home, tasks: Tasks | None = None) -> None:
        self._home, self._tasks = home, tasks
        self._kept = home.settings()
        self._unwritten: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # what was chosen later is written later
        self._told = False

    def _put(self, key: str, value: Any) -> None:
        if self._kept.get(key) == value:
            return
        self._kept = {**self._kept, key: value}
        with self._lock:
            self._unwritten[key] = value
        if self._tasks is None:
            self._write()
        else:
            self._tasks.start(Lane.DESK, lambda job: self._write(), lambda _: None, self._lost)

    def _write(self) -> None:
        """Put what is new among what is kept now: another window may have written other choices."""
        with self._writing:
            with self._lock:
                new, self._unwritten = self._unwritten, {}
            if new:
                self._home.choose(new)

    def _lost(self, error: BaseException) -> None:
        told, self._told = self._told, True
        if not told and self._tasks is not None:
            self._tasks.trouble.emit(error)

    @property
    def identity(self) -> str:
        """“Name, role” of who acts; empty when not set."""
        return str(self._kept.get("identity") or "")

    @identity.setter
    def identity(self, value: str) -> None:
        self._kept = {**self._kept, "identity": value.strip()}
        with self._lock:
            self._unwritten["identity"] = value.strip()
        self._write()

    @property
    def mode(self) -> Mode:
        try:
            return Mode(self._kept.get("theme", "system"))
        except ValueError:
            return Mode.SYSTEM

    @mode.setter
    def mode(self, value: Mode) -> None:
        self._put("theme", value.value)

    @property
    def scale(self) -> float:
        """Text size; 1.0 is 100 %."""
        value = self._kept.get("text_size", 1.0)
        return float(value) if value in SCALES else 1.0

    @scale.setter
    def scale(self, value: float) -> None:
        self._put("text_size", value)

    @property
    def paper(self) -> str:
        """The paper a new case's binder is built on; empty for the profile's own."""
        return str(self._kept.get("paper") or "")

    @paper.setter
    def paper(self, value: str) -> None:
        self._put("paper", value)

    @property
    def background(self) -> bool:
        """Whether work in the background starts by itself."""
        return self._kept.get("background", True) is not False

    @background.setter
    def background(self, value: bool) -> None:
        self._put("background", value)

    def get(self, key: str, otherwise: str = "") -> str:
        """A remembered detail of a window (its geometry, a splitter, a chosen way to list)."""
        return str(self._kept.get("window", {}).get(key, otherwise))

    def put(self, key: str, value: str) -> None:
        """Remember a detail of a window."""
        self._put("window", {**self._kept.get("window", {}), key: value})

    @property
    def recent(self) -> list[Recent]:
        """Cases opened lately, newest first; those whose folder is gone are left out."""
        found = []
        for each in self._kept.get("recent", []):
            try:
                kinds = tuple((str(kind), int(count)) for kind, count in each.get("kinds", []))
                found.append(Recent(**{**each, "kinds": kinds}))
            except (TypeError, ValueError, AttributeError):
                continue
        return found

    def remember(self, case: Recent) -> None:
        """Put a case first among the recent ones."""
        rest = [each for each in self.recent if each.folder != case.folder]
        self._put("recent", [asdict(each) for each in (case, *rest)][:_RECENT])

    def forget(self, folder: Path) -> None:
        """Take a case off the recent ones."""
        self._put("recent", [asdict(each) for each in self.recent if each.folder != str(folder)])


def now() -> str:
    """The time, as recent cases keep it: UTC ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
