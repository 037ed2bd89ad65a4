"""A person of the case, and the numbers, addresses and handles that are theirs."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.errors import UsageError
from evidencekit.model import Party, Role
from ui.desk import Desk
from ui.parts import Part
from ui.views.chronology_form import FormDialog, line_field, words_field
from ui.widgets import column, label

PARTS = (Part.PARTIES, Part.WORDS)
_BASIS = (
    "How it is known that these are theirs: a court asks for it before it takes a message as this person’s. “Number "
    "saved in her phone; he answers it in the recorded call.”"
)


class PartyDialog(FormDialog):
    """Adds a party, or changes the one given, also its name; an edit that can be undone. ``party`` is the one kept,
    None until then."""

    party: Party | None

    def __init__(self, desk: Desk, party: Party | None, parent: QWidget | None = None) -> None:
        super().__init__(desk, "Party", "Save" if party else "Add party", parent)
        self._former, self.party = party, None
        said = party or Party("", Role.OTHER, ())
        self.name = line_field("Name", said.name, "Dale Hollis")
        self.role = QComboBox()
        self.role.setAccessibleName("Role in the case")
        for role in Role:
            self.role.addItem(role.value.capitalize(), role)
        self.role.setCurrentIndex(list(Role).index(said.role))
        self.identifiers = words_field(
            "Numbers, addresses and handles",
            "\n".join(said.identifiers),
            "+1 555 017 8834\nd.hollis@example.com\n@dale_h",
            desk,
            lines=4,
        )
        self.basis = words_field("How that is known", said.basis.replace("\n", " "), "", desk, lines=2)
        self.put("&Name", self.name)
        self.put("&Role", self.role)
        told = label("Numbers, addresses and handles, one on each line.", "small")
        self.put("&Identifiers", column(self.identifiers, told, gap=4), self.identifiers)
        self.put("&Basis", column(self.basis, label(_BASIS, "small", wrap=True), gap=4), self.basis)
        self.name.setFocus()

    def keep(self) -> None:
        name = " ".join(self.name.text().split())
        if not name:
            self.say("Give the person’s name.", self.name)
            return
        typed = (" ".join(each.split()) for each in self.identifiers.toPlainText().splitlines())
        identifiers = tuple(dict.fromkeys(each for each in typed if each))
        party = Party(name, Role(self.role.currentData()), identifiers, " ".join(self.basis.toPlainText().split()))
        former = self._former
        if former is None:
            self.edit("Add party", lambda case: _add(case, party), PARTS)
        else:
            self.edit("Change party", lambda case: _change(case, former, party), PARTS)

    def kept(self, result: object) -> None:
        self.party = result if isinstance(result, Party) else None
        super().kept(result)


def _add(case: Case, party: Party) -> Party:
    from evidencekit.catalog.court import all_parties

    with case.catalog.read() as connection:
        known = {each.name.casefold() for each in all_parties(connection)}
    if party.name.casefold() in known:
        raise UsageError(
            f"There is a party “{party.name}” already.", todo="Change that one, or give this one another name."
        )
    return edits.put_party(case, party)


def _change(case: Case, former: Party, party: Party) -> Party:
    return edits.edit_party(
        case, former.name, to=party.name, role=party.role, identifiers=party.identifiers, basis=party.basis
    )
