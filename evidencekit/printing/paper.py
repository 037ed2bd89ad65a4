"""Paper sizes and the room on a sheet that evidence may take, in PostScript points (1/72 inch)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PaperName(StrEnum):
    """What an office prints on."""

    LETTER = "letter"
    LEGAL = "legal"
    A4 = "a4"


SIZES: dict[PaperName, tuple[float, float]] = {
    PaperName.LETTER: (612.0, 792.0),
    PaperName.LEGAL: (612.0, 1008.0),
    PaperName.A4: (595.276, 841.89),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper (points) and the frame inside its margins that evidence may take: the marks stand outside
    the frame, so that nothing is ever printed over evidence. The gutter is on the binding (left) edge."""

    width: float
    height: float
    left: float
    bottom: float
    right: float
    top: float

    @property
    def frame_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def frame_height(self) -> float:
        return self.height - self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a sheet in points, from its lower left corner."""

    x: float
    y: float
    width: float
    height: float


def sheet(name: PaperName, gutter: float = 18.0) -> Sheet:
    """The sheet of that paper: room for the sticker and head mark on top, the page marks at the foot."""
    width, height = SIZES[name]
    return Sheet(width, height, left=36.0 + gutter, bottom=54.0, right=36.0, top=72.0)


def hairline(box: Box) -> bytes:
    """A thin grey line just outside the box."""
    x, y, w, h = box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1
    return f"q 0.4 w 0.72 G {x:.2f} {y:.2f} {w:.2f} {h:.2f} re S Q\n".encode()
