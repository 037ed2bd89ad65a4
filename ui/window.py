"""The main window: opens a case read-only, says whether it holds, and lists its items and exhibits."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QLabel,
    QMainWindow,
    QMessageBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import read_case
from evidencekit.catalog.court import arrangement
from evidencekit.catalog.items import all_items
from evidencekit.custody.keys import Home, default_home
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from evidencekit.exhibits import citing
from ui.models.items import ItemsModel


class Window(QMainWindow):
    """Shows one case at a time. Nothing is written."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("EvidenceKit")
        self.resize(1100, 700)
        self.items = ItemsModel(self)
        self.heading = _label("Open a case folder to see its items (Ctrl+O).", "Case")
        self.state = _label("", "State of the case")
        self.table = QTableView()
        self.table.setModel(self.items)
        self.table.setAccessibleName("Items")
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 90), (1, 90), (2, 230), (4, 70), (5, 260)):
            self.table.setColumnWidth(column, width)
        holder = QWidget()
        layout = QVBoxLayout(holder)
        for widget in (self.heading, self.state, self.table):
            layout.addWidget(widget)
        self.setCentralWidget(holder)
        self._add_actions()

    def _add_actions(self) -> None:
        opening = QAction("&Open case…", self)
        opening.setShortcut(QKeySequence.StandardKey.Open)
        opening.triggered.connect(self._choose)
        leaving = QAction("&Quit", self)
        leaving.setShortcut(QKeySequence.StandardKey.Quit)
        leaving.triggered.connect(self.close)
        menu = self.menuBar().addMenu("&Case")
        menu.addActions([opening, leaving])

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Open case")
        if folder:
            self.open_case(Path(folder))

    def open_case(self, folder: Path) -> None:
        """Show the case in a folder; what cannot be opened is said in a dialog."""
        try:
            with read_case(folder, Home(default_home())) as case:
                with case.catalog.read() as connection:
                    found, cited = all_items(connection), citing(arrangement(connection))
                info, faults = case.info, len(case.findings)
        except EvidenceKitError as error:
            QMessageBox.warning(self, "The case cannot be opened", str(error))
            return
        self.items.set_items(found, cited, info.timezone)
        self.heading.setText(shown(f"{info.caption} · {info.number}"))
        self.state.setText(
            f"Items: {len(found)} · exhibits: {len(set(cited.values()))}. "
            + (f"The case fails its checks ({faults} findings): run verify." if faults else "The record holds.")
        )
        self.setWindowTitle(shown(f"{info.number} – EvidenceKit"))


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    return label
