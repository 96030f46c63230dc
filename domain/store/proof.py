"""Feeds the whole log, every row and what is kept beside them to the auditor, from one snapshot.

Only the engine imports this module.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, func, select

from domain.codec import NEVER_WRITTEN, codec_of_type, from_json
from domain.daily import Came
from domain.lifecycle import Subject, edges
from domain.proof.audit import COLUMNS, Auditor, Fault
from domain.proof.checkpoint import Checkpoint, Held
from domain.store.checkpoints import kept
from domain.store.moments import misfits
from domain.store.prepared import is_postgres
from domain.store.schema import answers, daily, events, legal_transition
from domain.store.snapshot import TABLES
from domain.store.store import Store

MANY_WROTE: Final = "many_wrote"
"""What a file knows that was made from a server: the last event from there, where many write at a time."""
_AT_ONCE = 5_000
_ROWS_AT_ONCE = 500
_ANSWERS_AT_ONCE = 100
_NO_NUMBER: Final = 2**63
"""The first that no event can have."""
_LOG = f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY id"
_KINDS = {subject: (table, codec_of_type(record)) for record, (table, subject) in TABLES.items()}


def faults(store: Store, progress: Callable[[int], None], outside: Sequence[Checkpoint] = ()) -> Iterator[Fault]:
    """Every fault of the database, in the order found.

    Args:
        store: The database.
        progress: Told how many events were read so far, every few thousand.
        outside: Checkpoints that were written outside the database.
    """
    taken = 0
    many_wrote = (store.meta(MANY_WROTE) or 0) if store.writes_one_at_a_time else math.inf
    with store.read() as connection:
        auditor = Auditor(Held(kept(connection), outside), rows_of=partial(_rows_of, connection), many_wrote=many_wrote)
        for part in _log(connection):
            for row in part:
                yield from auditor.take(row)
            auditor.let_go()
            taken += len(part)
            progress(taken)
        yield from auditor.checkpoints()
        for table, subject in TABLES.values():
            yield from auditor.rows(subject, connection.scalars(select(table.c.id)))
        yield from auditor.figures(_figures(connection))
        for until, what in misfits(connection):
            yield Fault("times before event", until, what)
        yield from _empty_answers(connection)
        yield from _foreign_edges(connection)
        yield from _dangling(connection)


def _log(connection: Connection) -> Iterator[list[Sequence[Any]]]:
    """Every event, a few thousand at a time, as the driver gives them: half of the time of SQLAlchemy's rows."""
    driver: Any = connection.connection.driver_connection
    # A cursor with a name is one that PostgreSQL's server keeps, which need not send the whole log at once.
    with closing(driver.cursor("log") if is_postgres(driver) else driver.cursor()) as cursor:
        cursor.execute(_LOG)
        while part := cursor.fetchmany(_AT_ONCE):
            yield part


def _rows_of(connection: Connection, subject: Subject, numbers: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows by their numbers, with their stored values by name."""
    table, codec = _KINDS[subject]
    names = [name for name in codec.names if name != "id"]
    rows = f"SELECT id, {', '.join(names)} FROM {table.name} WHERE id IN "
    # As it is stored: SQLite keeps any number in the place of a yes or no, and not all of them are told apart later.
    driver: Any = connection.connection.driver_connection
    mark = "%s" if is_postgres(driver) else "?"
    with closing(driver.cursor()) as cursor:
        for start in range(0, len(numbers), _ROWS_AT_ONCE):
            some = numbers[start : start + _ROWS_AT_ONCE]
            cursor.execute(f"{rows}({', '.join([mark] * len(some))})", some)
            for row in cursor.fetchall():
                yield row[0], dict(zip(names, row[1:], strict=True))


def _figures(connection: Connection) -> Iterator[tuple[Came, int]]:
    place = (daily.c.dimension, daily.c.ref, daily.c.day, daily.c.status)
    for *came, count in connection.execute(select(*place, func.sum(daily.c.count)).group_by(*place)):
        yield Came(*came), count


def _empty_answers(connection: Connection) -> Iterator[Fault]:
    """Answers that were given and name events that are not there: somebody was told of what is gone."""
    given = connection.execute(select(answers.c.key, answers.c.events).order_by(answers.c.key))
    for part in given.partitions(_ANSWERS_AT_ONCE):
        named = {key: _numbers(told) for key, told in part}
        wanted = {number for numbers in named.values() for number in numbers or ()}
        there = {*connection.scalars(select(events.c.id).where(events.c.id.in_(wanted)))}
        for key, numbers in named.items():
            if numbers is None:
                yield Fault("answer", 0, f"what the key {key!r} was answered cannot be read")
            for number in sorted((numbers or set()) - there):
                yield Fault("answer", 0, f"the key {key!r} was answered with event {number}, which is not there")


def _numbers(told: Any) -> set[int] | None:
    """The events that an answer names; None when it names none that there can be."""
    try:
        numbers = {*from_json(told)}
    except NEVER_WRITTEN:
        return None
    return numbers if all(type(number) is int and 0 < number < _NO_NUMBER for number in numbers) else None


def _foreign_edges(connection: Connection) -> Iterator[Fault]:
    """What the database lets happen and the lifecycle does not, or the other way round."""
    held, known = {tuple(row) for row in connection.execute(select(legal_transition))}, {*edges()}
    for edge in sorted(held ^ known):
        yield Fault("lifecycle", 0, f"the database {'permits' if edge in held else 'refuses'} {' '.join(edge)}")


def _dangling(connection: Connection) -> Iterator[Fault]:
    """Rows that refer to something that is not there; the log's own references the auditor has held already."""
    if connection.dialect.name != "sqlite":
        return
    subjects = {table.name: subject for table, subject in TABLES.values()}
    for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        if table in subjects:
            yield Fault(subjects[table], number, f"refers to something in {parent} that is not there")
