"""A database with a stepped clock and the loop's due work: what the demo's tests live in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dispatcher.demo.headless import run_until
from dispatcher.demo.simulation import Simulation
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from domain.views import EventRow

START = datetime(2026, 8, 3, 9, tzinfo=UTC)


@dataclass
class Room:
    """An engine on a stepped clock."""

    engine: Engine
    clock: SteppedClock
    work: DueWork

    def live(self, simulation: Simulation | None, **length: float) -> None:
        run_until(self.clock.now() + timedelta(**length), self.clock, simulation, self.work)

    def log(self) -> list[EventRow]:
        found: list[EventRow] = []
        tail = self.engine.tail(0)
        while rows := tail.more():
            found.extend(rows)
        return found
