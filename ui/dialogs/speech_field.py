"""The choice of the speech model's folder, which is pointed to once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from shiboken6 import isValid

from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from evidencekit.speechmodel import forget_model, model_in_use, use_model, what_is_missing
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.tasks import Lane
from ui.widgets import Elided, button, label, row, shown_lines


class SpeechField(QWidget):
    """Says which model is in use or how to get one, and lets another folder be chosen. Takes effect at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.folder = Elided("", name="Folder of the speech model")
        self.choose = button("Choose folder…", self._choose, tip="Point to the folder that holds the model")
        self.none = button("Use none", self._forget, tip="Draft no transcripts on this computer")
        self.setFocusProxy(self.choose)
        self.told = label("", "small", wrap=True, name="Speech model")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(desk.theme.px(4))
        for each in (self.folder, row(self.choose, self.none, None), self.told):
            layout.addWidget(each)
        self.look()

    def look(self) -> None:
        """Say how it stands; a model that changed is hashed off the GUI thread."""
        home = self.desk.session.home

        def looking(job: Job) -> tuple[str, str, str]:
            del job
            model = model_in_use(home)
            return (str(model.folder), model.sha256, "") if model is not None else ("", "", what_is_missing(home))

        self.desk.session.tasks.start(Lane.DESK, looking, self._come, self._failed)

    def use(self, folder: Path) -> None:
        """Point to that folder."""
        home = self.desk.session.home
        self.told.setText("Looking at the model…")
        work = self.desk.session.tasks.start
        work(Lane.DESK, lambda job: use_model(home, folder), lambda made: self._used(), self._failed)

    def _used(self) -> None:
        """There is something to be done in the background now."""
        session = self.desk.session
        if session.case is not None:
            session.changed.emit(Changes(frozenset({Part.ITEMS, Part.DERIVED})))
        self.look()

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder of the speech model")
        if chosen:
            self.use(Path(chosen))

    def _forget(self) -> None:
        home = self.desk.session.home
        self.desk.session.tasks.start(Lane.DESK, lambda job: forget_model(home), lambda _: self.look(), self._failed)

    def _come(self, found: tuple[str, str, str]) -> None:
        if not isValid(self):  # the settings were closed meanwhile
            return
        folder, digest, missing = found
        self.folder.put(folder or "None")
        told = missing or f"SHA-256 {digest[:16]}… Transcripts are drafted in the background, on this computer only."
        self._say(told)
        self.none.setVisible(bool(folder))

    def _failed(self, error: BaseException) -> None:
        self._say(f"{error.what} {error.todo}" if isinstance(error, EvidenceKitError) else str(error))

    def _say(self, text: str) -> None:
        if not isValid(self):
            return
        self.told.setText(shown_lines(text))
        self.told.setAccessibleName(text)
