"""The write gate: one writer at a time across all processes, by locks on two files beside the database.

SQLite's own lock starves writers; the gate makes them take turns, and says who holds it. A lock that is merely asked
for again and again goes to whoever has just given it back, so there is a turnstile before the gate: who passed it is
next, and who leaves the gate must pass it anew. Only `domain.store` imports this module.
"""

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from domain.errors import StoreBusy

_NEWCOMER_NAP_S = 0.008
_SHORTEST_NAP_S = 0.0005
"""Naps halve from the first to the second: who has waited long looks more often than who has just come."""


class Gate:
    """An exclusive lock between processes (flock) and between this process's threads."""

    def __init__(self, database: Path) -> None:
        """Open it, beside the file that a name leads to, so that all names of a database have one gate.

        Raises:
            OSError: It may not be made or opened.
        """
        self._database = database.resolve()
        self._path = str(self._database) + ".gate"
        self._threads = threading.Lock()
        self._file, self._turnstile = self._opened()
        self._number = os.fstat(self._file).st_ino

    def acquire(self, deadline_s: float) -> None:
        """Wait for the turn.

        Raises:
            StoreBusy: Not within `deadline_s` seconds; the sentence names the holder's process.
            OSError: Its file was taken away, and cannot be made anew.
        """
        end = time.monotonic() + deadline_s
        if not self._threads.acquire(timeout=deadline_s):
            raise StoreBusy("Another write of this console has not ended; nothing was changed, try again")
        try:
            self._pass(end)
            while not self._is_in_place():
                past, (self._file, self._turnstile) = (self._file, self._turnstile), self._opened()
                self._number = os.fstat(self._file).st_ino
                for file in past:
                    os.close(file)
                self._pass(end)
        except BaseException:
            self.release()
            raise
        with suppress(OSError):  # on a full disk nobody is named, and all goes on
            os.pwrite(self._file, b"%-10d" % os.getpid(), 0)

    def _pass(self, end: float) -> None:
        self._lock(self._turnstile, end, _NEWCOMER_NAP_S)
        try:
            self._lock(self._file, end, _SHORTEST_NAP_S)  # who is next has nobody to give way to
        finally:
            fcntl.flock(self._turnstile, fcntl.LOCK_UN)

    def _is_in_place(self) -> bool:
        """Whether others find this gate: somebody may have tidied its file away."""
        try:
            found = os.stat(self._path)  # noqa: PTH116, it takes half of what Path.stat does
        except FileNotFoundError:
            return False
        return found.st_ino == self._number

    def _lock(self, file: int, end: float, nap: float) -> None:
        """Lock a file; flock has no deadline of its own, so a locked one is asked for again, ever sooner."""
        first_seen = ""
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                first_seen = first_seen or self._holder()
                if time.monotonic() > end:
                    raise self._busy(first_seen) from None
                threading.Event().wait(nap)
                nap = max(nap / 2, _SHORTEST_NAP_S)
            else:
                return

    def release(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Give the files back."""
        os.close(self._file)
        os.close(self._turnstile)

    def _holder(self) -> str:
        return os.pread(self._file, 10, 0).decode(errors="replace").strip() or "unknown"

    def _busy(self, first_seen: str) -> StoreBusy:
        holder = self._holder()
        if holder != first_seen:
            return StoreBusy(
                f"Too many are writing (now process {holder}); nothing was changed, try again", holder=holder
            )
        return StoreBusy(
            f"Process {holder} has held the database's write gate too long; nothing was changed. "
            f"If that process hangs, end it",
            holder=holder,
        )

    def _opened(self) -> tuple[int, int]:
        """Gate and turnstile, each for whoever may write the database, as SQLite's own files beside it are."""
        try:
            like = self._database.stat()
        except FileNotFoundError:
            like = None
        return _opened(self._path, like), _opened(f"{self._path}.next", like)


def _opened(path: str, like: os.stat_result | None) -> int:
    with suppress(FileNotFoundError):
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if like is not None:
        with suppress(OSError):  # it is somebody else's, who has made it at this moment
            os.fchmod(file, like.st_mode & 0o666)
            if os.geteuid() == 0:
                os.fchown(file, like.st_uid, like.st_gid)
    return file
