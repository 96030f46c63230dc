"""Which timers are due is asked many times a day in a room of any size: only what may be due is looked at."""

from datetime import timedelta
from pathlib import Path

from domain import commands as c
from domain.policy import Policy
from tests.domain.world import START, World, plain

READS_ALL_OF_A_KIND = ("bookings_by_status", "bookings_by_service")


def test_nobody_reads_all_who_wait_to_find_whose_time_has_come(tmp_path: Path) -> None:
    world = World.open(tmp_path / "room.db")
    world.service()
    world.provider("mira")
    world.do(c.Hold.of(booking=world.booking(), reason="later"))
    world.booking()
    world.tick(60)
    asked: list[str] = []
    store, timers, now, policy = world.engine._store, world.engine.timers, START + timedelta(days=1), Policy()
    with store.raw() as link:
        link.set_trace_callback(asked.append)  # type: ignore[attr-defined]
    for found in (timers.holds_ended, timers.breaks_ended, timers.hopeless):
        found(now, 5)
    timers.offers_lapsed(now, 5, policy)
    timers.attempts_due(now, 5, policy)
    timers.wakeable(now, policy)
    timers.next_at()
    with plain(tmp_path / "room.db") as file:
        asked = [sql for sql in asked if "FROM" in sql]
        plans = {sql: [str(row[3]) for row in file.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked}
    assert len(plans) >= 12
    for sql, steps in plans.items():
        assert "SCAN bookings" not in steps, sql
        assert not any(index in step for step in steps for index in READS_ALL_OF_A_KIND), sql
    world.close()
