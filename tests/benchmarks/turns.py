"""How long one turn of the event loop of the app takes, in everything that a person does with a case of 10,000 items
(bar 50 ms): for so long, the window answers nobody.

The app runs its own loop, without a display; a timer beats every 2 ms, and what a beat is late is the turn before it.
Another thread looks at where the app is when a beat is late (`--where`). What the computer did for others counts as
well, so each deed's longest turn is given with the processor time that the app itself used in it; that is held
against the bar. `--folder DIR` keeps the case there for the next run; `--case CASE --home HOME` takes any case instead.
It is copied first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _bigcase import big_case
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from evidencekit import edits
from evidencekit.custody.keys import Home
from ui.app import make_window
from ui.parts import Part
from ui.theme import Mode
from ui.window import Window

BAR = 0.050
_BEAT = 0.002
_LOOK = 0.004  # seconds between two looks at a late turn
_LONGEST = 120.0


@dataclass
class Turn:
    """The longest turn of one deed: seconds on the clock, and of the processor; where it was seen."""

    deed: str
    clock: float = 0.0
    used: float = 0.0
    seen: Counter[str] = field(default_factory=Counter)


class Beat:
    """Measures the turns of the loop that runs on the thread which made it."""

    def __init__(self) -> None:
        self.turns: list[Turn] = [Turn("start")]
        self._main = threading.get_ident()
        self._at, self._used, self._seen = time.perf_counter(), time.thread_time(), Counter[str]()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(int(_BEAT * 1000))
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def _beat(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        late, worked = now - self._at - _BEAT, used - self._used
        longest = self.turns[-1]
        if worked > longest.used:
            longest.used, longest.clock, longest.seen = worked, late, self._seen
        self._at, self._used, self._seen = now, used, Counter()

    def _look(self) -> None:
        while not self._ended.wait(_LOOK):
            if time.perf_counter() - self._at > BAR / 3:
                self._seen[_where(self._main)] += 1

    def begin(self, deed: str) -> None:
        """What comes from here on belongs to this deed."""
        self._at, self._used, self._seen = time.perf_counter(), time.thread_time(), Counter()
        self.turns.append(Turn(deed))

    def close(self) -> None:
        self._ended.set()
        self._timer.stop()


def _where(thread: int) -> str:
    """The innermost calls of a thread. Its frames are let go at once and nothing is read meanwhile: what only they
    hold would be destroyed on this thread, and Qt's objects must not be."""
    frame, calls = sys._current_frames().get(thread), []
    while frame is not None and len(calls) < 8:
        calls.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    del frame
    return " < ".join(f"{Path(file).name}:{line} {name}" for file, line, name in calls)


class Person:
    """Does one thing after another at the window, each in a turn of its own, and waits until all is quiet."""

    def __init__(self, window: Window, beat: Beat) -> None:
        self.window, self.beat = window, beat

    def does(self, name: str, deed: Callable[[], object], until: Callable[[], bool] = lambda: True) -> None:
        self.beat.begin(name)
        QTimer.singleShot(0, self.window, deed)
        self.wait(until)

    def wait(self, until: Callable[[], bool] = lambda: True) -> None:
        loop, quiet, end = QEventLoop(), [time.perf_counter()], time.perf_counter() + _LONGEST

        def look() -> None:
            now, session = time.perf_counter(), self.window.session
            if session.tasks.pending or session.work is not None or not until():
                quiet[0] = now
            if now - quiet[0] > 0.35 or now > end:
                loop.quit()

        timer = QTimer()
        timer.timeout.connect(look)
        timer.start(20)
        loop.exec()

    def types(self, words: str) -> None:
        for place in range(1, len(words) + 1):
            self.does(f"type “{words[:place]}”", lambda place=place: self.window.search.setText(words[:place]))


def everything(person: Person, folder: Path) -> None:
    """All that a person does with a case, from opening to closing it."""
    window, do = person.window, person.does
    do("the window", window.show)
    do(
        "open the case",
        lambda: window.open_case(folder),
        lambda: "items" in window.views and window.summary.counts.items,
    )
    do("pages made ahead", lambda: None, lambda: window.ahead.done)
    items = window.view("items")
    for step in range(4):
        do(f"down {step}", lambda: QTest.keyClick(items.list.view, Qt.Key.Key_Down))
    do("page down", lambda: QTest.keyClick(items.list.view, Qt.Key.Key_PageDown))
    do("end", lambda: QTest.keyClick(items.list.view, Qt.Key.Key_End))
    do("as a grid", lambda: items._set_mode("grid"))
    do("as a table", lambda: items._set_mode("table"))
    person.types("waiting")
    do("no words", window.search.clear)
    do("choose all", items.list.view.selectAll)
    do("party of all", lambda: _party(window))
    do("undo", window.actions_made["edit.undo"].trigger)
    do("choose 300", lambda: items.list.choose(items.list.model.numbers(5, 304)))
    do("add 300 drafts", window.actions_made["exhibit.add"].trigger)
    for name in ("exhibits", "chronology", "binder", "custody"):
        do(f"{name}, first", lambda name=name: window.show_page(name))
    for name in ("items", "exhibits", "chronology", "binder", "custody", "items"):
        do(f"{name}, again", lambda name=name: window.show_page(name))
    do("mark…", window.actions_made["exhibit.mark"].trigger)
    dialog = getattr(window.view("exhibits"), "dialog", None)
    if dialog is not None:
        do("mark them", dialog.go.click)
    do("choose an exhibit", lambda: _choose_exhibit(window))
    do("move it down", window.actions_made["exhibit.down"].trigger)
    do("custody of an item", lambda: window.view("custody").show_item("ITEM-0004"))
    do("verify", window.actions_made["custody.verify"].trigger)
    for name in ("items", "exhibits", "chronology", "binder", "custody"):
        do(f"go to {name}", lambda name=name: window.show_page(name))
        do(f"dark, {name}", lambda: window._choose_mode(Mode.DARK))
        do(f"light, {name}", lambda: window._choose_mode(Mode.LIGHT))
        do(f"large text, {name}", lambda: window._choose_scale(1.25))
        do(f"usual text, {name}", lambda: window._choose_scale(1.0))
        do(f"a larger window, {name}", lambda: window.resize(1700, 1000))
        do(f"a smaller window, {name}", lambda: window.resize(1280, 760))
    do("close the case", window.session.close)
    do("leave", window.leave)


def _party(window: Window) -> None:
    numbers = window.view("items").list.chosen()
    window.session.edit(
        "Set the party", lambda case: edits.describe_items(case, numbers, party="Marcus Hollis"), [Part.WORDS]
    )


def _choose_exhibit(window: Window) -> None:
    window.show_page("exhibits")
    page = window.view("exhibits")
    page.list.choose([page.model.entries[len(page.model.entries) // 2].key])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the case is made and kept")
    parser.add_argument("--case", type=Path, help="a case to use instead")
    parser.add_argument("--home", type=Path, help="the user folder that has seen that case")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--where", action="store_true", help="say where the long turns were seen")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turns-") as temporary:
        made = None if given.case else big_case(given.folder or Path(temporary), given.items)
        case = Path(shutil.copytree(made.folder if made else given.case, Path(temporary) / "copy"))
        home = Path(shutil.copytree(made.home.folder if made else given.home, Path(temporary) / "copied home"))
        return _measure(case, Home(home), where=given.where)


def _measure(case: Path, home: Home, *, where: bool) -> int:
    app = QApplication([])
    window = make_window(app, home)
    window.settings.background = False  # else it would read pictures meanwhile
    window.session.tasks.trouble.disconnect(window.trouble)
    window.session.tasks.trouble.connect(traceback.print_exception)
    window.resize(1440, 900)
    beat = Beat()
    everything(Person(window, beat), case)
    window.session.tasks.close()
    beat.close()
    for turn in beat.turns:
        mark = "  OVER" if turn.used > BAR else ""
        print(f"{turn.deed:30} {turn.used * 1000:7.1f} ms used, {turn.clock * 1000:7.1f} ms on the clock{mark}")
        if where and turn.used > BAR:
            for seen, many in turn.seen.most_common(6):
                print(f"      {many:3}× {seen}")
    long = [turn for turn in beat.turns if turn.used > BAR]
    print(f"{len(beat.turns)} deeds, {len(long)} over {BAR * 1000:.0f} ms")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
