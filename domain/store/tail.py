"""The log, followed from a place on: none skipped, none twice, whatever the writers do.

Only the engine imports this module; everything live reads through what it gives.
"""

from datetime import datetime
from typing import Protocol

from domain.clock import from_ms
from domain.records import Event
from domain.store.store import Position, Store
from domain.views import EventRow, Lag


class _Names(Protocol):
    def named(self, log: tuple[Event, ...]) -> tuple[EventRow, ...]:
        """Events with the names of their subjects."""


def _is_earlier(one: Position, other: Position) -> bool:
    return (one.transaction, one.event) < (other.transaction, other.event)


class Tail:
    """One reader of the log. Not for several threads at once.

    Attributes:
        restorations: How often another database was found in the place of the one that was read, such as a restored
            backup. The log goes on from its end; what was read before may not be in it.
    """

    def __init__(self, store: Store, names: _Names, after: int | None) -> None:
        self.restorations = 0
        self._store = store
        self._names = names
        self._position = store.position(after)
        self._signs: tuple[object, object] = (None, None)

    def more(self, limit: int = 500) -> tuple[EventRow, ...]:
        """What came since, in the log's order.

        Raises:
            DispatchError: The database cannot be read; the place is kept.
        """
        events, position = self._store.tail(self._position, limit)
        rows = self._names.named(events) if events else ()
        if position.database != self._position.database or _is_earlier(position, self._position):
            self.restorations += 1
        self._position = position
        return rows

    def lag(self, now: datetime) -> Lag:
        """How far this reader is behind at a moment; on PostgreSQL also by what a long transaction keeps back.

        Raises:
            DispatchError: The database cannot be read.
        """
        count, oldest = self._store.behind(self._position)
        seconds = 0.0 if oldest is None else max(0.0, (now - from_ms(oldest)).total_seconds())
        return Lag(count, seconds)

    def stirs(self) -> bool:
        """Whether there may be more than when this was asked before: a sign that is cheaper than looking.

        A commit shows a moment after its sign, so each is told twice. Not sure if asked every few milliseconds.
        """
        sign = self._store.sign()
        is_settled = sign is not None and self._signs == (sign, sign)
        self._signs = (self._signs[1], sign)
        return not is_settled

    @property
    def is_told(self) -> bool:
        """Whether `wait` ends when somebody commits, or whether only looking tells."""
        return self._store.is_told

    def wait(self, seconds: float) -> None:
        """Wait until there may be more; at most so long."""
        self._store.wait(seconds)
