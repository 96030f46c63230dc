"""What a database is like, found out without opening it for work: nothing is created, upgraded or waited for.

Here files; `postgres_status` does the same on a server. Only the shell's database commands and the doctor import them.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.clock import from_ms
from domain.errors import DispatchError, SchemaTooNew, StoreUnavailable
from domain.store.faults import translate
from domain.store.gate import Gate
from domain.store.migrate import FILLABLE, HEAD, sqlite_url, upgrade, version_of
from domain.store.prepared import Link
from domain.store.sqlite_file import beside

_COUNTED = ("bookings", "providers", "services", "customers", "events", "checkpoints")
_TURN_S = 60.0


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies in a database of ours.

    Attributes:
        counts: How many rows each table has.
        newest_event: Its number and time.
        newest_checkpoint: Its number, its time and the last event that it covers.
        unfilled: Bookings that an interrupted upgrade has not reached yet.
    """

    counts: dict[str, int]
    newest_event: tuple[int, datetime] | None = None
    newest_checkpoint: tuple[int, datetime, int] | None = None
    unfilled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """A database as it lies there.

    Attributes:
        name: How sentences call it.
        kind: `SQLite` or `PostgreSQL`.
        schema: The step it is at; None when it is empty.
        size: Bytes.
        contents: What lies in it.
        head: The step of this program.
    """

    name: str
    kind: str
    schema: str | None
    size: int
    contents: Contents
    head: str = HEAD

    @property
    def about(self) -> str:
        """The kind, and how it is kept."""
        return self.kind

    @property
    def about_size(self) -> str:
        """How much room it takes."""
        return f"{self.size:,} bytes"

    @property
    def own(self) -> dict[str, object]:
        """What only databases of this kind have, for programs."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus(DatabaseStatus):
    """A file as it lies there.

    Attributes:
        unmoved: Bytes that are not yet moved into the file.
        journal: How SQLite keeps its journal.
    """

    unmoved: int
    journal: str

    @property
    def about(self) -> str:
        """The kind, and how its journal is kept."""
        return f"{self.kind}, journal {self.journal}"

    @property
    def about_size(self) -> str:
        """How much room it takes."""
        return f"{self.size:,} bytes, and {self.unmoved:,} not yet moved into the file"

    @property
    def own(self) -> dict[str, object]:
        """What only a file has."""
        return {"journal": self.journal, "unmoved": self.unmoved}


def look(path: Path) -> FileStatus:
    """What a database file is like.

    Raises:
        StoreUnavailable: It is not there, or not ours.
    """
    with _reading(path) as connection:
        schema = version_of(connection, path)
        wal = beside(path, "-wal")
        return FileStatus(
            name=str(path),
            kind="SQLite",
            schema=schema,
            size=path.stat().st_size,
            unmoved=wal.stat().st_size if wal.exists() else 0,
            journal=connection.execute("PRAGMA journal_mode").fetchone()[0],
            contents=contents(connection, schema),
        )


def contents(connection: Link, schema: str | None) -> Contents:
    """What lies in a database that is at a step."""
    if schema is None:
        return Contents({})
    newest = connection.execute("SELECT id, at FROM events ORDER BY id DESC LIMIT 1").fetchone()
    found = connection.execute("SELECT id, at, last_event FROM checkpoints ORDER BY id DESC LIMIT 1").fetchone()
    return Contents(
        {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED},
        None if newest is None else (newest[0], from_ms(newest[1])),
        None if found is None else (found[0], from_ms(found[1]), found[2]),
        connection.execute("SELECT count(*) FROM bookings WHERE borough IS NULL").fetchone()[0]
        if schema == FILLABLE
        else 0,
    )


def damage(path: Path) -> Sequence[str]:
    """What SQLite finds wrong with the file's own structure, the first few; nothing when it is whole."""
    with _reading(path) as connection:
        return [row[0] for row in connection.execute("PRAGMA quick_check(5)") if row[0] != "ok"]


def bring_file_up(path: Path, *, progress: Callable[[int], None], rest: bool) -> int:
    """Run what is missing of an upgrade, taking turns at the write gate, so that others write in between.

    Args:
        path: The database.
        progress: Told after each batch how many rows were filled so far.
        rest: Whether to run the steps behind the filling too.

    Returns:
        How many rows were filled.

    Raises:
        StoreUnavailable: It is not there, or not ours; SchemaTooNew when a newer program made it.
    """
    schema = look(path).schema
    if schema is None:
        raise StoreUnavailable(f"{path} is empty; it is made when it is first opened", database=str(path))
    if schema > HEAD:
        raise SchemaTooNew(f"{path} was made by a newer Dispatcher (schema {schema}, this one knows {HEAD})")
    with closing(Gate(path)) as gate:

        @contextmanager
        def turn() -> Iterator[None]:
            gate.acquire(_TURN_S)
            try:
                yield
            finally:
                gate.release()

        return upgrade(sqlite_url(path), turn=turn, progress=progress, rest=rest)


def writer_of(path: Path, within_s: float) -> str | None:
    """Why nobody can write, if the gate does not open in time; None when it does."""
    with closing(Gate(path)) as gate:
        try:
            gate.acquire(within_s)
        except DispatchError as busy:
            return busy.message
        gate.release()
    return None


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise StoreUnavailable(f"{path} is not there", database=str(path))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise translate(error, str(path)) from error
