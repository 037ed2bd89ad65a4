"""What holds other things, opened so that each is searched by itself; what cannot be opened is told."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any

from evidencekit.media.filetypes import OOXML
from evidencekit.media.sweeping.ahead import MAGICS, log
from evidencekit.media.sweeping.amid import amid
from evidencekit.media.sweeping.blob import UNSAID, Blob
from evidencekit.media.sweeping.databases import database
from evidencekit.media.sweeping.mails import mail, mailbox, outlook_parts
from evidencekit.media.sweeping.packed import FLOOR, RATIO, behind, compressed, tar_end
from evidencekit.media.sweeping.pdf import pdf
from evidencekit.media.sweeping.streams import is_old_lzma
from evidencekit.media.sweeping.tnef import SIGNATURE, tnef
from evidencekit.media.sweeping.workbooks import sheets
from evidencekit.media.sweeping.zips import unlisted

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

Holder = Callable[["Hunt", Blob, tuple[str, ...]], None]

_CHUNK = 1 << 20
_ZIP_END = 66_000  # bytes in which a ZIP's directory ends
_MOST_MEMBERS = 20_000
_LARGEST_TEXT = 32 << 20
_ZIPS = (
    "application/zip", "application/java-archive", "application/epub+zip", "application/vnd.oasis.", OOXML,
    "application/vnd.android", "application/vnd.ms-", "application/x-apple-iwork", "application/vnd.apple.",
)  # fmt: skip
_PACKED = ("application/gzip", "application/x-bzip2", "application/x-xz")
_TAR = "application/x-tar"
# What begins so is packed or sealed in a way that is not undone here.
_SEALED: tuple[tuple[bytes, str], ...] = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive cannot be opened here"),
    (b"Rar!\x1a\x07", "a RAR archive cannot be opened here"),
    (b"\x28\xb5\x2f\xfd", "it is compressed with Zstandard, which cannot be opened here"),
    (b"\x04\x22\x4d\x18", "it is compressed with LZ4, which cannot be opened here"),
    (b"LZIP", "it is compressed with lzip, which cannot be opened here"),
    (b"\x1f\x9d", "it is compressed with compress, which cannot be opened here"),
    (b"MSCF\0\0\0\0", "a cabinet archive cannot be opened here"),
    (b"!BDN", "an Outlook data file cannot be opened here"),
    (b"EVF\x09\x0d\x0a\xff\0", "a forensic image cannot be opened here"),
    (b"-----BEGIN PGP MESSAGE", "it is encrypted (OpenPGP)"),
    (b"Salted__", "it is encrypted"),
    (b"LUKS\xba\xbe", "it is an encrypted volume"),
    (b"bvx", "it is compressed with LZFSE, which cannot be opened here"),
)
_SHORT_MAGIC = 3  # bytes that stand at the beginning of what was only taken for encoded often enough
_HEADERS = re.compile(rb"^(?:mime-version|content-type|content-transfer-encoding):", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"[!-9;-~]{1,80}:")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def holder_of(media_type: str, head: bytes) -> Holder | None:
    """What opens a file of that type, which begins so; None for one that holds nothing but itself."""
    for magic, _ in _SEALED:
        if head.startswith(magic):
            return _sealed
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08") or media_type.startswith(_ZIPS[:3]):
        return archive
    if media_type == _TAR:
        return archive
    if media_type in _PACKED:
        return compressed
    found = _HOLDERS.get(media_type)
    if found is not None:
        return found
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return storage
    if head[0x8001:0x8006] == b"CD001":
        return _disk
    if head.startswith(SIGNATURE):
        return tnef
    if head.startswith(MAGICS):
        return log
    if is_old_lzma(head):
        return compressed
    if (
        media_type.startswith("text/")
        and _HEADERS.search(_BLANK_LINE.split(head, maxsplit=1)[0])
        and _FIELD.match(head)
    ):
        return mail
    return None


def _sealed(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    head = blob.at(0, 32)
    magic, why = next(each for each in _SEALED if head.startswith(each[0]))
    if len(magic) > _SHORT_MAGIC or not UNSAID.intersection(inside):
        hunt.unsearchable(why, inside)


def _disk(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    del blob
    hunt.unsearchable("the files on a disk image are not opened here", inside)


def archive(hunt: Hunt, blob: Blob, inside: tuple[str, ...], media_type: str = "") -> None:
    """A ZIP, also as office programs write them, a tar or a compressed file."""
    from evidencekit.media import unpack
    from evidencekit.media.identify import HEAD, Sniffed, media_type_of

    with blob.open() as file:
        head = file.read(HEAD)
        found = media_type_of(Sniffed(file, blob.size, head), blob.name)  # type: ignore[arg-type]
    media_type = "application/zip" if head.startswith(b"PK") else media_type or found
    hunt.out.mkdir(parents=True, exist_ok=True)
    kept = blob.path is not None
    path = blob.file(hunt.out, f"{len(inside)}.archive")
    try:
        faults: tuple[type[Exception], ...] = (*unpack.faults(), unpack.TooFarError)
        names: set[str] = set()
        try:
            for number, member in enumerate(unpack.members(path, media_type, blob.name, 1 << 40)):
                if number >= _MOST_MEMBERS:
                    hunt.unsearchable(f"it has more than {_MOST_MEMBERS:,} entries", inside)
                    break
                names.add(member.found)
                hunt.text(member.found, (*inside, "names"))
                _member(hunt, member, inside, faults)
        except faults:
            hunt.unsearchable("the archive is damaged", inside)
        if media_type == "application/zip":
            unlisted(hunt, blob, inside, before=head.startswith(b"PK"))
        else:
            tar_end(hunt, blob, inside)
        sheets(hunt, path, names, inside)
    finally:
        if not kept:
            path.unlink(missing_ok=True)


def appended(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """A ZIP behind a file of another kind, such as a program that unpacks itself."""
    if blob.at(0, 2) == b"PK":
        return
    tail = blob.at(max(0, blob.size - _ZIP_END), _ZIP_END)
    at = tail.rfind(b"PK\x05\x06")
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    if at >= 0 and at + 22 + comment == len(tail):
        archive(hunt, blob, inside, "application/zip")


def _member(hunt: Hunt, member: Any, inside: tuple[str, ...], faults: tuple[type[Exception], ...]) -> None:
    from evidencekit.media.sweeping.hunt import TooMuchError

    here = (*inside, member.found)
    if member.why == "encrypted":
        hunt.unsearchable("it is encrypted", here)
        return
    if not member.packed and not member.size:
        return
    if member.found.endswith(".iwa"):
        hunt.unsearchable("it is compressed with Snappy, which cannot be opened here", here)
        return
    most = max(FLOOR, RATIO * member.packed) if member.packed >= 0 else FLOOR
    try:
        with member.open() as file:
            inner = hunt.stream(_chunks(file), member.found.rsplit("/", 1)[-1], most)
    except TooMuchError:
        hunt.unsearchable("it unpacks to more than is gone through", here)
        return
    except faults:
        hunt.unsearchable("it is damaged, or compressed in a way that is not known here", here)
        return
    if member.found.endswith("META-INF/manifest.xml") and b"encryption-data" in (inner.whole(_LARGEST_TEXT) or b""):
        hunt.unsearchable("it is encrypted", inside)
    hunt.blob(inner, here)
    inner.drop()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def storage(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """A compound file, as older office programs and Outlook write them."""
    import olefile

    from evidencekit.media.legacy import is_encrypted

    with blob.open() as file, olefile.OleFileIO(file) as ole:
        names = ["/".join(parts) for parts in ole.listdir()]
        if is_encrypted(ole, names):
            hunt.unsearchable("it is encrypted", inside)
        for parts in ole.listdir():
            name = "/".join(parts)
            here = (*inside, name)
            hunt.text(name, here)
            inner = hunt.stream(_chunks(ole.openstream(parts)), parts[-1], 1 << 30)
            hunt.blob(inner, here)
            _both_ways(hunt, inner, here)
            if parts[-1].startswith("__substg1.0_10090102"):
                outlook_parts(hunt, inner, here)
            inner.drop()


def _both_ways(hunt: Hunt, blob: Blob, here: tuple[str, ...]) -> None:
    """Text between other things, in UTF-16 from even and odd places and in Windows-1252."""
    data = blob.whole(_LARGEST_TEXT)
    if data is None:
        hunt.unsearchable("it is too large to be read as text", here)
        return
    for raw, encoding in ((data, "utf-16-le"), (data[1:], "utf-16-le"), (data, "cp1252"), (data, "utf-8")):
        hunt.text(raw.decode(encoding, "replace"), here)


def png(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """The text chunks of a PNG, compressed or not, its EXIF, chunks of other programs, and what stands behind it."""
    at = 8
    while len(head := blob.at(at, 8)) == 8:
        length, name = int.from_bytes(head[:4]), head[4:]
        here = (*inside, name.decode("latin-1"))
        if name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            _png_text(hunt, name, blob.at(at + 8, min(length, _LARGEST_TEXT)), here)
        elif name not in (b"IDAT", b"fdAT", b"IHDR", b"PLTE", b"IEND"):
            amid(hunt, Blob.of_bytes(blob.at(at + 8, min(length, _LARGEST_TEXT)), "chunk"), here)
        at += 12 + length
        if name == b"IEND":
            break
    behind(hunt, blob, at, inside)


def _png_text(hunt: Hunt, name: bytes, body: bytes, here: tuple[str, ...]) -> None:
    keyword, _, rest = body.partition(b"\0")
    if name == b"zTXt":
        rest = _inflated(rest[1:])
    elif name == b"iTXt" and len(rest) > 2:
        flag, (_language, _, words) = rest[0], rest[2:].partition(b"\0")
        translated, _, text = words.partition(b"\0")
        keyword, rest = keyword + b" " + translated, _inflated(text) if flag else text
    else:
        rest = rest if name == b"tEXt" else b""
    if rest:
        hunt.blob(Blob.of_bytes(keyword + b": " + rest, "text"), here)


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, _LARGEST_TEXT)


def rich_text(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """An RTF: its words, and as it stands, where pictures are written in hexadecimal."""
    from evidencekit.media import rtf
    from evidencekit.media.notes import Notes

    data = blob.whole(_LARGEST_TEXT * 2)
    hunt.text_blob(blob, inside)
    if data is None:
        hunt.unsearchable("it is too large to be read as RTF", inside)
    else:
        hunt.text("".join(rtf.read(data, Notes())), inside)


def property_list(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """A binary property list of Apple's."""
    import plistlib

    def walk(value: Any, deep: int) -> Iterator[str]:
        if deep > 100:
            hunt.unsearchable("it is nested too deeply", inside)
        elif isinstance(value, str):
            yield value
        elif isinstance(value, bytes):
            if len(value) >= 8:
                hunt.blob(Blob.of_bytes(value, "data"), (*inside, "data"))
        elif isinstance(value, dict):
            for key, each in value.items():
                yield from walk(key, deep + 1)
                yield from walk(each, deep + 1)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each, deep + 1)
        elif value is not None:
            yield str(value)

    data = blob.whole(_LARGEST_TEXT * 2)
    if data is None:
        hunt.unsearchable("it is too large to be read", inside)
    else:
        hunt.text("\n".join(walk(plistlib.loads(data), 0)), inside)


_HOLDERS: dict[str, Holder] = {
    "application/pdf": pdf,
    "message/rfc822": mail,
    "application/mbox": mailbox,
    "application/vnd.sqlite3": database,
    "image/png": png,
    "application/rtf": rich_text,
    "application/x-bplist": property_list,
}
