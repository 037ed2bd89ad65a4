"""The passphrase over a person's signing key: given to sign, or chosen anew."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from evidencekit.custody.keyfiles import SHORTEST_PASSPHRASE
from evidencekit.model import Person
from ui.theme import Theme
from ui.widgets import Snug, button, label, row, shown_lines


class PassphraseDialog(Snug):
    """Asks for the passphrase that opens a person's key; ``passphrase`` is what was typed."""

    def __init__(self, person: Person, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.px
        self.setWindowTitle("Passphrase")
        self.setMinimumWidth(px(440))
        self.field = secret("Passphrase")
        self.go = button("Unlock", self.accept, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(f"The key of {person.actor}", "heading", wrap=True, name="Whose key"))
        told = "What is done next is signed with it. It stays open until the window is closed."
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(self.field)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.field.textChanged.connect(lambda text: self.go.setEnabled(bool(text)))
        self.go.setEnabled(False)
        self.field.setFocus()

    @property
    def passphrase(self) -> str:
        return self.field.text()


class NewPassphraseDialog(Snug):
    """Asks for a new passphrase, twice; ``passphrase`` is it once it is accepted."""

    def __init__(self, person: Person, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.px
        self.setWindowTitle("New passphrase")
        self.setMinimumWidth(px(460))
        self.first, self.second = secret("New passphrase"), secret("The same again")
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.go = button("Set the passphrase", self.accept, primary=True)
        self.go.setDefault(True)
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("&New passphrase", self.first)
        form.addRow("The same &again", self.second)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(f"Passphrase of {person.actor}", "heading", wrap=True, name="Whose key"))
        layout.addLayout(form)
        layout.addWidget(self.wrong)
        told = (
            "Several words are better than one odd word. Nobody can find it again for you: without it this key signs "
            "nothing more, and a new one has to be made."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        for field in (self.first, self.second):
            field.textChanged.connect(self._look)
        self._look()
        self.first.setFocus()

    @property
    def passphrase(self) -> str:
        return self.first.text()

    def _look(self) -> None:
        first, second = self.first.text(), self.second.text()
        told = ""
        if first and len(first) < SHORTEST_PASSPHRASE:
            told = f"It needs at least {SHORTEST_PASSPHRASE} characters."
        elif second and not first.startswith(second):
            told = "The two are not the same."
        self.wrong.setText(shown_lines(told))
        self.wrong.setVisible(bool(told))
        self.go.setEnabled(len(first) >= SHORTEST_PASSPHRASE and first == second)
        if self.isVisible():
            self.fit()


def secret(name: str) -> QLineEdit:
    """A field whose letters are not shown."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setAccessibleName(name)
    return made
