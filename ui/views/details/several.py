"""Many items at once: what they are together, and what can be done with them."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desk import Desk
from ui.views.details.loaded import Several
from ui.views.details.pieces import Known
from ui.views.details.wording import Line
from ui.widgets import action_button, label

_ACTIONS = ("item.when", "item.party", "exhibit.add", "exhibit.add_one")


class SeveralSection(QWidget):
    """Several chosen items."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = desk.theme.px
        self.heading = label("", "heading", wrap=True, name="Chosen items")
        self.known = Known(desk.theme, "What the chosen items are together", whole=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(12), px(12), px(12))
        layout.setSpacing(px(8))
        layout.addWidget(self.heading)
        layout.addWidget(self.known)
        self.buttons = [action_button(desk.actions[name]) for name in _ACTIONS]
        for made in self.buttons:
            layout.addWidget(made)
        layout.addStretch(1)

    def put(self, several: Several) -> None:
        """Show these items."""
        many = len(several.numbers)
        self.heading.setText(f"{many:,} items chosen")
        undated = f"{several.undated:,} of them" if several.undated else ""
        lines = (
            Line("They are", several.kinds),
            Line("Together", several.size),
            Line("Happened", several.span or "no date is known"),
            Line("Need a date", undated),
            Line("Parties", several.parties),
        )
        self.known.put([each for each in lines if each.value])
