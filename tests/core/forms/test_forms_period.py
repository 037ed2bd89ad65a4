"""The custody report over a period: what it tells, and that two reports chain."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import UsageError
from evidencekit.forms.gather import gather
from evidencekit.forms.period import Period, period, period_data, write_period
from evidencekit.model import CaseInfo
from evidencekit.printing.paper import PaperName

Handled = tuple[Path, Home]


def root_of(lines: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written there."""
    if len(lines) == 1:
        return hashlib.sha256(b"\0" + lines[0]).digest()
    half = 1
    while half * 2 < len(lines):
        half *= 2
    return hashlib.sha256(b"\1" + root_of(lines[:half]) + root_of(lines[half:])).digest()


def data_of(handled: Handled, wanted: Period) -> dict[str, Any]:
    folder, home = handled
    with read_case(folder, home) as case:
        return period_data(case, gather(case), wanted, PaperName.LETTER, now=datetime.now(UTC))


def days_of(handled: Handled) -> list[date]:
    """The three days, as the case's zone counts them."""
    folder, home = handled
    zone = ZoneInfo("America/Los_Angeles")
    with read_case(folder, home) as case:
        found = [datetime.fromisoformat(line.time).astimezone(zone).date() for line in case.checked.lines]
    return sorted(set(found))


def test_reports_of_days_that_follow_chain_and_leave_nothing_out(handled: Handled) -> None:
    days = days_of(handled)
    assert len(days) == 3
    lines = (handled[0] / "ledger.jsonl").read_bytes().split(b"\n")[:-1]
    reports = [data_of(handled, Period(each, each, internal=True)) for each in days]
    assert reports[0]["before"] == {"size": "0", "root": ""}
    for report, after in pairwise(reports):
        assert report["end"] == after["before"]
    assert reports[-1]["end"]["size"] == str(len(lines))
    told = [row["line"] for report in reports for entry in report["days"] for row in entry["rows"]]
    assert told == [str(n) for n in range(1, len(lines) + 1)]
    for report in reports:
        size = int(report["end"]["size"])
        assert report["end"]["root"] == base64.b64encode(root_of(lines[:size])).decode()
    assert reports[-1]["checkpoint"] is not None  # sealed at its last line
    assert reports[0]["checkpoint"] is None


def test_a_clock_that_stood_at_the_last_day_of_all(tmp_path: Path, home: Home) -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    create_case(tmp_path / "case", CaseInfo("", "1", "People v. X", "Pacific/Auckland"), home, "A. Rivera")
    with write_case(tmp_path / "case", home, "A. Rivera", clock=lambda: last) as case:
        case.commit([Entry("verify", {"findings": 0})])
    data = data_of((tmp_path / "case", home), Period(date(9999, 12, 31), date(9999, 12, 31), internal=True))
    assert data["end"]["size"] == "4"  # the case, its key, the seal of the days before, and that verification


def test_the_report_as_printed(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    days = days_of(handled)
    wanted = period(days[0].isoformat(), days[-1].isoformat())
    with read_case(folder, home) as case:
        made = write_period(case, wanted, tmp_path / "report.pdf")
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages))
    for said in (
        "Hand-overs 1 (4 files, 16,471 bytes)",
        "Verifications 1",
        "Exhibits marked or regrouped 1",
        "Productions 2 (4 pages), 1 of them not completed",
        "Transfers of custody 1; 1 released and not received in this period",
        "Signing keys added 2",
        "Who acted",
        "Marked as Exhibit 1",
        "Production 1 to Office of the defender: HOLLIS000001 to HOLLIS000002",
        "its own counsel and is not told",
        "The period was not over when this was printed",
    ):
        assert said in text, said
    for unsaid in ("Withheld", "Under seal", "protected term", "INTERNAL", "my own opinion", "her own words"):
        assert unsaid not in text
    assert "authentic" not in text.lower()
    assert made.warnings[0].startswith("It holds the protected term")


def test_counsels_decisions_are_told_inside_only(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    last = days_of(handled)[-1]
    with read_case(folder, home) as case:
        made = write_period(case, Period(last, last, internal=True), tmp_path / "report.pdf")
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(tmp_path / "report.pdf").pages]
    assert all("INTERNAL" in page for page in pages)
    assert "Withheld from productions: Under seal" in " ".join(pages)
    assert "keep it in the office" in made.warnings[0]
    assert "Evidence room" not in " ".join(pages)


def test_a_period_in_which_nothing_happened(handled: Handled, tmp_path: Path) -> None:
    first, *_, last = days_of(handled)
    before = data_of(handled, Period(first - timedelta(9), first - timedelta(1)))
    assert before["days"] == []
    assert before["end"] == before["before"] == {"size": "0", "root": ""}
    after = data_of(handled, Period(last + timedelta(1), last + timedelta(9)))
    assert after["days"] == []
    assert after["end"] == after["before"] == data_of(handled, Period(last, last))["end"]
    folder, home = handled
    with read_case(folder, home) as case:
        made = write_period(case, Period(date(2020, 1, 1), date(2020, 1, 2)), tmp_path / "report.pdf")
    assert not any("names what is withheld" in each for each in made.warnings)  # it names no item
    text = PdfReader(tmp_path / "report.pdf").pages[0].extract_text()
    assert "Nothing was entered in the ledger in this period." in text


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-02-30", "2026-03-01", "not a date"),
        ("1 March", "2026-03-01", "not a date"),
        ("20260301", "2026-03-01", "not a date"),
        ("2026-03-02", "2026-03-01", "ends before it begins"),
    ],
)
def test_dates_that_are_none(first: str, last: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        period(first, last)
