"""The transcript beside its recording: read, written while it plays, and certified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.catalog.transcripts import State
from evidencekit.errors import EvidenceKitError, UsageError
from evidencekit.job import Job
from evidencekit.spoken import Spoken, checked_lines, place, seconds_said
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.tips import plain_tip
from ui.views.transcript_editor import LinesEdit
from ui.views.transcript_loaded import Loaded, load
from ui.widgets import button, label, row, set_role, shown_lines, tool

if TYPE_CHECKING:
    from ui.views.viewer.player import Player

_REST = 900  # milliseconds without a key before what was typed is kept as one step
_KEYS = (
    "Ctrl+Space or F4 plays and pauses · Alt+← → 3 s · Ctrl+↑ ↓ line before or after, played · Ctrl+. begins here · "
    "Ctrl+1…9 speaker · Ctrl+0 [inaudible]"
)
_FORMS = {".pdf": "Document, PDF", ".txt": "Text", ".vtt": "Subtitles, WebVTT"}
_WRITE = "Write in the transcript"


class TranscriptPane(QWidget):
    """The transcript of one item. What is typed is kept by itself, each rest of the keys one step to undo."""

    def __init__(self, desk: Desk, player: Player) -> None:
        super().__init__()
        self.desk, self.player = desk, player
        self.number = ""
        self.loaded: Loaded | None = None
        self._saved: tuple[Spoken, ...] = ()
        self._dirty = False
        self.editor = LinesEdit(desk.theme)
        self._make_head()
        self._make_line()
        self._lay_out()
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_REST)
        self._resting.timeout.connect(self.keep)
        self._connect()
        self.clear()

    # How it is made

    def _make_head(self) -> None:
        self.badge = label("", "bad", name="State of the transcript")
        self.state = label("", "muted", wrap=True, name="Transcript")
        self.from_draft = button("Work on the draft", lambda: self._begin(True), tip="Begin a version from the draft")
        self.empty = button("Type it", lambda: self._begin(False), tip="Begin a version from nothing")
        self.machine = button("Draft it now", self._transcribe, tip="Have the speech model draft a transcript")
        self.next = button("New version", self._next_version, tip="Write on; the certified version stays")
        self.certify = button("Certify…", self._certify, tip="Declare that it is right; for good")
        self.save_as = button("Save as…", self._save_as, tip="Write it as a PDF, text or subtitles")
        self.help = tool(self.desk.theme, "circle-help", "Keys while writing", toggle=True)
        self.help.setToolTip(plain_tip("\n".join(("Keys while writing", *_KEYS.split(" · ")))))
        self.help.toggled.connect(lambda on: self.hint.setVisible(on))
        self.buttons: tuple[QPushButton, ...] = (
            *(self.from_draft, self.empty, self.machine),
            *(self.next, self.certify, self.save_as),
        )

    def _make_line(self) -> None:
        theme = self.desk.theme
        self.where = label("", "small", name="Line")
        self.begins = QLineEdit()
        self.begins.setAccessibleName("The line begins at")
        self.begins.setToolTip("Where in the recording the line begins, such as 1:02.5")
        self.begins.setFixedWidth(theme.px(84))
        self.speaker = QComboBox()
        self.speaker.setEditable(True)
        self.speaker.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.speaker.setAccessibleName("Speaker of the line")
        self.speaker.setToolTip("Who speaks; Ctrl+1 to Ctrl+9 give the line to the speakers in this order")
        self.speaker.setMinimumWidth(theme.px(120))
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()

    def _lay_out(self) -> None:
        px = self.desk.theme.px
        self.line_tools = row(self.where, None, label("Begins", "small"), self.begins, label("Speaker", "small"))
        inside = self.line_tools.layout()
        assert inside is not None
        inside.addWidget(self.speaker)
        self.hint = label(_KEYS, "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(12), px(8))
        layout.setSpacing(px(6))
        for each in (row(self.badge, None, *self.buttons, self.help, gap=6), self.state):
            layout.addWidget(each)
        layout.addWidget(self.editor, 1)
        for each in (self.line_tools, self.wrong, self.hint):
            layout.addWidget(each)
        self.editor.setMinimumHeight(px(70))

    def _connect(self) -> None:
        session, editor, player = self.desk.session, self.editor, self.player
        editor.touched.connect(self._touched)
        editor.line_changed.connect(self._tell_line)
        editor.sought.connect(lambda seconds: player.seek(round(seconds * 1000)))
        editor.moved_by.connect(lambda seconds: player.seek(player.at + round(seconds * 1000)))
        editor.toggled.connect(player.toggle)
        editor.taken_back.connect(self._take_back)
        player.moved.connect(lambda at: editor.follow(at / 1000))
        player.playing_changed.connect(self._playing)
        self.begins.editingFinished.connect(self._set_time)
        line = self.speaker.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._set_speaker)
        self.speaker.activated.connect(lambda _: self._set_speaker())
        session.changed.connect(self._changed)
        session.state_changed.connect(self._follow_state)
        session.closing.connect(self.keep)
        session.closed.connect(self.clear)
        self.desk.actions["edit.undo"].triggered.connect(self._resting.stop)

    # What it shows

    def show_item(self, number: str) -> None:
        """Show the transcript of that item; what was typed for another is kept first."""
        if number == self.number:
            return
        self.keep()
        self.clear()
        self.number = number
        self._load()

    def clear(self) -> None:
        """Show nothing."""
        self._resting.stop()
        self.number, self.loaded, self._saved, self._dirty = "", None, (), False
        self.editor.place = 0.0
        self.editor.put(())
        self.editor.setReadOnly(True)
        self._follow_state()

    def take_focus(self) -> None:
        """Give the keys to the words, or to the way to begin them."""
        wanted: QWidget = self.editor
        if self.loaded is not None and self.loaded.state in (None, State.MACHINE):
            wanted = self.from_draft if self.from_draft.isVisible() else self.empty
        wanted.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _load(self) -> None:
        number = self.number
        if number and self.desk.session.case is not None:
            self.desk.session.read(lambda case: load(case, number), self._come, key=f"transcript {id(self)}")

    def _come(self, loaded: Loaded) -> None:
        if loaded.number != self.number:
            return
        before, self.loaded = self.loaded, loaded
        known = before is not None and before.state == loaded.state and loaded.lines == self._saved
        if not self._dirty and not known:
            self._saved = loaded.lines
            self.editor.put(loaded.lines, loaded.doubtful())
            self.editor.document().setModified(False)
        latest = loaded.there.latest
        self._name_speakers(latest.speakers if latest is not None else ())
        self._follow_state()
        self._tell_line()

    def _changed(self, changes: Changes) -> None:
        about = not changes.items or self.number in changes.items
        if self.number and about and changes.parts & {Part.WORDS, Part.ITEMS, Part.LEDGER, Part.DERIVED}:
            self._load()

    def _follow_state(self) -> None:
        """Show what can be done now."""
        loaded, able = self.loaded, self.desk.session.writable
        state = loaded.state if loaded is not None else None
        writing = loaded is not None and loaded.writing is not None
        self.badge.setText("" if state is None else "CERTIFIED" if state is State.CERTIFIED else "DRAFT")
        set_role(self.badge, "good" if state is State.CERTIFIED else "bad")
        self.badge.setVisible(state is not None)
        self.state.setText(shown_lines(loaded.words()) if loaded is not None else "")
        self.state.setAccessibleName(self.state.text() or "Transcript")
        self.from_draft.setVisible(state is State.MACHINE)
        self.empty.setVisible(loaded is not None and state in (None, State.MACHINE))
        self.machine.setVisible(loaded is not None and state is None and not loaded.missing)
        self.next.setVisible(state is State.CERTIFIED)
        self.certify.setVisible(writing)
        self.save_as.setVisible(state is not None)
        for each in self.buttons[:-1]:
            each.setEnabled(able)
        self.editor.setVisible(state is not None)
        self.editor.setReadOnly(not (writing and able))
        set_role(self.editor, "true" if self.editor.isReadOnly() else "false", "readOnly")
        for part in (self.line_tools, self.help):
            part.setVisible(writing)
        self.hint.setVisible(writing and self.help.isChecked())

    def _name_speakers(self, speakers: Sequence[str]) -> None:
        self.editor.speakers = tuple(speakers)
        now = [self.speaker.itemText(n) for n in range(self.speaker.count())]
        if now != list(speakers):
            self.speaker.blockSignals(True)
            self.speaker.clear()
            self.speaker.addItems(list(speakers))
            self.speaker.blockSignals(False)
            self._tell_line()

    def _tell_line(self) -> None:
        beside, line = self.editor.current, self.editor.line
        told = f"Line {line + 1:,} of {self.editor.blockCount():,}"
        self.where.setText(told)
        said = ", ".join(filter(None, (told, place(beside.start), beside.speaker)))
        self.where.setAccessibleName(said)
        self.editor.setAccessibleDescription(said)
        if not self.begins.hasFocus():
            self.begins.setText(place(beside.start))
        if not self.speaker.hasFocus():
            self.speaker.setEditText(beside.speaker)

    # What a person does

    def _touched(self) -> None:
        if self.loaded is not None and self.loaded.writing is not None:
            self._dirty = True
            self._resting.start()

    def keep(self) -> None:
        """Keep what was typed, if anything was."""
        self._resting.stop()
        if not self._dirty or not self.number or self.desk.session.case is None:
            return
        number = self.number
        try:
            lines = checked_lines(self.editor.lines())
        except UsageError as error:
            self._say_wrong(error)
            return
        self._dirty = False
        self.editor.document().setModified(False)
        self.wrong.hide()
        if lines == self._saved:
            return
        self._saved = lines
        self._edit(_WRITE, lambda case: edits.save_transcript(case, number, lines=lines))

    def _edit(self, text: str, deed: object) -> None:
        self.desk.session.edit(text, deed, [Part.WORDS], failed=self._say_wrong)  # type: ignore[arg-type]

    def _take_back(self) -> None:
        """What was typed since it was last kept is forgotten."""
        self._resting.stop()
        self._dirty = False
        self.editor.put(self._saved)
        self.editor.document().setModified(False)

    def _say_wrong(self, error: BaseException) -> None:
        told = f"{error.what} {error.todo}" if isinstance(error, EvidenceKitError) else str(error)
        self.wrong.setText(told)
        self.wrong.setAccessibleName(told)
        self.wrong.show()

    def _begin(self, from_draft: bool) -> None:
        number = self.number
        self._edit("Begin a transcript", lambda case: edits.start_transcript(case, number, from_draft=from_draft))
        QTimer.singleShot(0, self, self.editor.setFocus)

    def _next_version(self) -> None:
        if self.loaded is None:
            return
        number, lines = self.number, self.loaded.lines
        self._edit("New version of the transcript", lambda case: edits.save_transcript(case, number, lines=lines))

    def _set_time(self) -> None:
        try:
            start = seconds_said(self.begins.text())
        except UsageError as error:
            self._say_wrong(error)
            return
        self.wrong.hide()
        if place(start) != place(self.editor.current.start):
            self.editor.set_beside(start=start)

    def _set_speaker(self) -> None:
        name = " ".join(self.speaker.currentText().split())[:60]
        self.editor.set_beside(speaker=name)
        if name and name not in self.editor.speakers:
            self._name_speakers((*self.editor.speakers, name))

    def _playing(self, playing: bool) -> None:
        self.editor.running = playing

    def _transcribe(self) -> None:
        number = self.number

        def deed(case: Case, job: Job) -> int:
            from evidencekit import background

            return background.work(case, background.chores_for(case, "transcript", [number]), job).done

        self.desk.session.act("Drafting a transcript", deed, [Part.WORDS, Part.DERIVED])

    def _certify(self) -> None:
        from ui.dialogs.certify import CertifyDialog

        self.keep()
        loaded, number = self.loaded, self.number
        if loaded is None or loaded.writing is None:
            return
        about = f"Transcript of {number}, version {loaded.writing.version}"
        dialog = CertifyDialog(about, self.desk.session.actor, self.desk.theme, self)
        if dialog.exec() != QDialog.DialogCode.Accepted or number != self.number:
            return
        by, declaration = dialog.by, dialog.declaration
        self.desk.session.act(
            "Certifying the transcript",
            lambda case, job: edits.certify_transcript(case, number, by=by, declaration=declaration),
            [Part.WORDS],
            lambda made: self.desk.say(f"Version {made.version} of the transcript of {number} is certified."),
        )

    def _save_as(self) -> None:
        from ui.views.written import ask_path

        self.keep()
        number = self.number
        path = ask_path(self.desk, "Save the transcript", f"{number}-T.pdf", _FORMS, self)
        if path is not None:
            self._write(number, path)

    def _write(self, number: str, path: Path) -> None:
        def writing(case: Case, job: Job) -> None:
            from evidencekit.binder.transcript import write_transcript

            del job
            write_transcript(case, number, path)

        said = f"The transcript of {number} was written to {path}."
        self.desk.session.act("Writing the transcript", writing, [], lambda _: self.desk.say(said))
