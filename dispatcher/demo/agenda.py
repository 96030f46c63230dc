"""What is going to be done and when: a heap by (time, sequence), so that equal times keep their order. Pure."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Act = Callable[[datetime], None]


class Agenda:
    """Acts in the order of their times."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Act]] = []
        self._sequence = 0

    def add(self, at: datetime, act: Act) -> None:
        """Do this then."""
        self._sequence += 1
        heappush(self._heap, (at, self._sequence, act))

    def next_at(self) -> datetime | None:
        """When the next one is due."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> Act | None:
        """Take the next one that is due, if any."""
        return heappop(self._heap)[2] if self._heap and self._heap[0][0] <= now else None
