"""What the panel shows, gathered from the case off the GUI thread as values fit for the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidencekit import model
from evidencekit.binder.formats import basis_words, format_words
from evidencekit.binder.words import plural, short_size
from evidencekit.casefile import Case
from evidencekit.casefile.history import Event, by_item, history
from evidencekit.custody.acquisitions import ItemRecord
from evidencekit.custody.names import is_utf8, shown
from evidencekit.model import Acquisition, Hint, Item, Kind, Party, Status
from evidencekit.moments import show, sort_key, zone_basis
from evidencekit.moments.compared import compare, conflicts, span_words
from ui.choices import chosen
from ui.views.details.leaving import Leavings
from ui.views.details.proposals import Proposal, proposals
from ui.views.details.wording import Line, at_second, fact_lines, of_size

if TYPE_CHECKING:
    from evidencekit.catalog.items import Note


@dataclass(frozen=True, slots=True)
class Found:
    """A time found in the file, to choose: ``told`` is the date and clock, ``zone`` and ``basis`` how it is known.
    Moments of the same value stand together: ``same`` names where else it was found."""

    value: str
    told: str
    zone: str
    basis: str
    same: tuple[str, ...]
    as_found: tuple[str, ...]
    apart: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A time that a file's name or recognised words may mean: ``value`` is what would be said for a person, ``told``
    and ``basis`` as :class:`Found` has them, ``why`` the reason."""

    value: str
    told: str
    basis: str
    why: str


@dataclass(frozen=True, slots=True)
class Label:
    """An exhibit that the item is in; ``label`` is empty for a draft. ``prefix`` is the party's word on the sticker."""

    label: str
    withdrawn: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One item. ``used`` is the value of the found time in use; ``said`` a person's own words where they are in use;
    ``choice`` whether a person chose at all; ``leaving`` what is said about productions."""

    item: Item
    zone: str
    what: str
    labels: tuple[Label, ...]
    children: tuple[tuple[str, str], ...]
    found: tuple[Found, ...]
    used: str | None
    said: str
    choice: bool
    parties: tuple[Party, ...]
    proposals: tuple[Proposal, ...]
    notes: tuple[Note, ...]
    facts: tuple[Line, ...]
    times: tuple[Proposed, ...] = ()
    chosen_by: str = ""
    conflict: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    leaving: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return self.item.number


@dataclass(frozen=True, slots=True)
class Several:
    """Many items at once; ``numbers`` in the order chosen."""

    numbers: tuple[str, ...]
    size: str
    kinds: str
    span: str
    undated: int
    parties: str


@dataclass(frozen=True, slots=True)
class Handled:
    """An item's custody: the hand-over it came in by, and its history, both in words."""

    number: str
    came: tuple[Line, ...]
    history: tuple[Line, ...]


def load(case: Case, number: str, leavings: Leavings | None = None) -> Loaded:
    """All about one item but its custody. Raises :class:`~evidencekit.errors.UsageError` when there is none."""
    from evidencekit.catalog import answers, court, derivatives, items
    from evidencekit.edits import known_items

    with case.catalog.read() as connection:
        item = known_items(connection, [number])[0]
        inside = items.get_items(connection, items.children(connection, number))
        parties = tuple(court.all_parties(connection))
        arranged, drafts = court.arrangement(connection), court.drafts(connection)
        notes = tuple(items.notes_of(connection, number))
        given = tuple(answers.answers_of(connection, item.number).items())
        meant = (*item.proposals, *derivatives.proposals_of(connection, item.number))
    prefix = chosen(case, "")[0].prefix
    marked = [Label(each.label, each.status is Status.WITHDRAWN, prefix) for each in arranged if number in each.items]
    labels = (*marked, *(Label("") for each in drafts if number in each.items))
    zone = case.info.timezone
    used = item.moment
    return Loaded(
        item=item,
        zone=zone,
        what=shown(f"{format_words(item.kind, item.media_type)} · {short_size(item.size)}"),
        labels=labels,
        children=tuple((each.number, each.name) for each in inside.values()),
        found=_found(item, zone),
        used=used.value if used else None,
        said=(item.when_said or "") if used is None else "",
        choice=item.when_said is not None,
        parties=parties,
        proposals=proposals(item, parties) if item.party is None else (),
        notes=notes,
        facts=fact_lines(item.facts),
        times=_times(item, meant, zone),
        chosen_by=_chosen_by(item, zone),
        conflict=_conflict(item, zone),
        answers=given,
        leaving=(leavings or Leavings(case)).of(number),
    )


def _chosen_by(item: Item, zone: str) -> str:
    if item.when_said is None or not item.when_by:
        return ""
    return shown(f"Chosen by {item.when_by}, {at_second(item.when_at or '', zone)}")


def _conflict(item: Item, zone: str) -> str:
    """A sentence when the file's own times do not agree; what a file says of its last change does not count."""
    apart = [each for each in conflicts(item.moments, zone) if not each.why.startswith("when it was last changed")]
    if not apart:
        return ""
    widest = max((abs(each.seconds) for each in apart if each.seconds is not None), default=0.0)
    return f"The times in this file do not agree: they lie up to {span_words(widest)} apart."


def _times(item: Item, meant: Sequence[model.Proposal], zone: str) -> tuple[Proposed, ...]:
    """Times that are only proposed, each once, none that was found in the file anyway."""
    known = {each.value for each in item.moments}
    found: dict[str, Proposed] = {}
    for each in meant:
        if each.hint in (Hint.TIME, Hint.DAY) and each.value not in known:
            date, time, named = show(each.value, each.zone, zone)
            told = ", ".join(part for part in (date, f"{time} {named}".strip()) if part)
            words = f"“{each.as_found}” in {each.basis}"
            found.setdefault(each.value, Proposed(each.value, shown(told), shown(words), shown(each.why)))
    return tuple(found.values())


def _found(item: Item, zone: str) -> tuple[Found, ...]:
    places: dict[str, list[int]] = {}
    for place, moment in enumerate(item.moments):
        places.setdefault(moment.value, []).append(place)
    made, beside = [], {each.moment.value: each for each in compare(item.moments, item.when, zone)}
    for value, held in places.items():
        moments = [item.moments[place] for place in held]
        date, time, named = show(value, moments[0].zone, zone)
        basis = shown(basis_words(moments[0].basis, moments[0].zone))
        same = tuple(dict.fromkeys(shown(each.basis) for each in moments[1:]))
        raw = tuple(dict.fromkeys(shown(each.as_found) for each in moments))
        apart = beside[value].words if beside[value].differs else ""
        told = shown(f"{date}, {time}" if time else date)
        made.append(Found(value, told, shown(named), basis, same, raw, apart, beside[value].why))
    return tuple(made)


def load_several(case: Case, numbers: Sequence[str]) -> Several:
    """What several items have in common, and how far they reach."""
    from evidencekit.catalog import items

    with case.catalog.read() as connection:
        found = items.get_items(connection, numbers)
    zone = case.info.timezone
    held = [found[number] for number in numbers if number in found]
    dated = sorted((item for item in held if item.when is not None), key=lambda item: sort_key(item.when, zone))
    kinds, parties = Counter(item.kind for item in held), Counter(item.party or "" for item in held)

    def day(item: Item) -> str:
        moment = item.moment
        kind = moment.zone if moment else zone_basis(item.when or "", zone)
        return shown(show(item.when, kind, zone)[0])

    span = "" if not dated else " to ".join(dict.fromkeys((day(dated[0]), day(dated[-1]))))
    return Several(
        tuple(numbers),
        short_size(sum(item.size for item in held)),
        ", ".join(plural(kinds[kind], *_NAMES[kind]) for kind in Kind if kinds[kind]),
        span,
        len(held) - len(dated),
        ", ".join(f"{shown(name) or 'no party'} ({many:,})" for name, many in parties.most_common(6)),
    )


_NAMES = {
    Kind.IMAGE: ("image", "images"),
    Kind.AUDIO: ("recording", "recordings"),
    Kind.VIDEO: ("video", "videos"),
    Kind.DOCUMENT: ("document", "documents"),
    Kind.EMAIL: ("e-mail", "e-mails"),
    Kind.MESSAGES: ("message export", "message exports"),
    Kind.ARCHIVE: ("archive", "archives"),
    Kind.OTHER: ("other file", "other files"),
}


class Histories:
    """The ledger in words, read again only when it has grown. One belongs to one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._kept: tuple[int, list[Event]] | None = None

    def of(self, number: str) -> Handled:
        """The custody of one item, newest last."""
        case, zone = self.case, self.case.info.timezone
        size, kept = case.size, self._kept
        records = list(case.checked.records)
        if kept is None or kept[0] != size:
            heads = {each.acquisition.number: each.acquisition for each in records}
            kept = (size, history(case.folder, heads, papers=case.checked.papers))
            self._kept = kept
        told = by_item(kept[1], [number])[number]
        lines = tuple(
            Line(at_second(each.time, zone), shown(each.what), shown(f"{each.actor} · ledger line {each.line:,}"))
            for each in told
        )
        for record in records:
            for item in record.items:
                if item.number == number:
                    return Handled(number, _came(record.acquisition, item, zone), lines)
        return Handled(number, (), lines)


def _came(head: Acquisition, item: ItemRecord, zone: str) -> tuple[Line, ...]:
    raw = bytes.fromhex(item.raw_path) if item.raw_path else b""
    odd = bool(raw) and (not is_utf8(raw) or shown(item.received_path) != item.received_path)
    changed, local = item.source.get("mtime"), item.source.get("mtime_local")
    origin = item.source.get("where_from")
    lines = (
        Line("Hand-over", f"{head.number}"),
        Line("Whose material", shown(head.source)),
        Line("Received from", shown(head.received_from)),
        Line("Received", at_second(head.received, zone)),
        Line("By", shown(head.received_by)),
        Line("How", shown(head.method)),
        Line("Note", "\n".join(shown(part) for part in head.note.split("\n"))),
        Line("Came in", shown(f"{item.parent}, and was taken out of it" if item.parent else "")),
        Line("Received as", shown(item.received_path)),
        Line("Raw name", " ".join(f"{byte:02x}" for byte in raw) if odd else "", "the bytes of the name as received"),
        Line("Read from", shown(item.full_path)),
        Line("Size", of_size(item.size)),
        Line(
            "Changed at the source",
            at_second(changed, zone) if isinstance(changed, str) else "",
            "by its file system; never taken for the time it happened",
        ),
        Line(
            "Changed at the source",
            shown(f"{local.replace('T', ' ')} (no zone stated)") if isinstance(local, str) else "",
            "by the archive it lay in; never taken for the time it happened",
        ),
        Line("Downloaded from", shown(str(origin)) if origin else ""),
        Line("Beware", "The source was written to while it was being copied." if item.changed else ""),
        Line("Taken in with", shown(head.tool)),
    )
    return tuple(line for line in lines if line.value)
