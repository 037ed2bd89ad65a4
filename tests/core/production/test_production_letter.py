"""The production letter: what it says, that it vouches for the package, and that it fits its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from evidencekit.casefile import Case, write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.model import HeldBack, Part
from evidencekit.printing.paper import SIZES, PaperName
from evidencekit.production.again import replaced_elsewhere
from evidencekit.production.bates import unbroken
from evidencekit.production.earlier import earlier
from evidencekit.production.letter import held_rows, item_runs, letter_data, write_letter
from evidencekit.production.plan import NAMED_ONLY
from evidencekit.production.values import Order, Package, Production
from tests.core.production.logging_one import ACTOR, INFO, TO, case_to_log, item, log, production


@pytest.fixture
def opened(tmp_path: Path, home: Home) -> Iterator[Case]:
    with write_case(case_to_log(tmp_path / "case", home), home, ACTOR) as case:
        yield case


def pages_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def written(case: Case, planned: Production, package: Package, paper: PaperName = PaperName.LETTER) -> str:
    """The letter's words, with every run of space one space."""
    out = case.folder.parent / "letter.pdf"
    write_letter(case, planned, package, out, paper=paper)
    return " ".join("\n".join(pages_of(out)).split())


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_letter_says_what_goes_and_vouches_for_it(opened: Case) -> None:
    order = Order(TO, "encrypted disc", confidentiality="CONFIDENTIAL", note="Return the disc.\n\nThank you.")
    planned = production(opened, 1, item(1), item(2, native=False), item(3), order=order)
    package = log(opened, planned)
    text = written(opened, planned, package)
    for words in (
        "Office of the DA",
        TO,
        "Production 1 in People v. Hollis",
        "People v. Hollis, no. 26CR00417",
        "Superior Court, County of Alameda",
        "encrypted disc",
        "3 items: 1 picture, 1 audio recording, 1 e-mail",
        "HOLLIS000001 – HOLLIS000006",
        "Return the disc. Thank you.",
        "Every page bears the designation CONFIDENTIAL.",
        "A native file goes with 2 of the items.",
        "No item in the record of this case is recorded as withheld from this production.",
        f"had {package.seal.size} lines",
        "python3 verify.py",
        "Printed name and title",
        ACTOR,
    ):
        assert words in text
    for digest in (package.verify, package.tagmanifest, package.manifest, package.seal.root, package.seal.fingerprint):
        assert plain(digest) in plain(text)
    assert "authentic" not in text.lower()
    assert "You were given before" not in text
    assert "Signs replaced" not in text


def test_the_code_on_it_is_the_signed_checkpoint(opened: Case, tmp_path: Path) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    planned = production(opened, 1, item(1))
    package = log(opened, planned)
    write_letter(opened, planned, package, tmp_path / "letter.pdf")
    with pypdfium2.PdfDocument(tmp_path / "letter.pdf") as document:
        pictures = [page.render(scale=2.5).to_pil() for page in document]
    codes = [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
    assert codes == [package.seal.note]


def test_a_supplement_names_what_went_before(opened: Case) -> None:
    log(opened, production(opened, 1, item(1), item(2)))
    log(opened, production(opened, 2, item(3), order=Order("Somebody else, under seal")))
    log(opened, production(opened, 3, item(9, first=90)), finished=False)
    planned = production(opened, 4, item(2), item(4), order=Order(TO.upper(), only_new=True))
    text = written(opened, planned, log(opened, planned))
    assert "4, a supplement to what you have" in text
    assert "Earlier productions in this case ended at HOLLIS000006; new numbers go on from there." in text
    assert "1 item was produced before. It keeps the same numbers." in text
    assert "You were given before, in this case: Production Bates numbers Items 1 HOLLIS000001 – HOLLIS000004 2" in text
    assert "Somebody else" not in text
    assert "HOLLIS000003 – HOLLIS000004 2 HOLLIS000007 – HOLLIS000008 2" in text


def test_what_is_withheld_stands_by_its_basis(opened: Case) -> None:
    held = (
        *(HeldBack(f"ITEM-{n:04d}", Part.WHOLE, "Attorney–client\ncommunication") for n in (10, 11, 12, 20)),
        HeldBack("ITEM-0013", Part.NATIVE, "Names the victim’s \u202enew address"),
        HeldBack("ITEM-0014", Part.WHOLE, ""),
    )
    planned = production(opened, 1, item(1), item(13, native=False), held=held)
    text = written(opened, planned, log(opened, planned))
    assert "5 items are withheld; of 1 further item the native file is withheld; the pages are produced" in text
    assert "Attorney–client communication 4 items ITEM-0010 to ITEM-0012, ITEM-0020" in text
    assert r"Names the victim’s \u{202e}new address 1 native file ITEM-0013" in text
    assert "No basis was recorded. 1 item ITEM-0014" in text


def test_of_what_has_only_a_page_that_names_it_no_pages_are_promised(opened: Case) -> None:
    held = tuple(HeldBack(f"ITEM-{n:04d}", Part.NATIVE, "Basis") for n in (1, 2, 3, 9))
    named = replace(item(3, native=False), redacted=NAMED_ONLY)
    planned = production(opened, 1, item(1, native=False), item(2, native=False), named, held=held)
    text = written(opened, planned, log(opened, planned))
    assert "of 2 items the native file is withheld; the pages are produced" in text
    assert "of 1 further item the native file is withheld; only a page that names it is produced" in text
    assert "of 1 further item the native file is withheld, which is not part of this production" in text


def test_what_is_not_as_it_went_before_is_told(opened: Case) -> None:
    """A number that stands for other pages now, or an item that has other numbers, would else confuse a hearing."""
    other = Order("Somebody else, under seal")
    log(opened, production(opened, 1, *(replace(item(n), drawn="a") for n in range(1, 6))))
    log(opened, production(opened, 2, replace(item(6), drawn="a"), item(8), order=other))
    again = (
        replace(item(1, native=False), drawn="b"),
        replace(item(2), drawn="b"),
        replace(item(3), drawn="a"),
        item(4, first=20, pages=3),
        replace(item(6), drawn="b"),
    )
    held = tuple(HeldBack(each, Part.WHOLE, "Basis") for each in ("ITEM-0005", "ITEM-0008"))
    planned = production(opened, 3, *again, held=held)
    text = written(opened, planned, log(opened, planned))
    same = "Replaces what went with production 1 under the same numbers"
    assert f"{same}, with other pages and without the native file: HOLLIS000001 – HOLLIS000002." in text
    assert f"{same}, with other pages: HOLLIS000003 – HOLLIS000004." in text
    assert "HOLLIS000020 – HOLLIS000022 (before: HOLLIS000007 – HOLLIS000008)." in text
    assert "Went with production 1 before it was withheld: HOLLIS000009 – HOLLIS000010." in text
    assert "with production 2" not in text  # what others were given is theirs
    before = [each for each in earlier(opened.checked) if each.number < 3]
    (elsewhere,) = replaced_elsewhere(planned, before)
    assert elsewhere.endswith("production 2 under the same numbers, but with other pages: HOLLIS000011 – HOLLIS000012.")


def test_three_hundred_withheld_items_fit_their_pages(opened: Case, tmp_path: Path) -> None:
    held = tuple(HeldBack(f"ITEM-{n:04d}", Part.WHOLE, f"Basis {n % 7} " + "x" * (n % 300)) for n in range(100, 700, 2))
    info = replace(opened.info, caption="The People of the State v. " + "Wolkenstein" * 12, agency="Unit " * 20)
    items = [item(n, first=10 * n, name="þ" * n) for n in range(1, 30)]
    planned = replace(production(opened, 1, *items, order=Order("Counsel " * 20), held=held), case=info)
    package = log(opened, planned)
    text = written(opened, planned, package, PaperName.A4)
    assert all(each.item in text for each in held)
    assert "FILENAME: the sign U+00FE stands as “th” in the load file, in HOLLIS000010" in text
    with pypdfium2.PdfDocument(tmp_path / "letter.pdf") as document:
        for page in document:
            assert page.get_size() == pytest.approx(SIZES[PaperName.A4], abs=0.1)
            words = page.get_textpage()
            boxes = [words.get_rect(n) for n in range(words.count_rects())]
            assert all(x0 > 40 and x1 < 556 and y0 > 20 and y1 < 800 for x0, y0, x1, y1 in boxes)


def test_everybody_who_signed_is_named(opened: Case, home: Home) -> None:
    planned = production(opened, 1, item(1))
    package = log(opened, planned)
    opened.act_as("B. Okafor, detective")
    opened.seal_now("person")
    both = log(opened, production(opened, 2, item(2)))
    names = [who for who, _, _ in letter_data(opened, planned, package, PaperName.LETTER)["signers"]]
    assert names == [ACTOR]
    signers = letter_data(opened, planned, both, PaperName.LETTER)["signers"]
    assert [fingerprint for _, _, fingerprint in signers] == [both.seal.fingerprint]
    bare = replace(both, seal=replace(both.seal, note="not a note"))
    assert letter_data(opened, planned, bare, PaperName.LETTER)["signers"] == signers


def test_the_same_package_is_the_same_letter(opened: Case, tmp_path: Path) -> None:
    planned = production(opened, 1, item(1))
    package = log(opened, planned)
    for name in ("a.pdf", "b.pdf"):
        write_letter(opened, planned, package, tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    with pytest.raises(UsageError):
        write_letter(opened, planned, package, tmp_path / "nowhere" / "c.pdf")


def test_a_bare_case_has_a_letter(tmp_path: Path, home: Home) -> None:
    info = replace(INFO, court="", jurisdiction="", agency="")
    with write_case(case_to_log(tmp_path / "case", home, info), home, ACTOR) as case:
        chosen = Order("Ms. K. Lee", items=("ITEM-0001",))
        planned = production(case, 1, item(1, pages=1), order=chosen)
        text = written(case, planned, log(case, planned))
    assert "Medium" not in text
    assert "Court" not in text
    assert "For the office: signature" in text
    assert "No item of those chosen for it, and of their families, is recorded as withheld" in text
    assert "The pages bear no designation." in text


def test_runs_of_items_and_numbers() -> None:
    assert item_runs(["ITEM-9999", "ITEM-10000", "ITEM-10001", "ITEM-0001", "ITEM-0002", "odd"]) == [
        "odd", "ITEM-0001", "ITEM-0002", "ITEM-9999 to ITEM-10001",
    ]  # fmt: skip
    assert unbroken([(5, 6), (1, 2), (3, 4), (2, 3), (9, 9)]) == [(1, 6), (9, 9)]
    parts = [Part.NATIVE, Part.WHOLE, Part.NATIVE]
    rows = held_rows([HeldBack(f"ITEM-{n:04d}", part, "b") for n, part in enumerate(parts)])
    assert [(row["part"], row["items"]) for row in rows] == [
        ("1 item", "ITEM-0001"),
        ("2 native files", "ITEM-0000, ITEM-0002"),
    ]
