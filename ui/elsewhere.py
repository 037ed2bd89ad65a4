"""What is done to a case that is not open here: another case or ledger verified, a lost catalog made anew."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from evidencekit.casefile import write_case
from evidencekit.custody.names import shown
from evidencekit.custody.printed import Printed
from evidencekit.job import Job
from evidencekit.verify import Verdict, since_words, summary, verify_path
from ui.advice import in_the_app
from ui.desk import Desk
from ui.dialogs.against import AgainstDialog
from ui.dialogs.status import LastingDialog
from ui.models.ledger import fault_text
from ui.widgets import button, label, row, shown_lines, size_within

_LEDGERS = "Ledgers and packages (*.jsonl bagit.txt);;All files (*)"
_LOST = (
    "The catalog holds what people wrote: titles, times, notes, the order of exhibits, milestones and incidents. A new "
    "one is made from the custody record, without any of that. The old one, where there is one, is put aside in the "
    "case's folder “recovered”. Restoring catalog.db from a backup is better, where there is one."
)


class Elsewhere:
    """Asks which case is meant, and does it as long work with progress."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self.desk, self._window = desk, window
        self.dialog: VerdictDialog | None = None
        self.asked: AgainstDialog | None = None

    def verify(self) -> None:
        """Ask for a ledger and verify it, with the case or production around it when it lies in one."""
        title = "Verify another case or production: choose its ledger.jsonl or bagit.txt"
        name, _ = QFileDialog.getOpenFileName(self._window, title, str(Path.home()), _LEDGERS)
        if name:
            self.verify_path(Path(name))

    def verify_path(self, ledger: Path, against: Printed | None = None) -> None:
        """Verify that ledger's case or production, or the ledger alone where neither lies beside it; hold it against a
        checkpoint from outside."""
        session = self.desk.session
        whole = (ledger.parent / "originals").is_dir() or (ledger.parent / "bagit.txt").is_file()
        path = ledger.parent if whole else ledger

        def checking(job: Job) -> tuple[Verdict, str]:
            verdict = verify_path(path, session.home, job, against=against, since=against)
            return verdict, fault_text(verdict.findings, [in_the_app(each) for each in verdict.notes])

        def tell(found: tuple[Verdict, str]) -> None:
            self.dialog = VerdictDialog(self.desk, path, *found, self._window)
            self.dialog.comparing.connect(lambda: self.compare(ledger))
            self.dialog.open()

        session.work_apart(f"Verifying {path.name}", checking, tell)

    def compare(self, ledger: Path) -> None:
        """Ask for a checkpoint that was kept outside, and verify again against it."""
        asked = AgainstDialog(self.desk, self._window)
        asked.accepted.connect(lambda: self.verify_path(ledger, asked.printed))
        self.asked = asked
        asked.open()

    def rebuild(self) -> None:
        """Ask for a case whose catalog is lost or damaged, say what is lost with it, and make a new one."""
        name = QFileDialog.getExistingDirectory(self._window, "The case whose catalog is lost", str(Path.home()))
        if not name:
            return
        told = f"{shown(name)}\n\n{_LOST}"
        asked = LastingDialog(
            "Make a new catalog", told, "Make a new catalog", self.desk.theme, self._window, danger=True
        )
        asked.accepted.connect(lambda: self.rebuild_case(Path(name)))
        asked.open()

    def rebuild_case(self, folder: Path) -> None:
        """Make a new catalog from the record, then open the case. Refused by the core while the catalog is sound."""
        session = self.desk.session

        def rebuilding(job: Job) -> Path:
            write_case(folder, session.home, session.actor, rebuild=True, job=job).close()
            return folder

        session.work_apart("Making a new catalog", rebuilding, lambda made: session.open(made))


class VerdictDialog(QDialog):
    """What verifying showed of a case that is not open here: whether it holds, its root, and every fault. ``comparing``
    asks for it to be held against a checkpoint from outside."""

    comparing = Signal()

    def __init__(self, desk: Desk, path: Path, verdict: Verdict, faults: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Verification")
        size_within(self, desk.theme.px(720), desk.theme.px(420))
        many = len(verdict.findings)
        held = f"Everything holds: {summary(verdict).removesuffix(': all unchanged.')}"
        self.title = label(
            held if verdict.ok else f"{many:,} fault{'s' * (many != 1)}", "heading", select=True, name="Result"
        )
        picture = label()
        tone = "good" if verdict.ok else "bad"
        picture.setPixmap(desk.theme.pixmap("shield-check" if verdict.ok else "shield-alert", 28, tone))
        where = label(str(path), "muted", wrap=True, select=True, name="What was verified")
        told = f"Root: {verdict.root or 'none'}\n{' '.join(_against(verdict))}\n{faults}"
        self.text = QPlainTextEdit(shown_lines(told.rstrip()))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Root, faults and notes")
        done = button("Close", self.accept, primary=True)
        done.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(desk.theme.px(10))
        layout.addWidget(row(picture, self.title, None, gap=12))
        layout.addWidget(where)
        layout.addWidget(self.text, 1)
        self.compare = button("Compare with a printed checkpoint…", self._compare)
        self.compare.setToolTip("Hold it against a binder’s cover, or the letter that came with a production")
        layout.addWidget(row(self.compare, None, done))
        done.setFocus()

    def _compare(self) -> None:
        self.accept()
        self.comparing.emit()


def _against(verdict: Verdict) -> list[str]:
    """What the checkpoint from outside told."""
    against, since = verdict.against, verdict.since
    if against is None or not against.holds:
        return []
    return since_words(since) if since is not None else ["It agrees with the checkpoint that was given."]
