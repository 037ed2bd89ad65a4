"""The head of the panel: which item this is, what it is, and the stickers of the exhibits it is in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.desk import Desk
from ui.theme import Theme
from ui.views.details.loaded import Label, Loaded
from ui.widgets import Elided

_MOST = 4


class Sticker(QWidget):
    """The sticker of an exhibit, as it is printed."""

    def __init__(self, theme: Theme, exhibit: Label) -> None:
        super().__init__()
        self._theme, self._exhibit = theme, exhibit
        words = f"Exhibit {exhibit.label}" + (", withdrawn" if exhibit.withdrawn else "")
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(self._theme.px(56), self._theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        from ui.views.exhibit_row import draw_sticker

        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        draw_sticker(
            painter,
            place,
            self._exhibit.prefix or "Exhibit",
            self._exhibit.label,
            self._theme,
            omitted=self._exhibit.withdrawn,
        )
        painter.end()


class Head(QWidget):
    """Title or name, number, what it is, stickers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = desk.theme.px
        self._theme = desk.theme
        self.name = Elided("", "heading", name="Title or name")
        self.what = Elided("", "small", name="Item")
        self._stickers = QHBoxLayout()
        self._stickers.setSpacing(px(4))
        words = QVBoxLayout()
        words.setSpacing(px(1))
        words.addWidget(self.name)
        words.addWidget(self.what)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(12), px(7), px(12), px(5))
        layout.setSpacing(px(8))
        layout.addLayout(words, 1)
        layout.addLayout(self._stickers)

    def put(self, loaded: Loaded) -> None:
        """Show this item's head."""
        item = loaded.item
        drafts = [each for each in loaded.labels if not each.label]
        marked = [each for each in loaded.labels if each.label]
        also = " · in a draft exhibit" if drafts else ""
        more = f" · in {len(marked)} exhibits" if len(marked) > _MOST else ""
        self.name.put(item.title or item.name)
        self.what.put(f"{item.number} · {loaded.what}{also}{more}")
        while (entry := self._stickers.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for each in marked[:_MOST]:
            self._stickers.addWidget(Sticker(self._theme, each), 0, Qt.AlignmentFlag.AlignTop)
