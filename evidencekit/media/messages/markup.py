"""Blocks of a page as small trees: what messages are made of in the HTML that services export.

Nothing is rendered, run or fetched. Only one block is held at a time; tags that are never closed, or closed twice, do
no more than blur their own block.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes

_CHUNK = 1 << 20
_MOST_NODES = 50_000
_DEEPEST = 100
_VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
_BLOCK_TAGS = """address article blockquote dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table
tr ul"""
_VOID, BLOCKS = frozenset(_VOID_TAGS.split()), frozenset(_BLOCK_TAGS.split())


@dataclass(slots=True)
class Node:
    """An element: its tag, its classes, its attributes, and what lies in it in order."""

    tag: str
    classes: frozenset[str]
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    def each(self) -> Iterator[Node]:
        """The elements inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.each()

    def first(self, *classes: str) -> Node | None:
        """The first element inside that bears one of the classes."""
        return next((node for node in self.each() if node.classes & set(classes)), None)

    def tagged(self, tag: str) -> Node | None:
        """The first element of that tag inside."""
        return next((node for node in self.each() if node.tag == tag), None)

    def exact(self) -> str:
        """Its text with every space and line break, as a page that keeps them shows it."""
        parts: list[str] = []
        broken = False
        for child in self.children:
            if isinstance(child, str):
                parts.append(child.removeprefix("\n") if broken else child)  # one line end, written twice
            else:
                parts.append("\n" if child.tag == "br" else child.exact())
            broken = not isinstance(child, str) and child.tag == "br"
        return "".join(parts)

    def words(self, without: Callable[[Node], bool] | None = None) -> str:
        """Its text: a line for each block and line break, white space between tags left out, the rest kept."""
        parts: list[str] = []
        _gather(self, parts, without)
        return "".join(parts).replace("\xa0", " ").strip()


def _gather(node: Node, parts: list[str], without: Callable[[Node], bool] | None) -> None:
    for child in node.children:
        if isinstance(child, str):
            if child.strip() or "\n" not in child:
                parts.append(child)
        elif child.tag == "br":
            parts.append("\n")
        elif child.tag not in ("script", "style") and not (without and without(child)):
            block = child.tag in BLOCKS
            if block:
                _line(parts)
            _gather(child, parts, without)
            if block:
                _line(parts)


def _line(parts: list[str]) -> None:
    if parts and not parts[-1].endswith("\n"):
        parts.append("\n")


class Blocks(HTMLParser):
    """Calls ``take`` with each outermost element for which ``wanted`` is true. ``cut`` counts blocks too large to be
    held whole; ``torn``: the page begins and does not end."""

    def __init__(self, wanted: Callable[[Node], bool], take: Callable[[Node], None]) -> None:
        super().__init__(convert_charrefs=True)
        self._wanted, self._take = wanted, take
        self._open: list[Node] = []
        self._nodes = 0
        self._title: list[str] | None = None
        self.title = ""
        self.cut = 0
        self.torn = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._title = []
        elif tag == "html":
            self.torn = True
        attributes = {name: value or "" for name, value in attrs}
        node = Node(tag, frozenset(attributes.get("class", "").replace(",", " ").split()), attributes)
        if not self._open:
            if tag in _VOID or not self._wanted(node):
                return
            self._nodes = 0
        elif self._nodes >= _MOST_NODES:
            self.cut += self._nodes == _MOST_NODES
            self._nodes = _MOST_NODES + 1
            if tag not in _VOID:
                self._open.append(node)  # kept open, so that its end is its own; left out of the tree
            return
        else:
            self._open[-1].children.append(node)
            self._nodes += 1
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self.title, self._title = " ".join("".join(self._title).split()), None
        if tag == "html":
            self.torn = False
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].tag == tag:
                root = self._open[0]
                del self._open[place:]
                if place == 0:
                    self._take(root)
                return

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        if self._open:
            self._open[-1].children.append(data)

    def updatepos(self, i: int, j: int) -> int:
        """Where a tag stands in the file is not asked for, and counting lines takes a tenth of the time."""
        del i
        return j

    def close(self) -> None:
        super().close()
        if self._open:
            root, self._open = self._open[0], []
            self._take(root)


def warn_of_gaps(notes: Notes, walk: Blocks) -> None:
    """Say what of a page was not read."""
    if walk.cut:
        notes.warn(f"Messages too large to be read whole; look at the native file: {walk.cut:,}.")
    if walk.torn:
        notes.warn("The page breaks off; what stands before the break was read. Ask for the export again.")


def go_through(path: Path, wanted: Callable[[Node], bool], take: Callable[[Node], None], job: Job) -> Blocks:
    """Hand every outermost ``wanted`` element of the page at ``path`` to ``take``; gives back the walk, which has the
    page's title. Raises :class:`ReaderError` when it is not text."""
    from evidencekit.media.html import declared_encoding
    from evidencekit.media.text import detect

    with path.open("rb") as file:
        encoding = declared_encoding(file.read(1024)) or detect(path)
        if encoding is None:
            raise ReaderError("The file is not readable as text.", todo="Look at the native file.")
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        walk, done = Blocks(wanted, take), 0
        while raw := file.read(_CHUNK):
            done += len(raw)
            walk.feed(decoder.decode(raw))
            job.step(done, 0, "reading messages")
        walk.feed(decoder.decode(b"", True))
        walk.close()
    return walk
