"""The look: contrast of every pair of colours that meet, icons, fonts, text size."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication

import resources
from ui.theme import DARK, FAMILY, LIGHT, Colours, Mode, Theme

TEXTS = ("text", "muted", "accent", "good", "warn", "bad")
GROUNDS = ("ground", "base", "raised")
PAIRS = [
    *product(TEXTS, GROUNDS),
    ("on_accent", "accent"),
    ("on_chosen", "chosen"),
    ("text", "hover"),
    ("text", "warn_ground"),
    ("text", "bad_ground"),
    ("warn", "warn_ground"),
    ("bad", "bad_ground"),
]


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.1)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_readable_on_its_ground(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def dark_pixels(image: QImage) -> int:
    return sum(image.pixelColor(x, y).alpha() > 128 for x in range(image.width()) for y in range(image.height()))


def test_every_icon_is_drawn_in_the_theme_s_colour(qapp: QApplication) -> None:
    theme = Theme(qapp, Mode.DARK)
    for name in resources.names("icons", ".svg"):
        picture = theme.icon(name.removesuffix(".svg")).pixmap(24, 24).toImage()
        assert dark_pixels(picture) > 10, name
    drawn = theme.icon("inbox").pixmap(24, 24).toImage()
    strongest = max((drawn.pixelColor(x, y) for x in range(24) for y in range(24)), key=lambda colour: colour.alpha())
    assert strongest.name() == theme.colours.text


def test_no_icon_is_kept_that_nothing_uses() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(__file__).parents[2].joinpath("ui").rglob("*.py"))
    named = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', source))
    assert {name.removesuffix(".svg") for name in resources.names("icons", ".svg")} <= named


def test_the_bundled_font_is_used(qapp: QApplication) -> None:
    theme = Theme(qapp, Mode.LIGHT)
    assert QFontInfo(theme.font()).family() == FAMILY
    assert QFontInfo(qapp.font()).pixelSize() == theme.px(13)


def test_text_size_and_mode_take_effect_at_once(qapp: QApplication) -> None:
    theme = Theme(qapp, Mode.LIGHT)
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.dark))
    theme.choose(Mode.DARK, 1.5)
    assert told == [True]
    assert qapp.font().pixelSize() == 20
    assert qapp.palette().window().color().name() == DARK.ground
    theme.choose(Mode.LIGHT, 1.0)
