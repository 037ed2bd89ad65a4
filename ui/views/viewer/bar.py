"""The slim bar of tools above pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from ui.theme import Theme
from ui.views.viewer.canvas import Canvas
from ui.views.viewer.groups import Groups
from ui.views.viewer.stack import Fit
from ui.widgets import label, row, tool


class PageBar(Groups):
    """Zoom, fit, turn and pages of a :class:`Canvas`. ``text`` is the button that shows a page's words,
    ``recognised`` the one for words that a machine recognised, ``as_text`` shows words instead of the pages."""

    def __init__(self, theme: Theme, canvas: Canvas) -> None:
        self._theme, self._canvas = theme, canvas
        super().__init__(self._make_zooming(), self._make_paging())
        self.setObjectName("bar")
        theme.changed.connect(self._size)
        canvas.zoomed.connect(self.refresh)
        self._size()

    def _make_zooming(self) -> QWidget:
        theme, canvas = self._theme, self._canvas
        self.smaller = tool(theme, "zoom-out", "Smaller (−)", lambda: canvas.step(False))
        self.zoom = label("", "muted", name="Zoom")
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.larger = tool(theme, "zoom-in", "Larger (+)", lambda: canvas.step(True))
        self.whole = tool(theme, "maximize", "Fit in the view (F)", self._fit_whole, toggle=True)
        self.wide = tool(theme, "move-horizontal", "Fit the width, for reading (W)", self._fit_width, toggle=True)
        self.actual = QToolButton()
        self.actual.setText("1:1")
        self.actual.setToolTip("Actual size, 100% (1)")
        self.actual.setAccessibleName("Actual size, 100%")
        self.actual.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.actual.clicked.connect(lambda checked=False: canvas.set_zoom(1.0))
        self.left = tool(theme, "rotate-ccw", "Turn the view left (Shift+R)", lambda: canvas.turn(3))
        self.right = tool(theme, "rotate-cw", "Turn the view right (R)", lambda: canvas.turn(1))
        for each in (self.left, self.right):
            each.setToolTip(f"{each.toolTip()}\nOnly the view is turned; the file stays as it is.")
        zooming = (self.smaller, self.zoom, self.larger, self.whole, self.wide, self.actual)
        return row(*zooming, self.left, self.right, gap=2)

    def _make_paging(self) -> QWidget:
        theme, canvas = self._theme, self._canvas
        self.before = tool(theme, "chevron-up", "Page before (Page Up)", lambda: canvas.go_to(canvas.page - 1))
        self.after = tool(theme, "chevron-down", "Next page (Page Down)", lambda: canvas.go_to(canvas.page + 1))
        self.number = QLineEdit()
        self.number.setAccessibleName("Page")
        self.number.setToolTip("Type a page and press Enter")
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setAcceptDrops(False)
        self.number.returnPressed.connect(self._go)
        self.number.editingFinished.connect(self._left)
        self.of = label("", "muted", name="Number of pages")
        self.text = tool(theme, "type", "Text of the page", toggle=True)
        self.recognised = tool(theme, "scan-text", "Recognised words beside the picture (Ctrl+F)", toggle=True)
        self.recognised.hide()
        self.as_text = tool(theme, "file-text", "Read as text, and find in it (Ctrl+F)")
        self.as_text.hide()
        return row(self.before, self.number, self.of, self.after, self.text, self.recognised, self.as_text, gap=2)

    def refresh(self) -> None:
        """Say the zoom, the fit and the page as they are."""
        canvas, count = self._canvas, self._canvas.count
        self.zoom.setText(f"{100 * canvas.zoom:.0f}%")
        self.zoom.setAccessibleName(f"Zoom {100 * canvas.zoom:.0f}%")
        self.whole.setChecked(canvas.fit is Fit.WHOLE)
        self.wide.setChecked(canvas.fit is Fit.WIDTH)
        many = count > 1
        for each in (self.before, self.number, self.of, self.after):
            each.setVisible(many)
        if many:
            if not (self.number.hasFocus() and self.number.isModified()):
                self.number.setText(str(canvas.page + 1))
            self.of.setText(f"of {count:,}")
            self.of.setAccessibleName(f"Page {canvas.page + 1} of {count}")
            self.before.setEnabled(canvas.page > 0)
            self.after.setEnabled(canvas.page < count - 1)
        self.arrange()

    def _go(self) -> None:
        """To the page that was typed; past the last is the last."""
        text = self.number.text().strip()
        self.number.setModified(False)
        if text.isdecimal():
            self._canvas.go_to(min(max(1, int(text)), self._canvas.count) - 1)
        self.refresh()

    def _left(self) -> None:
        """What was typed and not gone to is forgotten."""
        self.number.setModified(False)
        self.refresh()

    def _fit_whole(self) -> None:
        self._canvas.set_fit(Fit.WHOLE)

    def _fit_width(self) -> None:
        self._canvas.set_fit(Fit.WIDTH)

    def _size(self) -> None:
        self.zoom.setMinimumWidth(self._theme.px(46))
        self.number.setFixedWidth(self._theme.px(52))
