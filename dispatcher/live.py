"""The tail, followed: a thread that notices every commit, whoever made it, and says when it cannot.

A thread with an event to wait on, and not a scheduler's job, since it looks fifty times a second.
"""

import threading
from collections.abc import Callable, Sequence, Set

from domain.errors import DispatchError
from domain.store.tail import Tail
from domain.views import EventRow

LOOK_EVERY_S = 0.02
"""Looking costs a few microseconds, so that a foreign commit is on screen at once."""
LOOK_LESS_EVERY_S = 0.05
QUIET_AFTER_LOOKS = 250
"""After five seconds without an event it looks less often, which still leaves half of the 100 ms to the screen."""
LOOK_AGAIN_AFTER_S = 0.5
"""How long to wait when the database is out of reach."""
_MOST = 500


class Follower:
    """Calls back from its own thread; the callbacks must be quick and must not touch widgets."""

    def __init__(
        self,
        tail: Tail,
        known: Set[int],
        on_events: Callable[[Sequence[EventRow]], None],
        on_trouble: Callable[[DispatchError | None], None],
    ) -> None:
        """Prepare it; nothing runs before `start`.

        Args:
            tail: The log, from before what is known already was read.
            known: The numbers of what is known already; it is not told again.
            on_events: Gets new events, in order, none skipped and none twice.
            on_trouble: Gets the error when the database is lost, and None when it is back.
        """
        self._tail = tail
        self._known = known
        self._on_events = on_events
        self._on_trouble = on_trouble
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="tail", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, within a look."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _follow(self) -> None:
        lost, looks = False, 0
        while not self._stop.is_set():
            try:
                found = self._tail.more(_MOST)
            except DispatchError as error:
                lost = True
                self._on_trouble(error)
                self._stop.wait(LOOK_AGAIN_AFTER_S)
                continue
            if lost:
                lost = False
                self._on_trouble(None)
            looks = 0 if found else looks + 1
            if news := [row for row in found if row.event.id not in self._known]:
                self._on_events(news)
            if not found:
                self._tail.wait(LOOK_EVERY_S if looks < QUIET_AFTER_LOOKS else LOOK_LESS_EVERY_S)
