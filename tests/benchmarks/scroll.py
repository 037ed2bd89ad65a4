"""How the items page holds 10,000 items, in a window drawn without a display.

From opening the case to its first painted rows (bar 1 s); frames while scrolling, with pictures in the rows, as a
table and as a grid: by the wheel and by whole pages, and a full repaint of the list (median bar 16 ms); and from the
end of typing to the list repainted (bar 100 ms, the 150 ms in which the app waits for the next key not counted).
`--folder DIR` keeps the case there for the next run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _bigcase import BigCase, big_case
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from ui.app import make_window
from ui.models.items import TYPING
from ui.views.items import ItemsView
from ui.window import Window

OPENED, FRAME, FILTER = 1.0, 0.016, 0.100
_RUNS = 7
_PAGES = 8  # pages of the list that are scrolled through
_WAITING = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
_LONGEST = 60.0  # seconds to wait for anything
_TYPED = ("b", "wa", "waiting", "waiting car", "sister flowers", "4711", "m.hollis@", "nothing-like-this", "")


class Bench:
    """One window; ``over`` says whether anything missed its bar."""

    def __init__(self, app: QApplication, case: BigCase) -> None:
        self.app, self.case, self.over = app, case, False
        self._tick = QTimer()  # without events the loop sleeps, as in the app, and leaves the computer to the workers
        self._tick.start(2)

    @contextmanager
    def window(self) -> Iterator[Window]:
        window = make_window(self.app, self.case.home)
        window.settings.background = False  # else it would read pictures meanwhile
        window.session.tasks.trouble.disconnect(window.trouble)
        window.resize(1440, 900)
        window.show()
        self.app.processEvents()
        yield window
        window.leave()
        self.until(lambda: not window.isVisible())
        window.session.tasks.close()
        window.deleteLater()
        self.app.processEvents()

    def until(self, what: Callable[[], bool]) -> None:
        """Let the app work until something holds."""
        end = time.perf_counter() + _LONGEST
        while not what():
            self.app.processEvents(_WAITING)
            if time.perf_counter() > end:
                raise TimeoutError("It never came.")

    def told(self, what: str, seconds: list[float], bar: float) -> None:
        """Print the median and the 95th percentile; the median is held against the bar."""
        median = statistics.median(seconds)
        slow = sorted(seconds)[int(0.95 * (len(seconds) - 1))]
        self.over |= median > bar
        print(
            f"{what}: {median * 1000:.1f} ms median, {slow * 1000:.1f} ms p95 of {len(seconds)}"
            f" (bar {bar * 1000:.0f} ms)",
            flush=True,
        )

    def open(self) -> None:
        """From asking for the case to its first rows on screen."""
        seconds = []
        for _ in range(_RUNS + 1):
            with self.window() as window:
                start = time.perf_counter()
                window.open_case(self.case.folder)
                self.until(lambda window=window: "items" in window.views and painted(items_of(window)))
                seconds.append(time.perf_counter() - start)
                self.until(lambda window=window: settled(window))
        self.told("From opening to the first painted rows", seconds[1:], OPENED)

    def scroll(self, window: Window, mode: str) -> None:
        """Frames in that part of the list in which every picture is there."""
        view = items_of(window)
        view.list.set_mode(mode)
        bar = view.list.view.verticalScrollBar()
        bar.setValue(0)
        page = max(bar.pageStep(), 1)
        for place in range(_PAGES):
            bar.setValue(place * page)
            self.until(lambda: painted(view) and self.rested(view, window))
        steps = [*range(0, (_PAGES - 1) * page, 60), *range((_PAGES - 1) * page, 0, -60)]
        self.told(f"A frame by the wheel, {mode}", [self.frame(view, at) for at in steps], FRAME)
        leaps = [place * page for _ in range(8) for place in range(_PAGES)]
        self.told(f"A frame by whole pages, {mode}", [self.frame(view, at) for at in leaps], FRAME)
        port, seconds = view.list.view.viewport(), []
        for _ in range(60):
            start = time.perf_counter()
            port.repaint()
            seconds.append(time.perf_counter() - start)
        self.told(f"The whole list drawn anew, {mode}", seconds, FRAME)
        end = bar.maximum()
        flung = [self.frame(view, end * step // 300) for step in range(300)]
        self.told(f"A frame while the handle is dragged through all of it, {mode}", flung, FRAME)

    def frame(self, view: ItemsView, at: int) -> float:
        start = time.perf_counter()
        view.list.view.verticalScrollBar().setValue(at)
        self.app.processEvents()
        return time.perf_counter() - start

    def rested(self, view: ItemsView, window: Window) -> bool:
        """Whether the pictures in view have been asked for and have come."""
        return settled(window) and not view.list.looking and not view.list.thumbs.pending

    def type(self, window: Window) -> None:
        """From the end of typing to the list repainted."""
        view, seconds = items_of(window), []
        view.list.set_mode("table")
        for words in _TYPED * 5:
            came: list[float] = []
            connection = view.model.came.connect(lambda came=came: came.append(time.perf_counter()))
            start = time.perf_counter()
            window.search.setText(words)
            self.until(lambda came=came: bool(came))
            view.model.came.disconnect(connection)
            view.list.view.viewport().repaint()
            self.until(lambda: view.left.currentWidget() is not view.list or painted(view))
            seconds.append(time.perf_counter() - start - TYPING / 1000)
            self.until(lambda: settled(window))
        self.told("From the end of typing to the list repainted", seconds, FILTER)

    def choose_all(self, window: Window) -> None:
        """Ctrl+A, and the numbers of all items."""
        view, seconds = items_of(window), []
        for _ in range(_RUNS):
            view.list.selection.clearSelection()
            start = time.perf_counter()
            view.list.view.selectAll()
            assert len(view.list.chosen()) == view.model.rowCount()
            self.app.processEvents()
            seconds.append(time.perf_counter() - start)
        self.told("All items chosen", seconds, 0.050)


def items_of(window: Window) -> ItemsView:
    view = window.views["items"]
    assert isinstance(view, ItemsView)
    return view


def painted(view: ItemsView) -> bool:
    """Whether the rows in view are there and nothing waits to be drawn."""
    shown = view.list.on_screen()
    return bool(shown) and view.model.ready and all(view.model.known(row) for row in shown)


def settled(window: Window) -> bool:
    return window.session.tasks.pending == 0


def measure(where: Path, count: int) -> bool:
    start = time.perf_counter()
    case = big_case(where, count)
    print(f"{count:,} items, made in {time.perf_counter() - start:.0f} s", flush=True)
    bench = Bench(QApplication([]), case)
    bench.open()
    with bench.window() as window:
        window.open_case(case.folder)
        bench.until(lambda: "items" in window.views and painted(items_of(window)))
        for mode in ("table", "grid"):
            bench.scroll(window, mode)
        bench.type(window)
        bench.choose_all(window)
    return bench.over


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.folder:
        chosen.folder.mkdir(parents=True, exist_ok=True)
        return int(measure(chosen.folder, chosen.items))
    with tempfile.TemporaryDirectory() as scratch:
        return int(measure(Path(scratch), chosen.items))


if __name__ == "__main__":
    sys.exit(main())
