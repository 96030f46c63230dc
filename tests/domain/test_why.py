"""Why: what the log recorded then is what is told now, to whom it may be told."""

from datetime import UTC

import pytest

from domain import commands as c
from domain.actors import Actor
from domain.answers.answer import Answer
from domain.speak import speak
from tests.domain.world import ANA, BEN, Row, World, customer_actor, minutes, provider_actor

AT: Row = {"latitude": 40.79, "longitude": -74.00}
"""Ten kilometres from mira, four and a half from tom."""


@pytest.fixture
def room(world: World) -> World:
    """mira and tom could come, tom is nearer; olga is off duty, zoe has another skill."""
    world.service("plumbing", duration_minutes=60)
    world.service("locks", duration_minutes=30)
    world.provider("mira", "plumbing", at=(40.70, -74.00), rating=4.5)
    world.provider("tom", "plumbing", at=(40.75, -74.00), rating=4.0)
    world.provider("olga", "plumbing", on=False)
    world.provider("zoe", "locks")
    return world


def asked(world: World, text: str, actor: Actor = ANA, selected: int | None = None) -> Answer:
    (answer,) = speak(world.engine, text, actor, zone=UTC, selected=selected)
    return answer


def told(world: World, text: str, actor: Actor = ANA, selected: int | None = None) -> str:
    answer = asked(world, text, actor, selected)
    assert answer.ok, answer.text
    return "\n".join((answer.text, *answer.lines))


def test_an_attempt_tells_who_was_weighed_then_and_why_each_other_was_passed_over(room: World) -> None:
    first = room.booking(**AT)
    room.tick()
    second = room.booking(**AT)
    room.tick()
    room.clock.advance(30)
    lines = told(room, f"why event {room.last(second).id}").splitlines()
    assert lines[0].endswith(f"{second} assigned to mira (1/4)")
    assert "attempt 1 of 4: mira, the only one who could take it" in lines[3]
    assert " ".join(lines[4].split()) == "1 mira 10.0 km 40 min ★ 4.5 no job yet slack 1 h 20 ← chosen"
    assert [line.split()[1:] for line in lines[5:7]] == [
        ["olga", "off", "duty"],
        f"tom busy on {first} until 10:00".split(),
    ]
    assert "without the skill: zoe" in lines[7]


def test_what_is_told_of_a_choice_does_not_change_with_the_people(room: World) -> None:
    number = room.booking(**AT)
    room.tick()
    before = told(room, f"why event {room.last(number).id}")
    room.do(c.EditProvider.of(provider="tom", rating=1.0, latitude=10.0, longitude=10.0))
    room.do(c.GoOn.of(provider="olga"))
    room.do(c.GoOff.of(provider="mira"))
    assert told(room, f"why event {room.last(number).id}") == before


def test_the_reason_for_a_place_is_the_first_component_that_differed(room: World) -> None:
    number = room.booking(**AT)
    room.tick()
    assert "tom was chosen: tom was nearer, 4.4 km against 10.0 km" in told(room, f"why {number} tom")
    assert "mira came 2 of 2: tom was nearer, 4.4 km against 10.0 km" in told(room, f"why not mira {number}")
    room.do(c.EditProvider.of(provider="tom", latitude=40.70, longitude=-74.00))
    room.do(c.ForceCancel.of(booking=number, reason="duplicate"))
    other = room.booking(**AT)
    room.tick()
    assert "mira was as near and better rated, 4.5 against 4.0" in told(room, f"why {other} tom")


@pytest.mark.parametrize(
    ("handle", "why"),
    [
        ("olga", "olga was passed over: off duty"),
        ("zoe", "zoe was passed over: lacks the skill"),
        ("tom", "tom was passed over: rejected or missed it before"),
    ],
)
def test_why_not_somebody_is_the_reason_recorded_at_the_last_choice(room: World, handle: str, why: str) -> None:
    number = room.booking(**AT)
    room.tick()
    room.by("tom", c.Reject.of(booking=number, reason="van broke down"))
    room.tick(9)
    text = told(room, f"why {number} {handle}")
    assert why in text
    assert ("rejected by provider:tom" in text) == (handle == "tom")


def test_where_nothing_was_recorded_the_answer_says_so_and_where_to_look_instead(room: World) -> None:
    number = room.booking(**AT)
    room.do(c.Assign.of(booking=number, provider="mira"))
    answer = asked(room, f"why not tom {number}")
    assert answer.ok
    assert answer.text == f"nothing is recorded about tom for {number}; how tom stands now: candidates {number}"
    assert answer.data["why"]["event"] is None


def test_a_choice_by_the_rules_is_found_behind_a_later_one_by_a_person(room: World) -> None:
    number = room.booking(**AT)
    room.tick()
    room.do(c.ForceAssign.of(booking=number, provider="olga", reason="insists"))
    text = told(room, f"why {number} mira")
    assert "mira came 2 of 2" in text
    assert "forced on olga by admin:ana; mira was not weighed" in " ".join(text.split())
    assert "olga was chosen: admin:ana named olga, although olga off duty" in told(room, f"why {number} olga")


def test_an_event_tells_who_when_the_reason_the_line_and_each_field_before_and_after(room: World) -> None:
    number = room.booking(**AT)
    room.do(c.Assign.of(booking=number, provider="mira"))
    room.clock.advance(60)
    room.by("mira", c.Reject.of(booking=number, reason="van broke down"))
    text = told(room, f"why event {room.last(number).id}")
    for part in (
        "provider:mira, Mon 2026-08-03 09:01:00",
        '"van broke down"',
        f'reject {number} "van broke down"',
        "status ASSIGNED → REJECTED",
        "provider mira → –",
        "not again – → mira",
        "offer until 09:05:00 → –",
    ):
        assert part in text


def test_taking_back_is_told_from_both_sides(room: World) -> None:
    number = room.booking(**AT)
    room.do(c.Assign.of(booking=number, provider="mira"))
    done = room.last(number).id
    room.do(c.Undo.of(event=done, reason="slip"), BEN)
    back = room.last(number).id
    assert f"event {back}: took back assign by admin:ben" in told(room, f"why event {done}")
    assert f"took back  event {done}" in told(room, f"why event {back}")
    assert asked(room, f"why event {done}").data["why"]["undone_by"] == back


def test_taking_back_what_was_no_booking_is_found_too(room: World) -> None:
    room.do(c.EditProvider.of(provider="mira", rating=3.0))
    done = room.engine.newest()
    room.do(c.Undo.of(event=done, reason="slip"))
    text = told(room, f"why event {done}")
    assert "provider mira edited" in text
    assert "rating 4.5 → 3.0" in text
    assert "took back edit" in text


WAITS: dict[str, tuple[list[c.Command], str]] = {
    "an offer": ([c.Assign.of(booking=1, provider="mira")], "waits for mira to answer; the offer lapses 09:05:00"),
    "the ladder": ([], "attempt 1 of 4 is due 09:00:00 (now)"),
    "a hold": (
        [c.Hold.of(booking=1, reason="waiting for part")],
        "on hold until somebody resumes it: waiting for part; its timers stand still",
    ),
    "nobody": (
        [c.Assign.of(booking=1, provider="mira"), c.NoShow.of(booking=1, absent="customer")],
        "the customer was not there: nothing is tried until somebody retries it",
    ),
    "nothing": ([c.ForceCancel.of(booking=1, reason="duplicate")], "nothing more happens to it"),
}


@pytest.mark.parametrize("case", WAITS)
def test_a_booking_tells_what_it_waits_for(room: World, case: str) -> None:
    done, waits = WAITS[case]
    room.booking(**AT)
    for command in done:
        room.do(command)
    said = asked(room, "why 1")
    assert said.data["why"]["waits_for"].startswith(waits)


def test_a_parked_booking_tells_the_last_attempt_and_when_it_is_given_up(room: World) -> None:
    number = room.booking(service="locks")
    room.do(c.GoOff.of(provider="zoe"))
    for passed in (0, 2, 4, 8):
        room.tick(passed)
    text = " ".join(told(room, f"why {number}").split())
    assert "all 4 attempts found nobody; it wakes when somebody suitable is free; given up 11:00:00" in text
    assert "attempt 4 of 4, the last: nobody could take it" in text
    assert "zoe off duty" in text


def test_a_provider_given_back_by_undo_is_explained_by_the_choice_that_gave_it_first(room: World) -> None:
    number = room.booking(**AT)
    room.tick()
    chosen = room.last(number).id
    room.do(c.ForceAssign.of(booking=number, provider="olga", reason="insists"))
    room.do(c.Undo.of(event=room.engine.newest()))
    data = asked(room, f"why {number}").data["why"]
    assert (data["choice"]["event"], data["choice"]["chosen"]) == (chosen, "tom")
    assert data["since"]["event"] == room.engine.newest()


def test_a_number_is_a_booking_if_there_is_one_and_the_answer_names_the_other_way(room: World) -> None:
    for _ in range(3):
        room.booking()
    assert "this is booking 3; the event of that number: why event 3" in told(room, "why 3")
    number = room.engine.newest()
    assert told(room, f"why {number}") == told(room, f"why event {number}")
    assert asked(room, "why 999").data["error"] == "NotFound"
    assert "neither a booking nor an event 999" in asked(room, "why 999").text


@pytest.mark.parametrize("text", ["why", "why .", ". why", "why 1", "1 why"])
def test_the_selected_booking_is_meant_where_none_is_named(room: World, text: str) -> None:
    room.booking()
    assert told(room, text, selected=1).startswith("1 is PENDING")


@pytest.mark.parametrize("text", ["why 1 tom", "why not tom 1", "why tom", "why 1 not tom", "tom why", "why not tom"])
def test_a_provider_may_stand_before_or_behind_the_booking(room: World, text: str) -> None:
    room.booking(**AT)
    room.tick()
    assert told(room, text, selected=1).startswith("1: tom was chosen")


def test_without_anything_selected_it_says_what_to_name(room: World) -> None:
    assert "why 214, why event 8841" in asked(room, "why").text
    assert "There is no provider 'nobody'" in asked(room, "why 1 nobody").text


def test_customers_and_providers_are_told_what_happened_but_not_who_else_was_weighed(room: World) -> None:
    number = room.booking(**AT)
    room.tick()
    room.by("tom", c.Reject.of(booking=number, reason="van broke down"))
    room.tick(3)
    owner, holder = customer_actor(room.get(number).customer_id), provider_actor("mira")
    event = room.last(number).id
    for actor in (owner, holder):
        for text in (f"why {number}", f"why event {event}"):
            said = told(room, text, actor)
            assert "mira" in said
            assert "olga" not in said
            assert "not again" not in said
            choice = asked(room, text, actor).data["why"]["choice"]
            assert choice is None or choice["candidates"] == choice["passed_over"] == []
        assert asked(room, f"why {number} tom", actor).data["error"] == "Forbidden"
    assert asked(room, f"why {number}", provider_actor("zoe")).data["error"] == "Forbidden"
    assert asked(room, f"why event {event}", provider_actor("zoe")).data["error"] == "Forbidden"


def test_programs_get_the_figures_behind_the_words(room: World) -> None:
    number = room.booking(**AT)
    room.tick()
    why = asked(room, f"why event {room.last(number).id}").data["why"]
    assert (why["action"], why["by"], why["line"]) == ("assign", "system:loop", f"attempt {number}")
    tom, mira = why["choice"]["candidates"]
    assert (tom["provider"], tom["rating"], tom["last_used"]) == ("tom", 4.0, None)
    slack = minutes(120).total_seconds()
    assert [tom["slack_s"], mira["slack_s"]] == [slack - tom["travel_s"], slack - mira["travel_s"]]
    assert why["choice"]["unskilled"] == ["zoe"]
    assert why["changes"]["status"] == ["PENDING", "ASSIGNED"]


def test_a_new_booking_is_told_with_what_was_taken_down(room: World) -> None:
    number = room.booking(**AT, notes="leak under sink", priority=1, **room.window(10, 70))
    text = told(room, f"why event {room.last(number).id}")
    for part in ("service plumbing", "notes leak under sink", "priority 1", "window from 09:10:00"):
        assert part in text
