"""The slim bar of tools above pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSpinBox, QToolButton, QWidget

from ui.theme import Theme
from ui.views.viewer.canvas import Canvas
from ui.views.viewer.stack import Fit
from ui.widgets import label, tool


class PageBar(QFrame):
    """Zoom, fit, turn and pages of a :class:`Canvas`. ``text`` is the button that shows a page's words."""

    def __init__(self, theme: Theme, canvas: Canvas) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme, self._canvas = theme, canvas
        self.smaller = tool(theme, "zoom-out", "Smaller (−)", lambda: canvas.step(False))
        self.zoom = label("", "muted", name="Zoom")
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.larger = tool(theme, "zoom-in", "Larger (+)", lambda: canvas.step(True))
        self.whole = tool(theme, "maximize", "Fit in the view (F)", lambda: canvas.set_fit(Fit.WHOLE), toggle=True)
        self.width_ = tool(theme, "move-horizontal", "Fit the width, for reading (W)", self._fit_width, toggle=True)
        self.actual = QToolButton()
        self.actual.setText("1:1")
        self.actual.setToolTip("Actual size, 100 % (1)")
        self.actual.setAccessibleName("Actual size, 100 %")
        self.actual.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.actual.clicked.connect(lambda checked=False: canvas.set_zoom(1.0))
        only = "\nOnly the view is turned; the file stays as it is."
        self.left = tool(theme, "rotate-ccw", "Turn left (Shift+R)", lambda: canvas.turn(3))
        self.right = tool(theme, "rotate-cw", "Turn right (R)", lambda: canvas.turn(1))
        for each in (self.left, self.right):
            each.setToolTip(each.toolTip() + only)
        self.text = tool(theme, "type", "Text of the page", toggle=True)
        self._lay_out()
        theme.changed.connect(self._size)
        canvas.zoomed.connect(self.refresh)
        self._size()

    def _lay_out(self) -> None:
        canvas, theme = self._canvas, self._theme
        self.before = tool(theme, "chevron-up", "Page before", lambda: canvas.go_to(canvas.page - 1))
        self.after = tool(theme, "chevron-down", "Next page", lambda: canvas.go_to(canvas.page + 1))
        self.number = QSpinBox()
        self.number.setAccessibleName("Page")
        self.number.setToolTip("Go to a page")
        self.number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.number.setKeyboardTracking(False)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.valueChanged.connect(lambda number: canvas.go_to(number - 1))
        self.of = label("", "muted", name="Number of pages")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        layout.setSpacing(2)
        zooming: tuple[QWidget, ...] = (self.smaller, self.zoom, self.larger, self.whole, self.width_, self.actual)
        for each in (*zooming, self.left, self.right):
            layout.addWidget(each)
        layout.addStretch(1)
        for each in (self.before, self.number, self.of, self.after, self.text):
            layout.addWidget(each)

    def refresh(self) -> None:
        """Say the zoom, the fit and the page as they are."""
        canvas, count = self._canvas, self._canvas.count
        self.zoom.setText(f"{canvas.zoom:.0%}".replace("%", " %"))
        self.zoom.setAccessibleName(f"Zoom {canvas.zoom:.0%}")
        self.whole.setChecked(canvas.fit is Fit.WHOLE)
        self.width_.setChecked(canvas.fit is Fit.WIDTH)
        many = count > 1
        for each in (self.before, self.number, self.of, self.after):
            each.setVisible(many)
        if many:
            self.number.blockSignals(True)
            self.number.setRange(1, count)
            self.number.setValue(canvas.page + 1)
            self.number.blockSignals(False)
            self.of.setText(f"of {count:,}")
            self.of.setAccessibleName(f"Page {canvas.page + 1} of {count}")
            self.before.setEnabled(canvas.page > 0)
            self.after.setEnabled(canvas.page < count - 1)

    def _fit_width(self) -> None:
        self._canvas.set_fit(Fit.WIDTH)

    def _size(self) -> None:
        self.zoom.setMinimumWidth(self._theme.px(50))
        self.number.setFixedWidth(self._theme.px(56))
