"""`dispatcher events`: the log in print, and as it grows.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import tzinfo
from typing import Any

from tzlocal import get_localzone

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.actors import Actor, Role
from domain.clock import iso
from domain.engine import Engine
from domain.errors import Forbidden
from domain.lifecycle import Subject
from domain.views import EventFilter, EventRow

PAGE = 500
POLL_S = 0.1

Page = tuple[EventRow, ...]


def events(settings: Settings, output: Output, *, booking: int | None, since: int, follow: bool) -> int:
    """Print the log, oldest first.

    Args:
        settings: The database, and who looks: customers and providers see what is theirs.
        output: Where it goes.
        booking: Only this booking's events.
        since: Only events after this one.
        follow: Whether to wait for new ones, until interrupted.

    Raises:
        NotFound: There is no such booking.
        Forbidden: It is somebody else's.
    """
    zone = get_localzone()
    with closing(Engine.open(settings.url)) as engine:
        seen_of = _sight(engine, settings.actor, booking)
        newest = engine.views.last_event()
        for page in _past(engine, booking, since, newest):
            for row in seen_of(page):
                _print(row, output, zone)
        output.flush()
        if follow:
            for page in _coming(engine, max(since, newest)):
                for row in seen_of(tuple(row for row in page if booking in (None, _booking_of(row)))):
                    _print(row, output, zone)
                output.flush()
    return 0


def _past(engine: Engine, booking: int | None, since: int, newest: int) -> Iterator[Page]:
    which = EventFilter(booking=booking)
    while since < newest and (page := engine.views.events(which, after=since, limit=PAGE)):
        yield tuple(row for row in page if row.event.id <= newest)
        since = page[-1].event.id


def _coming(engine: Engine, after: int) -> Iterator[Page]:
    never = threading.Event()
    while True:
        if page := engine.tail(after, PAGE):
            after = page[-1].event.id
            yield page
        else:
            never.wait(POLL_S)


def _booking_of(row: EventRow) -> int | None:
    return row.event.subject_id if row.event.subject is Subject.BOOKING else None


def _sight(engine: Engine, actor: Actor, booking: int | None) -> Callable[[Page], Page]:
    """What the actor may see of a page of the log."""
    asked = None if booking is None else engine.views.booking(booking).booking
    if actor.role is Role.CUSTOMER:
        customer = actor.customer_id
        if asked is not None and asked.customer_id != customer:
            raise Forbidden(f"Booking {booking} is not yours", booking=booking)
        return lambda page: tuple(row for row in page if customer in _customers_of(row))
    if actor.role is Role.PROVIDER:
        provider = engine.views.provider(actor.id).provider.id
        if asked is not None and asked.provider_id != provider:
            raise Forbidden(f"Booking {booking} is not with you", booking=booking)
        return lambda page: _providers_part(engine, page, provider)
    return lambda page: page


def _customers_of(row: EventRow) -> tuple[int | None, ...]:
    return row.customer_id, row.event.subject_id if row.event.subject is Subject.CUSTOMER else None


def _providers_part(engine: Engine, page: Page, provider: int) -> Page:
    """Their own events, those of bookings that are with them, and those by which one came to them or left them."""
    numbers = sorted({number for row in page if (number := _booking_of(row)) is not None})
    theirs = {row.booking.id for row in engine.views.bookings_numbered(numbers) if row.booking.provider_id == provider}

    def is_theirs(row: EventRow) -> bool:
        event = row.event
        if event.subject is Subject.PROVIDER:
            return event.subject_id == provider
        return _booking_of(row) in theirs or provider in event.changes.get("provider_id", ())

    return tuple(filter(is_theirs, page))


def _print(row: EventRow, output: Output, zone: tzinfo) -> None:
    if output.json:
        output.data(as_data(row))
    else:
        output.text(as_text(row, zone))


def as_text(row: EventRow, zone: tzinfo) -> str:
    """One event on one line."""
    event = row.event
    status = event.to_status if event.from_status == event.to_status else f"{event.from_status} → {event.to_status}"
    at = event.at.astimezone(zone)
    parts = [
        f"{event.id:>6}",
        f"{at:%Y-%m-%d %H:%M:%S}",
        f"{event.subject} {row.subject_name}",
        str(event.action),
        status,
        str(event.actor),
    ]
    text = "  ".join(parts)
    return f'{text}  "{event.reason}"'.replace("\n", "␊") if event.reason else text.replace("\n", "␊")


def as_data(row: EventRow) -> dict[str, Any]:
    """One event as an object."""
    event = row.event
    return {
        "event": event.id,
        "at": iso(event.at),
        "subject": str(event.subject),
        "subject_id": event.subject_id,
        "name": row.subject_name,
        "version": event.version,
        "action": str(event.action),
        "from": event.from_status,
        "to": event.to_status,
        "role": str(event.role),
        "actor": event.actor_id,
        "reason": event.reason,
        "line": event.line,
        "changes": event.changes,
        "details": event.details,
        "undoes": event.undoes,
    }
