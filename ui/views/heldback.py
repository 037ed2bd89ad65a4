"""What must not leave, who said so, when and why; and what may leave although it is protected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.lines import Line
from ui.models.productions import LET_GO
from ui.views.lines import LinesView
from ui.widgets import Elided, Empty, action_button, button, row


class HeldBackView(QWidget):
    """``dialog`` is what is asked at the moment."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.dialog: QDialog | None = None
        px = desk.theme.px
        self.told = Elided("", "muted", name="What can be done")
        self.back = button("Give back…", self.give_back, tip="Take the decision on the chosen items back")
        self.look = button("Show item", self._show_item)
        self.list = LinesView(desk.theme, "What is held back", first=104, last=190)
        self.empty = Empty(
            desk.theme,
            "eye-off",
            "Nothing is held back",
            "Choose items on the Items page and then Withhold from productions, or decide while a production is "
            "prepared.",
            [action_button(desk.actions["production.terms"])],
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.empty)
        head = row(self.told, self.look, self.back)
        head.setContentsMargins(px(14), px(6), px(14), px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.pages, 1)
        self.list.opened.connect(lambda line: self._show(line.items))
        self.list.selectionModel().selectionChanged.connect(lambda now, before: self._tell())
        desk.session.state_changed.connect(self._tell)
        self.put(())

    def put(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        if lines != self.list.lines.lines:
            self.list.put(lines)
        self.pages.setCurrentWidget(self.list if lines else self.empty)
        self._tell()

    @property
    def chosen(self) -> list[str]:
        """The items of the chosen lines, each once."""
        rows = sorted({index.row() for index in self.list.selectedIndexes()})
        lines = self.list.lines.lines
        return list(dict.fromkeys(item for at in rows for item in lines[at].items))

    @property
    def _let_go(self) -> bool:
        """Whether what is chosen may leave already."""
        rows = {index.row() for index in self.list.selectedIndexes()}
        return bool(rows) and all(self.list.lines.lines[at].key[0] == LET_GO for at in rows)

    def _tell(self) -> None:
        chosen = bool(self.chosen)
        self.back.setText("Ask anew…" if self._let_go else "Give back…")
        self.back.setEnabled(chosen and self.desk.session.writable)
        self.look.setEnabled(chosen)

    def give_back(self) -> None:
        """Ask why, and hold the chosen items back no longer."""
        from ui.dialogs.reason import ReasonDialog, enter_by

        numbers = self.chosen
        if not numbers or not self.desk.session.writable:
            return
        asked = ReasonDialog(self.desk, "anew" if self._let_go else "back", numbers, self)

        def giving() -> Callable[[Case, Job], object]:
            reason = asked.reason
            return lambda case, job: edits.give_back(case, numbers, reason)

        enter_by(asked, self.desk, giving)
        asked.entered.connect(lambda: self.told.put("Entered in the ledger."))
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = asked
        asked.open()

    def _show_item(self) -> None:
        self._show(self.chosen)

    def _show(self, items: Sequence[str]) -> None:
        if items:
            self.desk.show_item(items[0])
