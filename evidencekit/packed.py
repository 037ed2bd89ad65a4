"""Values of the model as rows of JSON, the same between processes and in the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evidencekit.model import Hint, Proposal, Question, Zone


def pack_proposals(proposals: Iterable[Proposal]) -> list[list[str]]:
    """Proposals as JSON values."""
    return [[p.hint.value, p.value, p.as_found, p.basis, p.why, p.zone.value] for p in proposals]


def unpack_proposals(rows: Any) -> tuple[Proposal, ...]:
    """The proposals that JSON values hold. Raises ``ValueError`` or ``TypeError`` when they hold none."""
    return tuple([Proposal(Hint(h), _text(v), _text(a), _text(b), _text(w), Zone(z)) for h, v, a, b, w, z in rows])


def pack_questions(questions: Iterable[Question]) -> list[list[Any]]:
    """Questions as JSON values."""
    return [[q.key, q.ask, [list(choice) for choice in q.choices]] for q in questions]


def unpack_questions(rows: Any) -> tuple[Question, ...]:
    """The questions that JSON values hold. Raises ``ValueError`` or ``TypeError`` when they hold none."""
    return tuple([Question(_text(k), _text(a), tuple([(_text(v), _text(w)) for v, w in c])) for k, a, c in rows])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
