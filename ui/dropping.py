"""Files dragged over the window: what is under the pointer, what may be taken in, and what the window says of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.dragging import ITEMS_MIME
from ui.theme import Theme
from ui.widgets import even_width, label, set_role, shown_lines

_LOOKED_AT = 60  # paths whose kind is asked for while they hover: a share may answer slowly
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Dragged:
    """What a drag holds: ``paths`` on this computer, and the addresses of what is ``elsewhere``."""

    paths: tuple[Path, ...]
    elsewhere: tuple[str, ...] = ()


def dragged(data: QMimeData) -> Dragged | None:
    """The files of a drag; None when it holds none, or comes from a list of the app itself."""
    if data.hasFormat(ITEMS_MIME) or not data.hasUrls():
        return None
    paths, elsewhere = [], []
    for url in data.urls():
        if _here(url):
            paths.append(Path(url.toLocalFile()))
        else:
            elsewhere.append(url.toDisplayString())
    return Dragged(tuple(paths), tuple(elsewhere))


def _here(url: QUrl) -> bool:
    """Whether it is a file of this computer. A host's name means a share, which only Windows reaches by it."""
    return url.isLocalFile() and (os.name == "nt" or url.host() in ("", "localhost")) and bool(url.toLocalFile())


def counted(paths: Sequence[Path]) -> str:
    """“3 folders”, “a file”, “2 folders and 5 files”."""
    if len(paths) > _LOOKED_AT:
        return f"{len(paths):,} files and folders"
    folders = sum(1 for path in paths if path.is_dir())
    parts = []
    for many, one in ((folders, "folder"), (len(paths) - folders, "file")):
        if many:
            parts.append(f"a {one}" if many == 1 else f"{many} {one}s")
    return " and ".join(parts)


def not_here(elsewhere: Sequence[str]) -> str:
    """Why what is elsewhere is not taken in, by name."""
    named = ", ".join(elsewhere[:_NAMED]) + (f" and {len(elsewhere) - _NAMED} more" if len(elsewhere) > _NAMED else "")
    if len(elsewhere) == 1:
        return f"This is not a file on this computer: {named}. Save it first, then take in the saved file."
    return f"These are not files on this computer: {named}. Save them first, then take in the saved files."


class Overlay(QWidget):
    """Lies over the window while files are dragged across it; takes no part in anything."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("dropOverlay")
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = label("", "title", wrap=True, name="Dragged files")
        self.more = label("", "muted", wrap=True, name="About the dragged files")
        self._card = QFrame()
        self._card.setObjectName("card")
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(*(theme.px(each) for each in (36, 28, 36, 28)))
        inside.setSpacing(theme.px(10))
        for each in (self._picture, self.words, self.more):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inside.addWidget(each)
        inside.setAlignment(self.more, Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.addWidget(self._card, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def say(self, words: str, more: str = "", *, good: bool = True) -> None:
        """Show these words over the whole window."""
        self._picture.setPixmap(self._theme.pixmap("import" if good else "ban", 44, "accent" if good else "warn"))
        self.words.setText(shown_lines(words))
        set_role(self.words, "title" if good else "heading")
        self.more.setText(shown_lines(more))
        self.more.setVisible(bool(more))
        self._card.setFixedWidth(self._theme.px(520))
        room = self._theme.px(520 - 2 * 36)
        self.more.setFixedWidth(even_width(self.more, room))
        ground = self._theme.colour("ground")
        self.setStyleSheet(
            f"#dropOverlay {{ background: rgba({ground.red()}, {ground.green()}, {ground.blue()}, 215); }}"
        )
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
