"""Documents onto paper as blocks of text: headings, paragraphs, lists, tables. Data in, a PDF out, never mark-up.

A block is a JSON list: ``["h", level, spans]``, ``["p", spans]``, ``["code", text]``, ``["q", blocks]``, ``["rule"]``,
``["ul", [blocks…]]``, ``["ol", start, [blocks…]]``, ``["table", widths, heads, rows]`` with rows of cells
``[align, rows, columns, blocks]``. A span is ``[style, text]``, its style letters of b bold, i italic, s struck, u
underlined, m fixed pitch, ^ and _ raised and lowered; or ``["note", spans]``, a footnote; or ``["img", name, width,
height, words]``, a picture so many points large, 0 where nothing says so, and the words that stand for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.bound import INSET, bind, page_of
from evidencekit.printing.output import rendition_path
from evidencekit.printing.paper import Sheet
from evidencekit.printing.slots import Slots
from evidencekit.printing.typeset import Typesetter

Block = list[Any]
Span = list[Any]

PAGE_CAP = 400
MOST_PICTURES = 200
_AT_ONCE = 150_000  # characters; bounds the typesetter's memory
_LONGEST = 20_000  # of one paragraph or one code block; a longer one is parted


def block_pages(
    blocks: Sequence[Block],
    sheet: Sheet,
    out: Path,
    job: Job,
    *,
    end: str = "",
    warnings: Sequence[str] = (),
    pictures: Mapping[str, Path] | None = None,
) -> Pages:
    """Prints the blocks onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path). ``end``
    is said small below the last; ``pictures`` are the files of the pictures by name. A picture that is not among them,
    or cannot be printed, is its words, and then the rendition is not whole. Raises
    :class:`~evidencekit.errors.ReaderError`."""
    target = rendition_path(out)
    slots = Slots((sheet.frame_width - 2 * INSET, sheet.frame_height - 2 * INSET))
    filler = _Filler(slots, pictures or {})
    blocks = filler.walk(list(blocks))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="blocks-", dir=target.parent) as scratch:
            count, whole = bind(_parts(blocks, sheet, Path(scratch), job, end, slots), target, PAGE_CAP)
        slots.fill(target, sheet)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The document could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault
    more = () if whole else (f"The document is longer than {PAGE_CAP} pages; it continues in the native file.",)
    notes = tuple(dict.fromkeys(slots.notes))
    whole = whole and slots.notes.whole and not filler.missing
    return Pages(target, count, warnings=(*warnings, *filler.said(), *notes, *more), whole=whole)


class _Filler:
    """Gives every picture in the blocks its slot, or puts its words there."""

    def __init__(self, slots: Slots, pictures: Mapping[str, Path]) -> None:
        self._slots, self._pictures = slots, pictures
        self._drawn = 0
        self.missing = 0

    def walk(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        if value and value[0] == "img":
            return self._filled(*value[1:])
        return [self.walk(each) for each in value]

    def said(self) -> list[str]:
        """What to say of the pictures that are not there."""
        if not self.missing:
            return []
        one = "One picture of the document is not on these pages."
        return [one if self.missing == 1 else f"{self.missing:,} pictures of the document are not on these pages."]

    def _filled(self, name: str, width: float, height: float, words: str) -> Span:
        file = self._pictures.get(name)
        slot = self._slots.add(file, width, height) if file and self._drawn < MOST_PICTURES else None
        if slot is None:
            self.missing += 1
            return ["i", f"[picture: {words}]" if words else "[picture]"]
        self._drawn += 1
        return ["img", slot.number, slot.width, slot.height]


def _parts(blocks: Sequence[Block], sheet: Sheet, scratch: Path, job: Job, end: str, slots: Slots) -> Iterator[Path]:
    typesetter, before = Typesetter(), 0
    lots = list(_lots(blocks)) or [[]]
    for number, lot in enumerate(lots):
        job.step(number, len(lots), "Printing the document")
        part = scratch / f"{number}.pdf"
        last = end if number == len(lots) - 1 else ""
        made = typesetter.typeset("blocks.typ", {"page": page_of(sheet), "blocks": lot, "end": last}, part)
        slots.found(made.sections, before)
        before += made.pages
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
