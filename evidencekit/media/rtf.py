"""Rich Text Format: facts, what could act, and the words. Source: RTF specification 1.9.1.

One pass over control words and groups; nothing is looked up, rendered or followed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evidencekit.media.notes import Notes

LARGEST = 128 << 20
LONGEST = 64 << 20
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z\r\n])|\\(\r?\n)|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_DEEPEST = 200
_INFO = {
    b"title": "title",
    b"subject": "subject",
    b"author": "author",
    b"operator": "last_modified_by",
    b"manager": "manager",
    b"company": "company",
    b"category": "category",
    b"keywords": "keywords",
    b"doccomm": "description",
    b"generator": "application",
}
_TIMES = {b"creatim": "created", b"revtim": "modified", b"printim": "printed"}
_NUMBERS = {
    b"nofpages": "pages",
    b"nofwords": "words",
    b"nofchars": "characters",
    b"edmins": "minutes_edited",
    b"version": "revision",
}
_CLOCK = (b"yr", b"mo", b"dy", b"hr", b"min", b"sec")
# Groups whose words are no words of the document.
_SKIPPED = frozenset(
    b"""fonttbl colortbl stylesheet listtable listoverridetable rsidtbl themedata colorschememapping datastore
    latentstyles pict
    objdata objclass objname fldinst datafield xmlnstbl wgrffmtfilter mmathPr pgptbl listtext filetbl template
    nextfile bkmkstart bkmkend shpinst picprop blipuid panose falt revtbl passwordhash generator info""".split()
)
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"cell": "\t",
    b"tab": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": " ",
    b"enspace": " ",
}
_HEADED = {
    b"header": "Header",
    b"footer": "Footer",
    b"headerf": "Header",
    b"footerf": "Footer",
    b"footnote": "Footnote",
    b"annotation": "Comment",
}
_FIELD = re.compile(rb"\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|LINK|MACROBUTTON|DATABASE)\b")
_REMOTE = re.compile(rb"(?:https?|ftp|file|smb):[^\s\"\\{}]{1,500}", re.I)
# Groups that lead outside or hold what could act; none of them is a word of the document.
_LEADING_OUT = frozenset(b"fldinst template nextfile objdata filetbl datafield".split())


@dataclass(slots=True)
class _Group:
    destination: bytes = b""
    skipped: bool = False
    deleted: bool = False
    hidden: bool = False
    fallback: int = 1
    words: list[str] = field(default_factory=list)
    encoding: str = "cp1252"


def read(raw: bytes, notes: Notes) -> Iterator[str]:
    """The words in pieces; facts, moments and what could act go to ``notes``. Ends where the outermost group ends."""
    seen: set[str] = set()
    remote: list[bytes] = []
    clocks: dict[bytes, dict[bytes, int]] = {}
    yield from _Reading(raw, notes, seen, remote, clocks).pieces()
    for name, clock in clocks.items():
        _moment(name, clock, notes)
    notes.fact("active_content", sorted(seen), "rtf control words")
    if seen:
        notes.warn(f"The document holds active content ({', '.join(sorted(seen))}); nothing of it was run or fetched.")
    if remote:
        found = list(dict.fromkeys(each.decode("latin-1") for each in remote))[:200]
        notes.fact("remote_references", found, "rtf fields; never fetched")


class _Reading:
    def __init__(
        self, raw: bytes, notes: Notes, seen: set[str], remote: list[bytes], clocks: dict[bytes, dict[bytes, int]]
    ) -> None:
        self._raw, self._notes, self._seen, self._remote, self._clocks = raw, notes, seen, remote, clocks
        self._groups = [_Group()]
        self._starred = False
        self._skip = 0
        self._bytes = bytearray()
        self._high = ""

    def pieces(self) -> Iterator[str]:
        for token in _TOKEN.finditer(self._raw):
            word, number, code, sign, line, brace, plain = token.groups()
            group = self._groups[-1]
            if code or plain:
                if self._skip and code:
                    self._skip -= 1
                    continue
                if plain and self._skip:
                    cut = min(self._skip, len(plain))
                    plain, self._skip = plain[cut:], self._skip - cut
                self._bytes += bytes.fromhex(code.decode()) if code else plain
                if len(self._bytes) > 1 << 16:
                    yield from self._flush()
                continue
            yield from self._flush()
            if brace == b"{":
                self._open()
            elif brace == b"}":
                yield from self._close()
                if not self._groups:
                    return
            elif word:
                yield from self._word(word, number, group)
            elif sign:
                if sign == b"*":
                    self._starred = True
                else:
                    yield from self._say({b"~": "\u00a0", b"_": "\u2011", b"-": ""}.get(sign, sign.decode("latin-1")))
            elif line:
                yield from self._say("\n")
        yield from self._flush()

    def _open(self) -> None:
        above = self._groups[-1]
        if len(self._groups) >= _DEEPEST:
            self._notes.warn("The document's groups are nested too deeply; some words may be missing.")
        self._groups.append(
            _Group(above.destination, above.skipped, above.deleted, above.hidden, above.fallback, [], above.encoding)
        )
        self._starred = False

    def _close(self) -> Iterator[str]:
        closed = self._groups.pop()
        if not self._groups:
            return
        above = self._groups[-1]
        words = "".join(closed.words)
        if closed.destination != above.destination:
            self._ended(closed, words)
            return
        above.words.append(words)
        if len(self._groups) == 1:
            yield from self._give()

    def _ended(self, closed: _Group, words: str) -> None:
        above, name = self._groups[-1], closed.destination
        if name in _INFO:
            self._notes.fact(_INFO[name], words, f"rtf \\{name.decode()}")
        elif name in _HEADED and words.strip():
            above.words.append(f"\n[{_HEADED[name]}: {words.strip()}]\n")
        elif name in (b"fldinst", b"template", b"nextfile", b"objclass", b"datafield"):
            raw = words.encode("latin-1", "replace")
            self._seen.update(f"{each.decode()} field" for each in _FIELD.findall(raw))
            if name == b"template" or (name == b"fldinst" and _FIELD.search(raw)):
                self._remote += _REMOTE.findall(raw)
            if name == b"template" and _REMOTE.search(raw):
                self._seen.add("remote template")
            if name == b"objclass":
                self._notes.fact("embedded_objects", words, "rtf \\objclass")

    def _word(self, word: bytes, number: bytes | None, group: _Group) -> Iterator[str]:
        value = int(number) if number else None
        if word == b"bin" and value:
            self._skip = 0  # the bytes of pictures; what follows them is read as it comes
        elif word == b"ansicpg" and value:
            group.encoding = _code_page(value)
        elif word == b"uc" and value is not None:
            group.fallback = max(0, min(value, 20))
        elif word == b"u" and value is not None:
            yield from self._character(value & 0xFFFF)
            self._skip = group.fallback
        elif word in (b"deleted", b"v"):
            on = value != 0
            group.deleted = on if word == b"deleted" else group.deleted
            group.hidden = on if word == b"v" else group.hidden
        elif word == b"plain":
            group.hidden = group.deleted = False
        elif word in _BREAKS:
            yield from self._say(_BREAKS[word])
        elif word in _CLOCK and value is not None and group.destination in _TIMES:
            self._clocks.setdefault(group.destination, {})[word] = value
        elif word in _NUMBERS and value is not None:
            self._notes.fact(_NUMBERS[word], value, f"rtf \\{word.decode()}")
        elif word in (b"objemb", b"objlink", b"objautlink", b"objocx"):
            self._seen.add(
                "linked object" if b"link" in word else "ActiveX control" if word == b"objocx" else "embedded object"
            )
        elif word in _INFO or word in _TIMES or word in _HEADED or word in _SKIPPED or self._starred:
            group.destination = word
            group.skipped = word in _SKIPPED or (self._starred and word not in _INFO and word not in _HEADED)
            if word in (b"shppict", b"nonshppict", b"atnid", b"atnauthor", b"atntime"):
                group.skipped = True
        self._starred = False

    def _character(self, unit: int) -> Iterator[str]:
        """One UTF-16 unit; two halves make one character."""
        if 0xD800 <= unit < 0xDC00:
            self._high = chr(unit)
        elif self._high and 0xDC00 <= unit < 0xE000:
            high, self._high = self._high, ""
            yield from self._say((high + chr(unit)).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        else:
            self._high = ""
            yield from self._say("\ufffd" if 0xD800 <= unit < 0xE000 else chr(unit))

    def _flush(self) -> Iterator[str]:
        if self._bytes:
            words, self._bytes = self._bytes.decode(self._groups[-1].encoding, "replace"), bytearray()
            yield from self._say(words)

    def _say(self, words: str) -> Iterator[str]:
        group = self._groups[-1]
        if group.skipped and group.destination not in (b"fldinst", b"template", b"nextfile", b"objclass", b"generator"):
            return
        if words.strip() and group.destination not in _INFO and not group.skipped:
            words = f"[deleted: {words}]" if group.deleted else f"[hidden: {words}]" if group.hidden else words
        group.words.append(words)
        if len(self._groups) <= 2 and len(group.words) > 500:
            yield from self._give()

    def _give(self) -> Iterator[str]:
        for group in self._groups[:2]:
            if not group.destination:
                yield "".join(group.words)
                group.words.clear()


def _code_page(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac-roman"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _moment(name: bytes, clock: dict[bytes, int], notes: Notes) -> None:
    from evidencekit.moments import iso_moment

    parts = [clock.get(key, 0) for key in _CLOCK]
    said = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}".format(*parts)
    basis = f"rtf \\{name.decode()}"
    notes.time(iso_moment(said, basis=basis), said, f"time {_TIMES[name]}", basis)


def without_outside(raw: bytes) -> bytes:
    """The document without the groups that lead out of it: field instructions, templates, objects. What a field last
    showed is a group of its own and stays."""
    kept, at, depth, dropped = bytearray(), 0, 0, 0
    openings: list[int] = []
    for token in _TOKEN.finditer(raw):
        word, brace = token[1], token[6]
        if brace == b"{":
            depth += 1
            openings.append(token.start())
        elif brace == b"}" and openings:
            depth -= 1
            openings.pop()
            if dropped and depth < dropped:
                dropped, at = 0, token.end()
        elif word in _LEADING_OUT and not dropped and openings:
            kept += raw[at : openings[-1]]
            kept += b"{}"  # a control word before it must not run into what follows
            dropped = depth
    if not dropped:
        kept += raw[at:]
    return bytes(kept)
