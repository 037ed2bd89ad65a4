"""The anchors of a case, ``anchors/NNNNNNNN.note`` + ``.tsq`` + ``.tsr``: the sealed note, the request for its
time-stamp, the authority's reply. Each is written once; a reply counts from the ``anchor`` line that names it.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.casefile.anchored import FOLDER, kept_names, name_of
from evidencekit.custody.anchors import (
    answers,
    check_reply,
    find_openssl,
    make_request,
    needs_openssl,
    read_request,
    read_roots,
)
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.durable import write_atomic
from evidencekit.custody.lines import Entry, Line, time_text
from evidencekit.custody.timestamps import LARGEST_REPLY, BadReply, TimeStamp, read_reply
from evidencekit.errors import CaseError, StorageError, UsageError

if TYPE_CHECKING:
    from cryptography import x509

    from evidencekit.casefile.case import Case

_REQUEST = re.compile(r"([0-9]{8,})\.tsq")
_LARGEST_ROOTS = 1 << 20
MEDIA_TYPE = "application/timestamp-query"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the sealed note over ``covers`` ledger lines and their ``root`` (base64), and where ``note`` and
    ``request`` lie."""

    covers: int
    root: str
    note: Path
    request: Path


@dataclass(frozen=True, slots=True)
class Anchor:
    """A request as it stands: of a reply that was taken, the ledger ``line``, and what the line says of it."""

    asked: Asked
    line: int | None = None
    stamped: str = ""
    authority: str = ""
    serial: str = ""
    checked: str = ""
    trusted: bool = False


def request_anchor(case: Case) -> Asked:
    """Seal what is unsealed, and keep a request for a time-stamp of the newest seal; one that is still open is given
    again. Raises :class:`StorageError` and what sealing raises."""
    case.seal_now("asked")
    folder = case.folder
    note = (folder / "seals" / name_of(case.checked.sealed, "note")).read_bytes()
    asked = _asked(folder, Checkpoint.parse(note))
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
        _write_once(asked.note, note)
        if not asked.request.exists():
            _write_once(asked.request, make_request(note))
    except OSError as error:
        raise _disk(error, asked.request) from error
    return asked


def add_anchor(
    case: Case, reply: bytes, roots: Sequence[x509.Certificate] = (), *, openssl: str | None = None
) -> Anchor:
    """Take an authority's reply to an open request of this case: check it, keep it, log and seal that.

    ``roots`` are the authority's certificates from elsewhere; without any, only those in the reply are asked, and
    who the authority is remains unchecked. ``openssl`` is the program, found when it is None. Raises
    :class:`UsageError` for a reply that is refused (nothing was changed) and :class:`StorageError`.
    """
    try:
        asked = _answered(case, read_reply(reply))
        note, request = asked.note.read_bytes(), asked.request.read_bytes()
        program = openssl or (find_openssl() if needs_openssl(reply) else None)
        stamped = check_reply(note, request, reply, roots, openssl=program)
    except BadReply as error:
        raise UsageError(
            f"The reply was not taken: {error}; nothing was changed.",
            todo="Ask the authority again with the request file, and give its reply as it came.",
        ) from error
    kept = asked.request.with_suffix(".tsr")
    try:
        _write_once(kept, reply)
    except OSError as error:
        raise _disk(error, kept) from error
    fields = {
        "covers": asked.covers,
        "root": asked.root,
        "request": hashlib.sha256(request).hexdigest(),
        "reply": hashlib.sha256(reply).hexdigest(),
        "stamped": time_text(stamped.time),
        "authority": stamped.authority,
        "serial": stamped.serial,
        "checked": stamped.checked,
        "trusted": stamped.trusted,
    }
    case.seal(case.commit([Entry("anchor", fields), Entry("seal", {"why": "anchor"})]))
    (taken,) = (each for each in anchors_of(case) if each.asked.covers == asked.covers)
    return taken


def anchors_of(case: Case) -> tuple[Anchor, ...]:
    """Every request of a case, oldest first, open or answered."""
    folder = case.folder
    lines: dict[int, Line] = {}
    for line in case.checked.lines:
        if line.act == "anchor" and isinstance(line.fields.get("covers"), int):
            lines[int(line.fields["covers"])] = line
    found = []
    for size in sorted(lines.keys() | _requested(folder)):
        if size not in lines:
            try:
                asked = _asked(folder, Checkpoint.parse((folder / FOLDER / name_of(size, "note")).read_bytes()))
            except (OSError, ValueError):
                continue  # the checks tell of it
            found.append(Anchor(asked))
            continue
        line = lines[size]
        told = {name: str(line.fields.get(name, "")) for name in ("stamped", "authority", "serial", "checked")}
        note, request = (folder / FOLDER / name_of(size, kind) for kind in ("note", "tsq"))
        asked = Asked(size, str(line.fields.get("root")), note, request)
        found.append(Anchor(asked, line.number, trusted=line.fields.get("trusted") is True, **told))
    return tuple(found)


def _requested(folder: Path) -> set[int]:
    names = (_REQUEST.fullmatch(each) for each in kept_names(folder))
    return {int(each[1]) for each in names if each}


def _asked(folder: Path, note: Checkpoint) -> Asked:
    kept = folder / FOLDER
    return Asked(note.size, note.root_text, kept / name_of(note.size, "note"), kept / name_of(note.size, "tsq"))


def _answered(case: Case, stamp: TimeStamp) -> Asked:
    """The open request that a reply answers. Raises :class:`BadReply` and :class:`UsageError`."""
    same = False
    for each in anchors_of(case):
        try:
            request = read_request(each.asked.request.read_bytes())
        except OSError as error:
            raise BadReply(f"the request over {each.asked.covers} lines cannot be read ({error.strerror})") from error
        if answers(stamp, request):
            if each.line is None:
                return each.asked
            raise UsageError(
                f"This request was answered already: ledger line {each.line} holds the time-stamp; nothing was "
                "changed.",
                todo="For a second one, write a new request with `evidencekit anchor request`.",
            )
        same = same or stamp.imprint == request.imprint
    if same:
        raise BadReply("it is over the right record, but answers another request: its number differs")
    raise BadReply("it answers no request of this case")


def _write_once(path: Path, data: bytes) -> None:
    """Write a file for good, read-only; one that is there already must be the same. Raises :class:`OSError` and
    :class:`CaseError`."""
    if not path.exists():
        try:
            write_atomic(path, data, mode=0o444)
        finally:
            path.with_name(f"{path.name}.tmp").unlink(missing_ok=True)  # what a full disk left, read-only
    elif path.read_bytes() != data:
        raise CaseError(
            "A file that is not part of the record is in the way; nothing was changed.",
            item=str(path),
            todo="Close the case and open it again: what was never acknowledged is set aside then.",
        )


def _disk(error: OSError, path: Path) -> StorageError:
    return StorageError(
        f"The time-stamp's file could not be written ({error.strerror}); nothing was acknowledged.",
        item=str(path),
        todo="Free space or check the disk, then run it again.",
    )


def read_reply_file(path: Path) -> bytes:
    """The bytes of a reply as a person names it. Raises :class:`UsageError`."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_REPLY + 1)
    except OSError as error:
        raise UsageError(f"The reply cannot be read ({error.strerror}).", item=str(path), todo="Check it.") from error
    if len(data) > LARGEST_REPLY:
        raise UsageError("This is larger than any reply.", item=str(path), todo="Give the .tsr file as it came.")
    return data


def read_roots_file(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a file as a person names it. Raises :class:`UsageError`."""
    try:
        with path.open("rb") as file:
            return read_roots(file.read(_LARGEST_ROOTS))
    except OSError as error:
        raise UsageError(
            f"The certificates cannot be read ({error.strerror}).", item=str(path), todo="Check the file's name."
        ) from error


def how_to_send(request: Path) -> list[str]:
    """What to do with a request file, in words; nothing of that is done here."""
    reply = request.with_suffix(".tsr").name
    send = f"curl -H 'Content-Type: {MEDIA_TYPE}' --data-binary @{shlex.quote(str(request))} -o {shlex.quote(reply)}"
    return [
        "Send the file to a time-stamp authority of your choice from any computer, and bring its reply back. It holds "
        "a digest and a number, nothing of the case. With curl, for one:",
        f"  {send} URL-OF-THE-AUTHORITY",
        f"Then: evidencekit anchor add CASE {shlex.quote(reply)} --roots AUTHORITY-ROOT.pem",
    ]


def how_to_check(anchor: Anchor) -> list[str]:
    """How an expert checks an anchor by hand."""
    note, query = (shlex.quote(f"{FOLDER}/{path.name}") for path in (anchor.asked.note, anchor.asked.request))
    reply = shlex.quote(f"{FOLDER}/{anchor.asked.request.with_suffix('.tsr').name}")
    return [
        f"openssl ts -reply -in {reply} -text",
        f"openssl ts -verify -data {note} -in {reply} -CAfile AUTHORITY-ROOT.pem",
        f"openssl ts -verify -queryfile {query} -in {reply} -CAfile AUTHORITY-ROOT.pem",
    ]
