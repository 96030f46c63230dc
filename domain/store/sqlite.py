"""The embedded database: opening it, one write at a time, snapshots to read, and the log's tail.

Only `opening` imports this module.
"""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, bindparam, create_engine, event, select
from sqlalchemy.pool import QueuePool

from domain.codec import EVENT
from domain.errors import StoreBusy, StoreUnavailable
from domain.records import Event, Provider
from domain.store.faults import translate
from domain.store.gate import Gate
from domain.store.migrate import HEAD, bring_up, version_of
from domain.store.points import Point
from domain.store.prepared import Prepared
from domain.store.schema import events
from domain.store.snapshot import columns
from domain.store.sqlite_file import FileFaults, Identity, beside, holds_by_itself, identity, refuse_unusable, stamp
from domain.store.store import Position, Store, readable
from domain.store.transaction import Transaction

log = logging.getLogger(__name__)
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
    f"PRAGMA journal_size_limit = {64 << 20}",
)
_SMALLEST_DATABASE = 512
"""Bytes: SQLite's smallest page (https://www.sqlite.org/fileformat.html)."""
_NEWEST = "SELECT max(id) FROM events"
_NEWEST_SEALED = "SELECT id, hash FROM events ORDER BY id DESC LIMIT 1"
_FIRST_BEHIND = "SELECT id, at FROM events WHERE id > ? ORDER BY id LIMIT 1"
_TAIL = Prepared(
    select(*columns(events, EVENT))
    .where(events.c.id > bindparam("after"))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)


class SqliteStore(Store):
    """One database file. Writers take turns at the gate beside it; events are numbered under it, so none comes late."""

    kind = "SQLite"
    writes_one_at_a_time = True
    path: Path

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = self.url = str(path)
        self._faults = FileFaults(path)
        refuse_unusable(path)
        with self._faults:
            version = self._probe()
            self._gate = self._new_gate()
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
            self._past_gates: list[Gate] = []
            self._replaced = 0  # how often another file was taken up
            self._closing = threading.Event()
            try:
                # What needs no change opens while somebody writes, or hangs in a write.
                self._file = identity(path) if version == HEAD else None
                self._writer = self._connect() if version == HEAD else self._brought_up()
                self._watcher = self._connect()
                self._file = self._file or identity(path)
                self._journal_name, self._journal = self._found_journal()
            except BaseException:
                self._gate.close()
                raise

    def _new_gate(self) -> Gate:
        return Gate(self.path)

    def _require_file(self) -> None:
        """See that what is open is what lies there, file and journal; another, such as a restored backup, is taken up.

        Raises:
            StoreUnavailable: It is gone, or this store was closed.
        """
        if self._is_same_file():
            return
        if self._closing.is_set():
            raise StoreUnavailable(f"{self.path} was closed", database=self.name)
        with self._faults, self._watching:
            if self._is_same_file():
                return
            found = identity(self.path)
            if found is None:
                raise StoreUnavailable(
                    f"{self.path} is gone; put it back or restore a backup, and it goes on by itself",
                    database=self.name,
                )
            self._take_up(found)

    def _is_same_file(self) -> bool:
        """Whether nothing happened to the file and its journal. It is asked many times a second."""
        try:
            file, journal = os.stat(self.name), os.stat(self._journal_name)  # noqa: PTH116, half of what Path.stat takes
        except OSError:
            return False
        return (file.st_dev, file.st_ino) == self._file and (journal.st_dev, journal.st_ino) == self._journal

    def _take_up(self, found: Identity) -> None:
        """Open what lies at the path now, in place of what lay there before."""
        with self._faults:
            turn = self._take_turn()  # nobody of ours is in the middle of a write
            try:
                if is_another := found != self._file:
                    self._take_journal_away()
                else:
                    self._give_journal_up()
                self._require_this_version()
                past = self._writer, self._watcher
                gate, self._writer, self._watcher = self._new_gate(), self._connect(), self._connect()
                self._gate = gate
                self._past_gates.append(turn)
                self._sql.dispose()
                for connection in past:
                    with suppress(sqlite3.Error):
                        connection.close()
                self._known.clear()
                self._file = found
                self._journal_name, self._journal = self._found_journal()
                self._replaced += is_another
            finally:
                turn.release()

    def _found_journal(self) -> tuple[str, Identity | None]:
        """The name of the open database's journal, and which file it is."""
        self._watcher.execute(_NEWEST).fetchone()  # the first read opens it
        journal = beside(self.path, "-wal")
        return str(journal), identity(journal)

    def _give_journal_up(self) -> None:
        """Let go of a journal that was taken away from beside its database, when the file holds all that it held.

        Every connection is closed, since new ones of this process would share its index with the old.

        Raises:
            StoreBusy: A read has not ended, here or elsewhere.
            StoreUnavailable: Somebody has gone on without what it held.
        """
        later = StoreBusy(f"The journal of {self.path} was taken away; try again when a long read has ended")
        if self._sql.pool.checkedout():  # type: ignore[attr-defined]
            raise later
        if is_alone := identity(self._journal_name) is None:
            self._writer.execute("PRAGMA wal_checkpoint")
        newest = self._watcher.execute(_NEWEST_SEALED).fetchone()
        if newest is not None and not holds_by_itself(self.path, *newest):
            if is_alone:
                raise later
            raise StoreUnavailable(
                f"The journal of {self.path} ({self._journal_name}) was taken away, and others write without what it "
                f"held: look whether event {newest[0]} and those before it are there, and start this console again",
                database=self.name,
            )
        self._file = self._journal = None  # until it is open again
        self._sql.dispose()
        for connection in (self._writer, self._watcher):
            connection.close()

    def _take_journal_away(self) -> None:
        """Where only the database was put elsewhere, its journal lies by name beside another one, which it would ruin.

        What it holds goes into its own file first. Where that cannot be, it is kept under another name.
        """
        journal = beside(self.path, "-wal")
        if self._journal is None or identity(journal) != self._journal:
            return
        if self._is_journal_saved():
            journal.unlink()
        else:
            kept = journal.with_name(f"{journal.name}-of-{self._file[1] if self._file else 0}")
            journal.replace(kept)
            log.warning("%s was replaced before all of its journal was in it; that is kept as %s", self.path, kept)
        beside(self.path, "-shm").unlink(missing_ok=True)

    def _is_journal_saved(self) -> bool:
        """Bring what the journal holds into the file that is open, and say whether that is all of it."""
        try:
            _, held, saved = self._writer.execute("PRAGMA wal_checkpoint").fetchone()
        except sqlite3.Error:
            return False
        return bool(held == saved)

    def _require_this_version(self) -> None:
        if (version := self._probe()) != HEAD:
            what = (
                f"was replaced by one of another version ({version}); start this console again"
                if version
                else "is empty now; put the database back or restore a backup, and it goes on by itself"
            )
            raise StoreUnavailable(f"{self.path} {what}", database=self.name)

    def _take_turn(self) -> Gate:
        """Wait for the turn to write, at the gate of the file that lies there then."""
        while True:
            gate = self._gate
            gate.acquire(WRITE_DEADLINE_S)
            if gate is self._gate:
                return gate
            gate.release()

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
        if self.path.is_dir():
            raise StoreUnavailable(f"{self.path} is a folder; name a file in it", database=str(self.path))
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
    def write(self) -> Iterator[Transaction]:
        """One durable transaction, when its turn at the gate has come."""
        self._require_file()
        with self._faults:
            turn = self._take_turn()
            try:
                self.reached(Point.TURN)
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    self.reached(Point.BEGUN)
                    transaction = Transaction(self._writer, self._known, self.reached)
                    yield transaction
                    transaction.finish()
                    self.reached(Point.FINISHED)
                    self._writer.execute("COMMIT")
                    self._require_same_file()
                    self.reached(Point.COMMITTED)
                except BaseException:
                    # After a full disk SQLite has rolled back by itself.
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    # Versions that never came to be must not be taken for later ones of the same number.
                    self._known.clear()
                    raise
            finally:
                turn.release()

    def _require_same_file(self) -> None:
        """Acknowledge nothing that was written to a file, or a journal, which was taken away meanwhile."""
        if not self._is_same_file():
            raise StoreUnavailable(
                f"{self.path} was taken away while it was written; look whether the change is there, and try again",
                database=self.name,
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        self._require_file()
        # Begun at once: the facts are read past SQLAlchemy, which would begin only with its own first statement.
        with self._faults, self._sql.begin() as connection:
            yield connection

    def tail(self, after: Position, most: int) -> tuple[tuple[Event, ...], Position]:
        """Events above a number, in order. Where a backup was restored that ends before it, the log goes on there."""
        newest = self.newest()
        if newest <= after.event or after.database != self._replaced:
            return (), Position(newest, database=self._replaced)
        with self.raw() as connection:
            rows = _TAIL.rows(connection, after=after.event, most=most)
        return tuple(readable(rows)), after._replace(event=rows[-1][0]) if rows else after

    def behind(self, place: Position) -> tuple[int, int | None]:
        """How many events are above a number."""
        self._require_file()
        with self._faults, self._watching:
            first = self._watcher.execute(_FIRST_BEHIND, (place.event,)).fetchone()
        return (0, None) if first is None else (self.newest() - first[0] + 1, first[1])

    def position(self, event: int | None = None) -> Position:
        """The place behind an event, or behind the newest."""
        return Position(self.newest() if event is None else event, database=self._replaced)

    def mark(self) -> object:
        """The newest event's number: every commit appends one."""
        return self.newest()

    def wait(self, seconds: float) -> None:
        """SQLite tells nobody of a commit; a look at the log costs as little as any other sign of it."""
        time.sleep(seconds)  # half of what waiting for an event costs, which counts at so many looks

    def sign(self) -> object:
        """When the journal was written to last: every commit is written there a moment before it shows."""
        return stamp(self._journal_name)

    def newest(self) -> int:
        """The newest event's number. It has a connection of its own, since it is asked many times a second."""
        self._require_file()
        try:
            with self._watching:
                row = self._watcher.execute(_NEWEST).fetchone()
        except sqlite3.Error as error:
            raise translate(error, self.name) from error
        return row[0] or 0

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """A driver's connection for prepared reads, outside any transaction."""
        self._require_file()
        with self._faults:
            pooled = self._sql.raw_connection()
            try:
                connection = pooled.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                yield connection
            finally:
                pooled.close()

    def close(self) -> None:
        """Give back every connection, in turn with the writers, since the last one out checkpoints."""
        if self._closing.is_set():
            self._sql.dispose()
            return
        self._closing.set()
        in_turn = False
        with suppress(StoreBusy, OSError):
            if self._is_same_file():
                self._gate.acquire(WRITE_DEADLINE_S)
                in_turn = True
        self._sql.dispose()
        for connection in (self._watcher, self._writer):
            with suppress(sqlite3.Error):
                connection.close()
        if in_turn:
            self._gate.release()
        for gate in (self._gate, *self._past_gates):
            gate.close()
