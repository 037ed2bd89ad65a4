"""Painting in full colour for the synthetic photographs: gradients, glows, a car, handwriting, film grain."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from evidencekit.demo.canvas import Colour, Pencils

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

WIDTH, HEIGHT = 2016, 1512
Points = list[tuple[float, float]]


class Brush:
    """One photograph being painted; coordinates are pixels of the landscape frame of ``size``."""

    def __init__(
        self,
        top: Colour,
        bottom: Colour,
        rng: random.Random,
        pencils: Pencils,
        size: tuple[int, int] = (WIDTH, HEIGHT),
    ) -> None:
        from PIL import ImageDraw

        self.rng, self.pencils = rng, pencils
        self.image = gradient(*size, top, bottom)
        self.draw: ImageDraw.ImageDraw = ImageDraw.Draw(self.image)

    def fade(self, box: tuple[int, int, int, int], top: Colour, bottom: Colour) -> None:
        """A vertical gradient in a box."""
        left, upper, right, lower = box
        self.image.paste(gradient(right - left, lower - upper, top, bottom), (left, upper))

    def shape(self, points: Points, colour: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon(points, fill=colour)

    def shaded(self, points: Points, top: Colour, bottom: Colour) -> None:
        """A polygon filled with a vertical gradient."""
        from PIL import Image, ImageDraw

        xs, ys = [int(p[0]) for p in points], [int(p[1]) for p in points]
        left, upper, wide, tall = min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1
        mask = Image.new("L", (wide * 2, tall * 2))
        ImageDraw.Draw(mask).polygon([((x - left) * 2, (y - upper) * 2) for x, y in points], fill=255)
        mask = mask.resize((wide, tall), Image.Resampling.BOX)
        self.image.paste(gradient(wide, tall, top, bottom), (left, upper), mask)

    def blob(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A filled ellipse."""
        self.draw.ellipse((x - rx, y - ry, x + rx, y + ry), fill=colour)

    def glow(self, x: int, y: int, radius: int, colour: Colour, strength: float) -> None:
        """Light around a lamp, added to what is there."""
        from PIL import Image, ImageChops

        edge = 181  # the gradient's value where the circle touches its square
        falloff = Image.radial_gradient("L").point(
            [round(255 * strength * max(0.0, 1 - v / edge) ** 2) for v in range(256)]
        )
        falloff = falloff.resize((radius * 2, radius * 2))
        light = Image.merge("RGB", [falloff.point([v * c // 255 for v in range(256)]) for c in colour])
        box = (x - radius, y - radius, x + radius, y + radius)
        self.image.paste(ImageChops.add(self.image.crop(box), light), box[:2])

    def shadow(self, points: Points, blur: int, strength: float) -> None:
        """A soft dark patch on the ground."""
        from PIL import Image, ImageDraw, ImageFilter

        width, height = self.image.size
        mask = Image.new("L", (width // 4, height // 4))
        ImageDraw.Draw(mask).polygon([(x / 4, y / 4) for x, y in points], fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur / 4)).resize((width, height), Image.Resampling.BILINEAR)
        self.image.paste((8, 8, 12), (0, 0), mask)

    def words(self, at: tuple[int, int], text: str, size: int, ink: Colour, *, turn: float = 0.0) -> None:
        """Printed words, turned by degrees."""
        from PIL import Image

        mask = self.pencils.text(text, size, True).rotate(turn, Image.Resampling.BICUBIC, expand=True)
        self.image.paste(ink, at, mask)

    def handwriting(self, at: tuple[float, float], text: str, size: int, ink: Colour, turn: float) -> None:
        """Words as if written with a ball-point pen: slanted, uneven, wandering off the line."""
        from PIL import Image

        x, y = at
        slope = math.tan(math.radians(turn))
        for char in text:
            tall = size + self.rng.randrange(-3, 4)
            mask = self.pencils.text(char, tall)
            slant = mask.transform(
                (mask.width + tall // 3, mask.height),
                Image.Transform.AFFINE,
                (1, 0.28, -tall * 0.24, 0, 1, 0),
                Image.Resampling.BICUBIC,
            ).rotate(-turn + self.rng.uniform(-5, 5), Image.Resampling.BICUBIC)
            self.image.paste(ink, (round(x), round(y + self.rng.uniform(-3, 3))), slant)
            step = self.pencils.font(tall).getlength(char) * 0.93
            x, y = x + step, y + step * slope

    def car(self, x: float, y: float, scale: float, body: Colour, *, lit: bool = False, plate: str = "") -> None:
        """A parked saloon seen from its side, front to the right; (x, y) is where its rear touches the ground."""

        def at(points: Points) -> Points:
            return [(x + px * scale, y - py * scale) for px, py in points]

        dark: Colour = (max(0, body[0] - 70), max(0, body[1] - 70), max(0, body[2] - 66))
        self.shadow(at([(-20, -14), (960, -14), (930, 26), (10, 26)]), 26, 0.75)
        self.shaded(at(_hull()), body, dark)
        self.shaded(at(_cabin()), (46, 54, 66), (16, 20, 26))
        for pillar in (
            [(478, 262), (492, 262), (500, 168), (482, 168)],
            [(300, 232), (316, 238), (262, 168), (240, 168)],
        ):
            self.shape(at(pillar), dark)  # type: ignore[arg-type]
        shine: Colour = (min(255, body[0] + 24), min(255, body[1] + 24), min(255, body[2] + 24))
        self.draw.line(at([(30, 158), (470, 166), (900, 132)]), fill=shine, width=max(1, round(4 * scale)))
        for seam in ([(490, 166), (484, 52)], [(322, 162), (322, 60)], [(676, 160), (664, 60)]):
            self.draw.line(at(seam), fill=dark, width=max(1, round(3 * scale)))  # type: ignore[arg-type]
        for handle in (350, 520):
            self.shape(at([(handle, 148), (handle + 40, 148), (handle + 40, 140), (handle, 140)]), dark)
        self.shape(at([(4, 150), (34, 152), (34, 118), (4, 116)]), (150, 22, 24))
        self.shape(at([(918, 128), (880, 134), (878, 112), (926, 104)]), (255, 240, 200) if lit else (196, 202, 206))
        for wheel in (178, 762):
            self._wheel(x + wheel * scale, y - 52 * scale, scale)
        if plate:
            self.shape(at([(-4, 104), (10, 104), (10, 74), (-4, 74)]), (226, 226, 220))
        if lit:
            self.glow(round(x + 930 * scale), round(y - 118 * scale), round(260 * scale), (255, 226, 170), 0.8)

    def _wheel(self, x: float, y: float, scale: float) -> None:
        for radius, colour in ((68, (10, 10, 12)), (60, (26, 26, 28)), (42, (122, 126, 132)), (36, (74, 78, 84))):
            self.blob(x, y, radius * scale, radius * scale, colour)
        for n in range(5):
            angle = n * 2 * math.pi / 5 + 0.3
            end = (x + 38 * scale * math.cos(angle), y + 38 * scale * math.sin(angle))
            self.draw.line([(x, y), end], fill=(148, 152, 158), width=max(1, round(11 * scale)))
        self.blob(x, y, 9 * scale, 9 * scale, (60, 62, 66))

    def finish(self, *, blur: float, grain: int, vignette: float) -> Image.Image:
        """The photograph: slightly soft, with sensor noise and darker corners."""
        import numpy as np
        from PIL import Image, ImageChops, ImageFilter

        width, height = self.image.size
        soft = self.image.filter(ImageFilter.BoxBlur(blur)) if blur else self.image
        noise = np.random.Generator(np.random.PCG64(self.rng.randrange(2**32)))
        speckle = noise.integers(128 - grain, 129 + grain, size=(height // 2, width // 2), dtype=np.uint8)
        layer = Image.fromarray(speckle).resize((width, height), Image.Resampling.NEAREST)
        image = ImageChops.add(soft, Image.merge("RGB", (layer, layer, layer)), offset=-128)
        if vignette:
            corners = Image.radial_gradient("L").point([round(v * vignette) for v in range(256)])
            corners = corners.resize((width, height), Image.Resampling.BILINEAR)
            image.paste((0, 0, 0), (0, 0), corners)
        return image


def gradient(width: int, height: int, top: Colour, bottom: Colour) -> Image.Image:
    """A vertical gradient."""
    from PIL import Image

    ramp = Image.linear_gradient("L").resize((1, height))
    bands = [
        ramp.point([round(low + (high - low) * v / 255) for v in range(256)])
        for low, high in zip(top, bottom, strict=True)
    ]
    return Image.merge("RGB", bands).resize((width, height), Image.Resampling.NEAREST)


def _hull() -> Points:
    upper = [(0, 60), (2, 120), (14, 158), (60, 172), (150, 178), (236, 244), (300, 272), (420, 280), (520, 272)]
    upper += [(640, 196), (676, 180), (820, 160), (900, 138), (934, 104), (940, 62), (930, 44)]
    return [*upper, (844, 38), *_arch(762), (680, 34), (262, 34), *_arch(178), (96, 40), (20, 44)]


def _arch(centre: int) -> Points:
    return [(centre + 78 * math.cos(a / 8 * math.pi), 48 + 78 * math.sin(a / 8 * math.pi)) for a in range(9)]


def _cabin() -> Points:
    return [(178, 176), (250, 236), (306, 260), (420, 268), (512, 260), (622, 186), (616, 172), (420, 166)]
