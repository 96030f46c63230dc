"""What time alone changes on a screen: told in full by its clocks, painted line by line, read when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.lifecycle import Status
from domain.policy import Policy
from domain.views import AlertRow, BookingSheet
from screens.console import LOAD_EVERY_S, LONGEST_REST_S, rest_s
from screens.desk import DeskScreen
from screens.queue import queue_row, same_until
from screens.sheet import sheet_clock, sheet_sections, timeline_of
from screens.widgets.facts import Section
from screens.widgets.rows import Row
from screens.widgets.table import VirtualTable
from screens.widgets.text import as_content
from tests.conftest import NewWorld
from tests.domain.world import START, World, minutes, seconds
from tests.screens.stage import stage, until


@pytest.fixture
def world(new_world: NewWorld) -> World:
    """A booking that waits, one that nobody answers, one on hold, one that is late, one for this afternoon."""
    world = new_world()
    world.service()
    world.service("heating")
    world.provider("mira")
    waits = world.booking(service="heating", priority=1)
    assert waits == 1
    asked = world.booking(priority=2)
    world.do(c.Assign.of(booking=asked, provider="mira"))
    held = world.booking()
    world.do(c.Hold.of(booking=held, reason="part", until=START + minutes(50)))
    world.provider("tom")
    late = world.booking(priority=1)
    world.bring(late, Status.ACCEPTED, "tom")
    world.booking(**world.window(200, 300))
    world.tick()
    return world


@pytest.fixture
def sheets(world: World) -> list[BookingSheet]:
    return [world.engine.views.sheet(number) for number in range(1, 6)]


@pytest.fixture
def alerts(world: World) -> list[AlertRow]:
    world.clock.advance(100 * 60)
    found, _ = world.engine.views.attention()
    assert len(found) >= 4
    return list(found)


MOMENTS = st.integers(0, 4 * 3600 * 1000)
STEPS = st.one_of(st.integers(1, 3000), st.integers(1, 120_000))


def _shown(sections: list[Section]) -> object:
    return [
        (one.title, one.aside, [(fact.label, as_content(fact.value).markup, fact.tone) for fact in one.facts])
        for one in sections
    ]


def _looks(row: Row) -> object:
    more = [part for line in row.more for part in (line if isinstance(line, tuple) else (line,))]
    return [as_content(cell).markup for cell in (*row.cells, *more)]


@given(at_ms=MOMENTS, step_ms=STEPS)
def test_a_sheet_whose_clock_stands_looks_the_same(sheets: list[BookingSheet], at_ms: int, step_ms: int) -> None:
    now = START + timedelta(milliseconds=at_ms)
    for sheet in sheets:

        def shown(moment: datetime, sheet: BookingSheet = sheet) -> object:
            return _shown(sheet_sections(sheet, Policy(), moment, UTC, timeline_of(sheet, UTC)))

        later = now + timedelta(milliseconds=step_ms)
        if sheet_clock(sheet, now, UTC) == sheet_clock(sheet, later, UTC):
            assert shown(now) == shown(later)


@given(at_ms=MOMENTS)
def test_an_entry_of_the_queue_looks_the_same_until_it_says(alerts: list[AlertRow], at_ms: int) -> None:
    now = START + timedelta(milliseconds=at_ms)
    for alert in alerts:
        before = _looks(queue_row(alert, Policy(), now, UTC))
        end = same_until(alert, now)
        assert now <= end
        last = max(now, end - timedelta(milliseconds=1))
        assert _looks(queue_row(alert, Policy(), last, UTC)) == before


async def test_a_countdown_goes_on_without_asking_the_database_and_repaints_only_what_changed(world: World) -> None:
    async with stage(world, "admin:ana", "desk", (200, 45)) as on:
        await on.until_shown("#queue", "next try in 2 s")
        assert isinstance(on.frame, DeskScreen)
        loaders = [loader for loader in (on.frame._loader, on.frame._sheets) if loader is not None]
        await until(lambda: on.app.changes_at is not None and not any(loader._running for loader in loaders))
        asked: list[str] = []
        views = type(world.engine.views)
        made: list[Row] = []
        table = on.part("#queue", VirtualTable)
        usual = table.update_rows

        def update_rows(rows: Sequence[Row]) -> None:
            made.extend(rows)
            usual(rows)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(views, "attention", lambda *_: asked.append("attention"))
            patch.setattr(views, "sheet", lambda *_: asked.append("sheet"))
            patch.setattr(table, "update_rows", update_rows)
            world.clock.advance(1)
            on.frame.pulse()
            await on.until_shown("#queue", "next try in 1 s")
            assert {row.key for row in made} == {1}
            assert asked == []


async def test_the_queue_is_read_when_time_alone_brings_a_booking_onto_it(world: World) -> None:
    async with stage(world, "admin:ana", "desk", (200, 45)) as on:
        assert isinstance(on.frame, DeskScreen)
        await on.until_shown("#queue", "next try in 2 s")
        await until(lambda: on.app.changes_at is not None)
        assert "no answer from mira" not in on.text("#queue")
        world.clock.advance(211)
        on.app.on_pulse()
        await on.until_shown("#queue", "no answer from mira, lapses in 1:29")
        await until(lambda: on.app.changes_at is not None and on.app.changes_at > START + seconds(211))


@given(st.floats(0, 60))
def test_a_slow_load_leaves_time_to_keys_and_is_soon_taken_again_all_the_same(took_s: float) -> None:
    assert took_s + rest_s(took_s) >= LOAD_EVERY_S - 1e-9
    assert rest_s(took_s) >= min(took_s, LONGEST_REST_S)
    assert rest_s(took_s) <= LONGEST_REST_S
