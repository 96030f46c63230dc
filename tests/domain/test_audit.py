"""`dispatcher verify` finds what somebody did who went round the log, and nothing where nobody did."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.engine import Engine
from tests.domain.world import World, small_city

NewWorld = Callable[[], World]


def faults(engine: Engine) -> list[str]:
    return [str(fault) for fault in engine.faults(lambda _: None)]


def tamper(world: World, *statements: str) -> None:
    """Raw SQL with every guard taken away, as somebody with the file and a shell could."""
    with closing(sqlite3.connect(world.engine.path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        raw.commit()


@pytest.fixture
def served(world: World) -> World:
    """Booking 1 is with mira and accepted, booking 2 waits."""
    world.service()
    world.provider("mira")
    number = world.booking()
    world.do(c.Assign.of(booking=number, provider="mira"))
    world.by("mira", c.Accept.of(booking=number))
    world.booking()
    return world


def test_an_untouched_database_has_no_faults(served: World) -> None:
    told: list[int] = []
    assert [*served.engine.faults(told.append)] == []
    assert told[-1] == served.engine.newest()


LAST = "(SELECT max(id) FROM events WHERE subject = 'booking' AND subject_id = 1)"
TAMPERED = {
    "a row that was changed": (
        "UPDATE bookings SET priority = 4 WHERE id = 1",
        "booking 1: priority is 4, but its log says",
    ),
    "a status without its event": (
        "UPDATE bookings SET status = 'COMPLETED' WHERE id = 1",
        "booking 1: status is 'COMPLETED', but its log says 'ACCEPTED'",
    ),
    "a version that jumped": ("UPDATE bookings SET version = 9 WHERE id = 1", "booking 1: is at version 9"),
    "a row that is gone": ("DELETE FROM bookings WHERE id = 2", "booking 2: has events, but its row is gone"),
    "an event that is gone": (
        "DELETE FROM events WHERE subject = 'booking' AND subject_id = 1 AND version = 2",
        "version 3 follows 1",
    ),
    "a cut tail": (f"DELETE FROM events WHERE id = {LAST}", "booking 1: is at version 3, but its log at 2"),
    "an event by somebody who may not": (
        f"UPDATE events SET role = 'customer' WHERE id = {LAST}",
        "customer may not accept",
    ),
    "an event that lies about where it came from": (
        f"UPDATE events SET from_status = 'PENDING' WHERE id = {LAST}",
        "says it came from PENDING, but it was ASSIGNED",
    ),
    "rewritten changes": (
        f"UPDATE events SET changes = replace(changes, 'ASSIGNED', 'REJECTED') WHERE id = {LAST}",
        "says status was 'REJECTED', but it was 'ASSIGNED'",
    ),
    "a booking of nobody": (
        "UPDATE bookings SET customer_id = 99 WHERE id = 2",
        "booking 2: refers to something in customers",
    ),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_tampering_is_found_and_the_booking_named(served: World, case: str) -> None:
    statement, wanted = TAMPERED[case]
    tamper(served, statement)
    found = faults(served.engine)
    assert any(wanted in fault and "booking" in fault for fault in found), found


def test_a_second_job_given_round_the_engine_is_found_at_its_moment(served: World) -> None:
    provider = served.engine.views.provider("mira").provider.id
    columns = "status = 'ASSIGNED', provider_id = {0}, assigned_at = recorded_at, attempt_at = NULL, version = 2"
    tamper(
        served,
        "DROP INDEX bookings_one_on_demand",
        "INSERT INTO events (at, subject, subject_id, version, action, from_status, to_status, role, actor_id,"
        " changes, details) SELECT at, subject, subject_id, 2, 'assign', 'PENDING', 'ASSIGNED', 'admin', 'eve',"
        " json_object('status', json_array('PENDING', 'ASSIGNED'),"
        f" 'provider_id', json_array(NULL, {provider})), '{{}}' FROM events"
        " WHERE subject = 'booking' AND subject_id = 2",
        f"UPDATE bookings SET {columns.format(provider)} WHERE id = 2",
    )
    found = faults(served.engine)
    assert any("booking 2, event" in fault and "had 1 too: both on demand" in fault for fault in found), found


ROOM: list[Callable[[World], c.Command]] = [
    lambda world: c.Assign.of(booking=1, provider="mira"),
    lambda world: c.Release.of(booking=1, reason="too far"),
    lambda world: c.ForceAssign.of(booking=2, provider="mira", reason="insists"),
    lambda world: c.Assign.of(booking=2),
    lambda world: c.ForceCancel.of(booking=1, reason="duplicate"),
    lambda world: c.Undo.of(event=world.engine.newest(), reason="slip"),
    lambda world: c.Override.of(booking=2, to="EN_ROUTE", provider="mira", reason="paper"),
    lambda world: c.GoOff.of(provider="mira"),
    lambda world: c.GoOn.of(provider="mira"),
]


@given(st.lists(st.sampled_from(range(len(ROOM))), max_size=8))
def test_whatever_the_engine_does_has_no_faults(new_world: NewWorld, steps: list[int]) -> None:
    world = small_city(new_world())
    world.booking()
    world.booking()
    for step in steps:
        world.try_to(ROOM[step](world))
    assert faults(world.engine) == []
