"""What is done at chosen items about productions: holding them back, or preparing a production of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from evidencekit.casefile import Case
from evidencekit.casefile.protection import protection_of
from evidencekit.job import Job
from evidencekit.model import Held
from ui.desk import Desk
from ui.models.productions import Productions, gather


def withhold(desk: Desk, chosen: Callable[[], list[str]], parent: QWidget) -> None:
    """Ask what of the chosen items is held back, and why; then enter it in the ledger."""
    numbers = chosen()
    if not numbers:
        return

    def looking(case: Case) -> list[Held]:
        held = protection_of(case.checked).held
        return [held[number] for number in numbers if number in held]

    def come(held: list[Held]) -> None:
        from ui.dialogs.protecting import WithholdDialog

        dialog = WithholdDialog(desk, numbers, held, parent)

        def entering(case: Case, job: Job) -> None:
            del job
            dialog.deed(case, numbers)

        def entered(_: None) -> None:
            desk.say("Entered in the ledger.")

        dialog.accepted.connect(lambda: desk.session.act("Entering the decision", entering, (), entered))
        dialog.open()

    desk.session.read(looking, come, key="held")


def produce_chosen(desk: Desk, chosen: Callable[[], list[str]], parent: QWidget) -> None:
    """Prepare a production of the chosen items and what belongs to them."""
    numbers = chosen()
    if not numbers:
        return

    def come(known: Productions) -> None:
        from ui.dialogs.production import ProductionDialog

        ProductionDialog(desk, numbers, known.recipients, parent).open()

    desk.session.read(gather, come, key="recipients")
