"""What is done about productions: holding chosen items back, and preparing a production of them or of everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from evidencekit.casefile import Case
from evidencekit.casefile.protection import protection_of
from evidencekit.model import Held
from ui.desk import Desk
from ui.models.productions import Begun, Productions, gather

if TYPE_CHECKING:
    from ui.dialogs.production import ProductionDialog


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
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        dialog.entered.connect(lambda: desk.say("Entered in the ledger."))
        dialog.open()

    desk.session.read(looking, come, key="held")


def produce_chosen(desk: Desk, chosen: Callable[[], list[str]], parent: QWidget) -> None:
    """Prepare a production of the chosen items and what belongs to them."""
    numbers = chosen()
    if numbers:
        prepare(desk, numbers, parent)


def prepare(
    desk: Desk,
    numbers: Sequence[str],
    parent: QWidget,
    then: Callable[[ProductionDialog], None] | None = None,
    begun: Begun | None = None,
) -> None:
    """Prepare a production of these items, or of everything, or complete one that was begun; ``then`` is given the
    dialog. One that is being prepared is shown again instead."""

    def come(known: Productions) -> None:
        from ui.dialogs.production import ProductionDialog

        window = parent.window()
        for each in window.findChildren(ProductionDialog):
            if each.isVisible():
                each.raise_()
                each.activateWindow()
                return
        dialog = ProductionDialog(desk, numbers, known, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if then is not None:
            then(dialog)
        dialog.show()
        if begun is not None:
            dialog.complete(begun)

    desk.session.read(gather, come, key="recipients")
