"""`next`: the worst of what needs a person, and a line that helps; one truth for Desk, line and shell."""

import shutil
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.answers.answer import Answer
from domain.attention import Need
from domain.lifecycle import Status
from domain.records import Absent
from domain.speak import speak
from domain.views import AlertRow
from tests.domain.world import ANA, World, minutes, provider_actor

NEAR, FAR = (40.70, -74.00), (40.95, -74.00)


@pytest.fixture
def room(world: World) -> World:
    """Mira and Tom are plumbers on duty; nobody opens locks."""
    world.service("plumbing", duration_minutes=60)
    world.service("locks")
    world.provider("mira", at=FAR, rating=5.0)
    world.provider("tom", at=FAR)
    return world


def said(world: World, line: str) -> list[Answer]:
    return speak(world.engine, line, ANA, zone=UTC)


def worst(world: World) -> AlertRow:
    queue, _ = world.engine.views.attention()
    return queue[0]


def lapse(world: World, share: float = 0.8) -> None:
    """Let most of the time for an answer go by."""
    world.clock.advance(world.engine.views.policy().offer_timeout_s * share)


def test_a_booking_without_anybody_is_offered_to_the_best(room: World) -> None:
    number = room.booking()
    assert worst(room).line == f"assign {number} mira"
    room.clock.advance(1)
    room.do(c.Hold.of(booking=number, reason="waiting for part"))
    assert (worst(room).alert.need, worst(room).line) == (Need.HELD, f"resume {number}")


def test_where_nobody_is_free_it_is_seen_and_wakes_by_itself(room: World) -> None:
    for handle in ("mira", "tom"):
        room.do(c.Assign.of(booking=room.booking(), provider=handle))
    number = room.booking()
    for passed in (0, 2, 4, 8):
        room.tick(passed)
    assert (worst(room).alert.need, worst(room).line) == (Need.EXHAUSTED, f"ack {number}")


def test_what_nobody_has_the_skill_for_is_failed_with_that_reason(room: World) -> None:
    number = room.booking(service="locks")
    assert worst(room).line == f'fail {number} "nobody has the skill"'


def test_an_offer_without_an_answer_goes_to_another_and_without_another_it_is_waited_for(room: World) -> None:
    number = room.booking()
    room.do(c.Assign.of(booking=number, provider="mira"))
    lapse(room)
    assert worst(room).alert.need is Need.UNANSWERED
    assert worst(room).line == f'release {number} "no answer"; assign {number} tom'
    room.do(c.GoOff.of(provider="tom"))
    assert worst(room).line == f"ack {number}"


def test_a_late_one_goes_to_somebody_who_would_be_in_time_else_it_is_seen(room: World) -> None:
    number = room.booking(latitude=NEAR[0], longitude=NEAR[1], priority=1)
    room.do(c.Assign.of(booking=number, provider="mira"))
    room.by("mira", c.Accept.of(booking=number))
    room.clock.set(room.get(number).promised_at - minutes(10))
    assert (worst(room).alert.need, worst(room).line) == (Need.LATE, f"ack {number}")
    room.provider("li", at=NEAR)
    assert worst(room).line == f'release {number} "too late"; assign {number} li'
    room.by("mira", c.Depart.of(booking=number))
    assert worst(room).line == f"ack {number}", "she is on the way already"


@pytest.mark.parametrize(
    ("absent", "on_duty"), [(Absent.PROVIDER, True), (Absent.CUSTOMER, True), (Absent.CUSTOMER, False)]
)
def test_after_a_no_show_somebody_else_goes_or_it_is_tried_again(room: World, absent: Absent, on_duty: bool) -> None:
    number = room.booking()
    room.bring(number, Status.EN_ROUTE, "mira")
    room.do(c.NoShow.of(booking=number, absent=absent))
    if not on_duty:
        for handle in ("mira", "tom"):
            room.do(c.GoOff.of(provider=handle))
    chosen = "tom" if absent is Absent.PROVIDER else "mira"
    assert worst(room).line == (f"assign {number} {chosen}" if on_duty else f"retry {number}")


def test_next_says_which_it_is_how_bad_it_is_and_what_would_help(room: World) -> None:
    room.booking(priority=4)
    number = room.booking(priority=1)
    (answer,) = said(room, "next")
    assert answer.proposal == f"assign {number} mira"
    assert answer.text == f"assign {number} mira · searching, +1:00:00, 1 of 2"
    assert answer.data == {
        "booking": number,
        "need": "searching",
        "slack_s": 3600,
        "line": f"assign {number} mira",
        "waiting": 2,
    }
    assert "Cleo Sample" in answer.lines[0]
    assert said(room, answer.proposal)[-1].ok
    assert said(room, "next")[0].booking == number - 1


def test_with_nothing_to_do_next_says_so_and_a_bare_ack_is_refused(room: World) -> None:
    assert said(room, "next")[0].text == "Nothing needs you"
    assert said(room, "ack")[0].data["error"] == "NotFound"


def test_a_bare_ack_is_for_the_worst(room: World) -> None:
    room.booking(priority=4)
    number = room.booking(priority=1)
    (answer,) = said(room, "ack")
    assert (answer.ok, answer.booking) == (True, number)
    assert answer.data["line"] == f"ack {number}"


def test_what_needs_somebody_is_not_shown_to_a_provider(room: World) -> None:
    room.booking()
    for line in ("next", "ack"):
        (answer,) = speak(room.engine, line, provider_actor("mira"), zone=UTC)
        assert answer.data["error"] == "Forbidden"


def test_only_so_many_are_weighed_as_a_screen_shows(room: World) -> None:
    for _ in range(30):
        room.booking()
    queue, count = room.engine.views.attention()
    assert count == 30
    assert {row.line.split()[2:] == ["mira"] for row in queue[:25]} == {True}
    assert [row.line for row in queue[25:]] == [f"assign {row.row.booking.id}" for row in queue[25:]]


# Whatever happened before, `next` and Enter empty the queue.

HANDLES = ("mira", "tom", "li")
STEPS = st.one_of(
    st.tuples(st.just("books"), st.integers(1, 4)),
    st.tuples(st.just("agrees"), st.integers(5, 90)),
    st.tuples(st.sampled_from(["assigns", "accepts", "rejects", "departs", "misses", "holds"]), st.integers(1, 6)),
    st.tuples(st.just("waits"), st.sampled_from([1, 9, 250, 3_000])),
    st.tuples(st.just("ticks"), st.sampled_from([0, 2, 8, 301])),
    st.tuples(st.just("leaves"), st.integers(0, 2)),
)


def happen(world: World, step: str, number: int) -> None:
    """One thing that may happen."""
    if step == "books":
        world.booking(priority=number, latitude=NEAR[0], longitude=NEAR[1])
    elif step == "agrees":
        world.booking(**world.window(number, number + 60))
    elif step == "waits":
        world.clock.advance(number)
    elif step == "ticks":
        world.tick(number)
    elif step == "leaves":
        world.try_to(c.GoOff.of(provider=HANDLES[number]))
    elif world.rows("SELECT id FROM bookings WHERE id = ?", number):
        answer(world, step, number)


def answer(world: World, step: str, number: int) -> None:
    """Something is done to a booking, if it is allowed just now."""
    commands = {
        "assigns": c.Assign.of(booking=number),
        "misses": c.NoShow.of(booking=number, absent=list(Absent)[number % 2]),
        "holds": c.Hold.of(booking=number, reason="waiting for part"),
    }
    answers = {
        "accepts": c.Accept.of(booking=number),
        "rejects": c.Reject.of(booking=number, reason="too far"),
        "departs": c.Depart.of(booking=number),
    }
    if step in commands:
        world.try_to(commands[step])
    elif holder := world.holder(number):
        world.try_to(answers[step], provider_actor(holder))


@pytest.fixture(scope="module")
def prepared(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("next") / "room.db"
    shutil.copyfile(blank, path)
    world = World.open(path)
    world.service("plumbing", duration_minutes=60)
    for handle in HANDLES:
        world.provider(handle, at=FAR if handle == "mira" else NEAR)
    world.close()
    return path


@settings(max_examples=max(12, settings().max_examples // 4))
@given(steps=st.lists(STEPS, min_size=5, max_size=25))
def test_every_suggested_line_is_accepted_and_in_the_end_nothing_needs_anybody(
    prepared: Path, tmp_path: Path, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path / "walk.db"
    for part in (path, *tmp_path.glob("walk.db-*")):
        part.unlink(missing_ok=True)
    shutil.copyfile(prepared, path)
    world = World.open(path)
    try:
        for step, number in steps:
            happen(world, step, number)
        waiting = world.engine.views.attention()[1]
        for _ in range(3 * waiting):
            line = said(world, "next")[0].proposal
            if line is None:
                break
            assert all(each.ok for each in said(world, line)), line
        assert said(world, "next")[0].proposal is None
    finally:
        world.close()
