"""Eight processes write at once, through the engine, and by the very same SQL on the raw driver behind the same gate.

`DISPATCHER_BENCH_SECONDS` says how long each way; what is asked for is 60 s on a quiet machine.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pytest

from domain import commands as c
from domain.clock import SteppedClock
from domain.engine import Engine
from domain.errors import DispatchError
from domain.store.gate import Gate
from domain.store.sqlite import WRITE_DEADLINE_S
from tests.benchmarks.conftest import Figures
from tests.benchmarks.recording import Statement, recording
from tests.benchmarks.test_bench_engine import raw_connection
from tests.domain.processes import context
from tests.domain.world import ANA, START, World
from tests.postgres import server

WRITERS: Final = 8
SECONDS: Final = float(os.environ.get("DISPATCHER_BENCH_SECONDS", "4"))
ROUNDS: Final = 2
"""Both ways take turns, so that what else the machine does falls on both."""
_WARM_UP: Final = 4
_WITHIN_S: Final = 60
Write = Callable[[], None]


Turn = tuple[bool, tuple[float, ...], str]
"""Whether it was raw, how long each write took in seconds, and what went wrong."""


def write(url: str, writer: int, start: Any, told: "Queue[list[Turn]]") -> None:
    """A writer's life: both ways in turn, each from a common start on and on a booking of its own."""
    turns = []
    for turn in range(2 * ROUNDS):
        is_raw, booking = turn % 2 == 0, turn * WRITERS + writer
        with _raw(url, booking) if is_raw else _through_the_engine(url, booking) as one_write:
            for _ in range(_WARM_UP):
                one_write()
            start.wait(_WITHIN_S)
            turns.append((is_raw, *_as_often_as_it_can(one_write)))
    told.put(turns)


def _as_often_as_it_can(one_write: Write) -> tuple[tuple[float, ...], str]:
    took: list[float] = []
    end = time.perf_counter() + SECONDS / ROUNDS
    while (began := time.perf_counter()) < end:
        try:
            one_write()
        except (DispatchError, sqlite3.Error, psycopg.Error) as refusal:
            return tuple(took), repr(refusal)
        took.append(time.perf_counter() - began)
    return tuple(took), ""


@contextmanager
def _through_the_engine(url: str, booking: int) -> Iterator[Write]:
    with closing(Engine.open(url, clock=SteppedClock(START))) as engine:
        yield _turning(engine, booking)


def _turning(engine: Engine, booking: int) -> Write:
    """Each time another priority: read, decide, update, append."""
    turns = cycle([c.Prioritise.of(booking=booking, priority=priority) for priority in (1, 2)])

    def one_write() -> None:
        engine.execute(next(turns), ANA)

    return one_write


@contextmanager
def _raw(url: str, booking: int) -> Iterator[Write]:
    """The statements of two such writes, again and again, with versions and hashes that go on."""
    said = _recorded(url, booking)
    if urlsplit(url).scheme.startswith("postgres"):
        with closing(psycopg.connect(url, autocommit=True, prepare_threshold=2)) as link:
            yield _replaying(said, lambda sql, values: link.execute(sql.encode(), values))
        return
    gate = Gate(Path(url))
    with closing(raw_connection(Path(url))) as connection:
        replay = _replaying(said, connection.execute)

        def behind_the_gate() -> None:
            gate.acquire(WRITE_DEADLINE_S)
            try:
                replay()
            finally:
                gate.release()

        yield behind_the_gate
    gate.close()


def _recorded(url: str, booking: int) -> list[list[Statement]]:
    """What the engine asks of the driver for the four writes before those that are to be replayed."""
    with closing(Engine.open(url, clock=SteppedClock(START))) as engine:
        recorder, one_write = recording(engine), _turning(engine, booking)
        said = []
        for _ in range(_WARM_UP):
            one_write()
            said.append(recorder.taken())
    return said


def _replaying(said: list[list[Statement]], run: Callable[[str, Any], Any]) -> Write:
    done = 0

    def replay() -> None:
        nonlocal done
        even = done % 2
        for (sql, earlier), (_, later) in zip(said[even], said[even + 2], strict=True):
            run(sql, _going_on(earlier, later, done // 2 + 2))
        done += 1

    return replay


def _going_on(earlier: Any, later: Any, times: int) -> Any:
    """Values that rise from one write to the next but one rise as often again; a hash is another each time."""
    if isinstance(earlier, dict):
        return {name: _going_on(value, later[name], times) for name, value in earlier.items()}
    if isinstance(earlier, tuple | list):
        return [_going_on(*both, times) for both in zip(earlier, later, strict=True)]
    if earlier == later:
        return earlier
    return earlier + (later - earlier) * times if isinstance(earlier, int) else f"{times:064x}"


def _all_at_once(url: str) -> list[list[Turn]]:
    """What eight writers tell of their turns."""
    fork = context()
    start, told = fork.Barrier(WRITERS), fork.Queue()
    processes = [fork.Process(target=write, args=(url, n, start, told)) for n in range(1, WRITERS + 1)]
    for process in processes:
        process.start()
    seen = [told.get(timeout=2 * SECONDS + 5 * _WITHIN_S) for _ in processes]
    for process in processes:
        process.join()
    return seen


def _filled(url: str) -> None:
    """A booking for each writer of each round."""
    with closing(World.open(url)) as world:
        world.service()
        for _ in range(2 * ROUNDS * WRITERS):
            world.booking()


def _tell(figures: Figures, kind: str, url: str) -> None:
    _filled(url)
    seen = _all_at_once(url)
    turns = [turn for writer in seen for turn in writer]
    assert {error for _, _, error in turns} == {""}
    slowest = {way: min(_slowest_to_fastest(seen, is_raw=way)) for way in (True, False)}
    took = {way: sorted(one for is_raw, times, _ in turns for one in times if is_raw == way) for way in (True, False)}
    ms = {is_raw: [1000 * times[int(len(times) * part)] for part in (0.5, 0.999)] for is_raw, times in took.items()}
    worst = {is_raw: 1000 * times[-1] for is_raw, times in took.items()}
    what = f"{kind}: {WRITERS} writers for {SECONDS:g} s"
    rate, raw_rate = (len(took[is_raw]) / SECONDS for is_raw in (False, True))
    figures.add(f"{what}: writes a second", f"{rate:,.0f}", f"{rate / raw_rate:.2f} of raw")
    figures.add(
        f"{what}: p50, p99.9", "{:.1f}, {:.1f} ms".format(*ms[False]), "raw {:.1f}, {:.1f} ms".format(*ms[True])
    )
    figures.add(f"{what}: worst", f"{worst[False]:.1f} ms", f"{worst[False] / worst[True]:.2f} x raw")
    figures.add(f"{what}: slowest to fastest", f"{slowest[False]:.2f}", f"raw {slowest[True]:.2f}, no error")


def _slowest_to_fastest(seen: list[list[Turn]], *, is_raw: bool) -> Iterator[float]:
    """In each turn of one way, what the slowest writer did for each write of the fastest."""
    for turn in zip(*seen, strict=True):
        if counts := [len(times) for way, times, _ in turn if way == is_raw]:
            yield min(counts) / max(counts)


@pytest.mark.timeout(900)
def test_eight_writers_on_sqlite(tmp_path: Path, figures: Figures) -> None:
    _tell(figures, "SQLite", str(tmp_path / "room.db"))


@pytest.mark.timeout(900)
def test_eight_writers_on_postgresql(figures: Figures) -> None:
    with server(durable=True) as running:
        _tell(figures, "PostgreSQL", running.database())
