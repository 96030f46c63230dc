"""`dispatcher events`: the log in print, and as it grows.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import tzinfo
from typing import Any

from tzlocal import get_localzone

from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.actors import Actor
from domain.clock import iso
from domain.engine import Engine
from domain.lifecycle import Subject
from domain.reports import event_line
from domain.views import EventFilter, EventRow
from domain.visibility import details_for, may_see_event, require_booking

PAGE = 500
POLL_S = 0.1


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
        if booking is not None:
            require_booking(settings.actor, engine.views.booking(booking))
        newest = engine.views.last_event()
        for row in _past(engine, booking, since, newest):
            if may_see_event(settings.actor, row):
                _print(row, settings.actor, output, engine, zone)
        output.flush()
        if follow:
            for row in _coming(engine, max(since, newest), output):
                if booking in (None, _booking_of(row)) and may_see_event(settings.actor, row):
                    _print(row, settings.actor, output, engine, zone)
                    output.flush()
    return 0


def _past(engine: Engine, booking: int | None, since: int, newest: int) -> Iterator[EventRow]:
    which = EventFilter(booking=booking)
    while since < newest and (page := engine.views.events(which, after=since, limit=PAGE)):
        yield from (row for row in page if row.event.id <= newest)
        since = page[-1].event.id


def _coming(engine: Engine, after: int, output: Output) -> Iterator[EventRow]:
    never = threading.Event()
    while True:
        if output.reader_is_gone():
            raise BrokenPipeError
        if engine.newest() <= after:
            never.wait(POLL_S)
            continue
        page = engine.tail(after, PAGE)
        yield from page
        after = page[-1].event.id


def _booking_of(row: EventRow) -> int | None:
    return row.event.subject_id if row.event.subject is Subject.BOOKING else None


def _print(row: EventRow, actor: Actor, output: Output, engine: Engine, zone: tzinfo) -> None:
    if output.json:
        output.data(as_data(row, actor))
    else:
        output.text(event_line(row, engine.clock.now(), zone))


def as_data(row: EventRow, actor: Actor) -> dict[str, Any]:
    """One event as an object, as far as the actor may see it."""
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
        "details": details_for(actor, event),
        "undoes": event.undoes,
    }
