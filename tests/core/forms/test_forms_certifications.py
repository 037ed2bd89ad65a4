"""Draft certifications under Rule 902: what they are filled with, what stays blank, and that nothing signs them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import UnsoundError, UsageError
from evidencekit.forms.business import business, write_business
from evidencekit.forms.certificate import Certificate, certificate_data
from evidencekit.forms.copied_data import copied_data, write_copied_data
from evidencekit.forms.gather import Told, gather
from evidencekit.forms.process import other_process, own_process, write_process
from evidencekit.model import CaseInfo
from evidencekit.printing.paper import PaperName

Handled = tuple[Path, Home]


def told_of(handled: Handled, *numbers: str, labels: tuple[str, ...] = (), marked: bool = False) -> Told:
    folder, home = handled
    with read_case(folder, home) as case:
        return gather(case, numbers, labels, marked=marked, sound=True)


def data_of(told: Told, certificate: Certificate) -> dict[str, Any]:
    return certificate_data(told, certificate, PaperName.LETTER, now=datetime.now(UTC))


def pages_of(path: Path) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(path).pages]


def section(data: dict[str, Any], title: str) -> dict[str, Any]:
    (found,) = [each for each in data["sections"] + data["office"] if each["title"] == title]
    return dict(found)


def test_copied_data_as_printed(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    out = tmp_path / "902-14.pdf"
    with read_case(folder, home) as case:
        made = write_copied_data(case, (), (), out, declarant="P. Lee, examiner, City Police")
        digests = [item.digests.sha256 for item in case.checked.items]
    pages = pages_of(out)
    text, packed = " ".join(pages), "".join(pages).replace(" ", "")
    for page in pages:
        assert "DRAFT · not signed; to be completed, corrected and signed by a qualified person" in page
    for said in (
        "Fed. R. Evid. 902(14)",
        "Name P. Lee Title and agency examiner, City Police",
        "Source (device, medium, account) Phone of J. D.",
        "Copied by A. Rivera, victim-witness unit",
        "SHA-256 (FIPS 180-4) and BLAKE3",
        "were identical for every file",
        "Custody received by B. Ng, forensic laboratory, City Police",
        "Verified: unchanged",
        "Production 1 to Office of the defender",
        "HOLLIS000003 to HOLLIS000004; its package was not completed",
        "every digest was unchanged",
        "HOLLIS000001",
        "I declare under penalty of perjury",
        "Schedule of files",
    ):
        assert said in text, said
    assert [digest in packed for digest in digests] == [True, True, True, False]  # 1 and 2 have the same content
    assert set(re.findall(r"ITEM-\d{4}", text)) == {"ITEM-0001", "ITEM-0003"}  # those that are in an exhibit
    for unsaid in ("my own opinion", "her own words", "Under seal", "/s/", "C. Ortiz", "Evidence room"):
        assert unsaid not in text
    assert "authentic" not in text.lower()
    assert made.warnings == ()


def test_copied_data_of_an_exhibit_and_of_items(handled: Handled) -> None:
    told = told_of(handled, "4", labels=("1",))
    data = data_of(told, copied_data(told))
    assert [(row["number"], row["exhibit"], row["bates"]) for row in data["schedule"]] == [
        ("ITEM-0001", "1", [["HOLLIS000001", "HOLLIS000002"]]),
        ("ITEM-0003", "1", []),
        ("ITEM-0004", "", []),
    ]
    assert data["numbered"]
    rows = dict(section(data, "Hand-over 1")["rows"])
    assert rows["Files"] == "3 files: ITEM-0001, ITEM-0003, ITEM-0004; Exhibit 1"
    assert rows["Tool and version"].startswith("EvidenceKit 0.1.0")
    assert (rows["Place"], rows["Make, model, serial number"]) == ("", "")
    assert rows["Digest of the original computed"].startswith("as it was read, before ")
    assert dict(data["declarant"])["Name"] == ""


def test_what_went_wrong_stands_among_the_exceptions(filled_case: Path, home: Home) -> None:
    told = told_of((filled_case, home))
    data = data_of(told, copied_data(told))
    said = section(data, "Custody since")
    assert (said["says"][0].startswith("No verification since"), said["table"]) == (True, [])
    with write_case(filled_case, home, "A. Rivera, victim-witness unit") as case:
        case.commit([Entry("verify", {"findings": 2, "items": 4, "lines": 5, "root": ""})])
        case.commit([Entry("recover", {"why": "1 file set aside"})])
    told = told_of((filled_case, home))
    for certificate in (copied_data(told), own_process(told)):
        data = data_of(told, certificate)
        exceptions = section(data, "Exceptions")["exceptions"]
        assert [each.split(" ")[0] for each in exceptions[-2:]] == ["The", "Ledger"]
        assert "had 2 findings." in exceptions[-2]
        assert exceptions[-1].endswith("tells of a recovery: 1 file set aside.")
    assert "had 2 findings: see the exceptions" in section(data_of(told, copied_data(told)), "Custody since")["says"][0]


def test_own_process_as_printed(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    with read_case(folder, home) as case:
        write_process(case, (), (), tmp_path / "902-13.pdf")
    pages = pages_of(tmp_path / "902-13.pdf")
    text = " ".join(pages)
    for said in (
        "Fed. R. Evid. 902(13)",
        "Operated by A. Rivera, victim-witness unit",
        "It was made for 4 files (16,471 bytes) in 1 hand-over",
        "4 items and",
        "all unchanged",
        "Tests of the program by the declarant",
        "they agreed",
    ):
        assert said in text, said
    assert "Schedule of files" not in text
    assert "authentic" not in text.lower()
    assert all("DRAFT" in page for page in pages)


def test_somebody_elses_system_is_left_to_its_declarant(handled: Handled) -> None:
    told = told_of(handled, "2")
    data = data_of(told, other_process(told, "Coastline call detail system", "P. Whitlock, custodian, Coastline"))
    rows = section(data, "The system")["rows"]
    assert rows[0] == ("Name", "Coastline call detail system")
    assert {value for _, value in rows[1:]} == {""}
    assert dict(data["declarant"])["Title and agency"] == "custodian, Coastline"
    assert [each["title"] for each in data["office"]] == ["As the office received them, hand-over 1", "Exceptions"]
    assert [row["number"] for row in data["schedule"]] == ["ITEM-0002"]


def test_business_records_state_the_three_elements_for_their_custodian(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    with read_case(folder, home) as case:
        write_business(case, ("2",), (), tmp_path / "902-11.pdf")
    pages = pages_of(tmp_path / "902-11.pdf")
    text = " ".join(pages)
    places = [text.index(f"(Rule 803(6)({letter}))") for letter in "ABC"]
    assert places == sorted(places)
    signed, office = text.index("I declare under penalty"), text.index("From the office’s own record")
    assert places[-1] < signed < office < text.index("Phone of J. D.")
    assert text.index("Schedule of files") < signed
    page = next(page for page in pages if "I declare under penalty" in page)
    assert "(Rule 803(6)(C))" in page  # a signature never stands on a page of its own
    assert "authentic" not in text.lower()
    told = told_of(handled, "2")
    assert {value for _, value in section(data_of(told, business(told)), "The records")["rows"]} == {""}


def test_what_cannot_be_certified_is_refused(handled: Handled, filled_case: Path, home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    folder, maker = handled
    with read_case(folder, maker) as case:
        for refused, said in (
            (lambda: write_business(case, (), (), out), "which business records"),
            (lambda: write_process(case, (), (), out, system="A phone"), "which records the system generated"),
            (lambda: write_process(case, ("1",), (), out, system="x" * 201), "too long"),
            (lambda: write_copied_data(case, (), ("9",), out), "no such exhibit"),
            (lambda: write_copied_data(case, ("1",), (), out, declarant=","), "name is empty"),
        ):
            with pytest.raises(UsageError, match=said):
                refused()
    create_case(tmp_path / "empty", CaseInfo("", "1", "People v. Nobody", "UTC"), home, "A")
    with read_case(tmp_path / "empty", home) as case, pytest.raises(UsageError, match="nothing in this case yet"):
        write_copied_data(case, (), (), out)
    (filled_case / "checkpoint").unlink()
    with read_case(filled_case, home) as case:
        for write in (write_business, write_process, write_copied_data):
            with pytest.raises(UnsoundError, match="fails its checks"):
                write(case, ("1",), (), out)
    assert not out.exists()
