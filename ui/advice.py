"""The core's advice speaks of the command line; here it is put as a person at a window can follow it."""

from __future__ import annotations


def in_the_app(todo: str) -> str:
    """Advice of the core, which speaks of the command line, as a person at a window can follow it."""
    for spoken, seen in _SEEN:
        todo = todo.replace(spoken, seen)
    return todo


_PEOPLE = "Case › People and keys"

_SEEN = (
    (
        "Act with another identity, or make a new key with `evidencekit identity new-key`.",
        f"Make a new key under {_PEOPLE}, or let another person act.",
    ),
    (
        "Log in with the account that put it there, or make a new key with `evidencekit identity new-key`.",
        f"Log in with the account that put it there, or make a new key under {_PEOPLE}.",
    ),
    (
        "Make a new key with `evidencekit identity new-key` first; it signs the withdrawal.",
        f"Make a new key under {_PEOPLE} first; it signs the withdrawal.",
    ),
    (
        "Give the passphrase: at the prompt of a terminal, or in the environment as EVIDENCEKIT_PASSPHRASE.",
        "Try again, and give the passphrase when it is asked for.",
    ),
    ("Add them with `evidencekit identity add --name … --role … --agency …`.", f"Add them under {_PEOPLE}."),
    ("Ask for the line that `evidencekit identity export` prints", "Ask for the line that Copy public key gives"),
    (
        "Give the line that `evidencekit identity export` prints on the other computer.",
        "Give the line that Copy public key gives on the other computer.",
    ),
    ("Give each a key of their own with `evidencekit identity add`.", f"Give each a key of their own under {_PEOPLE}."),
    ("`evidencekit identity new-key` makes a new one.", f"A new one is made under {_PEOPLE}."),
    ("See `evidencekit identity`.", ""),
    (
        "Have it received, or take it back with `evidencekit release CASE --take-back`.",
        "Have it received or take it back under Custody › Transfers.",
    ),
    ("`evidencekit transfers CASE` lists every transfer.", "The Transfers of the Custody page list them."),
    ("`evidencekit custody CASE` tells whose it is.", "The Custody page tells whose it is."),
    ("as `evidencekit custody CASE` tells it.", "as the Custody page tells it."),
    ("Name who receives it, and with --by who gives it.", "Name another person who receives it."),
    (
        "Let that person receive it (--by says who acts), or have it taken back and released anew.",
        f"Let that person act ({_PEOPLE}) and receive it, or take it back and release it anew.",
    ),
    ("Name the one with --release LINE.", "Choose the one in the list."),
    (
        "hold it back or let it go by name and with a reason: `evidencekit withhold` or `evidencekit disclose`.",
        "hold it back or let it go by name and with a reason.",
    ),
    (
        "`evidencekit withhold CASE --list` tells what is held back.",
        "the Productions page tells what is held back.",
    ),
    ("Run `evidencekit verify` on the case before producing anything.", "Choose Custody › Verify case first."),
    (
        "Leave out --only-new to produce it again under the same numbers.",
        "Produce everything to have it again under the same numbers.",
    ),
    ("See `evidencekit items CASE`.", "The Items page lists them."),
    ("`evidencekit protect CASE --list` shows what is.", "Productions › Protected terms shows what is."),
    (
        "First say that it is held back no longer: `evidencekit withhold --back`.",
        "First give it back on the Productions page.",
    ),
    (
        "For a second one, write a new request with `evidencekit anchor request`.",
        "For a second one, make a new request under Custody › Time-stamps.",
    ),
    (
        "`evidencekit exhibits CASE` lists what is marked and not withdrawn.",
        "The Exhibits page lists what is marked and not withdrawn.",
    ),
    (
        "Run `evidencekit verify` on it for every fault, and compare with a backup.",
        "Choose Custody › Verify another case for every fault, and compare with a backup.",
    ),
    ('Name the recipient: --to "Office of the defender".', "Say whom it goes to."),
    ('Say whose material it is: --source "Phone of J. D."', "Say whose material it is, such as “Phone of J. D.”."),
    ("Say why in a few words: --reason.", "Say why in a few words."),
    ("Say why with --reason.", "Say why."),
    ("Name it: --term, --gps or --unsearchable.", "Choose it in the list."),
    ("Name them with --item or --exhibit.", "Name items or exhibits."),
    (
        "`evidencekit background CASE --list` tells what waits.",
        "Items › Work in the background tells what waits.",
    ),
    ("Use --name.", "Say the name."),
    (
        "run the very same command again: it completes it.",
        "produce the very same again into that folder: it completes it.",
    ),
    (
        ": `evidencekit verify PACKAGE --against` takes what is printed there, or a picture of its QR code.",
        ": Compare with a printed checkpoint takes what is printed there, or a picture of its QR code.",
    ),
    ("Run `evidencekit verify` for every fault", "Choose Custody › Verify case for every fault"),
    ("Run `evidencekit verify` on the case before building anything.", "Choose Custody › Verify case first."),
    ("Run `evidencekit verify` on the case.", "Choose Custody › Verify case."),
    ("Start one with `evidencekit new`.", "Choose Case › New case, or choose the folder that holds ledger.jsonl."),
    ("Mark items with `evidencekit exhibit CASE NUMBER`.", "Add items to Exhibits and choose Mark exhibits."),
    ("`evidencekit exhibits CASE` lists the labels.", "The Exhibits page lists the labels."),
    ("`evidencekit items CASE` lists them.", "The Items page lists them."),
    ("Add it with `evidencekit party`, then run this again.", "Add it under Chronology › Add a party, then try again."),
    ("from the record with `evidencekit reread CASE --rebuild`", "from the record with Case › Make a new catalog"),
    ("Use `evidencekit reread CASE` without --rebuild to read the items again.", "Open the case as it is."),
    ("`evidencekit reread` makes it anew", "Items › Read again makes it anew"),
    ("`evidencekit party CASE --list` lists them.", "The Chronology page lists them under Parties."),
    ("`evidencekit milestone CASE --list` lists them with their ids.", "The Chronology page lists them."),
    ("`evidencekit incident CASE --list` lists them with their ids.", "The Chronology page lists them."),
    (
        "Answer with a column mapping: `evidencekit mapping propose CASE NUMBER` makes one to correct, "
        "`evidencekit mapping apply CASE NUMBER NAME` takes a saved one.",
        "Name its columns under Items › Read as call detail.",
    ),
    ("or have one proposed with `evidencekit mapping propose`.", "or have one proposed."),
    ("Make a draft with `evidencekit transcribe`, import one, or type it in the app.", "Have it drafted, or type it."),
    ("Save one first: `evidencekit mapping save FILE`.", "Save one first under Items › Read as call detail."),
    ("Run `evidencekit reread` on the item;", "Choose Items › Read again;"),
    ("`evidencekit item CASE NUMBER` lists an item's notes.", "The Notes of an item list them."),
    (
        "`evidencekit verify CASE --accept-older` takes it, and logs that.",
        "“Take this copy” under Custody takes it, and logs that.",
    ),
    ("Run it again", "Try again"),
    ("run it again", "try again"),
    ("close it, then run this again", "close it, then open the case again"),
)
