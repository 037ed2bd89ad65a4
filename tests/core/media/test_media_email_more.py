"""Mail beyond its basics: the way it went, what its HTML hides, seals, the contact it is, and pictures on paper."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.email import EmailReader
from evidencekit.media.mail.markup import words_of
from evidencekit.media.protocol import Source
from evidencekit.model import Beside, Channel, Contact, Context, FactValue, Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

HEAD = b"From: d@example.org\r\nTo: m@example.net\r\nMessage-ID: <1@mail.example>\r\n"


def read(folder: Path, data: bytes) -> Reading:
    (folder / "mail.eml").write_bytes(data)
    source = Source(folder / "mail.eml", "mail.eml", "message/rfc822", "UTC")
    return EmailReader().read(source, folder / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reversed(reading.facts)}


def words(reading: Reading) -> str:
    assert reading.text is not None
    return reading.text.read_text("utf-8")


def contact(reading: Reading) -> Contact:
    assert reading.contacts is not None
    (found,) = contacts_in(reading.contacts)
    return found


def dated(date: str, *received: str) -> bytes:
    trace = b"".join(f"Received: from a.example by b.example; {time}\r\n".encode() for time in reversed(received))
    return trace + HEAD + f"Date: {date}\r\n\r\nhi\r\n".encode()


def test_every_hop_and_the_time_between_is_a_fact(tmp_path: Path) -> None:
    raw = dated("Tue, 6 Jan 2026 07:12:00 -0800", "Tue, 6 Jan 2026 15:12:05 +0000", "Tue, 6 Jan 2026 18:14:05 +0000")
    said = facts(read(tmp_path, raw))
    assert said["hops"] == 2
    assert said["hop_1"] == "from a.example; by b.example; at Tue, 6 Jan 2026 15:12:05 +0000"
    assert (said["hop_1_after"], said["hop_2_after"]) == ("5 s after Date", "3 h 2 min after hop 1")
    assert said["date_difference"] == "Date is 5 s before the first server's time"
    assert said["message_id_domain"] == "mail.example"


@pytest.mark.parametrize(
    ("received", "told", "odd"),
    [
        ("Tue, 6 Jan 2026 20:12:00 +0000", "Date is 5 h before the first server's time", False),
        ("Thu, 8 Jan 2026 15:13:00 +0000", "Date is 2 d 1 min before the first server's time", True),
        ("Tue, 6 Jan 2026 15:11:00 +0000", "Date is 1 min after the first server's time", False),
        ("Tue, 6 Jan 2026 14:12:00 +0000", "Date is 1 h after the first server's time", True),
        ("Tue, 6 Jan 2026 15:12:00", "cannot be told, for one of them states no zone", False),
    ],
)
def test_the_difference_of_date_and_server_warns_only_when_odd(
    tmp_path: Path, received: str, told: str, odd: bool
) -> None:
    reading = read(tmp_path, dated("Tue, 6 Jan 2026 07:12:00 -0800", received))
    assert facts(reading)["date_difference"] == told
    assert any(told in warning for warning in reading.warnings) == odd


def test_seals_and_senders_are_named_and_not_vouched_for(tmp_path: Path) -> None:
    raw = (
        b"Authentication-Results: mx.example; spf=fail; dkim=pass header.d=example.org\r\n"
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\r\n s=sel; b=AAAA\r\n"
        b"ARC-Seal: i=1; cv=none; d=relay.example\r\n"
        b"Return-Path: <bounce@example.org>\r\nX-Originating-IP: [198.51.100.23]\r\nX-Unsent: 1\r\n"
    )
    reading = read(tmp_path, raw + dated("Tue, 6 Jan 2026 07:12:00 -0800"))
    said = facts(reading)
    assert said["authentication_results"] == "mx.example; spf=fail; dkim=pass header.d=example.org"
    assert said["dkim"] == "present, not checked (d=example.org, s=sel)"
    assert said["arc"] == "present, not checked (i=1, cv=none, d=relay.example)"
    assert (said["return_path"], said["x_originating_ip"]) == ("<bounce@example.org>", "[198.51.100.23]")
    assert said["draft"] is True
    assert contact(reading).note == "a draft, not sent"


def test_the_mail_is_a_contact(tmp_path: Path) -> None:
    raw = (
        b'From: "H., Danny" <d.h@example.org>\r\nTo: =?utf-8?B?TcOhcmE=?= <m@example.net>, group: a@b.example;\r\n'
        b"Cc: c@example.net\r\nDate: Tue, 6 Jan 2026 07:12:00 -0800\r\nSubject: Re: door\r\n"
        b"Message-ID: <5@example.org>\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nfirst\r\nsecond \xf0\x9f\x99\x82\r\n"
    )
    found = contact(read(tmp_path, raw))
    assert (found.at, found.channel, found.outgoing) == ("the message", Channel.EMAIL, None)
    assert (found.when, found.zone) == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert found.sender == "d.h@example.org"
    assert found.recipients == ("m@example.net", "a@b.example", "c@example.net")
    assert dict(found.names) == {"d.h@example.org": "H., Danny", "m@example.net": "Mára"}
    assert (found.body, found.thread, found.ident) == ("first\nsecond 🙂", "Re: door", "<5@example.org>")


def test_a_hostile_address_line_costs_nothing_but_itself(tmp_path: Path) -> None:
    raw = b"To: " + b"(" * 50_000 + b" m@example.net\r\nCc: c@example.net\r\nFrom: d@example.org\r\n\r\nhi\r\n"
    reading = read(tmp_path, raw)
    assert words(reading) == "hi\n"
    assert contact(reading).recipients == ("m@example.net", "c@example.net")


@pytest.mark.parametrize(
    ("markup", "hidden"),
    [
        ('<p>a</p><div style="display: none">secret</div>', True),
        ('<p>a</p><span style="visibility:hidden">secret</span>', True),
        ('<p>a</p><span style="font-size:0px">secret</span>', True),
        ('<p>a</p><font color="#FFF">secret</font>', True),
        ('<p>a</p><p style="color:rgb(255,255,255)">secret</p>', True),
        ('<table bgcolor="#003366"><tr><td style="color:#036">secret</td></tr></table><p>a</p>', True),
        ('<p>a</p><div style="max-height:0;overflow:hidden"><b>secret</b></div>', True),
        ("<p>a</p><div hidden>secret</div>", True),
        ('<div style="background:#000"><font color="white">secret</font></div><p>a</p>', False),
        ('<div style="background:url(x.png)"><font color="white">secret</font></div><p>a</p>', False),
        ('<p style="color:transparent;">secret</p><p>a</p>', False),
        ("<style>p{display:none}</style><p>a secret</p>", False),
    ],
)
def test_hidden_text_is_said_aloud(markup: str, hidden: bool) -> None:
    found = words_of(markup)
    assert ("[hidden text: secret]" in found.text) == hidden
    assert bool(found.hidden) == hidden
    assert "secret" in found.text
    assert "a" in found.text


def test_links_show_where_they_lead_and_nothing_runs() -> None:
    found = words_of(
        '<a href="http://evil.example/x?y=1">www.bank.example</a> <a href="https://a.example/">https://a.example</a> '
        '<a href="mailto:x@y.example">x@y.example</a> <a href="#top">up</a><script>alert(1)</script>'
        '<iframe src="https://f.example/"></iframe><img src="https://t.example/p.gif" width="1" height="1">'
        '<img src="//t.example/b.png" alt="Banner">'
    )
    assert "www.bank.example [link: http://evil.example/x?y=1] https://a.example x@y.example up" in found.text
    assert found.misleading == ["“www.bank.example” leads to http://evil.example/x?y=1"]
    assert "alert" not in found.text
    assert "[tracking picture, not fetched] [remote picture, not fetched: Banner]" in found.text
    assert "https://t.example/p.gif" in found.pixels
    assert "//t.example/b.png" in found.remote


def test_what_is_quoted_is_seen_to_be_quoted() -> None:
    markup = "<p>No.</p><blockquote><p>Danny wrote:</p><blockquote>Open<br>up</blockquote>again</blockquote><p>end</p>"
    assert words_of(markup).text.replace("\n\n", "\n") == "No.\n> Danny wrote:\n>> Open\n>> up\n> again\nend"


def test_deep_and_broken_markup_ends() -> None:
    assert "x" in words_of("<div>" * 5_000 + "x").text
    assert "y" in words_of("<p style='" + "color:red;" * 50_000 + "'>y").text


def test_two_versions_that_say_different_things_are_both_given(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Date"], mail["Message-ID"] = "a@b.example", "Tue, 6 Jan 2026 07:12:00 -0800", "<1@b.example>"
    mail.set_content("Happy birthday!\n")
    mail.add_alternative("<p>You will regret leaving, I know where your sister works now.</p>", subtype="html")
    reading = read(tmp_path, mail.as_bytes())
    assert "Happy birthday!" in words(reading)
    assert "regret leaving" in words(reading)
    assert any("do not say the same" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("content", "fact", "value"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "encrypted", "S/MIME"),
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "signed", "S/MIME"),
        ("multipart/encrypted; protocol=application/pgp-encrypted; boundary=b", "encrypted", "OpenPGP"),
        ("message/partial; id=x; number=2; total=3", "partial", "2 of 3"),
        ("text/calendar; method=REQUEST", "invitation", True),
    ],
)
def test_what_is_sealed_or_in_pieces_is_said(tmp_path: Path, content: str, fact: str, value: FactValue) -> None:
    raw = HEAD + f"Date: Tue, 6 Jan 2026 07:12:00 -0800\r\nContent-Type: {content}\r\n\r\nSUMMARY:Hearing\r\n".encode()
    reading = read(tmp_path, raw)
    assert facts(reading)[fact] == value
    if fact == "invitation":
        assert "SUMMARY:Hearing" in words(reading)


def test_an_openpgp_body_and_a_winmail_are_said(tmp_path: Path) -> None:
    raw = HEAD + b"Date: Tue, 6 Jan 2026 07:12:00 -0800\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n"
    assert facts(read(tmp_path, raw))["encrypted"] == "OpenPGP"
    raw = (
        HEAD + b"Date: Tue, 6 Jan 2026 07:12:00 -0800\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\nxy"
    )
    reading = read(tmp_path, raw)
    assert [child.name for child in reading.children] == ["winmail.dat"]
    assert any("winmail.dat" in warning for warning in reading.warnings)


def with_picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (200, 100), (220, 30, 30)).save(made, "PNG")
    mail = EmailMessage()
    mail["From"], mail["Date"], mail["Message-ID"] = "a@b.example", "Tue, 6 Jan 2026 07:12:00 -0800", "<1@b.example>"
    mail["X-Long"] = "y" * 300
    mail.set_content("see [cid:door]\n")
    mail.add_alternative('<p>before</p><img src="cid:door"><p>after שלום</p>', subtype="html")
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(made.getvalue(), "image", "png", cid="<door>", filename="door.png", disposition="inline")
    return mail.as_bytes()


def test_a_picture_stands_in_its_place_on_paper_and_the_headers_are_whole(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(with_picture())
    context = Context(beside=(Beside("door.png", tmp_path, "image/png", "ITEM-0002"),))
    source = Source(tmp_path / "mail.eml", "mail.eml", "message/rfc822", "America/Los_Angeles", context)
    pages = EmailReader().pages(source, sheet(PaperName.LETTER), tmp_path / "out", Job())
    assert pages.pdf is not None
    assert pages.whole
    with pypdfium2.PdfDocument(pages.pdf) as document:
        shown = document[0].get_textpage().get_text_bounded()
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    for part in ("ITEM-0002, shown above", "6 Jan 2026, 07:12:00, PST", "X-Long: ", "FULL HEADERS"):
        assert part in shown
    assert shown.count("y") >= 300
    red = [
        (x, y)
        for x in range(0, picture.width, 4)
        for y in range(0, picture.height, 4)
        if picture.getpixel((x, y)) == (220, 30, 30)
    ]
    assert len(red) * 16 == pytest.approx(150 * 75, rel=0.15)
    assert list(tmp_path.glob("out/*")) == [pages.pdf]


def test_in_the_text_the_picture_is_named(tmp_path: Path) -> None:
    reading = read(tmp_path, with_picture())
    assert words(reading) == "before\n\n[picture: door.png]\n\nafter שלום"
    assert facts(reading)["inline_pictures"] == ["door.png"]
