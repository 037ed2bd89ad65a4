"""The marks on a binder's pages: page mark, exhibit mark, running foot and sticker, as real text outside the frame.

They stand upright as a reader sees the page, whatever its rotation, and shrink rather than collide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from evidencekit.printing.faces import SANS, SANS_BOLD, Pen
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    import pikepdf

_EDGE = 18.0  # printers cannot print closer to the paper's edge than this
_FOOT = 28.0
_RULE = 40.0
_STICKER = 46.0
_BAND = 13.0
_NARROWEST, _WIDEST = 108.0, 220.0
_AMBER = "0.957 0.788 0.318 rg"
_INK = "0.09 0.10 0.12"
_GREY = "0.38 0.39 0.41"


class StickerText(NamedTuple):
    """The words of an exhibit sticker: ``head`` on the band, the bare ``label``, ``foot`` below it."""

    head: str
    label: str
    foot: str


class Marker:
    """Writes the marks of many pages with one shared pair of fonts."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._plain = Pen(SANS, "EKm")
        self._bold = Pen(SANS_BOLD, "EKb")
        self._stickers: dict[StickerText, tuple[float, bytes]] = {}

    def stamp(
        self,
        seen: tuple[float, float],
        *,
        page: str,
        exhibit: str = "",
        running: str = "",
        sticker: StickerText | None = None,
        matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0),
    ) -> bytes:
        """Content that closes the page's own and draws the marks. ``seen`` is the page's size in points as it is read,
        ``matrix`` leads from there to the page's own space."""
        width, height = seen
        turned = width > height
        left, right = (36.0, width - 36.0) if turned else (self._sheet.left, width - self._sheet.right)
        parts = [b"Q q\n"]
        if matrix != (1, 0, 0, 1, 0, 0):
            parts.append((" ".join(f"{value:.4f}" for value in matrix) + " cm\n").encode())
        parts.append(self._foot(left, right, page, running))
        room = right - left
        if sticker:
            sticker_width, drawn = self._sticker(sticker)
            top = height - _EDGE
            parts.append(f"q 1 0 0 1 {right - sticker_width:.2f} {top - _STICKER:.2f} cm\n".encode())
            parts.append(drawn + b"Q\n")
            room -= sticker_width + 12
        if exhibit:
            words, size = squeezed(self._bold, exhibit, 8.5, room)
            parts.append(f"{_INK} rg ".encode() + self._bold.show(words, left, height - _EDGE - 18, size))
        parts.append(b"Q\n")
        return b"".join(parts)

    def fonts(self, pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
        """The font resources that the stamps need, once all are written."""
        return self._plain.embed(pdf) | self._bold.embed(pdf)

    def printable(self, text: str) -> str:
        """A mark's words as they can be read out of the page."""
        return self._bold.printable(text)

    def _foot(self, left: float, right: float, page: str, running: str) -> bytes:
        parts = [f"0.4 w 0.65 G {left:.2f} {_RULE:.2f} m {right:.2f} {_RULE:.2f} l S {_INK} rg\n".encode()]
        size = self._bold.fitting(page, 8.5, right - left)
        width = self._bold.width(page, size)
        parts.append(self._bold.show(page, right - width, _FOOT, size))
        if running:
            room = right - left - width - 18
            words, size = squeezed(self._plain, running, 7.5, room, least=5.5)
            parts.append(f"{_GREY} rg ".encode() + self._plain.show(words, left, _FOOT, size))
        return b"".join(parts)

    def _sticker(self, words: StickerText) -> tuple[float, bytes]:
        made = self._stickers.get(words)
        if made is None:
            made = self._stickers[words] = self._draw_sticker(words)
        return made

    def _draw_sticker(self, words: StickerText) -> tuple[float, bytes]:
        head = words.head.upper()
        wishes = (
            self._bold.width(head, 7.5) + 20,
            self._bold.width(words.label, 19) + 24,
            self._plain.width(words.foot, 6.5) + 16,
        )
        width = min(_WIDEST, max(_NARROWEST, *wishes))
        body = _STICKER - _BAND
        outline = _rounded(0.5, 0.5, width - 1, _STICKER - 1, 3.5)
        parts = [
            f"1 g {outline} f\n".encode(),
            f"q {outline} W n {_AMBER} 0 {body:.2f} {width:.2f} {_BAND:.2f} re f Q\n".encode(),
            f"{_INK} RG 0.6 w 0.5 {body:.2f} m {width - 0.5:.2f} {body:.2f} l S 1 w {outline} S {_INK} rg\n".encode(),
            _centred(self._bold, head, width, 7.5, body + 3.9),
            _centred(self._bold, words.label, width, 19, 12.6 if words.foot else 9.8),
        ]
        if words.foot:
            parts.append(_centred(self._plain, words.foot, width, 6.5, 4.4, least=4.5))
        return width, b"".join(parts)


def _centred(pen: Pen, text: str, width: float, size: float, y: float, least: float = 3.5) -> bytes:
    words, fitting = squeezed(pen, text, size, width - 12, least)
    # A shrunken line keeps its optical middle.
    return pen.show(words, (width - pen.width(words, fitting)) / 2, y + (size - fitting) * 0.35, fitting)


def squeezed(pen: Pen, words: str, size: float, room: float, least: float = 3.5) -> tuple[str, float]:
    """The words and the size at which they fit; cut with an ellipsis when they would be smaller than ``least``."""
    fitting = pen.fitting(words, size, room, least)
    if pen.width(words, fitting) <= room + 0.01:
        return words, fitting
    kept = next(
        n for n in range(len(words), -1, -1) if pen.width(words[:n].rstrip() + "\u2026", fitting) <= room or not n
    )
    return words[:kept].rstrip() + "\u2026", fitting


def _rounded(x: float, y: float, w: float, h: float, r: float) -> str:
    k = r * 0.4477
    x1, y1 = x + w, y + h
    return (
        f"{x + r:.2f} {y:.2f} m {x1 - r:.2f} {y:.2f} l "
        f"{x1 - k:.2f} {y:.2f} {x1:.2f} {y + k:.2f} {x1:.2f} {y + r:.2f} c "
        f"{x1:.2f} {y1 - r:.2f} l {x1:.2f} {y1 - k:.2f} {x1 - k:.2f} {y1:.2f} {x1 - r:.2f} {y1:.2f} c "
        f"{x + r:.2f} {y1:.2f} l {x + k:.2f} {y1:.2f} {x:.2f} {y1 - k:.2f} {x:.2f} {y1 - r:.2f} c "
        f"{x:.2f} {y + r:.2f} l {x:.2f} {y + k:.2f} {x + k:.2f} {y:.2f} {x + r:.2f} {y:.2f} c h"
    )
