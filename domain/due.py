"""Due work: what happens when a timer runs out.

Whoever runs it, each piece is done once: its decision checks again, in its own transaction, that it is due.

The scheduler that calls it lives in `dispatcher.loop`; this module holds no state that a restart would lose.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from domain import commands as c
from domain.actors import LOOP
from domain.codec import NEVER_WRITTEN
from domain.engine import Engine
from domain.errors import DispatchError, StoreUnavailable
from domain.jumps import Jump
from domain.ladder import longest_wait
from domain.line.writing import render
from domain.outcome import Outcome
from domain.policy import Policy

BATCH = 50
"""Commands in one transaction: enough to share a disk flush, few enough not to keep others waiting."""

_STEPS = 20
"""Batches from one look: where tens of thousands are due, finding the most urgent takes as long as doing fifty."""

log = logging.getLogger(__name__)


class DueWork:
    """Everything that time alone brings about."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._timers = engine.timers
        self._policy = Policy()
        self._jump: Jump | None = None
        self._stuck: StoreUnavailable | None = None
        self._kinds: tuple[Callable[[datetime, int], Sequence[c.Command]], ...] = (
            self._holds,
            self._breaks,
            self._lapses,
            self._attempts,
            self._give_ups,
            self._wakes,
        )

    def run(
        self,
        now: datetime | None = None,
        *,
        stop: Callable[[], bool] = lambda: False,
        pace: Callable[[], int] = lambda: BATCH,
    ) -> int:
        """Do what is due, until nothing is or `stop` says so.

        Args:
            now: The moment; the engine's clock by default.
            stop: Asked between batches.
            pace: Asked before each batch how many commands it may have; it may wait.

        Returns:
            How many commands were carried out.

        Raises:
            DispatchError: The database failed, or holds something due that cannot be read; what was done stays done.
        """
        done = 0
        self._stuck = None
        self._policy = self._engine.views.policy()
        for kind in self._kinds:
            while not stop():
                carried_out = self._in_steps(kind(now or self._engine.clock.now(), _STEPS * BATCH), stop, pace)
                done += carried_out
                if carried_out == 0:
                    break
        if self._stuck is not None:
            raise self._stuck
        return done

    def next_at(self) -> datetime | None:
        """When the earliest timer is due; parked bookings wait for people, not for a time."""
        return self._timers.next_at()

    def clock_was_set(self, jump: Jump) -> None:
        """Every wait that began before keeps its length, until all of those have passed."""
        self._jump = jump

    def is_after_a_jump(self) -> bool:
        """Whether waits from before a jump of the clock may still run: then `next_at` does not tell when they end."""
        longest = max(longest_wait(self._policy), self._policy.offer_timeout)
        if self._jump is not None and self._jump.is_past(self._engine.clock.now(), longest):
            self._jump = None
        return self._jump is not None

    def _in_steps(self, commands: Sequence[c.Command], stop: Callable[[], bool], pace: Callable[[], int]) -> int:
        """Carry out what was found, or as much of it as is done soon: by then something else may be more urgent."""
        done = begun = steps = 0
        while begun < len(commands) and steps < _STEPS and not (steps and stop()):
            step = commands[begun : begun + pace()]
            done += self._carry_out(step)
            begun += len(step)
            steps += 1
        return done

    def _carry_out(self, commands: Sequence[c.Command]) -> int:
        results = self._carried_out(commands)
        for command, result in zip(commands, results, strict=True):
            if isinstance(result, StoreUnavailable):
                self._stuck = self._stuck or result
            elif isinstance(result, DispatchError):
                # Another loop or a person was faster, and the next look finds what is left.
                log.info("%s was not done: %s", command, result.message)
        return sum(not isinstance(result, DispatchError) for result in results)

    def _carried_out(self, commands: Sequence[c.Command]) -> Sequence[Outcome | DispatchError]:
        """All at once; one by one where a row that somebody changed by hand stops them all."""
        try:
            return self._engine.execute_all(commands, LOOP)
        except NEVER_WRITTEN as error:
            if len(commands) > 1:
                return [result for command in commands for result in self._carried_out((command,))]
            what = f"{render(commands[0])} cannot be done ({error}): somebody changed a row"
            return (StoreUnavailable(f"{what}; dispatcher verify says where"),)

    def _holds(self, now: datetime, most: int) -> Sequence[c.Command]:
        return [c.Resume.of(booking=number) for number in self._timers.holds_ended(now, most)]

    def _breaks(self, now: datetime, most: int) -> Sequence[c.Command]:
        return [c.GoOn.of(provider=handle) for handle in self._timers.breaks_ended(now, most)]

    def _lapses(self, now: datetime, most: int) -> Sequence[c.Command]:
        return [c.Reject.of(booking=n, reason="no answer in time") for n in self._lapsed(now, most)]

    def _lapsed(self, now: datetime, most: int) -> Sequence[int]:
        return self._timers.offers_lapsed(now, most, self._policy, self._jump)

    def _attempts(self, now: datetime, most: int) -> Sequence[c.Command]:
        due = self._timers.attempts_due(now, most, self._policy, self._jump)
        return [c.Attempt.of(booking=number) for number in due]

    def _give_ups(self, now: datetime, most: int) -> Sequence[c.Command]:
        return [
            c.MarkFailed.of(booking=n, reason="no provider found in time") for n in self._timers.hopeless(now, most)
        ]

    def _wakes(self, now: datetime, most: int) -> Sequence[c.Command]:
        found = self._timers.wakeable(now, self._policy)
        self._stuck = self._stuck or found.stuck
        return [c.Attempt.of(booking=number, woken_by=handle) for number, handle in found.pairs[:most]]
