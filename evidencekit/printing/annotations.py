"""Annotations as a screen shows them, made part of the page.

Marks without an appearance of their own are drawn here where their geometry says all (highlights, lines, boxes, ink);
what has only words, such as sticky notes, is listed. Source: ISO 32000-1 12.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evidencekit.printing.layers import Layers
from evidencekit.printing.numbers import number, numbers

if TYPE_CHECKING:
    import pikepdf

_HIDDEN = 0b100010  # Hidden (bit 2) and NoView (bit 6)
_SILENT = frozenset({"/Link", "/Popup", "/Widget"})
_LISTED_CHARS = 160


def settle_annotations(source: pikepdf.Pdf, layers: Layers, notes: list[str]) -> None:
    """Flattens the annotations and form fields of every page into its content, in memory."""
    import pikepdf

    try:
        source.generate_appearance_streams()
    except (pikepdf.PdfError, RuntimeError, ValueError):
        notes.append("Some form fields could not be drawn; compare with the original file.")
    for count, page in enumerate(source.pages, start=1):
        annotations: Any = page.obj.get("/Annots")
        if not isinstance(annotations, pikepdf.Array):
            continue
        kept = [one for one in annotations if hasattr(one, "keys") and _settle(source, one, layers, count, notes)]
        page.obj["/Annots"] = pikepdf.Array(kept)
    source.flatten_annotations("screen")


def _settle(source: pikepdf.Pdf, annotation: Any, layers: Layers, page: int, notes: list[str]) -> bool:
    """Whether the annotation is to be flattened."""
    flags = int(number(annotation.get("/F")) or 0)
    kind = str(annotation.get("/Subtype", ""))
    if flags & _HIDDEN or kind == "/Popup" or layers.hides(annotation.get("/OC")):
        return False
    appearance: Any = annotation.get("/AP")
    if hasattr(appearance, "keys") and "/N" in appearance:
        return True
    if kind in _SILENT:
        return kind == "/Widget"
    painter = _PAINTERS.get(kind)
    drawn = painter(annotation) if painter else b""
    if drawn:
        _give_appearance(source, annotation, drawn, multiply=kind == "/Highlight")
        return True
    words = str(annotation.get("/Contents", ""))
    said = f": \u201c{words[:_LISTED_CHARS]}\u201d" if words else " without words"
    notes.append(f"Page {page} has a {_plain(kind)} that shows only in a viewer{said}.")
    return False


def _plain(kind: str) -> str:
    return {"/Text": "sticky note", "/FreeText": "text box", "/FileAttachment": "file attachment"}.get(
        kind, f"{kind.strip('/') or 'nameless'} annotation"
    )


def _give_appearance(source: pikepdf.Pdf, annotation: Any, content: bytes, *, multiply: bool) -> None:
    from pikepdf import Array, Dictionary, Name

    opacity = number(annotation.get("/CA"))
    look = Dictionary(BM=Name.Multiply if multiply else Name.Normal)
    if opacity is not None:
        look.CA = look.ca = min(1.0, max(0.0, opacity))
    form = source.make_stream(b"/G gs\n" + content)
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array(annotation["/Rect"])
    form.Resources = Dictionary(ExtGState=Dictionary(G=look))
    if multiply:
        form.Group = Dictionary(S=Name.Transparency)
    annotation["/AP"] = Dictionary(N=form)


def _colour(annotation: Any, key: str, fill: bool) -> str:
    values = [min(1.0, max(0.0, v)) for v in numbers(annotation.get(key))]
    operators = {1: ("g", "G"), 3: ("rg", "RG"), 4: ("k", "K")}
    if len(values) not in operators:
        return ""
    return " ".join(f"{v:.4f}" for v in values) + f" {operators[len(values)][0 if fill else 1]}\n"


def _line_width(annotation: Any) -> float:
    style: Any = annotation.get("/BS")
    width = number(style.get("/W")) if hasattr(style, "keys") else None
    if width is None:
        border = numbers(annotation.get("/Border"))
        width = border[2] if len(border) >= 3 else 1.0
    return max(0.0, min(width, 100.0))


def _quads(annotation: Any) -> list[list[float]]:
    points = numbers(annotation.get("/QuadPoints"))
    if len(points) < 8:
        rect = numbers(annotation.get("/Rect"))
        if len(rect) != 4:
            return []
        x0, y0, x1, y1 = rect
        points = [x0, y1, x1, y1, x0, y0, x1, y0]
    return [points[n : n + 8] for n in range(0, len(points) - 7, 8)]


def _highlight(annotation: Any) -> bytes:
    colour = _colour(annotation, "/C", fill=True) or "1 1 0 rg\n"
    # The quad's points come as upper left, upper right, lower left, lower right: what producers do, not what the
    # standard draws.
    paths = [
        f"{q[0]:.3f} {q[1]:.3f} m {q[2]:.3f} {q[3]:.3f} l {q[6]:.3f} {q[7]:.3f} l {q[4]:.3f} {q[5]:.3f} l h f\n"
        for q in _quads(annotation)
    ]
    return (colour + "".join(paths)).encode() if paths else b""


def _ruled(height: float) -> Callable[[Any], bytes]:
    def paint(annotation: Any) -> bytes:
        lines = []
        for q in _quads(annotation):
            x0, y0 = q[4] + (q[0] - q[4]) * height, q[5] + (q[1] - q[5]) * height
            x1, y1 = q[6] + (q[2] - q[6]) * height, q[7] + (q[3] - q[7]) * height
            lines.append(f"{x0:.3f} {y0:.3f} m {x1:.3f} {y1:.3f} l S\n")
        return _stroked(annotation, "".join(lines))

    return paint


def _stroked(annotation: Any, path: str) -> bytes:
    if not path:
        return b""
    return f"{_colour(annotation, '/C', fill=False) or '0 G'} {_line_width(annotation):.3f} w\n{path}".encode()


def _filled(annotation: Any, path: str) -> bytes:
    inside = _colour(annotation, "/IC", fill=True)
    line = _colour(annotation, "/C", fill=False)
    width = _line_width(annotation)
    paint = "B" if inside and line and width else "f" if inside else "S"
    return f"{inside}{line}{width:.3f} w\n{path} {paint}\n".encode()


def _inner(annotation: Any) -> list[float]:
    rect = numbers(annotation.get("/Rect"))
    if len(rect) != 4:
        return []
    inset = _line_width(annotation) / 2
    gaps = numbers(annotation.get("/RD"))
    left, bottom, right, top = gaps if len(gaps) == 4 else (0.0, 0.0, 0.0, 0.0)
    x0, x1 = sorted((rect[0], rect[2]))
    y0, y1 = sorted((rect[1], rect[3]))
    return [x0 + left + inset, y0 + bottom + inset, x1 - right - inset, y1 - top - inset]


def _square(annotation: Any) -> bytes:
    box = _inner(annotation)
    return (
        _filled(annotation, f"{box[0]:.3f} {box[1]:.3f} {box[2] - box[0]:.3f} {box[3] - box[1]:.3f} re") if box else b""
    )


def _circle(annotation: Any) -> bytes:
    box = _inner(annotation)
    if not box:
        return b""
    cx, cy, rx, ry = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
    kx, ky = rx * 0.5523, ry * 0.5523
    curves = (
        f"{cx + rx:.3f} {cy:.3f} m "
        f"{cx + rx:.3f} {cy + ky:.3f} {cx + kx:.3f} {cy + ry:.3f} {cx:.3f} {cy + ry:.3f} c "
        f"{cx - kx:.3f} {cy + ry:.3f} {cx - rx:.3f} {cy + ky:.3f} {cx - rx:.3f} {cy:.3f} c "
        f"{cx - rx:.3f} {cy - ky:.3f} {cx - kx:.3f} {cy - ry:.3f} {cx:.3f} {cy - ry:.3f} c "
        f"{cx + kx:.3f} {cy - ry:.3f} {cx + rx:.3f} {cy - ky:.3f} {cx + rx:.3f} {cy:.3f} c h"
    )
    return _filled(annotation, curves)


def _polyline(points: list[float], close: str = "") -> str:
    if len(points) < 4:
        return ""
    pairs = [(points[n], points[n + 1]) for n in range(0, len(points) - 1, 2)]
    first, *rest = [f"{x:.3f} {y:.3f}" for x, y in pairs]
    return f"{first} m " + " ".join(f"{point} l" for point in rest) + close


def _line(annotation: Any) -> bytes:
    path = _polyline(numbers(annotation.get("/L")))
    return _stroked(annotation, f"{path} S\n" if path else "")


def _open_shape(annotation: Any) -> bytes:
    path = _polyline(numbers(annotation.get("/Vertices")))
    return _stroked(annotation, f"{path} S\n" if path else "")


def _closed_shape(annotation: Any) -> bytes:
    path = _polyline(numbers(annotation.get("/Vertices")), " h")
    return _filled(annotation, path) if path else b""


def _ink(annotation: Any) -> bytes:
    import pikepdf

    strokes: Any = annotation.get("/InkList")
    if not isinstance(strokes, pikepdf.Array):
        return b""
    paths = [path for stroke in strokes if (path := _polyline(numbers(stroke)))]
    return _stroked(annotation, "".join(f"1 J 1 j {path} S\n" for path in paths))


_PAINTERS: dict[str, Callable[[Any], bytes]] = {
    "/Highlight": _highlight,
    "/Underline": _ruled(0.08),
    "/Squiggly": _ruled(0.08),
    "/StrikeOut": _ruled(0.45),
    "/Square": _square,
    "/Circle": _circle,
    "/Line": _line,
    "/PolyLine": _open_shape,
    "/Polygon": _closed_shape,
    "/Ink": _ink,
}
