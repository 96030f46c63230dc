"""The tail, followed: a thread that notices every commit, whoever made it, and says when it cannot.

A thread with an event to wait on, and not a scheduler's job, since it looks up to fifty times a second and must go on
when the wall clock is set back.
"""

import threading
import time
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from typing import Any, Final

from domain.errors import DispatchError
from domain.store.tail import Tail
from domain.views import EventRow, Lag

LOOK_EVERY_S: Final = 0.02
"""While something happens: looking costs a few microseconds, so that a foreign commit is on screen at once."""
LOOK_QUIETLY_EVERY_S: Final = 0.075
"""After five seconds without an event; it still leaves the screen its time within the 100 ms."""
LOOK_ANYWAY_S: Final = 0.5
"""After five seconds without an event a look is a look for a sign of one; after this long it is a whole one."""
LOOK_UNWATCHED_EVERY_S: Final = 0.1
"""When nobody looks at the terminal, or where the database tells of commits by itself."""
QUIET_AFTER_S: Final = 5.0
TELL_APART_S: Final = 0.2
LOOK_AGAIN_AFTER_S: Final = 0.5
"""How long to wait when the database is out of reach."""
_PAGE: Final = 500
_STILL_LIVE_S: Final = 1.0
"""Less than this behind is not worth saying."""


def _ignore(*_: Any) -> None:
    """Nobody wants to know."""


class Follower:
    """Calls back from its own thread; the callbacks must be quick and must not touch widgets.

    Attributes:
        is_watched: Whether anybody looks at what it tells; it looks less often when nobody does.
    """

    def __init__(
        self,
        tail: Tail,
        *,
        known: Set[int] = frozenset(),
        now: Callable[[], datetime] | None = None,
        on_events: Callable[[Sequence[EventRow]], None] = _ignore,
        on_trouble: Callable[[DispatchError | None, float], None] = _ignore,
        on_restored: Callable[[], None] = _ignore,
        on_lag: Callable[[Lag | None], None] = _ignore,
        on_look: Callable[[], None] = _ignore,
    ) -> None:
        """Prepare it; nothing runs before `start`.

        Args:
            tail: The log, from before what is known already was read.
            known: The numbers of what is known already; it is not told again.
            now: The time, to tell how far it is behind.
            on_events: Gets new events, in order, none skipped and none twice.
            on_trouble: Gets the error when the database is lost, with the seconds since it was last there; and None
                when it is back.
            on_restored: Told when another database lies where the one was that was read, such as a restored backup.
            on_lag: Gets how far it is behind when it is, and None when it has caught up.
            on_look: Told a few times a second that it goes on looking.
        """
        self.is_watched = True
        self._tail = tail
        self._known = known
        self._now = now
        self._on_events = on_events
        self._on_trouble = on_trouble
        self._on_restored = on_restored
        self._on_lag = on_lag
        self._on_look = on_look
        self._looked_at = self._news_at = time.monotonic()
        self._trouble: str | None = None
        self._is_behind = False
        self._counted_at = 0.0
        self._restorations = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="tail", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._looked_at = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, within a look."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def silence_s(self) -> float:
        """Seconds since the last look that the database answered."""
        return time.monotonic() - self._looked_at

    def _follow(self) -> None:
        told_at = 0.0
        while not self._stop.is_set():
            if time.monotonic() - told_at > TELL_APART_S:
                told_at = time.monotonic()
                self._on_look()
            try:
                if self._is_still() or not self._look():
                    self._tail.wait(self._pause_s())
            except DispatchError as error:
                if error.message != self._trouble:
                    self._trouble = error.message
                    self._on_trouble(error, self.silence_s())
                self._stop.wait(LOOK_AGAIN_AFTER_S)

    def _is_still(self) -> bool:
        """Whether there is no sign of anything new, and a whole look was taken a moment ago."""
        is_recent = self._trouble is None and self.silence_s() < LOOK_ANYWAY_S
        return is_recent and self._is_quiet() and not self._tail.stirs()

    def _is_quiet(self) -> bool:
        return time.monotonic() - self._news_at >= QUIET_AFTER_S

    def _look(self) -> bool:
        """Take what is new, and say whether that was anything."""
        found = self._tail.more(_PAGE)
        self._looked_at = time.monotonic()
        if self._trouble is not None:
            self._trouble = None
            self._on_trouble(None, 0.0)
        if self._tail.restorations != self._restorations:
            self._restorations, self._known = self._tail.restorations, frozenset()
            self._on_restored()
        if found:
            self._news_at = self._looked_at
        if news := [row for row in found if row.event.id not in self._known]:
            self._on_events(news)
        self._tell_lag(is_full=len(found) == _PAGE)
        return bool(found)

    def _tell_lag(self, *, is_full: bool) -> None:
        """A full page leaves events behind it; and where writers do not take turns, whoever stands still keeps some."""
        may_be_kept_back = self._tail.is_told and self._looked_at - self._counted_at >= _STILL_LIVE_S
        if self._now is None or not (is_full or self._is_behind or may_be_kept_back):
            return
        self._counted_at = self._looked_at
        lag, was_behind = self._tail.lag(self._now()), self._is_behind
        self._is_behind = lag.events > 0 and lag.seconds >= _STILL_LIVE_S
        if self._is_behind or was_behind:
            self._on_lag(lag if self._is_behind else None)

    def _pause_s(self) -> float:
        if not self._is_quiet():
            return LOOK_EVERY_S
        return LOOK_QUIETLY_EVERY_S if self.is_watched and not self._tail.is_told else LOOK_UNWATCHED_EVERY_S
