"""Each main view compared with a kept picture, so that no change of looks goes unseen.

The bundled fonts make the pictures the same on every Linux; elsewhere text is drawn by other means, and they are not
compared. `EVIDENCEKIT_KEEP_SCREENS=1` keeps the pictures as they are drawn now: look at them before committing them.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import MilestoneKind, Party, Role
from evidencekit.profile import load_profile
from tests.gui.conftest import ACTOR
from ui.settings import Recent
from ui.theme import Mode
from ui.window import Window

KEPT = Path(__file__).parent / "screens"
ALLOWED = 0.0005  # of the pixels may differ: a blinking cursor, a rounded edge
VISIBLY = 40  # of 255
_STILL = 25  # looks in a row

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kept pictures are drawn as on Linux")


@pytest.fixture(scope="module")
def shared_case(new_once: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case in which nothing depends on the day or the computer."""
    place = tmp_path_factory.mktemp("shared")
    home = Home(Path(shutil.copytree(new_once[1], place / "case-home")))
    told = Path(shutil.copytree(new_once[0], place / "case"))
    folder = place / "handed over"
    folder.mkdir()
    for place, (name, colour) in enumerate((("IMG_2041.PNG", "#3b6ea5"), ("IMG_2042.PNG", "#a53b3b")), start=1):
        picture = Image.new("RGB", (390, 844), "white")
        ImageDraw.Draw(picture).rounded_rectangle((30, 90 * place, 330, 90 * place + 140), 24, fill=colour)
        picture.save(folder / name)
    (folder / "note.txt").write_text("He was outside the building again, by the grey sedan.\n", "utf-8")
    (folder / "unknown.bin").write_bytes(bytes(range(256)) * 64)
    with write_case(told, home, ACTOR) as case:
        take_in(case, [folder], HandOver("Phone of J. D."), Job(), workers=1)
        edits.put_party(case, Party("Marc Hollis", Role.DEFENDANT, ("+15550178834",), "saved in her phone"))
        edits.describe(case, "1", title="Text messages, first contact", when="2026-01-06 07:12", party="Marc Hollis")
        edits.describe(case, "2", title="Text messages, “Please stop”", when="2026-01-29 20:21")
        edits.describe(case, "3", title="Note of J. D.", when="early March 2026")
        edits.add_milestone(case, when="2026-01-29", kind=MilestoneKind.NO, text="“Please stop writing to me.”")
        edits.add_incident(
            case, when="2026-02-14", text="Flowers at the front desk.", items=["2"], location="Workplace"
        )
        edits.mark_exhibit(case, ["1"], load_profile("default"), witness="J. D.")
        edits.add_draft(case, items=["2", "3"], title="“Please stop”, and a note")
    return told


def settle(window: Window, qtbot: QtBot) -> None:
    """Wait until nothing is under way and the window has looked the same for some turns."""
    looks: list[bytes] = []

    def quiet() -> bool:
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        window.statusBar().clearMessage()
        window.state.setText("")
        looks.append(grabbed(window).tobytes())
        still = len(looks) > _STILL and len(set(looks[-_STILL:])) == 1
        return still and window.session.tasks.pending == 0 and window.session.work is None

    qtbot.waitUntil(quiet, timeout=60_000)


def grabbed(window: Window) -> Image.Image:
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return Image.fromarray(rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy())


def compare(window: Window, name: str, tmp_path: Path) -> None:
    seen, kept = grabbed(window), KEPT / f"{name}.png"
    if os.environ.get("EVIDENCEKIT_KEEP_SCREENS"):
        KEPT.mkdir(exist_ok=True)
        seen.save(kept, optimize=True)
    wanted = Image.open(kept).convert("RGB")
    assert seen.size == wanted.size
    apart = np.asarray(ImageChops.difference(seen, wanted)).max(axis=2) > VISIBLY
    if apart.mean() > ALLOWED:
        seen.save(tmp_path / f"{name}.png")
    assert apart.mean() <= ALLOWED, f"{apart.mean():.2%} of {name} looks otherwise; see {tmp_path / name}.png"


def test_the_start_screen(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    kinds = (("image", 80), ("audio", 6), ("document", 12), ("email", 20))
    one = Recent(
        str(tmp_path / "one"), "26CR00417", "People v. Hollis", "2026-11-20T10:00:00Z", 122, 66, 16, True, kinds
    )
    window.settings.remember(one)
    window.settings.remember(Recent(str(tmp_path / "gone"), "26CR00099", "State v. Doe", "2026-11-19T10:00:00Z"))
    window.resize(1280, 720)
    window.start.refresh()
    settle(window, qtbot)
    compare(window, "start", tmp_path)


@pytest.mark.parametrize(
    ("page", "mode"),
    [
        ("items", Mode.LIGHT),
        ("items", Mode.DARK),
        ("exhibits", Mode.LIGHT),
        ("chronology", Mode.DARK),
        ("binder", Mode.LIGHT),
    ],
)
def test_a_page(shared_window: Window, qtbot: QtBot, tmp_path: Path, page: str, mode: Mode) -> None:
    window = shared_window
    window.theme.choose(mode, 1.0)
    window.resize(1280, 720)
    window.show_page(page)
    settle(window, qtbot)
    compare(window, f"{page}-{mode.value}", tmp_path)
