"""Handing a case, or items of it, from one person to another, signed by both."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from evidencekit.casefile.case import Case
from evidencekit.casefile.checks import seal_name
from evidencekit.casefile.transfers import Stage, Transfer, custodian, transfers, with_signature
from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.durable import fsync_folder, write_atomic
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.custody.people import checked, folded, person_of
from evidencekit.errors import StorageError, UsageError
from evidencekit.model import Person

_LONGEST = 500


def transfer(
    case: Case, to: str, *, items: Sequence[str] = (), place: str = "", purpose: str = ""
) -> tuple[Transfer, tuple[str, ...]]:
    """Hand the case, or ``items`` of it with what is inside them, from who acts to another person kept on this
    computer: one note with both their signatures. Gives the transfer, and what a person should know of it.

    Raises :class:`UsageError` when the receiver is not kept here, signs with the same key, or an item is already on its
    way, :class:`LockedError` when a key is not opened, and :class:`StorageError`; nothing is changed then.
    """
    receiver = case.home.roster().named(to).person
    giver, given = _acting(case)
    taken = case.home.signer(case.info.uuid, receiver.actor)
    _two_people(giver, given, receiver, taken)
    numbers = _free(case, items)
    notes = _remarks(case, giver, numbers)
    fields = _fields(case, giver, receiver, numbers, place, purpose)
    entries = [
        Entry("release", {**fields, "key": given.public.fingerprint}),
        Entry("receive", {**fields, "key": taken.public.fingerprint}),
    ]
    case.seal(case.commit(entries, cosigners=[(receiver.actor, taken)]))
    return _last(case), notes


def release(
    case: Case, to: Person, *, items: Sequence[str] = (), place: str = "", purpose: str = ""
) -> tuple[Transfer, tuple[str, ...]]:
    """Sign over the case, or ``items`` of it with what is inside them, to somebody who receives it on another computer
    or later: a note with the giver's signature, to which :func:`receive` adds the other. Else as :func:`transfer`;
    :class:`UsageError` also for a name that cannot be printed."""
    to = checked(to.name, to.role, to.agency)
    giver, given = _acting(case)
    if folded(to.actor) in (folded(giver.actor), folded(giver.name)):
        raise _same(giver)
    numbers = _free(case, items)
    notes = _remarks(case, giver, numbers)
    fields = _fields(case, giver, to, numbers, place, purpose)
    case.seal(case.commit([Entry("release", {**fields, "key": given.public.fingerprint})]))
    return _last(case), notes


def receive(case: Case, line: int | None = None) -> Transfer:
    """Receive what was released to who acts, by the ledger line of the release where several wait: their signature is
    added to the release's own note.

    Raises :class:`UsageError` when nothing waits for them or they sign with the giver's key, :class:`LockedError`, and
    :class:`StorageError`; nothing is changed then. What a crash leaves half done is completed at the next opening.
    """
    taker, taken = _acting(case)
    waiting = _waiting(case, line, taker.actor)
    if not called(waiting.receiver, taker.actor):
        raise UsageError(
            f"This was released to {waiting.receiver.actor}; {taker.actor} cannot receive it.",
            item=f"ledger line {waiting.release}",
            todo="Let that person receive it (--by says who acts), or have it taken back and released anew.",
        )
    note = _note(case, waiting)
    if taken.public.fingerprint == waiting.given.fingerprint:
        raise _one_key(taker)
    key, signature = taken.public, base64.b64encode(taken.private.sign(note.text())).decode()
    both = with_signature(note, key, signature)
    staged = case.folder / "seals" / f"{seal_name(note.size)}.tmp"
    fields = _again(case, waiting, {"key": key.fingerprint, "signature": signature})
    try:
        write_atomic(staged, both.note())
        checkpoint = case.commit([Entry("receive", fields)])
        staged.replace(staged.with_suffix(""))
        fsync_folder(staged.parent)
    except OSError as error:
        raise StorageError(
            f"The second signature could not be written ({error.strerror}).",
            item=str(staged),
            todo="Free space or check the disk; opening the case again completes what was logged.",
        ) from error
    case.checked.seals[note.size] = both
    case.seal(checkpoint)
    return next(each for each in transfers(case.checked) if each.release == waiting.release)


def take_back(case: Case, line: int | None = None) -> Transfer:
    """Take back a release that nobody received yet, by its ledger line where several wait; who does so is logged.

    Raises :class:`UsageError` when there is none, and :class:`StorageError`; nothing is changed then.
    """
    waiting = _waiting(case, line)
    _, signer = _acting(case)
    fields = _again(case, waiting, {"key": signer.public.fingerprint, "back": True})
    case.seal(case.commit([Entry("receive", {**fields, "to": waiting.giver.actor})]))
    return next(each for each in transfers(case.checked) if each.release == waiting.release)


def _acting(case: Case) -> tuple[Person, Signer]:
    found = case.home.roster().find(case.actor)
    return found.person if found else person_of(case.actor), case.home.signer(case.info.uuid, case.actor)


def _two_people(giver: Person, given: Signer, receiver: Person, taken: Signer) -> None:
    if folded(giver.actor) == folded(receiver.actor):
        raise _same(giver)
    if given.public.raw == taken.public.raw:
        raise _one_key(giver)


def _same(giver: Person) -> UsageError:
    return UsageError(
        f"{giver.actor} cannot hand it to themselves; nothing was changed.",
        todo="Name who receives it, and with --by who gives it.",
    )


def _one_key(person: Person) -> UsageError:
    return UsageError(
        f"{person.actor} signs here with the key of the other side: one key cannot sign for both; nothing was changed.",
        todo="Give each a key of their own with `evidencekit identity add`.",
    )


def _free(case: Case, items: Sequence[str]) -> tuple[str, ...]:
    """The items named, with all that is inside them; none for the whole case. Raises :class:`UsageError` for one that
    does not exist or that is on its way to somebody."""
    known = {each.number: each.parent for each in case.checked.items}
    for number in items:
        if number not in known:
            raise UsageError("There is no such item.", item=number, todo="`evidencekit items CASE` lists them.")
    wanted = set(items)
    for number, parent in known.items():  # a child has a higher number than what it is inside of
        if parent in wanted:
            wanted.add(number)
    for each in custodian(case.checked).pending:
        if not (wanted and each.items and wanted.isdisjoint(each.items)):
            raise UsageError(
                f"This was released to {each.receiver.actor} already, who has not received it yet.",
                item=f"ledger line {each.release}",
                todo="Have it received, or take it back with `evidencekit release CASE --take-back`.",
            )
    return tuple(number for number in known if number in wanted)


def _remarks(case: Case, giver: Person, numbers: Sequence[str]) -> tuple[str, ...]:
    """What a person should know who hands over what they do not hold by the record."""
    now = custodian(case.checked)
    held = [now.items[number] for number in numbers] if numbers else [now.case, *now.items.values()]
    others = dict.fromkeys(each.custodian for each in held if not called(giver, each.custodian))
    return tuple(f"By the record, {other} held some of it until now, not {giver.actor}." for other in others)


def called(person: Person, actor: str) -> bool:
    """Whether a ledger's actor is that person, by all of “Name, role, agency” or the name alone."""
    return folded(actor) == folded(person.actor) or folded(actor.split(",")[0]) == folded(person.name.split(",")[0])


def _fields(
    case: Case, giver: Person, receiver: Person, numbers: tuple[str, ...], place: str, purpose: str
) -> dict[str, Any]:
    said = {"place": words(place, "place"), "purpose": words(purpose, "purpose")}
    for what, text in said.items():
        if len(text) > _LONGEST:
            raise UsageError(f"The {what} is too long to be printed.", todo=f"Use at most {_LONGEST} characters.")
    body = {"kind": "transfer", "from": asdict(giver), "to": asdict(receiver), "items": list(numbers), **said}
    named = {"from": giver.actor, "to": receiver.actor, **({"items": list(numbers)} if numbers else {})}
    return {**named, **case.record(body)}


def _again(case: Case, waiting: Transfer, more: dict[str, Any]) -> dict[str, Any]:
    """The fields of the line that answers a release: what it says and the record it names, and ``more``."""
    line = next(each for each in case.checked.lines if each.number == waiting.release)
    told: dict[str, Any] = {
        name: line.fields[name] for name in ("from", "to", "items", "record", "sha256") if name in line.fields
    }
    return {**told, "release": waiting.release, **more}


def _waiting(case: Case, line: int | None, taker: str = "") -> Transfer:
    """The release that is meant: the one of that line, else the only one that waits, or waits for the ``taker``."""
    every = transfers(case.checked)
    found = [each for each in every if each.stage is Stage.PENDING and line in (None, each.release)]
    mine = [each for each in found if taker and called(each.receiver, taker)]
    if len(found) == 1 or len(mine) == 1:
        return (mine or found)[0]
    if not found:
        for each in every:
            if each.release == line:
                raise _answered(each)
        raise UsageError(
            "There is no release that waits to be received.",
            item=None if line is None else f"ledger line {line}",
            todo="`evidencekit transfers CASE` lists every transfer.",
        )
    told = ", ".join(f"{each.release} (to {each.receiver.actor})" for each in found)
    raise UsageError(f"Several releases wait, of ledger lines {told}.", todo="Name the one with --release LINE.")


def _answered(done: Transfer) -> UsageError:
    if done.stage is Stage.BACK or done.taken is None:
        said, todo = "was taken back", "Have it released anew."
    else:
        said = f"was received, signed with the key {done.taken.fingerprint[:16]}"
        todo = f"If that was not {done.receiver.actor}, say so at once: somebody else signed under that name."
    return UsageError(
        f"This release does not wait any more: it {said}, by ledger line {done.receive}; nothing was changed.",
        item=f"ledger line {done.release}",
        todo=todo,
    )


def _note(case: Case, waiting: Transfer) -> Checkpoint:
    note = case.checked.seals.get(waiting.release)
    if note is None:  # it could not be kept when it was written
        raise StorageError(
            "The note of the release is not there to be signed; nothing was changed.",
            item=f"seals/{seal_name(waiting.release)}",
            todo="Close the case and open it again, which completes it.",
        )
    return note


def _last(case: Case) -> Transfer:
    return transfers(case.checked)[-1]
