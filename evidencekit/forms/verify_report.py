"""The report of a verification, as a PDF to be printed and signed or as JSON: the verdict first, then every fault with
what it means, what was checked and how, and what no check can show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from evidencekit.binder.front import checkpoint_data
from evidencekit.binder.values import Seal
from evidencekit.binder.words import clock, length, size
from evidencekit.casefile import TOOL
from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.printing.output import sign_as_ours, write_whole
from evidencekit.printing.paper import SIZES, PaperName
from evidencekit.verify import Kind, Run, Told, Verdict, counted, grouped, since_words, summary

_SIDE, _TOP, _FOOT = 45.0, 54.0, 58.0
_MOST_ROWS = 1_000  # of faults on paper; the JSON report and the command name every one

_WHAT = {
    Kind.CASE: "the case folder",
    Kind.PACKAGE: "the package",
    Kind.LEDGER: "the ledger",
}
_LEDGER = (
    "The history.",
    "Every line of the ledger was read as it lies on the disk. Each must hold the SHA-256 digest of the line before it "
    "and its own number, a time, a random salt and who acted; all of them together must give the RFC 9162 Merkle root "
    "that the checkpoint names.",
)
_SIGNED = (
    "The signatures.",
    "Every signature of the checkpoint, and of each seal that is kept, must be by an Ed25519 key that the ledger "
    "itself added and had not withdrawn by then.",
)
_ORIGINALS = (
    "The evidence.",
    "Every original was read from its first to its last byte; its SHA-256 and BLAKE3 digests and its size must be "
    "those taken when it was received. Nothing else may lie among the originals.",
)
_RECORDS = (
    "The records.",
    "What was written down when items were received, and every protected record, must have the SHA-256 digest that the "
    "ledger names. The working catalog must tell of items, hand-overs and exhibits what these records tell.",
)
_SEEN = (
    "This computer’s memory.",
    "The newest checkpoint of this case that this user has seen on this computer must be the beginning of this "
    "history.",
)
_PACKAGE = (
    "The package.",
    "Every file was read from its first to its last byte and must have the digests that the package’s manifests name; "
    "no file may be missing and none may lie there that they do not name. Where a ledger came along, its lines, root "
    "and signatures were checked; a line whose content is withheld stands as its digest and keeps its place.",
)
_HOW = {
    Kind.CASE: (_LEDGER, _SIGNED, _ORIGINALS, _RECORDS, _SEEN),
    Kind.PACKAGE: (_PACKAGE,),
    Kind.LEDGER: (_LEDGER, _SIGNED),
}
_UNSIGNED = (
    "The signatures.",
    "No checkpoint lay beside the ledger, so no signature could be checked. Lines that follow one another can be "
    "written by anybody: compare the root above with one that was printed.",
)
_COMPARE = "Compare it with a checkpoint that was printed or kept elsewhere."
_DOUBT = "This is what the checkpoint says. How far the record agrees with it is told by the faults above."
_CANNOT = (
    (
        "The time before.",
        "Nothing is shown of the time before a file was received: not who made it, nor whether what it says is true.",
    ),
    (
        "A folder alone.",
        "Somebody who holds the whole folder and a key that signed in it could have put an older state of it in its "
        "place, or written its history anew, and nothing in the folder would tell. That is found by comparing with "
        "something kept elsewhere: a printed checkpoint, a seal, a time stamp, the copy of a recipient, a computer "
        "that has seen the case.",
    ),
    (
        "The keys.",
        "A signature shows that a key was used, not whose hand used it. Compare the fingerprint printed here with the "
        "one that the person holds.",
    ),
)


def write_report(verdict: Verdict, run: Run, out: Path, *, paper: PaperName = PaperName.LETTER) -> None:
    """Write the report as ``out``, whole or not at all: a PDF or, for a name that ends in ``.json``, JSON.

    Raises :class:`UsageError` for another ending or a missing folder, :class:`StorageError` when the disk refuses.
    """
    kind = out.suffix.lower()
    if kind == ".json":
        text = json.dumps(report_document(verdict, run), ensure_ascii=True, indent=2) + "\n"
        write_whole(out, lambda draft: _put(draft, text))
    elif kind == ".pdf":
        data = report_data(verdict, run, paper)
        write_whole(out, lambda draft: _typeset(data, draft))
    else:
        raise UsageError(
            "A report is written as PDF or JSON.", item=out.name, todo="Give a name that ends in .pdf or .json."
        )


def report_document(verdict: Verdict, run: Run) -> dict[str, Any]:
    """The JSON report: what ``verify --json`` gives, and what was verified, by whom, when and with what."""
    ran = {"path": run.path, "by": run.by, "time": run.begun, "seconds": run.seconds, "tool": TOOL}
    return {"verification": ran, **verdict.document()}


def report_data(verdict: Verdict, run: Run, paper: PaperName) -> dict[str, Any]:
    """What the template is given."""
    zone = verdict.names.get("timezone") or "UTC"
    width, height = SIZES[paper]
    rows = list(islice(grouped(verdict.findings), _MOST_ROWS))
    left = len(verdict.findings) - sum(each.count for each in rows)
    return {
        "page": {"width": width, "height": height, "left": _SIDE, "right": _SIDE, "top": _TOP, "bottom": _FOOT},
        "caption": verdict.names.get("caption") or shown(Path(run.path).name) or "Verification",
        "number": verdict.names.get("number", ""),
        "printed_at": run.begun,
        "ok": verdict.ok,
        "verdict": _verdict(verdict),
        "summary": summary(verdict),
        "facts": _facts(verdict, run, zone),
        "compared": _compared(verdict),
        "faults": [_row(each) for each in rows],
        "more": f"And {left:,} more; the report as JSON names every one." if left else "",
        "notes": [shown(each) for each in verdict.notes],
        "checkpoint": _checkpoint(verdict, zone),
        "signatures": _signatures(verdict),
        "how": _how(verdict),
        "cannot": _CANNOT,
    }


def _verdict(verdict: Verdict) -> str:
    what = _WHAT[verdict.kind]
    if verdict.ok:
        return f"No fault was found in {what}."
    many = len(verdict.findings)
    return f"{many:,} fault{'s were' if many > 1 else ' was'} found in {what}."


def _facts(verdict: Verdict, run: Run, zone: str) -> list[tuple[str, str]]:
    head = verdict.head
    rows = (
        ("Verified", f"{shown(run.path)} ({_WHAT[verdict.kind].removeprefix('the ')})"),
        ("Case no.", verdict.names.get("number", "")),
        ("When", clock(run.begun, zone)),
        ("Run by", shown(run.by)),
        ("Tool", f"{TOOL}; it took {length(run.seconds) if run.seconds >= 1 else 'less than a second'}"),
        ("Read", _read(verdict)),
        ("Last entry", clock(head.time, zone) if head and head.time else ""),
        ("Root", verdict.root or "" if not head else ""),
    )
    return [(label, value) for label, value in rows if value]


def _read(verdict: Verdict) -> str:
    return f"{counted(verdict)}{f', {size(verdict.data)} of files' if verdict.data else ''}"


def _compared(verdict: Verdict) -> list[str]:
    told = []
    if verdict.against is not None:
        holds = "They are the first of this ledger." if verdict.against.holds else "They are not the first of this one."
        given = f"It was held against a printed checkpoint over {verdict.against.size:,} lines, root "
        told.append(f"{given}{verdict.against.root}. {holds}")
    return told + (since_words(verdict.since) if verdict.since else [])


def _row(told: Told) -> dict[str, str]:
    return {"where": shown(told.where), "message": shown(told.message), "meaning": told.meaning, "code": told.code}


def _checkpoint(verdict: Verdict, zone: str) -> dict[str, Any] | None:
    head = verdict.head
    if head is None or not head.signatures:
        return None
    first = head.signatures[0]
    data = checkpoint_data(Seal(head.size, head.root, head.note, first.key, first.fingerprint, head.time), zone)
    sealed = data["sealed"] or "a day that cannot be told"  # the line that would tell it is missing or withheld
    return {**data, "sealed": sealed, "compare": _COMPARE if verdict.ok else _DOUBT}


def _signatures(verdict: Verdict) -> list[str]:
    if verdict.head is None:
        return []
    return [
        f"{'Signed' if each.holds else 'Not validly signed'} with the key {each.key.rpartition('/')[2]}"
        f"{f' of {shown(each.person)}' if each.person else ''}."
        for each in verdict.head.signatures
    ]


def _how(verdict: Verdict) -> list[tuple[str, str]]:
    unsigned = verdict.kind is Kind.LEDGER and verdict.head is None
    return [_UNSIGNED if unsigned and each is _SIGNED else each for each in _HOW[verdict.kind]]


def _put(draft: Path, text: str) -> None:
    draft.write_text(text, "ascii")


def _typeset(data: Mapping[str, Any], draft: Path) -> None:
    from evidencekit.printing.typeset import compile_pdf

    compile_pdf("verify_report.typ", data, draft, moment=data["printed_at"])
    sign_as_ours(draft)
