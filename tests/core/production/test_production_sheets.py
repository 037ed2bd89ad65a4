"""The page that stands for a file without pages: one page, whatever the file says of itself."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from evidencekit.binder.values import BoundItem
from evidencekit.model import Digests, Kind, Pages
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.printing.typeset import Typesetter
from evidencekit.production.sheets import native_sheet
from evidencekit.production.values import ProducedItem

SHA = "a" * 64


def about(name: str, facts: tuple[tuple[str, str], ...]) -> BoundItem:
    return BoundItem(
        "ITEM-0001", name, Kind.AUDIO, "audio/mpeg", 5, Digests(SHA, SHA), Path("x"), "UTC", "Phone", 1, "", "", "", "",
        "", "6 Jan 2026", "ID3", facts, (), 3661.0,
    )  # fmt: skip


def produced(name: str) -> ProducedItem:
    number = "H000001"
    return ProducedItem(
        "ITEM-0001", "", number, number, 1, "", "", "Phone", name, name, "mp3", 5, Kind.AUDIO, "audio/mpeg", "", "",
        SHA, SHA, "", "", f"pdf/{number}.pdf", f"text/{number}.txt", f"natives/{number}.mp3",
    )  # fmt: skip


def printed(name: str, facts: tuple[tuple[str, str], ...], warnings: tuple[str, ...], out: Path) -> str:
    pages = Pages(None, 0, warnings=warnings, whole=False, peaks=(0.5,) * 400)
    native_sheet(produced(name), about(name, facts), pages, sheet(PaperName.LETTER, 0), out, Typesetter())
    document = pypdfium2.PdfDocument(out)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_bounded())


def test_what_is_known_of_a_file_stands_on_its_page(tmp_path: Path) -> None:
    told = printed("call.mp3", (("Artist", "A" * 150),), (), tmp_path / "one.pdf")
    assert "call.mp3" in told
    assert "A" * 150 in told.replace("\r\n", "")
    assert "\u2026" not in told


@pytest.mark.parametrize("sign", ["W ", "\u79d8", "\ufdfd"])
def test_a_file_that_says_too_much_of_itself_stops_no_production(tmp_path: Path, sign: str) -> None:
    facts = tuple((f"Fact {each}", sign * 300) for each in range(14))
    told = printed((sign * 255)[:255], facts, (sign * 700,) * 6, tmp_path / "one.pdf")
    assert "\u2026" in told
    assert SHA[:16] in told.replace(" ", "")
