"""Taking back: the state before the undone event, or a refusal that says what happened since."""

from collections.abc import Callable

from domain import commands as c
from domain.actors import LOOP
from domain.errors import DispatchError, Duplicate, Forbidden, IllegalTransition, InvalidInput, ProviderBusy
from domain.lifecycle import Duty, Status
from domain.policy import Policy
from tests.conftest import NewWorld
from tests.domain.processes import processes, takes_back
from tests.domain.test_processes import in_threads
from tests.domain.test_undo_histories import CUSTOMER, aside
from tests.domain.world import ANA, BEN, START, World, assert_sound, minutes, provider_actor, seconds

BOTH_DATABASES = True


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
        stripped = [[{**row, "version": 0, "chain": ""} for row in rows[table]] for rows in (before, after)]
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


def test_the_first_setting_that_was_changed_goes_back_to_the_defaults_and_forth(world: World) -> None:
    done = world.do(c.Configure.of(setting="at_risk_minutes", value="30")).event
    undone = world.do(c.Undo.of(event=done.id)).event
    assert world.engine.views.policy() == Policy()
    world.do(c.Undo.of(event=undone.id))
    assert world.engine.views.policy().at_risk_minutes == 30
    assert_sound(world)


def test_whom_the_loop_chose_and_a_person_took_away_the_loop_does_not_choose_again(world: World) -> None:
    number = two(world)
    world.tick()
    first = world.holder(number)
    assigned = world.last(number)
    assert assigned.actor == LOOP
    world.do(c.Undo.of(event=assigned.id, reason="not her"))
    assert (world.status(number), world.get(number).attempt) == (Status.PENDING, 0)
    world.tick()
    assert world.holder(number) not in {None, first}


def test_an_offer_whose_lapse_was_taken_back_has_its_whole_time_again(world: World) -> None:
    number = two(world)
    world.do(c.Assign.of(booking=number, provider="mira"))
    world.tick(301)
    lapsed = next(event for event in world.log(number) if event.action == "reject")
    world.do(c.Undo.of(event=world.last(number).id, reason="mira calls"))
    world.do(c.Undo.of(event=lapsed.id, reason="mira calls"))
    assert (world.holder(number), world.get(number).offer_until) == ("mira", world.now + minutes(5))
    world.tick()
    assert world.status(number) is Status.ASSIGNED


def test_a_booking_that_was_given_up_is_not_given_up_again_at_once_when_that_was_taken_back(world: World) -> None:
    world.service()
    number = world.booking()
    world.tick(7201)
    assert world.status(number) is Status.FAILED
    world.do(c.Undo.of(event=world.last(number).id, reason="they still wait"))
    world.tick()
    assert world.status(number) is Status.PENDING
    assert_sound(world)


def test_a_hold_comes_back_with_its_end_as_it_was_named_unless_that_has_passed(world: World) -> None:
    number = two(world)
    until = world.now + minutes(30)
    world.do(c.Hold.of(booking=number, reason="part", until=until))
    world.clock.advance(60)
    resumed = world.do(c.Resume.of(booking=number)).event
    world.clock.advance(60)
    taken_back = world.do(c.Undo.of(event=resumed.id)).event
    assert world.get(number).held_until == until
    world.do(c.Undo.of(event=taken_back.id))
    world.clock.advance(3600)
    world.do(c.Undo.of(event=world.last(number).id))
    assert world.get(number).held_until == world.now + minutes(28)


def test_what_happened_is_taken_back_step_by_step_from_the_last_to_the_first(world: World) -> None:
    number = two(world)
    before = world.get(number)
    done = [
        world.do(c.Prioritise.of(booking=number, priority=1)).event,
        world.do(c.Hold.of(booking=number, reason="wait")).event,
        world.do(c.Note.of(booking=number, text="gate code 12")).event,
        world.do(c.Assign.of(booking=number, provider="mira")).event,
    ]
    assert isinstance(world.try_to(c.Undo.of(event=done[0].id)), IllegalTransition)
    for event in reversed(done):
        world.do(c.Undo.of(event=event.id))
    assert aside(world.get(number)) == aside(before)


def test_what_was_taken_back_already_is_not_taken_back_twice_and_the_refusal_names_who_did(world: World) -> None:
    number = two(world)
    done = world.do(c.Hold.of(booking=number, reason="wait")).event
    undone = world.do(c.Undo.of(event=done.id, reason="by mistake"), BEN).event
    refusal = world.try_to(c.Undo.of(event=done.id))
    assert isinstance(refusal, IllegalTransition)
    assert refusal.message.startswith(f"admin:ben took that back already (event {undone.id})")


def test_of_two_dispatchers_who_take_the_same_back_at_once_one_does_and_the_other_is_told_who(
    new_world: NewWorld,
) -> None:
    ana = new_world()
    ben = new_world(ana.url, ana.clock)
    two(ana)
    for number in [1, *(ana.booking(CUSTOMER) for _ in range(9))]:
        done = ana.do(c.Hold.of(booking=number, reason="wait")).event
        tries: list[Callable[[], DispatchError | None]] = [
            lambda: ana.try_to(c.Undo.of(event=done.id)),  # noqa: B023 - called before the next round
            lambda: ben.try_to(c.Undo.of(event=done.id, reason="by mistake"), BEN),  # noqa: B023
        ]
        refusals = in_threads(*tries)
        winner = ana.last(number).actor
        (refused,) = [refusal for refusal in refusals if refusal is not None]
        assert isinstance(refused, IllegalTransition)
        assert refused.details["by"] == str(winner)
        assert not ana.get(number).held
    assert_sound(ana)


def test_of_two_processes_that_take_the_same_back_at_once_one_does_and_the_other_is_told_who(world: World) -> None:
    two(world)
    done = [world.do(c.Hold.of(booking=1, reason="wait")).event.id]
    with processes(takes_back, 2, world.engine.url) as undoers:
        for undoer in undoers:
            undoer.tell(str(done[0]))
        heard = sorted(undoer.hear() for undoer in undoers)
    assert heard[1] == "done"
    kind, by = heard[0].split()
    assert (kind, by) == ("IllegalTransition", str(world.last(1).actor))
    assert world.log(1)[-1].undoes == done[0]
    assert_sound(world)


def test_a_phone_an_email_and_a_name_that_somebody_else_has_by_now_do_not_come_back_twice(world: World) -> None:
    two(world)
    world.do(c.EditCustomer.of(customer=1, phone="+12025550101"))
    edited = world.do(c.EditCustomer.of(customer=1, phone="+12025550102")).event
    world.customer("Dan Sample", phone="+12025550101")
    world.do(c.EditProvider.of(provider="mira", email="m@example.com"))
    moved = world.do(c.EditProvider.of(provider="mira", email="mira@example.com")).event
    world.provider("zoe", email="m@example.com")
    renamed = world.do(c.EditService.of(service="plumbing", name="pipes")).event
    world.service("Plumbing")
    before = world.everything()
    for event, said in ((edited, "customer 2's meanwhile"), (moved, "provider 3's meanwhile"), (renamed, "meanwhile")):
        refusal = world.try_to(c.Undo.of(event=event.id))
        assert isinstance(refusal, Duplicate)
        assert said in refusal.message
    assert world.everything() == before


def test_a_refused_undo_of_a_create_says_how_to_be_rid_of_what_was_created(world: World) -> None:
    number = two(world)
    ends = {
        "booking": f'cancel! {number} "reason"',
        "provider": "provider deactivate mira",
        "service": "service deactivate plumbing",
        "customer": "customer deactivate 1",
    }
    for subject, line in ends.items():
        created = world.value("SELECT min(id) FROM events WHERE subject = ? AND version = 1", subject)
        refusal = world.try_to(c.Undo.of(event=created, reason="by mistake"))
        assert isinstance(refusal, InvalidInput)
        assert refusal.message.endswith(line)
