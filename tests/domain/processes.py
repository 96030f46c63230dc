"""Real processes for tests: each opens the file, says it is ready, and obeys one line of input at a time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]

_START = """
import sys
from datetime import datetime
from pathlib import Path
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine

def say(text):
    print(text, flush=True)

path = sys.argv[1]
clock = SteppedClock(datetime.fromisoformat(sys.argv[2]))
"""

LOOP = (
    _START
    + """
engine = Engine.open(path, clock=clock)
due = DueWork(engine)
say("ready")
for line in sys.stdin:
    clock.set(datetime.fromisoformat(line.strip()))
    say(due.run())
"""
)
"""The loop: for each moment that it is told, it does what is due and says how much that was."""

OPENER = (
    _START
    + """
say("ready")
sys.stdin.readline()
engine = Engine.open(path, clock=clock)
say(engine.views.last_event())
engine.close()
"""
)
"""Opens the file when told to."""

UNDOER = (
    _START
    + """
import os
from domain import commands as c
from domain.actors import Actor, Role
from domain.errors import DispatchError

engine = Engine.open(path, clock=clock)
actor = Actor(Role.ADMIN, f"process{os.getpid()}")
say("ready")
for line in sys.stdin:
    try:
        engine.execute(c.Undo.of(event=int(line), reason="by mistake"), actor)
        say("done")
    except DispatchError as refusal:
        say(f"{refusal.kind} {refusal.details['by']}")
"""
)
"""A dispatcher who takes back each event that it is told, and says whether that went or who was faster."""

VICTIM = (
    _START
    + """
import json, os, signal
from domain import commands as c
from domain.actors import Actor, Role

engine = Engine.open(path, clock=clock)
say("ready")
order = json.loads(sys.stdin.readline())

def reached(point):
    if point == order["point"]:
        if order["do"] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        say("blocked")
        sys.stdin.readline()

engine._store.reached = reached
engine.execute(c.Assign.of(booking=1, provider="mira"), Actor(Role.ADMIN, "victim"))
say("done")
"""
)
"""Assigns booking 1, and is killed or stands still at the point that it is told."""

HOLDER = (
    _START
    + """
engine = Engine.open(path, clock=clock)
with engine._store.write():
    say("ready")
    sys.stdin.readline()
say("released")
"""
)
"""Sits on the write gate until told to let go."""


class Process:
    """One of them."""

    def __init__(self, code: str, path: Path | str, moment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(path), moment],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, line: str = "") -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        """SIGKILL: it gets to do nothing more."""
        self._process.kill()
        self._process.wait(20)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(20)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def processes(code: str, count: int, path: Path | str, moment: str) -> Iterator[list[Process]]:
    """So many of a kind, all ready."""
    started = [Process(code, path, moment) for _ in range(count)]
    try:
        for process in started:
            assert process.hear() == "ready"
        yield started
    finally:
        for process in started:
            process.close()
