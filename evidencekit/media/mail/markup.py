"""The HTML of a mail as words: links with the address they really lead to, and said aloud what a reader could not see.

Nothing is rendered, run or fetched. Only styles that stand at an element itself are heeded, not style sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

OPEN, CLOSE = "\ufdd0", "\ufdd1"  # no characters; between them stands the Content-ID of a picture in its place
_QUOTE, _UNQUOTE = "\ufdd2", "\ufdd3"
_DEEPEST_QUOTE = 10
_MARKS = dict.fromkeys(map(ord, (OPEN, CLOSE, _QUOTE, _UNQUOTE)))
_MOST = 200
_LONGEST_ADDRESS = 2_000
_BLOCK_TAGS = """p div tr table h1 h2 h3 h4 h5 h6 li ul ol blockquote pre hr dt dd section article center address"""
_INLINE_TAGS = """a span font b i u s em strong small big sub sup code tt td th img br label button"""
_WORDLESS_TAGS = """script style head title template noscript svg math"""
_BLOCKS, _INLINE = frozenset(_BLOCK_TAGS.split()), frozenset(_INLINE_TAGS.split())
_NEVER_WORDS = frozenset(_WORDLESS_TAGS.split())
_STYLED = frozenset({"style", "hidden", "color", "bgcolor", "size"})
_VOID = frozenset({"br", "hr", "img"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_REMOTE = re.compile(
    r"""(?:\b(?:src|background|poster|srcset|data)\s*=\s*["']?|url\(\s*["']?|@import\s+["'])\s*((?:https?:)?//[^\s"'<>)]{1,500})""",
    re.I,
)
_COLOURS = {"white": "ffffff", "black": "000000", "transparent": ""}
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,([\d.]{1,8})%?)?\)")
_NOUGHT = re.compile(r"0(?:\.\d{1,4})?(?:px|pt|em|rem|%|in|mm|cm)?|1px")


@dataclass(slots=True)
class Words:
    """What was found: the ``text`` (pictures in their place as markers), remote references, hidden words, tracking
    pixels, and links whose words name another address than they lead to."""

    text: str = ""
    remote: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    pixels: list[str] = field(default_factory=list)
    misleading: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def words_of(markup: str) -> Words:
    """The words of a mail's HTML."""
    import nh3

    markup = markup.encode("utf-8", "replace").decode("utf-8").translate(_MARKS)
    found = Words(remote=list(dict.fromkeys(_REMOTE.findall(markup)))[:_MOST])
    safe = nh3.clean(
        markup,
        tags=set(_BLOCKS | _INLINE),
        attributes={"*": set(_STYLED), "a": {"href"}, "img": {"src", "width", "height", "alt"}},
        url_schemes={"http", "https", "mailto", "tel", "sms", "ftp", "cid", "data", "file", "javascript"},
        clean_content_tags=set(_NEVER_WORDS),
        strip_comments=True,
        link_rel=None,
    )
    walk = _Walk(found)
    walk.feed(safe)
    walk.close()
    found.text = walk.text()
    return found


@dataclass(slots=True)
class _Element:
    tag: str
    gone: bool  # with everything inside it
    hidden: bool  # its own words, if only because they have the colour of the paper
    ink: str
    paper: str | None  # None: a picture or gradient, against which nothing can be told
    href: str = ""
    at: int = 0


class _Walk(HTMLParser):
    """Goes over mark-up that nh3 has made well-formed."""

    def __init__(self, found: Words) -> None:
        super().__init__(convert_charrefs=True)
        self._found = found
        self._out: list[str] = []
        self._stack = [_Element("", gone=False, hidden=False, ink="000000", paper="ffffff")]
        self._secret: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        top = self._stack[-1]
        if tag in _BLOCKS:
            self._put("\n")
        if tag == "br":
            self._put("\n")
        elif tag == "img":
            self._picture(said, hidden=top.gone or _conceals(_style(said.get("style", ""))))
        elif tag == "li":
            self._put("• ")
        elif tag == "blockquote":
            self._out.append(f"{_QUOTE}\n")
        if tag not in _VOID:
            self._stack.append(self._element(tag, said, top))

    def _element(self, tag: str, said: dict[str, str], top: _Element) -> _Element:
        style = _style(said.get("style", ""))
        ink = _colour(style.get("color") or said.get("color") or "", top.ink)
        shade = style.get("background-color") or style.get("background") or said.get("bgcolor") or ""
        paper = _colour(shade, top.paper or "") if shade else top.paper
        paper = None if "url(" in shade or "gradient" in shade else paper
        gone = top.gone or "hidden" in said or _conceals(style)
        return _Element(
            tag, gone, gone or ink == paper, ink, paper, said.get("href", "")[:_LONGEST_ADDRESS], len(self._out)
        )

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or len(self._stack) < 2:
            return
        element = self._stack.pop()
        if element.tag == "a" and element.href and not element.hidden:
            self._link(element)
        if element.hidden and not self._stack[-1].hidden:
            self._tell_hidden()
        if element.tag in ("td", "th"):
            self._put("\t")
        if element.tag == "blockquote":
            self._out.append(f"\n{_UNQUOTE}")
        if element.tag in _BLOCKS:
            self._put("\n")

    def handle_data(self, data: str) -> None:
        self._put(_SPACES.sub(" ", data))

    def _put(self, words: str) -> None:
        (self._secret if self._stack[-1].hidden else self._out).append(words)

    def _tell_hidden(self) -> None:
        words = _folded("".join(self._secret))
        self._secret.clear()
        # A run of invisible fillers behind a preview line is no message to anybody.
        if any(letter.isalnum() for letter in words):
            self._found.hidden.append(words[:1_000])
            self._out.append(f" [hidden text: {words}] ")

    def _link(self, element: _Element) -> None:
        shown = _folded("".join(self._out[element.at :]))
        address = element.href.strip()
        bare = address.removeprefix("mailto:").removeprefix("tel:")
        if address.startswith("#") or shown.rstrip("/").casefold() in (address.rstrip("/").casefold(), bare.casefold()):
            return
        named, true = _host(shown), _host(address)
        if named and true and not (true == named or true.endswith("." + named)):
            self._found.misleading.append(f"“{shown[:200]}” leads to {address[:300]}")
        self._out.append(f" [link: {address}]")

    def _picture(self, said: dict[str, str], *, hidden: bool) -> None:
        source, name = said.get("src", "").strip(), _folded(said.get("alt", ""))[:200]
        if source.lower().startswith("cid:"):
            self._found.pictures.append(source[4:])
            self._out.append(f"\n{OPEN}{source[4:]}{CLOSE}\n")
            return
        style = _style(said.get("style", ""))
        sides = [said.get(side) or style.get(side, "") for side in ("width", "height")]
        if source.lower().startswith(("http:", "https:", "//")):
            tiny = all(re.fullmatch(r"[0-2](?:\.0)?(?:px)?", side) for side in sides)
            if tiny or hidden:
                self._found.pixels.append(source[:300])
                self._out.append(" [tracking picture, not fetched] ")
            else:
                self._out.append(f" [remote picture, not fetched{': ' + name if name else ''}] ")
        elif source:
            self._out.append(f" [picture{': ' + name if name else ''}] ")

    def text(self) -> str:
        """The words, one block a line."""
        if self._secret:
            self._tell_hidden()
        text = "".join(self._out).replace("\0", "").replace("\xa0", " ")
        lines = [re.sub(r" *\t[ \t]*", "\t", re.sub(r"  +", " ", line)).strip() for line in text.split("\n")]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(_quoted(lines)))
        return text.strip("\n")


def _quoted(lines: list[str]) -> Iterator[str]:
    """The lines, those inside a quotation with as many “>” before them as it is deep."""
    depth = 0
    for line in lines:
        depth += line.count(_QUOTE) - line.count(_UNQUOTE)
        bare = line.translate(_MARKS) if OPEN not in line else line
        if line and not bare:
            continue
        yield bare if not depth or OPEN in line or not bare else f"{'>' * min(depth, _DEEPEST_QUOTE)} {bare}"


def _folded(words: str) -> str:
    return " ".join(words.replace("\xa0", " ").split())


def _style(text: str) -> dict[str, str]:
    pairs = (each.partition(":") for each in text[:5_000].lower().split(";"))
    return {
        name.strip(): "".join(value.replace("!important", "").split())
        for name, colon, value in pairs
        if colon and name.strip()
    }


def _conceals(style: dict[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if style.get("mso-hide") == "all" or re.fullmatch(r"0(?:\.0\d*)?%?", style.get("opacity", "")):
        return True
    if _NOUGHT.fullmatch(style.get("font-size", "")):
        return True
    if style.get("overflow") == "hidden" and any(
        _NOUGHT.fullmatch(style.get(name, "")) for name in ("height", "width", "max-height", "max-width")
    ):
        return True
    return bool(re.fullmatch(r"-\d{3,6}(?:px|pt|em)", style.get("text-indent", "")))


def _colour(text: str, otherwise: str) -> str:
    """A colour as six hexadecimal digits; ``otherwise`` where it is not one, or lets through what lies behind."""
    text = "".join(text.lower().split())
    if found := re.search(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])", text):
        return found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    if found := _RGB.search(text):
        if found[4] and float(found[4].strip(".") or 0) == 0:
            return otherwise
        return "".join(f"{min(255, int(part)):02x}" for part in found.groups()[:3])
    return next((value for name, value in _COLOURS.items() if value and text.startswith(name)), otherwise)


def _host(text: str) -> str:
    """The host that a text names, when it looks like an address at all."""
    found = re.match(
        r"(?:https?://)?(?:[^/@\s]{1,100}@)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?=[/:?#\s]|$)", text.lower()
    )
    return found[1].removeprefix("www.") if found else ""
