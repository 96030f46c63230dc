"""When checkpoints are taken, and that several consoles take each of them once."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.proof.checkpoint import EVERY, EVERY_EVENTS, Checkpoint, is_due
from tests.conftest import NewWorld
from tests.domain.world import START, World

LAST = Checkpoint(number=1, at=START, events=100, last_event=100, digest="00")


@pytest.mark.parametrize(
    ("last", "newest", "passed", "due"),
    [
        (None, 0, timedelta(0), False),
        (None, 1, timedelta(0), True),
        (LAST, 100, 2 * EVERY, False),
        (LAST, 101, EVERY - timedelta(seconds=1), False),
        (LAST, 101, EVERY, True),
        (LAST, 100 + EVERY_EVENTS - 1, timedelta(0), False),
        (LAST, 100 + EVERY_EVENTS, timedelta(0), True),
        (LAST, 101, timedelta(hours=-3), True),
    ],
    ids=[
        "nothing happened", "the first", "nothing since", "little since", "an hour", "many", "very many", "clock back",
    ],
)  # fmt: skip
def test_one_is_due_after_an_hour_or_ten_thousand_events(
    last: Checkpoint | None, newest: int, passed: timedelta, due: bool
) -> None:
    assert is_due(last, newest, START + passed) is due


def test_one_that_is_not_due_is_not_taken(world: World) -> None:
    assert world.engine.checkpoint(only_when_due=True) is None
    world.service()
    assert world.engine.checkpoint(only_when_due=True) is not None
    world.customer()
    assert world.engine.checkpoint(only_when_due=True) is None
    world.clock.advance(EVERY.total_seconds())
    taken = world.engine.checkpoint(only_when_due=True)
    assert taken is not None
    assert [one.events for one in world.engine.checkpoints()] == [1, taken.events]


def test_of_two_that_take_one_at_once_only_the_first_keeps_it(new_world: NewWorld) -> None:
    world = new_world()
    world.service()
    taken = world.engine.checkpoint()
    assert taken is not None
    with world.engine._store.write() as transaction:
        assert not transaction.keep_checkpoint(taken)
    assert world.engine.checkpoints() == [taken]


def test_a_checkpoint_covers_what_came_in_since_the_last_and_no_more_is_read(world: World) -> None:
    world.service()
    first = world.engine.checkpoint()
    for number in range(3):
        world.do(c.EditService.of(service="plumbing", description=f"text {number}"))
    second = world.engine.checkpoint()
    assert first is not None
    assert second is not None
    assert (second.number, second.events - first.events) == (2, 3)
