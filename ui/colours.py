"""The app's colours, light and dark, and nothing else: the one place where they stand.

Text on its ground has a contrast of at least 4.5:1 (WCAG 2.1 AA, which Section 508 asks for); a test measures each
pair.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """The app's colours as ``#rrggbb``. ``ground`` lies behind panels, ``base`` behind lists and fields; ``good``,
    ``warn`` and ``bad`` are text colours for states, each readable on ``ground`` and ``base``."""

    ground: str
    base: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    chosen: str
    on_chosen: str
    hover: str
    good: str
    warn: str
    bad: str
    warn_ground: str
    bad_ground: str
    paper_ground: str


# Over pictures of evidence, which may be of any colour: seen on black as on white, the same in both themes.
OVER_WORD, OVER_DOUBT, OVER_FIND = "#5b9bf3", "#e07b00", "#f2b500"
LIGHT = Colours(
    ground="#f3f4f6",
    base="#ffffff",
    raised="#ffffff",
    line="#d3d8de",
    text="#1a1d21",
    muted="#555d67",
    accent="#1d4f91",
    accent_hover="#163f76",
    on_accent="#ffffff",
    chosen="#dbe8f9",
    on_chosen="#0f2d52",
    hover="#e8ebef",
    good="#176b34",
    warn="#855400",
    bad="#b3261e",
    warn_ground="#fdf3dc",
    bad_ground="#fdeceb",
    paper_ground="#d9dde2",
)
DARK = Colours(
    ground="#15171b",
    base="#1d2025",
    raised="#262a31",
    line="#3a4049",
    text="#e7e9ec",
    muted="#a3acb8",
    accent="#74abf8",
    accent_hover="#94c0fb",
    on_accent="#0c1a2b",
    chosen="#24426b",
    on_chosen="#f0f5fc",
    hover="#2a2f37",
    good="#62c982",
    warn="#e3ad4b",
    bad="#f78b82",
    warn_ground="#352b17",
    bad_ground="#3a2120",
    paper_ground="#0f1114",
)
