"""Plain text: its encoding, its lines, and its words as UTF-8. Mark-up is shown as text, never interpreted."""

from __future__ import annotations

import codecs
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.media.writing import BLANKED, forgiving_encoding_of
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

_CHUNK = 1 << 20
_SAMPLE = 64 * 1024
LONGEST = 64 << 20
_LONGEST_HTML = 16 << 20
_PLAIN = """text/plain text/csv text/tab-separated-values text/markdown text/vcard text/calendar application/json
application/xml"""


_TABLES = frozenset({"text/csv", "text/tab-separated-values"})


class TextReader:
    """Text files of every sort; HTML as the words in it."""

    name = "text"
    version = "2"
    kind = Kind.DOCUMENT
    media_types = frozenset({*_PLAIN.split(), "text/html"})
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``text.txt`` under ``out`` holds the text as UTF-8 with LF line ends, its first :data:`LONGEST` characters.
        Raises :class:`~evidencekit.errors.ReaderError` when it turns out not to be text."""
        notes = Notes()
        out.mkdir(parents=True, exist_ok=True)
        text = out / "text.txt"
        if source.media_type == "text/html":
            _html(source.path, text, notes)
        else:
            _plain(source.path, text, notes, job)
            if source.media_type in _TABLES:
                _columns(text, source.media_type, notes)
            notes.fact("active_content", [], "plain text")
        notes.fact("encrypted", False, "plain text")
        return notes.reading(self.kind, source.media_type, self.name, self.version, text=text)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The text on paper: HTML and Markdown with their headings, lists and tables, separated values as a table, all
        else as it stands. Raises :class:`~evidencekit.errors.ReaderError`."""
        from evidencekit.media.textpages import formatted_pages
        from evidencekit.printing.pages import text_pages

        reading = self.read(source, out, job)
        assert reading.text is not None
        made = formatted_pages(source, reading.text, sheet, out, job)
        return made if made is not None else text_pages(reading.text, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing but words, which the catalog holds."""
        del source, look, out, job
        return NOTHING_TO_SEE


def detect(path: Path) -> str | None:
    """The encoding of a text file by its first 64 KiB."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        return forgiving_encoding_of(sample, not file.read(1))


def _not_text() -> ReaderError:
    return ReaderError("The file is not readable as text.", todo="Look at the native file.")


def _plain(path: Path, target: Path, notes: Notes, job: Job) -> None:
    encoding = detect(path)
    if encoding is None:
        raise _not_text()
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    lines, written, replaced, strays, last = 0, 0, 0, 0, "\n"
    with path.open("rb") as source, target.open("w", encoding="utf-8", errors="replace", newline="") as out:
        done, held = 0, ""
        while True:
            raw = source.read(_CHUNK)
            done += len(raw)
            chunk = held + decoder.decode(raw, not raw)
            # A CR may be half of a CRLF whose LF comes with the next chunk.
            held = "\r" if raw and chunk.endswith("\r") else ""
            chunk = chunk[: len(chunk) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
            lines += chunk.count("\n")
            replaced += chunk.count("\ufffd")
            kept = chunk.translate(BLANKED)
            strays += kept.count("\ufffd") - chunk.count("\ufffd")
            chunk = kept
            if chunk:
                last = chunk[-1]
            if written < LONGEST:
                out.write(chunk[: LONGEST - written])
            written += len(chunk)
            if not raw:
                break
            job.step(done, 0, "reading text")
    notes.fact("encoding", "utf-8" if encoding == "utf-8-sig" else encoding, "its bytes")
    notes.fact("lines", lines + (last != "\n"), "line ends counted")
    notes.fact("characters", written, "characters counted")
    if replaced:
        notes.warn(f"{replaced:,} characters could not be read in the encoding {encoding}; they show as \ufffd.")
    _warn_of_strays(strays, notes)
    if written > LONGEST:
        notes.warn(f"The text has {written:,} characters; the first {LONGEST:,} can be searched and printed.")


def _warn_of_strays(count: int, notes: Notes) -> None:
    if count:
        held = "a control character" if count == 1 else f"{count:,} control characters"
        notes.warn(f"The text holds {held} (such as NUL), which text does not have; shown as \ufffd.")


def _html(path: Path, target: Path, notes: Notes) -> None:
    from evidencekit.media.html import active_content, declared_encoding, text_of, title_of

    with path.open("rb") as file:
        raw = file.read(_LONGEST_HTML)
        if file.read(1):
            notes.warn(f"The page is larger than {_LONGEST_HTML >> 20} MiB; only its beginning was read.")
    encoding = declared_encoding(raw) or forgiving_encoding_of(raw[:_SAMPLE], len(raw) <= _SAMPLE)
    if encoding is None:
        raise _not_text()
    page = raw.decode(encoding, "replace")
    shown = page.translate(BLANKED)
    _warn_of_strays(shown.count("\ufffd") - page.count("\ufffd"), notes)
    text, remote = text_of(shown)
    target.write_text(text, encoding="utf-8", errors="replace", newline="")
    notes.fact("encoding", encoding, "its bytes")
    notes.fact("lines", text.count("\n") + 1 if text else 0, "text of the page")
    notes.fact("title", title_of(shown), "html title")
    active = active_content(shown)
    notes.fact("active_content", active, "html elements and attributes")
    if active:
        notes.warn(f"The page holds active content ({', '.join(active)}); nothing of it was run or followed.")
    if remote:
        notes.fact("remote_references", remote, "html; never fetched")


def page_of(path: Path) -> str:
    """The mark-up of a page that was read before, as characters."""
    from evidencekit.media.html import declared_encoding

    with path.open("rb") as file:
        raw = file.read(_LONGEST_HTML)
    encoding = declared_encoding(raw) or forgiving_encoding_of(raw[:_SAMPLE], len(raw) <= _SAMPLE)
    if encoding is None:
        raise _not_text()
    return raw.decode(encoding, "replace").translate(BLANKED)


def _columns(text: Path, media_type: str, notes: Notes) -> None:
    from evidencekit.media.grids import csv_grid

    grid, sign = csv_grid(text, tabs=media_type != "text/csv")
    notes.fact("columns", max((len(cells) for _, cells in grid.rows), default=0), "separated values")
    notes.fact("separator", {"\t": "tab"}.get(sign, sign), "its first lines")
