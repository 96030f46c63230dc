"""PostgreSQL, for rooms that outgrow one machine: many consoles write at once, rows are locked instead of the database.

Only `opening` imports this module.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final, cast

import psycopg
from psycopg import pq
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import QueuePool

from domain.codec import EVENT
from domain.errors import StoreBusy, StoreUnavailable
from domain.records import Event, Provider
from domain.store.bell import Bell, Listener
from domain.store.migrate import HEAD
from domain.store.points import Point
from domain.store.postgres_link import WRITE_DEADLINE_S, PostgresLink, connect, faults, name_of
from domain.store.postgres_migrate import bring_up, version_of
from domain.store.postgres_transaction import PostgresTransaction
from domain.store.prepared import Link
from domain.store.store import Position, Store, readable
from domain.store.textsearch import HAS_PG_TRGM
from domain.store.transaction import Transaction

_POOLED: Final = 4
_POOLED_AT_MOST: Final = 12
CONNECTIONS: Final = _POOLED_AT_MOST + 4
"""How many one console may have at once: for reads, to write, to look, to ring and to listen."""
_BEHIND = f"""
SELECT {", ".join(EVENT.names)}, tx::text::bigint FROM events
WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY tx, id LIMIT %(most)s"""
_BEHIND_COUNT = "SELECT count(*), min(at) FROM events WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s)"
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
_PLACE_OF = "SELECT tx::text::bigint FROM events WHERE id = %(id)s"
_NEWEST = "SELECT coalesce(max(id), 0) FROM events"
_NEWEST_SEEN = "SELECT id, tx::text, hash FROM events ORDER BY id DESC LIMIT 1"
_SEEN = "SELECT 1 FROM events WHERE id = %(id)s AND tx = %(tx)s::text::xid8 AND hash = %(hash)s"
_MARK = f"{_NEWEST} UNION ALL {_HORIZON}"
_LAST_IN_TRANSACTION: Final = 2**62
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""Whatever the server's default is: what a lock was waited for has to be seen."""


class PostgresStore(Store):
    """One PostgreSQL database."""

    kind = "PostgreSQL"
    writes_one_at_a_time = False
    is_told = True

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = name_of(url)
        self._known: dict[int, Provider] = {}
        self._turn = threading.Lock()
        self._watching = threading.Lock()
        self._closing = threading.Event()
        self._writer: PostgresLink | None = None
        self._watcher: PostgresLink | None = None
        self._seen: dict[str, Any] | None = None  # an event by which the database is known again
        self._replaced = 0  # how often it was another one
        self._sql = create_engine(
            "postgresql+psycopg://",
            creator=lambda: self._connect(autocommit=False),
            poolclass=QueuePool,
            pool_size=_POOLED,
            max_overflow=_POOLED_AT_MOST - _POOLED,
            isolation_level="REPEATABLE READ",
        )
        with self._faults():
            self._writer = self._connect()
            bring_up(self._writer, url, self.name)
        if self.meta("text_index") == "pg_trgm":
            setattr(self._sql.dialect, HAS_PG_TRGM, True)
        self._bell = Bell(self._connect)
        self._listener = Listener(self._connect)

    def _connect(self, *, autocommit: bool = True) -> PostgresLink:
        return connect(self.url, autocommit=autocommit)

    def _faults(self) -> AbstractContextManager[None]:
        """Driver errors leave as ours."""
        return faults(self.name)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One durable transaction of this process at a time; those of other processes go on beside it."""
        if not self._turn.acquire(timeout=WRITE_DEADLINE_S):
            raise StoreBusy("Another write of this console has not ended; nothing was changed, try again")
        try:
            with self._faults():
                self.reached(Point.TURN)
                writer = self._begun()
                try:
                    self.reached(Point.BEGUN)
                    transaction = PostgresTransaction(
                        cast("Link", writer), self._known, self.reached, slot=os.getpid() % SLOTS
                    )
                    yield transaction
                    transaction.finish()
                    self.reached(Point.FINISHED)
                    self._commit(writer)
                    self.reached(Point.COMMITTED)
                except BaseException:
                    with suppress(psycopg.OperationalError):
                        if writer.info.transaction_status is not pq.TransactionStatus.IDLE:
                            writer.execute("ROLLBACK")
                    # Versions that never came to be must not be taken for later ones of the same number.
                    self._known.clear()
                    raise
        finally:
            self._turn.release()
        self._bell.ring()

    def _commit(self, writer: PostgresLink) -> None:
        try:
            said = writer.execute("COMMIT").statusmessage
        except psycopg.OperationalError as error:
            if not writer.closed:
                raise
            raise StoreUnavailable(
                f"{self.name} was lost while it committed; look whether the change is there, and try again",
                database=self.name,
            ) from error
        if said != "COMMIT":
            # After an error that nobody took back, PostgreSQL rolls back and calls that no error.
            raise StoreUnavailable(f"{self.name} took the change back; try again", database=self.name)

    def _begun(self) -> PostgresLink:
        """The writer's connection with a transaction begun: a new one where the server went away since the last."""
        if self._writer is not None and not self._writer.closed:
            with suppress(psycopg.OperationalError):
                self._writer.execute(_BEGIN)
                return self._writer
        self._writer = self._connect()
        self._known.clear()
        self._writer.execute(_BEGIN)
        return self._writer

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        with self._faults(), self._sql.begin() as connection:
            yield connection

    @contextmanager
    def raw(self) -> Iterator[Link]:
        """A driver's connection for prepared reads."""
        with self._faults():
            pooled = self._sql.raw_connection()
            try:
                yield cast("Link", pooled.driver_connection)
            except psycopg.OperationalError:
                pooled.invalidate()
                raise
            finally:
                pooled.close()

    def _look(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Ask by the connection that is kept for looks, which are many."""
        with self._faults(), self._watching:
            if self._watcher is None or self._watcher.closed:
                self._watcher = self._connected_again()
            return self._watcher.execute(sql.encode(), values).fetchall()

    def _connected_again(self) -> PostgresLink:
        """A connection after the server went away; where it came back without what was seen, that is another database.

        Raises:
            StoreUnavailable: It is of another version, or holds nothing of ours.
        """
        link = self._connect()
        try:
            self._sql.dispose()  # with the server went what waits in the pool
            self._known.clear()
            if self._seen is not None and link.execute(_SEEN, self._seen).fetchone() is None:
                if (version := version_of(link, self.name)) != HEAD:
                    raise StoreUnavailable(
                        f"{self.name} is another database now ({version or 'empty'}); start this console again",
                        database=self.name,
                    )
                bring_up(link, self.url, self.name)
                self._replaced += 1
                self._seen = None
        except BaseException:
            link.close()
            raise
        return link

    def tail(self, after: Position, most: int) -> tuple[tuple[Event, ...], Position]:
        """Events of transactions that nothing running can come before, by transaction; in one answer by number.

        Numbers are taken before they are committed, so "above the last number" would leave out what commits late.
        """
        rows = self._look(_BEHIND, tx=str(after.transaction), id=after.event, most=most)
        if after.database != self._replaced:
            return (), self.position()
        if not rows:
            return (), after
        number, *_, sealed, transaction = rows[-1]
        self._seen = {"id": number, "tx": str(transaction), "hash": sealed}
        events = sorted(readable(row[:-1] for row in rows), key=lambda event: event.id)
        return tuple(events), Position(number, transaction, self._replaced)

    def behind(self, place: Position) -> tuple[int, int | None]:
        """How many events are behind a place, those that cannot be read yet among them."""
        count, first = self._look(_BEHIND_COUNT, tx=str(place.transaction), id=place.event)[0]
        return int(count), first

    def position(self, event: int | None = None) -> Position:
        """The place behind an event, or behind every transaction that nothing running can come before."""
        if event is None:
            horizon = self._look(_HORIZON)[0][0]
            if self._seen is None and (newest := self._look(_NEWEST_SEEN)):
                self._seen = dict(zip(("id", "tx", "hash"), newest[0], strict=True))
            return Position(_LAST_IN_TRANSACTION, horizon, self._replaced)
        if event == 0:
            return Position(0, 0, self._replaced)
        found = self._look(_PLACE_OF, id=event)
        return Position(event, found[0][0], self._replaced) if found else self.position()

    def newest(self) -> int:
        """The newest event's number."""
        return int(self._look(_NEWEST)[0][0])

    def mark(self) -> object:
        """The newest number, and up to where no transaction runs any more: late commits move that."""
        return self._look(_MARK)

    def wait(self, seconds: float) -> None:
        """Until a writer rings, or a look is due anyway: one that was killed has not rung."""
        with self._faults():
            self._listener.wait(seconds)

    def close(self) -> None:
        """Give back every connection."""
        self._sql.dispose()
        if self._closing.is_set():
            return
        self._closing.set()
        self._bell.close()
        self._listener.close()
        with self._turn, self._watching:
            for link in (self._writer, self._watcher):
                if link is not None:
                    link.close()


SLOTS: Final = 16
"""How many counters each daily figure has, so that writers seldom wait for the same one."""
