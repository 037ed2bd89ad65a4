"""Messenger and Instagram downloads, JSON and HTML, against what was said and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from evidencekit.errors import ReaderError
from evidencekit.model import Channel, Contact, Kind, Reading, Zone

ReadExport = Callable[..., tuple[Reading, list[Contact]]]
MS = 1_767_712_325_000  # 2026-01-06 15:12:05 UTC


def spoilt(text: str) -> str:
    """As Meta writes it: UTF-8 taken for Latin-1."""
    return text.encode("utf-8").decode("latin-1")


def download(**more: object) -> str:
    messages = [
        {"sender_name": spoilt("José Hollis"), "timestamp_ms": MS + 300_000, "is_unsent": True},
        {
            "sender_name": spoilt("José Hollis"),
            "timestamp_ms": MS + 200_000,
            "content": spoilt("José missed your call."),
            "call_duration": 0,
        },
        {
            "sender_name": "Dana Reyes",
            "timestamp_ms": MS + 100_000,
            "content": "Dana called you.",
            "call_duration": 31,
        },
        {
            "sender_name": spoilt("José Hollis"),
            "timestamp_ms": MS + 500,
            "photos": [{"uri": "messages/inbox/dana_1/photos/1.jpg", "creation_timestamp": 1767712000}],
            "audio_files": [{"uri": "messages/inbox/dana_1/audio/2.mp4"}],
            "share": {"link": "https://example.org/x"},
        },
        {
            "sender_name": spoilt("José Hollis"),
            "timestamp_ms": MS,
            "content": spoilt("I see you ☕️\nBlue coat, naïve 🙂"),
            "reactions": [{"reaction": spoilt("😠"), "actor": "Dana Reyes"}],
        },
    ]
    whole = {
        "participants": [{"name": spoilt("José Hollis")}, {"name": "Dana Reyes"}],
        "messages": messages,
        "title": spoilt("José Hollis"),
        "is_still_participant": True,
        "thread_path": "inbox/josehollis_1",
        **more,
    }
    return json.dumps(whole, indent=2)


def test_json(read_export: ReadExport) -> None:
    reading, contacts = read_export("message_1.json", download())
    assert reading.kind is Kind.MESSAGES
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("message 5", "2026-01-06T07:12:05-08:00", Zone.STATED),
        ("message 4", "2026-01-06T07:12:05.500-08:00", Zone.STATED),
        ("message 3", "2026-01-06T07:13:45-08:00", Zone.STATED),
        ("message 2", "2026-01-06T07:15:25-08:00", Zone.STATED),
        ("message 1", "2026-01-06T07:17:05-08:00", Zone.STATED),
    ]
    first, picture, call, missed, unsent = contacts
    assert first.body == "I see you ☕️\nBlue coat, naïve 🙂"
    assert (first.sender, first.recipients, first.outgoing) == ("José Hollis", ("Dana Reyes",), None)
    assert (first.thread, first.service, first.channel) == ("José Hollis", "Messenger", Channel.CHAT)
    assert first.note == "😠 by Dana Reyes"
    assert first.as_found == str(MS)
    assert picture.attachments == ("messages/inbox/dana_1/photos/1.jpg", "messages/inbox/dana_1/audio/2.mp4")
    assert picture.body == "https://example.org/x"
    assert (call.channel, call.answered, call.seconds) == (Channel.CALL, True, 31.0)
    assert (missed.channel, missed.answered, missed.seconds) == (Channel.CALL, False, 0.0)
    assert (unsent.body, unsent.note) == (None, "taken back by its sender")
    assert [(each.key, [value for value, _ in each.choices]) for each in reading.questions] == [
        ("owner", ["José Hollis", "Dana Reyes"])
    ]
    assert "named after the other" in reading.questions[0].choices[1][1]
    assert reading.warnings == ()


def test_the_owner_that_a_person_names_sent_what_bears_the_name(read_export: ReadExport) -> None:
    reading, contacts = read_export("message_1.json", download(), {"owner": "Dana Reyes"})
    assert [each.outgoing for each in contacts] == [False, False, True, False, False]
    assert [each.key for each in reading.questions] == ["owner"]  # to be answered anew
    assert contacts[2].sender == "Dana Reyes"


def test_right_text_stays_as_it_is_and_instagram_is_told(read_export: ReadExport) -> None:
    text = download(thread_path="your_instagram_activity/messages/inbox/jose_1", title="naïve café")
    _, contacts = read_export("message_1.json", text)
    assert (contacts[0].thread, contacts[0].service) == ("naïve café", "Instagram")


def test_across_the_change_of_clocks(read_export: ReadExport) -> None:
    stamps = [1_772_963_999_000, 1_772_964_000_000, 1_793_521_800_000, 1_793_525_400_000]
    messages = [{"sender_name": "A", "timestamp_ms": each, "content": str(each)} for each in stamps]
    _, contacts = read_export("message_1.json", json.dumps({"participants": [], "messages": messages, "title": "x"}))
    assert [each.when for each in contacts] == [
        "2026-03-08T01:59:59-08:00",
        "2026-03-08T03:00:00-07:00",
        "2026-11-01T01:30:00-07:00",
        "2026-11-01T01:30:00-08:00",
    ]


def test_an_odd_message_is_told_and_a_broken_end_keeps_what_stands_before_it(read_export: ReadExport) -> None:
    text = download()
    reading, contacts = read_export("message_1.json", text[: text.index('"is_still_participant"')])
    assert len(contacts) == 5
    assert any("breaks off" in each for each in reading.warnings)
    odd = json.dumps({"messages": ["what", {"sender_name": "A", "timestamp_ms": "no"}], "title": "timestamp_ms"})
    reading, contacts = read_export("message_1.json", odd)
    assert (len(contacts), contacts[0].when) == (1, None)
    assert any("left out: 1 (message 1)" in each for each in reading.warnings)
    with pytest.raises(ReaderError, match="breaks off"):
        read_export("message_1.json", '{"messages": [ {"sender_name": "timestamp_ms", "timestamp_ms"')


def test_end_to_end_encrypted(read_export: ReadExport) -> None:
    whole = {
        "participants": ["José Hollis", "Dana Reyes"],
        "threadName": "José Hollis_12",
        "messages": [
            {
                "isUnsent": False,
                "media": [],
                "reactions": [{"actor": "Dana Reyes", "reaction": "😠"}],
                "senderName": "José Hollis",
                "text": "Ich weiß 🙂\nwo",
                "timestamp": MS,
                "type": "text",
            },
            {
                "isUnsent": False,
                "media": [{"uri": "./media/1.jpeg"}],
                "reactions": [],
                "senderName": "Dana Reyes",
                "text": "",
                "timestamp": MS + 1000,
                "type": "media",
            },
        ],
    }
    reading, contacts = read_export("José Hollis_12.json", json.dumps(whole, ensure_ascii=False))
    assert [(each.at, each.when, each.body, each.attachments) for each in contacts] == [
        ("message 1", "2026-01-06T07:12:05-08:00", "Ich weiß 🙂\nwo", ()),
        ("message 2", "2026-01-06T07:12:06-08:00", None, ("./media/1.jpeg",)),
    ]
    assert (contacts[0].thread, contacts[0].note) == ("José Hollis", "😠 by Dana Reyes")
    assert [each.key for each in reading.questions] == ["owner"]


def block(sender: str, words: str, date: str, *, generation: int) -> str:
    if generation == 1:
        return (
            f'<div class="pam _3-95 _2pi0 _2lej uiBoxWhite"><div class="_3-96 _2pio _2lek _2lel">{sender}</div>'
            f'<div class="_3-96 _2let">{words}</div><div class="_3-94 _2lem">{date}</div></div>'
        )
    if generation == 2:
        return (
            f'<div class="pam _3-95 _2ph- _a6-g uiBoxWhite"><div class="_3-95 _2pim _a6-h _a6-i">{sender}</div>'
            f'<div class="_3-95 _a6-p">{words}</div><div class="_3-94 _a6-o"><a href="#"><div class="_a72d">'
            f"{date}</div></a></div></div>"
        )
    return (
        f'<section class="_a6-g" aria-labelledby="u_0"><h2 class="_a6-h _a6-i" id="u_0">{sender}</h2>\n'
        f'  <div class="_a6-p">{words}</div>\n  <footer class="_a6-o"><div class="_a72d">{date}</div></footer>'
        "</section>"
    )


def page(generation: int, *, comma: bool) -> str:
    def date(text: str) -> str:
        return text.replace("2026 ", "2026, ").replace("am", "AM").replace("pm", "PM") if comma else text

    own = "_2lek" if generation == 1 else "_a6-h"
    outer = "_2lej" if generation == 1 else "_a6-g"
    blocks = [
        f'<div class="pam {outer}"><div class="{own}">Participants: José Hollis and Dana Reyes</div></div>',
        (
            "Dana Reyes",
            "<div><div></div><div>You called José Hollis.</div><div>Duration: 1 minute, 2 seconds</div></div>",
            "Nov 01, 2026 12:05:00 pm",
        ),
        ("José Hollis", "<div><div></div><div>José Hollis called you.</div></div>", "Nov 01, 2026 1:30:00 am"),
        (
            "José Hollis",
            '<div><div></div><div></div><div></div><div><div><a target="_blank" href="messages/inbox/x/photos/1.jpg">'
            '<img src="messages/inbox/x/photos/1.jpg" class="_a6_o"/></a></div></div></div>',
            "Jul 01, 2026 12:00:00 am",
        ),
        (
            "José Hollis",
            "<div><div></div><div>I see you &amp; your coat ☕️<br />tonight</div><div></div><div></div>"
            '<div><ul class="_a6-q _tqp"><li>😠Dana Reyes</li></ul></div></div>',
            "Jan 06, 2026 7:12:05 am",
        ),
    ]
    body = "".join(
        each if isinstance(each, str) else block(each[0], each[1], date(each[2]), generation=generation)
        for each in blocks
    )
    return f"<html><head><title>José Hollis</title><meta charset='utf-8'></head><body>{body}</body></html>"


@pytest.mark.parametrize(("generation", "comma"), [(1, True), (2, False), (2, True), (3, False)])
def test_html(read_export: ReadExport, generation: int, *, comma: bool) -> None:
    reading, contacts = read_export("message_1.html", page(generation, comma=comma))
    assert reading.kind is Kind.MESSAGES
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("message 4", "2026-01-06T07:12:05-08:00", Zone.ASSUMED),
        ("message 3", "2026-07-01T00:00:00-07:00", Zone.ASSUMED),
        ("message 2", "2026-11-01T01:30:00", Zone.NONE),
        ("message 1", "2026-11-01T12:05:00-08:00", Zone.ASSUMED),
    ]
    first, picture, called, call = contacts
    assert (first.body, first.note) == ("I see you & your coat ☕️\ntonight", "😠Dana Reyes")
    assert (first.sender, first.recipients, first.thread) == ("José Hollis", ("Dana Reyes",), "José Hollis")
    assert (picture.body, picture.attachments) == (None, ("messages/inbox/x/photos/1.jpg",))
    assert (called.channel, called.answered, called.seconds) == (Channel.CALL, None, None)
    assert (call.channel, call.answered, call.seconds) == (Channel.CALL, True, 62.0)
    assert [value for value, _ in reading.questions[0].choices] == ["José Hollis", "Dana Reyes"]
    assert [each.key for each in reading.questions] == ["owner", "zone"]
    _, contacts = read_export("message_1.html", page(generation, comma=comma), {"zone": "UTC", "owner": "Dana Reyes"})
    assert contacts[0].when == "2026-01-06T07:12:05+00:00"
    assert [each.outgoing for each in contacts] == [False, False, False, True]


def test_words_that_sound_like_a_call_are_none(read_export: ReadExport) -> None:
    text = page(2, comma=False).replace("José Hollis called you.", "Your mother called you.")
    _, contacts = read_export("message_1.html", text)
    assert contacts[2].channel is Channel.CHAT


def test_other_pages_of_the_download_are_documents(read_export: ReadExport) -> None:
    reading, _ = read_export("followers_1.html", page(2, comma=False).replace("messages/inbox/", "photos_"))
    assert reading.kind is Kind.MESSAGES  # it says who the participants are
    bare = page(2, comma=False).replace("messages/inbox/", "photos_").replace("Participants: ", "")
    reading, _ = read_export("followers_1.html", bare)
    assert reading.kind is Kind.DOCUMENT


def test_a_file_that_breaks_off_anywhere_is_read_as_far_as_it_goes(read_export: ReadExport) -> None:
    for sample in (download(), page(1, comma=True), page(3, comma=False)):
        most = 0
        for cut in range(40, len(sample), 61):
            with suppress(ReaderError):
                most = max(most, len(read_export("message_1.html", sample[:cut])[1]))
        assert most >= 1
