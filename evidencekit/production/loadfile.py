"""The load files by which review platforms take a production in: a Concordance DAT and an Opticon OPT.

Both name files relative to the package's folder ``data``, which is the volume that a reviewer loads, and with
backslashes, as the platforms that read them (Concordance, Relativity and their like) run on Windows. The DAT is UTF-8
with a byte order mark, columns split by U+0014, each text within U+00FE, a line break inside a text as U+00AE, lines
ended by CRLF, the first line the fields' names. Times are ISO 8601 with the offset they were found with; sizes are
bytes. The OPT has one line for each document, for its pages are one PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.production.values import ProducedItem, Production

FIELDS: Final = (
    "BEGBATES",
    "ENDBATES",
    "BEGATTACH",
    "ENDATTACH",
    "PAGECOUNT",
    "CUSTODIAN",
    "FILENAME",
    "FILEEXT",
    "FILESIZE",
    "DATECREATED",
    "DATEMODIFIED",
    "SHA256",
    "REDACTED",
    "CONFIDENTIALITY",
    "TEXTLINK",
    "NATIVELINK",
)
COLUMN, QUOTE, BREAK = "\x14", "\u00fe", "\u00ae"
# What stands in a value for a sign that would end it. U+0014 is shown by its code point, as any control character is.
REPLACED: Final = {QUOTE: "th", BREAK: "(R)", COLUMN: r"\u{14}"}
_LINES = re.compile(r"\r\n|\r|\n")
_VOLUME = re.compile(r"[A-Za-z0-9._-]{1,40}")
_END = "\r\n"
_MOST_RUNS = 30


def dat(production: Production) -> tuple[bytes, list[str]]:
    """The DAT, and one sentence for each field and sign that had to be replaced, telling in which documents: those
    that follow one another as a run, and how many more there are where the runs are many."""
    replaced: dict[tuple[str, str], list[int]] = {}
    lines = [_line(FIELDS)]
    for row, each in enumerate(production.items):
        values = _values(each)
        lines.append(_line(map(cell, values)))
        for field, value in zip(FIELDS, values, strict=True):
            for sign in REPLACED.keys() & set(value):
                replaced.setdefault((field, sign), []).append(row)
    begins = [each.begin for each in production.items]
    return "".join(lines).encode("utf-8-sig"), [_told(*of, rows, begins) for of, rows in sorted(replaced.items())]


def _told(field: str, sign: str, rows: Sequence[int], begins: Sequence[str]) -> str:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    named = [" to ".join(begins[row] for row in dict.fromkeys((run[0], run[-1]))) for run in runs[:_MOST_RUNS]]
    rest = sum(map(len, runs[_MOST_RUNS:]))
    where = ", ".join(named) + (f" and in {rest:,} further document{'s' * (rest > 1)}" if rest else "")
    count = f" ({len(rows):,} documents)" if len(rows) > 1 else ""
    return f"{field}: the sign U+{ord(sign):04X} stands as “{REPLACED[sign]}” in the load file, in {where}{count}."


def cell(value: str) -> str:
    """A value as it stands between its quotes: control and bidirectional characters by their code point, delimiters
    replaced, line breaks as U+00AE."""
    lines = (shown(line).replace(QUOTE, REPLACED[QUOTE]).replace(BREAK, REPLACED[BREAK]) for line in split(value))
    return BREAK.join(lines)


def split(value: str) -> list[str]:
    """The lines of a value."""
    return _LINES.split(value)


def opt(production: Production, volume: str) -> bytes:
    """The OPT: ``KEY,VOLUME,PATH,Y,,,PAGES`` a document, the key its first Bates number and its PDF's stem.

    Raises :class:`UsageError` for a ``volume`` that is not 1 to 40 letters, digits, dots, hyphens or underscores.
    """
    if not _VOLUME.fullmatch(volume):
        raise UsageError(
            "This cannot name a volume in a load file.",
            item=volume,
            todo="Use 1 to 40 letters, digits, dots, hyphens or underscores, such as PROD001.",
        )
    lines = (f"{each.begin},{volume},{link(each.pdf)},Y,,,{each.pages}{_END}" for each in production.items)
    return "".join(lines).encode("ascii")


def link(path: str) -> str:
    """A path below ``data`` as a load file names it; empty for none."""
    return path.replace("/", "\\")


def _values(item: ProducedItem) -> tuple[str, ...]:
    """One document's values in the order of :data:`FIELDS`."""
    return (
        item.begin,
        item.end,
        item.family_begin,
        item.family_end,
        str(item.pages),
        item.custodian,
        item.name,
        item.extension,
        str(item.size),
        item.created,
        item.modified,
        item.sha256,
        item.redacted,
        item.confidentiality,
        link(item.text),
        link(item.native),
    )


def _line(cells: Iterable[str]) -> str:
    return COLUMN.join(f"{QUOTE}{each}{QUOTE}" for each in cells) + _END
