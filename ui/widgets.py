"""Small pieces that every view uses: labels that show text as it is, empty states, banners, fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from evidencekit.custody.names import shown
from ui.theme import Theme
from ui.tips import plain_tip


def label(text: str = "", role: str = "", *, wrap: bool = False, select: bool = False, name: str = "") -> QLabel:
    """A label of plain text: markup in a file's name is never followed. ``role`` is one of the style sheet's."""
    made = QLabel(shown_lines(text))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if select:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if name or select:
        made.setAccessibleName(name or text)
    return made


class Elided(QLabel):
    """One line of plain text that gives way: what does not fit is left off with an ellipsis, and is in the tip."""

    def __init__(self, text: str = "", role: str = "", *, name: str = "") -> None:
        super().__init__()
        self._name = name
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self._whole = ""
        self.put(text)

    def put(self, text: str) -> None:
        """Show this text."""
        self._whole = shown(text)
        self.setAccessibleName(f"{self._name}: {self._whole}" if self._name else self._whole)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        fitted = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if self.width() < metrics.horizontalAdvance("MM…"):
            fitted = ""  # two letters say nothing
        self.setText(fitted)
        self.setToolTip(plain_tip(self._whole) if fitted != self._whole else "")


def size_within(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog this size, or what of it fits the screen that a small laptop has."""
    room = QSize(1200, 680)
    dialog.resize(QSize(width, height).boundedTo(room))


class Snug(QDialog):
    """A dialog as high as what it says: Qt guesses too high where words are wrapped, and leaves gaps between them."""

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """Be as high as what is shown now."""
        layout = self.layout()
        if layout is not None:
            layout.activate()  # what was shown or hidden just now is counted in
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))


class RoomyRows(QStyledItemDelegate):
    """Rows of a short list with a little room above and below their words."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 — Qt's name
        size: QSize = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + self._theme.px(7))


def framed(theme: Theme, view: QAbstractItemView) -> None:
    """Have a short list look like a field: a frame around it, roomy rows."""
    view.setProperty("framed", True)
    view.setItemDelegate(RoomyRows(theme, view))
    if isinstance(view, QListView):  # a long name takes two lines
        view.setWordWrap(True)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def even_width(words: QLabel, widest: int) -> int:
    """The narrowest width at which wrapped words take no more lines than at the widest: no line holds a single word
    because of a few pixels."""
    height, narrow, wide = words.heightForWidth(widest), widest // 2, widest
    while wide - narrow > 4:
        middle = (narrow + wide) // 2
        narrow, wide = (narrow, middle) if words.heightForWidth(middle) <= height else (middle, wide)
    return wide


def shown_lines(text: str) -> str:
    """Text fit for the screen, its line breaks kept."""
    return "\n".join(shown(line) for line in text.split("\n"))


def set_role(widget: QWidget, role: str, key: str = "role") -> None:
    """Give a widget another role of the style sheet, and have it drawn so."""
    if widget.property(key) != role:
        widget.setProperty(key, role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(text: str, on: Callable[[], object] | None = None, *, primary: bool = False, tip: str = "") -> QPushButton:
    """A push button; ``primary`` for the one thing that a screen is there for."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    if primary:
        made.setProperty("primary", True)
    if tip:
        made.setToolTip(tip)
    if on is not None:
        made.clicked.connect(lambda checked=False: on())
    return made


def tool(
    theme: Theme, icon: str, name: str, on: Callable[[], object] | None = None, *, toggle: bool = False
) -> QToolButton:
    """A button with an icon only; ``name`` is its tip and what a screen reader says."""
    made = QToolButton()
    theme.put_icon(made, icon)
    made.setToolTip(name)
    made.setAccessibleName(name)
    made.setCheckable(toggle)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if on is not None:
        made.clicked.connect(lambda checked=False: on())
    return made


def action_button(action: QAction, *, primary: bool = False) -> QPushButton:
    """A push button that does what an action does, and is greyed with it."""
    made = QPushButton(action.iconText())
    made.setAutoDefault(False)
    if primary:
        made.setProperty("primary", True)

    def follow() -> None:
        made.setEnabled(action.isEnabled())
        made.setToolTip(action.toolTip())
        if not primary:
            made.setIcon(action.icon())
            made.setIconSize(action.property("beside") or made.iconSize())

    action.changed.connect(follow)
    made.clicked.connect(lambda checked=False: action.trigger())
    follow()
    return made


def column(*parts: QWidget, margin: int = 0, gap: int = 8) -> QWidget:
    """Widgets below each other."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(gap)
    for part in parts:
        layout.addWidget(part)
    return holder


def row(*parts: QWidget | None, margin: int = 0, gap: int = 8) -> QWidget:
    """Widgets beside each other; None is a space that gives way, and a line that gives way gets the room."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(gap)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        else:
            layout.addWidget(part, 1 if isinstance(part, Elided) else 0)
    return holder


def line() -> QFrame:
    """A thin line between two things."""
    made = QFrame()
    made.setFrameShape(QFrame.Shape.HLine)
    made.setFixedHeight(1)
    return made


class Empty(QWidget):
    """An empty state: what would be here, and what to do next."""

    def __init__(self, theme: Theme, icon: str, title: str, words: str, buttons: Iterable[QPushButton] = ()) -> None:
        super().__init__()
        self._theme, self._icon_name = theme, icon
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label(title, "heading")
        self.words = label(words, "muted", wrap=True)
        for each in (self.title, self.words):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMaximumWidth(theme.px(440))
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)  # it never makes a window grow
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(10))
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addWidget(self.title)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self.words, 100)
        across.addStretch(1)
        layout.addLayout(across)
        layout.addSpacing(theme.px(4))
        layout.addWidget(row(None, *buttons, None))
        layout.addStretch(3)
        self.setMinimumWidth(theme.px(240))  # its buttons give way before the window has to grow
        theme.changed.connect(self._paint)
        self._paint()

    def say(self, title: str, words: str) -> None:
        """Other words, as when a filter rather than the case leaves nothing."""
        self.title.setText(shown(title))
        self.words.setText(shown_lines(words))
        self._balance()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._balance()

    def _paint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(self._icon_name, 40, "muted"))
        self._balance()

    def _balance(self) -> None:
        room = self.contentsRect().width() - self._theme.px(24)
        self.words.setMaximumWidth(even_width(self.words, min(max(room, 1), self._theme.px(440))))


class Banner(QFrame):
    """A strip across the window that says something lasting about the case; ``tone`` is ``warn`` or ``bad``."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._theme, self._tone = theme, "warn"
        self._picture = QLabel()
        self.text = label("", wrap=True, name="Notice")
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 8)
        self._layout.addWidget(self._picture)
        self._layout.addWidget(self.text, 1)
        theme.changed.connect(self._paint)
        self.hide()

    def add(self, made: QPushButton) -> None:
        """A button at its end."""
        self._layout.addWidget(made)

    def say(self, text: str, tone: str) -> None:
        """Show the strip with these words."""
        self._tone = tone
        set_role(self, tone, "tone")
        self.text.setText(shown_lines(text))
        self.text.setAccessibleName(text)
        self._paint()
        self.show()

    def _paint(self) -> None:
        icon = "shield-alert" if self._tone == "bad" else "triangle-alert"
        self._picture.setPixmap(self._theme.pixmap(icon, 18, self._tone))
