"""Real processes for tests: each opens the database, says it is ready, and obeys one line at a time.

They are forked from a server process that has the program loaded, since starting Python anew for each costs more than
what they do.
"""

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from sqlalchemy import URL

from domain import commands as c
from domain.actors import Actor, Role
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError
from domain.store import backfill, migrate
from domain.store.points import Point
from tests.domain.world import START

ROOT = Path(__file__).parents[2]


def context() -> ForkServerContext:
    """Where processes come from."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.domain.client", "tests.domain.processes", "domain.store.postgres"])
    return made


@dataclass
class Ordered:
    """A process's own side: what it is told, and what it says."""

    url: str
    clock: SteppedClock
    _link: "Connection[str, str]"

    def opened(self) -> Engine:
        return Engine.open(self.url, clock=self.clock)

    def say(self, said: object) -> None:
        self._link.send(str(said))

    def listen(self) -> str:
        return self._link.recv()

    def lines(self) -> Iterator[str]:
        """Whatever it is told, to the end."""
        with suppress(EOFError):
            while True:
                yield self.listen()


Work = Callable[[Ordered], None]


def runs_the_loop(ordered: Ordered) -> None:
    """For each moment that it is told, it does what is due and says how much that was."""
    due = DueWork(ordered.opened())
    ordered.say("ready")
    for line in ordered.lines():
        ordered.clock.set(datetime.fromisoformat(line))
        ordered.say(due.run())


def opens_when_told(ordered: Ordered) -> None:
    """Opens the database, and says its newest event."""
    ordered.say("ready")
    ordered.listen()
    engine = ordered.opened()
    ordered.say(engine.views.last_event())
    engine.close()


def upgrades_when_told(ordered: Ordered) -> None:
    """Opens an old file, and says which steps it had to run for that."""
    ran: list[str] = []
    run_steps = migrate.run_steps

    def noted(url: URL, to: str) -> None:
        ran.append(to)
        run_steps(url, to)

    migrate.run_steps = noted
    ordered.say("ready")
    ordered.listen()
    ordered.opened().close()
    ordered.say(",".join(ran))


def fills_two_at_a_time(ordered: Ordered) -> None:
    """Upgrades an old file, and after each batch says how many were filled and waits."""
    backfill.BATCH = 2  # type: ignore[misc]
    ordered.say("ready")

    def told(filled: int) -> None:
        ordered.say(filled)
        ordered.listen()

    migrate.upgrade(migrate.sqlite_url(Path(ordered.url)), progress=told, rest=False)
    ordered.say("done")


def takes_back(ordered: Ordered) -> None:
    """A dispatcher who takes back each event that it is told, and says whether that went or who was faster."""
    engine = ordered.opened()
    actor = Actor(Role.ADMIN, f"process{os.getpid()}")
    ordered.say("ready")
    for line in ordered.lines():
        try:
            engine.execute(c.Undo.of(event=int(line), reason="by mistake"), actor)
            ordered.say("done")
        except DispatchError as refusal:
            ordered.say(f"{refusal.kind} {refusal.details['by']}")


def assigns(ordered: Ordered) -> None:
    """Assigns booking 1, and is killed or stands still at the point that it is told."""
    engine = ordered.opened()
    ordered.say("ready")
    order = json.loads(ordered.listen())

    def reached(point: Point) -> None:
        if point == order["point"]:
            if order["do"] == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            ordered.say("blocked")
            ordered.listen()

    engine._store.reached = reached
    engine.execute(c.Assign.of(booking=1, provider="mira"), Actor(Role.ADMIN, "victim"))
    ordered.say("done")


def holds_the_gate(ordered: Ordered) -> None:
    """Sits on the write gate until told to let go."""
    engine = ordered.opened()
    with engine._store.write():
        ordered.say("ready")
        ordered.listen()
    ordered.say("released")


def _live(work: Work, url: str, link: "Connection[str, str]") -> None:
    with suppress(EOFError):
        work(Ordered(url, SteppedClock(START), link))


class Process:
    """One of them."""

    def __init__(self, work: Work, url: str) -> None:
        self._link, theirs = context().Pipe()
        self._process = context().Process(target=_live, args=(work, url, theirs), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def tell(self, line: str = "") -> None:
        self._link.send(line)

    def hear(self) -> str:
        """What it says next; nothing when it has ended."""
        try:
            return str(self._link.recv())
        except (EOFError, ConnectionResetError):
            return ""

    def kill(self) -> None:
        """SIGKILL: it gets to do nothing more."""
        self._process.kill()
        self._process.join(20)

    def close(self) -> None:
        self.kill()
        self._link.close()
        self._process.close()


@contextmanager
def processes(work: Work, count: int, url: Path | str) -> Iterator[list[Process]]:
    """So many of a kind, all ready."""
    started = [Process(work, str(url)) for _ in range(count)]
    try:
        for process in started:
            assert process.hear() == "ready"
        yield started
    finally:
        for process in started:
            process.close()
