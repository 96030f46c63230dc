"""The background loop: APScheduler drives due work and the pulse of the live refresh.

It runs inside every console and headless in `dispatcher work`, in any number at once: each piece of due work is decided
in its own transaction, so no attempt runs twice, and all times are in the database, so none is lost.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError

TICK_S = 0.25
"""How often due work is looked for; the ladder's waits are whole seconds."""
PULSE_S = 1.0
"""How often what depends on the time alone (countdowns, slack) is shown anew."""
CHECKPOINT_LOOK_S = 60.0
"""How often it is looked whether a checkpoint of the log is due."""
LOOK_ANYWAY = timedelta(seconds=5)
"""A provider also becomes free by time alone, when a window ends: nothing else would make the loop look."""

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every tick left out because one still runs


@dataclass
class Health:
    """How the loop is doing.

    Attributes:
        done: Pieces of due work carried out by this process.
        trouble: What the last tick failed on, or None when it went well.
    """

    done: int = 0
    trouble: str | None = None


@dataclass(frozen=True)
class _Quiet:
    """Until when a look for due work can find nothing: no event since, no timer due. Forgetting it costs one look."""

    mark: object
    timer: datetime | None
    anyway: datetime

    def holds(self, mark: object, now: datetime) -> bool:
        """Whether there is still nothing to do. A clock set back may stretch it only up to the next event."""
        return mark == self.mark and now < self.anyway and (self.timer is None or now < self.timer)


class Loop:
    """Due work on a schedule, in threads of its own."""

    def __init__(
        self, engine: Engine, *, tick_s: float | None = TICK_S, pulse: Callable[[], None] | None = None
    ) -> None:
        """Prepare it; nothing runs before `start`.

        Args:
            engine: The domain.
            tick_s: Seconds between looks for due work; None leaves it to others.
            pulse: Called once a second, from a thread of the scheduler.
        """
        self.health = Health()
        self._engine = engine
        self._work = DueWork(engine)
        self._quiet: _Quiet | None = None
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        if tick_s is not None:
            self._scheduler.add_job(self._tick, "interval", seconds=tick_s, id="due work")
            self._scheduler.add_job(self._checkpoint, "interval", seconds=CHECKPOINT_LOOK_S, id="checkpoints")
        if pulse is not None:
            self._scheduler.add_job(pulse, "interval", seconds=PULSE_S, id="pulse")
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)

    def start(self) -> None:
        """Begin ticking."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the running tick end after its batch, and tick no more."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _tick(self) -> None:
        try:
            mark, now = self._engine.mark(), self._engine.clock.now()
            if self._quiet is not None and self._quiet.holds(mark, now):
                return
            done = self._work.run(stop=self._stopping.is_set)
            self.health.done += done
            self._quiet = None if done else _Quiet(mark, self._work.next_at(), now + LOOK_ANYWAY)
        except DispatchError as error:
            if self.health.trouble != error.message:
                log.warning("Due work waits: %s", error.message)
            self.health.trouble = error.message
        else:
            self.health.trouble = None

    def _checkpoint(self) -> None:
        """Take one when it is time; when the database is out of reach, the next look is soon enough."""
        with contextlib.suppress(DispatchError):
            self._engine.checkpoint(only_when_due=True)

    def _failed(self, event: JobExecutionEvent) -> None:
        self.health.trouble = f"{event.job_id}: {event.exception}"
        log.error("The job %s failed: %s\n%s", event.job_id, event.exception, event.traceback)


def work(engine: Engine, stop: threading.Event) -> int:
    """Run the loop without a screen until `stop` is set.

    Returns:
        How many pieces of due work this process carried out.
    """
    loop = Loop(engine)
    loop.start()
    try:
        stop.wait()
    finally:
        loop.stop()
    return loop.health.done
