"""Backing the database file up while everybody works on it, and putting a backup in its place.

Only the shell's database commands import this module. Nothing takes its final name before it is whole and on the disk.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.errors import InvalidInput, SchemaTooNew, StoreBusy, StoreUnavailable
from domain.store.gate import Gate
from domain.store.migrate import HEAD, version_of
from domain.store.sqlite_file import FileFaults

Progress = Callable[[int, int], None]
"""Told how many pages are copied, and of how many."""

_PAGES_AT_ONCE: Final = 1_024
_TURN_S: Final = 10.0
_MAGIC: Final = b"SQLite format 3\0"


def back_up(path: Path, to: Path, *, force: bool, progress: Progress) -> int:
    """Copy the database as it is at one moment; writers are not kept waiting.

    Args:
        path: The database.
        to: The file to make.
        force: Whether one that is there may be replaced.
        progress: Told how far it is.

    Returns:
        How many events it holds.

    Raises:
        InvalidInput: The file is there already, or is the database itself.
        StoreUnavailable: One of them cannot be read or written.
    """
    with FileFaults(path):
        require_ours(path, path)
    refuse_to_replace(to, force=force)
    if to.exists() and to.samefile(path):
        raise InvalidInput(f"{to} is the database itself; name another file", file=str(to))
    with FileFaults(to), whole_copy(path, to, progress) as copy:
        newest = require_ours(copy, path)
        put_in_place(copy, to)
    return newest


def restore(source: Path, path: Path, *, force: bool, now: datetime, progress: Progress) -> Path | None:
    """Put a backup in the database's place. Consoles that have it open notice the new file and take it up.

    Args:
        source: The backup.
        path: The database.
        force: Whether a database with events in it may be replaced.
        now: For the name of the replaced one.
        progress: Told how far it is.

    Returns:
        Where the replaced database is kept; None when there was none.

    Raises:
        InvalidInput: There is a database with events in it.
        StoreUnavailable: The backup is no database of ours; SchemaTooNew when a newer program made it.
        StoreBusy: Somebody writes or reads all the time.
    """
    with FileFaults(source):
        require_ours(source, source)
    if path.exists() and source.samefile(path):
        raise InvalidInput(f"{source} is the database itself; name a backup", file=str(source))
    path = path.resolve()  # what a link leads to is replaced, and not the link
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileFaults(path), closing(Gate(path)) as gate:
        gate.acquire(_TURN_S)
        try:
            if not force and path.exists() and (count := _newest(path)):
                raise InvalidInput(
                    f"{path} holds {count:,} events; --force replaces it and keeps it beside", file=str(path)
                )
            with whole_copy(source, path, progress) as copy:
                _sync(copy)  # before the old one has two names for a moment
                kept = None
                if path.exists():
                    _give_to_its_owner(copy, path.stat())
                    kept = _kept_beside(path, now)
                put_in_place(copy, path)
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            _sync(path.parent)
            return kept
        finally:
            gate.release()


def _give_to_its_owner(copy: Path, before: os.stat_result) -> None:
    """Let those read and write it who could before, whoever restores."""
    copy.chmod(before.st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(copy, before.st_uid, before.st_gid)


def refuse_to_replace(to: Path, *, force: bool) -> None:
    """Overwrite nothing unasked.

    Raises:
        InvalidInput: The file is there already.
    """
    if to.exists() and not force:
        raise InvalidInput(f"{to} is there already; --force replaces it", file=str(to))


def put_in_place(copy: Path, to: Path) -> None:
    """Give a whole file its final name, which lasts when this returns."""
    _sync(copy)
    copy.replace(to)
    _sync(to.parent)


@contextmanager
def passing_file(beside: Path, mode: int) -> Iterator[Path]:
    """An empty file under a passing name, with the permissions that it shall have; what is left of it is removed."""
    copy = beside.with_name(f".{beside.name}.{os.getpid()}.part")
    try:
        copy.touch(0o600)
        copy.chmod(mode)
        yield copy
    finally:
        for suffix in ("", "-journal", "-wal", "-shm", ".gate"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)


@contextmanager
def whole_copy(path: Path, beside: Path, progress: Progress) -> Iterator[Path]:
    """A checked copy of a database under a passing name."""
    with passing_file(beside, path.stat().st_mode & 0o777) as copy:
        with closing(reading(path)) as source, closing(sqlite3.connect(copy, isolation_level=None)) as target:
            # One snapshot for the whole copy: without it, every foreign commit would begin it anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=_PAGES_AT_ONCE, progress=lambda _, left, of: progress(of - left, of))
            target.execute("PRAGMA journal_mode = DELETE")
            require_whole(target, path)
        yield copy


def require_whole(connection: sqlite3.Connection, named: Path) -> None:
    """Check a file's own structure.

    Raises:
        StoreUnavailable: It is damaged.
    """
    if (said := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        raise StoreUnavailable(f"{named} is damaged ({said}); nothing was replaced", database=str(named))


def reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def require_ours(path: Path, named: Path) -> int:
    """The newest event's number of a database that this program can open.

    Raises:
        StoreUnavailable: It is not there, or not ours; SchemaTooNew when a newer program made it.
    """
    if not path.is_file():
        raise StoreUnavailable(f"{named} is not there", database=str(named))
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise StoreUnavailable(f"{named} is not a Dispatcher database", database=str(named))
    with closing(reading(path)) as connection:
        version = version_of(connection, named)
        if version is None:
            raise StoreUnavailable(f"{named} is not a Dispatcher database", database=str(named))
        if version > HEAD:
            raise SchemaTooNew(
                f"{named} was made by a newer Dispatcher (schema {version}, this one knows {HEAD}); "
                "upgrade this program",
                schema=version,
                known=HEAD,
            )
        return connection.execute("SELECT max(id) FROM events").fetchone()[0] or 0


def _newest(path: Path) -> int:
    if path.stat().st_size == 0:
        return 0
    return require_ours(path, path)


def _kept_beside(path: Path, now: datetime) -> Path:
    """The replaced database under a dated name, with everything in one file."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=_TURN_S)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StoreBusy(f"{path} is being read; nothing was changed, try again", database=str(path))
    name = f"{path.name}.replaced-{now:%Y%m%dT%H%M%S}"
    for kept in (path.with_name(name if not again else f"{name}-{again}") for again in range(1_000)):
        if not kept.exists():
            os.link(path, kept)
            return kept
    raise StoreBusy(f"{path} was replaced a thousand times this second", database=str(path))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
