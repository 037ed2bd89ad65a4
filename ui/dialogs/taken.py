"""What came of a hand-over: how many came in, what was refused, what repeats, what needs a person's eye."""

from __future__ import annotations

import html
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QSizePolicy, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from evidencekit.custody.names import shown
from evidencekit.intake import Taken
from ui.desk import Desk
from ui.theme import Theme
from ui.widgets import button, framed, label, row

_LISTED = 500  # entries of one kind; copying gives all


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of remark: its ``title`` without the count, what it means, and (what, why) for each."""

    title: str
    meaning: str
    icon: str
    role: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a hand-over, in words."""

    acquisition: int
    heading: str
    parts: tuple[Part, ...]

    def text(self) -> str:
        """All of it, to be copied."""
        lines = [self.heading]
        for part in self.parts:
            lines += ["", f"{part.title} ({len(part.entries):,})"]
            lines += [" · ".join(each for each in entry if each) for entry in part.entries]
        return "\n".join(lines) + "\n"


def outcome(taken: Taken) -> Outcome:
    """What a person should know of what was taken in; parts that hold nothing are left out."""
    named = {each.number: f"{each.number}  {shown(each.name)}" for each in taken.items}
    refused = tuple((shown(each.path), shown(each.why)) for each in taken.refused)
    repeats = tuple(
        (named[each.number], f"same content as {each.duplicate_of}") for each in taken.items if each.duplicate_of
    )
    warned = tuple(
        (named[number], shown(" ".join(reading.warnings)))
        for number, reading in taken.readings.items()
        if reading.warnings
    )
    undated = tuple((named[number], "") for number, reading in taken.readings.items() if not reading.moments)
    many = len(taken.items)
    inside = sum(1 for each in taken.items if each.parent)
    heading = "1 item came in" if many == 1 else f"{many:,} items came in" if many else "Nothing could be taken in"
    if inside:
        heading += f", {inside:,} of them from inside others"
    parts = (
        Part("Refused", "Not taken in; the refusal is kept in the record.", "ban", "bad", refused),
        Part("With warnings", "Kept unchanged; something could not be read.", "triangle-alert", "warn", warned),
        Part("Repeat another item", "Same content; kept once, both listed.", "copy-check", "muted", repeats),
        Part("Need a date", "No time was found in them: say when they happened.", "calendar-x", "muted", undated),
    )
    return Outcome(taken.acquisition, heading, tuple(part for part in parts if part.entries))


class TakenDialog(QDialog):
    """Shows the outcome; accepted when a person wants to see the items."""

    def __init__(self, desk: Desk, result: Outcome, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result, self._theme = result, desk.theme
        px = desk.theme.px
        self.setWindowTitle(f"Hand-over {result.acquisition}")
        self.setMinimumWidth(px(620))
        self.heading = label(result.heading, "title", wrap=True, name="What came in")
        self.under = label(self._summary(), "muted", wrap=True, select=True, name="Summary")
        self.list = self._tree()
        self.list.setVisible(bool(result.parts))
        copy = button("Copy all", self._copy, tip="Copy the whole result as text")
        show = button("Show these items", self.accept, primary=True, tip="List the items of this hand-over")
        show.setDefault(True)
        show.setVisible("Nothing" not in result.heading)
        close = button("Close", self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        for each in (_headed(desk.theme, "circle-check", "good", self.heading), self.under, self.list):
            layout.addWidget(each)
        layout.addWidget(row(copy, None, close, show))
        self.resize(px(700), px(480 if result.parts else 180))
        (show if show.isVisibleTo(self) else close).setFocus()

    def _summary(self) -> str:
        parts = self._result.parts
        if not parts:
            return "Nothing was refused, nothing repeats, and every item has a date."
        return " · ".join(f"{len(part.entries):,} {part.title.lower()}" for part in parts)

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        framed(self._theme, tree)
        tree.setAccessibleName("What there is to know")
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for part in self._result.parts:
            top = QTreeWidgetItem([f"{part.title} ({len(part.entries):,})", part.meaning])
            top.setIcon(0, self._theme.icon(part.icon, part.role))
            font = self._theme.font()
            font.setBold(True)
            top.setFont(0, font)
            top.setForeground(1, self._theme.colour("muted"))
            tree.addTopLevelItem(top)
            for entry in part.entries[:_LISTED]:
                below = QTreeWidgetItem(list(entry))
                for place, text in enumerate(entry):
                    below.setToolTip(place, f"<p>{html.escape(text)}</p>")  # plain text could be taken for markup
                top.addChild(below)
            if len(part.entries) > _LISTED:
                rest = f"… and {len(part.entries) - _LISTED:,} more; Copy all gives every one"
                top.addChild(QTreeWidgetItem([rest, ""]))
            top.setExpanded(part.role in ("bad", "warn"))
        tree.setColumnWidth(0, self._theme.px(300))
        copying = QAction("Copy", tree)
        copying.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copying.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copying.triggered.connect(self._copy_chosen)
        tree.addAction(copying)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return tree

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._result.text())

    def _copy_chosen(self) -> None:
        lines = [
            " · ".join(part for part in (each.text(0), each.text(1)) if part) for each in self.list.selectedItems()
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))


class StoppedDialog(QDialog):
    """Says that a cancelled intake took nothing in; accepted when a person wants to try it again."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Intake was stopped")
        self.heading = label("Nothing was taken in", "title", name="What happened")
        words = "You stopped it before it was kept. The files lie unchanged where they were, and no number was used."
        again = button("Take them in after all…", self.accept)
        close = button("Close", self.reject, primary=True)
        close.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(each) for each in (20, 18, 20, 16)))
        layout.setSpacing(theme.px(10))
        layout.addWidget(_headed(theme, "info", "muted", self.heading))
        layout.addWidget(label(words, wrap=True))
        layout.addWidget(row(again, None, close))
        self.setMinimumWidth(theme.px(460))
        close.setFocus()


def _headed(theme: Theme, icon: str, role: str, heading: QLabel) -> QWidget:
    picture = QLabel()
    picture.setPixmap(theme.pixmap(icon, 26, role))
    picture.setFixedWidth(theme.px(34))
    heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return row(picture, heading)
