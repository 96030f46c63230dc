"""How far a command that follows the log is behind it, said while it lasts.

The shell's modules import it.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from dispatcher.output import Output
from domain.store.tail import Tail
from domain.wording import ago

_WORTH_SAYING_S: Final = 1.0
"""Less than this behind is no news; and it is not looked at more often."""
_AGAIN_S: Final = 10.0
"""How long a sentence stands before the next one, while it stays behind."""
_SHARE: Final = 10
"""Counting what is behind takes at most one part in so many of the time."""


class Pace:
    """One follower's.

    Args:
        tail: What it reads by.
        output: Where it is said: on standard error, in words or as one JSON object a line.
        now: The time that events are told in.
        steady: Seconds that nobody sets.
    """

    def __init__(
        self,
        tail: Tail,
        output: Output,
        now: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tail = tail
        self._output = output
        self._now = now
        self._steady = steady
        self._is_behind = False
        self._said_at = 0.0
        self._look_at = steady() + _WORTH_SAYING_S

    def look(self) -> None:
        """Say how far it is behind, if it is time to, or that it has caught up. Call it after each page.

        Raises:
            DispatchError: The database cannot be read.
        """
        began = self._steady()
        if began < self._look_at:
            return
        lag = self._tail.lag(self._now())
        self._look_at = began + max(_WORTH_SAYING_S, _SHARE * (self._steady() - began))
        was_behind, self._is_behind = self._is_behind, lag.events > 0 and lag.seconds >= _WORTH_SAYING_S
        if self._is_behind and (not was_behind or began - self._said_at >= _AGAIN_S):
            self._said_at = began
            oldest = ago(timedelta(seconds=lag.seconds))
            self._say(f"… {lag.events:,} events behind, the oldest {oldest}", lag.events, lag.seconds)
        elif was_behind and not self._is_behind:
            self._say("… caught up", 0, 0.0)

    def _say(self, words: str, events: int, seconds: float) -> None:
        as_data = json.dumps({"behind": events, "seconds": round(seconds, 3)})
        self._output.complain(as_data if self._output.json else words)
