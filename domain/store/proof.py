"""Feeds the whole log, every row and what is kept beside them to the auditor, from one snapshot.

Only the engine imports this module.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Integer, func, select, type_coerce

from domain.codec import codec_of_type
from domain.daily import Came
from domain.lifecycle import Subject, edges
from domain.proof.audit import COLUMNS, Auditor, Fault
from domain.proof.checkpoint import Checkpoint, Held
from domain.store.checkpoints import kept
from domain.store.moments import misfits
from domain.store.prepared import is_postgres
from domain.store.schema import daily, legal_transition
from domain.store.snapshot import TABLES
from domain.store.store import Store

MANY_WROTE: Final = "many_wrote"
"""What a file knows that was made from a server: the last event from there, where many write at a time."""
_AT_ONCE = 5_000
_ROWS_AT_ONCE = 500
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
    # As it is stored: SQLite keeps any number in the place of a yes or no, and not all of them are told apart then.
    columns = (table.c[name] for name in names)
    plain = (type_coerce(column, Integer) if isinstance(column.type, Boolean) else column for column in columns)
    rows = select(table.c.id, *plain)
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        for row in connection.execute(rows.where(table.c.id.in_(numbers[start : start + _ROWS_AT_ONCE]))):
            number, *values = row
            yield number, dict(zip(names, values, strict=True))


def _figures(connection: Connection) -> Iterator[tuple[Came, int]]:
    place = (daily.c.dimension, daily.c.ref, daily.c.day, daily.c.status)
    for *came, count in connection.execute(select(*place, func.sum(daily.c.count)).group_by(*place)):
        yield Came(*came), count


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
