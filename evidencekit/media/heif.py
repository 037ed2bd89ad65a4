"""HEIC, HEIF and AVIF by their boxes: the primary picture, how it is turned, what lies beside it. No pixel is decoded.

Sources: ISO/IEC 23008-12 (HEIF), ISO/IEC 14496-12 (boxes), AV1 Image File Format 1.1. Hostile files lie about counts
and places, so every count is capped and every extent is checked against the file's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evidencekit.media.boxes import Fetch, find, walk

_MOST_ITEMS = 20_000
_MOST_EXTENTS = 100_000
_LARGEST_META = 16 << 20
_LARGEST_DATA = 8 << 20
_PICTURES = frozenset(
    {b"hvc1", b"hev1", b"av01", b"grid", b"iovl", b"iden", b"jpeg", b"vvc1", b"avc1", b"j2k1", b"unci"}
)
_AUXILIARY = (
    ("auxid:1", "transparency"),
    ("auxiliary:alpha", "transparency"),
    ("auxid:2", "depth map"),
    ("auxiliary:depth", "depth map"),
    ("hdrgainmap", "HDR gain map"),
    ("portraiteffectsmatte", "portrait matte"),
    ("semanticskinmatte", "skin matte"),
    ("semantichairmatte", "hair matte"),
    ("semanticteethmatte", "teeth matte"),
    ("semanticskymatte", "sky matte"),
    ("semanticglassesmatte", "glasses matte"),
)
# The corners of a stored picture (top left, top right, bottom left, bottom right) where they stand once it is upright.
_UPRIGHT = {
    (1, 2, 3, 4): 1,
    (2, 1, 4, 3): 2,
    (4, 3, 2, 1): 3,
    (3, 4, 1, 2): 4,
    (1, 3, 2, 4): 5,
    (3, 1, 4, 2): 6,
    (4, 2, 3, 1): 7,
    (2, 4, 1, 3): 8,
}
_BROKEN = "The picture's directory is damaged; what could be read of it is listed."
_CUT = "The picture is cut off: part of its image data lies behind the end of the file."

Item = tuple[bytes, str, bool]  # type, content type, hidden
Extents = list[tuple[int, int]]


@dataclass(slots=True)
class Still:
    """What the boxes say.

    ``width`` and ``height`` are pixels before the picture is turned (0: not said); where it is cut to a part of
    ``coded_size``, those of that part. ``orientation`` is EXIF's number for how ``irot`` and ``imir`` turn them, None
    without these; ``bit_depth`` bits per channel (0: not said). ``pictures`` counts those that stand for themselves;
    ``auxiliary`` names what belongs to one of them. ``frames`` and ``seconds`` are those of a sequence, ``video``
    says where a movie begins and ends that is laid into the file (a motion photo)."""

    width: int = 0
    height: int = 0
    orientation: int | None = None
    bit_depth: int = 0
    coded: str = ""
    icc: bytes = b""
    nclx: tuple[int, int, int] | None = None
    exif: bytes = b""
    xmp: bytes = b""
    pictures: int = 0
    thumbnails: int = 0
    tiles: int = 0
    auxiliary: list[str] = field(default_factory=list)
    coded_size: tuple[int, int] = (0, 0)
    tone_mapped: bool = False
    frames: int = 0
    seconds: float = 0.0
    video: tuple[int, int] = (0, 0)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Meta:
    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    places: dict[int, Extents] = field(default_factory=dict)
    inside: set[int] = field(default_factory=set)
    refers: list[tuple[bytes, int, list[int]]] = field(default_factory=list)
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    owned: dict[int, list[int]] = field(default_factory=dict)
    own_data: int = 0

    def of(self, item: int) -> list[tuple[bytes, bytes]]:
        """An item's properties, in the order in which they are applied."""
        return [self.properties[n - 1] for n in self.owned.get(item, ()) if 0 < n <= len(self.properties)]


def read_still(fetch: Fetch, size: int) -> Still:
    """What the boxes of a file of ``size`` bytes say; what is damaged is told in ``faults``."""
    still = Still()
    meta = _Meta()
    seen = False
    for name, start, end in walk(fetch, 0, size):
        if name == b"meta" and not seen:
            seen = True
            try:
                _meta(fetch, start, end, meta)
            except (IndexError, ValueError):
                still.faults.append(_BROKEN)
        elif name == b"mpvd":
            still.video = (start, end)
    if seen:
        _primary(meta, still)
        _beside(meta, still)
        _described(fetch, size, meta, still)
    _sequence(fetch, size, still)
    if not seen and not still.frames:
        still.faults.append("The picture's directory is missing; nothing of it can be shown.")
    elif still.pictures == 0 and not still.frames:
        still.faults.append("The file names no picture that can be shown.")
    return still


def _meta(fetch: Fetch, start: int, end: int, meta: _Meta) -> None:
    if end - start > _LARGEST_META:
        raise ValueError
    for name, body, stop in walk(fetch, start + 4, end):
        if name == b"idat":
            meta.own_data = body
            continue
        if name == b"iprp":
            _properties(fetch, body, stop, meta)
            continue
        data = fetch(body, stop - body) if name in (b"pitm", b"iinf", b"iloc", b"iref") else b""
        if name == b"pitm":
            meta.primary = _Bytes(data, 4).number(4 if data[0] else 2)
        elif name == b"iinf":
            _items(fetch, body, stop, data, meta)
        elif name == b"iloc":
            _places(data, meta)
        elif name == b"iref":
            _references(data, meta)


class _Bytes:
    """Big-endian numbers one after the other. Raises ``ValueError`` behind the end."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def number(self, length: int) -> int:
        if self.at + length > len(self.data):
            raise ValueError
        self.at += length
        return int.from_bytes(self.data[self.at - length : self.at])


def _items(fetch: Fetch, start: int, end: int, data: bytes, meta: _Meta) -> None:
    for name, body, stop in walk(fetch, start + (6 if data[0] == 0 else 8), end):
        if name != b"infe" or len(meta.items) >= _MOST_ITEMS:
            continue
        entry = fetch(body, min(stop - body, 512))
        if len(entry) < 12 or entry[0] < 2:
            continue
        wide = entry[0] >= 3
        read = _Bytes(entry, 4)
        number = read.number(4 if wide else 2)
        read.number(2)
        kind = entry[read.at : read.at + 4]
        rest = entry[read.at + 4 :].split(b"\0")
        content = rest[1].decode("latin-1") if kind == b"mime" and len(rest) > 1 else ""
        meta.items[number] = (kind, content, bool(entry[3] & 1))


def _places(data: bytes, meta: _Meta) -> None:
    version, sizes = data[0], int.from_bytes(data[4:6])
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    read, room = _Bytes(data, 6), _MOST_EXTENTS
    for _ in range(min(read.number(2 if version < 2 else 4), _MOST_ITEMS)):
        number = read.number(2 if version < 2 else 4)
        if version in (1, 2) and read.number(2) & 15 == 1:
            meta.inside.add(number)
        read.number(2)
        base = read.number(base_size)
        extents, count = [], read.number(2)
        room -= count
        if room < 0:
            raise ValueError
        for _ in range(count):
            read.number(index_size)
            extents.append((base + read.number(offset_size), read.number(length_size)))
        meta.places[number] = extents


def _references(data: bytes, meta: _Meta) -> None:
    wide = 4 if data[0] else 2
    at = 4
    while at + 8 <= len(data) and len(meta.refers) < _MOST_ITEMS:
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if length < 8:
            return
        read = _Bytes(data[: at + length], at + 8)
        source = read.number(wide)
        targets = [read.number(wide) for _ in range(read.number(2))]
        meta.refers.append((kind, source, targets))
        at += length


def _properties(fetch: Fetch, start: int, end: int, meta: _Meta) -> None:
    for name, body, stop in walk(fetch, start, end):
        if name == b"ipco":
            for kind, first, last in walk(fetch, body, stop):
                longest = _LARGEST_DATA if kind == b"colr" else 4096
                meta.properties.append((kind, fetch(first, min(last - first, longest))))
        elif name == b"ipma":
            data = fetch(body, stop - body)
            read = _Bytes(data, 4)
            for _ in range(min(read.number(4), _MOST_ITEMS)):
                number = read.number(4 if data[0] else 2)
                long = data[3] & 1
                owned = [read.number(2) & 0x7FFF if long else read.number(1) & 0x7F for _ in range(read.number(1))]
                meta.owned[number] = owned


def _primary(meta: _Meta, still: Still) -> None:
    corners, turned = (1, 2, 3, 4), False
    for name, body in meta.of(meta.primary):
        if name == b"ispe" and len(body) >= 12:
            still.width, still.height = int.from_bytes(body[4:8]), int.from_bytes(body[8:12])
        elif name == b"irot" and body:
            turned = True
            for _ in range(body[0] & 3):
                a, b, c, d = corners
                corners = (b, d, a, c)
        elif name == b"imir" and body:
            turned = True
            a, b, c, d = corners
            corners = (b, a, d, c) if body[0] & 1 else (c, d, a, b)
        elif name == b"clap" and len(body) >= 16:
            across, part, down, piece = (int.from_bytes(body[n : n + 4]) for n in (0, 4, 8, 12))
            if part and piece and 0 < across // part <= still.width and 0 < down // piece <= still.height:
                still.coded_size = (still.width, still.height)
                still.width, still.height = across // part, down // piece
        elif name == b"colr":
            _colour(body, still)
        else:
            still.bit_depth = still.bit_depth or _depth(name, body)
    still.orientation = _UPRIGHT[corners] if turned else None
    still.coded = meta.items.get(meta.primary, (b"", "", False))[0].decode("latin-1")
    tiles = [to for kind, source, to in meta.refers if kind == b"dimg" and source == meta.primary]
    if tiles and tiles[0]:
        still.tiles = len(tiles[0])
        for name, body in meta.of(tiles[0][0]):
            still.bit_depth = still.bit_depth or _depth(name, body)
            if name == b"colr" and not still.icc and still.nclx is None:
                _colour(body, still)


def _colour(body: bytes, still: Still) -> None:
    if body[:4] in (b"prof", b"rICC"):
        still.icc = body[4:]
    elif body[:4] == b"nclx" and len(body) >= 10:
        still.nclx = (int.from_bytes(body[4:6]), int.from_bytes(body[6:8]), int.from_bytes(body[8:10]))


def _depth(name: bytes, body: bytes) -> int:
    if name == b"pixi" and len(body) > 5:
        return max(body[5 : 5 + body[4]], default=0)
    if name == b"hvcC" and len(body) > 17:
        return (body[17] & 7) + 8
    if name == b"av1C" and len(body) > 2:
        return (12 if body[2] & 0x20 else 10) if body[2] & 0x40 else 8
    return 0


def _beside(meta: _Meta, still: Still) -> None:
    """Counts what stands for itself, and what belongs to another picture."""
    belongs: set[int] = set()
    named: set[int] = set()
    for kind, source, targets in meta.refers:
        if kind == b"thmb":
            belongs.add(source)
            still.thumbnails += 1
        elif kind == b"auxl":
            belongs.add(source)
            if source not in named:
                named.add(source)
                still.auxiliary.append(_auxiliary(meta.of(source)))
        elif kind == b"dimg":
            belongs.update(targets)
            if meta.items.get(source, (b"",))[0] == b"tmap":
                still.tone_mapped = True
                belongs.difference_update({meta.primary})
    still.pictures = sum(
        kind in _PICTURES and (number == meta.primary or (not hidden and number not in belongs))
        for number, (kind, _, hidden) in meta.items.items()
    )


def _auxiliary(properties: list[tuple[bytes, bytes]]) -> str:
    urn = next((body[4:].partition(b"\0")[0].decode("latin-1") for name, body in properties if name == b"auxC"), "")
    return next((words for mark, words in _AUXILIARY if urn.endswith(mark)), urn or "not named")


def _described(fetch: Fetch, size: int, meta: _Meta, still: Still) -> None:
    """EXIF and XMP of the primary picture, and whether everything the directory points to is there."""
    about: dict[int, list[int]] = {}
    for kind, source, targets in meta.refers:
        if kind == b"cdsc":
            about.setdefault(source, []).extend(targets)
    for number, (kind, content, _) in meta.items.items():
        mine = number not in about or meta.primary in about[number]
        if kind == b"Exif" and mine and not still.exif:
            still.exif = _tiff(_data(fetch, size, meta, number))
        elif kind == b"mime" and content == "application/rdf+xml" and mine and not still.xmp:
            still.xmp = _data(fetch, size, meta, number)
    for number, extents in meta.places.items():
        if number not in meta.inside and any(start + length > size for start, length in extents):
            still.faults.append(_CUT)
            return
    if meta.primary and meta.items and not meta.places.get(meta.primary):
        still.faults.append(_BROKEN)


def _data(fetch: Fetch, size: int, meta: _Meta, number: int) -> bytes:
    base = meta.own_data if number in meta.inside else 0
    parts: list[bytes] = []
    room = _LARGEST_DATA
    for start, length in meta.places.get(number, ()):
        length = min(length or size, room, max(0, size - base - start))
        parts.append(fetch(base + start, length))
        room -= length
    return b"".join(parts)


def _tiff(data: bytes) -> bytes:
    """The EXIF block itself: behind a length (ISO/IEC 23008-12 A.2.1), which writers get wrong."""
    if len(data) < 12:
        return b""
    at = 4 + int.from_bytes(data[:4])
    if data[at : at + 4] not in (b"II*\0", b"MM\0*"):
        found = [n for n in (data.find(b"II*\0", 0, 64), data.find(b"MM\0*", 0, 64)) if n >= 0]
        if not found:
            return data[4:]
        at = min(found)
    return data[at:]


def _sequence(fetch: Fetch, size: int, still: Still) -> None:
    for start, end in _tracks(fetch, size):
        kind = next((fetch(at + 8, 4) for at, _ in find(fetch, start, end, b"mdia", b"hdlr")), b"")
        if kind not in (b"pict", b"vide"):
            continue
        counted = next(find(fetch, start, end, b"mdia", b"minf", b"stbl", b"stsz"), None)
        timed = next(find(fetch, start, end, b"mdia", b"mdhd"), None)
        if counted is None:
            continue
        still.frames = int.from_bytes(fetch(counted[0] + 8, 4))
        if not still.width:
            sized = next(find(fetch, start, end, b"tkhd"), None)
            if sized is not None:
                still.width, still.height = (int.from_bytes(fetch(sized[1] - n, 4)) >> 16 for n in (8, 4))
        if timed is not None:
            head = fetch(timed[0], 36)
            at, wide = (20, 8) if head[:1] == b"\x01" else (12, 4)
            scale, length = int.from_bytes(head[at : at + 4]), int.from_bytes(head[at + 4 : at + 4 + wide])
            still.seconds = length / scale if scale and length < 1 << 48 else 0.0
        return


def _tracks(fetch: Fetch, size: int) -> Iterator[tuple[int, int]]:
    yield from find(fetch, 0, size, b"moov", b"trak")
