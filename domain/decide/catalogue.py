"""What can be booked, and how the room works: services and settings. Pure."""

from typing import Any

from pydantic import ValidationError

from domain import commands as c
from domain.actors import Actor
from domain.building import replace
from domain.decide.facts import Change, Facts
from domain.errors import Duplicate, InvalidInput, NotFound
from domain.lifecycle import NEW, Action, Standing, Subject, check
from domain.policy import Policy
from domain.records import Service, Setting


def create_service(command: c.CreateService, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Something new; names differ in more than case."""
    check(Subject.SERVICE, Action.CREATE, NEW, actor.role, "A new service")
    if facts.service is not None:
        raise Duplicate(f"{facts.service.name} exists already", service=facts.service.name)
    born = Service(
        id=facts.new_id(Subject.SERVICE),
        version=1,
        status=Standing.ACTIVE,
        name=command.service,
        description=command.description or "",
        priority=command.priority,
        base_price_cents=command.base_price_cents,
        duration_minutes=command.duration_minutes,
    )
    return (Change(action=Action.CREATE, before=None, after=born),)


def edit_service(command: c.EditService, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """What is given changes; bookings that exist keep their own priority and duration."""
    service = _service(command, facts)
    check(Subject.SERVICE, Action.EDIT, service.status, actor.role, service.name)
    existing = facts.taken.get("service")
    if existing is not None and existing != service.id:
        raise Duplicate(f"{command.name} exists already", service=command.name)
    after = replace(service, **command.model_dump(exclude={"service"}, exclude_none=True))
    if after == service:
        raise InvalidInput(f"Nothing would change on {service.name}")
    return (Change(action=Action.EDIT, before=service, after=replace(after, version=service.version + 1)),)


def activate_service(
    command: c.ActivateService | c.DeactivateService, actor: Actor, facts: Facts
) -> tuple[Change, ...]:
    """Can be booked again, or takes no new bookings."""
    service = _service(command, facts)
    check(Subject.SERVICE, command.action, service.status, actor.role, service.name)
    status = Standing.ACTIVE if command.action is Action.ACTIVATE else Standing.INACTIVE
    after = replace(service, status=status, version=service.version + 1)
    return (Change(action=command.action, before=service, after=after),)


def configure(command: c.Configure, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """One setting of the room; timers that run keep the time they were set to."""
    before = facts.setting
    check(Subject.SETTING, Action.CONFIGURE, before.status if before else NEW, actor.role, "The settings")
    if command.setting not in Policy.model_fields:
        known = ", ".join(sorted(Policy.model_fields))
        raise InvalidInput(f"There is no setting {command.setting!r}; there are: {known}", setting=command.setting)
    try:
        policy = Policy.model_validate({**facts.policy.model_dump(), command.setting: _value(command)})
    except ValidationError as error:
        raise InvalidInput(
            f"{command.setting} cannot be {command.value!r}: {error.errors()[0]['msg']}", setting=command.setting
        ) from error
    if policy == facts.policy:
        raise InvalidInput(f"{command.setting} is {command.value} already")
    version = before.version + 1 if before else 1
    after = Setting(id=1, version=version, status=Standing.ACTIVE, policy=policy.model_dump(mode="json"))
    return (Change(action=Action.CONFIGURE, before=before, after=after),)


def _value(command: c.Configure) -> Any:
    """A list where the setting is one, else the text, which pydantic reads as the setting's type."""
    if command.setting in {"waits_s", "response_minutes"}:
        return [part.strip() for part in command.value.split(",")]
    return command.value


def _service(command: c.ServiceCommand, facts: Facts) -> Service:
    if facts.service is None:
        raise NotFound(f"There is no service {command.service!r}", service=command.service)
    return facts.service
