"""One case's catalog database: opening it rightly on a local disk, a share and read-only media, and migrating it."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

import evidencekit.catalog.migrations as migrations
from evidencekit.errors import CaseError, EvidenceKitError, StorageError

REVISIONS = ("0001", "0002", "0003")
HEAD = REVISIONS[-1]
_DISK = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk reports a fault or is full",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_CANTOPEN: "the system does not open it (a full disk does that too)",
}
_SHARES = ("nfs", "cifs", "smb", "9p", "afs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "ceph")


def open_engine(path: Path, *, write: bool, still: bool = False) -> Engine:
    """The engine of a catalog database; the file must exist unless ``write``. One that vanishes is not made anew.

    WAL on a local disk, rollback journal on a share, ``immutable=1`` on media that cannot be written and for one that
    is ``still``: reading it leaves nothing beside it. Foreign keys on.
    """
    mode = ("rw" if path.exists() else "rwc") if write else "ro"
    immutable = "&immutable=1" if not write and (still or not _writable(path.parent)) else ""
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}{immutable}"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, timeout=10.0, check_same_thread=False),
        poolclass=NullPool,
    )
    journal = "DELETE" if on_share(path.parent) else "WAL"

    def prepare(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None  # SQLAlchemy's BEGIN is the only one
        connection.execute("PRAGMA foreign_keys = ON")
        if write:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("PRAGMA synchronous = FULL")

    def begin(connection: Connection) -> None:
        # A transaction that will write takes its place at once, so that it never fails half way.
        wanted = connection.get_execution_options().get("will_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if wanted else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def is_still(path: Path) -> bool:
    """Whether nobody has the catalog open to write it, and no crash left any of it beside it."""
    beside = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
    return not any(_length(each) for each in beside)


def _length(path: Path) -> int:
    """Bytes of a file; none when it is not there, or no longer: whoever closes the catalog takes it away."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def on_share(folder: Path) -> bool:
    """Whether a folder lies on a network file system, where WAL's shared memory does not work."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(str(Path(folder.absolute().anchor))) == 4)
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return False
    best, kind = "", ""
    here = str(folder.resolve())
    for row in mounts.splitlines():
        fields = row.split(" ")
        if len(fields) < 3:
            continue
        where = fields[1].replace("\\040", " ")
        inside = here == where or here.startswith(where.rstrip("/") + "/")
        if inside and len(where) >= len(best):
            best, kind = where, fields[2]
    return kind.startswith(_SHARES)


def migrate(engine: Engine, path: Path) -> None:
    """Bring the database to :data:`HEAD`, and what is worked out in it with it.

    Raises :class:`CaseError` for a newer or damaged one and :class:`StorageError` when the disk refuses.
    """
    found = revision(engine, path)
    if found == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    from evidencekit.catalog.listing import refill

    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(migrations.__path__)))))
    try:
        with engine.connect().execution_options(will_write=True) as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            refill(connection)
    except CommandError as error:
        raise CaseError(
            f"The catalog was made by a newer version of EvidenceKit ({found}).",
            item=str(path),
            todo="Open the case with that version.",
        ) from error
    except DatabaseError as error:  # full disk, or tables that are not what its version says
        raise told(error, path) from error


def copy_to(engine: Engine, path: Path, copy: Path) -> None:
    """Copy a database that may be in use, with all that is committed. Raises :class:`CaseError` or
    :class:`StorageError`."""
    try:
        with closing(sqlite3.connect(copy)) as target, engine.connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(target)
    except (DatabaseError, sqlite3.Error) as error:
        raise told(error, path) from error


def revision(engine: Engine, path: Path) -> str | None:
    """The schema revision of a catalog; None for an empty file. Raises :class:`CaseError` when it is damaged."""
    try:
        with engine.connect() as connection:
            tables = connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")).all()
            if not tables:
                return None
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    except DatabaseError as error:
        raise told(error, path) from error


def _shut(path: Path) -> Path:
    """Which of a catalog's files may not be written: those beside it were made with the permissions that it had."""
    beside = (path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal"))
    return next((each for each in beside if each.exists() and not os.access(each, os.R_OK | os.W_OK)), path)


def told(error: DatabaseError | sqlite3.Error, path: Path) -> EvidenceKitError:
    """A database fault in words: a disk that refuses is not a damaged catalog."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    code = code & 0xFF if code is not None else None
    if code in _DISK:
        return StorageError(
            f"The catalog could not be opened or written: {_DISK[code]}. It is not damaged by that.",
            item=str(_shut(path)),
            todo="Free space or check the disk and its permissions, then run it again.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CaseError("The catalog is in use by another program.", item=str(path), todo="Run it again later.")
    return CaseError(
        "The catalog is damaged or is no database.",
        item=str(path),
        todo="Restore catalog.db from a backup, or make a new one from the record with "
        "`evidencekit reread CASE --rebuild` (titles, notes and order are then lost).",
    )
