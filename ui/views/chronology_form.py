"""What the dialogs of the chronology share: the sheet that keeps an edit or says why not, and the fields for a time and
for items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.edits import item_number, known_items
from evidencekit.errors import EvidenceKitError, UsageError
from evidencekit.moments import parse_when
from ui.advice import in_the_app
from ui.desk import Desk
from ui.parts import Part
from ui.views.details.wording import understood
from ui.widgets import button, label, row, set_role, shown_lines

_EXAMPLES = "Write it as “4 March 2026, 9:15 pm”, “early March 2026” or “night of the 4th to 5th of March 2026”."


class FormDialog(QDialog):
    """A sheet with fields and one button that keeps them; it closes once they are kept, and says beside the button what
    stands against it."""

    def __init__(self, desk: Desk, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        px = desk.theme.px
        self.setWindowTitle(title)
        self.setMinimumWidth(px(560))
        self.form = QFormLayout()
        self.form.setSpacing(px(8))
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.missing = label("", "bad", wrap=True, name="What stands against it")
        self.missing.hide()
        self.go = button(verb, self.keep, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        inside = QWidget()
        inside.setLayout(self.form)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(inside)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout.addWidget(label(title, "heading"))
        layout.addWidget(self.area, 1)
        layout.addWidget(self.missing)
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))

    def put(self, text: str, field: QWidget, focus: QWidget | None = None) -> None:
        """A field under its name, with the mnemonic marked."""
        named = QLabel(text)
        named.setBuddy(focus or field)
        self.form.addRow(named, field)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._grow()
        return done

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        self._grow()

    def _grow(self) -> None:
        """Make room for what is said in several lines, as far as the screen allows; the rest is scrolled to."""
        needed = self.form.totalHeightForWidth(self.area.viewport().width())
        around = self.height() - self.area.height()
        most = self.screen().availableGeometry().height() - self.desk.theme.px(40)
        wanted = min(needed + around, most)
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def keep(self) -> None:
        """Keep what the fields say."""
        raise NotImplementedError

    def kept(self, result: object) -> None:
        """The edit is made."""
        del result
        self.accept()

    def edit(self, text: str, deed: Callable[[Case], object], parts: Iterable[Part]) -> None:
        """Make the edit, one step of undo; the sheet closes when it is kept."""
        self.missing.hide()
        self.go.setEnabled(False)
        self.desk.session.edit(text, deed, parts, self.kept, self.refuse)

    def refuse(self, error: BaseException) -> None:
        """Say why it cannot be kept, and leave everything as it was typed."""
        self.go.setEnabled(True)
        if isinstance(error, EvidenceKitError):
            where = f" ({error.item})" if error.item else ""
            self.say(f"{error.what}{where} {in_the_app(error.todo)}")
        else:
            self.desk.session.tasks.trouble.emit(error)

    def say(self, text: str, field: QWidget | None = None) -> None:
        """Say what is missing, and go there."""
        self.missing.setText(shown_lines(text))
        self.missing.show()
        if field is not None:
            field.setFocus()


class WhenField(QWidget):
    """A time in a person's words, and below it how it is understood, as it is typed."""

    def __init__(self, desk: Desk, text: str = "") -> None:
        super().__init__()
        self._zone = desk.session.open_case.info.timezone
        self.edit = QLineEdit(text)
        self.edit.setAccessibleName("When it happened")
        self.edit.setPlaceholderText("4 March 2026, 9:15 pm")
        self.understood = label("", "small", wrap=True, name="How the time is understood")
        self.understood.setMinimumHeight(desk.theme.px(34))
        self.understood.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(desk.theme.px(4))
        layout.addWidget(self.edit)
        layout.addWidget(self.understood)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self.read)
        self.read()

    @property
    def text(self) -> str:
        return self.edit.text().strip()

    def read(self) -> bool:
        """Whether the words can be placed in time; what they mean is shown."""
        if not self.text:
            self._say(_EXAMPLES, "small")
            return False
        try:
            self._say(f"Understood as {understood(parse_when(self.text, self._zone), self._zone)}", "small")
        except UsageError as error:
            self._say(f"{error.what} {_EXAMPLES}", "bad")
            return False
        return True

    def _say(self, words: str, role: str) -> None:
        self.understood.setText(shown_lines(words))
        set_role(self.understood, role)


class _NumberEdit(QLineEdit):
    """Takes Enter for itself while something is typed: it must not close the sheet."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class _NumberList(QListWidget):
    """Del takes the chosen numbers off."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            for each in self.selectedItems():
                self.takeItem(self.row(each))
        else:
            super().keyPressEvent(event)


class ItemsField(QWidget):
    """Items by their numbers, ``most`` of them; each is looked up when it is added and stands with its name."""

    def __init__(self, desk: Desk, numbers: Sequence[str] = (), *, most: int = 0) -> None:
        super().__init__()
        self._desk, self._most = desk, most
        self.edit = _NumberEdit()
        self.edit.setAccessibleName("Item number to add")
        self.edit.setPlaceholderText("ITEM-0007" if most == 1 else "ITEM-0007, ITEM-0012")
        self.edit.entered.connect(self.add)
        self.list = _NumberList()
        self.list.setProperty("framed", True)
        self.list.setAccessibleName("Items it rests on")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setToolTip("Del takes the chosen ones off")
        self.list.setFixedHeight(desk.theme.px(34 if most == 1 else 92))
        self.wrong = label("", "bad", wrap=True, name="What is wrong with the number")
        self.wrong.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(desk.theme.px(4))
        layout.addWidget(row(self.edit, button("Set" if most == 1 else "Add", self.add)))
        layout.addWidget(self.wrong)
        layout.addWidget(self.list)
        self.setFocusProxy(self.edit)
        if numbers:
            self._look_up(list(numbers), lambda: None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The items' numbers in their order."""
        return tuple(str(self.list.item(at).data(Qt.ItemDataRole.UserRole)) for at in range(self.list.count()))

    def add(self) -> None:
        """Put the numbers typed on the list."""
        self.settle(lambda: None)

    def settle(self, then: Callable[[], None]) -> None:
        """Put what is still typed on the list, then go on; what is no item is said, and nothing goes on."""
        typed = [each for each in re.split(r"[,;\s]+", self.edit.text()) if each]
        if not typed:
            then()
            return
        try:
            numbers = [item_number(each) for each in typed]
        except UsageError as error:
            self._refuse(error)
            return
        self._look_up(numbers, then)

    def _look_up(self, numbers: Sequence[str], then: Callable[[], None]) -> None:
        def looking(case: Case) -> list[tuple[str, str]]:
            with case.catalog.read() as connection:
                return [(item.number, item.title or item.name) for item in known_items(connection, numbers)]

        def come(found: list[tuple[str, str]]) -> None:
            self.wrong.hide()
            self.edit.clear()
            if self._most == 1:
                self.list.clear()
            for number, name in found:
                if number not in self.numbers:
                    entry = QListWidgetItem(shown(f"{number}   {' '.join(name.split())}"))
                    entry.setData(Qt.ItemDataRole.UserRole, number)
                    self.list.addItem(entry)
            then()

        self._desk.session.read(looking, come, failed=self._refuse)

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, EvidenceKitError):
            self._desk.session.tasks.trouble.emit(error)
            return
        where = f" ({error.item})" if error.item else ""
        self.wrong.setText(shown_lines(f"{error.what}{where} {in_the_app(error.todo)}"))
        self.wrong.show()
        self.edit.setFocus()


def words_field(name: str, text: str, hint: str, desk: Desk, *, lines: int) -> QPlainTextEdit:
    """A field for words in several lines; Tab leaves it."""
    made = QPlainTextEdit(text)
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.setTabChangesFocus(True)
    made.setFixedHeight(desk.theme.px(16 + 18 * lines))
    return made


def line_field(name: str, text: str, hint: str = "") -> QLineEdit:
    """A field for words on one line."""
    made = QLineEdit(text)
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made
