"""The index of a production, for people: a table for a spreadsheet, and one page that opens in any browser, offline.

The page fetches nothing and runs nothing; its content security policy allows its own style sheet only. Neither holds
anything that a person wrote of an item.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

import resources
from evidencekit.binder.formats import format_words
from evidencekit.binder.words import plural, short_size
from evidencekit.chronology.report import harmless
from evidencekit.custody.names import shown
from evidencekit.model import Kind, Zone
from evidencekit.moments import show
from evidencekit.production.plan import ranges
from evidencekit.production.values import ProducedItem, Production

COLUMNS: Final = (
    "Bates begin",
    "Bates end",
    "Pages",
    "Family begin",
    "Family end",
    "Item",
    "Came in",
    "Kind",
    "Format",
    "Name as received",
    "Path as received",
    "Source",
    "Created",
    "Last changed",
    "Bytes",
    "SHA-256",
    "BLAKE3",
    "Held back",
    "Designation",
    "PDF",
    "Text",
    "Native",
)
_KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.IMAGE: ("picture", "pictures"),
    Kind.AUDIO: ("audio recording", "audio recordings"),
    Kind.VIDEO: ("video", "videos"),
    Kind.DOCUMENT: ("document", "documents"),
    Kind.EMAIL: ("e-mail", "e-mails"),
    Kind.MESSAGES: ("export of messages", "exports of messages"),
    Kind.ARCHIVE: ("archive", "archives"),
    Kind.OTHER: ("other file", "other files"),
}
_DEEPEST = 6  # what lies deeper is not set further in
_MOST_RANGES = 12


def index_csv(production: Production) -> bytes:
    """The index as CSV: RFC 4180, UTF-8 with a byte order mark, every cell harmless to a spreadsheet. Times are ISO
    8601; paths are relative to the folder that holds the index. A parent that is not produced is not named."""
    begins = {each.item: each.begin for each in production.items}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in production.items:
        writer.writerow([harmless(shown(cell)) for cell in _cells(each, begins)])
    return text.getvalue().encode("utf-8-sig")


def _cells(item: ProducedItem, begins: Mapping[str, str]) -> tuple[str, ...]:
    """One item's texts in the order of :data:`COLUMNS`."""
    return (
        item.begin,
        item.end,
        str(item.pages),
        item.family_begin,
        item.family_end,
        item.item,
        begins.get(item.parent, ""),
        item.kind.value,
        item.media_type,
        item.name,
        item.received_path,
        item.custodian,
        item.created,
        item.modified,
        str(item.size),
        item.sha256,
        item.blake3,
        item.redacted,
        item.confidentiality,
        item.pdf,
        item.text,
        item.native,
    )


def index_html(production: Production) -> bytes:
    """The index as one HTML page, UTF-8."""
    style = resources.text("templates/production_index.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = _shown(f"Production {production.number}, {production.case.caption} · {production.case.number}")
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    return "".join((head, *_caption(production), *_table(production), "</body>\n</html>\n")).encode()


def _caption(production: Production) -> Iterator[str]:
    case = production.case
    court = " · ".join(part for part in (case.court, case.jurisdiction) if part)
    yield "<header>\n"
    if court:
        yield f'<p class="court">{_shown(court)}</p>\n'
    yield f"<h1>{_shown(case.caption)}</h1>\n"
    yield f'<p class="what">Production {production.number}<span> · Case no. {_shown(case.number)}</span></p>\n<dl>\n'
    for label, value in _facts(production):
        yield f"<div><dt>{label}</dt><dd>{value}</dd></div>\n"
    yield "</dl>\n</header>\n"


def _facts(production: Production) -> Iterator[tuple[str, str]]:
    runs = [f'<span class="no">{_range(first, last)}</span>' for first, last, _ in ranges(production)]
    more = f" and {len(runs) - _MOST_RANGES} further runs" if len(runs) > _MOST_RANGES else ""
    if production.case.agency:
        yield "Agency", _shown(production.case.agency)
    yield "Bates numbers", ", ".join(runs[:_MOST_RANGES]) + more
    size = short_size(sum(each.size for each in production.items))
    count = plural(len(production.items), "item", "items")
    yield (
        "Contents",
        f"{count} ({by_kind(production)}), {plural(production.pages, 'page', 'pages')}, {size} of native files",
    )
    if production.order.confidentiality:
        yield "Designation", _shown(production.order.confidentiality)


def by_kind(production: Production) -> str:
    """How many items of each kind: “2 pictures, 1 e-mail”."""
    kinds = Counter(each.kind for each in production.items)
    return ", ".join(plural(kinds[kind], *words) for kind, words in _KINDS.items() if kinds[kind])


def _table(production: Production) -> Iterator[str]:
    yield "<main>\n<table>\n<thead><tr>"
    for name in ("Bates", "Pages", "Name as received", "Created", "Files", "SHA-256"):
        yield f'<th scope="col">{name}</th>'
    yield "</tr></thead>\n<tbody>\n"
    depths: dict[str, int] = {}
    for each in production.items:
        depth = depths[each.item] = depths[each.parent] + 1 if each.parent in depths else 0
        yield _row(each, min(depth, _DEEPEST), production.case.timezone)
    yield "</tbody>\n</table>\n</main>\n<footer>\n"
    yield from _foot(production)
    yield "</footer>\n"


def _foot(production: Production) -> Iterator[str]:
    yield (
        "<p>What came out of a file, such as the attachments of an e-mail, stands below it, set in. “Created” is the "
        "time that the file itself states, else its source’s file system; where it states a zone, it is shown in the "
        f"case’s zone, {_shown(production.case.timezone)}; it may be wrong or missing. A click on a digest takes the "
        "whole of it; the spreadsheet index.csv has it too, with BLAKE3, path and source.</p>\n"
        "<p>This page fetches nothing and runs nothing. To check every file, run verify.py in the folder above; "
        "README-VERIFY.txt there says how to do the same by hand.</p>\n"
    )


def _row(item: ProducedItem, depth: int, zone: str) -> str:
    set_in = f' class="in{depth}"' if depth else ""
    format_ = format_words(item.kind, item.media_type).partition(" (")[0]
    about = " · ".join(part for part in (format_, short_size(item.size), item.custodian) if part)
    held = f'<span class="held">{_shown(item.redacted)}</span>' if item.redacted else ""
    return (
        f'<tr id="{escape(item.begin)}"{set_in}><th scope="row" class="no">{_range(item.begin, item.end)}</th>'
        f'<td class="many">{item.pages:,}</td>'
        f'<td class="name"><b>{_shown(item.name)}</b><small>{_shown(about)}</small>{held}</td>'
        f'<td class="when">{_when(item.created, zone)}</td>'
        f'<td class="files">{_links(item)}</td>'
        f'<td class="sum"><code tabindex="0">{escape(item.sha256)}</code></td></tr>\n'
    )


def _range(first: str, last: str) -> str:
    return escape(first) if first == last else f"{escape(first)}–<wbr>{escape(last)}"


def _when(value: str, zone: str) -> str:
    if not value:
        return ""
    date, time, named = show(value, Zone.ASSUMED, zone)
    clock = f"{time} {named}".strip()
    return f"{_shown(date)}<small>{_shown(clock)}</small>" if clock else _shown(date)


def _links(item: ProducedItem) -> str:
    places = (("PDF", item.pdf), ("Text", item.text), ("Native", item.native))
    return " ".join(f'<a href="{escape(place)}">{name}</a>' for name, place in places if place)


def _shown(text: str) -> str:
    """A text as it may stand in the page: hidden characters by their code point, markup as text."""
    return escape(shown(text))
