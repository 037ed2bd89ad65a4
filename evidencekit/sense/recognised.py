"""Recognised words as values: checked when they come from a worker, put together as text, doubtful words marked.

The shape is that of :mod:`evidencekit.media.ocr`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evidencekit.sense.text import Row

_LONGEST = 4_000  # characters of one line
_MOST_LINES, _MOST_WORDS = 200_000, 1_000
_BESIDE = 1.5  # a gap of more than this by the line's height parts two columns
MARKS = ("⟦", "?⟧")


def checked(data: Any) -> dict[str, Any]:
    """The result again, holding nothing but what it should: a worker may have been taken over by what it read.

    Raises ``ValueError``, ``TypeError``, ``KeyError`` or ``AttributeError`` when it is none."""
    pages, lines = [], 0
    for page in data["pages"]:
        lines += len(page["lines"]) + len(page["suppressed"])
        if lines > _MOST_LINES:
            raise ValueError
        pages.append(
            {
                **{name: _whole(page[name]) for name in ("page", "width", "height")},
                "lines": [_line(line) for line in page["lines"]],
                "suppressed": [_words(line) for line in page["suppressed"]],
            }
        )
    return {"total": _whole(data["total"]), "pages": pages}


def _line(line: Any) -> dict[str, Any]:
    words = [
        {**_words(word), **({"doubtful": True} if word.get("doubtful") is True else {})}
        for word in line["words"][:_MOST_WORDS]
    ]
    return {**_words(line), "row": _whole(line["row"]), "words": words}


def _words(found: Any) -> dict[str, Any]:
    text, box, confidence = found["text"], [_whole(each) for each in found["box"]], float(found["confidence"])
    if not isinstance(text, str) or len(box) != 4 or not 0 <= confidence <= 1:
        raise ValueError
    plain = "".join(char if char.isprintable() else " " for char in text[:_LONGEST])
    return {"text": plain, "box": box, "confidence": confidence}


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise ValueError
    return value


def rows_of(data: Mapping[str, Any], *, marked: bool = False) -> Iterator[Row]:
    """The words as they stand on the pages, row by row; lines far apart in one row with two spaces between them.
    ``marked``: doubtful words within :data:`MARKS`."""
    for page in data.get("pages", ()):
        rows: dict[int, list[Mapping[str, Any]]] = {}
        for line in page["lines"]:
            rows.setdefault(line["row"], []).append(line)
        for number, (_, row) in enumerate(sorted(rows.items())):
            doubtful = frozenset(word["text"] for line in row for word in line["words"] if word.get("doubtful"))
            yield Row(_joined(row, marked=marked), page["page"], doubtful, top=number == 0)


def _joined(row: list[Mapping[str, Any]], *, marked: bool) -> str:
    text, before = "", None
    for line in row:
        box = line["box"]
        if before is not None:
            text += "  " if box[0] - before[2] > _BESIDE * (box[3] - box[1]) else " "
        text += _marked(line) if marked else line["text"]
        before = box
    return text


def _marked(line: Mapping[str, Any]) -> str:
    text, at, parts = line["text"], 0, []
    for word in line["words"]:
        found = text.find(word["text"], at)
        if found < 0 or not word.get("doubtful"):
            continue
        parts += [text[at:found], MARKS[0], word["text"], MARKS[1]]
        at = found + len(word["text"])
    return "".join([*parts, text[at:]])


def text_of(data: Mapping[str, Any], *, marked: bool = False) -> str:
    """All of it as text: a line per row, pages apart by an empty line."""
    text, page = [], 0
    for row in rows_of(data, marked=marked):
        if page and row.page != page:
            text.append("")
        page = row.page
        text.append(row.text)
    return "\n".join(text)


def counted(data: Mapping[str, Any]) -> tuple[int, int, int]:
    """How many words there are, how many of them are doubtful, and how many lines were suppressed."""
    words = [word for page in data.get("pages", ()) for line in page["lines"] for word in line["words"]]
    suppressed = sum(len(page["suppressed"]) for page in data.get("pages", ()))
    return len(words), sum(1 for word in words if word.get("doubtful")), suppressed
