"""Which facts a command needs, read inside its transaction, or from a snapshot when it is only weighed.

Only the engine and the views import this module.
"""

from collections.abc import Sequence
from datetime import datetime

from domain import commands as c
from domain.actors import Actor, Role
from domain.contact import phone_number
from domain.decide.facts import Facts
from domain.errors import NotFound
from domain.lifecycle import Subject
from domain.matching import RosterEntry
from domain.records import Booking, Customer, Event, Provider, Service
from domain.store.snapshot import Snapshot
from domain.store.transaction import Transaction


def gather(transaction: Snapshot, command: c.Command, actor: Actor, now: datetime) -> Facts:
    """What is true now, as far as the command needs it.

    Raises:
        NotFound: The command names a booking, provider, service, customer or event that does not exist.
        InvalidInput: It names a customer by something that is no phone number.
    """
    gathered = _Gathering(transaction, now)
    if isinstance(command, c.BookingCommand):
        return gathered.for_booking(command)
    if isinstance(command, c.CreateBooking):
        return gathered.for_creation(command, actor)
    if isinstance(command, c.Undo):
        return gathered.for_undo(command)
    if isinstance(command, c.ProviderCommand):
        return gathered.for_provider(command)
    if isinstance(command, c.ServiceCommand):
        return gathered.for_service(command)
    if isinstance(command, c.Configure):
        return gathered.facts(setting=transaction.setting())
    return gathered.for_customer(command)


def foresee(transaction: Transaction, commands: Sequence[c.Command]) -> None:
    """Have the transaction read what several creations need in one go, and write what they add in one go."""
    if len(commands) < 2 or not all(isinstance(command, c.CreateBooking | c.CreateCustomer) for command in commands):
        return
    new = [command for command in commands if isinstance(command, c.CreateBooking)]
    for service in {command.service for command in new}:
        transaction.service_named(service)
    transaction.take_together(
        {command.customer for command in new if command.customer is not None},
        {
            (command.source, command.external_key)
            for command in new
            if command.source is not None and command.external_key is not None
        },
    )


_Kinds = frozenset[type[c.Command]]
"""Kinds of commands, looked up by `type`: a model takes long over each `isinstance`."""
_WEIGH_THE_HOLDERS_JOBS: _Kinds = frozenset({c.Depart, c.Start, c.Reschedule, c.Override})
"""Decisions that look at what else the booking's provider has; the others are spared the reads."""
_NAME_A_PROVIDER: _Kinds = frozenset({c.Assign, c.ForceAssign, c.Override})


class _Gathering:
    def __init__(self, transaction: Snapshot, now: datetime) -> None:
        self._tx = transaction
        self._now = now

    def facts(self, **known: object) -> Facts:
        return Facts(now=self._now, policy=self._tx.policy(), new_id=self._tx.new_id, **known)  # type: ignore[arg-type]

    def _provider(self, handle: str) -> Provider:
        provider = self._tx.provider_named(handle)
        if provider is None:
            raise NotFound(f"There is no provider {handle!r}", provider=handle)
        return provider

    def _entry_of(self, number: int | None) -> RosterEntry | None:
        provider = self._tx.provider(number) if number is not None else None
        return self._tx.entry(provider) if provider else None

    def _holder(self, booking: Booking, command: c.BookingCommand) -> RosterEntry | None:
        provider = self._tx.provider(booking.provider_id) if booking.provider_id is not None else None
        if provider is None:
            return None
        return self._tx.with_jobs(provider) if type(command) in _WEIGH_THE_HOLDERS_JOBS else RosterEntry(provider)

    def for_booking(self, command: c.BookingCommand) -> Facts:
        booking = self._tx.booking(command.booking)
        if booking is None:
            raise NotFound(f"There is no booking {command.booking}", booking=command.booking)
        kind = type(command)
        handle: str | None = command.provider if kind in _NAME_A_PROVIDER else None  # type: ignore[attr-defined]
        chooses = kind is c.Attempt or (kind is c.Assign and handle is None)
        return self.facts(
            booking=booking,
            holder=self._holder(booking, command),
            target=self._tx.entry(self._provider(handle)) if handle is not None else None,
            roster=self._tx.roster() if chooses else (),
        )

    def for_creation(self, command: c.CreateBooking, actor: Actor) -> Facts:
        taken = {}
        if command.source is not None and command.external_key is not None:
            existing = self._tx.booking_of_key(command.source, command.external_key)
            if existing is not None:
                taken["external_key"] = existing
        return self.facts(service=self._service(command.service), customer=self._customer(command, actor), taken=taken)

    def _service(self, name: str) -> Service:
        service = self._tx.service_named(name)
        if service is None:
            known = ", ".join(sorted(self._tx.service_numbers())[:12]) or "none yet; service new creates one"
            raise NotFound(f"There is no service {name!r}; there are: {known}", service=name)
        return service

    def _customer(self, command: c.CreateBooking, actor: Actor) -> Customer | None:
        number = actor.customer_id if actor.role is Role.CUSTOMER else command.customer
        if number is not None:
            customer = self._tx.customer(number)
            if customer is None:
                raise NotFound(f"There is no customer {number}", customer=number)
            return customer
        if command.phone is not None:
            return self._tx.customer_phoned(phone_number(command.phone, self._tx.policy().phone_region))
        return None

    def for_undo(self, command: c.Undo) -> Facts:
        event = self._tx.event(command.event)
        if event is None:
            raise NotFound(f"There is no event {command.event}", event=command.event)
        subject = self._tx.record(event.subject, event.subject_id)
        before = event.changes.get("provider_id", [None])[0]
        if before is None and isinstance(subject, Booking):
            before = subject.provider_id
        booking = subject if isinstance(subject, Booking) else None
        return self.facts(
            event=event,
            later=self._tx.later(event),
            subject=subject,
            booking=booking,
            target=self._entry_of(before) if event.subject is Subject.BOOKING else None,
            taken=self._taken_meanwhile(event),
        )

    def _taken_meanwhile(self, event: Event) -> dict[str, int]:
        """What an undo would give back that somebody else has got since, and who."""
        phone, email, name = (event.changes.get(field, [None])[0] for field in ("phone", "email", "name"))
        found: dict[str, int | None] = {}
        if event.subject is Subject.CUSTOMER and phone is not None:
            owner = self._tx.customer_phoned(phone)
            found["phone"] = owner.id if owner else None
        if event.subject is Subject.PROVIDER and email is not None:
            found["email"] = self._tx.provider_of_email(email)
        if event.subject is Subject.SERVICE and name is not None:
            service = self._tx.service_named(name)
            found["service"] = service.id if service else None
        return {what: number for what, number in found.items() if number not in {None, event.subject_id}}

    def for_provider(self, command: c.ProviderCommand) -> Facts:
        taken = {}
        email: str | None = getattr(command, "email", None)
        if email and (owner := self._tx.provider_of_email(email)) is not None:
            taken["email"] = owner
        skills: object = getattr(command, "skills", None)
        if isinstance(command, c.CreateProvider):
            existing = self._tx.provider_named(command.provider)
            if existing is not None:
                taken["handle"] = existing.id
            return self.facts(taken=taken, services=self._tx.service_numbers())
        return self.facts(
            provider=self._provider(command.provider),
            taken=taken,
            services=self._tx.service_numbers() if skills is not None else {},
        )

    def for_service(self, command: c.ServiceCommand) -> Facts:
        taken = {}
        new_name = command.name if isinstance(command, c.EditService) else None
        if new_name is not None and (other := self._tx.service_named(new_name)) is not None:
            taken["service"] = other.id
        return self.facts(service=self._tx.service_named(command.service), taken=taken)

    def for_customer(self, command: c.Command) -> Facts:
        taken = {}
        phone: str | None = getattr(command, "phone", None)
        if phone:
            other = self._tx.customer_phoned(phone_number(phone, self._tx.policy().phone_region))
            if other is not None:
                taken["phone"] = other.id
        customer = None
        if isinstance(command, c.CustomerCommand):
            customer = self._tx.customer(command.customer)
            if customer is None:
                raise NotFound(f"There is no customer {command.customer}", customer=command.customer)
        return self.facts(customer=customer, taken=taken)
