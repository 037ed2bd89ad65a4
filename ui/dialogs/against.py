"""A checkpoint that was kept outside – printed, copied or photographed – to hold a case or a package against."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from evidencekit.casefile.given import read_given
from evidencekit.custody.printed import Printed
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from ui.advice import in_the_app
from ui.desk import Desk
from ui.tasks import Lane
from ui.widgets import Snug, button, label, row, shown_lines

_KINDS = "Pictures, PDF and notes (*.png *.jpg *.jpeg *.heic *.tif *.tiff *.webp *.pdf *.note *.txt *.json);;All (*)"


class AgainstDialog(Snug):
    """Asks for the checkpoint; ``printed`` is what was read once it is accepted."""

    printed: Printed

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._turn = 0
        px = desk.theme.px
        self.setWindowTitle("Compare with a printed checkpoint")
        self.setMinimumWidth(px(560))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("The checkpoint")
        self.text.setPlaceholderText("312 lines\nRoot  mSz5 kBfY 0a1w …")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(px(130))
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        self.go = button("Verify against it", self.read, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("What was kept outside?", "heading"))
        told = (
            "Type the number of lines and the root from a binder’s cover, a certification or a production letter; "
            "paste a signed note; or choose a photograph or scan of its square code. Everything is verified, and the "
            "record up to that checkpoint must be the very beginning of this one."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(self.text)
        layout.addWidget(row(button("Choose a picture or file…", self.choose), None))
        layout.addWidget(self.wrong)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.text.textChanged.connect(lambda: self.go.setEnabled(bool(self.text.toPlainText().strip())))
        self.go.setEnabled(False)
        self.text.setFocus()

    def choose(self) -> None:
        """Ask for a picture or file, and read it."""
        name, _ = QFileDialog.getOpenFileName(self, "The printed checkpoint", str(Path.home()), _KINDS)
        if name:
            self.read_value(name)

    def read(self) -> None:
        """Read what was typed or pasted."""
        self.read_value(self.text.toPlainText())

    def read_value(self, value: str) -> None:
        """Read a checkpoint, or the file that holds one, off the GUI thread, and go on with it."""

        self._turn += 1
        turn = self._turn

        def looking(job: Job) -> Printed:
            return read_given(value, job)

        def come(found: Printed) -> None:
            if turn == self._turn and self.isVisible():
                self.printed = found
                self.accept()

        def failed(error: BaseException) -> None:
            if turn == self._turn and self.isVisible():
                self._refuse(error)

        self.wrong.hide()
        self.desk.session.tasks.start(Lane.READ, looking, come, failed)

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, EvidenceKitError):
            self.desk.session.tasks.trouble.emit(error)
            return
        self.wrong.setText(shown_lines(f"{error.what} {in_the_app(error.todo)}"))
        self.wrong.show()
        self.fit()
