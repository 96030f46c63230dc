"""A log said again gives the same log and the same rows, byte for byte."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from domain import commands as c
from domain.engine import Engine
from domain.errors import DispatchError, IllegalTransition, InvalidInput, NotUnderstood, StaleVersion
from domain.lifecycle import Status
from domain.scripts.replay import Replay
from domain.scripts.script import Recorded, read_recorded, recorded
from domain.views import EventFilter
from tests.conftest import NewWorld
from tests.domain.test_state_machine import Dispatching
from tests.domain.world import ANA, BEN, Row, World, minutes, small_city

TABLES = ("events", "bookings", "providers", "services", "customers", "settings")


def script_of(engine: Engine) -> Iterator[str]:
    after = 0
    while page := engine.views.events(EventFilter(), after=after, limit=100):
        yield from (str(line) for row in page if (line := recorded(row.event)) is not None)
        after = page[-1].event.id


def export(engine: Engine) -> dict[str, str]:
    return {table: json.dumps(engine.views.stored(table, limit=100_000), default=str) for table in TABLES}


def assert_replays(engine: Engine, copy: Engine) -> None:
    replay = Replay(copy)
    for line in script_of(engine):
        replay.say(read_recorded(line))
    assert export(copy) == export(engine)
    assert list(script_of(copy)) == list(script_of(engine))


class Recalled(Dispatching):
    """Random histories, each said again at its end."""

    def teardown(self) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                copy = World.open(Path(folder) / "copy.db")
                try:
                    assert_replays(self.world.engine, copy.engine)
                finally:
                    copy.close()
        finally:
            super().teardown()


TestRecalledHistories = Recalled.TestCase
TestRecalledHistories.settings = settings(
    settings.default, max_examples=max(6, settings().max_examples // 10), stateful_step_count=25
)


def test_everything_that_a_line_can_hold_comes_back(new_world: NewWorld) -> None:
    world = small_city(new_world())
    late: Row = {"requested_at": world.now - minutes(1.0005), "source": "city", "external_key": "0017 b"}
    world.booking(
        address='12 "Example" St',
        notes='for at; until\n"quoted" \\ -- \u2028 \u200f שלום',
        details={"zip": "00501", "detail": "first\nsecond, with: a colon", "closed_at": "2026-08-02T09:00:00+05:30"},
        latitude=-40.123456789012345,
        longitude=1e-7,
        phone="(202) 555-0199",
        email="Bo.Sample@example.com",
        **late,
    )
    world.tick(0.123)
    world.configure("waits_s", "0,1,2.5")
    world.configure("when_exhausted", "fail")
    number = world.booking(service="locks", **world.window(30.0001, 90))
    world.do(c.Hold.of(booking=number, until=world.now + minutes(1.00005), reason="part\nmissing"))
    world.do(c.EditProvider.of(provider="mira", skills=("locks",), rating=4.123456789, latitude=1.5, longitude=-0.0))
    world.do(c.EditProvider.of(provider="tom", skills=()))
    world.do(c.EditService.of(service="locks", name="locks, safes & more", base_price_cents=5))
    event = world.do(c.Note.of(booking=number, text="gate")).event
    world.do(c.Undo.of(event=event.id, reason="wrong gate"), BEN)
    for passed in (61, 400, 4_000, 8_000):
        world.tick(passed)
    assert_replays(world.engine, new_world().engine)


def test_due_work_and_batches_come_back_with_the_time_of_each(new_world: NewWorld) -> None:
    world = small_city(new_world())
    bookings = [
        c.CreateBooking.of(service="plumbing", address=f"{n} Example St", customer_name="Cleo Sample")
        for n in range(1, 8)
    ]
    assert not [one for one in world.engine.execute_all(bookings, ANA) if isinstance(one, DispatchError)]
    for passed in (0, 2, 4, 8, 300, 15):
        world.tick(passed)
    world.do(c.GoOn.of(provider="olga"))
    world.tick()
    assert world.rows("SELECT id FROM events WHERE line LIKE 'attempt % for %'")
    assert_replays(world.engine, new_world().engine)


def test_a_tail_brings_a_copy_up_to_date(new_world: NewWorld) -> None:
    world, copy = small_city(new_world()), new_world()
    assert_replays(world.engine, copy.engine)
    stood = copy.engine.newest()
    number = world.booking(customer=1)
    world.tick(3)
    later = Replay(copy.engine)
    for row in world.engine.views.events(EventFilter(), after=stood):
        if (line := recorded(row.event)) is not None:
            later.say(line)
    assert copy.status(number) is Status.ASSIGNED
    assert export(copy.engine) == export(world.engine)


def test_a_replay_is_refused_where_later_events_are(world: World) -> None:
    world.service()
    earlier = Recorded(world.now - minutes(1), ANA, "service new painting")
    before = world.everything()
    with pytest.raises(InvalidInput, match="later events"):
        Replay(world.engine).say(earlier)
    assert world.everything() == before


def test_a_replay_notices_that_somebody_else_writes(new_world: NewWorld) -> None:
    world = new_world()
    other = new_world(world.path)
    replay = Replay(world.engine)
    replay.say(Recorded(world.now, ANA, "service new painting"))
    other.service("plumbing")
    with pytest.raises(StaleVersion, match="Somebody else"):
        replay.say(Recorded(world.now, ANA, "service new locks"))


def test_a_clock_that_was_set_back_does_not_keep_a_log_from_being_replayed(new_world: NewWorld) -> None:
    world = new_world()
    world.service("plumbing")
    world.clock.advance(-3600)
    world.service("locks")
    assert_replays(world.engine, new_world().engine)


def test_the_loop_is_an_actor_in_a_replay_but_what_it_did_must_have_been_due(new_world: NewWorld) -> None:
    world = small_city(new_world())
    number = world.booking(customer=1)
    world.tick()
    assert world.status(number) is Status.ASSIGNED
    copy = new_world()
    replay = Replay(copy.engine)
    lines = list(script_of(world.engine))
    assert lines[-1].endswith(f"as system:loop: attempt {number}")
    for line in lines:
        replay.say(read_recorded(line))
    with pytest.raises(IllegalTransition):
        replay.say(read_recorded(lines[-1]))


@pytest.mark.parametrize("line", ["show 1", "dance", "ack 1; ack 2", ""])
def test_only_one_command_a_line_is_replayed(world: World, line: str) -> None:
    with pytest.raises(NotUnderstood):
        Replay(world.engine).say(Recorded(world.now, ANA, line))
