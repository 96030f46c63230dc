"""The log, followed from a place on: none skipped, none twice, whatever the writers do.

Only the engine imports this module; everything live reads through what it gives.
"""

from typing import NamedTuple, Protocol

from domain.records import Event
from domain.store.store import Store
from domain.views import EventRow


class Lag(NamedTuple):
    """How far a reader is behind: events that are there but not yet read, and the age of the oldest in seconds."""

    events: int
    seconds: float


class _Names(Protocol):
    def named(self, log: tuple[Event, ...]) -> tuple[EventRow, ...]:
        """Events with the names of their subjects."""


class Tail:
    """One reader of the log. Not for several threads at once."""

    def __init__(self, store: Store, names: _Names, after: int | None) -> None:
        self._store = store
        self._names = names
        self._position = store.position(after)

    def more(self, limit: int = 500) -> tuple[EventRow, ...]:
        """What came since, in the log's order.

        Raises:
            DispatchError: The database cannot be read; the place is kept.
        """
        events, position = self._store.tail(self._position, limit)
        rows = self._names.named(events)
        self._position = position
        return rows

    def wait(self, seconds: float) -> None:
        """Wait until there may be more; at most so long."""
        self._store.wait(seconds)
