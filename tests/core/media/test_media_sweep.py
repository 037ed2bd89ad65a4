"""Every way in which a protected term or a position hides in a file, on files made here."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import html
import io
import json
import lzma
import os
import plistlib
import quopri
import random
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
from compressed_rtf import compress
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from evidencekit.job import Job
from evidencekit.media.contain import Limits, Readers
from evidencekit.media.mail.compound import Folder, compound
from evidencekit.media.sweeping import blob as blobs
from evidencekit.media.sweeping import hunt as hunting
from evidencekit.media.sweeping.hunt import GPS, UNSEARCHABLE, Hunt, Words

STREET, NAME, PHONE, SHORT = "1418 Alder Street", "José Marín", "+1 (415) 555-0142", "Elm"
TERMS = [STREET, NAME, PHONE, SHORT]


def said(tmp_path: Path, data: bytes, name: str = "file.bin") -> dict[int | str, str]:
    """What a search finds in bytes: term or kind → the words of it."""
    path = tmp_path / "evidence"
    path.write_bytes(data)
    return {each.term: each.excerpt for each in Hunt(TERMS, tmp_path / "parts", Job()).file(path, name)}


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_in_a_text_of_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"He wrote to {NAME} at {STREET}, {PHONE}.\nUnder the Elm.\n" * 3
    assert said(tmp_path, text.encode(encoding), "a.txt").keys() == {0, 1, 2, 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "latin-1"])
def test_among_bytes_of_no_known_kind(tmp_path: Path, encoding: str) -> None:
    text = f"under the Elm of {STREET}"
    rubbish = bytes(range(256)) * 40
    found = said(tmp_path, rubbish + text.encode(encoding) + rubbish)
    assert {0, 3} <= found.keys()


def test_letters_with_accents_among_bytes(tmp_path: Path) -> None:
    rubbish = bytes(range(256)) * 40
    for text in (NAME, "Jose\u0301 Mari\u0301n", NAME.upper(), "Ｊｏｓé Marín"):
        assert 1 in said(tmp_path, rubbish + text.encode() + rubbish), text
    for encoding in ("latin-1", "utf-16-le", "utf-16-be"):
        assert 1 in said(tmp_path, rubbish + NAME.encode(encoding) + rubbish)
    path = tmp_path / "other"
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "koi8-r"):
        text = "Смирнова, улица Мира" if encoding != "koi8-r" else "<meta charset='koi8-r'> УЛИЦА МИРА "
        path.write_bytes((b"" if encoding == "koi8-r" else rubbish) + text.encode(encoding))
        assert [each.term for each in Hunt(["улица Мира"], tmp_path / "p", Job()).file(path, "x")] == [0], encoding


def test_random_bytes_hold_no_short_words(tmp_path: Path) -> None:
    data = b"\xff\xfb\x90\0" + random.Random(5).randbytes(3 << 20)
    path = tmp_path / "sound.mp3"
    path.write_bytes(data)
    terms = ["Elm", "José", "Asa", "Ina", "Ximena", "Ólafur"]
    assert [each for each in Hunt(terms, tmp_path / "p", Job()).file(path, "x.mp3") if each.term != UNSEARCHABLE] == []


def test_across_the_pieces_in_which_a_large_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hunting, "_TEXT_CHUNK", 50_000)
    monkeypatch.setattr(blobs, "CHUNK", 30_000)
    for where in (*range(49_970, 50_010, 3), *range(29_970, 30_010, 3)):
        assert 0 in said(tmp_path, b"." * where + STREET.encode() + b"." * 100_000, "a.txt")
        assert said(tmp_path, b"." * where + b" helmet " + b"." * 100_000, "a.txt") == {}
        found = said(tmp_path, b"\xff\x00" * (where // 2) + STREET.encode("utf-16-le") + b"\xff\x00" * 50_000)
        assert 0 in found


def escaped(way: str) -> bytes:
    text = f"{NAME}, {STREET}, {PHONE}"
    match way:
        case "html":
            return f"<p>{html.escape(text).encode('ascii', 'xmlcharrefreplace').decode()}</p>".encode()
        case "html numbers":
            return ("<p>" + "".join(f"&#x{ord(each):x};" for each in text) + "</p>").encode()
        case "html twice":
            return ("<p>" + "".join(f"&amp;#{ord(each)};" for each in text) + "</p>").encode()
        case "html tags":
            return ("<p>" + "".join(f"<b>{each}</b>" for each in text) + "</p>").encode()
        case "html breaks":
            return f"<p>{text.replace(' ', '<br/>')}</p>".encode()
        case "json":
            return json.dumps({"text": text}).encode()
        case "json as from facebook":
            return json.dumps({"text": text.encode().decode("latin-1")}).encode()
        case "json in json":
            return json.dumps({"text": json.dumps(text)}).encode()
        case "percent":
            import urllib.parse

            return f"https://example.org/?q={urllib.parse.quote(text)}".encode()
        case "quoted-printable":
            return quopri.encodestring("".join(f"{each}" for each in text).encode(), quotetabs=True)
        case "base64":
            return b"data: " + base64.b64encode(text.encode()) + b";"
        case "base64 in lines":
            return base64.encodebytes((text + "." * 200).encode())
        case "base64 of utf-16":
            return b"x: " + base64.b64encode(text.encode("utf-16-le"))
        case "hexadecimal":
            return b"{" + binascii.hexlify(text.encode()) + b"}"
        case "rfc 2047":
            return f"X-Note: {Header(text, 'utf-8', maxlinelen=50).encode()}".encode()
        case "vcard":
            return f"BEGIN:VCARD\r\nNOTE:{text[:3]}\r\n {text[3:9]}\r\n {text[9:]}\r\nEND:VCARD\r\n".encode()
    raise AssertionError(way)


@pytest.mark.parametrize(
    "way",
    [
        "html", "html numbers", "html twice", "html tags", "html breaks", "json", "json as from facebook",
        "json in json", "percent", "quoted-printable", "base64", "base64 in lines", "base64 of utf-16", "hexadecimal",
        "rfc 2047", "vcard",
    ],
)  # fmt: skip
def test_behind_every_escape(tmp_path: Path, way: str) -> None:
    assert {0, 1, 2} <= said(tmp_path, escaped(way), "a.txt").keys()


def zipped(*members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def docx(runs: str) -> bytes:
    body = f'<w:document xmlns:w="x"><w:body><w:p>{runs}</w:p></w:body></w:document>'
    return zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", body.encode()))


def a_mail(change: Callable[[EmailMessage], None]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "m.hollis@example.org", "j.d@example.org", "Saturday"
    mail.set_content("Nothing.\n")
    change(mail)
    return mail.as_bytes()


def with_body(text: str, way: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "m.hollis@example.org", "j.d@example.org"
    mail.set_content(text, cte=way)
    return mail.as_bytes()


def png(**chunks: str) -> bytes:
    out, told = io.BytesIO(), PngInfo()
    for name, text in chunks.items():
        if name == "itxt":
            told.add_itxt("Comment", text, zip=True)
        else:
            told.add_text("Comment", text, zip=name == "ztxt")
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


def database(*values: object) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE message (body)")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
    connection.executemany("INSERT INTO message VALUES (?)", [(value,) for value in values])
    return connection.serialize()


def pages(content: bytes, change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, **saving: object) -> bytes:
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page = pdf.add_blank_page(page_size=(300, 300))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(content)
    change(pdf)
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True, **saving)  # type: ignore[arg-type]
    return out.getvalue()


def shown(text: str) -> bytes:
    return b"BT /F 12 Tf 20 200 Td (" + text.encode("cp1252") + b") Tj ET"


def note(pdf: pikepdf.Pdf, **more: object) -> pikepdf.Object:
    made = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], **more)
    return pdf.make_indirect(made)


def annotated(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = pikepdf.Array([note(pdf, Subtype=pikepdf.Name.Text, Contents=pikepdf.String(STREET))])


def field(pdf: pikepdf.Pdf) -> None:
    made = note(pdf, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("a"), V=pikepdf.String(STREET))
    pdf.pages[0].Annots = pikepdf.Array([made])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([made]))


def outlined(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"To {STREET}", 0))


def xmp(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as told:
        told["dc:title"] = STREET


def attached(data: bytes, name: str = "a.txt") -> Callable[[pikepdf.Pdf], None]:
    def act(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)

    return act


def info(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Subject"] = STREET


def wide_info(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Subject"] = f"東京, {STREET}"


def earlier_version() -> bytes:
    """A PDF whose last version draws something else, over bytes that still hold the first."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages(shown(STREET)))) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    first = out.getvalue()
    with pikepdf.open(out) as pdf:
        number, root = pdf.pages[0].Contents.objgen[0], pdf.Root.objgen[0]
    plain = b"%d 0 obj\n<< /Length 3 >>\nstream\nq Q\nendstream\nendobj\n" % number
    before = int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    trailer = b"trailer\n<< /Size 20 /Root %d 0 R /Prev %d >>\n" % (root, before)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(first)) + trailer
    return first + plain + table + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(plain))


FILES: dict[str, Callable[[], bytes]] = {
    "zip": lambda: zipped(("notes/a.txt", STREET.encode())),
    "zip, bzip2": lambda: zipped(("a.txt", STREET.encode()), how=zipfile.ZIP_BZIP2),
    "zip, lzma": lambda: zipped(("a.txt", STREET.encode()), how=zipfile.ZIP_LZMA),
    "zip, a name in it": lambda: zipped((f"{STREET}/a.txt", b"x")),
    "zip in zip in zip": lambda: zipped(("b.zip", zipped(("c.zip", zipped(("a.txt", STREET.encode())))))),
    "zip behind a program": lambda: b"MZ" + bytes(4000) + zipped(("a.txt", STREET.encode())),
    "zip behind a picture": lambda: jpeg() + zipped(("a.txt", STREET.encode())),
    "gzip": lambda: gzip.compress(STREET.encode()),
    "bzip2": lambda: bz2.compress(STREET.encode()),
    "xz": lambda: lzma.compress(STREET.encode()),
    "tar, gzip": lambda: tarred("a.txt", STREET.encode()),
    "tar, a name in it": lambda: tarred(f"{STREET}.txt", b"x"),
    "docx": lambda: docx(f"<w:r><w:t>{STREET}</w:t></w:r>"),
    "docx, in runs": lambda: docx(
        "".join(f"<w:r><w:t>{each}</w:t></w:r>" for each in ("14", "18 Al", "der Str", "eet"))
    ),
    "docx, its comments": lambda: zipped(("word/document.xml", b"<x/>"), ("word/comments.xml", STREET.encode())),
    "xlsx": lambda: zipped(
        ("xl/workbook.xml", b"<x/>"), ("xl/sharedStrings.xml", f"<si><t>{STREET}</t></si>".encode())
    ),
    "pptx": lambda: zipped(
        ("ppt/presentation.xml", b"<x/>"), ("ppt/notesSlides/n1.xml", f"<a:t>{STREET}</a:t>".encode())
    ),
    "odt": lambda: zipped(
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b'<text:p>1418<text:s text:c="2"/>Alder<text:tab/>Street</text:p>'),
    ),
    "docx in a mail": lambda: a_mail(
        lambda mail: mail.add_attachment(docx(f"<w:r><w:t>{STREET}</w:t></w:r>"), "application", "msword", filename="a")
    ),
    "mail, quoted-printable": lambda: with_body(
        f"She is at 1418 Alder{' ' * 3}Street, near {NAME}.\n" * 3, "quoted-printable"
    ),
    "mail, base64": lambda: with_body(f"She is at {STREET}, near {NAME}.\n" * 3, "base64"),
    "mail, a header": lambda: a_mail(lambda mail: mail.add_header("X-Place", f"{STREET}, {NAME}")),
    "mail, a name of a file": lambda: a_mail(
        lambda mail: mail.add_attachment(b"x", "text", "plain", filename=f"{NAME}, {STREET}.txt")
    ),
    "mail, in UTF-16": lambda: (
        b"From: a@example.org\nTo: b@example.org\nMIME-Version: 1.0\n"
        b"Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(STREET.encode("utf-16-le"))
    ),
    "mailbox": lambda: (
        b"From a Mon Mar  2 10:00:00 2026\nFrom: a@example.org\nTo: b@example.org\n\nhi\n\n"
        b"From b Mon Mar  2 11:00:00 2026\n" + with_body(f"{STREET}\n", "base64")
    ),
    "mail in a mail": lambda: a_mail(
        lambda mail: mail.add_attachment(
            __import__("email").message_from_bytes(with_body(f"{STREET}\n", "base64"), policy=mail.policy)
        )
    ),
    "Outlook message": lambda: compound(
        Folder(
            streams={"__properties_version1.0": bytes(32), "__substg1.0_1000001F": f"To {STREET}.".encode("utf-16-le")}
        )
    ),
    "Outlook message, compressed RTF": lambda: compound(
        Folder(
            streams={
                "__properties_version1.0": bytes(32),
                "__substg1.0_10090102": compress(rb"{\rtf1\ansi{\fonttbl{\f0 A;}}{\b 1418} Al{\i der} Street}"),
            }
        )
    ),
    "old Word document": lambda: compound(Folder(streams={"WordDocument": bytes(600) + STREET.encode("utf-16-le")})),
    "storage, compressed inside": lambda: compound(
        Folder(streams={"Object": b"head" + zlib.compress(STREET.encode() * 9)})
    ),
    "rtf": lambda: rb"{\rtf1\ansi 1418 A{\b ld}er\~Stree\'74 }",
    "sqlite": lambda: database(f"On {STREET}" + "." * 20_000, NAME),
    "sqlite, compressed value": lambda: database(gzip.compress(STREET.encode())),
    "property list": lambda: plistlib.dumps({"a": [NAME, {"b": STREET}]}, fmt=plistlib.FMT_BINARY),
    "property list, data": lambda: plistlib.dumps({"a": gzip.compress(STREET.encode())}, fmt=plistlib.FMT_BINARY),
    "png, tEXt": lambda: png(text=STREET),
    "png, zTXt": lambda: png(ztxt=STREET),
    "png, iTXt": lambda: png(itxt=STREET),
    "pdf, its words": lambda: pages(shown(f"at {STREET}")),
    "pdf, words in pieces": lambda: pages(
        b"BT /F 12 Tf 20 200 Td [(14) -20 (18 Al) 30 (der) -400 (Str) 5 (eet)] TJ ET"
    ),
    "pdf, words in hexadecimal": lambda: pages(
        b"BT /F 9 Tf 20 200 Td <" + binascii.hexlify(STREET.encode()) + b"> Tj ET"
    ),
    "pdf, unseen words": lambda: pages(b"BT 3 Tr /F 12 Tf 20 200 Td (" + STREET.encode() + b") Tj ET"),
    "pdf, words off the page": lambda: pages(b"BT /F 12 Tf 900 900 Td (" + STREET.encode() + b") Tj ET"),
    "pdf, over two pages": lambda: pages(shown("1418 Alder"), lambda pdf: _second_page(pdf, shown("Street"))),
    "pdf, info": lambda: pages(b"", info),
    "pdf, info in UTF-16": lambda: pages(b"", wide_info),
    "pdf, XMP": lambda: pages(b"", xmp),
    "pdf, an attachment": lambda: pages(b"", attached(STREET.encode())),
    "pdf, a ZIP attached": lambda: pages(b"", attached(zipped(("a.txt", STREET.encode())), "a.zip")),
    "pdf, a name of an attachment": lambda: pages(b"", attached(b"x", f"{STREET}.txt")),
    "pdf, outline": lambda: pages(b"", outlined),
    "pdf, annotation": lambda: pages(b"", annotated),
    "pdf, form field": lambda: pages(b"", field),
    "pdf, earlier version": earlier_version,
    "pdf, owner's password only": lambda: pages(shown(STREET), encryption=pikepdf.Encryption(owner="o", user="", R=6)),
}


def _second_page(pdf: pikepdf.Pdf, content: bytes) -> None:
    page = pdf.add_blank_page(page_size=(300, 300))
    page.Resources = pdf.pages[0].Resources
    page.Contents = pdf.make_stream(content)


@pytest.mark.parametrize("kind", FILES)
def test_inside_a_file(tmp_path: Path, kind: str) -> None:
    data = FILES[kind]()
    assert 0 in said(tmp_path, data), kind
    assert UNSEARCHABLE not in said(tmp_path, data)


def test_without_the_term_nothing_is_found(tmp_path: Path) -> None:
    for data in (docx("<w:r><w:t>18 Alder</w:t></w:r>"), pages(shown("18 Alder")), database("x"), png(ztxt="Alder")):
        assert said(tmp_path, data) == {}


def jpeg(**more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (9, 90, 9)).save(out, "JPEG", **more)  # type: ignore[arg-type]
    return out.getvalue()


def with_description(text: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = text
    exif[0x9C9B] = text.encode("utf-16-le")
    return jpeg(exif=exif.tobytes())


def id3(text: str, encoding: int) -> bytes:
    body = bytes([encoding]) + text.encode(("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding])
    frame = b"TIT2" + len(body).to_bytes(4) + b"\0\0" + body
    return b"ID3\x03\0\0" + len(frame).to_bytes(4) + frame + b"\xff\xfb\x90\0" + bytes(413)


def box(name: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return (8 + len(body)).to_bytes(4) + name + body


def movie(*inner: bytes) -> bytes:
    return box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", box(b"udta", *inner)) + box(b"mdat", bytes(64))


def test_words_in_metadata(tmp_path: Path) -> None:
    assert {0, 1} <= said(tmp_path, with_description(f"{STREET}, Jose Marin")).keys()
    assert 3 in said(tmp_path, with_description("Elm"))
    for encoding in range(4):
        assert 0 in said(tmp_path, id3(STREET, encoding))
    assert 0 in said(tmp_path, movie(box(b"\xa9cmt", b"\0\x11\x15\xc7", STREET.encode())))
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:description>{STREET}</dc:description></x:xmpmeta>'
    assert 0 in said(tmp_path, jpeg(xmp=packet.encode()))
    assert 0 in said(tmp_path, jpeg(comment=STREET.encode()))


def sealed_zip() -> bytes:
    data = bytearray(zipped(("a.txt", b"secret words")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


UNSEARCHED: dict[str, Callable[[], bytes]] = {
    "encrypted zip": sealed_zip,
    "unknown compression in a zip": lambda: (
        zipped(("a.txt", b"words"), how=zipfile.ZIP_STORED)
        .replace(b"PK\x03\x04\x14\0\0\0\0\0", b"PK\x03\x04\x14\0\0\0\x62\0")
        .replace(b"\x14\x03\x14\0\0\0\0\0", b"\x14\x03\x14\0\0\0\x62\0")
    ),
    "damaged zip": lambda: zipped(("a.txt", os.urandom(4000)))[:-300],
    "damaged gzip": lambda: gzip.compress(os.urandom(4000))[:-900],
    "encrypted pdf": lambda: pages(shown("x"), encryption=pikepdf.Encryption(owner="o", user="u", R=6)),
    "damaged pdf": lambda: b"%PDF-1.7\n" + b"rubbish " * 50,
    "7z": lambda: b"7z\xbc\xaf\x27\x1c\0\4" + os.urandom(900),
    "rar": lambda: b"Rar!\x1a\x07\x01\0" + os.urandom(900),
    "zstandard": lambda: b"\x28\xb5\x2f\xfd" + os.urandom(900),
    "random bytes": lambda: os.urandom(9_000),
    "disk image": lambda: bytes(0x8001) + b"CD001" + bytes(9000),
    "encrypted office file": lambda: compound(
        Folder(streams={"EncryptedPackage": os.urandom(9_000), "EncryptionInfo": b"x"})
    ),
    "sealed mail": lambda: (
        b"From: a@example.org\nTo: b@example.org\nMIME-Version: 1.0\n"
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(os.urandom(900))
    ),
    "damaged database": lambda: database("x" * 9_000)[:4096] + os.urandom(4096),
    "a bomb": lambda: zipped(("a.txt", bytes(70 << 20))),
    "a 7z in a zip in a mail": lambda: a_mail(
        lambda mail: mail.add_attachment(
            zipped(("a.7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(99))), "a", "b", filename="a"
        )
    ),
    "damaged zTXt": lambda: png(ztxt=STREET * 9).replace(b"zTXtComment\0\0\x78", b"zTXtComment\0\0\x79"),
}


@pytest.mark.parametrize("kind", UNSEARCHED)
def test_what_cannot_be_searched_is_told(tmp_path: Path, kind: str) -> None:
    found = said(tmp_path, UNSEARCHED[kind]())
    assert UNSEARCHABLE in found, kind


def test_nesting_without_end_is_told(tmp_path: Path) -> None:
    data = STREET.encode()
    for _ in range(14):
        data = gzip.compress(data)
    assert UNSEARCHABLE in said(tmp_path, data)


def test_where_it_lies_is_told(tmp_path: Path) -> None:
    data = zipped(("papers/b.zip", zipped(("list.txt", f"to {STREET}.".encode()))))
    assert said(tmp_path, data)[0] == f"to {STREET}. (in papers/b.zip > list.txt)"


def test_words_of_our_own_are_searched_without_opening_anything() -> None:
    words = Words(TERMS)
    assert [each.term for each in words.find("photos%20of%201418%20Alder%20Street")] == [0]
    assert [each.term for each in words.find("home geo:34.0522,-118.2437")] == [GPS]
    assert words.find("a name") == []
    assert [each.term for each in Words([]).find("@34.0522,-118.2437")] == [GPS]


def test_through_the_contained_worker(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(("a.txt", STREET.encode())))
    settings = {"terms": json.dumps(TERMS)}
    with Readers(1, Limits()) as readers:
        study = readers.submit_study(
            path, "a.zip", "application/zip", "UTC", tmp_path / "out", work="sweep", settings=settings
        ).result(60)
        gone = readers.submit_study(
            tmp_path / "none", "none", "text/plain", "UTC", tmp_path / "out2", work="sweep", settings=settings
        ).result(60)
    assert study.result is not None
    assert [each["term"] for each in json.loads(study.result.read_text())] == [0]
    assert gone.result is None
    assert gone.warnings
