"""E-mail: headers, times, body, attachments, and hostile messages."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import email as module
from evidencekit.media.email import EmailReader
from evidencekit.media.protocol import Source
from evidencekit.model import FactValue, Kind, Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

PICTURE = bytes.fromhex("89504e470d0a1a0a") + bytes(30)


def read(folder: Path, data: bytes) -> Reading:
    path = folder / "mail.eml"
    path.write_bytes(data)
    return EmailReader().read(Source(path, "mail.eml", "message/rfc822", "UTC"), folder / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


def printed(folder: Path, data: bytes) -> str:
    (folder / "mail.eml").write_bytes(data)
    source = Source(folder / "mail.eml", "mail.eml", "message/rfc822", "UTC")
    pages = EmailReader().pages(source, sheet(PaperName.LETTER), folder / "printed", Job())
    assert pages.pdf is not None
    with pypdfium2.PdfDocument(pages.pdf) as document:
        return str(document[0].get_textpage().get_text_bounded())


def words(reading: Reading) -> str:
    assert reading.text is not None
    return reading.text.read_text(encoding="utf-8")


def message() -> EmailMessage:
    mail = EmailMessage()
    mail["Received"] = "from relay.example by mx.example; Tue, 6 Jan 2026 15:12:09 +0000"
    mail["Received"] = "from phone.example by relay.example; Tue, 6 Jan 2026 07:12:05 -0800"
    mail["From"] = "Danny H. <d.h@example.org>"
    mail["To"] = "mara@example.net, other@example.net"
    mail["Cc"] = "sister@example.net"
    mail["Subject"] = "Ich weiß wo du bist 🙂"
    mail["Date"] = "Tue, 06 Jan 2026 07:12:00 -0800"
    mail["Message-ID"] = "<77@example.org>"
    mail.set_content("You can not hide.\nI saw you.\n")
    mail.add_alternative('<p>You can <b>not</b> hide.<img src="https://t.example/p.gif"></p>', subtype="html")
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="door.png")
    return mail


def test_headers_are_facts(tmp_path: Path) -> None:
    reading = read(tmp_path, message().as_bytes())
    said = facts(reading)
    assert reading.kind is Kind.EMAIL
    assert said["from"] == "Danny H. <d.h@example.org>"
    assert said["to"] == "mara@example.net, other@example.net"
    assert (said["cc"], said["subject"]) == ("sister@example.net", "Ich weiß wo du bist 🙂")
    assert said["message_id"] == "<77@example.org>"
    assert said["remote_references"] == ["https://t.example/p.gif"]
    assert reading.warnings == ()


def test_times_say_whose_claim_they_are(tmp_path: Path) -> None:
    date, *received = read(tmp_path, message().as_bytes()).moments
    assert (date.value, date.zone) == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert date.basis == "mail Date, the sender's claim"
    assert [m.basis for m in received] == ["mail Received, hop 1 of 2", "mail Received, hop 2 of 2"]
    assert received[0].value == "2026-01-06T07:12:05-08:00"


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 06 Jan 2026 07:12:00",
        "Tue, 06 Jan 2026 07:12:00 EST",
        "Tue, 6 Jan 26 07:12 +0100",
        "Tue, 06 Jan 2026 07:12:00 XYZ",
        "Tue, 06 Jan 2026 07:12:00 -0800 (PST)",
    ],
)
def test_a_date_is_kept_and_printed_as_it_was_found(tmp_path: Path, text: str) -> None:
    raw = b"From: a@b.c\r\nMessage-ID: <1@b>\r\nDate: " + text.replace(" 07", "\r\n 07").encode()
    raw += b"\r\nReceived: from x by y;\r\n " + text.encode() + b"\r\n\r\nhi\r\n"
    reading = read(tmp_path, raw)
    assert [m.as_found for m in reading.moments] == [text, text]
    assert ("The Date header names Monday; 6 January 2026 is a Tuesday." in reading.warnings) == text.startswith("Mon")
    assert f"Date\n{text}" in printed(tmp_path, raw).replace("\r\n", "\n").replace("Date ", "Date\n")


def test_headers_are_decoded_but_not_rewritten(tmp_path: Path) -> None:
    raw = (
        b"From: Danny H. <D.H@Example.ORG> (me)\r\nTo: undisclosed-recipients:;,,x\r\nMessage-ID: weird <1@b>\r\n"
        b"Subject: =?utf-8?B?R3LD?=\r\n =?utf-8?B?vMOfZQ==?= a  b =?x-none?Q?kept?=\r\nCc: J\xf6rg <j@x.example>\r\n"
        b"Date: Tue, 06 Jan 2026 07:12:00 -0800\r\n\r\nhi\r\n"
    )
    said = facts(read(tmp_path, raw))
    assert said["from"] == "Danny H. <D.H@Example.ORG> (me)"
    assert said["to"] == "undisclosed-recipients:;,,x"
    assert said["message_id"] == "weird <1@b>"
    assert said["subject"] == "Grüße a b =?x-none?Q?kept?="
    assert said["cc"] == "Jörg <j@x.example>"


def test_the_plain_body_is_preferred_and_html_is_the_fallback(tmp_path: Path) -> None:
    assert words(read(tmp_path, message().as_bytes())).strip() == "You can not hide.\nI saw you."
    html = EmailMessage()
    html["From"], html["Date"], html["Message-ID"] = "a@b.c", "Tue, 6 Jan 2026 07:12:00 -0800", "<1@b.c>"
    html.set_content("<script>no</script><p>Only <i>HTML</i></p><p>here</p>", subtype="html")
    reading = read(tmp_path, html.as_bytes())
    assert words(reading) == "Only HTML\n\nhere"
    assert any("HTML only" in w for w in reading.warnings)


def test_attachments_and_inline_pictures_are_children(tmp_path: Path) -> None:
    mail = message()
    body = mail.get_body(("html",))
    assert isinstance(body, EmailMessage)
    body.add_related(PICTURE + b"2", "image", "png", cid="<x>", disposition="inline")
    reading = read(tmp_path, mail.as_bytes())
    assert sorted(child.name for child in reading.children) == ["door.png", "part 1.png"]
    assert {child.path.read_bytes() for child in reading.children} == {PICTURE, PICTURE + b"2"}
    assert facts(reading)["attachments"] == 2


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/cron.d/x", "C:\\x\\y.exe", "a\0b\nc\u202egpj.exe", "x" * 3_000 + ".png", "..", ""],
)
def test_hostile_attachment_names_stay_names(tmp_path: Path, name: str) -> None:
    mail = message()
    part = next(iter(mail.iter_attachments()))
    del part["Content-Disposition"]
    quoted = "".join(f"%{byte:02x}" for byte in name.encode())
    part["Content-Disposition"] = "attachment"
    raw = mail.as_bytes().replace(
        b"Content-Disposition: attachment", b"Content-Disposition: attachment; filename*=utf-8''" + quoted.encode()
    )
    (child,) = read(tmp_path, raw).children
    assert child.path.parent == tmp_path / "out" / "parts"
    assert child.path.name.startswith("0001")
    assert child.path.read_bytes() == PICTURE
    assert child.name
    assert len(child.name) <= 255
    assert not set(child.name) & set("/\0\n")
    assert ("\u202e" in child.name) == ("\u202e" in name)


def test_an_attached_message_is_one_child_and_its_words_are_not_this_ones(tmp_path: Path) -> None:
    inner = message()
    outer = EmailMessage()
    outer["From"], outer["Date"], outer["Message-ID"] = "a@b.c", "Tue, 6 Jan 2026 07:12:00 -0800", "<2@b.c>"
    outer["Subject"] = "Fwd"
    outer.set_content("see below\n")
    outer.add_attachment(inner)
    reading = read(tmp_path, outer.as_bytes())
    (child,) = reading.children
    assert (child.name, child.path.suffix) == ("Ich weiß wo du bist 🙂.eml", ".eml")
    parsed = BytesParser(policy=policy.default).parsebytes(child.path.read_bytes())
    assert parsed["Message-ID"] == "<77@example.org>"
    assert "hide" not in words(reading)


def test_the_declared_character_set_is_used_and_nonsense_survived(tmp_path: Path) -> None:
    head = b"From: a@b.c\r\nDate: Tue, 6 Jan 2026 07:12:00 -0800\r\nMessage-ID: <1@b>\r\nMIME-Version: 1.0\r\n"
    russian = head + b"Content-Type: text/plain; charset=koi8-r\r\n\r\n" + "Привет".encode("koi8-r")
    assert words(read(tmp_path, russian)) == "Привет"
    odd = head + b"Content-Type: text/plain; charset=hex\r\n\r\nK\xc3\xb6ln"
    assert words(read(tmp_path, odd)) == "Köln"
    undeclared = head + b"\r\nK\xf6ln"
    assert words(read(tmp_path, undeclared)) == "Köln"


def test_what_is_missing_or_malformed_is_told(tmp_path: Path) -> None:
    reading = read(tmp_path, b"Subject: x\r\nDate: yesterday at noon\r\nTo: a@b.c\r\n\r\nhi\r\n")
    assert any("no From header" in w for w in reading.warnings)
    assert any("no Message-ID header" in w for w in reading.warnings)
    empty = read(tmp_path, b"From: a@b.c\r\nDate: \r\nMessage-ID: <1@b>\r\nTo: a@b.c\r\n\r\nhi\r\n")
    assert empty.warnings == ("The message has no Date header.",)
    assert any("yesterday at noon" in w for w in reading.warnings)
    assert facts(reading)["time Date"] == "yesterday at noon"
    assert reading.moments == ()


def test_of_a_giant_the_headers_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1_000)
    reading = read(tmp_path, message().as_bytes())
    assert facts(reading)["subject"] == "Ich weiß wo du bist 🙂"
    assert (reading.children, words(reading)) == ((), "")
    assert any("only its headers were read" in w for w in reading.warnings)


def test_a_nul_hides_neither_the_words_nor_the_attachment(tmp_path: Path) -> None:
    raw = message().as_bytes().replace(b"I saw you.", b"I saw\0 you.")
    reading = read(tmp_path, raw)
    assert words(reading).strip() == "You can not hide.\nI saw\ufffd you."
    assert any("control characters" in w for w in reading.warnings)
    assert [child.name for child in reading.children] == ["door.png"]


def test_broken_base64_is_told(tmp_path: Path) -> None:
    raw = message().as_bytes().replace(b"iVBORw0KGgo", b"iVBO*Rw0KGg")
    reading = read(tmp_path, raw)
    assert any("breaks the rules of mail" in w for w in reading.warnings)
    assert len(reading.children) == 1


def test_the_printed_page_has_its_headers_words_and_attachments(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(message().as_bytes())
    source = Source(tmp_path / "mail.eml", "mail.eml", "message/rfc822", "UTC")
    pages = EmailReader().pages(source, sheet(PaperName.LETTER), tmp_path / "out", Job())
    assert pages.count == 1
    assert pages.pdf is not None
    with pypdfium2.PdfDocument(pages.pdf) as document:
        shown = document[0].get_textpage().get_text_bounded()
    for part in ("d.h@example.org", "Tue, 06 Jan 2026 07:12:00 -0800", "Ich weiß wo du bist", "I saw you.", "door.png"):
        assert part in shown
    assert not (tmp_path / "out" / "parts").exists()


lines = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"From: =?utf-8?B?////?= <a@b",
                b"To: <<<>>>,,@@;:",
                b"Date: 31 Feb 99999 25:61:61 +9999",
                b"Subject: =?x?q?=00?=",
                b"Content-Type: multipart/mixed; boundary=b",
                b"--b",
                b"--b--",
                b"Content-Type: message/rfc822",
                b"",
                b"Content-Disposition: attachment; filename*0*=utf-16''%ff; filename*1=\"",
                b"Content-Transfer-Encoding: base64",
                b"Content-Type: text/html; charset=\xff",
                b"Received: x; y; z",
                b"Message-ID: [",
                b"Content-Type: ;;;=",
                b"Content-Disposition: \xf0\x9f",
                b"Content-Transfer-Encoding: uuencode",
                b"begin 644 x",
                b"Content-Type: multipart/signed",
            ]
        ),
        st.binary(max_size=60),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=250, deadline=None)
@given(lines)
def test_only_reader_errors_leave_the_reader(tmp_path: Path, parts: list[bytes]) -> None:
    try:
        reading = read(tmp_path, b"Subject: s\r\n" + b"\r\n".join(parts))
    except ReaderError:
        return
    words(reading)
    assert all(child.path.is_file() for child in reading.children)
