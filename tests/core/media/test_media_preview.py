"""What the worker makes for the screen: real pictures, PDF pages and recordings; bad files give warnings."""

from __future__ import annotations

import io
import os
import sys
import textwrap
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy
import pikepdf
import pytest
from PIL import Image, ImageCms

from evidencekit.media.contain import Readers
from evidencekit.media.playable import LONGEST, PEAKS
from evidencekit.media.wire import WireError, pack_preview, unpack_preview
from evidencekit.model import Preview

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 60), (40, 60, 200), (230, 210, 40)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(1) as opened:
        yield opened


class Show:
    """Asks the worker for a preview of a file."""

    def __init__(self, readers: Readers, folder: Path) -> None:
        self._readers, self._folder, self._count = readers, folder, 0

    def __call__(
        self, path: Path, media_type: str, *, page: int = 0, width: int = 1600, height: int = 0, thumb: bool = False
    ) -> Preview:
        self._count += 1
        out = self._folder / f"out{self._count}"
        asked = self._readers.submit_preview(
            path, path.name, media_type, "UTC", out, page=page, width=width, height=height, thumb=thumb
        )
        return asked.result(60)


@pytest.fixture
def show(readers: Readers, tmp_path: Path) -> Show:
    return Show(readers, tmp_path)


def quarters(size: tuple[int, int]) -> Image.Image:
    """Red, green over blue, yellow."""
    image = Image.new("RGB", size, RED)
    across, down = size[0] // 2, size[1] // 2
    image.paste(GREEN, (across, 0, *size[:1], down))
    image.paste(BLUE, (0, down, across, size[1]))
    image.paste(YELLOW, (across, down, *size))
    return image


def shown(preview: Preview) -> Image.Image:
    assert preview.image is not None, preview.warnings
    with Image.open(preview.image) as image:
        assert (image.format, image.mode, image.info) == ("PNG", "RGB", {})
        return image.copy()


def corners(image: Image.Image) -> list[str]:
    """The nearest of the four colours in each quarter."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "yellow": YELLOW}
    found = []
    for x, y in ((1, 1), (3, 1), (1, 3), (3, 3)):
        pixel = image.getpixel((image.width * x // 4, image.height * y // 4))
        found.append(min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], pixel, strict=True))))
    return found


UPRIGHT = ["red", "green", "blue", "yellow"]
STORED = {  # EXIF orientation → how the upright picture lies in the file
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("thumb", [True, False])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp"), ("tif", "image/tiff")],
)
def test_a_picture_stands_upright(
    tmp_path: Path, show: Show, suffix: str, media_type: str, orientation: int, thumb: bool
) -> None:
    turn = STORED[orientation]
    image = quarters((600, 1200)) if turn is None else quarters((600, 1200)).transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{suffix}"
    image.save(path, exif=exif)
    size = {"width": 256, "height": 256, "thumb": True} if thumb else {"width": 300}
    found = show(path, media_type, **size)
    assert corners(shown(found)) == UPRIGHT
    assert shown(found).size == ((128, 256) if thumb else (300, 600))
    assert found.scale == pytest.approx(256 / 1200 if thumb else 0.5)
    assert (found.pages, found.warnings) == (1, ())


def test_a_picture_is_never_enlarged(tmp_path: Path, show: Show) -> None:
    quarters((80, 60)).save(tmp_path / "a.png")
    found = show(tmp_path / "a.png", "image/png", width=1600)
    assert (shown(found).size, found.scale) == ((80, 60), 1.0)


def test_a_tall_capture_keeps_its_width(tmp_path: Path, show: Show) -> None:
    quarters((1170, 12_000)).save(tmp_path / "a.png", compress_level=1)
    assert shown(show(tmp_path / "a.png", "image/png")).size == (1170, 12_000)


def test_the_largest_picture_is_shown_within_the_cap(tmp_path: Path, show: Show) -> None:
    Image.new("L", (1000, 100_000), 90).save(tmp_path / "a.png", compress_level=1)
    image = shown(show(tmp_path / "a.png", "image/png"))
    assert 39_000_000 < image.width * image.height <= 40_100_000
    assert image.width * 100 == pytest.approx(image.height, rel=0.01)


def test_a_picture_too_large_to_decode_is_told(tmp_path: Path, show: Show) -> None:
    Image.new("1", (16_000, 10_000)).save(tmp_path / "a.png")
    found = show(tmp_path / "a.png", "image/png")
    assert (found.image, found.pages) == (None, 0)
    assert "150 megapixels" in found.warnings[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, show: Show, mode: str) -> None:
    suffix, media_type = ("tif", "image/tiff") if mode == "CMYK" else ("png", "image/png")
    grey = Image.linear_gradient("L").resize((400, 400))
    image = grey.convert("I;16").point(lambda v: v * 256) if mode == "I;16" else grey.convert(mode)
    image.save(tmp_path / f"a.{suffix}")
    found = shown(show(tmp_path / f"a.{suffix}", media_type, width=200))
    assert found.size == (200, 200)
    halves = found.resize((1, 2), Image.Resampling.BOX)
    dark, light = halves.getpixel((0, 0)), halves.getpixel((0, 1))
    assert (sum(dark) / 3, sum(light) / 3) == (pytest.approx(64, abs=8), pytest.approx(191, abs=8))


@pytest.mark.parametrize("palette", [True, False])
def test_what_can_be_seen_through_lies_on_white(tmp_path: Path, show: Show, palette: bool) -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((*BLUE, 255), (0, 0, 200, 400))
    (image.quantize(4) if palette else image).save(tmp_path / "a.png")
    found = shown(show(tmp_path / "a.png", "image/png", width=100))
    assert found.getpixel((25, 50)) == BLUE
    assert found.getpixel((75, 50)) == (255, 255, 255)


def test_colours_are_brought_to_srgb(tmp_path: Path, show: Show) -> None:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The same profile with its red and green primaries exchanged: what is stored as red is green to the eye.
    swapped = swapped.replace(b"rXYZ", b"tmpZ").replace(b"gXYZ", b"rXYZ").replace(b"tmpZ", b"gXYZ")
    Image.new("RGB", (50, 50), (255, 0, 0)).save(tmp_path / "a.png", icc_profile=swapped)
    red, green, blue = shown(show(tmp_path / "a.png", "image/png")).getpixel((25, 25))
    assert green > 240
    assert max(red, blue) < 30


def test_a_damaged_colour_profile_is_passed_over(tmp_path: Path, show: Show) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[128:] = os.urandom(len(profile) - 128)
    Image.new("RGB", (50, 50), RED).save(tmp_path / "a.png", icc_profile=bytes(profile))
    assert shown(show(tmp_path / "a.png", "image/png")).getpixel((25, 25)) == RED


def test_each_page_of_a_tiff(tmp_path: Path, show: Show) -> None:
    pages = [Image.new("RGB", (100, 50), colour) for colour in (RED, GREEN, BLUE)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    found = [show(tmp_path / "a.tif", "image/tiff", page=number) for number in range(3)]
    assert [shown(each).getpixel((50, 25)) for each in found] == [RED, GREEN, BLUE]
    assert {each.pages for each in found} == {3}
    beyond = show(tmp_path / "a.tif", "image/tiff", page=3)
    assert (beyond.image, len(beyond.warnings)) == (None, 1)


@pytest.mark.parametrize(("suffix", "media_type"), [("jpg", "image/jpeg"), ("png", "image/png")])
def test_what_is_left_of_a_torn_picture_is_shown_and_said(
    tmp_path: Path, show: Show, suffix: str, media_type: str
) -> None:
    noise = numpy.random.default_rng(1).integers(0, 90, (900, 600, 3), dtype=numpy.uint8)
    whole = io.BytesIO()
    Image.fromarray(noise).save(whole, {"jpg": "JPEG"}.get(suffix, "PNG"))
    (tmp_path / f"a.{suffix}").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    for thumb in (True, False):
        found = show(tmp_path / f"a.{suffix}", media_type, width=256, height=256, thumb=thumb)
        image = shown(found)
        assert "damaged" in found.warnings[0]
        assert sum(image.getpixel((image.width // 2, 5))) < 400
        assert image.getpixel((image.width // 2, image.height - 3)) == (255, 255, 255)


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/webp", "application/pdf", "audio/mpeg"])
@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", os.urandom(5_000)])
def test_nonsense_gives_a_warning(tmp_path: Path, show: Show, media_type: str, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    for thumb in (True, False):
        found = show(tmp_path / "a", media_type, thumb=thumb)
        assert (found.image, found.sound, found.pages) == (None, None, 0)
        assert found.warnings
        assert str(tmp_path) not in found.warnings[0]


@pytest.mark.parametrize("media_type", ["image/png", "application/pdf", "audio/mpeg"])
def test_a_missing_file_is_told(tmp_path: Path, show: Show, media_type: str) -> None:
    assert show(tmp_path / "gone", media_type).warnings


@pytest.mark.parametrize("media_type", ["text/plain", "message/rfc822", "application/zip"])
def test_other_kinds_have_nothing_to_see(tmp_path: Path, show: Show, media_type: str) -> None:
    (tmp_path / "a").write_text("words\n")
    assert show(tmp_path / "a", media_type) == Preview(None, None, 0)


@pytest.fixture
def three_pages(tmp_path: Path) -> Path:
    with pikepdf.new() as pdf:
        for number in (1, 2, 3):
            page = pdf.add_blank_page(page_size=(400, 600))
            page.Resources = pikepdf.Dictionary(
                Font=pikepdf.Dictionary(
                    F=pikepdf.Dictionary(
                        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                    )
                )
            )
            words = f"BT /F 20 Tf 20 560 Td (These are the words of {number}) Tj ET"
            page.Contents = pdf.make_stream(f"0 0 1 rg 0 0 400 {number * 150} re f 0 g {words}".encode())
        pdf.pages[2].Rotate = 90
        pdf.save(tmp_path / "three.pdf")
    return tmp_path / "three.pdf"


def test_a_pdf_page_is_drawn_as_wide_as_asked_with_its_words(three_pages: Path, show: Show) -> None:
    found = show(three_pages, "application/pdf", page=1, width=800)
    assert (found.pages, found.text.strip()) == (3, "These are the words of 2")
    assert (shown(found).size, found.scale) == ((800, 1200), 2.0)
    assert shown(found).getpixel((400, 700)) == (0, 0, 255)
    assert shown(found).getpixel((400, 500)) == (255, 255, 255)


def test_a_turned_pdf_page_is_drawn_as_it_is_read(three_pages: Path, show: Show) -> None:
    found = show(three_pages, "application/pdf", page=2, width=600)
    assert shown(found).size == (600, 400)
    assert shown(found).getpixel((100, 200)) == (0, 0, 255)


def test_the_thumb_of_a_pdf_is_its_first_page_without_words(three_pages: Path, show: Show) -> None:
    found = show(three_pages, "application/pdf", width=256, height=256, thumb=True)
    assert (shown(found).size, found.text) == ((171, 256), "")


@pytest.mark.parametrize("page", [3, -1, 10**9])
def test_there_is_no_such_page(three_pages: Path, show: Show, page: int) -> None:
    found = show(three_pages, "application/pdf", page=page)
    assert found.image is None
    assert "it has 3" in found.warnings[0]


@pytest.mark.parametrize("size", [(14_400, 3), (3, 14_400), (200, 14_400)])
def test_an_absurd_page_stays_within_bounds(tmp_path: Path, show: Show, size: tuple[int, int]) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=size)
        pdf.save(tmp_path / "a.pdf")
    image = shown(show(tmp_path / "a.pdf", "application/pdf", width=100_000))
    assert image.width * image.height < 41_000_000


def test_a_locked_pdf_says_so(tmp_path: Path, three_pages: Path, show: Show) -> None:
    with pikepdf.open(three_pages) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "password" in show(tmp_path / "locked.pdf", "application/pdf").warnings[0]


def recording(path: Path, codec: str, rate: int, layout: str = "mono") -> Path:
    """A second of silence, then a second of a tone; in every channel."""
    tone = numpy.sin(numpy.arange(rate) / rate * 2 * numpy.pi * 440) * 16_000
    samples = numpy.concatenate((numpy.zeros(rate), tone)).astype(numpy.int16)
    samples = numpy.repeat(samples, {"mono": 1, "stereo": 2, "5.1": 6}[layout])
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.codec_context.frame_size or 1024)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "media_type", "rate", "layout", "as_rate", "as_channels"),
    [
        ("a.wav", "pcm_s16le", "audio/wav", 8_000, "mono", 8_000, 1),
        ("b.wav", "pcm_u8", "audio/wav", 11_025, "stereo", 11_025, 2),
        ("c.wav", "pcm_s24le", "audio/wav", 96_000, "stereo", 48_000, 2),
        ("a.mp3", "libmp3lame", "audio/mpeg", 22_050, "mono", 22_050, 1),
        ("a.m4a", "aac", "audio/mp4", 44_100, "stereo", 44_100, 2),
        ("a.amr", "libopencore_amrnb", "audio/amr", 8_000, "mono", 8_000, 1),
        ("a.flac", "flac", "audio/flac", 48_000, "5.1", 48_000, 2),
    ],
)
def test_a_recording_becomes_a_wav(
    tmp_path: Path, show: Show, name: str, codec: str, media_type: str, rate: int, layout: str, as_rate: int,
    as_channels: int,
) -> None:  # fmt: skip
    found = show(recording(tmp_path / name, codec, rate, layout), media_type, width=1)
    assert found.sound is not None
    assert (found.image, found.pages, found.warnings) == (None, 0, ())
    with wave.open(str(found.sound)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (as_rate, as_channels, 2)
        assert file.getnframes() / as_rate == pytest.approx(found.seconds, abs=0.01)
        samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert found.seconds == pytest.approx(2.0, abs=0.2)
    assert numpy.abs(samples[: samples.size // 4]).max() < 500
    assert numpy.abs(samples[-samples.size // 4 :]).max() > 8_000
    middle = len(found.peaks) // 2
    assert 10 < len(found.peaks) <= PEAKS
    assert max(found.peaks[: middle - 2]) < 0.05
    assert min(found.peaks[middle + 2 : -2]) > 0.2


def test_the_thumb_of_a_recording_is_its_peaks(tmp_path: Path, show: Show) -> None:
    found = show(recording(tmp_path / "a.mp3", "libmp3lame", 22_050), "audio/mpeg", width=256, thumb=True)
    assert (found.image, found.sound) == (None, None)
    assert 10 < len(found.peaks) <= 96


def test_a_recording_that_breaks_off_is_heard_up_to_there(tmp_path: Path, show: Show) -> None:
    path = recording(tmp_path / "a.flac", "flac", 16_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    found = show(path, "audio/flac", width=1)
    assert found.sound is not None
    assert found.warnings
    assert 1.0 < (found.seconds or 0) < 2.0


def test_no_more_than_four_hours_are_decoded(tmp_path: Path, show: Show) -> None:
    rate = 100  # few samples: it is the time that counts
    with wave.open(str(tmp_path / "long.wav"), "wb") as file:
        file.setparams((1, 1, rate, 0, "NONE", ""))
        file.writeframes(b"\x80" * (rate * (LONGEST + 600)))
    found = show(tmp_path / "long.wav", "audio/wav", width=1)
    assert "4 hours" in found.warnings[0]
    assert LONGEST <= (found.seconds or 0) < LONGEST + 60


def killer(tmp_path: Path, body: str) -> list[str]:
    """The command of a worker that does ``body`` before it answers."""
    script = tmp_path / "worker.py"
    script.write_text(
        "import os, time\nfrom evidencekit.media import worker\nreal = worker.Worker._attempt\n"
        f"def attempt(self, request):\n{textwrap.indent(body, '    ')}\n    return real(self, request)\n"
        "worker.Worker._attempt = attempt\nworker.main()\n"
    )
    return [sys.executable, "-I", str(script)]


def test_a_picture_that_kills_its_worker_costs_only_itself(tmp_path: Path) -> None:
    quarters((30, 20)).save(tmp_path / "a.png")
    with Readers(1, command=killer(tmp_path, "if request['name'] == 'bad': os.abort()")) as readers:
        asked = [
            readers.submit_preview(tmp_path / "a.png", name, "image/png", "UTC", tmp_path / str(number), width=100)
            for number, name in enumerate(["good", "bad", "good"])
        ]
        first, second, third = (each.result(60) for each in asked)
    assert first.image
    assert third.image
    assert (second.image, second.pages) == (None, 0)
    assert "died" in second.warnings[0]


def test_a_slow_picture_does_not_hold_up_the_next_where_there_are_two_workers(tmp_path: Path) -> None:
    quarters((30, 20)).save(tmp_path / "a.png")
    body = f"while request['name'] == 'slow' and not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.01)"
    with Readers(2, command=killer(tmp_path, body)) as readers:

        def ask(name: str) -> Preview:
            return asked(name).result(60)

        def asked(name: str):  # type: ignore[no-untyped-def]
            return readers.submit_preview(
                tmp_path / "a.png", name, "image/png", "UTC", tmp_path / f"out-{name}", width=100
            )

        for _ in range(3):
            ask("warm")
        slow = asked("slow")
        behind = [asked(f"quick{number}") for number in range(40)]
        assert behind[-1].result(60).image
        assert not slow.done()
        (tmp_path / "go").touch()
        assert slow.result(60).image


def test_the_parent_believes_no_file_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.png").touch()
    (tmp_path / "out").mkdir()
    message = pack_preview(Preview(tmp_path / "elsewhere.png", None, 1))
    with pytest.raises(WireError):
        unpack_preview(message, tmp_path / "out")


@pytest.mark.parametrize(
    "change", [{"pages": -1}, {"pages": "1"}, {"peaks": ["x"]}, {"peaks": None}, {"text": 1}, {"scale": -2.0},
               {"scale": "big"}, {"warnings": [1]}, {"image": 5}, {"seconds": True}],
)  # fmt: skip
def test_the_parent_believes_no_nonsense(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(WireError):
        unpack_preview({**pack_preview(Preview(None, None, 1)), **change}, tmp_path)


def test_a_preview_passes_the_wire_whole(tmp_path: Path) -> None:
    (tmp_path / "sound.wav").touch()
    preview = Preview(None, tmp_path / "sound.wav", 0, (0.25, 1.0), 2.5, 1.0, "", ("broken off",))
    assert unpack_preview(pack_preview(preview), tmp_path) == preview
