"""Reads of the log, each event with the name of what it is about.

Only the views beside it import this module.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from domain.codec import EVENT
from domain.errors import NotFound
from domain.lifecycle import Subject
from domain.policy import Policy
from domain.records import Event
from domain.store.rows import pairs, stored_policy
from domain.store.schema import bookings, customers, events, providers, services
from domain.store.snapshot import columns
from domain.store.store import Store
from domain.views import EventFilter, EventRow


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
            return self._named(connection, events_of(connection, which, after, before, limit))

    def event(self, number: int) -> EventRow:
        """One event."""
        with self._store.read() as connection:
            row = connection.execute(select(*columns(events, EVENT)).where(events.c.id == number)).first()
            if row is None:
                raise NotFound(f"There is no event {number}", event=number)
            return self._named(connection, [EVENT.decode(row)])[0]

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
    statement = select(*columns(events, EVENT)).limit(limit)
    if which.booking is not None:
        statement = statement.where(events.c.subject == str(Subject.BOOKING), events.c.subject_id == which.booking)
    if which.action is not None:
        statement = statement.where(events.c.action == which.action)
    if which.actor is not None:
        role, _, name = which.actor.partition(":")
        statement = statement.where(events.c.role == role)
        if name:
            statement = statement.where(events.c.actor_id == name)
    if before is not None:
        newest = statement.where(events.c.id < before).order_by(events.c.id.desc())
        return [EVENT.decode(row) for row in reversed(connection.execute(newest).all())]
    rising = statement.where(events.c.id > after).order_by(events.c.id)
    return [EVENT.decode(row) for row in connection.execute(rising)]
