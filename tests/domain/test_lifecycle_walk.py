"""The lifecycle table walked: every action × status × role, allowed or refused, through the engine."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain import commands as c
from domain.actors import LOOP, Actor
from domain.clock import SteppedClock
from domain.errors import DispatchError, Forbidden, IllegalTransition
from domain.lifecycle import RULES, Action, Status, Subject, actions_from, permits
from domain.lifecycle import edges as built_edges
from domain.outcome import Outcome
from domain.records import Absent
from domain.trial import Trial
from tests.conftest import POSTGRES, NewWorld
from tests.domain import expected
from tests.domain.world import ANA, BEN, START, World, assert_sound, customer_actor, minutes, provider_actor

NUMBER = 1
OWN_CUSTOMER, OTHER_CUSTOMER = customer_actor(1), customer_actor(2)
OWN_PROVIDER, OTHER_PROVIDER = provider_actor("mira"), provider_actor("tom")
ACTORS = {
    "the own customer": OWN_CUSTOMER,
    "another customer": OTHER_CUSTOMER,
    "the assigned provider": OWN_PROVIDER,
    "another provider": OTHER_PROVIDER,
    "an admin": ANA,
    "the system": LOOP,
}
FOREIGN = {OTHER_CUSTOMER, OTHER_PROVIDER}
ACTIONS = [action for action in expected.BOOKING_TABLE if action != "create"]


NEEDS: dict[str, dict[str, object]] = {
    **dict.fromkeys(expected.REASON, {"reason": "as agreed"}),
    "force-assign": {"provider": "mira", "reason": "as agreed"},
    "override": {"to": "FAILED", "reason": "as agreed"},
    "no-show": {"absent": "customer"},
    "prioritise": {"priority": 1},
    "note": {"text": "gate code 12"},
}
"""What an action cannot be asked for without."""


def a_command(action: str, world: World) -> c.Command:
    """The action on the booking, with everything that it needs."""
    status = world.status(NUMBER)
    last = [event for event in world.log(NUMBER) if event.action not in {Action.ATTEMPT, Action.NOTE}][-1]
    elsewhere = Status.FAILED if status is not Status.FAILED else Status.PENDING
    later = {"window_start": world.now + minutes(600), "window_end": world.now + minutes(660)}
    made: dict[str, Callable[[], c.Command]] = {
        "attempt": lambda: c.Attempt.of(booking=NUMBER),
        "assign": lambda: c.Assign.of(booking=NUMBER, provider="tom"),
        "force-assign": lambda: c.ForceAssign.of(booking=NUMBER, provider="tom", reason="closest"),
        "accept": lambda: c.Accept.of(booking=NUMBER),
        "reject": lambda: c.Reject.of(booking=NUMBER, reason="too far"),
        "depart": lambda: c.Depart.of(booking=NUMBER),
        "start": lambda: c.Start.of(booking=NUMBER),
        "complete": lambda: c.Complete.of(booking=NUMBER),
        "no-show": lambda: c.NoShow.of(booking=NUMBER, absent=Absent.CUSTOMER),
        "cancel": lambda: c.Cancel.of(booking=NUMBER),
        "force-cancel": lambda: c.ForceCancel.of(booking=NUMBER, reason="not needed"),
        "mark-failed": lambda: c.MarkFailed.of(booking=NUMBER, reason="no parts"),
        "retry": lambda: c.Retry.of(booking=NUMBER),
        "release": lambda: c.Release.of(booking=NUMBER, reason="van broke down"),
        "override": lambda: c.Override.of(booking=NUMBER, to=elsewhere, reason="agreed by phone"),
        "hold": lambda: c.Hold.of(booking=NUMBER, reason="customer asks"),
        "resume": lambda: c.Resume.of(booking=NUMBER),
        "reschedule": lambda: c.Reschedule.of(booking=NUMBER, **later),
        "edit": lambda: c.EditBooking.of(booking=NUMBER, address="14 Example St"),
        "prioritise": lambda: c.Prioritise.of(booking=NUMBER, priority=1),
        "note": lambda: c.Note.of(booking=NUMBER, text="gate code 12"),
        "ack": lambda: c.Ack.of(booking=NUMBER),
        "undo": lambda: c.Undo.of(event=last.id, reason="by mistake"),
    }
    return made[action]()


def prepare(world: World, action: str, role: str) -> None:
    """What an action needs beside the status: a hold to resume, a timer that has run out for the system."""
    may = expected.may(action, world.status(NUMBER), role)
    if action == "resume" and world.status(NUMBER) in expected.HOLDABLE:
        world.do(c.Hold.of(booking=NUMBER, reason="wait", until=world.now + minutes(5)), BEN)
        world.clock.advance(300 if role == expected.SYSTEM else 1)
    if role == expected.SYSTEM and may and action in {"reject", "mark-failed"}:
        world.clock.advance(timedelta(hours=3).total_seconds())


@pytest.fixture(scope="session")
def rooms(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database for each status."""
    folder = tmp_path_factory.mktemp("statuses")
    for status in Status:
        path = folder / f"{status}.db"
        shutil.copyfile(blank, path)
        world = World.open(path, SteppedClock(START))
        furnish(world, status)
        world.close()
    return folder


def furnish(world: World, status: Status) -> None:
    """Booking 1 of customer 1 in a status, by provider mira where somebody had it."""
    world.service()
    world.provider("mira", rating=5.0)
    world.provider("tom")
    world.customer("Cleo Sample")
    world.customer("Dan Sample")
    world.booking(OWN_CUSTOMER)
    if status is Status.CANCELLED:
        world.do(c.Cancel.of(booking=NUMBER), OWN_CUSTOMER)
    elif status is Status.PENDING:
        world.do(c.Prioritise.of(booking=NUMBER, priority=3))
    else:
        world.bring(NUMBER, status)
    assert world.status(NUMBER) is status
    assert_sound(world)


def room_of(status: str, rooms: Path, new_world: NewWorld, tmp_path: Path) -> World:
    path = tmp_path / f"room-{len(list(tmp_path.iterdir()))}.db"
    shutil.copyfile(rooms / f"{status}.db", path)
    return new_world(path, SteppedClock(START))


def expected_to_pass(action: str, status: str, actor: Actor, world: World) -> bool:
    """What the table says of this actor, with `who` and `needs` beyond the role."""
    if actor in FOREIGN or not expected.may(action, status, actor.role):
        return False
    if action == "undo":
        done_by = world.last(NUMBER).actor
        return actor in {ANA, done_by}
    # The loop gives up what nobody was found for, and takes nothing from a provider.
    return not (action == "mark-failed" and actor == LOOP and status in expected.ACTIVE)


@pytest.mark.parametrize("status", expected.STATUSES)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_from_a_status_is_allowed_or_refused_for_each_role_as_the_table_says(
    action: str, status: str, rooms: Path, new_world: NewWorld, tmp_path: Path
) -> None:
    world = room_of(status, rooms, new_world, tmp_path)
    passing = {who for who, actor in ACTORS.items() if expected_to_pass(action, status, actor, world)}
    newest, before = 0, world.everything()
    for who, actor in ACTORS.items():
        if who not in passing:
            prepare(world, action, actor.role)
            command = a_command(action, world)
            if world.engine.newest() != newest:
                newest, before = world.engine.newest(), world.everything()
            refusal = world.try_to(command, actor)
            assert refusal is not None, f"{who} may not {action} a booking that is {status}"
            assert refusal.code in {400, 403, 404, 409}
            assert len(refusal.message) > 15
            if isinstance(refusal, Forbidden | IllegalTransition) and "allowed" in refusal.details:
                allowed = set() if actor in FOREIGN else expected.allowed_now(status, actor.role)
                assert set(refusal.details["allowed"]) == allowed
            assert world.engine.newest() == newest
            if action == "resume":
                assert world.everything() == before
                world = room_of(status, rooms, new_world, tmp_path)
                newest, before = 0, world.everything()
    assert newest == 0 or world.everything() == before
    for who, actor in ACTORS.items():
        if who in passing:
            fresh = room_of(status, rooms, new_world, tmp_path)
            prepare(fresh, action, actor.role)
            versions = len(fresh.log(NUMBER))
            command = a_command(action, fresh)
            refusal = fresh.try_to(command, actor)
            assert refusal is None, f"{who} may {action} a booking that is {status}"
            event = fresh.last(NUMBER)
            written = "assign" if action == "attempt" else action
            assert (event.action, event.from_status, event.actor) == (written, status, actor)
            assert (written, status, event.to_status, actor.role) in expected.edges("booking")
            assert fresh.status(NUMBER) == event.to_status
            assert fresh.get(NUMBER).version == event.version == versions + 1
            assert_sound(fresh)


def tried(action: str, actor: Actor, world: World) -> Outcome | DispatchError:
    """What comes of the action, with what it needs beside the status; all of it is rolled back."""
    now = world.now

    def play(trial: Trial) -> Outcome:
        if action == "resume" and world.status(NUMBER) in expected.HOLDABLE:
            trial.execute(c.Hold.of(booking=NUMBER, reason="wait", until=now + minutes(5)), BEN)
            world.clock.advance(300)
        if action in {"reject", "mark-failed"} and actor == LOOP:
            world.clock.advance(timedelta(hours=3).total_seconds())
        return trial.execute(a_command(action, world), actor)

    try:
        return world.engine.trial(play)
    except DispatchError as refusal:
        return refusal
    finally:
        world.clock.set(now)


@pytest.mark.parametrize("database_kind", [POSTGRES])
@pytest.mark.parametrize("status", Status)
def test_postgresql_allows_and_refuses_the_same_from_each_status(status: Status, world: World) -> None:
    furnish(world, status)
    before = world.everything()
    for action in ACTIONS:
        for who, actor in ACTORS.items():
            came = tried(action, actor, world)
            if not expected_to_pass(action, status, actor, world):
                assert isinstance(came, DispatchError), f"{who} may not {action} a booking that is {status}"
                assert came.code in {400, 403, 404, 409}
            else:
                assert isinstance(came, Outcome), f"{who} may {action} a booking that is {status}: {came}"
                written = "assign" if action == "attempt" else action
                event = came.event
                assert (event.action, event.from_status, event.actor) == (written, status, actor)
                assert (written, status, event.to_status, actor.role) in expected.edges("booking")
    assert world.everything() == before


@pytest.mark.parametrize("status", expected.STATUSES)
def test_a_refusal_by_the_table_says_what_would_be_allowed_now(
    status: str, rooms: Path, new_world: NewWorld, tmp_path: Path
) -> None:
    world = room_of(status, rooms, new_world, tmp_path)
    for actor in (OWN_CUSTOMER, ANA, LOOP):
        for action in ACTIONS:
            if not expected.may(action, status, actor.role):
                refusal = world.try_to(a_command(action, world), actor)
                assert refusal is not None
                assert set(refusal.details["allowed"]) == expected.allowed_now(status, actor.role)


@pytest.mark.parametrize("actor", sorted(FOREIGN, key=str), ids=str)
@pytest.mark.parametrize("status", expected.STATUSES)
def test_nobody_may_do_anything_with_a_booking_that_is_not_theirs(
    status: str, actor: Actor, rooms: Path, new_world: NewWorld, tmp_path: Path
) -> None:
    world = room_of(status, rooms, new_world, tmp_path)
    before = world.everything()
    for action in ACTIONS:
        refusal = world.try_to(a_command(action, world), actor)
        assert refusal is not None
        assert refusal.code in {400, 403}
        assert refusal.details.get("allowed", []) == []
    assert world.everything() == before


@pytest.mark.parametrize(("actor", "may"), [(OWN_CUSTOMER, True), (ANA, True), (OWN_PROVIDER, False), (LOOP, False)])
def test_customers_and_admins_create_bookings_and_nobody_else(world: World, actor: Actor, may: bool) -> None:
    world.service()
    world.customer()
    new = c.CreateBooking.of(service="plumbing", address="12 Example St", customer=1)
    before = world.everything()
    refusal = world.try_to(new, actor)
    assert (refusal is None) == may
    if refusal is not None:
        assert isinstance(refusal, Forbidden)
        assert world.everything() == before
    else:
        event = world.last(1)
        assert (event.action, event.from_status, event.to_status, event.version) == ("create", "NEW", "PENDING", 1)


@pytest.mark.parametrize("target", expected.STATUSES)
@pytest.mark.parametrize("status", expected.STATUSES)
def test_an_admin_may_override_any_status_but_completed_into_any_other(
    status: str, target: str, rooms: Path, new_world: NewWorld, tmp_path: Path
) -> None:
    world = room_of(status, rooms, new_world, tmp_path)
    had = world.holder(NUMBER)
    provider = None if had or target not in (*expected.ACTIVE, "COMPLETED") else "tom"
    refusal = world.try_to(c.Override.of(booking=NUMBER, to=target, provider=provider, reason="agreed by phone"))
    if status in {"COMPLETED", target}:
        assert refusal is not None
        assert world.status(NUMBER) == status
    else:
        assert refusal is None
        assert world.status(NUMBER) == target
        assert world.holder(NUMBER) == (had or provider if target in (*expected.ACTIVE, "COMPLETED") else None)
        assert_sound(world)


def test_a_refusal_of_what_exists_nowhere_is_not_found(world: World) -> None:
    for action in ACTIONS:
        if action != "undo":
            kind = next(one for one in c.BookingCommand.__subclasses__() if one.action == action)
            refusal = world.try_to(kind.of(**{**NEEDS.get(action, {}), "booking": 4711}))
            assert refusal is not None
            assert refusal.code == 404
    missing = world.try_to(c.Undo.of(event=4711))
    assert missing is not None
    assert missing.code == 404


@pytest.mark.parametrize("subject", list(Subject))
def test_the_table_holds_exactly_the_edges_of_the_architecture(subject: Subject) -> None:
    built = {(str(a), s, t, str(r)) for of, a, s, t, r in built_edges() if of is subject}
    assert built == expected.edges(subject)


@pytest.mark.parametrize("subject", list(Subject))
def test_the_database_holds_exactly_the_edges_of_the_architecture(subject: Subject, world: World) -> None:
    rows = world.rows("SELECT action, from_status, to_status, role FROM legal_transition WHERE subject = ?", subject)
    assert {tuple(row.values()) for row in rows} == expected.edges(subject)


def test_the_table_asks_for_a_reason_where_the_architecture_does() -> None:
    assert {str(rule.action) for rule in RULES if rule.reason} == expected.REASON


@pytest.mark.parametrize("status", expected.STATUSES)
@pytest.mark.parametrize("role", expected.ROLES)
def test_what_the_screens_offer_is_what_the_table_allows(status: str, role: str) -> None:
    actor = {"customer": OWN_CUSTOMER, "provider": OWN_PROVIDER, "admin": ANA, "system": LOOP}[role]
    offered = actions_from(Subject.BOOKING, status, actor.role)
    assert {str(action) for action in offered} == expected.allowed_now(status, role)
    assert all(permits(Subject.BOOKING, action, status, actor.role) for action in offered)
