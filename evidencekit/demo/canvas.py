"""Drawing screens in few colours: anti-aliased on an 8-bit palette image, which stays small and fast to write."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import resources

if TYPE_CHECKING:
    from PIL import Image, ImageFont

Colour = tuple[int, int, int]

_RAMP = 10  # palette entries between a ground and an ink


class Pencils:
    """Fonts, text and corner masks, made once and shared by every capture of one run."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}
        self._masks: dict[tuple[str, int, bool], Image.Image] = {}
        self._discs: dict[tuple[int, int], Image.Image] = {}
        self._widths: dict[tuple[str, int, bool], int] = {}
        self._lines: dict[tuple[str, int, int], tuple[str, ...]] = {}

    def font(self, size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
        """The sans-serif in pixels; the drawing library's own face where the shipped one is missing."""
        found = self._fonts.get((size, bold))
        if found is None:
            found = self._fonts[size, bold] = _load(size, bold)
        return found

    def text(self, words: str, size: int, bold: bool = False) -> Image.Image:
        """An 8-bit mask of one line of text, as high as the font's line."""
        from PIL import Image, ImageDraw

        key = (words, size, bold)
        found = self._masks.get(key)
        if found is None:
            font = self.font(size, bold)
            ascent, descent = font.getmetrics()
            found = Image.new("L", (max(1, int(font.getlength(words)) + 4), ascent + descent))
            ImageDraw.Draw(found).text((1, 0), words, fill=255, font=font)
            self._masks[key] = found
        return found

    def disc(self, width: int, height: int) -> Image.Image:
        """An 8-bit mask of an ellipse, smooth at its edge."""
        from PIL import Image, ImageDraw

        found = self._discs.get((width, height))
        if found is None:
            large = Image.new("L", (width * 4, height * 4))
            ImageDraw.Draw(large).ellipse((0, 0, width * 4 - 1, height * 4 - 1), fill=255)
            found = self._discs[width, height] = large.resize((width, height), Image.Resampling.BOX)
        return found

    def shoulders(self, size: int) -> Image.Image:
        """The lower part of a portrait silhouette, a mask of ``size`` square inside a disc of that size."""
        from PIL import Image, ImageChops

        body = Image.new("L", (size, size))
        body.paste(self.disc(size * 7 // 10, size * 7 // 10), (size * 3 // 20, size * 5 // 8))
        return ImageChops.multiply(body, self.disc(size, size))

    def wrap(self, words: str, size: int, room: int) -> tuple[str, ...]:
        """The text broken at spaces into lines of at most ``room`` pixels."""
        key = (words, size, room)
        found = self._lines.get(key)
        if found is None:
            font, lines, line = self.font(size), [], ""
            for word in words.split():
                longer = f"{line} {word}" if line else word
                if line and font.getlength(longer) > room:
                    lines.append(line)
                    line = word
                else:
                    line = longer
            found = self._lines[key] = (*lines, line)
        return found

    def width(self, words: str, size: int, bold: bool = False) -> int:
        """Width of one line in pixels."""
        key = (words, size, bold)
        found = self._widths.get(key)
        if found is None:
            found = self._widths[key] = int(self.font(size, bold).getlength(words))
        return found


class Canvas:
    """One screen being drawn, sizes in pixels. Whoever draws says which colour lies under what is drawn."""

    def __init__(self, width: int, height: int, ground: Colour, pencils: Pencils) -> None:
        from PIL import Image

        self.width, self.height, self.pencils = width, height, pencils
        self._colours: dict[Colour, int] = {}
        self._ramps: dict[tuple[Colour, Colour], bytes] = {}
        self.image = Image.new("P", (width, height), self.index(ground))

    def index(self, colour: Colour) -> int:
        """The palette entry of that colour; the nearest one once the palette is full."""
        found = self._colours.get(colour)
        if found is None:
            if len(self._colours) < 256:
                found = self._colours[colour] = len(self._colours)
            else:
                nearest = min(self._colours, key=lambda c: sum((a - b) ** 2 for a, b in zip(c, colour, strict=True)))
                found = self._colours[nearest]
        return found

    def rect(self, box: tuple[int, int, int, int], colour: Colour) -> None:
        """A filled rectangle (left, top, right, bottom; right and bottom outside)."""
        self.image.paste(self.index(colour), box)

    def polygon(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon with hard edges."""
        from PIL import ImageDraw

        ImageDraw.Draw(self.image).polygon(points, fill=self.index(colour))

    def line(self, points: list[tuple[float, float]], colour: Colour, width: int) -> None:
        """A polyline with hard edges."""
        from PIL import ImageDraw

        ImageDraw.Draw(self.image).line(points, fill=self.index(colour), width=width, joint="curve")

    def stamp(self, mask: Image.Image, at: tuple[int, int], ink: Colour, ground: Colour) -> None:
        """Ink through an 8-bit mask over an even ground."""
        from PIL import Image

        pixels = mask.tobytes()
        shaded = Image.frombytes("P", mask.size, pixels.translate(self._ramp(ground, ink)))
        self.image.paste(shaded, at, Image.frombytes("L", mask.size, pixels.translate(_HARD)))

    def disc(self, box: tuple[int, int, int, int], ink: Colour, ground: Colour) -> None:
        """A filled ellipse in the box."""
        left, top, right, bottom = box
        self.stamp(self.pencils.disc(right - left, bottom - top), (left, top), ink, ground)

    def rounded(self, box: tuple[int, int, int, int], radius: int, ink: Colour, ground: Colour) -> None:
        """A filled rectangle with round corners."""
        left, top, right, bottom = box
        radius = max(1, min(radius, (right - left) // 2, (bottom - top) // 2))
        disc = self.pencils.disc(radius * 2, radius * 2)
        self.rect((left + radius, top, right - radius, bottom), ink)
        self.rect((left, top + radius, right, bottom - radius), ink)
        for x, u in ((left, 0), (right - radius, radius)):
            for y, v in ((top, 0), (bottom - radius, radius)):
                self.stamp(disc.crop((u, v, u + radius, v + radius)), (x, y), ink, ground)

    def text(
        self,
        at: tuple[int, int],
        words: str,
        size: int,
        ink: Colour,
        ground: Colour,
        *,
        bold: bool = False,
        align: str = "left",
    ) -> int:
        """One line of text; ``at`` is its top left, top middle or top right. Returns its width."""
        width = self.pencils.width(words, size, bold)
        x = at[0] - {"left": 0, "middle": width // 2, "right": width}[align]
        self.stamp(self.pencils.text(words, size, bold), (x, at[1]), ink, ground)
        return width

    def save(self, path: Path, exif: bytes | None = None) -> None:
        """Write a palette PNG, with an eXIf chunk when given."""
        palette = [0] * 768
        for colour, index in self._colours.items():
            palette[index * 3 : index * 3 + 3] = colour
        self.image.putpalette(palette[: 3 * len(self._colours)])
        extra = {"exif": exif} if exif else {}
        self.image.save(path, format="PNG", compress_level=4, **extra)

    def _ramp(self, ground: Colour, ink: Colour) -> bytes:
        found = self._ramps.get((ground, ink))
        if found is None:
            steps = [
                self.index((_mix(ground[0], ink[0], n), _mix(ground[1], ink[1], n), _mix(ground[2], ink[2], n)))
                for n in range(_RAMP + 1)
            ]
            found = self._ramps[ground, ink] = bytes(steps[round(v * _RAMP / 255)] for v in range(256))
        return found


_HARD = bytes(13) + b"\xff" * 243  # what rounds to the first step of a ramp is not drawn at all


def _mix(a: int, b: int, n: int) -> int:
    return round(a + (b - a) * n / _RAMP)


def _load(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    name = "fonts/Inter-SemiBold.ttf" if bold else "fonts/Inter-Regular.ttf"
    try:
        source = BytesIO(resources.data(name))
    except FileNotFoundError:
        default = ImageFont.load_default(size)
        if not isinstance(default, ImageFont.FreeTypeFont):
            raise
        return default
    return ImageFont.truetype(source, size, layout_engine=ImageFont.Layout.BASIC)
