"""What a year of figures costs, whatever the number of bookings: they are kept, not counted."""

import sqlite3
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

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
    took = {}
    for bookings in (100_000, 1_000_000):
        world = filled(tmp_path / f"{bookings}.db", bookings)
        world.engine.views.figures(date(2025, 8, 3), date(2026, 8, 2))
        began = time.perf_counter()
        for _ in range(50):
            days = world.engine.views.figures(date(2025, 8, 3), date(2026, 8, 2))
        took[bookings] = (time.perf_counter() - began) / 50
        assert sum(day.counts["CANCELLED"] for day in days) > bookings * 0.99
        ratio = f"{took[bookings] / took[100_000]:.2f} x that of 100,000"
        figures.add(f"a year of figures, {bookings:,} bookings", f"{took[bookings] * 1000:.2f} ms", ratio)
        world.close()
