"""The first step of a production: to whom it goes, how, under which numbers, and which items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile.protection import folded
from evidencekit.errors import UsageError
from evidencekit.production.bates import bates, checked_prefix
from evidencekit.production.gather import checked_order
from evidencekit.production.values import Order
from ui.desk import Desk
from ui.models.productions import Begun, Productions
from ui.widgets import button, label, row, set_role, shown_lines

_MEDIA = ("Disc", "USB stick", "Evidence portal", "E-mail", "Paper and disc")
_DESIGNATIONS = ("CONFIDENTIAL", "CONFIDENTIAL – ATTORNEYS’ EYES ONLY", "SUBJECT TO PROTECTIVE ORDER")
_STAYS = (
    "Your titles, times, notes and everything else that people write here stays: it is work product. Numbers are "
    "issued once and never again; what was produced before keeps its numbers."
)


class _Inside(QWidget):
    """Lays out what is in it for the width that it has now, even where the scroll bar came while that was done."""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            layout.setGeometry(self.rect())


class OrderPage(QScrollArea):
    """What is asked for. ``completing`` gives the order of a production that was begun and is to be completed."""

    completing = Signal(object)

    def __init__(self, desk: Desk, chosen: Sequence[str], known: Productions) -> None:
        super().__init__()
        self.desk, self._chosen, self._known = desk, tuple(chosen), known
        px = desk.theme.px
        self._make_fields()
        inside = _Inside()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, px(6), 0)
        layout.setSpacing(px(10))
        begun = next(iter(sorted(known.begun.values(), key=lambda each: -each.line)), None)
        if begun is not None:
            layout.addWidget(self._offer(begun))
        layout.addLayout(self._form())
        layout.addWidget(label(_STAYS, "muted", wrap=True))
        layout.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.prefix.textChanged.connect(self._tell_numbers)
        for signal in (self.to.editTextChanged, self.new.toggled):
            signal.connect(self._tell_new)
        self.to.editTextChanged.connect(lambda text: self._mind(self.to_wrong, ""))
        self.to.editTextChanged.connect(self._tell_numbers)
        self._tell_numbers()
        self._tell_new()

    def _make_fields(self) -> None:
        px = self.desk.theme.px
        self.to = _box("To whom", self._known.recipients, "Public Defender, Ms. R. Alvarez")
        self.to_wrong = _told("bad", "What is wrong with the recipient")
        self.medium = _box("Medium", _MEDIA, "Disc, portal…")
        self.prefix = QLineEdit()
        self.prefix.setAccessibleName("Prefix of the Bates numbers")
        self.prefix_told = _told("small", "Numbers")
        self.designation = _box("Designation on every page", _DESIGNATIONS, "none")
        self.all = QRadioButton("Everything that may go")
        self.some = QRadioButton()
        self._which = QButtonGroup(self)
        for each in (self.all, self.some):
            self._which.addButton(each)
        self.new = QCheckBox("Only what this recipient has not got yet (a supplement)")
        self.new_told = _told("small", "What a supplement is")
        self.note = QPlainTextEdit()
        self.note.setAccessibleName("Words for the letter")
        self.note.setPlaceholderText("Anything the production letter should say besides")
        self.note.setTabChangesFocus(True)
        self.note.setAcceptDrops(False)
        self.note.setFixedHeight(px(64))

    def _offer(self, begun: Begun) -> QWidget:
        """A production that died on the way can be completed."""
        self.complete = button(f"Complete production {begun.number}", lambda: self._complete(begun))
        told = label(begun.told, "warn", wrap=True, name="Begun before")
        made = row(told, self.complete)
        inside = made.layout()
        assert inside is not None
        inside.setStretch(0, 1)  # type: ignore[attr-defined]  # row() lays out in a box
        return made

    def _form(self) -> QFormLayout:
        px = self.desk.theme.px
        form = QFormLayout()
        form.setHorizontalSpacing(px(12))
        form.setVerticalSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (
            ("&To whom *", self.to),
            ("", self.to_wrong),
            ("&Medium", self.medium),
            ("Bates &prefix", self.prefix),
            ("", self.prefix_told),
            ("&Designation", self.designation),
            ("What", self.all),
            ("", self.some),
            ("", self.new),
            ("", self.new_told),
            ("&Words for the letter", self.note),
        ):
            named = QLabel(text)
            if "&" in text:
                named.setBuddy(field)
            form.addRow(named, field)
        self._layout = form
        self._mind(self.to_wrong, "")
        self._choose(self._chosen)
        return form

    def _choose(self, items: Sequence[str]) -> None:
        """Have these items be what may be asked for instead of everything; none, when there is no such choice."""
        self._chosen = tuple(items)
        self.some.setText(f"The {_many(len(items), 'chosen item')}, with what belongs to them")
        self._layout.setRowVisible(self.some, bool(items))
        (self.some if items else self.all).setChecked(True)

    def put(self, order: Order) -> None:
        """Show this order."""
        for box, text in ((self.to, order.to), (self.medium, order.medium), (self.designation, order.confidentiality)):
            box.setEditText(text)
        self.prefix.setText(order.prefix)
        self.new.setChecked(order.only_new)
        self.note.setPlainText(order.note)
        self._choose(order.items)

    def order(self) -> Order | None:
        """What was asked for; None when a field says what is wrong with it. Raises :class:`UsageError` for what is
        wrong elsewhere."""
        if not self.to.currentText().strip():
            self._mind(self.to_wrong, "Say whom it goes to.")
            self.to.setFocus()
            return None
        if self._prefix() is None:
            self.prefix.setFocus()
            return None
        asked = Order(
            to=self.to.currentText().strip(),
            medium=self.medium.currentText().strip(),
            prefix=self.prefix.text().strip().upper(),
            only_new=self.new.isChecked(),
            confidentiality=self.designation.currentText().strip(),
            note=self.note.toPlainText().strip(),
        )
        return replace(checked_order(asked), items=self._chosen if self.some.isChecked() else ())

    def _complete(self, begun: Begun) -> None:
        self.put(begun.order)
        self.completing.emit(begun.order)

    def _prefix(self) -> str | None:
        """The prefix as it will be; None when it cannot be one."""
        text = self.prefix.text().strip().upper()
        if not text:
            return self._their_prefix()
        try:
            return checked_prefix(text)
        except UsageError:
            return None

    def _their_prefix(self) -> str:
        """The prefix where none is typed: recipients keep theirs."""
        return self._known.prefixes.get(folded(self.to.currentText()), self._known.prefix)

    def _tell_numbers(self) -> None:
        self.prefix.setPlaceholderText(self._their_prefix())
        prefix = self._prefix()
        if prefix is None:
            text = "Use 1 to 20 capital letters without accents, digits, hyphens or underscores; no hyphen first."
        else:
            text = f"The next new number is {bates(prefix, self._known.issued.highest.get(prefix, 0) + 1)}."
        set_role(self.prefix_told, "bad" if prefix is None else "small")
        self.prefix_told.setText(shown_lines(text))

    def _tell_new(self) -> None:
        to = folded(self.to.currentText())
        known = any(folded(each) == to for each in self._known.recipients)
        text = "Leaves out what finished productions to a recipient of this very name hold already."
        if self.new.isChecked() and to and not known:
            text = "Nothing was produced to a recipient of this name yet, so everything is new."
        set_role(self.new_told, "warn" if self.new.isChecked() and to and not known else "small")
        self.new_told.setText(text)

    def _mind(self, told: QLabel, text: str) -> None:
        told.setText(text)
        if self._layout.rowCount():
            self._layout.setRowVisible(told, bool(text))


def _box(name: str, choices: Sequence[str], example: str) -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(20)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.addItems([each for each in choices if each])
    edit = box.lineEdit()
    assert edit is not None
    edit.setPlaceholderText(example)
    edit.setAccessibleName(name)
    box.setEditText("")
    return box


def _told(role: str, name: str) -> QLabel:
    """Words below a field, as wide as it."""
    made = label("", role, wrap=True, name=name)
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made


def _many(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
