"""The strip that shows long work: what is done, how fast, how long it will take, and a way to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from ui.tasks import Task
from ui.theme import Theme
from ui.widgets import button, label, shown_lines

_MANY = 1 << 20  # totals above this are bytes


class WorkStrip(QFrame):
    """Hidden while nothing is under way."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.name = label("", "strong", name="Work under way")
        self.what = label("", "muted", name="What it is at")
        self.rate = label("", "muted", name="Rate and time left")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setFixedHeight(theme.px(6))
        theme.changed.connect(lambda: self.bar.setFixedHeight(theme.px(6)))
        self.cancel = button("Cancel", self._stop, tip="Stop; nothing half-done is kept")
        self._task: Task | None = None
        self._phase: tuple[int, float, int] | None = None  # total, when its first report came, done at that time
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(self.name)
        top.addWidget(self.what, 1)
        top.addWidget(self.rate)
        left = QVBoxLayout()
        left.setSpacing(theme.px(6))
        left.addLayout(top)
        left.addWidget(self.bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(theme.px(12))
        layout.addLayout(left, 1)
        layout.addWidget(self.cancel)
        self.hide()

    def follow(self, task: Task) -> None:
        """Show this task until it ends."""
        self._task, self._phase = task, None
        self.name.setText(shown_lines(task.name))
        self.what.setText("")
        self.rate.setText("")
        self.bar.setRange(0, 0)
        self.cancel.setEnabled(True)
        self.cancel.setText("Cancel")
        task.progressed.connect(self._progress)
        task.ended.connect(self._ended)
        self.show()

    def _progress(self, done: int, total: int, what: str) -> None:
        if self._task is None or self._task.cancelled:
            return
        metrics = self.what.fontMetrics()
        self.what.setText(
            metrics.elidedText(shown_lines(what), Qt.TextElideMode.ElideMiddle, max(80, self.what.width()))
        )
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        self.rate.setText(self._pace(done, total, what))

    def _pace(self, done: int, total: int, what: str) -> str:
        """Rate and time left, once there is enough to tell them from; of work in steps, the time of this step."""
        now = time.monotonic()
        if self._phase is None or self._phase[0] != total or done < self._phase[2]:
            self._phase = (total, now, done)
        _, began, first = self._phase
        spent, moved = now - began, done - first
        if not total or spent < 1 or moved <= 0:
            return ""
        rate = moved / spent
        pace = f"{rate / 1e6:,.0f} MB/s" if total > _MANY else f"{rate:,.0f} a second" if rate >= 1 else ""
        left = span((total - done) / rate) + (" in this step" if what.startswith("Step ") else "")
        return " · ".join(part for part in (pace, left) if part)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.cancel.setEnabled(False)
            self.cancel.setText("Stopping…")

    def _ended(self) -> None:
        if self._task is not None and not self._task.running:
            self._task = None
            self.hide()


def span(seconds: float) -> str:
    """A time left, as roughly as it is known."""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} s left"
    return f"about {round(seconds / 60)} min left"
