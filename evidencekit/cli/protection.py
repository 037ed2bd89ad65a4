"""protect, withhold, disclose: what must not leave, what is held back, and what is let go all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, open_to_read, say, table, tell, working
from evidencekit.errors import Exit, UsageError
from evidencekit.model import Part

if TYPE_CHECKING:
    from evidencekit.casefile import Case
    from evidencekit.model import HeldBack, Hit, Protection

Numbers = Annotated[list[str] | None, typer.Argument(metavar="NUMBER…", help="The items.", show_default=False)]
Basis = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="S",
        help="Why. Printed in the letter of every production and in the production log: the other side reads it (not "
        "with --back).",
        show_default=False,
    ),
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="S",
        help="Why. Kept with the record; printed in no letter, only in an office's own reports.",
        show_default=False,
    ),
]
Listed = Annotated[bool, typer.Option("--list", help="Only show what is decided.")]
_ANYBODY = "whoever gets it"


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (protect, withhold, disclose):
        app.command()(command)


def protect(
    case: CasePath,
    term: Annotated[
        list[str] | None, typer.Option("--term", metavar="S", help="What must not leave; repeat it.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="S", help="What may leave again; repeat it.")
    ] = None,
    listed: Listed = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Names, addresses, numbers that must not leave in any production, however they are written. No reason is asked
    for, and the terms are never printed."""
    from evidencekit import edits
    from evidencekit.casefile import write_case
    from evidencekit.casefile.protection import protection_of

    if listed == bool(term or remove):
        raise UsageError("Either --term, --remove or --list is wanted.", todo="Name what must not leave: --term S.")
    if listed:
        with open_to_read(case) as opened:
            now = protection_of(opened.checked)
    else:
        with write_case(case, home(), actor(by)) as opened:
            if remove:
                now = edits.unprotect(opened, remove)
            if term:
                now = edits.protect(opened, term)
    document = {"terms": list(now.terms), "added": list(term or ()), "removed": list(remove or ())}
    answer(document, as_json, lambda: tell("\n".join(now.terms) or "Nothing is protected."))


def withhold(
    case: CasePath,
    numbers: Numbers = None,
    reason: Basis = "",
    native: Annotated[bool, typer.Option("--native", help="Only the native file; pages and text go.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Hold it back no longer.")] = False,
    listed: Listed = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Hold items back from every production; the reason is printed in its letter and in the log."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    if listed == bool(numbers) or (native and back):
        raise UsageError("Either items or --list is wanted, and one of --native and --back.", todo="Name the items.")
    if listed:
        with open_to_read(case) as opened:
            held = _held(opened)
        answer({"held": [_row(each) for each in held]}, as_json, lambda: _held_words(held))
        return
    decision = "back" if back else "hold-native" if native else "hold"
    with write_case(case, home(), actor(by)) as opened:
        if back:
            now = edits.give_back(opened, numbers or (), reason)
        else:
            now = edits.withhold(opened, numbers or (), reason, Part.NATIVE if native else Part.WHOLE)
        items = [edits.item_number(each) for each in numbers or ()]
        held = _held(opened, now)
    for each in (each for each in held if back and each.item in items):
        say(f"{each.item}: {_PARTS[each.part]} stays held back. {each.basis}")
    document = {"decision": decision, "items": items, "held": [_row(each) for each in held]}
    answer(document, as_json, lambda: _held_words(held))


def disclose(
    case: CasePath,
    numbers: Numbers = None,
    reason: Reason = "",
    term: Annotated[list[str] | None, typer.Option("--term", metavar="S", help="This may be in it; repeat it.")] = None,
    gps: Annotated[bool, typer.Option("--gps", help="A position may be in it.")] = False,
    unsearchable: Annotated[bool, typer.Option("--unsearchable", help="What cannot be searched may be in it.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is found in it now.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Let items go although they hold something protected: it is named, with a reason, and logged."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    named = bool(term or gps or unsearchable)
    if not numbers:
        raise UsageError("No item was named.", todo="Name items by their numbers, such as ITEM-0007.")
    items = [edits.item_number(each) for each in numbers]
    if named and everything:
        raise UsageError("--all goes alone.", todo="Leave --term, --gps and --unsearchable out.")
    found: Sequence[Hit] = ()
    if not named:
        found = _found(case, items)
        if not everything:
            _name_back(found, items, as_json)
            return
    with write_case(case, home(), actor(by)) as opened:
        if named:
            edits.disclose(opened, items, reason, terms=term or (), gps=gps, unsearchable=unsearchable)
        else:
            keys = {item: {each.key for each in found if each.item == item} for item in items}
            _must_hold(keys)
            for same in {frozenset(each) for each in keys.values()}:
                edits.disclose(opened, [each for each in items if keys[each] == same], reason, keys=same)
    what = sorted({each.what for each in found} | set(term or ()) | _flags(gps, unsearchable))
    document = {"items": items, "disclosed": what, "reason": reason}
    said = ", ".join(_WORDS.get(each, each) for each in what)
    answer(document, as_json, lambda: tell(f"{', '.join(items)}: may go although it holds {said}."))


_WORDS = {"gps": "a position (GPS)", "unsearchable": "what cannot be searched", "held": "what is held back"}
_PARTS = {Part.WHOLE: "all of it", Part.NATIVE: "its native file"}


def _flags(gps: bool, unsearchable: bool) -> set[str]:
    from evidencekit.casefile.protection import GPS, UNSEARCHABLE

    return ({GPS} if gps else set()) | ({UNSEARCHABLE} if unsearchable else set())


def _must_hold(keys: dict[str, set[str]]) -> None:
    for item, found in keys.items():
        if not found:
            raise UsageError("Nothing protected is found in it now.", item=item, todo="Leave it out.")


def _found(case: Path, items: Sequence[str]) -> list[Hit]:
    """What a production of these items would be stopped by now."""
    from evidencekit.production.produce import preview
    from evidencekit.production.values import Order

    with working("Looking what is in it") as job, open_to_read(case) as opened:
        known = {each.number for each in opened.checked.items}
        for each in items:
            if each not in known:
                raise UsageError("There is no such item.", item=each, todo="`evidencekit items CASE` lists them.")
        hits = preview(opened, Order(_ANYBODY, items=tuple(items)), job).hits
        return [each for each in hits if each.item in items]


def _name_back(found: Sequence[Hit], items: Sequence[str], as_json: bool) -> None:
    """Say what is in them and what to do about it; nothing was changed."""
    document: dict[str, Any] = {"items": list(items), "disclosed": [], "hits": [asdict(each) for each in found]}
    if not found:
        answer(document, as_json, lambda: tell("Nothing protected is found in it now."))
        return
    rows = [(each.item, each.where, each.what, each.found) for each in found]
    answer(document, as_json, lambda: table(("Item", "Where", "Protected", "Found"), rows))
    say("Nothing was changed. Name what may leave with --term, --gps or --unsearchable, or all of this with --all.")
    raise typer.Exit(Exit.USAGE)


def _held(opened: Case, now: Protection | None = None) -> list[HeldBack]:
    """What is held back with all that follows from it, in the order of the items."""
    from evidencekit.casefile.holding import held_of

    found = held_of(opened.checked, now)
    return sorted(found.values(), key=lambda each: int(each.item.removeprefix("ITEM-")))


def _row(held: HeldBack) -> dict[str, str]:
    return {"item": held.item, "part": held.part.value, "basis": held.basis}


def _held_words(held: Sequence[HeldBack]) -> None:
    if not held:
        tell("Nothing is held back.")
        return
    table(("Item", "Held back", "Basis"), [(each.item, _PARTS[each.part], each.basis) for each in held])
