"""A process that is killed, fails or stands still at each point of a commit leaves everything as before or as after."""

import json
from collections.abc import Callable

import pytest

from domain import commands as c
from domain.errors import DispatchError, StoreBusy
from domain.lifecycle import Status
from domain.store.points import Point
from tests.conftest import POSTGRES, SQLITE, NewWorld
from tests.domain.processes import assigns, processes
from tests.domain.world import ANA, World, assert_sound

BOTH_DATABASES = True
STANDING = [Point.EVENT, Point.FINISHED]


@pytest.fixture
def filled(world: World) -> World:
    """One booking that two plumbers could do."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.booking()
    return world


def no_fault(world: World) -> None:
    assert_sound(world)
    assert list(world.engine.faults(lambda _: None)) == []


@pytest.mark.parametrize("point", Point)
def test_killed_at_any_point_it_is_fully_before_or_fully_after(filled: World, point: Point) -> None:
    before = filled.everything()
    with processes(assigns, 1, filled.url) as (victim,):
        victim.tell(json.dumps({"point": point, "do": "kill"}))
        assert victim.hear() == "", "it was killed before it could say that it was done"
    if point is Point.COMMITTED:
        assert filled.holder(1) == "mira"
    else:
        assert filled.everything() == before
        filled.do(c.Assign.of(booking=1, provider="mira"))
    filled.do(c.Note.of(booking=1, text="it goes on"))
    no_fault(filled)


class Failure(Exception):
    """Something that nobody foresaw."""


@pytest.mark.parametrize("point", Point)
@pytest.mark.parametrize("error", [Failure, KeyboardInterrupt])
def test_an_error_at_any_point_leaves_no_half_and_the_next_write_works(
    filled: World, point: Point, error: type[BaseException]
) -> None:
    before = filled.everything()

    def fail(reached: Point) -> None:
        if reached is point:
            raise error("out of the blue")

    filled.engine._store.reached = fail
    with pytest.raises((error, DispatchError)):
        filled.engine.execute(c.Assign.of(booking=1, provider="mira"), ANA)
    filled.engine._store.reached = lambda _: None
    if point is Point.COMMITTED:
        assert filled.holder(1) == "mira"
    else:
        assert filled.everything() == before
        filled.do(c.Assign.of(booking=1, provider="mira"))
    no_fault(filled)


@pytest.mark.parametrize("point", STANDING)
def test_while_one_stands_still_at_any_point_nobody_sees_a_half_and_reads_go_on(
    filled: World, point: Point, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    monkeypatch.setattr("domain.store.sqlite.WRITE_DEADLINE_S", 0.2)
    before = filled.everything()
    with processes(assigns, 1, filled.url) as (victim,):
        victim.tell(json.dumps({"point": point, "do": "block"}))
        assert victim.hear() == "blocked"
        assert filled.everything() == before
        assert filled.engine.views.booking(1).booking.status is Status.PENDING
        other = filled.try_to(c.CreateService.of(service="locks"))
        if database_kind == SQLITE:
            assert isinstance(other, StoreBusy)
            assert other.details["holder"] == str(victim.pid)
        else:
            assert other is None, "on PostgreSQL only who wants the same row waits"
        victim.tell()
        assert victim.hear() == "done"
    assert filled.holder(1) == "mira"
    no_fault(filled)


def test_frozen_on_postgresql_the_row_is_given_up_on_after_the_deadline(
    new_world: NewWorld, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind != POSTGRES:
        pytest.skip("on SQLite everybody waits at the gate, see above")
    monkeypatch.setattr("domain.store.postgres.WRITE_DEADLINE_S", 0.3)
    world = new_world()
    world.service()
    world.provider("mira")
    world.booking()
    waiting: Callable[[], DispatchError | None] = lambda: world.try_to(c.Hold.of(booking=1, reason="wait"))  # noqa: E731
    with processes(assigns, 1, world.url) as (victim,):
        victim.tell(json.dumps({"point": Point.FINISHED, "do": "block"}))
        assert victim.hear() == "blocked"
        assert isinstance(waiting(), StoreBusy)
        victim.kill()
    world.do(c.Hold.of(booking=1, reason="wait"))
    no_fault(world)
