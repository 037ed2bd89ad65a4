"""The report of a verification: what stands in it, as PDF and as JSON, and where it may be written."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.casefile.originals_checked import check_originals
from evidencekit.cli import main
from evidencekit.custody.keys import Home
from evidencekit.errors import StorageError, UsageError
from evidencekit.forms import verify_report
from evidencekit.forms.verify_report import report_data, write_report
from evidencekit.job import Job
from evidencekit.model import Finding
from evidencekit.printing.paper import PaperName
from evidencekit.verify import Kind, Run, Verdict, verify_path

RUN = Run("/cases/26CR00417", "A. Rivera, victim-witness unit", "2026-04-12T17:00:00+00:00", 2.5)
Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Ran:
    """Run a command in this process: exit code, standard output, standard error."""

    def act(*words: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return act


def damage(case: Path) -> None:
    original = next(path for path in sorted((case / "originals").rglob("*")) if path.is_file())
    original.chmod(0o644)
    original.write_bytes(b"changed")
    (case / "originals" / "gpj\u202eplanted").write_bytes(b"x")


def text_of(pdf: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
        return " ".join(" ".join(pages).split())
    finally:
        document.close()


def test_the_pdf_of_a_sound_case_says_what_was_checked_and_what_cannot_be_shown(
    filled_case: Path, home: Home, tmp_path: Path
) -> None:
    verdict = verify_path(filled_case, home, Job())
    write_report(verdict, RUN, tmp_path / "report.pdf")
    text = text_of(tmp_path / "report.pdf")
    for words in (
        "People v. Hollis",
        "No fault was found in the case folder.",
        "4 items and 4 ledger lines checked: all unchanged.",
        "A. Rivera, victim-witness unit",
        "12 Apr 2026, 10:00:00 PDT",
        "What this cannot show",
        "put an older state of it in its place",
        "Custody checkpoint".upper(),
        "Draft. It bears no signature until a person",
        "Name and role",
    ):
        assert words in text, words
    assert verdict.head is not None
    assert verdict.head.root[:4] in text
    write_report(verdict, RUN, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "report.pdf").read_bytes()


def test_faults_stand_in_the_report_with_what_they_mean(
    filled_case: Path, home: Home, tmp_path: Path, run: Ran
) -> None:
    damage(filled_case)
    out = tmp_path / "report.pdf"
    code, told, _ = run("verify", filled_case, "-o", out, "--by", "A. Rivera, DA")
    assert code == 1
    text = text_of(out)
    for words in ("2 faults were found in the case folder.", "A. Rivera, DA", "is no longer, bit for bit, the one"):
        assert words in text, words
    assert "\u202e" not in text
    assert "\\u{202e}" in text.replace(" ", "")
    assert "The file is no longer, bit for bit, the one that was taken in as this item." in told
    assert "2 findings." in told


def test_the_json_report_is_what_the_command_says_and_who_ran_it(filled_case: Path, tmp_path: Path, run: Ran) -> None:
    damage(filled_case)
    out = tmp_path / "report.json"
    code, told, _ = run("verify", filled_case, "-o", out, "--by", "A. Rivera, DA", "--json")
    answered, written = json.loads(told), json.loads(out.read_text("ascii"))
    assert code == 1
    assert written["verification"]["by"] == "A. Rivera, DA"
    assert written["verification"]["path"] == str(filled_case)
    for name in ("ok", "findings", "meanings", "notes", "checked", "checkpoint", "kind"):
        assert written[name] == answered[name], name
    assert {each["code"] for each in written["findings"]} == set(written["meanings"])
    assert answered["file"] == str(out)


def test_a_report_never_lands_in_what_is_verified_nor_under_another_name(
    filled_case: Path, tmp_path: Path, run: Ran
) -> None:
    for out in (filled_case / "r.pdf", filled_case / "originals" / "r.json", tmp_path / "r.txt"):
        code, _, error = run("verify", filled_case, "-o", out)
        assert (code, out.exists()) == (2, False), error
    assert run("verify", filled_case, "-o", filled_case / "output" / "r.json")[0] == 0
    assert run("verify", filled_case)[0] == 0


def test_a_note_that_cannot_be_read_stops_before_anything_is_done(filled_case: Path, tmp_path: Path, run: Ran) -> None:
    code, _, error = run("verify", filled_case, "--against", "4 lines, root abcd", "-o", tmp_path / "r.pdf")
    assert (code, (tmp_path / "r.pdf").exists()) == (2, False)
    assert "44 characters" in error


def test_held_against_a_seal_and_since_one_by_the_command(filled_case: Path, run: Ran) -> None:
    note = (filled_case / "checkpoint").read_text("utf-8")
    assert run("exhibit", filled_case, "1")[0] == 0
    code, told, _ = run("verify", filled_case, "--against", note, "--since", note)
    assert code == 0
    assert "The printed checkpoint over 4 lines holds" in told
    assert "One line was added since, from line 5 on: 1 marking of an exhibit." in told


def test_nothing_is_logged_into_a_package_or_a_ledger(filled_case: Path, tmp_path: Path, run: Ran) -> None:
    bag = tmp_path / "bag"
    bag.mkdir()
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "utf-8")
    (bag / "ledger.jsonl").write_bytes((filled_case / "ledger.jsonl").read_bytes())
    before = sorted(bag.rglob("*"))
    for path in (bag, bag / "ledger.jsonl"):
        for option in ("--log", "--accept-older"):
            code, _, error = run("verify", path, option)
            assert code == 2
            assert "Only in a case" in error
    assert run("verify", bag, "-o", bag / "output" / "r.json")[0] == 2
    assert sorted(bag.rglob("*")) == before


def test_ctrl_c_ends_it_with_130_and_writes_no_report(
    filled_case: Path, tmp_path: Path, run: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_to_stop(*arguments: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return check_originals(*arguments, **options)

    monkeypatch.setattr("evidencekit.verify.look.check_originals", asked_to_stop)
    before = (filled_case / "ledger.jsonl").read_bytes()
    code, told, _ = run("verify", filled_case, "--log", "-o", tmp_path / "r.pdf", "--json")
    assert code == 130
    assert "Cancelled" in json.loads(told)["error"]["what"]
    assert not (tmp_path / "r.pdf").exists()
    assert (filled_case / "ledger.jsonl").read_bytes() == before


def test_faults_beyond_what_paper_holds_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_report, "_MOST_ROWS", 3)
    findings = [Finding("original-missing", f"The original of {n} is missing.", item=f"{n}") for n in range(9)]
    data = report_data(Verdict(tuple(findings), (), 9, 4, None), RUN, PaperName.A4)
    assert (len(data["faults"]), data["more"]) == (3, "And 6 more; the report as JSON names every one.")
    assert data["checkpoint"] is None


def test_a_ledger_alone_says_that_no_signature_was_checked(filled_case: Path, home: Home, tmp_path: Path) -> None:
    alone = tmp_path / "alone.jsonl"
    alone.write_bytes((filled_case / "ledger.jsonl").read_bytes())
    verdict = verify_path(alone, home, Job())
    data = report_data(verdict, RUN, PaperName.LETTER)
    assert "no signature could be checked" in dict(data["how"])["The signatures."]
    assert ("Root", verdict.root) in data["facts"]
    assert verdict.kind is Kind.LEDGER


def test_another_ending_and_a_missing_folder_are_refused_and_a_full_disk_leaves_nothing(
    filled_case: Path, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = verify_path(filled_case, home, Job())
    for out in (tmp_path / "r.docx", tmp_path / "nowhere" / "r.json"):
        with pytest.raises(UsageError):
            write_report(verdict, RUN, out)

    def full(draft: Path, text: str) -> None:
        draft.write_text(text[:10], "ascii")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(verify_report, "_put", full)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StorageError, match="No space left"):
        write_report(verdict, RUN, tmp_path / "r.json")
    assert sorted(tmp_path.iterdir()) == before
