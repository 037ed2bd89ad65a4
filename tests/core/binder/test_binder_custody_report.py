"""The standalone custody record, of real cases, read back with another library than the one that wrote it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from evidencekit import edits
from evidencekit.binder.custody_report import write_custody
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import StorageError, UsageError
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile

ACTOR = "A. Rivera, victim-witness unit"


def written(folder: Path, home: Home, out: Path, number: str | None = None, **more: PaperName) -> list[str]:
    """The text of each page of the record as written."""
    with read_case(folder, home) as case:
        write_custody(case, number, out, **more)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(out).pages]


def handle(folder: Path, home: Home) -> None:
    with write_case(folder, home, ACTOR) as case:
        edits.mark_exhibit(case, ["1", "3"], load_profile("default"), title="Two notes")
        edits.add_note(case, "1", text="my own opinion of this")
        case.commit([Entry("verify", {"findings": 0, "items": 4, "lines": case.size, "root": ""})])


def test_the_whole_case_is_told_item_by_item_and_line_by_line(filled_case: Path, home: Home, tmp_path: Path) -> None:
    handle(filled_case, home)
    pages = written(filled_case, home, tmp_path / "custody.PDF")
    text, packed = " ".join(pages), "".join(pages).replace(" ", "")
    record = [json.loads(line) for line in (filled_case / "acquisitions" / "0001.jsonl").read_bytes().splitlines()]
    items = [row for row in record if row["record"] == "item"]
    assert len(items) == 4
    for item in items:
        assert f"{item['number']} {item['name']}" in text
        assert item["digests"]["sha256"] in packed
        assert item["digests"]["blake3"] in packed
    note = Checkpoint.parse((filled_case / "checkpoint").read_bytes())
    assert note.root_text in packed
    assert f"{note.size} lines" in text
    for said in (
        "People v. Hollis",
        "26CR00417",
        "SUPERIOR COURT",
        "Hand-over 1 Source Phone of J. D.",
        "Plain text (text/plain)",
        "Its content is that of ITEM-0001.",
        "At the source: last changed",
        "were checked and agreed",
        "The whole ledger in words",
        "Same content as an earlier item noted",
    ):
        assert said in text, said
    assert text.count("Marked as Exhibit 1") == 3  # each of its items, and the ledger
    assert text.count("Verified: unchanged") == 5
    assert text.count("Taken in (hand-over 1)") == 4
    for line in range(1, note.size + 1):
        assert re.search(rf" {line} \d+ \w+ \d{{4}}, \d\d:\d\d:\d\d P[DS]T", text.partition("The whole ledger")[2])
    for n, page in enumerate(pages, 1):
        assert f"{n} of {len(pages)}" in page
    assert "my own opinion" not in text
    assert "authentic" not in text.lower()
    assert str(tmp_path) not in text
    assert tmp_path.name not in text


def test_one_item_alone(filled_case: Path, home: Home, tmp_path: Path) -> None:
    handle(filled_case, home)
    text = " ".join(written(filled_case, home, tmp_path / "one.pdf", "item-3"))
    assert "Custody record of ITEM-0003" in text
    assert "Items 1 (" in text
    assert set(re.findall(r"ITEM-\d{4}", text)) == {"ITEM-0003"}
    assert text.count("Marked as Exhibit 1") == 1
    assert "The whole ledger in words" not in text


def test_the_record_names_no_other_program(filled_case: Path, home: Home, tmp_path: Path) -> None:
    written(filled_case, home, tmp_path / "c.pdf")
    properties = PdfReader(tmp_path / "c.pdf").metadata
    assert properties is not None
    assert (properties.creator, properties.producer) == ("EvidenceKit", "EvidenceKit")
    assert properties.creation_date is not None
    assert "Custody record" in (properties.title or "")


def test_the_square_code_holds_the_signed_checkpoint(filled_case: Path, home: Home, tmp_path: Path) -> None:
    import pypdfium2
    import zxingcpp

    out = tmp_path / "custody.pdf"
    written(filled_case, home, out)
    with pypdfium2.PdfDocument(out) as document:
        picture = document[0].render(scale=150 / 72).to_pil().convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.encode() == (filled_case / "checkpoint").read_bytes()


def test_a_case_that_fails_its_checks_says_so(filled_case: Path, home: Home, tmp_path: Path) -> None:
    record = filled_case / "acquisitions" / "0001.jsonl"
    record.chmod(0o644)
    record.write_bytes(record.read_bytes().replace(b"Phone of J. D.", b"Phone of J. E."))
    text = " ".join(written(filled_case, home, tmp_path / "custody.pdf"))
    assert "The case fails its checks." in text
    assert "0001.jsonl was changed" in text
    assert "were checked and agreed" not in text


def test_a_case_without_a_checkpoint_says_so(filled_case: Path, home: Home, tmp_path: Path) -> None:
    (filled_case / "checkpoint").unlink()
    text = " ".join(written(filled_case, home, tmp_path / "custody.pdf"))
    assert "No sound checkpoint was found." in text
    assert "The case fails its checks." in text


@pytest.mark.parametrize("paper", list(PaperName))
def test_every_paper(filled_case: Path, home: Home, tmp_path: Path, paper: PaperName) -> None:
    written(filled_case, home, tmp_path / "custody.pdf", paper=paper)
    box = PdfReader(tmp_path / "custody.pdf").pages[0].mediabox
    expected = {PaperName.LETTER: (612, 792), PaperName.LEGAL: (612, 1008), PaperName.A4: (595.276, 841.89)}[paper]
    assert (float(box.width), float(box.height)) == pytest.approx(expected, abs=0.01)


def refused(case: Case, out: Path, number: str | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        write_custody(case, number, out)
    return str(caught.value)


def test_what_cannot_be_written_is_refused_and_leaves_nothing(filled_case: Path, home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "folder.pdf").mkdir(parents=True)
    with read_case(filled_case, home) as case:
        assert "ends in .pdf" in refused(case, out / "custody.docx")
        assert "no folder" in refused(case, out / "missing" / "custody.pdf")
        assert "is a folder" in refused(case, out / "folder.pdf")
        assert "no such item" in refused(case, out / "custody.pdf", "77")
        assert "not an item number" in refused(case, out / "custody.pdf", "x")
    assert [path.name for path in out.iterdir()] == ["folder.pdf"]


def test_a_file_is_replaced_whole_or_left_alone(
    filled_case: Path, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / "custody.pdf"
    out.write_bytes(b"old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with read_case(filled_case, home) as case:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", full)
            with pytest.raises(StorageError, match="No space left on device"):
                write_custody(case, None, out)
        assert out.read_bytes() == b"old"
        write_custody(case, None, out)
    assert out.read_bytes().startswith(b"%PDF")
    assert [path.name for path in folder.iterdir()] == ["custody.pdf"]
