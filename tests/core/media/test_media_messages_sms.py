"""SMS Backup & Restore: every message and call once, whatever the XML breaks, in constant memory."""

from __future__ import annotations

import base64
import tracemalloc
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.contain import Readers
from evidencekit.media.forms import form_of
from evidencekit.media.messages.numbers import same_number
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Context, FactValue, Reading, Zone

ZONE = "America/Los_Angeles"
MORNING = 1_767_712_320_000  # 2026-01-06 07:12:00 in Los Angeles
HIM, HER = "+15550178834", "+15550142210"


@dataclass
class Read:
    """What reading one export gave."""

    reading: Reading
    contacts: list[Contact]

    def fact(self, name: str) -> FactValue:
        return next((fact.value for fact in self.reading.facts if fact.name == name), None)

    @property
    def said(self) -> str:
        return "\n".join(self.reading.warnings)


def read(folder: Path, data: str | bytes, zone: str = ZONE) -> Read:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sms.xml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    source = Source(path, "sms.xml", "application/xml", zone, form="sms-backup")
    reading = MessagesReader().read(source, folder / "out", Job())
    assert reading.contacts is not None
    return Read(reading, list(contacts_in(reading.contacts)))


def sms(body: str, *, date: int = MORNING, kind: int = 1, address: str = HIM, more: str = "") -> str:
    return f'<sms address="{address}" date="{date}" type="{kind}" body="{escape(body)}" {more}/>\n'


def backup(*entries: str, count: int | None = None) -> str:
    prolog = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--File Created By SMS Backup & Restore-->\n"
    prolog += '<?xml-stylesheet type="text/xsl" href="sms.xsl"?>\n'
    return f'{prolog}<smses count="{len(entries) if count is None else count}">{"".join(entries)}</smses>'


def call(kind: int, seconds: int, *, number: str = HIM, presentation: int = 1, date: int = MORNING) -> str:
    return (
        f'<call number="{number}" duration="{seconds}" date="{date}" type="{kind}" presentation="{presentation}" '
        'contact_name="Danny" />'
    )


def test_both_sides_of_a_text_conversation(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        backup(sms("I see you", more='contact_name="Danny"'), sms("stop", kind=2, address="(555) 017-8834")),
    )
    received, sent = found.contacts
    assert (received.sender, received.recipients, received.outgoing) == (HIM, (), False)
    assert (sent.sender, sent.recipients, sent.outgoing) == ("", ("(555) 017-8834",), True)
    assert (received.when, received.zone) == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert received.names == ((HIM, "Danny"),)
    assert {received.thread, sent.thread} == {HIM}, "one number in two spellings is one conversation"
    assert [each.at for each in found.contacts] == ["message 1", "message 2"]
    assert found.reading.warnings == ()
    assert found.reading.moments[0].value == "2026-01-06T07:12:00-08:00"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("&#55357;&#56841; hi", "😉 hi"),
        ("&#xD83D;&#xDE09;", "😉"),
        ("&#55357; alone", "� alone"),
        ("a&#10;b&#13;&#10;c", "a\nb\nc"),
        ("nul &#0; here", "nul � here"),
        ("&lt;b&gt; &amp;amp; &quot;x&quot; &apos;", '<b> &amp; "x" \''),
        ("&unknown; &#9999999999;", "&unknown; &#9999999999;"),
        ("raw\nbreak and 😉 مرحبا", "raw\nbreak and 😉 مرحبا"),
        ("a > b &lt; c", "a > b < c"),
        ("null", None),
        ("", None),
    ],
)
def test_bodies_as_phones_write_them(tmp_path: Path, raw: str, body: str | None) -> None:
    entry = f'<sms address="{HIM}" date="{MORNING}" type="1" body="{raw}" />'
    assert [each.body for each in read(tmp_path, backup(entry)).contacts] == [body]


def test_a_body_in_single_quotes_may_hold_double_ones(tmp_path: Path) -> None:
    entry = f"<sms address='{HIM}' date='{MORNING}' type='1' body='He said \"data=\" <now>' />"
    assert read(tmp_path, backup(entry)).contacts[0].body == 'He said "data=" <now>'


def test_times_change_their_offset_with_daylight_saving(tmp_path: Path) -> None:
    # 8 March 2026: 01:59:59.500 PST, then 03:00 PDT.
    found = read(tmp_path, backup(sms("a", date=1_772_963_999_500), sms("b", date=1_772_964_000_000)))
    assert [each.when for each in found.contacts] == ["2026-03-08T01:59:59.500-08:00", "2026-03-08T03:00:00-07:00"]


def test_drafts_are_left_out_and_failed_ones_are_attempts(tmp_path: Path) -> None:
    found = read(tmp_path, backup(sms("draft", kind=3), sms("lost", kind=5), sms("late", kind=6), sms("box", kind=4)))
    assert [(each.body, each.note, each.outgoing) for each in found.contacts] == [
        ("lost", "failed to send", True),
        ("late", "queued, not sent yet", True),
        ("box", "in the outbox, not sent yet", True),
    ]
    assert found.fact("drafts") == 1
    assert found.reading.warnings == ()


def test_calls_and_whether_they_were_answered(tmp_path: Path) -> None:
    calls = [
        call(1, 75),
        call(1, 0),
        call(2, 0),
        call(2, 9),
        call(3, 0),
        call(4, 31),
        call(5, 0),
        call(6, 0),
        call(7, 5),
    ]
    found = read(tmp_path, f'<calls count="{len(calls)}">{"".join(calls)}</calls>')
    assert [(each.outgoing, each.answered, each.seconds) for each in found.contacts] == [
        (False, True, 75.0),
        (False, None, 0.0),
        (True, False, 0.0),
        (True, True, 9.0),
        (False, False, 0.0),
        (False, False, 31.0),
        (False, False, 0.0),
        (False, False, 0.0),
        (False, True, 5.0),
    ]
    assert [each.channel for each in found.contacts].count(Channel.VOICEMAIL) == 1
    assert found.contacts[5].channel is Channel.VOICEMAIL
    assert [each.at for each in found.contacts[:2]] == ["call 1", "call 2"]


def test_a_withheld_number_is_not_taken_for_the_owner(tmp_path: Path) -> None:
    found = read(tmp_path, f'<calls count="1">{call(3, 0, number="-2", presentation=2)}</calls>')
    assert (found.contacts[0].sender, found.contacts[0].outgoing) == ("number withheld", False)


def mms(parts: str, *, box: int = 1, address: str = HIM, addrs: str = "", more: str = "") -> str:
    return (
        f'<mms date="{MORNING}" msg_box="{box}" address="{address}" m_id="m1" {more}><parts>{parts}</parts>'
        f"<addrs>{addrs}</addrs></mms>"
    )


def addr(number: str, kind: int) -> str:
    return f'<addr address="{number}" type="{kind}" charset="106" />'


def test_a_picture_message_of_a_group(tmp_path: Path) -> None:
    picture = bytes(range(256)) * 9
    parts = '<part seq="-1" ct="application/smil" text="&lt;smil/&gt;" />'
    data = base64.b64encode(picture).decode()
    parts += f'<part seq="0" ct="image/jpeg" name="null" cl="IMG_1.jpg" text="null" data="{data}" />'
    parts += '<part seq="1" ct="text/plain" text="nice door 🙂" />'
    group = mms(
        parts,
        address=f"{HIM}~{HER}~+15550000001",
        addrs=addr(HIM, 137) + addr(HER, 151) + addr("+15550000001", 130),
        more='contact_name="Danny, Mara, Ed"',
    )
    found = read(tmp_path, backup(group))
    contact = found.contacts[0]
    assert (contact.sender, contact.recipients) == (HIM, (HER, "+15550000001"))
    assert contact.body == "nice door 🙂"
    assert found.fact("conversations") == [f"{HIM}, {HER}, +15550000001 = Danny, Mara, Ed (1)"]
    (child,) = found.reading.children
    assert contact.attachments == (child.name,) == ("message 1 IMG_1.jpg",)
    assert child.path.read_bytes() == picture


def test_a_sent_picture_message_stands_for_the_phones_own_number(tmp_path: Path) -> None:
    part = '<part ct="text/plain" text="no" />'
    token = mms(part, box=2, addrs=addr("insert-address-token", 137) + addr(HIM, 151))
    stated = mms(part, box=2, addrs=addr(HER, 137) + addr(HIM, 151))
    found = read(tmp_path, backup(token, stated))
    assert [(each.sender, each.recipients, each.outgoing) for each in found.contacts] == [
        ("", (HIM,), True),
        (HER, (HIM,), True),
    ]
    assert found.fact("own_numbers") == [HER]


def test_parts_of_one_name_are_told_apart(tmp_path: Path) -> None:
    part = '<part ct="image/png" cl="a.png" data="QUJD" />'
    found = read(tmp_path, backup(mms(part + part), mms(part)))
    names = [child.name for child in found.reading.children]
    assert len(set(names)) == 3
    assert [name for each in found.contacts for name in each.attachments] == names


def test_large_parts_are_poured_in_constant_memory(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000  # 10 MB
    part = f'<part ct="video/mp4" cl="v.mp4" data="{base64.b64encode(content).decode()}" />'
    path = tmp_path / "sms.xml"
    path.write_text(backup(mms(part), sms("after")), encoding="utf-8")
    source = Source(path, "sms.xml", "application/xml", ZONE, form="sms-backup")
    del part
    tracemalloc.start()
    reading = MessagesReader().read(source, tmp_path / "out", Job())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reading.children[0].path.read_bytes() == content
    assert peak < 8 << 20, "the part is never held whole"


def test_a_file_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    whole = backup(sms("one"), sms("two"), sms("three"))
    cut = whole[: whole.index("three") + 2]
    found = read(tmp_path, cut)
    assert [each.body for each in found.contacts] == ["one", "two"]
    assert "breaks off behind message 2" in found.said
    assert "3 entries; found: 2" in found.said


def test_a_picture_message_that_is_torn_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = backup(
        sms("one"), mms('<part ct="text/plain" text="look" /><part ct="image/png" cl="a.png" data="QUJD" />')
    )
    found = read(tmp_path, whole[: whole.index("QUJD") + 2])
    assert [(each.body, each.note) for each in found.contacts] == [
        ("one", ""),
        ("look", "the file breaks off inside it"),
    ]
    assert "breaks off inside message 2" in found.said
    assert "attachments are not whole" in found.said


def test_a_body_beyond_all_bounds_is_cut_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, backup(sms("x" * 300_000), sms("after")))
    assert [len(each.body or "") for each in found.contacts] == [200_000, 5]
    assert "1 message is longer than 200,000 characters" in found.said


def test_a_missing_end_is_said_though_every_message_is_whole(tmp_path: Path) -> None:
    found = read(tmp_path, backup(sms("one")).removesuffix("</smses>"))
    assert len(found.contacts) == 1
    assert "breaks off" in found.said


def test_a_count_that_is_wrong_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, backup(sms("one"), count=5))
    assert found.fact("count_stated") == 5
    assert "5 entries; found: 1" in found.said


def test_damage_costs_no_more_than_the_damaged(tmp_path: Path) -> None:
    broken = f'<sms address="{HIM}" date="{MORNING}" body="he said "hi" there" type="1" />'
    found = read(tmp_path, backup(sms("one"), broken, sms("two"), count=3))
    assert [each.body for each in found.contacts if each.body in ("one", "two")] == ["one", "two"]
    assert "no right XML" in found.said


def test_a_document_type_is_not_followed(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    found = read(tmp_path, bomb + f'<smses count="1">{sms("x").replace("x", "&b;")}</smses>')
    assert found.contacts[0].body == "&b;"
    assert "document type" in found.said


def test_an_instant_that_is_none_stays_undated(tmp_path: Path) -> None:
    found = read(tmp_path, backup(sms("a", date=0), sms("b", date=10**16)))
    assert [(each.when, each.zone, each.as_found) for each in found.contacts] == [
        (None, Zone.NONE, "0"),
        (None, Zone.NONE, str(10**16)),
    ]
    assert "2 entries have no time" in found.said


def test_only_a_repeat_to_the_millisecond_is_one(tmp_path: Path) -> None:
    exact, coarse = sms("hi", date=MORNING + 123), sms("hi")
    found = read(tmp_path, backup(exact, exact, coarse, coarse))
    assert found.contacts[0].ident == found.contacts[1].ident != ""
    assert [each.ident for each in found.contacts[2:]] == ["", ""]


@pytest.mark.parametrize(
    ("readable", "said"),
    [
        ("Jan 6, 2026 7:12:00 AM", ""),
        ("06.01.2026 07:12:00", ""),
        ("2026年1月6日 上午7:12:00", ""),
        ("Jan 6, 2026 10:12:00 AM", "another time zone"),
        ("Jan 6, 2026 7:19:00 AM", "does not fit"),
        ("no clock here", ""),
    ],
)
def test_the_readable_date_is_held_against_the_instant(tmp_path: Path, readable: str, said: str) -> None:
    found = read(tmp_path, backup(sms("a", more=f'readable_date="{readable}"')))
    assert said in found.said
    assert bool(found.said) == bool(said)


def test_the_networks_earlier_time_is_noted(tmp_path: Path) -> None:
    found = read(
        tmp_path, backup(sms("late", more=f'date_sent="{MORNING - 7_200_000}"'), sms("x", more='date_sent="0"'))
    )
    assert [each.note for each in found.contacts] == [
        "sent 6 Jan 2026, 05:12:00 PST (UTC−8) by the network's clock",
        "",
    ]


def test_other_encodings(tmp_path: Path) -> None:
    found = read(tmp_path, ("\ufeff" + backup(sms("größer 😉"))).encode("utf-16-le"))
    assert found.contacts[0].body == "größer 😉"


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no backup"):
        read(tmp_path, "<html><p>hello</p></html>")


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (backup(sms("a"))[:400], "sms-backup"),
        ('<calls count="3"><call number="1" />', "sms-backup"),
        ('<?xml version="1.0"?><note>smses</note>', ""),
        ("<calls><phone/></calls>", ""),
    ],
)
def test_the_form_is_known_by_its_first_bytes(head: str, form: str) -> None:
    assert form_of("application/xml", head.encode(), "x.xml", Context()) == form


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+1 (555) 017-8834", "555-017-8834", True),
        ("+49 171 1234567", "0171 1234567", True),
        ("+15550178834", "+15550178835", False),
        ("32665", "2665", False),
        ("Danny", "danny", True),
    ],
)
def test_spellings_of_a_number(one: str, other: str, same: bool) -> None:
    assert (same_number(one) == same_number(other)) is same


BODIES = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n😉'\"<>&"), min_size=1, max_size=60
)


@given(st.lists(st.tuples(BODIES, st.integers(1, 2), st.integers(1, 4 * 10**12)), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, rows: list[tuple[str, int, int]]) -> None:
    def written(body: str) -> str:
        units = body.encode("utf-16-le")
        signs = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
        return "".join(f"&#{sign};" if sign > 0xD7FF or sign in (10, 34, 38, 60) else chr(sign) for sign in signs)

    entries = [f'<sms address="1" date="{date}" type="{kind}" body="{written(body)}" />' for body, kind, date in rows]
    found = read(tmp_path, backup(*entries))
    assert [each.body for each in found.contacts] == [None if body == "null" else body for body, _, _ in rows]
    assert [each.outgoing for each in found.contacts] == [kind == 2 for _, kind, _ in rows]
    assert [each.as_found for each in found.contacts] == [str(date) for _, _, date in rows]
    assert found.reading.warnings == ()


@given(st.binary(max_size=400))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_a_reader_error_leaves(tmp_path: Path, rubbish: bytes) -> None:
    for data in (rubbish, b"<smses>" + rubbish, backup(sms("a")).encode()[:-9] + rubbish):
        try:
            read(tmp_path, data)
        except ReaderError:
            continue


def test_through_the_contained_worker(tmp_path: Path) -> None:
    path = tmp_path / "backup.xml"
    path.write_text(backup(sms("hi"), mms('<part ct="image/png" cl="a.png" data="QUJD" />')), encoding="utf-8")
    with Readers(workers=1) as readers:
        reading = readers.submit(path, "backup.xml", ZONE, tmp_path / "out").result(timeout=60)
    assert reading.reader == "messages"
    assert reading.contacts is not None
    assert [each.body for each in contacts_in(reading.contacts)] == ["hi", None]
    assert [child.name for child in reading.children] == ["message 2 a.png"]
