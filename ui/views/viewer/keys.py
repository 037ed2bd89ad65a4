"""What the keys do in a view of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.views.viewer.stack import Fit

if TYPE_CHECKING:
    from ui.views.viewer.canvas import Canvas


def press(canvas: Canvas, event: QKeyEvent) -> bool:
    """Do what a key asks of the pages; False for a key that asks for nothing."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    shifted = held == Qt.KeyboardModifier.ShiftModifier
    if not held & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier) and (
        _zoom_key(canvas, event.key(), bool(held & Qt.KeyboardModifier.ControlModifier))
    ):
        return True
    return (not held or shifted) and (
        _view_key(canvas, event.key(), shifted) or _scroll_key(canvas, event.key(), shifted)
    )


def _zoom_key(canvas: Canvas, key: int, control: bool) -> bool:
    match key:
        case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
            canvas.step(True)
        case Qt.Key.Key_Minus | Qt.Key.Key_Underscore:
            canvas.step(False)
        case Qt.Key.Key_0 if control:
            canvas.set_zoom(1.0)
        case _:
            return False
    return True


def _view_key(canvas: Canvas, key: int, shifted: bool) -> bool:
    match key:
        case Qt.Key.Key_1:
            canvas.set_zoom(1.0)
        case Qt.Key.Key_F:
            canvas.set_fit(Fit.WHOLE)
        case Qt.Key.Key_W:
            canvas.set_fit(Fit.WIDTH)
        case Qt.Key.Key_R:
            canvas.turn(3 if shifted else 1)
        case _:
            return False
    return True


def _scroll_key(canvas: Canvas, key: int, shifted: bool) -> bool:
    across, down = canvas.horizontalScrollBar(), canvas.verticalScrollBar()
    match key:
        case Qt.Key.Key_Left | Qt.Key.Key_Right:
            across.setValue(across.value() + across.singleStep() * (1 if key == Qt.Key.Key_Right else -1))
        case Qt.Key.Key_Up | Qt.Key.Key_Down:
            down.setValue(down.value() + down.singleStep() * (1 if key == Qt.Key.Key_Down else -1))
        case Qt.Key.Key_PageDown | Qt.Key.Key_PageUp:
            canvas.leaf(1 if key == Qt.Key.Key_PageDown else -1)
        case Qt.Key.Key_Space:
            canvas.leaf(-1 if shifted else 1)
        case Qt.Key.Key_Home:
            down.setValue(0)
        case Qt.Key.Key_End:
            down.setValue(down.maximum())
        case _:
            return False
    return True
