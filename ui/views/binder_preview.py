"""The right side of the binder page: a built binder to look at, print, show in its folder and copy."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.binder.earlier import BoundIn, EarlierBinder
from evidencekit.binder.words import clock
from evidencekit.custody.names import shown
from evidencekit.model import Preview
from ui.desk import Desk
from ui.views.binder_state import many
from ui.views.viewer import PageList
from ui.widgets import Banner, Empty, button, label, row, shown_lines

_NAMED = 8
Deed = Callable[[EarlierBinder], None]


class PreviewPanel(QWidget):
    """Shows one binder, a volume at a time, with its exhibits to jump to."""

    def __init__(self, desk: Desk, printing: Deed, reveal: Deed, copying: Deed) -> None:
        super().__init__()
        self.desk = desk
        self.binder: EarlierBinder | None = None
        self.notes_of: Path | None = None  # the binder whose notes are opened when it is shown: it was just built
        self._exhibits: list[BoundIn] = []
        self._following = False
        self._make(printing, reveal, copying)
        self._lay_out()
        self.show_binder(None)

    def _make(self, printing: Deed, reveal: Deed, copying: Deed) -> None:
        def doing(deed: Deed) -> Callable[[], None]:
            return lambda: deed(self.binder) if self.binder is not None else None

        self.title = label("", "heading", wrap=True, name="The binder shown")
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.volume = QComboBox()
        self.volume.setAccessibleName("Volume")
        self.volume.currentIndexChanged.connect(self._show_volume)
        self.notes_button = button("", self._fold, tip="Show what was noted when it was built")
        self.notes_button.setCheckable(True)
        self.print_button = button("Print…", doing(printing), tip="Hand the binder to a printer")
        self.reveal_button = button("Show in folder", doing(reveal), tip="Show the binder's folder in the file manager")
        self.copy_button = button("Save a copy…", doing(copying), tip="Copy the binder's folder, with its native files")
        for made, icon in (
            (self.print_button, "printer"),
            (self.reveal_button, "folder"),
            (self.copy_button, "save"),
            (self.notes_button, "sticky-note"),
        ):
            self.desk.theme.put_icon(made, icon)
        self.notice = Banner(self.desk.theme)
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setAccessibleName("Notes of the building")
        self.notes.hide()
        self.outline = QListWidget()
        self.outline.setAccessibleName("Exhibits of the binder")
        self.outline.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.outline.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.outline.setUniformItemSizes(True)
        self.outline.setSpacing(self.desk.theme.px(2))
        self.outline.currentItemChanged.connect(self._jump)
        self.pages = PageList(self.desk)
        self.pages.page_changed.connect(self._follow)
        self.desk.session.closed.connect(lambda: self.show_binder(None))

    def _lay_out(self) -> None:
        px = self.desk.theme.px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget(self)
        outer.addWidget(self.stack)
        bar = QFrame()
        bar.setObjectName("bar")
        head = QVBoxLayout(bar)
        head.setContentsMargins(px(12), px(8), px(12), px(8))
        head.setSpacing(px(6))
        head.addWidget(row(self.title, self.notes_button, self.volume))
        head.addWidget(row(self.print_button, self.reveal_button, self.copy_button, None))
        whole = QWidget(self.stack)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for each in (bar, self.notice, self.notes):
            layout.addWidget(each)
        self.split = QSplitter(Qt.Orientation.Horizontal, whole)
        layout.addWidget(self.split, 1)
        self.split.addWidget(self.outline)
        self.split.addWidget(self.pages)
        self.split.setSizes([px(210), px(620)])
        self.split.setStretchFactor(1, 1)
        self.split.setChildrenCollapsible(False)
        self.nothing = Empty(
            self.desk.theme,
            "book-open",
            "No binder yet",
            "Choose the court profile and the paper, look at what is listed under “To look at”, then build. "
            "The finished binder is shown here.",
        )
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(whole)

    # What is shown

    def show_binder(self, binder: EarlierBinder | None) -> None:
        """Show a binder, or none."""
        was, self.binder = self.binder, binder
        self.stack.setCurrentIndex(0 if binder is None else 1)
        if binder is None:
            self.pages.clear()
            return
        case = self.desk.session.open_case
        when = clock(binder.built, case.info.timezone) if binder.built else binder.folder.name
        self.title.setText(shown(f"Built {when} · {many(binder.pages, 'page')}"))
        self._say_changes(binder)
        self._tell_notes(binder)
        if was is not None and (was.folder, was.built) == (binder.folder, binder.built):
            return
        self.volume.blockSignals(True)
        self.volume.clear()
        for number, volume in enumerate(binder.volumes, start=1):
            self.volume.addItem(f"Volume {number} ({many(volume.pages, 'page')})")
        self.volume.blockSignals(False)
        self.volume.setVisible(len(binder.volumes) > 1)
        self._fill_outline(binder)
        self._show_volume()

    def _say_changes(self, binder: EarlierBinder) -> None:
        if binder.current:
            self.notice.hide()
        elif binder.moved:
            self.notice.say("The exhibits stand in another order than when this was built.", "warn")
        else:
            named = ", ".join(binder.changed[:_NAMED])
            more = f" and {len(binder.changed) - _NAMED} more" if len(binder.changed) > _NAMED else ""
            self.notice.say(f"Exhibits changed since this was built: {named}{more}. Build again to print them.", "warn")

    def _tell_notes(self, binder: EarlierBinder) -> None:
        count = len(binder.warnings)
        self.notes.setPlainText(shown_lines("\n".join(binder.warnings)))
        self.notes_button.setText(many(count, "note"))
        self.notes_button.setVisible(count > 0)
        fresh, self.notes_of = self.notes_of == binder.folder, None
        self.notes_button.setChecked(count > 0 and (fresh or self.notes_button.isChecked()))
        self._fold()

    def _fold(self) -> None:
        """Open or close the notes, as high as they need to be and no higher than a quarter of the page."""
        lines = 2 * len(self.binder.warnings) if self.binder else 0
        height = self.notes.fontMetrics().lineSpacing() * lines + self.desk.theme.px(16)
        self.notes.setFixedHeight(min(height, max(self.height() // 4, self.desk.theme.px(90))))
        self.notes.setVisible(self.notes_button.isChecked() and lines > 0)

    def _fill_outline(self, binder: EarlierBinder) -> None:
        several = len(binder.volumes) > 1
        self._exhibits = [each for each in binder.exhibits if each.first_page is not None]
        self.outline.blockSignals(True)
        self.outline.clear()
        for each in self._exhibits:
            where = f"volume {each.volume}, page {each.first_page}" if several else f"page {each.first_page}"
            entry = QListWidgetItem(shown(f"{each.label}   {each.title}"))
            entry.setData(Qt.ItemDataRole.UserRole, each)
            entry.setData(Qt.ItemDataRole.AccessibleTextRole, shown(f"Exhibit {each.label}, {each.title}, {where}"))
            entry.setToolTip(where)
            self.outline.addItem(entry)
        self.outline.blockSignals(False)

    def _show_volume(self) -> None:
        binder, place = self.binder, max(0, self.volume.currentIndex())
        if binder is None or place >= len(binder.volumes):
            self.pages.clear()
            return
        volume = binder.volumes[place]

        def ask(page: int, width: int) -> Future[Preview]:
            previews = self.desk.session.previews
            if previews is None:
                gone: Future[Preview] = Future()
                gone.cancel()
                return gone
            return previews.pdf_page(volume.path, page, width)

        self.pages.show_source(ask, volume.pages, name=f"Pages of the binder, volume {place + 1}")
        self._follow(0)

    # Jumping

    def _jump(self, entry: QListWidgetItem | None) -> None:
        if entry is None or self._following:
            return
        exhibit: BoundIn = entry.data(Qt.ItemDataRole.UserRole)
        place = (exhibit.volume or 1) - 1
        if place != self.volume.currentIndex():
            self._following = True
            self.volume.setCurrentIndex(place)
            self._following = False
        self.pages.go_to((exhibit.first_page or 1) - 1)

    def _follow(self, page: int) -> None:
        """Mark the exhibit that the page in view belongs to."""
        if self._following:
            return
        volume = self.volume.currentIndex() + 1
        before = [
            place
            for place, each in enumerate(self._exhibits)
            if each.volume == volume and each.first_page is not None and each.first_page <= page + 1
        ]
        self._following = True
        self.outline.setCurrentRow(before[-1] if before else -1)
        self._following = False
