"""Mail and other texts in the viewer, and the kinds that it cannot show."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSpinBox, QComboBox, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from evidencekit.binder.words import short_size
from evidencekit.catalog.search import LONGEST_TEXT
from ui.parts import Changes, Part
from ui.views.viewer import Viewer

Show = Callable[..., Viewer]


def shown(viewer: Viewer) -> Callable[[], bool]:
    words = viewer.words
    return lambda: viewer.shows is words and not words.filling and bool(words.text.toPlainText())


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """A message with a remote picture that would tell its sender when it is read."""
    message = EmailMessage()
    message["From"] = "Marc <b>H.</b> <marc@example.org>"
    message["To"] = "mara@example.net"
    message["Subject"] = "I <i>know</i>"
    message["Date"] = "Tue, 06 Jan 2026 07:12:00 -0800"
    message.set_content(
        '<p>You can <b>not</b> hide.<img src="https://t.example/p.gif"><script>go()</script></p>', subtype="html"
    )
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    return path


def test_mail_is_words_with_a_head_and_no_html(show: Show, qtbot: QtBot, mail: Path) -> None:
    viewer = show(mail)
    viewer.read_as_text(True)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    text = viewer.words.text.toPlainText()
    assert "You can not hide." in text
    assert "<" not in text
    assert "go()" not in text
    labels = [each for each in viewer.words.head.findChildren(QLabel) if each.isVisible()]
    told = dict(zip([each.text() for each in labels[::2]], [each.text() for each in labels[1::2]], strict=True))
    assert told["Subject"] == "I <i>know</i>"
    assert told["Date"].startswith("Tue, 06 Jan 2026 07:12:00 -0800")
    assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels)
    assert isinstance(viewer.words.text, QPlainTextEdit)
    links = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    assert not viewer.words.text.textInteractionFlags() & (links | Qt.TextInteractionFlag.TextEditable)


def test_what_is_shown_as_printed_can_be_read_as_text_and_searched(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("Date,From,Words\n2026-01-06,Marc,where are you\n2026-01-07,Marc,I see you\n")
    viewer = show(tmp_path / "log.csv")
    qtbot.waitUntil(lambda: viewer.shows is viewer.pages and viewer.pages.canvas.picture(0) is not None, timeout=20_000)
    assert viewer.accessibleName() == "Viewer: ITEM-0001, as printed, log.csv"
    assert viewer.pages.bar.as_text.isVisible()
    assert not viewer.pages.bar.text.isVisible()
    viewer.pages.canvas.setFocus()
    qtbot.keyClick(viewer.pages.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    assert "where are you" in viewer.words.text.toPlainText()
    qtbot.mouseClick(viewer.words.as_printed, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: viewer.shows is viewer.pages and viewer.pages.canvas.picture(0) is not None, timeout=20_000)


def test_characters_that_deceive_are_written_out(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("a\tb\n\u202eevil <b>x</b>\nüni\n", "utf-8")
    viewer = show(tmp_path / "note.txt")
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    assert viewer.words.text.toPlainText().rstrip("\n") == "a\tb\n\\u{202e}evil <b>x</b>\nüni"
    assert viewer.accessibleName() == "Viewer: ITEM-0001, text, note.txt"


def test_a_long_text_comes_in_pieces_and_says_what_is_left_out(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    line = "Marc: call me back, I can see the light in your kitchen.\n"
    (tmp_path / "chat.txt").write_text(line * (LONGEST_TEXT // len(line) + 100))
    viewer = show(tmp_path / "chat.txt")
    sizes: list[int] = []
    viewer.words.text.document().contentsChange.connect(lambda at, gone, come: sizes.append(come))
    qtbot.waitUntil(shown(viewer), timeout=60_000)
    assert max(sizes) < 100_000
    assert abs(len(viewer.words.text.toPlainText()) - LONGEST_TEXT) < len(line)
    assert "4,000,000" in viewer.words.notice.text.text()
    assert viewer.words.text.verticalScrollBar().value() == 0


def test_a_line_without_end_is_broken_up(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("word " * 10_000)
    viewer = show(tmp_path / "line.txt")
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    assert viewer.words.text.document().blockCount() >= 5
    assert "broken up" in viewer.words.notice.text.text()


def test_words_are_found_forwards_backwards_and_around(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("one Car\ntwo\nthree car\n")
    viewer = show(tmp_path / "note.txt")
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    text, finder = viewer.words.text, viewer.words.finder
    viewer.activateWindow()
    text.setFocus()
    qtbot.waitUntil(text.hasFocus, timeout=20_000)
    qtbot.keyClick(text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(finder.isVisible, timeout=20_000)
    qtbot.keyClicks(finder.words, "car")
    qtbot.waitUntil(lambda: finder.count.text() == "2 finds", timeout=20_000)
    assert (text.textCursor().blockNumber(), text.textCursor().selectedText()) == (0, "Car")
    assert len(text.extraSelections()) == 2
    qtbot.keyClick(finder.words, Qt.Key.Key_Return)
    assert text.textCursor().blockNumber() == 2
    qtbot.keyClick(finder.words, Qt.Key.Key_Return)
    assert text.textCursor().blockNumber() == 0
    qtbot.keyClick(finder.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert text.textCursor().blockNumber() == 2
    qtbot.keyClicks(finder.words, "x")
    qtbot.waitUntil(lambda: finder.count.text() == "Not found", timeout=20_000)
    qtbot.keyClick(finder.words, Qt.Key.Key_Escape)
    assert not finder.isVisible()
    assert text.extraSelections() == []


@pytest.mark.parametrize(
    ("name", "data", "what", "why"),
    [
        ("x.bin", bytes(range(256)) * 64, "File of unknown type", "not known"),
        ("empty.m4a", b"", "Empty file", "empty"),
        ("x.zip", b"PK\x05\x06" + bytes(18), "ZIP archive", ""),
    ],
)
def test_what_cannot_be_shown_is_described(
    show: Show, qtbot: QtBot, tmp_path: Path, name: str, data: bytes, what: str, why: str
) -> None:
    (tmp_path / name).write_bytes(data)
    viewer = show(tmp_path / name)
    assert viewer.shows is viewer.instead
    assert viewer.instead.title.text() == name
    assert what in viewer.instead.about.text()
    assert short_size(len(data)) in viewer.instead.about.text()
    assert "kept and hashed" in viewer.instead.about.text()
    assert why in viewer.instead.why.text()


def test_no_item_is_said(show: Show, qtbot: QtBot, mail: Path) -> None:
    viewer = show(mail)
    viewer.show_item(None)
    assert viewer.shows is viewer.instead
    assert "Choose an item" in viewer.instead.title.text()
    qtbot.waitUntil(lambda: viewer.desk.session.tasks.pending == 0, timeout=20_000)
    assert viewer.shows is viewer.instead


def test_an_item_read_again_shows_what_is_there_now(show: Show, qtbot: QtBot, mail: Path) -> None:
    viewer = show(mail)
    viewer.read_as_text(True)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    viewer.words.text.setPlainText("what an older reader saw")
    viewer.desk.session.changed.emit(Changes(frozenset({Part.ITEMS}), frozenset({"ITEM-0001"})))
    qtbot.waitUntil(lambda: "You can not hide." in viewer.words.text.toPlainText(), timeout=20_000)


def test_a_text_without_words_says_so(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "blank.txt").write_text(" \n\n \n")
    viewer = show(tmp_path / "blank.txt")
    qtbot.waitUntil(lambda: viewer.shows is viewer.instead, timeout=20_000)
    assert viewer.instead.why.text() == "No text could be read out of it."


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface is not None else ""


def test_every_control_has_a_name_and_no_text_is_markup(show: Show, qtbot: QtBot, mail: Path) -> None:
    viewer = show(mail)
    viewer.read_as_text(True)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    parts = [each for each in viewer.findChildren(QWidget) if each.window() is viewer]
    focusable = [each for each in parts if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    inner = (QAbstractScrollArea, QAbstractSpinBox, QComboBox)
    nameless = [each for each in focusable if not spoken(each) and not isinstance(each.parent(), inner)]
    assert len(focusable) > 20
    assert nameless == []
    assert {each.textFormat() for each in viewer.findChildren(QLabel) if each.text()} == {Qt.TextFormat.PlainText}
