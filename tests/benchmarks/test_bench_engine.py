"""Transitions a second through the engine, against the very same statements on the raw driver in the same run."""

import shutil
import sqlite3
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from domain import commands as c
from domain.actors import Actor
from domain.clock import SteppedClock
from domain.engine import Engine
from tests.benchmarks.conftest import Figures
from tests.benchmarks.recording import Statement, recorded
from tests.domain.world import ANA, START, World, provider_actor

PROVIDERS = 200
STEPS = (c.Accept, c.Depart, c.Start, c.Complete)
CHUNK = 50
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")


def a_day() -> list[tuple[c.Command, Actor]]:
    """Each provider takes one booking from the offer to the end: a thousand transitions."""
    work: list[tuple[c.Command, Actor]] = []
    for number in range(1, PROVIDERS + 1):
        handle = f"p{number:03}"
        work.append((c.Assign.of(booking=number, provider=handle), ANA))
        work += [(step.of(booking=number), provider_actor(handle)) for step in STEPS]
    return work


def prepared(folder: Path) -> Path:
    """A database with as many providers on duty as bookings."""
    path = folder / "start.db"
    world = World.open(path)
    world.service()
    for number in range(1, PROVIDERS + 1):
        world.provider(f"p{number:03}")
        world.booking()
    world.close()
    return path


def raw_connection(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def replay(connection: sqlite3.Connection, said: Sequence[Sequence[Statement]]) -> None:
    for statements in said:
        for sql, values in statements:
            connection.execute(sql, values).fetchall()


def only_writes(said: Sequence[Sequence[Statement]]) -> list[list[Statement]]:
    """Read the booking, update it, insert the event, commit: the least that a transition is."""
    kept = []
    for statements in said:
        reads = [one for one in statements if one[0].startswith("SELECT")]
        kept.append([one for one in statements if one not in reads or one is reads[0]])
    return kept


def test_transitions_a_second_against_the_same_statements_on_the_raw_driver(tmp_path: Path, figures: Figures) -> None:
    start = prepared(tmp_path)
    work = a_day()
    said = recorded(str(shutil.copyfile(start, tmp_path / "recorded.db")), work)
    least = only_writes(said)
    paths = {name: tmp_path / f"{name}.db" for name in ("engine", "raw", "least")}
    for path in paths.values():
        shutil.copyfile(start, path)
    engine = Engine.open(str(paths["engine"]), clock=SteppedClock(START))
    times: dict[str, list[float]] = {name: [] for name in paths}
    with closing(raw_connection(paths["raw"])) as raw, closing(raw_connection(paths["least"])) as bare:
        for at in range(0, len(work), CHUNK):
            began = time.perf_counter()
            for command, actor in work[at : at + CHUNK]:
                engine.execute(command, actor)
            done = time.perf_counter()
            replay(raw, said[at : at + CHUNK])
            replayed = time.perf_counter()
            replay(bare, least[at : at + CHUNK])
            ended = time.perf_counter()
            for name, spent in (("engine", done - began), ("raw", replayed - done), ("least", ended - replayed)):
                times[name].append(spent)
    engine.close()
    for name in ("raw", "least"):
        assert _rows(paths[name]) == _rows(paths["engine"])
    rate = {name: CHUNK / statistics.median(spent) for name, spent in times.items()}
    figures.add("transitions a second, through the engine", f"{rate['engine']:,.0f}")
    figures.add("  the same statements, raw driver", f"{rate['raw']:,.0f}", f"{rate['engine'] / rate['raw']:.2f}")
    figures.add("  read, update, event, commit only", f"{rate['least']:,.0f}", f"{rate['engine'] / rate['least']:.2f}")


def _rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            row for table in ("bookings", "events") for row in connection.execute(f"SELECT * FROM {table} ORDER BY id")
        ]


def test_attempts_a_second_by_the_loop_with_forty_providers_none_of_whom_is_free(
    tmp_path: Path, figures: Figures
) -> None:
    world = World.open(tmp_path / "room.db")
    world.service()
    for number in range(40):
        world.provider(f"p{number:03}", on=False)
    customer = world.customer()
    new = c.CreateBooking.of(service="plumbing", customer=customer, address="12 Example St")
    world.engine.execute_all([new] * 2_000, ANA)
    began = time.perf_counter()
    assert world.tick() == 2_000
    figures.add("attempts a second, 40 providers", f"{2_000 / (time.perf_counter() - began):,.0f}")
    for passed in (2, 4, 8):
        world.tick(passed)
    began = time.perf_counter()
    for _ in range(20):
        assert world.tick() == 0
    figures.add("a tick with 2,000 parked and nothing due", f"{(time.perf_counter() - began) / 20 * 1000:.2f} ms")
    world.do(c.GoOn.of(provider="p000"))
    began = time.perf_counter()
    assert world.tick() == 1
    figures.add("one freed provider among them, one assignment", f"{(time.perf_counter() - began) * 1000:.1f} ms")
    began = time.perf_counter()
    for _ in range(20):
        assert world.tick() == 0
    figures.add("a tick with 1,999 parked and all busy", f"{(time.perf_counter() - began) / 20 * 1000:.2f} ms")
    world.close()


def test_reading_what_the_desk_shows(tmp_path: Path, figures: Figures) -> None:
    world = World.open(tmp_path / "room.db")
    world.service()
    for number in range(40):
        world.provider(f"p{number:03}", on=False)
    customer = world.customer()
    new = c.CreateBooking.of(service="plumbing", customer=customer, address="12 Example St")
    for _ in range(8):
        world.engine.execute_all([new] * 1_000, ANA)
    views = world.engine.views
    newest = views.last_event()
    for what, ask in (
        ("the attention queue of 8,000, the worst 200", views.attention),
        ("the top bar's figures", views.kpis),
        ("the roster of 40", views.roster),
        ("one booking's sheet", lambda: views.sheet(4_000)),
        ("the log's tail, nothing new", world.engine.tail(newest).more),
    ):
        ask()
        spent = []
        for _ in range(15):
            began = time.perf_counter()
            ask()
            spent.append(time.perf_counter() - began)
        figures.add(f"read: {what}", f"{statistics.median(spent) * 1000:.2f} ms")
    world.close()
