"""Whether a case's anchors hold: each ``anchor`` line's reply is there, unchanged, and over the ledger as it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from evidencekit.custody.anchors import read_request, serial_text, stamp_of
from evidencekit.custody.checkpoint import BadNote, Checkpoint
from evidencekit.custody.ledger import State, check_signatures
from evidencekit.custody.lines import Line, time_text
from evidencekit.custody.regular import SMALL, read_regular
from evidencekit.custody.timestamps import BadReply
from evidencekit.model import Finding

FOLDER = "anchors"
_NAME = re.compile(r"([0-9]{8,})\.(note|tsq|tsr)")


def name_of(size: int, kind: str) -> str:
    """The file name of a note (``note``), request (``tsq``) or reply (``tsr``) over that many ledger lines."""
    return f"{size:08d}.{kind}"


def kept_names(folder: Path) -> list[str]:
    """What lies in the case's folder of anchors."""
    return sorted(path.name for path in (folder / FOLDER).glob("*"))


def anchored_sizes(folder: Path) -> set[int]:
    """The ledger sizes that anything in the folder of anchors is about."""
    return {int(found[1]) for name in kept_names(folder) if (found := _NAME.fullmatch(name))}


def check_anchors(folder: Path, lines: list[Line], state: State) -> Iterator[Finding]:
    """Every fault of the anchors that lines name, and of requests that are still open; ``state`` was read with
    ``roots_at`` :func:`anchored_sizes`."""
    answered = set()
    for line in lines:
        if line.act != "anchor":
            continue
        covers = line.fields.get("covers")
        if not isinstance(covers, int) or not 0 < covers < line.number:
            yield Finding(
                "anchor-root", f"Ledger line {line.number} tells of no anchor there could be.", line=line.number
            )
            continue
        answered.add(covers)
        yield from _check_answered(folder, line, covers, state)
    for size in sorted(anchored_sizes(folder) - answered):
        yield from _check_open(folder, size, state)


def strays_of(folder: Path, lines: list[Line]) -> list[str]:
    """Names in the folder of anchors that were never acknowledged: replies without a line, requests that were not
    finished, and what is none of these."""
    answered = {line.fields.get("covers") for line in lines if line.act == "anchor"}
    names = kept_names(folder)
    strays = []
    for name in names:
        found = _NAME.fullmatch(name)
        if found is None:
            strays.append(name)
        elif int(found[1]) not in answered:
            whole = {f"{found[1]}.note", f"{found[1]}.tsq"} <= set(names)
            strays.extend([name] if found[2] == "tsr" or not whole else [])
    return strays


def _check_answered(folder: Path, line: Line, covers: int, state: State) -> Iterator[Finding]:
    files: dict[str, bytes] = {}
    for kind, what in (("note", "checkpoint"), ("tsq", "request"), ("tsr", "reply")):
        where = f"{FOLDER}/{name_of(covers, kind)}"
        try:
            files[kind] = read_regular(folder / where, SMALL)
        except OSError as error:
            message = (
                f"The time-stamp of ledger line {line.number} lacks its {what}: it cannot be read ({error.strerror})."
            )
            yield Finding("anchor-missing", message, line=line.number, path=where)
    for kind, field in (("tsq", "request"), ("tsr", "reply")):
        where = f"{FOLDER}/{name_of(covers, kind)}"
        if kind in files and hashlib.sha256(files[kind]).hexdigest() != line.fields.get(field):
            message = f"{where} was changed: it is not the {field} that ledger line {line.number} names."
            yield Finding("anchor-changed", message, line=line.number, path=where)
            return
    if "note" in files:
        yield from _check_note(files["note"], covers, state, line)
    if len(files) == 3:
        yield from _check_reply(files["note"], files["tsr"], covers, line)


def _check_note(data: bytes, covers: int, state: State, line: Line | None) -> Iterator[Finding]:
    where, number = f"{FOLDER}/{name_of(covers, 'note')}", line.number if line else None
    try:
        note = Checkpoint.parse(data)
    except BadNote as error:
        yield Finding("anchor-changed", f"The checkpoint {where} is damaged: {error}.", line=number, path=where)
        return
    root = state.roots.get(covers)
    here = (covers, root, f"evidencekit/{state.case_uuid}")
    if (note.size, note.root, note.origin) != here or (line and line.fields.get("root") != note.root_text):
        message = f"The ledger does not give the root that {where} holds for its first {covers:,} lines."
        yield Finding("anchor-root", message, line=number, path=where)
        return
    yield from check_signatures(note, state, where)


def _check_reply(note: bytes, reply: bytes, covers: int, line: Line) -> Iterator[Finding]:
    where = f"{FOLDER}/{name_of(covers, 'tsr')}"
    try:
        stamp, authority = stamp_of(note, reply)
    except BadReply as error:
        message = f"The time-stamp of ledger line {line.number} does not hold: {error}."
        yield Finding("anchor-bad", message, line=line.number, path=where)
        return
    said = (time_text(stamp.time), authority, serial_text(stamp.serial))
    if said != tuple(line.fields.get(name) for name in ("stamped", "authority", "serial")):
        message = f"Ledger line {line.number} says something else of its time-stamp than the authority's reply does."
        yield Finding("anchor-bad", message, line=line.number, path=where)


def _check_open(folder: Path, size: int, state: State) -> Iterator[Finding]:
    """A request without a reply: no line vouches for it, but its note is the ledger's and its imprint the note's."""
    where = f"{FOLDER}/{name_of(size, 'tsq')}"
    try:
        note = read_regular(folder / FOLDER / name_of(size, "note"), SMALL)
        request = read_regular(folder / where, SMALL)
    except FileNotFoundError:
        return  # a reply that waits to be set aside, or a note whose request was never finished
    except OSError as error:
        message = f"The open request for a time-stamp cannot be read ({error.strerror})."
        yield Finding("anchor-changed", message, path=where)
        return
    yield from _check_note(note, size, state, None)
    try:
        fits = read_request(request).imprint == hashlib.sha256(note).digest()
    except BadReply:
        fits = False
    if not fits:
        yield Finding("anchor-changed", f"The request {where} is not one for the checkpoint beside it.", path=where)
