"""Every row of one database carried into an empty one of the same step, SQLite or PostgreSQL, whichever they are.

Rows go in under the guards of where they arrive, and are read back and compared. Only `domain.store` imports it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Final, Protocol

from domain.errors import StoreUnavailable
from domain.store.postgres_link import PostgresLink

Row = Sequence[Any]
Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

TABLES: Final = (
    "events", "services", "providers", "customers", "settings", "bookings", "checkpoints", "answers", "daily", "meta",
)  # fmt: skip
"""What is carried, in an order that the references allow. The lifecycle's edges come with the schema."""
_NUMBERED: Final = ("events", "services", "providers", "customers", "settings", "bookings", "checkpoints")
_OWN_META: Final = "text_index"
"""What a database says of itself alone: how it finds texts."""
_AT_ONCE: Final = 2_000
_SUM_BITS: Final = (1 << 64) - 1


class Side(Protocol):
    """A database that rows are carried from or to, inside a transaction of its own."""

    def columns(self, table: str) -> list[str]:
        """The columns that hold something of their own."""

    def count(self, table: str) -> int:
        """How many rows there are."""

    def rows(self, table: str, names: Sequence[str]) -> Iterable[Row]:
        """The rows of a table, by number where they have one."""

    def take(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Put rows in."""


def carry(source: Side, target: Side, progress: Progress) -> None:
    """Carry everything over.

    Args:
        source: Where it is.
        target: Where it shall be; its tables are empty.
        progress: Told how many rows are carried, and of how many.

    Raises:
        StoreUnavailable: What arrived is not what was sent.
    """
    total, done = sum(source.count(table) for table in TABLES), count(1)
    for table in TABLES:
        names = source.columns(table)
        sent = _Sum()
        target.take(table, names, _told(sent.over(source.rows(table, names)), done, total, progress))
        arrived = _Sum()
        for _ in arrived.over(target.rows(table, names)):
            pass
        if arrived != sent:
            raise StoreUnavailable(f"{table}: what was written is not what was read; nothing was kept, try again")


def _told(rows: Iterable[Row], done: Iterator[int], total: int, progress: Progress) -> Iterator[Row]:
    for row in rows:
        number = next(done)
        if number % _AT_ONCE == 0:
            progress(number, total)
        yield row


class _Sum:
    """What rows come to, in any order: 1 and True are the same, as the two databases write them."""

    def __init__(self) -> None:
        self._rows, self._hashes = 0, 0

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Add each as it passes."""
        for row in rows:
            self._rows += 1
            self._hashes = self._hashes + hash(tuple(row)) & _SUM_BITS
            yield row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and (self._rows, self._hashes) == (other._rows, other._hashes)

    __hash__ = None  # type: ignore[assignment]


class InFile:
    """A SQLite connection's side."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link

    def columns(self, table: str) -> list[str]:
        """What SQLite does not reckon itself."""
        return [row[1] for row in self._link.execute(f"PRAGMA table_xinfo({table})") if not row[-1]]

    def count(self, table: str) -> int:
        """How many rows there are."""
        return int(self._link.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def rows(self, table: str, names: Sequence[str]) -> Iterable[Row]:
        """One after the other."""
        return self._link.execute(_select(table, names))

    def take(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """One after the other."""
        places = ", ".join("?" * len(names))
        self._link.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)


class OnServer:
    """A PostgreSQL connection's side."""

    def __init__(self, link: PostgresLink) -> None:
        self._link = link

    def columns(self, table: str) -> list[str]:
        """All but what PostgreSQL reckons itself, and but the transaction, which is this server's own."""
        found = self._link.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attname <> 'tx' ORDER BY attnum",
            (table,),
        )
        return [name for (name,) in found]

    def count(self, table: str) -> int:
        """How many rows there are."""
        row = self._link.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        return int(row[0]) if row else 0

    def rows(self, table: str, names: Sequence[str]) -> Iterator[Row]:
        """By a cursor of the server's, so that no more than some thousand are in memory."""
        with self._link.cursor(name="carried") as cursor:
            cursor.itersize = _AT_ONCE
            yield from cursor.execute(_select(table, names).encode())

    def take(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """By COPY, which fires every trigger and checks every reference."""
        with self._link.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN".encode()) as to:
            for row in rows:
                to.write_row(row)

    def number_on(self) -> None:
        """Let what comes next have the next numbers."""
        for table in _NUMBERED:
            self._link.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                " HAVING max(id) IS NOT NULL".encode()
            )


def _select(table: str, names: Sequence[str]) -> str:
    which = f" WHERE key <> '{_OWN_META}'" if table == "meta" else ""
    order = " ORDER BY id" if table in _NUMBERED else ""
    return f"SELECT {', '.join(names)} FROM {table}{which}{order}"
