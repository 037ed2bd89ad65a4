"""The chain-of-custody form of a handled case, read back with another library than the one that wrote it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from evidencekit import edits
from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.casefile.leaving import remarks
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import StorageError, UsageError
from evidencekit.forms.custody_form import Asked, form_data, write_custody_form
from evidencekit.forms.gather import FormItem, gather
from evidencekit.model import CaseInfo
from evidencekit.printing.paper import PaperName
from evidencekit.printing.typeset import compile_pdf

Handled = tuple[Path, Home]


def pages_of(path: Path) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(path).pages]


def written(handled: Handled, out: Path, asked: Asked | None = None) -> tuple[str, tuple[str, ...]]:
    """The form's text, and what is said of it."""
    folder, home = handled
    with read_case(folder, home) as case:
        made = write_custody_form(case, asked or Asked(), out)
    return " ".join(pages_of(out)), made.warnings


def test_the_whole_case(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    text, warnings = written(handled, tmp_path / "form.PDF", Asked(offense="Stalking, § 646.9", place="Front desk"))
    packed = text.replace(" ", "")
    with read_case(folder, home) as case:
        for item in case.checked.items:
            assert item.digests.sha256 in packed
            assert item.digests.blake3 in packed
            assert f"{item.number} 1 file {item.name}" in text
    for said in (
        "Case no. 26CR00417",
        "Offense Stalking, § 646.9",
        "Place of seizure or hand-over Front desk",
        "Submitting officer",
        "Same content as ITEM-0001.",
        "ITEM-0001 to ITEM-0004",
        "Hand-over 1: Phone of J. D.; copied, both digests computed, read back and compared: equal",
        "Evidence room 3; Examination",
        "Released to C. Ortiz, clerk, not yet received by the record",
        "Copies left as production 1, HOLLIS000001 to HOLLIS000002; by disc; the originals stayed",
        "Office of the defender",
        "Final disposal",
        "Witness to destruction",
        "1 of 2",
    ):
        assert said in text, said
    assert text.count("signed electronically, key") == 3  # both of the transfer, the giver of the one that waits
    for unsaid in ("Jane Doe", "Marc Hollis", "my own opinion", "her own words", "Under seal", "Exhibit"):
        assert unsaid not in text
    assert "production 2" not in text  # never completed: no copies of it left
    assert "authentic" not in text.lower()
    assert len(warnings) == 2
    assert "protected term “Evidence room”" in warnings[0]
    assert "withheld from productions: ITEM-0004." in warnings[1]


def test_signed_electronically_says_by_which_key_and_line(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    with read_case(folder, home) as case:
        told = gather(case)
        line = next(each for each in told.lines if each.act == "receive")
        chain = form_data(told, Asked(), {}, PaperName.LETTER, now=datetime.now(UTC))["forms"][0]["chain"]
    (row,) = [each for each in chain if each["comments"].startswith("Evidence room 3")]
    short = " ".join(re.findall("....", line.fields["key"][:16]))
    assert row["from"] == "A. Rivera, victim-witness unit"
    assert (row["to"], row["items"]) == ("B. Ng, forensic laboratory, City Police", "ITEM-0001")
    assert row["to_signed"] == f"signed electronically, key {short}, ledger line {line.number}"
    assert [each["to"] for each in chain if "not yet received" in each["comments"]] == [""]


def test_a_transfer_whose_signature_is_not_there_is_not_called_signed(handled: Handled) -> None:
    folder, home = handled
    with read_case(folder, home) as case:
        told = gather(case)
    unsigned = [replace(each, given=replace(each.given, holds=False)) for each in told.transfers]
    data = form_data(replace(told, transfers=tuple(unsigned)), Asked(), {}, PaperName.A4, now=datetime.now(UTC))
    said = [row["from_signed"] for row in data["forms"][0]["chain"] if row["from_signed"]]
    assert sum("no sound electronic signature" in each for each in said) == 2


def test_one_item_and_a_form_for_each(handled: Handled, tmp_path: Path) -> None:
    text, _ = written(handled, tmp_path / "one.pdf", Asked(("3",)))
    assert set(re.findall(r"ITEM-\d{4}", text)) == {"ITEM-0003"}
    for unsaid in ("production 1", "B. Ng", "C. Ortiz"):
        assert unsaid not in text
    written(handled, tmp_path / "each.pdf", Asked(("1", "2", "4"), each=True))
    pages = pages_of(tmp_path / "each.pdf")
    firsts = [page for page in pages if "Chain of custody ITEM-" in page]
    assert [re.findall(r"Chain of custody (ITEM-\d{4})", page)[0] for page in firsts] == [
        "ITEM-0001", "ITEM-0002", "ITEM-0004"
    ]  # fmt: skip
    assert all(re.search(r"\b1 of [12]\b", page) for page in firsts)


def test_names_are_filled_in_only_where_wanted(handled: Handled, tmp_path: Path) -> None:
    text, _ = written(handled, tmp_path / "named.pdf", Asked(("1",), names=True))
    assert "Victim Jane Doe" in text
    assert "Suspect Marc Hollis" in text


def test_the_square_code_holds_the_signed_checkpoint(handled: Handled, tmp_path: Path) -> None:
    import pypdfium2
    import zxingcpp

    written(handled, tmp_path / "form.pdf", Asked(("1",)))
    found = []
    with pypdfium2.PdfDocument(tmp_path / "form.pdf") as document:
        for page in document:
            found += zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil().convert("L"))
    (code,) = found
    assert code.text.encode() == (handled[0] / "checkpoint").read_bytes()


def test_300_items_with_long_names_stay_on_the_page(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    with read_case(folder, home) as case:
        told = gather(case)
    names = ("W" * 250 + ".jpeg", "长" * 120 + ".png", "a b " * 60 + ".txt", "\u202egpj.exe")
    many = tuple(_like(told.items[n % 4], n + 1, names[n % 4]) for n in range(300))
    far = replace(told, items=many, heads={1: replace(told.heads[1], received_from="N" * 120, method="m" * 300)})
    data = form_data(far, Asked(), {}, PaperName.LETTER, now=datetime.now(UTC))
    out = tmp_path / "many.pdf"
    compile_pdf("custody_form.typ", data, out)
    texts, widest = _seen(out)
    assert len(texts) > 20
    assert f"1 of {len(texts)}" in texts[0]
    assert widest < 612 - 40
    text = "".join(texts)
    assert all(f"ITEM-{n:04d}" in text for n in range(1, 301))
    assert "\u202e" not in text


def _seen(path: Path) -> tuple[list[str], float]:
    """Each page's text, and how far to the right, in points, any sign of the document reaches."""
    import pypdfium2

    texts, widest = [], 0.0
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            words = page.get_textpage()
            texts.append(words.get_text_bounded())
            widest = max([widest, *(words.get_rect(n)[2] for n in range(words.count_rects()))])
    return texts, widest


def _like(item: FormItem, number: int, name: str) -> FormItem:
    return replace(item, record=replace(item.record, number=f"ITEM-{number:04d}", name=name, duplicate_of=None))


def test_an_empty_case_has_a_form_to_fill_in(home: Home, tmp_path: Path) -> None:
    create_case(tmp_path / "case", CaseInfo("", "1", "People v. Nobody", "UTC"), home, "A")
    text, warnings = written((tmp_path / "case", home), tmp_path / "form.pdf")
    assert "No item has been taken in." in text
    assert text.count("signature, ID no.") == 12
    assert warnings == ()


def test_a_disposal_on_record_and_a_case_that_fails_its_checks(filled_case: Path, home: Home, tmp_path: Path) -> None:
    with write_case(filled_case, home, "A. Rivera, victim-witness unit") as case:
        case.commit([Entry("dispose", {"items": ["ITEM-0002"]})])
    with read_case(filled_case, home) as case:
        told = gather(case)
    for number, count in (("ITEM-0002", 1), ("ITEM-0001", 0)):
        kept = tuple(item for item in told.items if item.number == number)
        data = form_data(replace(told, items=kept, chosen=True), Asked(), {}, PaperName.LETTER, now=datetime.now(UTC))
        assert len(data["forms"][0]["disposals"]) == count
    (filled_case / "checkpoint").unlink()
    text, _ = written((filled_case, home), tmp_path / "form.pdf")
    assert "The case fails its checks." in text
    assert "Disposals on record ITEM-0002," in text


def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    handled: Handled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, home = handled
    out = tmp_path / "out"
    out.mkdir()
    before = sorted(folder.rglob("*"))
    with read_case(folder, home) as case:
        for asked, name, said in (
            (Asked(), out / "form.docx", "ends in .pdf"),
            (Asked(), out / "no" / "form.pdf", "no folder"),
            (Asked(), folder / "form.pdf", "inside the case"),
            (Asked(("77",)), out / "form.pdf", "no such item"),
            (Asked(offense="x" * 201), out / "form.pdf", "offense is too long"),
        ):
            with pytest.raises(UsageError) as caught:
                write_custody_form(case, asked, name)
            assert said in str(caught.value)

        def full(self: Path, target: Path) -> Path:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", full)
            with pytest.raises(StorageError, match="No space left"):
                write_custody_form(case, Asked(), out / "form.pdf")
    assert list(out.iterdir()) == []
    assert [path for path in sorted(folder.rglob("*")) if "catalog.db" not in path.name] == [
        path for path in before if "catalog.db" not in path.name
    ]


def test_copies_of_what_is_withheld_are_told_too(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.withhold(case, ["1"], "Under seal")
        assert remarks(case.checked, (), ["ITEM-0002", "ITEM-0003"]) == (
            "It names what is withheld from productions: ITEM-0002.",  # the same content as the first
        )
