"""The viewer over real items, through the contained worker: pictures and pages."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit.catalog import browse
from evidencekit.model import Preview
from ui.desk import Desk
from ui.views.viewer import PageList, Viewer
from ui.views.viewer.stack import Fit

Show = Callable[..., Viewer]
Row = Callable[[str], browse.Row]
RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 30)


def two_colours(path: Path, size: tuple[int, int], kind: str = "PNG") -> Path:
    """A picture red in its left half and blue in its right."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    image.save(path, kind)
    return path


def pdf(path: Path, pages: int) -> Path:
    """A PDF whose pages say their number."""
    import pikepdf

    made = pikepdf.new()
    font = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1))
    font.BaseFont = pikepdf.Name.Helvetica
    for number in range(1, pages + 1):
        made.add_blank_page(page_size=(612, 792))
        page = made.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = made.make_stream(f"BT /F 40 Tf 72 700 Td (Leaf number {number}) Tj ET".encode())
    made.save(path)
    return path


def seen(viewer: Viewer, page: int = 0) -> Callable[[], bool]:
    return lambda: viewer.shows is viewer.pages and viewer.pages.canvas.picture(page) is not None


def grabbed(viewer: Viewer) -> QImage:
    return viewer.pages.canvas.viewport().grab().toImage()


def colour_at(image: QImage, x: float, y: float) -> str:
    found = image.pixelColor(round(x * image.width()), round(y * image.height()))
    near = {"red": RED, "blue": BLUE, "green": GREEN}
    return next((name for name, rgb in near.items() if QColor(*rgb).rgb() == found.rgb()), found.name())


def run_of(image: QImage, colour: tuple[int, int, int], y: int) -> int:
    """How many pixels of that colour a line of the view has."""
    wanted = QColor(*colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()))


def test_a_picture_is_fitted_into_the_view(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "IMG.png", (1200, 600)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas, image = viewer.pages.canvas, grabbed(viewer)
    gap = canvas._theme.px(10)
    across = (canvas.viewport().width() - 2 * gap) // 2
    assert canvas.fit is Fit.WHOLE
    assert abs(run_of(image, RED, image.height() // 2) - across) <= 2
    assert abs(run_of(image, BLUE, image.height() // 2) - across) <= 2
    assert (colour_at(image, 0.25, 0.5), colour_at(image, 0.75, 0.5)) == ("red", "blue")
    assert viewer.pages.bar.zoom.text() == f"{100 * canvas.zoom:.0f}%"
    assert viewer.accessibleName() == "Viewer: ITEM-0001, picture, IMG.png"


def test_actual_size_is_one_pixel_a_pixel_and_more_is_more(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "IMG.png", (200, 100)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    assert viewer.pages.canvas.zoom == 1.0  # a small picture is not blown up
    assert run_of(grabbed(viewer), RED, viewer.pages.canvas.viewport().height() // 2) == 100
    qtbot.keyClick(viewer.pages.canvas, Qt.Key.Key_Plus)
    assert viewer.pages.canvas.zoom == 1.25
    assert abs(run_of(grabbed(viewer), RED, viewer.pages.canvas.viewport().height() // 2) - 125) <= 1
    qtbot.keyClick(viewer.pages.canvas, Qt.Key.Key_1)
    assert viewer.pages.canvas.zoom == 1.0


def test_turning_turns_the_view_to_the_right_and_to_the_left(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "IMG.png", (1200, 600)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    viewer.pages.bar.right.click()
    image = grabbed(viewer)
    assert (colour_at(image, 0.5, 0.25), colour_at(image, 0.5, 0.75)) == ("red", "blue")
    assert "file stays as it is" in viewer.pages.bar.right.toolTip()
    viewer.pages.bar.left.click()
    viewer.pages.bar.left.click()
    image = grabbed(viewer)
    assert (colour_at(image, 0.5, 0.25), colour_at(image, 0.5, 0.75)) == ("blue", "red")


def test_ctrl_wheel_zooms_around_the_pointer(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "IMG.png", (1500, 1500)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas = viewer.pages.canvas
    edge = QPointF(canvas.viewport().width() / 2, canvas.viewport().height() / 2)  # where red meets blue
    before = canvas.zoom
    buttons, held = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier
    for _ in range(5):
        at, phase = canvas.viewport().mapToGlobal(edge), Qt.ScrollPhase.NoScrollPhase
        wheel = QWheelEvent(edge, at, QPoint(), QPoint(0, 120), buttons, held, phase, False)
        QApplication.sendEvent(canvas.viewport(), wheel)
    assert canvas.zoom > before * 2
    image, middle = grabbed(viewer), round(edge.x())
    line = [QColor(image.pixel(x, round(edge.y()))).red() > 128 for x in range(middle - 12, middle + 12)]
    assert line[0]
    assert not line[-1]


def test_a_tall_capture_opens_at_reading_width_and_scrolls(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 4000), BLUE)
    image.paste(RED, (0, 0, 400, 2000))
    image.save(tmp_path / "tall.png")
    viewer = show(tmp_path / "tall.png")
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas = viewer.pages.canvas
    assert canvas.fit is Fit.WIDTH
    assert canvas.verticalScrollBar().maximum() > 1000
    assert canvas.horizontalScrollBar().maximum() == 0
    assert run_of(grabbed(viewer), RED, 300) > canvas.viewport().width() * 0.9
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert run_of(grabbed(viewer), BLUE, 300) > canvas.viewport().width() * 0.9
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.verticalScrollBar().maximum() == 0


def test_a_capture_of_very_many_lines_is_shown_to_its_end(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    image = Image.new("RGB", (100, 50_000), RED)
    for y in range(49_800, 50_000):
        image.paste(GREEN if y >= 49_900 else BLUE, (0, y, 100, y + 1))
    image.save(tmp_path / "tall.png")
    viewer = show(tmp_path / "tall.png")
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas = viewer.pages.canvas
    canvas.set_zoom(1.0)
    canvas.verticalScrollBar().setValue(canvas.verticalScrollBar().maximum())
    shown, gap = grabbed(viewer), canvas._theme.px(10)
    bottom = shown.height() - gap - 1
    for above, colour in ((10, GREEN), (90, GREEN), (110, BLUE), (190, BLUE), (210, RED), (500, RED)):
        assert run_of(shown, colour, bottom - above) == 100, (above, colour)


def test_pinching_zooms(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "IMG.png", (900, 900)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas, at = viewer.pages.canvas, QPointF(300, 200)
    before, pad = canvas.zoom, QPointingDevice.primaryPointingDevice()
    kind = Qt.NativeGestureType.ZoomNativeGesture
    pinch = QNativeGestureEvent(kind, pad, 2, at, at, canvas.viewport().mapToGlobal(at), 0.5, QPointF(), 1)
    QApplication.sendEvent(canvas.viewport(), pinch)
    assert canvas.zoom == pytest.approx(before * 1.5)


def test_a_photograph_is_made_sharper_when_it_is_enlarged(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "IMG.jpg", (3600, 1800), "JPEG"))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas = viewer.pages.canvas
    assert canvas.picture(0).width == 1600
    canvas.set_zoom(1.0)
    qtbot.waitUntil(lambda: canvas.picture(0).width == 3600, timeout=20_000)
    assert canvas.zoom == 1.0


def test_pages_come_as_they_are_scrolled_to_with_their_text(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(pdf(tmp_path / "order.pdf", 6))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    pages = viewer.pages
    assert pages.bar.of.text() == "of 6"
    assert pages.canvas.picture(4) is None  # far from the view: not made
    pages.bar.text.click()
    qtbot.waitUntil(lambda: "Leaf number 1" in pages.words.toPlainText(), timeout=20_000)
    pages.go_to(1)
    qtbot.waitUntil(seen(viewer, 1), timeout=20_000)
    qtbot.waitUntil(lambda: "Leaf number 2" in pages.words.toPlainText(), timeout=20_000)
    assert pages.bar.number.text() == "2"
    assert pages.canvas.accessibleName() == "ITEM-0001, PDF, order.pdf, page 2 of 6"
    assert pages.words.isReadOnly()
    for _ in range(12):
        qtbot.keyClick(pages.canvas, Qt.Key.Key_PageDown)
    assert pages.page == 5
    qtbot.waitUntil(seen(viewer, 5), timeout=20_000)
    qtbot.waitUntil(lambda: "Leaf number 6" in pages.words.toPlainText(), timeout=20_000)


def test_a_page_is_gone_to_by_its_number(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(pdf(tmp_path / "order.pdf", 6))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    number = viewer.pages.bar.number
    number.setFocus()
    number.selectAll()
    qtbot.keyClicks(number, "4")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert viewer.pages.page == 3
    qtbot.waitUntil(seen(viewer, 3), timeout=20_000)


def test_pages_passed_over_are_not_made(desk: Callable[[], Desk], qtbot: QtBot, tmp_path: Path) -> None:
    source, previews = pdf(tmp_path / "Binder.pdf", 40), desk().session.previews
    assert previews is not None
    asked: dict[int, Future[Preview]] = {}

    def ask(page: int, width: int) -> Future[Preview]:
        asked[page] = previews.pdf_page(source, page, width)
        return asked[page]

    pages = PageList(desk())
    qtbot.addWidget(pages)
    pages.resize(600, 700)
    pages.show()
    with qtbot.waitSignal(pages.ready, timeout=20_000):
        pages.show_source(ask, 40)
    pages.go_to(10)
    pages.go_to(30)
    qtbot.waitUntil(lambda: pages.canvas.picture(30) is not None, timeout=20_000)
    assert not any(page in asked for page in range(8, 28))
    assert pages.page == 30
    for page in range(31, 40):
        pages.go_to(page)
        qtbot.waitUntil(lambda page=page: pages.canvas.picture(page) is not None, timeout=20_000)
    assert len(pages.canvas.shown) <= 9  # what has gone far from the view is let go of
    assert 0 not in pages.canvas.shown


def test_a_document_that_is_not_there_says_so(desk: Callable[[], Desk], qtbot: QtBot, tmp_path: Path) -> None:
    previews = desk().session.previews
    assert previews is not None
    pages = PageList(desk())
    qtbot.addWidget(pages)
    pages.show()
    with qtbot.waitSignal(pages.nothing, timeout=20_000) as told:
        pages.show_source(lambda page, width: previews.pdf_page(tmp_path / "gone.pdf", page, width), 0)
    assert told.args[0]


def test_a_broken_picture_says_why_it_cannot_be_shown(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    whole = two_colours(tmp_path / "whole.png", (300, 300))
    broken = tmp_path / "broken.png"
    broken.write_bytes(whole.read_bytes()[:40])
    viewer = show(broken)
    qtbot.waitUntil(lambda: viewer.shows is viewer.instead, timeout=20_000)
    assert "cannot be shown" in viewer.instead.why.text()
    assert "PNG image" in viewer.instead.about.text()
    assert viewer.instead.why.textFormat() == Qt.TextFormat.PlainText


def test_a_picture_cut_off_is_shown_with_a_warning(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    whole = tmp_path / "whole.jpg"
    Image.effect_noise((900, 900), 60).convert("RGB").save(whole, "JPEG")
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    viewer = show(cut)
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    assert viewer.pages.notice.isVisible()
    assert "damaged" in viewer.pages.notice.text.text()


def test_of_items_chosen_quickly_the_last_is_shown(show: Show, row: Row, qtbot: QtBot, tmp_path: Path) -> None:
    files = [two_colours(tmp_path / f"{n}.png", (900 + n, 900)) for n in range(6)]
    Image.new("RGB", (700, 700), GREEN).save(tmp_path / "last.png")
    files.append(pdf(tmp_path / "order.pdf", 3))
    viewer = show(*files, tmp_path / "last.png", name="0.png")
    for name in ("1.png", "order.pdf", "2.png", "3.png", "4.png", "5.png", "last.png"):
        viewer.show_item(row(name))
    shown: list[str] = []
    viewer.pages.ready.connect(lambda: shown.append(colour_at(grabbed(viewer), 0.5, 0.5)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    qtbot.waitUntil(lambda: viewer.desk.session.tasks.pending == 0, timeout=20_000)
    assert colour_at(grabbed(viewer), 0.5, 0.5) == "green"
    assert len(shown) == 1
    assert "last.png" in viewer.accessibleName()


def test_nothing_of_the_item_before_is_seen_while_the_next_is_made(
    show: Show, row: Row, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = two_colours(tmp_path / "a.png", (900, 900)), pdf(tmp_path / "b.pdf", 1)
    viewer = show(first, second)
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    viewer.show_item(row("b.pdf"))
    assert viewer.shows is viewer.pages  # no word of waiting yet
    assert colour_at(grabbed(viewer), 0.25, 0.5) != "red"


def test_the_item_shown_already_keeps_its_zoom(show: Show, row: Row, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "a.png", (900, 900)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    viewer.pages.canvas.set_zoom(2.0)
    viewer.show_item(row("a.png"))
    assert viewer.pages.canvas.zoom == 2.0
    assert seen(viewer)()


def test_closing_the_case_shows_nothing_of_it(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "a.png", (900, 900)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    viewer.desk.session.close()
    assert viewer.row is None
    assert viewer.shows is viewer.instead
    assert viewer.pages.canvas.picture(0) is None


def test_dragging_moves_the_picture(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(two_colours(tmp_path / "a.png", (1500, 1500)))
    qtbot.waitUntil(seen(viewer), timeout=20_000)
    canvas = viewer.pages.canvas
    canvas.set_zoom(2.0)
    before = canvas.horizontalScrollBar().value(), canvas.verticalScrollBar().value()
    view = canvas.viewport()
    start = view.rect().center()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + start / 4)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton)
    after = canvas.horizontalScrollBar().value(), canvas.verticalScrollBar().value()
    assert after[0] == before[0] - (start / 4).x()
    assert after[1] == before[1] - (start / 4).y()
