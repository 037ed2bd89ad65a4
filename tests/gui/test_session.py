"""The session: edits that are undone and made again, what is refused, what is kept when it closes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.catalog.items import get_items
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.job import Job
from ui.dialogs.status import LastingDialog
from ui.parts import Changes, Part
from ui.window import Window

Opened = Callable[..., Window]


def title(case: Case, number: str) -> str | None:
    with case.catalog.read() as connection:
        return get_items(connection, [number])[number].title


def quiet(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=30_000)


def test_an_edit_is_undone_and_made_again(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    told: list[Changes] = []
    window.session.changed.connect(told.append)
    window.session.edit("Edit title", lambda case: edits.describe(case, "1", title="Doorstep"), [Part.WORDS])
    quiet(qtbot, window)
    case = window.session.open_case
    assert title(case, "ITEM-0001") == "Doorstep"
    assert window.actions_made["edit.undo"].text() == "&Undo Edit title"
    window.actions_made["edit.undo"].trigger()
    quiet(qtbot, window)
    assert title(case, "ITEM-0001") is None
    window.actions_made["edit.redo"].trigger()
    quiet(qtbot, window)
    assert title(case, "ITEM-0001") == "Doorstep"
    assert [each.items for each in told] == [frozenset({"ITEM-0001"})] * 3


def test_an_edit_that_changes_nothing_is_no_step(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    for _ in range(2):
        window.session.edit("Edit title", lambda case: edits.describe(case, "1", title="Same"), [Part.WORDS])
    quiet(qtbot, window)
    assert window.session.undo.count() == 1


def test_a_refused_edit_is_told_and_no_step(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    told: list[BaseException] = []
    window.session.edit(
        "Set the time", lambda case: edits.describe(case, "1", when="gestern"), [Part.WORDS], failed=told.append
    )
    quiet(qtbot, window)
    assert isinstance(told[0], UsageError)
    assert window.session.undo.count() == 0


def test_what_can_no_longer_be_undone_is_said(
    reopened: Opened, qtbot: QtBot, filled_case: Path, troubles: list[BaseException]
) -> None:
    window = reopened(filled_case, "custody")
    window.session.edit("Edit title", lambda case: edits.describe(case, "1", title="One"), [Part.WORDS])
    quiet(qtbot, window)
    edits.describe(window.session.open_case, "1", title="Another's words")
    window.actions_made["edit.undo"].trigger()
    quiet(qtbot, window)
    assert isinstance(troubles[0], UsageError)
    assert title(window.session.open_case, "ITEM-0001") == "Another's words"
    assert not window.actions_made["edit.undo"].isEnabled()


def test_long_work_bars_edits_until_it_ends(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")

    def work(case: Case, job: Job) -> None:
        while True:
            job.step(0, 0, "Working")

    ended: list[BaseException] = []
    task = window.session.act("Working", work, [], failed=ended.append)
    assert not window.session.writable
    assert not window.actions_made["intake.files"].isEnabled()
    assert window.strip.isVisible()
    window.strip.cancel.click()
    qtbot.waitSignal(task.ended, timeout=10_000).wait()
    assert window.session.writable
    assert not window.strip.isVisible()
    assert len(ended) == 1


def test_an_edit_that_is_still_under_way_is_kept_on_closing(
    opened: Opened, qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    window = opened(filled_case, "custody")
    for turn in range(20):
        window.session.edit("Edit title", lambda case, t=turn: edits.describe(case, "2", title=f"T{t}"), [Part.WORDS])
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    with read_case(filled_case, home) as case:
        assert title(case, "ITEM-0002") == "T19"


def test_closing_during_work_stops_it_and_loses_nothing(
    opened: Opened, qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    window = opened(filled_case, "custody")
    stopped: list[BaseException] = []

    def work(case: Case, job: Job) -> None:
        while True:
            job.step(0, 0, "Working")

    window.session.act("Working", work, [], failed=stopped.append)
    window.close()
    window.close()
    (asked,) = window.findChildren(LastingDialog)
    asked.reject()
    assert window.isVisible()
    assert window.session.work is not None
    window.close()
    assert window.question is not None
    window.question.go.click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert len(stopped) == 1
    write_case(filled_case, home, "A. Rivera").close()


def test_answers_of_a_closed_case_are_dropped(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    come: list[object] = []
    window.session.read(lambda case: case.info, come.append)
    window.session.close()
    quiet(qtbot, window)
    assert come == []


def test_only_the_newest_of_a_question_is_answered(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    come: list[object] = []
    for turn in range(10):
        window.session.read(lambda case, t=turn: t, come.append, key="same")
    quiet(qtbot, window)
    assert come == [9]


def test_another_case_takes_the_place_of_the_open_one(
    reopened: Opened, qtbot: QtBot, filled_case: Path, tmp_path: Path, troubles: list[BaseException]
) -> None:
    window = reopened(filled_case, "custody")
    window.open_case(tmp_path / "nothing here")
    quiet(qtbot, window)
    assert troubles
    assert window.session.open_case.folder == filled_case
    window.open_case(filled_case)
    quiet(qtbot, window)
    assert len(troubles) == 1
