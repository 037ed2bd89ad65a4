"""The synthetic case's photographs, painted: a street at dusk, a parked car, a note, flowers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from evidencekit.demo import words
from evidencekit.demo.brush import HEIGHT, WIDTH, Brush
from evidencekit.demo.canvas import Colour, Pencils

if TYPE_CHECKING:
    from PIL import Image, ImageFilter

WHITE_CAR: Colour = (206, 208, 210)


def dusk_street(rng: random.Random, pencils: Pencils) -> Image.Image:
    """The white car at the kerb across from the library, street lamps on."""
    brush = Brush((38, 48, 86), (206, 136, 104), rng, pencils)
    x = -40
    while x < WIDTH:
        wide, tall = rng.randrange(190, 340), rng.randrange(420, 760)
        shade = rng.randrange(30, 48)
        brush.shape(
            [(x, 1000), (x, 1000 - tall), (x + wide, 1000 - tall), (x + wide, 1000)], (shade, shade + 4, shade + 18)
        )
        _windows(brush, x, 1000 - tall, wide, tall)
        x += wide + rng.randrange(0, 26)
    brush.fade((0, 960, WIDTH, 1040), (74, 72, 84), (58, 58, 70))
    brush.fade((0, 1040, WIDTH, HEIGHT), (52, 52, 62), (24, 24, 32))
    for n in range(5):
        left = n * 460 - 60 + rng.randrange(0, 40)
        brush.shape([(left, 1360), (left + 220, 1360), (left + 236, 1378), (left + 8, 1378)], (150, 146, 130))
    for lamp in (330, 1650):
        brush.shape([(lamp, 1010), (lamp + 14, 1010), (lamp + 12, 420), (lamp + 2, 420)], (18, 20, 26))
        brush.shape([(lamp, 420), (lamp + 90, 400), (lamp + 90, 412), (lamp, 432)], (18, 20, 26))
        brush.glow(lamp + 82, 420, 300, (255, 206, 140), 0.85)
    brush.car(560 + rng.randrange(-60, 60), 1200, 0.98, WHITE_CAR, lit=True, plate="7DEM042")
    return brush.finish(blur=1.3, grain=9, vignette=0.42)


def library_day(rng: random.Random, pencils: Pencils) -> Image.Image:
    """The library's front by day, the car across from the door."""
    brush = Brush((126, 168, 214), (220, 230, 238), rng, pencils)
    brush.shaded([(180, 1000), (180, 430), (1840, 430), (1840, 1000)], (206, 190, 166), (178, 160, 134))
    brush.shape([(140, 430), (1880, 430), (1840, 372), (180, 372)], (122, 92, 70))
    for n in range(7):
        left = 250 + n * 226
        if n == 3:
            brush.shaded(
                [(left - 10, 1000), (left - 10, 640), (left + 170, 640), (left + 170, 1000)], (60, 76, 88), (34, 42, 50)
            )
            brush.draw.line([(left + 80, 640), (left + 80, 1000)], fill=(150, 136, 116), width=8)
            continue
        brush.shaded([(left, 880), (left, 560), (left + 150, 560), (left + 150, 880)], (112, 142, 164), (70, 90, 106))
        brush.draw.line([(left + 75, 560), (left + 75, 880)], fill=(210, 200, 184), width=8)
        brush.draw.line([(left, 710), (left + 150, 710)], fill=(210, 200, 184), width=8)
    brush.words((790, 452), "TORREY LANE LIBRARY", 54, (92, 68, 52))
    for tree in (120, 1890):
        brush.shape([(tree - 18, 1010), (tree + 18, 1010), (tree + 10, 700), (tree - 10, 700)], (84, 66, 50))
        for _ in range(90):
            green = rng.randrange(84, 140)
            spot = (tree + rng.gauss(0, 90), 610 + rng.gauss(0, 90))
            brush.blob(*spot, 44, 34, (green - 40, green, green - 52))
    brush.fade((0, 1000, WIDTH, 1070), (196, 194, 188), (170, 168, 164))
    brush.fade((0, 1070, WIDTH, HEIGHT), (122, 124, 128), (92, 94, 98))
    brush.car(820 + rng.randrange(-240, 200), 1270, 0.9, WHITE_CAR, plate="7DEM042")
    return brush.finish(blur=0.9, grain=5, vignette=0.2)


def windscreen_note(rng: random.Random, pencils: Pencils) -> Image.Image:
    """A folded note under a wiper, by the light of a phone."""
    brush = Brush((22, 26, 34), (58, 64, 74), rng, pencils)
    for n in range(9):
        left = n * 300 - 400
        brush.shaded(
            [(left, 0), (left + 90, 0), (left + 560, HEIGHT), (left + 400, HEIGHT)], (30, 35, 44), (66, 74, 86)
        )
    for _ in range(140):
        brush.blob(rng.randrange(WIDTH), rng.randrange(HEIGHT), 3, 3, (116, 126, 140))
    brush.shadow([(500, 360), (1560, 470), (1470, 1180), (420, 1060)], 50, 0.8)
    paper = [(520, 330), (1560, 440), (1480, 1130), (440, 1010)]
    brush.shaded([(float(x), float(y)) for x, y in paper], (240, 236, 222), (206, 202, 188))
    brush.draw.line([(484, 660), (1522, 776)], fill=(186, 182, 168), width=5)
    for n in range(6):
        y = 450 + n * 96
        brush.draw.line([(534 - n * 11, y), (1524 - n * 11, y + 106)], fill=(170, 186, 206), width=2)
    lines = words.NOTE_ON_PAPER
    for n, line in enumerate(lines):
        brush.handwriting((640 - n * 22, 462 + n * 178), line, 108, (32, 42, 96), 6.1)
    brush.shape([(0, 1226), (2016, 1050), (2016, 1086), (0, 1268)], (12, 12, 14))
    brush.shape([(0, 1268), (2016, 1086), (2016, 1096), (0, 1280)], (48, 48, 52))
    brush.glow(1010, 720, 640, (255, 246, 224), 0.26)
    return brush.finish(blur=1.1, grain=10, vignette=0.5)


def bouquet_door(rng: random.Random, pencils: Pencils) -> Image.Image:
    """Roses on a doormat."""
    brush = Brush((196, 186, 172), (176, 166, 152), rng, pencils)
    brush.shaded([(520, 0), (1500, 0), (1500, 1130), (520, 1130)], (46, 78, 92), (34, 60, 72))
    for left, top, right, bottom in (
        (610, 60, 960, 480),
        (1060, 60, 1410, 480),
        (610, 580, 960, 1040),
        (1060, 580, 1410, 1040),
    ):
        brush.shape([(left, top), (right, top), (right, bottom), (left, bottom)], (28, 52, 64))
        brush.shaded(
            [(left + 14, top + 14), (right - 8, top + 14), (right - 8, bottom - 8), (left + 14, bottom - 8)],
            (50, 84, 98),
            (40, 68, 80),
        )
    brush.blob(1452, 620, 24, 24, (190, 160, 90))
    brush.blob(1446, 612, 10, 10, (240, 220, 160))
    brush.fade((0, 1130, WIDTH, HEIGHT), (150, 142, 132), (112, 104, 96))
    brush.shaded([(420, 1170), (1600, 1170), (1740, 1440), (280, 1440)], (108, 82, 54), (84, 62, 40))
    for n in range(40):
        brush.draw.line([(430 + n * 29, 1172), (296 + n * 36, 1438)], fill=(96, 72, 46), width=3)
    brush.shadow([(560, 1330), (1420, 1260), (1480, 1380), (640, 1420)], 30, 0.7)
    brush.shaded([(620, 1362), (1080, 1070), (1240, 1290)], (222, 214, 196), (188, 176, 156))
    brush.shaded([(650, 1360), (1080, 1150), (1180, 1260)], (238, 230, 214), (206, 196, 176))
    for _ in range(60):
        angle, reach = rng.uniform(-0.9, 0.9), rng.uniform(60, 250)
        x, y = 1130 + reach * math.cos(angle), 1180 - reach * math.sin(angle) * 0.8
        brush.blob(x, y, 44, 20, (48, rng.randrange(84, 116), 58))
    for _ in range(13):
        _rose(brush, 1150 + rng.randrange(-60, 190), 1170 + rng.randrange(-140, 130))
    return brush.finish(blur=1.0, grain=6, vignette=0.3)


def desk_flowers(rng: random.Random, pencils: Pencils) -> Image.Image:
    """Flowers with a card on the library's front desk."""
    brush = Brush((212, 206, 196), (190, 182, 170), rng, pencils)
    for n in range(8):
        left = n * 260 - 20
        brush.shape([(left, 0), (left + 236, 0), (left + 236, 560), (left, 560)], (118, 86, 60))
        book = left + 12
        while book < left + 210:
            wide, hue = (
                rng.randrange(18, 40),
                rng.choice(((150, 60, 52), (62, 92, 128), (190, 168, 110), (70, 104, 80), (92, 74, 110))),
            )
            for shelf in (20, 300):
                tall = rng.randrange(150, 226)
                brush.shape(
                    [
                        (book, shelf + 230),
                        (book + wide, shelf + 230),
                        (book + wide, shelf + 230 - tall),
                        (book, shelf + 230 - tall),
                    ],
                    hue,
                )
            book += wide + 3
    brush.image.paste(brush.image.filter(_soft(9)))
    brush.fade((0, 960, WIDTH, HEIGHT), (168, 122, 82), (120, 82, 52))
    brush.shadow([(760, 1180), (1240, 1180), (1300, 1240), (720, 1240)], 26, 0.7)
    brush.shaded([(820, 800), (1160, 800), (1100, 1200), (880, 1200)], (176, 202, 206), (120, 150, 158))
    for _ in range(26):
        tip = (990 + rng.gauss(0, 210), 560 + rng.gauss(0, 100))
        brush.draw.line([(990 + rng.randrange(-70, 70), 830), tip], fill=(52, 98, 56), width=9)
        brush.blob(tip[0] + 30, tip[1] + 80, 18, 46, (66, 118, 66))
        _daisy(brush, *tip)
    card = [(1250, 1010), (1700, 1050), (1676, 1290), (1226, 1248)]
    brush.shadow([(float(x), y + 16.0) for x, y in card], 18, 0.6)
    brush.shaded([(float(x), float(y)) for x, y in card], (250, 248, 240), (232, 228, 216))
    for n, line in enumerate(words.NOTE_ON_CARD):
        brush.handwriting((1290 - n * 6, 1066 + n * 84), line, 50, (40, 40, 60), 5.0)
    return brush.finish(blur=0.9, grain=5, vignette=0.25)


def mirror(rng: random.Random, pencils: Pencils) -> Image.Image:
    """A car behind, in the wing mirror."""
    brush = Brush((92, 100, 112), (54, 58, 66), rng, pencils)
    for n in range(26):
        brush.blob(rng.randrange(WIDTH), rng.randrange(200, 900), 46, 46, (rng.randrange(90, 200), 110, 84))
        brush.blob(n * 80, 1000, 90, 60, (46, 52, 50))
    brush.image.paste(brush.image.filter(_soft(26)))
    frame = [(470, 420), (1560, 360), (1690, 560), (1640, 1060), (1520, 1150), (600, 1120), (450, 940)]
    brush.shape([(float(x), float(y)) for x, y in frame], (16, 16, 18))
    glass = [(520, 470), (1540, 414), (1640, 580), (1594, 1030), (1500, 1096), (630, 1070), (500, 920)]
    brush.shaded([(float(x), float(y)) for x, y in glass], (150, 160, 176), (70, 74, 80))
    brush.shaded([(760, 1078), (1400, 1092), (1130, 730), (1050, 730)], (76, 78, 84), (52, 54, 58))
    for left, right, top in ((850, 1290, 690), (896, 1244, 612)):
        brush.shaded([(left, 930), (left + 30, top), (right - 30, top), (right, 930)], WHITE_CAR, (150, 152, 156))
    brush.shaded([(926, 700), (960, 632), (1180, 632), (1214, 700)], (40, 46, 56), (70, 78, 90))
    for lamp in (890, 1190):
        brush.shape([(lamp, 800), (lamp + 64, 800), (lamp + 58, 760), (lamp + 4, 766)], (255, 244, 214))
        brush.glow(lamp + 30, 782, 150, (255, 236, 190), 0.7)
    brush.shape([(940, 850), (1200, 850), (1190, 890), (950, 890)], (34, 36, 40))
    brush.shape([(1010, 900), (1130, 900), (1130, 930), (1010, 930)], (232, 232, 226))
    return brush.finish(blur=1.4, grain=8, vignette=0.45)


def parking_lot(rng: random.Random, pencils: Pencils) -> Image.Image:
    """Level two of the car park, the car three bays away."""
    brush = Brush((66, 68, 70), (96, 96, 94), rng, pencils)
    brush.fade((0, 0, WIDTH, 380), (54, 54, 54), (82, 82, 80))
    for lamp in (300, 900, 1500):
        brush.shape([(lamp, 250), (lamp + 300, 250), (lamp + 270, 276), (lamp + 30, 276)], (246, 250, 240))
        brush.glow(lamp + 150, 264, 340, (226, 236, 214), 0.5)
    brush.shaded([(0, 820), (WIDTH, 820), (WIDTH, HEIGHT), (0, HEIGHT)], (112, 110, 106), (76, 74, 72))
    brush.fade((0, 560, WIDTH, 830), (146, 142, 132), (120, 116, 108))
    brush.shape([(0, 700), (WIDTH, 700), (WIDTH, 740), (0, 740)], (188, 158, 60))
    for column in (160, 1010, 1800):
        brush.shaded(
            [(column, 300), (column + 110, 300), (column + 110, 930), (column, 930)], (170, 166, 158), (128, 124, 118)
        )
        brush.words((column + 30, 520), str(2), 90, (60, 70, 84))
    for n in range(8):
        left = n * 330 - 260
        brush.shape([(left + 120, 850), (left + 134, 850), (left + 30, 1440), (left, 1440)], (208, 206, 196))
    brush.car(120, 1120, 0.72, (70, 84, 104))
    brush.car(1050 + rng.randrange(-40, 60), 1170, 0.86, WHITE_CAR, plate="7DEM042")
    return brush.finish(blur=1.1, grain=9, vignette=0.35)


def bowl_shelf(rng: random.Random, pencils: Pencils) -> Image.Image:
    """A glazed bowl on a shelf."""
    brush = Brush((206, 200, 190), (184, 176, 164), rng, pencils)
    brush.fade((0, 1080, WIDTH, 1150), (150, 108, 70), (116, 80, 50))
    brush.fade((0, 1150, WIDTH, HEIGHT), (128, 120, 110), (98, 92, 84))
    brush.shadow([(620, 1066), (1440, 1066), (1500, 1110), (580, 1110)], 30, 0.7)
    rim, side = [(1010 + 400 * math.cos(a / 20 * math.pi), 640.0) for a in (0, 20)], []
    for n in range(21):
        angle = n / 20 * math.pi
        side.append((1010 + 400 * math.cos(angle), 640 + 400 * math.sin(angle) ** 0.8))
    brush.shaded([rim[0], *side, rim[1]], (150, 190, 176), (74, 110, 104))
    brush.shaded([(860, 1030), (1160, 1030), (1130, 1082), (890, 1082)], (92, 70, 52), (70, 52, 38))
    brush.blob(1010, 640, 400, 96, (118, 158, 146))
    brush.blob(1010, 650, 372, 78, (64, 98, 94))
    brush.blob(1010, 672, 300, 50, (84, 124, 116))
    for _ in range(260):
        brush.blob(rng.gauss(1010, 170), rng.gauss(830, 90), 3, 3, (176, 206, 192))
    brush.glow(840, 780, 240, (255, 255, 250), 0.35)
    return brush.finish(blur=1.0, grain=6, vignette=0.3)


Scene = Callable[[random.Random, Pencils], "Image.Image"]
SCENES: dict[str, Scene] = {
    "dusk": dusk_street,
    "library": library_day,
    "note": windscreen_note,
    "bouquet": bouquet_door,
    "desk": desk_flowers,
    "mirror": mirror,
    "parking": parking_lot,
    "bowl": bowl_shelf,
}


def with_marker(photo: Image.Image, number: int, pencils: Pencils) -> Image.Image:
    """A police photograph: the yellow evidence marker and a scale in the picture's lower part."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(photo)
    left, top = 520, photo.height - 330
    draw.polygon([(left, top + 220), (left + 40, top), (left + 200, top), (left + 240, top + 220)], fill=(236, 196, 40))
    draw.polygon(
        [(left + 240, top + 220), (left + 200, top), (left + 216, top + 8), (left + 268, top + 214)],
        fill=(176, 140, 20),
    )
    mask = pencils.text(str(number), 150, True)
    photo.paste((20, 20, 20), (left + 120 - mask.width // 2, top + 24), mask)
    for n in range(5):
        shade = (16, 16, 16) if n % 2 else (244, 244, 240)
        draw.rectangle((160 + n * 60, photo.height - 130, 219 + n * 60, photo.height - 100), fill=shade)
    draw.rectangle((160, photo.height - 99, 459, photo.height - 70), fill=(244, 244, 240))
    return photo


def _soft(radius: int) -> ImageFilter.GaussianBlur:
    from PIL.ImageFilter import GaussianBlur

    return GaussianBlur(radius)


def _windows(brush: Brush, x: int, top: int, wide: int, tall: int) -> None:
    for row in range(top + 40, top + tall - 90, 92):
        for column in range(x + 26, x + wide - 50, 66):
            lit = brush.rng.random() < 0.24
            colour = (236, 190, 112) if lit else (44, 50, 72)
            brush.shape([(column, row), (column + 34, row), (column + 34, row + 52), (column, row + 52)], colour)


def _rose(brush: Brush, x: float, y: float) -> None:
    for n in range(9):
        radius = 46 - n * 4.6
        red = 126 + n * 13
        turn = n * 1.9
        brush.blob(x + 7 * math.cos(turn), y + 6 * math.sin(turn), radius, radius * 0.9, (red, 22 + n * 4, 38 + n * 4))


def _daisy(brush: Brush, x: float, y: float) -> None:
    tint = brush.rng.choice(((250, 246, 236), (242, 206, 92), (226, 150, 168)))
    for n in range(11):
        angle = n * 2 * math.pi / 11
        brush.blob(x + 34 * math.cos(angle), y + 34 * math.sin(angle), 17, 17, tint)
    brush.blob(x, y, 20, 20, (196, 142, 50))
