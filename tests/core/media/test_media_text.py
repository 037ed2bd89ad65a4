"""Text files: encodings, lines, the text file for the search, HTML as words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import text as module
from evidencekit.media.html import declared_encoding, text_of
from evidencekit.media.protocol import Source
from evidencekit.media.text import TextReader
from evidencekit.media.writing import encoding_of
from evidencekit.model import FactValue, Kind, Reading


def read(path: Path, data: bytes, media_type: str = "text/plain") -> Reading:
    path.mkdir(exist_ok=True)
    (path / "in").write_bytes(data)
    return TextReader().read(Source(path / "in", "in.txt", media_type, "UTC"), path / "out", Job())


def words(reading: Reading) -> str:
    assert reading.text is not None
    return reading.text.read_bytes().decode("utf-8")


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Köln – 5 €\nzwei\n".encode(), "utf-8"),
        ("Köln – 5 €\nzwei\n".encode("utf-8-sig"), "utf-8"),
        ("Köln – 5 €\nzwei\n".encode("cp1252"), "cp1252"),
        ("Köln – 5 €\nzwei\n".encode("utf-16"), "utf-16-le"),
        ("\ufeffKöln – 5 €\nzwei\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, encoding: str) -> None:
    reading = read(tmp_path, data)
    assert words(reading).removeprefix("\ufeff") == "Köln – 5 €\nzwei\n"
    assert (facts(reading)["encoding"], facts(reading)["lines"]) == (encoding, 2)
    assert (reading.kind, reading.warnings) == (Kind.DOCUMENT, ())
    assert (facts(reading)["encrypted"], facts(reading)["active_content"]) == (False, [])


def test_a_text_with_a_stray_nul_is_read_and_it_is_told(tmp_path: Path) -> None:
    reading = read(tmp_path, "Köln, wie es leibt und lebt, und noch mehr\0 Worte\n".encode())
    assert words(reading) == "Köln, wie es leibt und lebt, und noch mehr\ufffd Worte\n"
    assert facts(reading)["encoding"] == "utf-8"
    assert reading.warnings == (
        "The text holds a control character (such as NUL), which text does not have; shown as \ufffd.",
    )
    page = read(tmp_path, b"<html><body>" + b"words " * 90 + b"\0</body></html>", "text/html")
    assert any("control character" in warning for warning in page.warnings)
    late = read(tmp_path, b"words\n" * 20_000 + bytes(3))
    assert any("3 control characters" in warning for warning in late.warnings)


def test_utf16_without_a_mark(tmp_path: Path) -> None:
    assert words(read(tmp_path, "plain enough\n".encode("utf-16-le"))) == "plain enough\n"
    assert words(read(tmp_path, "plain enough\n".encode("utf-16-be"))) == "plain enough\n"


def test_line_ends_are_counted_alike(tmp_path: Path) -> None:
    for data in (b"a\nb\nc", b"a\r\nb\r\nc\r\n", b"a\rb\rc"):
        reading = read(tmp_path, data)
        assert facts(reading)["lines"] == 3
        assert words(reading).rstrip() == "a\nb\nc"


def test_a_line_end_across_two_reads_is_one(tmp_path: Path) -> None:
    data = b"x" * ((1 << 20) - 1) + b"\r\ny\n"
    reading = read(tmp_path, data)
    assert facts(reading)["lines"] == 2
    assert words(reading) == "x" * ((1 << 20) - 1) + "\ny\n"


def test_damaged_characters_are_counted_and_told(tmp_path: Path) -> None:
    reading = read(tmp_path, b"good text " * 7_000 + b"\xff\xfe\xfd bad")
    assert "3 characters" in reading.warnings[0]
    assert words(reading).endswith("\ufffd\ufffd\ufffd bad")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError):
        read(tmp_path, bytes(range(256)) * 10)


def test_text_beyond_the_bound_is_counted_but_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 1_000)
    reading = read(tmp_path, b"line\n" * 1_000)
    assert len(words(reading)) == 1_000
    assert facts(reading)["lines"] == 1_000
    assert "5,000 characters" in reading.warnings[0]


def test_html_gives_words_and_names_what_it_would_have_fetched(tmp_path: Path) -> None:
    page = """<!DOCTYPE html><html><head><title>no</title><style>p{background:url(//evil.example/a.png)}</style></head>
    <body><script>alert('no')</script><p>First &amp; last<br>line</p><table><tr><td>a</td><td>b</td></tr></table>
    <img src="https://tracker.example/pixel.gif?id=7"><!-- no --></body></html>"""
    reading = read(tmp_path, page.encode(), "text/html")
    assert words(reading) == "First & last\nline\n\na\tb"
    assert facts(reading)["remote_references"] == ["//evil.example/a.png", "https://tracker.example/pixel.gif?id=7"]


@pytest.mark.parametrize("name", ["hex", "idna", "punycode", "unicode_escape", "no-such", "utf-16"])
def test_declared_encodings_that_are_none_are_ignored(name: str) -> None:
    assert declared_encoding(f'<meta charset="{name}">'.encode()) is None
    assert declared_encoding(b'<meta charset="windows-1251">') == "cp1251"


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="Z")))
def test_scripts_are_never_words(markup: str) -> None:
    found, _ = text_of(f"<script>ZZ</script><style>ZZ</style><!-- ZZ --><p>{markup}</p>")
    assert "Z" not in found
    assert "\0" not in found


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_utf8_text_is_recognised_as_such(text: str) -> None:
    assert encoding_of(text.encode("utf-8"), True) in ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.binary(max_size=500), st.sampled_from(["text/plain", "text/html", "text/csv"]))
def test_only_reader_errors_leave_the_reader(tmp_path: Path, data: bytes, media_type: str) -> None:
    try:
        reading = read(tmp_path, data, media_type)
    except ReaderError:
        return
    words(reading)
