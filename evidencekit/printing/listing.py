"""A list of files on paper: what lies in an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

PAGE_CAP = 400
_AT_ONCE = 600  # rows; bounds the typesetter's memory


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the name, its size in bytes (-1 unknown), its time as stated, and what became of it."""

    name: str
    size: int
    time: str
    note: str


def listing_pages(
    entries: Sequence[Entry], sheet: Sheet, out: Path, job: Job, *, title: str, name: str, end: str = ""
) -> Pages:
    """Prints the list onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path). ``end`` is
    said below the last line. Raises :class:`~evidencekit.errors.ReaderError`."""
    target = rendition_path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="list-", dir=target.parent) as scratch:
            parts = _parts(entries, sheet, Path(scratch), job, title, name, end)
            count, whole = bind(parts, target, PAGE_CAP)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The list could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault
    # The content itself is in the native file and in the items taken out of it, never on these pages.
    warnings = () if whole else (f"The list is longer than {PAGE_CAP} pages; it continues in the native file.",)
    return Pages(target, count, warnings=warnings, whole=False)


def _parts(
    entries: Sequence[Entry], sheet: Sheet, scratch: Path, job: Job, title: str, name: str, end: str
) -> Iterator[Path]:
    typesetter = Typesetter()
    starts = range(0, len(entries), _AT_ONCE) or range(1)
    total = sum(entry.size for entry in entries if entry.size > 0)
    for start in starts:
        job.step(start, len(entries), "Printing the list")
        last = start + _AT_ONCE >= len(entries)
        data: dict[str, Any] = {
            "page": page_of(sheet),
            "title": title if start == 0 else "",
            "name": name,
            "summary": f"{len(entries):,} entries, {total:,} bytes unpacked as stated",
            "rows": [_row(entry) for entry in entries[start : start + _AT_ONCE]],
            "end": end if last else "",
        }
        part = scratch / f"{start}.pdf"
        typesetter.typeset("listing.typ", data, part)
        yield part


def _row(entry: Entry) -> list[str]:
    size = f"{entry.size:,}" if entry.size >= 0 and entry.note != "folder" else ""
    time = entry.time.replace("T", " ")
    return [entry.name, size, f"{time[:-1]} UTC" if time.endswith("Z") else time, entry.note]
