"""Time-stamps in the app: a request is saved, an authority answers it, the reply is added; a wrong one is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.casefile.anchoring import anchors_of
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from evidencekit.verify import verify_path
from tests.core.conftest import Authority, authority
from ui.views.custody import CustodyView
from ui.views.custody_anchors import AnchorsView, ToldDialog
from ui.window import Window

Opened = Callable[..., Window]
__all__ = ["authority"]


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0 and window.session.work is None, timeout=60_000)


@pytest.fixture
def anchors(filled_case: Path, opened: Opened, qtbot: QtBot) -> AnchorsView:
    window = opened(filled_case, page="custody")
    window.actions_made["custody.anchor"].trigger()
    settle(window, qtbot)
    view = window.views["custody"]
    assert isinstance(view, CustodyView)
    assert view.tabs.currentWidget() is view.anchors
    return view.anchors


def told(view: AnchorsView) -> str:
    assert isinstance(view.dialog, ToldDialog)
    return view.dialog.words.toPlainText()


def test_a_request_is_answered_and_its_reply_kept(
    anchors: AnchorsView,
    window: Window,
    qtbot: QtBot,
    tmp_path: Path,
    home: Home,
    authority: Authority,
) -> None:
    assert anchors.pages.currentWidget() is anchors.empty
    assert not anchors.add_it.isEnabled()
    said: list[BaseException] = []
    window.session.tasks.trouble.disconnect(window.trouble)
    window.session.tasks.trouble.connect(said.append)
    request = tmp_path / "to be stamped.tsq"
    anchors.request_to(request)
    settle(window, qtbot)
    assert request.name in told(anchors)
    assert "`" not in told(anchors)
    assert anchors.state.text() == "1 waiting for a reply"
    assert [line.first[0] for line in anchors.list.lines.lines] == ["Waiting"]
    case = window.session.open_case
    assert case.unsealed == 0

    other = tmp_path / "other.tsr"
    other.write_bytes(b"no reply at all")
    anchors.add_reply(other, None)
    settle(window, qtbot)
    assert [type(each).__name__ for each in said] == ["UsageError"]
    assert anchors_of(case)[0].line is None

    reply = tmp_path / "reply.tsr"
    reply.write_bytes(authority.reply(request.read_bytes()))
    anchors.add_reply(reply, authority.roots)
    settle(window, qtbot)
    assert "leads to the root" in told(anchors)
    made = anchors_of(case)[0]
    assert made.trusted
    line = anchors.list.lines.lines[0]
    assert (line.last, anchors.state.text()) == ((f"ledger line {made.line}", "root checked"), "")
    anchors.list.go_to(0)
    assert anchors.check_it.isEnabled()
    anchors.check_it.click()
    assert "openssl ts -verify" in told(anchors)
    window.session.close()
    settle(window, qtbot)
    assert verify_path(case.folder, home, Job()).ok


def test_a_request_is_not_saved_inside_the_case(
    anchors: AnchorsView, window: Window, qtbot: QtBot, filled_case: Path
) -> None:
    said: list[BaseException] = []
    window.session.tasks.trouble.disconnect(window.trouble)
    window.session.tasks.trouble.connect(said.append)
    anchors.request_to(filled_case / "originals" / "request.tsq")
    settle(window, qtbot)
    assert "inside the case" in str(said[0])
    assert not (filled_case / "originals" / "request.tsq").exists()
    assert anchors.known == ()
