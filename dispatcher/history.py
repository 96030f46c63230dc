"""The line's history on disk: a small file for each actor in the user's state folder.

Only `dispatcher/app.py` imports this module. History is a comfort: a file that cannot be read, written or understood
never stops anybody, and is not worth a message over the answer of a line that was carried out.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from screens.widgets.history import History

if TYPE_CHECKING:
    from domain.actors import Actor

KEPT: Final = 500
COMPACTED_ABOVE: Final = 1_000
"""Lines; a longer file is written anew with the last `KEPT` when it is read."""
LONGEST: Final = 2_000
"""Characters; a longer line was pasted, and nobody looks for it with ↑."""
LOCKED_WITHIN_S: Final = 0.3
"""A file is written anew within milliseconds; whoever takes longer has stopped, and is not waited for."""
_LOOK_APART_S: Final = 0.01


class HistoryFolder:
    """One file for each actor; `read` and `append` may block on the disk."""

    def __init__(self, folder: Path | None) -> None:
        """Use a folder, made when the first line is kept; without one, nothing is kept and nothing is found."""
        self._folder = folder

    def begin(self, actor: Actor, write_soon: Callable[[Callable[[], None]], None]) -> History:
        """An actor's history, empty yet, whose lines are kept in the thread that `write_soon` writes in."""
        history = History()
        history.keep = lambda line: write_soon(lambda: self.append(actor, line))
        return history

    async def fill(self, actor: Actor, history: History) -> None:
        """Put the lines of other days into a history, read in a thread."""
        history.precede(await asyncio.to_thread(self.read, actor))

    def read(self, actor: Actor) -> list[str]:
        """The last lines of an actor, oldest first; what is damaged is left out."""
        path = self._path(actor)
        if path is None:
            return []
        try:
            raw = path.read_bytes()
        except OSError:
            return []
        if raw.count(b"\n") >= COMPACTED_ABOVE:
            self._compact(path)
        return _kept(raw)

    def append(self, actor: Actor, line: str) -> None:
        """Keep a line. Several consoles may append at once: each line is one write at the file's end."""
        path = self._path(actor)
        if path is None or not _is_whole(line):
            return
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _opened(path, fcntl.LOCK_SH) as handle:
                os.write(handle, line.encode("utf-8", errors="replace") + b"\n")

    def _path(self, actor: Actor) -> Path | None:
        return self._folder / f"{actor.role}.{actor.id}" if self._folder is not None else None

    def _compact(self, path: Path) -> None:
        """Write it anew with its last lines, while nobody appends; two that want to do it one after the other."""
        new = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError), _opened(path, fcntl.LOCK_EX):
            lines = _kept(path.read_bytes())
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
            new.replace(path)


@contextmanager
def _opened(path: Path, lock: int) -> Iterator[int]:
    """Open a file at its end and lock it: shared to append, exclusive to put another one in its place.

    Raises:
        OSError: It cannot be opened, or somebody holds it for too long.
    """
    ends = time.monotonic() + LOCKED_WITHIN_S
    while True:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)  # lines hold phone numbers
        try:
            if _locks(handle, lock) and os.path.samestat(os.fstat(handle), path.stat()):
                yield handle
                return
        finally:
            os.close(handle)
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(_LOOK_APART_S)


def _locks(handle: int, lock: int) -> bool:
    """Lock an open file, if nobody's lock is in the way."""
    try:
        fcntl.flock(handle, lock | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kept(raw: bytes) -> list[str]:
    """The last lines of a file; what is damaged is left out."""
    lines = raw.decode("utf-8", errors="replace").split("\n")
    return [line for line in lines if line.strip() and _is_whole(line)][-KEPT:]


def _is_whole(line: str) -> bool:
    """Whether it is what somebody typed, and short enough to be looked for again."""
    return len(line) <= LONGEST and line.isprintable() and "\N{REPLACEMENT CHARACTER}" not in line
