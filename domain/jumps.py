"""A clock that is set: how that is noticed, and what it means for the timers that were set before. Pure.

The database holds wall-clock times, on which all consoles must agree. So a loop watches its wall clock against a steady
one, and remembers a jump for as long as a timer from before it may run: such a timer is due when its wait has passed,
whatever the wall clock shows. Whoever did not see the jump goes by `domain.ladder.is_over`, which loses no timer but
ends a wait at once. Anything may import this module.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.clock import Clock

NOTICED_S: Final = 1.0
"""Less than this is how clocks are kept right, and no jump."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A clock was set.

    Attributes:
        before: What it would have shown when that was noticed.
        by: How far it was set, forward or (negative) back.
    """

    before: datetime
    by: timedelta

    def steady(self, now: datetime) -> datetime:
        """What the clock would show, had it not been set."""
        return now - self.by

    def is_past(self, now: datetime, longest: timedelta) -> bool:
        """Whether every timer of at most `longest` that was set before has run out."""
        return self.steady(now) > self.before + longest


class ClockWatch:
    """Compares a clock with one that nobody can set. Not for several threads at once."""

    def __init__(self, clock: Clock, steady: Callable[[], float] = time.monotonic) -> None:
        """Begin to watch.

        Args:
            clock: The clock that may be set.
            steady: Seconds that only ever grow, at the pace of real time.
        """
        self._clock = clock
        self._steady = steady
        self._shown, self._passed = clock.now(), steady()

    def look(self) -> Jump | None:
        """Whether the clock was set since the last look."""
        now, passed = self._clock.now(), self._steady()
        expected = self._shown + timedelta(seconds=(passed - self._passed) * self._clock.speed)
        self._shown, self._passed = now, passed
        by = now - expected
        return Jump(expected, by) if abs(by) > timedelta(seconds=NOTICED_S * self._clock.speed) else None
