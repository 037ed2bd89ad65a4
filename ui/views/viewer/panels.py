"""What the viewer shows in place of content: nothing chosen, a preview being made, a kind that cannot be shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from evidencekit.binder.formats import format_words
from evidencekit.binder.words import short_size
from evidencekit.catalog.browse import Row
from evidencekit.model import Kind
from ui.theme import Theme
from ui.widgets import label, row, shown_lines

_ICONS = {
    Kind.IMAGE: "image",
    Kind.AUDIO: "audio-lines",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "file-text",
    Kind.EMAIL: "mail",
    Kind.MESSAGES: "message-square",
    Kind.ARCHIVE: "archive",
    Kind.OTHER: "file-question",
}


class Instead(QWidget):
    """Says in words what there is when it cannot be shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._icon = theme, "eye"
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label("", "heading", wrap=True, select=True)
        self.about = label("", "muted", wrap=True, select=True)
        self.why = label("", "warn", wrap=True, select=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(theme.px(10))
        layout.addStretch(2)
        layout.addWidget(self._picture)
        for each in (self.title, self.about, self.why):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            each.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)  # a long name is broken
            layout.addWidget(each)
        layout.addStretch(3)
        theme.changed.connect(self._paint)
        self.say_nothing()

    def say_nothing(self) -> None:
        """No item is chosen."""
        self._say("eye", "Choose an item to see it", "It is shown here as a copy; the original is never touched.", ())

    def say_item(self, item: Row, why: tuple[str, ...], *, failed: bool) -> None:
        """What an item is. ``failed``: it is of a kind that can be shown, but this one cannot; ``why`` says more."""
        what = f"{format_words(item.kind, item.media_type)} · {short_size(item.size)}"
        kept = "It is kept and hashed as received."
        if not failed:
            kept += " This kind of file cannot be shown yet."
        self._say(_ICONS[item.kind], item.title or item.name, f"{what}\n{kept}", why)

    def _say(self, icon: str, title: str, about: str, why: tuple[str, ...]) -> None:
        self._icon = icon
        for each, text in ((self.title, title), (self.about, about), (self.why, "\n".join(why))):
            each.setText(shown_lines(text))
            each.setAccessibleName(shown_lines(text) or "Reason")
            each.setVisible(bool(text))
        self._paint()

    def _paint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(self._icon, 40, "muted"))


class Waiting(QWidget):
    """Says that a preview is being made."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.text = label("Making a preview…", "muted", name="Making a preview")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._theme, self._bar = theme, QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Making a preview")
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.text)
        layout.addWidget(row(None, self._bar, None))
        layout.addStretch(3)
        theme.changed.connect(self._size)
        self._size()

    def _size(self) -> None:
        self._bar.setFixedWidth(self._theme.px(160))
