"""The custody of an item: its digests, the hand-over it came in by, and its history in words."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desk import Desk
from ui.views.details.digests import DigestsSection
from ui.views.details.loaded import Handled, Loaded
from ui.views.details.pieces import Known
from ui.widgets import label


class CustodySection(QWidget):
    """Custody of one item. The history comes after the rest, for it is read from the ledger."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = desk.theme.px
        self._number = ""
        self.digests = DigestsSection(desk)
        self.history = Known(desk.theme, "History of this item", whole=True)
        self.came = Known(desk.theme, "How it came in", whole=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(8))
        layout.setSpacing(px(8))
        layout.addWidget(label("Digests taken when it came in", "strong", wrap=True))
        layout.addWidget(self.digests)
        layout.addWidget(label("History", "strong"))
        layout.addWidget(self.history)
        layout.addWidget(label("Hand-over", "strong"))
        layout.addWidget(self.came)
        layout.addStretch(1)

    def put(self, loaded: Loaded) -> None:
        """Show an item's digests; what belongs to another item goes."""
        self.digests.put(loaded)
        if loaded.number != self._number:
            self._number = loaded.number
            self.history.put((), "Reading the record…")
            self.came.put((), "")

    def tell(self, handled: Handled) -> None:
        """Show the history and hand-over, when they are this item's."""
        if handled.number == self._number:
            self.history.put(handled.history, "The record tells nothing of this item.")
            self.came.put(handled.came, "The record of its hand-over could not be read.")
