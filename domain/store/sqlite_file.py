"""What lies at a database's path and beside it: SQLite finds its journal by name, and keeps to what it found.

Only `domain.store` imports this module.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from domain.errors import StoreUnavailable
from domain.store.faults import translate

Identity = tuple[int, int]
"""Which file it is, whatever its name: device and inode."""


def identity(path: Path | str) -> Identity | None:
    """Which file lies at a path; None for none."""
    try:
        found = os.stat(path)  # noqa: PTH116, it takes half of what Path.stat does
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def stamp(path: str) -> tuple[int, int] | None:
    """When a file was written to last, in nanoseconds, and its length in bytes; None for no file.

    Another one after every write, but for those within one tick of the file system's clock: some milliseconds.
    """
    try:
        found = os.stat(path)  # noqa: PTH116, as above
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def beside(path: Path, suffix: str) -> Path:
    """A file of SQLite's beside the database, which it puts beside what a link leads to."""
    real = path.resolve()
    return real.with_name(real.name + suffix)


def holds_by_itself(path: Path, number: int, sealed: str) -> bool:
    """Whether the file has an event without any journal."""
    address = f"{path.resolve().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as alone:
        row: tuple[str] | None = alone.execute("SELECT hash FROM events WHERE id = ?", (number,)).fetchone()
        return row == (sealed,)


def refuse_unusable(path: Path) -> None:
    """See that a database can lie there, and make its folder.

    Raises:
        StoreUnavailable: It cannot; the sentence says why.
    """
    if path.is_dir():
        raise StoreUnavailable(f"{path} is a folder; name a file in it", database=str(path))
    if path.exists():
        if not path.is_file():
            raise StoreUnavailable(f"{path} is not a file; name another with --db", database=str(path))
        if not os.access(path, os.R_OK | os.W_OK):
            raise StoreUnavailable(f"{path} is read-only for you: check its permissions", database=str(path))
        if path.stat().st_nlink > 1:
            # SQLite keeps a journal beside each name: who writes by one loses what was written by the other.
            raise StoreUnavailable(
                f"{path} has another name, a hard link: whoever opened that would lose writes; remove one of the two "
                f"(find / -samefile {path}), or copy the file",
                database=str(path),
            )
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{path.parent} cannot be made: {error.strerror}", database=str(path)) from error
    if not os.access(path.parent, os.W_OK):
        raise StoreUnavailable(f"{path.parent} is read-only for you: check its permissions", database=str(path))


class FileFaults:
    """Driver errors leave as ours. It keeps nothing, so that any number of threads may be inside of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
            raise translate(error.orig, str(self._path)) from error
        if isinstance(error, sqlite3.Error):
            raise translate(error, str(self._path)) from error
        if isinstance(error, OSError):
            raise StoreUnavailable(f"{self._path}: {error.strerror}", database=str(self._path)) from error
