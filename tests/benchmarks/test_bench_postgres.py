"""Transitions a second on PostgreSQL, against the very same statements on the raw driver in the same run."""

import statistics
import time
from contextlib import closing
from urllib.parse import urlsplit

import psycopg

from domain.clock import SteppedClock
from domain.engine import Engine
from tests.benchmarks.conftest import Figures
from tests.benchmarks.recording import recorded
from tests.benchmarks.test_bench_engine import CHUNK, PROVIDERS, a_day
from tests.domain.world import START, World
from tests.postgres import Server, server


def filled(running: Server) -> str:
    """The name of a database with as many providers on duty as bookings."""
    address = running.database()
    world = World.open(address)
    world.service()
    for number in range(1, PROVIDERS + 1):
        world.provider(f"p{number:03}")
        world.booking()
    world.close()
    return urlsplit(address).path.removeprefix("/")


def test_transitions_a_second_against_the_same_statements_on_the_raw_driver(figures: Figures) -> None:
    work = a_day()
    with server(durable=True) as running:
        start = filled(running)
        said = recorded(running.database(start), work)
        own, other = running.database(start), running.database(start)
        engine = Engine.open(own, clock=SteppedClock(START))
        times: dict[str, list[float]] = {"engine": [], "raw": []}
        with closing(psycopg.connect(other, autocommit=True, prepare_threshold=2)) as raw:
            for at in range(0, len(work), CHUNK):
                began = time.perf_counter()
                for command, actor in work[at : at + CHUNK]:
                    engine.execute(command, actor)
                done = time.perf_counter()
                for statements in said[at : at + CHUNK]:
                    for sql, values in statements:
                        raw.execute(sql.encode(), values)
                times["engine"].append(done - began)
                times["raw"].append(time.perf_counter() - done)
        engine.close()
    rate = {name: CHUNK / statistics.median(spent) for name, spent in times.items()}
    figures.add("PostgreSQL: transitions a second, through the engine", f"{rate['engine']:,.0f}")
    figures.add("  the same statements, raw driver", f"{rate['raw']:,.0f}", f"{rate['engine'] / rate['raw']:.2f}")
