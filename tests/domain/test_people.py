"""Providers and their duty, customers, phone numbers and email addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import LOOP, Actor
from domain.contact import email_address, phone_number
from domain.errors import Duplicate, Forbidden, IllegalTransition, InvalidInput, NotFound, ProviderBusy
from domain.lifecycle import Duty
from tests.domain import expected
from tests.domain.world import ANA, START, World, assert_sound, customer_actor, minutes, provider_actor

BOTH_DATABASES = True

MIRA, TOM = provider_actor("mira"), provider_actor("tom")
DUTY_COMMANDS: dict[str, c.Command] = {
    "on": c.GoOn.of(provider="mira"),
    "off": c.GoOff.of(provider="mira"),
    "break": c.TakeBreak.of(provider="mira"),
    "activate": c.ActivateProvider.of(provider="mira"),
    "deactivate": c.DeactivateProvider.of(provider="mira"),
    "edit": c.EditProvider.of(provider="mira", rating=3.5),
}


@pytest.fixture
def room(world: World) -> World:
    world.service()
    world.service("locks")
    world.provider("mira", on=False)
    world.provider("tom", on=False)
    return world


def put(world: World, duty: str) -> None:
    if duty != "OFF":
        world.do(c.GoOn.of(provider="mira"))
    if duty == "BREAK":
        world.do(c.TakeBreak.of(provider="mira", until=START + minutes(10)))
        world.clock.advance(600)


@pytest.mark.parametrize("duty", expected.DUTIES)
@pytest.mark.parametrize("action", sorted(DUTY_COMMANDS))
def test_duty_is_changed_by_the_provider_an_admin_or_at_the_end_of_a_break_by_the_loop(
    action: str, duty: str, room: World
) -> None:
    put(room, duty)
    edges = expected.edges("provider")
    for actor in (TOM, customer_actor(1), LOOP, MIRA, ANA):  # once taken back, an ended break has no end for the loop
        targets = {to for one, source, to, role in edges if (one, source, role) == (action, duty, actor.role)}
        may = bool(targets) and actor != TOM and action != "activate"
        before = room.everything()
        refusal = room.try_to(DUTY_COMMANDS[action], actor)
        assert (refusal is None) == may, f"{actor} {action} when {duty}: {refusal}"
        if refusal is not None:
            assert refusal.code in {400, 403}
            assert room.everything() == before
        else:
            assert room.person("mira").duty in targets
            last = room.rows("SELECT max(id) AS id FROM events")[0]["id"]
            room.do(c.Undo.of(event=last, reason="next case"))
    assert_sound(room)


def test_present_jobs_stay_when_a_provider_goes_off(room: World) -> None:
    room.do(c.GoOn.of(provider="mira"))
    number = room.booking()
    room.do(c.Assign.of(booking=number, provider="mira"))
    room.by("mira", c.GoOff.of(provider="mira"))
    assert room.holder(number) == "mira"
    assert isinstance(room.try_to(c.Assign.of(booking=room.booking(), provider="mira")), ProviderBusy)


def test_a_break_can_be_made_longer_and_ends_in_the_future_only(room: World) -> None:
    room.do(c.GoOn.of(provider="mira"))
    for length in (5, 20):
        room.by("mira", c.TakeBreak.of(provider="mira", until=START + minutes(length)))
    mira = room.person("mira")
    assert (mira.duty, mira.break_until, mira.duty_since) == (Duty.BREAK, START + minutes(20), START)
    assert isinstance(room.try_to(c.TakeBreak.of(provider="mira", until=START)), InvalidInput)
    assert isinstance(room.try_to(c.GoOn.of(provider="mira"), LOOP), IllegalTransition)


def test_an_inactive_provider_is_off_gets_no_jobs_and_cannot_go_on(room: World) -> None:
    room.do(c.GoOn.of(provider="mira"))
    number = room.booking()
    room.do(c.Assign.of(booking=number, provider="mira"))
    room.do(c.DeactivateProvider.of(provider="mira"))
    mira = room.person("mira")
    assert (mira.duty, mira.active) == (Duty.OFF, False)
    assert room.holder(number) == "mira"
    refusal = room.try_to(c.GoOn.of(provider="mira"), MIRA)
    assert isinstance(refusal, IllegalTransition)
    assert "provider activate mira" in refusal.message
    assert isinstance(room.try_to(c.DeactivateProvider.of(provider="mira")), IllegalTransition)
    room.do(c.ActivateProvider.of(provider="mira"))
    assert isinstance(room.try_to(c.ActivateProvider.of(provider="mira")), IllegalTransition)
    room.do(c.GoOn.of(provider="mira"))


def test_a_new_provider_is_off_duty_with_skills_in_order_and_contact_in_one_form(room: World) -> None:
    room.do(
        c.CreateProvider.of(
            provider="zoe",
            name="Zoe Sample",
            phone="(202) 555-0134",
            email="Zoe@EXAMPLE.com",
            skills=("LOCKS", "plumbing", "locks"),
            rating=4.5,
        )
    )
    zoe = room.person("zoe")
    assert (zoe.duty, zoe.phone, zoe.email) == (Duty.OFF, "+12025550134", "Zoe@example.com")
    assert zoe.skills == (1, 2)


def test_handles_and_email_addresses_are_unique_and_words_of_the_line_are_no_handles(room: World) -> None:
    room.do(c.EditProvider.of(provider="mira", email="mira@example.com"))
    new = {"name": "Other", "skills": ()}
    assert isinstance(room.try_to(c.CreateProvider.of(provider="mira", **new)), Duplicate)
    taken = room.try_to(c.CreateProvider.of(provider="zoe", email="MIRA@example.com", **new))
    assert isinstance(taken, Duplicate)
    assert isinstance(room.try_to(c.EditProvider.of(provider="tom", email="Mira@Example.com")), Duplicate)
    assert isinstance(room.try_to(c.CreateProvider.of(provider="assign", **new)), InvalidInput)
    assert isinstance(room.try_to(c.CreateProvider.of(provider="zoe", name="Zoe", skills=("cooking",))), NotFound)
    room.do(c.EditProvider.of(provider="mira", email="Mira@example.com"))


def test_editing_changes_what_is_given_and_refuses_what_changes_nothing(room: World) -> None:
    before = room.person("mira")
    room.do(c.EditProvider.of(provider="mira", skills=("locks",), latitude=1.0, longitude=2.0))
    after = room.person("mira")
    assert (after.skills, after.latitude, after.name) == ((2,), 1.0, before.name)
    assert isinstance(room.try_to(c.EditProvider.of(provider="mira", skills=("locks",))), InvalidInput)
    assert isinstance(room.try_to(c.EditProvider.of(provider="mira")), InvalidInput)
    assert isinstance(room.try_to(c.EditProvider.of(provider="tom", latitude=1.0)), InvalidInput)
    assert isinstance(room.try_to(c.EditProvider.of(provider="nobody", rating=1)), NotFound)


def test_a_phone_belongs_to_one_customer_however_it_is_written(world: World) -> None:
    first = world.customer(phone="+1 202 555 0101")
    refusal = world.try_to(c.CreateCustomer.of(name="Dan Sample", phone="(202) 555-0101"))
    assert isinstance(refusal, Duplicate)
    assert refusal.details["customer"] == first
    second = world.customer("Dan Sample", phone="+1 202 555 0102")
    assert isinstance(world.try_to(c.EditCustomer.of(customer=second, phone="202-555-0101")), Duplicate)
    world.do(c.EditCustomer.of(customer=first, phone="202-555-0103"))
    world.do(c.EditCustomer.of(customer=second, phone="202-555-0101"))


@pytest.mark.parametrize(
    "command",
    [
        c.CreateCustomer.of(name="Cleo Sample"),
        c.EditCustomer.of(customer=1, name="Cleo Other"),
        c.DeactivateCustomer.of(customer=1),
        c.CreateProvider.of(provider="zoe", name="Zoe Sample"),
        c.EditProvider.of(provider="mira", rating=5),
        c.CreateService.of(service="painting"),
        c.EditService.of(service="plumbing", duration_minutes=5),
        c.DeactivateService.of(service="plumbing"),
        c.Configure.of(setting="at_risk_minutes", value="5"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_people_services_and_settings_are_changed_by_admins_only(command: c.Command, room: World) -> None:
    room.customer()
    before = room.everything()
    actors: tuple[Actor, ...] = (MIRA, customer_actor(1), LOOP)
    for actor in actors:
        refusal = room.try_to(command, actor)
        assert isinstance(refusal, Forbidden)
        assert room.everything() == before
    room.do(command)


def test_an_inactive_customer_does_not_book_and_keeps_their_bookings(room: World) -> None:
    cleo = room.customer()
    number = room.booking(customer=cleo)
    room.do(c.DeactivateCustomer.of(customer=cleo))
    new = c.CreateBooking.of(service="plumbing", customer=cleo, address="12 Example St")
    for actor in (ANA, customer_actor(cleo)):
        refusal = room.try_to(new, actor)
        assert isinstance(refusal, InvalidInput)
        assert "inactive" in refusal.message
    room.do(c.Cancel.of(booking=number), customer_actor(cleo))
    room.do(c.ActivateCustomer.of(customer=cleo))
    room.do(new)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+1 202 555 0134", "+12025550134"),
        ("(202) 555-0134", "+12025550134"),
        ("202.555.0134", "+12025550134"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_a_phone_number_has_one_written_form(written: str, number: str) -> None:
    assert phone_number(written, "US") == number
    assert phone_number(number, "DE") == number


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_phone_number_or_refused_in_a_sentence(text: str) -> None:
    try:
        number = phone_number(text, "US")
    except InvalidInput:
        return
    assert number.startswith("+")
    assert phone_number(number, "US") == number


@given(st.text(max_size=60) | st.emails())
def test_whatever_is_typed_is_an_email_address_or_refused_in_a_sentence(text: str) -> None:
    try:
        address = email_address(text)
    except InvalidInput:
        return
    assert email_address(address) == address


@pytest.mark.parametrize("text", ["", "mira", "mira@", "@example.com", "a b@example.com", "mira@example"])
def test_what_is_no_email_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        email_address(text)


@pytest.mark.parametrize("text", ["", "phone", "12", "+1 202", "1" * 30, "☎"])
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        phone_number(text, "US")
