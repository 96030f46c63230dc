"""The write gate: one writer at a time across all processes, by a lock on a file beside the database.

SQLite's own lock starves writers; the gate makes them take turns, and says who holds it. Only `domain.store` imports
this module.
"""

import fcntl
import os
import threading
import time
from pathlib import Path

from domain.errors import StoreBusy

_LONGEST_NAP_S = 0.004


class Gate:
    """An exclusive lock between processes (flock) and between this process's threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def acquire(self, deadline_s: float) -> None:
        """Wait for the turn.

        Raises:
            StoreBusy: Not within `deadline_s` seconds; the sentence names the holder's process.
        """
        end = time.monotonic() + deadline_s
        if not self._threads.acquire(timeout=deadline_s):
            raise StoreBusy("Another write of this console has not ended; nothing was changed, try again")
        nap = 0.0002
        # flock has no deadline of its own, so a busy gate is asked again, at growing intervals.
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    self._threads.release()
                    raise self._busy() from None
                threading.Event().wait(nap)
                nap = min(nap * 2, _LONGEST_NAP_S)
            else:
                break
        os.pwrite(self._file, b"%-10d" % os.getpid(), 0)

    def release(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)

    def _busy(self) -> StoreBusy:
        holder = os.pread(self._file, 10, 0).decode(errors="replace").strip() or "unknown"
        return StoreBusy(
            f"Process {holder} has held the database's write gate too long; nothing was changed. "
            f"If that process hangs, end it",
            holder=holder,
        )
