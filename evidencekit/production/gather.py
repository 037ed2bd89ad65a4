"""From the open case to what may leave: items as their files and the record of custody tell them, nothing that a
person wrote of them. The only place that decides what of an item goes into a production's lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from evidencekit.binder.gather import bound_item
from evidencekit.binder.values import BoundItem
from evidencekit.casefile import Case
from evidencekit.chronology.wording import one_line
from evidencekit.custody.names import shown
from evidencekit.custody.provenance import utc_text
from evidencekit.errors import UsageError
from evidencekit.model import Acquisition, Beside, Context, Item, Kind
from evidencekit.production.bates import checked_prefix
from evidencekit.production.values import Order, ProducedItem

# What a file of these kinds says of its own making is about the file; the moments of the others are of its messages.
_DATED = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.DOCUMENT, Kind.EMAIL})
_SHOWS_OTHERS = frozenset({Kind.EMAIL, Kind.MESSAGES, Kind.ARCHIVE})
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_LONGEST_SUFFIX = 8
_NO_SUFFIX = ".bin"
_HELD = "held back"
_LONGEST = 200
_LONGEST_NOTE = 4000
_LONGEST_MARK = 100  # what stands beside the number at the foot of a page, whole


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every item of the case as it would leave, not numbered yet (``native`` holds the suffix of its file's name), and
    the hand-overs by number."""

    items: tuple[ProducedItem, ...]
    acquisitions: Mapping[int, Acquisition]


def checked_order(order: Order, known: Collection[str] = ()) -> Order:
    """The order with its words tidied. Raises :class:`UsageError` for words that cannot be printed, a prefix that
    cannot stand before numbers and, where the case's item numbers are ``known``, items that are not among them."""
    from evidencekit.custody.names import words
    from evidencekit.edits import item_number

    said = {}
    for name, longest in (("to", _LONGEST), ("medium", _LONGEST), ("confidentiality", _LONGEST_MARK), ("note", 0)):
        text = words(getattr(order, name), name, lines=name == "note")
        if len(text) > (longest or _LONGEST_NOTE):
            raise UsageError(f"The {name} is too long.", todo=f"Use at most {longest or _LONGEST_NOTE} characters.")
        said[name] = text
    if not said["to"]:
        raise UsageError("It is not said to whom this goes.", todo='Name the recipient: --to "Office of the defender".')
    items = tuple(dict.fromkeys(item_number(each) for each in order.items))
    for each in items:
        if each not in known:
            raise UsageError("There is no item of that number.", item=each, todo="See `evidencekit items CASE`.")
    prefix = checked_prefix(order.prefix) if order.prefix else ""
    return Order(items=items, prefix=prefix, only_new=order.only_new, **said)


def gather(case: Case) -> Gathered:
    """What could leave of a case. Raises :class:`~evidencekit.errors.CaseError`."""
    from evidencekit.catalog.items import all_acquisitions, each_item

    sources = {each.number: each.source for record in case.checked.records for each in record.items}
    with case.catalog.read() as connection:
        heads = {each.number: each for each in all_acquisitions(connection)}
        items = tuple(
            _draft(item, one_line(heads[item.acquisition].source), sources.get(item.number, {}))
            for item in each_item(connection)
        )
    return Gathered(items, heads)


def _draft(item: Item, custodian: str, source: Mapping[str, object]) -> ProducedItem:
    suffix = safe_suffix(item.name)
    return ProducedItem(
        item=item.number,
        parent=item.parent or "",
        begin="",
        end="",
        pages=0,
        family_begin="",
        family_end="",
        custodian=custodian,
        name=shown(item.name),
        received_path=shown(item.received_path),
        extension=suffix.lstrip("."),
        size=item.size,
        kind=item.kind,
        media_type=item.media_type,
        created=_created(item, source),
        modified=_text(source.get("mtime")),
        sha256=item.digests.sha256,
        blake3=item.digests.blake3,
        redacted="",
        confidentiality="",
        pdf="",
        text="",
        native=suffix or _NO_SUFFIX,
    )


def safe_suffix(name: str) -> str:
    """The harmless suffix of a file's name, with its dot; empty when it has none."""
    suffix = Path(name).suffix.lower().lstrip(".")
    return f".{suffix}" if suffix and len(suffix) <= _LONGEST_SUFFIX and set(suffix) <= _SAFE else ""


def _created(item: Item, source: Mapping[str, object]) -> str:
    """When the file says it was made, else when its file system knew it first; where that is later than its last
    change, it is only when it was copied."""
    if item.kind in _DATED and item.moments:
        return item.moments[0].value
    born, changed = str(source.get("birth_ns", "")), str(source.get("mtime_ns", ""))
    if not (born.isdecimal() and changed.isdecimal()) or int(born) > int(changed):
        return ""
    return utc_text(int(born)) or ""


def _text(value: object) -> str:
    """A time as a container or a file system stated it, when it is one."""
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return ""
    if found is None:
        return ""
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if found.tzinfo else found.isoformat()


def printables(
    case: Case, numbers: Sequence[str], acquisitions: Mapping[int, Acquisition], hidden: Collection[str]
) -> Iterator[BoundItem]:
    """The items as they are printed for a production: no title, time, answer or note by a person; what is ``hidden``
    (SHA-256 of what is held back) is not shown beside or inside them."""
    from evidencekit.catalog.items import get_items

    with case.catalog.read() as connection:
        found = get_items(connection, numbers)
    for number in numbers:
        item = found[number]
        dated = item.moments if item.kind in _DATED else ()
        bare = replace(item, title=None, when_said=None, party=None, moments=dated, warnings=())
        yield bound_item(case, bare, acquisitions, _context(case, item, hidden))


def _context(case: Case, item: Item, hidden: Collection[str]) -> Context:
    from evidencekit.catalog.answers import full_context

    if item.kind not in _SHOWS_OTHERS:
        return Context()
    with case.catalog.read() as connection:
        neighbours = item.kind is Kind.MESSAGES
        whole = full_context(connection, item.number, case.originals.folder, neighbours=neighbours)
    inside = tuple(sorted({each.path.name for each in whole.beside} & set(hidden)))
    nowhere = case.originals.folder / "held-back"
    # Its place and its name stay: the page must say that it is held back, not that it was never received.
    told = (Beside(each.name, nowhere, "", _HELD) if each.path.name in inside else each for each in whole.beside)
    return Context(beside=tuple(told), hidden=inside)
