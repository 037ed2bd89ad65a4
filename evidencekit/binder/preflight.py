"""The finished volume, read back with another library than the one that wrote it, against what was placed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evidencekit.binder.values import Bookmark, PageMarks, Volume
from evidencekit.job import Job
from evidencekit.model import Finding
from evidencekit.printing.faces import SANS_BOLD, Pen

_FOOT, _HEAD = 46.0, 72.0  # the bands of a page, as it is read, that hold the marks
_ELLIPSIS = "..."  # as NFKC has it
_LINK = 2  # FPDF_ANNOT_LINK
_NEVER_CUT = 16  # characters of a long case number or caption that are always printed
_STEP = 50


def check(volume: Volume, path: Path, job: Job) -> list[Finding]:
    """Every fault of a volume's PDF, none when it is as placed: page count, each mark on its page as real text, each
    link's landing page, outline, page labels; no text of the binder's own pages off the paper; no password, script,
    form or attachment."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as fault:
        return [_finding(path, "binder-unreadable", f"The volume cannot be opened ({fault}). Build it again.")]
    try:
        return list(_faults(document, volume, path, job))
    finally:
        document.close()


def _faults(document: Any, volume: Volume, path: Path, job: Job) -> Iterator[Finding]:
    yield from _document(document, path)
    if len(document) != len(volume.pages):
        text = f"The volume has {len(document)} pages, {len(volume.pages)} were placed. Build it again."
        yield _finding(path, "binder-page-count", text)
    pen = Pen(SANS_BOLD, "P")
    count = min(len(document), len(volume.pages))
    for index, marks in enumerate(volume.pages[:count]):
        if index % _STEP == 0:
            job.step(index, count, f"Checking page {index + 1} of {count}")
        page = document[index]
        yield from _marks(page, index + 1, marks, pen, path)
        if marks.sticker or not marks.exhibit:
            yield from _off_paper(page, index + 1, path)
        yield from _links(document, page, index + 1, volume.targets, path)
        yield from _label(document, index, marks.label, path)
        page.close()
    yield from _outline(document, volume.outline, path)
    job.step(count, count, "Checked")


def _document(document: Any, path: Path) -> Iterator[Finding]:
    import pypdfium2.raw as raw

    if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        yield _finding(path, "binder-encrypted", "The volume is encrypted; a court's e-filing would refuse it.")
    if raw.FPDFDoc_GetJavaScriptActionCount(document):
        yield _finding(path, "binder-script", "The volume holds a script; a court's e-filing would refuse it.")
    if raw.FPDFDoc_GetAttachmentCount(document):
        yield _finding(
            path, "binder-attachment", "The volume holds an attached file; a court's e-filing would refuse it."
        )
    if document.get_formtype():
        yield _finding(path, "binder-form", "The volume holds a fillable form; a printed page must not change.")


def _marks(page: Any, number: int, marks: PageMarks, pen: Pen, path: Path) -> Iterator[Finding]:
    text = page.get_textpage()
    foot, head = (_words(text.get_text_bounded(*band)) for band in _bands(page))
    text.close()
    wanted = [(foot, marks.page, False), (foot, marks.running, True), (head, marks.exhibit, False)]
    if marks.sticker:
        sticker = marks.sticker
        wanted += [(head, sticker.head.upper(), True), (head, sticker.label, False), (head, sticker.foot, True)]
    for found, mark, may_be_cut in wanted:
        if not _reads(f" {found}", _words(pen.printable(mark)), may_be_cut):
            text = f"The mark “{mark}” cannot be read on page {number}. Build the volume again."
            yield _finding(path, "binder-mark", text)


def _reads(found: str, mark: str, may_be_cut: bool) -> bool:
    if f" {mark}" in found:
        return True
    cut = mark[:_NEVER_CUT].rstrip()
    return may_be_cut and len(mark) > _NEVER_CUT and f" {cut}" in found and _ELLIPSIS in found


def _off_paper(page: Any, number: int, path: Path) -> Iterator[Finding]:
    """Text of a page that the typesetter set: matter and slip sheets never reach the paper's edge."""
    x0, y0, x1, y1 = page.get_cropbox()
    text = page.get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    text.close()
    if any(left < x0 or bottom < y0 or right > x1 or top > y1 for left, bottom, right, top in boxes):
        words = f"Text runs off the paper on page {number}. Report this with the texts of that page."
        yield _finding(path, "binder-text-off-paper", words)


def _words(text: str) -> str:
    """Text to compare: what looks the same is the same, for PDFium gives a ligature as its letters."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _bands(page: Any) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Foot and head of the page as it is read, as rectangles (left, bottom, right, top) of its own space."""
    x0, y0, x1, y1 = page.get_cropbox()
    turn = page.get_rotation()
    if turn == 90:
        return (x1 - _FOOT, y0, x1, y1), (x0, y0, x0 + _HEAD, y1)
    if turn == 180:
        return (x0, y1 - _FOOT, x1, y1), (x0, y0, x1, y0 + _HEAD)
    if turn == 270:
        return (x0, y0, x0 + _FOOT, y1), (x1 - _HEAD, y0, x1, y1)
    return (x0, y0, x1, y0 + _FOOT), (x0, y1 - _HEAD, x1, y1)


def _links(document: Any, page: Any, number: int, targets: dict[str, int], path: Path) -> Iterator[Finding]:
    import pypdfium2.raw as raw

    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetSubtype(annotation) == _LINK:
            name = _string(annotation).rpartition("#")[0]
            link = raw.FPDFAnnot_GetLink(annotation)
            landing = raw.FPDFDest_GetDestPageIndex(document, raw.FPDFLink_GetDest(document, link)) + 1 if link else 0
            if landing < 1 or targets.get(name, landing) != landing:
                text = f"A link on page {number} leads to {f'page {landing}' if landing > 0 else 'no page'}"
                text += f", not to page {targets[name]}." if name in targets else "."
                yield _finding(path, "binder-link", f"{text} Build the volume again.")
        raw.FPDFPage_CloseAnnot(annotation)


def _string(annotation: Any) -> str:
    import ctypes

    import pypdfium2.raw as raw

    size = raw.FPDFAnnot_GetStringValue(annotation, b"NM", None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, b"NM", ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _label(document: Any, index: int, label: str, path: Path) -> Iterator[Finding]:
    found = document.get_page_label(index)
    if found != label:
        text = f"Page {index + 1} is shown as “{found}” in a viewer, not as “{label}”. Build the volume again."
        yield _finding(path, "binder-label", text)


def _outline(document: Any, bookmarks: Sequence[Bookmark], path: Path) -> Iterator[Finding]:
    wanted = list(_flat(bookmarks, 0))
    found = []
    for entry in document.get_toc():
        target = entry.get_dest()
        index = target.get_index() if target else None
        found.append((entry.level, entry.get_title(), None if index is None else index + 1))
    for line in wanted:
        if line not in found:
            text = f"The bookmark “{line[1]}” to page {line[2]} is missing or leads elsewhere. Build the volume again."
            yield _finding(path, "binder-outline", text)
    if len(found) != len(wanted):
        text = f"The volume has {len(found)} bookmarks, {len(wanted)} were placed. Build it again."
        yield _finding(path, "binder-outline", text)


def _flat(bookmarks: Sequence[Bookmark], level: int) -> Iterator[tuple[int, str, int]]:
    for bookmark in bookmarks:
        yield (level, bookmark.title, bookmark.page)
        yield from _flat(bookmark.children, level + 1)


def _finding(path: Path, code: str, message: str) -> Finding:
    return Finding(code, message, path=path.name)
