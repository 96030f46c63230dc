"""Taking back, after any history: the state before comes back, with the time that its timers had left."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import LOOP, Actor
from domain.clock import to_ms
from domain.errors import Forbidden, IllegalTransition, InvalidInput, NoCandidate, ProviderBusy
from domain.lifecycle import Action, Status
from domain.records import Absent, Booking, Event
from tests.domain.world import ANA, BEN, World, assert_sound, customer_actor, minutes, provider_actor

CUSTOMER = customer_actor(1)
TIMERS = ("attempt_at", "offer_until", "give_up_at")


def undo(world: World, number: int, actor: Actor = BEN, reason: str | None = "by mistake") -> None:
    last = [event for event in world.log(number) if event.action not in {Action.ATTEMPT, Action.NOTE}][-1]
    world.do(c.Undo.of(event=last.id, reason=reason), actor)


def aside(booking: Booking) -> Booking:
    """Without what an undo does not give back: its version and place in the log."""
    return replace(booking, version=0, chain="")


def untimed(booking: Booking) -> Booking:
    """Without its timers too."""
    return replace(aside(booking), attempt_at=None, offer_until=None, give_up_at=None, held_until=None)


Step = Callable[[World, int], None]


def _by_holder(what: type[c.BookingCommand], **more: object) -> Step:
    def step(world: World, number: int) -> None:
        world.do(what.of(booking=number, **more), provider_actor(world.holder(number) or "mira"))

    return step


def _by(actor: Actor, make: Callable[[World, int], c.Command]) -> Step:
    def step(world: World, number: int) -> None:
        world.do(make(world, number), actor)

    return step


def _by_loop(timer: str, make: Callable[[int], c.Command]) -> Step:
    """What the loop does when a timer has run out."""

    def step(world: World, number: int) -> None:
        due: datetime | None = getattr(world.get(number), timer)
        if due is not None and due > world.now:
            world.clock.set(due)
        world.do(make(number), LOOP)

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
    "retry later": _by(ANA, lambda w, n: c.Retry.of(booking=n, at=w.now + minutes(2))),
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
    "the loop's try": _by_loop("attempt_at", lambda n: c.Attempt.of(booking=n)),
    "lapse": _by_loop("offer_until", lambda n: c.Reject.of(booking=n, reason="no answer in time")),
    "give up": _by_loop("give_up_at", lambda n: c.MarkFailed.of(booking=n, reason="no provider found in time")),
    "the hold ends": _by_loop("held_until", lambda n: c.Resume.of(booking=n)),
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


@contextmanager
def copy_of(furnished: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.db"
        shutil.copyfile(furnished, path)
        world = World.open(path)
        try:
            yield world
        finally:
            world.close()


def went(world: World, name: str) -> bool:
    """Whether a step was possible."""
    before = world.get(1).version
    try:
        STEPS[name](world, 1)
    except (Forbidden, IllegalTransition, InvalidInput, NoCandidate, ProviderBusy):
        assert world.get(1).version == before
        return False
    return True


def lives_through(world: World, past: list[tuple[str, float]]) -> None:
    for name, passed in past:
        went(world, name)
        world.tick(passed)


def moment_given_back(world: World, timer: str, before: Booking, event: Event) -> datetime | None:
    """Where a timer should stand right after an event was undone."""
    was: datetime | None = getattr(before, timer)
    if was is None or before.held or not {timer, "held_since"} & event.changes.keys():
        return was
    left = was - event.at
    if timer in event.changes and left <= timedelta(0):
        policy = world.engine.views.policy()
        anew = {"offer_until": policy.offer_timeout, "give_up_at": policy.give_up_after}
        return world.now + anew.get(timer, timedelta(0))
    return world.now + left


def hold_end_given_back(world: World, before: Booking, event: Event) -> datetime | None:
    """As it was named, while it lies ahead; else with what was left of it."""
    was = before.held_until
    if was is None or was > world.now or "held_until" not in event.changes:
        return was
    return world.now + (was - event.at) if was > event.at else None


def excluded_then(before: Booking, event: Event) -> tuple[int, ...]:
    """Whom the loop chose and a person took away is not chosen again."""
    if event.actor != LOOP or event.action is not Action.ASSIGN:
        return before.excluded
    return tuple(sorted({*before.excluded, event.changes["provider_id"][1]}))


history = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([0.0, 0.5, 3.0, 100.0])), max_size=6)


@settings(max_examples=max(16, settings().max_examples // 3))
@given(history, st.sampled_from(sorted(STEPS)), st.sampled_from([0.0, 1.0, 250.0, 4000.0]))
def test_undo_gives_back_the_state_before_with_the_time_that_timers_had_left(
    furnished: Path, past: list[tuple[str, float]], name: str, waited: float
) -> None:
    with copy_of(furnished) as world:
        lives_through(world, past)
        before = world.get(1)
        assume(went(world, name))
        event = world.last(1)
        if event.to_status == "COMPLETED" or event.action is Action.ATTEMPT:
            return
        world.clock.advance(waited)
        world.do(c.Undo.of(event=event.id, reason="by mistake"), BEN)
        after = world.get(1)
        assert untimed(after) == untimed(replace(before, excluded=excluded_then(before, event)))
        for timer in TIMERS:
            if timer != "give_up_at" or before.window_end is None:
                assert getattr(after, timer) == moment_given_back(world, timer, before, event), timer
        assert after.held_until == hold_end_given_back(world, before, event)
        assert_sound(world)


@settings(max_examples=max(12, settings().max_examples // 4))
@given(history, st.sampled_from(sorted(STEPS)))
def test_undoing_an_undo_gives_back_what_was_undone(furnished: Path, past: list[tuple[str, float]], name: str) -> None:
    with copy_of(furnished) as world:
        lives_through(world, past)
        assume(went(world, name))
        done = world.get(1)
        assume(done.status is not Status.COMPLETED and world.last(1).action is not Action.ATTEMPT)
        for _ in range(2):
            world.do(c.Undo.of(event=world.last(1).id, reason="by mistake"), BEN)
        assert aside(world.get(1)) == aside(done)
        assert_sound(world)


@settings(max_examples=max(12, settings().max_examples // 4))
@given(history, st.lists(st.sampled_from(sorted(STEPS)), min_size=2, max_size=4))
def test_a_whole_history_is_walked_back_event_by_event(
    furnished: Path, past: list[tuple[str, float]], names: list[str]
) -> None:
    with copy_of(furnished) as world:
        lives_through(world, past)
        before, first = world.get(1), len(world.log(1))
        for name in names:
            went(world, name)
        done = [event for event in world.log(1)[first:] if event.action is not Action.ATTEMPT]
        assume(world.status(1) is not Status.COMPLETED and all(event.undoes is None for event in done))
        for event in reversed(done):
            world.do(c.Undo.of(event=event.id, reason="by mistake"), BEN)
        after = world.get(1)
        gained = set(after.excluded) - set(before.excluded)
        assert gained <= {
            event.changes["provider_id"][1] for event in done if event.actor == LOOP and event.action is Action.ASSIGN
        }
        same: dict[str, Any] = {"attempt": 0, "attempted_at": None, "parked_at": None, "excluded": (), "acked": False}
        assert replace(untimed(after), **same) == replace(untimed(before), **same)
        assert_sound(world)


OTHERS: dict[str, Callable[[World], c.Command]] = {
    "on": lambda w: c.GoOn.of(provider="mira"),
    "off": lambda w: c.GoOff.of(provider="mira"),
    "break": lambda w: c.TakeBreak.of(provider="mira"),
    "break until": lambda w: c.TakeBreak.of(provider="mira", until=w.now + minutes(10)),
    "rename": lambda w: c.EditProvider.of(provider="mira", name=f"Mira {w.person('mira').version}"),
    "other skills": lambda w: c.EditProvider.of(provider="mira", skills=(), email="mira@example.com", rating=3.0),
    "deactivate": lambda w: c.DeactivateProvider.of(provider="mira"),
    "activate": lambda w: c.ActivateProvider.of(provider="mira"),
    "dearer": lambda w: c.EditService.of(service="plumbing", base_price_cents=w.now.second, priority="HIGH"),
    "close the service": lambda w: c.DeactivateService.of(service="plumbing"),
    "open the service": lambda w: c.ActivateService.of(service="plumbing"),
    "another phone": lambda w: c.EditCustomer.of(customer=1, phone=f"+1202555{1000 + w.now.minute}"),
    "bar the customer": lambda w: c.DeactivateCustomer.of(customer=1),
    "let the customer in": lambda w: c.ActivateCustomer.of(customer=1),
    "more warning": lambda w: c.Configure.of(setting="at_risk_minutes", value=str(5 + w.now.minute)),
    "fail at once": lambda w: c.Configure.of(setting="when_exhausted", value="fail"),
}
TABLES = ("providers", "services", "customers")


def as_it_is(world: World) -> list[object]:
    """Everything but versions and places in the log; the settings as they count."""
    rows = [{**row, "version": 0, "chain": ""} for table in TABLES for row in world.everything()[table]]
    return [*rows, world.engine.views.policy()]


@settings(max_examples=max(12, settings().max_examples // 4))
@given(
    st.lists(st.tuples(st.sampled_from(sorted(OTHERS)), st.sampled_from([0.0, 60.0, 700.0])), max_size=5),
    st.sampled_from(sorted(OTHERS)),
    st.sampled_from([0.0, 300.0]),
)
def test_undo_gives_back_people_services_duty_and_settings(
    furnished: Path, past: list[tuple[str, float]], name: str, waited: float
) -> None:
    with copy_of(furnished) as world:
        for earlier, passed in past:
            world.try_to(OTHERS[earlier](world))
            world.clock.advance(passed)
        before = as_it_is(world)
        assume(world.try_to(OTHERS[name](world)) is None)
        done = world.engine.newest()
        world.clock.advance(waited)
        world.do(c.Undo.of(event=done))
        after = as_it_is(world)
        ends = [row.pop("break_until", None) for rows in (before, after) for row in rows if isinstance(row, dict)]
        assert after == before
        assert all(end is None or end > to_ms(world.now) for end in ends[len(ends) // 2 :])
        assert_sound(world)
