"""What the proof costs: to reading and hashing the same events and nothing else, by a process more, and in memory."""

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatcher.demo.headless import run_until
from dispatcher.demo.simulation import Simulation
from domain import commands as c
from domain.engine import Engine
from domain.proof import audit
from domain.proof.audit import COLUMNS
from domain.proof.chain import START, link, link_of
from domain.store import proof
from tests.benchmarks.conftest import Figures
from tests.domain.world import ANA, World, provider_actor

EVENTS = 100_000
HANDS = 40
DAY = timedelta(hours=12)
_ROUNDS = 3


class _NothingRemade:
    """Stands for remaking choices, to measure the rest alone."""

    def __init__(self, *_: object) -> None:
        pass

    def learn(self, *_: object) -> None:
        pass

    def faults(self, *_: object) -> tuple[str, ...]:
        return ()


def forty(path: Path) -> World:
    """A log of whole days: each booking comes in, is given to the best of forty, accepted, driven to and done."""
    world = World.open(path)
    world.service()
    for number in range(HANDS):
        world.provider(f"p{number:02}", at=(40.6 + number * 0.005, -74.0), rating=number % 5)
    customer = world.customer()
    new = c.CreateBooking.of(
        service="plumbing", customer=customer, address="12 Example St", latitude=40.7, longitude=-74.0
    )
    while world.engine.newest() < EVENTS:
        world.clock.advance(3600)
        made = world.engine.execute_all([new] * HANDS, ANA)
        bookings = [done.booking for done in made if not isinstance(done, Exception)]
        world.engine.execute_all([c.Assign.of(booking=booking) for booking in bookings], ANA)
        for booking in bookings:
            assert booking is not None
            steps = [step.of(booking=booking) for step in (c.Accept, c.Depart, c.Start, c.Complete)]
            world.engine.execute_all(steps, provider_actor(world.holder(booking) or ""))
    return world


def busy_day(path: Path) -> World:
    """A demo's day: more calls than hands, so that four attempts in ten events find nobody."""
    world = World.open(path)
    simulation = Simulation(world.engine, seed=7)
    simulation.begin()
    run_until(world.now + DAY, world.clock, simulation, world.due)
    return world


@pytest.mark.timeout(900)
@pytest.mark.parametrize("made", [forty, busy_day])
def test_proving_a_log(
    made: Callable[[Path], World], tmp_path: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = made(tmp_path / "room.db")
    events = world.engine.newest()
    floor = cpu(lambda: hash_all(world.path))
    for what, remade in (("all of it", True), ("choices not made again", False)):
        with monkeypatch.context() as patched:
            patched.setattr(proof, "FEWEST", float("inf"))
            if not remade:
                patched.setattr(audit, "Retrace", _NothingRemade)
            took = cpu(lambda: prove(world.engine))
        figures.add(
            f"verify, {made.__name__}, {what}", f"{1e6 * took / events:.0f} s of CPU a million", f"{took / floor:.1f} x"
        )
    for processes, fewest in (("one process", float("inf")), ("two processes", 0)):
        with monkeypatch.context() as patched:
            patched.setattr(proof, "FEWEST", fewest)
            seconds, first, second = shared(lambda: prove(world.engine))
        by = f"{seconds:.1f} s; {first:.1f} and {second:.1f} s of CPU"
        figures.add(f"verify, {made.__name__}, {events:,} events, {processes}", by, f"{1e6 * seconds / events:.0f} µs")
    began = time.process_time()
    assert world.engine.checkpoint() is not None
    figures.add(f"the first checkpoint over {events:,} events", f"{(time.process_time() - began) * 1000:.0f} ms")
    world.close()


def cpu(work: Callable[[], None]) -> float:
    """Seconds of processor that something takes at best."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def shared(work: Callable[[], None]) -> tuple[float, float, float]:
    """Seconds that something takes at best: by the clock, of this process, and of those that it started."""
    runs = []
    for _ in range(_ROUNDS):
        before = (time.perf_counter(), time.process_time(), of_others())
        work()
        after = (time.perf_counter(), time.process_time(), of_others())
        runs.append((after[0] - before[0], after[1] - before[1], after[2] - before[2]))
    return min(runs)


def of_others() -> float:
    """Seconds of processor that ended processes took which this one started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hash_all(path: Path) -> None:
    """The floor: every event read and hashed, and nothing else."""
    with closing(sqlite3.connect(path)) as raw:
        for row in raw.execute(f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY id"):
            link_of(START, row[2:])


def prove(engine: Engine) -> None:
    assert [*engine.faults(lambda _: None)] == []


_PROVE = """
import resource, sys
from domain.engine import Engine
engine = Engine.open(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert [*engine.faults(lambda _: None)] == []
print(before // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.timeout(900)
def test_memory_for_many_bookings(tmp_path: Path, figures: Figures) -> None:
    for bookings in (100_000, 300_000):
        path = tmp_path / f"{bookings}.db"
        ended(path, bookings)
        run = subprocess.run([sys.executable, "-c", _PROVE, str(path)], capture_output=True, text=True, check=True)
        before, most = map(int, run.stdout.split())
        each = (most - before) * 1024 * 1024 / bookings
        figures.add(f"verify, {bookings:,} bookings at their end", f"{most} MB at most", f"{each:,.0f} bytes each")


def ended(path: Path, count: int) -> None:
    """So many bookings that were taken, noted on and called off, each for a customer of its own: one is lived, the rest
    are copied round every guard and hashed anew."""
    world = World.open(path)
    world.service()
    number = world.booking()
    world.do(c.Note.of(booking=number, text="ring twice"))
    world.do(c.ForceCancel.of(booking=number, reason="duplicate"))
    world.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.row_factory = sqlite3.Row
        raw.execute("PRAGMA foreign_keys = OFF")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("BEGIN")
        lived = raw.execute("SELECT * FROM events WHERE subject IN ('customer', 'booking') ORDER BY id").fetchall()
        rows = {kind: raw.execute(f"SELECT * FROM {kind}s").fetchone() for kind in ("customer", "booking")}
        for copy in range(2, count + 1):
            heads = {"customer": START, "booking": START}
            for event in lived:
                _add(raw, "events", _chained(dict(event), copy, heads))
            for kind, row in rows.items():
                own = {"customer_id": copy} if kind == "booking" else {}
                _add(raw, f"{kind}s", {**dict(row), **own, "id": copy, "chain": heads[kind]})
        raw.execute("UPDATE daily SET count = ?", (count,))
        raw.execute("COMMIT")


def _chained(event: dict[str, Any], copy: int, heads: dict[str, str]) -> dict[str, Any]:
    kind = event["subject"]
    event["subject_id"] = copy
    event["changes"] = event["changes"].replace('"customer_id":[null,1]', f'"customer_id":[null,{copy}]')
    event["hash"] = heads[kind] = link(heads[kind], event)
    del event["id"]
    return event


def _add(raw: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    named = [name for name in row if name not in {"prev_version", "act_by"}]
    marks = ", ".join(f":{name}" for name in named)
    raw.execute(f"INSERT INTO {table} ({', '.join(named)}) VALUES ({marks})", row)
