"""Feeds the whole log and every row to the auditor, from one snapshot. Only the engine imports this module."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select

from domain.audit import Auditor, Fault
from domain.codec import EVENT, codec_of_type
from domain.store.schema import events
from domain.store.snapshot import TABLES, columns
from domain.store.store import Store

_AT_ONCE = 5_000


def faults(store: Store, progress: Callable[[int], None]) -> Iterator[Fault]:
    """Every fault of the database, in the order found.

    Args:
        store: The database.
        progress: Told how many events were read so far, every few thousand.
    """
    auditor = Auditor()
    taken = 0
    with store.read() as connection:
        log = connection.execution_options(yield_per=_AT_ONCE).execute(
            select(*columns(events, EVENT)).order_by(events.c.id)
        )
        for part in log.partitions():
            for row in part:
                yield from auditor.take(EVENT.decode(row))
            taken += len(part)
            progress(taken)
        for record, (table, subject) in TABLES.items():
            codec = codec_of_type(record)
            rows = connection.execute(select(*columns(table, codec)).order_by(table.c.id))
            yield from auditor.rows(subject, codec.names, rows)
        yield from _dangling(connection)


def _dangling(connection: Connection) -> Iterator[Fault]:
    """Rows that refer to something that is not there; the log's own references the auditor has held already."""
    subjects = {table.name: subject for table, subject in TABLES.values()}
    for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        if table in subjects:
            yield Fault(subjects[table], number, f"refers to something in {parent} that is not there")
