"""One thousand files as a phone holds them; about 800 MB, the same bytes every time.

What is dear to encode is encoded a few times and made distinct by bytes that every reader passes over.
"""

from __future__ import annotations

import io
import random
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_FIRST = datetime(2026, 1, 3, 7, 15, tzinfo=UTC)
_SAID = (
    "he was parked across the street again with the lights off and did not leave until after nine please call me "
    "when you are home i saved the message and the picture from the door tonight at the library on tuesday morning"
)
# How many of each, of 1,000; zip and tar hold further files, which become items too.
SHARES = {
    "screenshot": 380,
    "photo": 300,
    "heic": 80,
    "voicemail": 90,
    "video": 40,
    "pdf": 30,
    "docx": 20,
    "text": 15,
    "vcf": 15,
    "mail": 10,
    "archive": 8,
    "webp": 6,
    "export": 6,
}

Maker = Callable[[int], tuple[str, bytes]]


def phone_files(folder: Path) -> None:
    """Write them all under ``folder``."""
    for kind, count in SHARES.items():
        make = _MAKERS[kind]()
        place = folder / kind
        place.mkdir(parents=True)
        for number in range(count):
            name, content = make(number)
            (place / name).write_bytes(content)


def _when(number: int) -> datetime:
    return _FIRST + timedelta(hours=number * 3, minutes=number * 7 % 60, seconds=number % 60)


def _sentence(rng: random.Random, least: int = 4, most: int = 18) -> str:
    words = _SAID.split()
    return " ".join(rng.choice(words) for _ in range(rng.randint(least, most)))


def _canvas(width: int, height: int, rng: random.Random) -> Any:
    """A scene with soft light and grain, as a camera sees one."""
    from PIL import Image

    coarse = Image.frombytes("RGB", (24, 32), rng.randbytes(24 * 32 * 3)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = Image.frombytes("L", (width // 4, height // 4), rng.randbytes(width // 4 * (height // 4)))
    grain = grain.resize((width, height)).convert("RGB")
    return Image.blend(coarse, grain, 0.07)


def _screenshots() -> Maker:
    from PIL import Image, ImageDraw, ImageFont
    from PIL.PngImagePlugin import PngInfo

    rng, bases = random.Random(11), []
    font = ImageFont.load_default(34)
    for number in range(8):
        image = Image.new("RGB", (1170, 2532), (250, 250, 252) if number % 2 else (12, 12, 16))
        draw = ImageDraw.Draw(image)
        image.paste(_canvas(420, 420, rng), (60, 300))
        for row in range(24):
            right = row % 3 == 0
            top = 760 + row * 70
            box = (420 if right else 40, top, 1130 if right else 750, top + 58)
            draw.rounded_rectangle(box, 26, fill=(10, 132, 255) if right else (110, 110, 120))
            draw.text((box[0] + 24, top + 8), _sentence(rng)[:38], fill="white", font=font)
        out, words = io.BytesIO(), PngInfo()
        words.add_itxt("XML:com.adobe.xmp", _xmp(number).decode())
        taken = Image.Exif()
        taken[0x0132], taken[0x0112] = f"{_when(number):%Y:%m:%d %H:%M:%S}", 1
        taken.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0Screenshot"
        image.save(out, "PNG", compress_level=6, icc_profile=_colours(), pnginfo=words, exif=taken)
        bases.append(out.getvalue())

    def make(number: int) -> tuple[str, bytes]:
        at, base = _when(number), bases[number % len(bases)]
        text = b"Date\0" + f"{at:%Y-%m-%d %H:%M:%S} {number}".encode()
        chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
        return f"Screenshot_{at:%Y%m%d-%H%M%S}_{number}.png", base[:33] + chunk + base[33:]

    return make


def _exif(number: int) -> bytes:
    from PIL import Image

    at, exif = _when(number), Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Apple", "iPhone 13", (1, 6, 3)[number % 3]
    exif[0x0131], exif[0x013C], exif[0x011A], exif[0x011B], exif[0x0128] = "17.5.1", "iPhone 13", 72.0, 72.0, 2
    exif[0x0132] = f"{at:%Y:%m:%d %H:%M:%S}"
    own = exif.get_ifd(0x8769)
    own[0x9003] = own[0x9004] = f"{at:%Y:%m:%d %H:%M:%S}"
    own[0x9010] = own[0x9011] = "-08:00"
    own[0x9291] = f"{number % 1000:03d}"
    own[0x829A], own[0x829D], own[0x8827], own[0x920A] = (1, 120), (16, 10), 64, (42, 10)
    own[0xA433], own[0xA434] = "Apple", "iPhone 13 back camera 5.1mm f/1.6"
    own[0xA432], own[0xA405], own[0xA406], own[0xA001] = (1.5, 5.1, 1.6, 2.4), 26, 0, 0xFFFF
    own[0x9201], own[0x9202], own[0x9203], own[0x9204], own[0x9207], own[0x9209] = 6.9, 1.3, 4.2, 0.0, 5, 16
    own[0x9214], own[0xA217], own[0x8822], own[0xA402], own[0xA403] = (2015, 1511, 2217, 1330), 2, 2, 0, 0
    own[0x927C] = _maker_note(number)
    own[0xA431] = f"SN{number:08d}"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (32.0, 44.0, number % 60), "W", (117.0, 7.0, number % 60)
    place[29], place[7] = f"{at:%Y:%m:%d}", (float(at.hour), float(at.minute), 12.0)
    return exif.tobytes()


def _maker_note(number: int) -> bytes:
    """An IFD of whole numbers, as the camera program keeps its own."""
    tags = [1, 4, 5, 6, 7, 10, 12, 14, 16, 20, 23, 25, 26, 31, 35, 37, 38, 39, 43, 45, 46, 47, 48, 54, 55, 56, 57, 60]
    entries = b"".join(struct.pack(">HHIi", tag, 9, 1, number + tag) for tag in tags)
    return b"Apple iOS\0\0\1MM" + struct.pack(">H", len(tags)) + entries + bytes(4)


def _xmp(number: int) -> bytes:
    spaces = "http://ns.adobe.com/xap/1.0/"
    when = f"{_when(number):%Y-%m-%dT%H:%M:%S}"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:xmp="{spaces}" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'xmp:CreateDate="{when}" xmp:ModifyDate="{when}" xmp:CreatorTool="17.5.1" photoshop:DateCreated="{when}"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _colours() -> bytes:
    from PIL import ImageCms

    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + struct.pack(">6H", 2025, 1, 1, 0, 0, 0) + made[36:]  # when it was made (ICC.1, 7.2.8)


def _photos() -> Maker:
    rng, bases = random.Random(12), []
    for number in range(5):
        out = io.BytesIO()
        profile, told = _colours(), _xmp(number)
        _canvas(4032, 3024, rng).save(out, "JPEG", quality=88, icc_profile=profile, xmp=told)
        bases.append(out.getvalue())

    def make(number: int) -> tuple[str, bytes]:
        block, base = _exif(number), bases[number % len(bases)]
        if not block.startswith(b"Exif\0\0"):
            block = b"Exif\0\0" + block
        segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
        return f"IMG_{number:04d}.JPG", base[:2] + segment + base[2:]

    return make


def _heics() -> Maker:
    import pillow_heif

    rng, bases = random.Random(13), []
    for number in range(4):
        held, out = pillow_heif.from_pillow(_canvas(3024, 2016, rng)), io.BytesIO()
        held.save(out, quality=60, exif=_exif(500 + number), xmp=_xmp(number), icc_profile=_colours())
        bases.append(out.getvalue())
    return lambda number: (f"IMG_{4000 + number}.HEIC", _padded(bases[number % len(bases)], number))


def _padded(content: bytes, number: int) -> bytes:
    """With a free box behind it (ISO/IEC 14496-12)."""
    return content + struct.pack(">I4sQ", 16, b"free", number)


def _voicemails() -> Maker:
    from evidencekit.demo import speech

    def make(number: int) -> tuple[str, bytes]:
        rng, at = random.Random(1400 + number), _when(number)
        suffix = (".m4a", ".amr", ".m4a", ".3gp", ".m4a", ".mp3", ".m4a", ".wav")[number % 8]
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch, "sound" + suffix)
            said = f"{at:%Y-%m-%dT%H:%M:%S.000000Z}"
            speech.write_sound(path, speech.voice(10 + number * 13 % 51, rng), said, "Voicemail")
            return f"voicemail-{6195550100 + number % 7}-{number}{suffix}", path.read_bytes()

    return make


def _videos() -> Maker:
    bases = [_film(seconds, random.Random(15 + seconds)) for seconds in (6, 10, 15)]
    return lambda number: (f"VID_{number:04d}.mp4", _padded(bases[number % len(bases)], number))


def _film(seconds: int, rng: random.Random) -> bytes:
    import av
    import numpy as np

    from evidencekit.demo import speech

    street, held = _canvas(1920, 1080, rng), io.BytesIO()
    frames: Any = av.VideoFrame
    with av.open(held, "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        out.metadata["creation_time"] = "2026-03-02T18:00:00.000000Z"
        picture: Any = out.add_stream(
            "libx264", rate=30, options={"preset": "ultrafast", "crf": "20", "flags": "+bitexact"}
        )
        picture.width, picture.height, picture.pix_fmt, picture.thread_count = 1280, 720, "yuv420p", 1
        sound: Any = out.add_stream("aac", rate=16_000, options={"flags": "+bitexact"})
        sound.layout = "mono"
        for number in range(seconds * 30):
            frame = frames.from_image(street.crop((number, number // 2, number + 1280, number // 2 + 720)))
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        heard = speech.voice(seconds, rng)[None, :].astype(np.float32)
        for start in range(0, heard.shape[1], 16_000):
            part: Any = av.AudioFrame.from_ndarray(heard[:, start : start + 16_000].copy(), "fltp", "mono")
            part.sample_rate, part.pts = 16_000, start
            out.mux(sound.encode(part))
        out.mux(sound.encode(None))
    return held.getvalue()


def _pdfs() -> Maker:
    import pikepdf

    def make(number: int) -> tuple[str, bytes]:
        rng = random.Random(1600 + number)
        with pikepdf.new() as pdf:
            font = pdf.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
            )
            for _ in range(1 + number % 6):
                page = pdf.add_blank_page(page_size=(612, 792))
                lines = "".join(f"({_sentence(rng)}) Tj T* " for _ in range(40))
                page.Contents = pdf.make_stream(f"BT /F1 11 Tf 16 TL 60 730 Td {lines} ET".encode())
                page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            pdf.docinfo["/CreationDate"] = f"D:{_when(number):%Y%m%d%H%M%S}-08'00'"
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True)
        return f"letter-{number:02d}.pdf", out.getvalue()

    return make


def _docx(number: int) -> tuple[str, bytes]:
    rng = random.Random(1700 + number)
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{_sentence(rng)}</w:t></w:r></w:p>" for _ in range(60))
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{office}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    return f"statement-{number:02d}.docx", _zipped({name: text.encode() for name, text in parts.items()})


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 2, 3, 4, 5, 6)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _text(number: int) -> tuple[str, bytes]:
    rng = random.Random(1800 + number)
    return f"note-{number:02d}.txt", "\n".join(_sentence(rng) for _ in range(20)).encode()


def _vcf(number: int) -> tuple[str, bytes]:
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {number}\r\nTEL;TYPE=CELL:+1619555{number:04d}\r\nEND:VCARD\r\n"
    return f"contact-{number:02d}.vcf", card.encode()


def _mail(number: int) -> tuple[str, bytes]:
    from email.message import EmailMessage

    rng, message = random.Random(1900 + number), EmailMessage()
    message["From"], message["To"] = "one@example.org", "two@example.org"
    message["Date"], message["Subject"] = f"{_when(number):%a, %d %b %Y %H:%M:%S} -0800", _sentence(rng)
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content("\n".join(_sentence(rng) for _ in range(15)))
    if number % 2:
        message.add_attachment(_text(100 + number)[1], maintype="text", subtype="plain", filename="note.txt")
        message.set_boundary(f"=={number:020d}==")
    return f"mail-{number:02d}.eml", message.as_bytes()


def _archives() -> Maker:
    screenshots = _screenshots()

    def make(number: int) -> tuple[str, bytes]:
        members = dict([screenshots(1000 + number), _text(200 + number), _pdfs()(200 + number)])
        if number % 4 == 3:
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w") as archive:
                for name, content in members.items():
                    info = tarfile.TarInfo(name)
                    info.size, info.mtime = len(content), 1_770_000_000
                    archive.addfile(info, io.BytesIO(content))
            return f"folder-{number}.tar", out.getvalue()
        return f"folder-{number}.zip", _zipped(members)

    return make


def _webps() -> Maker:
    def make(number: int) -> tuple[str, bytes]:
        out = io.BytesIO()
        _canvas(800, 800, random.Random(2000 + number)).save(out, "WEBP", quality=70)
        return f"sticker-{number}.webp", out.getvalue()

    return make


def _export(number: int) -> tuple[str, bytes]:
    """Two of texts, one of calls, three chats."""
    if number < 2:
        return f"sms-2026030{number + 1}.xml", b"".join(messages_xml(4000, seed=number))
    if number == 2:
        calls = "".join(
            f'<call number="+16195550{n % 9:03d}" duration="{n * 7 % 90}" date="{_stamp(n)}" type="{1 + n % 3}" '
            'presentation="1" readable_date="" contact_name="(Unknown)" />\n'
            for n in range(1500)
        )
        return "calls-20260301.xml", f'<?xml version="1.0"?>\n<calls count="1500">\n{calls}</calls>'.encode()
    rng = random.Random(2100 + number)
    names = ("J. D.", "R. Hollis")
    lines = [f"{_when(n):%d/%m/%Y, %H:%M} - {rng.choice(names)}: {_sentence(rng)}" for n in range(1500)]
    chat = "\n".join(lines).encode()
    if number == 5:
        return "WhatsApp Chat with R. Hollis.zip", _zipped({"WhatsApp Chat with R. Hollis.txt": chat})
    return f"WhatsApp Chat with R. Hollis {number}.txt", chat


def _stamp(number: int) -> int:
    return round(_when(number).timestamp() * 1000)


def messages_xml(count: int, seed: int = 0) -> Iterator[bytes]:
    """A back-up of so many texts in the form of SMS Backup & Restore, piece by piece."""
    rng = random.Random(2200 + seed)
    yield f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{count}\">\n".encode()
    for number in range(count):
        at = _FIRST + timedelta(minutes=number * 2, seconds=number % 60)
        yield (
            f'  <sms protocol="0" address="+16195550{number % 9:03d}" date="{round(at.timestamp() * 1000)}" '
            f'type="{1 + number % 3 // 2}" subject="null" body="{_sentence(rng)} {number}" toa="null" sc_toa="null" '
            f'service_center="null" read="1" status="-1" locked="0" date_sent="{round(at.timestamp() * 1000) - 900}" '
            f'readable_date="{at:%b %d, %Y %H:%M:%S}" contact_name="R. Hollis" />\n'
        ).encode()
    yield b"</smses>\n"


_MAKERS: dict[str, Callable[[], Maker]] = {
    "screenshot": _screenshots,
    "photo": _photos,
    "heic": _heics,
    "voicemail": _voicemails,
    "video": _videos,
    "pdf": _pdfs,
    "docx": lambda: _docx,
    "text": lambda: _text,
    "vcf": lambda: _vcf,
    "mail": lambda: _mail,
    "archive": _archives,
    "webp": _webps,
    "export": lambda: _export,
}
