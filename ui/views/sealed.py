"""Whether everything done to the case is sealed, in the status bar; it leads to the checkpoint."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton

from evidencekit.casefile import Case
from ui.desk import Desk
from ui.parts import Changes, Part


def told(case: Case | None, *, read_only: bool) -> tuple[str, str, str]:
    """(words, what they mean, icon) of a case's seal; empty words when there is nothing to tell."""
    if case is None or read_only:
        return "", "", "shield"
    waiting = case.unsealed
    if not waiting:
        meaning = "The signed checkpoint over the whole ledger is kept among the seals. Choose it to see it."
        return "sealed", meaning, "shield-check"
    lines = "1 line to seal" if waiting == 1 else f"{waiting:,} lines to seal"
    meaning = (
        "Ledger lines are signed as they are written. A seal keeps such a signature for good: it is made when another "
        "person takes over, at a transfer, a binder, a production, the end of a day and when the case is closed here."
    )
    return lines, meaning, "shield"


class SealButton(QToolButton):
    """Tells the seal of the open case; pressing it shows the checkpoint."""

    def __init__(self, desk: Desk, show: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        session = desk.session
        for signal in (session.opened, session.closed, session.state_changed):
            signal.connect(self._tell)
        session.changed.connect(self._changed)
        desk.theme.changed.connect(self._tell)
        self.clicked.connect(lambda checked=False: show())
        self._tell()

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.LEDGER):
            self._tell()

    def _tell(self) -> None:
        session = self._desk.session
        words, meaning, icon = told(session.case, read_only=session.read_only)
        self.setText(words)
        self.setToolTip(meaning)
        self.setAccessibleName(words)
        self.setAccessibleDescription(meaning)
        self.setIcon(self._desk.theme.icon(icon))
        self.setIconSize(QSize(self._desk.theme.px(16), self._desk.theme.px(16)))
        self.setVisible(bool(words))
