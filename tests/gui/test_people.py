"""Who signs at this computer: people with keys of their own, passphrases asked for where they are needed, transfers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit.casefile import read_case
from evidencekit.casefile.transfers import Stage, transfers
from evidencekit.custody.checkpoint import PublicKey
from evidencekit.custody.keyfiles import Kept, Scrypt
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from evidencekit.model import Person
from evidencekit.verify import verify_path
from ui.dialogs.casekeys import CaseKeysDialog, VouchDialog, WithdrawKeyDialog
from ui.dialogs.passphrase import NewPassphraseDialog, PassphraseDialog
from ui.dialogs.people import AddPersonDialog, PeopleDialog
from ui.dialogs.status import LastingDialog
from ui.dialogs.transfer import TransferDialog
from ui.passphrase import Passphrases
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Tasks
from ui.theme import Mode, Theme
from ui.views.custody import CustodyView
from ui.window import Window

Opened = Callable[..., Window]
RIVERA = Person("A. Rivera", "advocate")
NG = Person("B. Ng", "evidence clerk", "County Attorney")
SECRET = "four plain words here"


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0 and window.session.work is None, timeout=60_000)


@pytest.fixture
def home(home: Home) -> Home:
    """Passphrases that cost little."""
    return Home(home.folder, cost=Scrypt(n=1 << 4))


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """On the custody page, in the window that these tests share."""
    return partial(reopened, page="custody")


@pytest.fixture
def alone(module_window: Window, reopened: Opened) -> Window:
    """That window without a case."""
    return module_window


def people(window: Window, qtbot: QtBot) -> PeopleDialog:
    window.actions_made["app.people"].trigger()
    settle(window, qtbot)
    found = window.people
    assert isinstance(found, PeopleDialog)
    return found


def add(dialog: PeopleDialog, person: Person, window: Window, qtbot: QtBot) -> None:
    dialog.add()
    asked = dialog.asked
    assert isinstance(asked, AddPersonDialog)
    assert not asked.go.isEnabled()
    for field, text in zip(
        (asked.name, asked.role, asked.agency), (person.name, person.role, person.agency), strict=True
    ):
        field.setText(text)
    asked.go.click()
    settle(window, qtbot)


def choose(dialog: PeopleDialog, person: Person) -> None:
    dialog.list.setCurrentRow([each.person for each in dialog.people].index(person))


def test_people_are_added_locked_and_act(alone: Window, qtbot: QtBot, home: Home) -> None:
    dialog = people(alone, qtbot)
    assert len(dialog.people) == 1  # the account's own
    add(dialog, RIVERA, alone, qtbot)
    assert alone.session.actor == home.actor(None) == RIVERA.actor  # the first takes over, here as on the disk
    add(dialog, NG, alone, qtbot)
    assert alone.session.actor == RIVERA.actor
    assert [each.person for each in dialog.people] == [RIVERA, NG]
    assert [each.used for each in dialog.people] == [True, False]
    choose(dialog, NG)
    dialog.lock.click()
    asked = dialog.asked
    assert isinstance(asked, NewPassphraseDialog)
    low = asked.height()
    asked.first.setText("short")
    asked.second.setText("short")
    assert not asked.go.isEnabled()
    assert not asked.wrong.isHidden()
    assert asked.height() > low  # nothing is squeezed by what is said
    asked.first.setText(SECRET)
    asked.second.setText(SECRET)
    asked.go.click()
    settle(alone, qtbot)
    assert [each.key.kept for each in home.signatories() if each.key] == [Kept.PLAIN, Kept.PASSPHRASE]
    assert "passphrase" in dialog.about.text()
    dialog.copy_it.click()
    key = PublicKey.parse(QGuiApplication.clipboard().text().strip())
    assert key.raw == home.key_of(NG.actor).raw
    dialog.use_it.click()
    settle(alone, qtbot)
    assert alone.session.actor == NG.actor
    assert home.actor(None) == NG.actor
    assert not dialog.use_it.isEnabled()


class Clinging(KeyringBackend):
    """A keyring that gives up nothing."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise OSError("not allowed")


def test_what_a_keyring_does_not_give_up_is_said(
    alone: Window, qtbot: QtBot, home: Home, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(keyring.set_keyring, keyring.get_keyring()))
    keyring.set_keyring(Clinging())
    home.key_of()
    dialog = people(alone, qtbot)
    dialog.ring.click()
    settle(alone, qtbot)
    assert dialog.told.property("role") == "good"
    dialog.keep(Kept.PLAIN)
    settle(alone, qtbot)
    assert home.key_of().kept is Kept.PLAIN
    assert dialog.told.property("role") == "warn"
    assert home.key_of().fingerprint in dialog.told.text()


def test_a_new_key_is_asked_about_and_the_old_one_kept(alone: Window, qtbot: QtBot, home: Home) -> None:
    dialog = people(alone, qtbot)
    add(dialog, RIVERA, alone, qtbot)
    choose(dialog, RIVERA)
    before = home.key_of(RIVERA.actor).fingerprint
    dialog.renew.click()
    assert isinstance(dialog.asked, LastingDialog)
    dialog.asked.go.click()
    settle(alone, qtbot)
    assert home.key_of(RIVERA.actor).fingerprint != before
    assert [each.fingerprint for each in home.signatories()[0].earlier] == [before]


def test_what_cannot_be_done_is_said_in_the_dialog(alone: Window, qtbot: QtBot) -> None:
    dialog = people(alone, qtbot)
    add(dialog, RIVERA, alone, qtbot)
    add(dialog, RIVERA, alone, qtbot)
    assert "listed already" in dialog.told.text()
    assert "`" not in dialog.told.text()
    assert len(dialog.people) == 1


def test_a_locked_key_is_asked_for_when_the_case_is_opened(
    filled_case: Path, home: Home, qapp: QApplication, qtbot: QtBot
) -> None:
    home.add(RIVERA)
    home.protect(RIVERA.actor, Kept.PASSPHRASE, SECRET)
    passphrases, tasks = Passphrases(), Tasks()
    asking = Home(home.folder, ask=passphrases.ask)
    settings = Settings(asking, tasks)
    settings.background = False
    window = Window(Session(asking, tasks, RIVERA.actor), Theme(qapp, Mode.LIGHT), settings)
    passphrases.attach(window)
    qtbot.addWidget(window)
    said: list[BaseException] = []
    tasks.trouble.disconnect(window.trouble)
    tasks.trouble.connect(said.append)

    def asked() -> PassphraseDialog:
        qtbot.waitUntil(lambda: bool(window.findChildren(PassphraseDialog)), timeout=30_000)
        return window.findChildren(PassphraseDialog)[-1]

    def answered() -> None:
        settle(window, qtbot)
        qtbot.waitUntil(lambda: not window.findChildren(PassphraseDialog), timeout=30_000)

    window.open_case(filled_case)
    asked().reject()
    answered()
    window.open_case(filled_case)
    dialog = asked()
    dialog.field.setText("another phrase")
    dialog.go.click()
    answered()
    assert window.session.case is None
    assert [type(each).__name__ for each in said] == ["LockedError", "LockedError"]
    window.open_case(filled_case)
    dialog = asked()
    assert RIVERA.actor in dialog.findChildren(type(window.state))[0].text()
    dialog.field.setText(SECRET)
    dialog.go.click()
    answered()
    assert window.session.writable
    window.actions_made["custody.seal"].trigger()  # it stays open
    settle(window, qtbot)
    assert window.seal.text() == "sealed"
    window.session.close()
    settle(window, qtbot)
    tasks.close()


def custody(window: Window) -> CustodyView:
    window.show_page("custody")
    view = window.views["custody"]
    assert isinstance(view, CustodyView)
    return view


def test_custody_goes_over_under_two_signatures(filled_case: Path, opened: Opened, qtbot: QtBot, home: Home) -> None:
    home.add(Person("A. Rivera", "advocate"))
    home.add(NG)
    window = opened(filled_case)
    window.session.act_as(RIVERA.actor)
    window.actions_made["custody.transfer"].trigger()
    settle(window, qtbot)
    view = custody(window).transfers
    dialog = view.dialog
    assert isinstance(dialog, TransferDialog)
    assert [dialog.who.itemText(at) for at in range(dialog.who.count())] == [NG.actor]
    assert dialog.held.property("role") == "muted"
    dialog.items.setText("3, ITEM-0001")
    dialog.some.setChecked(True)
    dialog.place.setText("Evidence room")
    dialog.go.click()
    settle(window, qtbot)
    made = transfers(window.session.open_case.checked)[-1]
    assert (made.stage, made.items, made.place) == (Stage.DONE, ("ITEM-0001", "ITEM-0003"), "Evidence room")
    assert made.given.holds
    assert made.taken is not None
    assert made.taken.holds
    assert "B. Ng" in view.list.lines.lines[0].text
    assert "B. Ng" in view.known.holds
    window.actions_made["custody.transfer"].trigger()
    settle(window, qtbot)
    again = view.dialog
    assert isinstance(again, TransferDialog)
    assert again.held.property("role") == "warn"  # who acts does not hold all of it any more
    assert f"By the record, {NG.actor} holds some of it, not {RIVERA.actor}." in again.held.text()
    again.reject()
    window.session.close()
    settle(window, qtbot)
    assert verify_path(filled_case, home, Job()).ok


def test_a_release_waits_until_it_is_received_or_taken_back(
    filled_case: Path, opened: Opened, qtbot: QtBot, home: Home
) -> None:
    home.add(Person("A. Rivera", "advocate"))
    home.add(NG)
    window = opened(filled_case)
    window.session.act_as(RIVERA.actor)
    view = custody(window).transfers

    def release() -> None:
        window.actions_made["custody.transfer"].trigger()
        settle(window, qtbot)
        dialog = view.dialog
        assert isinstance(dialog, TransferDialog)
        dialog.apart.setChecked(True)
        assert dialog.who.isHidden()
        dialog.go.click()
        assert "who receives it" in dialog.wrong.text()
        for field, text in ((dialog.name, NG.name), (dialog.role, NG.role), (dialog.agency, NG.agency)):
            field.setText(text)
        dialog.go.click()
        settle(window, qtbot)

    release()
    assert not view.take.isHidden()
    view.take_back()
    assert isinstance(view.dialog, LastingDialog)
    view.dialog.go.click()
    settle(window, qtbot)
    assert view.take.isHidden()
    release()
    window.session.act_as(NG.actor)
    settle(window, qtbot)
    view.receive()
    settle(window, qtbot)
    assert [each.stage for each in transfers(window.session.open_case.checked)] == [Stage.BACK, Stage.DONE]
    assert [line.last[0] for line in view.list.lines.lines] == ["Signed by both", "Taken back"]
    assert view.known.holds.startswith("Held by B. Ng")
    window.session.close()
    settle(window, qtbot)
    with read_case(filled_case, home) as looked:
        assert looked.findings == []


def test_a_key_is_vouched_for_and_withdrawn(
    filled_case: Path, opened: Opened, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    window = opened(filled_case)
    window.actions_made["custody.keys"].trigger()
    settle(window, qtbot)
    dialog = custody(window).dialog
    assert isinstance(dialog, CaseKeysDialog)
    assert len(dialog.keys) == 1
    assert dialog.withdraw_it.isEnabled()
    other = Home(tmp_path_factory.mktemp("elsewhere")).key_of(NG.actor)

    def vouch(line: str) -> None:
        dialog.vouch_it.click()
        asked = dialog.asked
        assert isinstance(asked, VouchDialog)
        for field, text in zip(asked.fields, (NG.name, NG.role, NG.agency), strict=True):
            field.setText(text)
        assert not asked.go.isEnabled()
        asked.key.setPlainText(line)
        asked.go.click()
        settle(window, qtbot)

    vouch("not a key")
    assert dialog.told.text()
    assert "`" not in dialog.told.text()
    vouch(PublicKey("anything", other.raw).vkey())
    assert [(each.person, each.fingerprint) for each in dialog.keys][1:] == [(NG.actor, other.fingerprint)]
    assert dialog.told.isHidden()
    dialog.list.setCurrentRow(1)
    dialog.withdraw_it.click()
    asked = dialog.asked
    assert isinstance(asked, WithdrawKeyDialog)
    assert not asked.go.isEnabled()
    asked.words.setPlainText("They left the office")
    asked.go.click()
    settle(window, qtbot)
    assert dialog.keys[1].withdrawn is not None
    assert not dialog.withdraw_it.isEnabled()
