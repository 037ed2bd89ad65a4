"""Mail headers as they stand in the message: unfolded, encoded words decoded, nothing else changed.

The standard library's parsed headers are not used for what is shown: they rewrite dates, zones and addresses.
Sources: RFC 5322 2.2.3 (folding), RFC 2047 (encoded words).
"""

from __future__ import annotations

import re
from email.message import Message

_WORD = r"=\?([^?\s]{1,60})\?([BbQq])\?([^?\s]*)\?="
_ENCODED = re.compile(_WORD)
_BETWEEN = re.compile(rf"({_WORD})[ \t]+(?={_WORD})")
_FOLD = re.compile(r"[\r\n]+(?=[ \t])")
_LINE_END = re.compile(r"[\r\n]+")


def raw_values(message: Message, name: str) -> list[str]:
    """The unfolded text of every header of that lower-case name, in order; bytes beyond ASCII as UTF-8 or
    Windows-1252. Encoded words stay encoded."""
    return [_unfolded(str(value)) for key, value in message.raw_items() if key.lower() == name]


def decoded_values(message: Message, name: str) -> list[str]:
    """As :func:`raw_values`, with RFC 2047's encoded words decoded; one that cannot be decoded stays as it is."""
    return [decoded(value) for value in raw_values(message, name)]


def _unfolded(value: str) -> str:
    value = _LINE_END.sub(" ", _FOLD.sub("", value)).strip(" \t")
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def decoded(value: str) -> str:
    """The text with its encoded words decoded. White space between two of them is none; neighbours in one character
    set are joined before they are decoded, for mailers cut characters in two."""
    value = _BETWEEN.sub(r"\1", value)
    out: list[str] = []
    at = 0
    while (found := _ENCODED.search(value, at)) is not None:
        out.append(value[at : found.start()])
        end, name, data = found.end(), found[1], _bytes(found)
        while (after := _ENCODED.match(value, end)) is not None and after[1].lower() == name.lower():
            end, data = after.end(), data + _bytes(after)
        out.append(_text(name, data) or value[found.start() : end])
        at = end
    return "".join((*out, value[at:]))


def _bytes(found: re.Match[str]) -> bytes:
    import base64
    import binascii
    import quopri

    data = found[3].encode("utf-8", "replace")
    if found[2] in "Qq":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return b""


def _text(name: str, data: bytes) -> str:
    from evidencekit.media.html import charset

    known = charset(name.partition("*")[0])
    return data.decode(known, "replace") if known else ""
