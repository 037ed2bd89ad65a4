"""The binders that were built into a case's own ``output/`` folder, and whether the exhibits changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.casefile import Case
from evidencekit.custody.lines import Line
from evidencekit.shapes import exhibit_shape

if TYPE_CHECKING:
    from sqlalchemy import Connection

_RECORD = "binder.json"
_LARGEST = 64 << 20
_KEPT = "binder warnings "
_TOLD = ("label", "title", "items", "status", "witness", "group", "dates")


@dataclass(frozen=True, slots=True)
class VolumeFile:
    """One volume's PDF and its pages, as the binder's record says."""

    path: Path
    pages: int


@dataclass(frozen=True, slots=True)
class BoundIn:
    """One exhibit of a binder; ``first_page`` (1-based, of the file of ``volume``) is None for a withdrawn one."""

    label: str
    title: str
    pages: int | None
    first_page: int | None
    volume: int | None


@dataclass(frozen=True, slots=True)
class EarlierBinder:
    """One binder: when it was sealed (UTC ISO 8601; empty when the record does not know its seal), what the ledger
    says of its ``paper`` and ``profile``, the ``warnings`` of its building, and ``changed``: the labels that are new,
    gone, or not as they were. ``moved``: the same exhibits, in another order."""

    folder: Path
    built: str
    paper: str
    profile: str
    volumes: tuple[VolumeFile, ...]
    exhibits: tuple[BoundIn, ...]
    warnings: tuple[str, ...]
    changed: tuple[str, ...]
    moved: bool

    @property
    def pages(self) -> int:
        return sum(volume.pages for volume in self.volumes)

    @property
    def current(self) -> bool:
        """Whether the exhibits are still as they were bound."""
        return not self.changed and not self.moved


def earlier_binders(case: Case) -> tuple[EarlierBinder, ...]:
    """Every binder in the case's output folder, newest first; folders without a readable record are left out."""
    from evidencekit.catalog import court, preference

    with case.catalog.read() as connection:
        now = [_told(exhibit_shape(each, None)) for each in court.arrangement(connection)]
        bound = {line.number: line for line in list(case.checked.lines) if line.act == "bind"}
        found = []
        for folder in sorted(case.output.glob("binder-*"), reverse=True):
            record = _record(folder)
            if record is not None:
                kept = preference(connection, f"{_KEPT}{folder.name}")
                found.append(_earlier(folder, record, bound, now, kept))
    return tuple(each for each in found if each is not None)


def keep_warnings(connection: Connection, folder: Path, warnings: Sequence[str]) -> None:
    """Remember what a binder's building told, for as long as the case lives."""
    from evidencekit.catalog import set_preference

    set_preference(connection, f"{_KEPT}{folder.name}", json.dumps(list(warnings), ensure_ascii=False))


def _record(folder: Path) -> dict[str, Any] | None:
    path = folder / _RECORD
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return None
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _earlier(
    folder: Path,
    record: Mapping[str, Any],
    bound: Mapping[int, Line],
    now: Sequence[Mapping[str, Any]],
    kept: str,
) -> EarlierBinder | None:
    try:
        then = [_told(each) for each in record["exhibits"]]
        before = {str(each["label"]): each for each in then}
        after = {str(each["label"]): each for each in now}
        changed = tuple(label for label in {**before, **after} if before.get(label) != after.get(label))
        line = bound.get(int(record["ledger"]["size"]))
        return EarlierBinder(
            folder,
            line.time if line else "",
            str(line.fields.get("paper", "")) if line else "",
            str(line.fields.get("profile", "")) if line else "",
            tuple(VolumeFile(folder / Path(each["file"]).name, int(each["pages"])) for each in record["volumes"]),
            tuple(_bound_in(each) for each in record["exhibits"]),
            tuple(str(each) for each in json.loads(kept or "[]")),
            changed,
            not changed and list(before) != list(after),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _bound_in(shape: Mapping[str, Any]) -> BoundIn:
    places = (None if shape[name] is None else int(shape[name]) for name in ("pages", "first_page", "volume"))
    return BoundIn(str(shape["label"]), str(shape["title"]), *places)


def _told(shape: Mapping[str, Any]) -> dict[str, Any]:
    """What of an exhibit a binder shows; where it stands in one does not count."""
    return {name: shape[name] for name in _TOLD}
