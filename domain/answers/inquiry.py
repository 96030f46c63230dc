"""Finds what a `why` is about, and has it explained as far as the asker may see it. Pure but for the views it asks.

`domain/speak.py` imports this module.
"""

from collections.abc import Sequence
from contextlib import suppress

from domain.answers.why import Explanation, Teller
from domain.criteria import EventFilter
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.lifecycle import Action, Subject
from domain.line.context import Context
from domain.line.queries import WhyAsked
from domain.records import Event
from domain.views import BookingRow, EventRow, ProviderRow, Reads
from domain.visibility import details_for, may_see_event, require_admin, require_booking, sees_everything

_LAST = 2**62
_PAGE = 500


def explained(
    query: WhyAsked, context: Context, views: Reads, roster: Sequence[ProviderRow]
) -> tuple[Explanation, int | None]:
    """The answer, and the booking that it is about.

    Args:
        query: What is asked. A bare number is a booking's if there is one of that number, else an event's.
        context: Who asks, when and where, and what is selected.
        views: To look it up, now or as it was; nothing later than that is told.
        roster: Every provider, for the names.

    Raises:
        NotFound: There is no such booking or event.
        Forbidden: It is not theirs to see.
        InvalidInput: Nothing was named, and nothing is selected.
    """
    teller = Teller(
        {row.provider.id: row.provider for row in roster},
        {number: name for name, number in context.directory.services.items()},
        context.now,
        context.zone,
        sees_others=sees_everything(context.actor),
    )
    if query.provider is not None:
        require_admin(context.actor, "Who was weighed, and why not,")
        if query.provider not in context.directory.handles:
            raise NotFound(f"There is no provider {query.provider!r}", provider=query.provider)
    if query.event is not None:
        return _event(_event_numbered(query.event, views, "no event"), query.provider, context, views, teller)
    number = query.number if query.number is not None else context.selected
    if number is None:
        raise InvalidInput("Why what? Name a booking or an event, as in: why 214, why event 8841")
    row = _booking(number, views)
    if row is None:
        row_of_event = _event_numbered(number, views, "neither a booking nor an event")
        return _event(row_of_event, query.provider, context, views, teller)
    require_booking(context.actor, row)
    log = views.events(EventFilter(booking=number), before=_LAST, limit=_PAGE)
    if query.provider is not None:
        return teller.provider(row, log, query.provider), number
    answer = teller.booking(row, log, views.policy().attempts)
    return _with_hint(answer, number, context, views) if query.number is not None else answer, number


def _booking(number: int, views: Reads) -> BookingRow | None:
    with suppress(NotFound):
        return views.booking(number)
    return None


def _event_numbered(number: int, views: Reads, nothing: str) -> EventRow:
    for row in views.events(EventFilter(), after=number - 1, limit=1):
        if row.event.id == number:
            return row
    raise NotFound(f"There is {nothing} {number}", event=number)


def _with_hint(answer: Explanation, number: int, context: Context, views: Reads) -> Explanation:
    """A number that an event has too: say which was meant, and how to ask for the other."""
    with suppress(NotFound):
        if may_see_event(context.actor, _event_numbered(number, views, "no event")):
            hint = f"{'':<11}this is booking {number}; the event of that number: why event {number}"
            return Explanation(answer.text, (*answer.lines, hint), answer.data)
    return answer


def _event(
    row: EventRow, provider: str | None, context: Context, views: Reads, teller: Teller
) -> tuple[Explanation, int | None]:
    event = row.event
    if not may_see_event(context.actor, row):
        raise Forbidden(f"Event {event.id} is not yours to see", event=event.id)
    booking = event.subject_id if event.subject is Subject.BOOKING else None
    if provider is None:
        return teller.event(row, details_for(context.actor, event), _undone_by(event, views)), booking
    if booking is None:
        raise InvalidInput(f"Event {event.id} is about no booking: nobody was weighed", event=event.id)
    log = views.events(EventFilter(booking=booking), before=event.id + 1, limit=_PAGE)
    return teller.provider(views.booking(booking), log, provider), booking


def _undone_by(event: Event, views: Reads) -> Event | None:
    """The event that took it back; what is no booking is looked for among all that was taken back since."""
    which = EventFilter(booking=event.subject_id) if event.subject is Subject.BOOKING else EventFilter(action=_UNDO)
    later: Sequence[EventRow] = views.events(which, after=event.id, limit=_PAGE)
    return next((row.event for row in later if row.event.undoes == event.id), None)


_UNDO = str(Action.UNDO)
