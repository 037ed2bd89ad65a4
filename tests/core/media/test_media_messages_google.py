"""Google Takeout: Chat, Hangouts and Voice, against what was said and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

from evidencekit.errors import ReaderError
from evidencekit.model import Channel, Contact, Kind, Reading, Zone

ReadExport = Callable[..., tuple[Reading, list[Contact]]]
HOLLIS, REYES = "+15550178834", "+15550142210"


def chat(date: str, **more: object) -> dict[str, object]:
    creator = {"name": "R. Hollis", "email": "rh@example.org", "user_type": "Human"}
    return {"creator": creator, "created_date": date, "topic_id": "t", "message_id": f"x/{date}", **more}


def test_chat(read_export: ReadExport) -> None:
    messages = [
        chat("Tuesday, January 6, 2026 at 3:12:05\u202fPM UTC", text="I see you ☕️\ntonight"),
        chat(
            "Sunday, March 8, 2026 at 10:00:00 AM UTC",
            attached_files=[{"original_name": "a.png", "export_name": "File-a?account_id=3.png"}],
        ),
        chat(
            "Sunday, November 1, 2026 at 9:30:00 AM UTC",
            creator={"name": "Dana Reyes", "email": "dr@example.org"},
            text="Stop",
            reactions=[{"emoji": {"unicode": "😠"}, "reactor_emails": ["rh@example.org"]}],
        ),
        chat("", message_state="DELETED"),
    ]
    reading, contacts = read_export("messages.json", json.dumps({"messages": messages}, indent=2))
    assert reading.kind is Kind.MESSAGES
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("message 1", "2026-01-06T07:12:05-08:00", Zone.STATED),
        ("message 2", "2026-03-08T03:00:00-07:00", Zone.STATED),
        ("message 3", "2026-11-01T01:30:00-08:00", Zone.STATED),
        ("message 4", None, Zone.NONE),
    ]
    assert contacts[0].body == "I see you ☕️\ntonight"
    assert (contacts[0].sender, contacts[0].recipients) == ("rh@example.org", ("dr@example.org",))
    assert contacts[0].names == (("rh@example.org", "R. Hollis"),)
    assert (contacts[1].attachments, contacts[1].body) == (("File-a_account_id=3.png",), None)
    assert contacts[2].note == "😠 by rh@example.org"
    assert contacts[3].note == "deleted"
    assert [value for value, _ in reading.questions[0].choices] == ["rh@example.org", "dr@example.org"]
    assert any("without a time" in each for each in reading.warnings)
    reading, contacts = read_export("messages.json", json.dumps({"messages": messages}), {"owner": "dr@example.org"})
    assert [each.outgoing for each in contacts] == [False, False, True, False]


def test_hangouts(read_export: ReadExport) -> None:
    def person(identity: str) -> dict[str, str]:
        return {"gaia_id": identity, "chat_id": identity}

    def event(sender: str, micro: int, **more: object) -> dict[str, object]:
        return {"sender_id": person(sender), "timestamp": str(micro), "event_id": f"e{micro}", **more}

    words = {"segment": [{"type": "TEXT", "text": "I see you"}, {"type": "LINE_BREAK"}, {"type": "TEXT", "text": "☕️"}]}
    whole = {
        "conversations": [
            {
                "conversation": {
                    "conversation_id": {"id": "c"},
                    "conversation": {
                        "self_conversation_state": {"self_read_state": {"participant_id": person("2")}},
                        "participant_data": [
                            {"id": person("1"), "fallback_name": "R. Hollis", "phone_number": {"e164": HOLLIS}},
                            {"id": person("2"), "fallback_name": "Dana Reyes"},
                        ],
                    },
                },
                "events": [
                    event(
                        "2",
                        1_767_712_400_000_000,
                        event_type="HANGOUT_EVENT",
                        hangout_event={"event_type": "END_HANGOUT", "hangout_duration_secs": "31"},
                    ),
                    event("1", 1_767_712_325_000_000, event_type="SMS", chat_message={"message_content": words}),
                ],
            }
        ]
    }
    reading, contacts = read_export("Hangouts.json", json.dumps(whole))
    text, call = contacts
    assert (text.when, text.zone, text.body) == ("2026-01-06T07:12:05-08:00", Zone.STATED, "I see you\n☕️")
    assert (text.sender, text.recipients, text.outgoing) == (HOLLIS, ("Dana Reyes",), False)
    assert (text.channel, text.names, text.thread) == (Channel.TEXT, ((HOLLIS, "R. Hollis"),), HOLLIS)
    assert (call.channel, call.seconds, call.answered, call.outgoing) == (Channel.CALL, 31.0, True, True)
    assert reading.questions == ()


def card(number: str, name: str, *, mine: bool = False) -> str:
    shown = '<abbr class="fn" title="">Me</abbr>' if mine else f'<span class="fn">{name}</span>'
    return f'<cite class="sender vcard"><a class="tel" href="tel:{number}">{shown}</a></cite>'


def text(time: str, who: str, words: str, more: str = "") -> str:
    return (
        f'<div class="message"><abbr class="dt" title="{time}">Sep 1, 2023, 7:29:20&#8239;PM Pacific Time</abbr>:\n'
        f"{who}:\n<q>{words}</q>{more}</div>\n"
    )


def page(inside: str) -> str:
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/'
        'DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><style>a{}</style>'
        f"</head><body>{inside}</body></html>"
    )


def test_voice_texts(read_export: ReadExport) -> None:
    me, hollis = card(REYES, "", mine=True), card(HOLLIS, "R. Hollis")
    inside = '<div class="hChatLog hfeed">' + (
        text("2026-01-06T07:12:05.000-08:00", hollis, "I see you &amp; yours ☕️<br>tonight")
        + text("2026-03-08T03:00:00.270-07:00", me, "Stop")
        + text(
            "2026-11-01T01:30:00.000-08:00",
            hollis,
            "MMS Sent",
            '<div><img src="R. Hollis - Text - 2026-01-06T15_12_05Z-3-1" alt="Image MMS Attachment" /></div>',
        )
        + "</div><div class='tags'>Labels:<a rel='tag' href='http://www.google.com/voice#sms'>Text</a></div>"
    )
    reading, contacts = read_export("R. Hollis - Text - 2026-01-06T15_12_05Z.html", page(inside))
    assert reading.kind is Kind.MESSAGES
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("message 1", "2026-01-06T07:12:05-08:00", Zone.STATED),
        ("message 2", "2026-03-08T03:00:00.270-07:00", Zone.STATED),
        ("message 3", "2026-11-01T01:30:00-08:00", Zone.STATED),
    ]
    first, answer, picture = contacts
    assert (first.body, first.outgoing) == ("I see you & yours ☕️\ntonight", False)
    assert (first.sender, first.recipients, first.names) == (HOLLIS, (REYES,), ((HOLLIS, "R. Hollis"),))
    assert (answer.sender, answer.recipients, answer.outgoing) == (REYES, (HOLLIS,), True)
    assert picture.attachments == ("R. Hollis - Text - 2026-01-06T15_12_05Z-3-1",)
    assert (first.thread, first.service) == ("R. Hollis", "Google Voice")
    assert {fact.name: fact.value for fact in reading.facts}["owner"] == REYES


def test_a_voice_group_and_a_page_on_which_only_the_owner_wrote(read_export: ReadExport) -> None:
    group = (
        '<div class="hChatLog hfeed"><div class="participants">Group conversation with:'
        + card(HOLLIS, "R. Hollis")
        + card("+15550100000", "+15550100000")
        + "</div>"
        + text("2026-01-06T07:12:05.000-08:00", card(HOLLIS, "R. Hollis"), "both of you")
        + "</div>"
    )
    _, contacts = read_export("Group Conversation - 2026-01-06T15_12_05Z.html", page(group))
    assert (contacts[0].sender, contacts[0].recipients) == (HOLLIS, ("+15550100000",))
    alone = f'<div class="hChatLog hfeed">{text("2026-01-06T07:12:05-08:00", card(REYES, "", mine=True), "Stop")}</div>'
    _, contacts = read_export(f"{HOLLIS} - Text - 2026-01-06T15_12_05Z.html", page(alone))
    assert (contacts[0].outgoing, contacts[0].recipients) == (True, (HOLLIS,))


def call(kind: str, title: str, duration: str = "", more: str = "") -> str:
    length = f'<abbr class="duration" title="PT31S">({duration})</abbr>' if duration else ""
    return page(
        f'<div class="haudio"><span class="album">Call Log for </span><span class="fn">{title}</span>'
        f'<div class="contributor vcard">{title} <a class="tel" href="tel:{HOLLIS}"><span class="fn">R. Hollis</span>'
        '</a></div><abbr class="published" title="2026-01-06T07:12:05.000-08:00">Jan 6, 2026, 7:12:05 AM</abbr>'
        f"{more}{length}"
        f'<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#{kind}">x</a></div></div>'
    )


def test_voice_calls(read_export: ReadExport) -> None:
    expected = {
        "placed": (Channel.CALL, True, True, 31.0, "", (HOLLIS,)),
        "received": (Channel.CALL, False, True, 31.0, HOLLIS, ()),
        "missed": (Channel.CALL, False, False, None, HOLLIS, ()),
        "voicemail": (Channel.VOICEMAIL, False, False, 31.0, HOLLIS, ()),
    }
    for kind, known in expected.items():
        duration = "" if kind == "missed" else "00:00:31"
        transcript = (
            '<span class="description">Transcript: <span class="full-text">I know where you are</span></span>'
            '<audio controls="controls" src="R. Hollis - Voicemail - 2026-01-06T15_12_05Z.mp3"><a rel="enclosure" '
            'href="R. Hollis - Voicemail - 2026-01-06T15_12_05Z.mp3">Audio</a></audio>'
        )
        more = transcript if kind == "voicemail" else ""
        name = f"R. Hollis - {kind.title()} - 2026-01-06T15_12_05Z.html"
        reading, contacts = read_export(name, call(kind, f"{kind} call", duration, more))
        (each,) = contacts
        found = (each.channel, each.outgoing, each.answered, each.seconds, each.sender, each.recipients)
        assert found == known, kind
        assert (each.when, each.zone) == ("2026-01-06T07:12:05-08:00", Zone.STATED)
        assert reading.warnings == ()
        if kind == "voicemail":
            assert each.body == "I know where you are"
            assert each.note == "the words are Google's own machine transcript"
            assert each.attachments == ("R. Hollis - Voicemail - 2026-01-06T15_12_05Z.mp3",)


def test_a_caller_without_a_number_is_not_taken_for_the_owner(read_export: ReadExport) -> None:
    page = call("missed", "Missed call from").replace(f"tel:{HOLLIS}", "tel:").replace("R. Hollis", "")
    _, contacts = read_export("Missed - 2026-01-06T15_12_05Z.html", page)
    assert (contacts[0].sender, contacts[0].outgoing) == ("(number not shown)", False)


def test_a_file_that_breaks_off_anywhere_is_read_as_far_as_it_goes(read_export: ReadExport) -> None:
    for sample in (
        call("voicemail", "Voicemail from", "00:00:31"),
        json.dumps({"messages": [chat("Tuesday, January 6, 2026 at 3:12:05 PM UTC")] * 2}),
    ):
        most = 0
        for cut in range(40, len(sample), 61):
            with suppress(ReaderError):
                most = max(most, len(read_export("message_1.html", sample[:cut])[1]))
        assert most >= 1
