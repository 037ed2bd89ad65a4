"""The dialog that gives a draft a label behind an exhibit that is already marked, such as 12A."""

from __future__ import annotations

from itertools import count

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from evidencekit import exhibits
from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from ui.advice import in_the_app
from ui.models.exhibits import Board, Entry
from ui.theme import Theme
from ui.widgets import Snug, button, label, row


class LateDialog(Snug):
    """``label_text`` is the label that was chosen; "" for the next one in order."""

    def __init__(self, board: Board, entry: Entry, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Late label")
        self.setMinimumWidth(theme.px(460))
        self._board, self._entry = board, entry
        self.behind = QComboBox()
        self.behind.setAccessibleName("Behind which exhibit it stands")
        self.behind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.behind.setMinimumContentsLength(20)
        self._bases = [each.label for each in board.arranged if exhibits.base_label(each.label) == each.label]
        for each in board.arranged:
            if each.label in self._bases:
                self.behind.addItem(f"{each.label}   {shown(each.title)}", each.label)
        self.label_edit = QLineEdit()
        self.label_edit.setAccessibleName("Label")
        self.label_edit.setMaxLength(24)
        self.fault = label("", "bad", wrap=True, name="What stands against it")
        self.go = button("Set label", self.accept, primary=True)
        self.go.setDefault(True)
        self.none = button("Next in order", self._next_in_order, tip="No late label: it gets the next one")
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Behind exhibit", self.behind)
        form.addRow("Label", self.label_edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label("A label behind an exhibit", "heading"))
        words = "What is already printed keeps its label. The new exhibit stands behind the one you choose."
        layout.addWidget(label(words, "muted", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.fault)
        layout.addWidget(row(self.none, None, button("Cancel", self.reject), self.go))
        self.behind.currentIndexChanged.connect(self._propose)
        self.label_edit.textChanged.connect(self._check)
        self._begin()

    @property
    def label_text(self) -> str:
        return self.label_edit.text().strip().upper()

    def _begin(self) -> None:
        base = self._entry.base or (self._bases[-1] if self._bases else "")
        if base in self._bases:
            self.behind.setCurrentIndex(self._bases.index(base))
        if self._entry.wanted:
            self.label_edit.setText(self._entry.wanted)
        else:
            self._propose()
        self.none.setEnabled(bool(self._entry.wanted))
        self._check()

    def _propose(self) -> None:
        self.label_edit.setText(proposed(self._board, str(self.behind.currentData() or ""), self._entry))

    def _next_in_order(self) -> None:
        self.label_edit.setText("")
        self.accept()

    def _check(self) -> None:
        """Say what stands against the label while it is typed."""
        fault = ""
        try:
            chosen = exhibits.check_label(self._board.arranged, self.label_edit.text(), self._board.profile)
            others = {each.label for each in self._board.drafts if each.id != self._entry.key}
            if chosen in others:
                fault = f"Another draft is to be exhibit {chosen}. Choose another label."
        except UsageError as error:
            fault = f"{error.what} {in_the_app(error.todo)}" if self.label_text else "Type a label."
        if self._board.profile.late == "none" and not self.label_text:
            fault = f"The court profile “{self._board.profile.title}” allows no late labels."
        self.fault.setText(shown(fault))
        self.go.setEnabled(not fault)


def proposed(board: Board, base: str, entry: Entry) -> str:
    """The first free late label behind an exhibit, as the court profile writes it; "" where it allows none."""
    if not base:
        return ""
    taken = {each.label for each in board.arranged} | {
        each.label for each in board.drafts if each.label and each.id != entry.key
    }
    if board.profile.late == "letter" and base.isdigit():
        letters = [chr(ord("A") + each) for each in range(26)]
        tails = iter([*letters, *(f"{one}{two}" for one in letters for two in letters)])
    elif board.profile.late == "dash":
        tails = (f"-{each}" for each in count(1))
    else:
        return ""
    return next((label for tail in tails if (label := f"{base}{tail}") not in taken), "")
