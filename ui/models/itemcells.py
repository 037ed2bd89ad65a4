"""What a list shows of one item: its words, fit for the screen, and the marks beside them. Made off the GUI thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from evidencekit.catalog.browse import Row
from evidencekit.catalog.finding import Hit
from evidencekit.custody.names import shown
from evidencekit.model import Kind, Zone
from evidencekit.moments import show

KIND_WORDS = {
    Kind.IMAGE: "Image",
    Kind.AUDIO: "Audio",
    Kind.VIDEO: "Video",
    Kind.DOCUMENT: "Document",
    Kind.EMAIL: "E-mail",
    Kind.MESSAGES: "Messages",
    Kind.ARCHIVE: "Archive",
    Kind.OTHER: "Other",
}
KIND_ICONS = {
    Kind.IMAGE: "image",
    Kind.AUDIO: "audio-lines",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "file-text",
    Kind.EMAIL: "mail",
    Kind.MESSAGES: "message-square",
    Kind.ARCHIVE: "archive",
    Kind.OTHER: "file",
}
NEEDS_DATE = "Needs a date"
_PLACES = {"recognised": "recognised: ", "transcript": "spoken: ", "notes": "note: ", "facts": "facts: "}
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LONGEST = 400  # characters of a line: more is never seen
_ZONES = {
    Zone.STATED: "Its zone stands in the file.",
    Zone.ASSUMED: "Its zone was assumed.",
    Zone.NONE: "The file names no zone.",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark: an icon, its words, and the colour role they are drawn in."""

    icon: str
    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Cells:
    """One item as a list shows it. Every text is fit for the screen. ``date`` is :data:`NEEDS_DATE` where there is
    none, ``time`` holds the zone's short name; ``basis`` is all of the time, in lines, and where it is from. ``below``
    is the file's name where ``title`` is a person's own; ``extent`` its pages or length."""

    row: Row
    date: str
    time: str
    basis: str
    title: str
    below: str
    kind: str
    extent: str
    party: str
    exhibit: str
    flags: tuple[Flag, ...]

    @property
    def dated(self) -> bool:
        return self.row.when is not None

    @property
    def spoken(self) -> str:
        """All of it in one sentence, as a screen reader says it."""
        exhibit = f"exhibit {self.exhibit}" if self.exhibit else ""
        parts = (self.row.number, self.title, self.kind, f"{self.date} {self.time}".strip(), self.party, exhibit)
        return ", ".join(part for part in (*parts, *(flag.text for flag in self.flags)) if part)


def cells_of(row: Row, zone: str) -> Cells:
    """An item's cells; ``zone`` is the case's."""
    date, time, basis = NEEDS_DATE, "", "No date was found in it, and nobody has set one yet."
    if row.when is not None:
        date, clock, named = show(row.when, row.zone, zone)
        time = " ".join(part for part in (clock, named.partition(" (")[0]) if part)
        basis = f"{' '.join(part for part in (date, clock, named) if part)}\n{_basis(row)}"
    return Cells(
        row,
        _line(date),
        _line(time),
        "\n".join(map(_line, basis.split("\n"))),
        _line(row.title or row.name),
        _line(row.name) if row.title else "",
        KIND_WORDS[row.kind],
        _extent(row),
        _line(row.party or ""),
        ", ".join(part for part in (_line(row.exhibit), "draft" if row.draft else "") if part),
        _flags(row),
    )


def hit_parts(hit: Hit | None) -> tuple[tuple[str, bool], ...]:
    """Where an item holds the words, on one line: (text, whether it is a word found). It begins with the place where
    that is not the item's own text: “message 12: ”."""
    if hit is None or not hit.excerpt:
        return ()
    before = f"{hit.at}: " if hit.at else "spoken, draft: " if hit.draft else _PLACES.get(hit.where, "")
    parts, at = [(before, False)], 0
    for start, end in hit.marks:
        parts += [(hit.excerpt[at:start], False), (hit.excerpt[start:end], True)]
        at = end
    parts.append((hit.excerpt[at:], False))
    return tuple((_line(_BREAKS.sub(" ", text)), found) for text, found in parts if text)


def _line(text: str) -> str:
    return shown(text[:_LONGEST].replace("\t", " "))


def _basis(row: Row) -> str:
    if row.said:
        return "Set by a person."
    words = f"Found in the file: {row.basis}."
    if row.zone is not None:
        words += f" {_ZONES[row.zone]}"
    if row.moments > 1:
        words += f" {row.moments} times were found in it."
    return words


def _extent(row: Row) -> str:
    if row.seconds is not None:
        return clock(row.seconds)
    return f"{row.pages:,} pages" if row.pages is not None and row.pages > 1 else ""


def clock(seconds: float) -> str:
    """A length of time: 0:47, 12:05, 1:02:03."""
    whole = timedelta(seconds=round(seconds))
    hours, rest = divmod(int(whole.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _flags(row: Row) -> tuple[Flag, ...]:
    found = []
    if row.warnings:
        many = len(row.warnings)
        found.append(Flag("triangle-alert", "1 warning" if many == 1 else f"{many} warnings", "warn"))
    if not row.extension_matches:
        found.append(Flag("file-question", "Wrong extension", "warn"))
    if row.duplicate_of:
        found.append(Flag("copy", f"Repeats {row.duplicate_of}", "muted"))
    if row.parent:
        found.append(Flag("paperclip", f"In {row.parent}", "muted"))
    return tuple(found)
