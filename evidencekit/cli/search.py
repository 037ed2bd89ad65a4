"""search: words and fields over everything that items say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from evidencekit.cli.common import AsJson, CasePath, answer, open_to_read, table, tell

if TYPE_CHECKING:
    from evidencekit.catalog.finding import Hit

_MOST = 1_000
_HELP = """Find items and messages, the best first, by words in names, titles, facts, text, messages, recognised words,
transcripts and notes.

Words must all hold; "quoted ones" stay a phrase, park* finds beginnings, -word means not, one OR another either.
Fields: from: to: party: kind: before: after: on: item: in:name|text|messages|recognised|transcript|notes|facts
has:contact|date|note|warning. Put -- before the words when one begins with a minus: search CASE -- letter -car"""


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command(help=_HELP)(search)


def search(
    case: CasePath,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="Words and fields.", show_default=False)],
    limit: Annotated[int, typer.Option(min=0, help="At most so many hits; 0 for all.")] = _MOST,
    as_json: AsJson = False,
) -> None:
    from evidencekit.catalog.finding import find

    query = words[0] if len(words) == 1 else " ".join(_whole(word) for word in words)
    with open_to_read(case) as opened, opened.catalog.read() as connection:
        found = find(connection, query, limit or -1)
    document = {"query": query, "total": found.total, "hits": [_shape(hit) for hit in found.hits]}

    def show() -> None:
        rows = [(_place(hit), hit.title or hit.name, hit.when or "", _part(hit), _lit(hit)) for hit in found.hits]
        table(("Item", "Title or name", "When", "In", "Where"), rows)
        if len(found.hits) < found.total:
            tell(f"The best {len(found.hits):,} of {found.total:,} hits; --limit 0 lists all.")
        else:
            tell(f"{found.total:,} hit(s)." if found.total else "Nothing is like that.")

    answer(document, as_json, show)


def _whole(word: str) -> str:
    """One of several arguments as it was meant: the shell took the quotation marks off a value of several words."""
    name, colon, value = word.partition(":")
    if colon and " " in value and name.lstrip("-").isalpha() and '"' not in value:
        return f'{name}:"{value}"'
    return word


def _shape(hit: Hit) -> dict[str, object]:
    return {
        "item": hit.number,
        "name": hit.name,
        "title": hit.title,
        "excerpt": hit.excerpt,
        "marks": [list(mark) for mark in hit.marks],
        "where": hit.where or None,
        "draft": hit.draft,
        "at": hit.at,
        "when": hit.when,
        "people": hit.people or None,
    }


def _place(hit: Hit) -> str:
    return f"{hit.number}, {hit.at}" if hit.at else hit.number


def _part(hit: Hit) -> str:
    return f"{hit.where}, DRAFT" if hit.draft else hit.where


def _lit(hit: Hit) -> str:
    """The excerpt on one line, the words found in brackets."""
    parts, at = [], 0
    for start, end in hit.marks:
        parts += [hit.excerpt[at:start], "[", hit.excerpt[start:end], "]"]
        at = end
    return " ".join("".join((*parts, hit.excerpt[at:])).split())
