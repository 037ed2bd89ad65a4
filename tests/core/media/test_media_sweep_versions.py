"""What a PDF still holds of its earlier versions, in every way in which a page's words are written."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from evidencekit.job import Job
from evidencekit.media.sweeping.hunt import UNSEARCHABLE, Hunt

STREET = "12 Elm Street"
_BEGIN, _END = b"BT /F1 12 Tf 50 500 Td ", b" ET"
_KERNED = _BEGIN + b"[(1)20(2 )-3(E)10(l)-5(m)3( S)1(t)2(r)3(e)4(e)5(t)] TJ" + _END
_HEXED = _BEGIN + b"<" + STREET.encode().hex().encode() + b"> Tj" + _END
_IN_PIECES = _BEGIN + b"(12 El) Tj 33 0 Td (m Str) Tj 30 0 Td (eet) Tj" + _END
_PLAIN = _BEGIN + b"(12 Elm Street) Tj" + _END


def page(drawn: bytes, packed: pikepdf.Name | None = None) -> bytes:
    """A PDF of one page; what is drawn on it as it stands, or ``packed`` already."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        pdf.pages[0].Contents = pikepdf.Stream(pdf, drawn, **({"Filter": packed} if packed is not None else {}))
        pdf.save(
            out,
            compress_streams=packed is None,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def changed(first: bytes, drawn: bytes) -> bytes:
    """The PDF with a further version behind it, which draws something else."""
    with pikepdf.open(io.BytesIO(first)) as pdf:
        number, root, size = pdf.pages[0].Contents.objgen[0], pdf.Root.objgen[0], len(pdf.objects) + 1
    before = int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    added = b"%d 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (number, len(drawn), drawn)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(first))
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, before)
    return first + added + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(added))


WAYS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: page(_PLAIN),
    "kerned": lambda: page(_KERNED),
    "in hexadecimal": lambda: page(_HEXED),
    "in pieces": lambda: page(_IN_PIECES),
    "in ASCII 85": lambda: page(base64.a85encode(_PLAIN) + b"~>", pikepdf.Name.ASCII85Decode),
    "as digits": lambda: page(_PLAIN.hex().encode() + b">", pikepdf.Name.ASCIIHexDecode),
}


def said(tmp_path: Path, data: bytes) -> list[object]:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return [each.term for each in Hunt([STREET], tmp_path / "parts", Job()).file(path, "a.pdf")]


@pytest.mark.parametrize("way", WAYS)
def test_what_an_earlier_version_showed(tmp_path: Path, way: str) -> None:
    once = changed(WAYS[way](), b"q Q")
    assert said(tmp_path, once) == [0]
    assert said(tmp_path, changed(once, b"q q Q Q")) == [0]


def test_versions_that_say_nothing_are_no_finding(tmp_path: Path) -> None:
    assert said(tmp_path, changed(changed(page(b"q Q"), b"q q Q Q"), b"q Q")) == []


def test_an_earlier_version_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    first = page(b"q Q").replace(b"/Pages", b"/Sages")
    broken = first.replace(b"trailer", b"trial\0r").replace(b" obj", b" jbo").replace(b"xref\n0", b"xxxx\n0")
    whole = page(b"q Q")
    assert UNSEARCHABLE in said(tmp_path, broken + whole)


def test_what_no_version_refers_to(tmp_path: Path) -> None:
    import zlib

    packed = zlib.compress(_KERNED)
    stray = b"99 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (len(packed), packed)
    assert said(tmp_path, page(b"q Q") + stray) == [0]
