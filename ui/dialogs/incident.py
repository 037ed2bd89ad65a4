"""A row of the chronology that a person writes: what happened, neutrally, and the items it rests on."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from evidencekit import edits
from evidencekit.model import Category, Incident
from ui.desk import Desk
from ui.parts import Part
from ui.views.chronology_form import FormDialog, ItemsField, WhenField, line_field, words_field
from ui.widgets import column, label

CATEGORIES = {
    Category.SURVEILLANCE: ("Surveillance", "Following, watching, waiting, tracking, gathering information"),
    Category.LIFE_INVASION: ("Life invasion", "Showing up, unwanted contact, gifts, entering the home or accounts"),
    Category.INTIMIDATION: ("Intimidation", "Threats, also without words; damage done; frightening behaviour"),
    Category.INTERFERENCE: ("Interference", "Sabotage of work, money, reputation or relations; force"),
}
_NEUTRAL = (
    "The chronology may be filed: say what happened, not what it means. “His car stood outside the building from 9 to "
    "10 pm”, not “he stalked her again”."
)


class IncidentDialog(FormDialog):
    """Adds an incident, or changes the one given; an edit that can be undone. ``id`` is the one kept."""

    def __init__(self, desk: Desk, incident: Incident | None, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Incident", "Save" if incident else "Add incident", parent)
        self._former = incident
        said = incident or Incident(0, "", "")
        self.id = said.id
        self.when = WhenField(desk, said.when)
        self.words = words_field(
            "What happened", said.text, "His car stood outside the building from 9 to 10 pm", desk, lines=3
        )
        self.categories = {each: QCheckBox(words) for each, (words, _) in CATEGORIES.items()}
        for each, box in self.categories.items():
            box.setToolTip(CATEGORIES[each][1])
            box.setChecked(each in said.categories)
        self.location = line_field("Where", said.location)
        self.witness = line_field("Who saw it", said.witness)
        self.reported = line_field("Reported to", said.reported, "Agency, report number, officer")
        self.items = ItemsField(desk, said.items)
        self.put("Whe&n", self.when)
        self.put("&What happened", column(self.words, label(_NEUTRAL, "small", wrap=True), gap=4), self.words)
        self.put("Category", self._boxes())
        self.put("&Location", self.location)
        self.put("Wi&tness", self.witness)
        self.put("&Reported", self.reported)
        self.put("&Items", self.items)
        self.when.setFocus()

    def _boxes(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, box in enumerate(self.categories.values()):
            grid.addWidget(box, place // 2, place % 2)
        return holder

    def keep(self) -> None:
        if not self.when.read():
            self.say("Say when it happened.", self.when)
        elif not self.words.toPlainText().strip():
            self.say("Say what happened.", self.words)
        else:
            self.items.settle(self._keep)

    def _keep(self) -> None:
        when, text, items = self.when.text, self.words.toPlainText(), self.items.numbers
        categories = [each for each, box in self.categories.items() if box.isChecked()]
        more = {
            "location": self.location.text(),
            "witness": self.witness.text(),
            "reported": self.reported.text(),
        }
        former = self._former
        if former is None:
            self.edit(
                "Add incident",
                lambda case: edits.add_incident(case, when=when, text=text, items=items, categories=categories, **more),
                (Part.CHRONOLOGY,),
            )
            return
        said = when if when != former.when else None  # one that was left as it stands is not read anew
        self.edit(
            "Change incident",
            lambda case: edits.edit_incident(
                case, former.id, when=said, text=text, items=items, categories=categories, **more
            ),
            (Part.CHRONOLOGY,),
        )

    def kept(self, result: object) -> None:
        if isinstance(result, int):
            self.id = result
        super().kept(result)
