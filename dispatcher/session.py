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
    from domain.views import Directory, EventRow, Lag

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

    @classmethod
    def of(cls, engine: Engine) -> Opened:
        """Read it.

        Raises:
            DispatchError: The database cannot be read.
        """
        from domain.views import EventFilter

        recent = engine.views.events(EventFilter(), before=2**62, limit=RECENT)
        return cls(engine, recent, engine.views.directory())


class Session:
    """One database, opened in a thread."""

    def __init__(
        self, open_engine: Callable[[], Engine], companions: Sequence[Companion] = (), *, works: bool = True
    ) -> None:
        """Prepare it; unless it works it leaves due work to others."""
        self._open_engine = open_engine
        self._companions = companions
        self._works = works
        self._engine: Engine | None = None
        self._loop: Loop | None = None
        self._tail: Follower | None = None

    def open(
        self,
        on_events: Callable[[Sequence[EventRow]], None],
        on_trouble: Callable[[DispatchError | None, float], None],
        on_restored: Callable[[], None],
        on_lag: Callable[[Lag | None], None],
        on_pulse: Callable[[], None],
    ) -> Opened:
        """Open the database; blocks for as long as the imports and the disk take.

        Args:
            on_events: Called by the tail with new events, in its own thread, as are the next three.
            on_trouble: Called when the database is lost, with the seconds since it was last there, and with None when
                it is back.
            on_restored: Called when another database lies in its place.
            on_lag: Called when the tail is behind, and with None when it is not any more.
            on_pulse: Called once a second by the scheduler, in a thread of its own.

        Raises:
            DispatchError: It cannot be opened.
        """
        from dispatcher.live import Follower
        from dispatcher.loop import Loop

        engine = self._engine = self._open_engine()
        tail = engine.tail()
        opened = Opened.of(engine)
        loop = self._loop = Loop(engine, works=self._works, pulse=on_pulse)

        def tell(rows: Sequence[EventRow]) -> None:
            loop.wake()
            on_events(rows)

        self._tail = Follower(
            tail,
            known={row.event.id for row in opened.recent},
            now=engine.clock.now,
            on_events=tell,
            on_trouble=on_trouble,
            on_restored=on_restored,
            on_lag=on_lag,
            on_look=loop.watch_clock,
        )
        return opened

    def begin(self) -> None:
        """Let the tail, the loop and the companions go."""
        for part in (self._loop, self._tail, *self._companions):
            if part is not None:
                part.start()

    def watch(self, is_watched: bool) -> None:
        """Say whether anybody looks at the terminal; the tail looks less often when nobody does."""
        if self._tail is not None:
            self._tail.is_watched = is_watched

    def give_way(self, seconds: float) -> None:
        """Have due work let keys go first for so long."""
        if self._loop is not None:
            self._loop.give_way(seconds)

    def silence_s(self) -> float:
        """Seconds since the database last answered the tail."""
        return self._tail.silence_s() if self._tail is not None else 0.0

    def close(self) -> None:
        """Stop all of it; what is being written is finished first."""
        companions, self._companions = self._companions, ()
        loop, self._loop = self._loop, None
        tail, self._tail = self._tail, None
        for part in (*companions, tail, loop):
            if part is not None:
                part.stop()

    def let_go(self) -> None:
        """Close the database itself, after all who use it have ended."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()
