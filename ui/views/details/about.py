"""The first tab: what is wrong with an item, its title, time and party, and what it hangs together with."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from evidencekit.model import Item
from ui.desk import Desk
from ui.views.details.asked import AskedSection
from ui.views.details.loaded import Loaded
from ui.views.details.party import PartySection
from ui.views.details.pieces import Deeds, Field, Passage, chain
from ui.views.details.when import WhenSection
from ui.widgets import Elided, button, label, row, shown_lines


class AboutSection(QWidget):
    """What people say of one item."""

    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        px = desk.theme.px
        self._desk, self._deeds = desk, deeds
        self._loaded: Loaded | None = None
        self.warnings = Passage(desk.theme, "Warnings", "warn")
        self.title = Field("Title")
        self.title.wanted.connect(self._titled)
        self.untold = label("", "bad", wrap=True, name="Why the title was not kept")
        self.untold.hide()
        self.asked = AskedSection(desk)
        self.when = WhenSection(desk, deeds)
        self.party = PartySection(desk, deeds)
        self.leaving = Passage(desk.theme, "Productions", "muted", size=0.92)
        self._links = QVBoxLayout()
        self._links.setSpacing(px(4))
        self.links: dict[str, QPushButton] = {}
        self._around = label("Related items", "strong")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(12))
        layout.setSpacing(px(6))
        layout.addWidget(self.warnings)
        layout.addWidget(self.asked)
        layout.addLayout(self._named("Title", self.title))
        layout.addWidget(self.untold)
        layout.addLayout(self._named("Party", self.party))
        layout.addWidget(self.leaving)
        layout.addSpacing(px(4))
        layout.addWidget(label("When it happened", "strong"))
        layout.addWidget(self.when)
        layout.addSpacing(px(6))
        layout.addWidget(self._around)
        layout.addLayout(self._links)
        layout.addStretch(1)

    def _named(self, text: str, part: QWidget) -> QHBoxLayout:
        """A part with its name on the left, at the height of its first line."""
        name = label(text, "strong")
        name.setFixedHeight(self.title.sizeHint().height())
        name.setMinimumWidth(self._desk.theme.px(44))
        layout = QHBoxLayout()
        layout.setSpacing(self._desk.theme.px(8))
        layout.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(part, 1)
        return layout

    def put(self, loaded: Loaded) -> None:
        """Show an item; what is being typed for it stays."""
        former, self._loaded = self._loaded, loaded
        other = former is None or former.number != loaded.number
        if other:
            self.untold.hide()
        self.title.setPlaceholderText(shown(loaded.item.name))
        self.title.put(loaded.item.title or "", force=other)
        self.when.put(loaded, other=other)
        self.party.put(loaded)
        self.asked.put(loaded)
        told = warnings(loaded.item)
        self.warnings.setVisible(bool(told))
        self.warnings.say("\n".join(told))
        self.leaving.say("\n".join(loaded.leaving))
        self.leaving.setVisible(bool(loaded.leaving))
        if former is None or _linked(former) != _linked(loaded):
            self._link(loaded)
        party = (self.party.box, self.party.new, *self.party.offers())
        chain(
            [
                self.warnings,
                *self.asked.controls,
                self.title,
                *party,
                *self.when.stops,
                self.leaving,
                *self.links.values(),
            ]
        )

    def follow(self, possible: bool) -> None:
        """Whether anything can be changed now."""
        self.title.setReadOnly(not possible)
        self.when.follow(possible)
        self.asked.follow(possible)
        self.party.follow(possible)

    def leave(self) -> None:
        """Keep what was typed, as another item is about to be shown."""
        if self._deeds.possible:
            self.title.keep()
            self.when.time.field.keep()

    def edit_title(self) -> None:
        """Go to the title."""
        self.title.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.title.selectAll()

    def _titled(self, text: str) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        number, kept = loaded.number, loaded.item.title or ""
        self.untold.hide()
        self._deeds.do(
            "Edit title" if text.strip() else "Take back title",
            lambda case: edits.describe(case, number, title=text),
            failed=lambda error: self._refused(number, kept, error),
        )

    def _refused(self, number: str, kept: str, error: BaseException) -> None:
        if self._loaded is not None and self._loaded.number == number:
            self.title.refused(kept)
            told = f"{error.what} {error.todo}" if isinstance(error, EvidenceKitError) else str(error)
            self.untold.setText(shown_lines(f"Not kept. {told}"))
            self.untold.show()

    def _link(self, loaded: Loaded) -> None:
        while (entry := self._links.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.links = {}
        for number, words in _linked(loaded):
            text = Elided(words, name="Related item")
            show = button(f"Show {number}", partial(self._desk.show_item, number))
            show.setAccessibleName(f"Show {number}: {shown(words)}")
            line = row(text, show)
            inside = line.layout()
            assert inside is not None
            inside.setStretch(0, 1)  # type: ignore[attr-defined]  # row() lays out in a box
            self._links.addWidget(line)
            self.links[number] = show
        self._around.setVisible(bool(self.links))


def _linked(loaded: Loaded) -> tuple[tuple[str, str], ...]:
    """(number, words) of the items that this one hangs together with."""
    item = loaded.item
    found = []
    if item.duplicate_of:
        found.append((item.duplicate_of, f"Repeats {item.duplicate_of}, byte for byte"))
    if item.parent:
        found.append((item.parent, f"Inside {item.parent}"))
    return (*found, *((number, f"Holds {name}") for number, name in loaded.children))


def warnings(item: Item) -> list[str]:
    """What a person has to know before they trust an item, in full sentences."""
    found = (
        [] if item.extension_matches else [f"Its name does not say what it is: by its content it is {item.media_type}."]
    )
    return [*found, *item.warnings]
