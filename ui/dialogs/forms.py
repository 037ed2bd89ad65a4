"""Custody documents: which form or draft is wanted, of what, and with what filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.edits import item_number
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from ui.advice import in_the_app
from ui.desk import Desk
from ui.views.written import Minded
from ui.widgets import Snug, button, label, row, shown_lines

if TYPE_CHECKING:
    from evidencekit.forms.written import Written


@dataclass(frozen=True, slots=True)
class Form:
    """A document that can be asked for: ``name`` of its file, what it is ``for``, and which fields it takes."""

    title: str
    name: str
    about: str
    fields: frozenset[str]


_DRAFT = "A draft to be completed and signed by a person; the program never signs."
FORMS: tuple[Form, ...] = (
    Form(
        "Chain-of-custody form",
        "Custody form",
        "Who gave what to whom and when, filled from the record, with room for signatures in ink.",
        frozenset({"items", "each", "names", "offense", "place"}),
    ),
    Form(
        "Certification of copied data, Rule 902(14)",
        "Certification 902(14)",
        f"Who copied the files, when and how, and that digests of original and copy agree. {_DRAFT}",
        frozenset({"items", "exhibits", "declarant"}),
    ),
    Form(
        "Certification of an electronic process, Rule 902(13)",
        "Certification 902(13)",
        f"That a process or system makes accurate results: this program’s, or that of a carrier or phone. {_DRAFT}",
        frozenset({"items", "exhibits", "system", "declarant"}),
    ),
    Form(
        "Certification of business records, Rule 902(11)",
        "Certification 902(11)",
        f"For the custodian of a carrier’s or provider’s records. {_DRAFT}",
        frozenset({"items", "exhibits", "declarant"}),
    ),
    Form(
        "Custody report of a period",
        "Custody report",
        "Everything that was done between two days. Each report begins at the root at which the one before it ended.",
        frozenset({"days", "internal"}),
    ),
)


class FormsDialog(Snug):
    """Asks which document is wanted. ``form`` is the one chosen; :meth:`write` writes it."""

    def __init__(self, desk: Desk, items: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        px = desk.theme.px
        self.setWindowTitle("Custody documents")
        self.setMinimumWidth(px(560))
        self.which = QComboBox()
        self.which.setAccessibleName("Document")
        self.which.addItems([each.title for each in FORMS])
        self.which.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.about = label("", "muted", wrap=True, name="What it is for")
        self.items = _line("Items", "all, or ITEM-0003, ITEM-0007")
        self.items.setText(", ".join(items))
        self.exhibits = _line("Exhibits", "all, or 3, 12A")
        self.each = QCheckBox("A form of its own for every item")
        self.names = QCheckBox("Fill in victim and suspect from the parties")
        self.offense = _line("Offense")
        self.place = _line("Place of the hand-over")
        self.system = _line("System", "this program, or the carrier’s or phone’s")
        self.declarant = _line("Declarant", "left blank, or Name, role, agency")
        self.first, self.last = _day("First day"), _day("Last day")
        self.first.setDate(QDate.currentDate().addMonths(-1))
        self.internal = QCheckBox("With decisions on disclosure: such a report stays in the office")
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(_named("&Document", self.which), self.which)
        self.rows: dict[str, list[QWidget]] = {}
        for key, text, field in (
            ("items", "&Items", self.items),
            ("exhibits", "&Exhibits", self.exhibits),
            ("each", "", self.each),
            ("names", "", self.names),
            ("offense", "&Offense", self.offense),
            ("place", "&Place", self.place),
            ("system", "&System", self.system),
            ("declarant", "Dec&larant", self.declarant),
            ("days", "&From", self.first),
            ("days", "&To", self.last),
            ("internal", "", self.internal),
        ):
            named = _named(text, field)
            form.addRow(named, field)
            self.rows.setdefault(key, []).extend((named, field))
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        self.go = button("Save as PDF…", self._check, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("Which document?", "heading"))
        layout.addLayout(form)
        layout.addWidget(self.about)
        layout.addWidget(self.wrong)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.which.currentIndexChanged.connect(lambda at: self._look())
        self._look()
        self.which.setFocus()

    @property
    def form(self) -> Form:
        return FORMS[self.which.currentIndex()]

    @property
    def numbers(self) -> list[str]:
        """The items named. Raises :class:`EvidenceKitError` for what is no number."""
        return [item_number(each) for each in self.items.text().replace(",", " ").split()]

    @property
    def labels(self) -> list[str]:
        """The exhibits named."""
        return self.exhibits.text().replace(",", " ").split()

    def writing(self, path: Path) -> Callable[[Case, Job], str]:
        """What writes the document that was asked for to ``path``, on the case's paper."""
        form, deed = self.form, self._deed()

        def write(case: Case, job: Job) -> str:
            from ui.views.chronology_export import case_paper

            job.step(0, 0, path.name)
            made = deed(case, path, PaperName(case_paper(case)))
            told = " ".join((f"{form.title}.", *made.warnings))
            return Minded(told) if made.warnings else told

        return write

    def _deed(self) -> Callable[[Case, Path, PaperName], Written]:
        """What the chosen document is written by, with what was said taken over now."""
        numbers = self.numbers if "items" in self.form.fields else []  # what is hidden is not asked
        labels = self.labels
        declarant, system = self.declarant.text().strip(), self.system.text().strip()
        at = self.which.currentIndex()
        if at == 0:
            from evidencekit.forms.custody_form import Asked, write_custody_form

            asked = Asked(
                tuple(numbers),
                self.each.isChecked(),
                self.names.isChecked(),
                self.offense.text().strip(),
                self.place.text().strip(),
            )
            return lambda case, path, paper: write_custody_form(case, asked, path, paper=paper)
        if at == 1:
            from evidencekit.forms.copied_data import write_copied_data

            return lambda case, path, paper: write_copied_data(
                case, numbers, labels, path, declarant=declarant, paper=paper
            )
        if at == 2:
            from evidencekit.forms.process import write_process

            return lambda case, path, paper: write_process(
                case, numbers, labels, path, system=system, declarant=declarant, paper=paper
            )
        if at == 3:
            from evidencekit.forms.business import write_business

            return lambda case, path, paper: write_business(
                case, numbers, labels, path, declarant=declarant, paper=paper
            )
        from evidencekit.forms.period import period, write_period

        days = (each.date().toString("yyyy-MM-dd") for each in (self.first, self.last))
        wanted = period(*days, internal=self.internal.isChecked())
        return lambda case, path, paper: write_period(case, wanted, path, paper=paper)

    def _check(self) -> None:
        try:
            self._deed()
        except EvidenceKitError as error:
            where = f"{error.item}: " if error.item else ""
            self.wrong.setText(shown_lines(f"{where}{error.what} {in_the_app(error.todo)}"))
            self.wrong.show()
            self.fit()
            return
        self.accept()

    def _look(self) -> None:
        form = self.form
        for key, widgets in self.rows.items():
            for each in widgets:
                each.setVisible(key in form.fields)
        self.about.setText(form.about)
        self.wrong.hide()
        if self.isVisible():
            self.fit()


def _line(name: str, example: str = "") -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(example)
    return made


def _day(name: str) -> QDateEdit:
    made = QDateEdit(QDate.currentDate())
    made.setCalendarPopup(True)
    made.setDisplayFormat("d MMM yyyy")
    made.setAccessibleName(name)
    return made


def _named(text: str, field: QWidget) -> QLabel:
    made = QLabel(text)
    if text:
        made.setBuddy(field)
    return made
