"""How soon a commit of another process is noticed: one writer at a steady pace, and eight; on both databases."""

import multiprocessing
import random
import statistics
import threading
import time
from collections.abc import Sequence
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from dispatcher.live import Follower
from domain import commands as c
from domain.engine import Engine
from domain.views import EventRow
from tests.benchmarks.conftest import Figures
from tests.domain.world import ANA
from tests.postgres import server

EVENTS = 400
PER_SECOND = 50


def write(url: str, events: int, per_second: float, seed: int, committed: "Queue[dict[int, float]]") -> None:
    """A writer: notes on a booking of its own, each committed alone, at uneven times; and when each was committed."""
    chance = random.Random(seed)
    engine = Engine.open(url)
    times = {}
    for number in range(events):
        time.sleep(chance.expovariate(per_second))
        done = engine.execute(c.Note.of(booking=seed + 1, text=str(number)), ANA)
        times[done.event.id] = time.time()
    engine.close()
    committed.put(times)


def _latencies_ms(url: str, writers: int) -> list[float]:
    """From the commit's return in the writer's process to the follower's callback in this one."""
    engine = Engine.open(url)
    engine.execute(c.CreateService.of(service="plumbing"), ANA)
    for _ in range(writers):
        engine.execute(c.CreateBooking.of(service="plumbing", customer_name="Cleo", address="12 Example St"), ANA)
    noticed: dict[int, float] = {}
    all_came = threading.Event()

    def take(rows: Sequence[EventRow]) -> None:
        noticed.update(dict.fromkeys((row.event.id for row in rows), time.time()))
        if len(noticed) >= EVENTS:
            all_came.set()

    follower = Follower(engine.tail(), on_events=take)
    follower.start()
    each = EVENTS // writers
    spawn = multiprocessing.get_context("spawn")
    told: Queue[dict[int, float]] = spawn.Queue()
    arguments = [(url, each, PER_SECOND / writers, seed, told) for seed in range(writers)]
    processes = [spawn.Process(target=write, args=one) for one in arguments]
    for process in processes:
        process.start()
    assert all_came.wait(120)
    committed = {number: at for _ in processes for number, at in told.get().items()}
    for process in processes:
        process.join()
    follower.stop()
    engine.close()
    return sorted(max(0.0, noticed[number] - at) * 1000 for number, at in committed.items())


def _told(figures: Figures, what: str, late: list[float]) -> None:
    p95 = late[int(len(late) * 0.95)]
    figures.add(what, f"p50 {statistics.median(late):.1f}, p95 {p95:.1f}, longest {late[-1]:.1f} ms")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("writers", [1, 8])
def test_noticing_foreign_commits_on_sqlite(tmp_path: Path, figures: Figures, writers: int) -> None:
    _told(figures, f"foreign commit noticed, SQLite, {writers} writing", _latencies_ms(str(tmp_path / "a.db"), writers))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("writers", [1, 8])
def test_noticing_foreign_commits_on_postgresql(figures: Figures, writers: int) -> None:
    with server(durable=True) as running:
        late = _latencies_ms(running.database(), writers)
    _told(figures, f"foreign commit noticed, PostgreSQL, {writers} writing", late)
