"""Choosing the party of items, and saying who a new one is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.custody.names import shown, words
from evidencekit.errors import UsageError
from evidencekit.model import Party, Role
from ui.theme import Theme
from ui.widgets import button, framed, label, row, shown_lines

_ROLES = {
    Role.VICTIM: "Victim",
    Role.DEFENDANT: "Defendant",
    Role.WITNESS: "Witness",
    Role.OTHER: "Other",
}


def add_and_set(case: Case, numbers: Sequence[str], party: Party) -> object:
    """Add a party and set it on those items; part of one edit. Raises :class:`UsageError` when the name is taken."""
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        taken = any(each.name.casefold() == party.name.casefold() for each in court.all_parties(connection))
    if taken:
        raise UsageError(
            f"There is a party “{party.name}” already.", item=party.name, todo="Choose it, or give another name."
        )
    kept = edits.put_party(case, party)
    return edits.describe_items(case, numbers, party=kept.name)


class NewPartyDialog(QDialog):
    """Asks who a new party is. ``party`` is what was said, once it is accepted."""

    party: Party

    def __init__(
        self, theme: Theme, identifiers: Sequence[str], taken: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._taken = {each.casefold() for each in taken}
        self.setWindowTitle("New party")
        self.setMinimumWidth(theme.px(420))
        self.name = QLineEdit()
        self.name.setAccessibleName("Name")
        self.name.setPlaceholderText("J. D.")
        self.role = QComboBox()
        self.role.setAccessibleName("Role")
        for role, text in _ROLES.items():
            self.role.addItem(text, role)
        self.role.setCurrentIndex(list(_ROLES).index(Role.OTHER))
        self.identifiers = QPlainTextEdit("\n".join(shown(each) for each in identifiers))
        self.identifiers.setAccessibleName("Numbers, addresses and handles, one a line")
        self.identifiers.setTabChangesFocus(True)
        self.identifiers.setFixedHeight(theme.px(76))
        self.basis = QLineEdit()
        self.basis.setAccessibleName("How that is known")
        self.basis.setPlaceholderText("Subscriber record of the carrier")
        self.missing = label("", "bad", wrap=True, name="What is missing")
        self.missing.hide()
        self.add = button("Add and set", self.accept, primary=True)
        self.add.setDefault(True)
        form = QFormLayout()
        form.setSpacing(theme.px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (
            ("&Name *", self.name),
            ("&Role", self.role),
            ("Numbers, &addresses", self.identifiers),
            ("&How it is known", self.basis),
        ):
            buddy = QLabel(text)
            buddy.setBuddy(field)
            form.addRow(buddy, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(each) for each in (20, 18, 20, 16)))
        layout.setSpacing(theme.px(10))
        layout.addLayout(form)
        layout.addWidget(
            label("One number, address or handle a line. It belongs to one party only.", "small", wrap=True)
        )
        layout.addWidget(self.missing)
        layout.addWidget(row(None, button("Cancel", self.reject), self.add))

    def accept(self) -> None:
        """Take what was said when it can be kept, else say what is missing."""
        try:
            name = words(self.name.text(), "name")
            lines = [words(each, "identifier") for each in self.identifiers.toPlainText().split("\n")]
            basis = words(self.basis.text(), "basis")
        except UsageError as error:
            self._say(f"{error.what} {error.todo}")
            return
        if not name:
            self._say("Say what the party is called.")
            self.name.setFocus()
        elif name.casefold() in self._taken:
            self._say(f"There is a party “{name}” already: choose it, or give another name.")
            self.name.setFocus()
        else:
            found = tuple(dict.fromkeys(each for each in lines if each))
            self.party = Party(name, Role(self.role.currentData()), found, basis)
            super().accept()

    def _say(self, text: str) -> None:
        self.missing.setText(shown_lines(text))
        self.missing.show()


class ChoosePartyDialog(QDialog):
    """Asks for the party of several items. ``chosen`` is its name, "" for none; ``party`` a new one, where wanted."""

    wants_new = Signal()

    def __init__(self, theme: Theme, many: int, parties: Sequence[Party], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: str | None = None
        self.setWindowTitle("Set the party")
        self.setMinimumWidth(theme.px(420))
        heading = label(f"Whom are these {many:,} items from or about?", "heading", wrap=True)
        self.list = QListWidget()
        framed(theme, self.list)
        self.list.setAccessibleName("Parties")
        for text, name in (
            ("No party", ""),
            *((f"{shown(p.name)} – {_ROLES[p.role].lower()}", p.name) for p in parties),
        ):
            entry = QListWidgetItem(text)
            entry.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(entry)
        self.list.setMinimumHeight(theme.px(160))
        self.new = button("New party…", self._new)
        self.choose = button("Set party", self.accept, primary=True)
        self.list.itemActivated.connect(lambda entry: self.accept())
        self.list.currentRowChanged.connect(lambda place: self.choose.setEnabled(place >= 0))
        self.choose.setDefault(True)
        self.choose.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(each) for each in (20, 18, 20, 16)))
        layout.setSpacing(theme.px(10))
        layout.addWidget(heading)
        layout.addWidget(self.list)
        layout.addWidget(row(self.new, None, button("Cancel", self.reject), self.choose))
        self.list.setFocus()

    def _new(self) -> None:
        self.reject()
        self.wants_new.emit()

    def accept(self) -> None:
        """Take the party that is marked."""
        entry = self.list.currentItem()
        if entry is not None:
            self.chosen = str(entry.data(Qt.ItemDataRole.UserRole))
            super().accept()
