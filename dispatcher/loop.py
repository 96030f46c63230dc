"""The background loop: APScheduler drives due work, checkpoints, and the pulse of what is shown.

It runs inside every console and headless in `dispatcher work`, in any number at once: each piece of due work is decided
in its own transaction, so no attempt runs twice, and all times are in the database, so none is lost.

Due work is looked for when the next timer runs out, when the log's tail tells of news (`wake`), and every few seconds
anyway. APScheduler reckons with the wall clock: set back, it would wait for the old time to come again. So whoever
follows the tail also has the clock watched (`watch_clock`), and a jump has every job run now.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from dispatcher.live import Follower
from domain.due import BATCH, DueWork
from domain.engine import Engine
from domain.errors import DispatchError
from domain.jumps import ClockWatch

LOOK_ANYWAY_S: Final = 5.0
"""A provider also becomes free by time alone, when a window ends: neither a timer nor an event tells that."""
LOOK_APART_S: Final = 0.1
"""How far apart looks are while there is news all the time; half of the 250 ms that due work may be late."""
LOOK_AFTER_TROUBLE_S: Final = 1.0
LOOK_AFTER_JUMP_S: Final = 0.25
PULSE_S: Final = 1.0
"""How often what depends on the time alone (countdowns, slack) is shown anew."""
CHECKPOINT_LOOK_S: Final = 60.0
"""How often it is looked whether a checkpoint of the log is due."""
BESIDE_KEYS_S: Final = 0.05
"""The pause before each step of due work while somebody types."""
STEP_BESIDE_KEYS: Final = 5
"""Commands in one such step."""
_DUE_WORK: Final = "due work"

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every look left out because two are under way


@dataclass
class Health:
    """How the loop is doing.

    Attributes:
        done: Pieces of due work carried out by this process.
        trouble: What the last look failed on, or None when it went well.
    """

    done: int = 0
    trouble: str | None = None


class Loop:
    """Due work on a schedule, in threads of its own."""

    def __init__(self, engine: Engine, *, works: bool = True, pulse: Callable[[], None] | None = None) -> None:
        """Prepare it; nothing runs before `start`.

        Args:
            engine: The domain.
            works: Whether it does what is due, or leaves that to others.
            pulse: Called once a second, from a thread of the scheduler.
        """
        self.health = Health()
        self._engine = engine
        self._work = DueWork(engine)
        self._watch = ClockWatch(engine.clock)
        self._watching = threading.Lock()
        self._looking = threading.Lock()
        self._looked_at = time.monotonic() - LOOK_APART_S
        self._gives_way_until = time.monotonic()
        self._stopping = threading.Event()
        self._works = works
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(3)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        if works:
            # Two, so that news that comes while a look runs is not left out: the second waits for the first to end.
            self._scheduler.add_job(self._look, "interval", seconds=LOOK_ANYWAY_S, id=_DUE_WORK, max_instances=2)
            self._scheduler.add_job(self._checkpoint, "interval", seconds=CHECKPOINT_LOOK_S, id="checkpoints")
        if pulse is not None:
            self._scheduler.add_job(pulse, "interval", seconds=PULSE_S, id="pulse")
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)

    def start(self) -> None:
        """Begin, with a look at once."""
        self._scheduler.start()
        self.wake()

    def stop(self) -> None:
        """Let the look that runs end after its batch, and look no more."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def wake(self) -> None:
        """Something was committed, so something may be due."""
        self._look_in(max(0.0, self._looked_at + LOOK_APART_S - time.monotonic()))

    def give_way(self, seconds: float) -> None:
        """Somebody types, and for so long may go on: due work goes in small steps with pauses between them."""
        self._gives_way_until = time.monotonic() + seconds

    def watch_clock(self) -> None:
        """See whether the clock was set; to be called a few times a second, by a thread that no clock holds up."""
        with self._watching:
            jump = self._watch.look()
        if jump is None:
            return
        log.warning("The clock was set %s by %s", "forward" if jump.by > timedelta(0) else "back", abs(jump.by))
        self._work.clock_was_set(jump)
        if self._scheduler.running and not self._stopping.is_set():
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))

    def _look_in(self, seconds: float) -> None:
        """Have the next look in so long; a look that is to come sooner does that as well, and plans the next."""
        if not self._works or self._stopping.is_set() or not self._scheduler.running:
            return
        job, at = self._scheduler.get_job(_DUE_WORK), datetime.now(UTC) + timedelta(seconds=seconds)
        if job is not None and job.next_run_time > at:
            job.modify(next_run_time=at)

    def _look(self) -> None:
        with self._looking:
            self.watch_clock()
            try:
                self.health.done += self._work.run(stop=self._stopping.is_set, pace=self._pace)
                wait_s = self._wait_s()
            except DispatchError as error:
                if self.health.trouble != error.message:
                    log.warning("Due work waits: %s", error.message)
                self.health.trouble = error.message
                wait_s = LOOK_AFTER_TROUBLE_S
            else:
                self.health.trouble = None
            self._looked_at = time.monotonic()
            self._look_in(wait_s)

    def _pace(self) -> int:
        """How many commands the next step may have; while somebody types few, after a pause."""
        if time.monotonic() >= self._gives_way_until:
            return BATCH
        self._stopping.wait(BESIDE_KEYS_S)
        return STEP_BESIDE_KEYS

    def _wait_s(self) -> float:
        """Real seconds until the next timer runs out."""
        if self._work.is_after_a_jump():
            return LOOK_AFTER_JUMP_S
        timer, clock = self._work.next_at(), self._engine.clock
        if timer is None:
            return LOOK_ANYWAY_S
        return max(LOOK_APART_S, (timer - clock.now()).total_seconds() / clock.speed)

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
    tail = Follower(engine.tail(), on_events=lambda _: loop.wake(), on_look=loop.watch_clock)
    loop.start()
    tail.start()
    try:
        stop.wait()
    finally:
        tail.stop()
        loop.stop()
    return loop.health.done
