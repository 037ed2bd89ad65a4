"""The panel of work in the background: what is being done, what waits, what failed and why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from ui.background import Background, How, told
from ui.desk import Desk
from ui.theme import Theme
from ui.widgets import Elided, button, framed, label, row, shown_lines, size_within

_MOST = 500  # failures listed
_ABOUT = (
    "Words are looked for in pictures and scanned pages so that you can search for them. You need not wait for it: it "
    "gives way to everything else, can be stopped at any time, and what is done stays. What it finds is a reading aid "
    "and a proposal, never a fact."
)
_KINDS = {"ocr": "Words", "exiftool": "ExifTool", "transcript": "Transcript"}


class BackgroundPanel(QDialog):
    """Stays open beside the window while work goes on."""

    def __init__(self, background: Background, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.background, self.desk = background, desk
        theme = desk.theme
        self.setWindowTitle("Work in the background")
        size_within(self, theme.px(620), theme.px(460))
        self.head = label("", "heading", name="State of the work")
        self.what = Elided("", "muted", name="At the moment")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setFixedHeight(theme.px(6))
        theme.changed.connect(lambda: self.bar.setFixedHeight(theme.px(6)))
        self.left = label("", "muted", wrap=True, name="What waits")
        self.pause = button("Pause", self._pause)
        self.stop = button("Stop", background.stop, tip="End it at once; what is done stays")
        self.itself = QCheckBox("Start by itself when a case is opened or material comes in")
        self.itself.setChecked(desk.settings.background)
        self.itself.toggled.connect(self._by_itself)
        self.failed_head = label("", "strong", name="What failed")
        self.failed = _failed_list(theme)
        self.failed.itemActivated.connect(lambda entry: self._show(entry))
        self.failed.currentItemChanged.connect(lambda: self._fit_buttons())
        self.why = label("", wrap=True, select=True, name="Why it failed")
        self.show_item = button("Show the item", lambda: self._show(self.failed.currentItem()))
        self.again = button("Try again", background.again, tip="Try once more what failed")
        close = button("Close", self.close)
        self._lay_out(theme, close)
        background.changed.connect(self._refresh)
        self._listed: tuple[object, ...] = ()
        self._refresh()

    def _lay_out(self, theme: Theme, close: QPushButton) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(theme.px(10))
        layout.addWidget(self.head)
        layout.addWidget(self.what)
        layout.addWidget(self.bar)
        layout.addWidget(self.left)
        layout.addWidget(row(self.pause, self.stop, None))
        layout.addWidget(self.failed_head)
        layout.addWidget(self.failed, 1)
        layout.addWidget(self.why)
        self.failed_buttons = row(self.show_item, self.again, None)
        layout.addWidget(self.failed_buttons)
        layout.addStretch(0)
        layout.addWidget(label(_ABOUT, "muted", wrap=True))
        layout.addWidget(row(self.itself, None, close))

    def _refresh(self) -> None:
        background = self.background
        running = background.running
        self.head.setText(_head(background))
        doing = background.doing if background.how is How.WORKING else _why(background)
        self.what.put(doing)
        self.what.setVisible(running or bool(doing))
        self.bar.setRange(0, max(1, background.total))
        self.bar.setValue(background.done)
        self.bar.setVisible(running)
        self.left.setText(_left(background))
        on = running and not background.held
        self.pause.setText("Pause" if on else "Continue" if running else "Begin")
        self.pause.setToolTip(
            "Begin nothing more; what is under way is finished" if on else "Do what waits, now and until it is done"
        )
        self.pause.setEnabled(running or background.waiting > 0)
        self.stop.setEnabled(running)
        self._list()
        self._fit_buttons()

    def _list(self) -> None:
        failed = self.background.failed
        if failed != self._listed:
            chosen = self.failed.currentItem()
            self._listed, at = failed, self.failed.indexOfTopLevelItem(chosen) if chosen is not None else 0
            self.failed.clear()
            for each in failed[:_MOST]:
                said = (each.number, each.name, _KINDS.get(each.kind, each.kind))
                entry = QTreeWidgetItem([shown(part) for part in said])
                entry.setData(0, Qt.ItemDataRole.UserRole, each.number)
                entry.setData(1, Qt.ItemDataRole.UserRole, each.why)
                self.failed.addTopLevelItem(entry)
            there = self.failed.topLevelItem(min(at, self.failed.topLevelItemCount() - 1))
            if there is not None:
                self.failed.setCurrentItem(there)
        many = f"{len(failed):,} could not be done" if failed else ""
        self.failed_head.setText(many + (f"; the first {_MOST} are listed" if len(failed) > _MOST else ""))
        for part in (self.failed_head, self.failed, self.why, self.failed_buttons):
            part.setVisible(bool(failed))

    def _fit_buttons(self) -> None:
        entry = self.failed.currentItem()
        self.why.setText(shown_lines(entry.data(1, Qt.ItemDataRole.UserRole)) if entry is not None else "")
        self.show_item.setEnabled(entry is not None)
        self.again.setEnabled(bool(self.background.failed) and not self.background.running)

    def _pause(self) -> None:
        if self.background.running and not self.background.held:
            self.background.pause()
        else:
            self.background.resume()

    def _by_itself(self, wanted: bool) -> None:
        self.desk.settings.background = wanted
        if wanted:
            self.background.look()

    def _show(self, entry: QTreeWidgetItem | None) -> None:
        if entry is not None:
            self.desk.show_item(entry.data(0, Qt.ItemDataRole.UserRole))


class BackgroundButton(QToolButton):
    """Says in the status bar what goes on, and shows the panel; hidden while there is nothing to say."""

    def __init__(self, background: Background, desk: Desk, window: QWidget) -> None:
        super().__init__()
        self._background, self._desk, self._window = background, desk, window
        self.panel: BackgroundPanel | None = None
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Show what goes on in the background")
        self.clicked.connect(lambda checked=False: self.show_panel())
        background.changed.connect(self._tell)
        self.hide()

    def show_panel(self) -> None:
        """Show the panel beside the window."""
        if self.panel is None:
            self.panel = BackgroundPanel(self._background, self._desk, self._window)
        self.panel.show()
        self.panel.raise_()
        self.panel.activateWindow()

    def _tell(self) -> None:
        words = told(self._background)
        self.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


def _failed_list(theme: Theme) -> QTreeWidget:
    made = QTreeWidget()
    made.setColumnCount(3)
    made.setHeaderLabels(["Item", "Name", "Work"])
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setAccessibleName("What failed")
    made.setAllColumnsShowFocus(True)
    framed(theme, made)
    made.header().setStretchLastSection(False)
    made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    for place, wide in ((0, 104), (2, 100)):
        made.header().resizeSection(place, theme.px(wide))
    return made


def _head(background: Background) -> str:
    if background.how in (How.WORKING, How.PAUSED, How.FAILED):
        return told(background)
    return "Work is waiting" if background.waiting else "Nothing is waiting"


def _why(background: Background) -> str:
    if background.error is not None:
        error = background.error
        return f"{error.what} {error.todo}" if isinstance(error, EvidenceKitError) else "Something unforeseen happened."
    if background.how is How.PAUSED:
        return "Paused by you" if background.held else "It goes on when the work in the window is finished"
    return ""


def _left(background: Background) -> str:
    if not background.waiting:
        return "Everything in this case that can be read has been."
    one = background.waiting == 1
    waits = "One piece of work waits" if one else f"{background.waiting:,} pieces of work wait"
    return f"{waits}; the same file received twice is read once."
