"""Building a binder, step by step: gather → prepare → plan → seal → front and back matter → place → assemble → check.

Before printing, a ``bind`` line with the plan's digest is sealed; that root is printed. Afterwards a ``derive`` line
holds the digests of what was written. Same checkpoint, same bytes.
"""

from __future__ import annotations

import glob
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from evidencekit.binder.assemble import assemble
from evidencekit.binder.back import back_matters
from evidencekit.binder.cache import Cache
from evidencekit.binder.earlier import keep_warnings
from evidencekit.binder.exhibit_list import write_lists
from evidencekit.binder.front import Binding, front_matters
from evidencekit.binder.gather import gather, handlings
from evidencekit.binder.place import Matter, place, placed
from evidencekit.binder.plan import Plan, Reserve, Segment, SegmentKind, plan, segments
from evidencekit.binder.preflight import check
from evidencekit.binder.prepare import Prepared, prepare
from evidencekit.binder.reserve import reserve_for
from evidencekit.binder.sealing import seal
from evidencekit.binder.values import BinderInput, Record, Volume
from evidencekit.casefile import TOOL, Case
from evidencekit.casefile.produced import bates_of
from evidencekit.custody.lines import Entry
from evidencekit.errors import BuildError, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.model import Placed
from evidencekit.printing.output import blank_pdf
from evidencekit.printing.paper import PaperName, Sheet, sheet
from evidencekit.printing.typeset import Typeset, Typesetter
from evidencekit.profile import Profile
from evidencekit.shapes import exhibit_shape

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Built:
    """A finished binder: its ``folder``, the ``record`` that is binder.json, and what a person should know."""

    folder: Path
    record: dict[str, Any]
    warnings: tuple[str, ...]


def build_binder(case: Case, out: Path | None, profile: Profile, paper: PaperName, job: Job) -> Built:
    """Build the case's binder into ``out`` (None: the next folder under ``output/``).

    Raises :class:`UsageError` when nothing is marked or ``out`` is not empty, :class:`BuildError` when a page cannot
    be made right, :class:`StorageError` when the disk refuses and :class:`Cancelled`; then no file is left behind.
    """
    try:
        case.still_there()
        folder = _target(case, out)
    except OSError as error:
        raise _refused(error, out or case.output) from error
    binder = gather(case)
    scratch = case.derived / "incoming" / uuid4().hex
    for torn in folder.parent.glob(f"{glob.escape(case.part_of(folder))}*"):
        shutil.rmtree(torn, ignore_errors=True)  # left by a build that was killed
    making = folder.with_name(case.part_of(folder) + uuid4().hex[:8])
    try:
        scratch.mkdir(parents=True)
        making.mkdir(parents=True)
        build = _Build(case, binder, profile, sheet(paper, profile.gutter), scratch, making, job)
        record, places = build.run(paper)
        files = _digests(making)
        _move(making, folder)
    except OSError as error:
        raise _refused(error, folder) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(making, ignore_errors=True)
    from evidencekit.catalog import court

    def apply(connection: Connection) -> None:
        court.set_placed(connection, places.values())
        if folder.parent == case.output.absolute():
            keep_warnings(connection, folder, build.warnings)

    entry = Entry("derive", {"bind": record["ledger"]["size"], "files": files, "tool": TOOL})
    case.commit([entry], apply)
    return Built(folder, record, tuple(build.warnings))


def _refused(error: OSError, folder: Path) -> StorageError:
    return StorageError(
        f"The binder could not be written ({error.strerror or error}); nothing was left behind.",
        item=str(folder),
        todo="Free space or check the disk, then build it again.",
    )


def _target(case: Case, out: Path | None) -> Path:
    if out is not None:
        case.check_output(out)
        if out.exists() and not out.is_dir():
            raise UsageError("A file of that name is in the way.", item=str(out), todo="Name a new or empty folder.")
        if out.exists() and any(out.iterdir()):
            raise UsageError("The folder for the binder is not empty.", item=str(out), todo="Name a new or empty one.")
        return out.absolute()
    case.output.mkdir(exist_ok=True)
    taken = [int(path.name[7:]) for path in case.output.glob("binder-*") if path.name[7:].isdigit()]
    return (case.output / f"binder-{max(taken, default=0) + 1:04d}").absolute()


def _move(making: Path, folder: Path) -> None:
    if folder.exists():
        folder.rmdir()
    making.rename(folder)


def _digests(folder: Path) -> list[dict[str, str]]:
    """(name, SHA-256) of everything written, sorted by name."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found.append({"name": path.relative_to(folder).as_posix(), "sha256": digest})
    return found


class _Build:
    """One build's own state; each step is a method, in the order of :meth:`run`."""

    def __init__(
        self, case: Case, binder: BinderInput, profile: Profile, paper: Sheet, scratch: Path, making: Path, job: Job
    ) -> None:
        self._case, self._binder, self._profile, self._sheet = case, binder, profile, paper
        self._scratch, self._making, self._job = scratch, making, job
        self._typesetter = Typesetter()
        self.warnings: list[str] = []

    def run(self, paper: PaperName) -> tuple[dict[str, Any], dict[str, Placed]]:
        prepared = prepare(
            self._binder,
            self._sheet,
            Cache(self._case.derived / "pages", self._case.home.mac),
            self._scratch,
            self._typesetter,
            self._job,
        )
        self._tell(prepared)
        planned = plan(self._binder, prepared.counts(self._binder), self._profile, paper=paper, reserve=self._reserve())
        self._job.step(0, 0, "Sealing")
        record = seal(self._case, self._binder, planned)
        binding = Binding(self._binder, planned, self._profile, record, self._sheet)
        fronts = front_matters(binding, self._scratch, self._typesetter)
        lengths = {volume.number: front.pages for volume, front in zip(planned.volumes, fronts, strict=True)}
        backs = back_matters(binding, lengths, self._scratch, self._typesetter)
        volumes = place(
            planned, self._binder, self._profile, [Matter.of(each) for each in fronts], [Matter.of(b) for b in backs]
        )
        files = self._assemble(planned, prepared, volumes, fronts, backs, record)
        places = placed(planned, lengths)
        self._natives(prepared)
        produced = bates_of(self._case.checked)
        write_lists(self._binder, places, self._making, record.seal.time, produced)
        return self._record(files, volumes, places, record), places

    def _tell(self, prepared: Prepared) -> None:
        for exhibit in self._binder.exhibits:
            for item in exhibit.items:
                told = prepared.pages[item.number]
                notes = list(told.warnings)
                if told.count and item.number in prepared.natives:
                    notes.append(
                        f"Its pages do not hold everything; the whole is in native/{prepared.natives[item.number]}."
                    )
                self.warnings += [f"Exhibit {exhibit.label}, {item.number}: {each}" for each in notes]

    def _reserve(self) -> Reserve:
        return reserve_for(self._binder, self._sheet, handlings(self._case, self._binder, self._case.size))

    def _assemble(
        self,
        planned: Plan,
        prepared: Prepared,
        volumes: Sequence[Volume],
        fronts: Sequence[Typeset],
        backs: Sequence[Typeset],
        record: Record,
    ) -> list[Path]:
        blank = self._scratch / "blank.pdf"
        blank_pdf(self._sheet, blank)
        files = []
        for planned_volume, volume, front, back in zip(planned.volumes, volumes, fronts, backs, strict=True):
            runs = segments(planned, planned_volume, front.pages, back.pages)
            parts = [part for run in runs for part in self._part(run, prepared, blank, front.pdf, back.pdf)]
            name = "Binder.pdf" if len(volumes) == 1 else f"Binder Vol {volume.number}.pdf"
            out = self._making / name
            assemble(volume, parts, out, sheet=self._sheet, job=self._job, moment=record.seal.time)
            faults = check(volume, out, self._job)
            if faults:
                raise BuildError(
                    f"The finished binder failed its own check: {faults[0].message}",
                    item=name,
                    todo="Build it again; if it fails again, report this with the exhibit it names.",
                )
            files.append(out)
        return files

    @staticmethod
    def _part(run: Segment, prepared: Prepared, blank: Path, front: Path, back: Path) -> list[Path]:
        if run.kind is SegmentKind.BLANK:
            return [blank] * run.pages
        if run.kind is SegmentKind.SLIP:
            return [prepared.slips[run.label].pdf]
        if run.kind is SegmentKind.ITEM:
            pdf = prepared.pages[run.item].pdf
            return [pdf] if pdf is not None else []
        return [front if run.kind is SegmentKind.FRONT else back]

    def _warn_of_positions(self, natives: Mapping[str, str]) -> None:
        """The binder prints no position, but a native file goes beside it as it is."""
        from evidencekit.catalog import items

        with self._case.catalog.read() as connection:
            found = items.get_items(connection, natives)
        for number, item in found.items():
            if item.fact("gps") is not None:
                self.warnings.append(
                    f"{number}: native/{natives[number]} holds a GPS position. Look at it before it is filed or served."
                )

    def _natives(self, prepared: Prepared) -> None:
        self._warn_of_positions(prepared.natives)
        folder = self._making / "native"
        items = {item.number: item for exhibit in self._binder.exhibits for item in exhibit.items}
        for number, name in prepared.natives.items():
            folder.mkdir(exist_ok=True)
            with items[number].original.open("rb") as source, (folder / name).open("xb") as copy:
                digest = hashlib.sha256()
                while chunk := source.read(1 << 20):
                    digest.update(chunk)
                    copy.write(chunk)
            if digest.hexdigest() != items[number].digests.sha256:
                raise BuildError(
                    "The original does not have the digest that was taken at intake.",
                    item=number,
                    todo="Run `evidencekit verify` on the case before building anything.",
                )

    def _record(
        self, files: Sequence[Path], volumes: Sequence[Volume], places: dict[str, Placed], record: Record
    ) -> dict[str, Any]:
        from evidencekit.catalog import court

        with self._case.catalog.read() as connection:
            arranged = court.arrangement(connection)
        found = []
        for path, volume in zip(files, volumes, strict=True):
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found.append({"file": path.name, "pages": len(volume.pages), "sha256": digest})
        document = {
            "volumes": found,
            "exhibits": [exhibit_shape(each, places.get(each.label)) for each in arranged],
            "ledger": {"size": record.seal.size, "root": record.seal.root},
        }
        text = json.dumps(document, indent=2, ensure_ascii=True)
        (self._making / "binder.json").write_text(text + "\n", "utf-8")
        return document
