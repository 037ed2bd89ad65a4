"""The timeline above the chronology: how many rows each day, week or month has, and the milestones among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.models.chronology import Chronicle, Turn
from ui.theme import Theme

_STEPS = ("day", "week", "month", "year")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STRAY = 0.01  # the share of rows at either end that may lie far off without squeezing the rest


@dataclass(slots=True)
class Bucket:
    """A stretch of the timeline from ``day`` on."""

    day: date
    rows: int = 0
    turns: list[Turn] = field(default_factory=list)


class TimelineStrip(QWidget):
    """``jumped`` gives the first milestone of the stretch that was clicked or gone to with the arrow keys, else its
    first day."""

    jumped = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._days: tuple[tuple[date, int], ...] = ()
        self._turns: tuple[Turn, ...] = ()
        self.buckets: list[Bucket] = []
        self.step = "day"
        self.outside = (0, 0)
        self._at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._dress)
        self._dress()

    def put(self, known: Chronicle) -> None:
        """Show the timeline of these rows; hidden where nothing is dated."""
        self._days, self._turns, self._at = known.days, known.turns, None
        self.setVisible(bool(self._days or self._turns))
        self._divide()
        dated = len(known.rows) - known.undated
        words = [f"{dated:,} dated rows", f"{len(self._turns)} milestones"]
        if self.buckets:
            words.append(f"from {day_words(self.buckets[0].day)} to {day_words(self.buckets[-1].day)}")
        if known.vague:
            words.append(f"{known.vague} on no one day are not in the bars")
        self.setAccessibleDescription(", ".join(words) + ". Left and right go along it.")
        self.update()

    def told(self, place: int) -> str:
        """What a stretch holds, in words."""
        bucket = self.buckets[place]
        lead = {"day": "", "week": "Week of ", "month": "", "year": ""}[self.step]
        when = day_words(bucket.day)
        if self.step == "month":
            when = when.split(" ", 1)[1]
        elif self.step == "year":
            when = str(bucket.day.year)
        rows = f"{bucket.rows} row" + ("" if bucket.rows == 1 else "s") if bucket.rows else ""
        return f"{lead}{when}: " + "; ".join(part for part in (rows, *(turn.text for turn in bucket.turns)) if part)

    # How it is divided

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(self._theme.px(400), self._theme.px(92))

    def _room(self) -> QRect:
        px = self._theme.px
        return self.rect().adjusted(px(18), px(26), -px(18), -px(24))

    def _divide(self) -> None:
        self.buckets = []
        counted, self.outside = _without_strays(self._days, [turn.day for turn in self._turns])
        days = [day for day, _ in counted] + [turn.day for turn in self._turns]
        if not days:
            return
        first, last = min(days), max(days)
        wide = max(1, self._room().width())
        least = self._theme.px(5)
        for step in _STEPS:
            self.step = step
            starts = _starts(first, last, step, wide // least + 1)
            if len(starts) * least <= wide:
                break
        self.buckets = [Bucket(start) for start in starts]
        place = {bucket.day: bucket for bucket in self.buckets}
        for day, rows in counted:
            place[_start(day, self.step)].rows += rows
        for turn in self._turns:
            place[_start(turn.day, self.step)].turns.append(turn)

    # How it is drawn

    def _centre(self, place: int) -> float:
        room = self._room()
        return room.left() + (place + 0.5) * room.width() / len(self.buckets)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, px = self._theme.colour, self._theme.px
        painter.fillRect(self.rect(), colour("base"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, colour("line"))
        if not self.buckets:
            return
        room = self._room()
        painter.fillRect(room.left(), room.bottom(), room.width(), 1, colour("line"))
        most = max((bucket.rows for bucket in self.buckets), default=0) or 1
        wide = max(2.0, min(room.width() / len(self.buckets) - 2, float(px(14))))
        muted = colour("muted")
        muted.setAlpha(150)
        for place, bucket in enumerate(self.buckets):
            if bucket.rows:
                high = max(px(3), round(bucket.rows / most * (room.height() - px(4))))
                bar = QRect(round(self._centre(place) - wide / 2), room.bottom() - high, round(wide), high)
                painter.fillRect(bar, colour("accent") if place == self._at else muted)
        self._paint_turns(painter, room)
        self._paint_dates(painter, room)
        if self.hasFocus():
            painter.setPen(colour("accent"))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _paint_turns(self, painter: QPainter, room: QRect) -> None:
        """A line and a mark for each milestone, and its words where there is room for them."""
        px, colour = self._theme.px, self._theme.colour
        painter.setFont(self._theme.font(size=11 / 13))
        metrics = painter.fontMetrics()
        marked = [place for place, bucket in enumerate(self.buckets) if bucket.turns]
        free = float(room.left())
        for order, place in enumerate(marked):
            x, bucket = self._centre(place), self.buckets[place]
            painter.setPen(colour("accent"))
            painter.drawLine(QPointF(x, room.top() - px(4)), QPointF(x, room.bottom()))
            painter.setBrush(colour("accent"))
            size = px(5)
            painter.drawPolygon(QPolygonF([QPointF(x + dx * size, room.bottom() + dy * size) for dx, dy in _DIAMOND]))
            words = bucket.turns[0].text + (f" +{len(bucket.turns) - 1}" if len(bucket.turns) > 1 else "")
            needed = min(metrics.horizontalAdvance(words) + 2, px(190))
            end = self._centre(marked[order + 1]) - px(8) if order + 1 < len(marked) else float(self.width() - px(8))
            left = max(x - px(4), free)
            width = min(needed, end - left)
            if width < needed and x + px(4) - free > width:  # there is more room on the other side of the mark
                width = min(needed, x + px(4) - free)
                left = x + px(4) - width
            if width >= min(needed, px(44)):
                cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(width))
                painter.setPen(colour("text"))
                painter.drawText(QPointF(left, px(4) + metrics.ascent()), cut)
                free = left + metrics.horizontalAdvance(cut) + px(10)

    def _paint_dates(self, painter: QPainter, room: QRect) -> None:
        painter.setFont(self._theme.font(size=11 / 13))
        metrics, px = painter.fontMetrics(), self._theme.px
        painter.setPen(self._theme.colour("muted"))
        base = room.bottom() + px(8) + metrics.ascent()
        free = 0.0
        before: tuple[int, int] | None = None
        for place, bucket in enumerate(self.buckets):
            month = (bucket.day.year, bucket.day.month if self.step != "year" else 1)
            if month == before:
                continue
            words = self._tick(bucket.day, before)
            x = self._centre(place) - px(4)
            width = metrics.horizontalAdvance(words)
            if x >= free and x + width < self.width() - px(4):
                painter.drawText(QPointF(x, base), words)
                free = x + width + px(16)
                before = month
        early, late = self.outside
        if early:
            painter.drawText(QPointF(px(4), room.bottom() - px(2)), "‹")
        if late:
            painter.drawText(QPointF(self.width() - px(10), room.bottom() - px(2)), "›")

    def _tick(self, day: date, before: tuple[int, int] | None) -> str:
        if self.step == "year":
            return str(day.year)
        if before is None:
            return day_words(day) if self.step in ("day", "week") else f"{_MONTHS[day.month - 1]} {day.year}"
        return f"{_MONTHS[day.month - 1]} {day.year}" if day.year != before[0] else _MONTHS[day.month - 1]

    def _dress(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self._divide()
        self.update()

    # What the hands do

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        day = self.buckets[self._at].day if self._at is not None else None
        self._divide()
        self._at = None
        if day is not None and self.buckets:
            self._at = _place_of(self.buckets, day)

    def _under(self, x: float) -> int | None:
        """The stretch at a place that holds something, the nearest within reach."""
        if not self.buckets:
            return None
        filled = [place for place, bucket in enumerate(self.buckets) if bucket.rows or bucket.turns]
        return min(filled, key=lambda place: abs(self._centre(place) - x), default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        place = self._under(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._go(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        place = self._under(event.position().x())
        if place is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self.told(place), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        filled = [place for place, bucket in enumerate(self.buckets) if bucket.rows or bucket.turns]
        at = -1 if self._at is None else self._at
        wanted = {
            Qt.Key.Key_Right: next((place for place in filled if place > at), None),
            Qt.Key.Key_Left: next((place for place in reversed(filled) if place < at), None),
            Qt.Key.Key_Home: filled[0] if filled else None,
            Qt.Key.Key_End: filled[-1] if filled else None,
        }
        if event.key() not in wanted:
            super().keyPressEvent(event)
            return
        place = wanted[Qt.Key(event.key())]
        if place is not None:
            self._go(place)

    def _go(self, place: int) -> None:
        self._at = place
        self.setAccessibleDescription(self.told(place))
        self.update()
        bucket = self.buckets[place]
        self.jumped.emit(bucket.turns[0] if bucket.turns else bucket.day)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return True  # shown as the pointer moves
        return super().event(event)


_DIAMOND = ((0, -1), (1, 0), (0, 1), (-1, 0))


def day_words(day: date) -> str:
    """“6 Jan 2026”."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _start(day: date, step: str) -> date:
    match step:
        case "week":
            return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _starts(first: date, last: date, step: str, most: int) -> list[date]:
    """The first days of the stretches from one day to another; a few more than ``most`` where there would be more."""
    found: list[date] = []
    day = _start(first, step)
    while day <= last and (len(found) <= most or step == "year"):
        found.append(day)
        if day > date.max - timedelta(days=400):
            break
        match step:
            case "week":
                day += timedelta(days=7)
            case "month":
                day = (day + timedelta(days=31)).replace(day=1)
            case "year":
                day = day.replace(year=day.year + 1)
            case _:
                day += timedelta(days=1)
    return found


def _place_of(buckets: Sequence[Bucket], day: date) -> int:
    return max((place for place, bucket in enumerate(buckets) if bucket.day <= day), default=0)


def _without_strays(
    days: Sequence[tuple[date, int]], turns: Sequence[date]
) -> tuple[list[tuple[date, int]], tuple[int, int]]:
    """The days without a few that lie so far off that nothing else could be told apart, and how many rows are left
    off before and after."""
    total = sum(rows for _, rows in days)
    spare = max(1, int(total * _STRAY))
    if total < 5:
        return list(days), (0, 0)
    low, high = _inner(days, spare), _inner(days[::-1], spare)
    low, high = min([low, *turns]), max([high, *turns])
    margin = max(timedelta(days=60), (high - low) * 2)
    kept = [
        (day, rows)
        for day, rows in days
        if low.toordinal() - margin.days <= day.toordinal() <= high.toordinal() + margin.days
    ]
    early = sum(rows for day, rows in days if day < low) - sum(rows for day, rows in kept if day < low)
    late = sum(rows for day, rows in days if day > high) - sum(rows for day, rows in kept if day > high)
    return kept, (early, late)


def _inner(days: Sequence[tuple[date, int]], spare: int) -> date:
    """The first day behind which at most ``spare`` rows are passed over."""
    passed = 0
    for day, rows in days:
        passed += rows
        if passed > spare:
            return day
    return days[-1][0]
