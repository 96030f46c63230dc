"""What a store is, whichever database lies under it: one write at a time, snapshots to read, and the log's tail.

Only the engine and what lies beside it import this module.
"""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from domain.codec import EVENT
from domain.errors import DispatchError, StoreUnavailable
from domain.records import Event, Provider
from domain.store.points import Reached, pass_by
from domain.store.prepared import Link, Prepared
from domain.store.schema import meta
from domain.store.snapshot import Snapshot
from domain.store.transaction import Transaction

log = logging.getLogger(__name__)
_META = Prepared(select(meta.c.value).where(meta.c.key == bindparam("key")))


class Position(NamedTuple):
    """A place in the log, as the tail reads it.

    Attributes:
        event: Behind which event it is.
        transaction: And on PostgreSQL behind which transaction.
        database: How often another database had been found in the place of the one that was opened.
    """

    event: int
    transaction: int = 0
    database: int = 0


class Moved(DispatchError):
    """Facts changed between decision and writing; inside the store only: whoever writes decides anew."""

    code = 409


def readable(rows: Iterable[Sequence[Any]]) -> list[Event]:
    """The events of rows. One that somebody else wrote and nobody can read keeps no reader from those after it."""
    events = []
    for row in rows:
        try:
            events.append(EVENT.decode(row))
        except StoreUnavailable as error:
            log.warning("%s", error.message)
    return events


class Store(ABC):
    """One database, opened by one process. Threads may share it.

    Attributes:
        kind: `SQLite` or `PostgreSQL`.
        name: How sentences call it: the file, or the address without its password.
        url: How it was opened.
        writes_one_at_a_time: Whether a decision sees everything that has a lower number in the log.
        reached: Called at each point of the way of a commit; tests put theirs there.
        path: The file, where it is one.
        is_told: Whether `wait` ends when somebody commits.
    """

    kind: str
    writes_one_at_a_time: bool
    name: str
    url: str
    reached: Reached = staticmethod(pass_by)
    path: Path | None = None
    is_told = False
    _known: dict[int, Provider]

    @abstractmethod
    def write(self) -> AbstractContextManager[Transaction]:
        """One durable transaction: committed at the end of the block, rolled back when it raises.

        Raises:
            StoreBusy: Others held the database too long.
            DispatchError: Whatever the database refused, as its typed error.
        """

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """One consistent snapshot."""

    @abstractmethod
    def raw(self) -> AbstractContextManager[Link]:
        """A driver's connection for prepared reads that need no common snapshot."""

    @abstractmethod
    def tail(self, after: Position, most: int) -> tuple[tuple[Event, ...], Position]:
        """Events behind a place, and the place behind them; none that can be read is ever skipped or given twice."""

    @abstractmethod
    def behind(self, place: Position) -> tuple[int, int | None]:
        """How many events are behind a place, and the time of the first of them in milliseconds."""

    @abstractmethod
    def position(self, event: int | None = None) -> Position:
        """The place behind an event, or without one behind everything that a snapshot taken next will show."""

    @abstractmethod
    def newest(self) -> int:
        """The newest event's number, 0 when there is none."""

    @abstractmethod
    def mark(self) -> object:
        """Something that is another one after every commit: a look of microseconds."""

    @abstractmethod
    def wait(self, seconds: float) -> None:
        """Wait until somebody committed something, or until it is time to look anyway; at most so long."""

    @abstractmethod
    def close(self) -> None:
        """Give back every connection. Reads after it open connections anew, and a second call gives those back."""

    def sign(self) -> object:
        """Another one when something was, or is just being, committed; None where looking itself is as cheap a sign."""
        return None

    def facts(self, connection: Connection) -> Snapshot:
        """What decisions are taken on, as a snapshot's connection sees it."""
        driver: Link = connection.connection.driver_connection  # type: ignore[assignment]
        return Snapshot(driver, self._known)

    def meta(self, key: str) -> Any:
        """A fact about the database itself, such as a demo's clock; None when it is not there."""
        with self.raw() as connection:
            row = _META.row(connection, key=key)
        return None if row is None else json.loads(row[0])

    def set_meta(self, key: str, value: Any) -> None:
        """Set such a fact."""
        with self.write() as transaction:
            transaction.set_meta(key, json.dumps(value))
