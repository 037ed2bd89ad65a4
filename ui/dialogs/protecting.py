"""What must not leave the case: items held back from productions, and the terms that are looked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.casefile.protection import protection_of
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from evidencekit.model import Held, Part
from ui.advice import in_the_app
from ui.desk import Desk
from ui.dialogs.reason import KEPT, PRINTED, Deciding, enter_by
from ui.widgets import button, framed, label, row, shown_lines, size_within

_NAMED = 6
_REASON = 140  # characters of a reason that is told beside
_CHOICES = (
    ("whole", "The whole item", "Neither its file nor its pages nor its words leave the office."),
    ("native", "Its native file only", "Its pages and words go, its file with all that hides in it stays."),
    ("back", "Nothing: it may go", "It goes with the next production, unless something protected is found in it."),
)


class WithholdDialog(Deciding):
    """Asks what of items is held back, and why. ``choice`` is ``whole``, ``native`` or ``back``, ``reason`` the words
    that the production letter prints."""

    def __init__(self, desk: Desk, numbers: Sequence[str], held: Sequence[Held], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        self.setWindowTitle("Withhold from productions")
        self.setMinimumWidth(px(580))
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(9))
        layout.addWidget(label(_named(numbers), "heading", wrap=True, name="Which items"))
        if held:
            layout.addWidget(label(_held_words(held), "muted", wrap=True, name="Held back now"))
        layout.addWidget(label("What is held back?", "strong"))
        for place, (value, words, meaning) in enumerate(_CHOICES):
            if value == "back" and not held:
                continue
            radio = QRadioButton(words)
            radio.setToolTip(meaning)
            radio.setAccessibleDescription(meaning)
            self._group.addButton(radio, place)
            layout.addWidget(radio)
            about = label(meaning, "small", wrap=True)
            about.setContentsMargins(px(24), 0, 0, px(2))
            layout.addWidget(about)
        self._group.button(0).setChecked(True)
        layout.addWidget(label("Why", "strong"))
        self.words = QPlainTextEdit()
        self.words.setAccessibleName("Why")
        self.words.setTabChangesFocus(True)
        self.words.setAcceptDrops(False)
        self.words.setFixedHeight(px(56))
        self.words.setPlaceholderText("Privileged; holds the victim’s new address; not relevant…")
        layout.addWidget(self.words)
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        layout.addWidget(self.wrong)
        self.read_by = label("", "muted", wrap=True, name="Who reads the reason")
        layout.addWidget(self.read_by)
        told = (
            "Copies of the same content, and the native file of a mail or archive that holds it, are held back with "
            "it. A further entry in the ledger can change this."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        self.go = button("Enter", self.deciding.emit, primary=True)
        self.go.setDefault(True)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.words.textChanged.connect(self._look)
        self._group.idToggled.connect(lambda place, on: self._tell())
        self._tell()
        self._look()
        enter_by(self, desk, lambda: self.deed(numbers))
        self.words.setFocus()

    @property
    def choice(self) -> str:
        return _CHOICES[self._group.checkedId()][0]

    @property
    def reason(self) -> str:
        return self.words.toPlainText().strip()

    def deed(self, numbers: Sequence[str]) -> Callable[[Case, Job], object]:
        """What enters what was chosen, for :meth:`Session.act`; it raises what the core raises."""
        choice, reason = self.choice, self.reason
        if choice == "back":
            return lambda case, job: edits.give_back(case, numbers, reason)
        return lambda case, job: edits.withhold(case, numbers, reason, part=Part(choice))

    def _tell(self) -> None:
        self.read_by.setText(KEPT if self.choice == "back" else PRINTED)

    def _look(self) -> None:
        self.go.setEnabled(bool(self.reason))
        if self.wrong.text():
            self.say_wrong("")


class TermsDialog(QDialog):
    """The protected terms of the open case: what must not be in anything that leaves."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        px = desk.theme.px
        self.setWindowTitle("Protected terms")
        size_within(self, px(540), px(460))
        self.term = QLineEdit()
        self.term.setAccessibleName("New protected term")
        self.term.setPlaceholderText("The new street, workplace, telephone, school…")
        self.term.textChanged.connect(self._look)
        self.term.returnPressed.connect(self.add)
        self.add_it = button("Add", self.add)
        self.list = QListWidget()
        self.list.setAccessibleName("Protected terms")
        framed(desk.theme, self.list)
        self.list.currentItemChanged.connect(lambda now, before: self._look())
        self.remove_it = button("Remove", self.remove, tip="Take the chosen term off the list")
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        told = (
            "No production leaves while a file, page, text, name or hidden field of it holds one of these, however it "
            "is written: capitals, spaces, dashes of a number and foreign encodings do not matter. Every place is "
            "named to you first. Terms are kept in the case’s protected records and are never printed. What only a "
            "person can see or hear is not found: look at what leaves."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("What must not leave", "heading"))
        layout.addWidget(label(told, "muted", wrap=True))
        adding = QHBoxLayout()
        adding.setSpacing(px(8))
        adding.addWidget(self.term, 1)
        adding.addWidget(self.add_it)
        layout.addLayout(adding)
        layout.addWidget(self.wrong)
        layout.addWidget(self.list, 1)
        done = button("Close", self.accept, primary=True)
        layout.addWidget(row(self.remove_it, None, done))
        desk.session.state_changed.connect(self._look)
        self.refresh()
        self.term.setFocus()

    @property
    def terms(self) -> list[str]:
        """The terms listed."""
        return [self.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(self.list.count())]

    def refresh(self) -> None:
        """List the terms anew."""
        self.desk.session.read(lambda case: protection_of(case.checked).terms, self._put, key="terms")

    def add(self) -> None:
        """Protect what was typed."""
        term = self.term.text().strip()
        if term and self.desk.session.writable:
            self._do("Protecting a term", lambda case, job: edits.protect(case, [term]), clear=True)

    def remove(self) -> None:
        """Take the chosen term off the list."""
        chosen = self.list.currentItem()
        if chosen is not None and self.desk.session.writable:
            term = chosen.data(Qt.ItemDataRole.UserRole)
            self._do("Taking a term off the list", lambda case, job: edits.unprotect(case, [term]), clear=False)

    def _do(self, text: str, deed: Callable[[Case, Job], object], *, clear: bool) -> None:
        def done(_: object) -> None:
            if clear:
                self.term.clear()
            self.wrong.hide()
            self.refresh()

        def failed(error: BaseException) -> None:
            if not isinstance(error, EvidenceKitError):
                self.desk.session.tasks.trouble.emit(error)
                return
            self.wrong.setText(shown_lines(f"{error.what} {in_the_app(error.todo)}"))
            self.wrong.show()
            self.term.setFocus()

        self.desk.session.act(text, deed, (), done, failed)

    def _put(self, terms: Sequence[str]) -> None:
        self.list.clear()
        for term in terms:
            entry = QListWidgetItem(shown(term))
            entry.setData(Qt.ItemDataRole.UserRole, term)
            self.list.addItem(entry)
        self._look()

    def _look(self) -> None:
        writable = self.desk.session.writable
        self.add_it.setEnabled(writable and bool(self.term.text().strip()))
        self.remove_it.setEnabled(writable and self.list.currentItem() is not None)


def _named(numbers: Sequence[str]) -> str:
    told = ", ".join(numbers[:_NAMED])
    return told if len(numbers) <= _NAMED else f"{told} and {len(numbers) - _NAMED:,} more"


def _held_words(held: Sequence[Held]) -> str:
    first = held[0]
    what = "as a whole" if first.part is Part.WHOLE else "as to its native file"
    reason = first.reason if len(first.reason) <= _REASON else f"{first.reason[:_REASON].rstrip()}…"
    told = f"{first.item} is held back {what}: {reason}"
    return shown_lines(told if len(held) == 1 else f"{told} (and {len(held) - 1:,} more of these)")
