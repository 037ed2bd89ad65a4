"""Makes the pictures of README and guide from the synthetic case, so that they stay true.

    .venv/bin/python docs/make_pictures.py [DEMO]

DEMO is a folder that `dev.py demo` wrote; without it one is made in a temporary folder.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from evidencekit.cli import main

PICTURES = Path(__file__).parent / "pictures"
SCALE = 0.62  # of 72 dpi: four pages side by side are still legible
GAP = 14


def binder_pages(folder: Path) -> list[int]:
    """0-based pages to show: cover, index, a recording's slip sheet, a captured screen."""
    record = json.loads((folder / "binder.json").read_text("utf-8"))
    exhibits = [each for each in record["exhibits"] if each["first_page"]]
    sound = next(each for each in exhibits if "oicemail" in each["title"])
    screen = next(each for each in exhibits if each["title"].startswith("Text messages") and each["pages"] == 2)
    return [0, 1, sound["first_page"] - 1, screen["first_page"]]


def strip(pdf: Path, pages: list[int]) -> Image.Image:
    """The pages side by side on grey."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = [document[page].render(scale=SCALE * 2).to_pil() for page in pages]
    width, height = drawn[0].size
    sheet = Image.new("RGB", ((width + GAP) * len(drawn) + GAP, height + 2 * GAP), (118, 122, 128))
    for place, page in enumerate(drawn):
        sheet.paste(page, (GAP + place * (width + GAP), GAP))
    return sheet


def make(folder: Path) -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    binder = folder / "binder"
    picture = strip(binder / "Binder.pdf", binder_pages(binder))
    picture.quantize(96).save(PICTURES / "binder.png", optimize=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        make(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            os.environ["EVIDENCEKIT_HOME"] = str(Path(scratch) / "home")
            main(["demo", str(Path(scratch) / "demo")])
            make(Path(scratch) / "demo")
