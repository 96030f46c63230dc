"""Backing a PostgreSQL database up into a file, and restoring one from a file: both files are SQLite databases of ours.

So one format serves both, a backup can be opened, read and verified by itself, and a room moves from a file to a server
or back by a backup and a restore. Only the shell's database commands import this module.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg

from domain.errors import InvalidInput, StoreUnavailable
from domain.proof.audit import Fault
from domain.store import migrate
from domain.store.backup import (
    passing_file,
    put_in_place,
    reading,
    refuse_to_replace,
    require_ours,
    require_whole,
    whole_copy,
)
from domain.store.postgres_link import PostgresLink, connect, faults, name_of
from domain.store.postgres_migrate import bring_up, version_of
from domain.store.proof import MANY_WROTE
from domain.store.proof import faults as proven
from domain.store.sqlite import SqliteStore
from domain.store.sqlite_file import FileFaults
from domain.store.textindex import TAKE_IN
from domain.store.transfer import InFile, OnServer, Progress, carry

_OWNER_ONLY: Final = 0o600
"""The permissions of a backup: it holds names and addresses."""
_QUICKLY: Final = ("PRAGMA foreign_keys = ON", "PRAGMA journal_mode = MEMORY", "PRAGMA synchronous = OFF")
"""How a file is written that nobody reads before it is whole, and on the disk."""


def back_up_server(url: str, to: Path, *, force: bool, progress: Progress) -> int:
    """Copy a database as it is at one moment, under the same guards; nobody is kept waiting.

    Args:
        url: The database.
        to: The file to make: a SQLite database of the same step.
        force: Whether one that is there may be replaced.
        progress: Told how many rows are copied, and of how many.

    Returns:
        The number of the newest event that it holds.

    Raises:
        InvalidInput: The file is there already.
        StoreUnavailable: The database cannot be read, or holds nothing; SchemaTooNew when a newer program made it.
        DispatchError: The file cannot be written.
    """
    refuse_to_replace(to, force=force)
    name = name_of(url)
    with faults(name), closing(connect(url, autocommit=False)) as link, FileFaults(to):
        link.isolation_level, link.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        schema = version_of(link, name)
        if schema is None:
            raise StoreUnavailable(f"{name} is empty: there is nothing to back up", database=name)
        with passing_file(to, _OWNER_ONLY) as copy:
            if schema != migrate.HEAD:
                migrate.run_steps(migrate.sqlite_url(copy), schema)
            with closing(sqlite3.connect(copy, isolation_level=None)) as file:
                if schema == migrate.HEAD:
                    migrate.bring_up(file, copy)
                newest = _fill(file, link, name, progress)
                require_whole(file, copy)
            put_in_place(copy, to)
    return newest


def _fill(file: sqlite3.Connection, link: PostgresLink, name: str, progress: Progress) -> int:
    for pragma in _QUICKLY:
        file.execute(pragma)
    file.execute("BEGIN")
    carry(OnServer(link), InFile(file), progress)
    for statement in TAKE_IN.values():
        file.execute(statement)
    newest: int = file.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
    file.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (MANY_WROTE, str(newest)))
    try:
        file.execute("COMMIT")
    except sqlite3.IntegrityError:
        raise StoreUnavailable(
            f"{name} does not hold together, and nothing was written; dispatcher verify says where, and pg_dump copies "
            "it as it is",
            database=name,
        ) from None
    file.execute("PRAGMA journal_mode = DELETE")
    return newest


def restore_to_server(source: Path, url: str, *, proving: Progress, progress: Progress) -> int:
    """Put a backup into an empty database, which is made ready if need be. All of it arrives, or nothing.

    Args:
        source: The backup, made from either kind of database.
        url: The database.
        proving: Told how many events of the backup are proven to be what they were, and up to which there are any.
        progress: Told how many rows are copied, and of how many.

    Returns:
        The number of the newest event.

    Raises:
        InvalidInput: The database holds events, or the backup is not what its log says.
        StoreUnavailable: The backup is damaged or none of ours, or the database is out of reach; SchemaTooNew when a
            newer program made one of them.
    """
    name = name_of(url)
    with faults(name), closing(connect(url)) as link, FileFaults(source):
        newest = require_ours(source, source)
        bring_up(link, url, name)
        _require_empty(link, name)
        with (
            tempfile.TemporaryDirectory(prefix="dispatcher-") as folder,
            whole_copy(source, Path(folder) / source.name, lambda *_: None) as copy,
        ):
            _prove(copy, source, lambda done: proving(done, newest))
            with closing(reading(copy)) as file, link.transaction():
                link.execute("LOCK TABLE events IN EXCLUSIVE MODE")
                _require_empty(link, name)
                server = OnServer(link)
                carry(InFile(file), server, progress)
                link.execute("SET CONSTRAINTS ALL IMMEDIATE")
                server.number_on()
        link.execute("ANALYZE")
    return newest


def _prove(copy: Path, source: Path, progress: Callable[[int], None]) -> None:
    """Bring a backup up to this program's step, and hold it against its log."""
    with closing(SqliteStore(copy)) as store:
        fault: Fault | None = next(proven(store, progress), None)
    if fault is not None:
        raise InvalidInput(
            f"{source} is not what its log says: {fault}. Nothing was restored; "
            f"dispatcher verify --db {source} tells all",
            file=str(source),
        )


def _require_empty(link: PostgresLink, name: str) -> None:
    """Refuse to mix two logs: on a server none is set aside, as a file would be.

    Raises:
        InvalidInput: It holds events.
    """
    row = link.execute("SELECT max(id) FROM events").fetchone()
    if row is not None and row[0]:
        raise InvalidInput(
            f"{name} holds events up to {row[0]:,}, and nothing was changed; restore into an empty database "
            "(createdb NEW) and let --db name that",
            database=name,
        )
