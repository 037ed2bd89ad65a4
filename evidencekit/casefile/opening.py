"""Starting a case and opening one: to look at it, or to work on it.

Opening for writing checks the record first: up to the checkpoint everything must verify, else the case stays
read-only. What lies behind the checkpoint is set aside, the catalog is brought up to the ledger, and only then is
there something to write to.
"""

from __future__ import annotations

import glob
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from evidencekit.casefile.agreement import check_catalog
from evidencekit.casefile.case import TOOL, Case
from evidencekit.casefile.checks import (
    Checked,
    check_record,
    is_case,
    known_of,
)
from evidencekit.casefile.lock import CaseLock
from evidencekit.casefile.meanwhile import settled
from evidencekit.casefile.originals_checked import Stamp, check_originals, unless_stamped
from evidencekit.casefile.recovery import being_made_anew, set_aside
from evidencekit.casefile.replay import replay
from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.durable import fsync_folder, write_atomic
from evidencekit.custody.keys import Home, format_keys
from evidencekit.custody.known import know
from evidencekit.custody.ledger import Clock, Ledger, start_ledger, utc_now
from evidencekit.custody.lines import Entry, time_text
from evidencekit.custody.names import must_be_text, words
from evidencekit.custody.regular import unlisted
from evidencekit.errors import CaseError, StorageError, UnsoundError, UsageError
from evidencekit.job import Job
from evidencekit.model import CaseInfo

if TYPE_CHECKING:
    from evidencekit.catalog import Catalog

_FOLDERS = ("seals", "acquisitions", "originals", "derived", "output")
_LONGEST_FIELD = 200
_TOLD = 5  # faults told in one message; `verify` tells all


def create_case(folder: Path, info: CaseInfo, home: Home, actor: str) -> None:
    """Start a case in a folder that is new or empty: all of it or nothing.

    ``info.uuid`` is chosen here when empty. Raises :class:`UsageError` when something is there already and
    :class:`StorageError` when the disk refuses.
    """
    if is_case(folder):
        raise UsageError("There is a case in this folder already.", item=str(folder), todo="Choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("The folder is not empty.", item=str(folder), todo="Choose a new or empty folder.")
    must_be_text(folder.absolute())
    uuid = info.uuid or str(uuid4())
    for name, value in asdict(info).items():
        if len(value) > _LONGEST_FIELD:
            todo = f"Use at most {_LONGEST_FIELD} characters."
            raise UsageError(f"The {name} is too long to be printed on every page.", todo=todo)
    fields = {name: words(value, name) for name, value in asdict(info).items() if name != "uuid"}
    signer = home.signer(uuid, actor)  # a key that is locked is told before anything is made
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with _making(folder.absolute()) as (making, lock):
            checkpoint = _fill(making, uuid, {**fields, "tool": TOOL}, signer, actor)
            if folder.exists():
                folder.rmdir()
            if sys.platform == "win32":  # which renames no folder with an open file in it
                lock.release()
            making.rename(folder)
            fsync_folder(folder.absolute().parent)
        home.remember(uuid, checkpoint.note())
    except OSError as error:
        raise StorageError(
            f"The case could not be written ({error.strerror}).",
            item=str(folder),
            todo="Check the folder and the disk.",
        ) from error


@contextmanager
def _making(folder: Path) -> Iterator[tuple[Path, CaseLock]]:
    """A folder beside the case's own to make it in. What a start that was killed left there is cleared away, and not
    what another one is making at the same time: that is locked."""
    for torn in folder.parent.glob(f".{glob.escape(folder.name)}.new-*"):
        with suppress(CaseError):
            CaseLock(torn).release()
            shutil.rmtree(torn, ignore_errors=True)
    making = folder.with_name(f".{folder.name}.new-{uuid4().hex[:8]}")
    making.mkdir()
    lock = CaseLock(making)
    try:
        yield making, lock
    finally:
        lock.release()
        shutil.rmtree(making, ignore_errors=True)


def _fill(folder: Path, uuid: str, fields: dict[str, object], signer: Signer, actor: str) -> Checkpoint:
    from evidencekit.catalog import Catalog

    for name in _FOLDERS:
        (folder / name).mkdir()
    checkpoint = start_ledger(folder, uuid, fields, signer, actor)
    write_atomic(folder / "keys.txt", format_keys((signer.public,)).encode())
    catalog = Catalog(folder / "catalog.db", write=True)
    replay(catalog, check_record(folder, None), folder, Job())
    catalog.close()
    return checkpoint


def read_case(folder: Path, home: Home) -> Case:
    """Open a case to look at it; its faults are in ``findings``. Raises :class:`UsageError` or :class:`CaseError`."""
    from evidencekit.catalog import Catalog

    _must_be_case(folder)
    checked = settled(folder, lambda: check_record(folder, home), lambda seen: seen.findings)
    catalog = Catalog(folder / "catalog.db", write=False)
    if not checked.findings and catalog.applied() < checked.state.size and os.access(folder, os.W_OK):
        catalog.close()
        try:
            write_case(folder, home.silent(), home.actor(None)).close()
        except (CaseError, UsageError, StorageError):
            checked.notes.append("The catalog is behind the ledger; what is newest may be missing here.")
        catalog = Catalog(folder / "catalog.db", write=False)
    return Case(folder, home, "", checked, catalog)


def write_case(
    folder: Path,
    home: Home,
    actor: str,
    *,
    accept_older: bool = False,
    rebuild: bool = False,
    job: Job | None = None,
    clock: Clock = utc_now,
) -> Case:
    """Open a case to work on it.

    ``accept_older`` takes an older or rewritten copy knowingly, and logs that; ``rebuild`` makes a new catalog from
    the record; lines are dated by the ``clock``. Raises :class:`UsageError` when there is no case, :class:`BusyError`
    when it is in use, :class:`UnsoundError` when it fails its checks, :class:`LockedError` when the actor's key is not
    opened and :class:`CaseError` when it cannot be opened; then nothing was changed.
    """
    _must_be_case(folder)
    must_be_text(folder.absolute())
    lock = CaseLock(folder)
    try:
        return _open_locked(folder, home, actor, lock, accept_older, rebuild, job or Job(), clock)
    except BaseException:
        lock.release()
        raise


def _must_be_case(folder: Path) -> None:
    shut = unlisted(folder)
    if shut is not None:
        raise CaseError(
            f"The case folder cannot be looked into ({shut.strerror}).",
            item=str(folder),
            todo="Have its permissions set, then run this again.",
        )
    if not is_case(folder):
        raise UsageError("This is not a case folder.", item=str(folder), todo="Start one with `evidencekit new`.")


def _open_locked(
    folder: Path, home: Home, actor: str, lock: CaseLock, accept_older: bool, rebuild: bool, job: Job, clock: Clock
) -> Case:
    checked = check_record(folder, home)
    older = [each for each in checked.findings if each.code in ("older-than-seen", "differs-from-seen")]
    if accept_older and older:
        checked.findings = [each for each in checked.findings if each not in older]
    _must_be_sound(folder, checked)
    # A key that is locked or withdrawn is told before anything is changed.
    signer = home.signer(checked.state.case_uuid, actor)
    ledger = Ledger(folder, checked.state, signer, actor, clock)
    ledger.must_not_be_revoked([signer.public])
    fresh: dict[str, Stamp] = {}
    if rebuild:  # before anything is moved
        fresh = check_originals(folder, checked, job)
        _must_be_sound(folder, checked)
    catalog = _open_catalog(folder, rebuild, checked)
    try:
        from evidencekit.catalog.items import all_stamps, set_stamps

        if not rebuild:
            with catalog.read() as connection:
                stamps = all_stamps(connection)
            fresh = check_originals(folder, checked, job, rehash=unless_stamped(stamps))
            checked.findings.extend(check_catalog(catalog, checked))
        _must_be_sound(folder, checked)
        entries = set_aside(folder, checked)
        replay(catalog, checked, folder, job)
        with catalog.write() as connection:
            set_stamps(connection, fresh)
        know(home, known_of(checked))
        case = Case(folder, home, actor, checked, catalog)
        case.begin(lock, ledger)
        if accept_older and older:
            entries.append(Entry("recover", {"why": "accepted knowingly: " + older[0].code, "lines": case.size}))
        if entries:
            case.commit(entries)
        if case.unsealed and _of_an_earlier_day(checked, clock):
            case.seal_now("day")
        _see(home, checked)
    except BaseException:
        catalog.close()
        raise
    return case


def _see(home: Home, checked: Checked) -> None:
    """Remember the newest checkpoint of a case that is sound, for who only looks into what others wrote, too. Raises
    :class:`StorageError`."""
    uuid, newest = checked.state.case_uuid, checked.state.checkpoint
    try:
        if newest is not None and home.last_seen(uuid) != newest.note():
            home.remember(uuid, newest.note())
    except OSError as error:
        raise StorageError(
            f"What this computer has seen of the case could not be kept ({error.strerror}).",
            item=str(home.folder / "last-seen"),
            todo="Free space or check the folder's permissions, then open the case again.",
        ) from error


def _of_an_earlier_day(checked: Checked, clock: Clock) -> bool:
    """Whether the newest line was written before today (UTC): what a day leaves unsealed, the next one seals."""
    return checked.state.time[:10] < time_text(clock())[:10]


def _put_catalog_aside(folder: Path, checked: Checked) -> None:
    """Make room for a new catalog. Raises :class:`CaseError` while the old one is sound: it holds what people wrote."""
    from evidencekit.catalog import Catalog

    path = folder / "catalog.db"
    if not path.exists():
        return
    try:
        catalog = Catalog(path, write=False)
    except CaseError:
        pass
    else:
        begun = being_made_anew(folder, checked) and not catalog.applied()
        faults = check_catalog(catalog, checked)
        catalog.close()
        if begun:
            return
        if not faults:
            raise CaseError(
                "The catalog is sound; a new one would lose titles, notes, order and the hand-written chronology.",
                item=str(path),
                todo="Use `evidencekit reread CASE` without --rebuild to read the items again.",
            )
    aside = folder / "recovered" / f"catalog-{uuid4().hex[:8]}"
    aside.mkdir(parents=True)
    for part in folder.glob("catalog.db*"):
        part.rename(aside / part.name)


def _open_catalog(folder: Path, rebuild: bool, checked: Checked) -> Catalog:
    from evidencekit.catalog import Catalog

    path = folder / "catalog.db"
    if rebuild:
        _put_catalog_aside(folder, checked)
    elif not being_made_anew(folder, checked):
        looked_at = Catalog(path, write=False)  # raises when it is missing or empty: a new one must be asked for
        if looked_at.older or not looked_at.applied():  # it is migrated or filled only when it is sound
            checked.findings.extend(check_catalog(looked_at, replace(checked, notes=[])))
        looked_at.close()
        _must_be_sound(folder, checked)
    return Catalog(path, write=True)


def _must_be_sound(folder: Path, checked: Checked) -> None:
    found = checked.findings
    if not found:
        return
    told = " ".join(each.message for each in found[:_TOLD])
    more = f" And {len(found) - _TOLD} more." if len(found) > _TOLD else ""
    accept = (
        " If you know why this copy differs and go on with it, `evidencekit verify CASE --accept-older` takes it, and "
        "logs that."
        if all(each.code in ("older-than-seen", "differs-from-seen") for each in found)
        else ""
    )
    error = UnsoundError(
        f"The case fails its checks and is read-only; nothing was changed. {told}{more}",
        item=str(folder),
        todo=f"Run `evidencekit verify` for every fault, and compare with a backup or a printed checkpoint.{accept}",
    )
    error.findings = tuple(found)
    raise error
