"""Outlook items made here: their facts, times, words and children, and what becomes of damaged ones."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from compressed_rtf import compress

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.mail.compound import Folder, compound
from evidencekit.media.mail.richtext import rich_body, words_of_rtf
from evidencekit.media.msg import OutlookReader
from evidencekit.media.protocol import Source
from evidencekit.model import FactValue, Kind, Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
SENT = datetime(2026, 1, 6, 15, 12, tzinfo=UTC)
HEADERS = (
    "Microsoft Mail Internet Headers Version 2.0\r\n"
    "Received: from phone.example by relay.example; Tue, 6 Jan 2026 07:12:05 -0800\r\n"
    'From: "Danny H." <d.h@example.org>\r\nTo: mara@example.net\r\n'
    "Subject: I know\r\nDate: Tue, 6 Jan 2026 07:12:00 -0800\r\nMessage-ID: <77@example.org>\r\n\r\n"
)

Value = str | bytes | int | bool | datetime


def block(values: dict[int, Value], header: int) -> dict[str, bytes]:
    """The streams of one set of properties."""
    streams, rows = {}, b""
    for number, value in values.items():
        if isinstance(value, str):
            data, kind = value.encode("utf-16-le", "surrogatepass"), 0x001F
        elif isinstance(value, bytes):
            data, kind = value, 0x0102
        else:
            kind = 0x0040 if isinstance(value, datetime) else 0x0003
            plain = (
                (value - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
                if isinstance(value, datetime)
                else value
            )
            rows += struct.pack("<HHIQ", kind, number, 6, plain)
            continue
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
        rows += struct.pack("<HHIQ", kind, number, 6, len(data))
    streams["__properties_version1.0"] = bytes(header) + rows
    return streams


def item(values: dict[int, Value], *, header: int = 32, attached: list[Folder] | None = None) -> Folder:
    to = block({0x0C15: 1, 0x3001: "Mara", 0x39FE: "mara@example.net"}, 8)
    blind = block({0x0C15: 3, 0x3001: "Watcher", 0x3003: "w@example.org"}, 8)
    folders = [Folder("__recip_version1.0_#00000000", to), Folder("__recip_version1.0_#00000001", blind)]
    if header == 32:
        folders.append(Folder("__nameid_version1.0", {"__substg1.0_00020102": b"", "__substg1.0_00030102": b"xy"}))
    return Folder("Root Entry", block({0x001A: "IPM.Note", **values}, header), [*folders, *(attached or [])])


def attachment(number: int, values: dict[int, Value], inner: Folder | None = None) -> Folder:
    folders = []
    if inner is not None:
        inner.name = "__substg1.0_3701000D"
        folders.append(inner)
    return Folder(f"__attach_version1.0_#{number:08X}", block(values, 8), folders)


def read(folder: Path, data: bytes, name: str = "a.msg") -> Reading:
    path = folder / "given"
    path.write_bytes(data)
    assert identify(path, name, ExtensionRules()).media_type == "application/vnd.ms-outlook"
    return OutlookReader().read(Source(path, name, "application/vnd.ms-outlook", "UTC"), folder / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reversed(reading.facts)}


def words(reading: Reading) -> str:
    assert reading.text is not None
    return reading.text.read_text("utf-8")


def test_a_message_with_its_transport_headers(tmp_path: Path) -> None:
    values: dict[int, Value] = {0x007D: HEADERS, 0x0037: "I know", 0x1000: "Hi 🙂\r\nthere", 0x0039: SENT}
    reading = read(tmp_path, compound(item(values)))
    said = facts(reading)
    assert reading.kind is Kind.EMAIL
    assert (said["from"], said["to"]) == ('"Danny H." <d.h@example.org>', "mara@example.net")
    assert (said["subject"], said["message_id"]) == ("I know", "<77@example.org>")
    assert said["bcc"] == "Watcher <w@example.org>"
    assert said["date_difference"] == "Date is 5 s before the first server's time"
    assert words(reading) == "Hi 🙂\nthere"
    assert (reading.moments[0].value, reading.moments[0].zone) == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert any(m.basis.startswith("Outlook ClientSubmitTime") for m in reading.moments)
    assert reading.contacts is not None
    (contact,) = contacts_in(reading.contacts)
    assert (contact.sender, contact.recipients) == ("d.h@example.org", ("mara@example.net", "w@example.org"))
    assert (contact.when, contact.body) == ("2026-01-06T07:12:00-08:00", "Hi 🙂\nthere")


def test_without_headers_the_properties_tell(tmp_path: Path) -> None:
    values: dict[int, Value] = {0x0037: "Hello", 0x1000: "x", 0x0039: SENT, 0x5D02: "d@example.org", 0x0042: "Danny"}
    reading = read(tmp_path, compound(item({**values, 0x1035: "<9@example.org>"})))
    said = facts(reading)
    assert (said["from"], said["to"]) == ("Danny <d@example.org>", "Mara <mara@example.net>")
    assert (said["subject"], said["message_id"]) == ("Hello", "<9@example.org>")
    (moment,) = reading.moments
    assert (moment.value, moment.zone) == ("2026-01-06T15:12:00+00:00", Zone.ASSUMED)
    assert reading.contacts is not None
    (contact,) = contacts_in(reading.contacts)
    assert (contact.sender, contact.ident, contact.thread) == ("d@example.org", "<9@example.org>", "Hello")


def test_a_body_held_only_as_compressed_rtf(tmp_path: Path) -> None:
    wrapped = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}"
        rb"{\*\htmltag18 <html>}{\*\htmltag50 <body>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
        rb'See {\*\htmltag84 <a href="http://true.example/x">}here{\*\htmltag92 </a>} gr\'fcn'
        rb"{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0 {\*\htmltag58 </body>}{\*\htmltag27 </html>}}"
    )
    reading = read(tmp_path, compound(item({0x0037: "s", 0x1009: compress(wrapped)})))
    assert words(reading) == "See here [link: http://true.example/x] grün"
    assert rich_body(compress(rb"{\rtf1\ansi\fromtext {\fonttbl{\f0 A;}}I saw you\par again}")).plain.split() == [
        *("I", "saw", "you", "again")
    ]
    with pytest.raises(ValueError, match="damaged"):
        rich_body(compress(rb"{\rtf1 words}")[:-3] + b"xyz")


def test_the_words_of_bare_rtf() -> None:
    raw = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator x;}\uc1 \u1055?\'f0\par \{ok\} \u-10179?\u-8638?}"
    )
    assert words_of_rtf(raw) == "Пр\n{ok} 🙂"


def test_attachments_and_a_message_inside_that_reads_again(tmp_path: Path) -> None:
    inner = item({0x0037: "Inner words", 0x1000: "deep", 0x5D02: "x@example.org"}, header=24)
    html = b'<p>look <img src="cid:door"></p><div style="display:none">secret words</div>'
    whole = item(
        {0x0037: "outer", 0x1013: html, 0x3FDE: 65001},
        attached=[
            attachment(0, {0x3705: 1, 0x3707: "door.png", 0x3712: "door", 0x370E: "image/png", 0x3701: PICTURE}),
            attachment(1, {0x3705: 5, 0x3001: "Inner words"}, inner),
            attachment(2, {0x3705: 1, 0x3707: "../../big.bin", 0x3701: bytes(range(256)) * 40, 0x3008: SENT}),
            attachment(3, {0x3705: 4, 0x3707: "linked.doc", 0x370D: "\\\\server\\share\\linked.doc"}),
        ],
    )
    reading = read(tmp_path, compound(whole))
    assert [child.name for child in reading.children] == ["door.png", "Inner words.msg", "..∕..∕big.bin"]
    assert reading.children[0].path.read_bytes() == PICTURE
    assert reading.children[2].path.read_bytes() == bytes(range(256)) * 40
    assert dict(reading.children[2].source)["mtime"] == "2026-01-06T15:12:00Z"
    assert words(reading) == "look\n[picture: door.png]\n\n[hidden text: secret words]"
    assert facts(reading)["inline_pictures"] == ["door.png"]
    assert any("linked.doc" in warning and "only a link" in warning for warning in reading.warnings)
    (tmp_path / "again").mkdir()
    again = read(tmp_path / "again", reading.children[1].path.read_bytes())
    assert (facts(again)["subject"], words(again)) == ("Inner words", "deep")
    assert facts(again)["from"] == "x@example.org"


def test_drafts_templates_and_other_items_are_said(tmp_path: Path) -> None:
    draft = read(tmp_path, compound(item({0x0037: "s", 0x1000: "x", 0x0E07: 8})))
    assert facts(draft)["draft"] is True
    assert draft.contacts is not None
    assert next(contacts_in(draft.contacts)).note == "a draft, not sent"
    card = read(tmp_path, compound(item({0x001A: "IPM.Contact", 0x0037: "D", 0x1000: "x"})))
    assert facts(card)["message_class"] == "IPM.Contact (contact card)"
    assert card.contacts is None
    template = item({0x0037: "s", 0x1000: "x"})
    template.clsid = bytes.fromhex("46f0060000000000c000000000000046")
    assert any("template" in warning for warning in read(tmp_path, compound(template), "a.oft").warnings)


def test_a_damaged_item_ends_in_words_never_in_a_traceback(tmp_path: Path) -> None:
    data = compound(item({0x0037: "s", 0x1000: "w" * 9_000, 0x5D02: "d@example.org"}))
    outcomes = set()
    for at in range(0, len(data), 149):
        spoilt = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        (tmp_path / "given").write_bytes(spoilt)
        source = Source(tmp_path / "given", "a.msg", "application/vnd.ms-outlook", "UTC")
        try:
            OutlookReader().read(source, tmp_path / "out", Job())
            outcomes.add("read")
        except ReaderError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
    for end in (600, 2_000, len(data) // 2):
        (tmp_path / "given").write_bytes(data[:end])
        cut = Source(tmp_path / "given", "a.msg", "application/vnd.ms-outlook", "UTC")
        with pytest.raises(ReaderError):
            OutlookReader().read(cut, tmp_path / "out", Job())


def test_the_printed_page_has_its_headers_and_says_where_there_are_none(tmp_path: Path) -> None:
    for headers, expected in ((HEADERS, "Received: from phone.example"), ("", "The file holds none")):
        data = compound(item({0x007D: headers, 0x0037: "I know", 0x1000: "words of it", 0x0039: SENT}))
        (tmp_path / "given").write_bytes(data)
        source = Source(tmp_path / "given", "a.msg", "application/vnd.ms-outlook", "America/Los_Angeles")
        pages = OutlookReader().pages(source, sheet(PaperName.LETTER), tmp_path / "printed", Job())
        assert pages.pdf is not None
        with pypdfium2.PdfDocument(pages.pdf) as document:
            shown = document[0].get_textpage().get_text_bounded()
        assert expected in shown
        assert "words of it" in shown
        assert "6 Jan 2026, 07:12:00, PST" in shown


def test_a_large_compound_file_reads_again(tmp_path: Path) -> None:
    data = bytes(range(256)) * (28 << 10)  # 7 MiB: larger sectors
    whole = item({0x0037: "s"}, attached=[attachment(0, {0x3705: 1, 0x3707: "big.bin", 0x3701: data})])
    reading = read(tmp_path, compound(whole))
    assert reading.children[0].path.read_bytes() == data


def test_the_sample_is_read(corpus: Path, tmp_path: Path) -> None:
    for path in sorted((corpus / "msg").glob("*.msg")):
        reading = OutlookReader().read(
            Source(path, path.name, "application/vnd.ms-outlook", "UTC"), tmp_path / path.stem, Job()
        )
        assert facts(reading)["subject"]
        assert words(reading)
