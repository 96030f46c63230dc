"""A new booking, and with it, where nobody is known by that phone or name, a new customer. Pure."""

from typing import Any

from domain import commands as c
from domain import ladder
from domain.actors import Actor, Role
from domain.building import replace
from domain.contact import email_address, phone_number
from domain.decide.facts import Change, Facts
from domain.errors import Duplicate, Forbidden, InvalidInput
from domain.lifecycle import NEW, Action, Standing, Status, Subject, check
from domain.records import Booking, Customer
from domain.slack import promise


def create(command: c.CreateBooking, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """The booking with its first ladder, after the customer's own creation when they are new."""
    check(Subject.BOOKING, Action.CREATE, NEW, actor.role, "A new booking")
    if (existing := facts.taken.get("external_key")) is not None:
        raise Duplicate(f"{command.source} {command.external_key} is booking {existing} already", booking=existing)
    service = facts.service
    if service is None:
        raise InvalidInput("Which service?")
    if not service.active:
        raise InvalidInput(f"{service.name} takes no new bookings: the service is inactive", service=service.name)
    if (command.latitude is None) != (command.longitude is None):
        raise InvalidInput("A place needs both latitude and longitude")
    if (command.source is None) != (command.external_key is None):
        raise InvalidInput("A source needs a key, and a key a source")
    if command.window_end is not None and command.window_end <= facts.now:
        raise InvalidInput("That window has passed", window_end=command.window_end)
    if command.requested_at is not None and command.requested_at > facts.now and command.source is None:
        raise InvalidInput("It cannot have been requested in the future", requested_at=command.requested_at)
    customer, born = _customer(command, actor, facts)
    address = command.address or customer.address
    if address is None:
        raise InvalidInput('An address is needed: at "12 Example St"')
    priority = command.priority or service.priority.priority
    booking = Booking(
        id=facts.new_id(Subject.BOOKING),
        version=1,
        status=Status.PENDING,
        customer_id=customer.id,
        service_id=service.id,
        address=address,
        borough=command.borough or "",
        latitude=command.latitude,
        longitude=command.longitude,
        window_start=command.window_start,
        window_end=command.window_end,
        duration_minutes=service.duration_minutes,
        priority=priority,
        notes=command.notes or "",
        requested_at=command.requested_at or facts.now,
        recorded_at=facts.now,
        promised_at=promise(facts.now, priority, command.window_start, facts.policy),
        status_since=facts.now,
        source=command.source,
        external_key=command.external_key,
    )
    made = Change(
        action=Action.CREATE,
        before=None,
        after=ladder.begin(booking, facts.now, facts.policy),
        details=command.details,
    )
    return (*born, made)


def _customer(command: c.CreateBooking, actor: Actor, facts: Facts) -> tuple[Customer, tuple[Change, ...]]:
    known = facts.customer
    if actor.role is Role.CUSTOMER:
        if command.customer is not None and command.customer != actor.customer_id:
            raise Forbidden("You can book for yourself only", customer=command.customer)
        if command.priority is not None:
            raise Forbidden("The priority is for the dispatcher to set; leave it out")
        if known is None:
            raise InvalidInput(f"There is no customer {actor.id}")
    if known is not None:
        if not known.active:
            raise InvalidInput(f"{known.name} (customer {known.id}) is inactive and cannot book", customer=known.id)
        return _completed(known, command, actor, facts)
    if command.customer_name is None:
        raise InvalidInput('Who is it for? Say for "Name" and a phone, or customer NUMBER')
    born = Customer(
        id=facts.new_id(Subject.CUSTOMER),
        version=1,
        status=Standing.ACTIVE,
        name=command.customer_name,
        phone=phone_number(command.phone, facts.policy.phone_region) if command.phone else None,
        email=email_address(command.email) if command.email else None,
        address=command.address,
    )
    return born, (Change(action=Action.CREATE, before=None, after=born),)


def _completed(
    known: Customer, command: c.CreateBooking, actor: Actor, facts: Facts
) -> tuple[Customer, tuple[Change, ...]]:
    """A known customer, with a phone or email that was missing; one that differs is not changed in passing."""
    given = {
        "phone": phone_number(command.phone, facts.policy.phone_region) if command.phone else None,
        "email": email_address(command.email) if command.email else None,
    }
    missing: dict[str, Any] = {}
    for name, value in given.items():
        present = getattr(known, name)
        if value is None or value == present:
            continue
        if present is not None or actor.role is Role.CUSTOMER:
            raise InvalidInput(
                f"{known.name} (customer {known.id}) has {present or 'no ' + name} on record, not {value}; "
                f"a dispatcher changes it: customer edit {known.id} {name} {value}",
                customer=known.id,
            )
        missing[name] = value
    if not missing:
        return known, ()
    after = replace(known, version=known.version + 1, **missing)
    return after, (Change(action=Action.EDIT, before=known, after=after),)
