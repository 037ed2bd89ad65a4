"""A binder's size before it is built is the size that it then has, and counting it changes nothing of the case."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from evidencekit import edits
from evidencekit.binder.build import Built, build_binder
from evidencekit.binder.estimate import Estimate, estimate
from evidencekit.binder.remarks import RemarkKind
from evidencekit.casefile import Case, create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import Cancelled, UsageError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.printing.paper import PaperName
from evidencekit.profile import Profile, load_profile

ACTOR = "A. Rivera, victim-witness unit"
DEFAULT = load_profile("default")


def write_received(folder: Path) -> None:
    from evidencekit.demo.photos import PHONE, jpeg, photo_exif
    from evidencekit.demo.speech import voice, write_sound

    folder.mkdir()
    when = datetime.fromisoformat("2026-02-11T18:36:11-08:00")
    place = (47.123456, -122.654321)
    picture = Image.effect_mandelbrot((900, 1200), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    (folder / "a photo.jpg").write_bytes(jpeg(picture, photo_exif(PHONE, when, 1, place), 1))
    (folder / "broken.jpg").write_bytes(jpeg(picture, photo_exif(PHONE, when, 1, place), 1)[:700])
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "green", "blue")]
    moving = photo_exif(PHONE, when, 1, place)
    frames[0].save(folder / "moving.webp", save_all=True, append_images=frames[1:], exif=moving)
    Image.linear_gradient("L").resize((600, 6000)).save(folder / "tall.png")
    (folder / "long.txt").write_text("He stood at the curb again.\n" * 400, "utf-8")
    write_sound(folder / "voice.m4a", voice(1.0, random.Random(4)), "2026-02-12T10:14:09Z", "Voicemail")


@pytest.fixture(scope="module")
def marked_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A case with five exhibits, and its maker's user folder; copy both before using them."""
    folder, home = tmp_path_factory.mktemp("marked-once"), Home(tmp_path_factory.mktemp("maker"))
    write_received(folder / "received")
    create_case(folder / "case", CaseInfo("", "26CR00417", "People v. Hollis", "America/Los_Angeles"), home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as opened:
        taken = take_in(opened, [folder / "received"], HandOver("Phone of J. D."), Job(), workers=1)
        at = {each.name: each.number for each in taken.items}
        bad, text = ["broken.jpg", "moving.webp"], ["long.txt"]
        for names in (["a photo.jpg", *text], ["tall.png"], ["voice.m4a"], bad, text):
            edits.mark_exhibit(opened, [at[name] for name in names], DEFAULT)
        edits.withdraw_exhibit(opened, "5")
    return folder / "case", home.folder


@pytest.fixture
def case(tmp_path: Path, home: Home, marked_once: tuple[Path, Path]) -> Iterator[Case]:
    marked, maker = marked_once
    shutil.copytree(maker, home.folder, dirs_exist_ok=True)
    shutil.copytree(marked, tmp_path / "case")
    with write_case(tmp_path / "case", home, ACTOR) as opened:
        yield opened


def compared(found: Estimate, built: Built) -> None:
    files = [volume["file"] for volume in built.record["volumes"]]
    assert [volume.pages for volume in found.volumes] == [len(PdfReader(built.folder / name).pages) for name in files]
    told = {each.label: (each.pages, each.first_page, each.volume) for each in found.exhibits}
    record = built.record["exhibits"]
    assert told == {each["label"]: (each["pages"], each["first_page"], each["volume"]) for each in record}
    assert found.exact
    assert all(each.exact for each in found.exhibits)


SINGLE, VOLUMES = replace(DEFAULT, duplex=False), replace(DEFAULT, sheets_per_volume=12)
SHAPES = [
    pytest.param(PaperName.LETTER, SINGLE, id="letter-single"),
    pytest.param(PaperName.LEGAL, VOLUMES, id="legal-volumes"),
    pytest.param(PaperName.LETTER, DEFAULT, id="letter", marks=pytest.mark.slow),
    pytest.param(PaperName.A4, SINGLE, id="a4-single", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("paper", "profile"), SHAPES)
def test_the_estimate_is_what_is_then_built(case: Case, paper: PaperName, profile: Profile) -> None:
    found = estimate(case, profile, paper, Job())
    built = build_binder(case, None, profile, paper, Job())
    compared(found, built)
    compared(estimate(case, profile, paper, Job()), built)
    per_side = 2 if profile.duplex else 1
    assert found.sheets == sum(-(-volume.pages // per_side) for volume in found.volumes)
    assert len(found.volumes) > 1 or profile.sheets_per_volume > 100


def test_paper_and_sides_change_the_count(case: Case) -> None:
    letter = estimate(case, DEFAULT, PaperName.LETTER, Job())
    legal = estimate(case, DEFAULT, PaperName.LEGAL, Job())
    single = estimate(case, replace(DEFAULT, duplex=False), PaperName.LETTER, Job())
    assert legal.pages < letter.pages
    assert single.pages < letter.pages
    assert single.sheets > letter.sheets


def test_estimates_on_the_way_grow_exact_and_say_so(case: Case) -> None:
    seen: list[Estimate] = []
    last = estimate(case, DEFAULT, PaperName.LETTER, Job(), seen.append)
    assert not any(each.exact for each in seen)
    assert seen[-1].exhibits[0].exact
    assert [each.pages for each in seen[-1].exhibits] == [each.pages for each in last.exhibits]
    assert all(each.first_page is None for each in seen[0].exhibits)
    assert abs(seen[-1].pages - last.pages) <= 6


def test_slip_sheets_once_typeset_are_not_typeset_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidencekit.printing.typeset import Typesetter

    made: list[str] = []
    real = Typesetter.typeset

    def typeset(self: Typesetter, template: str, *given: object, **more: object) -> object:
        made.append(template)
        return real(self, template, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Typesetter, "typeset", typeset)
    slips: dict[str, int] = {}
    first = estimate(case, DEFAULT, PaperName.LETTER, Job(), slips=slips)
    assert made.count("slip.typ") == 4
    made.clear()
    again = estimate(case, DEFAULT, PaperName.LETTER, Job(), slips=slips)
    assert "slip.typ" not in made
    assert again == first


def test_counting_changes_nothing_but_the_shelf_of_renditions(case: Case) -> None:
    def everything() -> dict[str, bytes]:
        return {
            path.relative_to(case.folder).as_posix(): path.read_bytes()
            for path in case.folder.rglob("*")
            if path.is_file() and not path.is_relative_to(case.derived) and not path.name.endswith(("-wal", "-shm"))
        }

    before = everything()
    estimate(case, DEFAULT, PaperName.LETTER, Job())
    assert everything() == before
    assert not list((case.derived / "incoming").iterdir())


@pytest.mark.parametrize("step", [1, 9])
def test_a_cancelled_count_leaves_no_scratch_and_can_be_made_again(case: Case, step: int) -> None:
    steps = 0

    def stop() -> bool:
        nonlocal steps
        steps += 1
        return steps > step

    with pytest.raises(Cancelled):
        estimate(case, DEFAULT, PaperName.LETTER, Job(cancelled=stop))
    assert not list((case.derived / "incoming").iterdir())
    assert estimate(case, DEFAULT, PaperName.LETTER, Job()).exact


def test_what_to_look_at_is_told_with_where_it_is(case: Case) -> None:
    found = estimate(case, DEFAULT, PaperName.LETTER, Job())
    at = {item.name: item.number for item in case.checked.items}
    told = {(each.kind, each.label, each.item) for each in found.remarks}
    assert (RemarkKind.NATIVE, "3", at["voice.m4a"]) in told
    assert (RemarkKind.NATIVE, "4", at["broken.jpg"]) in told
    assert (RemarkKind.PARTIAL, "4", at["moving.webp"]) in told
    assert (RemarkKind.POSITION, "4", at["moving.webp"]) in told
    assert (RemarkKind.UNDATED, "1", at["long.txt"]) in told
    assert (RemarkKind.UNDATED, "2", at["tall.png"]) in told
    assert (RemarkKind.WITHDRAWN, "5", "") in told
    assert not any(kind is RemarkKind.POSITION and label == "1" for kind, label, _ in told), "it is printed whole"
    words = {(each.kind, each.label): each.text for each in found.remarks}
    assert words[(RemarkKind.UNDATED, "1")] == "Exhibit 1 holds 1 of 2 items without a date."
    assert words[(RemarkKind.UNDATED, "2")] == "Exhibit 2 has no date."


def test_without_an_exhibit_there_is_nothing_to_count(new_case: Path, home: Home) -> None:
    with write_case(new_case, home, ACTOR) as opened, pytest.raises(UsageError, match="No exhibit"):
        estimate(opened, DEFAULT, PaperName.LETTER, Job())
