"""What would leave is searched: files, pages, texts, names, fields, and what is known of the items."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.casefile import Case, create_case, write_case
from evidencekit.casefile.protection import protected_key, protection_of
from evidencekit.catalog.derivatives import DONE, Derivative, put
from evidencekit.custody.keys import Home
from evidencekit.custody.reuse import Shelf
from evidencekit.errors import ProtectedError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, HeldBack, Hit, Part, Study
from evidencekit.production.produce import preview, produce
from evidencekit.production.sweep import WHOLE_CASE, _first_of, _found, _names_and_fields, _place, _Searched
from evidencekit.production.values import Order, Production
from evidencekit.production.whole import of_the_whole
from tests.core.media.test_media_sweep import jpeg, sealed_zip
from tests.core.media.test_media_sweep_places import gps
from tests.core.production.conftest import ACTOR, DEFENDER

PLACE = "1418 Alder Street"
ARCHIVE, NAMED, PHOTO, PLAIN, ODD, COPY = (f"ITEM-{n:04d}" for n in range(1, 7))


def write_received(folder: Path) -> None:
    folder.mkdir()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", "He waited by the Elm.\n")
    (folder / "a packed.zip").write_bytes(packed.getvalue())
    (folder / f"b {PLACE}.txt").write_text("Nothing.\n", "utf-8")
    (folder / "c photo.jpg").write_bytes(jpeg(exif=gps().tobytes()))
    (folder / "d plain.txt").write_text("He waited by the oak.\n", "utf-8")
    (folder / "e odd").write_bytes(bytes(range(256)) * 4)  # has no pages


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder, home = tmp_path_factory.mktemp("swept"), Home(tmp_path_factory.mktemp("sweeper"))
    write_received(folder / "received")
    info = CaseInfo(
        "", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court", "", "Office of the DA"
    )
    create_case(folder / "case", info, home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as case:
        take_in(case, [folder / "received"], HandOver("Phone of Jordan Diaz"), Job(), workers=2)
        yield case


@pytest.fixture(autouse=True)
def _nothing_protected(swept: Case) -> Iterator[None]:
    yield
    terms = protection_of(swept.checked).terms
    if terms:
        edits.unprotect(swept, terms)


def hits(case: Case, **order: object) -> list[Hit]:
    return list(preview(case, Order(DEFENDER, **order), Job()).hits)  # type: ignore[arg-type]


def places(found: list[Hit]) -> set[tuple[str, str, str]]:
    return {(each.item, each.where, each.what) for each in found}


def test_one_case_from_its_first_look_to_what_may_leave(swept: Case, tmp_path: Path) -> None:
    case = swept
    gps_hits = {(PHOTO, "native", "gps"), (PHOTO, "metadata", "gps")}
    found = hits(case)
    assert places(found) == gps_hits
    assert "34.05219, -118.24367" in next(each.found for each in found if each.where == "native")

    edits.protect(case, ["Elm", PLACE, "Jordan Diaz"])
    seen = preview(case, Order(DEFENDER), Job())
    unread = next(each for each in seen.warnings if "not searched" in each)
    assert unread.startswith(
        f"Words in 1 picture or scan were not searched, for no machine has read them yet: {PHOTO}."
    )
    found = list(seen.hits)
    everywhere = {(each.item, "index", "Jordan Diaz") for each in found if each.what == "Jordan Diaz"}
    assert everywhere == {(each, "index", "Jordan Diaz") for each in (ARCHIVE, NAMED, PHOTO, PLAIN, ODD, COPY)}
    assert {(each.item, each.where) for each in found if each.what == "Elm"} == {
        (ARCHIVE, "native"), (COPY, "native"), (COPY, "pdf"), (COPY, "text"),
    }  # fmt: skip
    assert {(each.item, each.where) for each in found if each.what == PLACE} >= {(NAMED, "name")}
    assert all(each.key == protected_key(each.what) for each in found if each.what != "gps")
    order = (ARCHIVE, COPY, NAMED, PHOTO, PLAIN, ODD)  # that of the production
    assert [each.item for each in found] == sorted((each.item for each in found), key=order.index)
    assert hits(case) == found  # from what was kept
    edits.unprotect(case, ["Jordan Diaz", PLACE])

    with pytest.raises(ProtectedError) as stopped:
        produce(case, Order(DEFENDER), tmp_path / "out", Job())
    assert not (tmp_path / "out").exists()
    assert len(stopped.value.hits) == 6

    edits.disclose(case, [ARCHIVE], "agreed", terms=["Elm"])
    edits.withhold(case, [COPY], "where she lives", part=Part.NATIVE)
    assert {each for each in places(hits(case)) if each[2] == "Elm"} == {(COPY, "pdf", "Elm"), (COPY, "text", "Elm")}
    edits.disclose(case, [COPY], "agreed", terms=["Elm"])
    edits.withhold(case, [PHOTO], "its position", part=Part.NATIVE)
    assert hits(case) == []
    assert protection_of(case.checked).held.keys() == {COPY, PHOTO}


def test_what_was_kept_is_not_served_for_other_terms(swept: Case) -> None:
    def item(what: str) -> set[str]:
        return {each.item for each in hits(swept, items=(PLAIN,)) if each.what == what}

    edits.protect(swept, ["a b c", "d oak"])
    assert item("d oak") == set()
    edits.unprotect(swept, ["a b c", "d oak"])
    edits.protect(swept, ["a b c d", "oak"])  # the same words on end
    assert item("oak") == {PLAIN}
    edits.unprotect(swept, ["oak", "a b c d"])
    edits.protect(swept, ["a b c d oak"])
    assert hits(swept, items=(PLAIN,)) == []


def test_what_another_release_found_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, file = Shelf(tmp_path, lambda data: ""), _Searched(tmp_path / "a", "a", "text/plain", "0" * 64, ())
    before = _place(shelf, file, ["oak"], {})
    assert before == _place(shelf, file, ["oak"], {})
    monkeypatch.setattr("evidencekit.production.sweep.TOOL", "EvidenceKit 0.0.1")
    assert _place(shelf, file, ["oak"], {}) != before


def test_words_that_machines_and_people_read_or_heard(swept: Case) -> None:
    edits.protect(swept, ["Quillfeather", "Brambleton"])
    with swept.catalog.write() as connection:
        put(connection, Derivative(PLAIN, "ocr", DONE, "t", "1", "2026", text="at the Quill-\nfeather Inn"))
        put(connection, Derivative(PLAIN, "exiftool", DONE, "t", "1", "2026", text="Artist: BRAMBLETON"))
    assert places(hits(swept, items=(PLAIN,))) == {
        (PLAIN, "native", "Quillfeather"), (PLAIN, "pdf", "Quillfeather"), (PLAIN, "metadata", "Brambleton"),
    }  # fmt: skip


def test_what_stands_on_every_page_in_the_letter_or_the_ledger(swept: Case) -> None:
    planned = preview(swept, Order(DEFENDER, items=(PLAIN,)), Job()).production

    def told(term: str, changed: Production = planned) -> set[tuple[str, str]]:
        found = {(item, where) for item, where, each in _names_and_fields(changed, [term]) if each.term == 0}
        return found | {(WHOLE_CASE, "index") for each in of_the_whole(swept, changed, [term]) if each.term == 0}

    for said in ({"note": "Sent to Ashgrove."}, {"confidentiality": "NOT FOR ASHGROVE"}, {"medium": "Ashgrove disc"}):
        assert told("Ashgrove", replace(planned, order=replace(planned.order, **said))) == {(WHOLE_CASE, "index")}
    assert told("Ashgrove") == set()
    assert told("victim-witness") == {(WHOLE_CASE, "index")}  # part of who acts, whom the ledger names
    held = HeldBack(NAMED, Part.WHOLE, "her brother")
    assert told("her brother", replace(planned, held=(held,))) == {(NAMED, "index")}


def test_a_term_in_the_order_is_one_hit_that_says_what_to_change(swept: Case) -> None:
    edits.protect(swept, ["Ashgrove", "26CR00417"])
    order = Order("Ashgrove and partners", "ashgrove disc", "ASHGROVE", note="To Ashgrove.")
    found = [each for each in preview(swept, order, Job()).hits if each.what != "gps"]
    assert sorted((each.what, each.item) for each in found) == [("26CR00417", WHOLE_CASE), ("Ashgrove", WHOLE_CASE)]
    case, asked = (each.found for each in sorted(found, key=lambda each: each.what))
    for words in ("Choose another Bates prefix", "name the recipient otherwise", "medium", "words for the letter"):
        assert words in asked
    assert case.startswith("Take the term off or protect a longer one, for it stands in the case number and the ledger")
    found = [each for each in preview(swept, Order(DEFENDER), Job()).hits if each.what == "26CR00417"]
    assert len(found) == 1  # in the prefix that is made of it too
    assert found[0].found.startswith("Choose another Bates prefix; take the term off")


def test_many_that_nobody_read_are_told_by_the_first_three() -> None:
    numbers = [f"ITEM-{n:04d}" for n in range(1, 1204)]
    assert _first_of(numbers) == "ITEM-0001, ITEM-0002, ITEM-0003 and 1,200 more"
    assert _first_of(numbers[:3]) == "ITEM-0001, ITEM-0002, ITEM-0003"


@pytest.mark.started_readers
def test_what_cannot_be_searched_stops_it_until_it_is_let_go(swept: Case, tmp_path: Path) -> None:
    (tmp_path / "sealed.zip").write_bytes(sealed_zip())
    number = take_in(swept, [tmp_path / "sealed.zip"], HandOver("Court"), Job(), workers=1).items[0].number
    found = hits(swept, items=(number,))
    assert places(found) == {(number, "native", "unsearchable")}
    assert "encrypted" in found[0].found
    edits.disclose(swept, [number], "nobody has the password", keys=[found[0].key])
    assert hits(swept, items=(number,)) == []


def test_a_worker_that_died_is_a_hit(tmp_path: Path) -> None:
    assert [each.term for each in _found(Study(None, ("It was stopped: it took too long.",)))] == ["unsearchable"]
    (tmp_path / "found.json").write_text("[{")
    assert [each.term for each in _found(Study(tmp_path / "found.json"))] == ["unsearchable"]
