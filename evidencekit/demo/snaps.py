"""Small pictures that were sent in messages, a colleague's photograph as a newer phone stores it, and a short film."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.demo.brush import Brush
from evidencekit.demo.canvas import Colour, Pencils
from evidencekit.demo.photos import Camera, photo_exif
from evidencekit.demo.plan import Write, seeded

if TYPE_CHECKING:
    from PIL import Image

    from evidencekit.demo.speech import Samples

_SMALL = (960, 720)
_FRAME = (640, 360)
_RATE, _FRAMES = 12, 54
_CAR: Colour = (206, 208, 210)
COLLEAGUE = Camera("Fathom", "Fathom 12", "", "FOS 4.1", zoned=True)


def picture(name: str, seed: int) -> bytes:
    """One of the pictures in messages as a chat program passes it on: small, and nothing in it but pixels."""
    rng = seeded(seed, f"snap {name}")
    out = BytesIO()
    _SNAPS[name](rng, Pencils()).save(out, format="JPEG", quality=80)
    return out.getvalue()


def heic(at: datetime, place: tuple[float, float], seed: int) -> Write:
    """The white car in the library's lane as T. Alvarez's phone keeps photographs: HEIC, with EXIF."""

    def write(path: Path) -> None:
        import pillow_heif

        brush = Brush((142, 176, 214), (214, 224, 232), seeded(seed, "heic"), Pencils(), (1440, 1080))
        brush.fade((0, 620, 1440, 700), (196, 194, 188), (170, 168, 164))
        brush.fade((0, 700, 1440, 1080), (120, 122, 126), (88, 90, 94))
        _houses(brush, 640, 300)
        brush.car(330, 850, 0.82, _CAR, plate="7DEM042")
        held = pillow_heif.from_pillow(brush.finish(blur=0.8, grain=4, vignette=0.2))
        exif = photo_exif(COLLEAGUE, at, 1, place)
        held.save(path, quality=60, exif=exif, enc_params={"preset": "ultrafast"})

    return write


def film(at: datetime, seed: int) -> Write:
    """Four and a half seconds from the library's window: the car goes by, a motor hums."""

    def write(path: Path) -> None:
        import av
        import numpy as np

        rng = seeded(seed, "film")
        background, car, mask = _street()
        with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as out:
            out.metadata["creation_time"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            pictures: Any = out.add_stream("libx264", rate=_RATE, options={"preset": "veryfast", "crf": "26"})
            pictures.width, pictures.height, pictures.pix_fmt = *_FRAME, "yuv420p"
            sound: Any = out.add_stream("aac", rate=16_000)
            sound.layout, sound.bit_rate = "mono", 48_000
            for stream in (pictures, sound):
                stream.thread_count = 1  # the same bytes, however many processors there are
                stream.codec_context.flags |= int(av.codec.context.Flags.bitexact)
            for n in range(_FRAMES):
                still = background.copy()
                still.paste(car, (-car.width + n * (_FRAME[0] + car.width) // _FRAMES, 0), mask)
                frame = av.VideoFrame.from_ndarray(np.asarray(still), format="rgb24")
                frame.pts = n
                out.mux(pictures.encode(frame))
            out.mux(pictures.encode(None))
            _hum(out, sound, rng)

    return write


def _hum(out: Any, stream: Any, rng: random.Random) -> None:
    import av
    import numpy as np

    pcm = np.round(_motor(_FRAMES / _RATE, rng) * 32767).astype(np.int16)
    resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=16_000)
    frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts = 16_000, 0
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        out.mux(stream.encode(part))
    out.mux(stream.encode(None))


def _motor(seconds: float, rng: random.Random) -> Samples:
    """A motor that comes and goes: a low tone with its overtones, loudest in the middle."""
    import numpy as np

    noise = np.random.Generator(np.random.PCG64(rng.randrange(2**32)))
    count = int(seconds * 16_000)
    t = np.arange(count) / 16_000
    tone = np.sin(2 * np.pi * 88 * t) + 0.5 * np.sin(2 * np.pi * 176 * t) + 0.2 * np.sin(2 * np.pi * 264 * t)
    swell = 0.05 + 0.3 * np.sin(np.pi * t / seconds) ** 2
    return (tone * swell + noise.standard_normal(count) * 0.01).astype(np.float32)


def _street() -> tuple[Image.Image, Image.Image, Image.Image]:
    """The street without the car, the car, and which of its pixels cover the street."""
    from PIL import ImageChops

    painted = []
    for parked in (False, True):
        brush = Brush((150, 160, 176), (206, 206, 204), random.Random("street"), Pencils(), (1280, 720))
        brush.fade((0, 430, 1280, 500), (186, 184, 178), (160, 158, 154))
        brush.fade((0, 500, 1280, 720), (104, 106, 110), (74, 76, 80))
        _houses(brush, 440, 230)
        if parked:
            brush.car(0, 640, 0.66, _CAR, plate="7DEM042")
        painted.append(brush.image.resize(_FRAME))
    mask = ImageChops.difference(*painted).convert("L").point([0] * 7 + [255] * 249)
    left, _, right, _ = mask.getbbox() or (0, 0, *_FRAME)
    return painted[0], painted[1].crop((left, 0, right, _FRAME[1])), mask.crop((left, 0, right, _FRAME[1]))


def _houses(brush: Brush, ground: int, wide: int) -> None:
    """A row of shop fronts that stands on ``ground``."""
    for n in range(-(-brush.image.width // wide)):
        left, tall = n * wide, round(wide * (1.1 + 0.3 * ((n * 7) % 3)))
        shade = (176 - n * 17 % 60, 150 - n * 11 % 40, 128 - n * 5 % 30)
        dark = (shade[0] - 34, shade[1] - 34, shade[2] - 30)
        brush.shaded(_box(left, ground - tall, left + wide - 3, ground), shade, dark)
        for k in range(3):
            x = left + round(wide * (0.1 + 0.3 * k))
            for y in (0.2, 0.55):
                top = ground - tall + round(wide * y)
                pane = (88 + 12 * k, 112 + 9 * k, 134)
                brush.shape(_box(x, top, x + round(wide * 0.2), top + round(wide * 0.24)), pane)


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, bottom), (left, top), (right, top), (right, bottom)]


def _bowl(rng: random.Random, pencils: Pencils) -> Image.Image:
    """A glazed bowl on a shelf."""
    brush = Brush((226, 216, 200), (198, 186, 168), rng, pencils, _SMALL)
    brush.fade((0, 520, 960, 560), (122, 88, 60), (100, 70, 48))
    brush.fade((0, 560, 960, 720), (206, 196, 180), (182, 170, 152))
    brush.shadow([(300, 516), (680, 516), (720, 540), (270, 540)], 24, 0.5)
    brush.shaded(
        [(290, 300), (670, 300), (590, 480), (540, 518), (420, 518), (370, 480)], (86, 128, 170), (38, 66, 104)
    )
    brush.blob(480, 300, 190, 38, (132, 168, 200))
    brush.blob(480, 306, 170, 28, (30, 52, 84))
    return brush.finish(blur=0.8, grain=5, vignette=0.25)


def _window(rng: random.Random, pencils: Pencils) -> Image.Image:
    """One lit window in a dark front, third floor, with a plant."""
    brush = Brush((16, 20, 34), (28, 30, 44), rng, pencils, _SMALL)
    brush.shaded(_box(120, 40, 840, 720), (44, 42, 52), (30, 30, 38))
    for row in range(4):
        for column in range(4):
            x, y = 180 + column * 165, 80 + row * 160
            lit = (row, column) == (1, 2)
            brush.shaded(_box(x, y, x + 96, y + 104), (252, 214, 146) if lit else (24, 28, 38), (214, 160, 92))
            if not lit:
                brush.shaded(_box(x, y, x + 96, y + 104), (26, 30, 42), (20, 22, 32))
    brush.glow(558, 292, 150, (255, 206, 140), 0.5)
    for n in range(7):
        brush.blob(540 + n * 6, 322 - (n * 13) % 24, 9, 14, (34, 62, 38))
    brush.shape(_box(540, 326, 578, 344), (120, 66, 44))
    return brush.finish(blur=1.4, grain=10, vignette=0.5)


def _rose(rng: random.Random, pencils: Pencils) -> Image.Image:
    """A single rose on a car seat."""
    brush = Brush((46, 46, 52), (24, 24, 28), rng, pencils, _SMALL)
    brush.shaded([(60, 700), (160, 120), (800, 90), (920, 690)], (74, 74, 82), (40, 40, 46))
    for x in (300, 480, 660):
        brush.draw.line([(x, 110), (x - 30 + x // 12, 700)], fill=(30, 30, 34), width=5)
    brush.draw.line([(330, 600), (560, 300)], fill=(46, 96, 52), width=10)
    brush.shape([(430, 470), (500, 500), (470, 440)], (52, 110, 58))
    for radius, red in ((88, 128), (70, 158), (52, 142), (36, 176), (20, 120)):
        brush.blob(590 + rng.randrange(-6, 7), 260 + rng.randrange(-6, 7), radius, radius * 0.86, (red, 22, 38))
    return brush.finish(blur=1.0, grain=8, vignette=0.4)


_SNAPS = {"bowl": _bowl, "window": _window, "rose": _rose}
