"""What the tag files of a BagIt bag say (RFC 8493, and the drafts 0.93 to 0.97 before it), read as hostile text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evidencekit.custody.names import shown

VERSIONS = frozenset({"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"})
ALGORITHMS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}  # hex digits
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"BagIt-Version: ([0-9]+\.[0-9]+)(?:\r\n|\r|\n)Tag-File-Character-Encoding: ([!-~]+)")
_ENDING = re.compile(r"\r\n|\r|\n")
_ENTRY = re.compile(r"([0-9A-Fa-f]+)[ \t]+([^ \t].*)", re.DOTALL)
_FETCH = re.compile(r"([^ \t]+)[ \t]+([0-9]+|-)[ \t]+([^ \t].*)", re.DOTALL)
_LABEL = re.compile(r"([^:\s](?:[^:]*[^:\s])?):[ \t](.*)", re.DOTALL)
_LOOSE_LABEL = re.compile(r"([^:]+):(.*)", re.DOTALL)
_ESCAPE = re.compile(r"%(0[AaDd]|25)")
_STRAY_PERCENT = re.compile(r"%(?!0[AaDd]|25)")
_DRIVE = re.compile(r"[A-Za-z]:")
_TAG_MANIFEST = re.compile(r"tagmanifest-[A-Za-z0-9]+\.txt")
# Only what is nothing but a table of characters: Python's registry also names compressors and escapes.
_ENCODINGS = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "iso8859-1"}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)}
    | {f"cp{page}" for page in (437, 850, 852, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)}
    | {"mac-roman", "koi8-r", "koi8-u", "shift_jis", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr", "tis-620"}
)


class BadTag(ValueError):  # noqa: N818 — a verdict on data, caught by the checks
    """A tag file cannot be read at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A bag's version and the encoding of its tag files; ``strict`` from 1.0 on."""

    version: str
    encoding: str

    @property
    def strict(self) -> bool:
        return self.version == "1.0"


@dataclass(slots=True)
class Listing:
    """What a manifest lists: lower-case hex digest by path; ``faults`` (code, message) and ``notes`` on its lines."""

    entries: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_declaration(data: bytes) -> Declaration:
    """The content of ``bagit.txt``. Raises :class:`BadTag`."""
    if data.startswith(_BOM):
        raise BadTag("it begins with a byte-order mark")
    found = _DECLARATION.fullmatch(_without_ending(data))
    if found is None:
        raise BadTag("it is not exactly the two lines that name version and encoding")
    version, encoding = found[1].decode(), found[2].decode()
    if version not in VERSIONS:
        raise BadTag(f"its version is {version}; known are 0.93 to 0.97 and 1.0")
    return Declaration(version, _codec(encoding))


def _without_ending(data: bytes) -> bytes:
    for ending in (b"\r\n", b"\n", b"\r"):
        if data.endswith(ending):
            return data[: -len(ending)]
    return data


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if name not in _ENCODINGS:
        raise BadTag(f"its encoding {shown(encoding)} is not known here")
    return name


def read_text(data: bytes, declared: Declaration) -> str:
    """A tag file's text. Raises :class:`BadTag` for bytes that the declared encoding does not have."""
    if declared.encoding == "utf-8" and data.startswith(_BOM):
        if declared.strict:
            raise BadTag("it begins with a byte-order mark")
        data = data[len(_BOM) :]
    try:
        return data.decode(declared.encoding)
    except UnicodeError as error:
        raise BadTag(f"it is not text in the declared encoding {declared.encoding}") from error


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines without their endings, LF, CR or both; nothing else ends a line."""
    number, start = 1, 0
    for ending in _ENDING.finditer(text):
        yield number, text[start : ending.start()]
        number, start = number + 1, ending.end()
    if start < len(text):
        yield number, text[start:]


def read_manifest(text: str, algorithm: str, *, tags: bool, strict: bool) -> Listing:
    """A payload manifest, or a tag manifest with ``tags``. Paths that leave their place are faults, not entries."""
    found = Listing()
    for number, line in _lines(text):
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            if strict or line.strip():
                found.faults.append(("bag-line", f"line {number} is not a digest and a path"))
            continue
        digest = entry[1].lower()
        if len(digest) != ALGORITHMS[algorithm]:
            found.faults.append(("bag-line", f"line {number} holds no {algorithm} digest"))
            continue
        path = _path(entry[2], f"line {number}", found, tags=tags, strict=strict)
        if path is not None:
            _enter(path, digest, number, found, strict)
    return found


def _path(raw: str, where: str, found: Listing, *, tags: bool, strict: bool) -> str | None:
    """The path as it stands on the disk, or None after a fault. Before 1.0 checksum programs' own ways are noted."""
    path = raw
    if not strict and path.startswith("*"):
        found.notes.append(f"{where} has an asterisk before the path, as checksum programs write it")
        path = path[1:]
    if not strict and path.startswith("./"):
        found.notes.append(f"{where} writes the path with a leading ./")
        path = path[2:]
    why = _astray(path, tags=tags)
    if why is None and strict and _STRAY_PERCENT.search(path):
        why = "holds a percent sign that is not written %25"
    if why is not None:
        found.faults.append(("bag-path", f"{where}: the path {shown(raw)} {why}"))
        return None
    return unescaped(path) if strict else path


def _astray(path: str, *, tags: bool) -> str | None:
    if "\\" in path or "\0" in path:
        return "holds a backslash or a zero byte"
    if path.startswith(("/", "~")) or _DRIVE.match(path):
        return "is not relative to the bag"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "does not lead straight to a file in the bag"
    if tags and (path.startswith("data/") or _TAG_MANIFEST.fullmatch(path)):
        return "may not stand in a tag manifest"
    if not tags and not path.startswith("data/"):
        return "does not lie in the payload folder data/"
    return None


def unescaped(path: str) -> str:
    """A path with its line ends and percent signs put back."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), path)


def _enter(path: str, digest: str, number: int, found: Listing, strict: bool) -> None:
    before = found.entries.get(path)
    if before is None:
        found.entries[path] = digest
    elif before != digest:
        found.faults.append(("bag-twice", f"line {number} lists {shown(path)} again with another digest"))
    elif strict:
        found.faults.append(("bag-twice", f"line {number} lists {shown(path)} again"))
    else:
        found.notes.append(f"line {number} lists {shown(path)} again with the same digest")


def read_fetch(text: str, *, strict: bool) -> Listing:
    """The paths that ``fetch.txt`` names (with empty digests). Nothing is ever fetched."""
    found = Listing()
    for number, line in _lines(text):
        entry = _FETCH.fullmatch(line)
        if entry is None:
            if strict or line.strip():
                found.faults.append(("bag-line", f"line {number} is not an address, a length and a path"))
            continue
        path = _path(entry[3], f"line {number}", found, tags=False, strict=strict)
        if path is not None:
            found.entries[path] = ""
    return found


def read_info(text: str, *, strict: bool) -> tuple[list[tuple[str, str]], list[str]]:
    """The labels and values of ``bag-info.txt`` in order, and its faults."""
    told: list[tuple[str, str]] = []
    faults = []
    for number, line in _lines(text):
        if line[:1] in (" ", "\t"):
            if told:
                label, value = told[-1]
                told[-1] = (label, f"{value} {line.strip()}")
                continue
            faults.append(f"line {number} continues nothing")
            continue
        entry = (_LABEL if strict else _LOOSE_LABEL).fullmatch(line)
        if entry is not None:
            told.append((entry[1].strip(), entry[2].strip()))
        elif strict or line.strip():
            faults.append(f"line {number} is not a label, a colon, a blank and a value")
    return told, faults
