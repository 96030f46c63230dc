"""Which part of the log a time means, however clocks were set: held against reading every event."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import accumulate, pairwise

import psycopg
import pytest

from domain.clock import from_ms, to_ms
from domain.criteria import EventFilter, Period
from domain.store.moments import first_event_from, last_event_at
from domain.store.timeindex import STRETCH
from tests.conftest import POSTGRES, SQLITE
from tests.domain.world import START, World

BOTH_DATABASES = True
MANY = {SQLITE: 5 * STRETCH // 2, POSTGRES: 300}
"""Events that make a few stretches; on PostgreSQL a test narrows the block ranges instead."""
_BORN = (
    "INSERT INTO events (id, at, subject, subject_id, version, action, from_status, to_status, role, actor_id, changes,"
    f" details, hash) VALUES (?, ?, 'customer', ?, 1, 'create', 'NEW', 'ACTIVE', 'admin', 'ana', '{{}}', '{{}}',"
    f" '{'0' * 64}')"
)
Times = Sequence[int]
Clock = Callable[[random.Random, int], Times]
Log = Sequence[tuple[int, int]]
"""Numbers and times."""


def steady(draw: random.Random, count: int) -> Times:
    return [*accumulate(draw.choice([0, 1, 40]) for _ in range(count))]


def two_clocks(draw: random.Random, count: int) -> Times:
    """Consoles on two machines, one of them behind by more than a stretch of the log takes."""
    return [at - draw.choice([0, 30_000]) for at in steady(draw, count)]


def set_back_once(draw: random.Random, count: int) -> Times:
    return [at - (15 * count if number > count // 2 else 0) for number, at in enumerate(steady(draw, count))]


def set_forward_for_a_while(draw: random.Random, count: int) -> Times:
    is_wrong = range(count // 3, count // 2)
    return [at + (10**7 if number in is_wrong else 0) for number, at in enumerate(steady(draw, count))]


def falling(draw: random.Random, count: int) -> Times:
    return steady(draw, count)[::-1]


def anything(draw: random.Random, count: int) -> Times:
    return [draw.randrange(50_000) for _ in range(count)]


def numbered(draw: random.Random, times: Times) -> Log:
    """Numbers with gaps, one of them wider than a stretch, as transactions leave that were rolled back."""
    steps = [draw.choice([1, 1, 1, 7]) for _ in times]
    steps[len(times) // 4] = 3 * STRETCH
    return list(zip(accumulate(steps), (to_ms(START) + at for at in times), strict=True))


def write(world: World, log: Log) -> None:
    """Events of given numbers and times, as anybody might write them."""
    rows = [(number, at, number) for number, at in log]
    if world.engine.path is not None:
        with closing(sqlite3.connect(world.url)) as file, file:
            file.executemany(_BORN, rows)
        return
    summed_up = len(rows) * 2 // 3
    with psycopg.connect(world.url, autocommit=True) as link:
        sql = _BORN.replace("?", "%s").encode()
        link.cursor().executemany(sql, rows[:summed_up])
        # On a live server some block ranges are summed up, and the newest are not.
        link.execute("SELECT brin_summarize_new_values('events_by_time')")
        link.cursor().executemany(sql, rows[summed_up:])


def moments_of(draw: random.Random, log: Log) -> Iterator[int]:
    """Times to ask for: around many events, at the edges, and far outside."""
    chosen = [at for _, at in draw.sample(log, 12)] + [at for _, at in (log[0], log[-1])]
    chosen += [before[1] for before, later in pairwise(log) if later[1] < before[1]][:5]
    for at in chosen:
        yield from (at - 1, at, at + 1)
    yield from (0, min(at for _, at in log) - 1, max(at for _, at in log) + 1, 2**45)


@pytest.fixture
def small_ranges(world: World) -> Iterator[None]:
    """On PostgreSQL, so few pages to a range that a small log has several."""
    if world.engine.path is not None:
        yield
        return
    with psycopg.connect(world.url, autocommit=True) as link:
        link.execute("ALTER INDEX events_by_time SET (pages_per_range = 2)")
        link.execute("REINDEX INDEX events_by_time")
        yield
        link.execute("ALTER INDEX events_by_time RESET (pages_per_range)")
        link.execute("REINDEX INDEX events_by_time")


@pytest.mark.parametrize(
    "clock",
    [steady, two_clocks, set_back_once, set_forward_for_a_while, falling, anything],
    ids=lambda one: one.__name__,
)
@pytest.mark.usefixtures("small_ranges")
def test_a_moment_means_what_reading_every_event_says(world: World, database_kind: str, clock: Clock) -> None:
    draw = random.Random(11)
    log = numbered(draw, clock(draw, MANY[database_kind]))
    write(world, log)
    with world.engine._store.read() as connection:
        for at in moments_of(draw, log):
            moment = from_ms(at)
            assert last_event_at(connection, moment) == max((n for n, then in log if then <= at), default=0), at
            first = min((n for n, then in log if then >= at), default=log[-1][0] + 1)
            assert first_event_from(connection, moment) == first, at


def test_in_an_empty_log_every_moment_comes_before_its_first_event(world: World) -> None:
    with world.engine._store.read() as connection:
        assert (last_event_at(connection, START), first_event_from(connection, START)) == (0, 1)


@pytest.mark.parametrize("clock", [steady, two_clocks], ids=lambda one: one.__name__)
def test_the_log_of_a_period_pages_both_ways_without_gaps(city: World, clock: Clock) -> None:
    """Ordinary events, at times that their clock shows anew for each."""
    draw = random.Random(5)
    opened = city.engine.newest()
    for at in clock(draw, 40):
        city.clock.set(START + timedelta(hours=1, milliseconds=8 * at))
        city.customer(f"Customer {at} Sample")
    start, end = START + timedelta(hours=1, seconds=1), START + timedelta(hours=1, seconds=3)
    which = EventFilter(periods=frozenset({Period(start, end)}))
    log = city.rows("SELECT id, at FROM events ORDER BY id")
    wanted = [row["id"] for row in log if to_ms(start) <= row["at"] < to_ms(end)]
    assert wanted
    assert min(wanted) > opened
    views = city.engine.views
    forward: list[int] = []
    while page := views.events(which, after=forward[-1] if forward else 0, limit=4):
        forward += [row.event.id for row in page]
    back: list[int] = []
    while page := views.events(which, before=back[0] if back else 2**62, limit=4):
        back = [row.event.id for row in page] + back
    assert forward == back == wanted


def test_a_moment_is_found_without_reading_the_log(world: World, database_kind: str) -> None:
    draw = random.Random(3)
    log = numbered(draw, steady(draw, MANY[database_kind]))
    write(world, log)
    if database_kind == POSTGRES:
        with psycopg.connect(world.url) as link:
            link.execute("SET enable_seqscan = off")
            body = link.execute("SELECT prosrc FROM pg_proc WHERE proname = 'dispatcher_last_event'").fetchall()[0][0]
            plan = link.execute(f"EXPLAIN {body.replace('moment', str(log[9][1]))}".encode()).fetchall()
        told = "\n".join(line for (line,) in plan)
        assert "Bitmap Index Scan on events_by_time" in told
        assert "Seq Scan on events" not in told
        return
    looked = 0

    def look() -> int:
        nonlocal looked
        looked += 1
        return 0

    with world.engine._store.read() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_progress_handler(look, STRETCH)  # called each so many steps; an event takes several
        last_event_at(connection, from_ms(log[9][1]))
        in_first = looked
        first_event_from(connection, from_ms(log[-9][1]))
        raw.set_progress_handler(None, 0)
    assert in_first <= 10
    assert looked <= 20


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "poke",
    ["UPDATE stretches SET earliest = earliest + 1", "UPDATE stretches SET latest = 0", "DELETE FROM stretches"],
    ids=["earliest", "latest", "gone"],
)
def test_verify_tells_of_times_that_are_kept_otherwise_than_the_log_says(world: World, poke: str) -> None:
    draw = random.Random(2)
    write(world, numbered(draw, steady(draw, MANY[SQLITE])))

    def wrong() -> list[str]:
        return [told for fault in world.engine.faults(lambda _: None) if "times before" in (told := str(fault))]

    assert wrong() == []
    with closing(sqlite3.connect(world.url)) as file, file:
        kept = file.execute("SELECT until FROM stretches ORDER BY until").fetchall()
        file.execute(f"{poke} WHERE until = {kept[0][0]}")
    told = wrong()
    assert len(told) == 1
    assert "but the log says" in told[0]
