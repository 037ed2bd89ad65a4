"""Type by content: what the bytes say wins over what the name says."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidencekit.media.filetypes import EMPTY, EXTENSIONS, UNKNOWN, ExtensionRules, extension_of
from evidencekit.media.identify import identify
from evidencekit.media.readers import READERS, reader_for
from evidencekit.model import Kind

RULES = ExtensionRules()


def found(tmp_path: Path, data: bytes, name: str = "item") -> tuple[str, bool]:
    path = tmp_path / "bytes"
    path.write_bytes(data)
    identity = identify(path, name, RULES)
    return identity.media_type, identity.extension_matches


def box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I", len(body) + 8) + name + body


def track(handler: bytes) -> bytes:
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12))))


def movie(brand: bytes, *handlers: bytes) -> bytes:
    ftyp = box(b"ftyp", brand, bytes(4), brand)
    return ftyp + box(b"mdat", bytes(200_000)) + box(b"moov", *(track(handler) for handler in handlers))


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 40_000)
    return buffer.getvalue()


def odt() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


def mp3_frames(count: int) -> bytes:
    header = bytes((0xFF, 0xFB, 0x90, 0x00))  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame
    return (header + bytes(413)) * count


def ole(mark: str) -> bytes:
    head = bytearray(512)
    head[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 3)
    directory = "Root Entry".encode("utf-16-le").ljust(128, b"\0") + mark.encode("utf-16-le").ljust(128, b"\0")
    return bytes(head) + bytes(3 * 512) + directory.ljust(512, b"\0")


MAIL = b"Received: from a by b; Tue, 6 Jan 2026 07:12:00 -0800\r\n\tfor c\r\nFrom: a@b.c\r\nSubject: x\r\n\r\nHello\r\n"
CASES: list[tuple[str, bytes, str, Kind]] = [
    ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png", Kind.IMAGE),
    ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg", Kind.IMAGE),
    ("a.gif", b"GIF89a" + bytes(20), "image/gif", Kind.IMAGE),
    ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 " + bytes(20), "image/webp", Kind.IMAGE),
    ("a.tif", b"II*\0" + bytes(20), "image/tiff", Kind.IMAGE),
    ("a.bmp", b"BM" + bytes(12) + struct.pack("<I", 40) + bytes(36), "image/bmp", Kind.IMAGE),
    ("a.heic", box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "image/heic", Kind.IMAGE),
    ("a.heif", box(b"ftyp", b"mif1", bytes(4), b"mif1miaf"), "image/heif", Kind.IMAGE),
    ("a.heif", box(b"ftyp", b"mif1", bytes(4), b"mif1heic"), "image/heic", Kind.IMAGE),
    ("a.avif", box(b"ftyp", b"avif", bytes(4), b"avifmif1"), "image/avif", Kind.IMAGE),
    ("a.heif", box(b"ftyp", b"mif1", bytes(4), b"mif1msf1hevc"), "image/heic", Kind.IMAGE),
    ("a.avifs", box(b"ftyp", b"avis", bytes(4), b"avismsf1"), "image/avif", Kind.IMAGE),
    ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 ", bytes(4), b"jp2 "), "image/jp2", Kind.OTHER),
    ("a.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl ", bytes(4), b"jxl "), "image/jxl", Kind.OTHER),
    ("a.cr3", box(b"ftyp", b"crx ", bytes(4), b"crx isom") + bytes(40), "image/x-canon-cr3", Kind.OTHER),
    ("a.wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(20), "audio/wav", Kind.AUDIO),
    ("a.mp3", mp3_frames(4), "audio/mpeg", Kind.AUDIO),
    ("a.mp3", b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + mp3_frames(3), "audio/mpeg", Kind.AUDIO),
    ("a.m4a", movie(b"M4A ", b"soun"), "audio/mp4", Kind.AUDIO),
    ("a.mp4", movie(b"isom", b"soun"), "audio/mp4", Kind.AUDIO),
    ("a.mp4", movie(b"isom", b"soun", b"vide"), "video/mp4", Kind.VIDEO),
    ("a.mov", movie(b"qt  ", b"vide", b"soun"), "video/quicktime", Kind.VIDEO),
    ("a.3gp", movie(b"3gp4", b"soun"), "audio/3gpp", Kind.AUDIO),
    ("a.3gp", movie(b"3gp5", b"vide"), "video/3gpp", Kind.VIDEO),
    ("a.3g2", movie(b"3g2a", b"soun"), "audio/3gpp2", Kind.AUDIO),
    ("a.amr", b"#!AMR\n" + bytes(32), "audio/amr", Kind.AUDIO),
    ("a.ogg", b"OggS\0\x02" + bytes(22) + b"\x01\x1e\x01vorbis", "audio/ogg", Kind.AUDIO),
    ("a.opus", b"OggS\0\x02" + bytes(22) + b"\x01\x13OpusHead", "audio/ogg", Kind.AUDIO),
    ("a.flac", b"fLaC\0\0\0\x22" + bytes(34), "audio/flac", Kind.AUDIO),
    ("a.caf", b"caff\0\x01\0\0desc" + bytes(20), "audio/x-caf", Kind.AUDIO),
    ("a.aiff", b"FORM\0\0\0\x20AIFFCOMM" + bytes(20), "audio/aiff", Kind.AUDIO),
    ("a.wma", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(60), "audio/x-ms-wma", Kind.AUDIO),
    ("a.pdf", b"%PDF-1.7\n", "application/pdf", Kind.DOCUMENT),
    ("a.pdf", b"rubbish\n%PDF-1.4\n", "application/pdf", Kind.DOCUMENT),
    ("a.docx", zipped("[Content_Types].xml", "word/document.xml"),
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Kind.DOCUMENT),
    ("a.xlsx", zipped("docProps/app.xml", "[Content_Types].xml", "xl/workbook.xml"),
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Kind.DOCUMENT),
    ("a.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"),
     "application/vnd.openxmlformats-officedocument.presentationml.presentation", Kind.DOCUMENT),
    ("a.odt", odt(), "application/vnd.oasis.opendocument.text", Kind.DOCUMENT),
    ("a.zip", zipped("a.txt", "b.txt"), "application/zip", Kind.ARCHIVE),
    ("a.tar", tarred(), "application/x-tar", Kind.ARCHIVE),
    ("a.gz", b"\x1f\x8b\x08\0" + bytes(20), "application/gzip", Kind.ARCHIVE),
    ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20), "application/x-7z-compressed", Kind.ARCHIVE),
    ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(20), "application/vnd.rar", Kind.ARCHIVE),
    ("a.db", b"SQLite format 3\0" + bytes(84), "application/vnd.sqlite3", Kind.OTHER),
    ("a.msg", ole("__substg1.0_0037001F"), "application/vnd.ms-outlook", Kind.EMAIL),
    ("a.doc", ole("WordDocument"), "application/msword", Kind.DOCUMENT),
    ("a.rtf", b"{\\rtf1\\ansi hello}", "application/rtf", Kind.DOCUMENT),
    ("a.html", b"\n<!DOCTYPE html><html><body>hi</body></html>", "text/html", Kind.DOCUMENT),
    ("a.xml", b'<?xml version="1.0"?><smses count="1"/>', "application/xml", Kind.DOCUMENT),
    ("a.json", b'{"messages": [1, 2]}', "application/json", Kind.DOCUMENT),
    ("a.csv", b"date,from,body\n2026-01-06,a,b\n", "text/csv", Kind.DOCUMENT),
    ("a.md", b"# Notes\n\n- one\n", "text/markdown", Kind.DOCUMENT),
    ("a.txt", "Grüße aus Köln\n".encode(), "text/plain", Kind.DOCUMENT),
    ("_chat.txt", b"[06.01.26, 07:12:00] Danny: hi\n", "text/plain", Kind.DOCUMENT),
    ("a.txt", "Grüße aus Köln\n".encode("cp1252"), "text/plain", Kind.DOCUMENT),
    ("a.txt", "Grüße aus Köln\n".encode("utf-16"), "text/plain", Kind.DOCUMENT),
    ("a.eml", MAIL, "message/rfc822", Kind.EMAIL),
    ("a.mbox", b"From a@b.c Tue Jan  6 07:12:00 2026\n" + MAIL, "application/mbox", Kind.EMAIL),
    ("a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X\r\nEND:VCARD\r\n", "text/vcard", Kind.DOCUMENT),
    ("a.ttf", b"\0\1\0\0\0\x0c\0\x80\0\3\0\x40" + b"\xf3" * 300, "application/font-sfnt", Kind.OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "media_type", "kind"), CASES, ids=[f"{c[0]}-{c[2]}" for c in CASES])
def test_type_and_kind_come_from_the_bytes(tmp_path: Path, name: str, data: bytes, media_type: str, kind: Kind) -> None:
    assert found(tmp_path, data, name) == (media_type, True)
    assert found(tmp_path, data)[0] in (media_type, "text/plain")  # the name decides between plain texts only
    assert reader_for(media_type).kind is kind


def test_a_wrong_extension_is_told(tmp_path: Path) -> None:
    assert found(tmp_path, b"%PDF-1.7\n", "holiday.jpg") == ("application/pdf", False)
    assert found(tmp_path, b"\xff\xd8\xff\xe0" + bytes(20), "report.PDF") == ("image/jpeg", False)
    assert found(tmp_path, bytes(range(256)) * 40, "photo.jpg") == (UNKNOWN, False)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    assert found(tmp_path, b"", "a.jpg") == (EMPTY, True)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.jpeg", "image/jpeg"),
        ("a.JPE", "image/jpeg"),
        ("a.mp4", "audio/mp4"),
        ("a.m4a", "video/mp4"),
        ("a.mp4", "video/3gpp"),
        ("a.3gp", "video/mp4"),
        ("a.tiff", "image/tiff"),
        ("a.heif", "image/heic"),
        ("a.heic", "image/heif"),
        ("a.txt", "message/rfc822"),
        ("a.eml", "text/plain"),
        ("a.txt", "text/csv"),
        ("a.csv", "text/plain"),
        ("a.txt", "application/json"),
        ("a.opus", "audio/ogg"),
        ("README", "image/png"),
        (".profile", "image/png"),
        ("a.", "image/png"),
        ("voice.x9z", "audio/amr"),
        ("a.log", "text/plain"),
    ],
)
def test_compatible_extensions_are_no_mismatch(name: str, media_type: str) -> None:
    assert RULES.matches(name, media_type)


@settings(deadline=None)
@given(st.sampled_from(sorted(EXTENSIONS)), st.text(max_size=20).filter(lambda s: s.strip("./\\ ")))
def test_every_type_agrees_with_its_own_extensions(media_type: str, stem: str) -> None:
    for extension in EXTENSIONS[media_type]:
        assert RULES.matches(f"{stem}x.{extension}", media_type)
        assert RULES.matches(f"{stem}x.{extension.upper()}", media_type)


@settings(deadline=None)
@given(st.sampled_from(["jpg", "png", "pdf", "mp3", "docx", "zip"]), st.sampled_from(sorted(EXTENSIONS)))
def test_strict_extensions_accept_no_foreign_type(extension: str, media_type: str) -> None:
    shell = extension == "docx" and media_type == "application/x-ole-storage"  # one that has a password
    if extension not in EXTENSIONS[media_type] and media_type != "application/zip" and not shell:
        assert not RULES.matches(f"a.{extension}", media_type)


def test_extension_of_odd_names() -> None:
    assert [extension_of(n) for n in ("a.b.C", "a", "", ".x", "a.b/c", "a\\b.txt", "..jpg")] == [
        "c", "", "", "", "", "txt", ""]  # fmt: skip


@settings(deadline=None)
@given(data=st.binary(max_size=3_000), start=st.sampled_from(range(len(CASES))), cut=st.integers(0, 400))
def test_nothing_makes_identification_fail(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: int, cut: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    media_type, _ = found(folder, CASES[start][1][:cut] + data, "a.jpg")
    assert "/" in media_type


SPOILT_MAIL = (
    b"From: a\r\nTo: b\r\nSubject: x\r\nDate: garbage\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    b'Content-Type: application/octet-stream; name="new\nline\0.txt"\r\n'
    b'Content-Disposition: attachment; filename="\xff\xfe\x81.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n'
)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (SPOILT_MAIL, "weird.eml", "message/rfc822"),
        (b"From: \x81\x8d\xff\0\nTo: b@c\nSubject: \x00\n\n" + bytes(200), "x.eml", "message/rfc822"),
        (b"words and more words, and so on\n" * 9 + b"a\0b\n", "a.txt", "text/plain"),
        ("Köln und so weiter, ein Satz\0 und noch einer\n".encode(), "a.txt", "text/plain"),
        ("a,b\n1,2 and the words of a cell\0\n".encode("utf-16"), "a.csv", "text/csv"),
        (b"<html><body>" + b"words " * 90 + b"\0</body></html>", "a.html", "text/html"),
        (b"words" * 9 + bytes(9), "a.txt", UNKNOWN),
        (b"tiny\0", "a.txt", UNKNOWN),
    ],
)
def test_a_few_bytes_that_do_not_belong_do_not_hide_a_text(
    tmp_path: Path, data: bytes, name: str, media_type: str
) -> None:
    assert found(tmp_path, data, name)[0] == media_type


def test_random_bytes_are_not_taken_for_something(tmp_path: Path) -> None:
    import random

    generator = random.Random(7)
    kinds = [found(tmp_path, generator.randbytes(20_000))[0] for _ in range(300)]
    assert kinds.count(UNKNOWN) >= 298


def test_every_media_type_has_one_reader() -> None:
    claimed = [media_type for reader in READERS for media_type in reader.media_types]
    assert len(claimed) == len(set(claimed))
    assert READERS[-1].name == "other"
    assert set(claimed) <= set(EXTENSIONS)
    assert all(reader_for(t).name == "other" for t in ("application/vnd.sqlite3", UNKNOWN, EMPTY, "no/such"))
