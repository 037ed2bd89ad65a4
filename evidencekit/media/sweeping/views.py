"""The ways in which a text may have been written down: as it stands, and without its escapes, marks and encodings."""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator

from evidencekit.sense.lookalike import MIXED, unmixed

_MOST_VIEWS = 24
_MOST_DEPTH = 4
_SHORTEST = 20
_SHORT = 11  # signs of base64 and base32 that are taken for it where nothing but letters comes out
_LONG = 64  # signs of base32 that are taken for it whatever comes out
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31})")
_BACKSLASH = re.compile(r"\\(?:u\{?([0-9a-fA-F]{4,6})\}?|x([0-9a-fA-F]{2})|([0-7]{3})|([nrtbfv0])|([\"'/\\()&<>]))")
_QUOTED = re.compile(r"=(?:[0-9A-Fa-f]{2}|[ \t]{0,4}\r?\n)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_TAG = re.compile(r"<[!?/A-Za-z][^<>]{0,4096}>")
_WORD = re.compile(r"=\?([A-Za-z0-9_*.:()-]{2,40})\?([bBqQ])\?([^?\s]{0,400})\?=(?:\s{0,8}(?==\?))?")
_MOJIBAKE = re.compile(r"[\xc2-\xf4](?:[\x80-\xbf]|[\u0152-\u02dc\u2013-\u2122]){1,3}")
_FOLDED = re.compile(r"\r?\n[ \t]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}(?:={0,2}(?:\r?\n|\r)[ \t]{0,8}[A-Za-z0-9+/_-]{1,}+)*+={0,2}")
_BASE32 = re.compile(r"[A-Z2-7]{11,}={0,6}")
_BASE85 = re.compile(r"<~[!-uz\s]{5,}~>")
_UTF7 = re.compile(r"\+([A-Za-z0-9+/]{3,})-?")
_LETTERS = re.compile(r"[ -~\xa0-\u06ff\u0e00-\u0eff\u1e00-\u2026]+|[\u3000-\u9fff\uac00-\ud7a3]{2,}")
# Of base64, which says nothing in any other reading.
_BLOCK = re.compile(
    r"(?<![A-Za-z0-9+/])(?:(?:[A-Za-z0-9+/]{60,}+\r?\n){4,}+(?:[A-Za-z0-9+/]*+={0,2}(?=\r?\n|\Z))?"
    r"|[A-Za-z0-9+/]{4000,}+={0,2})"
)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){16,}(?:\s{1,4}(?:[0-9A-Fa-f]{2})++)*+")
_WHITE = re.compile(r"\s+")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": "\f", "v": "\v", "0": " "}


def views(text: str) -> Iterator[str]:
    """The text, then every other reading of it that differs, each read again in the same ways."""
    yield text
    bare = _BLOCK.sub("\n", text)
    waiting, seen = [(bare, 0)], {hash(text), hash(bare)}
    while waiting and len(seen) <= _MOST_VIEWS:
        view, depth = waiting.pop(0)
        if depth:
            yield view
        if depth == _MOST_DEPTH:
            continue
        for other in _others(view):
            if other and hash(other) not in seen:
                seen.add(hash(other))
                waiting.append((other, depth + 1))


def _others(text: str) -> Iterator[str]:
    plain = text.isascii()
    for needs, has, read in _READINGS:
        if not needs and plain:
            continue
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


def _shifted(text: str) -> Iterator[str]:
    """Without what UTF-7 (RFC 2152) makes of letters beyond ASCII."""
    plain = _UTF7.sub(_wide, text)
    if plain != text:
        yield plain


def _wide(found: re.Match[str]) -> str:
    body = found[1]
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4))
        said = raw[: len(raw) // 2 * 2].decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return found[0]
    whole = len(body) * 6 - len(raw) // 2 * 16 < 6
    return said if whole and _LETTERS.fullmatch(said) else found[0]


def _unfolded(text: str) -> Iterator[str]:
    yield _FOLDED.sub("", text)


# What each needs to stand in a text before it is worth a look; nothing: letters beyond ASCII.
_READINGS: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[str], Iterator[str]]], ...] = (
    (("&",), _ENTITY, _unescaped),
    (("\\",), _BACKSLASH, _without_backslashes),
    (("=?", "?="), _WORD, _words),
    (("=",), _QUOTED, _printable),
    (("%",), _PERCENT, _unquoted),
    (("<", ">"), _TAG, _without_tags),
    ((":", "\n"), _FOLDED, _unfolded),
    (("+",), _UTF7, _shifted),
    ((), _MOJIBAKE, _mended),
    ((), MIXED, unmixed),
)


def packed(text: str, *, begun: bool = False) -> Iterator[bytes]:
    """What is written in base64, hexadecimal, base32 or Ascii85 within a text, unpacked. Where the text has ``begun``
    before it does here, nobody knows where the first group of signs begins."""
    for found in _BASE64.finditer(text):
        lines = found[0].split()
        while len(lines) > 2 and len(lines[0]) != len(lines[1]):
            lines.pop(0)  # a line that stands before it and only looks like it
        body = "".join(lines).rstrip("=").replace("-", "+").replace("_", "/")
        for skip in range(4) if begun and found.start() == 0 else (0,):
            rest = len(body) - skip
            if rest >= _SHORT:
                raw = b"".join(map(_base64, filter(None, body[skip:].split("="))))
                if rest >= _SHORTEST or _said(raw):
                    yield raw
    for found in _HEX.finditer(text):
        digits = _WHITE.sub("", found[0])
        yield bytes.fromhex(digits[: len(digits) & ~1])
    for found in _BASE32.finditer(text):
        body = found[0].rstrip("=")
        try:
            raw = base64.b32decode(body + "=" * (-len(body) % 8))
        except ValueError:
            continue
        if len(body) >= _LONG or _said(raw):
            yield raw
    if "<~" in text:
        for found in _BASE85.finditer(text):
            try:
                yield base64.a85decode(found[0], adobe=True)
            except ValueError:
                continue


def _base64(body: str) -> bytes:
    return binascii.a2b_base64(body[: len(body) - (len(body) % 4 == 1)] + "==")


def _said(raw: bytes) -> bool:
    """Whether it is letters and digits in UTF-8, as hardly any word is that happens to look like base64."""
    try:
        return raw.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def decoded(raw: bytes) -> str:
    """Bytes that are text as text: UTF-8, else Windows-1252."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
