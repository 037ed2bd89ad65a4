"""The strip of work under way: its words, its pace, its cancel, over tasks that really run."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidencekit.job import Job
from ui.session import Session
from ui.tasks import Lane
from ui.views.workstrip import span
from ui.window import Window


def test_a_step_is_named_with_its_file_and_its_own_time(window: Window, qtbot: QtBot) -> None:
    told = threading.Event()

    def copying(job: Job) -> None:
        job.step(0, 8 << 20, "Step 1 of 3: copying a.mov")
        told.wait(10)

    task = window.session.tasks.start(Lane.WRITE, copying, lambda _: None, name="Taking in 1 file")
    window.strip.follow(task)
    qtbot.waitUntil(lambda: "copying a.mov" in window.strip.what.text())
    assert window.strip.name.text() == "Taking in 1 file"
    assert window.strip.rate.text() == ""
    window.strip._phase = (8 << 20, window.strip._phase[1] - 2.0, 0)  # type: ignore[index]  # as if it had begun earlier
    window.strip._progress(4 << 20, 8 << 20, "Step 1 of 3: copying a.mov")
    assert window.strip.rate.text() == "2 MB/s · a few seconds left in this step"
    window.strip._progress(4 << 20, 8 << 20, "Checking")
    assert window.strip.rate.text().endswith("a few seconds left")
    assert window.strip.bar.value() == 500
    told.set()
    qtbot.waitUntil(lambda: not window.strip.isVisible())


def test_cancel_stops_the_work_and_the_strip_goes(window: Window, qtbot: QtBot) -> None:
    session: Session = window.session

    def endless(job: Job) -> None:
        while True:
            job.step(0, 0, "Waiting")

    task = session.tasks.start(Lane.WRITE, endless, lambda _: None, name="Endless")
    window.strip.follow(task)
    qtbot.waitUntil(lambda: window.strip.what.text() == "Waiting")
    qtbot.mouseClick(window.strip.cancel, Qt.MouseButton.LeftButton)
    assert not window.strip.cancel.isEnabled()
    qtbot.waitUntil(lambda: not window.strip.isVisible())
    assert task.cancelled


@pytest.mark.parametrize(
    ("seconds", "told"), [(2, "a few seconds left"), (33, "about 35 s left"), (240, "about 4 min left")]
)
def test_time_left_is_told_as_roughly_as_it_is_known(seconds: float, told: str) -> None:
    assert span(seconds) == told
