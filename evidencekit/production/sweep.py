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
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.casefile.protection import GPS, UNSEARCHABLE, protected_key
from evidencekit.custody.digest import digest_file
from evidencekit.custody.names import shown
from evidencekit.custody.reuse import Shelf
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.media.sweep import VERSION
from evidencekit.media.sweeping.hunt import HELD, Found, Words
from evidencekit.model import Hit, Kind, Protection, Study
from evidencekit.production.package import opened_by
from evidencekit.production.scratch import scratch_of
from evidencekit.production.values import ProducedItem, Production

_NAMES = frozenset({"name", "received_path"})
# Fields of our own making, in which nothing of evidence stands.
_OURS = frozenset(
    {"item", "parent", "begin", "end", "family_begin", "family_end", "kind", "sha256", "blake3", "pdf", "text"}
    | {"confidentiality"}  # the order's own
)
_SOUNDS = frozenset({Kind.AUDIO, Kind.VIDEO})
_PLACES = frozenset({"gps", "place"})
_ORDER = ("native", "pdf", "text", "name", "index", "metadata")
_TEXT = "text/plain"
_LONGEST = 300
_MOST_KEPT = 64 << 20  # bytes of what earlier searches found
_SAID = {HELD: "what is held back"}
WHOLE_CASE = ""  # instead of an item's number, where something stands on or with everything


@dataclass(frozen=True, slots=True)
class Leaving:
    """What would leave: a production as planned, each item's pages (``pdfs``, not stamped yet) and ``texts`` by item
    number. Natives are the case's originals. ``held``: SHA-256 (hex) → size of each content that is held back."""

    case: Case
    production: Production
    pdfs: Mapping[str, Path]
    texts: Mapping[str, Path]
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Searched:
    """One file to search, and for which (item, where) what it holds counts; ``sha256`` where what is found is
    kept, else empty."""

    path: Path
    name: str
    media_type: str
    sha256: str
    counts: tuple[tuple[str, str], ...]


def sweep(leaving: Leaving, protection: Protection, job: Job) -> list[Hit]:
    """Every place where something protected, a position, or what cannot be searched would leave and no person has let
    it go; by item, where it is, and what. ``item`` is :data:`WHOLE_CASE` for words that stand on or with everything.

    Raises :class:`~evidencekit.errors.Cancelled`, :class:`OSError` and what starting a worker raises.
    """
    found: list[tuple[str, str, Found]] = []
    with scratch_of(leaving.case) as scratch:
        files = list(_natives_and_pages(leaving, job))
        files += _texts_and_words(leaving, scratch)
        for searched, what in _search(leaving, files, protection.terms, scratch, job):
            found += [(item, where, each) for item, where in searched.counts for each in what]
    found += _names_and_fields(leaving.case, leaving.production, protection.terms)
    found += _positions_known(leaving)
    return _hits(leaving.production, found, protection)


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
        yield f"Words in pictures were not searched, for no machine has read them yet: {', '.join(seen)}."
    if heard:
        yield f"What is said in recordings was not searched, for they have no transcript: {', '.join(heard)}."


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
        yield _Searched(path, name, media_type, sha256, tuple(counts))


def _texts_and_words(leaving: Leaving, scratch: Path) -> Iterator[_Searched]:
    """The texts that leave, and what machines and people read or heard in what leaves, as files of their own."""
    for each in leaving.production.items:
        if each.item in leaving.texts:
            yield _Searched(leaving.texts[each.item], "text.txt", _TEXT, "", ((each.item, "text"),))
        for number, (wheres, words) in enumerate(_known_words(leaving.case, each)):
            if words.strip():
                path = scratch / f"{each.item}-{number}.txt"
                path.write_text(words, "utf-8", errors="backslashreplace")
                yield _Searched(path, "words.txt", _TEXT, "", tuple((each.item, where) for where in wheres))


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
    settings = {"terms": json.dumps(list(terms)), "held": json.dumps(dict(held))}
    with Readers() as readers:
        waiting: list[tuple[_Searched, Future[Study]]] = []
        for each in files:
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
    it is searched."""
    keys = [protected_key(each) for each in terms]
    return shelf.place("searched", VERSION, file.sha256, file.name, keys, sorted(held))


def _found(study: Study) -> list[Found]:
    if study.result is None:
        why = " ".join(study.warnings) or "nothing came of searching it"
        return [Found(UNSEARCHABLE, why)]
    try:
        return [Found(**each) for each in json.loads(study.result.read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return [Found(UNSEARCHABLE, "what came of searching it cannot be read")]


def _names_and_fields(case: Case, production: Production, terms: Sequence[str]) -> Iterator[tuple[str, str, Found]]:
    """Every word of the index, the load files, the letter, and the ledger as it goes along."""
    words = Words(terms)
    for item in production.items:
        for field in fields(item):
            value = getattr(item, field.name)
            if isinstance(value, str) and value and field.name not in _OURS:
                where = "name" if field.name in _NAMES else "index"
                yield from ((item.item, where, each) for each in words.find(value))
    for held in production.held:
        yield from ((held.item, "index", each) for each in words.find(held.basis))
    info, order = asdict(production.case), asdict(production.order)
    for value in (*info.values(), *order.values(), production.prefix, production.by, *_ledger_words(case, production)):
        if isinstance(value, str) and value:
            yield from ((WHOLE_CASE, "index", each) for each in words.find(value))


def _ledger_words(case: Case, production: Production) -> Iterator[str]:
    """What the ledger's extract says openly: who did what, mostly."""
    goes = opened_by(case, production)
    for line in case.checked.lines:
        if goes(line):
            yield json.dumps([line.actor, line.fields], ensure_ascii=False)


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
