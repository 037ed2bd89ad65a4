"""Work off the GUI thread: where it runs, what comes back, how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.errors import Cancelled, UsageError
from evidencekit.job import Job
from ui.tasks import Lane, Task, Tasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_work_runs_elsewhere_and_comes_back_here(tasks: Tasks, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    task = tasks.start(
        Lane.READ,
        lambda job: threading.current_thread(),
        lambda found: threads.extend((found, threading.current_thread())),
    )
    qtbot.waitSignal(task.ended).wait()
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_what_is_written_is_written_in_the_order_asked_for(tasks: Tasks, qtbot: QtBot) -> None:
    order: list[int] = []
    for turn in range(50):
        tasks.start(Lane.WRITE, lambda job, turn=turn: order.append(turn), lambda result: None)
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert order == list(range(50))


def test_progress_arrives_on_the_gui_thread_and_not_too_often(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[tuple[int, int, str]] = []
    where: set[threading.Thread] = set()
    go = threading.Event()

    def work(job: Job) -> None:
        go.wait(10)
        for done in range(100_000):
            job.step(done, 3_000_000_000, "big.bin")

    task = tasks.start(Lane.READ, work, lambda result: None)
    task.progressed.connect(lambda *told: (seen.append(told), where.add(threading.current_thread())))
    go.set()
    qtbot.waitSignal(task.ended, timeout=20_000).wait()
    assert seen
    assert seen[0][1] == 3_000_000_000
    assert len(seen) < 200
    assert where == {threading.main_thread()}


def test_a_cancel_stops_at_the_next_step_and_is_no_trouble(tasks: Tasks, qtbot: QtBot) -> None:
    begun, errors, troubles = threading.Event(), [], []
    tasks.trouble.connect(troubles.append)

    def work(job: Job) -> None:
        while True:
            job.step(0, 0, "for ever")
            begun.set()

    quiet = tasks.start(Lane.WRITE, work, lambda result: None)
    begun.wait(10)
    quiet.cancel()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    begun.clear()
    told = tasks.start(Lane.WRITE, work, lambda result: None, errors.append)
    begun.wait(10)
    told.cancel()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert not troubles
    assert isinstance(errors[0], Cancelled)


def test_errors_that_nobody_takes_are_trouble(tasks: Tasks, qtbot: QtBot) -> None:
    def work(job: Job) -> None:
        raise UsageError("No.", todo="Do otherwise.")

    with qtbot.waitSignal(tasks.trouble) as told:
        tasks.start(Lane.READ, work, lambda result: None)
    assert str(told.args[0]) == "No. Do otherwise."


def test_what_never_began_can_be_cancelled(tasks: Tasks, qtbot: QtBot) -> None:
    hold, ran = threading.Event(), []
    tasks.start(Lane.WRITE, lambda job: hold.wait(10), lambda result: None)
    waiting: Task = tasks.start(Lane.WRITE, lambda job: ran.append(1), lambda result: None)
    waiting.cancel()
    hold.set()
    qtbot.waitUntil(lambda: tasks.pending == 0)
    assert not ran


def test_what_was_asked_for_is_still_written_when_the_threads_end(qtbot: QtBot) -> None:
    hold, ran, tasks = threading.Event(), [], Tasks()
    tasks.start(Lane.WRITE, lambda job: hold.wait(10), lambda result: None)
    tasks.start(Lane.WRITE, lambda job: ran.append("edit"), lambda result: None)
    tasks.start(Lane.WRITE, lambda job: ran.append("long"), lambda result: None, name="Taking files in")
    tasks.start(Lane.DESK, lambda job: ran.append("choice"), lambda result: None)
    threading.Timer(0.05, hold.set).start()
    tasks.close()
    assert sorted(ran) == ["choice", "edit"]
