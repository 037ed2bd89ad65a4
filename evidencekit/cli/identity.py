"""identity and its verbs, key-add, key-revoke: who acts, and with which key."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli import passphrases
from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, say, table, tell
from evidencekit.custody.keyfiles import Kept, KeyFile
from evidencekit.errors import UsageError

if TYPE_CHECKING:
    from evidencekit.custody.keys import Signatory
    from evidencekit.model import Person


class With(StrEnum):
    """How a key is to be kept, as it is asked for."""

    PASSPHRASE = "passphrase"  # noqa: S105 — the word, not one
    KEYRING = "keyring"
    NOTHING = "nothing"


Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Who; else the one who acts.", show_default=False)]
_KEPT = {With.PASSPHRASE: Kept.PASSPHRASE, With.KEYRING: Kept.KEYRING, With.NOTHING: Kept.PLAIN}
_TOLD = {Kept.PASSPHRASE: "behind a passphrase", Kept.KEYRING: "in this computer's keyring", Kept.PLAIN: "in the open"}
_LONGEST_FILE = 1 << 16
_SHORT = 16


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    verbs = typer.Typer(help="Who acts on this account, and how their signing keys are kept.", rich_markup_mode=None)
    verbs.callback(invoke_without_command=True)(identity)
    for verb in (add, use, protect, export):
        verbs.command()(verb)
    verbs.command("new-key")(new_key)
    app.add_typer(verbs, name="identity")
    app.command("key-add")(key_add)
    app.command("key-revoke")(key_revoke)


def identity(context: typer.Context, as_json: AsJson = False) -> None:
    """Who acts on this account, and how their signing keys are kept."""
    if context.invoked_subcommand is not None:
        return
    found = home().signatories()

    def words() -> None:
        rows = [
            (
                "acts" if each.used else "",
                each.person.actor,
                _kept_words(each),
                each.key.fingerprint[:_SHORT] if each.key else "",
                ", ".join(key.fingerprint[:_SHORT] for key in each.earlier),
            )
            for each in found
        ]
        table(("", "Who", "Key", "Fingerprint begins", "Earlier keys"), rows)
        if any(each.key is not None and each.key.kept is Kept.PLAIN for each in found):
            say("A key in the open is read by whoever reads your files: `evidencekit identity protect` mends that.")

    answer({"identities": [_signatory_shape(each) for each in found]}, as_json, words)


def _kept_words(signatory: Signatory) -> str:
    if signatory.key is None:
        return signatory.trouble or "made on first use"
    return _TOLD[signatory.key.kept]


def _signatory_shape(signatory: Signatory) -> dict[str, Any]:
    return {
        **_person_shape(signatory.person),
        "used": signatory.used,
        "account": signatory.account,
        "key": _key_shape(signatory.key) if signatory.key else None,
        "earlier": [_key_shape(key) for key in signatory.earlier],
        "trouble": signatory.trouble or None,
    }


def _person_shape(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": person.role, "agency": person.agency, "actor": person.actor}


def _key_shape(key: KeyFile) -> dict[str, str]:
    return {"fingerprint": key.fingerprint, "kept": key.kept.value}


def add(
    name: Annotated[str, typer.Option(help="The person's name.", show_default=False)],
    role: Annotated[str, typer.Option(help="Their role.")] = "",
    agency: Annotated[str, typer.Option(help="Their agency.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a person, with a key of their own; the first takes over the key that this account has signed with."""
    from evidencekit.custody.people import checked

    mine = home()
    added = mine.add(checked(name, role, agency))
    found = mine.signatory(added.person.actor)

    def words() -> None:
        tell(f"{added.person.actor} added; key {found.key.fingerprint if found.key else ''}.")
        if found.account:
            tell("It is the key that this account has signed with until now.")
        if not found.used:
            tell(f"To act as them: `evidencekit identity use {added.person.name}`, or --by.")

    answer({"identity": _signatory_shape(found)}, as_json, words)


def use(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who acts from now on.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Choose who acts unless --by says otherwise."""
    mine = home()
    person = mine.use(name)
    answer(
        {"identity": _signatory_shape(mine.signatory(person.actor))},
        as_json,
        lambda: tell(f"From now on {person.actor} acts."),
    )


def protect(
    way: Annotated[With, typer.Option("--with", help="What protects the key.", show_default=False)],
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Keep a key behind a passphrase, in this computer's keyring, or in the open."""
    mine, kept = home(), _KEPT[way]
    found = mine.signatory(name)
    person, key = found.person, found.key
    passphrase = None
    if kept is Kept.PASSPHRASE:
        mine.unlock(person.actor)  # a former passphrase is asked for first
        passphrase = passphrases.ask_new(person, opened=key is not None and key.kept is Kept.PASSPHRASE)
    now = mine.protect(name, kept, passphrase)
    if now.left:
        say(now.left)
    answer(
        {"identity": _person_shape(person), "key": _key_shape(now)},
        as_json,
        lambda: tell(f"The signing key of {person.actor} is kept {_TOLD[now.kept]} now."),
    )


def new_key(
    name: Name = None,
    way: Annotated[
        With | None, typer.Option("--with", help="What protects the new key; else what protects the one before.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new key for a person, after the one before was lost or withdrawn; that one is kept."""
    mine = home()
    found = mine.signatory(name)
    person, key = found.person, found.key
    kept = _KEPT[way] if way else key.kept if key else Kept.PLAIN
    passphrase = passphrases.ask_new(person, opened=False) if kept is Kept.PASSPHRASE else None
    now = mine.new_key(name, kept, passphrase)

    def words() -> None:
        tell(f"New key of {person.actor}, kept {_TOLD[now.kept]}: {now.fingerprint}")
        if key is not None:
            tell(f"Withdraw the one before in each case: `evidencekit key-revoke CASE {key.fingerprint[:_SHORT]} …`")

    answer({"identity": _person_shape(person), "key": _key_shape(now)}, as_json, words)


def export(name: Name = None, as_json: AsJson = False) -> None:
    """The public key for another office: its line for `key-add`, and its fingerprint to compare by voice."""
    from evidencekit.custody.checkpoint import PublicKey

    mine = home()
    found = mine.signatory(name)
    person, key = found.person, found.key
    if key is None:
        key = mine.key_of(person.actor)
    line = PublicKey(f"evidencekit/{key.fingerprint[:_SHORT]}", key.raw).vkey()

    def words() -> None:
        tell(line)
        say(f"Fingerprint of the key of {person.actor}: {key.fingerprint}")

    answer({"identity": _person_shape(person), "line": line, "fingerprint": key.fingerprint}, as_json, words)


def key_add(
    case: CasePath,
    key: Annotated[
        str, typer.Argument(metavar="VKEY|FILE", help="What `identity export` printed.", show_default=False)
    ],
    person: Annotated[str, typer.Option(metavar="NAME, ROLE", help="Whose key it is.", show_default=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Vouch for another person's public key, before they sign anything in the case."""
    from evidencekit.casefile import write_case
    from evidencekit.casefile.vouching import add_key, read_public
    from evidencekit.custody.people import person_of

    whose, raw = person_of(person), read_public(_line_of(key))
    with write_case(case, home(), actor(by)) as opened:
        added = add_key(opened, whose, raw)

    def words() -> None:
        tell(f"Key added for {whose.actor}: {added.fingerprint}")
        tell("Compare that fingerprint with what they read to you from their own screen.")

    answer({"person": whose.actor, "key": added.vkey(), "fingerprint": added.fingerprint}, as_json, words)


def key_revoke(
    case: CasePath,
    fingerprint: Annotated[str, typer.Argument(metavar="FINGERPRINT", help="Or its beginning.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; it stays in the case and is never produced.", show_default=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a key in a case: what it signs later is a fault."""
    from evidencekit.casefile import write_case
    from evidencekit.casefile.vouching import withdraw_key

    mine = home()
    with write_case(case, mine, actor(by)) as opened:
        gone = withdraw_key(opened, fingerprint, reason)
        own = gone.raw == mine.public(opened.info.uuid, opened.actor).raw

    def words() -> None:
        tell(f"Key {gone.fingerprint[:_SHORT]} withdrawn.")
        if own:
            tell("It was your own: `evidencekit identity new-key` makes you another.")

    answer({"fingerprint": gone.fingerprint, "own": own}, as_json, words)


def _line_of(text: str) -> str:
    """The one line of a key's file, or the text itself."""
    path = Path(text)
    try:
        if not path.is_file():
            return text
        with path.open("rb") as stream:
            data = stream.read(_LONGEST_FILE)
    except (OSError, ValueError):
        return text
    lines = [line for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    if len(lines) != 1:
        raise UsageError(
            f"This file holds {len(lines)} lines; one key is wanted.", item=text, todo="Give the line of that person."
        )
    return lines[0]
