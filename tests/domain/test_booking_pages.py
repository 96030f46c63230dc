"""Pages of what was asked for within a span of time: the same whichever way the database goes to find them."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from domain import commands as c
from domain.answers.finding import matches
from domain.criteria import EVERY_BOOKING, BookingFilter, BookingTraits, Limit, Measure, Period
from domain.lifecycle import Status
from domain.store import booking_pages, rows
from tests.domain.world import ANA, START, World, minutes, plain

BOTH_DATABASES = True
MANY = 60
FEW, NEVER_FEW = 1, 10**9
"""Shares of all bookings below which a span counts as one of few: every span, and none."""


@pytest.fixture(params=[FEW, NEVER_FEW], ids=["as few", "as many"])
def imported(world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """Bookings whose numbers say little of when they were asked for, as after an import; then some of today."""
    monkeypatch.setattr(booking_pages, "COMMON_SHARE", request.param)
    draw = random.Random(7)
    world.service()
    asked = [START - minutes(draw.choice([draw.randint(0, 20), draw.randint(1000, 1200)])) for _ in range(MANY)]
    asked[MANY // 2 :] = sorted(asked[MANY // 2 :])
    customer = world.customer()
    world.engine.execute_all(
        [
            c.CreateBooking.of(service="plumbing", customer=customer, address=f"{n} Example St", requested_at=at)
            for n, at in enumerate(asked, 1)
        ],
        ANA,
    )
    for number in range(5, MANY, 9):
        world.bring(number, Status.CANCELLED)
    return world


def spans() -> Iterator[BookingFilter]:
    first, early, gap, between, late = (START - minutes(back) for back in (1300, 1110, 900, 500, 12))
    for start, end in ((first, early), (early, late), (gap, between), (late, None), (None, early)):
        yield BookingFilter(periods=frozenset({Period(start, end)}))
    older, younger = Limit(Measure.AGE, True, timedelta(minutes=15)), Limit(Measure.AGE, False, timedelta(minutes=1100))
    yield BookingFilter(limits=frozenset({older, younger}), statuses=frozenset({Status.PENDING}))
    yield BookingFilter(limits=frozenset({older}), periods=frozenset({Period(early)}), words=("sample",))
    yield BookingFilter(periods=frozenset({Period(early)}), unless=BookingTraits(limits=frozenset({older})))


def test_pages_of_a_span_are_complete_without_repeats_both_ways(imported: World) -> None:
    views, policy = imported.engine.views, imported.engine.views.policy()
    everyone = views.bookings(EVERY_BOOKING, limit=2 * MANY)
    counts = set()
    for which in spans():
        wanted = [row.booking.id for row in everyone if matches(which, row, imported.now, policy)]
        counts.add(len(wanted))
        down: list[int] = []
        while page := views.bookings(which, after=down[-1] if down else None, limit=25):
            down += [row.booking.id for row in page]
        up: list[int] = []
        while page := views.bookings(which, before=up[0] if up else 0, limit=25):
            up = [row.booking.id for row in page] + up
        assert down == up == wanted, which
        for number in (17, 44):
            below = [row.booking.id for row in views.bookings(which, after=number, limit=3)]
            assert below == [one for one in wanted if one < number][:3], which
            above = [row.booking.id for row in views.bookings(which, before=number, limit=3)]
            assert above == [one for one in wanted if one > number][-3:], which
    assert 0 in counts
    assert len(counts) > 4


def test_no_page_of_a_span_reads_every_booking(tmp_path: Path) -> None:
    world = World.open(tmp_path / "room.db")
    world.service()
    world.booking()
    asked: list[tuple[str, Any]] = []

    def note(_link: object, _cursor: object, sql: str, values: Any, *_: object) -> None:
        asked.append((sql, values))

    with world.engine._store.read() as connection:
        sqlalchemy.event.listen(connection.engine, "before_cursor_execute", note)
    for which in spans():
        world.engine.views.bookings(which, limit=7)
        world.engine.views.bookings(which, before=0, limit=7)
    assert any("requested_at" in sql for sql, _ in asked)
    with plain(tmp_path / "room.db") as file:
        for sql, values in asked:
            steps = [str(row[3]) for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert not [step for step in steps if f"{step} ".startswith("SCAN bookings ")], sql
            by_request = [step for step in steps if "bookings_by_request" in step]
            assert all("COVERING" in step for step in by_request), sql
    world.close()


def test_what_was_compiled_for_one_search_is_kept_for_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "COMMON_SHARE", 1)
    world.service()
    world.booking(notes="leak")
    kept: list[str] = []

    def note(_link: object, _cursor: object, sql: str, _values: object, context: Any, _many: bool) -> None:
        if sql.startswith("SELECT"):
            kept.append(context.cache_hit.name)

    views = world.engine.views
    views.bookings(BookingFilter(words=("pebbles",)))
    with world.engine._store.read() as connection:
        sqlalchemy.event.listen(connection.engine, "after_cursor_execute", note)
    views.bookings(BookingFilter(words=("quarry",)))
    assert len(kept) > 2
    assert {*kept} == {"CACHE_HIT"}
