"""What is said of an item about productions: that it is held back and why, and under which numbers it went to whom."""

from __future__ import annotations

from evidencekit.casefile import Case
from evidencekit.casefile.holding import held_of
from evidencekit.casefile.protection import protection_of
from evidencekit.custody.names import shown
from evidencekit.model import Part
from evidencekit.production.log import logged, span
from ui.models.ledger import clock

_MOST = 6  # productions told one by one


class Leavings:
    """Read again only when the ledger has grown. One belongs to one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._kept: tuple[int, dict[str, list[str]]] | None = None

    def of(self, number: str) -> tuple[str, ...]:
        """What is said of one item, in sentences fit for the screen."""
        size, kept = self.case.size, self._kept
        if kept is None or kept[0] != size:
            kept = self._kept = size, _all(self.case)
        told = kept[1].get(number, [])
        more = len(told) - _MOST
        return (*told[:_MOST], *((f"… and {more:,} more productions",) if more > 0 else ()))


def _all(case: Case) -> dict[str, list[str]]:
    zone, now = case.info.timezone, protection_of(case.checked)
    found: dict[str, list[str]] = {}
    for number, held in held_of(case.checked, now).items():
        what = "Withheld from productions" if held.part is Part.WHOLE else "Its native file is withheld"
        who = now.held.get(number)
        by = f" ({shown(who.actor)}, {clock(who.time, zone)[0]})" if who is not None else ""
        found[number] = [f"{what}: {shown(held.basis)}{by}"]
    for each in logged(case.checked)[::-1]:
        if each.complete:
            to = f" to {shown(each.to)}, {clock(each.time, zone)[0]}"
            for item in each.items:
                found.setdefault(item.item, []).append(f"Produced as {span(item.begin, item.end)}{to}")
    return found
