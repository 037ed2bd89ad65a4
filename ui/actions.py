"""Every action of the app in one table: its id, words, shortcut, icon, tip, and when it can be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from ui.theme import Theme


@dataclass(frozen=True, slots=True)
class State:
    """What actions depend on. ``items`` are chosen items, ``drafts`` and ``live`` chosen exhibits without and with
    an issued label; ``any_draft`` whether there is a draft at all, ``any_exhibit`` a marked exhibit; ``page`` is the
    page in view."""

    opened: bool = False
    writable: bool = False
    busy: bool = False
    items: int = 0
    drafts: int = 0
    live: int = 0
    any_draft: bool = False
    any_exhibit: bool = False
    can_undo: bool = False
    can_redo: bool = False
    page: str = ""


When = Callable[[State], bool]


@dataclass(frozen=True, slots=True)
class Spec:
    """One action. ``text`` with its mnemonic; ``tip`` says what it does, ``needs`` what must be there
    first; without it, what ``when`` asks for is said."""

    id: str
    text: str
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    when: When = lambda state: True
    needs: str = ""


def _opened(state: State) -> bool:
    return state.opened


def _idle(state: State) -> bool:
    return not state.busy


def _writable(state: State) -> bool:
    return state.writable


def _settled(state: State) -> bool:
    return state.opened and not state.busy


def _items(state: State) -> bool:
    return state.writable and state.items > 0


def _one_item(state: State) -> bool:
    return state.opened and state.items == 1


def _one_to_edit(state: State) -> bool:
    return state.writable and state.items == 1


def _arranging(state: State) -> bool:
    """What is chosen on the exhibits page is changed there only: Del and Alt+Up mean other things elsewhere."""
    return state.writable and state.page == "exhibits"


def _one_exhibit(state: State) -> bool:
    return _arranging(state) and state.live == 1 and state.drafts == 0


def _one_entry(state: State) -> bool:
    return _arranging(state) and state.live + state.drafts == 1


def _drafts(state: State) -> bool:
    return _arranging(state) and state.drafts > 0 and state.live == 0


_NEEDS: dict[When, str] = {
    _items: "Choose items first.",
    _one_item: "Choose one item first.",
    _one_to_edit: "Choose one item first.",
    _one_exhibit: "Choose one marked exhibit on the Exhibits page first.",
    _one_entry: "Choose one exhibit on the Exhibits page first.",
    _drafts: "Choose drafts on the Exhibits page first.",
}


def _why_not(spec: Spec, state: State) -> str:
    """Why an action cannot be used now."""
    if state.busy:
        return "Wait until the work under way is finished."
    if not state.opened:
        return "Open a case first."
    if not state.writable and not spec.when(replace(state, items=1)):
        return "This case is open read-only."
    return spec.needs or _NEEDS.get(spec.when, "")


TABLE: tuple[Spec, ...] = (
    Spec("case.new", "&New case…", "Ctrl+N", "folder-plus", "Start a case in an empty folder", _idle),
    Spec("case.open", "&Open case…", "Ctrl+O", "folder-open", "Open a case folder", _idle),
    Spec(
        "case.sample", "Try the &sample case…", "", "sparkles", "Make and open a made-up case to try things on", _idle
    ),
    Spec("case.close", "&Close case", "Ctrl+W", "x", "Close the case and go back to the start", _settled),
    Spec("case.reveal", "Show case &folder", "", "folder", "Show the case's folder in the file manager", _opened),
    Spec(
        "case.rebuild",
        "Make a new cata&log…",
        "",
        "refresh-cw",
        "For a case whose catalog is lost or damaged: made anew from its custody record",
        _idle,
    ),
    Spec("app.quit", "&Quit", "Ctrl+Q", "log-out", "Close EvidenceKit"),
    Spec(
        "edit.undo",
        "&Undo",
        "Ctrl+Z",
        "undo-2",
        "Take the last edit back",
        lambda s: s.writable and s.can_undo,
        "No edit to take back.",
    ),
    Spec(
        "edit.redo",
        "&Redo",
        "Ctrl+Shift+Z",
        "redo-2",
        "Make the edit again",
        lambda s: s.writable and s.can_redo,
        "No edit was taken back.",
    ),
    Spec("edit.search", "&Find in items", "Ctrl+K", "search", "Search names, facts, texts and notes", _opened),
    Spec("app.people", "&People and keys…", "", "key-round", "Who signs on this computer, and how their keys are kept"),
    Spec("app.settings", "&Settings…", "Ctrl+,", "settings", "Who you are, paper, theme, text size"),
    Spec("intake.files", "Take in &files…", "Ctrl+I", "import", "Take files in as one hand-over", _writable),
    Spec(
        "intake.folder",
        "Take in a &folder…",
        "Ctrl+Shift+I",
        "folder-plus",
        "Take a folder in, with all it holds",
        _writable,
    ),
    Spec("item.title", "Edit &title", "F2", "pencil", "Give the chosen item your own title", _one_to_edit),
    Spec("item.when", "Set the &time…", "Ctrl+T", "calendar-clock", "Say when the chosen items happened", _items),
    Spec("item.party", "Set the &party…", "Ctrl+P", "users", "Say whom the chosen items are from or about", _items),
    Spec("item.note", "Add a &note", "Ctrl+Shift+N", "notebook-pen", "Add a work-product note", _one_to_edit),
    Spec("item.reread", "&Read again", "", "refresh-cw", "Read the chosen items again from their originals", _items),
    Spec(
        "item.columns",
        "Read as &call detail…",
        "",
        "table-properties",
        "Say which column of a carrier's table is what, and read the item as calls and messages",
        _one_to_edit,
    ),
    Spec(
        "item.transcript",
        "Transc&ript",
        "Ctrl+Shift+T",
        "captions",
        "Read or write what is said in the chosen recording",
        _one_item,
    ),
    Spec(
        "item.listen",
        "Save a listening &copy…",
        "",
        "headphones",
        "Save the sound of the chosen recording as a WAV or MP3 that any computer plays",
        _one_to_edit,
    ),
    Spec("item.check", "Check &digests now", "", "hash", "Hash the chosen item's original again", _one_item),
    Spec(
        "item.withhold",
        "&Withhold from productions…",
        "",
        "eye-off",
        "Hold the chosen items, or their native files, back from what the other side gets",
        _items,
    ),
    Spec("item.produce", "&Produce…", "", "send", "Prepare a production of the chosen items", _items),
    Spec(
        "exhibit.add", "&Add to exhibits", "Ctrl+E", "bookmark-plus", "Put each chosen item in a draft exhibit", _items
    ),
    Spec(
        "exhibit.add_one",
        "Add as &one exhibit",
        "Ctrl+Shift+E",
        "group",
        "Put the chosen items in one draft exhibit",
        _items,
    ),
    Spec(
        "exhibit.mark",
        "&Mark exhibits…",
        "Ctrl+M",
        "stamp",
        "Issue labels: each is given once and never again",
        lambda s: s.writable and s.any_draft,
        "Add items to the exhibits first.",
    ),
    Spec(
        "exhibit.late",
        "&Late label…",
        "",
        "list-ordered",
        "Give a draft a label behind an exhibit, such as 12A",
        lambda s: _drafts(s) and s.drafts == 1,
        "Choose one draft on the Exhibits page first.",
    ),
    Spec(
        "exhibit.join",
        "&Join drafts",
        "Ctrl+J",
        "combine",
        "Make one exhibit of the chosen drafts",
        lambda s: _drafts(s) and s.drafts > 1,
        "Choose several drafts on the Exhibits page first.",
    ),
    Spec(
        "exhibit.split",
        "S&plit draft",
        "",
        "split",
        "Make one exhibit of each item",
        lambda s: _drafts(s) and s.drafts == 1,
        "Choose one draft on the Exhibits page first.",
    ),
    Spec("exhibit.remove", "&Remove draft", "Del", "trash-2", "Take drafts off the list; items stay", _drafts),
    Spec("exhibit.up", "Move &up", "Alt+Up", "arrow-up", "Move it up in the binder", _one_entry),
    Spec("exhibit.down", "Move &down", "Alt+Down", "arrow-down", "Move it down in the binder", _one_entry),
    Spec(
        "exhibit.status",
        "Court &status…",
        "",
        "gavel",
        "Record that it was offered, admitted or excluded",
        _one_exhibit,
    ),
    Spec("exhibit.withdraw", "&Withdraw…", "", "ban", "Withdraw the exhibit; its label stays used", _one_exhibit),
    Spec("chronology.milestone", "Add a &milestone…", "", "flag", "Add a turning point", _writable),
    Spec("chronology.incident", "Add an &incident…", "", "calendar", "Add a row by hand", _writable),
    Spec(
        "chronology.party",
        "Add a p&arty…",
        "",
        "user-plus",
        "Say who a number, address or handle belongs to",
        _writable,
    ),
    Spec("chronology.export", "&Export chronology…", "", "download", "Save it as PDF, CSV or XLSX", _settled),
    Spec("chronology.contacts", "Export c&ontacts…", "", "download", "Save the contacts listed as CSV", _settled),
    Spec(
        "binder.build",
        "&Build binder",
        "Ctrl+B",
        "book-open",
        "Print the marked exhibits into a stamped binder",
        lambda s: s.writable and s.any_exhibit,
        "Mark an exhibit first.",
    ),
    Spec(
        "production.new",
        "New &production…",
        "Ctrl+Shift+P",
        "send",
        "Prepare what the other side gets: numbered, indexed, and provable",
        _writable,
    ),
    Spec("production.terms", "Protected &terms…", "", "lock", "Say what must not be in anything that leaves", _opened),
    Spec("production.log", "Save production &log…", "", "download", "What went to whom, under which numbers", _settled),
    Spec(
        "production.export",
        "&Export for other programs…",
        "",
        "",
        "Items, custody and provenance as CASE/UCO: no production, nothing is held back in it",
        _settled,
    ),
    Spec(
        "custody.verify",
        "&Verify case",
        "Ctrl+Shift+V",
        "shield-check",
        "Check every original and ledger line",
        _settled,
    ),
    Spec(
        "custody.against",
        "&Compare with a printed checkpoint…",
        "",
        "scan-text",
        "Verify the case against a checkpoint that was kept outside: typed, pasted or photographed",
        _settled,
    ),
    Spec(
        "custody.other",
        "Verify &another case or production…",
        "",
        "",
        "Verify a case, a production or a ledger that is not open here",
        _idle,
    ),
    Spec(
        "custody.transfer",
        "&Transfer custody…",
        "",
        "handshake",
        "Hand the case or items of it to another person: both sign one note",
        _writable,
    ),
    Spec(
        "custody.anchor", "T&ime-stamps", "", "anchor", "Have an authority outside sign the day of the record", _opened
    ),
    Spec("custody.keys", "&Keys of this case…", "", "key-round", "Whose signatures the case takes", _opened),
    Spec("custody.seal", "&Seal now", "", "stamp", "Keep the signed checkpoint over all that was done", _writable),
    Spec(
        "custody.forms",
        "Custody &documents…",
        "",
        "gavel",
        "Custody forms, drafts of certifications, reports of a period",
        _settled,
    ),
    Spec("custody.report", "Custody &report…", "", "file-check", "Save the custody record as PDF", _settled),
    Spec(
        "work.background",
        "Work in the bac&kground…",
        "",
        "scan-text",
        "What is read out of pictures and recordings while you work, what waits and what failed",
        _opened,
    ),
    Spec("help.guide", "EvidenceKit &guide", "F1", "circle-help", "A short illustrated guide"),
    Spec("help.about", "&About EvidenceKit", "", "info", "Version and licences"),
)
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&Case",
        (
            "case.new",
            "case.open",
            "case.sample",
            "",
            "case.reveal",
            "case.rebuild",
            "case.close",
            "",
            "app.people",
            "app.settings",
            "app.quit",
        ),
    ),
    ("&Edit", ("edit.undo", "edit.redo", "", "edit.search")),
    ("&Intake", ("intake.files", "intake.folder")),
    (
        "I&tems",
        (
            "item.title",
            "item.when",
            "item.party",
            "item.note",
            "",
            "exhibit.add",
            "exhibit.add_one",
            "",
            "item.transcript",
            "item.listen",
            "",
            "item.withhold",
            "item.produce",
            "",
            "item.check",
            "item.reread",
            "item.columns",
            "work.background",
        ),
    ),
    (
        "E&xhibits",
        (
            "exhibit.mark",
            "exhibit.late",
            "",
            "exhibit.join",
            "exhibit.split",
            "exhibit.remove",
            "",
            "exhibit.up",
            "exhibit.down",
            "",
            "exhibit.status",
            "exhibit.withdraw",
        ),
    ),
    (
        "C&hronology",
        (
            "chronology.milestone",
            "chronology.incident",
            "chronology.party",
            "",
            "chronology.export",
            "chronology.contacts",
        ),
    ),
    ("&Binder", ("binder.build",)),
    ("&Productions", ("production.new", "", "production.terms", "production.log", "production.export")),
    (
        "C&ustody",
        (
            "custody.verify",
            "custody.against",
            "custody.other",
            "",
            "custody.seal",
            "custody.transfer",
            "custody.anchor",
            "custody.keys",
            "",
            "custody.forms",
            "custody.report",
        ),
    ),
    ("&View", ()),
    ("&Help", ("help.guide", "help.about")),
)
TOOLBAR: tuple[str, ...] = (
    "intake.files",
    "exhibit.add",
    "exhibit.mark",
    "binder.build",
    "custody.verify",
    "",
    "edit.undo",
    "edit.redo",
)


class Actions(QObject):
    """The table's actions, made once. :meth:`update` keeps what can be used in step with the state."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.state = State()
        self._made: dict[str, QAction] = {}
        for spec in TABLE:
            self._add(spec, theme)

    def _add(self, spec: Spec, theme: Theme) -> None:
        action = QAction(spec.text, self)
        action.setObjectName(spec.id)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setIconText(spec.text.replace("&", "").rstrip("…"))
        if spec.icon:
            theme.put_icon(action, spec.icon)
        self._made[spec.id] = action
        self._fit(spec, action)

    def _fit(self, spec: Spec, action: QAction) -> None:
        """Enable it, or say why it cannot be used."""
        usable = spec.when(self.state)
        tips = [spec.tip] if usable else [spec.tip, _why_not(spec, self.state)]
        key = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if spec.shortcut else ""
        action.setToolTip("\n".join(filter(None, [f"{action.iconText()}{key}", *tips])))
        action.setStatusTip(" ".join(filter(None, tips)))
        action.setEnabled(usable)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def on(self, name: str, handler: Callable[[], Any]) -> None:
        """Call ``handler`` when that action is chosen."""
        self._made[name].triggered.connect(lambda checked=False: handler())

    def update(self, **known: Any) -> None:
        """Take fields of :class:`State` over and enable what can be used now."""
        state = replace(self.state, **known)
        if state == self.state:
            return
        self.state = state
        for spec in TABLE:
            self._fit(spec, self._made[spec.id])
