"""Asks how a built binder is to be printed, and hands it over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from evidencekit.binder.earlier import EarlierBinder
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile, profile_names
from ui.desk import Desk
from ui.printer import Order, Printers, find_printers, print_pdfs
from ui.tasks import Lane
from ui.views.binder_state import PAPERS, many
from ui.widgets import button, label, row, shown_lines

_COPIES = 99


def ask_and_print(desk: Desk, binder: EarlierBinder, parent: QWidget) -> None:
    """Look for printers, ask, and print; that there is none is told as any other error."""

    def ask(found: Printers) -> None:
        if QApplication.activeModalWidget() is not None:  # asked for twice, or something else came up meanwhile
            return
        dialog = PrintDialog(desk, binder, found, parent)
        dialog.accepted.connect(lambda: _print(desk, dialog.files, dialog.order))
        dialog.open()

    desk.session.tasks.start(Lane.READ, lambda job: find_printers(), ask)


def _print(desk: Desk, files: Sequence[Path], order: Order) -> None:
    def done(_: object) -> None:
        where = f" on {order.printer}" if order.printer else ""
        desk.say(shown_lines(f"{many(len(files), 'file')} handed over to be printed{where}."))

    desk.session.tasks.start(Lane.READ, lambda job: print_pdfs(files, order), done)


class PrintDialog(QDialog):
    """``files`` and ``order`` are what was chosen, once it is accepted."""

    def __init__(self, desk: Desk, binder: EarlierBinder, printers: Printers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Print the binder")
        px = desk.theme.px
        self.setMinimumWidth(px(440))
        self._binder, self._printers = binder, printers
        self.volume = QComboBox()
        self.volume.setAccessibleName("What to print")
        for number, each in enumerate(binder.volumes, start=1):
            name = f"Volume {number}" if len(binder.volumes) > 1 else "The binder"
            self.volume.addItem(f"{name} ({many(each.pages, 'page')})", [each.path])
        if len(binder.volumes) > 1:
            every = [each.path for each in binder.volumes]
            self.volume.insertItem(0, f"All {len(every)} volumes ({many(binder.pages, 'page')})", every)
            self.volume.setCurrentIndex(0)
        self.printer = QComboBox()
        self.printer.setAccessibleName("Printer")
        self.printer.addItems(printers.names)
        self.printer.setCurrentText(printers.usual)
        self.copies = QSpinBox()
        self.copies.setAccessibleName("Copies")
        self.copies.setRange(1, _COPIES)
        self.copies.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        for box in (self.volume, self.printer):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.duplex = QCheckBox("On both sides of the sheet, turned on the long edge")
        self.duplex.setChecked(_is_duplex(binder))
        self.paper = next((each for each in PaperName if each.value == binder.paper), None)
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        rows: list[tuple[str, QWidget]] = [("&What", self.volume)]
        if printers.chosen_here:
            rows += [("&Printer", self.printer), ("&Copies", self.copies), ("", self.duplex)]
        for text, field in rows:
            named = QLabel(text)
            named.setBuddy(field)
            form.addRow(named, field)
        paper = f"Paper: {PAPERS[self.paper]}, as it was built for. " if self.paper else ""
        words = f"{paper}The pages are printed at their own size: the margins for binding and marks are part of them."
        if not printers.chosen_here:
            words = f"{paper}Windows hands it to the program that prints PDF files; choose the printer and sides there."
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addLayout(form)
        layout.addWidget(label(words, "small", wrap=True))
        go = button("Print", self.accept, primary=True)
        go.setDefault(True)
        layout.addWidget(row(None, button("Cancel", self.reject), go))
        self.volume.setFocus()

    @property
    def files(self) -> list[Path]:
        """The PDFs to print, in order."""
        return list(self.volume.currentData())

    @property
    def order(self) -> Order:
        """How to print them."""
        printer = self.printer.currentText() if self._printers.chosen_here else ""
        return Order(printer, self.copies.value(), self.duplex.isChecked(), self.paper)


def _is_duplex(binder: EarlierBinder) -> bool:
    return load_profile(binder.profile).duplex if binder.profile in profile_names() else True
