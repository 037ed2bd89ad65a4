"""Documents as blocks, by pandoc in its sandbox: headings, paragraphs, lists, tables and notes, as data.

pandoc reads and nothing more; its own writers, whose mark-up a typesetter would obey, are not used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.media.outside import programs, run
from evidencekit.printing.blocks import Block, Span

NAME = "pandoc"
SECONDS = 60.0
_MEMORY = 2 << 30
_DEEPEST = 40
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,20})?)(in|pt|cm|mm|px)")
_UNITS = {"in": 72.0, "pt": 1.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75}
_STYLES = {
    "Emph": "i",
    "Strong": "b",
    "Strikeout": "s",
    "Underline": "u",
    "SmallCaps": "",
    "Superscript": "^",
    "Subscript": "_",
}


@dataclass(frozen=True, slots=True)
class Converted:
    """A document's blocks, which pandoc made them, and the names of the pictures it shows."""

    blocks: list[Block]
    version: str
    pictures: list[str]


def there() -> bool:
    """Whether a worker may start it."""
    return NAME in programs()


def convert(document: Path, form: str, folder: Path) -> Converted:
    """A document that lies in ``folder``, of pandoc's format ``form``, as blocks. Raises
    :class:`~evidencekit.errors.ReaderError` when pandoc makes nothing of it."""
    arguments = ["--sandbox", f"--from={form}", "--to=json", "--output=blocks.json", document.name]
    if form == "docx":
        arguments.append("--track-changes=all")
    ran = run(NAME, arguments, folder, SECONDS, memory_bytes=_MEMORY)
    made = folder / "blocks.json"
    if not ran.ok or not made.is_file():
        what = "took too long over it" if ran.code is None else "could not make sense of it"
        raise ReaderError(f"pandoc {what}.", todo="Look at the native file.")
    said = run(NAME, ["--version"], folder, SECONDS).out.split(b"\n", 1)[0].decode("ascii", "replace")
    try:
        with made.open(encoding="utf-8") as file:
            tree = json.load(file)
        reading = _Reading()
        return Converted(reading.blocks(tree["blocks"], 0), said.removeprefix("pandoc").strip(), reading.pictures)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise ReaderError("pandoc's answer could not be read.", todo="Look at the native file.") from None


class _Reading:
    """pandoc's tree of JSON as blocks."""

    def __init__(self) -> None:
        self.pictures: list[str] = []

    def blocks(self, found: Sequence[Mapping[str, Any]], depth: int) -> list[Block]:
        made: list[Block] = []
        if depth > _DEEPEST:
            return [["p", [["", "[nested too deeply to be printed]"]]]]
        for each in found:
            made += self._block(each["t"], each.get("c"), depth)
        return made

    def _block(self, kind: str, c: Any, depth: int) -> list[Block]:
        if kind in ("Para", "Plain"):
            return [["p", self.spans(c)]]
        if kind == "Header":
            return [["h", min(int(c[0]), 6), self.spans(c[2])]]
        if kind in ("CodeBlock", "RawBlock"):
            return [["code", str(c[1])]]
        if kind == "BlockQuote":
            return [["q", self.blocks(c, depth + 1)]]
        if kind == "LineBlock":
            return [["p", self.spans(line)] for line in c]
        if kind == "HorizontalRule":
            return [["rule"]]
        if kind == "BulletList":
            return [["ul", [self.blocks(entry, depth + 1) for entry in c]]]
        if kind == "OrderedList":
            return [["ol", int(c[0][0]), [self.blocks(entry, depth + 1) for entry in c[1]]]]
        if kind == "DefinitionList":
            return [block for term, meanings in c for block in self._definition(term, meanings, depth)]
        if kind == "Table":
            return [self._table(c, depth)]
        if kind == "Figure":
            return [*self.blocks(c[2], depth + 1), *self.blocks(c[1][1], depth + 1)]
        if kind == "Div":
            return self.blocks(c[1], depth + 1)
        return []

    def _definition(self, term: Any, meanings: Any, depth: int) -> list[Block]:
        return [
            ["p", self.spans(term, "b")],
            *(["q", self.blocks(meaning, depth + 1)] for meaning in meanings),
        ]

    def _table(self, c: Any, depth: int) -> Block:
        widths = [each[1].get("c") for each in c[2]]
        sides = [each[0]["t"] for each in c[2]]
        heads = [self._row(row, sides, depth) for row in c[3][1]]
        rows = [self._row(row, sides, depth) for body in c[4] for row in (*body[2], *body[3])]
        rows += [self._row(row, sides, depth) for row in c[5][1]]
        return ["table", [float(w) if w else 0.0 for w in widths], heads, rows]

    def _row(self, row: Any, sides: list[str], depth: int) -> list[Any]:
        made = []
        for number, cell in enumerate(row[1]):
            side = cell[1]["t"]
            if side == "AlignDefault" and number < len(sides):
                side = sides[number]
            inside = self.blocks(cell[4], depth + 1)
            made.append([side.removeprefix("Align").lower(), int(cell[2]), int(cell[3]), inside])
        return made

    def spans(self, found: Sequence[Mapping[str, Any]], style: str = "") -> list[Span]:
        made: list[Span] = []
        for each in found:
            for span in self._span(each["t"], each.get("c"), style):
                if made and made[-1][0] == span[0] and span[0] not in ("note", "img"):
                    made[-1] = [span[0], made[-1][1] + span[1]]
                else:
                    made.append(span)
        return made

    def _span(self, kind: str, c: Any, style: str) -> list[Span]:
        if kind == "Str":
            return [[style, str(c)]]
        if kind in ("Space", "SoftBreak"):
            return [[style, " "]]
        if kind == "LineBreak":
            return [[style, "\n"]]
        if kind in _STYLES:
            return self.spans(c, "".join(sorted({*style, *_STYLES[kind]})))
        if kind in ("Code", "Math", "RawInline"):
            return [["".join(sorted({*style, "m"})), str(c[1])]]
        if kind == "Quoted":
            marks = "‘’" if c[0]["t"] == "SingleQuote" else "“”"
            return [[style, marks[0]], *self.spans(c[1], style), [style, marks[1]]]
        if kind == "Link":
            return self._link(c, style)
        if kind == "Image":
            name, pairs = str(c[2][0]), dict(c[0][2])
            self.pictures.append(name)
            alike = "".join(str(span[1]) for span in self.spans(c[1]) if span[0] not in ("note", "img"))
            return [["img", name, _points(pairs.get("width", "")), _points(pairs.get("height", "")), alike]]
        if kind == "Note":
            words = [span for block in self.blocks(c, 1) if block[0] == "p" for span in (*block[1], ["", " "])]
            return [["note", words[:-1]]]
        if kind == "Cite":
            return self.spans(c[1], style)
        if kind == "Span":
            return self._marked(c, style)
        return []

    def _link(self, c: Any, style: str) -> list[Span]:
        """The words of a link, and where it leads when they do not say so."""
        words, target = self.spans(c[1], style), str(c[2][0])
        said = "".join(str(span[1]) for span in words if span[0] not in ("note", "img"))
        if not target or target.startswith("#") or target.removeprefix("mailto:") in said:
            return words
        return [*words, [style, f" ({target})"]]

    def _marked(self, c: Any, style: str) -> list[Span]:
        """Tracked changes and comments, which Word keeps beside the words, are printed as such."""
        classes, pairs = c[0][1], dict(c[0][2])
        who = pairs.get("author", "")
        if "deletion" in classes:
            return self.spans(c[1], "".join(sorted({*style, "s"})))
        if "insertion" in classes:
            return self.spans(c[1], "".join(sorted({*style, "u"})))
        if "comment-start" in classes:
            words = self.spans(c[1], "i")
            return [["i", f"[comment{' by ' + who if who else ''}: "], *words, ["i", "]"]]
        return self.spans(c[1], style)


def _points(length: str) -> float:
    """A length of a picture in points; 0 when it is none, or relative."""
    found = _LENGTH.fullmatch(length)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0
