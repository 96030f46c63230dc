"""The demo without a screen: a stepped clock jumps to whatever is due next, so nothing is ever waited for."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from domain.clock import SteppedClock
from domain.due import DueWork

if TYPE_CHECKING:
    from dispatcher.demo.simulation import Simulation

_MOST_ROUNDS = 1_000
"""Rounds at one moment after which something must be wrong: people and loop would answer each other for ever."""


class StuckClock(RuntimeError):
    """Time stands still: something is due again and again at one moment."""


def run_until(
    end: datetime,
    clock: SteppedClock,
    simulation: "Simulation | None",
    work: DueWork,
    *,
    enough: Callable[[], bool] = lambda: False,
) -> None:
    """Live through everything up to a moment.

    Args:
        end: The moment; the clock stands there afterwards.
        clock: The engine's clock.
        simulation: The simulated people, if there are any.
        work: The loop's due work.
        enough: Asked before each jump; a yes leaves the clock where it stands.

    Raises:
        StuckClock: Due work never ends.
        DispatchError: The database is in trouble.
    """
    work.run(clock.now())
    for _ in _rounds(clock):
        if enough():
            return
        people_at = simulation.next_at() if simulation else None
        loop_at = work.next_at()
        due = [at for at in (people_at, loop_at) if at is not None]
        if not due or min(due) > end:
            break
        clock.set(max(min(due), clock.now()))
        now = clock.now()
        woken = False
        if simulation is not None and people_at is not None and people_at <= now:
            simulation.step(now)
            woken = simulation.somebody_may_wake()
        if (woken or (loop_at is not None and loop_at <= now)) and work.run(now) and simulation is not None:
            simulation.step(now)
    clock.set(end)


def _rounds(clock: SteppedClock) -> Iterator[None]:
    """Without end, unless the clock stands still all the time."""
    at, rounds = clock.now(), 0
    while True:
        yield
        if clock.now() != at:
            at, rounds = clock.now(), 0
        rounds += 1
        if rounds > _MOST_ROUNDS:
            raise StuckClock(f"something is due again and again at {at.isoformat()}")
