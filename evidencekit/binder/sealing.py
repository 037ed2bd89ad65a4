"""The seal a binder is printed under: a ``bind`` line with the plan's digest, and the checkpoint over it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime

from evidencekit.binder.gather import handlings
from evidencekit.binder.plan import Plan
from evidencekit.binder.values import BinderInput, Handling, Record, Seal
from evidencekit.casefile import TOOL, Case
from evidencekit.casefile.checks import seal_name
from evidencekit.custody.checkpoint import BadNote, Checkpoint
from evidencekit.custody.lines import Entry, Line

_LIKE_A_ROOT = "A" * 43 + "="  # as long as any


def content_digest(binder: BinderInput, planned: Plan) -> str:
    """SHA-256 (hex) of everything a binder will say: its plan, and every word of its exhibits and chronology.

    Pages of an earlier build and the place of the case folder do not count.
    """
    told = asdict(binder)
    for exhibit, bound in zip(told["exhibits"], binder.exhibits, strict=True):
        for item, each in zip(exhibit["items"], bound.items, strict=True):
            del item["original"], item["context"]
            if marks := each.context.marks():
                item["context"] = list(marks)
    for row in told["chronology"]:
        for passing in ("page", "cites", "sort"):
            del row[passing]
    text = json.dumps([planned.digest(), told], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(case: Case, binder: BinderInput, planned: Plan) -> Record:
    """Log and seal the plan, or take the last binder's seal when nothing has changed since."""
    digest = content_digest(binder, planned)
    return _record(case, binder, *(_reusable(case, digest) or _bind(case, planned, digest)))


def expected(case: Case, binder: BinderInput, planned: Plan) -> Record:
    """What :func:`seal` would give, without logging anything: the last binder's seal when it would be taken, else one
    of the same size on paper."""
    found = _reusable(case, content_digest(binder, planned))
    if found is not None:
        return _record(case, binder, *found)
    size, time = case.size + 1, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = case.home.public(case.info.uuid, case.actor)
    note = f"evidencekit/{case.info.uuid}\n{size}\n{_LIKE_A_ROOT}\n\n— {key.name} {'A' * 91}=\n"
    told = handlings(case, binder, case.size)
    coming = Handling(time, f"Bound in the exhibit binder of ledger line {size}", case.actor, size, "bind")
    return Record(
        Seal(size, _LIKE_A_ROOT, note, key.name, key.fingerprint, time),
        {number: (*each, coming) for number, each in told.items()},
        case.actor,
        TOOL,
    )


def _record(case: Case, binder: BinderInput, checkpoint: Checkpoint, time: str) -> Record:
    name, _, _ = checkpoint.signatures[0]
    key = case.checked.state.key_named(name)
    sealed = Seal(
        size=checkpoint.size,
        root=checkpoint.root_text,
        note=checkpoint.note().decode(),
        key=name,
        fingerprint=key.fingerprint if key else "",
        time=time,
    )
    return Record(sealed, handlings(case, binder, checkpoint.size), case.actor, TOOL)


def _reusable(case: Case, digest: str) -> tuple[Checkpoint, str] | None:
    """The seal of the last binder, when the plan is the same and nothing but building happened since."""
    lines = list(case.checked.lines)
    bound = next((line for line in reversed(lines) if line.act == "bind"), None)
    if bound is None or bound.fields.get("plan") != digest or bound.actor != case.actor:
        return None
    since = sum(1 for line in lines if line.number > bound.number and _changes_nothing(line, bound.number))
    note = case.folder / "seals" / seal_name(bound.number)
    if case.size != bound.number + since or not note.is_file():
        return None
    try:
        return Checkpoint.parse(note.read_bytes()), bound.time
    except BadNote:
        return None


def _changes_nothing(line: Line, bound: int) -> bool:
    """Whether a line after the binder's own is about that binder, or about the record and nothing in it."""
    return line.act in ("seal", "anchor") or (line.act == "derive" and line.fields.get("bind") == bound)


def _bind(case: Case, planned: Plan, digest: str) -> tuple[Checkpoint, str]:
    labels = [exhibit.label for exhibit in planned.exhibits if not exhibit.withdrawn]
    fields = {
        "plan": digest,
        "exhibits": len(labels),
        "volumes": len(planned.volumes),
        "paper": planned.paper.value,
    }
    checkpoint = case.commit([Entry("bind", {**fields, "profile": planned.profile})])
    case.seal(checkpoint)
    return checkpoint, case.checked.lines[-1].time
