"""What makes a production's folder prove itself: manifests over its payload, the ledger's extract under the sealed
checkpoint, the keys, and the program that checks all of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path

import resources
from evidencekit.binder.values import Seal
from evidencekit.casefile import TOOL, Case
from evidencekit.casefile.checks import seal_name
from evidencekit.custody.bag import MANIFEST, TAG_MANIFEST, close_bag, write_payload_manifests
from evidencekit.custody.baginfo import AGENT, info_of
from evidencekit.custody.checkpoint import Checkpoint, PublicKey
from evidencekit.custody.digest import digest_file
from evidencekit.custody.extract import write_extract
from evidencekit.custody.keys import format_keys
from evidencekit.custody.lines import Line
from evidencekit.custody.rehash import Asked, digest_all
from evidencekit.errors import BuildError
from evidencekit.job import Job
from evidencekit.model import Digests
from evidencekit.production.values import Package, Production

_PROGRAM = "verify.py"
_VERIFIERS = (_PROGRAM, "README-VERIFY.txt")
_ALWAYS_OPEN = frozenset({"create", "key-add", "key-revoke", "verify"})


def write_manifests(bag: Path, production: Production, job: Job) -> str:
    """Read back all that was written below ``data/`` and write the manifests over it; gives the SHA-256 (hex) of
    ``manifest-sha256.txt``.

    Raises :class:`BuildError` naming the item whose native file is not the one taken in or of which a file is gone
    again, :class:`OSError` and :class:`~evidencekit.errors.Cancelled`.
    """
    natives = {f"data/{each.native}": each for each in production.items if each.native}
    files = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    asked = [Asked(os.fspath(each), each.stat().st_size, each.name) for each in files]
    found: dict[str, Digests] = {}
    for path, hashed in zip(files, digest_all(asked, job, total=sum(each.size for each in asked)), strict=True):
        if hashed.digests is None:
            raise hashed.fault or OSError(f"{path.name} cannot be read back")
        name = path.relative_to(bag).as_posix()
        found[name] = hashed.digests
        item = natives.get(name)
        if item is not None and found[name] != Digests(item.sha256, item.blake3):
            raise BuildError(
                "The original does not have the digests that were taken at intake; nothing was produced.",
                item=item.item,
                todo="Run `evidencekit verify` on the case before producing anything.",
            )
    _must_be_whole(production, found)
    return write_payload_manifests(bag, found)


def _must_be_whole(production: Production, found: Collection[str]) -> None:
    """Nothing may vouch for a package without a file that its lists name: what watches a computer for harmful files
    takes them away the moment they are written."""
    for each in production.items:
        for path in (each.pdf, each.text, each.native):
            if path and f"data/{path}" not in found:
                raise BuildError(
                    f"The file {path} was written and is gone again; nothing was produced.",
                    item=each.item,
                    todo="If a virus scanner took it, let it leave that place alone, or hold the native file back. "
                    "Then produce again.",
                )


def manifest_of(folder: Path) -> str:
    """SHA-256 (hex) of the payload manifest that lies in a folder; empty when there is none."""
    return _digest(folder / MANIFEST)


def finish_package(case: Case, production: Production, line: int, bag: Path) -> Package:
    """Write everything beside the payload under the seal of ledger line ``line``; gives what vouches for it.

    Raises :class:`~evidencekit.errors.EvidenceKitError` and :class:`OSError`.
    """
    note = (case.folder / "seals" / seal_name(line)).read_bytes()
    write_extract(case.folder / "ledger.jsonl", line, bag / "ledger.jsonl", opened_by(case, production))
    (bag / "checkpoint").write_bytes(note)
    (bag / "keys.txt").write_text(format_keys(_keys(case, line)), "utf-8", newline="\n")
    for name in _VERIFIERS:
        (bag / name).write_bytes(resources.data(f"verify/{name}"))
    close_bag(bag, (*info_of(_line(case, 1), _line(case, line)), (AGENT, TOOL)))
    return read_package(case, line, bag)


def read_package(case: Case, line: int, bag: Path) -> Package:
    """What vouches for the package in that folder, sealed with ledger line ``line``."""
    note = (case.folder / "seals" / seal_name(line)).read_bytes()
    checkpoint = Checkpoint.parse(note)
    name = checkpoint.signatures[0][0]
    key = case.checked.state.key_named(name)
    seal = Seal(
        size=checkpoint.size,
        root=checkpoint.root_text,
        note=note.decode("utf-8"),
        key=name,
        fingerprint=key.fingerprint if key else "",
        time=_line(case, line).time,
    )
    return Package(_digest(bag / MANIFEST), _digest(bag / TAG_MANIFEST), _digest(bag / _PROGRAM), seal)


def opened_by(case: Case, production: Production) -> Callable[[Line], bool]:
    """Which lines of the case's ledger stand open in the package of a production: what makes the case and its keys,
    every verification, and the handling of what is produced. All else is the office's own counsel."""
    going = {each.item for each in production.items}

    def concerns(line: Line) -> bool:
        fields = line.fields
        match line.act:
            case "acquire":
                return bool(fields.get("items")) and any(_within(each, fields) for each in going)
            case "duplicate":
                return any(each.get("item") in going for each in fields.get("items", ()))
            case "release" | "receive":
                items = fields.get("items")
                return items is None or any(each in going for each in items)
            case "produce":
                body = case.checked.papers.get(int(fields.get("record", 0)), {})
                return any(each.get("item") in going for each in body.get("items", ()))
        return line.act in _ALWAYS_OPEN

    return concerns


def _within(item: str, fields: dict[str, object]) -> bool:
    number = int(item.removeprefix("ITEM-"))
    first, last = (int(str(fields.get(end, "0")).removeprefix("ITEM-")) for end in ("first", "last"))
    return first <= number <= last


def _keys(case: Case, upto: int) -> tuple[PublicKey, ...]:
    """The keys that the ledger had added by that line."""
    added = [line for line in case.checked.lines if line.act == "key-add" and line.number <= upto]
    return tuple(PublicKey.parse(str(line.fields.get("key"))) for line in added)


def _line(case: Case, number: int) -> Line:
    return next(line for line in case.checked.lines if line.number == number)


def _digest(path: Path) -> str:
    try:
        return digest_file(os.fspath(path))[0].sha256
    except OSError:
        return ""
