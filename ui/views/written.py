"""Where a file goes that a person asked for, and the strip that says what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QProgressBar, QWidget

from evidencekit.casefile import Case
from evidencekit.job import Job
from ui.desk import Desk
from ui.widgets import Elided, button, set_role, tool

_FOLDER = "exports"


class Minded(str):
    """What is in a file, in words that a person must mind before it leaves."""

    __slots__ = ()


class Written(QFrame):
    """Hidden until a file is being written; then it says so, and where it lies when it is done."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("bar")
        self.desk = desk
        self.path: Path | None = None
        px = desk.theme.px
        self.words = Elided()
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(px(120))
        self.bar.setAccessibleName("Writing")
        self.show_it = button("Show in folder", self.reveal)
        self.away = tool(desk.theme, "x", "Put this notice away", self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(14), px(6), px(10), px(6))
        layout.setSpacing(px(10))
        layout.addWidget(self.words, 1)
        for each in (self.bar, self.show_it, self.away):
            layout.addWidget(each)
        desk.session.closed.connect(self.hide)
        self.hide()

    def write(self, path: Path, what: str, writing: Callable[[Case, Job], str]) -> None:
        """Have a file written off the GUI thread; ``writing`` gives back what is in it, in words."""
        self.path = path
        self._say(f"Writing {what} to {path.name}…", "muted", under_way=True)

        def looking(case: Case, job: Job) -> str:
            case.check_output(path)
            return writing(case, job)

        def done(told: str) -> None:
            self._say(f"{told} Written to {path}", "warn" if isinstance(told, Minded) else "good", under_way=False)

        def failed(error: BaseException) -> None:
            self.hide()
            self.desk.session.tasks.trouble.emit(error)

        self.desk.session.study(looking, done, failed=failed)

    def reveal(self) -> None:
        """Show the folder that the file lies in."""
        from ui.reveal import reveal

        if self.path is not None:
            reveal(self.path.parent)

    def _say(self, text: str, role: str, *, under_way: bool) -> None:
        self.words.put(text)
        set_role(self.words, role)
        self.bar.setVisible(under_way)
        self.show_it.setVisible(not under_way)
        self.away.setVisible(not under_way)
        self.show()


def file_name(words: str) -> str:
    """A file name of these words, such as every system takes."""
    return re.sub(r"[^\w.-]+", "_", words).strip("._") or "case"


def ask_path(desk: Desk, title: str, name: str, kinds: Mapping[str, str], parent: QWidget) -> Path | None:
    """Ask where a file is to go; ``kinds`` is suffix → words. The folder is remembered; a name without one of the
    suffixes gets that of the kind chosen."""
    folder = Path(desk.settings.get(_FOLDER) or Path.home())
    filters = {f"{words} (*{suffix})": suffix for suffix, words in kinds.items()}
    chosen, by = QFileDialog.getSaveFileName(parent, title, str(folder / name), ";;".join(filters))
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() not in kinds:
        path = path.with_name(path.name + filters.get(by, next(iter(kinds))))
    desk.settings.put(_FOLDER, str(path.parent))
    return path
