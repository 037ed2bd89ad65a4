"""Certifying a transcript: who declares that it is right, in which words, and that this is for good."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from evidencekit.edits.transcripts import DECLARATION
from ui.theme import Theme
from ui.widgets import button, label, row


class CertifyDialog(QDialog):
    """``by`` and ``declaration`` are what was entered once it is accepted."""

    def __init__(self, about: str, actor: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Certify the transcript")
        self.setMinimumWidth(theme.px(520))
        name, _, role = actor.partition(",")
        self.name, self.role = QLineEdit(name.strip()), QLineEdit(role.strip())
        self.name.setAccessibleName("Name")
        self.role.setAccessibleName("Role")
        self.role.setPlaceholderText("Paralegal, certified court interpreter…")
        self.words = QPlainTextEdit(DECLARATION)
        self.words.setAccessibleName("Declaration")
        self.words.setTabChangesFocus(True)
        self.words.setAcceptDrops(False)
        self.words.setFixedHeight(theme.px(130))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (("&Name", self.name), ("&Role", self.role), ("&Declaration", self.words)):
            form.addRow(text, field)
        self.sure = QCheckBox("I am this person, and the declaration is true.")
        self.go = button("Certify", self.accept, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(theme.px(11))
        layout.addWidget(label(about, "heading", wrap=True, name="What is certified"))
        layout.addLayout(form)
        layout.addWidget(self.sure)
        told = (
            "This version then never changes. The ledger keeps its digest and the name, not its words; writing on "
            "makes a new version, and both are kept."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        for field in (self.name, self.role):
            field.textChanged.connect(self._look)
        self.words.textChanged.connect(self._look)
        self.sure.toggled.connect(self._look)
        self._look()
        self.name.setFocus()

    @property
    def by(self) -> str:
        """“Name, role”."""
        return ", ".join(filter(None, (self.name.text().strip(), self.role.text().strip())))

    @property
    def declaration(self) -> str:
        return self.words.toPlainText().strip()

    def _look(self) -> None:
        named = bool(self.name.text().strip() and self.role.text().strip())
        self.go.setEnabled(named and bool(self.declaration) and self.sure.isChecked())
