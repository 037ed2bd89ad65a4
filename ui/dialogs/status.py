"""What happened to an exhibit in court, and the two steps that cannot be taken back."""

from __future__ import annotations

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateEdit,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from evidencekit.model import Status
from ui.models.exhibits import Entry, day_words
from ui.theme import Theme
from ui.widgets import Snug, button, label, row

STEPS = (Status.OFFERED, Status.ADMITTED, Status.EXCLUDED)


class StatusDialog(Snug):
    """``status`` and ``day`` (ISO) are what was chosen; what is recorded so far is shown above."""

    def __init__(self, entry: Entry, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Court status")
        self.setMinimumWidth(theme.px(420))
        self._recorded = dict(entry.dates)
        self.steps = QButtonGroup(self)
        chosen = self._following(entry)
        radios = []
        for place, step in enumerate(STEPS):
            radio = QRadioButton(step.value.capitalize())
            radio.setChecked(step is chosen)
            self.steps.addButton(radio, place)
            radios.append(radio)
        self.date = QDateEdit(QDate.currentDate())
        self.date.setMaximumDate(QDate.currentDate())
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("d MMM yyyy")
        self.date.setAccessibleName("On which day")
        self.told = label("", "warn", wrap=True, name="What this replaces")
        self.go = button("Record", self.accept, primary=True)
        self.go.setDefault(True)
        form = QFormLayout()
        form.addRow("It was", row(*radios, None))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("On", self.date)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label(f"Exhibit {entry.label} in court", "heading"))
        layout.addWidget(label(entry.title, "muted", wrap=True))
        layout.addWidget(label(recorded_words(entry), wrap=True, name="Recorded so far"))
        layout.addLayout(form)
        layout.addWidget(self.told)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        radios[STEPS.index(chosen)].setFocus()
        self.steps.idToggled.connect(self._say)
        self._say()

    @property
    def status(self) -> Status:
        return STEPS[self.steps.checkedId()]

    @property
    def day(self) -> str:
        return self.date.date().toString("yyyy-MM-dd")

    @staticmethod
    def _following(entry: Entry) -> Status:
        """The step that is likely next."""
        return Status.OFFERED if entry.status is Status.MARKED else Status.ADMITTED

    def _say(self) -> None:
        day = self._recorded.get(self.status)
        self.told.setText(f"“{self.status.value}” is recorded on {day_words(day)}; this replaces it." if day else "")
        if day:
            self.date.setDate(QDate.fromString(day, "yyyy-MM-dd"))


def recorded_words(entry: Entry) -> str:
    """The steps recorded so far, in the order of court."""
    steps = dict(entry.dates)
    told = [f"{step.value} {day_words(steps[step])}" for step in STEPS if step in steps]
    return "Recorded: " + "; ".join(told) + "." if told else "Nothing is recorded yet beyond its marking."


class LastingDialog(Snug):
    """Asks before what goes into the ledger and cannot be undone: ``title``, what it means, and what is done."""

    def __init__(
        self,
        title: str,
        meaning: str,
        deed: str,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        keep: str = "Cancel",
        danger: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.px(490))
        self.words = label(meaning, wrap=True, name="What this means")
        self.go = button(deed, self.accept, primary=not danger)
        if danger:
            self.go.setProperty("danger", True)
        cancel = button(keep, self.reject)
        cancel.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(label(title, "heading", wrap=True))
        layout.addWidget(self.words)
        layout.addWidget(row(None, cancel, self.go))
        cancel.setFocus()


def withdrawing(entry: Entry, theme: Theme, parent: QWidget | None = None) -> LastingDialog:
    """Asks before an exhibit is withdrawn."""
    return LastingDialog(
        f"Withdraw exhibit {entry.label}?",
        f"{entry.title}\n\nIts label stays used for good: the binder and the index then say “Intentionally omitted” at "
        f"{entry.label}, and no other exhibit ever gets this label. Its items stay in the case and can be marked again "
        "under another label.\n\nThe withdrawal is entered in the ledger and cannot be undone.",
        f"Withdraw {entry.label}",
        theme,
        parent,
        danger=True,
    )


def regrouping(entry: Entry, items: tuple[str, ...], theme: Theme, parent: QWidget | None = None) -> LastingDialog:
    """Asks before a marked exhibit is made to rest on other items, or on the same in another order."""
    gone, come = [n for n in entry.items if n not in items], [n for n in items if n not in entry.items]
    told = [f"{', '.join(come)} added" if come else "", f"{', '.join(gone)} taken out" if gone else ""]
    what = "; ".join(part for part in told if part) or "the same items in another order"
    return LastingDialog(
        f"Change the items of exhibit {entry.label}?",
        f"{entry.title}: {what}.\n\nThe exhibit is marked, so which items it rests on is part of the record. The "
        "change is entered in the ledger beside the earlier one and cannot be undone; you can change it again later.",
        "Change the items",
        theme,
        parent,
    )
