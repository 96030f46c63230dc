"""The engine and what runs on it while the console is up: loop, tail, companions. Started once, stopped once.

Only `dispatcher/app.py` imports this module. It imports the engine inside the thread that opens it, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from dispatcher.live import Follower
    from dispatcher.loop import Loop
    from domain.engine import Engine
    from domain.errors import DispatchError
    from domain.views import Directory, EventRow

RECENT: Final = 500
"""How many events the live logs begin with."""


class Companion(Protocol):
    """What lives beside the console: a demo's people."""

    def start(self) -> None:
        """Begin; the engine is open."""

    def stop(self) -> None:
        """End; may be called twice."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the screens begin with."""

    engine: Engine
    recent: Sequence[EventRow]
    directory: Directory


class Session:
    """One database, opened in a thread."""

    def __init__(
        self, open_engine: Callable[[], Engine], companions: Sequence[Companion] = (), tick_s: float | None = None
    ) -> None:
        """Prepare it; `tick_s=0` leaves due work to others."""
        self._open_engine = open_engine
        self._companions = companions
        self._tick_s = tick_s
        self._engine: Engine | None = None
        self._loop: Loop | None = None
        self._tail: Follower | None = None

    def open(
        self,
        on_events: Callable[[Sequence[EventRow]], None],
        on_trouble: Callable[[DispatchError | None], None],
        on_pulse: Callable[[], None],
    ) -> Opened:
        """Open the database; blocks for as long as the imports and the disk take.

        Args:
            on_events: Called by the tail with new events, in its own thread.
            on_trouble: Called by the tail when the database is lost, and with None when it is back.
            on_pulse: Called once a second by the scheduler, in a thread of its own.

        Raises:
            DispatchError: It cannot be opened.
        """
        from dispatcher.live import Follower
        from dispatcher.loop import TICK_S, Loop
        from domain.views import EventFilter

        engine = self._engine = self._open_engine()
        tail = engine.tail()
        recent = engine.views.events(EventFilter(), before=2**62, limit=RECENT)
        self._tail = Follower(tail, {row.event.id for row in recent}, on_events, on_trouble)
        tick_s = TICK_S if self._tick_s is None else self._tick_s or None
        self._loop = Loop(engine, tick_s=tick_s, pulse=on_pulse)
        return Opened(engine, recent, engine.views.directory())

    def begin(self) -> None:
        """Let the tail, the loop and the companions go."""
        for part in (self._tail, self._loop, *self._companions):
            if part is not None:
                part.start()

    def close(self) -> None:
        """Stop all of it; what is being written is finished first."""
        companions, self._companions = self._companions, ()
        loop, self._loop = self._loop, None
        tail, self._tail = self._tail, None
        for part in (*companions, loop, tail):
            if part is not None:
                part.stop()

    def let_go(self) -> None:
        """Close the database itself, after all who use it have ended."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()
