"""What the SQL lets through and in which order, held against plain Python over the same items."""

from __future__ import annotations

import random
import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from evidencekit import edits, exhibits
from evidencekit.casefile import Case, write_case
from evidencekit.catalog import Catalog, browse, court, items, put_info, search
from evidencekit.catalog.browse import Filter, Order
from evidencekit.catalog.listing import refill, title_key
from evidencekit.catalog.tables import drafts, listing
from evidencekit.custody.acquisitions import ItemRecord, Record
from evidencekit.custody.keys import Home
from evidencekit.model import (
    Acquisition,
    CaseInfo,
    Digests,
    Exhibit,
    Fact,
    Item,
    Kind,
    Moment,
    Party,
    Reading,
    Role,
    Status,
    Zone,
)
from evidencekit.moments import parse_when, sort_key, zone_basis

ZONE = "America/Los_Angeles"
COUNT = 120
WORDS = ("car", "carport", "grey", "greyhound", "window", "letter", "señora", "7", "work")
PARTIES = ("Doe", "hollis", "Okonkwo")
# Instants at which Los Angeles and UTC count different days, naive times, dates, fuzzy words and open ends.
FOUND = (
    "2026-01-06T07:12:00-08:00",
    "2026-01-07T02:00:00+00:00",
    "2026-01-07T23:30:00",
    "2026-02-28T23:59:59.5-08:00",
    "2026-01-06T15:12:00+00:00",
)
SAID = (
    "early March 2026",
    "2026-03-04",
    "before 4 March 2026",
    "after 1 February 2026",
    "2026",
    "about 9 pm on 6 Jan 2026",
)
DAYS = ("", "2025-12-31", "2026-01-06", "2026-01-07", "2026-02-28", "2026-03-04", "2026-03-11", "2027-01-01")


def number_of(place: int) -> str:
    return f"ITEM-{place:04d}"


def fill(connection: Connection) -> None:
    noise = random.Random(3)
    put_info(connection, CaseInfo("", "1", "People v. Hollis", ZONE))
    for name in PARTIES:
        court.put_party(connection, Party(name, Role.OTHER, ()))
    for hand_over in (1, 2, 3):
        numbers = range((hand_over - 1) * COUNT // 3 + 1, hand_over * COUNT // 3 + 1)
        records = tuple(record(number, noise) for number in numbers)
        found = {each.number: reading(noise) for each in records}
        texts = {each.number: " ".join(noise.choices(WORDS, k=3)) for each in records}
        items.add_acquisition(
            connection, Record(Acquisition(hand_over, "A telephone", "2026-04-10T17:02:11Z"), records, ()), found
        )
        search.index_readings(connection, found, texts)
    for place in range(1, COUNT + 1):
        said = {
            "title": noise.choice((None, "Grey car", "letter 2", "letter 10")),
            "party": noise.choice((*PARTIES, None)),
        }
        if place % 3 == 0:
            said["when_said"] = noise.choice(SAID)
        items.describe(connection, number_of(place), said)
        search.index_words(connection, items.get_items(connection, [number_of(place)])[number_of(place)])
    arranged = [
        Exhibit("2", "Two", (number_of(9), number_of(5))),
        Exhibit("1", "One", (number_of(7), number_of(9), number_of(30))),
        Exhibit("3", "Gone", (number_of(11), number_of(7)), Status.WITHDRAWN),
    ]
    court.set_arrangement(connection, arranged)
    prepared = [{"position": 1, "title": "Being prepared", "items": [number_of(60), number_of(7), number_of(12)]}]
    connection.execute(insert(drafts), prepared)


def record(place: int, noise: random.Random) -> ItemRecord:
    name = f"{noise.choice(('IMG', 'img', 'Bild'))}_{noise.randint(1, 40)}.jpg"
    digests = Digests(noise.randbytes(32).hex(), noise.randbytes(32).hex())
    twice = number_of(place - 1) if place % 10 == 5 else None
    size = noise.randint(0, 20)
    return ItemRecord(number_of(place), name, f"phone/{name}", "", size, digests, duplicate_of=twice)


def reading(noise: random.Random) -> Reading:
    values = noise.sample(FOUND, noise.randint(0, 2))
    return Reading(
        kind=noise.choice(list(Kind)),
        media_type="image/jpeg",
        extension_matches=noise.random() < 0.8,
        reader="image",
        version="1",
        facts=(Fact("make", "Maker", "exif"),),
        moments=tuple(Moment(each, each, "exif DateTimeOriginal", zone_of(each)) for each in values),
        warnings=("It is cut off.",) if noise.random() < 0.2 else (),
        pages=noise.choice((1, 2)),
        seconds=noise.choice((None, 1.5)),
    )


def zone_of(value: str) -> Zone:
    return Zone.NONE if datetime.fromisoformat(value).tzinfo is None else Zone.STATED


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    catalog = Catalog(tmp_path_factory.mktemp("browse") / "catalog.db", write=True)
    with catalog.write() as connection:
        fill(connection)
    with catalog.read() as connection:
        yield connection
    catalog.close()


def days(item: Item) -> tuple[date, date] | None:
    if item.when is None:
        return None
    if "T" in item.when:
        moment = datetime.fromisoformat(item.when)
        day = (moment.astimezone(ZoneInfo(ZONE)) if moment.tzinfo else moment).date()
        return day, day
    when = parse_when(item.when, ZONE)
    return (
        when.earliest.date() if when.earliest else date.min,
        when.latest.date() if when.latest else date.max,
    )


def tokens(text: str) -> list[str]:
    plain = text.casefold().replace("ñ", "n")
    return re.findall(r"[a-z0-9]+", plain)


def holds(connection: Connection, item: Item, words: str) -> bool:
    wanted = tokens(words)
    facts = " ".join(
        [item.kind.value, item.media_type, "make Maker", *(m.value + " " + m.as_found for m in item.moments)]
    )
    body = search.body_of(connection, item.number)
    held = set(tokens(" ".join([item.received_path, item.title or "", facts, body])))
    if not wanted:
        return True
    *whole, last = wanted
    done = words.endswith(" ")
    found = all(word in held for word in whole)
    found = found and (last in held if done else any(word.startswith(last) for word in held))
    return found or (len(wanted) == 1 and last.isdigit() and int(last) == int(item.number[5:]))


def passes(connection: Connection, item: Item, wanted: Filter) -> bool:
    arranged, prepared = court.arrangement(connection), connection.execute(select(drafts)).all()
    used = set(exhibits.citing(arranged)) | {number for row in prepared for number in row.items}
    span = days(item)
    first = date.fromisoformat(wanted.first_day) if wanted.first_day else date.min
    last = date.fromisoformat(wanted.last_day) if wanted.last_day else date.max
    bounded = bool(wanted.first_day or wanted.last_day)
    return all(
        (
            not wanted.kinds or item.kind in wanted.kinds,
            wanted.party is None or (item.party or "") == wanted.party,
            not bounded or (span is not None and span[0] <= last and span[1] >= first),
            not wanted.undated or span is None,
            not wanted.unmarked or item.number not in used,
            not wanted.warned or bool(item.warnings) or not item.extension_matches,
            wanted.repeats is None or wanted.repeats == (item.duplicate_of is not None),
            wanted.acquisition is None or item.acquisition == wanted.acquisition,
            holds(connection, item, wanted.words),
        )
    )


typed = st.lists(
    st.sampled_from((*WORDS, "c", "gre", "GREY", "senor", "maker", "img", "image", "12")), max_size=2
).flatmap(lambda words: st.sampled_from((" ".join(words), " ".join(words) + " ")))
filters = st.builds(
    Filter,
    words=st.one_of(st.just(""), typed),
    kinds=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(Kind))),
    party=st.sampled_from((None, None, "", *PARTIES)),
    first_day=st.sampled_from(("", *DAYS)),
    last_day=st.sampled_from(("", *DAYS)),
    undated=st.sampled_from((False, False, True)),
    unmarked=st.booleans(),
    warned=st.sampled_from((False, False, True)),
    repeats=st.sampled_from((None, None, True, False)),
    acquisition=st.sampled_from((None, None, 1, 3)),
)


def numbers(connection: Connection, ids: array[int]) -> list[str]:
    return [row.number for row in browse.rows(connection, ids)]


@given(wanted=filters)
def test_a_filter_lets_through_what_plain_python_lets_through(connection: Connection, wanted: Filter) -> None:
    expected = [item.number for item in items.all_items(connection) if passes(connection, item, wanted)]
    assert numbers(connection, browse.matching(connection, wanted, Order.NUMBER)) == expected


def test_the_filters_are_not_idle(connection: Connection) -> None:
    for wanted in (
        Filter("gre"),
        Filter("grey "),
        Filter(kinds=frozenset({Kind.EMAIL})),
        Filter(party=""),
        Filter(first_day="2026-03-04", last_day="2026-03-04"),
        Filter(undated=True),
        Filter(unmarked=True),
        Filter(warned=True),
        Filter(repeats=True),
        Filter(repeats=False),
        Filter(acquisition=2),
    ):
        assert 0 < len(browse.matching(connection, wanted)) < COUNT


def ordered(connection: Connection, order: Order, descending: bool) -> list[str]:
    """Sorted by one key after the other, the last first; what lacks a key stands last either way."""
    arranged, prepared = court.arrangement(connection), connection.execute(select(drafts)).all()
    live = [each.items for each in arranged if each.status is not Status.WITHDRAWN]
    in_exhibits = [number for numbers in (*live, *(row.items for row in prepared)) for number in numbers]
    keys: dict[Order, tuple[Callable[[Item], Any], ...]] = {
        Order.WHEN: (dated,),
        Order.NUMBER: (lambda item: int(item.number[5:]),),
        Order.TITLE: (lambda item: title_key(item.title or item.name),),
        Order.KIND: (lambda item: list(Kind).index(item.kind), dated),
        Order.EXHIBIT: (lambda item: in_exhibits.index(item.number) if item.number in in_exhibits else None,),
        Order.PARTY: (lambda item: item.party and item.party.lower(), dated),
        Order.SIZE: (lambda item: item.size,),
    }
    found = items.all_items(connection)
    for key in reversed(keys[order]):
        having = [item for item in found if key(item) is not None]
        found = sorted(having, key=key, reverse=descending) + [item for item in found if key(item) is None]
    return [item.number for item in found]


def dated(item: Item) -> tuple[str, ...] | None:
    return sort_key(item.when, ZONE)[:3] if item.when is not None else None


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", list(Order))
def test_an_order_is_total_and_stable(connection: Connection, order: Order, descending: bool) -> None:
    found = browse.matching(connection, Filter(), order, descending)
    assert numbers(connection, found) == ordered(connection, order, descending)


def test_every_order_has_a_row_in_the_test(connection: Connection) -> None:
    found = {tuple(browse.matching(connection, Filter(), order)) for order in Order}
    assert len(found) == len(Order)


def test_titles_are_ordered_as_people_do() -> None:
    names = ["IMG_10.png", "Émile", "img_9.png", "zoo", "Apple", "emil"]
    assert sorted(names, key=title_key) == ["Apple", "emil", "Émile", "img_9.png", "IMG_10.png", "zoo"]


@pytest.mark.parametrize("typed", ["7", "0007", "item-7", "ITEM-0007", " Item-0007 "])
def test_a_number_finds_its_item(connection: Connection, typed: str) -> None:
    assert "ITEM-0007" in numbers(connection, browse.matching(connection, Filter(typed)))


def test_the_beginning_of_a_digest_finds_its_items(connection: Connection) -> None:
    item = items.all_items(connection)[41]
    for digest in (item.digests.sha256, item.digests.blake3):
        for typed in (digest, digest[:8], digest[:20].upper()):
            assert numbers(connection, browse.matching(connection, Filter(typed))) == [item.number]
        assert not browse.matching(connection, Filter(digest[:7]))
        assert not browse.matching(connection, Filter(digest + "0"))


def test_a_phrase_is_a_phrase_and_words_alone_are_not(connection: Connection) -> None:
    phrase = set(browse.matching(connection, Filter('"grey car"')))
    words = set(browse.matching(connection, Filter("grey car ")))
    assert phrase < words
    assert set(browse.matching(connection, Filter("grey car"))) > words


@given(st.text(max_size=40))
def test_whatever_is_typed_never_fails(connection: Connection, words: str) -> None:
    ids = browse.matching(connection, Filter(words))
    browse.excerpts(connection, words, ids[:5])


@pytest.mark.parametrize("typed", ["", " ", '"', "* -", "''", "\x00", "…"])
def test_what_holds_no_word_hides_nothing(connection: Connection, typed: str) -> None:
    assert len(browse.matching(connection, Filter(typed))) == COUNT
    assert browse.excerpts(connection, typed, [1, 2]) == {}


def test_rows_say_what_the_items_say(connection: Connection) -> None:
    ids = browse.matching(connection, Filter(), Order.TITLE)
    assert ids.typecode == "q"
    found = {row.number: row for row in browse.rows(connection, ids)}
    cited = exhibits.citing(court.arrangement(connection))
    for item in items.all_items(connection):
        row = found[item.number]
        assert (row.name, row.title, row.kind, row.media_type) == (item.name, item.title, item.kind, item.media_type)
        assert (row.sha256, row.size, row.party, row.parent) == (
            item.digests.sha256,
            item.size,
            item.party,
            item.parent,
        )
        assert (row.duplicate_of, row.acquisition, row.warnings) == (item.duplicate_of, item.acquisition, item.warnings)
        assert (row.extension_matches, row.pages, row.seconds) == (item.extension_matches, item.pages, item.seconds)
        assert (row.when, row.said, row.moments) == (item.when, item.when_said is not None, len(item.moments))
        if item.when_said is not None:
            assert (row.zone, row.basis) == (zone_basis(item.when_said, ZONE), "")
        else:
            best = item.moments[0] if item.moments else None
            assert (row.zone, row.basis) == ((best.zone, best.basis) if best else (None, ""))
        assert row.exhibit == cited.get(item.number, "")
        assert row.draft == (item.number in {number_of(60), number_of(7), number_of(12)})


def test_rows_stand_in_the_order_asked_for_and_unknown_ids_are_left_out(connection: Connection) -> None:
    assert [row.id for row in browse.rows(connection, [5, 3, 9999, 100, 3])] == [5, 3, 100, 3]
    assert browse.rows(connection, []) == []
    many = [place % COUNT + 1 for place in range(1300)]
    assert [row.id for row in browse.rows(connection, many)] == many


def test_the_counts_are_those_of_the_filters(connection: Connection) -> None:
    found = browse.counts(connection)

    def count(wanted: Filter) -> int:
        return len(browse.matching(connection, wanted))

    assert found.items == COUNT
    assert found.by_kind == {kind: count(Filter(kinds=frozenset({kind}))) for kind in Kind}
    assert found.undated == count(Filter(undated=True))
    assert found.unmarked == count(Filter(unmarked=True))
    assert found.warned == count(Filter(warned=True))
    assert found.repeats == count(Filter(repeats=True))
    assert list(found.parties) == [*PARTIES, ""]
    assert found.parties == {party: count(Filter(party=party)) for party in (*PARTIES, "")}
    assert found.acquisitions == {hand_over: count(Filter(acquisition=hand_over)) for hand_over in (1, 2, 3)}
    assert (found.first_day, found.last_day) == ("2026-01-01", "2026-12-31")


def test_the_counts_of_nothing(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.db", write=True)
    with catalog.read() as connection:
        found = browse.counts(connection)
        assert (found.items, found.unmarked, found.first_day, found.last_day) == (0, 0, "", "")
        assert browse.matching(connection, Filter("car")) == array("q")
    catalog.close()


def test_excerpts_mark_what_was_typed(connection: Connection) -> None:
    ids = browse.matching(connection, Filter("greyh"))
    found = browse.excerpts(connection, "greyh", ids)
    assert set(found) == set(ids)
    for hit in found.values():
        assert {hit.excerpt[start:end] for start, end in hit.marks} == {"greyhound"}
    assert set(browse.excerpts(connection, "greyh", ids[:2])) == set(ids[:2])


def test_the_numbers_of_all_items(connection: Connection) -> None:
    found = browse.numbers(connection)
    every = browse.matching(connection, Filter())
    assert sorted(found) == sorted(every)
    assert [found[each] for each in every] == [row.number for row in browse.rows(connection, every)]


@pytest.fixture
def opened(filled_case: Path, home: Home) -> Iterator[Case]:
    with write_case(filled_case, home, "A. Rivera") as case:
        yield case


def listed(case: Case, wanted: Filter, order: Order = Order.WHEN) -> list[str]:
    with case.catalog.read() as connection:
        return numbers(connection, browse.matching(connection, wanted, order))


def test_what_is_described_stands_in_its_new_place_at_once(opened: Case) -> None:
    edits.put_party(opened, Party("J. D.", Role.VICTIM, ()))
    edits.describe(opened, "2", when="early March 2026", title="Zoo")
    edits.describe(opened, "3", when="2026-01-06T07:12:00", party="J. D.")
    assert listed(opened, Filter())[:2] == ["ITEM-0003", "ITEM-0002"]
    assert listed(opened, Filter(first_day="2026-03-05", last_day="2026-03-05")) == ["ITEM-0002"]
    assert listed(opened, Filter(party="J. D.")) == ["ITEM-0003"]
    assert listed(opened, Filter(), Order.TITLE)[-1] == "ITEM-0002"
    edits.describe(opened, "3", when="", party="")
    assert listed(opened, Filter())[0] == "ITEM-0002"
    assert listed(opened, Filter(party="J. D.")) == []


def test_a_newer_reading_moves_its_item_and_leaves_what_a_person_said(opened: Case) -> None:
    edits.describe(opened, "1", when="2026-01-01")
    found = Reading(Kind.IMAGE, "image/png", True, "image", "2", (), (), ("Cut off.",))
    found = replace(found, moments=(Moment("2025-12-24T10:00:00", "", "exif DateTimeOriginal", Zone.NONE),))
    with opened.catalog.write() as connection:
        items.replace_reading(connection, "ITEM-0001", found)
        items.replace_reading(connection, "ITEM-0004", found)
    assert listed(opened, Filter())[:2] == ["ITEM-0004", "ITEM-0001"]
    assert listed(opened, Filter(kinds=frozenset({Kind.IMAGE}), warned=True)) == ["ITEM-0004", "ITEM-0001"]


def test_the_listing_made_anew_is_the_one_kept_up(connection: Connection) -> None:
    kept = connection.execute(select(listing).order_by(listing.c.id)).all()
    refill(connection)
    made = connection.execute(select(listing).order_by(listing.c.id)).all()
    connection.rollback()
    assert kept == made
    assert len(kept) == COUNT
