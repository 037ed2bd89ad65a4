"""Everything a person writes into a case, one keyword-only function per deed; the app and the command line share them.

Descriptions, notes, parties, the chronology's hand-written rows and drafts of exhibits live in the catalog, and every
edit of them is one transaction that :func:`recording` can watch and :func:`revert` take back. Marking, withdrawing and
regrouping an exhibit, protecting, holding back and letting go are ledger lines and cannot be undone; the rest of the
arrangement is edited freely.
"""

from evidencekit.changes import Patch, RowChange
from evidencekit.edits.drafts import (
    add_draft,
    add_drafts,
    edit_draft,
    join_drafts,
    mark_drafts,
    move_draft,
    remove_drafts,
    split_draft,
)
from evidencekit.edits.items import (
    add_note,
    answer,
    choose_moment,
    describe,
    describe_items,
    edit_note,
    item_number,
    known_items,
    remove_note,
)
from evidencekit.edits.marking import arrange, mark_exhibit, set_status, withdraw_exhibit
from evidencekit.edits.people import (
    add_incident,
    add_milestone,
    edit_incident,
    edit_milestone,
    edit_party,
    put_party,
    remove_incident,
    remove_milestone,
    remove_party,
)
from evidencekit.edits.protecting import disclose, give_back, protect, unprotect, withhold
from evidencekit.edits.transcripts import certify_transcript, save_transcript, start_transcript
from evidencekit.edits.undo import reapply, recording, revert

__all__ = [
    "Patch",
    "RowChange",
    "add_draft",
    "add_drafts",
    "add_incident",
    "add_milestone",
    "add_note",
    "answer",
    "arrange",
    "certify_transcript",
    "choose_moment",
    "describe",
    "describe_items",
    "disclose",
    "edit_draft",
    "edit_incident",
    "edit_milestone",
    "edit_note",
    "edit_party",
    "give_back",
    "item_number",
    "join_drafts",
    "known_items",
    "mark_drafts",
    "mark_exhibit",
    "move_draft",
    "protect",
    "put_party",
    "reapply",
    "recording",
    "remove_drafts",
    "remove_incident",
    "remove_milestone",
    "remove_note",
    "remove_party",
    "revert",
    "save_transcript",
    "set_status",
    "split_draft",
    "start_transcript",
    "unprotect",
    "withdraw_exhibit",
    "withhold",
]
