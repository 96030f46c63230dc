from collections.abc import Callable

from dispatcher.demo.tour import Tour, the_tour
from domain.lifecycle import Action
from domain.scripts.drill import Drill, read_drill
from tests.dispatcher.demo.room import Room


def _played(room: Room, drill: Drill | None = None) -> Tour:
    tour = Tour(room.engine, drill or the_tour())
    tour.begin()
    while not tour.finished:
        assert tour.caption
        assert tour.advance()
    return tour


def test_every_scene_of_the_tour_goes_as_its_script_says(room: Room) -> None:
    tour = _played(room)
    assert tour.mismatches == []
    assert (tour.number, tour.total) == (30, 29)
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
    script = """drill from 2026-08-03T09:00:00Z
        service new plumbing
        # A call
        new plumbing at "12 Example St" for "Ana Diaz"
        # Nobody has it
        as provider:raj: accept 1
        expect 1 accepted
        # Not so
        show 1
        expect 1 completed"""
    tour = _played(room, read_drill(script.splitlines()))
    assert [mismatch.partition(":")[0] for mismatch in tour.mismatches] == ["line 6", "line 7", "line 10"]


def test_what_comes_next_is_told_before_it_is_done(room: Room) -> None:
    tour = Tour(room.engine, the_tour())
    tour.begin()
    assert (tour.number, tour.actor, tour.wait_s) == (1, "admin:ana", 0)
    assert tour.line.startswith('new plumbing "leak under sink"')
    tour.advance()
    assert (tour.number, tour.actor, tour.line, tour.wait_s) == (2, "provider:mira", "accept 1", 60)


def test_at_its_end_the_tour_stays_there(room: Room) -> None:
    tour = _played(room)
    before = room.engine.views.last_event()
    assert tour.advance() == "That was the tour"
    assert room.engine.views.last_event() == before
