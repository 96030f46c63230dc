"""Assigning by the rules, by force and by override."""

import pytest

from domain import commands as c
from domain.actors import LOOP
from domain.errors import Forbidden, IllegalTransition, InvalidInput, NoCandidate, NotFound, ProviderBusy, WindowOverlap
from domain.lifecycle import Status
from domain.records import Absent
from tests.domain import expected
from tests.domain.world import START, World, assert_sound, minutes

BOTH_DATABASES = True


@pytest.fixture
def room(world: World) -> World:
    world.service()
    world.service("locks", duration_minutes=30)
    world.provider("mira", at=(40.70, -74.00))
    world.provider("tom", "plumbing", "locks", at=(40.80, -74.00))
    return world


def test_assigning_to_somebody_makes_an_offer_for_five_minutes(room: World) -> None:
    number = room.booking(latitude=40.70, longitude=-74.01)
    room.do(c.Assign.of(booking=number, provider="tom"))
    booking = room.get(number)
    assert (booking.status, room.holder(number), booking.forced) == (Status.ASSIGNED, "tom", False)
    assert (booking.offer_until, booking.assigned_at) == (START + minutes(5), START)
    assert booking.attempt_at is None
    assert booking.travel_s is not None
    assert 2_500 < booking.travel_s < 2_800
    assert room.last(number).details["chosen"] == "tom"


def test_assigning_to_nobody_in_particular_takes_the_best_now(room: World) -> None:
    number = room.booking(latitude=40.79, longitude=-74.00)
    room.do(c.Assign.of(booking=number))
    event = room.last(number)
    assert room.holder(number) == "tom"
    assert [one["provider"] for one in event.details["candidates"]] == ["tom", "mira"]
    assert [set(one) for one in event.details["candidates"]] == [
        {"provider", "id", "km", "rating", "last_used", "travel_s"}
    ] * 2


def test_no_candidate_names_each_skip(room: World) -> None:
    room.do(c.GoOff.of(provider="mira"))
    room.do(c.TakeBreak.of(provider="tom"))
    number = room.booking()
    refusal = room.try_to(c.Assign.of(booking=number))
    assert isinstance(refusal, NoCandidate)
    assert "1 off duty, 1 on break" in refusal.message
    assert refusal.details["skips"] == {"mira": "off duty", "tom": "on break"}


def test_a_named_provider_must_be_skilled_on_duty_active_and_free(room: World) -> None:
    room.provider("zoe", "locks")
    room.provider("olga", on=False)
    room.provider("pete")
    room.do(c.DeactivateProvider.of(provider="pete"))
    busy = room.booking()
    room.do(c.Assign.of(booking=busy, provider="mira"))
    number = room.booking()
    for handle, kind, said in (
        ("zoe", Forbidden, "does not have the skill"),
        ("olga", ProviderBusy, "say: on olga"),
        ("pete", Forbidden, "provider activate pete"),
        ("mira", ProviderBusy, f"busy on {busy}"),
        ("nobody", NotFound, "no provider 'nobody'"),
    ):
        refusal = room.try_to(c.Assign.of(booking=number, provider=handle))
        assert isinstance(refusal, kind)
        assert refusal.code in {403, 404}
        assert said in refusal.message
    assert room.status(number) is Status.PENDING


def test_a_window_that_overlaps_another_is_refused_by_its_name(room: World) -> None:
    first, second = room.booking(**room.window(60, 120)), room.booking(**room.window(90, 150))
    room.do(c.Assign.of(booking=first, provider="mira"))
    refusal = room.try_to(c.Assign.of(booking=second, provider="mira"))
    assert isinstance(refusal, WindowOverlap)
    assert (refusal.details["booking"], refusal.details["until"]) == (first, START + minutes(120))


def test_a_person_may_give_it_to_somebody_who_rejected_it(room: World) -> None:
    number = room.booking()
    room.bring(number, Status.REJECTED)
    room.do(c.Assign.of(booking=number, provider="mira"))
    assert room.holder(number) == "mira"


def test_the_system_may_not_assign_what_is_held_and_a_person_ends_the_hold_by_it(room: World) -> None:
    number = room.booking()
    room.do(c.Hold.of(booking=number, reason="wait"))
    for command in (
        c.Attempt.of(booking=number),
        c.Assign.of(booking=number),
        c.Assign.of(booking=number, provider="tom"),
    ):
        assert isinstance(room.try_to(command, LOOP), IllegalTransition)
    room.do(c.Assign.of(booking=number, provider="mira"))
    assert not room.get(number).held


# By force.


def test_force_goes_over_skill_duty_and_another_job_and_warns_of_it(room: World) -> None:
    room.provider("zoe", "locks")
    room.provider("olga", on=False)
    busy = room.booking()
    room.do(c.Assign.of(booking=busy, provider="mira"))
    for handle, warning in (("zoe", "zoe unskilled"), ("olga", "olga off duty"), ("mira", f"mira busy on {busy}")):
        number = room.booking()
        outcome = room.do(c.ForceAssign.of(booking=number, provider=handle, reason="closest"))
        assert outcome.event.details["warning"] == warning
        assert warning in outcome.summary
        booking = room.get(number)
        assert (room.holder(number), booking.forced, booking.status) == (handle, True, Status.ASSIGNED)
        assert room.last(number).reason == "closest"
    assert (room.status(busy), room.holder(busy)) == (Status.ASSIGNED, "mira")
    assert_sound(room)


def test_force_needs_no_warning_where_the_rules_would_allow_it(room: World) -> None:
    number = room.booking()
    event = room.do(c.ForceAssign.of(booking=number, provider="mira", reason="asked for")).event
    assert "warning" not in event.details
    assert room.get(number).forced


def test_force_names_whom_it_was_taken_from_and_is_refused_for_the_present_one(room: World) -> None:
    number = room.booking()
    room.bring(number, Status.EN_ROUTE)
    refusal = room.try_to(c.ForceAssign.of(booking=number, provider="mira", reason="x"))
    assert isinstance(refusal, InvalidInput)
    event = room.do(c.ForceAssign.of(booking=number, provider="tom", reason="van broke down")).event
    assert event.details["taken_from"] == "mira"
    assert event.changes["provider_id"] == [1, 2]
    assert room.status(number) is Status.ASSIGNED


def test_force_skips_the_exclusion_and_not_an_inactive_provider(room: World) -> None:
    number = room.booking()
    room.bring(number, Status.REJECTED)
    event = room.do(c.ForceAssign.of(booking=number, provider="mira", reason="agreed")).event
    assert event.details["warning"] == "mira excluded"
    room.do(c.DeactivateProvider.of(provider="tom"))
    refusal = room.try_to(c.ForceAssign.of(booking=number, provider="tom", reason="agreed"))
    assert isinstance(refusal, Forbidden)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.FAILED])
def test_force_reopens_what_is_cancelled_or_failed_with_a_new_ladder(room: World, status: Status) -> None:
    number = room.booking()
    for handle in ("mira", "tom"):
        room.do(c.GoOff.of(provider=handle))
    for passed in (0, 2, 4, 8):
        room.tick(passed)
    room.bring(number, status)
    room.clock.advance(5)
    room.do(c.ForceAssign.of(booking=number, provider="tom", reason="agreed"))
    booking = room.get(number)
    assert (booking.status, booking.attempt, booking.was_cancelled) == (Status.ASSIGNED, 0, False)
    assert booking.give_up_at == room.now + minutes(120)


def test_a_forced_mark_falls_with_the_provider(room: World) -> None:
    number = room.booking()
    room.do(c.ForceAssign.of(booking=number, provider="mira", reason="agreed"))
    room.do(c.Release.of(booking=number, reason="van broke down"))
    booking = room.get(number)
    assert (booking.forced, booking.provider_id, booking.assigned_at, booking.travel_s) == (False, None, None, None)


def test_a_forced_job_can_be_done_while_another_is_at_work_and_a_usual_one_cannot(room: World) -> None:
    at_work, forced = room.booking(), room.booking()
    room.bring(at_work, Status.IN_PROGRESS)
    room.do(c.ForceAssign.of(booking=forced, provider="mira", reason="same house"))
    for step in (c.Accept, c.Start):
        room.by("mira", step.of(booking=forced))
    planned = room.booking(**room.window(600, 660))
    room.bring(planned, Status.ACCEPTED)
    refusal = room.try_to(c.Depart.of(booking=planned), room.log(planned)[-1].actor)
    assert isinstance(refusal, ProviderBusy)
    assert_sound(room)


# By override.


@pytest.mark.parametrize("status", [*expected.ACTIVE, expected.COMPLETED])
def test_an_override_into_a_status_with_a_provider_needs_one(room: World, status: str) -> None:
    number = room.booking()
    refusal = room.try_to(c.Override.of(booking=number, to=status, reason="by phone"))
    assert isinstance(refusal, InvalidInput)
    assert "name one" in refusal.message
    room.do(c.Override.of(booking=number, to=status, provider="mira", reason="by phone"))
    assert (room.status(number), room.holder(number)) == (Status(status), "mira")
    assert_sound(room)


@pytest.mark.parametrize("status", [expected.PENDING, expected.REJECTED, expected.NO_SHOW, expected.FAILED])
def test_an_override_into_a_status_without_a_provider_takes_none_and_clears_it(room: World, status: str) -> None:
    number = room.booking()
    room.bring(number, Status.ACCEPTED)
    refusal = room.try_to(c.Override.of(booking=number, to=status, provider="tom", reason="by phone"))
    assert isinstance(refusal, InvalidInput)
    event = room.do(c.Override.of(booking=number, to=status, reason="by phone")).event
    assert room.get(number).provider_id is None
    assert event.details["taken_from"] == "mira"


def test_an_override_to_completed_says_that_it_cannot_be_undone(room: World) -> None:
    number = room.booking()
    event = room.do(c.Override.of(booking=number, to=Status.COMPLETED, provider="tom", reason="by phone")).event
    assert event.details["final"] == "cannot be undone"
    assert room.holder(number) == "tom"
    for command in (c.Undo.of(event=event.id, reason="x"), c.Override.of(booking=number, to=Status.FAILED, reason="x")):
        assert isinstance(room.try_to(command), IllegalTransition)


def test_an_override_beyond_the_rules_is_forced_and_warns(room: World) -> None:
    busy, number = room.booking(), room.booking()
    room.bring(busy, Status.IN_PROGRESS)
    event = room.do(c.Override.of(booking=number, to=Status.EN_ROUTE, provider="mira", reason="by phone")).event
    assert event.details["warning"] == f"mira busy on {busy}"
    assert room.get(number).forced
    planned = room.booking(**room.window(600, 660))
    room.bring(planned, Status.ACCEPTED)
    room.do(c.Override.of(booking=planned, to=Status.IN_PROGRESS, reason="by phone"))
    assert room.get(planned).forced
    assert_sound(room)


def test_an_override_into_a_searching_status_starts_a_ladder(room: World) -> None:
    number = room.booking()
    room.bring(number, Status.CANCELLED)
    room.do(c.Override.of(booking=number, to=Status.PENDING, reason="by phone"))
    assert room.get(number).attempt_at == room.now
    room.tick()
    assert room.status(number) is Status.ASSIGNED


def test_an_override_into_what_it_is_already_is_refused(room: World) -> None:
    number = room.booking()
    assert isinstance(room.try_to(c.Override.of(booking=number, to=Status.PENDING, reason="x")), InvalidInput)


# Reopening.


def test_retry_never_reopens_a_cancelled_booking_nor_by_a_detour_over_failed(room: World) -> None:
    number = room.booking()
    room.do(c.ForceCancel.of(booking=number, reason="not needed"))
    assert isinstance(room.try_to(c.Retry.of(booking=number)), IllegalTransition)
    room.do(c.Override.of(booking=number, to=Status.FAILED, reason="by phone"))
    refusal = room.try_to(c.Retry.of(booking=number))
    assert isinstance(refusal, IllegalTransition)
    assert "was cancelled" in refusal.message
    assert isinstance(room.try_to(c.Retry.of(booking=number), LOOP), IllegalTransition)
    room.do(c.ForceCancel.of(booking=number, reason="not needed"))
    room.do(c.Override.of(booking=number, to=Status.FAILED, reason="by phone"))
    assert isinstance(room.try_to(c.Retry.of(booking=number)), IllegalTransition)


def test_what_was_reopened_by_override_and_failed_again_may_be_retried(room: World) -> None:
    number = room.booking()
    room.do(c.ForceCancel.of(booking=number, reason="not needed"))
    room.do(c.Override.of(booking=number, to=Status.PENDING, reason="by phone"))
    room.do(c.MarkFailed.of(booking=number, reason="no parts"))
    room.do(c.Retry.of(booking=number))
    assert room.status(number) is Status.PENDING


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE])
def test_release_takes_it_from_its_provider_and_finds_another(room: World, status: Status) -> None:
    number = room.booking()
    room.bring(number, status)
    room.do(c.Release.of(booking=number, reason="van broke down"))
    booking = room.get(number)
    assert (booking.status, booking.attempt, booking.attempt_at) == (Status.PENDING, 0, room.now)
    assert room.last(number).details == {"provider": "mira"}
    room.tick()
    assert room.holder(number) == "tom"


def test_a_no_show_names_who_was_absent_and_a_provider_can_only_report_the_customer(room: World) -> None:
    number = room.booking()
    room.bring(number, Status.EN_ROUTE)
    actor = room.last(number).actor
    refusal = room.try_to(c.NoShow.of(booking=number, absent=Absent.PROVIDER), actor)
    assert isinstance(refusal, Forbidden)
    room.do(c.NoShow.of(booking=number, absent=Absent.CUSTOMER), actor)
    assert room.get(number).absent is Absent.CUSTOMER
    assert room.last(number).details == {"absent": "customer", "provider": "mira"}
    assert room.get(number).excluded == ()


# Putting aside.


def test_a_held_booking_keeps_its_provider_who_stays_busy(room: World) -> None:
    number, other = room.booking(), room.booking()
    room.bring(number, Status.ACCEPTED)
    room.do(c.Hold.of(booking=number, reason="parts ordered"))
    assert room.holder(number) == "mira"
    assert isinstance(room.try_to(c.Assign.of(booking=other, provider="mira")), ProviderBusy)


def test_resume_needs_a_hold_and_a_hold_can_be_changed(room: World) -> None:
    number = room.booking()
    assert isinstance(room.try_to(c.Resume.of(booking=number)), IllegalTransition)
    room.do(c.Hold.of(booking=number, reason="wait"))
    room.clock.advance(60)
    room.do(c.Hold.of(booking=number, reason="wait longer", until=room.now + minutes(5)))
    booking = room.get(number)
    assert (booking.held_since, booking.held_reason) == (START, "wait longer")
    assert isinstance(room.try_to(c.Resume.of(booking=number), LOOP), IllegalTransition)
    assert isinstance(room.try_to(c.Hold.of(booking=number, reason="x", until=room.now)), InvalidInput)


@pytest.mark.parametrize("what", [c.ForceCancel, c.MarkFailed])
def test_an_ending_ends_the_hold(room: World, what: type[c.BookingCommand]) -> None:
    number = room.booking()
    room.do(c.Hold.of(booking=number, reason="wait", until=START + minutes(9)))
    room.do(what.of(booking=number, reason="not needed"))
    booking = room.get(number)
    assert (booking.held_since, booking.held_until, booking.held_reason) == (None, None, None)
    assert room.due.next_at() is None


def test_a_booking_retried_while_held_stays_held_and_starts_its_ladder_on_resume(room: World) -> None:
    number = room.booking()
    room.bring(number, Status.REJECTED)
    room.do(c.Hold.of(booking=number, reason="wait"))
    room.clock.advance(600)
    room.do(c.Retry.of(booking=number))
    assert room.get(number).held
    assert room.tick() == 0
    room.do(c.Resume.of(booking=number))
    assert room.get(number).attempt_at == room.now
    assert room.get(number).give_up_at == room.now + minutes(120)


# Agreeing otherwise.


def test_a_window_moves_only_to_where_its_provider_is_free(room: World) -> None:
    first, second = room.booking(**room.window(60, 120)), room.booking(**room.window(180, 240))
    for number in (first, second):
        room.do(c.Assign.of(booking=number, provider="mira"))
    refusal = room.try_to(c.Reschedule.of(booking=second, **room.window(90, 150)))
    assert isinstance(refusal, WindowOverlap)
    assert refusal.details["booking"] == first
    room.do(c.Reschedule.of(booking=second, **room.window(120, 180)))
    assert room.get(second).promised_at == START + minutes(120)
    assert (room.status(second), room.holder(second)) == (Status.ASSIGNED, "mira")


def test_a_forced_job_may_be_moved_over_another(room: World) -> None:
    first, second = room.booking(**room.window(60, 120)), room.booking(**room.window(60, 120))
    room.do(c.Assign.of(booking=first, provider="mira"))
    room.do(c.ForceAssign.of(booking=second, provider="mira", reason="same house"))
    room.do(c.Reschedule.of(booking=second, **room.window(90, 150)))
    assert_sound(room)


def test_moving_to_now_makes_it_on_demand_with_a_new_promise(room: World) -> None:
    number = room.booking(**room.window(600, 660), priority=1)
    room.clock.advance(60)
    room.do(c.Reschedule.of(booking=number))
    booking = room.get(number)
    assert booking.on_demand
    assert booking.promised_at == room.now + minutes(60)
    assert booking.give_up_at == room.now + minutes(120)


def test_a_window_in_the_past_is_refused(room: World) -> None:
    number = room.booking()
    for start, end in ((-120, -60), (-60, 0)):
        assert isinstance(room.try_to(c.Reschedule.of(booking=number, **room.window(start, end))), InvalidInput)


def test_priority_moves_the_promise_of_a_booking_on_demand_and_not_a_window(room: World) -> None:
    number, planned = room.booking(priority=4), room.booking(priority=4, **room.window(60, 120))
    room.clock.advance(60)
    for one in (number, planned):
        room.do(c.Prioritise.of(booking=one, priority=1))
    assert room.get(number).promised_at == START + minutes(60)
    assert room.get(planned).promised_at == START + minutes(60)
    assert isinstance(room.try_to(c.Prioritise.of(booking=number, priority=1)), InvalidInput)


def test_notes_are_added_below_and_an_edited_address_forgets_the_place(room: World) -> None:
    number = room.booking(latitude=40.7, longitude=-74.0)
    for text in ("gate code 12", "dog"):
        room.do(c.Note.of(booking=number, text=text))
    assert room.get(number).notes == "gate code 12\ndog"
    room.do(c.EditBooking.of(booking=number, address="14 Example St"))
    assert room.get(number).place is None
    for command in (
        c.EditBooking.of(booking=number, address="14 Example St"),
        c.EditBooking.of(booking=number, latitude=1.0),
        c.EditBooking.of(booking=number),
    ):
        assert isinstance(room.try_to(command), InvalidInput)


def test_an_acknowledged_booking_is_off_the_queue_until_something_changes(room: World) -> None:
    number = room.booking()
    room.do(c.Ack.of(booking=number))
    assert room.engine.views.attention()[1] == 0
    assert isinstance(room.try_to(c.Ack.of(booking=number)), InvalidInput)
    room.do(c.Note.of(booking=number, text="called again"))
    assert room.engine.views.attention()[1] == 1


def test_a_failed_attempt_leaves_the_tick_and_the_exhausted_ladder_takes_it_away(room: World) -> None:
    for handle in ("mira", "tom"):
        room.do(c.GoOff.of(provider=handle))
    number = room.booking()
    room.do(c.Ack.of(booking=number))
    for passed, acked in ((0, True), (2, True), (4, True), (8, False)):
        room.tick(passed)
        assert room.get(number).acked is acked


def test_the_loop_gives_up_only_what_waits_and_only_when_its_time_is_up(room: World) -> None:
    number = room.booking()
    fail = c.MarkFailed.of(booking=number, reason="no provider found in time")
    assert isinstance(room.try_to(fail, LOOP), IllegalTransition)
    room.do(c.Assign.of(booking=number, provider="mira"))
    room.clock.advance(minutes(200).total_seconds())
    assert isinstance(room.try_to(fail, LOOP), IllegalTransition)
    assert room.status(number) is Status.ASSIGNED
    lapse = c.Reject.of(booking=number, reason="no answer in time")
    room.do(lapse, LOOP)
    assert isinstance(room.try_to(lapse, LOOP), IllegalTransition)
    assert room.do(fail, LOOP).event.actor == LOOP
