"""Reads of the log, each event with the name of what it is about.

Only the views beside it import this module.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select, true

from domain.answers.finding import event_matches
from domain.codec import EVENT
from domain.criteria import EventTraits
from domain.errors import NotFound
from domain.lifecycle import Subject
from domain.policy import Policy
from domain.records import Event
from domain.store.moments import first_event_from, last_event_at
from domain.store.rows import pairs, stored_policy, within
from domain.store.schema import bookings, customers, events, providers, services
from domain.store.snapshot import columns
from domain.store.store import Store
from domain.store.table_pages import page
from domain.views import EventFilter, EventRow

LOOKED_AT_ONCE = 500
MOST_LOOKED_AT = 20_000
"""A search for words looks at so many events at most, the nearest to where its page begins."""
_BEYOND_ALL = 2**62


class LogViews:
    """What happened, and by which settings."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def policy(self) -> Policy:
        """The room's settings."""
        with self._store.read() as connection:
            return stored_policy(connection)

    def last_event(self) -> int:
        """The newest event's number."""
        with self._store.read() as connection:
            return connection.scalar(select(func.max(events.c.id))) or 0

    def events(
        self, which: EventFilter, *, after: int = 0, before: int | None = None, limit: int = 500
    ) -> tuple[EventRow, ...]:
        """Events in rising order."""
        with self._store.read() as connection:
            if not which.words and not which.unless.words:
                return self._named(connection, events_of(connection, which, after, before, limit))
            return self._that_say(connection, which, after, before, limit)

    def _that_say(
        self, connection: Connection, which: EventFilter, after: int, before: int | None, limit: int
    ) -> tuple[EventRow, ...]:
        """Those that say the words: what the log says of an event is no column, so each is looked at."""
        found: list[EventRow] = []
        numbers = numbers_within(connection, which)
        for _ in range(MOST_LOOKED_AT // LOOKED_AT_ONCE):
            rows = self._named(connection, _page(connection, which, numbers, after, before, LOOKED_AT_ONCE))
            fitting = [row for row in rows if event_matches(which, row)]
            found = found + fitting if before is None else fitting + found
            if len(rows) < LOOKED_AT_ONCE or len(found) >= limit:
                break
            after, before = (rows[-1].event.id, None) if before is None else (after, rows[0].event.id)
        return tuple(found[:limit] if before is None else found[-limit:])

    def event(self, number: int) -> EventRow:
        """One event."""
        with self._store.read() as connection:
            row = connection.execute(select(*columns(events, EVENT)).where(events.c.id == number)).first()
            if row is None:
                raise NotFound(f"There is no event {number}", event=number)
            return self._named(connection, [EVENT.decode(row)])[0]

    def stored(self, table: str, *, after: int = 0, limit: int = 500) -> list[dict[str, Any]]:
        """Rows of a whole table by number."""
        with self._store.read() as connection:
            return page(connection, table, after, limit)

    def named(self, log: Sequence[Event]) -> tuple[EventRow, ...]:
        """Events with the names of their subjects."""
        if not log:
            return ()
        with self._store.read() as connection:
            return self._named(connection, log)

    def _named(self, connection: Connection, log: Sequence[Event]) -> tuple[EventRow, ...]:
        def names(subject: Subject, table: Any, column: Any) -> dict[int, Any]:
            wanted = {event.subject_id for event in log if event.subject is subject}
            return dict(pairs(connection, select(table.c.id, column).where(table.c.id.in_(wanted)))) if wanted else {}

        found = {
            Subject.PROVIDER: names(Subject.PROVIDER, providers, providers.c.handle),
            Subject.SERVICE: names(Subject.SERVICE, services, services.c.name),
            Subject.CUSTOMER: names(Subject.CUSTOMER, customers, customers.c.name),
            Subject.SETTING: {1: "settings"},
        }
        wanted = {event.subject_id for event in log if event.subject is Subject.BOOKING}
        owned = (
            select(bookings.c.id, bookings.c.customer_id, providers.c.handle)
            .outerjoin(providers, providers.c.id == bookings.c.provider_id)
            .where(bookings.c.id.in_(wanted))
        )
        owners = {row[0]: (row[1], row[2]) for row in connection.execute(owned)} if wanted else {}
        rows = []
        for event in log:
            if event.subject is Subject.BOOKING:
                customer, holder = owners[event.subject_id]
                rows.append(
                    EventRow(event=event, subject_name=str(event.subject_id), customer_id=customer, holder=holder)
                )
            else:
                rows.append(EventRow(event=event, subject_name=found[event.subject][event.subject_id]))
        return tuple(rows)


def events_of(connection: Connection, which: EventFilter, after: int, before: int | None, limit: int) -> list[Event]:
    """Events in rising order: those above `after`, or with `before` the last ones below it."""
    return _page(connection, which, numbers_within(connection, which), after, before, limit)


def numbers_within(connection: Connection, which: EventFilter) -> range:
    """The numbers among which every event lies that happened within a filter's periods."""
    first = [first_event_from(connection, period.start) for period in which.periods if period.start is not None]
    last = [last_event_at(connection, period.end) for period in which.periods if period.end is not None]
    return range(max(first, default=0), min(last, default=_BEYOND_ALL) + 1)


def _page(
    connection: Connection, which: EventFilter, numbers: range, after: int, before: int | None, limit: int
) -> list[Event]:
    statement = select(*columns(events, EVENT)).where(*_conditions(which)).limit(limit)
    # Bounds are one each: given two on the same side, SQLite goes by whichever it likes.
    if before is not None:
        newest = statement.where(events.c.id < min(before, numbers.stop), events.c.id >= numbers.start)
        return [EVENT.decode(row) for row in reversed(connection.execute(newest.order_by(events.c.id.desc())).all())]
    rising = statement.where(events.c.id > max(after, numbers.start - 1), events.c.id < numbers.stop)
    return [EVENT.decode(row) for row in connection.execute(rising.order_by(events.c.id))]


def _conditions(which: EventFilter) -> list[ColumnElement[bool]]:
    """What a filter demands of an event, words aside."""
    narrowed = EventTraits(
        bookings=frozenset() if which.booking is None else frozenset({which.booking}),
        actors=frozenset() if which.actor is None else frozenset({which.actor}),
    )
    found = [*_traits(narrowed), *_traits(which), *(not_(trait) for trait in _traits(which.unless))]
    if which.action is not None:
        found.append(events.c.action == which.action)
    return found


def _traits(wanted: EventTraits) -> Iterator[ColumnElement[bool]]:
    if wanted.bookings:
        about = events.c.subject_id.in_(sorted(wanted.bookings))
        yield and_(events.c.subject == str(Subject.BOOKING), about)
    if wanted.actions:
        yield events.c.action.in_(sorted(map(str, wanted.actions)))
    if wanted.actors:
        yield or_(*(_by(actor) for actor in sorted(wanted.actors)))
    for period in wanted.periods:
        yield and_(true(), *within(events.c.at, period))


def _by(actor: str) -> ColumnElement[bool]:
    role, _, name = actor.partition(":")
    return and_(events.c.role == role, events.c.actor_id == name) if name else events.c.role == role
