"""The whole build of a real case on every paper: what it prints, what it must never print, what it leaves behind."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import itertools
import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from evidencekit import edits
from evidencekit.binder.build import Built, build_binder
from evidencekit.casefile import create_case, write_case
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.errors import Cancelled, UsageError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, MilestoneKind
from evidencekit.printing.paper import SIZES, PaperName
from evidencekit.profile import load_profile
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"
SECRET_FOLDER = "secret-folder-name-7741"
PLACE = (47.123456, -122.654321)
SERIAL = "LP7-0417-2210"
OPINION = "Weak on intent; expect a challenge"
LABELS = ["1", "1A", "2", "3", "4", "5", "6"]
TITLES = {
    "1": "Photograph of the curb",
    "1A": "Letter found later",
    "2": "Scrolling capture",
    "3": "Report and notes",
    "4": "Voicemail from the unknown number",
    "5": "A file that nobody can open",
}


def write_received(folder: Path) -> None:
    """A photograph with GPS and a serial number, a tall capture, a PDF, a recording, a text and two broken files."""
    import pikepdf
    from PIL import Image

    from evidencekit.demo.photos import PHONE, capture_exif, jpeg, photo_exif
    from evidencekit.demo.speech import voice, write_sound

    folder.mkdir(parents=True)
    at = datetime.fromisoformat("2026-02-11T18:36:11-08:00")
    picture = Image.effect_mandelbrot((900, 1200), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    (folder / "IMG_1.JPG").write_bytes(jpeg(picture, photo_exif(PHONE, at, 6, PLACE), 6))
    (folder / "IMG_broken.JPG").write_bytes(jpeg(picture, photo_exif(PHONE, at, 1, PLACE), 1)[:1500])
    capture = Image.linear_gradient("L").resize((700, 7000))
    capture.save(folder / "tall.png", exif=capture_exif(at))
    write_sound(folder / "voice.m4a", voice(2.0, random.Random(4)), "2026-02-12T10:14:09Z", "Voicemail")
    with pikepdf.new() as pdf:
        for n in range(3):
            page = pdf.add_blank_page(page_size=(612, 792))
            page.obj.Rotate = 90 * (n == 1)
            page.Resources = pikepdf.Dictionary(
                Font=pikepdf.Dictionary(
                    F=pikepdf.Dictionary(
                        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                    )
                )
            )
            page.Contents = pdf.make_stream(f"BT /F 14 Tf 90 600 Td (Report sheet {n + 1}) Tj ET".encode())
        pdf.save(folder / "report.pdf")
    (folder / "notes.txt").write_text("He stood at the curb again.\n" * 90, "utf-8")
    (folder / "letter.txt").write_text("I only want to talk to you.\n", "utf-8")
    (folder / "broken.bin").write_bytes(bytes(range(256)) * 8)


def fill(folder: Path, received: Path, home: Home) -> None:
    info = CaseInfo("", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court", "County of San Diego")
    create_case(folder, info, home, ACTOR)
    profile = load_profile("default")
    given = HandOver("Phone of J. D.", "J. D.", "AirDrop", "2026-04-10T17:02:11Z", OPINION)
    with write_case(folder, home, ACTOR) as case:
        taken = take_in(case, [received], given, Job(), workers=1)
        at = {record.name: record.number for record in taken.items}
        edits.describe(case, at["letter.txt"], title="Letter", when="early March 2026")
        edits.add_note(case, at["IMG_1.JPG"], text=OPINION)
        edits.add_milestone(case, when="2026-02-11", kind=MilestoneKind.NO, text="“No.”", item=at["IMG_1.JPG"])
        marks = (
            ("1", ["IMG_1.JPG"]),
            ("2", ["tall.png"]),
            ("3", ["report.pdf", "notes.txt"]),
            ("4", ["voice.m4a"]),
            ("5", ["broken.bin", "IMG_broken.JPG"]),
            ("6", ["notes.txt"]),
            ("1A", ["letter.txt"]),
        )
        for label, names in marks:
            numbers = [at[name] for name in names]
            edits.mark_exhibit(case, numbers, profile, label=label, title=TITLES.get(label, "Withdrawn title"))
        edits.withdraw_exhibit(case, "6")


@dataclass(frozen=True)
class World:
    """A filled case of its own home, and the binder of it on each paper."""

    case: Path
    home: Home
    binders: dict[PaperName, Path]

    def copied(self, folder: Path) -> World:
        """The case and its home apart, to be changed."""
        shutil.copytree(self.case, folder / "case")
        shutil.copytree(self.home.folder, folder / "home")
        return World(folder / "case", Home(folder / "home"), {})

    def build(self, case: Path, out: Path | None, paper: PaperName, job: Job | None = None) -> Built:
        with write_case(case, self.home, ACTOR) as opened:
            return build_binder(opened, out, load_profile("default"), paper, job or Job())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    received = folder / SECRET_FOLDER / "DCIM"
    write_received(received)
    made = World(folder / "case", Home(tmp_path_factory.mktemp("keys")), {})
    fill(made.case, received, made.home)
    for paper in PaperName:
        made.binders[paper] = folder / f"binder-{paper}"
        made.build(made.case, made.binders[paper], paper)
    return made


@pytest.fixture(params=list(PaperName))
def binder(world: World, request: pytest.FixtureRequest) -> Path:
    return world.binders[request.param]


def record_of(binder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((binder / "binder.json").read_text("utf-8"))
    return found


def texts_by_pypdf(path: Path) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(path).pages]


def texts_by_pdfium(path: Path) -> list[str]:
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            text = page.get_textpage()
            found.append(re.sub(r"\s+", " ", text.get_text_range()))
            text.close()
            page.close()
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("read", [texts_by_pypdf, texts_by_pdfium])
def test_every_page_bears_its_marks_as_real_text(binder: Path, read: Callable[[Path], list[str]]) -> None:
    record, pages = record_of(binder), read(binder / "Binder.pdf")
    assert record["volumes"][0]["pages"] == len(pages)
    for n, text in enumerate(pages, 1):
        assert re.search(rf"(?<!\d){n} of {len(pages)}(?!\d)", text)
    marked: dict[int, str] = {}
    for exhibit in record["exhibits"]:
        for n in range(exhibit["pages"] or 0):
            marked[exhibit["first_page"] + n] = f"Exhibit {exhibit['label']} · {n + 1} of {exhibit['pages']}"
    assert len(marked) == sum(exhibit["pages"] or 0 for exhibit in record["exhibits"])
    for n, text in enumerate(pages, 1):
        assert re.findall(r"Exhibit \w+ · \d+ of \d+", text) == ([marked[n]] if n in marked else []), n


def test_the_paper_is_the_one_asked_for(world: World) -> None:
    for paper, folder in world.binders.items():
        for page in PdfReader(folder / "Binder.pdf").pages:
            box = page.mediabox
            assert (float(box.width), float(box.height)) == pytest.approx(SIZES[paper], abs=0.01)


def test_the_index_agrees_with_the_record_and_its_links_lead_there(binder: Path) -> None:
    record = record_of(binder)
    reader = PdfReader(binder / "Binder.pdf")
    index = re.sub(r"\s+", " ", reader.pages[1].extract_text())
    assert [exhibit["label"] for exhibit in record["exhibits"]] == LABELS
    for exhibit in record["exhibits"]:
        if exhibit["status"] == "withdrawn":
            assert re.search(r"\b6 \d+ \w+ \d{4} Intentionally omitted — —", index)
            assert (exhibit["pages"], exhibit["first_page"], exhibit["volume"]) == (None, None, None)
            continue
        row = rf"\b{exhibit['label']} \d+ \w+ \d{{4}} {TITLES[exhibit['label']]} .*?\b{exhibit['pages']} (\d+)\b"
        found = re.search(row, index)
        assert found, (row, index)
        assert int(found[1]) == exhibit["first_page"]
    notes = [each.get_object() for each in reader.pages[1]["/Annots"]]
    landings = {reader.get_page_number(note["/Dest"][0].get_object()) + 1 for note in notes}
    assert landings == {exhibit["first_page"] for exhibit in record["exhibits"] if exhibit["first_page"]}
    assert "Withdrawn title" not in "".join(texts_by_pypdf(binder / "Binder.pdf"))


def test_a_slip_sheet_stands_first_and_leads_back_to_the_index(binder: Path) -> None:
    reader = PdfReader(binder / "Binder.pdf")
    for exhibit in record_of(binder)["exhibits"]:
        if exhibit["first_page"]:
            slip = reader.pages[exhibit["first_page"] - 1]
            assert TITLES[exhibit["label"]] in re.sub(r"\s+", " ", slip.extract_text())
            (note,) = slip["/Annots"]
            assert reader.get_page_number(note.get_object()["/Dest"][0].get_object()) + 1 == 2


def test_bookmarks_and_page_labels_agree_with_the_printed_numbers(binder: Path) -> None:
    reader = PdfReader(binder / "Binder.pdf")
    found = {e.title: reader.get_destination_page_number(e) + 1 for e in reader.outline if not isinstance(e, list)}
    for exhibit in record_of(binder)["exhibits"]:
        if exhibit["first_page"]:
            assert found[f"Exhibit {exhibit['label']} — {TITLES[exhibit['label']]}"] == exhibit["first_page"]
    assert {"Cover", "Index of exhibits", "Chronology", "Custody record", "Certification (draft)"} <= set(found)
    assert reader.page_labels == [str(n) for n in range(1, len(reader.pages) + 1)]


def test_the_chronology_cites_the_page_that_is_printed(binder: Path) -> None:
    record, reader = record_of(binder), PdfReader(binder / "Binder.pdf")
    at = next(reader.get_destination_page_number(e) for e in reader.outline if getattr(e, "title", "") == "Chronology")
    text = re.sub(r"\s+", " ", reader.pages[at].extract_text())
    first = {exhibit["label"]: exhibit["first_page"] for exhibit in record["exhibits"]}
    assert f"early March 2026 document Letter Ex. 1A, p. {first['1A']}" in text
    assert "11 Feb 2026, 18:36:11 PST (UTC−8), stated" in text
    assert f"Ex. 1, p. {first['1']}" in text
    assert "12 Feb 2026, 02:14:09 PST (UTC−8), assumed" in text


def test_what_paper_cannot_hold_lies_beside_with_its_own_digest(world: World, binder: Path) -> None:
    rows = [json.loads(line) for line in (world.case / "acquisitions" / "0001.jsonl").read_bytes().splitlines()]
    digests = {row["number"]: (row["name"], row["digests"]["sha256"]) for row in rows if row["record"] == "item"}
    found = {digests[path.name.partition(".")[0]][0]: path for path in (binder / "native").iterdir()}
    assert {"voice.m4a", "broken.bin"} <= set(found) <= {"voice.m4a", "broken.bin", "IMG_broken.JPG"}
    text = " ".join(texts_by_pypdf(binder / "Binder.pdf"))
    for name, path in found.items():
        assert sha256(path) == digests[path.name.partition(".")[0]][1]
        assert f"native/{path.name}" in text
        assert path.suffix == Path(name).suffix.lower()
    assert f"A recording is played from its native file: native/{found['voice.m4a'].name}" in text


def test_the_record_names_the_files_and_the_ledger_as_they_are(world: World, binder: Path) -> None:
    record = record_of(binder)
    (volume,) = record["volumes"]
    assert volume["file"] == "Binder.pdf"
    assert volume["sha256"] == sha256(binder / "Binder.pdf")
    seal = Checkpoint.parse((world.case / "seals" / f"{record['ledger']['size']:08d}.note").read_bytes())
    assert record["ledger"] == {"size": seal.size, "root": seal.root_text}
    assert seal.root_text in texts_by_pypdf(binder / "Binder.pdf")[0].replace(" ", "")
    lines = [json.loads(line) for line in (world.case / "ledger.jsonl").read_bytes().splitlines()]
    bind, derive = lines[seal.size - 1], lines[seal.size]
    assert (bind["act"], derive["act"]) == ("bind", "derive")
    assert {each["name"]: each["sha256"] for each in derive["files"]} == {
        path.relative_to(binder).as_posix(): sha256(path) for path in binder.rglob("*") if path.is_file()
    }


def test_both_lists_say_what_the_record_says(binder: Path) -> None:
    from openpyxl import load_workbook

    record = record_of(binder)
    with (binder / "exhibit-list.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    sheet = load_workbook(binder / "exhibit-list.xlsx").worksheets[0]
    head, *lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert [dict(zip(head, line, strict=True)) for line in lines] == rows
    assert head[:5] == ["Exhibit", "Offered", "Marked", "Admitted", "Description"]
    for exhibit, row in zip(record["exhibits"], rows, strict=True):
        assert row["Exhibit"] == exhibit["label"]
        assert row["Status"] == exhibit["status"]
        assert row["First page"] == str(exhibit["first_page"] or "")
        assert row["Pages"] == str(exhibit["pages"] or "")


def everything_in(path: Path) -> Iterator[bytes]:
    """Every string, name and stream of a PDF, streams as stored and as decoded."""
    import pikepdf

    def inside(thing: Any) -> Iterator[bytes]:
        if isinstance(thing, pikepdf.Stream):
            yield thing.read_raw_bytes()
            with contextlib.suppress(pikepdf.PdfError):  # picture data that only a viewer decodes
                yield thing.read_bytes()
            thing = thing.stream_dict
        if isinstance(thing, pikepdf.Dictionary):
            parts = [part for key, value in thing.items() for part in (pikepdf.Name(key), value)]
        elif isinstance(thing, pikepdf.Array):
            parts = list(thing)
        else:
            if isinstance(thing, pikepdf.String | pikepdf.Name):
                yield bytes(thing)
                yield str(thing).encode()
            return
        for part in parts:
            if not getattr(part, "is_indirect", False):  # those come up by themselves
                yield from inside(part)

    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            yield from inside(thing)
        yield from inside(pdf.trailer)


def test_nothing_that_must_stay_in_the_office_is_anywhere_in_the_binder(world: World, binder: Path) -> None:
    path = binder / "Binder.pdf"
    never = [
        SECRET_FOLDER,
        "DCIM",
        SERIAL,
        "47.1234",
        "122.6543",
        OPINION,
        "Exif",
        str(world.case.parent),
        "BodySerial",
    ]
    hidden = [word.encode() for word in never] + [word.encode("utf-16-be") for word in never]
    for piece in everything_in(path):
        for word in hidden:
            assert word not in piece, word
    assert [word.encode() for word in never if word.encode() in path.read_bytes()] == []
    reader = PdfReader(path)
    told = [*texts_by_pypdf(path), *map(str, (reader.metadata or {}).values()), str(reader.xmp_metadata or "")]
    for text in [*told, *texts_by_pdfium(path)]:
        for word in [*never, "GPS", "Latitude", "47°", "47 ° 7", "uthentic", "UTHENTIC"]:
            assert word not in text, word
    for beside in ("exhibit-list.csv", "binder.json"):
        content = (binder / beside).read_text("utf-8")
        assert [word for word in never if word in content] == []


def test_the_secrets_are_there_to_be_found(world: World) -> None:
    """Else the test above would prove nothing."""
    rows = (world.case / "acquisitions" / "0001.jsonl").read_text("utf-8")
    assert SECRET_FOLDER in rows
    originals = b"".join(path.read_bytes() for path in (world.case / "originals").rglob("*") if path.is_file())
    assert SERIAL.encode() in originals
    assert b"Exif" in originals
    from evidencekit.casefile import read_case
    from evidencekit.catalog.items import all_items, notes_of

    with read_case(world.case, world.home) as case, case.catalog.read() as connection:
        photo = next(item for item in all_items(connection) if item.name == "IMG_1.JPG")
        assert str(photo.fact("gps")).startswith("47.12")
        assert photo.fact("serial_number") == SERIAL
        assert [note.text for note in notes_of(connection, photo.number)] == [OPINION]


def test_the_same_checkpoint_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    own = world.copied(tmp_path)
    paper = list(PaperName)[-1]  # the newest binder of the case
    shutil.rmtree(own.case / "derived")
    own.build(own.case, tmp_path / "again", paper)
    for path in sorted(world.binders[paper].rglob("*")):
        if path.is_file():
            again = tmp_path / "again" / path.relative_to(world.binders[paper])
            assert again.read_bytes() == path.read_bytes(), path.name


def test_a_folder_with_something_in_it_is_refused(world: World, tmp_path: Path) -> None:
    own = world.copied(tmp_path)
    ledger = (own.case / "ledger.jsonl").read_bytes()
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        own.build(own.case, out, PaperName.LETTER)
    with pytest.raises(UsageError, match="in the way"):
        own.build(own.case, out / "kept.txt", PaperName.LETTER)
    assert [path.name for path in out.iterdir()] == ["kept.txt"]
    assert (own.case / "ledger.jsonl").read_bytes() == ledger


def test_a_build_that_is_cancelled_leaves_nothing_and_can_be_run_again(world: World, tmp_path: Path) -> None:
    own = world.copied(tmp_path)
    steps: list[str] = []
    own.build(own.case, tmp_path / "first", PaperName.LEGAL, Job(lambda done, total, what: steps.append(what)))
    asked = len(
        [what for what, _ in itertools.groupby(steps)]
    )  # while it waits for a worker, it asks any number of times
    assert asked > 8
    told: list[str] = []
    late = Job(lambda done, total, what: told.append(what), lambda: any(each.startswith("Writing") for each in told))
    counts = [itertools.count() for _ in range(3)]
    early = [
        Job(cancelled=lambda count=count, at=at: next(count) >= at)  # type: ignore[misc]
        for count, at in zip(counts, (0, asked // 3, asked * 2 // 3), strict=True)
    ]
    for job in (*early, late):
        with pytest.raises(Cancelled):
            own.build(own.case, tmp_path / "second", PaperName.LEGAL, job)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "first", "home"]
        assert list((own.case / "derived" / "incoming").iterdir()) == []
        assert verify_path(own.case, own.home, Job()).ok
    built = own.build(own.case, tmp_path / "second", PaperName.LEGAL)
    assert built.record["exhibits"] == record_of(tmp_path / "first")["exhibits"]
    assert verify_path(own.case, own.home, Job()).ok


def test_a_case_without_exhibits_has_nothing_to_bind(new_case: Path, home: Home, tmp_path: Path) -> None:
    with write_case(new_case, home, ACTOR) as case, pytest.raises(UsageError, match="No exhibit is marked"):
        build_binder(case, tmp_path / "out", load_profile("default"), PaperName.LETTER, Job())
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case"]
