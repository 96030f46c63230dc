"""What a decision is taken on, and what it comes to. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound
from domain.lifecycle import Action, Subject, check
from domain.matching import RosterEntry
from domain.policy import Policy
from domain.records import Booking, Customer, Event, Provider, Record, Service, Setting


@dataclass(slots=True, kw_only=True)
class Facts:
    """What is true at one moment, as far as one command needs it.

    Made for each command and let go with its decision: freezing would be a tenth of deciding.

    Attributes:
        new_id: The next free number of a subject.
        booking: The command's booking.
        holder: The provider who has that booking, with their jobs where the decision weighs them.
        target: The provider that the command names (or that an undo would give it back to), with their jobs.
        roster: Everybody, when the command chooses among them.
        service: The service that the command names, or the booking's.
        services: Number by lower-case name, when the command names skills.
        customer: The customer that the command means, by number, phone or name.
        setting: The room's settings row.
        taken: Which unique value of the command exists already, and where.
        event: The event to undo.
        later: What happened to its subject since, oldest first.
    """

    now: datetime
    policy: Policy
    new_id: Callable[[Subject], int]
    booking: Booking | None = None
    holder: RosterEntry | None = None
    target: RosterEntry | None = None
    roster: tuple[RosterEntry, ...] = ()
    service: Service | None = None
    services: Mapping[str, int] = field(default_factory=dict)
    provider: Provider | None = None
    customer: Customer | None = None
    setting: Setting | None = None
    taken: Mapping[str, int] = field(default_factory=dict)
    event: Event | None = None
    later: tuple[Event, ...] = ()
    subject: Record | None = None


@dataclass(slots=True, kw_only=True)
class Change:
    """One event to be: a subject before and after. `after.version` is the one before plus one."""

    action: Action
    before: Record | None
    after: Record
    reason: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    undoes: int | None = None


def authorise(action: Action, actor: Actor, facts: Facts) -> Booking:
    """The booking, if the actor may do this to it by role, ownership and status.

    Raises:
        Forbidden: Not the role, or not their booking.
        IllegalTransition: Not from its present status.
    """
    booking = facts.booking
    if booking is None:
        raise NotFound("No such booking")
    if actor.role is Role.CUSTOMER and booking.customer_id != actor.customer_id:
        raise Forbidden(f"Booking {booking.id} is not yours", booking=booking.id)
    if actor.role is Role.PROVIDER and action is not Action.UNDO:
        holder = facts.holder.provider.handle if facts.holder else None
        if holder != actor.id:
            raise Forbidden(f"Booking {booking.id} is not {actor.id}'s", booking=booking.id)
    check(Subject.BOOKING, action, booking.status, actor.role, f"Booking {booking.id}")
    return booking
