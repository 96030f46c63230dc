"""Several loops, consoles and openers on one file: threads and real processes, and one that is killed."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from domain import commands as c
from domain.due import DueWork
from domain.errors import DispatchError, ProviderBusy, StoreBusy
from domain.lifecycle import Status
from domain.records import Event
from tests.conftest import SQLITE, NewWorld
from tests.domain.processes import holds_the_gate, opens_when_told, processes, runs_the_loop
from tests.domain.world import ANA, START, World, assert_sound, seconds

T = TypeVar("T")
BOTH_DATABASES = True
MANY = 60


def fill(world: World, count: int = MANY) -> None:
    world.service()
    customer = world.customer()
    new = c.CreateBooking.of(service="plumbing", customer=customer, address="12 Example St")
    world.engine.execute_all([new] * count, ANA)


def in_threads(*jobs: Callable[[], T]) -> list[T]:
    """All at once; what each returned, or the first failure."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [running.result(60) for running in [pool.submit(job) for job in jobs]]


def test_threads_running_the_loop_on_two_engines_make_each_attempt_once(new_world: NewWorld) -> None:
    first = new_world()
    second = new_world(first.url, first.clock)
    fill(first)
    for passed in (0, 2, 4, 8):
        first.clock.advance(passed)
        loops = [DueWork(world.engine) for world in (first, first, second, second)]
        assert sum(in_threads(*(loop.run for loop in loops))) == MANY
    assert first.value("SELECT count(*) FROM events WHERE action = 'attempt'") == MANY * 4
    assert first.value("SELECT count(*) FROM bookings WHERE attempt = 4 AND parked_at IS NOT NULL") == MANY
    assert_sound(first)


def test_two_processes_running_the_loop_make_each_attempt_once(world: World) -> None:
    fill(world)
    with processes(runs_the_loop, 2, world.url) as loops:
        for passed in (0, 2, 6, 14):
            moment = (START + seconds(passed)).isoformat()
            for loop in loops:
                loop.tell(moment)
            assert sum(int(loop.hear()) for loop in loops) == MANY
    attempts = world.rows("SELECT subject_id, at FROM events WHERE action = 'attempt' ORDER BY subject_id, version")
    assert len(attempts) == MANY * 4
    for number in range(1, MANY + 1):
        times = [row["at"] for row in attempts[(number - 1) * 4 : number * 4]]
        assert [(at - times[0]) / 1000 for at in times] == [0, 2, 6, 14]
    assert_sound(world)


def test_one_freed_provider_is_one_assignment_for_two_processes_too(world: World) -> None:
    fill(world, 50)
    world.configure("waits_s", "0")
    world.provider(on=False)
    world.tick()
    world.do(c.GoOn.of(provider="mira"))
    with processes(runs_the_loop, 2, world.url) as loops:
        for loop in loops:
            loop.tell(START.isoformat())
        done = [int(loop.hear()) for loop in loops]
    assert world.value("SELECT count(*) FROM bookings WHERE status = 'ASSIGNED'") == 1
    # The slower of the two may have woken one just before nobody was free any more: a new ladder, and nothing more.
    assert 1 <= sum(done) <= 2
    assert_sound(world)


def test_a_loop_killed_in_the_middle_loses_no_attempt_and_repeats_none(world: World, database_kind: str) -> None:
    count = 800 if database_kind == SQLITE else 150
    fill(world, count)

    def made() -> int:
        return int(world.value("SELECT count(*) FROM events WHERE action = 'attempt'"))

    with processes(runs_the_loop, 1, world.url) as (loop,):
        loop.tell(START.isoformat())
        end = time.monotonic() + 20
        while made() == 0:
            assert time.monotonic() < end
        loop.kill()
    killed_after = made()
    assert 0 < killed_after < count
    assert_sound(world)
    assert world.tick() == count - killed_after
    assert made() == count
    assert world.value("SELECT count(*) FROM bookings WHERE attempt = 1 AND attempt_at = ?", 1785747602000) == count
    world.tick(2)
    assert made() == 2 * count
    assert_sound(world)


@pytest.mark.sqlite_only
def test_three_processes_that_open_a_new_file_at_once_create_it_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "room.db"
    with processes(opens_when_told, 3, path) as openers:
        for opener in openers:
            opener.tell()
        assert [opener.hear() for opener in openers] == ["0"] * 3
    world = World.open(path)
    try:
        world.service()
        assert_sound(world)
        assert world.value("SELECT count(*) FROM alembic_version") == 1
    finally:
        world.close()


@pytest.mark.sqlite_only
def test_a_write_that_waits_too_long_for_another_process_names_it_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.store.sqlite.WRITE_DEADLINE_S", 0.2)
    world.service()
    before = world.everything()
    with processes(holds_the_gate, 1, world.url) as (holder,):
        refusal = world.try_to(c.CreateService.of(service="locks"))
        assert isinstance(refusal, StoreBusy)
        assert refusal.code == 503
        assert refusal.details["holder"] == str(holder.pid)
        assert f"Process {holder.pid}" in refusal.message
        assert world.everything() == before
        holder.tell()
        assert holder.hear() == "released"
        world.do(c.CreateService.of(service="locks"))


@pytest.mark.sqlite_only
def test_killing_the_process_that_holds_the_gate_frees_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.store.sqlite.WRITE_DEADLINE_S", 5)
    with processes(holds_the_gate, 1, world.url) as (holder,):
        holder.kill()
        world.service()


def test_opening_and_reading_go_on_while_somebody_else_writes(new_world: NewWorld) -> None:
    world = new_world()
    other = new_world(world.url, world.clock)
    world.service()
    world.provider()
    number = world.booking()
    with other.engine._store.write():
        assert new_world(world.url, world.clock).status(number) is Status.PENDING
        assert world.engine.views.sheet(number).row.booking.id == number
        assert world.engine.views.attention()[1] == 1
        assert world.due.next_at() == START


def test_the_tail_never_skips_and_never_repeats_while_others_write(new_world: NewWorld) -> None:
    first = new_world()
    second = new_world(first.url, first.clock)
    first.service()
    first.customer()
    read: list[Event] = []
    writing = threading.Event()
    writing.set()

    def write(world: World) -> Callable[[], None]:
        def job() -> None:
            for _ in range(30):
                world.booking(customer=1)

        return job

    def follow() -> None:
        tail = second.engine.tail(0)
        while True:
            more = writing.is_set()
            rows = tail.more(7)
            read.extend(row.event for row in rows)
            if not more and not rows:
                return

    reader = threading.Thread(target=follow)
    reader.start()
    try:
        in_threads(write(first), write(second), write(first))
    finally:
        writing.clear()
        reader.join(30)
    assert sorted(event.id for event in read) == [row["id"] for row in first.rows("SELECT id FROM events ORDER BY id")]
    assert len(read) == 92


def test_racing_assignments_of_one_provider_give_them_one_job(new_world: NewWorld) -> None:
    first = new_world()
    second = new_world(first.url, first.clock)
    first.service()
    first.provider()
    numbers = [first.booking() for _ in range(20)]

    def race(world: World, mine: list[int]) -> Callable[[], list[DispatchError | None]]:
        return lambda: [world.try_to(c.Assign.of(booking=number, provider="mira")) for number in mine]

    one, other = in_threads(race(first, numbers[::2]), race(second, numbers[1::2]))
    refusals = [refusal for refusal in one + other if refusal is not None]
    assert len(refusals) == 19
    assert {type(refusal) for refusal in refusals} == {ProviderBusy}
    assert_sound(first)
