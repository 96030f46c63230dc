"""Which part of the log a time means: the last event that is not later than it, and the first that is not earlier.

Clocks are set back, and on a server they differ: an event may show an earlier time than one before it. Only
`domain.store` imports this module.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Select, column, func, select, table

from domain.clock import to_ms
from domain.store.schema import events
from domain.store.timeindex import STRETCHES

_STRETCHES = table(STRETCHES, column("until"), column("earliest"), column("latest"))


def last_event_at(connection: Connection, moment: datetime) -> int:
    """The last event in the order of the log that is not later than a moment; 0 when there is none."""
    at = to_ms(moment)
    if connection.dialect.name == "sqlite":
        return _last_of_stretches(connection, at)
    return _number(connection, select(func.dispatcher_last_event(at)))


def first_event_from(connection: Connection, moment: datetime) -> int:
    """The first event in the order of the log that is not earlier than a moment; one that is yet to come if none is."""
    before = to_ms(moment) - 1
    if connection.dialect.name == "sqlite":
        return _first_of_stretches(connection, before)
    return _number(connection, select(func.dispatcher_first_event(before)))


def misfits(connection: Connection) -> Iterator[tuple[int, str]]:
    """Where the stretches are not what the log says, so that a time would mean another part of it.

    PostgreSQL keeps its block ranges itself.

    Yields:
        The number up to which a stretch goes, and what is wrong with it.
    """
    if connection.dialect.name != "sqlite":
        return
    of_the_log = select(func.min(events.c.at), func.max(events.c.at))
    begins = 0
    stretches = select(_STRETCHES.c.until, _STRETCHES.c.earliest, _STRETCHES.c.latest).order_by(_STRETCHES.c.until)
    for until, *told in connection.execute(stretches):
        true = connection.execute(of_the_log.where(events.c.id >= begins, events.c.id < until)).one()
        if tuple(told) != tuple(true):
            yield until, f"is kept as from {told[0]} to {told[1]} ms, but the log says from {true[0]} to {true[1]}"
        begins = until


def _number(connection: Connection, statement: Select[int]) -> int:
    return connection.scalar(statement) or 0


def _last_of_stretches(connection: Connection, at: int) -> int:
    """In what lies behind the last stretch, or else in the last stretch that has one."""
    newest_first = select(events.c.id).where(events.c.at <= at).order_by(events.c.id.desc()).limit(1)
    closed = _number(connection, select(func.max(_STRETCHES.c.until)))
    if found := _number(connection, newest_first.where(events.c.id >= closed)):
        return found
    has_one = select(_STRETCHES.c.until).where(_STRETCHES.c.earliest <= at).order_by(_STRETCHES.c.until.desc()).limit(1)
    return _number(connection, newest_first.where(events.c.id < _number(connection, has_one)))


def _first_of_stretches(connection: Connection, before: int) -> int:
    """In the first stretch that has one, or else in what lies behind the last."""
    has_one = select(_STRETCHES.c.until).where(_STRETCHES.c.latest > before).order_by(_STRETCHES.c.until).limit(1)
    earlier = select(func.max(_STRETCHES.c.until))
    if until := _number(connection, has_one):
        earlier = earlier.where(_STRETCHES.c.until < until)
    oldest_first = select(events.c.id).where(events.c.at > before).order_by(events.c.id).limit(1)
    found = _number(connection, oldest_first.where(events.c.id >= _number(connection, earlier)))
    return found or _number(connection, select(func.max(events.c.id))) + 1
