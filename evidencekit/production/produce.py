"""Producing: gather, render, plan, sweep, payload, the ``produce`` line, tag files, rename, letter, ``derive``.

The line holds the SHA-256 of the payload's manifest and is sealed, so that the signed checkpoint in the package
vouches for every file of it. A run that died between line and rename is completed by running it again: the same
payload has the same digest, and its line is taken.
"""

from __future__ import annotations

import errno
import glob
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from uuid import uuid4

from evidencekit.casefile import TOOL, Case
from evidencekit.custody.durable import fsync_folder
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import must_be_text
from evidencekit.custody.packaged import check_package
from evidencekit.errors import ProtectedError, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.model import Hit
from evidencekit.printing.output import write_whole
from evidencekit.printing.paper import PaperName, Sheet, sheet
from evidencekit.production.earlier import Earlier, at_risk, body_of, earlier
from evidencekit.production.letter import write_letter
from evidencekit.production.package import finish_package, manifest_of, read_package, write_manifests
from evidencekit.production.payload import write_payload
from evidencekit.production.ready import Ready, make_ready
from evidencekit.production.scratch import scratch_of
from evidencekit.production.values import Named, Order, Package, Production
from evidencekit.profile import load_profile

_LETTER = "-letter.pdf"
_NOT_EMPTY = "The folder for the production is not empty."


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go and what stays, every open hit, where the names of what stays are ``named`` in what goes, and what
    a person should know. Nothing was written."""

    production: Production
    hits: tuple[Hit, ...]
    named: tuple[Named, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Produced:
    """A finished production: its ``folder``, the ``package``'s digests and seal, the ``letter`` beside it, and what a
    person should know. ``completed`` says that a run before had begun it."""

    production: Production
    folder: Path
    package: Package
    letter: Path
    warnings: tuple[str, ...]
    completed: bool


def preview(case: Case, order: Order, job: Job, *, paper: PaperName | None = None) -> Preview:
    """What :func:`produce` would do now. The case may be open to be looked at only.

    Raises :class:`UsageError` when the order cannot be kept or nothing is left to produce, :class:`StorageError` when
    the disk refuses and :class:`~evidencekit.errors.Cancelled`.
    """
    must_be_text(case.folder.absolute())
    try:
        case.still_there()
        with scratch_of(case) as scratch:
            shelf = _shelf(case) if os.access(case.derived, os.W_OK) else scratch / "pages"
            ready = make_ready(case, order, _paper(case, paper)[1], case.actor, scratch, job, shelf=shelf)
    except OSError as error:
        raise StorageError(
            f"What would be produced could not be looked at ({error.strerror or error}).",
            item=str(case.folder),
            todo="Check the disk, then try again.",
        ) from error
    warnings = (*at_risk(case.checked, ready.production), *ready.warnings)
    return Preview(ready.production, ready.hits, ready.named, warnings)


def produce(
    case: Case, order: Order, out: Path, job: Job, *, letter: Path | None = None, paper: PaperName | None = None
) -> Produced:
    """Write the production that was ordered into the folder ``out``, and its letter beside it (``letter`` None: named
    after the folder).

    Raises :class:`UsageError` when the order cannot be kept or a place is taken, :class:`ProtectedError` when something
    protected would leave, :class:`~evidencekit.errors.BuildError` when an item cannot be made right,
    :class:`StorageError` when the disk refuses and :class:`~evidencekit.errors.Cancelled`; then no half package is
    left, and numbers are used only when the message says so.
    """
    try:
        case.still_there()
        folder, letter = _places(case, out, letter)
        for torn in folder.parent.glob(f"{glob.escape(case.part_of(folder))}*"):  # left by a run that was killed
            shutil.rmtree(torn, ignore_errors=True)
        with scratch_of(case) as scratch:
            chosen, on = _paper(case, paper)
            ready = make_ready(case, order, on, case.actor, scratch, job, shelf=_shelf(case))
            if ready.hits:
                raise _protected(ready.hits)
            return _Producing(case, ready, folder, letter, chosen, job).run()
    except OSError as error:
        raise _unused(str(error.strerror or error), out) from error


def _unused(why: str, out: Path) -> StorageError:
    return StorageError(
        f"The production could not be written ({why}); nothing was left behind, and no numbers were used.",
        item=str(out),
        todo="Free space, check the disk or name another folder, then produce it again.",
    )


def _protected(hits: tuple[Hit, ...]) -> ProtectedError:
    count = f"{len(hits)} place{'' if len(hits) == 1 else 's'}"
    error = ProtectedError(
        f"Something protected would leave with this production, in {count}; nothing was changed.",
        todo="Look at each, then hold it back or let it go by name and with a reason: `evidencekit withhold` or "
        "`evidencekit disclose`.",
    )
    error.hits = hits
    return error


def _places(case: Case, out: Path, letter: Path | None) -> tuple[Path, Path]:
    """The package's folder and the letter's file. Raises :class:`UsageError`."""
    case.check_output(out)
    folder = Path(os.path.realpath(out)) if out.is_symlink() or out.name == ".." else out.absolute()
    if os.path.ismount(folder):
        raise UsageError(
            "A disk itself cannot be the production's folder.", item=str(out), todo="Name a new folder on it."
        )
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError("A file of that name is in the way.", item=str(out), todo="Name a new or empty folder.")
    if any_in(folder) and _begun_there(case, folder) is None:
        there = manifest_of(folder)
        done = [each.number for each in earlier(case.checked) if each.manifest == there]
        what = f"Production {done[-1]} lies in this folder already, and is logged." if done else _NOT_EMPTY
        raise UsageError(what, item=str(out), todo="Name a new or empty folder.")
    beside = (letter or folder.with_name(folder.name + _LETTER)).absolute()
    case.check_output(beside)
    if beside.is_dir() or beside.is_relative_to(folder):
        raise UsageError(
            "The letter cannot lie there: it vouches for the package and lies beside it.",
            item=str(beside),
            todo="Name a file outside the production's folder.",
        )
    if os.path.lexists(beside) and not any_in(folder):
        raise UsageError(
            "A file lies already where the letter would go; the letter of an earlier production would be lost.",
            item=str(beside),
            todo="Name another folder for the production, or move that file away.",
        )
    if beside.parent != folder.parent and not beside.parent.is_dir():
        raise UsageError("There is no such folder for the letter.", item=str(beside), todo="Make it first.")
    if beside.parent.is_dir():
        _must_take_files(beside)
    return folder, beside


def _must_take_files(letter: Path) -> None:
    """Told before any number is used: the letter is what is written last. Raises :class:`StorageError`."""
    try:
        with TemporaryFile(dir=letter.parent):
            pass
    except OSError as error:
        raise StorageError(
            f"No letter can be written there ({error.strerror}); nothing was changed.",
            item=str(letter),
            todo="Check the folder's permissions, or name another place with --letter.",
        ) from error


def _begun_there(case: Case, folder: Path) -> Earlier | None:
    """The production whose package lies in the folder already, put there by a run that died before it said so."""
    digest = manifest_of(folder)
    waiting = [each for each in earlier(case.checked) if not each.finished and each.manifest == digest]
    return waiting[-1] if waiting else None


def _paper(case: Case, paper: PaperName | None) -> tuple[PaperName, Sheet]:
    """The paper of the case's binder, so that what is rendered already is used again."""
    from evidencekit.catalog import preference

    with case.catalog.read() as connection:
        name, said = preference(connection, "profile"), preference(connection, "paper")
    profile = load_profile(name or "default")
    chosen = paper or PaperName(said or profile.paper)
    return chosen, sheet(chosen, profile.gutter)


def _shelf(case: Case) -> Path:
    return case.derived / "pages"


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def any_in(folder: Path) -> bool:
    """Whether the folder is there and holds anything."""
    return folder.is_dir() and any(folder.iterdir())


class _Producing:
    """One run's own state; each step is a method, in the order of :meth:`run`."""

    def __init__(self, case: Case, ready: Ready, folder: Path, letter: Path, paper: PaperName, job: Job) -> None:
        self._case, self._ready, self._folder, self._job = case, ready, folder, job
        self._letter, self._paper = letter, paper
        self._logged = False
        self._notes: list[str] = []

    def run(self) -> Produced:
        making = self._folder.with_name(self._case.part_of(self._folder) + uuid4().hex[:8])
        begun = self._ready.begun
        try:
            if any_in(self._folder):
                line = self._already_there()
                package = read_package(self._case, line, self._folder)
            else:
                line = self._write(making)
                package = finish_package(self._case, self._ready.production, line, making)
                self._put(making)
            self._write_letter(package, making)
            return self._close(line, package, completed=begun is not None and begun.line == line)
        except OSError as error:
            raise self._refused(str(error.strerror or error)) from error
        except StorageError as error:
            if not self._logged and begun is None:
                raise
            raise self._refused(error.what.rstrip(".")) from error
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def _write(self, making: Path) -> int:
        """The payload into ``making``, and the line that vouches for it: that of the run before, when that died."""
        ready, begun = self._ready, self._ready.begun
        digest = self._payload(making)
        if begun is not None and begun.manifest == digest:
            return begun.line
        if begun is not None:  # it can no longer be made as it was: its line stands, its numbers are kept
            number = max(each.number for each in earlier(self._case.checked)) + 1
            self._ready = replace(ready, production=replace(ready.production, number=number, by=self._case.actor))
            shutil.rmtree(making)
            digest = self._payload(making)
        self._job.step(0, 0, "Sealing")
        return self._log(digest)

    def _payload(self, making: Path) -> str:
        making.mkdir(parents=True)
        self._notes = write_payload(self._case, self._ready, making / "data", self._job)
        return write_manifests(making, self._ready.production, self._job)

    def _log(self, digest: str) -> int:
        """Log and seal; from here on the numbers are issued, and nothing can be cancelled."""
        production, case = self._ready.production, self._case
        fields = {
            "production": production.number,
            "items": len(production.items),
            "pages": production.pages,
            "first": production.first,
            "last": production.last,
            "prefix": production.prefix,
            "manifest": digest,
        }
        checkpoint = case.commit([Entry("produce", {**fields, **case.record(body_of(production))})])
        self._logged = True
        case.seal(checkpoint)
        return checkpoint.size

    def _already_there(self) -> int:
        """The line of the package that lies in the folder already. Raises :class:`UsageError` when it is not the one
        that was ordered, or not as it was written."""
        begun = self._ready.begun
        if (
            begun is None
            or manifest_of(self._folder) != begun.manifest
            or check_package(self._folder, self._job).findings
        ):
            raise UsageError(
                "A production lies in the folder that is not the one ordered now, or is not as it was written.",
                item=str(self._folder),
                todo="Name a new or empty folder.",
            )
        return begun.line

    def _put(self, making: Path) -> None:
        if self._folder.exists():
            self._folder.rmdir()
        making.rename(self._folder)
        fsync_folder(self._folder.parent)

    def _write_letter(self, package: Package, making: Path) -> None:
        """Beside the package; half a letter of a run that dies lies where the next one clears away."""
        making.mkdir(parents=True, exist_ok=True)
        draft = making / "letter.pdf"
        write_letter(self._case, self._ready.production, package, draft, paper=self._paper)
        try:
            draft.replace(self._letter)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            write_whole(self._letter, lambda out: _copy(draft, out))
        shutil.rmtree(making, ignore_errors=True)

    def _close(self, line: int, package: Package, *, completed: bool) -> Produced:
        ready, case = self._ready, self._case
        production = ready.production
        fields = {"made": "production", "production": production.number, "produce": line}
        case.commit([Entry("derive", {**fields, "tagmanifest": package.tagmanifest, "tool": TOOL})])
        warnings = (*at_risk(case.checked, production), *ready.warnings, *self._notes)
        return Produced(production, self._folder, package, self._letter, warnings, completed)

    def _refused(self, fault: str) -> StorageError:
        if not self._logged and self._ready.begun is None:
            return _unused(fault, self._folder)
        return StorageError(
            f"The production could not be written ({fault}), but its line stands in the ledger: its numbers are used.",
            item=str(self._folder),
            todo="Free space or check the disk, then run the very same command again: it completes it. Where something "
            "else lies in the folder by now, name another one.",
        )
