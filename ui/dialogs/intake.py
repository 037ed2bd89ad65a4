"""The sheet of a hand-over: what is to be taken in, whose it is, from whom, how and when it was received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.custody.names import shown, words
from evidencekit.errors import EvidenceKitError, UsageError
from evidencekit.intake import HandOver, survey
from evidencekit.job import Job
from evidencekit.received import received_at
from ui.advice import in_the_app
from ui.desk import Desk
from ui.tasks import Task
from ui.widgets import button, label, row, set_role, shown_lines

_METHODS = ("AirDrop", "USB stick", "Phone cable", "E-mail", "Download", "Disc", "Evidence portal", "In person")
_SHOWN = 200  # paths listed one by one


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet filled in: the paths, what was said of the hand-over, the time as it was typed (empty when it was left
    as proposed), and how many files in words."""

    paths: tuple[Path, ...]
    hand_over: HandOver
    typed: str
    words: str


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What lies under the paths: ``files`` of ``size`` bytes together, and how many are ``refused``."""

    files: int
    size: int
    refused: int


@dataclass(frozen=True, slots=True)
class Said:
    """What earlier hand-overs of the case said, newest first, to choose from."""

    sources: tuple[str, ...]
    givers: tuple[str, ...]
    methods: tuple[str, ...]


def amount(size: int) -> str:
    """“480 bytes”, “12 KB”, “1.9 GB”."""
    if size < 1000:
        return f"{size} bytes" if size != 1 else "1 byte"
    for unit, worth in (("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)):
        if size < worth * 999.5 or unit == "TB":
            return f"{size / worth:.1f} {unit}" if size < worth * 9.95 else f"{size / worth:,.0f} {unit}"
    raise AssertionError


def files(many: int) -> str:
    """“1 file”, “3,120 files”."""
    return "1 file" if many == 1 else f"{many:,} files"


class IntakeDialog(QDialog):
    """Asks about one hand-over. ``sheet`` is what was said, once it is accepted."""

    sheet: Sheet

    def __init__(
        self,
        desk: Desk,
        paths: Sequence[Path],
        last: HandOver | None,
        remark: str,
        parent: QWidget | None = None,
        *,
        typed: str = "",
    ) -> None:
        super().__init__(parent)
        self._desk, self._paths = desk, tuple(paths)
        self._zone = desk.session.open_case.info.timezone
        self._opened = datetime.now(UTC)
        self._found: Surveyed | None = None
        self._looking: Task | None = None
        self.setWindowTitle("Take in a hand-over")
        self._make_fields(last or HandOver(""), typed)
        self._lay_out(remark)
        self._over = False
        self.finished.connect(self._stop_looking)
        self._look()
        self._offer_earlier()
        self._read_time()
        self.source.setFocus()

    # What is there

    def _make_fields(self, last: HandOver, typed: str) -> None:
        self.source = _choice("Whose material it is", "Phone of J. D.", last.source)
        self.giver = _choice("Received from", "J. D., by her advocate", last.received_from)
        self.method = _choice("How it was received", "AirDrop, USB stick, e-mail…", last.method)
        self.method.addItems(_METHODS)
        self.method.setEditText(last.method)
        here = self._opened.astimezone(ZoneInfo(self._zone))
        self._now = f"{here.day} {here:%b %Y}, {here.hour % 12 or 12}:{here:%M} {'pm' if here.hour >= 12 else 'am'}"
        self.received = QLineEdit(typed or self._now)
        self.received.setAccessibleName("When it was received")
        self.received.textChanged.connect(self._read_time)
        self.note = QPlainTextEdit(last.note)
        self.note.setAccessibleName("Note")
        self.note.setTabChangesFocus(True)
        self.note.setPlaceholderText("Anything about this hand-over that should be kept with it")
        self.note.setFixedHeight(self._desk.theme.px(58))

    def _lay_out(self, remark: str) -> None:
        px = self._desk.theme.px
        self.setMinimumWidth(px(620))
        self.amount = label("Looking through the files…", "heading", name="What is to be taken in")
        self.listed = QListWidget()
        self.listed.setProperty("framed", True)
        self.listed.setAccessibleName("Files and folders to take in")
        self.listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.listed.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.listed.addItems([shown(str(path)) for path in self._paths[:_SHOWN]])
        if len(self._paths) > _SHOWN:
            self.listed.addItem(f"… and {len(self._paths) - _SHOWN:,} more")
        rows = min(max(len(self._paths), 1), 4)
        self.listed.setFixedHeight(rows * self.listed.sizeHintForRow(0) + px(10))
        self.remark = label(remark, "warn", wrap=True, name="What is left out")
        self.remark.setVisible(bool(remark))
        self.missing = label("", "bad", wrap=True, name="What is missing")
        self.missing.hide()
        self.understood = label("", "small", wrap=True, name="How the time is understood")
        self.understood.setMinimumHeight(px(34))  # two lines: what is wrong with a time takes them
        self.understood.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.understood.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (
            ("&Whose material *", self.source),
            ("Received &from", self.giver),
            ("&How", self.method),
            ("Whe&n", self.received),
        ):
            form.addRow(_named(text, field), field)
        form.addRow("", self.understood)
        form.addRow(_named("N&ote", self.note), self.note)
        self.take = button("Take in", self.accept, primary=True, tip="Copy, check and list these files (Enter)")
        self.take.setDefault(True)
        cancel = button("Cancel", self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        for each in (self.amount, self.listed, self.remark):
            layout.addWidget(each)
        layout.addLayout(form)
        layout.addWidget(self.missing)
        kept = label("Every file is copied, compared with its source, and kept unchanged.", "small", wrap=True)
        layout.addWidget(kept)
        layout.addWidget(row(None, cancel, self.take))

    # What happens

    def _look(self) -> None:
        paths, folder = self._paths, self._desk.session.open_case.folder

        def looking(case: Case, job: Job) -> Surveyed:
            del case
            found, refused = survey(paths, folder, job)
            return Surveyed(len(found), sum(each.size for each in found), len(refused))

        self._looking = self._desk.session.study(looking, self._counted, failed=self._unfit)
        self._looking.progressed.connect(self._told)

    def _told(self, done: int, total: int, what: str) -> None:
        del done, total
        if not self._over:
            self.amount.setText(shown_lines(what) + "…")

    def _counted(self, found: Surveyed) -> None:
        if self._over:
            return
        self._looking, self._found = None, found
        if not found.files and not found.refused:
            self._unfit(UsageError("There are no files under these paths.", todo="Choose others."))
            return
        self.amount.setText(f"{files(found.files)} · {amount(found.size)}")
        if found.refused:
            more = "One thing" if found.refused == 1 else f"{found.refused:,} things"
            more += " more cannot be taken in, such as a link; the result says why."
            self.remark.setText(shown_lines(" ".join(part for part in (self.remark.text(), more) if part)))
            self.remark.show()

    def _unfit(self, error: BaseException) -> None:
        if self._over:
            return
        self._looking = None
        self.amount.setText("These cannot be taken in")
        self.take.setEnabled(False)
        if isinstance(error, EvidenceKitError):
            self._say(f"{error.what} {error.item or ''} {in_the_app(error.todo)}")
        else:
            self._desk.session.tasks.trouble.emit(error)

    def _stop_looking(self) -> None:
        self._over = True  # what is still on its way finds no fields any more
        if self._looking is not None:
            self._looking.cancel()

    def _offer_earlier(self) -> None:
        def offer(said: Said) -> None:
            if self._over:
                return
            for box, known in (
                (self.source, said.sources),
                (self.giver, said.givers),
                (self.method, said.methods),
            ):
                text = box.currentText()
                held = {box.itemText(place) for place in range(box.count())}
                box.insertItems(0, [each for each in known if each not in held])
                box.setEditText(text)

        self._desk.session.read(_said, offer, key="hand-overs")

    def _read_time(self) -> None:
        self.missing.hide()
        try:
            self.understood.setText(f"Kept as {_spoken(self._received(), self._zone)} · {self._zone}")
            set_role(self.understood, "small")
        except UsageError as error:
            self.understood.setText(shown_lines(f"{error.what} {_shortened(error.todo)}"))
            set_role(self.understood, "bad")

    def _received(self) -> str:
        """The time as it is kept; what the sheet proposed means the moment when it was opened."""
        if self.received.text() == self._now:
            return self._opened.strftime("%Y-%m-%dT%H:%M:%SZ")
        return received_at(self.received.text(), self._zone, datetime.now(UTC))

    def _say(self, text: str) -> None:
        self.missing.setText(shown_lines(" ".join(text.split())))
        self.missing.show()

    def accept(self) -> None:
        """Take the sheet when all that is needed is there, else say what is missing."""
        if not self.take.isEnabled():
            return
        try:
            source = words(self.source.currentText(), "source")
            if not source:
                self._say("Say whose material this is, as “Phone of J. D.”: every item will carry it.")
                self.source.setFocus()
                return
            hand_over = HandOver(
                source,
                words(self.giver.currentText(), "giver"),
                words(self.method.currentText(), "way"),
                self._received(),
                words(self.note.toPlainText().replace("\n", " "), "note"),
            )
        except UsageError as error:
            self._say(f"{error.what} {_shortened(error.todo)}")
            return
        several = files(self._found.files) if self._found else "the files"
        typed = self.received.text()
        self.sheet = Sheet(self._paths, hand_over, "" if typed == self._now else typed, several)
        super().accept()


def _choice(name: str, example: str, text: str) -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setAccessibleName(name)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    completer = box.completer()
    assert completer is not None
    completer.setCompletionMode(completer.CompletionMode.PopupCompletion)  # nothing is completed that was not chosen
    edit = box.lineEdit()
    assert edit is not None
    edit.setPlaceholderText(example)
    edit.setAccessibleName(name)
    box.setEditText(text)
    QTimer.singleShot(0, box, lambda: edit.setCursorPosition(len(edit.text())))
    return box


def _named(text: str, field: QWidget) -> QLabel:
    made = QLabel(text)
    made.setBuddy(field)
    return made


def _shortened(todo: str) -> str:
    """The advice on dates is long; on the sheet two examples do."""
    return "Write it as “10 April 2026, 5 pm”, or the day alone." if len(todo) > 120 else todo


def _spoken(value: str, zone: str) -> str:
    from evidencekit.binder.words import clock

    return clock(value, zone)


def _said(case: Case) -> Said:
    from evidencekit.catalog.items import all_acquisitions

    with case.catalog.read() as connection:
        known = all_acquisitions(connection)[::-1]

    def distinct(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(shown(each) for each in values if each))

    return Said(
        distinct([each.source for each in known]),
        distinct([each.received_from for each in known]),
        distinct([each.method for each in known]),
    )
