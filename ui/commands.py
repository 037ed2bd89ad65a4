"""The one undo command: an edit that is already in the catalog, with what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand, QUndoStack

from evidencekit.edits import Patch, reapply, revert
from ui.parts import Changes, Part

if TYPE_CHECKING:
    from ui.session import Session


class Edit(QUndoCommand):
    """Takes a kept edit back, and makes it again."""

    def __init__(self, session: Session, text: str, patch: Patch, parts: frozenset[Part]) -> None:
        super().__init__(text)
        self._session, self._patch, self._parts = session, patch, parts
        self._changes = Changes(parts, patch.items)
        self._kept = True  # it was made before it came here: the stack's first redo has nothing to do

    def redo(self) -> None:
        if self._kept:
            self._kept = False
            return
        self._session.replay(lambda case: reapply(case, self._patch), self._changes)

    def touches(self, *tables: str) -> bool:
        """Whether it changed any of these tables of the catalog."""
        return not self._patch.tables.isdisjoint(tables)

    def again(self) -> Edit:
        """The same edit, made already, as another command."""
        return Edit(self._session, self.text(), self._patch, self._parts)

    def undo(self) -> None:
        self._session.replay(lambda case: revert(case, self._patch), self._changes)


def settle(stack: QUndoStack, *tables: str) -> None:
    """Forget the edits of these tables of the catalog, and what was undone: a ledger line has settled them, so that
    they can be taken back no more. The edits of everything else still can, in their order."""
    done = [stack.command(place) for place in range(stack.index())]
    kept = [each.again() for each in done if isinstance(each, Edit) and not each.touches(*tables)]
    if len(kept) == stack.count():
        return
    stack.clear()
    for each in kept:
        stack.push(each)
