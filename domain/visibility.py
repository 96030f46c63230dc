"""What a role may see. Pure; screens and the shell ask here, and nowhere decide it themselves."""

from dataclasses import replace
from typing import Any

from domain.actors import Actor, Role
from domain.errors import Forbidden
from domain.lifecycle import Subject
from domain.records import Event
from domain.views import BookingFilter, BookingRow, EventRow

_FOR_DISPATCHERS = frozenset({"candidates", "skips", "unskilled", "rule", "promised"})


def sees_everything(actor: Actor) -> bool:
    """Whether nothing is kept from them: admins, and the loop."""
    return actor.role in {Role.ADMIN, Role.SYSTEM}


def may_see_event(actor: Actor, row: EventRow) -> bool:
    """Their own deeds, their own bookings, and what was changed of themselves."""
    if sees_everything(actor) or row.event.actor == actor:
        return True
    if actor.role is Role.CUSTOMER:
        about = row.event.subject_id if row.event.subject is Subject.CUSTOMER else row.customer_id
        return about == actor.customer_id
    return actor.id == (row.subject_name if row.event.subject is Subject.PROVIDER else row.holder)


def details_for(actor: Actor, event: Event) -> dict[str, Any]:
    """What a decision was taken on; who else was weighed is for dispatchers."""
    if sees_everything(actor):
        return event.details
    return {name: value for name, value in event.details.items() if name not in _FOR_DISPATCHERS}


def may_see_booking(actor: Actor, row: BookingRow) -> bool:
    """A customer their own, a provider what they have now or have done."""
    if sees_everything(actor):
        return True
    if actor.role is Role.CUSTOMER:
        return row.booking.customer_id == actor.customer_id
    return row.provider == actor.id


def require_booking(actor: Actor, row: BookingRow) -> BookingRow:
    """The booking, if they may see it.

    Raises:
        Forbidden: It is somebody else's.
    """
    if not may_see_booking(actor, row):
        raise Forbidden(f"Booking {row.booking.id} is not yours", booking=row.booking.id)
    return row


def within(actor: Actor, which: BookingFilter, own_provider_id: int | None) -> BookingFilter:
    """The filter, narrowed to what they may see; a provider who does not exist sees nothing."""
    if actor.role is Role.CUSTOMER:
        return replace(which, customer_id=actor.customer_id)
    if actor.role is Role.PROVIDER:
        return replace(which, provider_id=own_provider_id if own_provider_id is not None else -1)
    return which


def require_admin(actor: Actor, what: str) -> None:
    """Refuse anybody else.

    Raises:
        Forbidden: Not an admin.
    """
    if not sees_everything(actor):
        raise Forbidden(f"{what} is for dispatchers and admins")
