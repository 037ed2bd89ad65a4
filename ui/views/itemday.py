"""A field for a day, typed as people say it or picked from a calendar."""

from __future__ import annotations

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QLineEdit

from evidencekit.errors import EvidenceKitError
from evidencekit.moments import day_span, parse_when, show
from ui.desk import Desk


class DayField(QLineEdit):
    """``day`` is an ISO day, or "" while there is none; ``last`` takes the last day of what was said (“March 2026”),
    else the first. ``changed`` is emitted when the day is another."""

    changed = Signal()

    def __init__(self, desk: Desk, name: str, *, last: bool = False) -> None:
        super().__init__()
        self._desk, self._last = desk, last
        self.day = ""
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setToolTip(f"{name}: a day as you would say it, such as 9 Jan 2026 or March 2026")
        self._open = QAction(f"{name}: choose a day", self)
        self._open.triggered.connect(self._pick)
        self.addAction(self._open, QLineEdit.ActionPosition.TrailingPosition)
        self._calendar: QCalendarWidget | None = None
        self.nearby = ""  # an ISO day at which the calendar opens
        self.editingFinished.connect(self._said)
        self.textEdited.connect(lambda text: self._said() if not text else None)
        desk.theme.changed.connect(self._size)
        self._size()
        self._mark(wrong=False)

    def put(self, day: str) -> None:
        """Take an ISO day, or "" for none."""
        self.setText(show(day, None, "UTC")[0] if day else "")
        self._mark(wrong=False)
        if day != self.day:
            self.day = day
            self.changed.emit()

    def _said(self) -> None:
        text = self.text().strip()
        if text and self.day and text == show(self.day, None, "UTC")[0]:
            return
        try:
            self.put(self._understood(text))
        except EvidenceKitError:
            self._mark(wrong=True)

    def _understood(self, text: str) -> str:
        case = self._desk.session.case
        zone = case.info.timezone if case is not None else "UTC"
        found = day_span(parse_when(text, zone).iso, zone) if text else None
        return found[1 if self._last else 0] if found is not None else ""

    def _pick(self) -> None:
        calendar = QCalendarWidget()
        calendar.setWindowFlag(Qt.WindowType.Popup)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setAccessibleName(self._open.text())
        plain = QTextCharFormat()  # red, as Qt has the weekend, cannot be read on a dark ground
        plain.setForeground(self._desk.theme.colour("text"))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(day, plain)
        shown = QDate.fromString(self.day or self.nearby, Qt.DateFormat.ISODate)
        if shown.isValid():
            calendar.setSelectedDate(shown)
        calendar.clicked.connect(self._picked)
        calendar.activated.connect(self._picked)
        calendar.move(self.mapToGlobal(QPoint(0, self.height())))
        self._calendar = calendar  # kept alive while it is shown
        calendar.show()
        calendar.setFocus()

    def _picked(self, day: QDate) -> None:
        if self._calendar is not None:
            self._calendar.close()
        self.put(day.toString(Qt.DateFormat.ISODate))

    def _mark(self, *, wrong: bool) -> None:
        self._desk.theme.put_icon(self._open, "circle-alert" if wrong else "calendar", "bad" if wrong else "muted")
        self._open.setToolTip("This was not understood; try 9 Jan 2026" if wrong else self._open.text())
        self.setAccessibleDescription(self._open.toolTip() if wrong else "")

    def _size(self) -> None:
        self.setFixedWidth(self._desk.theme.px(116))
