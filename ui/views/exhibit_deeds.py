"""What can be done on the exhibits page, as edits and acts of the open case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.job import Job
from evidencekit.model import Exhibit, Status
from evidencekit.profile import Profile
from ui.commands import settle
from ui.models.exhibits import Board, Entry, Key
from ui.parts import Part
from ui.session import Session

_EXHIBITS = (Part.EXHIBITS,)
Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Deeds:
    """Edits can be undone under their name; :meth:`mark`, :meth:`withdraw` and regrouping a marked exhibit cannot."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, groups: Sequence[Sequence[str]], before: int | None, done: Done) -> None:
        """A draft on each group of items, before another draft or at the end; ``done`` gets the drafts."""
        many = len(groups)
        text = "Add to exhibits" if many == 1 else f"Add {many} to exhibits"
        self._edit(text, lambda case: edits.add_drafts(case, groups=groups, before=before), done)

    def add_to(self, entry: Entry, numbers: Sequence[str]) -> None:
        """Further items to a draft; those that it has already stay once."""
        items = tuple(dict.fromkeys((*entry.items, *numbers)))
        if items != entry.items:
            self.rest(entry, items, "Add to exhibit")

    def rest(self, entry: Entry, items: Sequence[str], text: str = "Items of exhibit") -> None:
        """Have a draft rest on these items."""
        self._edit(text, lambda case: edits.edit_draft(case, _id(entry.key), items=items))

    def write(self, entry: Entry, field: str, text: str, failed: Failed) -> None:
        """Write a title, witness or group heading."""
        name = {"title": "Title of exhibit", "witness": "Witness of exhibit", "group": "Heading of exhibit"}[field]
        words = {field: text}

        def writing(case: Case) -> None:
            if entry.draft:
                edits.edit_draft(case, _id(entry.key), **words)
            else:
                edits.arrange(case, entry.label, **words)  # type: ignore[arg-type]  # one text field each

        self._edit(name, writing, failed=failed)

    def label(self, entry: Entry, text: str) -> None:
        """Want a late label for a draft; "" for the next in order."""
        self._edit("Late label", lambda case: edits.edit_draft(case, _id(entry.key), label=text))

    def join(self, ids: Sequence[int], done: Done) -> None:
        self._edit("Join drafts", lambda case: edits.join_drafts(case, ids), done)

    def split(self, draft_id: int, done: Done) -> None:
        self._edit("Split draft", lambda case: edits.split_draft(case, draft_id), done)

    def remove(self, ids: Sequence[int]) -> None:
        text = "Remove draft" if len(ids) == 1 else f"Remove {len(ids)} drafts"
        self._edit(text, lambda case: edits.remove_drafts(case, ids))

    def move_drafts(self, ids: Sequence[int], before: int | None) -> None:
        """Move drafts, in their order, before another or to the end."""

        def moving(case: Case) -> None:
            for each in ids:
                edits.move_draft(case, each, before)

        self._edit("Move draft" if len(ids) == 1 else f"Move {len(ids)} drafts", moving)

    def move_exhibits(self, labels: Sequence[str], before: str | None) -> None:
        """Move marked exhibits, in their order, before another or to the end; their labels stay."""

        def moving(case: Case) -> None:
            for each in labels:
                edits.arrange(case, each, before=before, last=before is None)

        self._edit("Move exhibit" if len(labels) == 1 else f"Move {len(labels)} exhibits", moving)

    def status(self, label: str, status: Status, day: str) -> None:
        self._edit("Court status", lambda case: edits.set_status(case, label, status=status, on=day))

    def mark(self, ids: Sequence[int], profile: Profile, done: Callable[[list[Exhibit]], None]) -> None:
        """Issue the labels."""

        def marking(case: Case, job: Job) -> list[Exhibit]:
            return edits.mark_drafts(case, ids, profile, job)

        self._act("Marking exhibits", marking, done, "drafts", "exhibits")

    def withdraw(self, label: str) -> None:
        self._act(
            f"Withdrawing exhibit {label}", lambda case, job: edits.withdraw_exhibit(case, label), None, "exhibits"
        )

    def regroup(self, label: str, items: Sequence[str]) -> None:
        """Have a marked exhibit rest on other items: a further line of the ledger."""
        text = f"Changing the items of exhibit {label}"
        self._act(text, lambda case, job: edits.arrange(case, label, items=items), None, "exhibits")

    def _edit(
        self, text: str, deed: Callable[[Case], Any], done: Done | None = None, failed: Failed | None = None
    ) -> None:
        self._session.edit(text, deed, _EXHIBITS, done, failed)

    def _act(self, text: str, deed: Callable[[Case, Job], Any], done: Done | None, *settled: str) -> None:
        """Do what goes into the ledger. Edits of what it settles cannot be undone any more, those of the rest can."""

        def come(result: Any) -> None:
            settle(self._session.undo, *settled)
            if done is not None:
                done(result)

        self._session.act(text, deed, _EXHIBITS, come)


def _id(key: Key) -> int:
    return int(key)


def neighbours(board: Board, entry: Entry) -> tuple[list[Key], int]:
    """Those that an entry can change places with, in their order, and its own place among them."""
    if entry.draft:
        order: list[Key] = [each.id for each in board.drafts]
    else:
        order = [each.label for each in board.arranged]
    return order, order.index(entry.key)
