"""Bates numbers and designation on the pages of a production, as real text in the margin that the frame leaves free.

They stand upright as a reader sees the page, whatever its rotation. The PDF says nothing else of its making: no
title, no dates, no links. Source: ISO 32000-1 7.7.3 (pages), 12.4.2 (labels), 14.3 (properties).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import BuildError
from evidencekit.printing.faces import SANS_BOLD, Pen
from evidencekit.printing.framing import PageBox, page_box, to_page
from evidencekit.printing.layers import PAGE_KEY, restore_layers
from evidencekit.printing.marks import squeezed
from evidencekit.printing.output import PRODUCER, save_part

if TYPE_CHECKING:
    import pikepdf

_BASE = 30.0
_SIZE = 9.5
_SIDE = 36.0
_GAP = 18.0
_LEAST = 5.0
_ROOT_KEPT = frozenset({"/Type", "/Pages"})
_PAGE_KEPT = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources", "/Group", PAGE_KEY}
)


class Stamper:
    """Marks the pages of many PDFs of one production; what they share is made once. ``letters`` are all characters of
    its numbers, the ``designation`` stands on every page, empty for none."""

    def __init__(self, letters: str, designation: str = "") -> None:
        import pikepdf

        self._designation = designation
        self._pen = Pen(SANS_BOLD, "EKp")
        self._pen.width(letters + "0123456789\u2026" + designation, _SIZE)
        self._shared = pikepdf.new()
        self._fonts = self._pen.embed(self._shared)

    def stamp(self, rendition: Path, numbers: Sequence[str], out: Path) -> None:
        """Write ``rendition`` (framed pages) to ``out``, each page with its number at the foot's right and the
        designation at its left; page labels are the numbers. The same pages, numbers and designation give the same
        bytes.

        Raises :class:`BuildError` when the pages are not as many as the numbers, or cannot be read.
        """
        import pikepdf

        named = numbers[0] if numbers else out.name
        try:
            with pikepdf.open(rendition) as pdf:
                pages = [page.obj for page in pdf.pages]
                if len(pages) != len(numbers):
                    raise BuildError(
                        f"There are {len(pages)} pages where {len(numbers)} numbers were planned.",
                        item=named,
                        todo="Run it again; if it happens again, delete the case's derived folder first.",
                    )
                _strip(pdf, pages)
                restore_layers(pdf, pages)
                self._mark(pdf, numbers)
                _describe(pdf, numbers)
                save_part(pdf, out)
        except pikepdf.PdfError as fault:
            raise BuildError(
                f"Its pages could not be read again ({str(fault)[:200]}).",
                item=named,
                todo="Delete the case's derived folder, then run it again.",
            ) from fault

    def _mark(self, pdf: pikepdf.Pdf, numbers: Sequence[str]) -> None:
        from pikepdf import Array, Dictionary

        made = {name: pdf.copy_foreign(font) for name, font in self._fonts.items()}
        opening = pdf.make_stream(b"q\n")
        for page, number in zip(pdf.pages, numbers, strict=True):
            content = pdf.make_stream(self._drawn(page_box(page), number))
            old: Any = page.obj.get("/Contents")
            inner = list(old) if isinstance(old, Array) else [old] if old is not None else []
            page.obj["/Contents"] = Array([opening, *inner, content])
            resources: Any = page.obj.get("/Resources")
            if resources is None:
                resources = page.obj["/Resources"] = Dictionary()
            if "/Font" not in resources:
                resources["/Font"] = Dictionary()
            for name, font in made.items():
                resources["/Font"][name] = font

    def _drawn(self, box: PageBox, number: str) -> bytes:
        width, _ = box.seen
        matrix, pen = to_page(box), self._pen
        parts = [b"Q q\n"]
        if matrix != (1, 0, 0, 1, 0, 0):
            parts.append((" ".join(f"{value:.4f}" for value in matrix) + " cm\n").encode())
        room = width - 2 * _SIDE
        words, size = squeezed(pen, number, _SIZE, room)
        taken = pen.width(words, size)
        parts.append(b"0.09 0.10 0.12 rg " + pen.show(words, width - _SIDE - taken, _BASE, size))
        if self._designation:
            words, size = squeezed(pen, self._designation, _SIZE, room - taken - _GAP, _LEAST)
            parts.append(pen.show(words, _SIDE, _BASE, size))
        return b"".join((*parts, b"Q\n"))


def _strip(pdf: pikepdf.Pdf, pages: Sequence[Any]) -> None:
    """Leave what the pages look like, and nothing that acts, links or tells of the file's making."""
    for key in set(pdf.Root.keys()) - _ROOT_KEPT:
        del pdf.Root[key]
    for page in pages:
        for key in set(page.keys()) - _PAGE_KEPT:
            del page[key]


def _describe(pdf: pikepdf.Pdf, numbers: Sequence[str]) -> None:
    from pikepdf import Array, Dictionary, String

    labels: list[Any] = []
    for index, number in enumerate(numbers):
        labels += [index, Dictionary(P=String(number))]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Producer=String(PRODUCER)))
