"""The windows are drawn without a display, unless one is asked for; a real session over real cases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the app. What Qt's sound says while its parts are being loaded would wait for Python to take it down, which may
# wait for a part that it loads itself on another thread.
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QScrollBar, QTabWidget, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from evidencekit.catalog.browse import Order
from evidencekit.custody.keys import Home
from evidencekit.demo.tour import run_tour
from evidencekit.job import Job
from ui.actions import Actions
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Tasks
from ui.theme import Mode, Theme
from ui.views.custody import CustodyView
from ui.views.items import ItemsView
from ui.window import Window

Opened = Callable[..., Window]
ACTOR = "A. Rivera, advocate"

# A machine that does much else answers late; nothing is slower for it where it does not.
for _waiting in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    assert _waiting.__kwdefaults__ is not None
    _waiting.__kwdefaults__["timeout"] = 60_000


def make_window(app: QApplication, home: Home) -> Window:
    """A window without a case, in the light theme."""
    tasks = Tasks()
    session = Session(home, tasks, ACTOR)
    settings = Settings(home, tasks)
    settings.background = False  # else every test would read its case's pictures
    made = Window(session, Theme(app, Mode.LIGHT), settings)
    made.ahead.rest()  # else a test would make every page that it does not look at
    made.resize(1440, 900)
    made.show()
    return made


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, home: Home) -> Iterator[Window]:
    """The window without a case, in the light theme. Errors nobody expects fail the test at its end."""
    made = make_window(qapp, home)
    qtbot.addWidget(made, before_close_func=leave)
    yield made
    leave(made)
    made.session.tasks.close()


def leave(window: Window) -> None:
    """Close a window as a person would, all that it keeps being kept."""
    if isValid(window) and window.isVisible():  # pytest-qt may have taken it away by now
        window.leave()
        until(lambda: not window.isVisible())


def until(done: Callable[[], bool]) -> None:
    """As ``qtbot.waitUntil``, for what is shared by several tests."""
    loop, tick, over = QEventLoop(), QTimer(), QTimer()
    tick.timeout.connect(lambda: loop.quit() if done() else None)
    over.timeout.connect(loop.quit)
    tick.start(5)
    over.start(60_000)
    while not done() and over.isActive() and over.remainingTime() > 0:
        loop.exec()
    assert done()


@pytest.fixture
def opened(window: Window, qtbot: QtBot) -> Opened:
    """``opened(case, page="items")``: opens a case in the window, on a page, and waits until everything that it asked
    for has come. The items page costs the most to make: a test of another page names that."""

    def open_case(folder: Path, page: str = "items") -> Window:
        _open(window, folder, page)
        return window

    return open_case


def _open(window: Window, folder: Path, page: str) -> None:
    window.first_page, before = page, window.session.case
    window.open_case(folder)
    until(lambda: window.session.case not in (None, before) and window.session.tasks.pending == 0)


@pytest.fixture
def desk_over(qapp: QApplication, qtbot: QtBot, home: Home) -> Iterator[Callable[[Path], Desk]]:
    """``desk_over(case)``: a desk at which that case is open, without a window: for a view or dialog by itself."""
    tasks = Tasks()
    session, theme, settings = (
        Session(home, tasks, ACTOR),
        Theme(qapp, Mode.LIGHT),
        Settings(home, tasks),
    )
    actions = Actions(theme)

    def tell() -> None:
        opened, busy = session.case is not None, session.work is not None
        actions.update(opened=opened, writable=session.writable, busy=busy)

    def nothing(*_: object) -> None:
        """There is no window to show it."""

    ending = QWidget()  # closed before the views are, which hear then that the case is closed

    def end(*_: object) -> None:
        closed: list[bool] = []
        session.close(lambda: closed.append(True))
        until(lambda: bool(closed))
        tasks.close()

    def act(folder: Path) -> Desk:
        session.open(folder)
        until(lambda: session.case is not None and tasks.pending == 0)
        return Desk(session, theme, actions, settings, nothing, nothing, nothing, nothing)

    qtbot.addWidget(ending, before_close_func=end)
    session.state_changed.connect(tell)
    yield act
    assert session.case is None


@pytest.fixture(scope="module")
def module_window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """The window of ``shared_window`` and ``reopened``: made once for a module."""
    made = make_window(qapp, Home(tmp_path_factory.mktemp("shared-home")))
    yield made
    leave(made)
    made.session.tasks.close()
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module")
def shared_case(told_story: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case that ``shared_window`` shows: the small sample case, unless the module has a fixture of this name. The
    user folder of who looks is beside it, its name with ``-home``."""
    return Path(shutil.copytree(told_story, tmp_path_factory.mktemp("shared") / "case"))


@pytest.fixture(scope="module")
def shared_page() -> str:
    """The page on which ``shared_window`` begins a test, unless the module has a fixture of this name."""
    return "items"


@pytest.fixture
def shared_window(module_window: Window, shared_case: Path, shared_page: str, qtbot: QtBot) -> Iterator[Window]:
    """A window in which ``shared_case`` is open, made and opened once for a module: for tests that only look.

    Before each test what a person sets is as in a new window: page, filters, order, choice, scrolling, tabs, size,
    settings, nothing to undo, no dialog. A test that changes the case fails."""
    window = module_window
    case = window.session.case
    if case is None or case.folder != shared_case:
        _as_kept_by(window, Home(shared_case.with_name(f"{shared_case.name}-home")))
        _open(window, shared_case, shared_page)
    as_new(window)
    ledger, told = (shared_case / "ledger.jsonl").read_bytes(), list[Changes]()
    window.session.changed.connect(told.append)
    yield window
    window.session.changed.disconnect(told.append)
    as_new(window)
    same = (shared_case / "ledger.jsonl").read_bytes() == ledger
    assert same, "the case that other tests look at was changed: use opened, or reopened, with a case of its own"
    assert not any(each.parts - {Part.LEDGER} for each in told), "what is said of the shared case was changed"


@pytest.fixture
def reopened(module_window: Window, home: Home, qtbot: QtBot) -> Iterator[Opened]:
    """As ``opened``, in the window that the module's tests share: for tests that change their case. Its pages are those
    of the tests before it, as a person's who opens one case after another, and are set back as ``shared_window``."""
    window = module_window
    _as_kept_by(window, home)

    def open_case(folder: Path, page: str = "items") -> Window:
        _open(window, folder, page)
        return window

    yield open_case
    as_new(window)
    window.session.close()
    until(lambda: window.session.case is None and window.session.tasks.pending == 0)


@pytest.fixture
def troubles(module_window: Window) -> Iterator[list[BaseException]]:
    """The errors that the window which a module's tests share would say in a dialog."""
    told: list[BaseException] = []
    trouble = module_window.session.tasks.trouble
    trouble.disconnect(module_window.trouble)
    trouble.connect(told.append)
    yield told
    trouble.disconnect(told.append)
    trouble.connect(module_window.trouble)


def _as_kept_by(window: Window, home: Home) -> None:
    """Have the window be that of the person with this user folder, who looks at it."""
    window.activateWindow()
    until(window.isActiveWindow)  # another one, of a test before, may have been
    home.folder.mkdir(exist_ok=True)
    window.session.home, window.session.actor = home, ACTOR
    vars(window.settings).update(vars(Settings(home, window.session.tasks)))
    window.settings.background = False


def as_new(window: Window) -> None:
    """Set back what a person set in the window: the case stays open, and what is in it as it is."""
    assert isValid(window), "a test that closes its window needs one of its own: use opened"
    assert window.isVisible(), "a test that closes its window needs one of its own: use opened"
    for each in QApplication.topLevelWidgets():
        if each is not window and each.isVisible():
            each.close()
    until(lambda: window.session.tasks.pending == 0)
    if (window.theme.mode, window.theme.scale) != (Mode.LIGHT, 1.0):
        window.theme.choose(Mode.LIGHT, 1.0)
    (window.session.home.folder / "settings.json").unlink(missing_ok=True)
    _as_kept_by(window, window.session.home)
    window.session.undo.clear()
    window.statusBar().clearMessage()
    window.resize(1440, 900)
    if window.session.case is None:
        return
    window.search.clear()
    if isinstance(custody := window.views.get("custody"), CustodyView):
        custody.ledger.clear()
    if isinstance(items := window.views.get("items"), ItemsView):
        items.list.set_mode("table")
        items.bar.tell_mode("table")
        items.bar.clear()
        items.model.order_by(Order.WHEN)
        until(lambda: window.session.tasks.pending == 0 and not items.model.waiting)
        items.list.choose(items.model.numbers(0, 0) if items.model.rowCount() else [])
    window.show_page(window.first_page)
    for tabs in window.findChildren(QTabWidget):
        tabs.setCurrentIndex(0)
    for bar in window.findChildren(QScrollBar):
        bar.setValue(bar.minimum())
    until(lambda: window.session.tasks.pending == 0)


def settle(qtbot: QtBot, window: Window) -> None:
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=60_000)


@pytest.fixture(scope="session")
def told_story(made_together: Callable[..., Any]) -> Path:
    """A small sample case with every kind of item, exhibits, a chronology and notes; copy it before changing it."""

    def make(folder: Path) -> Path:
        return run_tour(folder, Home(folder / "teller"), Job(), lambda words: None, items=24, printed=False).case

    made: Path = made_together("told-story", make)
    return made


@pytest.fixture
def sample_case(told_story: Path, tmp_path: Path) -> Path:
    """One's own copy of the small sample case."""
    return Path(shutil.copytree(told_story, tmp_path / "sample"))
