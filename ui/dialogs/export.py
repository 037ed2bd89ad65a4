"""The case for other programs, as CASE/UCO: of which items, and what a person should know before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.edits import item_number
from evidencekit.errors import EvidenceKitError
from evidencekit.job import Job
from ui.advice import in_the_app
from ui.desk import Desk
from ui.views.chronology_form import line_field
from ui.views.written import Minded
from ui.widgets import Snug, button, label, row, shown_lines

SUFFIXES = {".jsonld": "CASE/UCO, JSON-LD"}
_ABOUT = (
    "The items with their sizes, types and digests, how they came, what was done with them, exhibit numbers and "
    "productions, as CASE/UCO 1.4: for a laboratory, another agency or a review program."
)
_LEFT_OUT = (
    "What is in the files, where they lay, your titles, times and notes, and what is withheld and why is left out."
)
_HOLDS = (
    "It holds the names of files and of the people who gave, received and acted. It is no production: nothing is held "
    "back in it, withheld items are named too, and a protected term does not stop it. What of that it holds is told "
    "when it is written: read it before the file leaves."
)


class ExportDialog(Snug):
    """Asks of which items the export is; :meth:`writing` writes it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        self.setWindowTitle("Export for other programs")
        self.setMinimumWidth(px(540))
        self.items = line_field("Items", "", "all, or ITEM-0003, ITEM-0007")
        named = QLabel("&Items")
        named.setBuddy(self.items)
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        self.go = button("Save as JSON-LD…", self._check, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("The case for other programs", "heading"))
        layout.addWidget(label(_ABOUT, wrap=True))
        fields = row(named, self.items)
        fields.layout().setStretch(1, 1)  # type: ignore[union-attr]  # row() lays out in a box
        layout.addWidget(fields)
        layout.addWidget(self.wrong)
        layout.addWidget(label(_LEFT_OUT, "muted", wrap=True))
        layout.addWidget(label(_HOLDS, "warn", wrap=True, name="Before it leaves"))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.items.setFocus()

    @property
    def numbers(self) -> Sequence[str]:
        """The items named, none for all. Raises :class:`EvidenceKitError` for what is no number."""
        return [item_number(each) for each in self.items.text().replace(",", " ").split()]

    def writing(self, path: Path) -> Callable[[Case, Job], str]:
        """What writes the export that was asked for to ``path``, and says what it holds."""
        numbers = self.numbers

        def write(case: Case, job: Job) -> str:
            from evidencekit.interchange.case_uco import write_case_uco

            job.step(0, 0, path.name)
            made = write_case_uco(case, numbers, path)
            many = "1 item" if made.items == 1 else f"{made.items:,} items"
            return Minded(" ".join(made.warnings)) if made.warnings else f"The export of {many}."

        return write

    def _check(self) -> None:
        try:
            _ = self.numbers
        except EvidenceKitError as error:
            where = f"{error.item}: " if error.item else ""
            self.wrong.setText(shown_lines(f"{where}{error.what} {in_the_app(error.todo)}"))
            self.wrong.show()
            self.fit()
            return
        self.accept()
