"""What a verification showed: that everything holds, or every fault in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.model import Finding
from evidencekit.verify import Verdict, since_words
from ui.desk import Desk
from ui.models.ledger import fault_lines, fault_text
from ui.views.lines import LinesView
from ui.widgets import Empty, action_button, button, label, set_role, shown_lines

_HOW = (
    "Every original is read and hashed again, every line of the ledger and every signature is checked, and the catalog "
    "is compared with the record. Nothing is written."
)

_OLDER = frozenset({"older-than-seen", "differs-from-seen"})


class FaultsView(QWidget):
    """Shows a verdict, or the faults found on opening. ``logging`` asks for the verdict to be entered in the ledger,
    ``saving`` for its report, ``accepting`` for a copy that is older than one seen before to be taken as the case."""

    logging = Signal()
    saving = Signal()
    accepting = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.verdict: Verdict | None = None
        self._findings: tuple[Finding, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._icon = ("shield", "muted")
        px = desk.theme.px
        self.picture = QLabel()
        self.title = label("", "heading", wrap=True, select=True, name="Result")
        self.about = label("", "muted", wrap=True, name="When and what")
        self.copy_it = button("Copy all", self.copy, tip="Copy every fault and note as text")
        self.log_it = button("Enter in the ledger", self.logging.emit, tip="Log this verification as a ledger line")
        self.save_it = button("Save report…", self.saving.emit, tip="Save what was verified and found as PDF or JSON")
        self.accept_it = button(
            "Take this copy…", self.accepting.emit, tip="Knowingly take this older or other copy as the case"
        )
        self.list = LinesView(desk.theme, "Faults and notes", last=110)
        self.list.wanted.connect(desk.show_item)
        self.list.opened.connect(lambda line: desk.show_item(line.items[0]) if line.items else None)
        self.quiet = Empty(desk.theme, "shield-check", "", "")
        self.unknown = Empty(
            desk.theme,
            "shield",
            "Not verified yet",
            _HOW,
            [action_button(desk.actions["custody.verify"], primary=True)],
        )
        self.pages = QStackedWidget()
        for page in (self.unknown, self.quiet, self.list):
            self.pages.addWidget(page)
        self.head = QFrame()
        self.head.setObjectName("bar")
        inside = QHBoxLayout(self.head)
        inside.setContentsMargins(px(14), px(10), px(14), px(10))
        inside.setSpacing(px(12))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(self.title)
        words.addWidget(self.about)
        inside.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(words, 1)
        inside.addWidget(self.accept_it)
        inside.addWidget(self.copy_it)
        inside.addWidget(self.save_it)
        inside.addWidget(self.log_it)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.pages, 1)
        desk.theme.changed.connect(self._dress)
        self.clear()

    def clear(self) -> None:
        """Nothing was checked yet."""
        self.verdict = None
        self._findings = self._notes = ()
        self.head.hide()
        self.list.put([])
        self.pages.setCurrentWidget(self.unknown)

    def put_opening(self, findings: Sequence[Finding], notes: Sequence[str]) -> None:
        """Show the faults that a case was found with when it was opened."""
        self.verdict = None
        title = f"The case fails its checks: {_faults(len(findings))}" if findings else "The case fails its checks"
        self._say("bad", title, "Found when it was opened, which looks at less than a verification does.")
        self._list(findings, notes)
        self.log_it.hide()
        self.save_it.hide()

    def put(self, verdict: Verdict, when: str, actor: str) -> None:
        """Show what verifying showed; ``when`` and by whom as it is read."""
        self.verdict = verdict
        counted = f"{_many(verdict.items, 'item')}, {_many(verdict.size, 'ledger line')}"
        by = f", by {actor}" if actor else ""
        self.save_it.show()
        if verdict.ok:
            self._say("good", f"Everything holds: {counted}", f"Verified {when}{by}{_agrees(verdict)}")
        else:
            title = f"{_faults(len(verdict.findings))} in {counted}"
            advice = "Do not change the case; compare it with a backup or a printed checkpoint."
            self._say("bad", title, f"Verified {when}{by}. {advice}")
        self._list(verdict.findings, verdict.notes)
        self.log_it.setVisible(verdict.ok)
        self.enable(writable=self.desk.session.writable)

    def logged(self, line: int) -> None:
        """The verdict stands in the ledger now."""
        self.log_it.hide()
        self.about.setText(shown_lines(f"{self.about.text()} · entered in the ledger as line {line:,}"))
        self.verdict = None

    def enable(self, *, writable: bool) -> None:
        """Whether there can be entered anything now."""
        self.log_it.setEnabled(writable and self.verdict is not None)

    def copy(self) -> None:
        """Put all that was found on the clipboard."""
        found = fault_text(self._findings, self._notes)
        text = "\n".join(part for part in (self.title.text(), self.about.text(), "", found) if part or found)
        QGuiApplication.clipboard().setText(text)
        self.desk.say("Every fault and note is copied.")

    def _list(self, findings: Sequence[Finding], notes: Sequence[str]) -> None:
        """List them; there may be one for each of ten thousand originals, so the words are put together elsewhere."""
        self._findings, self._notes = tuple(findings), tuple(notes)
        self.quiet.say("No fault was found", _HOW)
        if not findings and self.verdict is None:
            self.quiet.say("Its faults are not named yet", "Choose Verify case to have every one of them named.")
        self.pages.setCurrentWidget(self.list if findings or notes else self.quiet)
        self.copy_it.setVisible(bool(findings or notes))
        self.accept_it.setVisible(bool(findings) and all(each.code in _OLDER for each in findings))
        told = (self._findings, self._notes)
        self.desk.session.read(lambda case: fault_lines(*told), self.list.put, key="faults")

    def _say(self, role: str, title: str, about: str) -> None:
        self._icon = ("shield-check" if role == "good" else "shield-alert", role)
        self.title.setText(shown_lines(title))
        self.title.setAccessibleName(title)
        set_role(self.title, "heading")
        self.about.setText(shown_lines(about))
        self.head.show()
        self._dress()

    def _dress(self) -> None:
        name, role = self._icon
        self.picture.setPixmap(self.desk.theme.pixmap(name, 28, role))
        self.title.setStyleSheet(f"color: {self.desk.theme.colour(role).name()};")


def _agrees(verdict: Verdict) -> str:
    """What the checkpoint from outside told, and what was added behind it."""
    against, since = verdict.against, verdict.since
    if against is None:
        return ""
    added = f" {' '.join(since_words(since))}" if since is not None else ""
    return f". It agrees with the checkpoint over {_many(against.size, 'line')} that was kept outside.{added}"


def _faults(count: int) -> str:
    return _many(count, "fault")


def _many(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
