"""transfer, release, receive, transfers: custody from one person to another."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, open_to_read, say, table, tell
from evidencekit.errors import UsageError

if TYPE_CHECKING:
    from evidencekit.casefile import Case
    from evidencekit.casefile.transfers import Custody, Transfer
    from evidencekit.model import Person

Items = Annotated[
    list[str] | None, typer.Option("--item", metavar="NUMBER", help="Only this item; repeat it. Else the whole case.")
]
Place = Annotated[str, typer.Option(help="Where it is handed over.")]
Purpose = Annotated[str, typer.Option(help="What for.")]
Line = Annotated[int | None, typer.Option("--release", metavar="LINE", help="Which one, by its ledger line.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (transfer, release, receive, transfers):
        app.command()(command)


def transfer(
    case: CasePath,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who receives it.", show_default=False)],
    item: Items = None,
    place: Place = "",
    purpose: Purpose = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Hand over custody to another person of this account: one note that both sign."""
    from evidencekit.casefile import transferring, write_case

    with write_case(case, home(), actor(by)) as opened:
        done, notes = transferring.transfer(opened, to, items=_numbers(opened, item), place=place, purpose=purpose)
        _answer(opened, done, notes, as_json)


def release(
    case: CasePath,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME, ROLE, AGENCY", help="Who is to receive it.")] = None,
    item: Items = None,
    place: Place = "",
    purpose: Purpose = "",
    back: Annotated[bool, typer.Option("--take-back", help="Take back one that nobody received yet.")] = False,
    line: Line = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Sign custody over to somebody who receives it on another computer, with `receive`."""
    from evidencekit.casefile import transferring, write_case
    from evidencekit.custody.people import person_of

    if back == bool(to):
        raise UsageError("Either --to or --take-back is wanted.", todo="Name who is to receive it with --to.")
    if back and (item or place or purpose):
        raise UsageError("--take-back takes nothing but --release.", todo="Leave the other options out.")
    if not back and line is not None:
        raise UsageError("--release goes with --take-back only.", todo="Leave it out.")
    mine = home()
    with write_case(case, mine, actor(by)) as opened:
        if to is None:
            _answer(opened, transferring.take_back(opened, line), (), as_json)
            return
        listed = mine.roster().find(to)
        person = listed.person if listed else person_of(to)
        numbers = _numbers(opened, item)
        done, notes = transferring.release(opened, person, items=numbers, place=place, purpose=purpose)
        _answer(opened, done, notes, as_json)


def receive(case: CasePath, line: Line = None, by: By = None, as_json: AsJson = False) -> None:
    """Receive custody that was released to you: your signature is added to the release's note."""
    from evidencekit.casefile import transferring, write_case

    with write_case(case, home(), actor(by)) as opened:
        _answer(opened, transferring.receive(opened, line), (), as_json)


def transfers(case: CasePath, as_json: AsJson = False) -> None:
    """Who holds the case and its items now, and every transfer of custody."""
    from evidencekit.casefile.transfers import custodian
    from evidencekit.casefile.transfers import transfers as all_transfers

    with open_to_read(case) as opened:
        now, found = custodian(opened.checked), all_transfers(opened.checked)

    def words() -> None:
        if found:
            rows = [
                (
                    each.release,
                    each.released[:16].replace("T", " "),
                    each.giver.actor,
                    each.receiver.actor,
                    ", ".join(each.items) or "the whole case",
                    _stage(each),
                )
                for each in found
            ]
            table(("Line", "Released (UTC)", "From", "To", "What", "State"), rows)
            tell()
        tell_custody(now)

    answer({"custodian": custody_shape(now), "transfers": [_shape(each) for each in found]}, as_json, words)


def _numbers(opened: Case, given: list[str] | None) -> list[str]:
    from evidencekit.edits import known_items

    with opened.catalog.read() as connection:
        return [each.number for each in known_items(connection, given or [])]


def _answer(opened: Case, done: Transfer, notes: tuple[str, ...], as_json: bool) -> None:
    from evidencekit.casefile.transfers import custodian

    now = custodian(opened.checked)
    for each in notes:
        say(f"Note: {each}")

    def words() -> None:
        what = ", ".join(done.items) or "The whole case"
        tell(f"{what}, from {done.giver.actor} to {done.receiver.actor}: {_stage(done)}.")
        tell_custody(now)

    answer({"transfer": _shape(done), "notes": list(notes), "custodian": custody_shape(now)}, as_json, words)


def _stage(each: Transfer) -> str:
    from evidencekit.casefile.transfers import Stage

    if each.stage is Stage.PENDING:
        return "released, not received yet"
    if each.stage is Stage.BACK:
        return "taken back"
    both = each.given.holds and each.taken is not None and each.taken.holds
    return "received, signed by both" if both else "received; a signature is missing"


def tell_custody(now: Custody) -> None:
    """Who holds the case and its items, and what waits to be received, for people."""
    if now.case.custodian:  # else the record is too damaged to say
        tell(f"Custodian: {now.case.custodian}, since {now.case.since[:10]}")
    elsewhere: dict[str, list[str]] = {}
    for number, held in now.items.items():
        if held.custodian != now.case.custodian:
            elsewhere.setdefault(held.custodian, []).append(number)
    for who, numbers in elsewhere.items():
        tell(f"  {', '.join(numbers)}: {who}")
    for each in now.pending:
        tell(f"Waits to be received by {each.receiver.actor} (ledger line {each.release}).")


def _shape(each: Transfer) -> dict[str, Any]:
    return {
        "release": each.release,
        "receive": each.receive,
        "stage": each.stage.value,
        "from": _person_shape(each.giver),
        "to": _person_shape(each.receiver),
        "items": list(each.items),
        "released": each.released,
        "received": each.received or None,
        "place": each.place,
        "purpose": each.purpose,
        "signatures": {"from": asdict(each.given), "to": asdict(each.taken) if each.taken else None},
    }


def _person_shape(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": person.role, "agency": person.agency}


def custody_shape(now: Custody) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "case": asdict(now.case),
        "items": {number: asdict(held) for number, held in now.items.items()},
        "pending": [each.release for each in now.pending],
    }
