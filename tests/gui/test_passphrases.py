"""Passphrases asked for in the middle of things: when another person acts, when one receives, two at once, and while
the window is being closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit.casefile.transfers import Stage, transfers
from evidencekit.custody.keyfiles import Kept, Scrypt
from evidencekit.custody.keys import Home
from evidencekit.model import Person
from ui.dialogs.passphrase import PassphraseDialog
from ui.dialogs.people import PeopleDialog
from ui.dialogs.transfer import TransferDialog
from ui.passphrase import Passphrases
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Lane, Tasks
from ui.theme import Mode, Theme
from ui.views.custody import CustodyView
from ui.window import Window

RIVERA = Person("A. Rivera", "advocate")
NG = Person("B. Ng", "evidence clerk", "County Attorney")
SECRET = "four plain words here"


@pytest.fixture
def home(home: Home) -> Home:
    """Passphrases that cost little."""
    return Home(home.folder, cost=Scrypt(n=1 << 4))


class Asked:
    """A window over a case, which asks for passphrases."""

    def __init__(self, folder: Path, home: Home, app: QApplication, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.questions = Passphrases()
        self.tasks = Tasks()
        self.home = Home(home.folder, ask=self.questions.ask)
        settings = Settings(self.home, self.tasks)
        settings.background = False
        self.window = Window(Session(self.home, self.tasks, RIVERA.actor), Theme(app, Mode.LIGHT), settings)
        self.questions.attach(self.window)
        self.said: list[BaseException] = []
        self.tasks.trouble.disconnect(self.window.trouble)
        self.tasks.trouble.connect(self.said.append)
        qtbot.addWidget(self.window, before_close_func=self.leave)
        self.window.show()
        self.window.open_case(folder)
        self.settle()
        assert self.window.session.writable

    def leave(self, window: Window) -> None:
        if window.isVisible():
            window.leave()
            self.qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)

    def settle(self) -> None:
        session = self.window.session
        self.qtbot.waitUntil(lambda: session.tasks.pending == 0 and session.work is None, timeout=60_000)

    def question(self) -> PassphraseDialog:
        self.qtbot.waitUntil(lambda: self.open_now() != [], timeout=30_000)
        return self.open_now()[-1]

    def open_now(self) -> list[PassphraseDialog]:
        return [each for each in self.window.findChildren(PassphraseDialog) if each.isVisible()]

    def answer(self, passphrase: str) -> None:
        dialog = self.question()
        dialog.field.setText(passphrase)
        dialog.go.click()
        self.settle()


@pytest.fixture
def asked(filled_case: Path, home: Home, qapp: QApplication, qtbot: QtBot) -> Iterator[Asked]:
    home.add(RIVERA)
    home.add(NG)
    home.protect(NG.actor, Kept.PASSPHRASE, SECRET)
    made = Asked(filled_case, home, qapp, qtbot)
    yield made
    made.leave(made.window)
    made.questions.end()
    made.tasks.close()


def test_whoever_cannot_open_their_key_does_not_act(asked: Asked) -> None:
    window = asked.window
    window.actions_made["app.people"].trigger()
    asked.settle()
    people = window.people
    assert isinstance(people, PeopleDialog)
    people.list.setCurrentRow(1)
    people.use_it.click()
    asked.question().reject()
    asked.settle()
    assert "passphrase" in people.told.text()
    assert window.session.actor == RIVERA.actor
    assert asked.home.actor(None) == RIVERA.actor
    people.use_it.click()
    asked.answer("another phrase")
    assert people.told.property("role") == "bad"
    assert window.session.open_case.actor == RIVERA.actor
    people.use_it.click()
    asked.answer(SECRET)
    assert window.session.actor == window.session.open_case.actor == NG.actor
    assert asked.said == []


def test_who_acts_stays_when_the_key_of_another_is_not_opened(asked: Asked) -> None:
    window = asked.window
    window.session.act_as(NG.actor)
    asked.question().reject()
    asked.settle()
    assert window.session.actor == window.session.open_case.actor == RIVERA.actor
    assert RIVERA.actor in window.state.text()
    assert [type(each).__name__ for each in asked.said] == ["LockedError"]


def test_the_receiver_of_a_transfer_is_asked_too(asked: Asked) -> None:
    window = asked.window

    def transfer() -> TransferDialog:
        window.actions_made["custody.transfer"].trigger()
        asked.settle()
        view = window.views["custody"]
        assert isinstance(view, CustodyView)
        assert isinstance(view.transfers.dialog, TransferDialog)
        return view.transfers.dialog

    dialog = transfer()
    size = window.session.open_case.size
    dialog.go.click()
    assert NG.actor in asked.question().findChildren(type(window.state))[0].text()
    asked.question().reject()
    asked.settle()
    assert "B. Ng" in dialog.wrong.text()
    assert dialog.isVisible()
    assert window.session.open_case.size == size
    dialog.go.click()
    asked.answer(SECRET)
    assert [each.stage for each in transfers(window.session.open_case.checked)] == [Stage.DONE]
    assert not dialog.isVisible()


def test_two_questions_at_once_are_asked_one_after_the_other(asked: Asked) -> None:
    given: list[str | None] = []
    for name in ("C. One", "D. Two"):
        asked.tasks.start(Lane.READ, lambda job, name=name: asked.questions.ask(Person(name)), given.append)
    first = asked.question()
    asked.qtbot.wait(20)
    assert asked.open_now() == [first]
    first.field.setText("one")
    first.go.click()
    asked.qtbot.waitUntil(lambda: len(given) == 1, timeout=30_000)
    asked.question().reject()
    asked.settle()
    assert given == ["one", None]


@pytest.mark.parametrize("close", [Window.leave, Window.close], ids=["a signal", "a person"])
def test_the_window_closes_while_it_asks(asked: Asked, close: Callable[[Window], object]) -> None:
    window = asked.window
    given: list[str | None] = []
    window.session.act("Signing", lambda case, job: given.append(asked.questions.ask(NG)), ())
    asked.question()
    close(window)
    if window.question is not None:
        window.question.go.click()
    asked.qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    assert given == [None]


def test_nobody_waits_for_an_answer_once_it_has_ended(asked: Asked) -> None:
    given: list[str | None] = []
    waiting = threading.Thread(target=lambda: given.append(asked.questions.ask(NG)))
    waiting.start()
    asked.question()
    asked.questions.end()
    waiting.join(30)
    assert given == [None]
    assert asked.questions.ask(NG) is None
