"""The start screen: recent cases with their state, a new case, an existing one, and the sample case."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidencekit.custody.names import shown
from evidencekit.moments import local_zone, show
from ui.desk import Desk
from ui.settings import Recent
from ui.theme import Theme
from ui.tips import plain_tip
from ui.widgets import Elided, action_button, label, row

_COLUMNS = 2
_KINDS = ("image", "audio", "video", "document", "email", "messages", "archive", "other")


class StartView(QScrollArea):
    """What a person sees without a case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWidgetResizable(True)
        self.setAccessibleName("Start")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(32, 40, 32, 32)
        self._layout.setSpacing(desk.theme.px(14))
        self._layout.addWidget(label("EvidenceKit", "title"))
        promise = "Takes evidence in without changing a bit of it, keeps its custody, and prints the exhibit binder."
        self._layout.addWidget(label(promise, "muted", wrap=True))
        first = action_button(desk.actions["case.new"], primary=True)
        others = [action_button(desk.actions[name]) for name in ("case.open", "case.sample")]
        self._layout.addWidget(row(first, *others, None))
        self._layout.addSpacing(desk.theme.px(14))
        self.heading = label("Recent cases", "heading")
        self._layout.addWidget(self.heading)
        self._cards = QWidget()
        self._grid = QGridLayout(self._cards)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(desk.theme.px(12))
        self._layout.addWidget(self._cards)
        self.none = label(
            "No case was open here yet. Start one for the files you were handed, or try the sample case: it is made "
            "up, and nothing you do in it can harm anything.",
            "muted",
            wrap=True,
        )
        self._layout.addWidget(self.none)
        self._layout.addStretch(1)
        inside.setMaximumWidth(desk.theme.px(980))
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(inside, 100)
        across.addStretch(1)
        self.setWidget(holder)
        self.cards: list[CaseCard] = []
        self.sample_items = 120
        self.refresh()

    def refresh(self) -> None:
        """Show the recent cases as they are now."""
        for card in self.cards:
            self._grid.removeWidget(card)
            card.deleteLater()
        recent = self.desk.settings.recent
        zone = local_zone() if recent else ""  # looks through the computer's zones: once for all cards
        self.cards = [CaseCard(self.desk, each, self, zone) for each in recent]
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)
        for across in range(_COLUMNS):
            self._grid.setColumnStretch(across, 1)
        self.none.setVisible(not self.cards)
        self.heading.setVisible(bool(self.cards))

    def forget(self, folder: Path) -> None:
        """Take a case off the list; the case itself stays where it is."""
        self.desk.settings.forget(folder)
        self.refresh()

    def try_sample(self) -> None:
        """Ask where to put the sample case, make it, and open it."""
        parent = QFileDialog.getExistingDirectory(self, "Where to put the sample case", str(Path.home()))
        if parent:
            self.desk.session.make_sample(_free(Path(parent) / "EvidenceKit sample"), self.sample_items)


def _free(folder: Path) -> Path:
    """The folder, or the next of that name that is not there yet."""
    found, count = folder, 1
    while found.exists():
        count += 1
        found = folder.with_name(f"{folder.name} {count}")
    return found


class CaseCard(QFrame):
    """One recent case: opens on click, Enter or Space; its menu forgets it."""

    def __init__(self, desk: Desk, case: Recent, start: StartView, zone: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.desk, self.case, self._start, self._zone = desk, case, start, zone
        self._there = Path(case.folder).is_dir()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        words = QVBoxLayout()
        words.setSpacing(desk.theme.px(3))
        words.addWidget(Elided(case.caption, "strong"))
        words.addWidget(Elided(case.number, "muted"))
        words.addWidget(Elided(self._told(), "small"))
        words.addWidget(self._state())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(desk.theme.px(14))
        layout.addWidget(KindPicture(desk.theme, case))
        layout.addLayout(words, 1)
        self.setToolTip(plain_tip(shown(case.folder)))
        self.setAccessibleName(f"{case.caption}, {case.number}, {self._told()}")
        self.setAccessibleDescription(f"Opens the case in {case.folder}")

    def _told(self) -> str:
        day, time, _ = show(self.case.opened, None, self._zone)
        return f"{self.case.items:,} items · {self.case.exhibits} exhibits · last open {day}, {time[:5]}"

    def _state(self) -> QLabel:
        if not self._there:
            return label("The folder is not there now", "bad")
        if not self.case.sound:
            return label("Fails its checks: opens read-only", "bad")
        if self.case.undated:
            return label(f"{self.case.undated} need a date", "warn")
        return label("Everything dated", "good") if self.case.items else label("Nothing taken in yet", "muted")

    def _open(self) -> None:
        if self.desk.actions["case.open"].isEnabled():
            self.desk.session.open(Path(self.case.folder))

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("Open").triggered.connect(self._open)
        forget = menu.addAction("Take off this list")
        forget.triggered.connect(lambda: self._start.forget(Path(self.case.folder)))
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        if event.button() is Qt.MouseButton.LeftButton:
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        elif event.key() == Qt.Key.Key_Delete:
            self._start.forget(Path(self.case.folder))
        else:
            super().keyPressEvent(event)


class KindPicture(QWidget):
    """A case as a small picture: a bar for each kind of item, as high as there are many. No evidence is shown."""

    def __init__(self, theme: Theme, case: Recent) -> None:
        super().__init__()
        self._theme = theme
        many = dict(case.kinds)
        self._bars = [many.get(kind, 0) for kind in _KINDS]
        self._sound = case.sound
        self.setFixedSize(QSize(theme.px(92), theme.px(68)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("ground"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        colour = QColor(self._theme.colour("accent" if self._sound else "bad"))
        tallest, pad = max(self._bars) or 1, 9.0
        step = (self.width() - 2 * pad) / len(self._bars)
        floor = self.height() - pad
        for place, many in enumerate(self._bars):
            high = max(2.0, (self.height() - 2 * pad) * (many / tallest) ** 0.5) if many else 2.0
            colour.setAlphaF(1.0 if many else 0.25)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(pad + place * step + 1, floor - high, step - 2, high), 1.5, 1.5)
        painter.end()
