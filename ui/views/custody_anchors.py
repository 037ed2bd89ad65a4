"""Time-stamps of the record by an authority outside the office: requests that wait, and replies that were taken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.casefile.anchoring import (
    Anchor,
    Asked,
    add_anchor,
    anchors_of,
    how_to_check,
    how_to_send,
    read_reply_file,
    read_roots_file,
    request_anchor,
)
from evidencekit.custody.names import shown
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.ledger import clock
from ui.models.lines import Line, Look
from ui.parts import Changes, Part
from ui.views.lines import LinesView
from ui.views.written import file_name
from ui.widgets import Elided, Empty, Snug, button, label, row, shown_lines

_REPLIES = "Replies of an authority (*.tsr);;All files (*)"
_ROOTS = "Certificates (*.pem *.crt *.cer);;All files (*)"


class AnchorsView(QWidget):
    """``dialog`` is what is told or asked at the moment."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.dialog: QDialog | None = None
        self.known: tuple[Anchor, ...] = ()
        px = desk.theme.px
        self.state = Elided("", "muted")
        self.ask_it = button("Make a request…", self.request, tip="Seal, and save a file that an authority stamps")
        self.add_it = button("Add a reply…", self.add, tip="Check the authority’s reply and keep it")
        self.check_it = button("How to check", self.tell_how, tip="How an expert checks the chosen one by hand")
        self.list = LinesView(desk.theme, "Time-stamps", first=168, last=140)
        self.empty = Empty(
            desk.theme,
            "anchor",
            "No time-stamp was asked for yet",
            "A time-stamp authority signs that the record stood so on that day. The request is a small file that holds "
            "a digest and nothing of the case; you send it from any computer and add the reply here.",
            [button("Make a request…", self.request, primary=True)],
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.empty)
        head = row(self.state, self.check_it, self.add_it, self.ask_it)
        head.setContentsMargins(px(14), px(6), px(14), px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self.pages, 1)
        session = desk.session
        session.opened.connect(self.refresh)
        session.closed.connect(lambda: self._show(((), ())))
        session.changed.connect(self._changed)
        session.state_changed.connect(self._enable)
        self.list.chosen.connect(self._enable)
        self._show(((), ()))
        if session.case is not None:
            self.refresh()

    def refresh(self) -> None:
        """Read the time-stamps again, off the GUI thread."""
        self.desk.session.read(_gather, self._show, key="anchors")

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.LEDGER):
            self.refresh()

    def _show(self, found: tuple[tuple[Anchor, ...], Sequence[Line]]) -> None:
        self.known, lines = found
        self.list.put(lines)
        self.pages.setCurrentWidget(self.list if lines else self.empty)
        waiting = sum(each.line is None for each in self.known)
        told = f"{waiting} waiting for a reply" if waiting else ""
        self.state.put(told)
        self._enable()

    def _enable(self) -> None:
        writable = self.desk.session.writable
        self.ask_it.setEnabled(writable)
        self.add_it.setEnabled(writable and any(each.line is None for each in self.known))
        chosen = self._chosen()
        self.check_it.setEnabled(chosen is not None and chosen.line is not None)

    def _chosen(self) -> Anchor | None:
        line = self.list.current
        if line is None:
            return None
        return next((each for each in self.known if each.asked.covers == line.key), None)

    # What is done

    def request(self) -> None:
        """Ask where the request goes, and save it there."""
        if not self.desk.session.writable:
            return
        name = f"{file_name(f'Time-stamp {self.desk.session.open_case.info.number}')}.tsq"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the request", str(Path.home() / name), "Requests (*.tsq)")
        if chosen:
            path = Path(chosen)
            self.request_to(path if path.suffix else path.with_suffix(".tsq"))

    def request_to(self, path: Path) -> None:
        """Seal what is unsealed and save a request for it."""

        def asking(case: Case, job: Job) -> Asked:
            from evidencekit.printing.output import write_whole

            del job
            case.check_output(path)
            asked = request_anchor(case)
            data = asked.request.read_bytes()

            def write(out: Path) -> None:
                out.write_bytes(data)

            write_whole(path, write)
            return asked

        def asked(found: Asked) -> None:
            steps = how_to_send(path)[:2]
            told = f"It is over the first {found.covers:,} lines of the record.\n\n" + "\n\n".join(steps)
            self._tell("The request is saved", f"{told}\n\nThen choose Add a reply.")

        self.desk.session.act("Making a request", asking, (), asked)

    def add(self) -> None:
        """Ask for the reply, and for the authority's certificate where there is one."""
        reply, _ = QFileDialog.getOpenFileName(self, "The authority’s reply", str(Path.home()), _REPLIES)
        if not reply:
            return
        title = "The authority’s own root certificate, if you have it (Cancel goes on without)"
        roots, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()), _ROOTS)
        self.add_reply(Path(reply), Path(roots) if roots else None)

    def add_reply(self, reply: Path, roots: Path | None) -> None:
        """Check a reply, and keep it when it is right."""

        def adding(case: Case, job: Job) -> Anchor:
            del job
            return add_anchor(case, read_reply_file(reply), read_roots_file(roots) if roots is not None else ())

        def added(anchor: Anchor) -> None:
            zone = self.desk.session.open_case.info.timezone
            when = ", ".join(part for part in clock(anchor.stamped, zone) if part)
            known = (
                "Its certificate leads to the root that you gave."
                if anchor.trusted
                else "Who the authority is was not checked, for no root certificate was given."
            )
            told = f"{anchor.authority} stamped the first {anchor.asked.covers:,} lines on {when}.\n\n{known}"
            self._tell("The time-stamp is kept", told)

        self.desk.session.act("Checking a time-stamp", adding, (), added)

    def tell_how(self) -> None:
        """Say how an expert checks the chosen time-stamp by hand."""
        chosen = self._chosen()
        if chosen is not None:
            self._tell("How to check it by hand", "In the case’s folder:\n\n" + "\n".join(how_to_check(chosen)))

    def _tell(self, title: str, text: str) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = ToldDialog(self.desk, title, text, self)
        self.dialog.open()


class ToldDialog(Snug):
    """Tells something that a person may want to copy."""

    def __init__(self, desk: Desk, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        self.setWindowTitle(title)
        self.setMinimumWidth(px(560))
        self.words = QPlainTextEdit(shown_lines(text))
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(title)
        self.words.setMinimumHeight(px(190))
        done = button("Close", self.accept, primary=True)
        done.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(title, "heading"))
        layout.addWidget(self.words)
        layout.addWidget(row(None, done))
        done.setFocus()


def _gather(case: Case) -> tuple[tuple[Anchor, ...], list[Line]]:
    found = anchors_of(case)
    return found, [_line(each, case.info.timezone) for each in found[::-1]]


def _line(each: Anchor, zone: str) -> Line:
    covers = f"The first {each.asked.covers:,} ledger lines"
    if each.line is None:
        below = "The request is made; its reply was not added yet"
        spoken = f"{covers}, {below}"
        return Line(
            covers, below, "", ("Waiting", ""), ("", ""), False, (), below, spoken, Look.WARN, each.asked.covers
        )
    when = clock(each.stamped, zone)
    authority = shown(each.authority)
    trusted = "root checked" if each.trusted else "root not checked"
    below = f"{authority} · serial {shown(each.serial)}"
    last = (f"ledger line {each.line:,}", trusted)
    spoken = ", ".join((covers, *when, below, *last))
    return Line(
        covers, below, "", when, last, False, (), f"{covers}\n{below}\n{trusted}", spoken, key=each.asked.covers
    )
