"""One open case: where its things lie, and what is logged, recorded and sealed in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from evidencekit import __version__
from evidencekit.casefile.checks import (
    KEPT_ACTS,
    Checked,
    seal_name,
)
from evidencekit.casefile.lock import CaseLock
from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.durable import write_atomic
from evidencekit.custody.keys import Home, format_keys
from evidencekit.custody.ledger import Ledger
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import must_be_text
from evidencekit.custody.originals import Originals
from evidencekit.custody.records import Body, paper_name, write_paper
from evidencekit.errors import CaseError, StorageError, UsageError
from evidencekit.model import CaseInfo, Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evidencekit.catalog import Catalog

TOOL = f"EvidenceKit {__version__}"

Apply = Callable[["Connection"], None]


def _nothing(connection: Connection) -> None:
    del connection


class Case:
    """An open case. ``findings`` are faults of a case opened read-only, ``notes`` what lies behind its checkpoint."""

    def __init__(self, folder: Path, home: Home, actor: str, checked: Checked, catalog: Catalog) -> None:
        self.folder = folder
        self.home = home
        self.actor = actor
        self.checked = checked
        self.catalog = catalog
        self.info: CaseInfo = catalog.info()
        self.originals = Originals(folder / "originals")
        self._ledger: Ledger | None = None
        self._lock: CaseLock | None = None

    def begin(self, lock: CaseLock, ledger: Ledger) -> None:
        """From here on it is open for writing, until it is closed; done by :mod:`evidencekit.casefile.opening`."""
        self._lock, self._ledger = lock, ledger

    @property
    def findings(self) -> list[Finding]:
        return self.checked.findings

    @property
    def notes(self) -> list[str]:
        return self.checked.notes

    @property
    def acquisitions(self) -> Path:
        """The folder of acquisition records."""
        return self.folder / "acquisitions"

    @property
    def derived(self) -> Path:
        """What can be thrown away and made again."""
        return self.folder / "derived"

    def still_there(self) -> None:
        """Raise :class:`FileNotFoundError` when the case's folder was moved or its disk taken out: nothing may be made
        anew in its place, which would look like a case that lost everything."""
        (self.folder / "ledger.jsonl").stat()

    @property
    def output(self) -> Path:
        """Where binders go unless told otherwise."""
        return self.folder / "output"

    @property
    def size(self) -> int:
        """Acknowledged ledger lines."""
        return self._ledger.size if self._ledger else self.checked.state.size

    @property
    def unsealed(self) -> int:
        """Ledger lines since the newest seal."""
        return self.size - self.checked.sealed

    def act_as(self, actor: str) -> None:
        """From here on, what is logged is logged under this name and signed with that person's key; what the person
        before has done is sealed first. Raises what :meth:`seal_now` raises."""
        if actor == self.actor:
            return
        if self._ledger is not None:
            signer = self.home.signer(self.info.uuid, actor)
            self._ledger.must_not_be_revoked([signer.public])
            self.seal_now("person")
            self._ledger.act_as(actor, signer)
        self.actor = actor

    def check_output(self, path: Path) -> None:
        """Refuse an output inside the case, but for its ``output/`` folder: there it would be taken for evidence; and
        one where, or of a case where, nothing can be written for its name.

        Raises :class:`UsageError`.
        """
        for each in (path, self.folder):
            must_be_text(each.absolute())
        real = Path(os.path.realpath(path.absolute().parent))  # pathlib fails at a link to itself
        wanted, home = real / path.name, self.folder.resolve()
        if wanted.is_relative_to(home) and not wanted.is_relative_to(home / "output"):
            raise UsageError(
                "That place is inside the case, where only its own files may lie.",
                item=str(path),
                todo="Name a place outside the case, or in its output folder.",
            )

    def part_of(self, folder: Path) -> str:
        """How the name begins under which something of this case is made before it becomes ``folder``. No other case's
        begins so: what is written into the same place at the same time must not be cleared away as a torn one."""
        return f".{folder.name}.part-{self.info.uuid[:8]}-"

    def commit(
        self, entries: Sequence[Entry], apply: Apply = _nothing, *, cosigners: Sequence[tuple[str, Signer]] = ()
    ) -> Checkpoint:
        """Log the entries as one acknowledged unit, then change the catalog to match. The ``cosigners`` (who they are,
        their key) sign the checkpoint too.

        Raises :class:`StorageError` when the disk refuses; a catalog left behind is completed at the next opening.
        """
        from evidencekit.catalog import set_applied

        assert self._ledger is not None, "only a case opened for writing is committed to"
        keys = len(self.checked.state.keys)
        checkpoint = self._ledger.commit(entries, cosigners=cosigners)
        self.checked.lines.extend(line for line in self._ledger.newest if line.act in KEPT_ACTS)
        try:
            if len(self.checked.state.keys) != keys:
                text = format_keys(tuple(self.checked.state.keys))
                write_atomic(self.folder / "keys.txt", text.encode())
            self.home.remember(self.info.uuid, checkpoint.note())
        except OSError as error:
            raise StorageError(
                f"The entry was logged, but what goes with it could not be written ({error.strerror}).",
                item=str(error.filename or self.folder),
                todo="Free space or check the disk; opening the case again completes it.",
            ) from error
        with self.catalog.write() as connection:
            apply(connection)
            set_applied(connection, checkpoint.size)
        return checkpoint

    def record(self, body: Body) -> dict[str, Any]:
        """Write what belongs to a coming line but must not stand in it as a protected record; gives the line's fields
        ``record`` and ``sha256``. A record whose line never comes is set aside at the next opening.

        ``body["kind"]`` says what it is. Raises :class:`StorageError`.
        """
        number = max(self.checked.papers, default=0) + 1
        try:
            digest = write_paper(self.folder, number, body)
        except FileExistsError:
            aside = self.folder / "records" / paper_name(number)
            raise CaseError(
                "A record that was never acknowledged is in the way; nothing was changed.",
                item=str(aside),
                todo="Close the case and open it again: that sets it aside.",
            ) from None
        except OSError as error:
            raise StorageError(
                f"The record could not be written ({error.strerror}); nothing was acknowledged.",
                item=str(self.folder / "records"),
                todo="Free space or check the disk, then run it again.",
            ) from error
        self.checked.papers[number] = body
        return {"record": number, "sha256": digest}

    def seal(self, checkpoint: Checkpoint) -> None:
        """Keep the note of a sealing for good. Raises :class:`StorageError`; opening the case again completes it."""
        path = self.folder / "seals" / seal_name(checkpoint.size)
        try:
            write_atomic(path, checkpoint.note())
        except OSError as error:
            raise StorageError(
                f"The ledger is written, but its seal could not be kept ({error.strerror}).",
                item=str(path),
                todo="Free space or check the disk; opening the case again completes it.",
            ) from error
        self.checked.seals[checkpoint.size] = checkpoint
        self.checked.sealed = max(self.checked.sealed, checkpoint.size)

    def seal_now(self, why: str) -> Checkpoint | None:
        """Seal what was done since the newest seal, as a line of its own; None when there is nothing to seal. ``why``
        is ``asked``, ``person``, ``close`` or ``day``."""
        if not self.unsealed:
            return None
        checkpoint = self.commit([Entry("seal", {"why": why})])
        self.seal(checkpoint)
        return checkpoint

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the catalog and give up the lock."""
        self.catalog.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._ledger = None
