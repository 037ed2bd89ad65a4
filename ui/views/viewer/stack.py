"""Where pages lie under each other at a given zoom; geometry only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate

from PySide6.QtCore import QRectF

Size = tuple[float, float]
STEPS = (0.05, 0.08, 0.12, 0.17, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16)


class Fit(StrEnum):
    """What the zoom follows when the view is resized."""

    WHOLE = "whole"
    WIDTH = "width"
    FREE = "free"


class Stack:
    """Pages of ``sizes`` (width, height at zoom 1) under each other, ``gap`` apart and from the edges."""

    def __init__(self, sizes: Sequence[Size], zoom: float, gap: float) -> None:
        self.sizes, self.zoom, self.gap = tuple(sizes), zoom, gap
        self.tops = list(accumulate((size[1] * zoom + gap for size in sizes), initial=gap))
        self.width = max((size[0] for size in sizes), default=0) * zoom + 2 * gap
        self.height = self.tops[-1]

    def place(self, page: int, room: float) -> QRectF:
        """Where a page lies in a view at least ``room`` wide: centred, on whole pixels."""
        across, down = self.sizes[page][0] * self.zoom, self.sizes[page][1] * self.zoom
        left = (max(room, self.width) - across) / 2
        return QRectF(round(left), round(self.tops[page]), max(1.0, across), max(1.0, down))

    def at(self, height: float) -> int:
        """The page at that height, or the nearest above it."""
        return min(max(0, bisect_right(self.tops, height) - 1), max(0, len(self.sizes) - 1))

    def between(self, top: float, bottom: float) -> range:
        """The pages that show between two heights."""
        if not self.sizes:
            return range(0)
        return range(self.at(top), self.at(bottom) + 1)


def fitting(sizes: Sequence[Size], fit: Fit, room: Size, gap: float, bar: float, most: float) -> float:
    """The zoom at which pages fit in ``room``: whole, none larger than ``most`` times its size, or in width, none
    larger than twice that. ``bar`` is what a scroll bar takes of the width when one is needed."""
    widest, highest = max(size[0] for size in sizes), max(size[1] for size in sizes)

    def across(width: float) -> float:
        return min(max(1.0, width - 2 * gap) / widest, 2 * most)

    if fit is Fit.WIDTH:
        zoom = across(room[0])
        return zoom if Stack(sizes, zoom, gap).height <= room[1] else across(room[0] - bar)
    down = max(1.0, room[1] - 2 * gap) / highest
    return min(across(room[0] - (bar if len(sizes) > 1 else 0)), down, most)


def stepped(zoom: float, inward: bool) -> float:
    """The next larger or smaller step."""
    if inward:
        return next((step for step in STEPS if step > zoom * 1.01), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < zoom * 0.99), STEPS[0])
