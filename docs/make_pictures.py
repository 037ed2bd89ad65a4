"""Makes the pictures of README and guide from the synthetic case, so that they stay true.

    .venv/bin/python docs/make_pictures.py [DEMO]

DEMO is a folder that `dev.py demo` wrote; without it one is made in a temporary folder. The case is copied first.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pypdfium2
from PIL import Image
from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from evidencekit.cli import main
from evidencekit.custody.keys import Home, default_home
from ui.app import make_window
from ui.theme import Mode
from ui.window import Window

PICTURES = Path(__file__).resolve().parent / "pictures"
SCALE = 0.62  # of 72 dpi: four pages side by side are still legible
GAP = 14
PROTECTED = "Kiln list"  # what a second production is stopped by
SETTLED = 700  # milliseconds without anything under way


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


class Camera:
    """Takes pictures of the app over a copy of the demo's case."""

    def __init__(self, case: Path) -> None:
        self.app = QApplication.instance() or QApplication([])
        self.window: Window = make_window(self.app, Home(default_home()))  # type: ignore[arg-type]
        self.window.theme.choose(Mode.LIGHT, 1.0)
        self.window.resize(1440, 900)
        self.window.session.actor = "A. Rivera, victim advocate"
        self.window.show()
        self.window.open_case(case)
        self.settle()

    def settle(self, quiet: Callable[[], bool] | None = None) -> None:
        """Let the app work until nothing has been under way for a while."""
        timer = QElapsedTimer()
        timer.start()
        while timer.elapsed() < SETTLED or (quiet is not None and not quiet()):
            self.app.processEvents()
            if self.window.session.tasks.pending:
                timer.restart()

    def take(self, name: str, what: QWidget | None = None) -> None:
        """Save what is seen as ``pictures/name.png``, in few enough colours to stay small."""
        self.settle()
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "seen.png"
            (what or self.window).grab().save(str(path))
            seen = Image.open(path).convert("RGB")
            seen.quantize(256, kmeans=2, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)

    def page(self, name: str, picture: str, mode: Mode = Mode.LIGHT) -> None:
        """A page of the window."""
        self.window.theme.choose(mode, 1.0)
        self.window.show_page(name)
        self.take(picture)

    def dialog(self, dialog: QDialog, picture: str) -> None:
        """A dialog by itself."""
        self.window.theme.choose(Mode.LIGHT, 1.0)
        dialog.show()
        self.take(picture, dialog)
        dialog.close()

    def close(self) -> None:
        """Close the window and the case."""
        self.window.leave()
        while self.window.isVisible():
            self.app.processEvents()
        self.window.session.tasks.close()


def photograph(case: Path, received: Path) -> None:
    """Every picture of the app."""
    from evidencekit import edits
    from ui.dialogs.intake import IntakeDialog
    from ui.parts import Part

    camera = Camera(case)
    window = camera.window
    window.show_item("ITEM-0010")
    camera.take("items")
    window.session.edit("Add", lambda opened: edits.add_draft(opened, items=["ITEM-0102"]), [Part.EXHIBITS])
    window.session.edit(
        "Add", lambda opened: edits.add_draft(opened, items=["ITEM-0098", "ITEM-0099"]), [Part.EXHIBITS]
    )
    camera.settle()
    window.show_page("exhibits")
    camera.settle()
    window.views["exhibits"].list.choose(["6"])  # type: ignore[attr-defined]
    camera.page("exhibits", "exhibits")
    camera.page("chronology", "chronology")
    camera.page("custody", "custody", Mode.DARK)
    camera.page("binder", "binder-page")
    window.actions_made["binder.build"].trigger()
    camera.settle(lambda: window.session.work is None)
    camera.take("binder-page")
    photograph_production(camera)
    sheet = IntakeDialog(window.desk, [received], None, "", window)
    sheet.source.setEditText("Phone of J. D.")
    sheet.giver.setEditText("J. D.")
    sheet.method.setEditText("AirDrop")
    camera.dialog(sheet, "intake")
    camera.close()


def photograph_production(camera: Camera) -> None:
    """The list of productions, and the step of a second one at which people decide."""
    from evidencekit import edits
    from evidencekit.production.values import Order
    from ui.parts import Part

    window = camera.window
    camera.page("productions", "productions")
    window.session.edit("Protect", lambda opened: edits.protect(opened, [PROTECTED]), [Part.LEDGER])
    camera.settle(lambda: window.session.work is None)
    window.actions_made["production.new"].trigger()
    camera.settle()
    wizard = window.views["productions"].wizard  # type: ignore[attr-defined]
    wizard.ordering.put(Order("Office of the Attorney General", "Disc"))
    wizard.go.click()
    camera.settle(lambda: wizard.told is not None)
    camera.dialog(wizard, "production")


def make(folder: Path) -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    binder = folder / "binder"
    picture = strip(binder / "Binder.pdf", binder_pages(binder))
    picture.quantize(96).save(PICTURES / "binder.png", optimize=True)
    with tempfile.TemporaryDirectory() as scratch:
        case = Path(shutil.copytree(folder / "case", Path(scratch) / "case"))
        shutil.copytree(folder / "received", Path(scratch) / "Phone of J. D.", symlinks=True)
        with contextlib.chdir(scratch):  # no path of this computer is in a picture
            photograph(case, Path("Phone of J. D."))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["EVIDENCEKIT_HOME"] = str(Path(scratch) / "home")
        if len(sys.argv) > 1:
            make(Path(sys.argv[1]).absolute())
        else:
            main(["demo", str(Path(scratch) / "demo")])
            make(Path(scratch) / "demo")
