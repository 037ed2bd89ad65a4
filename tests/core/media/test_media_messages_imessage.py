"""imessage-exporter's files, as its versions write them, against what was said and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from evidencekit.errors import ReaderError
from evidencekit.model import Channel, Contact, Kind, Reading, Zone

ReadExport = Callable[..., tuple[Reading, list[Contact]]]

TEXT = """\
Jan 06, 2026  7:12:05 AM (Read by you after 1 hour, 49 seconds)
Dana H.
I know you're up. ☕️
Look outside.

The blue car.
Tapbacks:
Disliked by Me

    Jan 06, 2026  7:15:00 AM
    Me
    Stop writing to me.

Jan 06, 2026  7:15:00 AM
Me
Stop writing to me.
This message responded to an earlier message.

Jan 07, 2026 11:59:59 PM You named the conversation Dana

Mar 08, 2026  1:59:59 AM
Dana H.
attachments/12/IMG_2041.HEIC
Sent with Slam

Mar 08, 2026  2:30:00 AM
Dana H.
in the hour that was skipped

Nov 01, 2026  1:30:00 AM
Dana H.
in the hour that came twice

Nov 02, 2026 12:05:00 PM
Dana H.
Nov 02, 2026 12:05:00 PM I am sorry
Edited 5 seconds later: You will be sorry

Nov 02, 2026 12:06:00 PM
Dana H.
They unsent this message part 2 minutes after sending!

Dec 31, 2000  4:00:00 PM
Dana H.
no date

"""


def test_text(read_export: ReadExport) -> None:
    reading, contacts = read_export("+15550178834.txt", TEXT)
    assert reading.kind is Kind.MESSAGES
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("message 1", "2026-01-06T07:12:05-08:00", Zone.ASSUMED),
        ("message 2", "2026-01-06T07:15:00-08:00", Zone.ASSUMED),
        ("message 3", "2026-03-08T01:59:59-08:00", Zone.ASSUMED),
        ("message 4", "2026-03-08T02:30:00", Zone.NONE),
        ("message 5", "2026-11-01T01:30:00", Zone.NONE),
        ("message 6", "2026-11-02T12:05:00-08:00", Zone.ASSUMED),
        ("message 7", "2026-11-02T12:06:00-08:00", Zone.ASSUMED),
        ("message 8", None, Zone.NONE),
    ]
    first, answer, picture, skipped, twice, edited, unsent, undated = contacts
    assert first.body == "I know you're up. ☕️\nLook outside.\n\nThe blue car."
    assert (first.sender, first.outgoing, first.names) == ("+15550178834", False, (("+15550178834", "Dana H."),))
    assert first.note == "Read by you after 1 hour, 49 seconds; Disliked by Me"
    assert first.as_found == "Jan 06, 2026  7:12:05 AM"
    assert (answer.sender, answer.recipients, answer.outgoing) == ("", ("+15550178834",), True)
    assert (answer.body, answer.note) == ("Stop writing to me.", "a reply to an earlier message")
    assert (picture.body, picture.attachments, picture.note) == (
        None,
        ("attachments/12/IMG_2041.HEIC",),
        "Sent with Slam",
    )
    assert ("skipped" in skipped.note, "twice" in twice.note) == (True, True)
    assert (edited.body, edited.note) == ("You will be sorry", "edited; at first “I am sorry”")
    assert unsent.body is None
    assert "unsent this message part 2 minutes after sending" in unsent.note
    assert undated.body == "no date"
    assert any("before June 2007" in each and "time: 1." in each for each in reading.warnings)
    assert {each.channel for each in contacts} == {Channel.TEXT}
    assert [each.key for each in reading.questions] == ["zone"]
    facts = {fact.name: fact.value for fact in reading.facts}
    assert facts["announcements"] == ["Jan 07, 2026 11:59:59 PM You named the conversation Dana"]
    assert facts["contacts"] == 8
    assert reading.moments[0].value == "2026-01-06T07:12:05-08:00"


def test_the_zone_that_a_person_names_is_the_telephones(read_export: ReadExport) -> None:
    _, contacts = read_export("+15550178834.txt", TEXT, {"zone": "America/New_York"})
    assert contacts[0].when == "2026-01-06T07:12:05-05:00"
    _, contacts = read_export("+15550178834.txt", TEXT, zone="America/Phoenix")
    assert [(each.when, each.zone) for each in contacts[3:5]] == [
        ("2026-03-08T02:30:00-07:00", Zone.ASSUMED),
        ("2026-11-01T01:30:00-07:00", Zone.ASSUMED),
    ]


def test_without_me_the_owner_is_asked_for(read_export: ReadExport) -> None:
    text = TEXT.replace("\nMe\n", "\nJ. Doe\n").replace("    Me\n", "    J. Doe\n")
    reading, contacts = read_export("Us - 12.txt", text)
    assert [each.key for each in reading.questions] == ["owner", "zone"]
    assert reading.questions[0].choices == (("Dana H.", "Dana H."), ("J. Doe", "J. Doe"))
    assert {each.outgoing for each in contacts} == {None}
    reading, contacts = read_export("Us - 12.txt", text, {"owner": "J. Doe"})
    assert [each.outgoing for each in contacts] == [False, True] + [False] * 6
    assert (contacts[1].sender, contacts[1].recipients) == ("J. Doe", ("Dana H.",))


OLD_REPLY = """\
Jul 10, 2022  2:32:59 PM
Me
Why?
    Jul 10, 2022  2:33:09 PM
    Dana
    Because
you know why

Jul 10, 2022  2:33:09 PM
Dana
Because
you know why
This message responded to an earlier message.

Jul 10, 2022  2:40:00 PM
Me
One
    Jul 10, 2022  2:41:00 PM
    Dana
    Two
attachments/3.png

"""


def test_a_reply_counts_once_in_old_exports_and_new(read_export: ReadExport) -> None:
    reading, contacts = read_export("+15550178834.txt", OLD_REPLY)
    assert [(each.at, each.body, each.attachments) for each in contacts] == [
        ("message 1", "Why?", ()),
        ("message 2", "Because\nyou know why", ()),
        ("message 3", "One", ("attachments/3.png",)),
        ("reply to message 3", "Two", ()),
    ]
    assert contacts[3].note == "stands only under the message it answers"
    assert any("only under the message they answer" in each for each in reading.warnings)


def message(side: str, time: str, sender: str, inside: str, identity: str = "", guid: str = "") -> str:
    return (
        f'<div class="message"{identity}>\n<div class="{side}">\n<p><span class="timestamp"><a title="Reveal in '
        f'Messages app" href="sms://open?message-guid={guid}">{time}</a> </span>\n'
        f'<span class="sender">{sender}</span></p>\n'
        f"{inside}\n</div>\n</div>\n"
    )


def part(inside: str) -> str:
    return f'<hr><div class="message_part">\n{inside}\n</div>\n'


def bubble(text: str) -> str:
    return part(f'<span class="bubble">{text}</span>')


REPLY = message("sent iMessage", "Jan 06, 2026  7:15:00 AM", "Me", bubble("Stop &amp; go away 🙏"))
HTML = (
    '<html>\n<head>\n<meta charset="UTF-8">\n<style>.message { color: red }</style></head><body>\n'
    + message(
        "received",
        "Jan 06, 2026  7:12:05 AM</a> (Read by you after 5 seconds)<a>",
        "Dana H.",
        bubble("I know you&#x27;re up.\n<b>Look</b> outside. ☕️")
        + part('<div class="attachment"><img src="attachments/12/IMG%202041.png" loading="lazy"></div>')
        + '<span class="expressive">Sent with Echo</span>\n'
        + '<div class="tapbacks"><hr><p>Tapbacks:</p><div class="tapback"><span class="tapback"><b>Disliked</b> by Me'
        "</span></div></div>\n" + f'<div class="replies"><div class="reply" id="G2">{REPLY}</div></div>',
    )
    + '\n<div class ="announcement"><p><span class="timestamp">Jan 06, 2026  7:13:00 AM</span> Dana left the '
    "conversation.</p></div>\n"
    + message(
        "sent iMessage",
        "Jan 06, 2026  7:15:00 AM",
        "Me",
        bubble("Stop &amp; go away 🙏")
        + '<span class="reply_context">This message responded to an earlier message.</span>',
        ', id="r-G2"',
    )
    + message(
        "sent SMS",
        "Jul 01, 2026 12:00:00 PM",
        "Me",
        part(
            '<div class="edited"><table><tr><td><span class="timestamp"></span></td><td>Fine</td></tr><tfoot><tr><td>'
            '<span class="timestamp">Edited 5 seconds later</span></td><td>No</td></tr></tfoot></table></div>'
        )
        + part('<audio controls src="attachments/v.caf" type="audio/x-caf" </audio>'),
    )
    + message(
        "received",
        "Jul 01, 2026 12:00:01 PM",
        "Dana H.",
        part('<span class="unsent"><span class="unsent">Dana H. unsent this message part!</span></span>')
        + part(
            '<div class="app"><a href="https://example.org/x"><div class="app_header"><img src="https://example.org/p.png">'
            '<div class="name">example.org</div></div></a></div>'
        ),
    )
    + "</body></html>"
)


def test_html(read_export: ReadExport) -> None:
    reading, contacts = read_export("+15550178834.html", HTML)
    assert reading.kind is Kind.MESSAGES
    first, answer, edited, unsent = contacts
    assert first.body == "I know you're up.\nLook outside. ☕️"
    assert (first.when, first.zone, first.outgoing) == ("2026-01-06T07:12:05-08:00", Zone.ASSUMED, False)
    assert first.attachments == ("attachments/12/IMG 2041.png",)
    assert first.note == "Read by you after 5 seconds; Sent with Echo; Disliked by Me"
    assert (answer.at, answer.body, answer.outgoing, answer.service) == (
        "message 2",
        "Stop & go away 🙏",
        True,
        "iMessage",
    )
    assert (edited.body, edited.note, edited.service) == ("No", "edited; at first “Fine”", "SMS")
    assert edited.attachments == ("attachments/v.caf",)
    assert edited.when == "2026-07-01T12:00:00-07:00"
    assert (unsent.body, unsent.attachments) == ("example.org\nhttps://example.org/x", ())
    assert unsent.note == "Dana H. unsent this message part"
    assert [each.key for each in reading.questions] == ["zone"]
    assert {fact.name: fact.value for fact in reading.facts}["announcements"] == [
        "Jan 06, 2026 7:13:00 AM Dana left the conversation."
    ]


def test_other_texts_and_pages_are_none(read_export: ReadExport) -> None:
    for name, text in (
        ("diary.txt", "Jan 06, 2026: he called.\n"),
        ("notes.txt", "He called on Jan 06, 2026  7:12:05 AM\nagain\n"),
        ("page.html", "<html><body><div class='message'>hello</div></body></html>"),
    ):
        reading, _ = read_export(name, text)
        assert reading.kind is Kind.DOCUMENT


def test_a_group_and_other_line_ends(read_export: ReadExport) -> None:
    text = "Jan 6, 2026 7:12:05 AM\r\n+15550178834\r\nboth of you\r\n\r\nJan 06, 2026 12:00:00 PM\r\nMe\r\nno\r\n\r\n"
    text += "Jan 06, 2026 12:01:00 PM\r\nDana\r\nyes\r\n\r\n"
    _, contacts = read_export("+15550178834, dana@example.org.txt", text)
    assert [(each.sender, each.recipients, each.body) for each in contacts] == [
        ("+15550178834", ("dana@example.org",), "both of you"),
        ("", ("+15550178834", "dana@example.org"), "no"),
        ("Dana", (), "yes"),
    ]
    assert contacts[1].when == "2026-01-06T12:00:00-08:00"


def test_a_file_that_breaks_off_anywhere_is_read_as_far_as_it_goes(read_export: ReadExport) -> None:
    for sample in (TEXT, OLD_REPLY, HTML):
        most = 0
        for cut in range(40, len(sample), 61):
            with suppress(ReaderError):
                most = max(most, len(read_export("message_1.html", sample[:cut])[1]))
        assert most >= 1


def test_messages_with_an_id_are_told_apart_by_it(read_export: ReadExport) -> None:
    time, download = "Jan 06, 2026  7:15:00 AM", '<a href="attachments/a.pdf">Click to download a.pdf (1 KB)</a>'
    nested = message("received", time, "Dana", bubble("so"), guid="R1")
    replies = f'<div class="replies"><div class="reply">{nested}</div></div>'
    text = "<html><head></head><body>" + (
        message(
            "received",
            time,
            "Dana",
            bubble("so") + replies,
            guid="A",
        )
        + message("received", time, "Dana", bubble("so"), guid="R1")
        + message("received", time, "Dana", bubble("so") + part('<p class="new">more</p>') + part(download), guid="B")
    )
    _, contacts = read_export("+15550178834.html", text + "</body></html>")
    assert [(each.ident, each.body, each.attachments) for each in contacts] == [
        ("A", "so", ()),
        ("R1", "so", ()),
        ("B", "so\nmore", ("attachments/a.pdf",)),
    ]
