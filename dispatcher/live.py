"""The tail, followed: a thread that notices every commit, whoever made it, and says when it cannot.

A thread with an event to wait on, and not a scheduler's job, since it looks fifty times a second.
"""

import threading
from collections.abc import Callable, Sequence

from domain.engine import Engine
from domain.errors import DispatchError
from domain.views import EventRow

LOOK_EVERY_S = 0.02
"""Looking costs a few microseconds, so that a foreign commit is on screen at once."""
LOOK_LESS_EVERY_S = 0.05
QUIET_AFTER_LOOKS = 250
"""After five seconds without an event it looks less often, which still leaves half of the 100 ms to the screen."""
LOOK_AGAIN_AFTER_S = 0.5
"""How long to wait when the database is out of reach."""
_MOST = 500


class Tail:
    """Calls back from its own thread; the callbacks must be quick and must not touch widgets."""

    def __init__(
        self,
        engine: Engine,
        after: int,
        on_events: Callable[[Sequence[EventRow]], None],
        on_trouble: Callable[[DispatchError | None], None],
    ) -> None:
        """Prepare it; nothing runs before `start`.

        Args:
            engine: The domain.
            after: The number of the last event that is known already.
            on_events: Gets new events, in order, none skipped and none twice.
            on_trouble: Gets the error when the database is lost, and None when it is back.
        """
        self._engine = engine
        self._after = after
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
        while not self._stop.wait(self._pause(lost, looks)):
            try:
                found = self._engine.tail(self._after, _MOST) if self._engine.newest() > self._after else ()
            except DispatchError as error:
                lost = True
                self._on_trouble(error)
                continue
            if lost:
                lost = False
                self._on_trouble(None)
            looks = 0 if found else looks + 1
            if found:
                self._after = found[-1].event.id
                self._on_events(found)

    def _pause(self, lost: bool, looks: int) -> float:
        if lost:
            return LOOK_AGAIN_AFTER_S
        return LOOK_EVERY_S if looks < QUIET_AFTER_LOOKS else LOOK_LESS_EVERY_S
