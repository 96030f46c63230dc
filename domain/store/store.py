"""The embedded database: opening it, one write at a time, snapshots to read, and the log's tail.

Only the engine imports this module.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, create_engine, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from domain.codec import EVENT
from domain.errors import InvalidInput, StoreBusy, StoreUnavailable
from domain.records import Event, Provider
from domain.store.faults import translate
from domain.store.gate import Gate
from domain.store.migrate import HEAD, bring_up, version_of
from domain.store.prepared import Prepared
from domain.store.schema import events
from domain.store.snapshot import Snapshot, columns
from domain.store.transaction import Transaction

WRITE_DEADLINE_S = 5.0
"""How long a write waits for its turn before it is refused as StoreBusy."""
UPGRADE_DEADLINE_S = 60.0
"""How long opening waits for another process that is creating or upgrading the database."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {int(WRITE_DEADLINE_S * 1000)}",
    "PRAGMA temp_store = MEMORY",
)
_SMALLEST_DATABASE = 512
"""Bytes: SQLite's smallest page (https://www.sqlite.org/fileformat.html)."""
_NEWEST = "SELECT max(id) FROM events"
_TAIL = Prepared(
    select(*columns(events, EVENT))
    .where(events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)


def path_of(url: str) -> Path:
    """The file that `--db` names: a path, or `sqlite:///path`.

    Raises:
        InvalidInput: It names no file, or another kind of database.
    """
    if url.startswith("sqlite:///"):
        url = url.removeprefix("sqlite:///")
    elif "://" in url:
        raise InvalidInput(f"{urlsplit(url).scheme}: databases are not supported yet; give a file, or sqlite:///FILE")
    if not url.strip() or url == ":memory:" or "\0" in url:
        raise InvalidInput("--db needs a file; every console and shell must be able to open the same one")
    return Path(url).expanduser()


class Store:
    """One database file, opened by one process. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_unusable(path)
        with self._faults():
            version = self._probe()
            self._gate = Gate(path.with_name(path.name + ".gate"))
            self._sql = create_engine(
                "sqlite://",
                creator=self._connect,
                poolclass=QueuePool,
                pool_size=4,
                max_overflow=8,
                pool_reset_on_return="rollback",
            )
            event.listen(self._sql, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
            self._known: dict[int, Provider] = {}
            self._watching = threading.Lock()
            self._is_closed = False
            try:
                # What needs no change opens while somebody writes, or hangs in a write.
                self._writer = self._connect() if version == HEAD else self._brought_up()
                self._watcher = self._connect()
            except BaseException:
                self._gate.close()
                raise

    def _brought_up(self) -> sqlite3.Connection:
        self._gate.acquire(UPGRADE_DEADLINE_S)
        try:
            writer = self._connect()
            try:
                bring_up(writer, self.path)
            except BaseException:
                writer.close()
                raise
            return writer
        finally:
            self._gate.release()

    def _probe(self) -> str | None:
        """The schema's version, found out without changing a file that may not be ours."""
        if not self.path.exists():
            return None
        if 0 < self.path.stat().st_size < _SMALLEST_DATABASE:
            # SQLite takes such a file for an empty database and writes over it.
            raise StoreUnavailable(f"{self.path} is not a Dispatcher database", database=str(self.path))
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            return version_of(connection, self.path)
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=WRITE_DEADLINE_S
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Driver errors leave as ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise translate(error, str(self.path)) from error
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise translate(error.orig, str(self.path)) from error
            raise
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: {error.strerror}", database=str(self.path)) from error

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One durable transaction: committed at the end of the block, rolled back when it raises.

        Raises:
            StoreBusy: Others held the database too long.
            DispatchError: Whatever the database refused, as its typed error.
        """
        self._gate.acquire(WRITE_DEADLINE_S)
        try:
            with self._faults():
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield Transaction(self._writer, self._known)
                    self._writer.execute("COMMIT")
                except BaseException:
                    # After a full disk SQLite has rolled back by itself.
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    # Versions that never came to be must not be taken for later ones of the same number.
                    self._known.clear()
                    raise
        finally:
            self._gate.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        # Begun at once: the facts are read past SQLAlchemy, which would begin only with its own first statement.
        with self._faults(), self._sql.begin() as connection:
            yield connection

    def facts(self, connection: Connection) -> Snapshot:
        """What decisions are taken on, as a snapshot's connection sees it."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return Snapshot(driver, self._known)

    def tail(self, after: int, most: int) -> tuple[Event, ...]:
        """Events above a number, in order. On SQLite numbers are given under the write lock, so none comes late."""
        with self.raw() as connection:
            return tuple(EVENT.decode(row) for row in _TAIL.rows(connection, after=after, most=most))

    def newest(self) -> int:
        """The newest event's number. It has a connection of its own, since it is asked many times a second."""
        with self._faults(), self._watching:
            row = self._watcher.execute(_NEWEST).fetchone()
        return row[0] or 0

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """A driver's connection for prepared reads, outside any transaction."""
        with self._faults():
            pooled = self._sql.raw_connection()
            try:
                connection = pooled.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                yield connection
            finally:
                pooled.close()

    def meta(self, key: str) -> Any:
        """A fact about the database itself, such as a demo's clock; None when it is not there."""
        with self.raw() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_meta(self, key: str, value: Any) -> None:
        """Set such a fact."""
        with self.write() as transaction:
            transaction.set_meta(key, json.dumps(value))

    def close(self) -> None:
        """Give back every connection, in turn with the writers, since the last one out checkpoints.

        Reads after it open connections anew, and a second call gives those back.
        """
        if self._is_closed:
            self._sql.dispose()
            return
        self._is_closed = True
        in_turn = False
        with suppress(StoreBusy):
            self._gate.acquire(WRITE_DEADLINE_S)
            in_turn = True
        self._sql.dispose()
        for connection in (self._watcher, self._writer):
            with suppress(sqlite3.Error):
                connection.close()
        if in_turn:
            self._gate.release()
        self._gate.close()


def _refuse_unusable(path: Path) -> None:
    if path.is_dir():
        raise StoreUnavailable(f"{path} is a folder; name a file in it", database=str(path))
    if path.exists():
        if not path.is_file():
            raise StoreUnavailable(f"{path} is not a file; name another with --db", database=str(path))
        if not os.access(path, os.R_OK | os.W_OK):
            raise StoreUnavailable(f"{path} is read-only for you: check its permissions", database=str(path))
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{path.parent} cannot be made: {error.strerror}", database=str(path)) from error
    if not os.access(path.parent, os.W_OK):
        raise StoreUnavailable(f"{path.parent} is read-only for you: check its permissions", database=str(path))
