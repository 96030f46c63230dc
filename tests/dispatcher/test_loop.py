"""The loop under APScheduler: woken by news, by timers, and by a clock that was set; and the tail that follows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import apscheduler.schedulers.base
import psycopg
import pytest

from dispatcher import live, loop
from dispatcher.live import Follower
from dispatcher.loop import Loop
from domain import commands as c
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError
from domain.lifecycle import Status
from tests.conftest import POSTGRES, NewWorld
from tests.domain.test_lost_files import a_backup, delete
from tests.domain.world import ANA, World, seconds

WITHIN_S = 10.0


class Wall(datetime):
    """The time that the scheduler and the loop read, which a test may set."""

    offset = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.now(tz) + cls.offset


class WallClock:
    """The engine's clock on the same wall."""

    speed = 1.0

    def now(self) -> datetime:
        found: datetime = Wall.now(UTC)
        return found.replace(microsecond=found.microsecond // 1000 * 1000)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Wall)
    monkeypatch.setattr(loop, "datetime", Wall)
    monkeypatch.setattr(Wall, "offset", timedelta(0))
    return Wall


@pytest.fixture
def room(new_world: NewWorld) -> World:
    world = new_world()
    world.service()
    return world


class Looks:
    """Counts the looks for due work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._more = threading.Condition()
        run = DueWork.run

        def counted(work: DueWork, *given: Any, **named: Any) -> int:
            done = run(work, *given, **named)
            with self._more:
                self.count += 1
                self._more.notify_all()
            return done

        monkeypatch.setattr(DueWork, "run", counted)

    def wait_for(self, count: int) -> None:
        with self._more:
            assert self._more.wait_for(lambda: self.count >= count, WITHIN_S)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(monkeypatch)


@contextmanager
def running(engine: Engine, *, follows: bool = True) -> Iterator[Loop]:
    made = Loop(engine)
    tail = Follower(engine.tail(), on_events=lambda _: made.wake(), on_look=made.watch_clock)
    made.start()
    if follows:
        tail.start()
    try:
        yield made
    finally:
        tail.stop()
        made.stop()


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread brings about."""
    waiting = threading.Event()
    for _ in range(int(WITHIN_S / 0.01)):
        if holds():
            return
        waiting.wait(0.01)
    pytest.fail("did not come true")


def test_checkpoints_are_taken_on_schedule_an_hour_apart_and_only_when_something_happened(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_LOOK_S", 0.02)
    looks = threading.Semaphore(0)
    take = Engine.checkpoint

    def counted(engine: Engine, **given: Any) -> Any:
        taken = take(engine, **given)
        looks.release()
        return taken

    monkeypatch.setattr(Engine, "checkpoint", counted)

    def covered_after_two_more_looks() -> list[int]:
        for _ in range(2):
            assert looks.acquire(timeout=WITHIN_S)
        return [taken.last_event for taken in room.engine.checkpoints()]

    first = room.engine.newest()
    with running(room.engine, follows=False):
        assert covered_after_two_more_looks() == [first]
        room.provider()
        while looks.acquire(blocking=False):
            pass
        assert covered_after_two_more_looks() == [first]
        newest = room.engine.newest()
        room.clock.advance(timedelta(hours=1).total_seconds())
        while looks.acquire(blocking=False):
            pass
        assert covered_after_two_more_looks() == [first, newest]
        assert covered_after_two_more_looks() == [first, newest]
    assert not list(room.engine.faults(lambda _: None))


def test_news_wakes_the_loop_and_nothing_else_does_for_a_while(
    room: World, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "LOOK_ANYWAY_S", 3600.0)
    room.provider()
    with running(room.engine):
        looks.wait_for(1)
        number = room.booking()
        until(lambda: room.status(number) is Status.ASSIGNED)


def test_a_timer_wakes_the_loop_when_it_runs_out(room: World, looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOOK_ANYWAY_S", 3600.0)
    room.configure("waits_s", "0.2")
    engine = Engine.open(room.url)
    with running(engine):
        looks.wait_for(1)
        number = room.booking()
        until(lambda: room.get(number).attempt == 1)
    engine.close()


@pytest.mark.parametrize("by_s", [-3600, -86_400, 3600])
def test_a_clock_that_is_set_does_not_stop_the_loop_nor_its_pulse(
    wall: type[Wall], new_world: NewWorld, looks: Looks, by_s: float
) -> None:
    engine = Engine.open(new_world().url, clock=WallClock())
    beats = threading.Semaphore(0)
    made = Loop(engine, pulse=beats.release)
    tail = Follower(engine.tail(), on_look=made.watch_clock)
    made.start()
    tail.start()
    looks.wait_for(1)
    wall.offset = seconds(by_s)
    before = looks.count
    looks.wait_for(before + 3)
    for _ in range(2):
        assert beats.acquire(timeout=WITHIN_S)
    tail.stop()
    made.stop()
    engine.close()


def test_a_clock_set_forward_an_hour_leads_to_one_look_and_not_to_thousands(
    wall: type[Wall], new_world: NewWorld, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "LOOK_ANYWAY_S", 1.0)
    monkeypatch.setattr(loop, "LOOK_AFTER_JUMP_S", 60.0)
    engine = Engine.open(new_world().url, clock=WallClock())
    with running(engine):
        looks.wait_for(1)
        wall.offset = seconds(3600)
        looks.wait_for(3)
        assert looks.count < 10
    engine.close()


def test_attempts_keep_their_times_when_the_clock_is_set_back_under_a_running_loop(
    wall: type[Wall], new_world: NewWorld
) -> None:
    world = new_world()
    world.service()
    world.configure("waits_s", "0,0.5,0.5")
    engine = Engine.open(world.url, clock=WallClock())
    with running(engine):
        made = engine.execute(
            c.CreateBooking.of(service="plumbing", customer_name="Cleo", address="12 Example St"), ANA
        )
        number = made.booking or 0
        until(lambda: world.get(number).attempt == 1)
        wall.offset = seconds(-3600)
        until(lambda: world.get(number).parked_at is not None)
        assert world.get(number).attempt == 3
    engine.close()


@pytest.mark.parametrize(("types", "most"), [(True, loop.STEP_BESIDE_KEYS), (False, 25)])
def test_due_work_goes_in_small_steps_while_somebody_types(
    room: World, monkeypatch: pytest.MonkeyPatch, types: bool, most: int
) -> None:
    for _ in range(25):
        room.booking()
    steps: list[int] = []
    execute_all = Engine.execute_all

    def counted(engine: Engine, commands: Any, *given: Any, **named: Any) -> Any:
        steps.append(len(commands))
        return execute_all(engine, commands, *given, **named)

    monkeypatch.setattr(Engine, "execute_all", counted)
    made = Loop(room.engine)
    if types:
        made.give_way(3600.0)
    made.start()
    until(lambda: sum(steps) >= 25)
    made.stop()
    assert max(steps) == most


class Told:
    """What a follower said, in order."""

    def __init__(self) -> None:
        self.said: list[object] = []

    def follower(self, engine: Engine, **more: Any) -> Follower:
        return Follower(
            engine.tail(),
            on_events=lambda rows: self.said.extend(row.subject_name for row in rows),
            on_trouble=lambda error, _: self.said.append(error and type(error).__name__),
            on_restored=lambda: self.said.append("restored"),
            **more,
        )


def test_a_lost_and_restored_file_is_told_once_each_and_the_tail_goes_on(room: World, tmp_path: Path) -> None:
    backup = a_backup(room, tmp_path / "backup.db")
    room.service("locks")
    told = Told()
    tail = told.follower(room.engine, known={1, 2, 3})
    tail.start()
    delete(room.path)
    until(lambda: told.said == ["StoreUnavailable"])
    backup.rename(room.path)
    until(lambda: told.said == ["StoreUnavailable", None, "restored"])
    room.service("roofs")  # its number is one that was known before
    until(lambda: told.said[3:] == ["roofs"])
    tail.stop()


def test_a_quiet_tail_that_looks_for_signs_only_still_tells_every_commit(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "QUIET_AFTER_S", 0.0)
    monkeypatch.setattr(live, "LOOK_ANYWAY_S", 3600.0)
    names = [f"service{number}" for number in range(6)]
    told = Told()
    tail = told.follower(room.engine)
    tail.start()
    for name in names:
        room.service(name)
        until(lambda name=name: name in told.said)  # type: ignore[misc]
    tail.stop()
    assert told.said == names


def test_a_wait_for_news_that_fails_is_trouble_and_not_the_end(room: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    tail = told.follower(room.engine)
    lost = threading.Event()
    wait = type(tail._tail).wait

    def fails_once(one: Any, within_s: float) -> None:
        if not lost.is_set():
            lost.set()
            raise DispatchError("The server is gone")
        wait(one, within_s)

    monkeypatch.setattr(type(tail._tail), "wait", fails_once)
    tail.start()
    room.service("locks")
    until(lambda: {"locks", None} <= set(told.said))
    tail.stop()


def test_a_tail_that_has_more_to_read_than_a_page_says_how_far_it_is_behind(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_PAGE", 2)
    lags: list[object] = []
    tail = Follower(room.engine.tail(), now=room.clock.now, on_lag=lags.append)
    for name in ("a1", "a2", "a3", "a4", "a5"):
        room.service(name)
    assert isinstance(room.clock, SteppedClock)
    room.clock.advance(7)
    tail.start()
    until(lambda: lags[-1:] == [None])
    tail.stop()
    assert lags == [(3, 7.0), (1, 7.0), None]


@pytest.mark.parametrize("database_kind", [POSTGRES])
def test_a_tail_that_a_transaction_elsewhere_keeps_back_says_so(room: World) -> None:
    """Whoever has a number of a transaction on the server may still write: nothing later is told, but that there is."""
    lags: list[Any] = []
    tail = Follower(room.engine.tail(), now=lambda: room.now + seconds(9), on_lag=lags.append)
    with psycopg.connect(room.url) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        room.service("locks")
        tail.start()
        until(lambda: len(lags) == 1)
    until(lambda: lags[-1] is None)
    tail.stop()
    assert lags[0] == (1, 9.0)
