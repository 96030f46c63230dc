"""Feeds the whole log, every row and what is kept beside them to the auditor, from one snapshot.

Only the engine imports this module.
"""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, func, select

from domain.codec import codec_of_type
from domain.daily import Came
from domain.proof.audit import COLUMNS, Auditor, Fault
from domain.proof.checkpoint import Checkpoint, Held
from domain.store.checkpoints import kept
from domain.store.schema import daily, events
from domain.store.snapshot import TABLES, columns
from domain.store.store import Store

_AT_ONCE = 5_000


def faults(store: Store, progress: Callable[[int], None], outside: Sequence[Checkpoint] = ()) -> Iterator[Fault]:
    """Every fault of the database, in the order found.

    Args:
        store: The database.
        progress: Told how many events were read so far, every few thousand.
        outside: Checkpoints that were written outside the database.
    """
    taken = 0
    with store.read() as connection:
        auditor = Auditor(Held(kept(connection), outside), one_writer=store.writes_one_at_a_time)
        log = connection.execution_options(yield_per=_AT_ONCE).execute(
            select(*(events.c[name] for name in COLUMNS)).order_by(events.c.id)
        )
        for part in log.partitions():
            for row in part:
                yield from auditor.take(row)
            taken += len(part)
            progress(taken)
        yield from auditor.checkpoints()
        for record, (table, subject) in TABLES.items():
            codec = codec_of_type(record)
            rows = connection.execute(select(*columns(table, codec)).order_by(table.c.id))
            yield from auditor.rows(subject, codec.names, rows)
        yield from auditor.figures(_figures(connection))
        yield from _dangling(connection)


def _figures(connection: Connection) -> Iterator[tuple[Came, int]]:
    place = (daily.c.dimension, daily.c.ref, daily.c.day, daily.c.status)
    for *came, count in connection.execute(select(*place, func.sum(daily.c.count)).group_by(*place)):
        yield Came(*came), count


def _dangling(connection: Connection) -> Iterator[Fault]:
    """Rows that refer to something that is not there; the log's own references the auditor has held already."""
    if connection.dialect.name != "sqlite":
        return
    subjects = {table.name: subject for table, subject in TABLES.values()}
    for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        if table in subjects:
            yield Fault(subjects[table], number, f"refers to something in {parent} that is not there")
