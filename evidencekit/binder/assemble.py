"""Parts → one volume: merged, stamped, linked, with outline and page labels.

qpdf's job merges the parts without reading their streams into memory; the stamps are added to the merged document
before it is written, so that the volume's bytes are copied once. Source: ISO 32000-1 12.3 (outline, destinations),
12.4.2 (labels).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.binder.values import Bookmark, PageMarks, Volume
from evidencekit.errors import BuildError
from evidencekit.job import Job
from evidencekit.printing.framing import PageBox, page_box, to_page
from evidencekit.printing.layers import restore_layers
from evidencekit.printing.marks import Marker, StickerText
from evidencekit.printing.output import PRODUCER, write_pdf
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    import pikepdf

_ROOT_KEPT = frozenset({"/Type", "/Pages", "/Names", "/Dests", "/Lang"})
_STEP = 50
_TAIL = 4096
_FIXED_ID = b"31415926535897932384626433832795"


def assemble(
    volume: Volume,
    parts: Sequence[Path],
    out: Path,
    *,
    sheet: Sheet,
    job: Job,
    moment: str = "",
    language: str = "en-US",
) -> None:
    """Writes the volume's PDF to ``out``: the pages of ``parts`` in order, each with its marks.

    ``moment`` (UTC ISO 8601) is the only date in the file; without it there is none. Same parts, marks and moment, same
    bytes. Raises :class:`BuildError` when pages and marks do not agree, a link leads nowhere, or a part cannot be read;
    nothing is left at ``out`` then."""
    import pikepdf

    if not parts:
        raise BuildError("The volume has no pages.", todo="Mark at least one exhibit and build the binder again.")
    waiting = out.with_name(out.name + ".tmp")
    try:
        merged = _merged(parts)
        with merged as pdf:
            _finish(pdf, volume, sheet, job, moment, language)
            job.step(0, 0, f"Writing {out.name}")
            _write(pdf, waiting)
        _sign_with_id(waiting, _identity(volume, parts, moment))
        waiting.replace(out)
    except pikepdf.PdfError as fault:
        raise BuildError(
            f"The volume could not be put together ({str(fault)[:200]}).", item=out.name, todo="Build the binder again."
        ) from fault
    except OSError as fault:
        raise BuildError(
            f"The volume could not be written ({fault.strerror or fault}).",
            item=out.name,
            todo="Make room on the disk or choose another folder, then build the binder again.",
        ) from fault
    finally:
        with contextlib.suppress(OSError):
            waiting.unlink(missing_ok=True)


def _merged(parts: Sequence[Path]) -> pikepdf.Pdf:
    import pikepdf

    first, *rest = [str(part) for part in parts]
    arguments = ["qpdf", first, "--remove-unreferenced-resources=no"]
    if rest:
        arguments += ["--pages", ".", *rest, "--"]
    arguments.append("--keep-files-open=n")
    merged: pikepdf.Pdf = pikepdf.Job([*arguments, "-"]).create_pdf()  # type: ignore[no-untyped-call]
    return merged


def _finish(pdf: pikepdf.Pdf, volume: Volume, sheet: Sheet, job: Job, moment: str, language: str) -> None:
    pages = [page.obj for page in pdf.pages]
    if len(pages) != len(volume.pages):
        raise BuildError(
            f"The parts of volume {volume.number} have {len(pages)} pages, its plan has {len(volume.pages)}.",
            todo="Build the binder again; if it happens again, delete the case's derived folder first.",
        )
    _clean_root(pdf)
    restore_layers(pdf, pages)
    boxes = [page_box(page) for page in pdf.pages]
    _stamp(pdf, pages, boxes, volume, sheet, job)
    tops = [_destination(page, box) for page, box in zip(pages, boxes, strict=True)]
    _link(pages, tops, volume.targets)
    _outline(pdf, tops, volume.outline)
    _labels(pdf, [marks.label for marks in volume.pages])
    _describe(pdf, volume, moment, language)


def _clean_root(pdf: pikepdf.Pdf) -> None:
    """Takes off the first part's document-wide entries that are not true of the volume (tags, PDF/A claims,
    actions)."""
    for key in set(pdf.Root.keys()) - _ROOT_KEPT:
        del pdf.Root[key]
    names: Any = pdf.Root.get("/Names")
    if names is not None:
        for key in set(names.keys()) - {"/Dests"}:
            del names[key]


def _stamp(
    pdf: pikepdf.Pdf,
    pages: Sequence[pikepdf.Object],
    boxes: Sequence[PageBox],
    volume: Volume,
    sheet: Sheet,
    job: Job,
) -> None:
    from pikepdf import Array, Dictionary

    marker = Marker(sheet)
    opening = pdf.make_stream(b"q\n")
    homes: dict[tuple[int, int], Any] = {}
    for index, (page, marks) in enumerate(zip(pages, volume.pages, strict=True)):
        if index % _STEP == 0:
            job.step(index, len(pages), f"Marking page {index + 1} of {len(pages)}")
        content = _marks(marker, boxes[index], marks)
        old: Any = page.get("/Contents")
        inner = list(old) if isinstance(old, Array) else [old] if old is not None else []
        page["/Contents"] = Array([opening, *inner, pdf.make_stream(content)])
        resources: Any = page.get("/Resources")
        if resources is None:
            resources = page["/Resources"] = Dictionary()
        fonts: Any = resources.get("/Font")
        if fonts is None:
            resources["/Font"] = Dictionary()
            fonts = resources["/Font"]
        homes[page.objgen] = fonts
    made = marker.fonts(pdf)
    for fonts in homes.values():
        for name, font in made.items():
            fonts[name] = font


def _marks(marker: Marker, box: PageBox, marks: PageMarks) -> bytes:
    sticker = marks.sticker
    return marker.stamp(
        box.seen,
        page=marks.page,
        exhibit=marks.exhibit,
        running=marks.running,
        sticker=StickerText(sticker.head, sticker.label, sticker.foot) if sticker else None,
        matrix=to_page(box),
    )


def _destination(page: pikepdf.Object, box: PageBox) -> list[Any]:
    """The top of a page as it is read, at the reader's own zoom."""
    from pikepdf import Name

    left = box.x + box.width if box.rotate in (180, 270) else box.x
    top = box.y if box.rotate in (90, 180) else box.y + box.height
    return [page, Name.XYZ, left, top, 0]


def _link(pages: Sequence[pikepdf.Object], tops: Sequence[list[Any]], targets: Mapping[str, int]) -> None:
    """Turns ``ek:`` links into jumps to the pages they mean; each keeps its URI as its name, so that the preflight can
    tell where it should lead."""
    from pikepdf import Array, String

    for page in pages:
        annotations: Any = page.get("/Annots")
        if annotations is None:
            continue
        for number, annotation in enumerate(annotations):
            action: Any = annotation.get("/A")
            uri = str(action.get("/URI", "")) if action is not None else ""
            if uri.startswith("ek:"):
                if not 1 <= targets.get(uri, 0) <= len(pages):
                    raise BuildError(f"A link leads nowhere ({uri}).", todo="Build the binder again.")
                del annotation["/A"]
                annotation["/Dest"] = Array(tops[targets[uri] - 1])
                annotation["/NM"] = String(f"{uri}#{number}")


def _outline(pdf: pikepdf.Pdf, tops: Sequence[list[Any]], bookmarks: Sequence[Bookmark]) -> None:
    from pikepdf import Dictionary, Name

    if not bookmarks:
        return
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    _grow(pdf, tops, root, bookmarks, depth=0)
    pdf.Root.Outlines = root
    pdf.Root.PageMode = Name.UseOutlines


def _grow(
    pdf: pikepdf.Pdf, tops: Sequence[list[Any]], parent: Any, bookmarks: Sequence[Bookmark], *, depth: int
) -> None:
    """Hangs bookmarks below ``parent``; the first level is open, deeper ones closed."""
    from pikepdf import Array, Dictionary, String

    made: list[Any] = []
    for bookmark in bookmarks:
        if not 1 <= bookmark.page <= len(tops):
            raise BuildError(
                f"The bookmark \u201c{bookmark.title}\u201d leads nowhere.", todo="Build the binder again."
            )
        line = Dictionary(Title=String(bookmark.title), Parent=parent, Dest=Array(tops[bookmark.page - 1]))
        made.append(pdf.make_indirect(line))
        if bookmark.children:
            _grow(pdf, tops, made[-1], bookmark.children, depth=depth + 1)
    for before, after in pairwise(made):
        before.Next, after.Prev = after, before
    parent.First, parent.Last = made[0], made[-1]
    parent.Count = len(made) if depth == 0 else -len(made)


def _labels(pdf: pikepdf.Pdf, labels: Sequence[str]) -> None:
    from pikepdf import Array, Dictionary, Name, String

    ranges: list[Any] = [0, Dictionary(S=Name.D)]
    if list(labels) != [str(n + 1) for n in range(len(labels))]:
        ranges = [part for n, label in enumerate(labels) for part in (n, Dictionary(P=String(label)))]
    pdf.Root.PageLabels = pdf.make_indirect(Dictionary(Nums=Array(ranges)))


def _describe(pdf: pikepdf.Pdf, volume: Volume, moment: str, language: str) -> None:
    from pikepdf import Dictionary, Name, String

    info = Dictionary(Title=String(volume.title), Producer=String(PRODUCER), Creator=String(PRODUCER))
    if moment:
        from pikepdf.models.metadata import encode_pdf_date

        info.CreationDate = info.ModDate = String(encode_pdf_date(_instant(moment)))
    pdf.trailer.Info = pdf.make_indirect(info)
    pdf.Root.Lang = String(language)
    pdf.Root.PageLayout = Name.SinglePage
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))


def _instant(moment: str) -> Any:
    from datetime import datetime

    try:
        return datetime.fromisoformat(moment)
    except ValueError:
        raise BuildError(
            f"The binder's time \u201c{moment}\u201d is no ISO 8601 time.", todo="Build the binder again."
        ) from None


def _write(pdf: pikepdf.Pdf, out: Path) -> None:
    """Writes with qpdf's fixed file identifier: its deterministic one is an MD5 over all bytes, which costs more time
    than writing them."""
    from pikepdf import ObjectStreamMode, StreamDecodeLevel

    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    write_pdf(
        pdf,
        out,
        static_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
        compress_streams=False,
    )


def _identity(volume: Volume, parts: Sequence[Path], moment: str) -> bytes:
    """A file identifier (16 bytes) from what the volume is made of: its marks and its parts, each known by its size and
    its tail, where its own identifier stands."""
    digest = hashlib.sha256(repr((volume, moment)).encode("utf-8", "surrogatepass"))
    for part in parts:
        with part.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            digest.update(size.to_bytes(8, "big") + file.read())
    return digest.digest()[:16]


def _sign_with_id(path: Path, identity: bytes) -> None:
    """Puts the file identifier into the cross-reference stream, in place of qpdf's fixed one of the same length."""
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 64))
        start = int(file.read().rsplit(b"startxref", 1)[1].split()[0])
        file.seek(start)
        head = file.read(_TAIL)
        file.seek(start)
        file.write(head.replace(_FIXED_ID, identity.hex().encode("ascii")))
