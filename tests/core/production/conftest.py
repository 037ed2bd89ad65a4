"""A small case to produce from: a mail with a picture in it and a paper with it, a text, a file of no kind, a
recording and a paper with turned pages. It is taken in and rendered once; each test gets a copy."""

from __future__ import annotations

import io
import shutil
import wave
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from evidencekit.casefile import Case, create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.production.values import Order

if TYPE_CHECKING:
    from evidencekit.production.produce import Produced

ACTOR = "A. Rivera, victim-witness unit"
DEFENDER = "Office of the defender"
# In the order of their paths, attachments behind all.
MAIL, NOTE, ODD, VOICE, TURNED, PICTURE, PAPER = (f"ITEM-{n:04d}" for n in range(1, 8))


def picture(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    from PIL import Image, ImageDraw

    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).rectangle((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill=(250, 250, 250))
    image.save(out, "PNG")
    return out.getvalue()


def write_received(folder: Path) -> None:
    folder.mkdir()
    mail = EmailMessage()
    mail["From"], mail["To"] = "m.hollis@example.org", "j.d@example.org"
    mail["Subject"], mail["Date"] = "Saturday", "Sun, 22 Mar 2026 08:41:00 -0700"
    mail.set_content("I saw the light in your window.\n")
    mail.add_alternative('<p>I saw the light in your window.</p><img src="cid:light">', subtype="html")
    mail.get_payload()[1].add_related(  # type: ignore[index, union-attr]
        picture((60, 40), (200, 30, 30)), "image", "png", cid="<light>", filename="light.png"
    )
    mail.add_attachment(b"A list of days.\n", "text", "plain", filename="days.txt")
    (folder / "a mail.eml").write_bytes(mail.as_bytes())
    (folder / "b note.txt").write_text("He was outside the building again.\n", "utf-8")
    (folder / "c odd").write_bytes(bytes(range(256)) * 4)
    with wave.open(str(folder / "d voice.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(int(9000 * (n % 40) / 40).to_bytes(2, "little") for n in range(8000)))
    write_turned(folder / "e turned.pdf")


def write_turned(path: Path) -> None:
    """A wide page, and one of each rotation, all of whose visible area is grey: nothing may be printed over it."""
    with pikepdf.new() as pdf:
        for size, turn in (((1400, 700), 0), ((612, 792), 90), ((612, 792), 180), ((1400, 700), 270)):
            page = pdf.add_blank_page(page_size=size)
            page.Contents = pdf.make_stream(f"0.8 g 0 0 {size[0]} {size[1]} re f".encode())
            page.Rotate = turn
        pdf.save(path, deterministic_id=True)


@pytest.fixture(scope="session")
def to_produce_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The case, with its pages rendered, and its maker's user folder; copy both before using them."""
    from evidencekit.production.produce import preview

    folder, home = tmp_path_factory.mktemp("to-produce"), Home(tmp_path_factory.mktemp("producer"))
    write_received(folder / "received")
    info = CaseInfo(
        "", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court", "", "Office of the DA"
    )
    create_case(folder / "case", info, home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as case:
        take_in(case, [folder / "received"], HandOver("Phone of J. D."), Job(), workers=2)
    with write_case(folder / "case", home, ACTOR) as case:
        preview(case, Order(DEFENDER), Job())
    return folder / "case", home.folder


@pytest.fixture
def to_produce(tmp_path: Path, home: Home, to_produce_once: tuple[Path, Path]) -> Path:
    """The case's folder."""
    case, maker = to_produce_once
    shutil.copytree(maker, home.folder, dirs_exist_ok=True)
    return Path(shutil.copytree(case, tmp_path / "case", copy_function=shutil.copy2))


Produces = Callable[..., "Produced"]


@pytest.fixture
def produced(to_produce: Path, home: Home) -> Produces:
    """``produced(folder, **order)``: a production of the case, opened for it."""

    def act(folder: Path, *, job: Job | None = None, to: str = DEFENDER, **more: object) -> Produced:
        from evidencekit.production.produce import produce

        with write_case(to_produce, home, ACTOR) as case:
            return produce(case, Order(to, **more), folder, job or Job())  # type: ignore[arg-type]

    return act


def hold(case: Case, *items: str, decision: str = "hold", reason: str = "privileged") -> None:
    """Hold items back, as the ledger tells it."""
    body = {"kind": "withhold", "decision": decision, "items": list(items), "reason": reason}
    case.commit([Entry("withhold", {"decision": decision, "items": list(items), **case.record(body)})])
