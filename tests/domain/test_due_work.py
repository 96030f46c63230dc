"""The loop with a clock that is moved by hand: each piece of due work at its time, and once."""

from datetime import datetime

import pytest

from domain import commands as c
from domain.actors import LOOP
from domain.clock import to_ms
from domain.errors import IllegalTransition
from domain.lifecycle import Action, Duty, Status
from domain.records import Absent
from tests.conftest import NewWorld
from tests.domain.world import ANA, START, World, assert_sound, minutes, provider_actor, seconds

BOTH_DATABASES = True


def attempt_times(world: World, number: int) -> list[float]:
    """Seconds from the booking's creation to each attempt."""
    created, *later = world.log(number)
    tries = {Action.ATTEMPT, Action.ASSIGN}
    return [(event.at - created.at).total_seconds() for event in later if event.action in tries]


def run_for(world: World, length_s: float, step_s: float = 1.0) -> None:
    """The loop as it runs: asked every so often, whether something is due or not."""
    for _ in range(int(length_s / step_s)):
        world.tick()
        world.clock.advance(step_s)


def test_attempts_are_made_at_once_and_then_2_4_and_8_seconds_after_the_attempt_before(world: World) -> None:
    world.service()
    number = world.booking()
    run_for(world, 30, step_s=0.25)
    assert attempt_times(world, number) == [0, 2, 6, 14]
    assert [event.details["attempt"] for event in world.log(number)[1:]] == [1, 2, 3, 4]
    assert world.get(number).parked_at == START + seconds(14)
    assert_sound(world)


def test_each_wait_counts_from_the_attempt_before_and_not_from_when_it_was_due(world: World) -> None:
    world.service()
    number = world.booking()
    for passed in (3, 5, 4, 20):
        world.tick(passed)
    assert attempt_times(world, number) == [3, 8, 12, 32]


def test_an_attempt_says_which_of_how_many_it_is_who_was_skipped_and_why_and_when_the_next_is_due(world: World) -> None:
    world.service()
    world.service("locks")
    world.provider("mira", on=False)
    world.provider("zoe", "locks")
    number = world.booking()
    world.tick()
    event = world.last(number)
    assert (event.action, event.actor) == (Action.ATTEMPT, LOOP)
    assert (event.details["attempt"], event.details["of"], event.details["exhausted"]) == (1, 4, False)
    assert event.details["skips"] == [{"provider": "mira", "why": "off duty"}]
    assert event.details["unskilled"] == ["zoe"]
    assert event.details["candidates"] == []
    assert world.get(number).attempt_at == START + seconds(2)
    assert event.changes["attempt_at"][1] == to_ms(START + seconds(2))


def test_the_first_attempt_that_finds_somebody_assigns_and_stops_the_ladder(world: World) -> None:
    world.service()
    world.provider("mira", on=False)
    number = world.booking()
    world.tick()
    world.do(c.GoOn.of(provider="mira"))
    world.tick(2)
    booking = world.get(number)
    assert (booking.status, world.holder(number)) == (Status.ASSIGNED, "mira")
    assert booking.offer_until == world.now + minutes(5)
    assert booking.attempt_at is None
    event = world.last(number)
    assert (event.action, event.actor, event.details["attempt"]) == (Action.ASSIGN, LOOP, 2)
    assert [one["provider"] for one in event.details["candidates"]] == ["mira"]
    run_for(world, 20)
    assert len(world.log(number)) == 3


def test_nothing_is_due_before_its_time(world: World) -> None:
    world.service()
    number = world.booking()
    world.tick()
    assert world.due.next_at() == START + seconds(2)
    assert world.tick(1.999) == 0
    refusal = world.try_to(c.Attempt.of(booking=number), LOOP)
    assert isinstance(refusal, IllegalTransition)
    assert world.tick(0.001) == 1


def test_running_it_again_at_the_same_moment_does_nothing_more(world: World) -> None:
    world.service()
    world.provider()
    for _ in range(3):
        world.booking()
    world.tick()
    before = world.everything()
    assert world.tick() == 0
    assert world.everything() == before


def test_after_a_rejection_the_ladder_goes_on_with_somebody_else(world: World) -> None:
    world.service()
    world.provider("mira", rating=5.0)
    world.provider("tom", rating=1.0)
    number = world.booking()
    world.tick()
    assert world.holder(number) == "mira"
    world.clock.advance(1)
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    assert world.get(number).attempt_at == START + seconds(2)
    assert world.tick() == 0
    world.tick(1)
    assert world.holder(number) == "tom"
    assert world.last(number).details["attempt"] == 2
    assert {"provider": "mira", "why": "excluded"} in world.last(number).details["skips"]


def test_a_rejected_booking_is_not_offered_to_the_same_provider_again_by_the_system(world: World) -> None:
    world.service()
    world.provider("mira")
    number = world.booking()
    world.tick()
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    run_for(world, 60)
    assert world.status(number) is Status.REJECTED
    assert world.get(number).parked_at is not None
    world.do(c.Assign.of(booking=number, provider="mira"))
    assert world.holder(number) == "mira"


def test_an_answer_that_comes_late_is_followed_by_the_next_attempt_at_once(world: World) -> None:
    world.service()
    world.provider("mira")
    world.provider("tom")
    number = world.booking()
    world.tick()
    world.clock.advance(200)
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    world.tick()
    assert world.holder(number) == "tom"


def test_a_providers_no_show_continues_the_ladder_and_a_customers_starts_none(world: World) -> None:
    world.service()
    world.provider("mira", rating=5.0)
    world.provider("tom", rating=1.0)
    theirs, customers = world.booking(), world.booking()
    world.tick()
    world.do(c.NoShow.of(booking=theirs, absent=Absent.PROVIDER))
    world.do(c.NoShow.of(booking=customers, absent=Absent.CUSTOMER))
    run_for(world, 20)
    assert (world.status(theirs), world.holder(theirs)) == (Status.ASSIGNED, "tom")
    assert world.status(customers) is Status.NO_SHOW
    absent = world.get(customers)
    assert (absent.attempt_at, absent.parked_at, absent.give_up_at) == (None, None, None)
    assert_sound(world)


def test_an_offer_that_nobody_answers_lapses_after_five_minutes_and_goes_to_somebody_else(world: World) -> None:
    world.service()
    world.provider("mira", rating=5.0)
    world.provider("tom", rating=1.0)
    number = world.booking()
    world.tick()
    assert world.tick(299.999) == 0
    world.tick(0.001)
    lapsed = world.log(number)[-2]
    assert (lapsed.action, lapsed.actor, lapsed.reason) == (Action.REJECT, LOOP, "no answer in time")
    assert (world.status(number), world.holder(number)) == (Status.ASSIGNED, "tom")
    assert world.get(number).excluded == (world.person("mira").id,)


def test_an_accepted_offer_does_not_lapse(world: World) -> None:
    world.service()
    world.provider()
    number = world.booking()
    world.tick()
    world.by("mira", c.Accept.of(booking=number))
    assert world.tick(3600) == 0
    assert world.status(number) is Status.ACCEPTED


def test_an_exhausted_ladder_parks_the_booking_in_the_attention_queue_with_the_reason(world: World) -> None:
    world.service()
    world.provider(on=False)
    number = world.booking()
    run_for(world, 20)
    (entry,), count = world.engine.views.attention()
    assert count == 1
    assert (entry.row.booking.id, str(entry.alert.need)) == (number, "exhausted")
    assert world.last(number).details["exhausted"] is True
    assert world.last(number).details["why"] == "1 off duty"


def test_an_exhausted_ladder_fails_the_booking_at_once_when_the_room_wants_it_so(world: World) -> None:
    world.service()
    world.configure("when_exhausted", "fail")
    number = world.booking()
    run_for(world, 14.25, step_s=0.25)
    event = world.last(number)
    assert (event.action, event.actor, event.at) == (Action.MARK_FAILED, LOOP, START + seconds(14))
    assert world.status(number) is Status.FAILED


def test_a_rejection_after_the_last_attempt_follows_the_same_setting(world: World) -> None:
    world.service()
    world.provider()
    world.configure("waits_s", "0")
    waits = world.booking()
    world.tick()
    world.by("mira", c.Reject.of(booking=waits, reason="too far"))
    assert world.get(waits).parked_at == world.now
    world.configure("when_exhausted", "fail")
    fails = world.booking()
    world.tick()
    world.by("mira", c.Reject.of(booking=fails, reason="too far"))
    world.tick()
    assert (world.status(waits), world.status(fails)) == (Status.REJECTED, Status.FAILED)


def test_a_parked_booking_on_demand_is_given_up_two_hours_after_it_was_recorded(world: World) -> None:
    world.service()
    number = world.booking()
    run_for(world, 20)
    world.clock.set(START + minutes(120) - seconds(0.001))
    assert world.tick() == 0
    world.tick(0.001)
    assert (world.status(number), world.last(number).actor) == (Status.FAILED, LOOP)
    assert world.last(number).reason == "no provider found in time"


def test_a_retry_starts_a_new_ladder_and_two_new_hours(world: World) -> None:
    world.service()
    number = world.booking()
    run_for(world, 20)
    world.tick(7200)
    world.do(c.Retry.of(booking=number))
    retried = world.now
    booking = world.get(number)
    assert (booking.status, booking.attempt, booking.attempt_at) == (Status.PENDING, 0, retried)
    run_for(world, 20)
    assert world.get(number).attempt == 4
    world.clock.set(retried + minutes(120) - seconds(0.001))
    assert world.tick() == 0
    world.tick(0.001)
    assert world.status(number) is Status.FAILED


def test_a_parked_booking_with_a_window_is_given_up_when_the_window_has_passed(world: World) -> None:
    world.service()
    number = world.booking(**world.window(180, 300))
    run_for(world, 20)
    world.clock.set(START + minutes(299))
    assert world.tick() == 0
    world.tick(60)
    assert world.status(number) is Status.FAILED


def test_a_break_ends_by_itself_and_wakes_a_parked_booking(world: World) -> None:
    world.service()
    world.provider()
    world.do(c.TakeBreak.of(provider="mira", until=START + minutes(10)))
    number = world.booking()
    run_for(world, 20)
    assert world.due.next_at() == START + minutes(10)
    world.clock.set(START + minutes(10))
    world.tick()
    assert world.person("mira").duty is Duty.ON
    assert world.holder(number) == "mira"


def test_a_hold_ends_by_itself_and_the_ladder_goes_on_with_the_time_it_had_left(world: World) -> None:
    world.service()
    number = world.booking()
    world.tick()
    world.clock.advance(0.5)
    world.do(c.Hold.of(booking=number, reason="customer asks", until=START + minutes(30)))
    run_for(world, 60)
    assert len(world.log(number)) == 3
    world.clock.set(START + minutes(30))
    world.tick()
    assert (world.last(number).action, world.last(number).actor) == (Action.RESUME, LOOP)
    assert world.get(number).attempt_at == START + minutes(30) + seconds(1.5)


def test_a_held_offer_does_not_lapse_and_a_held_booking_is_not_given_up(world: World) -> None:
    world.service()
    world.provider()
    offered, parked = world.booking(), world.booking()
    run_for(world, 20)
    assert world.status(offered) is Status.ASSIGNED
    for number in (offered, parked):
        world.do(c.Hold.of(booking=number, reason="wait"))
    assert world.tick(86_400) == 0
    assert world.status(offered) is Status.ASSIGNED
    world.do(c.Resume.of(booking=offered))
    assert world.get(offered).offer_until == world.now + minutes(5) - seconds(20)
    world.do(c.Resume.of(booking=parked))
    assert world.get(parked).give_up_at == world.now + minutes(120) - seconds(20)


def test_one_freed_provider_wakes_exactly_one_parked_booking_the_most_urgent(world: World) -> None:
    world.service()
    world.provider(on=False)
    numbers = [world.booking(priority=priority) for priority in (3, 1, 2)]
    run_for(world, 20)
    before = world.engine.views.last_event()
    world.do(c.GoOn.of(provider="mira"))
    assert world.tick() == 1
    assert world.engine.views.last_event() == before + 2
    assert [world.status(number) for number in numbers] == [Status.PENDING, Status.ASSIGNED, Status.PENDING]
    event = world.last(numbers[1])
    assert (event.details["woken_by"], event.details["attempt"]) == ("mira", 1)
    assert_sound(world)


def test_a_woken_booking_has_a_new_ladder_and_the_same_time_to_live(world: World) -> None:
    world.service()
    world.provider(on=False)
    world.provider("tom", on=False)
    number = world.booking()
    run_for(world, 20)
    world.do(c.GoOn.of(provider="mira"))
    world.tick()
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    booking = world.get(number)
    assert (booking.attempt, booking.parked_at) == (1, None)
    assert booking.give_up_at == START + minutes(120)
    run_for(world, 20)
    assert world.get(number).attempt == 4


def test_a_provider_who_rejected_it_does_not_wake_a_parked_booking(world: World) -> None:
    world.service()
    world.provider()
    number = world.booking()
    world.tick()
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    run_for(world, 20)
    before = world.engine.views.last_event()
    run_for(world, 5)
    assert world.engine.views.last_event() == before


def test_as_many_parked_bookings_wake_as_there_are_free_places(world: World) -> None:
    world.service()
    for handle in ("mira", "tom", "zoe"):
        world.provider(handle, on=False)
    numbers = [world.booking() for _ in range(5)]
    run_for(world, 20)
    for handle in ("mira", "tom"):
        world.do(c.GoOn.of(provider=handle))
    assert world.tick() == 2
    assert [world.status(number) for number in numbers] == [Status.ASSIGNED] * 2 + [Status.PENDING] * 3


@pytest.mark.sqlite_only
def test_fifteen_hundred_parked_bookings_and_one_freed_provider_are_one_assignment(world: World) -> None:
    world.service()
    world.provider(on=False)
    world.configure("waits_s", "0")
    customer = world.customer()
    new = c.CreateBooking.of(service="plumbing", customer=customer, address="12 Example St")
    world.engine.execute_all([new] * 1_500, ANA)
    assert world.tick() == 1_500
    parked = world.engine.views.last_event()
    assert world.value("SELECT count(*) FROM bookings WHERE parked_at IS NOT NULL") == 1_500
    world.do(c.GoOn.of(provider="mira"))
    assert world.tick() == 1
    for _ in range(4):
        assert world.tick(1) == 0
    assert world.engine.views.last_event() == parked + 2
    assert world.value("SELECT count(*) FROM bookings WHERE status = 'ASSIGNED'") == 1


def test_a_booking_retried_for_later_is_first_attempted_then(world: World) -> None:
    world.service()
    world.provider()
    number = world.booking()
    world.do(c.MarkFailed.of(booking=number, reason="no parts"))
    world.do(c.Retry.of(booking=number, at=START + minutes(180)))
    assert world.tick(179 * 60) == 0
    world.tick(60)
    assert world.status(number) is Status.ASSIGNED


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_the_loop_stops_between_batches_when_asked_and_goes_on_where_it_was(world: World, stop_after: int) -> None:
    world.service()
    numbers = [world.booking() for _ in range(120)]
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > stop_after + 3

    world.due.run(stop=stop)
    tried = sum(world.get(number).attempt for number in numbers)
    assert 0 < tried <= stop_after * 50
    world.due.run()
    assert all(world.get(number).attempt == 1 for number in numbers)


def test_a_second_engine_continues_where_the_first_was_closed(new_world: NewWorld) -> None:
    first = new_world()
    first.service()
    number = first.booking()
    first.tick()
    second = new_world(first.url, first.clock)
    first.engine.close()
    for passed in (1, 1, 4, 8):
        second.tick(passed)
    assert attempt_times(second, number) == [0, 2, 6, 14]


def test_two_engines_taking_turns_at_every_moment_make_each_attempt_once(new_world: NewWorld) -> None:
    first = new_world()
    second = new_world(first.url, first.clock)
    first.service()
    numbers = [first.booking() for _ in range(5)]
    done = 0
    for _ in range(80):
        done += first.tick() + second.tick()
        first.clock.advance(0.25)
    assert done == 5 * 4
    for number in numbers:
        assert attempt_times(first, number) == [0, 2, 6, 14]
    assert_sound(first)


def test_the_next_time_is_the_earliest_of_all_timers(world: World) -> None:
    def next_is(expected: datetime | None) -> bool:
        return world.due.next_at() == expected

    assert next_is(None)
    world.service()
    world.provider()
    number = world.booking()
    assert next_is(START)
    world.tick()
    assert next_is(START + minutes(5))
    world.do(c.TakeBreak.of(provider="mira", until=START + minutes(4)), provider_actor("mira"))
    assert next_is(START + minutes(4))
    world.do(c.Hold.of(booking=number, reason="wait", until=START + minutes(3)))
    assert next_is(START + minutes(3))
