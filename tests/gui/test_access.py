"""Everything can be reached by keyboard, is named for a screen reader, and still fits at 150 % text (Section 508)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from tests.gui.dialogs import DIALOGS
from ui.theme import Mode
from ui.window import Window

PAGES = ("items", "exhibits", "chronology", "binder", "productions", "custody")


@pytest.fixture(scope="module")
def shared_case(told_story: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample case with two drafts."""
    folder = Path(shutil.copytree(told_story, tmp_path_factory.mktemp("shared") / "case"))
    with write_case(folder, Home(folder.with_name("case-home")), "A. Rivera") as case:
        edits.add_draft(case, items=["ITEM-0002"], title="A draft")
        edits.add_draft(case, items=["ITEM-0003", "ITEM-0004"])
    return folder


def quiet(qtbot: QtBot, window: Window) -> None:
    """Wait until nothing has been under way for a few turns of the loop."""
    for _ in range(5):
        qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=60_000)
        QApplication.processEvents()


def focusable(root: QWidget) -> list[QWidget]:
    """What a person can give the focus to by Tab now."""
    return [
        each
        for each in [root, *root.findChildren(QWidget)]
        if each.isVisibleTo(root)
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.window() is root.window()
        and each.focusProxy() is None
        and not isinstance(each.parentWidget(), QAbstractSpinBox | QComboBox)
    ]


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def called(widget: QWidget) -> str:
    trail, each = [], widget
    while each is not None and len(trail) < 5:
        trail.append(f"{type(each).__name__}#{each.objectName()}")
        each = each.parentWidget()
    return " in ".join(trail)


def unnamed(root: QWidget) -> list[str]:
    return [
        called(each)
        for each in focusable(root)
        if not spoken(each).strip() and not isinstance(each, QScrollArea | QTabBar)
    ]


def reached_by_tab(root: QWidget) -> set[QWidget]:
    """Press Tab until the focus comes round, and say where it was."""
    root.window().activateWindow()
    first = focusable(root)[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen: set[QWidget] = set()
    for _ in range(400):
        now = QApplication.focusWidget()
        if now is None or (now in seen and now is first):
            break
        seen.add(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    return seen


def unreached(root: QWidget) -> list[str]:
    seen = reached_by_tab(root)
    groups = {each.parentWidget() for each in seen if isinstance(each, QRadioButton)}  # arrows go on within a group
    return [
        called(each)
        for each in focusable(root)
        if each not in seen and not (isinstance(each, QRadioButton) and each.parentWidget() in groups)
    ]


def clipped(root: QWidget) -> list[str]:
    """Buttons and labels whose words do not fit into them, and what sticks out of the window."""
    found = []
    for each in root.findChildren(QWidget):
        if not each.isVisibleTo(root) or each.window() is not root.window() or not each.width():
            continue
        if isinstance(each, QAbstractButton) and worded(each) and each.width() < each.minimumSizeHint().width() - 1:
            found.append(f"{each.text()!r} needs {each.minimumSizeHint().width()}, has {each.width()}: {called(each)}")
        plain = type(each) is QLabel and each.text() and not each.wordWrap()
        if plain and each.width() < each.sizeHint().width() - 2:
            found.append(f"{each.text()!r} needs {each.sizeHint().width()}, has {each.width()}: {called(each)}")
        if plain and not in_scroll(each) and each.mapTo(root, QPoint(each.width(), 0)).x() > root.width() + 1:
            found.append(f"{each.text()!r} sticks out: {called(each)}")
    return found


def worded(button: QAbstractButton) -> bool:
    """Whether a button shows words at all."""
    icon_only = Qt.ToolButtonStyle.ToolButtonIconOnly
    return bool(button.text()) and not (isinstance(button, QToolButton) and button.toolButtonStyle() is icon_only)


def in_scroll(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


@pytest.mark.parametrize("page", PAGES)
def test_every_control_of_a_page_is_named_and_reached(shared_window: Window, qtbot: QtBot, page: str) -> None:
    window = shared_window
    window.show_page(page)
    quiet(qtbot, window)
    view = window.views["items"]
    if page == "items":
        view.show_item("ITEM-0002")  # type: ignore[attr-defined]
        quiet(qtbot, window)
    assert unnamed(window) == []
    assert unreached(window) == []


def test_every_control_of_the_start_screen_is_named_and_reached(window: Window, sample_case: Path) -> None:
    from ui.settings import Recent

    window.settings.remember(Recent(str(sample_case), "1", "A v. B", "2026-11-20T10:00:00Z", 5, 2, 1))
    window.start.refresh()
    assert unnamed(window) == []
    assert unreached(window) == []


def test_every_control_of_every_dialog_is_named_and_reached(shared_window: Window, qtbot: QtBot) -> None:
    window = shared_window
    wrong: dict[str, list[str]] = {}
    for name in sorted(DIALOGS):
        dialog = DIALOGS[name](window)
        dialog.show()
        quiet(qtbot, window)
        assert focusable(dialog), name
        wrong[name] = [*unnamed(dialog), *unreached(dialog), *(["no title"] if not dialog.windowTitle() else [])]
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda each=dialog: not shiboken6.isValid(each) or not each.isVisible())
    assert {name: told for name, told in wrong.items() if told} == {}


def test_every_page_still_fits_at_150_per_cent(shared_window: Window, qtbot: QtBot) -> None:
    window = shared_window
    window.theme.choose(Mode.LIGHT, 1.5)
    wrong: dict[str, object] = {}
    for page in PAGES:
        window.resize(1280, 720)
        window.show_page(page)
        quiet(qtbot, window)
        if window.width() > 1280 or window.height() > 720 or clipped(window):
            wrong[page] = (window.size(), clipped(window))
    assert wrong == {}


def test_every_dialog_still_fits_at_150_per_cent(shared_window: Window, qtbot: QtBot) -> None:
    window = shared_window
    window.theme.choose(Mode.LIGHT, 1.5)
    wrong: dict[str, object] = {}
    for name in sorted(DIALOGS):
        dialog = DIALOGS[name](window)
        dialog.show()
        quiet(qtbot, window)
        least, room = dialog.minimumSizeHint(), dialog.screen().availableGeometry().height()
        if least.width() > 1280 or least.height() > 680 or dialog.height() > room or clipped(dialog):
            wrong[name] = (least, dialog.height(), clipped(dialog))
        dialog.close()
    assert wrong == {}


def test_every_action_has_words_a_tip_and_no_shortcut_of_another(module_window: Window) -> None:
    from ui.actions import MENUS, TABLE

    shortcuts = [spec.shortcut for spec in TABLE if spec.shortcut] + [f"Ctrl+{n}" for n in range(1, 7)]
    assert len(shortcuts) == len(set(shortcuts))
    in_menus = {name for _, names in MENUS for name in names if name}
    assert in_menus == {spec.id for spec in TABLE}
    for spec in TABLE:
        assert module_window.actions_made[spec.id].toolTip()
        assert spec.tip
