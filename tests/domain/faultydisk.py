"""A store whose writes go through a file system that fails when told to, in place of the driver's own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import apsw

from domain.engine import Engine
from tests.domain.powercut import Recording

_CHECKPOINT_AT_PAGES: Final = 20


@dataclass
class Trouble:
    """The so-many-th write or sync from now fails.

    Attributes:
        within: How many more go well; None when nothing fails.
        code: SQLite's code for how it fails.
    """

    within: int | None = None
    code: int = apsw.SQLITE_IOERR

    def refuse(self) -> None:
        """Fail when it is time."""
        if self.within is None:
            return
        self.within -= 1
        if self.within < 0:
            raise apsw.exception_for(self.code)


@dataclass
class _Answer:
    rows: list[tuple[Any, ...]]
    rowcount: int
    lastrowid: int

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.rows.pop(0) if self.rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


class _Writer:
    """The other driver's connection, with the manners and the errors of `sqlite3`."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, sql: str, values: Any = ()) -> _Answer:
        try:
            rows = self._connection.execute(sql, values).fetchall()
        except apsw.Error as error:
            translated = sqlite3.OperationalError(str(error))
            translated.sqlite_errorcode = getattr(error, "extendedresult", apsw.SQLITE_ERROR)
            raise translated from error
        return _Answer(rows, self._connection.changes(), self._connection.last_insert_rowid())

    def close(self) -> None:
        self._connection.close()


def _checkpoint_often(connection: apsw.Connection, name: str, pages: int) -> int:
    """As SQLite does by itself after a commit: whether that goes well is not the commit's business.

    Done here because this driver raises what a file system raised even where SQLite ignores it.
    """
    if pages > _CHECKPOINT_AT_PAGES:
        with suppress(apsw.Error):
            connection.wal_checkpoint(name)
    return apsw.SQLITE_OK


@contextmanager
def faulty_disk(engine: Engine) -> Iterator[Trouble]:
    """While the block runs, the engine writes through a disk that the trouble given may strike."""
    store: Any = engine._store
    trouble = Trouble()
    disk = Recording(f"faulty-{store.path.parent.name}", trouble.refuse)
    connection = apsw.Connection(str(store.path), vfs=disk.name)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_wal_hook(_checkpoint_often)
    usual, store._writer = store._writer, _Writer(connection)
    try:
        yield trouble
    finally:
        trouble.within = None
        store._writer = usual
        connection.close()
        disk.unregister()
