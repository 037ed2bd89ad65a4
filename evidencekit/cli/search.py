"""search: words and fields over everything that items say."""

from __future__ import annotations

from typing import Annotated

import typer

from evidencekit.cli.common import AsJson, CasePath, answer, open_to_read, table, tell


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(search)


def search(
    case: CasePath,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="Words; “quoted” ones stay a phrase.")],
    as_json: AsJson = False,
) -> None:
    """Find items by their names, titles, facts, text and notes."""
    from evidencekit.catalog.search import find

    query = " ".join(words)
    with open_to_read(case) as opened, opened.catalog.read() as connection:
        hits = find(connection, query)
    document = {
        "query": query,
        "total": len(hits),
        "hits": [{"item": h.number, "name": h.name, "title": h.title, "excerpt": h.excerpt} for h in hits],
    }

    def show() -> None:
        found = [(h.number, h.title or h.name, " ".join(h.excerpt.split())) for h in hits]
        table(("Item", "Title or name", "Where"), found)
        tell(f"{len(hits)} item(s) hold all of these words." if hits else "Nothing holds all of these words.")

    answer(document, as_json, show)
