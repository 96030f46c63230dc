"""Where a demo's data lies, and whose it is: throw-away folders, and a lock that one process at a time holds."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from domain.engine import Engine
from domain.errors import StoreUnavailable

_PREFIX = "dispatcher-demo-"
_FILE = "demo.db"


@contextmanager
def database(kept: str | None) -> Iterator[str]:
    """The demo's database: the one to keep, or one in a folder that is removed at the end, however that comes.

    A killed demo cannot remove its folder; the next one does.
    """
    if kept is not None:
        yield kept
        return
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        yield str(Path(folder) / _FILE)


def seat_of(engine: Engine) -> Path:
    """What stands for a database where one process claims it: its file, or for a server's a file of this machine."""
    return engine.path or Path(tempfile.gettempdir()) / f"{_PREFIX}{quote(engine.name, safe='')}"


@contextmanager
def sole(path: Path) -> Iterator[bool]:
    """Whether this process is the only one that gives life to a database, for as long as the block runs.

    The system frees the lock of a process that ends, however it ends.

    Raises:
        StoreUnavailable: The lock's file cannot be made.
    """
    lock = _lock_of(path)
    try:
        file = lock.open("a")
    except OSError as error:
        raise StoreUnavailable(f"{lock}: {error.strerror}", path=str(lock)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".demo.gate")


def _sweep(folder: Path) -> None:
    """Remove what killed demos of this user left behind; a folder without a lock file is only just being made."""
    for left in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError, StoreUnavailable):
            if left.is_symlink() or left.stat().st_uid != os.getuid() or not _lock_of(left / _FILE).exists():
                continue
            with sole(left / _FILE) as nobody_there:
                if nobody_there:
                    shutil.rmtree(left, ignore_errors=True)
