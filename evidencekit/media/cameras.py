"""Times that some cameras write in blocks of their own instead of EXIF: Canon's CIFF, Casio's QVCI, FLIR's records.

Layouts as documented for ExifTool (Canon CIFF specification 1.0; Casio and FLIR tag names). All numbers lie in files
that may be damaged, so nothing is followed outside the block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone

from evidencekit.media.notes import Notes
from evidencekit.moments import exif_moment

_CIFF_TIME = 0x180E
_FLIR_CAMERA, _FLIR_TIME = 0x20, 0x384
_QVCI_TIME = 0x4D
_QVCI = re.compile(r"(\d{4})[.:](\d\d)[.:](\d\d)[.: ](\d\d)[.:](\d\d)[.:](\d\d)", re.ASCII)
_MOST, _DEEPEST = 500, 5


def read_cameras(segments: Iterable[tuple[str, bytes]], notes: Notes) -> None:
    """A JPEG's application segments, (“APP1”, body) as Pillow lists them."""
    thermal: list[bytes] = []
    for name, body in segments:
        if name == "APP0" and body[6:14] == b"HEAPJPGM" and body[:2] in (b"II", b"MM"):
            _ciff(body, notes)
        elif name == "APP1" and body.startswith(b"QVCI\0"):
            _qvci(body, notes)
        elif name == "APP1" and body.startswith(b"FLIR\0") and len(body) > 8:
            thermal.append(body[8:])
    if thermal:
        _flir(b"".join(thermal), notes)


def _keep(clock: datetime, offset: str, fraction: str, label: str, notes: Notes) -> None:
    text = clock.strftime("%Y:%m:%d %H:%M:%S")
    moment = exif_moment(text, basis=label, offset=offset or None, subsec=fraction or None)
    notes.time(moment, text, f"time {label}", label)


def _clock(seconds: int) -> datetime | None:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds) if 0 < seconds < 1 << 32 else None


def _ciff(body: bytes, notes: Notes) -> None:
    order = "little" if body[:2] == b"II" else "big"
    start = int.from_bytes(body[2:6], order)  # type: ignore[arg-type]
    for held in _ciff_records(body[start:], order, 0):
        clock = _clock(int.from_bytes(held[:4], order))  # type: ignore[arg-type]
        if clock is not None:
            _keep(clock, "", "", "canon CIFF DateTimeOriginal", notes)
            return


def _ciff_records(block: bytes, order: str, depth: int) -> Iterator[bytes]:
    def number(at: int, length: int) -> int:
        return int.from_bytes(block[at : at + length], order)  # type: ignore[arg-type]

    if len(block) < 10 or depth > _DEEPEST:
        return
    directory = number(len(block) - 4, 4)
    for entry in range(min(number(directory, 2), _MOST)):
        at = directory + 2 + 10 * entry
        tag, size, place = number(at, 2), number(at + 2, 4), number(at + 6, 4)
        if tag & 0xC000:
            continue
        if tag & 0x3800 in (0x2800, 0x3000) and place + size < len(block):
            yield from _ciff_records(block[place : place + size], order, depth + 1)
        elif tag == _CIFF_TIME:
            yield block[place : place + size]


def _qvci(body: bytes, notes: Notes) -> None:
    text = body[_QVCI_TIME : _QVCI_TIME + 20].decode("latin-1")
    found = _QVCI.match(text)
    if found is not None:
        year, month, day, hour, minute, second = found.groups()
        basis = "casio QVCI DateTimeOriginal"
        said = f"{year}:{month}:{day} {hour}:{minute}:{second}"
        notes.time(exif_moment(said, basis=basis), said, "time QVCI", basis)


def _flir(data: bytes, notes: Notes) -> None:
    if data[:4] != b"FFF\0" or len(data) < 64:
        return
    order = "big" if int.from_bytes(data[20:24]) in range(100, 200) else "little"

    def number(at: int, length: int, by: str) -> int:
        return int.from_bytes(data[at : at + length], by)  # type: ignore[arg-type]

    index, count = number(24, 4, order), number(28, 4, order)
    for record in range(min(count, _MOST)):
        at = index + 32 * record
        start = number(at + 12, 4, order)
        if number(at, 2, order) != _FLIR_CAMERA or start + _FLIR_TIME + 10 > len(data):
            continue
        by = "little" if number(start, 2, "little") == 2 else "big"
        seconds, thousandths = number(start + _FLIR_TIME, 4, by), number(start + _FLIR_TIME + 4, 4, by) & 0xFFFF
        west = number(start + _FLIR_TIME + 8, 2, by)
        west -= 65536 if west > 32767 else 0
        clock = _clock(seconds)
        if clock is None or abs(west) > 14 * 60:
            return
        there = clock.astimezone(timezone(timedelta(minutes=-west)))
        _keep(there, there.isoformat()[-6:], f"{thousandths:03}", "flir DateTimeOriginal", notes)
        return
