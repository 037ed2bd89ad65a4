"""Finding items among thousands: filters, orders and pages of rows, fast enough to follow each key that is typed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from evidencekit.catalog import finding
from evidencekit.catalog.finding import Hit
from evidencekit.catalog.grammar import parse
from evidencekit.catalog.listing import case_zone
from evidencekit.catalog.tables import answers, descriptions, drafts, exhibits, items, listing, parties, readings
from evidencekit.model import Kind, Status, Zone
from evidencekit.moments import zone_basis

_PAGE = 500  # rows in one query
_EXHIBIT_STEP, _DRAFTS = 1_000_000, 10**15  # an exhibit's items in their order; drafts behind every exhibit
_NUMBER = re.compile(r"(?:item-)?0*([1-9][0-9]{0,8})", re.ASCII | re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{8,64}", re.ASCII | re.IGNORECASE)
_OPEN = ("0001-01-01", "9999-12-31")  # the ends that “before” and “after” leave open


class Order(StrEnum):
    """What a list of items is ordered by. Items without it stand last either way; equals by their number."""

    WHEN = "when"
    NUMBER = "number"
    TITLE = "title"
    KIND = "kind"
    EXHIBIT = "exhibit"
    PARTY = "party"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are wanted; all conditions hold together and the empty filter lets everything through.

    ``words`` as typed (:mod:`evidencekit.catalog.grammar`): an item must be, or hold a message that is, what they ask
    for; the last one that is not followed by a space may be unfinished, and what is not understood of them is left
    out (:func:`faults`). A single word also finds the item of that number (``7``, ``ITEM-0007``) and
    digests that begin so (8 hex digits at least). ``kinds`` empty: all. ``party``: a name, or "" for items without
    one. ``first_day`` and ``last_day``: ISO days, inclusive, in the case's zone; what may have happened then is let
    through. ``unmarked``: in no live exhibit and no draft. ``warned``: has warnings, or a name that its content does
    not match. ``asks``: leaves a question open that only a person can answer. ``repeats``: only those (True), none of
    those (False).
    """

    words: str = ""
    kinds: frozenset[Kind] = frozenset()
    party: str | None = None
    first_day: str = ""
    last_day: str = ""
    undated: bool = False
    unmarked: bool = False
    warned: bool = False
    asks: bool = False
    repeats: bool | None = None
    acquisition: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One item in a list. ``when`` and ``zone`` as :func:`evidencekit.moments.show` takes them; ``said``: a person
    chose it; ``basis`` tells where it was found, if it was; ``moments`` counts all found. ``exhibit`` is the label of
    its first live exhibit or "", ``draft`` whether it is in one that has no label yet. ``size`` in bytes."""

    id: int
    number: str
    name: str
    title: str | None
    kind: Kind
    media_type: str
    sha256: str
    size: int
    when: str | None
    zone: Zone | None
    said: bool
    basis: str
    moments: int
    party: str | None
    exhibit: str
    draft: bool
    duplicate_of: str | None
    parent: str | None
    warnings: tuple[str, ...]
    extension_matches: bool
    pages: int | None
    seconds: float | None
    acquisition: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items there are of each sort. ``parties`` has every party in the order entered, and "" for items
    without one; ``acquisitions`` is hand-over → items; ``first_day`` and ``last_day`` are the earliest and latest day
    that anything dated may lie on, "" when nothing is dated."""

    items: int
    by_kind: dict[Kind, int]
    undated: int
    unmarked: int
    warned: int
    asks: int
    repeats: int
    parties: dict[str, int]
    acquisitions: dict[int, int]
    first_day: str
    last_day: str


def matching(connection: Connection, wanted: Filter, order: Order = Order.WHEN, descending: bool = False) -> array[int]:
    """The ids of the items that pass, in order: a compact ``array("q")``, to be shown by pages of :func:`rows`."""
    source: FromClause = items.outerjoin(listing, listing.c.id == items.c.id)  # nothing vanishes unlisted
    keys: list[ColumnElement[Any]]
    if order is Order.EXHIBIT:
        placed = _places()
        source = source.outerjoin(placed, placed.c.number == items.c.number)
        keys = [placed.c.place]
    else:
        keys = _keys(order)
    query = select(items.c.id).select_from(source).where(*_conditions(connection, wanted))
    turned = [key.desc() if descending else key.asc() for key in keys]
    query = query.order_by(*(key.nulls_last() for key in turned), items.c.id)
    return array("q", connection.execute(query).scalars())


def _keys(order: Order) -> list[ColumnElement[Any]]:
    when: list[ColumnElement[Any]] = [listing.c.sort]
    match order:
        case Order.TITLE:
            return [listing.c.title]
        case Order.KIND:
            return [case({kind.value: place for place, kind in enumerate(Kind)}, value=listing.c.kind), *when]
        case Order.PARTY:
            return [listing.c.party.collate("NOCASE"), *when]
        case Order.SIZE:
            return [items.c.size]
        case Order.NUMBER:
            return [items.c.id]
        case _:
            return when


def _conditions(connection: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kinds:
        found.append(listing.c.kind.in_(sorted(kind.value for kind in wanted.kinds)))
    if wanted.party is not None:
        found.append(listing.c.party == wanted.party if wanted.party else listing.c.party.is_(None))
    if wanted.first_day:
        found.append(listing.c.last_day >= wanted.first_day)
    if wanted.last_day:
        found.append(listing.c.first_day <= wanted.last_day)
    if wanted.undated:
        found.append(listing.c.sort.is_(None))
    if wanted.unmarked:
        found.append(items.c.number.not_in(select(_places().c.number)))
    if wanted.warned:
        found.append(listing.c.warned)
    if wanted.asks:
        found.append(items.c.number.in_(_asking()))
    if wanted.repeats is not None:
        found.append(items.c.duplicate_of.is_not(None) if wanted.repeats else items.c.duplicate_of.is_(None))
    if wanted.acquisition is not None:
        found.append(items.c.acquisition == wanted.acquisition)
    if (worded := _worded(connection, wanted.words)) is not None:
        found.append(worded)
    return found


def _worded(connection: Connection, words: str) -> ColumnElement[bool] | None:
    """What is typed, as a condition; None while it holds nothing that can be looked for."""
    if not words.strip():
        return None
    held = finding.items_that_hold(connection, parse(words, case_zone(connection), unfinished=True))
    if held is None:
        return None
    ways: list[Any] = [held]
    word = words.strip()
    if number := _NUMBER.fullmatch(word):
        ways.append(items.c.number == f"ITEM-{int(number[1]):04d}")
    if _DIGEST.fullmatch(word):
        low = word.lower()
        ways += [and_(digest >= low, digest < low + "g") for digest in (items.c.sha256, items.c.blake3)]
    return or_(*ways)


def faults(connection: Connection, words: str) -> tuple[str, ...]:
    """What of the words typed is not understood, in sentences."""
    return parse(words, case_zone(connection), unfinished=True).faults


def _places() -> Subquery:
    """Item number → where it stands among the live exhibits, then the drafts."""
    marked, drafted = _listed_in(exhibits), _listed_in(drafts)
    both = union_all(
        select(marked.c.value.label("number"), (exhibits.c.position * _EXHIBIT_STEP + marked.c.key).label("place"))
        .select_from(exhibits)
        .join(marked, literal(True))
        .where(exhibits.c.status != Status.WITHDRAWN.value),
        select(drafted.c.value, drafts.c.position * _EXHIBIT_STEP + drafted.c.key + _DRAFTS)
        .select_from(drafts)
        .join(drafted, literal(True)),
    ).subquery()
    return select(both.c.number, func.min(both.c.place).label("place")).group_by(both.c.number).subquery()


def _asking() -> Select[tuple[str]]:
    """The numbers of the items that leave a question open: asked by the reading, and not answered."""
    asked = func.json_each(readings.c.questions).table_valued("value", joins_implicitly=True)
    key = func.json_extract(asked.c.value, "$[0]")
    told = select(answers.c.id).where(answers.c.item == readings.c.item, answers.c.key == key)
    some = select(readings.c.item).select_from(readings).join(asked, literal(True))
    return some.where(cast(readings.c.questions, Text) != "[]", ~told.exists()).distinct()


def _listed_in(of: FromClause) -> Any:
    return func.json_each(of.c["items"]).table_valued("key", "value", joins_implicitly=True)


def rows(connection: Connection, ids: Sequence[int]) -> list[Row]:
    """The rows of those ids, in that order; unknown ids are left out."""
    found: dict[int, Row] = {}
    zone = case_zone(connection)
    for start in range(0, len(ids), _PAGE):
        page = _fetched(connection, ids[start : start + _PAGE])
        numbers = [row["number"] for row in page]
        labels, drafted = _labels(connection, numbers), _drafted(connection, numbers)
        for row in page:
            found[row["id"]] = _row(row, zone, labels.get(row["number"], ""), row["number"] in drafted)
    return [found[each] for each in ids if each in found]


def _fetched(connection: Connection, ids: Sequence[int]) -> Sequence[RowMapping]:
    i, r, d = items.c, readings.c, descriptions.c
    query = (
        select(i.id, i.number, i.name, i.size, i.sha256, i.acquisition, i.parent, i.duplicate_of)
        .add_columns(r.kind, r.media_type, r.extension_matches, r.moments, r.warnings, r.pages, r.seconds)
        .add_columns(d.title, d.when_said, d.party)
        .join_from(items, readings, r.item == i.number)
        .outerjoin(descriptions, d.item == i.number)
        .where(i.id.in_(list(ids)))
    )
    return connection.execute(query).mappings().all()


def _labels(connection: Connection, numbers: Iterable[str]) -> dict[str, str]:
    listed = _listed_in(exhibits)
    query = (
        select(listed.c.value, exhibits.c.label)
        .select_from(exhibits)
        .join(listed, literal(True))
        .where(exhibits.c.status != Status.WITHDRAWN.value, listed.c.value.in_(numbers))
        .order_by(exhibits.c.position.desc(), exhibits.c.label.desc())
    )
    return {row.value: row.label for row in connection.execute(query)}


def _drafted(connection: Connection, numbers: Iterable[str]) -> set[str]:
    listed = _listed_in(drafts)
    query = select(listed.c.value).select_from(drafts).join(listed, literal(True)).where(listed.c.value.in_(numbers))
    return set(connection.execute(query).scalars())


def _row(row: RowMapping, zone: str, label: str, draft: bool) -> Row:
    said, found = row["when_said"], row["moments"]
    when, kind, basis = said, None, ""
    if said is not None:
        chosen = next((each for each in found if each[0] == said), None)
        kind, basis = (Zone(chosen[3]), chosen[2]) if chosen else (zone_basis(said, zone), "")
    elif found:
        when, _, basis, kind = found[0][0], None, found[0][2], Zone(found[0][3])
    return Row(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        title=row["title"],
        kind=Kind(row["kind"]),
        media_type=row["media_type"],
        sha256=row["sha256"],
        size=row["size"],
        when=when,
        zone=kind,
        said=said is not None,
        basis=basis,
        moments=len(found),
        party=row["party"],
        exhibit=label,
        draft=draft,
        duplicate_of=row["duplicate_of"],
        parent=row["parent"],
        warnings=tuple(row["warnings"]),
        extension_matches=row["extension_matches"],
        pages=row["pages"],
        seconds=row["seconds"],
        acquisition=row["acquisition"],
    )


def counts(connection: Connection) -> Counts:
    """How many items there are of each sort."""
    whole = connection.execute(
        select(
            func.count(items.c.id),
            func.count(items.c.duplicate_of),
            func.count().filter(listing.c.sort.is_(None)),
            func.count().filter(listing.c.warned),
            func.min(listing.c.first_day).filter(listing.c.first_day > _OPEN[0]),
            func.max(listing.c.last_day).filter(listing.c.last_day < _OPEN[1]),
        ).select_from(items.outerjoin(listing, listing.c.id == items.c.id))
    ).one()
    by_kind = dict(_grouped(connection, listing.c.kind))
    held = dict(_grouped(connection, func.coalesce(listing.c.party, "")))
    named = connection.execute(select(parties.c.name).order_by(parties.c.id)).scalars()
    marked = select(func.count()).select_from(items).where(items.c.number.in_(select(_places().c.number)))
    return Counts(
        items=whole[0],
        by_kind={kind: by_kind.get(kind.value, 0) for kind in Kind},
        undated=whole[2],
        unmarked=whole[0] - connection.execute(marked).scalar_one(),
        warned=whole[3],
        asks=connection.execute(select(func.count()).select_from(_asking().subquery())).scalar_one(),
        repeats=whole[1],
        parties={name: held.get(name, 0) for name in (*named, "")},
        acquisitions=dict(_grouped(connection, items.c.acquisition)),
        first_day=whole[4] or "",
        last_day=whole[5] or "",
    )


def _grouped(connection: Connection, by: ColumnElement[Any]) -> Iterable[tuple[Any, int]]:
    return ((key, count) for key, count in connection.execute(select(by, func.count()).group_by(by).order_by(by)))


def numbers(connection: Connection) -> dict[int, str]:
    """Every item's id → its number."""
    return {row[0]: row[1] for row in connection.execute(select(items.c.id, items.c.number))}


def excerpts(connection: Connection, words: str, ids: Sequence[int]) -> dict[int, Hit]:
    """Where those items hold the words: id → the item as a hit, or its first message that is one."""
    if not words.strip() or not ids:
        return {}
    return finding.excerpts(connection, parse(words, case_zone(connection), unfinished=True), ids)
