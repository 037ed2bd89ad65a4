"""Which files are marked for court, in which order, under which titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from evidencekit.demo.plan import Wanted
from evidencekit.demo.story import ToldExhibit
from evidencekit.model import Status

_HEARING, _RULED = "2026-06-15", "2026-06-16"
_JD, _OKADA, _CUSTODIAN = "J. D.", "Det. S. Okada", "P. Whitlock"
_EARLY, _TURN, _AFTER = "January to 10 February 2026", "11 to 19 February 2026", "After service of the order"
_COURT, _POLICE, _OTHER = "Court and carrier records", "Police reports and statements", "Notes and damaged files"
_VOICES, _FURTHER = "Further voicemails", "Further captures and photographs"

Entry = tuple[tuple[str, ...], str, str]  # keys, title, witness

# The order of marking up to the twelfth.
_FIRST: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        _EARLY,
        (
            (("thread:first",), "Text messages, first contact, 6 January 2026", _JD),
            (("voicemail:first",), "Voicemail, 9 January 2026", _JD),
            (("photo:desk",), "Photograph, flowers and card at front desk, 22 January 2026", "T. Alvarez"),
            (("mail:kiln",), "E-mail with two attachments, 24 January 2026", _JD),
            (("thread:stop",), "Text messages, “Please stop”, 29 January 2026", _JD),
            (("thread:parking", "photo:parking"), "Text message and photograph, parking space, 6 February 2026", _JD),
        ),
    ),
    (
        _TURN,
        (
            (("photo:dusk",), "Photograph, vehicle across from workplace, 11 February 2026", _JD),
            (("thread:no",), "Text messages, “No”, 11 February 2026", _JD),
            (("calls:night",), "List of calls, 41 attempts, 12 February 2026", _JD),
            (("mismatch",), "Lock screen, 12 February 2026", _JD),
            (("photo:roses", "mail:roses"), "Photograph and e-mail, roses, 14 February 2026", _JD),
            (("order",), "Temporary restraining order CH-1182, certified copy, 18 February 2026", "Clerk"),
        ),
    ),
)
_THEN: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        _AFTER,
        (
            (("thread:served",), "Text messages after service, 19 February 2026", _JD),
            (("thread:measured",), "Text message, “I measured it”, 24 February 2026", _JD),
            (("photo:bay6",), "Photograph, vehicle in bay 6, 2 March 2026", _JD),
            (("thread:coat",), "Text message, “Grey coat today”, 4 March 2026", _JD),
            (
                ("photo:note", "photo:second-note", "police:note", "police:note-detail"),
                "Photographs, note under wiper, 4 and 5 March 2026",
                _JD,
            ),
            (("photo:curb",), "Photograph, vehicle at curb, 11 March 2026", "Night porter"),
            (("chat",), "WhatsApp messages, 15 January to 11 March 2026", _JD),
            (("thread:new-number",), "Text message from second number, 12 March 2026", _JD),
            (("film",), "Video, vehicle passing the library, 17 March 2026", _JD),
            (("heic",), "Photograph, vehicle in the library's lane, 20 March 2026", "T. Alvarez"),
            (("photo:mirror",), "Photograph, vehicle in mirror, 21 March 2026", _JD),
            (("mail:march",), "E-mail, 22 March 2026", _JD),
            (("photo:level2",), "Photograph, vehicle on level two, 8 April 2026", _JD),
            (("thread:april", "thread:tomorrow"), "Text messages, 14 to 23 April 2026", _JD),
            (("photo:april", "photo:friday"), "Photographs, vehicle at workplace, 17 and 24 April 2026", _JD),
        ),
    ),
    (
        _COURT,
        (
            (("declaration",), "Declaration of petitioner, CH-1182, 17 February 2026", _JD),
            (("granted",), "Restraining order after hearing CH-1182, 11 March 2026", "Clerk"),
            (("cdr", "sms-detail"), "Call and message detail records CW-558214", _CUSTODIAN),
            (("cover-letter", "certification"), "Carrier's return and certification, 16 April 2026", _CUSTODIAN),
        ),
    ),
    (
        _POLICE,
        (
            (("report",), "Incident report 26-004417", "Ofc. L. Ruiz"),
            (("interview",), "Interview summary 26-004417-S1", _OKADA),
            (("property", "police:card"), "Property receipt 26-004417-P with photograph", _OKADA),
            (("alvarez",), "Statement of T. Alvarez, 9 March 2026", "T. Alvarez"),
            (("brandt",), "Statement of M. Brandt, 10 March 2026", "M. Brandt"),
            (("castellano",), "Statement of R. Castellano, 12 March 2026", "Night porter"),
            (("plan",), "Site plan 26-004417, drawing 2", _OKADA),
            (("supplement",), "Supplemental report 26-004417-S2", _OKADA),
            (("visitors",), "Visitor log, January to March 2026", "T. Alvarez"),
            (("dispatch", "dispatch-log"), "Dispatch recording and record, 24 April 2026", "M. Brandt"),
            (("arrest", "police:car", "police:street"), "Arrest report 26-009120 with photographs", _OKADA),
            (("locked",), "Examination summary 26-009120-X, restricted", "Ex. K. Lindqvist"),
        ),
    ),
    (
        _OTHER,
        (
            (("notes",), "Notes kept by J. D.", _JD),
            (("porter",), "Night porter's log", "Night porter"),
            (("truncated",), "Photograph, 11 February 2026, interrupted copy", _JD),
        ),
    ),
)

_LATE = (("service",), "Proof of personal service CH-1182, 19 February 2026", "Dep. D. Ng")
_CHUNK = 8


def exhibits(written: Sequence[Wanted]) -> tuple[ToldExhibit, ...]:
    """Exhibits in the order of marking; the late one, lettered after the twelfth (or the last), comes last."""
    by_key = {each.key: each for each in written}
    marked = _groups(_FIRST, by_key)
    late = _told(_LATE, _TURN, by_key, label=f"{len(marked)}A")
    marked += _groups(_THEN, by_key)
    taken = {path for told in marked for path in told.paths}
    loose = sorted((each for each in written if each.path not in taken), key=lambda each: (each.at, each.path))
    marked += _one_each(loose, "voicemail")
    for kind, title in (
        ("thread", "Text messages"),
        ("scroll", "Text messages, scrolling capture"),
        ("calls", "Lists of calls"),
        ("voicemail-list", "Lists of voicemails"),
        ("lock", "Notifications"),
        ("photo", "Photographs, vehicle"),
    ):
        marked += _chunks([each for each in loose if each.key.partition(":")[0] == kind], title)
    return (*_with_rulings(marked), *((late,) if late else ()))


def _groups(groups: Sequence[tuple[str, Sequence[Entry]]], by_key: Mapping[str, Wanted]) -> list[ToldExhibit]:
    return [told for group, entries in groups for entry in entries if (told := _told(entry, group, by_key))]


def _told(entry: Entry, group: str, by_key: Mapping[str, Wanted], label: str | None = None) -> ToldExhibit | None:
    keys, title, witness = entry
    paths = tuple(by_key[key].shown for key in keys if key in by_key)
    return ToldExhibit(paths, title, witness, group, label) if paths else None


def _one_each(loose: Sequence[Wanted], kind: str) -> list[ToldExhibit]:
    return [
        ToldExhibit((each.path,), f"Voicemail, {_day(each.at)}, {_clock(each.at)}", _JD, _VOICES)
        for each in loose
        if each.key.partition(":")[0] == kind
    ]


def _chunks(loose: Sequence[Wanted], title: str) -> list[ToldExhibit]:
    marked = []
    for start in range(0, len(loose), _CHUNK):
        part = loose[start : start + _CHUNK]
        marked.append(ToldExhibit(tuple(each.path for each in part), f"{title}, {_span(part)}", _JD, _FURTHER))
    return marked


def _span(part: Sequence[Wanted]) -> str:
    first, last = part[0].at, part[-1].at
    if first.date() == last.date():
        return _day(first)
    return f"{first.day} {first:%B} to {_day(last)}"


def _clock(at: datetime) -> str:
    return f"{(at.hour - 1) % 12 + 1}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def _with_rulings(marked: Sequence[ToldExhibit]) -> list[ToldExhibit]:
    """What happened in court: most of the first are admitted, one is excluded, one offered, one withdrawn."""
    told = []
    for n, exhibit in enumerate(marked, 1):
        dates: tuple[tuple[Status, str], ...] = ()
        if n <= 12:
            dates = ((Status.OFFERED, _HEARING),)
        if n <= 9:
            dates += ((Status.EXCLUDED if n == 4 else Status.ADMITTED, _HEARING if n < 6 else _RULED),)
        withdrawn = exhibit.title.startswith("Lock screen") or (len(marked) < 12 and n == len(marked))
        told.append(
            ToldExhibit(
                exhibit.paths,
                exhibit.title,
                exhibit.witness,
                exhibit.group,
                exhibit.label,
                () if withdrawn else dates,
                withdrawn,
            )
        )
    return told
