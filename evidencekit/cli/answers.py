"""answer: what only a person can tell of a file, such as the order of day and month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidencekit import shapes
from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, open_to_read, table, tell, working

if TYPE_CHECKING:
    from evidencekit.model import Item


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command("answer")(answer_questions)


def answer_questions(
    case: CasePath,
    number: Annotated[str | None, typer.Argument(metavar="[NUMBER]", help="The item asked about.")] = None,
    answers: Annotated[
        list[str] | None, typer.Argument(metavar="[QUESTION=ANSWER…]", help="An empty ANSWER takes one back.")
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Answer what a file leaves open and read it again; without a NUMBER, list what is asked."""
    from evidencekit import reread
    from evidencekit.casefile import write_case
    from evidencekit.errors import UsageError

    if number is None or not answers:
        _list(case, number, as_json)
        return
    pairs = [each.partition("=") for each in answers]
    for key, equals, _ in pairs:
        if not equals:
            raise UsageError(f"“{key}” is no answer.", item=number, todo="Write it as question=answer: order=dmy")
    with working("Reading again") as job, write_case(case, home(), actor(by), job=job) as opened:
        found = reread.answer_questions(opened, number, {key: value for key, _, value in pairs}, job)
    answer({"items": [shapes.item_shape(each) for each in found]}, as_json, lambda: _tell(found))


def _tell(found: list[Item]) -> None:
    for each in found:
        tell(f"{each.number} {each.name}: {each.kind}, {each.when or 'no date'}")
        for question in each.questions:
            tell(f"  Asked: {question.ask} ({question.key})")


def _list(case: Path, number: str | None, as_json: bool) -> None:
    from evidencekit.catalog.answers import answers_of
    from evidencekit.catalog.items import each_item
    from evidencekit.edits import known_items

    with open_to_read(case) as opened, opened.catalog.read() as connection:
        chosen = known_items(connection, [number]) if number else list(each_item(connection))
        asked = [(item, question) for item in chosen for question in item.questions]
        given = {item.number: answers_of(connection, item.number) for item, _ in asked}
    document = {
        "questions": [
            {
                "item": item.number,
                "name": item.name,
                "question": question.key,
                "ask": question.ask,
                "choices": [{"answer": value, "means": words} for value, words in question.choices],
                "answer": given[item.number].get(question.key),
            }
            for item, question in asked
        ]
    }

    def words() -> None:
        rows = [
            (
                *(item.number, item.name, question.key, question.ask),
                ", ".join(value for value, _ in question.choices),
                given[item.number].get(question.key),
            )
            for item, question in asked
        ]
        table(("Item", "Name", "Question", "Asks", "Answers", "Answered"), rows)
        if not rows:
            tell("No file leaves a question open.")

    answer(document, as_json, words)
