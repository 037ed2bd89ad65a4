"""What a production's folder holds, and what it does not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from evidencekit import edits
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.casefile.checks import seal_name
from evidencekit.custody.keys import Home
from evidencekit.custody.merkle import leaf_hash
from evidencekit.custody.packaged import check_package
from evidencekit.errors import BuildError, EvidenceKitError, UsageError
from evidencekit.job import Job
from evidencekit.model import MilestoneKind, Part, Party, Role
from evidencekit.production import produce as producing
from evidencekit.production.payload import write_payload
from evidencekit.production.produce import Produced, preview, produce
from evidencekit.production.ready import Ready
from evidencekit.production.values import Order, ProducedItem
from evidencekit.profile import load_profile
from evidencekit.verify import verify_path
from tests.core.production.conftest import (
    ACTOR,
    DEFENDER,
    MAIL,
    NOTE,
    ODD,
    PAPER,
    PICTURE,
    TURNED,
    VOICE,
    Produces,
    hold,
)

PREFIX = "26CR00417-"


def words_of(pdf: Path) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module")
def made_once(to_produce_once: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One production that is only looked at: its case, the user's folder and what came of it."""
    case, maker = to_produce_once
    folder, home = tmp_path_factory.mktemp("made"), Home(tmp_path_factory.mktemp("made-by"))
    shutil.copytree(maker, home.folder, dirs_exist_ok=True)
    shutil.copytree(case, folder / "case", copy_function=shutil.copy2)
    order = Order(DEFENDER, "disc", "HOLLIS", confidentiality="CONFIDENTIAL", note="As agreed")
    with write_case(folder / "case", home, ACTOR) as opened:
        return Made(folder / "case", home, produce(opened, order, folder / "out", Job()))


@dataclass(frozen=True)
class Made:
    case: Path
    home: Home
    produced: Produced

    @property
    def items(self) -> tuple[ProducedItem, ...]:
        return self.produced.production.items

    def data(self, name: str) -> Path:
        return self.produced.folder / "data" / name


def test_the_folder_is_as_the_contract_draws_it(made_once: Made) -> None:
    folder = made_once.produced.folder
    assert {path.name for path in folder.iterdir()} == {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "blake3sums.txt", "verify.py",
        "README-VERIFY.txt", "ledger.jsonl", "checkpoint", "keys.txt", "data",
    }  # fmt: skip
    assert {path.name for path in (folder / "data").iterdir()} == {
        "natives", "pdf", "text", "load", "index.html", "index.csv",
    }  # fmt: skip
    assert [each.item for each in made_once.items] == [MAIL, PICTURE, PAPER, NOTE, ODD, VOICE, TURNED]
    for each in made_once.items:
        assert hashlib.sha256(made_once.data(each.native).read_bytes()).hexdigest() == each.sha256
        assert made_once.data(each.pdf).name == f"{each.begin}.pdf"
        assert each.text == f"text/{each.begin}.txt"
    written = {path.relative_to(folder / "data").as_posix() for path in (folder / "data").rglob("*") if path.is_file()}
    told = {name for each in made_once.items for name in (each.native, each.pdf, each.text) if name}
    assert written - told == {"load/production.dat", "load/production.opt", "index.html", "index.csv"}
    assert told <= written
    assert "outside the building" in made_once.data(made_once.items[3].text).read_text("utf-8")
    assert made_once.data(made_once.items[5].text).read_text("utf-8").startswith("[No text")
    assert [Path(each.native).suffix for each in made_once.items] == [
        ".eml", ".png", ".txt", ".txt", ".bin", ".wav", ".pdf",
    ]  # fmt: skip


def test_a_family_shares_its_range_and_an_item_alone_has_none(made_once: Made) -> None:
    first, *attached = made_once.items[:3]
    assert {(each.family_begin, each.family_end) for each in (first, *attached)} == {(first.begin, attached[-1].end)}
    assert {each.family_begin for each in made_once.items[3:]} == {""}


def test_its_own_program_and_ours_accept_it(made_once: Made) -> None:
    folder = made_once.produced.folder
    checked = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert check_package(folder, Job()).findings == ()
    verdict = verify_path(made_once.case, made_once.home, Job())
    assert verdict.ok, verdict.findings
    package = verify_path(folder, made_once.home, Job())
    assert package.ok, package.findings
    assert package.notes[0].startswith("This computer knows this case: the package agrees with its history")


def test_every_page_bears_its_number_and_the_designation_upright_and_clear_of_the_evidence(made_once: Made) -> None:
    turned = 0
    for each in made_once.items:
        document = pypdfium2.PdfDocument(made_once.data(each.pdf))
        first = int(each.begin.removeprefix("HOLLIS"))
        for count, page in enumerate(document):
            assert document.get_page_label(count) == f"HOLLIS{first + count:06d}"
            turned += page.get_rotation() != 0
            places = read_at(page)
            number = next(place for words, place in places if words == f"HOLLIS{first + count:06d}")
            designation = next(place for words, place in places if words == "CONFIDENTIAL")
            assert number[0] > page.get_width() / 2 > designation[2]
            for left, bottom, right, top in (number, designation):
                assert right - left > top - bottom  # it stands upright
                assert 18 < bottom < top < 54  # the frame that evidence may take begins there
        document.close()
    assert turned >= 2


def read_at(page: pypdfium2.PdfPage) -> list[tuple[str, tuple[float, float, float, float]]]:
    """The runs of text of a page with the places where a reader sees them, from the lower left corner."""
    text, found = page.get_textpage(), []
    media = page.get_mediabox()
    for n in range(text.count_rects()):
        x0, y0, x1, y1 = text.get_rect(n)
        words = text.get_text_bounded(x0, y0, x1, y1).strip()
        if page.get_rotation() == 90:
            x0, y0, x1, y1 = y0, media[2] - x1, y1, media[2] - x0
        found.append((words, (x0, y0, x1, y1)))
    return found


def test_a_pdf_says_nothing_of_its_making(made_once: Made) -> None:
    for each in made_once.items:
        with pikepdf.open(made_once.data(each.pdf)) as pdf:
            assert {str(key): str(value) for key, value in pdf.docinfo.items()} == {"/Producer": "EvidenceKit"}
            assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/PageLabels"}
            assert all("/Annots" not in page for page in pdf.pages)


def test_what_has_no_pages_gets_one_that_names_its_native_file(made_once: Made) -> None:
    sheets = [each for each in made_once.items if each.item in (ODD, VOICE)]
    assert len(sheets) == 2
    for each in sheets:
        (words,) = words_of(made_once.data(each.pdf))
        assert f"Native file produced: {each.native}" in " ".join(words.split())
        assert each.sha256 in "".join(words.split())


def test_the_line_vouches_for_the_payload_and_is_sealed(made_once: Made) -> None:
    made, case = made_once.produced, made_once.case
    lines = [json.loads(line) for line in (case / "ledger.jsonl").read_text("utf-8").splitlines()]
    (line,) = (line for line in lines if line["act"] == "produce")
    manifest = (made.folder / "manifest-sha256.txt").read_bytes()
    assert line["manifest"] == hashlib.sha256(manifest).hexdigest() == made.package.manifest
    assert (line["first"], line["last"]) == (made.production.first, made.production.last)
    assert not any(word in json.dumps(line) for word in (DEFENDER, "disc", "As agreed", "CONFIDENTIAL"))
    assert (lines[-1]["act"], lines[-1]["made"], lines[-1]["produce"]) == ("derive", "production", line["seq"] + 1)
    note = (case / "seals" / seal_name(line["seq"] + 1)).read_bytes()
    assert (made.folder / "checkpoint").read_bytes() == note == made.package.seal.note.encode()
    body = json.loads((case / "records" / "0001.json").read_text("utf-8"))
    assert (body["to"], body["medium"], body["note"]) == (DEFENDER, "disc", "As agreed")
    assert [each["begin"] for each in body["items"]] == [each.begin for each in made.production.items]


def test_the_letter_lies_beside_and_tells_what_vouches_for_the_package(made_once: Made) -> None:
    made = made_once.produced
    assert made.letter == made.folder.with_name("out-letter.pdf")
    words = "".join(" ".join(words_of(made.letter)).split())
    for told in (made.package.tagmanifest, made.package.verify, made.package.seal.root, made.production.last):
        assert told in words
    assert "Asagreed" in words


def test_the_same_production_again_has_the_same_numbers_and_bytes(
    to_produce: Path, tmp_path: Path, produced: Produces
) -> None:
    one, two = (produced(tmp_path / name, items=(MAIL, VOICE)) for name in ("one", "two"))
    assert (one.production.number, two.production.number) == (1, 2)
    assert [each.begin for each in one.production.items] == [each.begin for each in two.production.items]
    for each in one.production.items:
        for name in (each.pdf, *([each.text] if each.text else [])):
            assert (one.folder / "data" / name).read_bytes() == (two.folder / "data" / name).read_bytes()


def test_the_ledger_goes_with_its_private_lines_as_hashes(
    to_produce: Path, tmp_path: Path, produced: Produces, home: Home
) -> None:
    with write_case(to_produce, home, ACTOR) as case:
        edits.mark_exhibit(case, [NOTE], load_profile("default"))
        hold(case, ODD)
    made = produced(tmp_path / "out", items=(NOTE,))
    whole = (to_produce / "ledger.jsonl").read_bytes().splitlines()
    out = (made.folder / "ledger.jsonl").read_bytes().splitlines()
    assert len(out) == json.loads(whole[-1])["produce"]
    acts = {}
    for own, given in zip(whole, out, strict=False):
        act = json.loads(own)["act"]
        acts[act] = given == own
        assert given in (own, leaf_hash(own).hex().encode())
    assert acts == {
        "create": True, "key-add": True, "acquire": True, "exhibit": False, "withhold": False, "produce": True,
    }  # fmt: skip


def test_what_is_held_back_is_nowhere_and_its_mail_prints_without_it(
    to_produce: Path, tmp_path: Path, produced: Produces, home: Home
) -> None:
    def reds(path: Path) -> int:
        document = pypdfium2.PdfDocument(path)
        image = document[0].render(scale=0.5).to_pil().convert("RGB")
        document.close()
        return sum(count for count, (r, g, b) in image.getcolors(1 << 20) if r > 180 and g < 60 and b < 60)

    assert reds(produced(tmp_path / "all", items=(MAIL,)).folder / "data" / "pdf" / f"{PREFIX}000001.pdf") > 50
    with write_case(to_produce, home, ACTOR) as case:
        hold(case, PICTURE)
    made = produced(tmp_path / "out", items=(PAPER,))
    mail = made.production.items[0]
    assert [each.item for each in made.production.items] == [MAIL, PAPER]
    assert (mail.native, mail.redacted) == ("", "Native file withheld")  # the picture lies in it
    assert (PICTURE, Part.WHOLE) in [(each.item, each.part) for each in made.production.held]
    assert reds(made.folder / "data" / mail.pdf) == 0
    with read_case(to_produce, home) as case:
        held = next(each.digests.sha256 for each in case.checked.items if each.number == PICTURE)
    assert held not in (made.folder / "manifest-sha256.txt").read_text()


def test_nothing_that_a_person_writes_leaves(to_produce: Path, tmp_path: Path, produced: Produces, home: Home) -> None:
    marks = [f"qz{n}wx" for n in range(14)]
    with write_case(to_produce, home, ACTOR) as case:
        edits.put_party(case, Party(marks[0], Role.OTHER, (marks[1],), marks[2]))
        edits.describe(case, NOTE, title=marks[3], when="2026-03-01", party=marks[0])
        edits.describe(case, VOICE, title=marks[3], when="early March 2026")
        edits.add_note(case, VOICE, text=marks[4])
        edits.add_milestone(case, when="2026-03-02", kind=MilestoneKind.NO, text=marks[5], item=NOTE)
        edits.add_incident(
            case, when="2026-03-03", text=marks[6], items=[NOTE], location=marks[7], witness=marks[8], reported=marks[9]
        )
        edits.mark_exhibit(case, [NOTE], load_profile("default"), title=marks[10], witness=marks[11])
        edits.add_draft(case, items=[TURNED], title=marks[12])
        hold(case, ODD, reason=marks[13])
    made = produced(tmp_path / "out", note="qz99wx", medium="qz98wx")
    for path in made.folder.rglob("*"):
        if path.is_file():
            found = path.read_bytes() + path.name.encode()
            if path.suffix == ".pdf":
                with pikepdf.open(path) as pdf:
                    found += str(pdf.docinfo).encode()
                    found += b"".join(o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream) and plain(o))
                found += "".join(words_of(path)).encode()
            for mark in (*marks, "qz98wx", "qz99wx"):
                assert mark.encode() not in found, (path, mark)


def plain(stream: pikepdf.Stream) -> bool:
    return stream.get("/Subtype") != "/Image"


def test_an_original_that_was_changed_stops_it_and_names_the_item(to_produce: Path, tmp_path: Path, home: Home) -> None:
    with write_case(to_produce, home, ACTOR) as case:
        path = next(case.originals.path(item.digests.sha256) for item in case.checked.items if item.number == NOTE)
        path.chmod(0o600)
        path.write_bytes(b"He was inside the building again.\n")
        lines = case.size
        with pytest.raises(BuildError) as caught:
            produce(case, Order(DEFENDER, items=(NOTE,)), tmp_path / "out", Job())
        assert caught.value.item == NOTE
        assert case.size == lines
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_a_file_that_is_taken_away_once_it_is_written_stops_it(
    to_produce: Path, tmp_path: Path, produced: Produces, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (to_produce / "ledger.jsonl").read_bytes()
    for taken in ("natives", "pdf", "text"):

        def scanned(case: Case, ready: Ready, data: Path, job: Job, taken: str = taken) -> list[str]:
            notes = write_payload(case, ready, data, job)
            next((data / taken).iterdir()).unlink()
            return notes

        monkeypatch.setattr(producing, "write_payload", scanned)
        with pytest.raises(BuildError, match=f"The file {taken}/.* is gone again") as gone:
            produced(tmp_path / "out", items=(NOTE,))
        assert gone.value.item == NOTE
    assert (to_produce / "ledger.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_a_preview_writes_nothing_and_tells_the_same(to_produce: Path, tmp_path: Path, home: Home) -> None:
    before = (to_produce / "ledger.jsonl").read_bytes()
    with read_case(to_produce, home) as case:
        seen = preview(case, Order(DEFENDER, items=(NOTE,)), Job())
    assert (to_produce / "ledger.jsonl").read_bytes() == before
    assert not list((to_produce / "derived" / "incoming").glob("*"))
    with write_case(to_produce, home, ACTOR) as case:
        made = produce(case, Order(DEFENDER, items=(NOTE,)), tmp_path / "out", Job())
    assert made.production.items == seen.production.items


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_preview_needs_no_place_to_write(to_produce: Path, home: Home) -> None:
    (to_produce / "derived").chmod(0o500)
    try:
        with read_case(to_produce, home) as case:
            assert preview(case, Order(DEFENDER), Job()).production.items
    finally:
        (to_produce / "derived").chmod(0o700)


def test_the_letter_of_a_production_that_was_moved_away_is_never_written_over(
    to_produce: Path, tmp_path: Path, produced: Produces
) -> None:
    made = produced(tmp_path / "out", items=(NOTE,))
    letter = made.letter.read_bytes()
    made.folder.rename(tmp_path / "disc")
    with pytest.raises(UsageError, match="the letter of an earlier production would be lost"):
        produced(tmp_path / "out", items=(NOTE,))
    assert made.letter.read_bytes() == letter
    assert not made.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links that lead to themselves and names of any bytes")
def test_places_that_no_file_can_be_written_to_are_told_before_a_number_is_used(
    to_produce: Path, tmp_path: Path, home: Home
) -> None:
    before = (to_produce / "ledger.jsonl").read_bytes()
    (tmp_path / "loop").symlink_to("loop")
    no_text = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff"))
    for folder, letter in (
        (tmp_path / "loop", None),
        (tmp_path / "loop" / "out", None),
        (tmp_path / "out", tmp_path / "loop" / "letter.pdf"),
        (tmp_path / "out", Path("/proc/self/letter.pdf" if sys.platform == "linux" else "/dev/null/letter.pdf")),
        (no_text / "out", None),
        (tmp_path / "out", no_text),
    ):
        with pytest.raises(EvidenceKitError), write_case(to_produce, home, ACTOR) as case:
            produce(case, Order(DEFENDER, items=(NOTE,)), folder, Job(), letter=letter)
        assert (to_produce / "ledger.jsonl").read_bytes() == before, (folder, letter)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "loop"]


def test_places_and_words_that_cannot_be_used_are_refused(to_produce: Path, tmp_path: Path, produced: Produces) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("x")
    before = (to_produce / "ledger.jsonl").read_bytes()
    for folder, order in (
        (full, {}),
        (full / "mine.txt", {}),
        (to_produce / "originals" / "out", {}),
        (tmp_path / "a", {"to": "  "}),
        (tmp_path / "a", {"prefix": "lower"}),
        (tmp_path / "a", {"items": ("ITEM-0099",)}),
        (tmp_path / "a", {"confidentiality": "x" * 101}),
    ):
        with pytest.raises(UsageError):
            produced(folder, **order)
    assert (to_produce / "ledger.jsonl").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "full"]
    with pytest.raises(UsageError, match="not empty"):
        produced(tmp_path / "never" / "..", items=(NOTE,))  # the folder that it leads to
    produced(to_produce / "output" / "first", items=(NOTE,))  # the one place inside the case
