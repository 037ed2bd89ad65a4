"""A protected term that somebody hid, or that a program left where no program shows it: found, or told."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import io
import lzma
import os
import plistlib
import random
import sqlite3
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
from compressed_rtf import compress
from PIL import Image

from evidencekit.job import Job
from evidencekit.media.mail.compound import Folder, compound
from evidencekit.media.sweeping.hunt import UNSEARCHABLE, Hunt

STREET, CZECH, GERMAN, RUSSIAN = "1418 Alder Street", "Žižkov 12", "Müllerstraße 5", "улица Ленина 5"
JAPANESE, CHINESE, FRENCH = "東京都港区芝公園", "北京市朝阳区建国路", "12 Rue Élysée"
TERMS = [STREET, CZECH, GERMAN, RUSSIAN, JAPANESE, CHINESE, FRENCH]
BYTES = bytes(range(256)) * 4


def said(tmp_path: Path, data: bytes, name: str = "file.bin") -> dict[int | str, str]:
    """What a search finds in bytes: term or kind → the words of it."""
    path = tmp_path / "evidence"
    path.write_bytes(data)
    return {each.term: each.excerpt for each in Hunt(TERMS, tmp_path / "parts", Job()).file(path, name)}


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def values(*each: object) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE message (body)")
    connection.executemany("INSERT INTO message VALUES (?)", [(value,) for value in each])
    connection.commit()
    return connection.serialize()


def written_ahead(*each: object) -> bytes:
    """What SQLite wrote beside a database before it came to write it into it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE message (body)")
        connection.executemany("INSERT INTO message VALUES (?)", [(value,) for value in each])
        connection.commit()
        data = path.with_name("a.db-wal").read_bytes()
        connection.close()
    return data


def deleted(*each: object, wide: bool = False) -> bytes:
    """A database from which everything was deleted, as far as it shows."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA secure_delete=OFF")
    if wide:
        connection.execute("PRAGMA encoding='UTF-16le'")
    connection.execute("CREATE TABLE message (body)")
    connection.executemany("INSERT INTO message VALUES (?)", [(value,) for value in each])
    connection.execute("DELETE FROM message")
    connection.execute("DROP TABLE message")
    connection.commit()
    return connection.serialize()


def tnef(*attributes: tuple[int, bytes], level: int = 2) -> bytes:
    out = struct.pack("<IH", 0x223E9F78, 1)
    for name, data in attributes:
        out += struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return out


def mapi(*properties: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(properties))
    for kind, name, data in properties:
        out += struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4)
    return out


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def docx(text: str) -> bytes:
    body = f"<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    return zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", body.encode()))


def mailed(data: bytes, name: str, subtype: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "m.hollis@example.org", "j.d@example.org"
    mail.set_content("Nothing.\n")
    mail.add_attachment(data, "application", subtype, filename=name)
    return mail.as_bytes()


def body_in(charset: str, way: str = "base64") -> bytes:
    raw = f"She is at {STREET}.".encode(charset)
    body = base64.encodebytes(raw) if way == "base64" else raw
    head = f"From: a@example.org\nTo: b@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
    return f"{head}Content-Transfer-Encoding: {way}\n\n".encode() + body


def unlisted(data: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with an entry that its list of contents does not name."""
    return without_last(zipped(("a.txt", b"nothing"), ("b.txt", data), how=how))


def without_last(both: bytes) -> bytes:
    """A ZIP of two entries without the second in its list."""
    with zipfile.ZipFile(io.BytesIO(both)) as archive:
        directory = archive.start_dir
    second = both.index(b"PK\1\2", directory + 4)
    closing = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, second - directory, directory, 0)
    return both[:second] + closing


def streamed(data: bytes) -> bytes:
    """A ZIP written where nothing can be gone back to: sizes stand behind the entries."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.parts.append(bytes(data))  # type: ignore[call-overload]
            return len(self.parts[-1])

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.txt", "w") as file:
            file.write(b"nothing")
        with archive.open("b.txt", "w") as file:
            file.write(data)
    return without_last(b"".join(pipe.parts))


def between(data: bytes) -> bytes:
    """A ZIP with something else between its entries and the list of them."""
    plain = zipped(("a.txt", b"nothing"))
    directory = plain.index(b"PK\1\2")
    end = plain.index(b"PK\5\6")
    closing = plain[end : end + 16] + struct.pack("<IH", directory + len(data), 0)
    return plain[:directory] + data + plain[directory:end] + closing


def linked(data: bytes) -> bytes:
    """A ZIP with a symbolic link and a folder that hold more than those have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("a")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, data)
    return out.getvalue()


def a_folder(data: bytes) -> bytes:
    made = zipped(("folderx", data))
    return made.replace(b"folderx", b"folder/")


def tarred(*members: tuple[str, bytes], how: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=how) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def jpeg(**more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (9, 90, 9)).save(out, "JPEG", **more)
    return out.getvalue()


def packet(text: str) -> bytes:
    return jpeg(xmp=f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:description>{text}</dc:description></x:xmpmeta>'.encode())


def entities(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()


def yenc(data: bytes) -> bytes:
    body = b"".join(
        b"=" + bytes([(each + 106) % 256]) if (each + 42) % 256 in b"\0\n\r=" else bytes([(each + 42) % 256])
        for each in data
    )
    return b"=ybegin line=128 size=%d name=a.txt\r\n" % len(data) + body + b"\r\n=yend size=%d\r\n" % len(data)


def uu(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 a.txt\n" + b"".join(lines) + b"`\nend\n"


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "deflate": raw_deflate,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}
HOLDING: dict[str, Callable[[bytes], bytes]] = {
    "itself": lambda data: data,
    "a value in a database": lambda data: values("x", data),
    "a value written ahead": lambda data: written_ahead("x", data),
    "a property list": lambda data: plistlib.dumps({"a": data}, fmt=plistlib.FMT_BINARY),
    "a storage": lambda data: compound(Folder(streams={"Object": data})),
}
AMID: dict[str, Callable[[bytes], bytes]] = {
    "unknown bytes": lambda data: BYTES + data + BYTES,
    "a deleted value": lambda data: deleted("x" * 50, data, b"y" * 50),
    "a storage": lambda data: compound(Folder(streams={"Object": bytes(80) + data + bytes(80)})),
    "unknown bytes in a ZIP": lambda data: zipped(("a.bin", BYTES + data + BYTES)),
    "a value with a head": lambda data: values(b"\x01\x02\0\0" + data),
    "a property list, with a head": lambda data: plistlib.dumps({"a": b"\0\1" + data}, fmt=plistlib.FMT_BINARY),
}


@pytest.mark.parametrize("way", PACKED)
@pytest.mark.parametrize("holder", HOLDING)
def test_little_that_is_packed(tmp_path: Path, way: str, holder: str) -> None:
    assert 0 in said(tmp_path, HOLDING[holder](PACKED[way](f"She is at {STREET} now.".encode()))), (way, holder)


@pytest.mark.parametrize("way", ["zlib", "gzip", "bzip2", "xz"])
@pytest.mark.parametrize("holder", AMID)
def test_little_that_is_packed_amid_other_bytes(tmp_path: Path, way: str, holder: str) -> None:
    assert 0 in said(tmp_path, AMID[holder](PACKED[way](f"She is at {STREET} now.".encode()))), (way, holder)


def test_a_long_value_written_ahead(tmp_path: Path) -> None:
    noise = random.Random(3)
    filler = " ".join("".join(noise.choices("abcdefghijklmnopqrstuvwxyz", k=4)) for _ in range(6_000))
    for value in (zlib.compress(f"{filler} {STREET}".encode()), f"{filler[:4040]} {STREET} {filler}"):
        assert 0 in said(tmp_path, written_ahead("x", value))
    data = written_ahead(gzip.compress(filler.encode()))
    assert UNSEARCHABLE in said(tmp_path, data[: -4 * (4096 + 24)])
    assert said(tmp_path, data) == {}


LETTER = f"To {STREET}, in haste."
INSIDE: dict[str, Callable[[], bytes]] = {
    "winmail.dat, a docx": lambda: tnef((0x00018010, b"a.docx\0"), (0x0006800F, docx(STREET))),
    "winmail.dat, a zip": lambda: tnef((0x0006800F, zipped(("a.txt", STREET.encode())))),
    "winmail.dat, base64": lambda: tnef((0x0006800F, base64.encodebytes(LETTER.encode()))),
    "winmail.dat, a zip and its number": lambda: tnef(
        (0x0006800F, zipped(("a.txt", STREET.encode()))), (0x00069005, mapi())
    ),
    "winmail.dat, its body": lambda: tnef(
        (0x00069003, mapi((0x0102, 0x1009, compress(rb"{\rtf1\ansi{\b 1418} Al{\i der} Street}")))), level=1
    ),
    "winmail.dat, an object": lambda: tnef((0x00069005, mapi((0x000D, 0x3701, bytes(16) + docx(STREET))))),
    "winmail.dat, a message in it": lambda: tnef(
        (0x00069005, mapi((0x000D, 0x3701, bytes(16) + tnef((0x0006800F, docx(STREET))))))
    ),
    "winmail.dat in a mail": lambda: mailed(tnef((0x0006800F, docx(STREET))), "winmail.dat", "ms-tnef"),
    "zip, an entry that is not listed": lambda: unlisted(LETTER.encode()),
    "zip, an entry not listed, not packed": lambda: unlisted(docx(STREET), zipfile.ZIP_STORED),
    "zip, an entry not listed, in bzip2": lambda: unlisted(LETTER.encode(), zipfile.ZIP_BZIP2),
    "zip, streamed, not listed": lambda: streamed(LETTER.encode()),
    "zip behind a zip": lambda: zipped(("a.txt", LETTER.encode())) + zipped(("b.txt", b"x")),
    "zip before a zip": lambda: zipped(("b.txt", b"x")) + zipped(("a.txt", LETTER.encode())),
    "zip, between": lambda: between(zlib.compress(LETTER.encode())),
    "zip, between, a gzip": lambda: between(gzip.compress(LETTER.encode())),
    "zip, a link that holds words": lambda: linked(LETTER.encode()),
    "zip, a folder that holds words": lambda: a_folder(LETTER.encode()),
    "zip within a picture, not at its end": lambda: jpeg() + zipped(("a.txt", LETTER.encode())) + bytes(70_000),
    "zip among bytes": lambda: BYTES + zipped(("a.txt", LETTER.encode())) + b"\xff\xfe\0" * 1_000,
    "a PDF behind a picture": lambda: jpeg() + page(shown(LETTER)),
    "tar, behind its end": lambda: tarred(("b.txt", b"x")) + gzip.compress(LETTER.encode()),
    "two tars, packed as one": lambda: gzip.compress(tarred(("b.txt", b"x")) + tarred(("a.txt", LETTER.encode()))),
    "words behind the end of a packed tar": lambda: gzip.compress(tarred(("b.txt", b"x")) + LETTER.encode()),
    "gzip behind a bzip2": lambda: bz2.compress(b"x") + gzip.compress(LETTER.encode()),
    "gzip behind a gzip": lambda: gzip.compress(b"x") + gzip.compress(LETTER.encode()),
    "something behind a gzip": lambda: gzip.compress(b"x") + b"\1\2" + zlib.compress(LETTER.encode()),
    "mail in UTF-16, as it is": lambda: body_in("utf-16", "8bit"),
    "mail in UTF-16": lambda: body_in("utf-16"),
    "mail in UTF-7": lambda: body_in("utf-7", "7bit"),
    "entity in a deleted value": lambda: deleted('{"a": "' + "".join(f"&#{ord(each)};" for each in STREET) + '"}'),
    "escape in a deleted value": lambda: deleted('{"a": "' + "".join(f"\\u{ord(each):04x}" for each in STREET) + '"}'),
    "base64 in a deleted value": lambda: deleted("data: " + base64.b64encode(LETTER.encode()).decode()),
    "base64 in a picture's XMP": lambda: packet(base64.b64encode(LETTER.encode()).decode()),
    "short base64": lambda: b"see MTQxOCBBbGRlciBTdA== there",
    "uuencode": lambda: b"Here it is:\n" + uu(LETTER.encode() * 3),
    "yEnc": lambda: b"Here it is:\n" + yenc(LETTER.encode() * 3),
    "base32": lambda: b"see " + base64.b32encode(LETTER.encode()) + b" there",
    "ascii85": lambda: b"see " + base64.a85encode(LETTER.encode(), adobe=True) + b" there",
    "percent, twice": lambda: "".join(f"%25{ord(each):02X}" for each in STREET).encode(),
    "backslash, twice": lambda: "".join(f"\\\\u{ord(each):04x}" for each in STREET).encode(),
    "soft breaks": lambda: b"1418 Al=\r\nder=20St=\r\nreet",
    "letters that look alike": lambda: "1418 Аldеr Strееt".encode(),
    "letters that look alike, greek": lambda: "1418 Αldεr Street".replace("ε", "e").encode(),
    "png, a chunk of its own": lambda: png_chunk(b"prVt", zlib.compress(LETTER.encode())),
    "png, behind its end": lambda: png_chunk(b"prVt", b"") + zlib.compress(LETTER.encode()),
    "pdf, a layer that is off": lambda: layered(),
    "pdf, white": lambda: page(b"1 g " + shown(LETTER)),
    "pdf, clipped": lambda: page(b"0 0 1 1 re W n " + shown(LETTER)),
    "pdf, white, in a font's own code": lambda: page(b"1 g " + shown(LETTER, 1), coded=True),
    "pdf, a layer that is off, in a font's own code": lambda: layered(1),
    "pdf, ASCII85": lambda: page(b"", extra=base64.a85encode(zlib.compress(LETTER.encode())) + b"~>"),
}


def png_chunk(name: bytes, body: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    data = out.getvalue()
    at = data.index(b"IEND") - 4
    made = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return data[:at] + made + data[at:]


def shown(text: str, shift: int = 0) -> bytes:
    hexed = bytes(each + shift for each in text.encode("ascii")).hex()
    return b"BT /F 12 Tf 20 200 Td <" + hexed.encode() + b"> Tj ET"


def page(content: bytes, *, coded: bool = False, off: bool = False, extra: bytes = b"") -> bytes:
    """A PDF of one page. ``coded``: its font's codes are one more than the letters; ``off``: what is drawn is in a
    layer that is not shown."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    if coded:
        map_ = "\n".join(f"<{each + 1:02x}> <{each:04x}>" for each in range(32, 127))
        font.ToUnicode = pdf.make_stream(
            b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar\n"
            + f"{map_}\nendbfchar endcmap".encode()
        )
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
    if off:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("a")))
        resources.Properties = pikepdf.Dictionary(L=layer)
        pdf.Root.OCProperties = pikepdf.Dictionary(
            OCGs=[layer], D=pikepdf.Dictionary(BaseState=pikepdf.Name.ON, OFF=[layer])
        )
        content = b"/OC /L BDC " + content + b" EMC"
    made = pdf.add_blank_page(page_size=(300, 300))
    made.Resources, made.Contents = resources, pdf.make_stream(content)
    if extra:
        made.Private = pdf.make_stream(extra, Filter=[pikepdf.Name.ASCII85Decode, pikepdf.Name.FlateDecode])
    out = io.BytesIO()
    pdf.save(out, compress_streams=True)
    return out.getvalue()


def layered(shift: int = 0) -> bytes:
    return page(shown(LETTER, shift), coded=bool(shift), off=True)


@pytest.mark.parametrize("where", ["a page that does not draw it", "an annotation", "a layer that is off"])
def test_a_drawing_in_a_fonts_own_code(tmp_path: Path, where: str) -> None:
    with pikepdf.open(io.BytesIO(page(shown("nothing", 1), coded=True))) as pdf:
        sheet = pdf.pages[0]
        form = pdf.make_stream(shown(LETTER, 1), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        form.BBox, form.Resources = [0, 0, 300, 300], sheet.Resources
        if where == "an annotation":
            looks = pikepdf.Dictionary(N=form)
            kind, subtype = pikepdf.Name.Annot, pikepdf.Name.FreeText
            made = pikepdf.Dictionary(Type=kind, Subtype=subtype, Rect=[0, 0, 300, 300], AP=looks)
            sheet.Annots = pikepdf.Array([pdf.make_indirect(made)])
        else:
            sheet.Resources.XObject = pikepdf.Dictionary(X=form)
        if where == "a layer that is off":
            layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("a")))
            form.OC, sheet.Contents = layer, pdf.make_stream(b"/X Do")
            pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
        out = io.BytesIO()
        pdf.save(out)
    assert said(tmp_path, out.getvalue()).keys() == {0}


@pytest.mark.parametrize("kind", INSIDE)
def test_inside(tmp_path: Path, kind: str) -> None:
    found = said(tmp_path, INSIDE[kind]())
    assert 0 in found, kind
    assert UNSEARCHABLE not in found or kind.startswith("words behind"), found[UNSEARCHABLE]


WRITTEN = (
    *((1, text, way) for text in (CZECH, unicodedata.normalize("NFD", CZECH), CZECH.upper(), CZECH.lower())
      for way in ("utf-8", "utf-16-le", "utf-16-be")),
    *((1, CZECH, way) for way in ("cp1250", "iso8859-2")),
    *((2, text, way) for text in (GERMAN, "MÜLLERSTRASSE 5", "Müllerstrasse 5", "Muellerstrasse 5")
      for way in ("utf-8", "utf-16-le", "cp1252", "cp850") if way != "cp850" or text == GERMAN),
    *((3, text, way) for text in (RUSSIAN, RUSSIAN.upper(), "Улица Ленина 5")
      for way in ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866")),
    *((4, JAPANESE, way) for way in ("utf-8", "utf-16-le", "shift-jis", "euc-jp")),
    *((5, CHINESE, way) for way in ("utf-8", "utf-16-le", "gb18030")),
    *((6, FRENCH, way) for way in ("utf-8", "utf-16-le", "cp1252", "mac-roman", "cp850")),
)  # fmt: skip


def encoded(text: str, way: str) -> bytes:
    try:
        return text.encode(way)
    except UnicodeEncodeError:
        return b""


@pytest.mark.parametrize("where", ["text", "bytes", "deleted"])
def test_letters_of_other_languages(tmp_path: Path, where: str) -> None:
    missed = []
    for term, text, way in WRITTEN:
        raw = encoded(text, way)
        if where == "text":
            data = ("Mr. X lives " if "16" not in way else "").encode() + raw + b"\n"[: "16" not in way]
        elif where == "bytes":
            data = BYTES + raw + BYTES
        elif way in ("utf-8", "utf-16-le"):
            data = deleted("x" * 30, text, "y" * 30, wide=way != "utf-8")
        else:
            continue
        if raw and term not in said(tmp_path, data, "a.txt" if where == "text" else "a.bin"):
            missed.append((text, way))
    assert missed == []


def test_entities_in_the_xmp_of_a_picture(tmp_path: Path) -> None:
    for number, term in enumerate(TERMS[1:], start=1):
        for text in (entities(term), "".join(f"&#x{ord(each):x};" for each in term)):
            assert number in said(tmp_path, packet(text)), text


def test_what_cannot_be_opened_in_a_zip_is_told(tmp_path: Path) -> None:
    renamed = bytearray(zipped(("a.txt", LETTER.encode())))
    renamed[30] ^= 1
    assert said(tmp_path, bytes(renamed)).keys() & {0, UNSEARCHABLE}
    sealed = bytearray(unlisted(LETTER.encode()))
    sealed[sealed.index(b"PK\3\4", 4) + 6] |= 1
    assert UNSEARCHABLE in said(tmp_path, bytes(sealed))


def test_a_body_that_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    body = bytearray(compress(rb"{\rtf1\ansi{\b 1418} Al{\i der} Street}"))
    body[20] ^= 0x55
    assert UNSEARCHABLE in said(tmp_path, tnef((0x00069003, mapi((0x0102, 0x1009, bytes(body)))), level=1))
    assert UNSEARCHABLE in said(tmp_path, tnef((0x0006800F, os.urandom(900)))[:-300])


def test_a_mail_in_a_character_set_that_is_none_is_told(tmp_path: Path) -> None:
    told = b"From: a@example.org\nTo: b@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset=%s\n\n"
    for charset in (b"base64", b"idna", b"x-unheard-of"):
        assert {0, UNSEARCHABLE} <= said(tmp_path, told % charset + LETTER.encode()).keys(), charset


def test_letters_beyond_ascii_in_mails(tmp_path: Path) -> None:
    for charset in ("utf-16", "utf-16-be", "utf-7", "utf-32"):
        mail = EmailMessage()
        mail["From"], mail["To"] = "a@example.org", "b@example.org"
        mail.set_content("x")
        mail.set_param("charset", charset)
        mail.replace_header("Content-Transfer-Encoding", "base64")
        mail.set_payload(base64.encodebytes(f"{CZECH}, {RUSSIAN}".encode(charset)).decode())
        assert said(tmp_path, mail.as_bytes()).keys() == {1, 3}, charset


def test_long_words_of_mixed_letters_are_gone_through_once(tmp_path: Path) -> None:
    assert said(tmp_path, ("ÿþý" * 50_000 + "aа").encode(), "a.txt") == {}
    assert said(tmp_path, "Он был рад, the elms are тополя; Сосна и acme".encode(), "a.txt") == {}


def test_random_bytes_raise_no_alarm(tmp_path: Path) -> None:
    noise = random.Random(7)
    assert said(tmp_path, jpeg() + noise.randbytes(1 << 18), "a.jpg") == {}
    assert said(tmp_path, values(*(noise.randbytes(40) for _ in range(500)))) == {}
    assert said(tmp_path, plistlib.dumps([noise.randbytes(32) for _ in range(100)], fmt=plistlib.FMT_BINARY)) == {}
