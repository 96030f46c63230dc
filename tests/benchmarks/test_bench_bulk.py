"""A hundred commands in one commit, against the same hundred committed singly: through the engine, and by SQL alone."""

import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from domain import commands as c
from domain.clock import SteppedClock
from domain.engine import Engine
from tests.benchmarks import test_bench_engine, test_bench_postgres
from tests.benchmarks.conftest import Figures
from tests.benchmarks.recording import Statement, Work, recorded
from tests.benchmarks.test_bench_engine import PROVIDERS, raw_connection
from tests.domain.world import ANA, START
from tests.postgres import server

AT_ONCE: Final = 100
Run = Callable[[str, Any], Any]


def batches() -> list[Work]:
    """Changes of two hundred bookings, a hundred at a time."""
    return [
        [(c.Prioritise.of(booking=number, priority=priority), ANA) for number in range(first, first + AT_ONCE)]
        for priority in (1, 2, 3, 1, 2, 3)
        for first in range(1, PROVIDERS, AT_ONCE)
    ]


def execute_singly(engine: Engine, batch: Work) -> None:
    for command, actor in batch:
        engine.execute(command, actor)


def replay_singly(run: Run, said: Sequence[Sequence[Statement]]) -> None:
    for statements in said:
        for sql, values in statements:
            run(sql, values)


def replay_at_once(run: Run, said: Sequence[Sequence[Statement]]) -> None:
    """The same statements, between the first one's BEGIN and the last one's COMMIT."""
    whole = [one for statements in said for one in statements[1:-1]]
    replay_singly(run, [[said[0][0], *whole, said[-1][-1]]])


def tell(figures: Figures, kind: str, urls: dict[str, str], runs: dict[str, Run], said: list[list[Statement]]) -> None:
    """Each batch all four ways, one after the other."""
    took: dict[str, list[float]] = {name: [] for name in ("singly", "at once", "raw singly", "raw at once")}
    with ExitStack() as stack:
        engines = {
            name: stack.enter_context(closing(Engine.open(urls[name], clock=SteppedClock(START))))
            for name in ("singly", "at once")
        }
        for turn, batch in enumerate(batches()):
            part = said[turn * AT_ONCE : (turn + 1) * AT_ONCE]
            ways: dict[str, Callable[[], object]] = {
                "singly": partial(execute_singly, engines["singly"], batch),
                "at once": partial(engines["at once"].execute_all, [command for command, _ in batch], ANA),
                "raw singly": partial(replay_singly, runs["raw singly"], part),
                "raw at once": partial(replay_at_once, runs["raw at once"], part),
            }
            for name, way in ways.items():
                began = time.perf_counter()
                way()
                took[name].append(time.perf_counter() - began)
    rate = {name: AT_ONCE / statistics.median(times) for name, times in took.items()}
    own, raw = rate["at once"] / rate["singly"], rate["raw at once"] / rate["raw singly"]
    figures.add(f"{kind}: commands a second, singly", f"{rate['singly']:,.0f}", f"raw {rate['raw singly']:,.0f}")
    figures.add(f"  {AT_ONCE} in one commit", f"{rate['at once']:,.0f}", f"raw {rate['raw at once']:,.0f}")
    figures.add("  to singles", f"{own:.2f} x", f"raw {raw:.2f} x")


@pytest.mark.timeout(300)
def test_a_hundred_in_one_commit_on_sqlite(tmp_path: Path, figures: Figures) -> None:
    start = test_bench_engine.prepared(tmp_path)
    work = [one for batch in batches() for one in batch]
    said = recorded(str(shutil.copyfile(start, tmp_path / "recorded.db")), work)
    urls = {}
    for name in ("singly", "at once", "raw singly", "raw at once"):
        urls[name] = str(shutil.copyfile(start, tmp_path / f"{name}.db"))
    with ExitStack() as stack:
        raw: dict[str, sqlite3.Connection] = {
            name: stack.enter_context(closing(raw_connection(Path(urls[name]))))
            for name in ("raw singly", "raw at once")
        }
        runs: dict[str, Run] = {name: connection.execute for name, connection in raw.items()}
        tell(figures, "SQLite", urls, runs, said)


def run_on(link: Any, sql: str, values: Any) -> None:
    link.execute(sql.encode(), values)


@pytest.mark.timeout(300)
def test_a_hundred_in_one_commit_on_postgresql(figures: Figures) -> None:
    with server(durable=True) as running:
        start = test_bench_postgres.filled(running)
        work = [one for batch in batches() for one in batch]
        said = recorded(running.database(start), work)
        urls = {name: running.database(start) for name in ("singly", "at once", "raw singly", "raw at once")}
        with ExitStack() as stack:
            runs: dict[str, Run] = {}
            for name in ("raw singly", "raw at once"):
                link = stack.enter_context(closing(psycopg.connect(urls[name], autocommit=True, prepare_threshold=2)))
                runs[name] = partial(run_on, link)
            tell(figures, "PostgreSQL", urls, runs, said)
