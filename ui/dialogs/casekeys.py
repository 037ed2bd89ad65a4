"""The keys whose signatures the open case takes: one vouched for, one withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.casefile.vouching import add_key, read_public, withdraw_key
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from evidencekit.model import Person
from ui.advice import in_the_app
from ui.desk import Desk
from ui.widgets import Snug, button, framed, label, row, shown_lines, size_within


@dataclass(frozen=True, slots=True)
class CaseKey:
    """A key of the case: whose, its fingerprint (hex), who entered it by which ledger line, and the line by which it
    was withdrawn."""

    person: str
    fingerprint: str
    by: str
    line: int
    withdrawn: int | None


def keys_of(case: Case) -> list[CaseKey]:
    """Every key that the ledger added, in order."""
    state = case.checked.state
    found = []
    for line in list(case.checked.lines):
        if line.act == "key-add":
            fingerprint = str(line.fields.get("fingerprint"))
            key = state.key_printed(fingerprint)
            withdrawn = state.revoked.get(key.name) if key is not None else None
            person = str(line.fields.get("person"))
            found.append(CaseKey(person, fingerprint, line.actor, line.number, withdrawn))
    return found


class CaseKeysDialog(QDialog):
    """Lists the keys of the open case."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.keys: list[CaseKey] = []
        self.asked: QDialog | None = None
        px = desk.theme.px
        self.setWindowTitle("Keys of this case")
        size_within(self, px(640), px(460))
        self.list = QListWidget()
        self.list.setAccessibleName("Keys of this case")
        framed(desk.theme, self.list)
        self.list.currentRowChanged.connect(lambda at: self._tell())
        self.about = label("", wrap=True, select=True, name="The chosen key")
        self.told = label("", "bad", wrap=True, name="What stands against it")
        self.told.hide()
        self.vouch_it = button("Vouch for a key…", self.vouch, tip="Enter the public key of a person whom you know")
        self.withdraw_it = button("Withdraw…", self.withdraw, tip="Nothing that it signs later counts")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("Whose signatures this case takes", "heading"))
        about = (
            "Whoever works on the case enters their own key with their first line. Better is that a person who is "
            "known already vouches for it first: then nobody can bring in a key of their own unseen."
        )
        layout.addWidget(label(about, "muted", wrap=True))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.about)
        layout.addWidget(self.told)
        done = button("Close", self.accept, primary=True)
        done.setDefault(True)
        layout.addWidget(row(self.vouch_it, self.withdraw_it, None, done))
        desk.session.state_changed.connect(self._tell)
        self.refresh()
        self.list.setFocus()

    @property
    def chosen(self) -> CaseKey | None:
        """The key chosen in the list."""
        at = self.list.currentRow()
        return self.keys[at] if 0 <= at < len(self.keys) else None

    def refresh(self) -> None:
        """List the keys anew."""
        self.desk.session.read(keys_of, self._put, key="case keys")

    def vouch(self) -> None:
        """Ask whose key it is, and enter it."""
        asked = VouchDialog(self.desk, self)

        def vouching(case: Case, job: Job) -> object:
            del job
            return add_key(case, asked.person, read_public(asked.line))

        asked.accepted.connect(lambda: self._do("Vouching for a key", vouching))
        self._ask(asked)

    def withdraw(self) -> None:
        """Ask why, and withdraw the chosen key."""
        chosen = self.chosen
        if chosen is None:
            return
        asked = WithdrawKeyDialog(self.desk, chosen, self)

        def withdrawing(case: Case, job: Job) -> object:
            del job
            return withdraw_key(case, chosen.fingerprint, asked.reason)

        asked.accepted.connect(lambda: self._do("Withdrawing a key", withdrawing))
        self._ask(asked)

    def _do(self, text: str, deed: Callable[[Case, Job], object]) -> None:
        def done(_: object) -> None:
            self.told.hide()
            self.refresh()

        def failed(error: BaseException) -> None:
            if not isinstance(error, EvidenceKitError):
                self.desk.session.tasks.trouble.emit(error)
                return
            where = f"{error.item}: " if error.item else ""
            self.told.setText(shown_lines(f"{where}{error.what} {in_the_app(error.todo)}"))
            self.told.show()

        self.desk.session.act(text, deed, (), done, failed)

    def _put(self, keys: list[CaseKey]) -> None:
        at = self.list.currentRow()
        self.keys = keys
        self.list.clear()
        for each in keys:
            text = f"{each.person}  ·  {each.fingerprint[:16]}" + ("  ·  withdrawn" if each.withdrawn else "")
            entry = QListWidgetItem(shown(text))
            entry.setData(Qt.ItemDataRole.AccessibleTextRole, shown(text))
            self.list.addItem(entry)
        self.list.setCurrentRow(min(max(at, 0), len(keys) - 1))
        self._tell()

    def _tell(self) -> None:
        each, writable = self.chosen, self.desk.session.writable
        if each is None:
            self.about.setText("")
        else:
            grouped = " ".join(each.fingerprint[at : at + 8] for at in range(0, 64, 8))
            gone = f"\nWithdrawn by ledger line {each.withdrawn:,}." if each.withdrawn else ""
            told = f"Entered by {each.by}, ledger line {each.line:,}.{gone}\nFingerprint {grouped}"
            self.about.setText(shown_lines(told))
        self.vouch_it.setEnabled(writable)
        self.withdraw_it.setEnabled(writable and each is not None and each.withdrawn is None)

    def _ask(self, dialog: QDialog) -> None:
        if self.asked is not None:
            self.asked.deleteLater()
        self.asked = dialog
        dialog.open()


class VouchDialog(Snug):
    """Asks for a person and their public key; ``person`` and ``line`` are what was said."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        self.setWindowTitle("Vouch for a key")
        self.setMinimumWidth(px(520))
        self.fields = [QLineEdit() for _ in range(3)]
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in zip(("&Name *", "&Role", "&Agency"), self.fields, strict=True):
            field.setAccessibleName(text.strip("&* "))
            form.addRow(text, field)
        self.key = QPlainTextEdit()
        self.key.setAccessibleName("Public key")
        self.key.setPlaceholderText("The line that Copy public key gives on the other computer")
        self.key.setTabChangesFocus(True)
        self.key.setFixedHeight(px(72))
        form.addRow("&Public key *", self.key)
        self.go = button("Vouch for it", self.accept, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("Whose key is it?", "heading"))
        layout.addLayout(form)
        told = (
            "Compare its fingerprint with the person by voice first. Your signature then stands for it in the ledger."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.fields[0].textChanged.connect(lambda text: self._look())
        self.key.textChanged.connect(self._look)
        self._look()
        self.fields[0].setFocus()

    @property
    def person(self) -> Person:
        return Person(*(field.text().strip() for field in self.fields))

    @property
    def line(self) -> str:
        return self.key.toPlainText().strip()

    def _look(self) -> None:
        self.go.setEnabled(bool(self.person.name and self.line))


class WithdrawKeyDialog(Snug):
    """Asks why a key is withdrawn; ``reason`` is what was said."""

    def __init__(self, desk: Desk, key: CaseKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        self.setWindowTitle("Withdraw a key")
        self.setMinimumWidth(px(480))
        self.words = QPlainTextEdit()
        self.words.setAccessibleName("Why")
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(px(72))
        self.words.setPlaceholderText("Lost, left the office, seen by somebody else…")
        self.go = button("Withdraw", self.accept)
        self.go.setProperty("danger", True)
        cancel = button("Cancel", self.reject)
        cancel.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(f"Withdraw the key of {key.person}?", "heading", wrap=True))
        meaning = (
            "What it has signed stays good; nothing that it signs from now on counts in this case. This is entered in "
            "the ledger and cannot be undone."
        )
        layout.addWidget(label(meaning, wrap=True))
        layout.addWidget(label("Why", "strong"))
        layout.addWidget(self.words)
        layout.addWidget(row(None, cancel, self.go))
        self.words.textChanged.connect(lambda: self.go.setEnabled(bool(self.reason)))
        self.go.setEnabled(False)
        self.words.setFocus()

    @property
    def reason(self) -> str:
        return self.words.toPlainText().strip()
