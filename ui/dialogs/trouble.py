"""The one error dialog: what happened, to which item, what to do next; details folded."""

from __future__ import annotations

import traceback

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from evidencekit.errors import EvidenceKitError
from ui.advice import in_the_app
from ui.theme import Theme
from ui.widgets import Snug, button, label, row


class TroubleDialog(Snug):
    """Shows one error. What the program itself did wrong is said as such, with the details to send."""

    def __init__(self, error: BaseException, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("This could not be done")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(theme.px(520))
        what, item, todo = told(error)
        self.what = label(what, "heading", wrap=True, select=True, name="What happened")
        self.item = label(item, "muted", wrap=True, select=True, name="Where")
        self.item.setVisible(bool(item))
        self.todo = label(todo, wrap=True, select=True, name="What to do")
        self.details = QPlainTextEdit("".join(traceback.format_exception(error)))
        self.details.setReadOnly(True)
        self.details.setFont(theme.font(mono=True, size=0.9))
        self.details.setAccessibleName("Details")
        self.details.setMinimumHeight(theme.px(180))
        self.details.hide()
        self.fold = button("Show details", self._unfold)
        self.fold.setCheckable(True)
        copy = button("Copy", self._copy, tip="Copy everything that is said here")
        close = button("OK", self.accept, primary=True)
        close.setDefault(True)
        picture = label()
        picture.setPixmap(theme.pixmap("triangle-alert", 28, "warn"))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(picture)
        head.addWidget(self.what, 1)
        layout.addLayout(head)
        for each in (self.item, self.todo, self.details):
            layout.addWidget(each)
        layout.addWidget(row(self.fold, copy, None, close))
        close.setFocus()

    def _unfold(self) -> None:
        self.details.setVisible(self.fold.isChecked())
        self.fold.setText("Hide details" if self.fold.isChecked() else "Show details")
        self.fit()

    def _copy(self) -> None:
        words = [self.what.text(), self.item.text(), self.todo.text(), "", self.details.toPlainText()]
        QGuiApplication.clipboard().setText("\n".join(words))


def told(error: BaseException) -> tuple[str, str, str]:
    """(what happened, to which item, what to do) of any error."""
    if isinstance(error, EvidenceKitError):
        return error.what, error.item or "", in_the_app(error.todo)
    return (
        "Something went wrong inside EvidenceKit; the evidence is not touched by this.",
        f"{type(error).__name__}: {error}",
        "Try it again. If it happens again, copy this and send it to whoever looks after the program.",
    )
