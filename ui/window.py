"""The main window: menus, toolbar, pages, banner, the strip of work under way, and how it all closes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit import edits
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from evidencekit.model import Status
from ui.actions import MENUS, TABLE, Actions
from ui.advice import in_the_app
from ui.ahead import Ahead
from ui.background import Background
from ui.desk import Desk
from ui.dragging import dragged_items
from ui.elsewhere import Elsewhere
from ui.pages import PAGES, Page, Sidebar
from ui.parts import Changes, Part
from ui.reveal import reveal
from ui.session import Session
from ui.settings import MODES, SCALES, Recent, Settings, now
from ui.summary import Summary, spoken, summarise
from ui.theme import Mode, Theme
from ui.toolbar import MainBar
from ui.views.background import BackgroundButton
from ui.views.sealed import SealButton
from ui.views.start import StartView
from ui.views.workstrip import WorkStrip
from ui.widgets import Banner, button, label

if TYPE_CHECKING:
    from ui.dialogs.status import LastingDialog


class Window(QMainWindow):
    """Shows the start screen, or the open case's pages, beginning with ``first_page``. ``desk`` is what every view is
    given; ``leaving`` says that the window is being closed."""

    leaving = Signal()

    def __init__(self, session: Session, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("EvidenceKit")
        self.actions_made = Actions(theme)
        self.background = Background(session, settings)
        say, ask_now = self.statusBar().showMessage, self.background.ask
        self.desk = Desk(session, theme, self.actions_made, settings, self.show_page, self.show_item, say, ask_now)
        self.session, self.theme, self.settings = session, theme, settings
        self.elsewhere = Elsewhere(self.desk, self)
        self.summary = Summary()
        self.views: dict[str, QWidget] = {}
        self.first_page = "items"
        self._leaving = False
        self.question: LastingDialog | None = None
        self._build()
        self._build_menus()
        self.toolbar = MainBar(self.theme, self.actions_made)
        self.search = self.toolbar.search
        self.addToolBar(self.toolbar)
        self._connect()
        from ui.intake import Intake

        self.intake = Intake(self.desk, self)
        self._restore()
        self._update_state()
        self.ahead = Ahead(session, self.view)

    # What is there

    def _build(self) -> None:
        self.banner = Banner(self.theme)
        self.banner.add(button("Every fault", self._show_faults, tip="Show every fault found"))
        self.start = StartView(self.desk)
        self.sidebar = Sidebar(self.theme)
        self.sidebar.chosen.connect(self.show_page)
        self.sidebar.dropped.connect(self._add_dropped)
        self.pages = QStackedWidget()
        inside = QWidget()
        beside = QHBoxLayout(inside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.sidebar)
        beside.addWidget(self.pages, 1)
        self.whole = QStackedWidget()
        self.whole.addWidget(self.start)
        self.whole.addWidget(inside)
        self.strip = WorkStrip(self.theme)
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.whole, 1)
        layout.addWidget(self.strip)
        self.setCentralWidget(holder)
        self.behind = BackgroundButton(self.background, self.desk, self)
        self.statusBar().addPermanentWidget(self.behind)
        self.seal = SealButton(self.desk, self._show_checkpoint)
        self.statusBar().addPermanentWidget(self.seal)
        self.state = label("", "muted", name="State of the case")
        self.statusBar().addPermanentWidget(self.state)

    def _build_menus(self) -> None:
        for title, names in MENUS:
            menu = self.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            for name in names:
                if name:
                    menu.addAction(self.actions_made[name])
                else:
                    menu.addSeparator()
            if title == "&View":
                self._fill_view_menu(menu)
        self.addActions([self.actions_made[spec.id] for spec in TABLE])

    def _fill_view_menu(self, menu: Any) -> None:
        self.page_actions: list[QAction] = []
        for place, page in enumerate(PAGES, start=1):
            action = QAction(page.title, self)
            action.setShortcut(QKeySequence(f"Ctrl+{place}"))
            action.triggered.connect(lambda checked=False, name=page.name: self.show_page(name))
            self.theme.put_icon(action, page.icon)
            menu.addAction(action)
            self.page_actions.append(action)
        menu.addSeparator()
        for title, choices, now_is, choose in (
            ("&Theme", [(text, mode) for mode, text in MODES.items()], self.settings.mode, self._choose_mode),
            ("Text &size", [(f"{each:.0%}", each) for each in SCALES], self.settings.scale, self._choose_scale),
        ):
            sub, group = menu.addMenu(title), QActionGroup(self)
            for text, value in choices:
                action = QAction(text, self)
                action.setCheckable(True)
                action.setChecked(value == now_is)
                action.triggered.connect(lambda checked=False, on=choose, value=value: on(value))
                group.addAction(action)
                sub.addAction(action)

    # What happens

    def _connect(self) -> None:
        session, actions = self.session, self.actions_made
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.distrusted.connect(self._warn)
        session.state_changed.connect(self._update_state)
        session.working.connect(self.strip.follow)
        session.tasks.trouble.connect(self.trouble)
        session.refused.connect(self._keep_acting)
        session.undo.canUndoChanged.connect(lambda can: actions.update(can_undo=can))
        session.undo.canRedoChanged.connect(lambda can: actions.update(can_redo=can))
        session.undo.undoTextChanged.connect(partial(self._name_undo, "edit.undo", "&Undo"))
        session.undo.redoTextChanged.connect(partial(self._name_undo, "edit.redo", "&Redo"))
        self.search.textChanged.connect(self._searched)
        handlers: dict[str, Callable[[], Any]] = {
            "case.new": self.new_case,
            "case.open": self.choose_case,
            "case.sample": self.start.try_sample,
            "case.close": self.session.close,
            "case.rebuild": self.elsewhere.rebuild,
            "custody.other": self.elsewhere.verify,
            "case.reveal": lambda: reveal(self.session.open_case.folder),
            "app.quit": self.close,
            "app.people": self._people,
            "app.settings": self._settings,
            "edit.undo": session.undo.undo,
            "edit.redo": session.undo.redo,
            "edit.search": self._find,
            "work.background": self.behind.show_panel,
            "help.guide": self._guide,
            "help.about": self._about,
        }
        for name, handler in handlers.items():
            actions.on(name, handler)
        for page in PAGES:
            for name in page.actions:
                actions.on(name, partial(self._dispatch, page, name))

    def _dispatch(self, page: Page, name: str) -> None:
        """Have the page in view do an action where it can, else the page that owns it, which is shown where the action
        belongs to it alone."""
        here = getattr(self.pages.currentWidget(), "handlers", {})
        if name in here:
            here[name]()
            return
        if name not in page.anywhere:
            self.show_page(page.name)
        self.view(page.name).handlers[name]()  # type: ignore[attr-defined]  # every page's view has them

    def view(self, name: str) -> QWidget:
        """The view of a page, made when it is first wanted."""
        if name not in self.views:
            page = next(each for each in PAGES if each.name == name)
            self.views[name] = page.make(self.desk, self.pages)
            self.pages.addWidget(self.views[name])
        return self.views[name]

    def show_page(self, name: str) -> None:
        """Go to a page of the open case."""
        if self.session.case is None:
            return
        view, focus = self.view(name), QApplication.focusWidget()
        left = focus is None or self.pages.isAncestorOf(focus) or self.start.isAncestorOf(focus)
        changed = self.pages.currentWidget() is not view or not self.pages.isVisible()
        self.pages.setCurrentWidget(view)
        self.sidebar.mark(name)
        self.actions_made.update(page=name)
        if left and changed:
            getattr(view, "list", view).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_item(self, number: str) -> None:
        """Show an item on the items page."""
        self.show_page("items")
        self.view("items").show_item(number)  # type: ignore[attr-defined]

    def _add_dropped(self, data: QMimeData) -> None:
        """Items let go on the word Exhibits: one draft each."""
        numbers = dragged_items(data, self.session.case)
        if numbers and self.session.writable:
            groups = [[number] for number in numbers]
            self.session.edit("Add to exhibits", lambda case: edits.add_drafts(case, groups=groups), [Part.EXHIBITS])

    def _show_faults(self) -> None:
        self.show_page("custody")
        self.view("custody").show_faults()  # type: ignore[attr-defined]

    def _show_checkpoint(self) -> None:
        self.show_page("custody")
        self.view("custody").show_checkpoint()  # type: ignore[attr-defined]

    def _find(self) -> None:
        self.show_page("items")
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _searched(self, words: str) -> None:
        if self.session.case is not None:
            self.show_page("items")
            self.view("items").search(words)  # type: ignore[attr-defined]

    def _opened(self) -> None:
        case = self.session.open_case
        self.setWindowTitle(shown(f"{case.info.number} · {case.info.caption} – EvidenceKit"))
        self.search.clear()
        self.show_page(self.first_page)
        self.whole.setCurrentIndex(1)
        if self.session.read_only:
            self._warn()
        self.refresh_summary()
        for note in case.notes:
            self.statusBar().showMessage(shown(in_the_app(note)), 15000)

    def _warn(self) -> None:
        """Say across the window that the case fails its checks."""
        case = self.session.open_case
        first = case.findings[0].message if case.findings else ""
        more = f" And {len(case.findings) - 1} more." if len(case.findings) > 1 else ""
        self.banner.say(
            f"This case fails its checks and is open read-only: nothing in it can be changed. {first}{more}", "bad"
        )

    def _closed(self) -> None:
        self.banner.hide()
        self.whole.setCurrentIndex(0)
        self.setWindowTitle("EvidenceKit")
        self.summary = Summary()
        self.sidebar.tell({})
        self.actions_made.update(page="", items=0, drafts=0, live=0, any_draft=False, any_exhibit=False)
        self.start.refresh()

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.ITEMS, Part.WORDS, Part.EXHIBITS):
            self.refresh_summary()

    def refresh_summary(self) -> None:
        """Count again what the sidebar, the status bar and the recent cases say."""

        def come(summary: Summary) -> None:
            self.summary = summary
            self.sidebar.tell({"items": summary.counts.items, "exhibits": len(summary.live) + len(summary.drafts)})
            self.actions_made.update(
                any_draft=bool(summary.drafts),
                any_exhibit=any(each.status is not Status.WITHDRAWN for each in summary.live),
            )
            self._remember()
            self._update_state()

        self.session.read(summarise, come, key="summary")

    def _remember(self) -> None:
        case = self.session.open_case
        counts = self.summary.counts
        self.settings.remember(
            Recent(
                str(case.folder.absolute()),
                case.info.number,
                case.info.caption,
                now(),
                counts.items,
                len(self.summary.live),
                counts.undated,
                not self.session.read_only,
                tuple((kind.value, many) for kind, many in counts.by_kind.items()),
            )
        )

    def _update_state(self) -> None:
        session, opened = self.session, self.session.case is not None
        self.actions_made.update(opened=opened, writable=session.writable, busy=session.work is not None)
        for action in self.page_actions:
            action.setEnabled(opened)
        self.search.setEnabled(opened)
        if not opened:
            self.state.setText("")
            return
        parts = spoken(self.summary)
        parts.append("read-only" if session.read_only else f"acting: {session.actor}")
        self.state.setText(shown(" · ".join(parts)))

    def _name_undo(self, name: str, verb: str, text: str) -> None:
        self.actions_made[name].setText(f"{verb} {text}".strip())

    def trouble(self, error: BaseException) -> None:
        """Say what happened and what to do."""
        from ui.dialogs.trouble import TroubleDialog

        TroubleDialog(error, self.theme, self).open()

    # Cases

    def new_case(self) -> None:
        """Ask for a new case's particulars and start it."""
        from ui.dialogs.new_case import NewCaseDialog

        dialog = NewCaseDialog(self.desk, self)
        if dialog.exec():
            self.session.create(dialog.folder, dialog.info)

    def choose_case(self) -> None:
        """Ask for a case folder and open it."""
        folder = QFileDialog.getExistingDirectory(self, "Open a case folder", str(Path.home()))
        if folder:
            self.open_case(Path(folder))

    def open_case(self, folder: Path) -> None:
        """Open the case in a folder; what cannot be opened is said in a dialog."""
        self.session.open(folder)

    # Settings and help

    def _choose_mode(self, mode: Mode) -> None:
        self.settings.mode = mode
        self.theme.choose(mode, self.theme.scale)

    def _choose_scale(self, scale: float) -> None:
        self.settings.scale = scale
        self.theme.choose(self.theme.mode, scale)

    def _settings(self) -> None:
        from ui.dialogs.settings import SettingsDialog

        SettingsDialog(self.desk, self).exec()
        self._update_state()

    def _people(self) -> None:
        from ui.dialogs.people import PeopleDialog

        def acts(actor: str) -> None:
            self.settings.identity = actor
            self.session.act_as(actor)

        self.people = PeopleDialog(self.desk, acts, self)
        self.people.open()

    def _keep_acting(self, actor: str) -> None:
        """Another person could not act here after all."""
        try:
            self.settings.identity = actor
        except EvidenceKitError as error:
            self.session.tasks.trouble.emit(error)

    def _guide(self) -> None:
        from ui.dialogs.guide import GuideDialog

        self.guide = GuideDialog(self.theme, self)
        self.guide.show()

    def _about(self) -> None:
        from ui.dialogs.about import AboutDialog

        AboutDialog(self.theme, self).exec()

    # Closing

    def _restore(self) -> None:
        self.resize(1280, 800)
        self.restoreGeometry(QByteArray.fromHex(self.settings.get("geometry").encode()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 — Qt's name
        """Close when all is kept: work under way is asked about, stopped and waited for."""
        if self._leaving:
            event.accept()
            return
        event.ignore()
        if self.session.work is not None:
            self._ask_to_stop(shown(self.session.work.name))
        else:
            self.leave()

    def _ask_to_stop(self, name: str) -> None:
        """Ask without waiting here: while the window is being closed it cannot be closed by anything else."""
        from ui.dialogs.status import LastingDialog

        if self.question is not None:
            return
        meaning = f"“{name}” is not finished. Nothing half-done is kept, and nothing that is kept is lost."
        self.question = LastingDialog(
            "Stop it and close?", meaning, "Stop and close", self.theme, self, keep="Keep working", danger=True
        )
        self.question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.question.accepted.connect(self.leave)
        self.question.finished.connect(self._asked)
        self.question.open()

    def _asked(self) -> None:
        self.question = None

    def leave(self) -> None:
        """Stop work under way, keep everything that was asked for, then close the window."""
        self.leaving.emit()
        if self.session.work is not None:
            self.session.work.ended.connect(self.leave)
            self.session.work.cancel()
            return
        self.settings.put("geometry", self.saveGeometry().toHex().toStdString())
        self.session.close(self._left)

    def _left(self) -> None:
        if self.session.case is not None or self.session.work is not None:  # one was on its way meanwhile
            self.leave()
            return
        self._leaving = True
        self.close()
