"""The simulated people beside a console: the same steps as without a screen, in a thread, by the running clock."""

import logging
import threading
from datetime import timedelta

from dispatcher.demo.simulation import Simulation
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError

_LONGEST_WAIT_S = 0.1
"""How soon, in real time, simulated people notice what a person did."""
_SHORTEST_WAIT_S = 0.01
_PAUSE_AFTER_TROUBLE_S = 1.0

log = logging.getLogger(__name__)


class LiveDemo:
    """Starts and stops the simulation with the console. The engine's clock is the scaled one.

    Attributes:
        failure: Why the people stopped acting, if they did: a database in trouble is tried again, so this is a bug.
    """

    def __init__(self, engine: Engine, simulation: Simulation, speed: float) -> None:
        self._engine = engine
        self._simulation = simulation
        self._speed = speed
        self._work = DueWork(engine)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.failure: Exception | None = None

    @property
    def running(self) -> bool:
        """Whether the people act."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Let them act, until `stop`."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="demo", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it; what is being written is finished first. It may be called twice."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _live(self) -> None:
        wait_s = 0.0
        while not self._stopped.wait(wait_s):
            try:
                self._live_on()
                wait_s = self._until_next()
            except DispatchError as trouble:
                log.warning("the demo pauses: %s", trouble.message)
                wait_s = _PAUSE_AFTER_TROUBLE_S
            except Exception as bug:
                self.failure = bug
                log.exception("the demo's people stopped acting")
                return

    def _live_on(self) -> None:
        """What is due now. The loop ticks four times a second, which is long at such speed, so timers are met here."""
        now = self._engine.clock.now()
        due = self._work.next_at()
        if due is not None and due <= now:
            self._work.run(now, stop=self._stopped.is_set)
        self._simulation.step(now, stop=self._stopped.is_set)

    def _until_next(self) -> float:
        due = [at for at in (self._simulation.next_at(), self._work.next_at()) if at is not None]
        if not due:
            return _LONGEST_WAIT_S
        ahead: timedelta = min(due) - self._engine.clock.now()
        return min(max(ahead.total_seconds() / self._speed, _SHORTEST_WAIT_S), _LONGEST_WAIT_S)
