"""A new production, step by step: to whom, what goes and what stays, what is to be decided, and where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.custody.names import words
from evidencekit.errors import Cancelled, EvidenceKitError, ProtectedError
from evidencekit.job import Job
from evidencekit.model import Part
from evidencekit.production.produce import Preview, Produced, preview, produce
from evidencekit.production.values import Order
from ui.advice import in_the_app
from ui.desk import Desk
from ui.models.producing import Told, tell
from ui.tasks import Task
from ui.views.lines import LinesView
from ui.views.written import file_name
from ui.widgets import Elided, Empty, Snug, button, label, row, set_role, shown_lines, size_within

_MEDIA = ("Disc", "USB stick", "Evidence portal", "E-mail", "Paper and disc")
_DESIGNATIONS = ("", "CONFIDENTIAL", "CONFIDENTIAL – ATTORNEYS’ EYES ONLY", "SUBJECT TO PROTECTIVE ORDER")
_FOLDER = "productions"
_STEPS = ("To whom", "What goes", "Done")


class ProductionDialog(QDialog):
    """Prepares a production of the open case and writes it. ``chosen`` are the items chosen on the items page,
    ``recipients`` those of earlier productions. ``told`` is what the preview says, ``made`` what was written."""

    def __init__(
        self, desk: Desk, chosen: Sequence[str], recipients: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self._chosen = desk, tuple(chosen)
        self.told: Told | None = None
        self.made: Produced | None = None
        self._looking: Task | None = None
        self._order: Order | None = None
        self.asked: QDialog | None = None
        px = desk.theme.px
        self.setWindowTitle("New production")
        size_within(self, px(860), px(640))
        self.step = label("", "muted", name="Step")
        self.title = label("", "heading", wrap=True, name="What this step is")
        self.steps = QStackedWidget()
        for page in (self._whom(recipients), self._what(), self._done()):
            self.steps.addWidget(page)
        self.wrong = label("", "bad", wrap=True, name="What stands against it")
        self.wrong.hide()
        self.back = button("Back", self._back)
        self.cancel = button("Cancel", self.reject)
        self.go = button("", self._go, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(row(self.title, None, self.step))
        layout.addWidget(self.steps, 1)
        layout.addWidget(self.wrong)
        layout.addWidget(row(self.back, None, self.cancel, self.go))
        desk.session.state_changed.connect(self._enable)
        desk.session.closed.connect(self.reject)
        self.finished.connect(self._stop_looking)
        self._show(0)
        self.to.setFocus()

    # What is there

    def _whom(self, recipients: Sequence[str]) -> QWidget:
        px = self.desk.theme.px
        self.to = _box("To whom", [*recipients], "Public Defender, Ms. R. Alvarez")
        self.medium = _box("Medium", _MEDIA, "Disc, portal…")
        self.prefix = QLineEdit()
        self.prefix.setAccessibleName("Prefix of the Bates numbers")
        self.prefix.setPlaceholderText("as before, or made of the case number")
        self.designation = _box("Designation", _DESIGNATIONS, "none")
        self.all = QRadioButton("Everything that may go")
        self.some = QRadioButton(f"The {_many(len(self._chosen), 'chosen item')}, with what belongs to them")
        self.some.setVisible(bool(self._chosen))
        group = QButtonGroup(self)
        for each in (self.all, self.some):
            group.addButton(each)
        (self.some if self._chosen else self.all).setChecked(True)
        self.new = QCheckBox("Only what this recipient has not got yet (a supplement)")
        self.note = QPlainTextEdit()
        self.note.setAccessibleName("Words for the letter")
        self.note.setPlaceholderText("Anything the production letter should say besides")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(px(64))
        form = QFormLayout()
        form.setSpacing(px(9))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (
            ("&To whom *", self.to),
            ("&Medium", self.medium),
            ("Bates &prefix", self.prefix),
            ("&Designation on every page", self.designation),
            ("What", self.all),
            ("", self.some),
            ("", self.new),
            ("&Words for the letter", self.note),
        ):
            named = QLabel(text)
            if text and text != "What":
                named.setBuddy(field)
            form.addRow(named, field)
        told = (
            "Your titles, times, notes and everything else that people write here stays: it is work product. Numbers "
            "are issued once and never again; what was produced before keeps its numbers."
        )
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _what(self) -> QWidget:
        theme, px = self.desk.theme, self.desk.theme.px
        self.at = Elided("", "muted", name="At the moment")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Looking through what would leave")
        self.bar.setFixedHeight(px(6))
        looking = QWidget()
        inside = QVBoxLayout(looking)
        inside.addStretch(1)
        inside.addWidget(
            label("Everything that would leave is printed and searched first. Nothing is written yet.", "")
        )
        inside.addWidget(self.bar)
        inside.addWidget(self.at)
        inside.addStretch(2)
        self.goes = LinesView(theme, "What goes", first=168, last=96)
        self.stays = LinesView(theme, "What stays", first=104)
        self.undecided = LinesView(theme, "What is to be decided", first=104)
        self.warned = QPlainTextEdit()
        self.warned.setReadOnly(True)
        self.warned.setTabChangesFocus(True)
        self.warned.setAccessibleName("What to know")
        none = Empty(theme, "shield-check", "Nothing is to be decided", "No protected term and no position was found.")
        self.hold = button("Withhold…", lambda: self._decide(Part.WHOLE), tip="Hold the chosen items back as a whole")
        self.native = button("Native only…", lambda: self._decide(Part.NATIVE), tip="Their pages go, their files stay")
        self.let = button("Disclose…", lambda: self._decide(None), tip="Let them go although they hold that")
        self.look = button("Show item", self._show_item)
        deciding = QWidget()
        beside = QVBoxLayout(deciding)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(px(6))
        beside.addWidget(self.undecided, 1)
        buttons = row(self.hold, self.native, self.let, self.look, None)
        beside.addWidget(buttons)
        self.deciding = QStackedWidget()
        self.deciding.addWidget(deciding)
        self.deciding.addWidget(none)
        self.tabs = QTabWidget()
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("What goes, what stays, what is to be decided")
        for view, title in (
            (self.deciding, "To decide"),
            (self.goes, "Goes"),
            (self.stays, "Stays"),
            (self.warned, "To know"),
        ):
            self.tabs.addTab(view, title)
        for view in (self.undecided, self.goes, self.stays):
            view.opened.connect(lambda line: self._show_number(line.items))
            view.wanted.connect(self.desk.show_item)
        self.undecided.chosen.connect(self._enable)
        self.undecided.selectionModel().selectionChanged.connect(lambda now, before: self._enable())
        self.preview = QStackedWidget()
        self.preview.addWidget(looking)
        self.preview.addWidget(self.tabs)
        return self.preview

    def _done(self) -> QWidget:
        px = self.desk.theme.px
        self.outcome = label("", wrap=True, select=True, name="What was written")
        self.reveal = button("Show in folder", self._reveal)
        page = QFrame()
        layout = QVBoxLayout(page)
        layout.setSpacing(px(12))
        layout.addWidget(self.outcome)
        layout.addWidget(row(self.reveal, None))
        told = (
            "Send the letter by another way than the package: it holds the digests that vouch for it. Anybody can "
            "check the package with “python3 verify.py”, which lies in it, or by hand as README-VERIFY.txt says."
        )
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addStretch(1)
        return page

    # What happens

    @property
    def at_step(self) -> int:
        """0: to whom; 1: what goes; 2: done."""
        return self.steps.currentIndex()

    def order(self) -> Order:
        """What was asked for so far. Raises :class:`EvidenceKitError` for words that cannot be kept."""
        return Order(
            to=words(self.to.currentText(), "recipient"),
            medium=words(self.medium.currentText(), "medium"),
            prefix=self.prefix.text().strip().upper(),
            items=self._chosen if self.some.isChecked() and self._chosen else (),
            only_new=self.new.isChecked(),
            confidentiality=words(self.designation.currentText(), "designation"),
            note=self.note.toPlainText().strip(),
        )

    def _go(self) -> None:
        if self.at_step == 0:
            try:
                self._order = self.order()
            except EvidenceKitError as error:
                self._say(error)
                return
            self.look_again()
        elif self.at_step == 1:
            self._ask_folder()
        else:
            self.accept()

    def _back(self) -> None:
        self._stop_looking()
        self._show(0)

    def look_again(self) -> None:
        """Look through what would leave, off the GUI thread."""
        order = self._order
        assert order is not None
        self.told = None
        self._show(1)
        self.preview.setCurrentIndex(0)

        def looking(case: Case, job: Job) -> tuple[Preview, Told]:
            found = preview(case, order, job)
            return found, tell(found)

        self._looking = self.desk.session.study(
            looking, lambda found: self._come(found[1]), key="production", failed=self._lost
        )
        self._looking.progressed.connect(lambda done, total, what: self._progress(done, total, what))

    def _come(self, told: Told) -> None:
        self._looking, self.told = None, told
        self.title.setText(shown_lines(told.head))
        for view, lines in ((self.goes, told.goes), (self.stays, told.stays), (self.undecided, told.open)):
            view.put(lines)
        self.deciding.setCurrentIndex(0 if told.open else 1)
        self.warned.setPlainText(shown_lines("\n".join(told.warnings)) or "Nothing besides.")
        for at, (name, many) in enumerate(
            (("To decide", told.open), ("Goes", told.goes), ("Stays", told.stays), ("To know", told.warnings))
        ):
            self.tabs.setTabText(at, f"{name} ({len(many):,})" if many else name)
        self.tabs.setCurrentIndex(0 if told.open else 1)
        self.preview.setCurrentIndex(1)
        if told.open:
            self.undecided.go_to(0)
        self._enable()

    def _lost(self, error: BaseException) -> None:
        self._looking = None
        self._show(0)
        self._say(error)

    def _progress(self, done: int, total: int, what: str) -> None:
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        self.at.put(what)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    # Deciding

    def decided_items(self) -> list[tuple[str, str]]:
        """(item, key) of every chosen line that is to be decided."""
        rows = sorted({index.row() for index in self.undecided.selectedIndexes()})
        return [self.undecided.lines.lines[at].key for at in rows]

    def _decide(self, part: Part | None) -> None:
        chosen = self.decided_items()
        if not chosen or not self.desk.session.writable:
            return
        numbers = list(dict.fromkeys(item for item, _ in chosen))
        asked = ReasonDialog(self.desk, part, numbers, self)
        asked.accepted.connect(lambda: self._enter(part, chosen, asked.reason))
        self._open(asked)

    def _enter(self, part: Part | None, chosen: Sequence[tuple[str, str]], reason: str) -> None:
        def deciding(case: Case, job: Job) -> None:
            del job
            if part is not None:
                edits.withhold(case, list(dict.fromkeys(item for item, _ in chosen)), reason, part=part)
                return
            by_keys: dict[str, list[str]] = {}
            for item, key in chosen:
                by_keys.setdefault(item, []).append(key)
            for keys in {tuple(keys) for keys in by_keys.values()}:
                numbers = [item for item, found in by_keys.items() if tuple(found) == keys]
                edits.disclose(case, numbers, reason, keys=keys)

        self.desk.session.act("Entering the decision", deciding, (), lambda _: self.look_again())

    def _show_item(self) -> None:
        chosen = self.decided_items()
        if chosen:
            self._show_number([chosen[0][0]])

    def _show_number(self, items: Sequence[str]) -> None:
        if items:
            self.desk.show_item(items[0])

    # Writing

    def _ask_folder(self) -> None:
        folder = Path(self.desk.settings.get(_FOLDER) or Path.home())
        name = QFileDialog.getExistingDirectory(self, "Where is the production to lie?", str(folder))
        if name:
            self.desk.settings.put(_FOLDER, name)
            assert self._order is not None
            info = self.desk.session.open_case.info
            head = (self.title.text().split("·")[0]).strip()
            self.write(Path(name) / file_name(f"{head} {info.number}"))

    def write(self, folder: Path) -> None:
        """Write the production into a new or empty folder."""
        order = self._order
        assert order is not None

        def producing(case: Case, job: Job) -> Produced:
            return produce(case, order, folder, job)

        def failed(error: BaseException) -> None:
            if isinstance(error, ProtectedError):
                self.look_again()
            else:
                self._enable()
                self._say(error)

        self.wrong.hide()
        self.desk.session.act("Writing the production", producing, (), self._written, failed)
        self._enable()

    def _written(self, made: Produced) -> None:
        self.made = made
        production = made.production
        notes = f"\n\n{len(made.warnings)} notes stand in the log." if made.warnings else ""
        self.outcome.setText(
            shown_lines(
                f"Production {production.number} for {production.order.to}\n"
                f"{production.first} to {production.last}, {_many(len(production.items), 'item')}\n\n"
                f"Package: {made.folder}\nLetter: {made.letter}{notes}"
            )
        )
        self._show(2)

    def _reveal(self) -> None:
        from ui.reveal import reveal

        if self.made is not None:
            reveal(self.made.folder)

    # Small things

    def _show(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        titles = ("To whom does it go?", "Looking through what would leave…", "The production is written")
        self.title.setText(titles[step])
        self.step.setText(f"{step + 1} of {len(_STEPS)} · {_STEPS[step]}")
        self.wrong.hide()
        self._enable()

    def _enable(self) -> None:
        session, step = self.desk.session, self.at_step
        ready = self.told is not None and not self.told.open and bool(self.told.goes)
        self.go.setText(("Look what goes", "Choose a folder and write…", "Close")[step])
        self.go.setEnabled((True, ready and session.writable, True)[step])
        self.back.setVisible(step == 1)
        self.back.setEnabled(not session.busy)
        self.cancel.setVisible(step < 2)
        chosen = bool(self.undecided.selectedIndexes()) and session.writable
        for each in (self.hold, self.native, self.let):
            each.setEnabled(chosen)
        self.look.setEnabled(bool(self.undecided.selectedIndexes()))
        if step == 1 and self.told is not None and self.told.open:
            self.wrong.setText("It cannot leave while something is to be decided.")
            self.wrong.show()

    def _say(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, EvidenceKitError):
            self.desk.session.tasks.trouble.emit(error)
            return
        where = f"{error.item}: " if error.item else ""
        self.wrong.setText(shown_lines(f"{where}{error.what} {in_the_app(error.todo)}"))
        set_role(self.wrong, "bad")
        self.wrong.show()

    def _open(self, dialog: QDialog) -> None:
        if self.asked is not None:
            self.asked.deleteLater()
        self.asked = dialog
        dialog.open()


class ReasonDialog(Snug):
    """Asks why items are held back, or let go although something protected is in them. ``reason`` is what was said."""

    def __init__(self, desk: Desk, part: Part | None, numbers: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        deeds: dict[Part | None, tuple[str, str]] = {
            Part.WHOLE: ("Withhold", "Neither file nor pages nor words of it leave the office."),
            Part.NATIVE: ("Withhold the native file", "Its pages and words go, the file itself stays."),
            None: ("Disclose", "It goes with what was found in it. What is protected later is found again."),
        }
        verb, meaning = deeds[part]
        self.setWindowTitle(verb)
        self.setMinimumWidth(px(480))
        self.words = QPlainTextEdit()
        self.words.setAccessibleName("Why")
        self.words.setTabChangesFocus(True)
        self.words.setAcceptDrops(False)
        self.words.setFixedHeight(px(72))
        self.go = button("Enter", self.accept, primary=True)
        self.go.setDefault(True)
        many = numbers[0] if len(numbers) == 1 else f"{len(numbers):,} items"
        kept = "It is kept with the record" + (
            " and printed in the letter." if part is not None else ", and never leaves."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(f"{verb}: {many}", "heading", wrap=True))
        layout.addWidget(label(meaning, wrap=True))
        layout.addWidget(label("Why", "strong"))
        layout.addWidget(self.words)
        layout.addWidget(label(kept, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.words.textChanged.connect(lambda: self.go.setEnabled(bool(self.reason)))
        self.go.setEnabled(False)
        self.words.setFocus()

    @property
    def reason(self) -> str:
        return self.words.toPlainText().strip()


def _box(name: str, choices: Sequence[str], example: str) -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setAccessibleName(name)
    box.addItems([each for each in choices if each])
    edit = box.lineEdit()
    assert edit is not None
    edit.setPlaceholderText(example)
    edit.setAccessibleName(name)
    box.setEditText("")
    return box


def _many(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
