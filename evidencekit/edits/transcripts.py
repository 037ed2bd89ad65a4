"""A person's transcript of a recording: begun from a machine's draft or from nothing, written, certified.

A version that is worked at can be changed and undone; a certified one never changes, and writing on makes the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evidencekit.casefile import Case
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.edits.items import known_items
from evidencekit.errors import UsageError
from evidencekit.model import Item, Kind
from evidencekit.spoken import Spoken, as_text, checked_lines, digest_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evidencekit.catalog.transcripts import Version

DECLARATION = (
    "I have listened to the recording and compared it with this transcript. To the best of my knowledge it is a true "
    "and complete transcript of what can be heard; what I could not make out is marked [inaudible]."
)
_FROM_DRAFT, _FROM_NOTHING = "machine draft", "nothing"
_MOST_SPEAKERS = 20


def start_transcript(case: Case, number: str, *, from_draft: bool) -> Version:
    """Begin a new version from the machine's draft or from nothing. Raises :class:`UsageError` when the item is no
    recording, there is no draft, or a version is being worked at."""
    from evidencekit.catalog import transcripts

    with case.catalog.write() as connection:
        item = _recording(connection, number)
        there = transcripts.transcribed(connection, item.number)
        latest = there.latest
        if latest is not None and not latest.certified:
            raise UsageError(
                "A version of this transcript is being worked at.", item=item.number, todo="Go on with that one."
            )
        if from_draft and there.draft is None:
            raise UsageError(
                "No machine has drafted a transcript of this.", item=item.number, todo="Transcribe it, or type it."
            )
        lines = there.draft.lines() if from_draft and there.draft is not None else ()
        engine = there.draft.engine.words() if from_draft and there.draft is not None else ""
        basis = f"{_FROM_DRAFT} ({engine})" if from_draft else _FROM_NOTHING
        return _put(case, connection, item.number, latest, lines, (), basis, new=True)


def save_transcript(
    case: Case,
    number: str,
    *,
    lines: Sequence[Spoken],
    speakers: Sequence[str] = (),
    basis: str = "",
    new: bool = False,
) -> Version:
    """Keep these lines: in the version that is being worked at, or in a next one where there is none, the latest is
    certified, or a ``new`` one is wanted. ``basis`` says where a new one comes from. Raises :class:`UsageError`."""
    from evidencekit.catalog import transcripts

    kept = checked_lines(lines)
    with case.catalog.write() as connection:
        item = _recording(connection, number)
        there = transcripts.transcribed(connection, item.number)
        latest = there.latest
        fresh = new or latest is None or latest.certified
        return _put(case, connection, item.number, latest, kept, speakers, basis or _goes_on(latest), new=fresh)


def certify_transcript(case: Case, number: str, *, by: str = "", declaration: str = DECLARATION) -> Version:
    """Certify the version that is being worked at: ``by`` “Name, role” (else whoever acts) declares that it is right.
    The ledger keeps the item, the version, the digest of its text and who; from here on this version never changes.

    Raises :class:`UsageError` when there is nothing to certify."""
    from evidencekit.catalog import transcripts

    who = case.home.actor(by) if by.strip() else case.actor
    said = words(declaration, "declaration", lines=True)
    if not said.strip():
        raise UsageError("A certified transcript carries a declaration.", todo="Say what is declared.")
    with case.catalog.write() as connection:
        item = _recording(connection, number)
        latest = transcripts.transcribed(connection, item.number).latest
        if latest is None or not latest.lines:
            raise UsageError(
                "There is no person's transcript of this to certify; a machine's draft is never certified as it is.",
                item=item.number,
                todo="Begin one, listen to the recording, mend its lines, then certify it.",
            )
        if latest.certified:
            raise UsageError("The latest version is certified already.", item=item.number, todo="Nothing is to do.")
        certified = replace(latest, by=who, declaration=said.strip(), time=_now())
        transcripts.put_version(connection, certified)
    fields = {
        "item": certified.item,
        "made": "transcript",
        "version": certified.version,
        "sha256": digest_of(certified.lines),
        "certified_by": who,
    }
    case.commit(
        [Entry("derive", fields)],
        lambda connection: transcripts.certify(connection, certified.item, certified.version),
    )
    return replace(certified, state=transcripts.State.CERTIFIED)


def _recording(connection: Connection, number: str) -> Item:
    item = known_items(connection, [number])[0]
    if item.kind not in (Kind.AUDIO, Kind.VIDEO):
        raise UsageError(
            "Only recordings and videos are transcribed.", item=item.number, todo="Choose one with sound in it."
        )
    return item


def _put(
    case: Case,
    connection: Connection,
    number: str,
    latest: Version | None,
    lines: tuple[Spoken, ...],
    speakers: Sequence[str],
    basis: str,
    *,
    new: bool,
) -> Version:
    from evidencekit.catalog import transcripts

    named = [words(each, "speaker").strip() for each in speakers] or list(latest.speakers if latest else ())
    named += [each.speaker for each in lines if each.speaker]
    kept = tuple(dict.fromkeys(filter(None, named)))[:_MOST_SPEAKERS]
    if new or latest is None:
        number_of_it = latest.version + 1 if latest is not None else 1
        state = transcripts.State.DRAFT
        made = transcripts.Version(number, number_of_it, state, case.actor, _now(), lines, kept, basis)
    else:
        made = replace(latest, actor=case.actor, time=_now(), lines=lines, speakers=kept, by="", declaration="")
    transcripts.put_version(connection, made)
    return made


def _goes_on(latest: Version | None) -> str:
    return _FROM_NOTHING if latest is None else f"version {latest.version}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def certified_text(version: Version) -> str:
    """The very text whose digest the ledger keeps."""
    return as_text(version.lines)
