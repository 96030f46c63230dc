from collections.abc import Callable
from datetime import UTC

from dispatcher.demo.tour import Tour
from dispatcher.demo.walkthrough import STEPS, Expected, Step
from domain.lifecycle import Action, Status
from tests.dispatcher.demo.room import Room


def _played(room: Room, steps: tuple[Step, ...] = STEPS) -> Tour:
    tour = Tour(room.engine, room.clock, UTC, steps)
    tour.begin()
    while not tour.finished:
        assert tour.caption
        assert tour.advance()
    return tour


def test_every_step_of_the_tour_goes_as_its_script_says(room: Room) -> None:
    tour = _played(room)
    assert tour.mismatches == []
    assert tour.number == tour.total + 1
    assert tour.caption == ""


def test_the_tour_shows_everything_that_can_happen_to_a_booking(room: Room) -> None:
    _played(room)
    actions = {row.event.action for row in room.log()}
    assert actions >= {
        Action.CREATE,
        Action.ATTEMPT,
        Action.ASSIGN,
        Action.ACCEPT,
        Action.DEPART,
        Action.START,
        Action.COMPLETE,
        Action.REJECT,
        Action.NO_SHOW,
        Action.OVERRIDE,
        Action.CANCEL,
    }
    assert any(row.event.details.get("exhausted") for row in room.log())


def test_two_tours_leave_the_same_log(new_room: Callable[[], Room]) -> None:
    first, second = new_room(), new_room()
    _played(first)
    _played(second)
    assert first.log() == second.log()


def test_a_tour_that_goes_astray_says_where(room: Room) -> None:
    steps = (
        STEPS[0],
        Step("Not hers", "accept 1", "provider:raj", expected=Expected(1, Status.ACCEPTED)),
        Step("Not so", "show 1", expected=Expected(1, Status.COMPLETED)),
    )
    tour = _played(room, steps)
    assert [mismatch.partition(":")[0] for mismatch in tour.mismatches] == ["step 2, accept 1", "step 3, show 1"]


def test_at_its_end_the_tour_stays_there(room: Room) -> None:
    tour = _played(room, STEPS[:1])
    before = room.engine.views.last_event()
    assert tour.advance() == "That was the tour"
    assert room.engine.views.last_event() == before
