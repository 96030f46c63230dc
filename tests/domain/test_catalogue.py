"""New bookings, services, and the settings of the room."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.decide import decide
from domain.decide.facts import Facts
from domain.errors import DispatchError, Duplicate, Forbidden, IllegalTransition, InvalidInput, NotFound
from domain.lifecycle import Status
from domain.policy import Policy
from domain.records import Urgency
from tests.conftest import SOAK
from tests.domain.world import ANA, START, World, assert_sound, customer_actor, minutes

BOTH_DATABASES = SOAK


@pytest.fixture
def room(world: World) -> World:
    world.service("plumbing", priority="HIGH", duration_minutes=90, base_price_cents=12_000)
    return world


def test_a_new_booking_is_pending_with_its_first_attempt_due_at_once(room: World) -> None:
    number = room.booking()
    booking = room.get(number)
    assert (booking.id, booking.version, booking.status) == (1, 1, Status.PENDING)
    assert (booking.priority, booking.duration_minutes) == (1, 90)
    assert (booking.attempt, booking.attempt_at) == (0, START)
    assert booking.requested_at == booking.recorded_at == booking.status_since == START
    assert booking.promised_at == START + minutes(60)
    assert booking.give_up_at == START + minutes(120)


@pytest.mark.parametrize(("urgency", "priority", "promise"), [("HIGH", 1, 60), ("MEDIUM", 2, 120), ("LOW", 3, 240)])
def test_priority_and_promise_come_from_the_service(world: World, urgency: str, priority: int, promise: int) -> None:
    world.service(priority=urgency)
    booking = world.get(world.booking())
    assert (booking.priority, booking.promised_at) == (priority, START + minutes(promise))


def test_a_window_is_its_own_promise(room: World) -> None:
    booking = room.get(room.booking(**room.window(60, 120)))
    assert (booking.on_demand, booking.promised_at, booking.give_up_at) == (
        False,
        START + minutes(60),
        START + minutes(120),
    )


def test_a_new_customer_is_made_and_one_with_that_phone_is_found(room: World) -> None:
    first = room.booking(customer_name="Cleo Sample", phone="202 555 0101", email="cleo@example.com")
    second = room.booking(customer_name="C. Sample", phone="+1 (202) 555-0101")
    third = room.booking(customer_name="Cleo Sample")
    customers = [room.get(number).customer_id for number in (first, second, third)]
    assert customers == [1, 1, 2]
    cleo = room.engine.views.customer(1)
    assert (cleo.name, cleo.phone, cleo.email) == ("Cleo Sample", "+12025550101", "cleo@example.com")
    assert [row["subject"] for row in room.rows("SELECT subject FROM events WHERE id > 1 ORDER BY id")] == [
        "customer",
        "booking",
        "booking",
        "customer",
        "booking",
    ]


def test_a_customer_books_for_themselves_at_their_own_address_without_a_priority(room: World) -> None:
    cleo, dan = room.customer(), room.customer("Dan Sample")
    outcome = room.do(c.CreateBooking.of(service="plumbing"), customer_actor(cleo))
    assert outcome.booking is not None
    assert room.get(outcome.booking).address == "12 Example St"
    for fields in ({"customer": dan}, {"priority": 1}):
        refusal = room.try_to(c.CreateBooking.of(service="plumbing", **fields), customer_actor(cleo))
        assert isinstance(refusal, Forbidden)
    assert isinstance(room.try_to(c.CreateBooking.of(service="plumbing"), customer_actor(99)), NotFound)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"service": "cooking"}, NotFound),
        ({"customer": 99}, NotFound),
        ({"latitude": 1.0}, InvalidInput),
        ({"source": "file"}, InvalidInput),
        ({"window_start": START - minutes(120), "window_end": START - minutes(60)}, InvalidInput),
        ({"requested_at": START + minutes(1)}, InvalidInput),
        ({"phone": "no number"}, InvalidInput),
        ({"email": "nobody"}, InvalidInput),
        ({"address": None}, InvalidInput),
        ({"customer_name": None}, InvalidInput),
    ],
    ids=str,
)
def test_a_booking_is_refused_and_nothing_is_made(
    room: World, fields: dict[str, object], kind: type[DispatchError]
) -> None:
    before = room.everything()
    usual: dict[str, object] = {"service": "plumbing", "address": "12 Example St", "customer_name": "Cleo Sample"}
    if "customer" in fields:
        usual.pop("customer_name")
    refusal = room.try_to(c.CreateBooking.of(**(usual | fields)))
    assert isinstance(refusal, kind)
    assert room.everything() == before


def test_an_inactive_service_takes_no_new_bookings_and_present_ones_go_on(room: World) -> None:
    room.provider()
    number = room.booking()
    room.do(c.DeactivateService.of(service="PLUMBING"))
    refusal = room.try_to(c.CreateBooking.of(service="plumbing", customer_name="Cleo", address="12 Example St"))
    assert isinstance(refusal, InvalidInput)
    room.bring(number, Status.COMPLETED)
    assert isinstance(room.try_to(c.DeactivateService.of(service="plumbing")), IllegalTransition)
    room.do(c.ActivateService.of(service="plumbing"))
    room.booking()


def test_a_source_and_its_key_make_one_booking(room: World) -> None:
    number = room.booking(source="file", external_key="7", requested_at=START - timedelta(days=3))
    assert room.get(number).requested_at == START - timedelta(days=3)
    assert room.get(number).promised_at == START + minutes(60)
    new = c.CreateBooking.of(service="plumbing", address="x", customer_name="Dan", source="file", external_key="7")
    refusal = room.try_to(new)
    assert isinstance(refusal, Duplicate)
    assert refusal.details["booking"] == number
    room.booking(source="file", external_key="8")
    room.booking(source="other", external_key="7")


def test_many_at_once_are_written_but_for_those_refused(room: World) -> None:
    good = c.CreateBooking.of(service="plumbing", address="x", customer_name="Cleo")
    bad = c.CreateBooking.of(service="cooking", address="x", customer_name="Cleo")
    results = room.engine.execute_all([good, bad, good, bad, good], ANA)
    assert [isinstance(result, DispatchError) for result in results] == [False, True, False, True, False]
    for table in ("bookings", "customers"):
        assert [row["id"] for row in room.rows(f"SELECT id FROM {table} ORDER BY id")] == [1, 2, 3]
    assert_sound(room)


# Services.


def test_service_names_differ_in_more_than_case(room: World) -> None:
    assert isinstance(room.try_to(c.CreateService.of(service="Plumbing")), Duplicate)
    room.service("locks")
    assert isinstance(room.try_to(c.EditService.of(service="locks", name="PLUMBING")), Duplicate)
    room.do(c.EditService.of(service="plumbing", name="Plumbing"))
    assert isinstance(room.try_to(c.EditService.of(service="cooking", name="x")), NotFound)


def test_service_names_beyond_ascii_differ_in_more_than_case_too(room: World) -> None:
    room.service("Électricité")
    assert isinstance(room.try_to(c.CreateService.of(service="électricité")), Duplicate)
    room.provider("zoe", "ÉLECTRICITÉ")
    room.booking(service="éLECTRICITÉ")


def test_bookings_keep_the_duration_and_priority_they_were_made_with(room: World) -> None:
    number = room.booking()
    room.do(c.EditService.of(service="plumbing", duration_minutes=5, priority=Urgency.LOW))
    assert (room.get(number).duration_minutes, room.get(number).priority) == (90, 1)
    assert isinstance(room.try_to(c.EditService.of(service="plumbing", duration_minutes=5)), InvalidInput)


@pytest.mark.parametrize(
    "fields",
    [{"base_price_cents": -1}, {"duration_minutes": 0}, {"duration_minutes": -5}, {"priority": "URGENT"}, {"name": ""}],
    ids=str,
)
def test_a_service_cannot_have(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        c.EditService.of(service="plumbing", **fields)


# What commands take at all.


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\x1bb", "a\u202eb", "x" * 10_000, "\ud800"])
def test_text_that_says_nothing_or_hides_something_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        c.Note.of(booking=1, text=text)
    with pytest.raises(InvalidInput):
        c.CreateBooking.of(service="plumbing", address=text)


@pytest.mark.parametrize("text", ["[red]x[/]", "שלום עולם", "🚰 leak", "two\nlines", "'; DROP TABLE bookings; --"])
def test_any_other_text_is_kept_as_it_is(room: World, text: str) -> None:
    number = room.booking()
    room.do(c.Note.of(booking=number, text=text))
    assert room.get(number).notes == text


@given(st.integers())
def test_numbers_of_bookings_are_from_1_on(number: int) -> None:
    if 1 <= number < 2**53:
        assert c.Accept.of(booking=number).booking == number
    else:
        with pytest.raises(InvalidInput):
            c.Accept.of(booking=number)


def test_a_window_has_two_ends_the_later_last() -> None:
    for times in (
        {"window_start": START},
        {"window_end": START},
        {"window_start": START, "window_end": START},
        {"window_start": START, "window_end": START - minutes(1)},
        {"window_start": START.replace(tzinfo=None), "window_end": START.replace(tzinfo=None) + minutes(1)},
    ):
        with pytest.raises(InvalidInput):
            c.Reschedule.of(booking=1, **times)


# The settings of the room.


def test_a_setting_holds_from_then_on_and_for_every_console(room: World) -> None:
    room.configure("offer_timeout_s", 60)
    room.configure("waits_s", "0, 10")
    room.configure("response_minutes", "10,20,30,40")
    policy = room.engine.views.policy()
    assert (policy.offer_timeout_s, policy.waits_s, policy.attempts) == (60, (0, 10), 2)
    number = room.booking()
    assert room.get(number).promised_at == START + minutes(10)
    room.tick()
    assert room.get(number).attempt_at == START + timedelta(seconds=10)
    event = room.rows("SELECT subject, action, from_status, to_status, version FROM events WHERE subject = 'setting'")
    assert [tuple(row.values()) for row in event] == [
        ("setting", "configure", "NEW", "ACTIVE", 1),
        ("setting", "configure", "ACTIVE", "ACTIVE", 2),
        ("setting", "configure", "ACTIVE", "ACTIVE", 3),
    ]
    assert_sound(room)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("colour", "red"),
        ("waits_s", "0,-1"),
        ("waits_s", "soon"),
        ("waits_s", ","),
        ("offer_timeout_s", "0"),
        ("offer_timeout_s", "nan"),
        ("give_up_after_s", "inf"),
        ("when_exhausted", "shrug"),
        ("response_minutes", "1,2,3"),
        ("travel_kmh", "0"),
        ("phone_region", "us"),
        ("at_risk_minutes", "15"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(room: World, setting: str, value: str) -> None:
    before = room.everything()
    refusal = room.try_to(c.Configure.of(setting=setting, value=value))
    assert isinstance(refusal, InvalidInput)
    assert room.everything() == before


@given(st.sampled_from(sorted(Policy.model_fields)), st.text(min_size=1, max_size=20))
def test_no_setting_takes_just_any_text(setting: str, value: str) -> None:
    facts = Facts(now=START, policy=Policy(), new_id=lambda _: 1)
    try:
        (change,) = decide(c.Configure.of(setting=setting, value=value), ANA, facts)
    except InvalidInput:
        return
    Policy.model_validate(change.after.policy)  # type: ignore[union-attr]
