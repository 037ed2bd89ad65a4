"""The core's advice speaks of the command line; here it is put as a person at a window can follow it."""

from __future__ import annotations


def in_the_app(todo: str) -> str:
    """Advice of the core, which speaks of the command line, as a person at a window can follow it."""
    for spoken, seen in _SEEN:
        todo = todo.replace(spoken, seen)
    return todo


_SEEN = (
    ("Run `evidencekit verify` for every fault", "Choose Custody › Verify case for every fault"),
    ("Run `evidencekit verify` on the case before building anything.", "Choose Custody › Verify case first."),
    ("Run `evidencekit verify` on the case.", "Choose Custody › Verify case."),
    ("Start one with `evidencekit new`.", "Choose Case › New case, or choose the folder that holds ledger.jsonl."),
    ("Mark items with `evidencekit exhibit CASE NUMBER`.", "Add items to Exhibits and choose Mark exhibits."),
    ("`evidencekit exhibits CASE` lists the labels.", "The Exhibits page lists the labels."),
    ("`evidencekit items CASE` lists them.", "The Items page lists them."),
    ("Add it with `evidencekit party`, then run this again.", "Add it under Chronology › Add a party, then try again."),
    (
        "Restore catalog.db from a backup, or make a new one from the record with `evidencekit reread CASE --rebuild`",
        "Restore catalog.db from a backup, or make a new one from the record with Case › Make a new catalog",
    ),
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
