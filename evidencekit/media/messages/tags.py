"""The tags of an XML export one after the other, in constant memory, whatever the export breaks of XML's rules.

Phone backups hold what no XML parser takes: emoji as two references to surrogates, references to control characters,
a file that breaks off. They hold no text between tags and need no entity but XML's own five, so none other is ever
resolved, and a document type is passed over unread.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from evidencekit.media.writing import BLANKED

CHUNK = 1 << 20
LONGEST_VALUE = 1 << 20  # characters of an attribute that is not poured into a file
_TAIL = 1 << 16  # a tag that is not whole within so many characters is read attribute by attribute
_WHOLE = re.compile(r"<(/?[A-Za-z_][\w.:-]{0,60}+)((?:\s++[\w.:-]{1,60}+\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'))*+)\s*+(/?)>")
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NAME = re.compile(r"<(/?[A-Za-z_][\w.:-]{0,60})")
_NEXT = re.compile(r"\s*([\w.:-]{1,60})\s*=\s*([\"'])")
_END = re.compile(r"\s*(/?)>")
_REFERENCE = re.compile(r"&(#[xX][0-9A-Fa-f]{1,8}|#[0-9]{1,9}|lt|gt|amp|quot|apos);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_PASSED = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))

Pour = Callable[[str, Iterable[str]], str]
"""Takes the pieces of a large attribute (tag name, pieces) and gives the value that stands for it."""


@dataclass(slots=True)
class Tag:
    """One tag: its lower-case ``name``, its attributes, and whether it ``opens`` or ``closes`` an element (both, when
    it is empty)."""

    name: str
    opens: bool
    closes: bool
    attributes: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """An attribute's value; an empty text for none, and for the word “null” that stands for none."""
        value = self.attributes.get(name, "")
        return "" if value == "null" else value


class Tags:
    """Iterates over the tags of ``file``. Afterwards ``faults`` says how many places were no XML and were passed over,
    ``unfinished`` whether the file breaks off inside a tag, ``doctype`` whether it declares one, and ``cut`` how many
    attributes were longer than can be kept."""

    def __init__(self, file: BinaryIO, encoding: str, large: tuple[str, str], pour: Pour) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._large = large
        self._pour = pour
        self._text = ""
        self._at = 0
        self._ended = False
        self.faults = 0
        self.cut = 0
        self.unfinished = False
        self.doctype = False

    def __iter__(self) -> Iterator[Tag]:
        while True:
            start = self._text.find("<", self._at)
            if start < 0:
                self._at = len(self._text)
                if not self._more():
                    return
                continue
            self._at = start
            found = _WHOLE.match(self._text, start)
            if found:
                self._at = found.end()
                yield self._tag(found[1], found[2], bool(found[3]))
            elif len(self._text) - start < _TAIL and self._more():
                continue
            elif (tag := self._odd()) is not None:
                yield tag

    def _more(self) -> bool:
        """Reads on; False when there is nothing more. What lies before the place reached is let go."""
        if self._ended:
            return False
        raw = self._file.read(CHUNK)
        self._ended = not raw
        self._text = self._text[self._at :] + self._decoder.decode(raw, self._ended)
        self._at = 0
        return not self._ended

    def _tag(self, name: str, attributes: str, empty: bool) -> Tag:
        plain = "&" not in attributes
        values = {
            key: one or two if plain else value_of(one or two) for key, one, two in _ATTRIBUTE.findall(attributes)
        }
        return self._made(name, values, empty)

    def _made(self, name: str, values: dict[str, str], empty: bool, poured: bool = False) -> Tag:
        closing = name.startswith("/")
        name = name.lstrip("/").lower()
        tag, large = self._large
        if name == tag and not poured and len(values.get(large, "")) > 0:
            values[large] = self._pour(name, (values[large],))
        return Tag(name, not closing, closing or empty, values)

    def _odd(self) -> Tag | None:
        """What stands here is no whole tag: something to pass over, a very long tag, or damage."""
        for start, end in _PASSED:
            if self._text.startswith(start, self._at):
                self._pass(end)
                return None
        if self._text[self._at : self._at + 9].upper() == "<!DOCTYPE":
            self.doctype = True
            declared = re.compile(r"[^\[>]*").match(self._text, self._at)
            within = declared is not None and self._text[declared.end() : declared.end() + 1] == "["
            self._pass("]>" if within else ">")
            return None
        return self._long()

    def _pass(self, end: str) -> None:
        while (at := self._text.find(end, self._at)) < 0:
            self._at = max(self._at, len(self._text) - len(end) + 1)
            if not self._more():
                self._at = len(self._text)
                self.unfinished = True
                return
        self._at = at + len(end)

    def _long(self) -> Tag | None:
        """A tag read attribute by attribute; None when it is damaged or breaks off."""
        named = _NAME.match(self._text, self._at)
        if named is None:
            self._damaged()
            return None
        self._at = named.end()
        values: dict[str, str] = {}
        while True:
            if len(self._text) - self._at < 1_000:
                self._more()
            end = _END.match(self._text, self._at)
            if end:
                self._at = end.end()
                return self._made(named[1], values, bool(end[1]), poured=True)
            key = _NEXT.match(self._text, self._at)
            if key is None:
                self._damaged()
                return None
            self._at = key.end()
            pieces = self._pieces(key[2])
            if (named[1].lower(), key[1]) == self._large:
                values[key[1]] = self._pour(named[1].lower(), pieces)
            else:
                values[key[1]] = self._kept(pieces)
            if self.unfinished:
                return None

    def _pieces(self, quote: str) -> Iterator[str]:
        """The value up to its closing quote; sets ``unfinished`` when the file ends before it."""
        while (end := self._text.find(quote, self._at)) < 0:
            piece, self._at = self._text[self._at :], len(self._text)
            if piece:
                yield piece
            if not self._more():
                self.unfinished = True
                return
        piece, self._at = self._text[self._at : end], end + 1
        yield piece

    def _kept(self, pieces: Iterable[str]) -> str:
        kept, length = [], 0
        for piece in pieces:
            if length < LONGEST_VALUE:
                kept.append(piece[: LONGEST_VALUE - length])
            length += len(piece)
        self.cut += length > LONGEST_VALUE
        return value_of("".join(kept))

    def _damaged(self) -> None:
        if self._ended and ">" not in self._text[self._at :]:
            self.unfinished = True
        else:
            self.faults += 1
        self._at += 1


def value_of(raw: str) -> str:
    """An attribute's value: references resolved, two surrogates one character, line ends LF, and U+FFFD for every
    control character that text does not have."""
    if "&" in raw:
        raw = _REFERENCE.sub(_resolved, raw)
    if not raw.isascii() and _SURROGATE.search(raw):
        raw = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if not raw.isprintable():
        raw = raw.replace("\r\n", "\n").replace("\r", "\n").translate(BLANKED)
    return raw


def _resolved(found: re.Match[str]) -> str:
    name = found[1]
    if not name.startswith("#"):
        return _NAMED[name]
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if number <= 0x10FFFF else "\ufffd"
