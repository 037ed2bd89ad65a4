"""Who acts, on what paper, and how the app looks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from evidencekit.errors import EvidenceKitError
from evidencekit.printing.paper import PaperName
from ui.desk import Desk
from ui.dialogs.speech_field import SpeechField
from ui.settings import MODES, SCALES
from ui.theme import Mode
from ui.widgets import button, label, row

_PAPERS = {"": "As the court profile says", "letter": "Letter", "legal": "Legal", "a4": "A4"}


class SettingsDialog(QDialog):
    """Look and paper take effect at once; who acts, from the next deed on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("Settings")
        self.setMinimumWidth(desk.theme.px(480))
        self.identity = QLineEdit(desk.settings.identity)
        self.identity.setPlaceholderText("J. Alvarez, victim advocate")
        self.paper = _choice({name: _PAPERS[name] for name in ("", *PaperName)}, desk.settings.paper)
        self.mode = _choice(MODES, desk.settings.mode)
        self.scale = _choice({each: f"{each:.0%}" for each in SCALES}, desk.settings.scale)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            ("&Your name, role", self.identity),
            ("Binder &paper", self.paper),
            ("&Theme", self.mode),
            ("Text &size", self.scale),
        ):
            form.addRow(text, field)
            field.setAccessibleName(text.replace("&", ""))
        self.model = SpeechField(desk)
        form.addRow("Speech &model", self.model)
        self.model.setAccessibleName("Speech model")
        about = (
            "Your name stands in the custody record beside everything you do. Without one, your account's name does."
        )
        self.told = label("", "bad", wrap=True, name="What is wrong")
        self.finish = button("Done", self._done, primary=True)
        self.finish.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(desk.theme.px(12))
        layout.addLayout(form)
        layout.addWidget(label(about, "muted", wrap=True))
        layout.addWidget(self.told)
        layout.addWidget(row(None, self.finish))
        self.mode.currentIndexChanged.connect(self._look)
        self.scale.currentIndexChanged.connect(self._look)
        self.paper.currentIndexChanged.connect(self._paper)

    def _look(self) -> None:
        mode, scale = self.mode.currentData(), self.scale.currentData()
        self.desk.settings.mode, self.desk.settings.scale = Mode(mode), scale
        self.desk.theme.choose(Mode(mode), scale)

    def _paper(self) -> None:
        self.desk.settings.paper = self.paper.currentData()

    def _done(self) -> None:
        wanted = self.identity.text().strip()
        try:
            if wanted != self.desk.settings.identity:
                if wanted:
                    self.desk.session.home.actor(wanted)
                self._act_as(wanted)
        except EvidenceKitError as error:
            self.told.setText(f"{error.what} Write it as “Name, role”.")
            self.identity.setFocus()
            return
        self.accept()

    def _act_as(self, wanted: str) -> None:
        """From now on this person acts, even where that cannot be kept for the next time."""
        session = self.desk.session
        try:
            self.desk.settings.identity = wanted
        except EvidenceKitError as error:
            session.tasks.trouble.emit(error)
        session.act_as(wanted or session.home.actor(None))

    def reject(self) -> None:
        """Closing is done, too: nothing that was typed is thrown away unasked."""
        self._done()


def _choice(choices: object, chosen: object) -> QComboBox:
    made = QComboBox()
    assert isinstance(choices, dict)
    for value, text in choices.items():
        made.addItem(text, value)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
