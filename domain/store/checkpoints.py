"""Taking checkpoints, and reading those that were taken.

Only `domain.store` and the engine import this module.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.clock import from_ms
from domain.codec import NEVER_WRITTEN
from domain.errors import StoreUnavailable
from domain.proof.chain import START, digest
from domain.proof.checkpoint import Checkpoint, is_due
from domain.store.schema import checkpoints, events
from domain.store.store import Store

_AT_ONCE = 10_000
_WRITERS_END_WITHIN_MS = 500
_COLUMNS = (checkpoints.c.id, checkpoints.c.at, checkpoints.c.events, checkpoints.c.last_event, checkpoints.c.digest)


def take_when_due(store: Store, now: datetime) -> Checkpoint | None:
    """Take one if the last is old or far behind; None otherwise."""
    with store.read() as connection:
        last = newest(connection)
    return take(store, now) if is_due(last, store.newest(), now) else None


def take(store: Store, now: datetime) -> Checkpoint | None:
    """Take one over everything so far, and keep it.

    The events since the last one are read without keeping writers out: none is ever added among those that a snapshot
    shows. On PostgreSQL, where a number may be taken before an earlier one is committed, the snapshot waits for whoever
    is writing, though not for long: whoever comes to write waits behind it.

    Returns:
        The checkpoint; None when the newest covers everything, or somebody else was taking one.
    """
    with store.read() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_WRITERS_END_WITHIN_MS}")
            connection.exec_driver_sql("LOCK TABLE events IN SHARE MODE")
        last = newest(connection)
        found = _carried_on(connection, last, now)
    if found is None:
        return None
    with store.write() as transaction:
        return found if transaction.keep_checkpoint(found) else None


def newest(connection: Connection) -> Checkpoint | None:
    """The last one that was taken."""
    row = connection.execute(select(*_COLUMNS).order_by(checkpoints.c.id.desc()).limit(1)).first()
    return None if row is None else _checkpoint(*row)


def kept(connection: Connection) -> list[Checkpoint]:
    """All that the database keeps, by number."""
    return [_checkpoint(*row) for row in connection.execute(select(*_COLUMNS).order_by(checkpoints.c.id))]


def uncovered(connection: Connection) -> int:
    """How many events there are since the newest checkpoint."""
    last = newest(connection)
    after = last.last_event if last else 0
    return connection.scalar(select(func.count()).select_from(events).where(events.c.id > after)) or 0


def _carried_on(connection: Connection, last: Checkpoint | None, now: datetime) -> Checkpoint | None:
    said, count, end = (last.digest, last.events, last.last_event) if last else (START, 0, 0)
    since = count
    for numbers, hashes in _since(connection, end):
        said, count, end = digest(said, hashes), count + len(hashes), numbers[-1]
    return None if count == since else Checkpoint(last.number + 1 if last else 1, now, count, end, said)


def _since(connection: Connection, after: int) -> Iterator[tuple[list[int], list[str]]]:
    log = select(events.c.id, events.c.hash).where(events.c.id > after).order_by(events.c.id)
    for part in connection.execution_options(yield_per=_AT_ONCE).execute(log).partitions():
        yield [row[0] for row in part], [row[1] for row in part]


def _checkpoint(number: int, at: int, count: int, last: int, said: str) -> Checkpoint:
    try:
        return Checkpoint(number, from_ms(at), int(count), int(last), said)
    except NEVER_WRITTEN as error:
        raise StoreUnavailable(f"Checkpoint {number} cannot be read: somebody changed it") from error
