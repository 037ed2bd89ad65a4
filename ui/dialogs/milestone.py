"""A turning point of the case: what kind, when, and in which words it stands in the chronology."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from evidencekit import edits
from evidencekit.model import Milestone, MilestoneKind
from ui.desk import Desk
from ui.parts import Part
from ui.views.chronology_form import FormDialog, ItemsField, WhenField, line_field

KINDS = {
    MilestoneKind.NO: "“No”: told to stop",
    MilestoneKind.ORDER_ISSUED: "Order issued",
    MilestoneKind.ORDER_SERVED: "Order served",
    MilestoneKind.ORDER_EXPIRES: "Order expires",
    MilestoneKind.ARREST: "Arrest",
    MilestoneKind.OTHER: "Another turning point",
}


class MilestoneDialog(FormDialog):
    """Adds a milestone, or changes the one given; an edit that can be undone. ``id`` is the one kept."""

    def __init__(self, desk: Desk, milestone: Milestone | None, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Milestone", "Save" if milestone else "Add milestone", parent)
        self._former = milestone
        self.id = milestone.id if milestone else 0
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of turning point")
        for kind, words in KINDS.items():
            self.kind.addItem(words, kind)
        self.when = WhenField(desk, milestone.when if milestone else "")
        self.words = line_field(
            "What happened", milestone.text if milestone else "", "Told him by text message not to contact her again"
        )
        self.item = ItemsField(desk, (milestone.item,) if milestone and milestone.item else (), most=1)
        if milestone:
            self.kind.setCurrentIndex(list(KINDS).index(milestone.kind))
        self.put("&Kind", self.kind)
        self.put("Whe&n", self.when)
        self.put("&What happened", self.words)
        self.put("&Item it rests on", self.item)
        (self.when if milestone else self.kind).setFocus()

    def keep(self) -> None:
        if not self.when.read():
            self.say("Say when it happened.", self.when)
        elif not self.words.text().strip():
            self.say("Say what happened in a few neutral words.", self.words)
        else:
            self.item.settle(self._keep)

    def _keep(self) -> None:
        when, text = self.when.text, self.words.text()
        kind = MilestoneKind(self.kind.currentData())
        item = next(iter(self.item.numbers), "")
        former = self._former
        if former is None:
            self.edit(
                "Add milestone",
                lambda case: edits.add_milestone(case, when=when, kind=kind, text=text, item=item or None),
                (Part.CHRONOLOGY,),
            )
            return
        # A time that was left as it stands is not read anew: it may be in words that later versions read differently.
        said = when if when != former.when else None
        self.edit(
            "Change milestone",
            lambda case: edits.edit_milestone(case, former.id, when=said, kind=kind, text=text, item=item),
            (Part.CHRONOLOGY,),
        )

    def kept(self, result: object) -> None:
        if isinstance(result, int):
            self.id = result
        super().kept(result)
