"""The synthetic case's PDF files: typeset, scanned, turned, oddly boxed, scripted and locked."""

from __future__ import annotations

import random
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.demo.sheets import Document
from evidencekit.printing.typeset import Typesetter

if TYPE_CHECKING:
    import pikepdf
    from PIL import Image

_LETTER = (612, 792)
_SCAN_DPI = 150


class Press:
    """Prints documents to PDF files. The same document gives the same bytes."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch / "sheet.pdf"
        self._typesetter = Typesetter()

    def plain(self, document: Document, out: Path) -> None:
        """Text as the agency's own program writes it."""
        with self._open(document) as pdf:
            _save(pdf, out, document)

    def scanned(self, document: Document, out: Path, rng: random.Random, *, sideways: bool = False) -> None:
        """Pages from an office scanner: grey, slightly skew and speckled; ``sideways`` pages lie in the file turned,
        with /Rotate 90 to set them upright."""
        import pikepdf

        with pikepdf.new() as pdf:
            for page in self._rasters(document):
                _add_scan(pdf, _worn(page, rng), sideways=sideways)
            _save(pdf, out, document, producer="ScanStation 240")

    def odd_boxes(self, document: Document, out: Path) -> None:
        """Three pages that show alike: a MediaBox off the origin with a CropBox inside, half-size content under
        UserUnit 2, and a MediaBox given from its upper right corner. Source: ISO 32000-2 7.7.3.3 and 7.9.5."""
        import pikepdf

        with self._open(document) as pdf:
            first = pdf.pages[0]
            for _ in range(2):
                pdf.pages.append(first)
            width, height = _LETTER
            shifted, scaled, turned = pdf.pages[0], pdf.pages[1], pdf.pages[2]
            _transform(pdf, shifted, f"1 0 0 1 -{100} 200 cm")
            shifted.MediaBox = pikepdf.Array([-150, 150, width - 50, height + 250])
            shifted.CropBox = pikepdf.Array([-100, 200, width - 100, height + 200])
            _transform(pdf, scaled, "0.5 0 0 0.5 0 0 cm")
            scaled.MediaBox = pikepdf.Array([0, 0, width / 2, height / 2])
            scaled.UserUnit = 2
            turned.MediaBox = pikepdf.Array([width, height, 0, 0])
            _save(pdf, out, document)

    def scripted(self, document: Document, out: Path) -> None:
        """A form with a script that runs when it is opened and a link that starts a program; both harmless."""
        import pikepdf
        from pikepdf import Dictionary, Name

        with self._open(document) as pdf:
            greeting = pikepdf.String('app.alert("Visitor log: please fill in every column.");')
            pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=greeting))
            link = Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=pikepdf.Array([60, 700, 320, 720]),
                Border=pikepdf.Array([0, 0, 0]),
                A=Dictionary(S=Name.Launch, F=pikepdf.String("calendar.exe")),
            )
            pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
            _save(pdf, out, document)

    def locked(self, document: Document, out: Path, *, user: str, owner: str) -> None:
        """Encrypted with 128-bit AES; without a ``user`` password it opens but forbids changes."""
        import pikepdf

        clear = self._scratch.with_name("clear.pdf")
        with self._open(document) as pdf:
            _save(pdf, clear, document)
        words = ["qpdf", "--static-id", "--static-aes-iv", "--object-streams=disable", str(clear), str(out)]
        words += ["--encrypt", user, owner, "128", "--use-aes=y", "--modify=none", "--"]
        pikepdf.Job(words).run()
        clear.unlink()

    def bytes(self, document: Document) -> bytes:
        """A plain document's bytes, for an attachment."""
        out = self._scratch.with_name("attachment.pdf")
        self.plain(document, out)
        content = out.read_bytes()
        out.unlink()
        return content

    def _open(self, document: Document) -> pikepdf.Pdf:
        import pikepdf

        self._typesetter.typeset("demo.typ", document.data(), self._scratch, moment=document.created)
        return pikepdf.Pdf.open(BytesIO(self._scratch.read_bytes()))

    def _rasters(self, document: Document) -> list[Image.Image]:
        import pypdfium2

        self._typesetter.typeset("demo.typ", document.data(), self._scratch, moment=document.created)
        with pypdfium2.PdfDocument(self._scratch.read_bytes()) as pdf:
            rendered = [page.render(scale=_SCAN_DPI / 72, grayscale=True) for page in pdf]
            return [bitmap.to_pil().convert("L").copy() for bitmap in rendered]


def _worn(page: Image.Image, rng: random.Random) -> Image.Image:
    """What a scanner makes of a sheet."""
    import numpy as np
    from PIL import Image, ImageFilter

    skew = rng.choice((-1, 1)) * rng.uniform(0.25, 0.8)
    page = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=250).filter(ImageFilter.GaussianBlur(0.6))
    noise = np.random.Generator(np.random.PCG64(rng.randrange(2**32)))
    pixels = np.asarray(page, dtype=np.float32) * 0.93 + 12
    pixels += noise.normal(0, 3.5, pixels.shape)
    pixels -= np.linspace(22, 0, pixels.shape[1], dtype=np.float32)[None, :] ** 2 / 24
    for _ in range(60):
        y, x = int(noise.integers(4, pixels.shape[0] - 4)), int(noise.integers(4, pixels.shape[1] - 4))
        pixels[y : y + 2, x : x + 2] -= 90
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _add_scan(pdf: pikepdf.Pdf, page: Image.Image, *, sideways: bool) -> None:
    from pikepdf import Dictionary, Name
    from PIL import Image

    if sideways:
        page = page.transpose(Image.Transpose.ROTATE_90)
    stored = BytesIO()
    page.save(stored, format="JPEG", quality=58)
    picture = pdf.make_stream(
        stored.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=page.width,
        Height=page.height,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    width, height = (_LETTER[1], _LETTER[0]) if sideways else _LETTER
    sheet = pdf.add_blank_page(page_size=(width, height))
    sheet.Resources = Dictionary(XObject=Dictionary(Scan=picture))
    sheet.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Scan Do Q".encode())
    if sideways:
        sheet.Rotate = 90


def _transform(pdf: pikepdf.Pdf, page: pikepdf.Page, operators: str) -> None:
    page.contents_add(pdf.make_stream(f"q {operators}\n".encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ"))


def _save(pdf: pikepdf.Pdf, out: Path, document: Document, *, producer: str | None = None) -> None:
    from pikepdf import Dictionary

    at = datetime.fromisoformat(document.created)
    offset = f"{at:%z}"
    stamp = f"D:{at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata
    info = {"/Title": document.title, "/Author": document.author, "/Producer": producer or document.producer}
    pdf.trailer.Info = pdf.make_indirect(Dictionary({**info, "/CreationDate": stamp, "/ModDate": stamp}))
    pdf.save(out, deterministic_id=True)
