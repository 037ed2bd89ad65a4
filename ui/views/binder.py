"""The binder page: choose, see how large it will be, build, look at it, print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.binder.earlier import EarlierBinder
from evidencekit.binder.remarks import Remark
from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.errors import Cancelled, EvidenceKitError
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from ui.choices import chosen
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.views.binder_choices import ChoicesPanel
from ui.views.binder_count import Counter
from ui.views.binder_preview import PreviewPanel
from ui.views.binder_state import BinderState, load_state
from ui.widgets import Empty, button

if TYPE_CHECKING:
    from evidencekit.binder.build import Built
    from evidencekit.binder.estimate import Estimate


class BinderView(QWidget):
    """The binder page; ``handlers`` do the actions that it owns."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.handlers: dict[str, Callable[[], Any]] = {"binder.build": self.build}
        self.state: BinderState | None = None
        self.estimate: Estimate | None = None
        self._stale = True
        self._wanted_folder: object = None
        self.counter = Counter(desk.session, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.pages = QStackedWidget(self)
        layout.addWidget(self.pages)
        self.split = QSplitter(Qt.Orientation.Horizontal, self.pages)
        self.pages.addWidget(self.split)
        self.choices = ChoicesPanel(desk)
        self.split.addWidget(self.choices)
        self.preview = PreviewPanel(desk, self._print, self._reveal, self._copy)
        self.split.addWidget(self.preview)
        self.nothing = Empty(
            desk.theme,
            "bookmark",
            "No exhibit is marked yet",
            "A binder holds the exhibits that have a label. Put items in the exhibit list, mark them, and come back.",
            [button("Go to Exhibits", lambda: desk.show_page("exhibits"), primary=True)],
        )
        self.split.setSizes([desk.theme.px(400), desk.theme.px(860)])
        self.split.setStretchFactor(1, 1)
        self.split.setChildrenCollapsible(False)
        self.pages.addWidget(self.nothing)
        self._connect()
        if desk.session.case is not None:
            self._opened()

    def _connect(self) -> None:
        session = self.desk.session
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._work_changed)
        self.choices.chose.connect(self._choose)
        self.choices.wanted.connect(self._go)
        self.choices.picked.connect(self.preview.show_binder)
        self.counter.came.connect(self._counted)
        self.counter.moved.connect(self.choices.show_progress)
        self.counter.lost.connect(self._lost)

    # What is there

    def _opened(self) -> None:
        self.estimate = None
        self.choices.show_estimate(None, 0)
        self._refresh()

    def _closed(self) -> None:
        self.state = self.estimate = None
        self._stale = True

    def _changed(self, changes: Changes) -> None:
        del changes  # a name, a time, a note of custody: all of it is printed somewhere
        self._refresh()

    def _refresh(self) -> None:
        usual = self.desk.settings.paper
        self.desk.session.read(lambda case: load_state(case, usual), self._loaded, key="binder")

    def _loaded(self, state: BinderState) -> None:
        self.state, self._stale = state, True
        empty = not state.exhibits and not state.earlier
        self.pages.setCurrentWidget(self.nothing if empty else self.split)
        self.choices.show_state(state, self.desk.session.open_case.info.timezone)
        if self._wanted_folder is not None:
            self.choices.pick(self._wanted_folder)
            self._wanted_folder = None
        self._work_changed()

    def _work_changed(self) -> None:
        """Count when there is something to count, and nothing else is under way."""
        session, state = self.desk.session, self.state
        self.choices.allow(session.writable)
        if session.case is None or state is None:
            return
        if session.read_only:
            self.counter.stop()
            self.choices.show_estimate(None, state.exhibits)
            self.choices.say("This case is open read-only: earlier binders can be looked at, and nothing can be built.")
        elif not state.exhibits:
            self.choices.show_estimate(None, 0)
            self.choices.say("No exhibit is marked that could be printed.")
        elif session.work is None and self._stale and self.isVisible():
            self._stale = False
            if self.estimate is None:
                self.choices.show_estimate(None, state.exhibits)
            self.choices.show_progress(0, 0, "Counting the pages")
            self.counter.count(state.profile, state.paper)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        self._work_changed()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 — Qt's name
        super().hideEvent(event)
        if self.counter.running and not event.spontaneous():  # the window may only have been made small
            self._stale = True
            self.counter.stop()

    # Counting

    def _counted(self, found: Estimate) -> None:
        self.estimate = found
        self.choices.show_estimate(found, len(found.exhibits))
        if found.exact:
            self.choices.say("Exact, with cover, index and custody record.")

    def _lost(self, error: BaseException) -> None:
        self.choices.say(f"{error.what} {error.todo}" if isinstance(error, EvidenceKitError) else str(error))

    # What a person does

    def _choose(self, name: str, paper: PaperName) -> None:
        def keep(case: Case) -> None:
            from evidencekit.catalog import set_preference

            with case.catalog.write() as connection:
                set_preference(connection, "profile", name)
                set_preference(connection, "paper", paper.value)

        session = self.desk.session
        changes = Changes(frozenset({Part.CHOICES}))
        session.edit("the binder's choices", keep, [Part.CHOICES], lambda _: session.changed.emit(changes))

    def _go(self, remark: Remark) -> None:
        if remark.item:
            self.desk.show_item(remark.item)
        else:
            self.desk.show_page("exhibits")

    def build(self) -> None:
        """Build the binder as chosen; counting stops first, for both render into the same places."""
        self._stale = True
        self.counter.stop(self._build)

    def _build(self) -> None:
        session, usual = self.desk.session, self.desk.settings.paper
        if not session.writable:
            return

        def building(case: Case, job: Job) -> Built:
            from evidencekit.binder.build import build_binder

            profile, paper = chosen(case, usual)
            return build_binder(case, None, profile, paper, job)

        session.act("Building the binder", building, [Part.EXHIBITS], self._built, self._failed)

    def _built(self, built: Built) -> None:
        if self.desk.session.case is None:
            return
        self._wanted_folder = built.folder
        self.preview.notes_of = built.folder
        pages = sum(volume["pages"] for volume in built.record["volumes"])
        noted = f", {len(built.warnings)} notes" if built.warnings else ""
        self.desk.say(f"The binder is built: {pages:,} pages{noted}.")

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            self.desk.say("Building was stopped; nothing of it was left behind.")
        else:
            self.desk.session.tasks.trouble.emit(error)
        self._work_changed()

    def _print(self, binder: EarlierBinder) -> None:
        from ui.dialogs.printing import ask_and_print

        ask_and_print(self.desk, binder, self.window())

    def _reveal(self, binder: EarlierBinder) -> None:
        from ui.reveal import reveal

        reveal(binder.folder)

    def _copy(self, binder: EarlierBinder) -> None:
        into = QFileDialog.getExistingDirectory(self, "Save a copy of the binder in this folder")
        if not into:
            return

        def copying(case: Case, job: Job) -> Path:
            from evidencekit.binder.copying import copy_binder

            return copy_binder(case, binder.folder, Path(into), job)

        session = self.desk.session
        session.act("Saving a copy of the binder", copying, [], lambda copy: self.desk.say(shown(f"Saved as {copy}")))
