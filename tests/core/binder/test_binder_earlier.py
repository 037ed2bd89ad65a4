"""Binders built earlier: what they hold, what their building told, and whether the exhibits changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.binder.build import build_binder
from evidencekit.binder.earlier import EarlierBinder, earlier_binders
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile

PROFILE = load_profile("federal")


@pytest.fixture
def case(filled_case: Path, home: Home) -> Iterator[Case]:
    with write_case(filled_case, home, "A. Rivera") as opened:
        edits.mark_exhibit(opened, ["ITEM-0002"], PROFILE, title="Note")
        edits.mark_exhibit(opened, ["ITEM-0004"], PROFILE, title="Unknown")
        build_binder(opened, None, PROFILE, PaperName.A4, Job())
        yield opened


def newest(case: Case) -> EarlierBinder:
    return earlier_binders(case)[0]


def test_a_binder_is_told_with_paper_profile_time_and_places(case: Case) -> None:
    found = newest(case)
    record = json.loads((case.output / "binder-0001" / "binder.json").read_text("utf-8"))
    assert (found.folder.name, found.paper, found.profile) == ("binder-0001", "a4", "federal")
    assert found.built == next(line.time for line in case.checked.lines if line.act == "bind")
    assert [(volume.path.name, volume.pages) for volume in found.volumes] == [
        (each["file"], each["pages"]) for each in record["volumes"]
    ]
    assert all(volume.path.is_file() for volume in found.volumes)
    assert [(each.label, each.first_page) for each in found.exhibits] == [
        (each["label"], each["first_page"]) for each in record["exhibits"]
    ]
    assert found.current


def test_what_the_building_told_can_be_read_later(case: Case, home: Home) -> None:
    from PIL import Image

    folder = case.folder.parent / "more"
    folder.mkdir()
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "green", "blue")]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    from evidencekit.intake import HandOver, take_in

    taken = take_in(case, [folder], HandOver("Phone"), Job(), workers=1)
    edits.mark_exhibit(case, [taken.items[0].number], PROFILE)
    built = build_binder(case, None, PROFILE, PaperName.A4, Job())
    assert built.warnings
    assert newest(case).warnings == built.warnings
    case.close()
    with read_case(case.folder, home) as again:
        assert [each.warnings for each in earlier_binders(again)] == [built.warnings, ()]


def test_every_kind_of_change_is_told_by_its_label(case: Case) -> None:
    edits.arrange(case, "2", before="1")
    assert (newest(case).changed, newest(case).moved) == ((), True)
    edits.arrange(case, "2", last=True)
    assert newest(case).current
    edits.arrange(case, "1", title="Another title")
    assert newest(case).changed == ("1",)
    edits.arrange(case, "1", title="Note")
    edits.mark_exhibit(case, ["ITEM-0001"], PROFILE)
    assert newest(case).changed == ("3",)
    edits.withdraw_exhibit(case, "2")
    assert set(newest(case).changed) == {"2", "3"}
    assert not newest(case).current


def test_a_folder_without_a_sound_record_is_left_out(case: Case) -> None:
    whole = json.loads((case.output / "binder-0001" / "binder.json").read_text("utf-8"))
    whole["exhibits"][0]["first_page"] = "one"
    odd = {**whole, "exhibits": [{**whole["exhibits"][1], "label": None, "first_page": [1]}]}
    broken = ("{", "[]", '{"volumes": 3}', json.dumps(whole), json.dumps(odd))
    for name, text in ((f"binder-{n:04}", text) for n, text in enumerate(broken, start=2)):
        (case.output / name).mkdir()
        (case.output / name / "binder.json").write_text(text)
    (case.output / "binder-0009").mkdir()
    assert [each.folder.name for each in earlier_binders(case)] == ["binder-0001"]


def test_a_record_cannot_lead_out_of_its_folder(case: Case) -> None:
    path = case.output / "binder-0001" / "binder.json"
    record = json.loads(path.read_text("utf-8"))
    record["volumes"][0]["file"] = "../../originals/Binder.pdf"
    path.write_text(json.dumps(record))
    assert newest(case).volumes[0].path.parent == case.output / "binder-0001"
