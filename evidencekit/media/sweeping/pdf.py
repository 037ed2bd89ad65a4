"""PDFs: the words of their pages, every string and stream in them, what is attached, and what earlier versions left.

A page's words are taken from all that is drawn on it, also under a picture, outside its edges or in white.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from evidencekit.media.sweeping.blob import Blob

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

_LARGEST_STREAM = 256 << 20
_LARGEST_PICTURE = 64 << 10  # of pixels as they are; in more of them nothing can be read but by looking
_MOST_OBJECTS = 1_000_000
_MOST_DEPTH = 50
_SHORT_NAME = 3
_MOST_VERSIONS = 100
_MOST_DRAWINGS = 5_000
_STREAM = re.compile(rb"stream\r?\n(?=[\x48\x58\x68\x78])")
_VERSION = re.compile(
    rb"startxref\s{1,9}0{0,9}[1-9]\d{0,15}\s{1,9}%%EOF"
)  # one that points to 0 is half a linearized one
_SHOWN = re.compile(rb"\[((?:[^\[\]()]|\((?:[^()\\]|\\[\s\S]){0,2000}\)){0,4000})\]\s{0,4}TJ")
_PART = re.compile(rb"\(((?:[^()\\]|\\[\s\S]){0,2000})\)|<([0-9A-Fa-f\s]{0,4000})>")
_PICTURES = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/DCT", "/CCF")


def pdf(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """Search a PDF. Whatever a library throws at one leaves it."""
    import pikepdf

    seen = set[bytes]()
    try:
        with pikepdf.open(blob.path or io.BytesIO(blob.data)) as document:
            _objects(hunt, document, inside, seen)
            _drawings(hunt, document, inside)
    except pikepdf.PasswordError:
        hunt.unsearchable("it is encrypted", inside)
        return
    except pikepdf.PdfError:
        hunt.unsearchable("the PDF is damaged", inside)
    _pages(hunt, blob, inside)
    _earlier(hunt, blob, inside, seen)


def _objects(hunt: Hunt, document: Any, inside: tuple[str, ...], seen: set[bytes]) -> None:
    """``seen``: digests of the streams that were searched already, of whatever version."""
    import pikepdf

    words: list[str] = []
    size = 0
    for number, each in enumerate(document.objects):
        if number > _MOST_OBJECTS:
            hunt.unsearchable(f"it has more than {_MOST_OBJECTS:,} objects", inside)
            break
        for text in _said(each, hunt, inside):
            words.append(text)
            size += len(text)
        if size > 1 << 20:
            hunt.text("\n".join(words), inside)
            words, size = [], 0
        if isinstance(each, pikepdf.Stream):
            _stream(hunt, each, inside, seen)
    hunt.text("\n".join(words), inside)
    hunt.text("\n".join(_said(document.trailer, hunt, inside)), inside)


def _said(value: Any, hunt: Hunt, inside: tuple[str, ...]) -> list[str]:
    try:
        return list(_strings(value, hunt, inside, 0))
    except UnicodeDecodeError:  # a name that is not UTF-8
        return [value.unparse().decode("latin-1")]


def _strings(value: Any, hunt: Hunt, inside: tuple[str, ...], deep: int) -> Iterator[str]:
    """The strings and names in an object, not those of the objects that it refers to."""
    import pikepdf

    if deep > _MOST_DEPTH:
        hunt.unsearchable("it is nested too deeply", inside)
    elif isinstance(value, pikepdf.String):
        yield str(value)
        raw = bytes(value)
        if not raw.isascii():
            yield raw.decode("utf-8", "replace")
    elif isinstance(value, pikepdf.Name):
        if len(str(value)) > _SHORT_NAME:  # those of single letters, one after the other, are a font's
            yield str(value)[1:]
    elif isinstance(value, pikepdf.Array):
        for each in value:
            if not _refers(each):
                yield from _strings(each, hunt, inside, deep + 1)
    elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, each in value.items():
            if key == "/GPTS":
                hunt.note("gps", "a map's coordinates", inside)
            if len(key) > _SHORT_NAME:
                yield key[1:]
            if not _refers(each):
                yield from _strings(each, hunt, inside, deep + 1)


def _refers(value: Any) -> bool:
    return bool(getattr(value, "is_indirect", False))


def _stream(hunt: Hunt, stream: Any, inside: tuple[str, ...], seen: set[bytes]) -> None:
    import pikepdf

    filters = stream.get("/Filter", [])
    named = [str(each) for each in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    name = str(stream.get("/Type", stream.get("/Subtype", "/stream")))[1:]
    here = (*inside, name)
    picture = str(stream.get("/Subtype", "")) == "/Image"
    try:
        if named and named[-1] in _PICTURES:
            data = stream.read_raw_bytes()
            for each in named[:-1]:
                data = (
                    zlib.decompressobj().decompress(data, _LARGEST_STREAM) if each in ("/FlateDecode", "/Fl") else data
                )
        elif picture:
            small = int(stream.get("/Length", 0)) <= _LARGEST_PICTURE
            data = stream.read_bytes() if small else b""
            if not small or len(data) > _LARGEST_PICTURE:
                _known(_inflated(stream.read_raw_bytes()), seen)  # nor is it searched wherever else it is found
                return
        else:
            data = stream.read_bytes()
    except (pikepdf.PdfError, zlib.error):
        if not picture:
            hunt.unsearchable("a part of the PDF is damaged, or packed in a way that is not known here", here)
        return
    if len(data) > _LARGEST_STREAM:
        hunt.unsearchable("a part of the PDF is too large", here)
        return
    if _known(data, seen, attached=_attached(stream)):
        return
    hunt.blob(Blob.of_bytes(data, name), here, drawing=not _attached(stream))
    drawn = _drawn(data)
    if drawn:
        hunt.text(drawn, here, drawing=True)


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, _LARGEST_STREAM)
    except zlib.error:
        return raw


def _attached(stream: Any) -> bool:
    return str(stream.get("/Type", "")) in ("/EmbeddedFile", "/Metadata")


def _drawn(data: bytes) -> str:
    """The strings that a content stream draws in pieces, joined, for fonts whose codes are letters."""
    if b"TJ" not in data:
        return ""
    lines = []
    for found in _SHOWN.finditer(data):
        parts = (
            literal if literal or not hexed else bytes.fromhex(_even(hexed))
            for literal, hexed in _PART.findall(found[1])
        )
        lines.append(b"".join(parts).decode("cp1252", "replace"))
    return "\n".join(lines)


def _even(hexed: bytes) -> str:
    digits = b"".join(hexed.split()).decode()
    return digits + "0" * (len(digits) % 2)


def _drawings(hunt: Hunt, document: Any, inside: tuple[str, ...]) -> None:
    """The words of drawings that no page draws, such as those of annotations, where a font has codes of its own: each
    is put on a page of a PDF that is only made for that."""
    import pikepdf

    apart = pikepdf.new()
    for each in document.objects:
        if not isinstance(each, pikepdf.Stream) or str(each.get("/Subtype", "")) != "/Form":
            continue
        if "/Font" not in each.get("/Resources", {}):
            continue
        if len(apart.pages) >= _MOST_DRAWINGS:
            hunt.unsearchable(f"it has more than {_MOST_DRAWINGS:,} drawings", inside)
            break
        page = apart.add_blank_page(page_size=(1000, 1000))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(D=apart.copy_foreign(each)))
        page.Contents = apart.make_stream(b"/D Do")
    if len(apart.pages):
        made = io.BytesIO()
        apart.save(made)
        _pages(hunt, Blob.of_bytes(made.getvalue(), "drawings.pdf"), (*inside, "a drawing"))


def _pages(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(blob.path if blob.path is not None else blob.data)
    except pypdfium2.PdfiumError:
        hunt.unsearchable("the pages of the PDF cannot be read", inside)
        return
    try:
        edges: list[tuple[str, str]] = []
        for number in range(len(document)):
            hunt.job.step(0, 0, "searching")
            text = _page(document, number)
            if text is None:
                hunt.unsearchable(f"page {number + 1} cannot be read", inside)
            else:
                hunt.text(text, (*inside, f"page {number + 1}"))
                edges.append((text[:200], text[-200:]))
        # A term may run from one page onto the next.
        turns = (f"{before} {after}" for (_, before), (after, _) in pairwise(edges))
        hunt.text("\n\n".join(turns), inside)
    finally:
        document.close()


def _page(document: Any, number: int) -> str | None:
    import pypdfium2

    try:
        page = document[number]
        try:
            words = page.get_textpage()
            try:
                return str(words.get_text_range(errors="replace")).replace("\ufffe", "-").replace("\0", "")
            finally:
                words.close()
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, UnicodeError):
        return None


def _earlier(hunt: Hunt, blob: Blob, inside: tuple[str, ...], seen: set[bytes]) -> None:
    """What earlier versions of the PDF hold, which its last one no longer shows: a program that saves a change adds it
    behind what was there. Each is opened as it was; what no version refers to is unpacked wherever it lies."""
    data = blob.whole(_LARGEST_STREAM)
    if data is None:
        hunt.unsearchable("the PDF is too large to be searched for what earlier versions left", inside)
        return
    ends = [found.end() for found in _VERSION.finditer(data)]
    if len(ends) > _MOST_VERSIONS:
        hunt.unsearchable(f"it has more than {_MOST_VERSIONS} earlier versions", inside)
    here = (*inside, "an earlier version")
    for end in ends[: min(len(ends) - 1, _MOST_VERSIONS)]:
        _version(hunt, Blob.of_bytes(data[:end], "earlier.pdf"), here, seen)
    for found in _STREAM.finditer(data):
        try:
            plain = zlib.decompressobj().decompress(data[found.end() :], _LARGEST_STREAM)
        except zlib.error:
            continue
        if not _known(plain, seen):
            hunt.blob(Blob.of_bytes(plain, "stream"), here, drawing=True)
            hunt.text(_drawn(plain), here, drawing=True)


def _version(hunt: Hunt, blob: Blob, inside: tuple[str, ...], seen: set[bytes]) -> None:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(blob.data)) as document:
            _objects(hunt, document, inside, seen)
    except pikepdf.PdfError:
        hunt.unsearchable("an earlier version of the PDF is damaged or encrypted", inside)
        return
    _pages(hunt, blob, inside)


def _known(data: bytes, seen: set[bytes], *, attached: bool = False) -> bool:
    digest = hashlib.sha256(data).digest() + bytes([attached])
    if digest in seen:
        return True
    seen.add(digest)
    return False
