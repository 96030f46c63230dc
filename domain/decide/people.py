"""Providers and customers: who they are, and whether they work today. Pure."""

from collections.abc import Mapping
from typing import Any

from domain import commands as c
from domain.actors import Actor, Role
from domain.building import replace
from domain.contact import email_address, phone_number
from domain.decide.facts import Change, Facts
from domain.errors import Duplicate, Forbidden, IllegalTransition, InvalidInput, NotFound
from domain.lifecycle import NEW, Action, Duty, Standing, Subject, check
from domain.line.words import RESERVED
from domain.records import Customer, Provider


def create_provider(command: c.CreateProvider, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Somebody new, off duty."""
    check(Subject.PROVIDER, Action.CREATE, NEW, actor.role, "A new provider")
    if command.provider in RESERVED:
        raise InvalidInput(
            f"{command.provider!r} is a word of the line; choose another handle", handle=command.provider
        )
    if (existing := facts.taken.get("handle")) is not None:
        raise Duplicate(f"{command.provider} exists already, as provider {existing}", provider=existing)
    _refuse_taken_email(command.email, facts, None)
    given = command.model_dump(exclude={"provider"}, exclude_none=True)
    born = Provider(
        id=facts.new_id(Subject.PROVIDER),
        version=1,
        duty=Duty.OFF,
        handle=command.provider,
        duty_since=facts.now,
        **_provider_fields(given, facts),
    )
    return (Change(action=Action.CREATE, before=None, after=_whole_place(born)),)


def edit_provider(command: c.EditProvider, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """What is given changes; the rest stays."""
    provider = _provider(command, facts)
    check(Subject.PROVIDER, Action.EDIT, provider.duty, actor.role, provider.handle)
    _refuse_taken_email(command.email, facts, provider.id)
    given = command.model_dump(exclude={"provider"}, exclude_none=True)
    after = _whole_place(replace(provider, **_provider_fields(given, facts)))
    if after == provider:
        raise InvalidInput(f"Nothing would change on {provider.handle}")
    return (_provider_change(Action.EDIT, provider, after),)


def go_on(command: c.GoOn, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """On duty; the loop does it when a break has ended."""
    provider = _own(Action.ON, command, actor, facts)
    if not provider.active:
        raise IllegalTransition(f"{provider.handle} is inactive; provider activate {provider.handle} first")
    if actor.role is Role.SYSTEM and (provider.break_until is None or provider.break_until > facts.now):
        raise IllegalTransition(f"The break of {provider.handle} has not ended", until=provider.break_until)
    return (_duty(Action.ON, provider, Duty.ON, facts),)


def go_off(command: c.GoOff, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Off duty; present jobs stay."""
    return (_duty(Action.OFF, _own(Action.OFF, command, actor, facts), Duty.OFF, facts),)


def take_break(command: c.TakeBreak, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Not available for a while."""
    provider = _own(Action.BREAK, command, actor, facts)
    if command.until is not None and command.until <= facts.now:
        raise InvalidInput("A break cannot end in the past", until=command.until)
    change = _duty(Action.BREAK, provider, Duty.BREAK, facts)
    assert isinstance(change.after, Provider)
    return (replace(change, after=replace(change.after, break_until=command.until)),)


def activate_provider(
    command: c.ActivateProvider | c.DeactivateProvider, actor: Actor, facts: Facts
) -> tuple[Change, ...]:
    """Takes jobs again, or gets no new ones (and is off duty)."""
    provider = _provider(command, facts)
    check(Subject.PROVIDER, command.action, provider.duty, actor.role, provider.handle)
    active = command.action is Action.ACTIVATE
    if provider.active is active:
        raise IllegalTransition(f"{provider.handle} is {'active' if active else 'inactive'} already")
    after = replace(provider, active=active)
    if not active and provider.duty is not Duty.OFF:
        after = replace(after, duty=Duty.OFF, duty_since=facts.now, break_until=None)
    return (_provider_change(command.action, provider, after),)


def create_customer(command: c.CreateCustomer, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Somebody new who books; a phone belongs to one customer."""
    check(Subject.CUSTOMER, Action.CREATE, NEW, actor.role, "A new customer")
    if (existing := facts.taken.get("phone")) is not None:
        raise Duplicate(f"{command.phone} is customer {existing}'s already", customer=existing, field="phone")
    given = command.model_dump(exclude_none=True)
    born = Customer(
        id=facts.new_id(Subject.CUSTOMER), version=1, status=Standing.ACTIVE, **_contact_fields(given, facts)
    )
    return (Change(action=Action.CREATE, before=None, after=born),)


def edit_customer(command: c.EditCustomer, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """What is given changes; the rest stays."""
    customer = _customer(facts)
    check(Subject.CUSTOMER, Action.EDIT, customer.status, actor.role, f"Customer {customer.id}")
    existing = facts.taken.get("phone")
    if existing is not None and existing != customer.id:
        raise Duplicate(f"{command.phone} is customer {existing}'s already", customer=existing, field="phone")
    given = command.model_dump(exclude={"customer"}, exclude_none=True)
    after = replace(customer, **_contact_fields(given, facts))
    if after == customer:
        raise InvalidInput(f"Nothing would change on customer {customer.id}")
    return (Change(action=Action.EDIT, before=customer, after=replace(after, version=customer.version + 1)),)


def activate_customer(
    command: c.ActivateCustomer | c.DeactivateCustomer, actor: Actor, facts: Facts
) -> tuple[Change, ...]:
    """May book again, or not."""
    customer = _customer(facts)
    check(Subject.CUSTOMER, command.action, customer.status, actor.role, f"Customer {customer.id}")
    status = Standing.ACTIVE if command.action is Action.ACTIVATE else Standing.INACTIVE
    after = replace(customer, status=status, version=customer.version + 1)
    return (Change(action=command.action, before=customer, after=after),)


def _provider(command: c.ProviderCommand, facts: Facts) -> Provider:
    if facts.provider is None:
        raise NotFound(f"There is no provider {command.provider!r}", provider=command.provider)
    return facts.provider


def _customer(facts: Facts) -> Customer:
    if facts.customer is None:
        raise NotFound("There is no such customer")
    return facts.customer


def _own(action: Action, command: c.ProviderCommand, actor: Actor, facts: Facts) -> Provider:
    provider = _provider(command, facts)
    if actor.role is Role.PROVIDER and actor.id != provider.handle:
        raise Forbidden(f"{actor.id} cannot speak for {provider.handle}")
    check(Subject.PROVIDER, action, provider.duty, actor.role, provider.handle)
    return provider


def _duty(action: Action, provider: Provider, duty: Duty, facts: Facts) -> Change:
    since = provider.duty_since if duty is provider.duty else facts.now
    return _provider_change(action, provider, replace(provider, duty=duty, duty_since=since, break_until=None))


def _provider_change(action: Action, before: Provider, after: Provider) -> Change:
    return Change(action=action, before=before, after=replace(after, version=before.version + 1))


def _whole_place(provider: Provider) -> Provider:
    if (provider.latitude is None) != (provider.longitude is None):
        raise InvalidInput("A place needs both latitude and longitude")
    return provider


def _contact_fields(given: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    fields = dict(given)
    if "phone" in fields:
        fields["phone"] = phone_number(fields["phone"], facts.policy.phone_region)
    if "email" in fields:
        fields["email"] = email_address(fields["email"])
    return fields


def _provider_fields(given: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    fields = _contact_fields(given, facts)
    if "skills" in fields:
        fields["skills"] = tuple(sorted({_skill(name, facts) for name in fields["skills"]}))
    return fields


def _skill(name: str, facts: Facts) -> int:
    number = facts.services.get(name.lower())
    if number is None:
        raise NotFound(f"There is no service {name!r}; service new creates one", service=name)
    return number


def _refuse_taken_email(email: str | None, facts: Facts, own: int | None) -> None:
    existing = facts.taken.get("email") if email else None
    if existing is not None and existing != own:
        raise Duplicate(f"{email} is provider {existing}'s already", provider=existing, field="email")
