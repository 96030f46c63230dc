"""`dispatcher events`: the log in print, and as it grows.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import tzinfo
from typing import Any

from tzlocal import get_localzone

from dispatcher.output import Output
from dispatcher.pace import Pace
from dispatcher.settings import Settings
from domain.actors import Actor
from domain.answers.reports import event_line
from domain.clock import iso
from domain.engine import Engine
from domain.lifecycle import Subject
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
        for row in log_rows(engine, settings.actor, output, booking=booking, since=since, follow=follow):
            _print(row, settings.actor, output, engine, zone)
    return 0


def log_rows(
    engine: Engine, actor: Actor, output: Output, *, booking: int | None, since: int, follow: bool
) -> Iterator[EventRow]:
    """The log as far as an actor may see it, oldest first, a page at a time; with `follow` it never ends.

    Who follows is told on standard error when what is printed is behind the log, and when it has caught up.

    Raises:
        NotFound: There is no such booking.
        Forbidden: It is somebody else's.
    """
    if booking is not None:
        require_booking(actor, engine.views.booking(booking))
    # Who follows reads everything by the tail: only its order leaves nothing out at the seam of past and coming.
    rows = _followed(engine, since, output) if follow else _past(engine, booking, since, engine.views.last_event())
    for row in rows:
        if booking in (None, _booking_of(row)) and may_see_event(actor, row):
            yield row


def _past(engine: Engine, booking: int | None, since: int, newest: int) -> Iterator[EventRow]:
    which = EventFilter(booking=booking)
    while since < newest and (page := engine.views.events(which, after=since, limit=PAGE)):
        yield from (row for row in page if row.event.id <= newest)
        since = page[-1].event.id


def _followed(engine: Engine, since: int, output: Output) -> Iterator[EventRow]:
    tail = engine.tail(since)
    pace = Pace(tail, output, engine.clock.now)
    while not output.reader_is_gone():
        page = tail.more(PAGE)
        yield from page
        pace.look()
        if not page:
            output.flush()
            tail.wait(POLL_S)
    raise BrokenPipeError


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
