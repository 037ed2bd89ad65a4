"""Nothing protected leaves: every file and every word of a production is searched before anything is written.

Natives and pages are searched by the contained worker (:mod:`evidencekit.media.sweep`), to the bottom of what they
hold; texts, names, load-file fields and what the catalog knows of an item (its facts, words recognised in pictures or
heard in recordings) in the same ways. A file that cannot be searched to its bottom is a hit of its own, never passed in
silence.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from evidencekit.casefile import TOOL, Case
from evidencekit.casefile.protection import GPS, UNSEARCHABLE, protected_key
from evidencekit.custody.digest import digest_file
from evidencekit.custody.names import shown
from evidencekit.custody.reuse import Shelf
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.media.sweep import VERSION
from evidencekit.media.sweeping.hunt import HELD, Found, Words
from evidencekit.model import Hit, Kind, Protection, Study
from evidencekit.production.bates import order_of
from evidencekit.production.scratch import scratch_of
from evidencekit.production.values import Named, ProducedItem, Production
from evidencekit.production.whole import of_the_whole
from evidencekit.sense.tight import tight

_NAMES = frozenset({"name", "received_path"})
# Fields of our own making, in which nothing of evidence stands.
_OURS = frozenset(
    {"item", "parent", "begin", "end", "family_begin", "family_end", "kind", "sha256", "blake3", "pdf", "text"}
    | {"native", "confidentiality"}  # the order's own words, and the received file's suffix, which its name has too
)
_SOUNDS = frozenset({Kind.AUDIO, Kind.VIDEO})
_PLACES = frozenset({"gps", "place"})
_ORDER = ("native", "pdf", "text", "name", "index", "metadata")
_TEXT = "text/plain"
_LONGEST = 300
_MOST_KEPT = 64 << 20  # bytes of what earlier searches found
_SAID = {HELD: "what is held back"}
_MOST_NAMED = 3
_SHORTEST = 3  # letters and digits, of what is looked for as a term is
_WAITING = "`evidencekit background CASE --list` tells what waits."
WHOLE_CASE = ""  # instead of an item's number, where something stands on or with everything


@dataclass(frozen=True, slots=True)
class Leaving:
    """What would leave: a production as planned, each item's pages (``pdfs``, not stamped yet) and ``texts`` by item
    number. Natives are the case's originals. ``held``: SHA-256 (hex) → size of each content that is held back;
    ``names``: item that goes → number and name of each that stays and that it may name; ``sheets``: the items whose
    page is of our own making, with their number of the production on it."""

    case: Case
    production: Production
    pdfs: Mapping[str, Path]
    texts: Mapping[str, Path]
    held: Mapping[str, int]
    names: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    sheets: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Swept:
    """Every open hit by item, where it is, and what; and where the names of what stays stand in what goes."""

    hits: tuple[Hit, ...]
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class _Searched:
    """One file to search, and for which (item, where) what it holds counts; ``sha256`` where what is found is
    kept, else empty; ``names`` are looked for besides the terms, and come behind them."""

    path: Path
    name: str
    media_type: str
    sha256: str
    counts: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = ()


def sweep(leaving: Leaving, protection: Protection, job: Job) -> Swept:
    """Every place where something protected, a position, or what cannot be searched would leave and no person has let
    it go. ``item`` is :data:`WHOLE_CASE` for words that stand on or with everything: one hit a term, that says which.

    Raises :class:`~evidencekit.errors.Cancelled`, :class:`OSError` and what starting a worker raises.
    """
    found: list[tuple[str, str, Found]] = []
    named: list[Named] = []
    most = len(protection.terms)
    with scratch_of(leaving.case) as scratch:
        files = list(_natives_and_pages(leaving, job))
        files += _texts_and_words(leaving, scratch)
        for searched, what in _search(leaving, files, protection.terms, scratch, job):
            terms = [each for each in what if not isinstance(each.term, int) or each.term < most]
            found += [(item, where, each) for item, where in searched.counts for each in terms]
            told = {searched.names[int(each.term) - most]: _told(each) for each in what if each not in terms}
            named += _named(leaving, searched, told)
    named += _short_names(leaving)
    whole = list(of_the_whole(leaving.case, leaving.production, protection.terms))
    prefixed = {each.term for each in Words(protection.terms).find(leaving.production.prefix)}
    ours = {(each, "pdf") for each in leaving.sheets}  # the prefix stands on these pages, which is said once
    found = [each for each in found if each[:2] not in ours or each[2].term not in prefixed]
    found += [(WHOLE_CASE, "index", each) for each in whole]
    found += _names_and_fields(leaving.production, protection.terms)
    found += _positions_known(leaving)
    return Swept(tuple(_hits(leaving.production, found, protection)), tuple(sorted(named, key=_by_place)))


def _named(leaving: Leaving, searched: _Searched, found: Mapping[str, str]) -> Iterator[Named]:
    """Whose names were found, for each item that the file leaves with."""
    for inside, where in searched.counts:
        for item, name in leaving.names.get(inside, ()):
            if name in found:
                yield Named(item, name, inside, where, found[name])


def _short_names(leaving: Leaving) -> Iterator[Named]:
    """Names too short to be searched for as terms are, where the words of the pages have them."""
    for inside, names in leaving.names.items():
        short = [each for each in names if each[1].strip() and not _searchable(each[1])]
        if short and inside in leaving.texts:
            text = leaving.texts[inside].read_text("utf-8", errors="replace")
            for item, name in (each for each in short if each[1] in text):
                yield from (Named(item, name, inside, where, name) for where in ("pdf", "text"))


def _searchable(name: str) -> bool:
    return len(tight(name)) >= _SHORTEST


def _by_place(named: Named) -> tuple[tuple[int, str], tuple[int, str], int]:
    return order_of(named.item), order_of(named.inside), _ORDER.index(named.where)


def unread(leaving: Leaving, protection: Protection, wordless: Collection[str]) -> Iterator[str]:
    """Sentences on what leaves with words in it that nobody has read or heard for this program, so that they could not
    be searched; ``wordless`` are the items without a text. None while no term is protected."""
    from evidencekit.catalog import derivatives, transcripts

    seen: list[str] = []
    heard: list[str] = []
    with leaving.case.catalog.read() as connection:
        for each in leaving.production.items if protection.terms else ():
            if each.kind in _SOUNDS:
                said = transcripts.transcribed(connection, each.item)
                if each.native and not said.versions and said.draft is None:
                    heard.append(each.item)
                continue
            drawn = each.kind is Kind.IMAGE or (each.kind is Kind.DOCUMENT and each.item in wordless)
            if drawn and derivatives.recognised(connection, each.item) is None:
                seen.append(each.item)
    if seen:
        many = "1 picture or scan" if len(seen) == 1 else f"{len(seen):,} pictures and scans"
        yield f"Words in {many} were not searched, for no machine has read them yet: {_first_of(seen)}. {_WAITING}"
    if heard:
        many = "1 recording was" if len(heard) == 1 else f"{len(heard):,} recordings was"
        why = "it has no transcript" if len(heard) == 1 else "they have no transcripts"
        yield f"What is said in {many} not searched, for {why}: {_first_of(heard)}. {_WAITING}"


def _first_of(numbers: Sequence[str]) -> str:
    more = len(numbers) - _MOST_NAMED
    return ", ".join(numbers[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _hits(production: Production, found: Sequence[tuple[str, str, Found]], protection: Protection) -> list[Hit]:
    terms = protection.terms
    hits: dict[tuple[str, str, str], Hit] = {}
    for item, where, each in found:
        known = isinstance(each.term, int)
        what = terms[each.term] if isinstance(each.term, int) else _SAID.get(each.term, each.term)
        key = protected_key(what) if known else str(each.term)
        if not protection.clears(item, key):
            hits.setdefault((item, where, key), Hit(item, where, what, key, _told(each)))
    places = {each.item: place for place, each in enumerate(production.items)}

    def order(hit: Hit) -> tuple[int, str, int, str]:
        return places.get(hit.item, -1), hit.item, _ORDER.index(hit.where), hit.key

    return sorted(hits.values(), key=order)


def _told(found: Found) -> str:
    text = shown(found.excerpt)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _natives_and_pages(leaving: Leaving, job: Job) -> Iterator[_Searched]:
    """The originals that leave and the pages, each content once."""
    same: dict[tuple[str, str], list[tuple[str, str]]] = {}
    about: dict[tuple[str, str], tuple[Path, ProducedItem]] = {}
    items = leaving.production.items
    pdfs = dict.fromkeys(leaving.pdfs.values(), "")
    for done, path in enumerate(pdfs):
        job.step(done, len(pdfs), "Looking what was searched before")
        pdfs[path] = digest_file(os.fspath(path))[0].sha256
    for each in items:
        pdf = leaving.pdfs[each.item]
        for where, sha256, path in (
            ("native", each.sha256 if each.native else "", leaving.case.originals.path(each.sha256)),
            ("pdf", pdfs[pdf], pdf),
        ):
            if sha256:
                same.setdefault((where, sha256), []).append((each.item, where))
                about[where, sha256] = (path, each)
    for (where, sha256), counts in same.items():
        path, each = about[where, sha256]
        name, media_type = (each.name, each.media_type) if where == "native" else ("pages.pdf", "application/pdf")
        yield _Searched(path, name, media_type, sha256, tuple(counts), _names_for(leaving, counts))


def _texts_and_words(leaving: Leaving, scratch: Path) -> Iterator[_Searched]:
    """The texts that leave, and what machines and people read or heard in what leaves, as files of their own."""
    for each in leaving.production.items:
        if each.item in leaving.texts:
            counts = ((each.item, "text"),)
            yield _Searched(leaving.texts[each.item], "text.txt", _TEXT, "", counts, _names_for(leaving, counts))
        for number, (wheres, words) in enumerate(_known_words(leaving.case, each)):
            if words.strip():
                path = scratch / f"{each.item}-{number}.txt"
                path.write_text(words, "utf-8", errors="backslashreplace")
                yield _Searched(path, "words.txt", _TEXT, "", tuple((each.item, where) for where in wheres))


def _names_for(leaving: Leaving, counts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    names = {name for item, _ in counts for _, name in leaving.names.get(item, ())}
    return tuple(sorted(filter(_searchable, names)))


def _known_words(case: Case, item: ProducedItem) -> Iterator[tuple[tuple[str, ...], str]]:
    """What the catalog knows of an item: (where it would leave, the words)."""
    from evidencekit.catalog import derivatives, search, transcripts
    from evidencekit.catalog.items import get_items

    native = ("native",) if item.native else ()
    with case.catalog.read() as connection:
        seen = derivatives.recognised(connection, item.item)
        yield ("pdf", *native), seen.text if seen else ""
        if not native:
            return
        spoken = transcripts.transcribed(connection, item.item)
        heard = [each.text for each in spoken.versions]
        made = [derivatives.derivative(connection, item.item, kind) for kind in ("transcript", "exiftool")]
        body = search.body_of(connection, item.item)
        facts = get_items(connection, [item.item])[item.item].facts
    yield native, "\n\n".join([*heard, *(each.text for each in made[:1] if each), body])
    told = [f"{each.name}: {each.value}" for each in facts if each.name not in _PLACES]
    yield ("metadata",), "\n".join([*told, *(each.text for each in made[1:] if each)])


def _search(
    leaving: Leaving, files: Sequence[_Searched], terms: Sequence[str], scratch: Path, job: Job
) -> Iterator[tuple[_Searched, list[Found]]]:
    """What each file holds, searched by workers; what one of this user's searches found before is taken from there."""
    case, held = leaving.case, leaving.held
    shelf = Shelf(case.derived / "searched", case.home.mac) if os.access(case.derived, os.W_OK) else None
    contents = json.dumps(dict(held))
    with Readers() as readers:
        waiting: list[tuple[_Searched, Future[Study]]] = []
        for each in files:
            settings = {"terms": json.dumps([*terms, *each.names]), "held": contents}
            kept = shelf.kept(_place(shelf, each, terms, held)) if shelf and each.sha256 else None
            if kept is not None:
                yield each, [Found(**one) for one in kept.body["found"]]
                continue
            out = scratch / f"search-{len(waiting)}"
            zone = case.info.timezone
            future = readers.submit_study(
                each.path, each.name, each.media_type, zone, out, work="sweep", settings=settings
            )
            waiting.append((each, future))
        for done, (each, future) in enumerate(waiting):
            study = job.wait(future, done, len(waiting), f"Searching {each.counts[0][0]} for what is protected")
            found = _found(study)
            if shelf and each.sha256 and study.result is not None:
                shelf.keep(_place(shelf, each, terms, held), {"found": [asdict(one) for one in found]}, None)
            shutil.rmtree(scratch / f"search-{done}", ignore_errors=True)
            yield each, found
    if shelf is not None:
        shelf.prune(_MOST_KEPT)


def _place(shelf: Shelf, file: _Searched, terms: Sequence[str], held: Mapping[str, int]) -> Path:
    """What is found depends on the content and its name, on every term in its order, on what is held back, and on how
    it is searched: what another release found is not taken, for it may have missed what this one finds."""
    keys = [protected_key(each) for each in (*terms, *file.names)]
    return shelf.place("searched", TOOL, VERSION, file.sha256, file.name, keys, sorted(held))


def _found(study: Study) -> list[Found]:
    if study.result is None:
        why = " ".join(study.warnings) or "nothing came of searching it"
        return [Found(UNSEARCHABLE, why)]
    try:
        return [Found(**each) for each in json.loads(study.result.read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return [Found(UNSEARCHABLE, "what came of searching it cannot be read")]


def _names_and_fields(production: Production, terms: Sequence[str]) -> Iterator[tuple[str, str, Found]]:
    """Every word of the index, the load files and the letter that is of one item."""
    words = Words(terms)
    for item in production.items:
        for each in fields(item):
            value = getattr(item, each.name)
            if isinstance(value, str) and value and each.name not in _OURS:
                where = "name" if each.name in _NAMES else "index"
                yield from ((item.item, where, found) for found in words.find(value))
    for held in production.held:
        for found in words.find(held.basis):
            yield (
                held.item,
                "index",
                Found(found.term, f"why it is held back, printed in the letter: {found.excerpt}"),
            )


def _positions_known(leaving: Leaving) -> Iterator[tuple[str, str, Found]]:
    """Positions that were read out of what leaves when it was taken in."""
    from evidencekit.catalog.items import get_items

    natives = [each.item for each in leaving.production.items if each.native]
    with leaving.case.catalog.read() as connection:
        found = get_items(connection, natives)
    for number in natives:
        for fact in found[number].facts:
            if fact.name == "gps" and re.search("[1-9]", str(fact.value)):
                yield number, "metadata", Found(GPS, f"{fact.basis}: {fact.value}")
