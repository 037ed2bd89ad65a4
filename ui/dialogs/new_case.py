"""Starting a case: its number, caption, court and the folder it will live in."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QDialog, QFileDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from evidencekit.model import CaseInfo
from evidencekit.moments import check_zone, local_zone
from ui.desk import Desk
from ui.widgets import button, label, row


class NewCaseDialog(QDialog):
    """Asks for what is printed on every page; ``info`` and ``folder`` hold what was said."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("New case")
        self.setMinimumWidth(desk.theme.px(560))
        self.number = _field("26CR00417")
        self.caption = _field("People v. Hollis")
        self.court = _field("Superior Court of the State of California")
        self.jurisdiction = _field("County of Alameda")
        self.agency = _field("Office of the District Attorney")
        self.zone = _zones()
        self.place = _field("")
        self._placed = False
        self.place.textEdited.connect(self._chosen)
        choose = button("Choose…", self._choose)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(desk.theme.px(8))
        for text, field in (
            ("Case &number", self.number),
            ("Ca&ption", self.caption),
            ("&Court", self.court),
            ("&Jurisdiction", self.jurisdiction),
            ("&Agency", self.agency),
            ("Time &zone", self.zone),
        ):
            form.addRow(text, field)
            field.setAccessibleName(text.replace("&", ""))
        form.addRow("&Folder", self.place)
        self.place.setAccessibleName("Folder")
        form.addRow("", row(choose, None))
        self.told = label("", "bad", wrap=True, name="What is missing")
        self.start = button("Start case", self._accept, primary=True)
        self.start.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(desk.theme.px(12))
        about = (
            "Number and caption are printed on the binder. Times without a zone of their own are read in this time "
            "zone. None of this can be changed later: it is the first line of the custody record."
        )
        layout.addWidget(label(about, "muted", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.told)
        layout.addWidget(row(None, button("Cancel", self.reject), self.start))
        for field in (self.number, self.caption):
            field.textChanged.connect(self._propose)
        self._propose()

    @property
    def info(self) -> CaseInfo:
        """The case's own fields as they stand; its uuid is chosen when it is made."""
        return CaseInfo(
            "",
            self.number.text().strip(),
            self.caption.text().strip(),
            self.zone.currentText().strip(),
            self.court.text().strip(),
            self.jurisdiction.text().strip(),
            self.agency.text().strip(),
        )

    @property
    def folder(self) -> Path:
        """Where the case will live."""
        return Path(self.place.text().strip()).expanduser()

    def _propose(self) -> None:
        if self._placed:
            return
        number = re.sub(r"[^\w.-]+", "-", self.number.text().strip()).strip("-.") or "case"
        base = Path(self.desk.settings.get("cases") or Path.home() / "EvidenceKit")
        self.place.setText(str(base / number))

    def _chosen(self) -> None:
        self._placed = True

    def _choose(self) -> None:
        start = self.desk.settings.get("cases") or str(Path.home())
        parent = QFileDialog.getExistingDirectory(self, "The folder that will hold the case's own folder", start)
        if parent:
            self.desk.settings.put("cases", parent)
            self._placed = False
            self._propose()

    def _accept(self) -> None:
        problem = self._problem()
        self.told.setText(problem)
        if not problem:
            self.accept()

    def _problem(self) -> str:
        if not self.number.text().strip():
            self.number.setFocus()
            return "The case has no number. Give the number it has in your office or in court."
        if not self.caption.text().strip():
            self.caption.setFocus()
            return "The case has no caption. Give one, such as People v. Hollis."
        if not self.place.text().strip():
            self.place.setFocus()
            return "Say in which folder the case will live."
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            self.place.setFocus()
            return "That folder is not empty. Choose a new or empty one."
        return self._zone_problem()

    def _zone_problem(self) -> str:
        from evidencekit.errors import EvidenceKitError

        try:
            check_zone(self.zone.currentText().strip())
        except EvidenceKitError as error:
            self.zone.setFocus()
            return str(error)
        return ""


def _field(example: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(example)
    made.setMaxLength(200)
    return made


def _zones() -> QComboBox:
    """Every IANA time zone, the computer's own chosen; part of a name finds it."""
    from zoneinfo import available_timezones

    made = QComboBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.addItems(sorted(available_timezones()))
    made.setCurrentText(local_zone())
    completer = made.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return made
