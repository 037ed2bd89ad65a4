"""Every fault says what it means, and faults stand in the order in which a person should look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import evidencekit
from evidencekit.model import Finding
from evidencekit.verify import Since, grouped, meaning, since_words
from evidencekit.verify.meanings import CODES, ordered

SOURCE = Path(evidencekit.__file__).parent
CHECKS = [path for room in ("custody", "casefile", "verify") for path in sorted((SOURCE / room).rglob("*.py"))]


def _called(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def codes_of(path: Path) -> Iterator[str]:
    """The codes that a module gives its findings: what stands first in ``Finding(…)`` and ``….fault(…)``, in names
    that are set for that, and in pairs of a code and words."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _called(node) in ("Finding", "fault") and node.args:
            yield from _texts(node.args[0])
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "code" for t in node.targets):
            yield from _texts(node.value)
        elif isinstance(node, ast.Call) and _called(node) == "append" and isinstance(node.args[0], ast.Tuple):
            first = node.args[0].elts[0]
            if "faults" in ast.unparse(node.func):
                yield from _texts(first)


def test_every_code_in_the_source_has_a_meaning_and_no_meaning_is_of_none() -> None:
    found = {code for path in CHECKS for code in codes_of(path)}
    assert {"ledger-line", "original-changed", "catalog-damaged", "catalog-missing", "against-root"} <= found
    assert sorted(found - CODES) == []
    assert sorted(CODES - found) == []


def test_meanings_are_sentences_without_the_words_of_the_trade() -> None:
    for code in CODES:
        words = meaning(code)
        assert words[0].isupper(), code
        assert words.endswith("."), code
        assert "authentic" not in words, code
        for jargon in ("hash", "Merkle", "digest ", "Ed25519", "root", "checkpoint", "ledger", "manifest", "bag "):
            assert jargon not in words, (code, jargon)
    assert meaning("no-such-code") == ""


def test_faults_are_told_by_history_evidence_records_and_working_copy() -> None:
    found = ordered(
        [
            Finding("catalog-missing", "d"),
            Finding("acquisition-changed", "c"),
            Finding("original-changed", "b", item="ITEM-0002"),
            Finding("original-missing", "b", item="ITEM-0003"),
            Finding("signature-bad", "a"),
            Finding("ledger-line", "a", line=3),
        ]
    )
    assert [each.code for each in found] == [
        "signature-bad",
        "ledger-line",
        "original-changed",
        "original-missing",
        "acquisition-changed",
        "catalog-missing",
    ]


def test_lines_with_the_same_fault_that_follow_one_another_are_told_as_one() -> None:
    found = [Finding("ledger-line", f"Ledger line {n} …", line=n) for n in (3, 4, 5, 6, 9, 10, 20)]
    told = list(grouped([*found, Finding("original-missing", "…", item="ITEM-0007"), Finding("ledger-root", "…")]))
    assert [(each.where, each.count) for each in told] == [
        ("Ledger lines 3–6", 4),
        ("Ledger line 9", 1),
        ("Ledger line 10", 1),
        ("Ledger line 20", 1),
        ("ITEM-0007", 1),
        ("", 1),
    ]
    assert told[0].message.startswith("Ledger line 3 … The 3 lines behind it")
    assert sum(each.count for each in told) == 9


def test_what_was_added_is_told_in_words() -> None:
    nothing = since_words(Since(7, True))
    assert nothing[-1] == "Nothing was added since."
    several = " ".join(since_words(Since(7, True, 4, (("exhibit", 2), ("acquire", 1)), 1, "ITEM-0009", "ITEM-0009")))
    assert "4 lines were added since, from line 8 on: 2 markings of exhibits, 1 hand-over taken in, 1 whose" in several
    assert "1 item was taken in since: ITEM-0009." in several
    assert "cannot be told" in since_words(Since(7, False, 3))[0]
