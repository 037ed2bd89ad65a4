"""File names are hostile input: kept as the bytes they were, shown so that they cannot deceive."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from evidencekit.errors import UsageError

# Bidirectional controls can make “gpj.exe” read as “exe.jpg”.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def text_of(raw: bytes) -> str:
    """A name's Unicode text; bytes that are not UTF-8 stand as ``\\xNN``."""
    return raw.decode("utf-8", "backslashreplace")


def is_utf8(raw: bytes) -> bool:
    """Whether a name's bytes are valid UTF-8."""
    return text_of(raw).encode("utf-8", "replace") == raw


def raw_name(name: str | os.PathLike[str]) -> bytes:
    """The bytes the file system holds for a name that Python gave."""
    return os.fsencode(name)


def must_be_text(path: Path) -> None:
    """Raise :class:`UsageError` for a path with bytes that are not UTF-8: what reads and writes PDFs cannot name such a
    file, and would call one damaged that is not."""
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "This path holds bytes that are no text (UTF-8), and nothing can be written there.",
            item=shown(str(path)),
            todo="Rename that folder or file, or name another one.",
        ) from None


def words(text: str, what: str, *, lines: bool = False) -> str:
    """A person's words without blanks around them. Raises :class:`UsageError` for control characters (line breaks
    and tabs aside where ``lines`` may be several) and for bytes that are not UTF-8: neither can be kept or printed."""
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in allowed for char in text):
        raise UsageError(f"The {what} holds characters that cannot be printed.", todo="Type it again without them.")
    return text.strip()


def shown(text: str) -> str:
    """A text fit for a screen or a page: control, bidi and unassigned characters as ``\\u{…}`` escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as Python carries it
        return f"\\x{code - 0xDC00:02x}"
    hidden = char in _BIDI or unicodedata.category(char) in _HIDDEN_CATEGORIES
    return f"\\u{{{code:x}}}" if hidden else char
