"""A video: stills of it above, its sound and transcript beneath. The video itself is not decoded by the app."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ui.desk import Desk
from ui.views.viewer.pages import PageList
from ui.views.viewer.sound import SoundView


class FilmView(QWidget):
    """``pages`` are a contact sheet and the stills one by one; ``sound`` plays what can be heard."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.split = QSplitter(Qt.Orientation.Vertical, self)
        layout.addWidget(self.split)
        self.pages = PageList(desk, self.split)
        self.sound = SoundView(desk, self.split)
        self.split.setChildrenCollapsible(False)
        for part, share in ((self.pages, 3), (self.sound, 2)):
            self.split.setStretchFactor(self.split.indexOf(part), share)
            part.setMinimumHeight(desk.theme.px(90))

    def take_focus(self) -> None:
        """Give the keys to the sound where there is one, else to the stills. Not a focus proxy: Qt's Tab would pass
        over the tools beside it."""
        if self.sound.isVisible() and self.sound.wave.maximum():
            self.sound.take_focus()
        else:
            self.pages.take_focus()

    def clear(self) -> None:
        """Show nothing, and stop."""
        self.pages.clear()
        self.sound.clear()
