"""What a file is, by its bytes. The name decides only between kinds of plain text, which look alike.

Our own sniffer reads at most the first 64 KiB, and a few structures that live elsewhere (an MP4's track list,
a ZIP's directory, an Outlook file's directory sector). ``filetype`` is asked about what it does not know.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from evidencekit.media import boxes, writing
from evidencekit.media.filetypes import EMPTY, EXTENSIONS, OOXML, UNKNOWN, ExtensionRules
from evidencekit.media.forms import form_of
from evidencekit.model import Context

HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """A media type found by content, whether the name's extension promises the same, and its form, if any."""

    media_type: str
    extension_matches: bool
    form: str = ""


@dataclass(slots=True)
class Sniffed:
    """An open file, its size and its first bytes."""

    file: BinaryIO
    size: int
    head: bytes

    def at(self, offset: int, length: int) -> bytes:
        """Bytes anywhere in the file; fewer than ``length`` at its end, none when ``offset`` lies outside."""
        if not 0 <= offset < self.size:
            return b""
        if offset + length <= len(self.head):
            return self.head[offset : offset + length]
        self.file.seek(offset)
        return self.file.read(length)


_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0\x08\0\0\0", "image/tiff"),
    (b"MM\0+\0\x08\0\0", "image/tiff"),
    (b"8BPS\0\x01", "image/vnd.adobe.photoshop"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51\0", "image/j2c"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR_MC1.0\n", "audio/amr"),
    (b"caff\0\x01", "audio/x-caf"),
    (b".snd\0\0", "audio/basic"),
    (b"MThd\0\0\0\x06", "audio/midi"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07\x00", "application/vnd.rar"),
    (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"bplist00", "application/x-bplist"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"FLV\x01", "video/x-flv"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/mpeg"),
    (b"\x7fELF", "application/x-executable"),
)
_BY_FIRST: dict[int, tuple[tuple[bytes, str], ...]] = {
    first: tuple(pair for pair in _MAGICS if pair[0][0] == first) for first in {magic[0] for magic, _ in _MAGICS}
}

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_VIDEO_STREAM = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_RIFF = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}
_SYNC = re.compile(rb"\xff[\xe2-\xff]")
_RATES = ((11025, 12000, 8000), (0, 0, 0), (22050, 24000, 16000), (44100, 48000, 32000))
_BITRATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
}
_LOW_BITRATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def _by_magic(s: Sniffed) -> str | None:
    for magic, media_type in _BY_FIRST.get(s.head[0], ()):
        if s.head.startswith(magic):
            return media_type
    return None


def _riff(s: Sniffed) -> str | None:
    if s.head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return _RIFF.get(s.head[8:12])
    if s.head[:4] == b"FORM" and s.head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    return None


def _ogg(s: Sniffed) -> str | None:
    if not s.head.startswith(b"OggS\0"):
        return None
    return "video/ogg" if b"\x80theora" in s.head[:512] else "audio/ogg"


def _matroska(s: Sniffed) -> str | None:
    if not s.head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    family = "webm" if b"webm" in s.head[:64] else "x-matroska"
    # CodecID elements (0x86) begin with V_ for video; they stand in the track list near the start.
    return ("video/" if re.search(rb"\x86[\x80-\xff]V_", s.head) else "audio/") + family


def _asf(s: Sniffed) -> str | None:
    if not s.head.startswith(_ASF):
        return None
    return "video/x-ms-wmv" if _ASF_VIDEO_STREAM in s.head else "audio/x-ms-wma"


def _bmp(s: Sniffed) -> str | None:
    if not s.head.startswith(b"BM") or len(s.head) < 26:
        return None
    header = struct.unpack_from("<I", s.head, 14)[0]
    return "image/bmp" if header in (12, 16, 40, 52, 56, 64, 108, 124) else None


def _icon(s: Sniffed) -> str | None:
    if s.head[:4] != b"\0\0\1\0" or len(s.head) < 22:
        return None
    count = struct.unpack_from("<H", s.head, 4)[0]
    return "image/x-icon" if 0 < count < 256 and s.head[9] == 0 else None


def _tar(s: Sniffed) -> str | None:
    return "application/x-tar" if s.head[257:262] == b"ustar" else None


def _bzip2(s: Sniffed) -> str | None:
    known = s.head[:3] == b"BZh" and s.head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")
    return "application/x-bzip2" if known else None


def _exe(s: Sniffed) -> str | None:
    if s.head[:2] != b"MZ" or len(s.head) < 64:
        return None
    offset = struct.unpack_from("<I", s.head, 60)[0]
    return "application/x-msdownload" if s.at(offset, 4)[:2] in (b"PE", b"NE", b"LE") else None


def _transport_stream(s: Sniffed) -> str | None:
    for start, packet in ((0, 188), (4, 192)):
        if len(s.head) > start + 4 * packet and all(s.head[start + n * packet] == 0x47 for n in range(5)):
            return "video/mp2t"
    return None


def _zip(s: Sniffed) -> str | None:
    if s.head[:4] not in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return None
    # OpenDocument and EPUB store their type, uncompressed, as the first member.
    if s.head[26:28] == b"\x08\0" and s.head[30 + s.head[28] :].startswith(b"mimetype"):
        start, length = 38 + s.head[28], int.from_bytes(s.head[22:26], "little")
        declared = s.head[start : start + min(length, 100)].decode("ascii", "replace")
        if declared in EXTENSIONS:
            return declared
    names = s.head[: 4096 * 4] + _zip_directory(s)
    for mark, media_type in (
        (b"word/document", OOXML + "wordprocessingml.document"),
        (b"xl/workbook", OOXML + "spreadsheetml.sheet"),
        (b"ppt/presentation", OOXML + "presentationml.presentation"),
    ):
        if mark in names and b"[Content_Types].xml" in names:
            return media_type
    return "application/java-archive" if b"META-INF/MANIFEST.MF" in names else "application/zip"


def _zip_directory(s: Sniffed) -> bytes:
    tail_at = max(0, s.size - 65_557)
    tail = s.at(tail_at, 65_557)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or end + 20 > len(tail):
        return b""
    size, offset = struct.unpack_from("<II", tail, end + 12)
    return s.at(offset, min(size, 1 << 20))


def _ole(s: Sniffed) -> str | None:
    if not s.head.startswith(_OLE) or len(s.head) < 512:
        return None
    shift, sector = struct.unpack_from("<H", s.head, 30)[0], struct.unpack_from("<I", s.head, 48)[0]
    directory = s.at((sector + 1) << shift, 8192) if shift in (9, 12) else b""
    for mark, media_type in (
        ("__nameid_version", "application/vnd.ms-outlook"),
        ("__substg1.0_", "application/vnd.ms-outlook"),
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ):
        if mark.encode("utf-16-le") in directory:
            return media_type
    return "application/x-ole-storage"


def _id3(s: Sniffed) -> str | None:
    if s.head[:3] != b"ID3" or len(s.head) < 10 or s.head[3] > 4:
        return None
    a, b, c, d = s.head[6:10]
    after = s.at(10 + (a << 21 | b << 14 | c << 7 | d), 4)
    return "audio/flac" if after == b"fLaC" else "audio/aac" if _is_adts(after) else "audio/mpeg"


def _is_adts(header: bytes) -> bool:
    return len(header) > 2 and header[0] == 0xFF and header[1] & 0xF6 == 0xF0 and header[2] >> 2 & 15 < 13


def _mpeg_frame(header: bytes) -> int:
    """Length in bytes of the MPEG audio frame (layer II or III) that ``header`` begins, 0 when it begins none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer not in (1, 2) or bitrate in (0, 15) or rate == 3:
        return 0
    table = _BITRATES[3 if layer == 1 else 2] if version == 3 else _LOW_BITRATES
    factor = 72 if version != 3 and layer == 1 else 144
    return factor * table[bitrate] * 1000 // _RATES[version][rate] + (header[2] >> 1 & 1)


def _audio_frames(s: Sniffed) -> str | None:
    """Bare MPEG audio or ADTS, which have no magic: two frames in a row must fit, after at most 4 KiB of rubbish."""
    if _is_adts(s.head) and len(s.head) > 8:
        length = (s.head[3] & 3) << 11 | s.head[4] << 3 | s.head[5] >> 5
        if length > 7 and _is_adts(s.at(length, 3)):
            return "audio/aac"
    for found in _SYNC.finditer(s.head, 0, 4096):
        start = found.start()
        length = _mpeg_frame(s.head[start : start + 4])
        following = s.at(start + length, 4) if length else b""
        second = _mpeg_frame(following)
        # By chance two fit once in a few hundred random files; three never do.
        if second and (start == 0 or _mpeg_frame(s.at(start + length + second, 4))):
            return "audio/mpeg"
    return None


def _late_pdf(s: Sniffed) -> str | None:
    """Readers accept a PDF header anywhere in the first 1,024 bytes."""
    return "application/pdf" if re.search(rb"%PDF-[12]\.\d", s.head[:1032]) else None


def _iso_media(s: Sniffed) -> str | None:
    return boxes.media_type(s.at, s.size)


_SNIFFERS: tuple[Callable[[Sniffed], str | None], ...] = (
    _by_magic,
    _riff,
    _iso_media,
    _zip,
    _ogg,
    _id3,
    _ole,
    _matroska,
    _asf,
    _bmp,
    _icon,
    _tar,
    _bzip2,
    _exe,
    _transport_stream,
    _late_pdf,
)
_ALIASES = frozenset({"audio/x-wav", "audio/x-flac", "audio/x-aiff", "application/x-rar-compressed"})


@lru_cache(maxsize=1)
def _second_opinions() -> tuple[Callable[[bytes], bool], ...]:
    import filetype

    return tuple(t for t in filetype.types if t.mime not in EXTENSIONS and t.mime not in _ALIASES)


def _second_opinion(head: bytes) -> str | None:
    for matcher in _second_opinions():
        if matcher.match(head):  # type: ignore[attr-defined]
            return str(matcher.mime)  # type: ignore[attr-defined]
    return None


def media_type_of(s: Sniffed, untrusted_name: str) -> str:
    """The media type of an opened file. Raises nothing but ``OSError``."""
    if not s.size:
        return EMPTY
    for sniffer in _SNIFFERS:
        found = sniffer(s)
        if found:
            return found
    whole = s.size <= len(s.head)
    text = writing.media_type(s.head, whole, untrusted_name)
    known = text or _audio_frames(s) or _second_opinion(s.head[:4096])
    return known or writing.spoilt_media_type(s.head, whole, untrusted_name) or UNKNOWN


def identify(path: Path, untrusted_name: str, rules: ExtensionRules, context: Context | None = None) -> Identity:
    """What the file at ``path`` is, by its content and what a person answered. Raises ``OSError`` when it cannot be
    read."""
    with path.open("rb", buffering=0) as file:
        head = file.read(HEAD)
        sniffed = Sniffed(file, os.fstat(file.fileno()).st_size if len(head) == HEAD else len(head), head)
        media_type = media_type_of(sniffed, untrusted_name)
    form = form_of(media_type, head, untrusted_name, context or Context())
    return Identity(media_type, rules.matches(untrusted_name, media_type), form)


def form_at(path: Path, media_type: str, untrusted_name: str, context: Context) -> str:
    """The form of a file whose media type is known. Raises ``OSError`` when it cannot be read."""
    with path.open("rb", buffering=0) as file:
        return form_of(media_type, file.read(HEAD), untrusted_name, context)
