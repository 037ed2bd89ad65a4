"""Saving a copy of a recording to listen to, where the native file cannot be played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from evidencekit.binder.words import length
from evidencekit.casefile import Case
from evidencekit.catalog.browse import Row
from evidencekit.job import Job
from evidencekit.model import Kind
from ui.desk import Desk
from ui.views.written import ask_path

if TYPE_CHECKING:
    from evidencekit.listening import ListeningCopy

_FORMS = {".mp3": "MP3, small", ".wav": "WAV, as it was decoded"}


def save_listening_copy(desk: Desk, chosen: Callable[[], Row | None], parent: QWidget) -> None:
    """Ask where the copy of the chosen item goes and have it made; the ledger keeps its digest."""
    row = chosen()
    if row is None or row.kind not in (Kind.AUDIO, Kind.VIDEO):
        desk.say("Only recordings and videos have a listening copy.")
        return
    path = ask_path(desk, "Save a listening copy", f"{row.number}-listening.mp3", _FORMS, parent)
    if path is not None:
        make_listening_copy(desk, row.number, path)


def make_listening_copy(desk: Desk, number: str, path: Path) -> None:
    """Have it made as long work, and say what became of it."""

    def deed(case: Case, job: Job) -> ListeningCopy:
        from evidencekit.listening import make_copy

        return make_copy(case, number, path, job)

    def done(made: ListeningCopy) -> None:
        desk.say(f"{made.copy} holds {length(made.seconds)} of {number}; {made.copy}.json beside it both digests.")

    desk.session.act(f"Listening copy of {number}", deed, [], done)
