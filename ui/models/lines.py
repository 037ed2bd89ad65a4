"""A list of lines that are all known, such as the chronology or the ledger in words, for a view that draws few of them.

What the lines say is worked out off the GUI thread; here they are only handed on.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt

from ui.tips import plain_tip

_Index = QModelIndex | QPersistentModelIndex
_LIVE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class Look(StrEnum):
    """How a line is drawn."""

    ROW = "row"
    HEADING = "heading"
    TURN = "turn"  # a turning point: it stands out, as in print
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; its texts are fit for the screen. ``lead`` is a running number, ``first`` and ``last`` are the columns
    at the left and right, each of one or two lines, ``linked`` that the last one leads to ``items``. ``spoken`` is all
    of it as a screen reader says it and as it is copied, ``key`` what it is about."""

    text: str
    below: str = ""
    lead: str = ""
    first: tuple[str, str] = ("", "")
    last: tuple[str, str] = ("", "")
    linked: bool = False
    items: tuple[str, ...] = ()
    tip: str = ""
    spoken: str = ""
    look: Look = Look.ROW
    key: Any = None


def heading(text: str, about: str = "") -> Line:
    """A heading over the lines that follow."""
    return Line(text, last=(about, ""), spoken=", ".join(part for part in (text, about) if part), look=Look.HEADING)


class MadeLines(Sequence[Line]):
    """Lines that are made when they come in view: for lists so long that making them all would take seconds."""

    @abstractmethod
    def row_of(self, key: object) -> int | None:
        """The row of the line about that, None where there is none."""


class LinesModel(QStringListModel):
    """The lines in view. That there are so many is kept by Qt itself: a view asks for every single row whether it is
    there, which for a hundred thousand would hold the window up."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[Line] = ()

    def put(self, lines: Sequence[Line]) -> None:
        """Show these instead."""
        self.lines = lines
        self.setStringList([""] * len(lines))

    def row_of(self, key: object) -> int | None:
        """The row of the line about that, None where there is none."""
        if isinstance(self.lines, MadeLines):
            return self.lines.row_of(key)
        return next((row for row, line in enumerate(self.lines) if line.key == key and key is not None), None)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or self.lines[index.row()].look is Look.HEADING:
            return Qt.ItemFlag.ItemNeverHasChildren
        return _LIVE

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken or line.text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(line.tip)
        return None
