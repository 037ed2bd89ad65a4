"""The look: contrast of every pair of colours that meet, icons, fonts, text size."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo, QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QWidget

import resources
from ui.colours import DARK, LIGHT, Colours
from ui.theme import FAMILY, Mode, Theme
from ui.widgets import Elided, even_width, label

TEXTS = ("text", "muted", "accent", "good", "warn", "bad")
GROUNDS = ("ground", "base", "raised")
PAIRS = [
    *product(TEXTS, GROUNDS),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
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


@pytest.mark.parametrize(("mode", "colours"), [(Mode.LIGHT, LIGHT), (Mode.DARK, DARK)])
def test_an_empty_tick_box_is_seen_and_a_ticked_one_is_filled(qapp: QApplication, mode: Mode, colours: Colours) -> None:
    theme = Theme(qapp, mode)
    box = QCheckBox("Surveillance")
    assert colours.muted in seen(box)
    assert colours.accent not in seen(box)
    box.setChecked(True)
    assert colours.accent in seen(box)
    del theme


def test_an_icon_keeps_off_the_words_beside_it(qapp: QApplication) -> None:
    theme = Theme(qapp, Mode.LIGHT)
    button = QPushButton("Verify case")
    theme.put_icon(button, "shield-check")
    assert button.iconSize() == theme.beside(16)
    drawn = button.icon().pixmap(button.iconSize()).toImage()
    room = range(theme.px(16), drawn.width())
    assert len(room) >= theme.px(4)
    assert all(drawn.pixelColor(x, y).alpha() == 0 for x in room for y in range(drawn.height()))


def test_wrapped_words_leave_no_word_alone_for_want_of_a_few_pixels(qapp: QApplication) -> None:
    words = label("Drop files or folders anywhere on this window. They are copied into the case unchanged.", wrap=True)
    widest = 400
    even = even_width(words, widest)
    assert even < widest
    assert words.heightForWidth(even) == words.heightForWidth(widest)


def seen(widget: QWidget) -> set[str]:
    picture = widget.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


def test_a_tip_is_never_markup(qapp: QApplication) -> None:
    hostile = "<img src='//server/share/x.png'> & a name that is far too long for the room there is"
    line = Elided(hostile, name="Caption")
    line.resize(80, 20)
    line.put(hostile)
    shown_tip = QTextDocument()
    shown_tip.setHtml(line.toolTip())
    assert shown_tip.toPlainText() == hostile
    assert line.accessibleName() == f"Caption: {hostile}"
    assert "…" in line.text()
