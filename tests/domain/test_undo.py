"""Taking back: the state before the undone event, or a refusal that says what happened since."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Actor
from domain.errors import Forbidden, IllegalTransition, InvalidInput, NoCandidate, ProviderBusy
from domain.lifecycle import Action, Duty, Status
from domain.records import Absent, Booking
from tests.domain.world import ANA, BEN, START, World, assert_sound, customer_actor, minutes, provider_actor, seconds

CUSTOMER = customer_actor(1)
TIMERS = ("attempt_at", "offer_until", "give_up_at")


def undo(world: World, number: int, actor: Actor = BEN, reason: str | None = "by mistake") -> None:
    last = [event for event in world.log(number) if event.action not in {Action.ATTEMPT, Action.NOTE}][-1]
    world.do(c.Undo.of(event=last.id, reason=reason), actor)


def aside(booking: Booking) -> Booking:
    """Without what an undo does not give back: the version, and the dispatcher's tick."""
    return replace(booking, version=0, acked=False)


def untimed(booking: Booking) -> Booking:
    """Without its timers too."""
    return replace(aside(booking), attempt_at=None, offer_until=None, give_up_at=None)


Step = Callable[[World, int], None]


def _by_holder(what: type[c.BookingCommand], **more: object) -> Step:
    def step(world: World, number: int) -> None:
        world.do(what.of(booking=number, **more), provider_actor(world.holder(number) or "mira"))

    return step


def _by(actor: Actor, make: Callable[[World, int], c.Command]) -> Step:
    def step(world: World, number: int) -> None:
        world.do(make(world, number), actor)

    return step


STEPS: dict[str, Step] = {
    "assign": _by(ANA, lambda w, n: c.Assign.of(booking=n, provider="tom")),
    "assign the best": _by(ANA, lambda w, n: c.Assign.of(booking=n)),
    "force-assign": _by(ANA, lambda w, n: c.ForceAssign.of(booking=n, provider="zoe", reason="closest")),
    "accept": _by_holder(c.Accept),
    "reject": _by_holder(c.Reject, reason="too far"),
    "depart": _by_holder(c.Depart),
    "start": _by_holder(c.Start),
    "no-show of the customer": _by_holder(c.NoShow, absent=Absent.CUSTOMER),
    "no-show of the provider": _by(ANA, lambda w, n: c.NoShow.of(booking=n, absent=Absent.PROVIDER)),
    "cancel": _by(CUSTOMER, lambda w, n: c.Cancel.of(booking=n)),
    "force-cancel": _by(ANA, lambda w, n: c.ForceCancel.of(booking=n, reason="not needed")),
    "mark-failed": _by(ANA, lambda w, n: c.MarkFailed.of(booking=n, reason="no parts")),
    "retry": _by(ANA, lambda w, n: c.Retry.of(booking=n)),
    "release": _by(ANA, lambda w, n: c.Release.of(booking=n, reason="van broke down")),
    "override to FAILED": _by(ANA, lambda w, n: c.Override.of(booking=n, to=Status.FAILED, reason="by phone")),
    "override to PENDING": _by(ANA, lambda w, n: c.Override.of(booking=n, to=Status.PENDING, reason="by phone")),
    "override to EN_ROUTE": _by(
        ANA, lambda w, n: c.Override.of(booking=n, to=Status.EN_ROUTE, provider="tom", reason="by phone")
    ),
    "hold": _by(ANA, lambda w, n: c.Hold.of(booking=n, reason="wait")),
    "hold until": _by(ANA, lambda w, n: c.Hold.of(booking=n, reason="wait", until=w.now + minutes(30))),
    "resume": _by(ANA, lambda w, n: c.Resume.of(booking=n)),
    "reschedule": _by(ANA, lambda w, n: c.Reschedule.of(booking=n, **w.window(60, 120))),
    "reschedule to now": _by(ANA, lambda w, n: c.Reschedule.of(booking=n)),
    "edit": _by(ANA, lambda w, n: c.EditBooking.of(booking=n, address=f"{w.get(n).version} Example St")),
    "prioritise": _by(ANA, lambda w, n: c.Prioritise.of(booking=n, priority=w.get(n).priority % 4 + 1)),
    "note": _by(ANA, lambda w, n: c.Note.of(booking=n, text="gate code 12")),
    "ack": _by(ANA, lambda w, n: c.Ack.of(booking=n)),
    "undo": lambda w, n: undo(w, n, ANA),
}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three free providers and one booking on demand."""
    path = tmp_path_factory.mktemp("furnished") / "room.db"
    world = World.open(path)
    world.service()
    for handle in ("mira", "tom", "zoe"):
        world.provider(handle)
    world.customer()
    world.booking(CUSTOMER)
    world.close()
    return path


def went(world: World, name: str) -> bool:
    """Whether a step was possible."""
    before = world.get(1).version
    try:
        STEPS[name](world, 1)
    except (Forbidden, IllegalTransition, InvalidInput, NoCandidate, ProviderBusy):
        assert world.get(1).version == before
        return False
    return True


history = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([0.0, 0.5, 3.0, 100.0])), max_size=6)


@given(history, st.sampled_from(sorted(STEPS)), st.sampled_from([0.0, 1.0, 250.0, 4000.0]))
def test_undo_gives_back_the_state_before_with_the_time_that_timers_had_left(
    furnished: Path, past: list[tuple[str, float]], name: str, waited: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.db"
        shutil.copyfile(furnished, path)
        world = World.open(path)
        try:
            for earlier, passed in past:
                went(world, earlier)
                world.tick(passed)
            before, at = world.get(1), world.now
            assume(went(world, name))
            event = world.last(1)
            if event.to_status == "COMPLETED":
                return
            world.clock.advance(waited)
            world.do(c.Undo.of(event=event.id, reason="by mistake"), BEN)
            after = world.get(1)
            assert untimed(after) == untimed(before)
            for timer in TIMERS:
                was, now = getattr(before, timer), getattr(after, timer)
                if was is None or now is None:
                    assert was is now
                elif before.held or (timer not in event.changes and not name.startswith("hold")):
                    assert now == was
                elif timer in event.changes:
                    assert now == world.now + max(timedelta(0), was - at)
                else:
                    assert now == world.now + (was - at)
            assert_sound(world)
        finally:
            world.close()


@settings(max_examples=max(25, settings().max_examples // 3))
@given(history, st.sampled_from(sorted(STEPS)))
def test_undoing_an_undo_gives_back_what_was_undone(furnished: Path, past: list[tuple[str, float]], name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.db"
        shutil.copyfile(furnished, path)
        world = World.open(path)
        try:
            for earlier, passed in past:
                went(world, earlier)
                world.tick(passed)
            assume(went(world, name))
            done = world.get(1)
            assume(done.status is not Status.COMPLETED)
            for _ in range(2):
                world.do(c.Undo.of(event=world.last(1).id, reason="by mistake"), BEN)
            assert aside(world.get(1)) == aside(done)
            assert_sound(world)
        finally:
            world.close()


def two(world: World) -> int:
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.customer()
    return world.booking(CUSTOMER)


def test_an_undo_names_the_event_that_it_takes_back(world: World) -> None:
    number = two(world)
    done = world.do(c.Hold.of(booking=number, reason="wait")).event
    world.do(c.Undo.of(event=done.id))
    event = world.last(number)
    assert (event.action, event.undoes, event.actor, event.details) == ("undo", done.id, ANA, {"undid": "hold"})


def test_who_did_it_needs_no_reason_another_admin_does_and_nobody_else_may(world: World) -> None:
    number = two(world)
    done = world.do(c.Assign.of(booking=number, provider="mira")).event
    for actor in (provider_actor("mira"), CUSTOMER):
        assert isinstance(world.try_to(c.Undo.of(event=done.id, reason="by mistake"), actor), Forbidden)
    refusal = world.try_to(c.Undo.of(event=done.id), BEN)
    assert isinstance(refusal, Forbidden)
    assert f'undo! {done.id} "reason"' in refusal.message
    world.do(c.Undo.of(event=done.id, reason="wrong van"), BEN)
    assert world.status(number) is Status.PENDING


def test_a_provider_takes_back_their_own_answer_and_a_customer_their_own_cancellation(world: World) -> None:
    number = two(world)
    world.do(c.Assign.of(booking=number, provider="mira"))
    rejected = world.by("mira", c.Reject.of(booking=number, reason="too far")).event
    world.do(c.Undo.of(event=rejected.id), provider_actor("mira"))
    assert (world.status(number), world.holder(number)) == (Status.ASSIGNED, "mira")
    assert world.get(number).excluded == ()
    cancelled = world.do(c.Cancel.of(booking=number), CUSTOMER).event
    world.do(c.Undo.of(event=cancelled.id), CUSTOMER)
    assert (world.status(number), world.holder(number)) == (Status.ASSIGNED, "mira")


def test_undo_refuses_when_the_world_moved_on_and_names_what_came_after(world: World) -> None:
    number = two(world)
    assigned = world.do(c.Assign.of(booking=number, provider="mira")).event
    accepted = world.by("mira", c.Accept.of(booking=number)).event
    refusal = world.try_to(c.Undo.of(event=assigned.id))
    assert isinstance(refusal, IllegalTransition)
    assert "accept by provider:mira" in refusal.message
    assert refusal.details["event"] == accepted.id


def test_notes_and_attempts_that_came_after_do_not_stand_in_the_way(world: World) -> None:
    world.service()
    number = world.booking()
    done = world.do(c.Prioritise.of(booking=number, priority=1)).event
    world.tick()
    world.do(c.Note.of(booking=number, text="gate code 12"))
    world.tick(2)
    world.do(c.Undo.of(event=done.id))
    booking = world.get(number)
    assert (booking.priority, booking.attempt, booking.notes) == (2, 2, "gate code 12")


def test_undoing_what_restarted_the_ladder_gives_back_the_ladder_although_attempts_came_after(world: World) -> None:
    world.service()
    number = world.booking()
    for passed in (0, 2, 4, 8):
        world.tick(passed)
    world.do(c.MarkFailed.of(booking=number, reason="no parts"))
    before = world.get(number)
    retried = world.do(c.Retry.of(booking=number)).event
    for passed in (0, 2, 4, 8):
        world.tick(passed)
    assert world.get(number).parked_at is not None
    world.do(c.Undo.of(event=retried.id))
    assert aside(world.get(number)) == aside(before)
    assert_sound(world)


def test_a_ladder_given_back_is_not_parked_by_attempts_that_were_undone(world: World) -> None:
    world.service()
    world.provider("mira")
    number = world.booking()
    world.tick()
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    before, at = world.get(number), world.now
    retried = world.do(c.Retry.of(booking=number)).event
    for passed in (0, 2, 4, 8):
        world.tick(passed)
    world.do(c.Undo.of(event=retried.id))
    after = world.get(number)
    assert (after.status, after.attempt, after.parked_at) == (Status.REJECTED, 1, None)
    assert before.attempt_at is not None
    assert after.attempt_at == world.now + (before.attempt_at - at)


def test_undoing_a_hold_gives_the_timers_the_time_they_had_left(world: World) -> None:
    number = two(world)
    world.tick()
    world.clock.advance(100)
    held = world.do(c.Hold.of(booking=number, reason="wait")).event
    world.clock.advance(3600)
    world.do(c.Undo.of(event=held.id))
    booking = world.get(number)
    assert not booking.held
    assert booking.offer_until == world.now + seconds(200)
    assert booking.give_up_at == START + minutes(120) + seconds(3600)


def test_a_provider_who_is_busy_now_is_not_given_back(world: World) -> None:
    number, other = two(world), world.booking()
    world.do(c.Assign.of(booking=number, provider="mira"))
    released = world.do(c.Release.of(booking=number, reason="van broke down")).event
    world.do(c.Assign.of(booking=other, provider="mira"))
    before = world.everything()
    refusal = world.try_to(c.Undo.of(event=released.id))
    assert isinstance(refusal, ProviderBusy)
    assert refusal.details["booking"] == other
    assert world.everything() == before


def test_a_provider_who_is_at_work_elsewhere_is_not_given_back_to_work(world: World) -> None:
    two(world)
    planned, other = world.booking(**world.window(600, 660)), world.booking()
    world.bring(planned, Status.IN_PROGRESS)
    cancelled = world.do(c.ForceCancel.of(booking=planned, reason="not needed")).event
    world.bring(other, Status.IN_PROGRESS)
    refusal = world.try_to(c.Undo.of(event=cancelled.id))
    assert isinstance(refusal, ProviderBusy)
    assert world.status(planned) is Status.CANCELLED


def test_a_creation_an_attempt_and_anything_completed_cannot_be_taken_back(world: World) -> None:
    world.service()
    number = world.booking()
    created = world.last(number)
    refusal = world.try_to(c.Undo.of(event=created.id))
    assert isinstance(refusal, InvalidInput)
    assert f"cancel! {number}" in refusal.message
    world.tick()
    assert isinstance(world.try_to(c.Undo.of(event=world.last(number).id, reason="x")), InvalidInput)
    world.provider()
    done = world.booking()
    world.bring(done, Status.COMPLETED)
    assert isinstance(world.try_to(c.Undo.of(event=world.last(done).id, reason="x")), IllegalTransition)


def test_a_cancellation_is_reopened_by_undo(world: World) -> None:
    number = two(world)
    cancelled = world.do(c.ForceCancel.of(booking=number, reason="not needed")).event
    world.clock.advance(60)
    world.do(c.Undo.of(event=cancelled.id))
    booking = world.get(number)
    assert (booking.status, booking.was_cancelled, booking.attempt_at) == (Status.PENDING, False, world.now)


def test_changes_of_duty_people_services_and_settings_are_taken_back_too(world: World) -> None:
    two(world)
    before = world.everything()
    commands: list[c.Command] = [
        c.GoOff.of(provider="mira"),
        c.TakeBreak.of(provider="mira", until=world.now + minutes(10)),
        c.EditProvider.of(provider="mira", name="Mira Other", rating=3.0, skills=()),
        c.DeactivateProvider.of(provider="mira"),
        c.EditService.of(service="plumbing", name="Pipes", base_price_cents=100),
        c.DeactivateService.of(service="plumbing"),
        c.EditCustomer.of(customer=1, name="Cleo Other"),
        c.DeactivateCustomer.of(customer=1),
    ]
    for command in commands:
        done = world.do(command).event
        world.do(c.Undo.of(event=done.id))
    after = world.everything()
    for table in ("providers", "services", "customers", "bookings"):
        stripped = [[{**row, "version": 0} for row in rows[table]] for rows in (before, after)]
        assert stripped[0] == stripped[1]
    world.configure("at_risk_minutes", 20)
    changed = world.do(c.Configure.of(setting="at_risk_minutes", value="30")).event
    world.do(c.Undo.of(event=changed.id))
    assert world.engine.views.policy().at_risk_minutes == 20


def test_a_provider_takes_back_their_own_duty_and_nobody_elses(world: World) -> None:
    two(world)
    own = world.by("mira", c.GoOff.of(provider="mira")).event
    assert isinstance(world.try_to(c.Undo.of(event=own.id, reason="x"), provider_actor("tom")), Forbidden)
    world.by("mira", c.Undo.of(event=own.id))
    assert world.person("mira").duty is Duty.ON
