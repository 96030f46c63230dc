"""Feeds the whole log, every row and what is kept beside them to the auditor, from one snapshot.

Only the engine imports this module.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from heapq import merge
from typing import Any, Final

from sqlalchemy import Connection, func, select

from domain.codec import NEVER_WRITTEN, from_json
from domain.daily import Came
from domain.lifecycle import edges
from domain.proof.audit import EVERY, SOME, Auditor, Fault
from domain.proof.checkpoint import Checkpoint, Held
from domain.store.checkpoints import kept
from domain.store.moments import misfits
from domain.store.proof_aside import FEWEST, Aside, begun, cores
from domain.store.proof_reading import log, rows_of
from domain.store.schema import answers, daily, events, legal_transition
from domain.store.snapshot import TABLES
from domain.store.store import Store

MANY_WROTE: Final = "many_wrote"
"""What a file knows that was made from a server: the last event from there, where many write at a time."""
_ANSWERS_AT_ONCE = 100
_NO_NUMBER: Final = 2**63
"""The first that no event can have."""
_NEWEST: Final = select(events.c.id, events.c.hash).order_by(events.c.id.desc()).limit(1)


def faults(store: Store, progress: Callable[[int], None], outside: Sequence[Checkpoint] = ()) -> Iterator[Fault]:
    """Every fault of the database: of the log, then of all that is kept beside it, at last of the choices.

    Args:
        store: The database.
        progress: Told how many events were proved so far, every few thousand.
        outside: Checkpoints that were written outside the database.

    Raises:
        StoreUnavailable: It cannot be read, or the process that made choices again has ended.
    """
    taken = 0
    many_wrote = (store.meta(MANY_WROTE) or 0) if store.writes_one_at_a_time else math.inf
    with store.read() as connection, _beside(store, connection, many_wrote) as aside:
        driver: Any = connection.connection.driver_connection
        held = Held(kept(connection), outside)
        rows = partial(rows_of, driver)
        auditor = Auditor(held, rows_of=rows, many_wrote=many_wrote, remakes=SOME if aside else EVERY)
        for part in log(driver):
            for row in part:
                yield from auditor.take(row)
            auditor.let_go()
            taken += len(part)
            progress(min(taken, aside.taken()) if aside else taken)
        yield from auditor.checkpoints()
        for table, subject in TABLES.values():
            yield from auditor.rows(subject, connection.scalars(select(table.c.id)))
        yield from auditor.figures(_figures(connection))
        for until, what in misfits(connection):
            yield Fault("times before event", until, what)
        yield from _empty_answers(connection)
        yield from _foreign_edges(connection)
        yield from _dangling(connection)
        others = aside.faults(driver, progress) if aside else ()
        yield from merge(others, auditor.choices(), key=lambda fault: fault.event or 0)


def _beside(store: Store, connection: Connection, many_wrote: float) -> AbstractContextManager[Aside | None]:
    """A second process for most of the choices, where the log is long and there is a processor for it."""
    newest = connection.execute(_NEWEST).first()
    if store.path is None or newest is None or newest.id <= FEWEST or cores() == 1:
        return nullcontext()
    return begun(store.path, newest.id, str(newest.hash), many_wrote)


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
