"""Documents onto paper as blocks of text: headings, paragraphs, lists, tables. Data in, a PDF out, never mark-up.

A block is a JSON list: ``["h", level, spans]``, ``["p", spans]``, ``["code", text]``, ``["q", blocks]``, ``["rule"]``,
``["ul", [blocks…]]``, ``["ol", start, [blocks…]]``, ``["table", widths, heads, rows]`` with rows of cells
``[align, rows, columns, blocks]``. A span is ``[style, text]``, its style letters of b bold, i italic, s struck, u
underlined, m fixed pitch, ^ and _ raised and lowered; or ``["note", spans]``, a footnote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.bound import bind, page_of
from evidencekit.printing.output import rendition_path
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter

Block = list[Any]
Span = list[Any]

PAGE_CAP = 400
_AT_ONCE = 150_000  # characters; bounds the typesetter's memory
_LONGEST = 20_000  # of one paragraph or one code block; a longer one is parted


def block_pages(
    blocks: Sequence[Block], sheet: Sheet, out: Path, job: Job, *, end: str = "", warnings: Sequence[str] = ()
) -> Pages:
    """Prints the blocks onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path). ``end``
    is said small below the last. Raises :class:`~evidencekit.errors.ReaderError`."""
    target = rendition_path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="blocks-", dir=target.parent) as scratch:
            count, whole = bind(_parts(blocks, sheet, Path(scratch), job, end), target, PAGE_CAP)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The document could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault
    more = () if whole else (f"The document is longer than {PAGE_CAP} pages; it continues in the native file.",)
    return Pages(target, count, warnings=(*warnings, *more), whole=whole)


def words(text: str) -> list[Block]:
    """A text's lines as paragraphs."""
    return [["p", [["", line]]] for line in text.split("\n")]


def _parts(blocks: Sequence[Block], sheet: Sheet, scratch: Path, job: Job, end: str) -> Iterator[Path]:
    typesetter = Typesetter()
    lots = list(_lots(blocks)) or [[]]
    for number, lot in enumerate(lots):
        job.step(number, len(lots), "Printing the document")
        part = scratch / f"{number}.pdf"
        last = end if number == len(lots) - 1 else ""
        typesetter.typeset("blocks.typ", {"page": page_of(sheet), "blocks": lot, "end": last}, part)
        yield part


def _lots(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    lot: list[Block] = []
    size = 0
    for block in _parted(blocks):
        length = _length(block)
        if lot and size + length > _AT_ONCE:
            yield lot
            lot, size = [], 0
        lot.append(block)
        size += length
    if lot:
        yield lot


def _parted(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, long tables and long texts in several."""
    for block in blocks:
        if block[0] == "table" and _length(block) > _AT_ONCE:
            rows, some, size = block[3], [], 0
            for row in rows:
                some.append(row)
                size += _length(row)
                if size > _AT_ONCE // 2:
                    yield ["table", block[1], block[2], some]
                    some, size = [], 0
            if some:
                yield ["table", block[1], block[2], some]
        elif block[0] == "code" and len(block[1]) > _LONGEST:
            lines = block[1].split("\n")
            for start in range(0, len(lines), 200):
                yield ["code", "\n".join(lines[start : start + 200])]
        else:
            yield block


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(_length(each) for each in value) + 20 if isinstance(value, list) else 1
