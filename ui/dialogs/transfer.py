"""Handing the case, or items of it, to another person: who receives it, what, where and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.casefile.transferring import called, release, transfer
from evidencekit.casefile.transfers import Transfer
from evidencekit.custody.keys import Signatory
from evidencekit.custody.people import person_of
from evidencekit.edits import item_number
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from evidencekit.model import Person
from ui.advice import in_the_app
from ui.desk import Desk
from ui.models.transfers import Held
from ui.widgets import Snug, button, label, row, shown_lines

Outcome = tuple[Transfer, tuple[str, ...]]


class TransferDialog(Snug):
    """Asks about one transfer and makes it; ``done`` is called with what was entered and what to know of it."""

    def __init__(
        self,
        desk: Desk,
        people: Sequence[Signatory],
        holds: Held,
        done: Callable[[Outcome], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self._done = desk, done
        self._others = [each.person for each in people if each.person.actor != desk.session.actor]
        px = desk.theme.px
        self.setWindowTitle("Transfer custody")
        self.setMinimumWidth(px(580))
        self.here = QRadioButton("Somebody who signs on this computer, now")
        self.apart = QRadioButton("Somebody elsewhere, who signs later")
        self._where = QButtonGroup(self)
        for each in (self.here, self.apart):
            self._where.addButton(each)
            each.toggled.connect(self._look)
        self.who = QComboBox()
        self.who.setAccessibleName("Who receives it")
        self.who.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.who.addItems([each.actor for each in self._others])
        self.name, self.role, self.agency = (_line(each) for each in ("Name", "Role", "Agency"))
        self.whole = QRadioButton("The whole case")
        self.some = QRadioButton("Items")
        self._what = QButtonGroup(self)
        for each in (self.whole, self.some):
            self._what.addButton(each)
        self.items = _line("Item numbers", "ITEM-0003, ITEM-0007")
        self.items.textEdited.connect(lambda text: self.some.setChecked(True))
        self.place = _line("Place", "Evidence room, second floor")
        self.purpose = _line("Purpose", "Court, laboratory, return…")
        self.wrong = label("", "bad", wrap=True, name="What stands against it")
        self.wrong.hide()
        self.go = button("", self.make, primary=True)
        self.go.setDefault(True)
        self._lay_out(holds)
        self.whole.setChecked(True)
        (self.here if self._others else self.apart).setChecked(True)
        self.here.setEnabled(bool(self._others))
        if not self._others:
            self.here.setToolTip("Nobody else signs on this computer. People and keys, in the Case menu, adds them.")
        self._look()

    def _lay_out(self, holds: Held) -> None:
        px = self.desk.theme.px
        self._form = form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.here)
        self._who_named = QLabel("&Receiver")
        self._who_named.setBuddy(self.who)
        form.addRow(self._who_named, self.who)
        form.addRow(self.apart)
        for text, field in (("&Name *", self.name), ("R&ole", self.role), ("&Agency", self.agency)):
            form.addRow(text, field)
        form.addRow(label("What is handed over", "strong"))
        form.addRow(self.whole)
        form.addRow(row(self.some, self.items))
        form.addRow("&Place", self.place)
        form.addRow("P&urpose", self.purpose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(f"{self.desk.session.actor} hands over", "heading", wrap=True))
        mind = _not_held(holds.holders, self.desk.session.actor)
        self.held = label(mind or holds.holds, "warn" if mind else "muted", wrap=True, name="Who holds it now")
        layout.addWidget(self.held)
        layout.addLayout(form)
        told = (
            "Both people sign one and the same note. It is entered in the ledger and cannot be undone. Elsewhere, the "
            "receiver opens the case and chooses Receive under Custody › Transfers."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(self.wrong)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))

    def _look(self) -> None:
        here = self.here.isChecked()
        self._form.setRowVisible(self.who, here)
        for field in (self.name, self.role, self.agency):
            self._form.setRowVisible(field, not here)
        self.go.setText("Sign, both of us" if here else "Sign and release")
        self.fit()

    def make(self) -> None:
        """Enter the transfer, signed by both, or by the one who gives."""
        try:
            items = self._numbers()
        except EvidenceKitError as error:
            self._refuse(error)
            return
        place, purpose = self.place.text(), self.purpose.text()
        if self.here.isChecked():
            to = self.who.currentText()

            def deed(case: Case, job: Job) -> Outcome:
                del job
                return transfer(case, to, items=items, place=place, purpose=purpose)

        else:
            person = Person(*(field.text().strip() for field in (self.name, self.role, self.agency)))
            if not person.name:
                self.wrong.setText("Say who receives it.")
                self.wrong.show()
                self.fit()
                self.name.setFocus()
                return

            def deed(case: Case, job: Job) -> Outcome:
                del job
                return release(case, person, items=items, place=place, purpose=purpose)

        self.go.setEnabled(False)
        self.desk.session.act("Transferring custody", deed, (), self._come, self._refuse)

    def _numbers(self) -> list[str]:
        if self.whole.isChecked():
            return []
        return [item_number(each) for each in self.items.text().replace(",", " ").split()]

    def _come(self, outcome: Outcome) -> None:
        self._done(outcome)
        self.accept()

    def _refuse(self, error: BaseException) -> None:
        self.go.setEnabled(True)
        if not isinstance(error, EvidenceKitError):
            self.desk.session.tasks.trouble.emit(error)
            return
        where = f"{error.item}: " if error.item else ""
        self.wrong.setText(shown_lines(f"{where}{error.what} {in_the_app(error.todo)}"))
        self.wrong.show()
        self.fit()


def _not_held(holders: Sequence[str], actor: str) -> str:
    """What to mind where others than who acts hold it by the record; empty where there is nothing to mind."""
    others = [each for each in holders if each and not called(person_of(actor), each)]
    if not others:
        return ""
    what = "it" if len(others) == len(holders) else "some of it"
    named = "; ".join(others[:3]) + (f" and {len(others) - 3:,} more" if len(others) > 3 else "")
    return (
        f"By the record, {named} {'holds' if len(others) == 1 else 'hold'} {what}, not {actor}. Whoever "
        "hands it over should be who acts here: choose them under Case › People and keys first."
    )


def _line(name: str, example: str = "") -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(example)
    return made
