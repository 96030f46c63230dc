"""Several creations in one transaction come to what they come to one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.errors import DispatchError, Duplicate, InvalidInput, NotFound, StoreUnavailable
from tests.conftest import NewWorld
from tests.domain.world import ANA, World, assert_sound, plain


def new(**more: object) -> c.CreateBooking:
    return c.CreateBooking.of(**{"service": "plumbing", "customer": 1, "address": "12 Example St", **more})


def filled(world: World) -> World:
    world.service("plumbing")
    world.service("locks")
    world.service("painting")
    world.do(c.DeactivateService.of(service="painting"))
    world.customer("Cleo Sample", phone="+1 202 555 0101")
    world.customer("Dan Sample")
    world.do(c.DeactivateCustomer.of(customer=2))
    world.do(new(source="city", external_key="1"))
    return world


@pytest.fixture
def room(world: World) -> World:
    return filled(world)


def codes(answers: list[object]) -> list[str]:
    return [type(answer).__name__ if isinstance(answer, DispatchError) else "" for answer in answers]


phones = st.sampled_from([None, "202 555 0101", "202 555 0199", "12"])
services = st.sampled_from(["plumbing", "LOCKS", "painting", "flying"])
creations = st.one_of(
    st.builds(lambda number, service: new(customer=number, service=service), st.integers(1, 5), services),
    st.integers(1, 3).map(lambda key: new(source="city", external_key=str(key))),
    st.builds(lambda phone, email: new(phone=phone, email=email), phones, st.sampled_from([None, "cleo@example.org"])),
    phones.map(lambda phone: new(customer=None, customer_name="Eve Sample", phone=phone)),
    phones.map(lambda phone: c.CreateCustomer.of(name="Finn Sample", phone=phone)),
)


@given(st.lists(creations, max_size=8))
def test_creations_together_come_to_what_they_come_to_one_by_one(
    new_world: NewWorld, commands: list[c.Command]
) -> None:
    together, alone = filled(new_world()), filled(new_world())
    answers = together.engine.execute_all(commands, ANA)
    expected = [alone.try_to(command) for command in commands]
    assert [str(answer) if isinstance(answer, DispatchError) else "" for answer in answers] == [
        str(refusal) if refusal else "" for refusal in expected
    ]
    assert together.everything() == alone.everything()
    assert_sound(together)


def test_what_the_database_alone_refuses_keeps_no_neighbour_from_landing(room: World) -> None:
    with plain(room.path) as connection:
        connection.execute(
            "CREATE TRIGGER nowhere BEFORE INSERT ON bookings WHEN NEW.address = 'nowhere'"
            " BEGIN SELECT RAISE(ABORT, 'never_deleted'); END"
        )
    answers = room.engine.execute_all([new(notes="leak"), new(address="nowhere"), new(notes="broken tap")], ANA)
    assert [isinstance(answer, DispatchError) for answer in answers] == [False, True, False]
    assert [room.get(number).notes for number in (2, 3)] == ["leak", "broken tap"]
    assert_sound(room)


def test_each_is_refused_for_its_own_reason(room: World) -> None:
    asked = [new(source="city", external_key="1"), new(service="painting"), new(customer=9), new(notes="leak")]
    answers = room.engine.execute_all(asked, ANA)
    assert codes([*answers]) == [Duplicate.__name__, InvalidInput.__name__, NotFound.__name__, ""]


def test_a_key_that_comes_twice_in_a_share_is_taken_once(room: World) -> None:
    answers = room.engine.execute_all([new(source="city", external_key=key) for key in ("7", "8", "7")], ANA)
    assert codes([*answers]) == ["", "", Duplicate.__name__]
    assert_sound(room)


def test_a_customer_who_cannot_be_read_keeps_others_from_nothing(room: World) -> None:
    room.customer("Gus Sample")
    with plain(room.path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE customers SET status = 'GONE', version = version + 1 WHERE id = 3")
    answers = room.engine.execute_all([new(customer=3), new(notes="leak")], ANA)
    assert codes([*answers]) == [StoreUnavailable.__name__, ""]


def test_the_numbers_that_are_told_are_those_of_the_log(room: World) -> None:
    answers = room.engine.execute_all([new(), c.CreateCustomer.of(name="Eve Sample"), new(customer=3)], ANA)
    told = [event for answer in answers if not isinstance(answer, DispatchError) for event in answer.events]
    assert [(event.id, event.subject, event.subject_id) for event in told] == [
        (row["id"], row["subject"], row["subject_id"])
        for row in room.rows("SELECT * FROM events WHERE id >= ? ORDER BY id", told[0].id)
    ]
    assert len(told) == 3
