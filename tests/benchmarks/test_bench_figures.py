"""What a year of figures costs, whatever the number of bookings: they are kept, not counted."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from domain.daily import days
from domain.lifecycle import Status
from tests.benchmarks.conftest import Figures
from tests.domain.world import World

_BOOKINGS = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {0})
INSERT INTO bookings (id, version, chain, status, customer_id, service_id, address, duration_minutes, priority, notes,
    requested_at, recorded_at, promised_at, status_since, forced, excluded, attempt, was_cancelled, acked)
SELECT n, 1, '', 'CANCELLED', 1, 1 + n % 8, n || ' Example St', 60, 1, '', {1} + n * ({2} / {0}), {1} + n * ({2} / {0}),
    {1} + n * ({2} / {0}), {1} + n * ({2} / {0}), 0, '[]', 0, 1, 0 FROM counted"""
_DAILY = """
INSERT INTO daily SELECT 'room', 0, date(recorded_at / 1000, 'unixepoch'), status, 0, count(*) FROM bookings
GROUP BY 3, 4 UNION ALL SELECT 'service', service_id, date(recorded_at / 1000, 'unixepoch'), status, 0, count(*)
FROM bookings GROUP BY 2, 3, 4"""
_YEAR_MS = 365 * 86_400_000
_START_MS = 1_754_179_200_000
_FLOOR = """
SELECT day, status, count FROM daily WHERE dimension = 'room' AND ref = 0 AND day BETWEEN ? AND ?"""
FIRST, LAST = date(2025, 8, 3), date(2026, 8, 2)


def filled(path: Path, bookings: int) -> World:
    """A year of bookings by set-based SQL, round every guard."""
    World.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("BEGIN")
        raw.execute(_BOOKINGS.format(bookings, _START_MS, _YEAR_MS))
        raw.execute(_DAILY)
        raw.execute("COMMIT")
    return World.open(path)


@pytest.mark.timeout(600)
def test_a_year_of_figures(tmp_path: Path, figures: Figures) -> None:
    for bookings in (100_000, 1_000_000):
        world = filled(tmp_path / f"{bookings}.db", bookings)
        year = world.engine.views.figures(FIRST, LAST)
        assert sum(day.counts["CANCELLED"] for day in year) > bookings * 0.99
        said(figures, f"a year of figures, {bookings:,} bookings", world)
        world.close()


def test_a_full_year_of_figures(tmp_path: Path, figures: Figures) -> None:
    """Every status on every day, of the room and of forty providers."""
    world = World.open(tmp_path / "room.db")
    world.service()
    handles = [world.provider(f"p{number:02}") for number in range(1, 41)]
    whose = [("room", 0), *(("provider", number) for number in range(1, 41))]
    with closing(sqlite3.connect(world.path)) as raw:
        raw.executemany(
            "INSERT INTO daily VALUES (?, ?, ?, ?, 0, 7)",
            [(*one, day, str(status)) for one in whose for day in days(FIRST, LAST) for status in Status],
        )
        raw.commit()
    assert all(len(day.counts) == len(Status) for day in world.engine.views.figures(FIRST, LAST))
    said(figures, "a year of figures, every status on every day", world)
    took = per_call(lambda: [world.engine.views.figures(FIRST, LAST, provider=handle) for handle in handles])
    figures.add("the same of forty providers, one after the other", f"{took * 1000:.1f} ms of CPU")
    world.close()


def said(figures: Figures, what: str, world: World) -> None:
    """A year of the room's figures beside the floor: the plain driver's SELECT of the same rows."""
    took = per_call(lambda: world.engine.views.figures(FIRST, LAST))
    with closing(sqlite3.connect(world.path)) as raw:
        floor = per_call(lambda: raw.execute(_FLOOR, (FIRST.isoformat(), LAST.isoformat())).fetchall())
    figures.add(what, f"{took * 1000:.2f} ms of CPU", f"{took / floor:.1f} x")


def per_call(work: Callable[[], object]) -> float:
    """Seconds of processor that something takes at best."""
    best = float("inf")
    for _ in range(30):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best
