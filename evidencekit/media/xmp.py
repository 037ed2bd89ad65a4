"""XMP packets (ISO 16684-1): RDF in XML, out of hostile files, so without entities and without fetching."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_NAMES = {
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
}
LARGEST = 4 << 20
_COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEWnsew])")
TIMES = (
    "exif:DateTimeOriginal",
    "photoshop:DateCreated",
    "xmp:CreateDate",
    "exif:DateTimeDigitized",
    "xmp:ModifyDate",
    "xmp:MetadataDate",
)
FACTS = {
    "xmp:CreatorTool": "software",
    "dc:title": "title",
    "dc:creator": "author",
    "dc:description": "description",
    "pdf:Producer": "producer",
    "tiff:Make": "make",
    "tiff:Model": "model",
    "xmpMM:DocumentID": "document_id",
    "xmpMM:InstanceID": "instance_id",
    "xmpMM:OriginalDocumentID": "original_document_id",
    "exif:UserComment": "comment",
}


def properties(packet: bytes) -> dict[str, str] | None:
    """The simple properties, ``xmp:CreateDate`` → text, the first of each; None when the packet is not sound XML."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException, ElementTree

    if len(packet) > LARGEST:
        return None
    try:
        root = ElementTree.fromstring(_decoded(packet), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return None
    found: dict[str, str] = {}
    for description in root.iter(_RDF + "Description"):
        for name, value in _pairs(description):
            namespace, _, local = name.lstrip("{").partition("}")
            prefix = _NAMES.get(namespace)
            if prefix and value.strip():
                found.setdefault(f"{prefix}:{local}", value.strip())
    return found


def _decoded(packet: bytes) -> str:
    """A packet is UTF-8, or UTF-16 where its first “<” is (ISO 16684-1, 7.3); old programs wrote Latin-1."""
    packet = packet.lstrip(b" \t\r\n").removeprefix(b"\xef\xbb\xbf")
    start, even = packet[:2], packet[: len(packet) & ~1]
    if start in (b"\xfe\xff", b"\xff\xfe"):
        text = even.decode("utf-16")
    elif start in (b"<\0", b"\0<"):
        text = even.decode("utf-16-le" if start == b"<\0" else "utf-16-be")
    else:
        try:
            text = packet.decode("utf-8")
        except UnicodeDecodeError:
            text = packet.decode("latin-1")
    return re.sub(r"^<\?xml[^>]{0,200}\?>", "", text.strip("\0 \t\r\n"))


def _pairs(description: object) -> Iterator[tuple[str, str]]:
    yield from description.attrib.items()  # type: ignore[attr-defined]
    for child in description:  # type: ignore[attr-defined]
        inner = [item.text or "" for item in child.iter(_RDF + "li")]
        yield child.tag, "; ".join(inner) if inner else child.text or ""


def degrees(text: str) -> float | None:
    """A GPS coordinate as XMP writes it, ``34,3.1234N`` or ``34,3,7N``; south and west are negative."""
    found = _COORDINATE.fullmatch(text.strip())
    if found is None:
        return None
    whole, minutes, seconds, side = found.groups()
    value = float(whole) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if side.upper() in "SW" else value


def ratio(text: str) -> float | None:
    """A rational as XMP writes it, ``89/1``, or a plain number."""
    top, _, bottom = text.partition("/")
    try:
        return float(top[:30]) / float(bottom[:30] or 1)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
