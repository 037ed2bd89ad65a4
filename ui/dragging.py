"""Items on their way by drag and drop: which case they are of, and their numbers."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from evidencekit.casefile import Case

ITEMS_MIME = "application/x-evidencekit-items"
"""Items being dragged as UTF-8, one a line: the case's own id, then their numbers."""


def pack_items(case: Case, numbers: list[str]) -> QMimeData:
    """These items of that case, to be dragged."""
    made = QMimeData()
    made.setData(ITEMS_MIME, "\n".join([case.info.uuid, *numbers]).encode())
    return made


def dragged_items(data: QMimeData, case: Case | None) -> list[str]:
    """The numbers of dragged items of this case; none for anything else, such as another window's case."""
    if case is None or not data.hasFormat(ITEMS_MIME):
        return []
    uuid, *numbers = bytes(data.data(ITEMS_MIME).data()).decode("utf-8", "replace").split("\n")
    return numbers if uuid == case.info.uuid else []
