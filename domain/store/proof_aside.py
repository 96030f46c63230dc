"""A second process beside a proof, on the second core: it makes most of the choices again, which is half of the work.

It is a program of its own with pipes, `proof_of_choices`: it shares nothing, and leaves nothing behind. It is sent one
line of JSON: the file, the newest event's number and hash in the snapshot of whoever asks, and the last event that was
written where many write. It answers with lines: `"ready"` when it has a snapshot with that event, then `[event, what]`
for each fault, how many events it has read, and at last `"done"`. Only `proof` imports this module.
"""

import json
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from typing import IO, Any, Final

from domain.errors import StoreUnavailable
from domain.proof.audit import Fault

FEWEST: Final = 50_000
"""Events below which a process of its own is not worth its start: half a second of processor, as 7,000 events take."""
_PROGRAM: Final = "domain.store.proof_of_choices"
_READY: Final = b'"ready"\n'
_DONE: Final = "done"
_READY_S = 10.0
"""How long to wait for it to be ready, which takes a tenth of a second; then there is one process."""
_CHUNK: Final = 1 << 16
"""Bytes: what a pipe holds."""
_WHOSE: Final = "SELECT subject, subject_id FROM events WHERE id = ?"


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Aside:
    """The second process, as the first one hears of it."""

    def __init__(self, process: Popen[bytes], complaints: IO[bytes]) -> None:
        self._process = process
        self._pipe = _answers_of(process)
        self._complaints = complaints
        self._rest = b""
        self._taken = 0
        self._found: list[tuple[int, str]] = []
        self._is_done = False

    def taken(self) -> int:
        """How many events it had read when it last said so. It never waits.

        Raises:
            StoreUnavailable: The process has ended before it was done.
        """
        self._hear(waits=False)
        return self._taken

    def faults(self, driver: Any, progress: Callable[[int], None]) -> Iterator[Fault]:
        """What is wrong with those choices, in the order of events; it waits for the process to be done.

        Args:
            driver: The driver's connection, which has the log.
            progress: Told how many events it has read so far.

        Raises:
            StoreUnavailable: The process has ended before it was done.
        """
        while True:
            found, self._found = self._found, []
            for number, what in found:
                subject, subject_id = driver.execute(_WHOSE, (number,)).fetchone()
                yield Fault(subject, subject_id, what, number)
            progress(self._taken)
            if self._is_done:
                return
            self._hear(waits=True)

    def _hear(self, *, waits: bool) -> None:
        os.set_blocking(self._pipe.fileno(), waits)
        said = self._pipe.read(_CHUNK)
        if said is None or self._is_done:
            return
        if not said:
            raise self._ended()
        *lines, self._rest = (self._rest + said).split(b"\n")
        for answer in map(json.loads, lines):
            if isinstance(answer, list):
                self._found.append((answer[0], answer[1]))
            elif answer == _DONE:
                self._is_done = True
            else:
                self._taken = answer

    def _ended(self) -> StoreUnavailable:
        status = self._process.wait()
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        self._complaints.seek(0)
        *_, last = [b"", *self._complaints.read().strip().splitlines()]
        why = f" ({last.decode(errors='replace')})" if last else ""
        return StoreUnavailable(
            f"The second process, which makes choices again, ended {how}{why} before it was done, "
            "so nothing is proved: try again",
            status=status,
        )


@contextmanager
def begun(file: Path, newest: int, sealed: str, many_wrote: float) -> Iterator[Aside | None]:
    """Start the second process, and end it at the end of the block; None when it does not come up.

    Args:
        file: The database.
        newest: The number of the last event to prove.
        sealed: That event's hash, by which the process knows that it has the same database.
        many_wrote: See `Auditor`.
    """
    aside = None
    with ExitStack() as ending:
        with suppress(OSError):
            # A file takes in any number of complaints, where a pipe that nobody reads would hold the process up.
            complaints = ending.enter_context(TemporaryFile())
            process = ending.enter_context(_started(complaints))
            ending.callback(process.kill)
            if _is_ready(process, json.dumps([str(file.resolve()), newest, sealed, many_wrote])):
                aside = Aside(process, complaints)
            else:
                process.kill()
        yield aside


def _started(complaints: IO[bytes]) -> Popen[bytes]:
    # It finds every package where this process does.
    places = os.pathsep.join(map(os.path.abspath, sys.path))
    command = [sys.executable, "-P", "-m", _PROGRAM]
    environment = {**os.environ, "PYTHONPATH": places}
    return Popen(command, bufsize=0, stdin=PIPE, stdout=PIPE, stderr=complaints, env=environment)


def _answers_of(process: Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def _is_ready(process: Popen[bytes], request: str) -> bool:
    assert process.stdin is not None
    process.stdin.write(f"{request}\n".encode())
    process.stdin.close()
    answers = _answers_of(process)
    has_answered, _, _ = select.select([answers], [], [], _READY_S)
    return bool(has_answered) and answers.readline() == _READY
