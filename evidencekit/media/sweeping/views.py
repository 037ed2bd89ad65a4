"""The ways in which a text may have been written down: as it stands, and without its escapes, marks and encodings."""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator

_MOST_VIEWS = 24
_MOST_DEPTH = 4
_SHORTEST = 20
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31})")
_BACKSLASH = re.compile(r"\\(?:u\{?([0-9a-fA-F]{4,6})\}?|x([0-9a-fA-F]{2})|([0-7]{3})|([nrtbfv0])|([\"'/\\()&<>]))")
_QUOTED = re.compile(r"=(?:[0-9A-Fa-f]{2}|[ \t]{0,4}\r?\n)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_TAG = re.compile(r"<[!?/A-Za-z][^<>]{0,4096}>")
_WORD = re.compile(r"=\?([A-Za-z0-9_*.:()-]{2,40})\?([bBqQ])\?([^?\s]{0,400})\?=(?:\s{0,8}(?==\?))?")
_MOJIBAKE = re.compile(r"[\xc2-\xf4](?:[\x80-\xbf]|[\u0152-\u02dc\u2013-\u2122]){1,3}")
_FOLDED = re.compile(r"\r?\n[ \t]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}(?:={0,2}(?:\r?\n|\r)[ \t]{0,8}[A-Za-z0-9+/_-]{1,}+)*+={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){16,}(?:\s{1,4}(?:[0-9A-Fa-f]{2})++)*+")
_WHITE = re.compile(r"\s+")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": "\f", "v": "\v", "0": " "}


def views(text: str) -> Iterator[str]:
    """The text, then every other reading of it that differs, each read again in the same ways."""
    waiting, seen = [(text, 0)], {hash(text)}
    while waiting and len(seen) <= _MOST_VIEWS:
        view, depth = waiting.pop(0)
        yield view
        if depth == _MOST_DEPTH:
            continue
        for other in _others(view):
            if other and hash(other) not in seen:
                seen.add(hash(other))
                waiting.append((other, depth + 1))


def _others(text: str) -> Iterator[str]:
    for needs, has, read in _READINGS:
        if all(each in text for each in needs) and has.search(text):
            yield from read(text)


def _unescaped(text: str) -> Iterator[str]:
    yield html.unescape(text)


def _without_backslashes(text: str) -> Iterator[str]:
    plain = _BACKSLASH.sub(_sign, text)
    if any("\ud800" <= each <= "\udfff" for each in set(plain)):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield plain


def _sign(found: re.Match[str]) -> str:
    unicode, byte, octal, letter, literal = found.groups()
    if letter is not None:
        return _PLAIN[letter]
    if literal is not None:
        return literal
    code = int(octal, 8) & 0xFF if octal else int(unicode or byte, 16)
    return chr(code) if code < 0x110000 else " "


def _printable(text: str) -> Iterator[str]:
    yield decoded(binascii.a2b_qp(text.encode("utf-8", "surrogatepass")))


def _unquoted(text: str) -> Iterator[str]:
    yield (
        urllib.parse.unquote(text, errors="surrogateescape")
        .encode("utf-8", "surrogateescape")
        .decode("utf-8", "replace")
    )


def _without_tags(text: str) -> Iterator[str]:
    yield _TAG.sub("", text)
    yield _TAG.sub(" ", text)


def _words(text: str) -> Iterator[str]:
    yield _WORD.sub(_encoded, text)


def _encoded(found: re.Match[str]) -> str:
    charset, how, body = found.groups()
    try:
        raw = (
            base64.b64decode(body + "==")
            if how in "bB"
            else binascii.a2b_qp(body.replace("_", " ").encode("ascii", "replace"))
        )
        return raw.decode(charset.split("*")[0], "replace")
    except (ValueError, LookupError):
        return found[0]


def _mended(text: str) -> Iterator[str]:
    yield _MOJIBAKE.sub(_utf8, text)


def _utf8(found: re.Match[str]) -> str:
    for encoding in ("latin-1", "cp1252"):
        try:
            return found[0].encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return found[0]


def _unfolded(text: str) -> Iterator[str]:
    yield _FOLDED.sub("", text)


_READINGS: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[str], Iterator[str]]], ...] = (
    (("&",), _ENTITY, _unescaped),
    (("\\",), _BACKSLASH, _without_backslashes),
    (("=?", "?="), _WORD, _words),
    (("=",), _QUOTED, _printable),
    (("%",), _PERCENT, _unquoted),
    (("<", ">"), _TAG, _without_tags),
    ((":", "\n"), _FOLDED, _unfolded),
    ((), _MOJIBAKE, _mended),
)


def packed(text: str, *, begun: bool = False) -> Iterator[bytes]:
    """What is written in base64 or hexadecimal within a text, unpacked. Where the text has ``begun`` before it does
    here, nobody knows where the first group of signs begins."""
    for found in _BASE64.finditer(text):
        lines = found[0].split()
        while len(lines) > 2 and len(lines[0]) != len(lines[1]):
            lines.pop(0)  # a line that stands before it and only looks like it
        body = "".join(lines).rstrip("=").replace("-", "+").replace("_", "/")
        for skip in range(4) if begun and found.start() == 0 else (0,):
            rest = len(body) - skip
            if rest >= _SHORTEST:
                yield base64.b64decode(body[skip : len(body) - (rest % 4 == 1)] + "==")
    for found in _HEX.finditer(text):
        digits = _WHITE.sub("", found[0])
        yield bytes.fromhex(digits[: len(digits) & ~1])


def decoded(raw: bytes) -> str:
    """Bytes that are text as text: UTF-8, else Windows-1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
