"""Which custody record is wanted: of the whole case, or of one item."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.edits import item_number, known_items
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from ui.advice import in_the_app
from ui.desk import Desk
from ui.views.chronology_form import line_field
from ui.widgets import Snug, button, label, row, shown_lines


class ReportDialog(Snug):
    """Asks what the record is of. ``number`` is the item chosen, None for the whole case."""

    def __init__(self, desk: Desk, number: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.number: str | None = None
        px = desk.theme.px
        self.setWindowTitle("Custody report")
        self.setMinimumWidth(px(460))
        self.whole = QRadioButton("The whole case, with its ledger in words")
        self.one = QRadioButton("One item")
        self._choice = QButtonGroup(self)  # they stand in different rows, and still are one choice
        for each in (self.whole, self.one):
            self._choice.addButton(each)
        self.item = line_field("Item number", number, "ITEM-0007")
        self.item.textEdited.connect(lambda text: self.one.setChecked(True))
        (self.one if number else self.whole).setChecked(True)
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        self.go = button("Save as PDF…", self.choose, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("Custody report of", "heading"))
        layout.addWidget(self.whole)
        layout.addWidget(row(self.one, self.item))
        layout.addWidget(self.wrong)
        told = "Says from whom each file came, its digests, who did what with it and when, and how to check all that."
        layout.addWidget(label(told, "small", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))

    def choose(self) -> None:
        """Go on when the item is there."""
        if self.whole.isChecked():
            self.accept()
            return
        try:
            number = item_number(self.item.text())
        except EvidenceKitError as error:
            self._refuse(error)
            return

        def looking(case: Case) -> str:
            with case.catalog.read() as connection:
                return known_items(connection, [number])[0].number

        def come(found: str) -> None:
            self.number = found
            self.accept()

        self.desk.session.read(looking, come, failed=self._refuse)

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, EvidenceKitError):
            self.desk.session.tasks.trouble.emit(error)
            return
        self.wrong.setText(shown_lines(f"{error.what} {in_the_app(error.todo)}"))
        self.wrong.show()
        self.fit()
        self.item.setFocus()


def writing(path: Path, number: str | None) -> Callable[[Case, Job], str]:
    """What writes the custody record of a case, or of one item, to ``path`` on the case's paper."""

    def write_it(case: Case, job: Job) -> str:
        from evidencekit.binder.custody_report import write_custody
        from evidencekit.printing.paper import PaperName
        from ui.views.chronology_export import case_paper

        job.step(0, 0, path.name)
        write_custody(case, number, path, paper=PaperName(case_paper(case)))
        return f"The custody record of {number}." if number else "The custody record."

    return write_it
