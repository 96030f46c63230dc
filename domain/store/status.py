"""What a database file is like, found out without opening it for work: nothing is created, upgraded or waited for.

Only the shell's database commands and the doctor import this module.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.clock import from_ms
from domain.errors import DispatchError, InvalidInput, SchemaTooNew, StoreUnavailable
from domain.store.faults import translate
from domain.store.gate import Gate
from domain.store.migrate import HEAD, sqlite_url, upgrade, version_of
from domain.store.opening import path_of

_COUNTED = ("bookings", "providers", "services", "customers", "events", "checkpoints")
_TURN_S = 60.0


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """A database as it lies there.

    Attributes:
        schema: The step it is at; None when it is empty.
        head: The step of this program.
        size: Bytes of the file, and of what is not yet moved into it (`unmoved`).
        unfilled: Bookings that an interrupted upgrade has not reached yet.
    """

    path: Path
    schema: str | None
    head: str
    size: int
    unmoved: int
    journal: str
    counts: dict[str, int]
    newest_event: tuple[int, datetime] | None
    newest_checkpoint: tuple[int, datetime, int] | None
    unfilled: int = 0


def file_of(url: str, what: str) -> Path:
    """The file that an address names.

    Raises:
        InvalidInput: It is on a server, or names no file.
    """
    if url.startswith(("postgres://", "postgresql://")):
        raise InvalidInput(f"{what} works on database files; for PostgreSQL use the server's own tools")
    return path_of(url)


def look(path: Path) -> DatabaseStatus:
    """What a database is like.

    Raises:
        StoreUnavailable: It is not there, or not ours.
    """
    with _reading(path) as connection:
        schema = version_of(connection, path)
        counts: dict[str, int] = {}
        newest = checkpoint = None
        unfilled = 0
        if schema is not None:
            for table in _COUNTED:
                counts[table] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            newest = connection.execute("SELECT id, at FROM events ORDER BY id DESC LIMIT 1").fetchone()
            found = connection.execute("SELECT id, at, last_event FROM checkpoints ORDER BY id DESC LIMIT 1").fetchone()
            checkpoint = None if found is None else (found[0], from_ms(found[1]), found[2])
            if schema == "0002":
                unfilled = connection.execute("SELECT count(*) FROM bookings WHERE borough IS NULL").fetchone()[0]
        wal = path.with_name(path.name + "-wal")
        return DatabaseStatus(
            path=path,
            schema=schema,
            head=HEAD,
            size=path.stat().st_size,
            unmoved=wal.stat().st_size if wal.exists() else 0,
            journal=connection.execute("PRAGMA journal_mode").fetchone()[0],
            counts=counts,
            newest_event=None if newest is None else (newest[0], from_ms(newest[1])),
            newest_checkpoint=checkpoint,
            unfilled=unfilled,
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
    with closing(Gate(path.with_name(path.name + ".gate"))) as gate:

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
    with closing(Gate(path.with_name(path.name + ".gate"))) as gate:
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
