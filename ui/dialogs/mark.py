"""The dialog before labels are issued: which ones, to what, and that this is for good."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from evidencekit import exhibits
from ui.models.exhibits import Board, Entry
from ui.theme import Theme
from ui.tips import plain_tip
from ui.widgets import button, framed, label, row


class MarkDialog(QDialog):
    """Lists the labels that the chosen drafts get, in the order they are issued. ``ids`` are those drafts."""

    def __init__(self, board: Board, ids: Sequence[int], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Mark exhibits")
        self.setMinimumWidth(theme.px(520))
        self.setMinimumHeight(theme.px(420))
        self.ids = list(ids)
        labels = exhibits.provisional(board.arranged, board.drafts, board.profile, self.ids)
        entries = {each.key: each for each in board.entries}
        coming = [(labels[number], entries[number]) for number in labels]
        self.list = QTreeWidget()
        framed(theme, self.list)
        self.list.setAccessibleName("Labels that will be issued")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setColumnCount(2)
        self.list.addTopLevelItems([self._line(given, entry, theme) for given, entry in coming])
        self.list.setColumnWidth(0, theme.px(96))
        faults = [entry.fault for _, entry in coming if entry.fault]
        self.fault = label(faults[0] if faults else "", "bad", wrap=True, name="What stands against it")
        self.fault.setVisible(bool(faults))
        many = len(coming)
        words = f"Mark {many} exhibit{'' if many == 1 else 's'}"
        self.go = button(words, self.accept, primary=True)
        self.go.setDefault(True)
        self.go.setEnabled(not faults and many > 0)
        cancel = button("Cancel", self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label(heading([given for given, _ in coming]), "heading", wrap=True, name="What will happen"))
        about = f"Numbered as the court profile “{board.profile.title}” says."
        layout.addWidget(label(about, "muted", wrap=True))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.fault)
        sure = "A label is issued once and entered in the ledger. It cannot be undone, and it is never given again."
        layout.addWidget(label(sure, wrap=True))
        layout.addWidget(row(None, cancel, self.go))
        self.go.setFocus()

    @staticmethod
    def _line(given: str, entry: Entry, theme: Theme) -> QTreeWidgetItem:
        many = f"  ({len(entry.items)} items)" if len(entry.items) > 1 else ""
        made = QTreeWidgetItem([given, f"{entry.title}{many}"])
        made.setFont(0, theme.font(weight=QFont.Weight.DemiBold))
        if entry.fault:
            made.setToolTip(1, plain_tip(entry.fault))
            made.setForeground(0, theme.colour("bad"))
            made.setForeground(1, theme.colour("bad"))
        return made


def heading(labels: Sequence[str]) -> str:
    """“Labels 4 to 9 and 12A will be issued”."""
    late = [each for each in labels if exhibits.base_label(each) != each]
    plain = [each for each in labels if each not in late]
    if not labels:
        return "There is no draft to mark"
    if len(labels) == 1:
        return f"Label {labels[0]} will be issued"
    run = " to ".join(dict.fromkeys((plain[0], plain[-1]))) if plain else ""
    few = ", ".join(late) if len(late) <= 3 else f"{len(late)} late ones"
    return f"Labels {' and '.join(part for part in (run, few) if part)} will be issued"
