"""The one undo command: an edit that is already in the catalog, with what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from evidencekit.edits import Patch, reapply, revert

if TYPE_CHECKING:
    from ui.session import Part, Session


class Edit(QUndoCommand):
    """Takes a kept edit back, and makes it again."""

    def __init__(self, session: Session, text: str, patch: Patch, parts: frozenset[Part]) -> None:
        from ui.session import Changes

        super().__init__(text)
        self._session, self._patch = session, patch
        self._changes = Changes(parts, patch.items)
        self._kept = True  # it was made before it came here: the stack's first redo has nothing to do

    def redo(self) -> None:
        if self._kept:
            self._kept = False
            return
        self._session.replay(lambda case: reapply(case, self._patch), self._changes)

    def undo(self) -> None:
        self._session.replay(lambda case: revert(case, self._patch), self._changes)
