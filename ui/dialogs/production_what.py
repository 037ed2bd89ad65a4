"""The second step of a production, what goes, what stays and what is to be decided first; and the last, it is done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from evidencekit.model import Part
from evidencekit.production.produce import Produced
from evidencekit.production.values import Production
from ui.desk import Desk
from ui.models.producing import Key, Told, shortened
from ui.views.details.pieces import Known
from ui.views.details.wording import Line as Fact
from ui.views.lines import LinesView
from ui.widgets import Empty, button, label, row, shown_lines

_FIRST = "Everything that would leave is printed and searched first. Nothing is written yet."
_NOTHING = "Nothing protected and no position was found that is not let go."
_NAMES = "Names of what stays stand in what goes: see To know."
_NOTES = 3  # the tab of what to know
_TOLD = 20  # warnings said again at the end
_EVERYTHING = "It stands in words of the production itself: no item can be held back for it. {}"


class WhatPage(QStackedWidget):
    """Shows a preview. ``deciding`` asks for what is chosen to be held back (a :class:`Part`) or let go (None),
    ``showing`` for an item to be shown, ``protecting`` for the protected terms."""

    deciding = Signal(object)
    showing = Signal(str)
    protecting = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        theme = desk.theme
        self.goes = LinesView(theme, "What goes", first=168, last=96)
        self.stays = LinesView(theme, "What stays", first=104)
        self.undecided = LinesView(theme, "What is to be decided", first=104)
        self.notes = LinesView(theme, "What to know", first=104)
        self.tabs = QTabWidget()
        self._lay_out()
        for view in (self.undecided, self.goes, self.stays, self.notes):
            view.opened.connect(lambda line: self._show(line.items))
            view.wanted.connect(self.showing.emit)
        for view in (self.undecided, self.notes):
            view.selectionModel().selectionChanged.connect(lambda now, before: self._tell())
        self.tabs.currentChanged.connect(lambda at: self._tell())
        self._put_counts((0, 0, 0, 0))

    def _lay_out(self) -> None:
        theme, px = self.desk.theme, self.desk.theme.px
        looking = Empty(theme, "scan-text", "Looking through what would leave", _FIRST)
        self.hold = self._decider("Withhold…", Part.WHOLE, "Hold the chosen items back as a whole")
        self.native = self._decider("Native file only…", Part.NATIVE, "Their pages and words go, their files stay")
        self.let = self._decider("Disclose…", None, "Let them go although they hold that")
        self.look = button("Show item", self._look, tip="Show the chosen item in the window; this one waits aside")
        self.terms = button("Protected terms…", self.protecting.emit)
        self.hint = label("", "small", wrap=True, name="What can be done")
        deciding = QWidget()
        beside = QVBoxLayout(deciding)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(px(6))
        beside.addWidget(self.undecided, 1)
        beside.addWidget(self.hint)
        beside.addWidget(row(self.hold, self.native, self.let, None, self.look))
        self.none = Empty(theme, "shield-check", "Nothing is to be decided", _NOTHING)
        self.decisions = QStackedWidget()
        self.decisions.addWidget(deciding)
        self.decisions.addWidget(self.none)
        self.all_goes = Empty(theme, "send", "Nothing stays", "Nothing of what was asked for is held back.")
        self.kept = QStackedWidget()
        self.kept.addWidget(self.stays)
        self.kept.addWidget(self.all_goes)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("What goes, what stays, what is to be decided")
        self.hold_noted = self._decider("Withhold…", Part.WHOLE, "Hold the items of the chosen notes back as a whole")
        self.look_noted = button("Show item", self._look, tip="Show the item of the chosen note; this one waits aside")
        noting = QWidget()
        below = QVBoxLayout(noting)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(px(6))
        below.addWidget(self.notes, 1)
        below.addWidget(row(self.hold_noted, None, self.look_noted))
        for view in (self.decisions, self.goes, self.kept, noting):
            self.tabs.addTab(view, "")
        self.tabs.setCornerWidget(self.terms)
        self.addWidget(looking)
        self.addWidget(self.tabs)

    def _decider(self, text: str, part: Part | None, tip: str) -> QPushButton:
        return button(text, lambda: self.deciding.emit(part), tip=tip)

    def wait(self) -> None:
        """Nothing is known yet."""
        self.setCurrentIndex(0)

    def put(self, told: Told, *, first: bool) -> None:
        """Show what was found; what is chosen stays chosen, or what came behind it is."""
        row_before = self.undecided.currentIndex().row()
        for view, lines in ((self.goes, told.goes), (self.stays, told.stays), (self.notes, told.notes)):
            view.put(lines)
        self.undecided.put(told.open)
        self.none.say("Nothing is to be decided", f"{_NOTHING} {_NAMES}" if told.named else _NOTHING)
        self.decisions.setCurrentIndex(0 if told.open else 1)
        self.kept.setCurrentIndex(0 if told.stays else 1)
        self._put_counts((len(told.open), len(told.goes), len(told.stays), len(told.notes)))
        if first:
            self.tabs.setCurrentIndex(0 if told.open else _NOTES if told.named else 1)
        if told.open and self.undecided.current is None:
            self.undecided.go_to(min(max(row_before, 0), len(told.open) - 1), top=False)
        self.setCurrentIndex(1)
        self._tell()

    def _put_counts(self, counts: Sequence[int]) -> None:
        for at, (name, many) in enumerate(zip(("To decide", "Goes", "Stays", "To know"), counts, strict=True)):
            self.tabs.setTabText(at, f"{name} ({many:,})" if many else name)

    @property
    def keys(self) -> list[Key]:
        """What of the list to be decided is chosen, in its order; of the notes, their items."""
        view = self.notes if self.tabs.currentIndex() == _NOTES else self.undecided
        lines = [view.lines.lines[at] for at in sorted({index.row() for index in view.selectedIndexes()})]
        if view is self.notes:
            return list(dict.fromkeys((item, "") for line in lines for item in line.items))
        return [line.key for line in lines]

    def _tell(self) -> None:
        keys = self.keys
        whole = any(not item for item, _ in keys)
        told = (self.undecided.lines.lines[index.row()] for index in self.undecided.selectedIndexes())
        what = " ".join(line.below for line in told if not line.key[0])
        self.hint.setText(shown_lines(_EVERYTHING.format(what)) if whole else "")
        self.hint.setVisible(whole)
        possible = bool(keys) and not whole and self.desk.session.writable
        for each in (self.hold, self.native, self.let, self.hold_noted):
            each.setEnabled(possible)
        for each in (self.look, self.look_noted):
            each.setEnabled(bool(keys) and bool(keys[0][0]))

    def follow(self) -> None:
        """Whether anything can be decided now."""
        self._tell()

    def _look(self) -> None:
        keys = self.keys
        if keys:
            self.showing.emit(keys[0][0])

    def _show(self, items: Sequence[str]) -> None:
        if items:
            self.showing.emit(items[0])


class DonePage(QWidget):
    """Says what was written, and where; ``made`` is that."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.made: Produced | None = None
        px = desk.theme.px
        self.outcome = Known(desk.theme, "What was written")
        self.reveal = button("Show in folder", self._reveal)
        self.verify = button("Verify it now", self._verify, tip="Check the package as the other side can")
        told = (
            "Send the letter by another way than the package: it holds the digests that vouch for it. Anybody can "
            "check the package with “python3 verify.py”, which lies in it, or by hand as README-VERIFY.txt says."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        layout.addWidget(self.outcome, 1)
        layout.addWidget(row(self.reveal, self.verify, None))
        layout.addWidget(label(told, "muted", wrap=True))

    def put(self, made: Produced) -> None:
        """Show this outcome."""
        self.made, production = made, made.production
        rows = [
            Fact("To", shown_lines(production.order.to)),
            Fact("Numbers", f"{production.first} to {production.last}"),
            Fact("What goes", _what(production)),
            Fact("Package", shown_lines(str(made.folder))),
            Fact("Letter, beside it", shown_lines(str(made.letter))),
        ]
        if made.completed:
            rows.insert(0, Fact("Completed", "A run before had begun it; its numbers are the same."))
        told = list(made.warnings[:_TOLD])
        if len(made.warnings) > _TOLD:
            told.append(f"… and {len(made.warnings) - _TOLD:,} more, which stood under To know.")
        rows += [Fact("" if at else "To know", shortened(each)) for at, each in enumerate(told)]
        self.outcome.put(rows)

    def _reveal(self) -> None:
        from ui.reveal import reveal

        if self.made is not None:
            reveal(self.made.folder)

    def _verify(self) -> None:
        from ui.elsewhere import Elsewhere

        if self.made is not None:
            Elsewhere(self.desk, self.window()).verify_path(self.made.folder / "bagit.txt")


def _what(production: Production) -> str:
    items, pages = len(production.items), production.pages
    told = f"{_many(items, 'item')}, {_many(pages, 'page')}"
    return f"{told}; {_many(len(production.held), 'entry', 'entries')} held back" if production.held else told


def _many(count: int, one: str, more: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {more or f'{one}s'}"
