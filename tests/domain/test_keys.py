"""Asked again with the same key, a command answers what it answered and changes nothing."""

import pytest

from domain import commands as c
from domain.errors import Duplicate, InvalidInput
from tests.domain.test_processes import in_threads
from tests.domain.world import ANA, BEN, World, assert_sound, seconds

BOTH_DATABASES = True
NEW = c.CreateBooking.of(service="plumbing", address="12 Example St", customer_name="Cleo Sample")


@pytest.fixture
def room(world: World) -> World:
    world.service()
    return world


def test_the_same_command_with_the_same_key_is_answered_from_memory(room: World) -> None:
    first = room.engine.execute(NEW, ANA, key="call 7")
    before = room.everything()
    room.clock.advance(60)
    again = room.engine.execute(NEW, ANA, key="call 7")
    assert again.again
    assert not first.again
    assert [event.id for event in again.events] == [event.id for event in first.events]
    assert again.events == first.events
    assert again.name == first.name
    assert again.summary == f"{first.summary} · done already, nothing was changed now"
    assert room.everything() == before


@pytest.mark.parametrize(
    ("other", "actor"),
    [(c.CreateBooking.of(service="plumbing", address="13 Example St", customer_name="Cleo Sample"), ANA), (NEW, BEN)],
)
def test_another_command_or_another_actor_with_that_key_is_refused(
    room: World, other: c.Command, actor: object
) -> None:
    room.engine.execute(NEW, ANA, key="call 7")
    before = room.everything()
    with pytest.raises(Duplicate, match="'call 7' was used for another command"):
        room.engine.execute(other, actor, key="call 7")  # type: ignore[arg-type]
    assert room.everything() == before


def test_a_refused_command_leaves_its_key_free(room: World) -> None:
    late = c.CreateBooking.of(service="plumbing", address="x", customer_name="Cleo", priority=1, **room.window(-9, -5))
    with pytest.raises(InvalidInput):
        room.engine.execute(late, ANA, key="call 7")
    assert not room.engine.execute(NEW, ANA, key="call 7").again


def test_a_key_is_forgotten_after_a_week(room: World) -> None:
    room.engine.execute(NEW, ANA, key="old")
    room.clock.advance(seconds(8 * 86_400).total_seconds())
    room.engine.execute(c.CreateService.of(service="locks"), ANA, key="new")
    assert [row["key"] for row in room.rows("SELECT key FROM answers")] == ["new"]
    assert not room.engine.execute(NEW, ANA, key="old").again


def test_asked_by_several_at_the_same_moment_it_is_done_once(room: World) -> None:
    outcomes = in_threads(*[lambda: room.engine.execute(NEW, ANA, key="call 7")] * 6)
    assert sorted(outcome.again for outcome in outcomes) == [False] + [True] * 5
    assert room.value("SELECT count(*) AS many FROM bookings") == 1
    assert_sound(room)
