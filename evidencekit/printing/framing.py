"""PDF pages on the binder's paper: each becomes a form, shrunk to the frame and set upright.

A form carries what a page looks like and nothing else: scripts, actions, attachments and forms of the source stay
behind by construction. Source: ISO 32000-1 7.7.3.3 (boxes), 8.10 (form XObjects), 12.5 (annotations).
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.annotations import settle_annotations
from evidencekit.printing.layers import Layers, restore_layers
from evidencekit.printing.leftovers import left_behind
from evidencekit.printing.numbers import number, numbers
from evidencekit.printing.output import blank_page, rendition_path, save_part
from evidencekit.printing.paper import Box, Sheet, hairline

if TYPE_CHECKING:
    import pikepdf

_RASTER_DPI = 200
_LARGEST_RASTER = 40_000_000
_TURN_GAIN = 1.15
_TURN_BELOW = 0.75
_SIDE = 36.0  # margin on the three open sides of a turned sheet's frame


@dataclass(frozen=True, slots=True)
class PageBox:
    """What a reader sees of a source page: the visible rectangle in its own units, the clockwise turn in degrees and
    the size of its unit in points."""

    x: float
    y: float
    width: float
    height: float
    rotate: int
    unit: float

    @property
    def seen(self) -> tuple[float, float]:
        """Width and height in points as a person sees the page."""
        w, h = self.width * self.unit, self.height * self.unit
        return (h, w) if self.rotate in (90, 270) else (w, h)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a page stands: the matrix from its own units to the sheet, the scale, and whether the sheet is turned."""

    matrix: tuple[float, float, float, float, float, float]
    scale: float
    turned: bool


def pdf_pages(path: Path, sheet: Sheet, out: Path, job: Job) -> Pages:
    """Prints a PDF onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path).

    Pages are shrunk to the frame, never enlarged; wide ones get the sheet turned when that makes them much larger.
    Annotations and form fields are printed as a screen shows them, layers that are off stay off. What was left behind
    is named in the warnings. Raises :class:`~evidencekit.errors.ReaderError` for a file that needs a password or that
    no library can draw."""
    import pikepdf

    notes: list[str] = []
    target = rendition_path(out)
    try:
        source = pikepdf.open(path)
    except pikepdf.PasswordError:
        raise ReaderError(
            "The PDF is encrypted and opens only with a password.",
            todo="Ask who handed it over for the password or an open copy, and add that copy.",
        ) from None
    except Exception as fault:  # noqa: BLE001 — hostile bytes; the second library may still draw it
        return _rastered(path, sheet, target, job, str(fault))
    with source:
        try:
            return _framed(source, sheet, target, job, notes)
        except (
            pikepdf.PdfError,
            pikepdf.DataDecodingError,
            ValueError,
            TypeError,
            KeyError,
            RecursionError,
            RuntimeError,
        ) as fault:
            return _rastered(path, sheet, target, job, str(fault))


def _framed(source: pikepdf.Pdf, sheet: Sheet, target: Path, job: Job, notes: list[str]) -> Pages:
    import pikepdf

    notes += left_behind(source)
    layers = Layers(source)
    settle_annotations(source, layers, notes)
    total = len(source.pages)
    if not total:
        raise ValueError("it has no pages")
    with pikepdf.new() as pdf:
        for count, page in enumerate(source.pages, start=1):
            job.step(count - 1, total, f"Printing page {count} of {total}")
            _frame_page(pdf, page, sheet, layers)
        restore_layers(pdf, (page.obj for page in pdf.pages), keep=True)
        save_part(pdf, target)
        if source.get_warnings():
            notes.append("The PDF is damaged and was repaired to be printed; compare it with the original file.")
        job.step(total, total, f"Printed {total} pages")
        return Pages(target, total, warnings=tuple(dict.fromkeys(notes)))


def _frame_page(pdf: pikepdf.Pdf, page: pikepdf.Page, sheet: Sheet, layers: Layers) -> None:
    from pikepdf import Array

    box = page_box(page)
    form = page.as_form_xobject(handle_transformations=False)
    form.BBox = Array([box.x, box.y, box.x + box.width, box.y + box.height])
    place = placed(box, sheet)
    framed = blank_page(pdf, sheet)
    framed.Resources.XObject.P = pdf.copy_foreign(form)
    layers.note(framed, pdf)
    if place.turned:
        framed.Rotate = 90
    shown = ("q " + " ".join(f"{v:.6f}" for v in place.matrix) + " cm /P Do Q\n").encode()
    framed.Contents = pdf.make_stream(shown + hairline(on_paper(box, place)))


def page_box(page: pikepdf.Page) -> PageBox:
    """The visible part of a page: CropBox within MediaBox, corners in any order, its rotation and unit. Boxes that make
    no sense give a letter page, as viewers do."""
    media = _rectangle(page.obj, "/MediaBox") or (0.0, 0.0, 612.0, 792.0)
    crop = _rectangle(page.obj, "/CropBox") or media
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    if x1 - x0 < 1e-3 or y1 - y0 < 1e-3:
        x0, y0, x1, y1 = media
    turn = int(number(_inherited(page.obj, "/Rotate")) or 0) % 360
    unit = number(page.obj.get("/UserUnit")) or 1.0
    return PageBox(x0, y0, x1 - x0, y1 - y0, turn if turn % 90 == 0 else 0, unit if unit > 0 else 1.0)


def to_page(box: PageBox) -> tuple[float, ...]:
    """From the page as it is read, in points, to its own space."""
    s = 1 / box.unit
    x0, y0, x1, y1 = box.x, box.y, box.x + box.width, box.y + box.height
    if box.rotate == 90:
        return (0, s, -s, 0, x1, y0)
    if box.rotate == 180:
        return (-s, 0, 0, -s, x1, y1)
    if box.rotate == 270:
        return (0, -s, s, 0, x0, y1)
    return (s, 0, 0, s, x0, y0)


def placed(box: PageBox, sheet: Sheet) -> Placement:
    """Where a page goes on the sheet: centred in the frame, at most at its own size, upright as it is read."""
    width, height = box.seen
    upright = min(sheet.frame_width / width, sheet.frame_height / height, 1.0)
    turned = turned_frame(sheet)
    aside = min((turned[2] - turned[0]) / width, (turned[3] - turned[1]) / height, 1.0)
    if upright < _TURN_BELOW and aside >= upright * _TURN_GAIN and width > height:
        x = (turned[0] + turned[2] - width * aside) / 2
        y = (turned[1] + turned[3] - height * aside) / 2
        a, b, c, d, e, f = _upright(box, aside, x, y)
        # A page with /Rotate 90 is seen with its left edge on top: (u, v) as seen lies at (width - v, u) on the paper.
        return Placement((-b, a, -d, c, sheet.width - f, e), aside, True)
    x = sheet.left + (sheet.frame_width - width * upright) / 2
    y = sheet.bottom + (sheet.frame_height - height * upright) / 2
    return Placement(_upright(box, upright, x, y), upright, False)


def on_paper(box: PageBox, place: Placement) -> Box:
    """Where the visible part of a placed page lies on the (unturned) paper."""
    a, b, c, d, e, f = place.matrix
    corners = [(box.x, box.y), (box.x + box.width, box.y + box.height)]
    (x0, x1), (y0, y1) = (
        sorted(a * x + c * y + e for x, y in corners),
        sorted(b * x + d * y + f for x, y in corners),
    )
    return Box(x0, y0, x1 - x0, y1 - y0)


def turned_frame(sheet: Sheet) -> tuple[float, float, float, float]:
    """The frame (x0, y0, x1, y1) of a sheet read with its binding edge on top, as the reader sees it."""
    gutter = sheet.left - sheet.right
    return (_SIDE, sheet.bottom, sheet.height - _SIDE, sheet.width - sheet.top - gutter)


def _upright(box: PageBox, scale: float, x: float, y: float) -> tuple[float, float, float, float, float, float]:
    s = scale * box.unit
    x0, y0, w, h = box.x, box.y, box.width, box.height
    if box.rotate == 90:
        return (0, -s, s, 0, x - y0 * s, y + (x0 + w) * s)
    if box.rotate == 180:
        return (-s, 0, 0, -s, x + (x0 + w) * s, y + (y0 + h) * s)
    if box.rotate == 270:
        return (0, s, -s, 0, x + (y0 + h) * s, y - x0 * s)
    return (s, 0, 0, s, x - x0 * s, y - y0 * s)


def _rastered(path: Path, sheet: Sheet, target: Path, job: Job, why: str) -> Pages:
    """Pages drawn as pixels by PDFium, for files that qpdf cannot take apart."""
    import pikepdf
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        total = len(document)
        if not total:
            raise ValueError("no pages")
    except Exception:  # noqa: BLE001 — two libraries have refused it
        raise _undrawable(why) from None
    notes = ["The PDF is damaged; its pages are printed as pictures of 200 dots per inch, without searchable text."]
    with pikepdf.new() as pdf, closing(document):
        blank = 0
        for index in range(total):
            job.step(index, total, f"Drawing page {index + 1} of {total}")
            try:
                _raster_page(pdf, document[index], sheet)
            except (pypdfium2.PdfiumError, ValueError, MemoryError):
                blank_page(pdf, sheet)
                blank += 1
                notes.append(f"Page {index + 1} could not be drawn and is left blank.")
        if blank == total:
            raise _undrawable(why)
        save_part(pdf, target)
    return Pages(target, total, warnings=tuple(notes), whole=not blank)


def _undrawable(why: str) -> ReaderError:
    return ReaderError(
        f"The PDF is too damaged to be drawn ({why[:160]}).",
        todo="Its slip sheet stands for it; the file is in native/.",
    )


def _raster_page(pdf: pikepdf.Pdf, page: Any, sheet: Sheet) -> None:
    from evidencekit.printing.pictures import packed

    width, height = page.get_size()
    scale = min(_RASTER_DPI / 72, (_LARGEST_RASTER / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale)
    picture = packed(bitmap.to_pil().convert("RGB"), b"")
    place = placed(PageBox(0, 0, width, height, 0, 1.0), sheet)
    framed = blank_page(pdf, sheet)
    framed.Resources.XObject.P = pdf.make_indirect(picture.embed(pdf))
    if place.turned:
        framed.Rotate = 90
    matrix = " ".join(f"{v:.6f}" for v in place.matrix)
    framed.Contents = pdf.make_stream(f"q {matrix} cm {width:.4f} 0 0 {height:.4f} 0 0 cm /P Do Q\n".encode())


def _inherited(page: pikepdf.Object, key: str) -> Any:
    """A page attribute, from the page or the nodes above it."""
    node: Any = page
    for _ in range(64):
        found = node.get(key)
        if found is not None:
            return found
        node = node.get("/Parent")
        if node is None:
            return None
    return None


def _rectangle(page: pikepdf.Object, key: str) -> tuple[float, float, float, float] | None:
    sides = numbers(_inherited(page, key))
    if len(sides) != 4 or max(map(abs, sides)) > 1e7:
        return None
    x0, y0, x1, y1 = sides
    if x0 > x1:
        x0, x1 = x1, x0
    if y0 > y1:
        y0, y1 = y1, y0
    return (x0, y0, x1, y1) if x1 - x0 > 1e-3 and y1 - y0 > 1e-3 else None
