"""The text that goes beside an item's pages, made from its pages or by a machine, never by a person.

A page's own words come from its rendition; where it has none, as a scan or a screenshot, from what was recognised in
the item, under a line that says so. A recording has no text: what people say of its words is not produced.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.casefile import Case
from evidencekit.errors import BuildError
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.model import Kind, Study

if TYPE_CHECKING:
    from evidencekit.catalog.derivatives import Derivative

BETWEEN = "\f"
_CHUNK = 1 << 16
_SILENT = frozenset({Kind.AUDIO, Kind.VIDEO})
# The words on a picture's pages are ours (“continued”), never the picture's.
_SEEN_ONLY = frozenset({Kind.IMAGE})


def extract_texts(case: Case, numbers: Sequence[str], pdfs: Mapping[str, Path], out: Path, job: Job) -> dict[str, Path]:
    """The text of each of these items that has one, as a file under ``out``: UTF-8, LF, no byte order mark, a form
    feed between two pages. ``pdfs``: each item's pages before anything is stamped on them; an item without is looked
    for among what was recognised only. The pages are read in a contained worker and one at a time.

    Raises :class:`BuildError` naming the item whose pages cannot be read, :class:`OSError`,
    :class:`~evidencekit.errors.Cancelled` and what starting a worker raises.
    """
    from evidencekit.catalog.items import kinds_of

    with case.catalog.read() as connection:
        kinds = kinds_of(connection, numbers)
    spoken = [each for each in numbers if kinds[each] not in _SILENT]
    paged = {each: pdfs[each] for each in spoken if each in pdfs and kinds[each] not in _SEEN_ONLY}
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, out / "pages", ignore_errors=True)
        layers = _layers(case, paged, out / "pages", job)
        for done, number in enumerate(spoken):
            job.step(done, len(spoken), f"The text of {number}")
            target = out / f"{number}.txt"
            if _write(target, layers.get(number), _recognised(case, number)):
                found[number] = target
    return found


def _layers(case: Case, paged: Mapping[str, Path], scratch: Path, job: Job) -> dict[str, Study]:
    """What is written on each item's pages. The same pages are read once."""
    numbers: dict[Path, list[str]] = {}
    for number, pdf in paged.items():
        numbers.setdefault(pdf, []).append(number)
    scratch.mkdir(parents=True, exist_ok=True)  # a worker may write below its own folder only
    found: dict[str, Study] = {}
    with Readers() as readers:
        futures = [
            readers.submit_study(
                pdf, pdf.name, "application/pdf", case.info.timezone, scratch / same[0], work="page-text", settings={}
            )
            for pdf, same in numbers.items()
        ]
        for done, (same, future) in enumerate(zip(numbers.values(), futures, strict=True)):
            study = job.wait(future, done, len(futures), f"Reading the pages of {same[0]}")
            if study.result is None:
                why = " ".join(study.warnings).rstrip(".") or "nothing came of it"
                raise BuildError(
                    f"The text of its pages could not be read ({why}); nothing was produced.",
                    item=same[0],
                    todo="Try again. If it stays so, hold the item back by name, or report it with the file's kind.",
                )
            found.update(dict.fromkeys(same, study))
    return found


def _recognised(case: Case, number: str) -> Derivative | None:
    from evidencekit.catalog.derivatives import recognised

    with case.catalog.read() as connection:
        return recognised(connection, number)


def _write(target: Path, layer: Study | None, seen: Derivative | None) -> bool:
    """Write what there is to ``target``; False when there are no words at all."""
    pages = _pages(layer.result) if layer is not None and layer.result is not None else iter(())
    words = _seen_pages(seen)
    lead = _lead(seen) if seen is not None and words else ""
    written = False
    with target.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        count = 0
        for count, page in enumerate(pages, start=1):
            text = page
            if not page.strip() and count in words:
                text = f"{lead}\n{words.pop(count)}\n"
            written = written or bool(text.strip())
            file.write((BETWEEN if count > 1 else "") + text)
        for number, text in sorted(words.items()):  # pages that a rendition does not have one by one
            if layer is None or number > count:
                file.write((BETWEEN if count else "") + f"{lead}\n{text}\n")
                count, written = count + 1, True
        if written and layer is not None:
            file.writelines(f"\n[{each}]\n" for each in layer.warnings)
    if not written:
        target.unlink()
    return written


def _lead(seen: Derivative) -> str:
    version = seen.version.partition("+")[0]
    return (
        f"[Words that a machine recognised in the picture of this page, with {seen.tool} {version}; "
        "they may be wrong, and the picture is what counts.]"
    )


def _seen_pages(seen: Derivative | None) -> dict[int, str]:
    """Page of the item (1-based) → the words recognised on it, of pages with any."""
    from evidencekit.sense.recognised import text_of

    pages: Sequence[Mapping[str, Any]] = seen.data.get("pages", ()) if seen is not None else ()
    told = {int(page["page"]): text_of({"pages": [page]}) for page in pages}
    return {number: _plain(text) for number, text in told.items() if text.strip()}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace(BETWEEN, " ")


def _pages(path: Path) -> Iterator[str]:
    """The pages of a text in which a form feed stands between two, one at a time."""
    page: list[str] = []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        while chunk := file.read(_CHUNK):
            first, *rest = chunk.split(BETWEEN)
            page.append(first)
            for each in rest:
                yield _plain("".join(page))
                page = [each]
    yield _plain("".join(page))
