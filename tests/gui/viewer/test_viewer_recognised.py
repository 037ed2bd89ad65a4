"""Recognised words beside the picture they stand in: lit in both, found, copied, proposed from, and asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QTextCharFormat
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit.casefile import Case, write_case
from evidencekit.catalog import browse, derivatives
from evidencekit.catalog.derivatives import DONE, FAILED, Derivative
from evidencekit.custody.keys import Home
from evidencekit.model import Hint, Proposal
from evidencekit.sense.recognised import text_of
from tests.conftest import TakeIn
from tests.gui.conftest import Opened, settle, until
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.theme import Theme
from ui.views.viewer import Viewer
from ui.views.viewer.canvas import Canvas
from ui.views.viewer.overlay import WordBoxes
from ui.views.viewer.picture import Picture
from ui.views.viewer.recognised import Recognised, State, holding, read_recognised
from ui.views.viewer.stack import Fit
from ui.window import Window

SIZE = (400, 200)


def word(text: str, box: tuple[int, int, int, int], sure: float = 0.99) -> dict[str, Any]:
    made: dict[str, Any] = {"text": text, "box": list(box), "confidence": sure}
    return made | ({"doubtful": True} if sure < 0.8 else {})


def line(row: int, *words: dict[str, Any]) -> dict[str, Any]:
    first, last = words[0]["box"], words[-1]["box"]
    box = [first[0], first[1], last[2], last[3]]
    return {"text": " ".join(w["text"] for w in words), "box": box, "confidence": 0.9, "row": row, "words": list(words)}


LINES = [
    line(0, word("Tue,", (20, 20, 60, 40)), word("9:41", (70, 20, 120, 40), 0.62), word("PM", (130, 20, 160, 40))),
    line(1, word("You", (20, 60, 60, 80)), word("cañ’t", (70, 60, 120, 80)), word("🌹", (130, 60, 150, 80))),
    line(2, word("hide", (20, 100, 60, 120)), word("from", (70, 100, 110, 120)), word("me", (120, 100, 150, 120))),
]
TIME = Proposal(Hint.TIME, "2026-03-03T21:41", "9:41 PM", "words recognised in the picture", "the top of the screen")
NUMBER = Proposal(Hint.NUMBER, "+15550178834", "hide", "words recognised in the picture", "a number")


def pages(lines: list[dict[str, Any]], many: int = 1) -> dict[str, Any]:
    held = [{"page": n + 1, "width": SIZE[0], "height": SIZE[1], "lines": lines, "suppressed": []} for n in range(many)]
    return {"total": many, "pages": held}


def made(data: dict[str, Any], state: str = DONE, warnings: tuple[str, ...] = ()) -> Derivative:
    proposals = (TIME, NUMBER) if state == DONE else ()
    when = "2026-04-10T17:02:11Z"
    return Derivative(
        "ITEM-0001", "ocr", state, "RapidOCR", "3.10+1", when, text_of(data), {}, data, proposals, warnings
    )


def keep(case: Case, derivative: Derivative) -> None:
    with case.catalog.write() as connection:
        derivatives.put(connection, derivative)


@pytest.fixture
def picture(tmp_path: Path, new_case: Path, take: TakeIn) -> Path:
    """A case with one picture."""
    path = tmp_path / "IMG_1.png"
    Image.new("RGB", SIZE, "white").save(path)
    take(new_case, path)
    return new_case


@pytest.fixture
def look(desk: Callable[[], Desk], qtbot: QtBot, picture: Path, home: Home) -> Callable[..., Viewer]:
    """The picture in a viewer, with what was recognised in it; at a desk of its own, or at the one that is given."""

    def act(derivative: Derivative | None, width: int = 900, at: Desk | None = None) -> Viewer:
        if derivative is not None:
            with write_case(picture, home, "A. Rivera") as case:
                keep(case, derivative)
        at = at or desk()
        viewer = Viewer(at)
        qtbot.addWidget(viewer)
        viewer.resize(width, 600)
        viewer.show()
        with at.session.open_case.catalog.read() as connection:
            (row,) = browse.rows(connection, browse.matching(connection, browse.Filter()))
        viewer.show_item(row)
        qtbot.waitUntil(lambda: viewer.pages.canvas.picture(0) is not None, timeout=20_000)
        qtbot.waitUntil(lambda: viewer.recognised.found is not None, timeout=20_000)
        until(lambda: at.session.tasks.pending == 0)
        return viewer

    return act


def found_in(viewer: Viewer) -> Recognised:
    found = viewer.recognised.found
    assert found is not None
    return found


def on_screen(viewer: Viewer, across: float, down: float) -> QPoint:
    return viewer.pages.canvas.frame(0).map(QPointF(across / SIZE[0], down / SIZE[1])).toPoint()


def point_at(viewer: Viewer, across: float, down: float) -> None:
    view, at = viewer.pages.canvas.viewport(), QPointF(on_screen(viewer, across, down))
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, moved)


def box_of(*edges: int) -> QRectF:
    left, top, right, bottom = edges
    return QRectF(left / SIZE[0], top / SIZE[1], (right - left) / SIZE[0], (bottom - top) / SIZE[1])


def test_words_stand_beside_the_picture_with_their_doubts_and_where_they_come_from(look: Any, qtbot: QtBot) -> None:
    viewer = look(made(pages(LINES), warnings=("A part was left out.",)))
    panel = viewer.recognised.panel
    qtbot.waitUntil(lambda: panel.text.toPlainText() == "Tue, 9:41 PM\nYou cañ’t 🌹\nhide from me", timeout=20_000)
    assert panel.isVisible()
    assert "Recognised by machine; check it against the picture" in panel.check.text()
    assert "RapidOCR 3.10+1" in panel.made.accessibleName()
    assert "A part was left out." in panel.made.accessibleName()
    assert panel.many.accessibleName().endswith("9 words, 1 doubtful")
    spans = panel.text.document().firstBlock().layout().formats()
    assert [(each.start, each.length) for each in spans] == [(5, 4)]
    assert spans[0].format.underlineStyle() is QTextCharFormat.UnderlineStyle.DashUnderline  # never by colour alone
    assert spans[0].format.foreground().color() == viewer.desk.theme.colour("warn")
    assert viewer.pages.outer.orientation() is Qt.Orientation.Horizontal
    viewer.resize(380, 300)  # the picture has what room there is
    assert not panel.isVisible()
    viewer.resize(380, 700)
    assert panel.isVisible()
    assert viewer.pages.outer.orientation() is Qt.Orientation.Vertical


def test_a_word_is_lit_in_the_text_and_on_the_picture_at_every_turn_and_copied(look: Any, qtbot: QtBot) -> None:
    viewer = look(made(pages(LINES)))
    canvas, beside = viewer.pages.canvas, viewer.recognised
    for _ in range(4):
        point_at(viewer, 95, 30)
        assert "62 %" in beside.panel.told.accessibleName()
        assert beside.boxes.lit == {0: [box_of(70, 20, 120, 40)]}
        assert [each.cursor.selectedText() for each in beside.panel.text.extraSelections()] == ["9:41"]
        assert "doubtful" in canvas.viewport().toolTip()
        point_at(viewer, 300, 150)
        assert beside.boxes.lit == {}
        canvas.turn(1)
    canvas.set_zoom(2.0)
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(viewer, 140, 70))
    assert beside.panel.text.textCursor().selectedText() == "🌹"

    text = beside.panel.text
    canvas.set_fit(Fit.WHOLE)
    text.setFocus()
    cursor = text.textCursor()
    cursor.setPosition(text.toPlainText().index("hide") + 1)  # behind a rose, which Qt counts as two
    text.setTextCursor(cursor)
    assert beside.boxes.lit == {0: [box_of(20, 100, 60, 120)]}
    text.selectAll()
    assert len(beside.boxes.lit[0]) == 9
    beside.panel.copy.click()
    assert QGuiApplication.clipboard().text() == text.toPlainText()
    image = viewer.pages.canvas.viewport().grab().toImage()
    at, away = on_screen(viewer, 40, 110), on_screen(viewer, 300, 150)
    assert image.pixelColor(away).name() == "#ffffff"
    assert image.pixelColor(at).name() != "#ffffff"
    beside.panel.every.click()
    cursor.setPosition(0)
    text.setTextCursor(cursor)
    assert viewer.pages.canvas.viewport().grab().toImage().pixelColor(at).name() == "#ffffff"


def test_words_are_found_by_the_list_by_ctrl_f_and_by_what_they_may_mean(
    window: Window, opened: Opened, picture: Path, home: Home, qtbot: QtBot
) -> None:
    with write_case(picture, home, "A. Rivera") as case:
        keep(case, made(pages(LINES, many=3)))
    opened(picture)
    view: Any = window.view("items")
    viewer, beside, details = view.viewer, view.viewer.recognised, view.details
    window.search.setText("can’t -nothing kind:image hid")
    qtbot.waitUntil(lambda: len(beside.boxes.finds.get(0, ())) == 2, timeout=20_000)
    assert beside.boxes.finds[0] == [box_of(70, 60, 120, 80), box_of(20, 100, 60, 120)]
    window.search.clear()
    qtbot.waitUntil(lambda: beside.boxes.finds == {}, timeout=20_000)
    qtbot.waitUntil(lambda: not (view.model.waiting or view.choosing), timeout=20_000)  # the list has come anew
    settle(qtbot, window)
    assert viewer.row is not None
    assert beside.found is not None

    window.activateWindow()
    viewer.pages.canvas.setFocus()
    qtbot.waitUntil(viewer.pages.canvas.hasFocus, timeout=20_000)
    qtbot.keyClick(viewer.pages.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(beside.panel.finder.isVisible, timeout=5_000)
    qtbot.keyClicks(beside.panel.finder.words, "from m")
    wanted = [box_of(70, 100, 110, 120), box_of(120, 100, 150, 120)]
    qtbot.waitUntil(lambda: beside.boxes.finds.get(2) == wanted, timeout=5_000)  # what was chosen was looked for before
    assert beside.panel.finder.count.text() == "3 finds"
    assert set(beside.boxes.finds) == {0, 1, 2}
    qtbot.waitUntil(lambda: bool(beside.boxes.lit), timeout=5_000)
    qtbot.keyClick(beside.panel.finder.words, Qt.Key.Key_Escape)
    assert beside.boxes.finds == {}

    qtbot.waitUntil(lambda: beside.panel.meanings.count() == 3, timeout=20_000)
    settle(qtbot, window)
    assert not beside.panel.use.isVisibleTo(beside.panel)
    beside.panel.meanings.setCurrentIndex(1)
    beside.panel.meanings.activated.emit(1)
    assert beside.boxes.lit == {0: [box_of(70, 20, 120, 40), box_of(130, 20, 160, 40)]}
    assert "the top of the screen" in beside.panel.told.accessibleName()
    beside.panel.use.click()
    dialog = details.about.when.dialog
    assert dialog is not None
    dialog.use.click()
    qtbot.waitUntil(lambda: "21:41" in (details.loaded.said or ""), timeout=20_000)
    beside.panel.meanings.setCurrentIndex(2)
    assert not beside.panel.use.isVisibleTo(beside.panel)


def test_it_is_said_when_words_were_not_looked_for_and_they_come_when_asked(
    look: Any, opened: Opened, picture: Path, qtbot: QtBot
) -> None:
    window = opened(picture)
    viewer = look(None, at=window.desk)
    beside = viewer.recognised
    assert not beside.panel.isVisible()  # nothing to show, and nobody wants it yet
    viewer.pages.bar.recognised.click()
    assert beside.panel.state.text() == "Words were not looked for in it yet."
    beside.panel.ask.click()
    assert "being recognised" in beside.panel.state.text()
    qtbot.waitUntil(lambda: "No words were recognised in it" in beside.panel.state.text(), timeout=60_000)
    keep(window.session.open_case, made(pages(LINES)))
    window.session.changed.emit(Changes(frozenset({Part.DERIVED}), frozenset({"ITEM-0001"})))
    qtbot.waitUntil(lambda: "hide from me" in beside.panel.text.toPlainText(), timeout=20_000)
    for derivative, state, again in (
        (made({"pages": []}, FAILED, ("It is damaged.",)), "Recognition failed: It is damaged.", True),
    ):
        keep(window.session.open_case, derivative)
        window.session.changed.emit(Changes(frozenset({Part.DERIVED})))
        qtbot.waitUntil(lambda state=state: state in beside.panel.state.text(), timeout=20_000)  # type: ignore[misc]
        assert beside.panel.ask.isVisible() is again
    viewer.pages.bar.recognised.click()
    assert not beside.panel.isVisible()
    assert window.settings.get("viewer.recognised") == "off"


def test_five_thousand_words_stay_fluid(qapp: QApplication, qtbot: QtBot, picture: Path, home: Home) -> None:
    lines = [
        line(n, *(word(f"word{n}", (4 * m, n % 190, 4 * m + 3, n % 190 + 1), 0.5 + m % 2 / 2) for m in range(50)))
        for n in range(100)
    ]
    with write_case(picture, home, "A. Rivera") as case:
        keep(case, made(pages(lines)))
        found = read_recognised(case, "ITEM-0001")
    assert len(found.words) == 5_000
    canvas = Canvas(Theme(qapp))
    qtbot.addWidget(canvas)
    canvas.resize(900, 700)
    canvas.show()
    canvas.show_pages([SIZE], Fit.WHOLE, 4.0)
    canvas.put(0, Picture((QImage(*SIZE, QImage.Format.Format_RGB32),)))
    boxes, times = WordBoxes(canvas), []
    boxes.show(found)
    for n in range(5):
        begun = time.perf_counter()
        boxes.light([n * 900])
        canvas.viewport().grab()
        assert found.under(0, 0.999, 0.999) is None
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.05


def test_what_is_searched_for_is_found_as_the_index_finds_it(picture: Path, home: Home) -> None:
    with write_case(picture, home, "A. Rivera") as case:
        keep(case, made(pages(LINES)))
        found = read_recognised(case, "ITEM-0001")
        assert found.state is State.DONE
        assert read_recognised(case, "ITEM-0002").state is State.NOT_YET

    def words(query: str) -> list[str]:
        return [found.words[n].text for n in holding(found, query, "UTC")]

    assert words("HIDE") == ["hide"]
    assert words('"hide from"') == ["hide", "from"]
    assert words("hid ") == []
    assert words("hid*") == ["hide"]
    assert words("can’t ") == ["cañ’t"]
    assert words("-me kind:image ") == []
