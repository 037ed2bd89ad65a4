"""WhatsApp's exported chats: the languages and date orders of phones, and what only a person can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.forms import form_of
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Context, FactValue, Reading, Zone

ZONE = "America/Los_Angeles"
L, N = "\u200e", "\u202f"
NAME = "WhatsApp Chat with Danny.txt"
NOTICE = "Messages and calls are end-to-end encrypted. No one outside of this chat can read them."


@dataclass
class Read:
    """What reading one chat gave."""

    reading: Reading
    contacts: list[Contact]

    def fact(self, name: str) -> FactValue:
        return next((fact.value for fact in self.reading.facts if fact.name == name), None)

    def choices(self, key: str) -> list[str] | None:
        return next(([value for value, _ in q.choices] for q in self.reading.questions if q.key == key), None)

    @property
    def said(self) -> str:
        return "\n".join(self.reading.warnings)


def read(folder: Path, text: str, *, name: str = NAME, **answers: str) -> Read:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "chat.txt"
    path.write_text(text, encoding="utf-8", newline="")
    context = Context(answers=tuple(answers.items()))
    source = Source(path, name, "text/plain", ZONE, context, "whatsapp")
    reading = MessagesReader().read(source, folder / "out", Job())
    assert reading.contacts is not None
    return Read(reading, list(contacts_in(reading.contacts)))


# (locale and system, line with the day 26 or an order of its own, what it is)
HEADS = [
    ("en-US Android", f"1/26/26, 9:41{N}PM - ", "2026-01-26T21:41-08:00"),
    ("en-US Android, older", "1/26/26, 9:41 PM - ", "2026-01-26T21:41-08:00"),
    ("en-US iPhone", f"[1/26/26, 9:41:05{N}PM] ", "2026-01-26T21:41:05-08:00"),
    ("en-GB Android", "26/01/2026, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("en-GB iPhone", "[26/01/2026, 21:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("en-AU", f"26/1/26, 9:41{N}pm - ", "2026-01-26T21:41-08:00"),
    ("de-DE Android", "26.01.26, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("de-DE iPhone", "[26.01.26, 21:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("de-DE twelve hours", "26.01.26, 9:41 abends - ", "2026-01-26T21:41-08:00"),
    ("es-ES", "26/1/26, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("es-MX", f"26/1/26, 9:41{N}p.{N}m. - ", "2026-01-26T21:41-08:00"),
    ("es-MX, older", "26/1/26 9:41 p. m. - ", "2026-01-26T21:41-08:00"),
    ("es iPhone", "[26/1/26, 9:41:05 p.m.] ", "2026-01-26T21:41:05-08:00"),
    ("fr-FR", "26/01/2026, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("fr-FR, older", "26/01/2026 à 21:41 - ", "2026-01-26T21:41-08:00"),
    ("fr-FR iPhone", "[26/01/2026 21:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("it-IT", "26/01/26, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("pt-BR", "26/01/2026 21:41 - ", "2026-01-26T21:41-08:00"),
    ("pt-PT", "26/01/26, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("nl-NL", "26-01-2026 21:41 - ", "2026-01-26T21:41-08:00"),
    ("nl-NL iPhone", "[26-01-2026 21:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("fi-FI", "26.1.2026 klo 21.41 - ", "2026-01-26T21:41-08:00"),
    ("sv-SE", "2026-01-26 21:41 - ", "2026-01-26T21:41-08:00"),
    ("da-DK", "26.01.2026 21.41 - ", "2026-01-26T21:41-08:00"),
    ("hu-HU", "2026. 01. 26. 21:41 - ", "2026-01-26T21:41-08:00"),
    ("en-ZA", "2026/01/26, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("ja-JP", "2026/01/26, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("ja-JP iPhone", "[2026/01/26 午後9:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("ko-KR", "2026년 1월 26일 오후 9:41, ", "2026-01-26T21:41-08:00"),
    ("ko-KR iPhone", "[2026. 1. 26. 오후 9:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("zh-CN", "2026/1/26 下午9:41 - ", "2026-01-26T21:41-08:00"),
    ("zh-TW iPhone", "[2026/1/26 下午9:41:05] ", "2026-01-26T21:41:05-08:00"),
    ("zh-HK evening", "2026/1/26 晚上9:41 - ", "2026-01-26T21:41-08:00"),
    ("hi-IN", "26/01/26, 9:41 pm - ", "2026-01-26T21:41-08:00"),
    ("hi-IN in Hindi", "२६/१/२६, ९:४१ अपराह्न - ", "2026-01-26T21:41-08:00"),
    ("ar-EG", "\u200f٢٦\u200f/١\u200f/٢٠٢٦، ٩:٤١ م - ", "2026-01-26T21:41-08:00"),
    ("ar-SA iPhone", "[٢٦\u200f/١\u200f/٢٠٢٦، ٩:٤١:٠٥ م] ", "2026-01-26T21:41:05-08:00"),
    ("he-IL", "26.1.2026, 21:41 - ", "2026-01-26T21:41-08:00"),
    ("tr-TR", "26.01.2026 21:41 - ", "2026-01-26T21:41-08:00"),
    ("midnight", "1/26/26, 12:05 AM - ", "2026-01-26T00:05-08:00"),
    ("noon", "1/26/26, 12:05 PM - ", "2026-01-26T12:05-08:00"),
    ("noon in Spanish", "26/1/26, 12:05 p. m. - ", "2026-01-26T12:05-08:00"),
]


@pytest.mark.parametrize(("head", "when"), [row[1:] for row in HEADS], ids=[row[0] for row in HEADS])
def test_every_phones_way_of_writing_a_date(tmp_path: Path, head: str, when: str) -> None:
    found = read(tmp_path, f"{head}Danny: one: two 😉\nmore\n\nlast\n{head}Mara: stop\n")
    assert [(each.sender, each.body) for each in found.contacts] == [
        ("Danny", "one: two 😉\nmore\n\nlast"),
        ("Mara", "stop"),
    ]
    assert [each.when for each in found.contacts] == [when, when]
    assert found.contacts[0].zone is Zone.ASSUMED
    assert found.contacts[0].recipients == ("Mara",)
    assert form_of("text/plain", f"{head}Danny: hi\n".encode(), "_chat.txt", Context()) == "whatsapp"


SAID_BY_THE_APP = [
    ("media", "<Media omitted>", "<Multimedia omitido>", "<Medien ausgeschlossen>", "<Médias omis>", "<Media omessi>"),
    (
        "media",
        "<Arquivo de mídia oculto>",
        "<Media weggelaten>",
        "<メディアなし>",
        "<省略多媒体文件>",
        "<تم استبعاد الوسائط>",
    ),
    (
        "media",
        f"{L}image omitted",
        f"{L}Bild weggelassen",
        f"{L}imagen omitida",
        f"{L}vidéo absente",
        f"{L}audio omesso",
    ),
    ("deleted", "This message was deleted", "Se eliminó este mensaje", "Diese Nachricht wurde gelöscht."),
    ("deleted", "Ce message a été supprimé", "Questo messaggio è stato eliminato", "Mensagem apagada"),
    (
        "deleted",
        "Dit bericht is verwijderd",
        "このメッセージは削除されました",
        "삭제된 메시지입니다",
        "此消息已删除",
        "تم حذف هذه الرسالة",
    ),
]


@pytest.mark.parametrize(("note", "words"), [(row[0], each) for row in SAID_BY_THE_APP for each in row[1:]])
def test_what_the_app_says_instead_of_a_message(tmp_path: Path, note: str, words: str) -> None:
    found = read(tmp_path, f"26/01/2026, 21:41 - Danny: {words}\n")
    assert found.contacts[0].note.startswith(note)
    assert found.contacts[0].body == words.removeprefix(L), "the words stay as found"


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ("I will <not> stop (file attached)", "I will <not> stop (file attached)"),
        ("This message was deleted by you, liar", "This message was deleted by you, liar"),
        ("Missed call from you again, why?", "Missed call from you again, why?"),
        ("<3", "<3"),
        ("you left", "you left"),
        ("I added you", "I added you"),
    ],
)
def test_a_persons_own_words_stay_theirs(tmp_path: Path, words: str, body: str) -> None:
    (contact,) = read(tmp_path, f"26/01/2026, 21:41 - Danny: {words}\n").contacts
    assert (contact.channel, contact.body, contact.note) == (Channel.CHAT, body, "")


@pytest.mark.parametrize(
    ("words", "name", "body"),
    [
        ("IMG-20260126-WA0001.jpg (file attached)\nlook at this", "IMG-20260126-WA0001.jpg", "look at this"),
        ("IMG-20260126-WA0001.jpg (Datei angehängt)", "IMG-20260126-WA0001.jpg", None),
        ("PTT-20260126-WA0002.opus (in whatever language)", "PTT-20260126-WA0002.opus", None),
        ("rent contract.pdf (archivo adjunto)", "rent contract.pdf", None),
        (f"{L}<attached: 00000012-PHOTO-2026-01-26-21-41-05.jpg>", "00000012-PHOTO-2026-01-26-21-41-05.jpg", None),
        (f"nice door {L}<Anhang: 00000013-PHOTO.jpg>", "00000013-PHOTO.jpg", "nice door"),
        (f"{L}<附件：00000014-PHOTO.jpg>", "00000014-PHOTO.jpg", None),
        (f"{L}<pièce jointe : 00000015-AUDIO.opus>", "00000015-AUDIO.opus", None),
    ],
)
def test_attachments_are_named(tmp_path: Path, words: str, name: str, body: str | None) -> None:
    (contact,) = read(tmp_path, f"26/01/2026, 21:41 - Danny: {words}\n").contacts
    assert (contact.attachments, contact.body) == ((name,), body)


def test_edited_messages_say_so(tmp_path: Path) -> None:
    lines = "26/01/2026, 21:41 - Danny: hi <This message was edited>\n"
    lines += f"26/01/2026, 21:42 - Danny: hallo {L}<Diese Nachricht wurde bearbeitet.>\n"
    assert [(each.body, each.note) for each in read(tmp_path, lines).contacts] == [
        ("hi", "edited"),
        ("hallo", "edited"),
    ]


def test_calls_among_the_apps_lines(tmp_path: Path) -> None:
    chat = (
        f"[26/01/2026, 21:41:00] Danny: {L}{NOTICE}\n"
        f"[26/01/2026, 21:41:05] Danny: {L}Missed voice call. {L}Tap to call back\n"
        f"[26/01/2026, 21:42:05] Danny: {L}Voice call. {L}2 min\n"
        f"[26/01/2026, 21:43:05] Danny: {L}Video call. {L}No answer\n"
        f"[26/01/2026, 21:44:05] Mara: {L}Verpasster Sprachanruf\n"
    )
    found = read(tmp_path, chat, name="_chat.txt")
    assert [(each.channel, each.answered, each.seconds) for each in found.contacts] == [
        (Channel.CALL, False, None),
        (Channel.CALL, True, 120.0),
        (Channel.CALL, False, None),
        (Channel.CALL, False, None),
    ]
    assert found.fact("app_lines") == 1
    assert found.fact("chat") == "Danny"


def test_a_missed_call_without_a_name_came_from_the_other_one(tmp_path: Path) -> None:
    chat = f"1/26/26, 9:40 PM - {NOTICE}\n1/26/26, 9:41 PM - Danny: hi\n"
    chat += "1/26/26, 9:42 PM - Mara: no\n1/26/26, 9:43 PM - Missed video call\n"
    call = read(tmp_path, chat).contacts[-1]
    assert (call.sender, call.recipients, call.outgoing, call.answered) == ("Danny", ("Mara",), False, False)
    assert read(tmp_path / "b", chat, name="_chat.txt").contacts[-1].sender == ""
    assert read(tmp_path / "c", chat, name="_chat.txt", owner="Mara").contacts[-1].sender == "Danny"


def test_the_apps_own_lines_are_no_contacts(tmp_path: Path) -> None:
    chat = "\n".join(
        f"26/01/2026, 21:4{n} - {line}"
        for n, line in enumerate(
            [
                NOTICE,
                "Mara created group “Family: us”",
                "Danny left",
                'Danny changed the subject from "a: b" to "c"',
                "Danny: hi",
            ]
        )
    )
    found = read(tmp_path, chat, name="WhatsApp Chat with Family.txt")
    assert [(each.sender, each.body, each.at) for each in found.contacts] == [("Danny", "hi", "message 5")]
    assert found.fact("app_lines") == 4


@pytest.mark.parametrize(
    ("dates", "order", "how"),
    [
        (["01/02/26", "25/02/26"], "day, month, year", "exists"),
        (["01/02/26", "02/25/26"], "month, day, year", "exists"),
        (["2026-02-01"], "year, month, day", "exists"),
        (["30/01/26", "02/02/26"], "day, month, year", "exists"),
        # Twelve days on end as day/month; as month/day the lines would jump back from December to January.
        ([*(f"{day:02}/01/26" for day in range(1, 13)), "01/02/26"], "day, month, year", "jump"),
        (["31/12/25", "01/01/26"], "day, month, year", "exists"),
    ],
)
def test_the_order_of_day_and_month(tmp_path: Path, dates: list[str], order: str, how: str) -> None:
    found = read(tmp_path, "".join(f"{date}, 10:00 - Danny: hi\n" for date in dates))
    assert found.fact("date_order") == order
    assert any(fact.name == "date_order" and how in fact.basis for fact in found.reading.facts)
    assert found.choices("order") is None
    assert all(each.when for each in found.contacts)


@pytest.mark.parametrize("dates", [["01/02/26"], ["01/02/26", "02/02/26"], ["03.04.2026", "05.06.2026"]])
def test_an_order_that_could_be_two_is_asked_and_never_guessed(tmp_path: Path, dates: list[str]) -> None:
    chat = "".join(f"{date}, 10:00 - Danny: hi\n" for date in dates)
    found = read(tmp_path, chat)
    assert set(found.choices("order") or ()) >= {"dmy", "mdy"}
    assert [(each.when, each.zone) for each in found.contacts] == [(None, Zone.NONE)] * len(dates)
    assert found.contacts[0].as_found == f"{dates[0]}, 10:00"
    assert "cannot be told" in found.said
    assert (
        read(tmp_path / "d", chat, order="dmy").contacts[0].when
        != read(tmp_path / "m", chat, order="mdy").contacts[0].when
    )
    assert "cannot be told" not in read(tmp_path / "e", chat, order="dmy").said


def test_clock_times_over_a_daylight_saving_change(tmp_path: Path) -> None:
    chat = "".join(
        f"{date} AM - Danny: hi\n" for date in ("10/31/26, 1:30", "11/1/26, 1:30", "11/1/26, 3:00", "3/14/27, 2:30")
    )
    found = read(tmp_path, chat)
    assert [(each.when, each.zone) for each in found.contacts] == [
        ("2026-10-31T01:30-07:00", Zone.ASSUMED),
        ("2026-11-01T01:30", Zone.NONE),
        ("2026-11-01T03:00-08:00", Zone.ASSUMED),
        ("2027-03-14T02:30", Zone.NONE),
    ]
    assert "came twice" in found.contacts[1].note
    assert "skipped" in found.contacts[3].note
    assert "2 entries" in found.said


def test_a_persons_zone_and_owner_are_applied(tmp_path: Path) -> None:
    chat = "26/07/2026, 21:41 - Danny: hi\n26/07/2026, 21:42 - Mara: no\n"
    asked = read(tmp_path, chat)
    assert [each.outgoing for each in asked.contacts] == [None, None]
    assert asked.choices("owner") == ["Danny", "Mara"]
    assert asked.choices("zone") == []
    told = read(tmp_path / "told", chat, owner="Mara", zone="Europe/Berlin")
    assert [each.outgoing for each in told.contacts] == [False, True]
    assert told.contacts[0].when == "2026-07-26T21:41+02:00"
    wrong = read(tmp_path / "wrong", chat, zone="Nowhere/Town")
    assert wrong.contacts[0].when == "2026-07-26T21:41-07:00"
    assert "name of none" in wrong.said


def test_the_owners_own_deletions_hint_at_whose_phone_it_was(tmp_path: Path) -> None:
    found = read(tmp_path, "26/01/2026, 21:41 - Danny: hi\n26/01/2026, 21:42 - Mara: You deleted this message\n")
    (ask,) = (question.ask for question in found.reading.questions if question.key == "owner")
    assert ask.endswith("stand under Mara.")


def test_pasted_lines_of_another_manner_belong_to_the_body(tmp_path: Path) -> None:
    pasted = "see:\n[25/01/2026, 10:00:00] Mara: I hate him\n2026-01-25 10:00 - Mara: really"
    found = read(tmp_path, f"26/01/2026, 21:41 - Danny: {pasted}\n26/01/2026, 21:42 - Mara: no\n")
    assert [each.body for each in found.contacts] == [pasted, "no"]


def test_lines_dated_far_back_are_said(tmp_path: Path) -> None:
    chat = "26/01/2026, 21:41 - Danny: see\n20/01/2026, 10:00 - Mara: pasted\n26/01/2026, 21:42 - Mara: no\n"
    assert "dated days before" in read(tmp_path, chat).said


def test_names_are_freed_of_invisible_marks(tmp_path: Path) -> None:
    chat = f"[26/01/2026, 21:41:00] ~{N}Danny: hi\n[26/01/2026, 21:42:00] \u202a+1 555 017 8834\u202c: no\n"
    assert [each.sender for each in read(tmp_path, chat).contacts] == ["~ Danny", "+1 555 017 8834"]


def test_a_date_that_is_none_stays_undated(tmp_path: Path) -> None:
    found = read(tmp_path, "26/01/2026, 21:41 - Danny: a\n26/01/2026, 29:41 - Danny: b\n", order="dmy")
    assert [each.when for each in found.contacts] == ["2026-01-26T21:41-08:00", None]
    assert "does not exist" in found.said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[2026-01-26 07:12:00] INFO: started\n", "server.log"),
        ("2026-01-26 07:12:00 - INFO: started\n", "app.txt"),
        ("Dear Mara,\n26/01/2026, 21:41 - Danny: hi\n", "letter.txt"),
        ("26/01/2026, 21:41 - called me\n26/01/2026, 21:50 - was at the door\n", "log of calls.txt"),
        ("", "_chat.txt"),
    ],
)
def test_what_is_no_chat(text: str, name: str) -> None:
    assert form_of("text/plain", text.encode(), name, Context()) == ""


def test_what_is_no_chat_after_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no exported chat"):
        read(tmp_path, "hello\n")


STYLES = {
    "dmy": lambda at: f"{at:%d/%m/%Y, %H:%M} - ",
    "mdy": lambda at: (
        f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M}{N}{'PM' if at.hour > 11 else 'AM'} - "
    ),
    "ymd": lambda at: f"[{at:%Y-%m-%d, %H:%M}] ",
}
LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp")) | st.just(" "), max_size=30)
MESSAGE = (
    st.lists(LINE.map(str.strip), min_size=1, max_size=3)
    .map("\n".join)
    .filter(lambda text: text.strip("\n ") == text and len(text) > 3 and not text.startswith("<") and "(" not in text)
)
SENT = st.tuples(st.sampled_from(["Danny H.", "Mara", "+1 555 017 8834", "名前"]), MESSAGE, st.integers(1, 40_000))


@given(st.sampled_from(sorted(STYLES)), st.lists(SENT, min_size=1, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, style: str, rows: list[tuple[str, str, int]]) -> None:
    at, lines, wanted = datetime(2026, 3, 20, 12), "", []
    for sender, body, minutes in rows:
        at += timedelta(minutes=minutes)
        lines += f"{STYLES[style](at)}{sender}: {body}\n"
        wanted.append((sender, body, at.isoformat(timespec="minutes")))
    found = read(tmp_path, lines, order=style)
    assert [(each.sender, each.body, (each.when or "")[:16]) for each in found.contacts] == wanted


@given(st.text(max_size=200))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_a_reader_error_leaves(tmp_path: Path, rubbish: str) -> None:
    for text in (rubbish, f"26/01/2026, 21:41 - Danny: {rubbish}\n", f"26/01/2026, 21:41 - {rubbish}"):
        try:
            read(tmp_path, text.encode("utf-8", "replace").decode())
        except ReaderError:
            continue
