"""The story told over the files that were written: parties, milestones, incidents, what is planted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evidencekit.demo import camera, words
from evidencekit.demo.marking import exhibits
from evidencekit.demo.plan import Tell, Wanted
from evidencekit.demo.story import (
    CaseFields,
    Contacts,
    Description,
    Fault,
    HandOver,
    Planted,
    PlantedFault,
    Story,
    ToldAnswer,
    ToldIncident,
    ToldMilestone,
    ToldNote,
    ToldParty,
)
from evidencekit.demo.timeline import CASE_ZONE, local, number_at
from evidencekit.mappings import ColumnMapping
from evidencekit.model import Category, MilestoneKind, Role

_CASE = CaseFields(
    number="26CR00417",
    caption="People v. Hollis",
    court="Superior Court of California, County of San Diego",
    jurisdiction="California",
    agency="Office of the District Attorney, Stalking Unit",
    timezone=CASE_ZONE,
)
_RIVERA = "A. Rivera, victim-witness advocate"
_HAND_OVERS = (
    HandOver(
        ("phone", "email"),
        "Phone and mailbox of J. D.",
        words.VICTIM,
        "AirDrop and mail export, in her presence",
        "2026-04-10T10:02:11-07:00",
        _RIVERA,
        "She unlocked the phone herself and chose the files; nothing was deleted from it.",
    ),
    HandOver(
        ("carrier",),
        "Coastline Wireless, Legal Response Center",
        "P. Whitlock, Custodian of Records",
        "download from the carrier's portal",
        "2026-04-17T09:15:40-07:00",
        _RIVERA,
        "Return to search warrant 26-SW-0331.",
    ),
    HandOver(
        ("phone-april",),
        "Phone of J. D.",
        words.VICTIM,
        "AirDrop, in her presence",
        "2026-04-27T14:20:05-07:00",
        _RIVERA,
        "What came in after the first visit.",
    ),
    HandOver(
        ("detective",),
        "Mesa Bay Police Department, case 26-004417",
        "Det. S. Okada, badge 2217",
        "USB stick, sealed bag 0417",
        "2026-04-28T11:48:30-07:00",
        _RIVERA,
    ),
)
_PARTIES = (
    ToldParty(
        words.VICTIM,
        Role.VICTIM,
        (words.VICTIM_NUMBER, words.VICTIM_MAIL),
        "Her own statement; the phone was unlocked by her at the hand-over",
    ),
    ToldParty(
        words.DEFENDANT,
        Role.DEFENDANT,
        (words.FIRST_NUMBER, words.SECOND_NUMBER, words.DEFENDANT_MAIL, words.DEFENDANT_SAVED_AS),
        "Subscriber on record (carrier's return, 16 April 2026); gives his name in the first message; saved under "
        f"“{words.DEFENDANT_SAVED_AS}” in her address book",
    ),
    ToldParty("T. Alvarez", Role.WITNESS, ("t.alvarez@example.org",), "Colleague; statement of 9 March 2026"),
    ToldParty("M. Brandt", Role.WITNESS, (words.BRANDT_NUMBER,), "Building security; statement of 10 March 2026"),
)
_MILESTONES = (
    ("2026-02-11T18:42", MilestoneKind.NO, "“No. Do not call me, write to me or come to my work.”", "thread:no"),
    ("2026-02-18", MilestoneKind.ORDER_ISSUED, "Temporary restraining order CH-1182 issued", "order"),
    ("2026-02-19T16:10", MilestoneKind.ORDER_SERVED, "Order CH-1182 personally served by Dep. D. Ng", "service"),
    ("2026-03-11", MilestoneKind.OTHER, "Order CH-1182 granted after hearing, until 11 March 2029", "granted"),
    ("2026-04-24T17:12", MilestoneKind.ARREST, "Arrest in the library's parking lot", "arrest"),
)
_S, _L, _I, _F = Category.SURVEILLANCE, Category.LIFE_INVASION, Category.INTIMIDATION, Category.INTERFERENCE
_PD = "Mesa Bay PD"

# when, words, keys, categories, location, witness, reported
_INCIDENTS: tuple[tuple[str, str, tuple[str, ...], tuple[Category, ...], str, str, str], ...] = (
    ("2026-01-22", "Flowers with an unsigned card delivered to J. D.'s place of work, which she had not told him.",
     ("photo:desk", "thread:first"), (_L,), "Workplace, front desk", "T. Alvarez", ""),
    ("2026-02-06T18:12", "Text message names the parking space that J. D. had changed to that morning.",
     ("thread:parking", "photo:parking"), (_S,), "Workplace, car park", "", f"{_PD}, 26-004417, Ofc. L. Ruiz"),
    ("2026-02-11T18:36", "White sedan with its lights on across from the workplace; text asks J. D. to wave.",
     ("photo:dusk", "thread:no"), (_S, _I), "Across from workplace", "M. Brandt", f"{_PD}, 26-004417, Ofc. L. Ruiz"),
    ("2026-02-12", "Forty-one calls between 1:10 am and 3:42 am, none answered.",
     ("calls:night",), (_I, _L), "", "", f"{_PD}, 26-004417, Ofc. L. Ruiz"),
    ("2026-02-14", "Roses without a card on the doormat of J. D.'s home; an e-mail the same morning mentions roses.",
     ("photo:roses", "mail:roses"), (_L,), "Residence", "", f"{_PD}, 26-004417, Ofc. L. Ruiz"),
    ("2026-02-24T23:20", "Text message says that he has measured one hundred yards.",
     ("thread:measured",), (_S, _I), "", "", f"{_PD}, 26-004417-S1, Det. S. Okada"),
    ("early March 2026", "White sedan seen across from the workplace on several days; dates as recalled.",
     ("photo:bay6", "alvarez"), (_S,), "Across from workplace", "T. Alvarez, M. Brandt",
     f"{_PD}, 26-004417-S2, Det. S. Okada"),
    ("about 9 pm on 4 March 2026", "Handwritten note found under the wiper of J. D.'s car.",
     ("photo:note", "police:note"), (_S, _I), "Residence, curb", "Night porter", f"{_PD}, 26-004417-S2, Det. S. Okada"),
    ("2026-03-12T07:40", "Contact resumes from a second number after the first was blocked.",
     ("thread:new-number",), (_F,), "", "", f"{_PD}, 26-004417-S2, Det. S. Okada"),
    ("2026-03-21T19:20", "White sedan behind J. D.'s car on her way home; text the same evening names the route.",
     ("photo:mirror",), (_S, _I), "Between workplace and residence", "", f"{_PD}, 26-004417-S2, Det. S. Okada"),
    ("2026-04-08T17:44", "White sedan three bays from J. D.'s car on level two.",
     ("photo:level2",), (_S,), "Workplace, car park", "M. Brandt", ""),
    ("2026-04-24T16:58", "Defendant waits in the library's parking lot on the announced Friday.",
     ("photo:friday", "dispatch", "arrest"), (_S, _I), "Workplace, car park", "M. Brandt",
     f"{_PD}, 26-009120, Det. S. Okada"),
)  # fmt: skip

_NOTES = (
    ("thread:no", "Keystone of the case. Show with the photograph of the same evening."),
    (
        "truncated",
        "Same picture as the good copy; ask J. D. whether the phone still holds it before relying on either.",
    ),
    ("locked", "Ask Ex. Lindqvist for the password; until then only the sheet."),
    (
        "sms-detail",
        "The same messages as in the phone's export, without their words: not read as contacts a second time.",
    ),
)

_FAULTS: dict[str, tuple[Fault, bool]] = {
    "truncated": (Fault.TRUNCATED, True),
    "garbage": (Fault.UNREADABLE, True),
    "empty": (Fault.EMPTY, True),
    "locked": (Fault.NEEDS_PASSWORD, True),
    "visitors": (Fault.ACTIVE_CONTENT, True),
    "brandt": (Fault.OWNER_PASSWORD, False),
    "porter": (Fault.ENCODING, False),
    "bidi": (Fault.HOSTILE_NAME, False),
    "newline": (Fault.HOSTILE_NAME, False),
    "long": (Fault.HOSTILE_NAME, False),
    "emoji": (Fault.HOSTILE_NAME, False),
    "mail:roses": (Fault.REMOTE_PICTURE, True),
}

# What no reader can date, dated by the person who was there.
_WITHOUT_TIME = (".wav", ".amr", ".mp3")

_DESCRIBED = 200  # nobody titles two thousand captures one by one
_PLAIN_TITLES = {
    "thread": "Text messages with {number}",
    "calls": "List of calls",
    "lock": "Notifications on the lock screen",
    "voicemail-list": "List of voicemails",
    "photo": "Photograph by J. D.",
    "police": "Police photograph",
    "mail": "E-mail",
    "dispatch": "Dispatch recording",
    "dispatch-log": "Dispatch record",
    "arrest": "Arrest report 26-009120",
    "property": "Property receipt 26-004417-P",
    "cover-letter": "Carrier's return, cover letter",
    "certification": "Carrier's certification of records",
    "sms": "Messages exported from the phone",
    "sms-later": "Messages exported from the phone, second visit",
    "call-list": "List of calls exported from the phone",
    "call-list-later": "List of calls exported from the phone, second visit",
}


def tell(written: Sequence[Wanted], link: str | None) -> Story:
    """The story, told only over the files that exist."""
    by_key = {each.key: each for each in written}
    files = tuple(sorted(each.path for each in written))
    marked = exhibits(written)
    return Story(
        case=_CASE,
        files=files,
        members=tuple(each.shown for each in written if each.member),
        hand_overs=tuple(h for h in (_present(h, files) for h in _HAND_OVERS) if h.folders),
        parties=_PARTIES,
        answers=_answers(by_key),
        descriptions=_descriptions(written, {e.paths[0]: e.title for e in marked if len(e.paths) == 1}),
        milestones=tuple(
            ToldMilestone(when, kind, text, by_key[key].path if key in by_key else None)
            for when, kind, text, key in _MILESTONES
        ),
        incidents=_incidents(by_key),
        exhibits=marked,
        notes=tuple(ToldNote(by_key[key].path, text) for key, text in _NOTES if key in by_key),
        protected_terms=("Larkspur Court", "Torrey Lane", words.VICTIM_NUMBER),
        seen=tuple(each.path for key, each in by_key.items() if camera.names_the_library(key)),
        planted=_planted(written, by_key, link),
    )


def _present(hand_over: HandOver, files: Sequence[str]) -> HandOver:
    folders = tuple(f for f in hand_over.folders if any(path.startswith(f + "/") for path in files))
    return HandOver(
        folders,
        hand_over.source,
        hand_over.received_from,
        hand_over.method,
        hand_over.received,
        hand_over.by,
        hand_over.note,
    )


def _descriptions(written: Sequence[Wanted], titles: Mapping[str, str]) -> tuple[Description, ...]:
    found, described = [], 0
    for each in written:
        kind = each.key.partition(":")[0]
        undated = kind == "voicemail" and each.path.endswith(_WITHOUT_TIME)
        undated = undated or kind == "scroll" or each.key in {"dispatch", "photo:desk", "photo:curb"}
        when = f"{each.at:%Y-%m-%dT%H:%M}" if undated else None
        party = words.DEFENDANT if kind in {"thread", "scroll", "voicemail", "mail"} else None
        title = titles.get(each.shown)
        if title is None and described < _DESCRIBED and kind in _PLAIN_TITLES:
            title, described = _PLAIN_TITLES[kind].format(number=number_at(each.at)), described + 1
        if title or when:
            found.append(Description(each.shown, title or each.path.rpartition("/")[2], when, party))
    return tuple(found)


def _incidents(by_key: Mapping[str, Wanted]) -> tuple[ToldIncident, ...]:
    told = []
    for when, text, keys, categories, location, witness, reported in _INCIDENTS:
        paths = tuple(by_key[key].path for key in keys if key in by_key)
        told.append(ToldIncident(when, text, paths, categories, location, witness, reported))
    return tuple(told)


def _planted(written: Sequence[Wanted], by_key: Mapping[str, Wanted], link: str | None) -> Planted:
    doubles = (("duplicate:no", "thread:no"), ("duplicate:first", "thread:first"))
    attachments = ("bowl on my shelf.jpg", "Kiln list week 4.pdf")
    faults = [PlantedFault(by_key[k].path, fault, must) for k, (fault, must) in _FAULTS.items() if k in by_key]
    faults += [PlantedFault(w.path, Fault.LENGTH, must=False) for w in by_key.values() if w.path.endswith(".amr")]
    return Planted(
        refused=((link, "symlink"),) if link else (),
        faults=tuple(sorted(faults, key=lambda f: f.path)),
        mismatched=tuple(by_key[key].path for key in ("garbage", "mismatch") if key in by_key),
        duplicates=tuple((by_key[copy].path, by_key[first].path) for copy, first in doubles if copy in by_key),
        attachments=((by_key["mail:kiln"].path, attachments),) if "mail:kiln" in by_key else (),
        contacts=_counted(tell for each in written for tell in each.tells),
    )


def _counted(tells: Iterable[Tell]) -> Contacts:
    """Each contact once; what was said in the minute of the “No”, or of the service, is not after it."""
    every = set(tells)
    reached = sorted(each.at for each in every if each.to_victim)
    after = [sum(at >= local(turn) for at in reached) for turn in ("2026-02-11 18:43", "2026-02-19 16:11")]
    return Contacts(len(every), len(reached), *after)


def _answers(by_key: Mapping[str, Wanted]) -> tuple[ToldAnswer, ...]:
    """The carrier's letter says what its columns are, and J. D. whose phone the chat is from."""
    mapping = ColumnMapping(
        "Coastline Wireless, voice",
        when="Start (UTC)",
        sender="Originating",
        recipient="Terminating",
        duration="Duration (s)",
        kind="Type",
        result="Note",
        order="ymd",
        unit="seconds",
        zone="UTC",
        owner=words.VICTIM_NUMBER,
        skip=3,
        missed_words=("no answer", "voicemail deposit"),
    )
    told = {"cdr": (("form", "call-detail"), ("columns", mapping.to_json())), "chat": (("owner", words.VICTIM),)}
    return tuple(ToldAnswer(by_key[key].shown, answers) for key, answers in told.items() if key in by_key)
