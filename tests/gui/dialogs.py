"""Every dialog of the app over an open sample case, for the tests that walk through them all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog

from evidencekit.catalog import court
from evidencekit.errors import UsageError
from evidencekit.model import Held, Part, Party, Person
from ui.window import Window

Make = Callable[[Window], QDialog]
DIALOGS: dict[str, Make] = {}


def _dialog(name: str) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        DIALOGS[name] = make
        return make

    return keep


@_dialog("new case")
def _new_case(window: Window) -> QDialog:
    from ui.dialogs.new_case import NewCaseDialog

    return NewCaseDialog(window.desk, window)


@_dialog("settings")
def _settings(window: Window) -> QDialog:
    from ui.dialogs.settings import SettingsDialog

    return SettingsDialog(window.desk, window)


@_dialog("export for other programs")
def _export(window: Window) -> QDialog:
    from ui.dialogs.export import ExportDialog

    return ExportDialog(window.desk, window)


@_dialog("work in the background")
def _background(window: Window) -> QDialog:
    from ui.views.background import BackgroundPanel

    return BackgroundPanel(window.background, window.desk, window)


@_dialog("about")
def _about(window: Window) -> QDialog:
    from ui.dialogs.about import AboutDialog

    return AboutDialog(window.theme, window)


@_dialog("times side by side")
def _times(window: Window) -> QDialog:
    from evidencekit.casefile import Case
    from ui.dialogs.times import TimesDialog
    from ui.views.details.loaded import load

    case = window.session.case
    assert isinstance(case, Case)
    return TimesDialog(window.theme, load(case, "ITEM-0005"), parent=window)


@_dialog("columns of call detail")
def _columns(window: Window) -> QDialog:
    from ui.dialogs.mapping import MappingDialog

    return MappingDialog(window.desk, "ITEM-0001", "Call detail", window)


@_dialog("guide")
def _guide(window: Window) -> QDialog:
    from ui.dialogs.guide import GuideDialog

    return GuideDialog(window.theme, window)


@_dialog("error")
def _error(window: Window) -> QDialog:
    from ui.dialogs.trouble import TroubleDialog

    return TroubleDialog(UsageError("No.", item="ITEM-0001", todo="Do otherwise."), window.theme, window)


@_dialog("hand-over")
def _hand_over(window: Window) -> QDialog:
    from ui.dialogs.intake import IntakeDialog

    return IntakeDialog(window.desk, [Path(__file__)], None, "", window)


@_dialog("what came in")
def _taken(window: Window) -> QDialog:
    from ui.dialogs.taken import Outcome, Part, TakenDialog

    part = Part("Refused", "They were not taken in.", "ban", "warn", (("odd/link.txt", "symbolic link"),))
    return TakenDialog(window.desk, Outcome(1, "4 files came in", (part,)), window)


@_dialog("nothing came in")
def _stopped(window: Window) -> QDialog:
    from ui.dialogs.taken import StoppedDialog

    return StoppedDialog(window.theme, window)


@_dialog("time of items")
def _when(window: Window) -> QDialog:
    from ui.dialogs.when import WhenDialog

    return WhenDialog(window.theme, 3, "America/Los_Angeles", window)


@_dialog("party of items")
def _choose_party(window: Window) -> QDialog:
    from ui.dialogs.choose_party import ChoosePartyDialog

    return ChoosePartyDialog(window.theme, 3, _parties(window), window)


@_dialog("new party of an item")
def _new_party(window: Window) -> QDialog:
    from ui.dialogs.choose_party import NewPartyDialog

    return NewPartyDialog(window.theme, ["+15550178834"], [each.name for each in _parties(window)], window)


@_dialog("party")
def _party(window: Window) -> QDialog:
    from ui.dialogs.party import PartyDialog

    return PartyDialog(window.desk, _parties(window)[0], window)


@_dialog("certify a transcript")
def _certify(window: Window) -> QDialog:
    from ui.dialogs.certify import CertifyDialog

    return CertifyDialog("Transcript of ITEM-0007, version 1", "A. Rivera, advocate", window.theme, window)


@_dialog("milestone")
def _milestone(window: Window) -> QDialog:
    from ui.dialogs.milestone import MilestoneDialog

    return MilestoneDialog(window.desk, _read(window, court.all_milestones)[0], window)


@_dialog("incident")
def _incident(window: Window) -> QDialog:
    from ui.dialogs.incident import IncidentDialog

    return IncidentDialog(window.desk, _read(window, court.all_incidents)[0], window)


@_dialog("custody report")
def _report(window: Window) -> QDialog:
    from ui.views.custody_report import ReportDialog

    return ReportDialog(window.desk, "ITEM-0001", window)


@_dialog("mark")
def _mark(window: Window) -> QDialog:
    from ui.dialogs.mark import MarkDialog

    board = _board(window)
    return MarkDialog(board, [each.id for each in board.drafts], window.theme, window)


@_dialog("late label")
def _late(window: Window) -> QDialog:
    from ui.dialogs.late import LateDialog

    board = _board(window)
    return LateDialog(board, next(each for each in board.entries if each.draft), window.theme, window)


@_dialog("court status")
def _status(window: Window) -> QDialog:
    from ui.dialogs.status import StatusDialog

    return StatusDialog(_marked(window), window.theme, window)


@_dialog("withdraw")
def _withdraw(window: Window) -> QDialog:
    from ui.dialogs.status import withdrawing

    return withdrawing(_marked(window), window.theme, window)


@_dialog("regroup")
def _regroup(window: Window) -> QDialog:
    from ui.dialogs.status import regrouping

    return regrouping(_marked(window), ("ITEM-0002", "ITEM-0003"), window.theme, window)


@_dialog("verification")
def _verification(window: Window) -> QDialog:
    from evidencekit.verify import Verdict
    from ui.elsewhere import VerdictDialog

    return VerdictDialog(window.desk, Path("case"), Verdict((), ("A note.",), 4, 9, "root"), "Note: A note.", window)


@_dialog("print")
def _print(window: Window) -> QDialog:
    from evidencekit.binder.earlier import EarlierBinder
    from ui.dialogs.printing import PrintDialog
    from ui.printer import Printers

    binder = EarlierBinder(Path("binder-0001"), "2026-11-20T10:00:00Z", "letter", "default", (), (), (), (), False)
    return PrintDialog(window.desk, binder, Printers(("Front desk", "Copy room"), "Front desk"), window)


@_dialog("compare with a checkpoint")
def _against(window: Window) -> QDialog:
    from ui.dialogs.against import AgainstDialog

    return AgainstDialog(window.desk, window)


@_dialog("people and keys")
def _people(window: Window) -> QDialog:
    from ui.dialogs.people import PeopleDialog

    return PeopleDialog(window.desk, lambda actor: None, window)


@_dialog("keys of the case")
def _case_keys(window: Window) -> QDialog:
    from ui.dialogs.casekeys import CaseKeysDialog

    return CaseKeysDialog(window.desk, window)


@_dialog("vouch for a key")
def _vouch(window: Window) -> QDialog:
    from ui.dialogs.casekeys import VouchDialog

    return VouchDialog(window.desk, window)


@_dialog("withdraw a key")
def _withdraw_key(window: Window) -> QDialog:
    from ui.dialogs.casekeys import CaseKey, WithdrawKeyDialog

    return WithdrawKeyDialog(window.desk, CaseKey("B. Ng, clerk", "ab" * 32, "A. Rivera", 12, None), window)


@_dialog("told")
def _told(window: Window) -> QDialog:
    from ui.views.custody_anchors import ToldDialog

    return ToldDialog(window.desk, "The request is saved", "Send it, and bring the reply back.", window)


@_dialog("custody documents")
def _forms(window: Window) -> QDialog:
    from ui.dialogs.forms import FormsDialog

    return FormsDialog(window.desk, ["ITEM-0001"], window)


@_dialog("add a person")
def _add_person(window: Window) -> QDialog:
    from ui.dialogs.people import AddPersonDialog

    return AddPersonDialog(window.desk, window)


@_dialog("passphrase")
def _passphrase(window: Window) -> QDialog:
    from ui.dialogs.passphrase import PassphraseDialog

    return PassphraseDialog(Person("A. Rivera", "advocate", "County Attorney"), window.theme, window)


@_dialog("new passphrase")
def _new_passphrase(window: Window) -> QDialog:
    from ui.dialogs.passphrase import NewPassphraseDialog

    return NewPassphraseDialog(Person("A. Rivera", "advocate"), window.theme, window)


@_dialog("transfer custody")
def _transfer(window: Window) -> QDialog:
    from ui.dialogs.transfer import TransferDialog
    from ui.models import transfers

    people = window.session.home.signatories()
    known = transfers.Held("Held by A. Rivera.", ("A. Rivera",))
    return TransferDialog(window.desk, people, known, lambda outcome: None, window)


@_dialog("withhold")
def _withhold(window: Window) -> QDialog:
    from ui.dialogs.protecting import WithholdDialog

    held = [Held("ITEM-0003", Part.NATIVE, "It holds a position", "A. Rivera", "2026-11-20T10:00:00Z", 12)]
    return WithholdDialog(window.desk, ["ITEM-0003", "ITEM-0004"], held, window)


@_dialog("protected terms")
def _terms(window: Window) -> QDialog:
    from ui.dialogs.protecting import TermsDialog

    return TermsDialog(window.desk, window)


@_dialog("new production")
def _production(window: Window) -> QDialog:
    from ui.dialogs.production import ProductionDialog
    from ui.models.productions import Productions

    known = Productions(recipients=("Public Defender",), prefix="HOLLIS")
    return ProductionDialog(window.desk, ["ITEM-0001"], known, window)


@_dialog("why it is withheld")
def _reason(window: Window) -> QDialog:
    from ui.dialogs.reason import ReasonDialog

    return ReasonDialog(window.desk, "disclose", ["ITEM-0001", "ITEM-0002"], window, "“12 Elm Street”")


def _parties(window: Window) -> list[Party]:
    return _read(window, court.all_parties)


def _read(window: Window, ask: Callable[..., Any]) -> Any:
    with window.session.open_case.catalog.read() as connection:
        return ask(connection)


def _board(window: Window) -> Any:
    from ui.models.exhibits import load

    return load(window.session.open_case, {}, "")


def _marked(window: Window) -> Any:
    return next(each for each in _board(window).entries if each.live)
