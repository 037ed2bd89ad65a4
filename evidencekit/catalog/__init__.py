"""The catalog: what is known and said about a case's items, in SQLite. The only SQL of the project.

A copy of the acquisition records (checked against them) beside what people wrote; the record is the truth.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from json import JSONDecodeError
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from evidencekit.catalog.database import REVISIONS, copy_to, migrate, open_engine, revision, told
from evidencekit.catalog.tables import facts_of_case
from evidencekit.changes import RowChange
from evidencekit.errors import CaseError
from evidencekit.model import CaseInfo

_PREFERENCE = "preference:"  # no choice can be taken for one of the case's own fields
_RESTORE = (
    "Restore catalog.db from a backup, or make a new one from the record with `evidencekit reread CASE --rebuild` "
    "(titles, notes and order are then lost)."
)


class Catalog:
    """One open catalog. ``read()`` and ``write()`` give a connection inside one transaction."""

    def __init__(self, path: Path, *, write: bool, still: bool = False) -> None:
        """Open, and when writing make or migrate, the database; ``still`` reads it as one that nobody writes, and
        leaves nothing beside it. Raises :class:`CaseError`.

        An older one that is only looked at stays as it is: a temporary copy is migrated and read (``older``).
        """
        if not write and not path.exists():
            raise CaseError("The catalog is missing.", item=str(path), todo=_RESTORE)
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise CaseError(
                "The catalog is no file, or a link out of the case.",
                item=str(path),
                todo="Put the file itself in its place, or move away what is there and make a new one from the record "
                "with `evidencekit reread CASE --rebuild` (titles, notes and order are then lost).",
            )
        self.path = path
        self._threads = threading.local()
        self._copy: TemporaryDirectory[str] | None = None
        self._engine = open_engine(path, write=write, still=still)
        if write:
            migrate(self._engine, path)
        elif (found := revision(self._engine, path)) is None:
            raise CaseError("The catalog is empty: what people wrote in it is gone.", item=str(path), todo=_RESTORE)
        elif found in REVISIONS[:-1]:
            self._engine = self._migrated_copy()

    @property
    def older(self) -> bool:
        """Whether an older version of the program made the catalog, so that a copy of it is read."""
        return self._copy is not None

    def _migrated_copy(self) -> Engine:
        self._copy = TemporaryDirectory(prefix="evidencekit-", ignore_cleanup_errors=True)
        try:
            copy = Path(self._copy.name) / self.path.name
            copy_to(self._engine, self.path, copy)
            engine = open_engine(copy, write=True)
            migrate(engine, self.path)
            return open_engine(copy, write=False)
        except BaseException:
            self._copy.cleanup()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one consistent view."""
        with self._faults_told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are kept as a whole or not at all."""
        with (
            self._faults_told(),
            self._engine.connect().execution_options(will_write=True) as connection,
            connection.begin(),
        ):
            if not self._recording():
                yield connection
                return
            from evidencekit.catalog.patches import seen, watch

            watch(connection)
            yield connection
            changes = seen(connection)
        for each in self._recording():
            each.extend(changes)

    @contextmanager
    def recorded(self) -> Iterator[list[RowChange]]:
        """What this thread's transactions change of the hand-written tables while the block runs, as it is kept."""
        changes: list[RowChange] = []
        self._recording().append(changes)
        try:
            yield changes
        finally:
            self._recording().pop()

    def _recording(self) -> list[list[RowChange]]:
        if not hasattr(self._threads, "recording"):
            self._threads.recording = []
        found: list[list[RowChange]] = self._threads.recording
        return found

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise  # a change that may not be; the caller knows which
        except DatabaseError as error:
            raise told(error, self.path) from error
        except JSONDecodeError as error:
            raise CaseError(
                "The catalog holds something that it never could.",
                item=str(self.path),
                todo="Run `evidencekit verify` on the case.",
            ) from error

    def close(self) -> None:
        """Close the database and remove the temporary copy of an older one."""
        self._engine.dispose()
        if self._copy is not None:
            self._copy.cleanup()

    def info(self) -> CaseInfo:
        """The case's own fields."""
        with self.read() as connection:
            rows = connection.execute(select(facts_of_case.c.key, facts_of_case.c.value))
            found = {row.key: row.value for row in rows}
        return CaseInfo(**{field.name: found.get(field.name, "") for field in fields(CaseInfo)})

    def applied(self) -> int:
        """How many ledger lines the catalog reflects."""
        with self.read() as connection:
            query = select(facts_of_case.c.value).where(facts_of_case.c.key == "applied")
            return int(connection.execute(query).scalar() or 0)


def put_info(connection: Connection, info: CaseInfo) -> None:
    """Set the case's own fields."""
    for key, value in asdict(info).items():
        _put(connection, key, value)


def preference(connection: Connection, key: str) -> str:
    """What was chosen for this case, such as its court profile or paper; empty when nothing was."""
    query = select(facts_of_case.c.value).where(facts_of_case.c.key == _PREFERENCE + key)
    return str(connection.execute(query).scalar() or "")


def set_preference(connection: Connection, key: str, value: str) -> None:
    """Remember a choice for this case; it is nothing that the record speaks of."""
    _put(connection, _PREFERENCE + key, value)


def set_applied(connection: Connection, size: int) -> None:
    """Say that the catalog reflects the ledger's first ``size`` lines."""
    _put(connection, "applied", str(size))


def _put(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(facts_of_case).where(facts_of_case.c.key == key))
    connection.execute(insert(facts_of_case).values(key=key, value=value))
