"""Rooms of millions of bookings in a minute: a few lives are lived through the engine, and set-based SQL copies them.

The copies go round every trigger, key and index, which are put back behind them. Each has the events of its model, so
log and rows agree, but for what makes the copies different: where, whose, when, and the hashes.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import Table

from domain import commands as c
from domain.clock import SteppedClock
from domain.lifecycle import Status
from domain.records import Absent
from domain.store.schema import bookings, customers, daily, events
from domain.store.textindex import INDEXED, body_of
from domain.store.timeindex import STRETCH, STRETCHES
from tests.domain.world import START, World

Ask = Callable[[str], list[tuple[Any, ...]]]
SERVICES: Final = ("plumbing", "locks", "heating", "painting", "gardens", "roofs", "floors", "glass")
"""Nobody can do the last one."""
PROVIDERS: Final = 40
YEAR_MS: Final = 365 * 86_400_000
OPENED: Final = START - timedelta(milliseconds=YEAR_MS)
EACH: Final = 20
"""How many bookings a customer has."""
RARE_EVERY: Final = 200_000
"""One booking in so many, and the bookings of one customer in as many, can be found by a rare word."""
_SLOTS: Final = 1_000
_PLACES: Final = ("Bronx", "Brooklyn", "Queens", "Manhattan", "Staten Island")
_STREETS: Final = ("Example", "Sample", "Model", "Test", "Trial", "Pattern", "Likeness", "Instance", "Mirror", "Token")
_NAMES: Final = ("Cleo", "Dan", "Ana", "Olga", "Tom", "Wim", "Yara", "Ida")
_TIMES: Final = ("requested_at", "recorded_at", "promised_at", "status_since", "assigned_at", "attempted_at")
_TIMES_LATER: Final = (*_TIMES, "attempt_at", "offer_until", "give_up_at", "parked_at", "held_since")


def _brought(status: Status) -> Callable[[World, int], None]:
    return lambda world, number: world.bring(number, status, "p01")


def _forced(world: World, number: int) -> None:
    world.do(c.ForceAssign.of(booking=number, provider="p01", reason="customer insists"))
    for step in (c.Accept, c.Depart, c.Start, c.Complete):
        world.by("p01", step.of(booking=number))


def _held(world: World, number: int) -> None:
    world.do(c.Hold.of(booking=number, reason="waiting for part"))


def _parked(world: World, number: int) -> None:
    for passed in (0, 2, 4, 8):
        world.tick(passed)
    assert world.get(number).parked_at is not None


def _unmet(world: World, number: int) -> None:
    world.do(c.Assign.of(booking=number, provider="p01"))
    world.do(c.NoShow.of(booking=number, absent=Absent.PROVIDER))


_LIVES: Final[tuple[tuple[int, Callable[[World, int], None]], ...]] = (
    (4, _parked),
    (1, _held),
    (3, _brought(Status.REJECTED)),
    (2, _unmet),
    (20, _brought(Status.FAILED)),
    (50, _brought(Status.CANCELLED)),
    (20, _forced),
    (900, _brought(Status.COMPLETED)),
)
"""How many of a thousand bookings live so; nobody's present jobs are copied, since he can have but one."""


@dataclass(frozen=True)
class _Model:
    """A booking that was lived, and how many of a thousand and of its events are copied."""

    booking: int
    share: int
    events: int


def grow(url: str, count: int, *, whole_lives: bool = False) -> None:
    """Fill an empty database with so many bookings, evenly over the year before `START`.

    Args:
        url: The database; nobody else may have it open.
        count: How many bookings are copied.
        whole_lives: Whether each has every event of its life, or its birth alone.
    """
    world = World.open(url, SteppedClock(OPENED))
    models = _lived(world, whole_lives=whole_lives)
    world.close()
    people = max(count // EACH, _SLOTS)
    with _unguarded(url) as ask:
        _copy_customers(ask, people)
        _copy_bookings(ask, models, count, people, postgres=_is_postgres(url))
        _count_days(ask, postgres=_is_postgres(url))


def _is_postgres(url: str) -> bool:
    return urlsplit(url).scheme.startswith("postgres")


def _lived(world: World, *, whole_lives: bool) -> list[_Model]:
    for name in SERVICES:
        world.service(name, duration_minutes=30)
    for number in range(1, PROVIDERS + 1):
        world.provider(f"p{number:02}", *SERVICES[:-1], at=(40.6 + number * 0.005, -74.0), rating=number % 5)
    customer = world.customer("Cleo Sample", phone="+12025550101", email="cleo@example.org")
    models = []
    for share, live in _LIVES:
        service = SERVICES[-1 if live is _parked else 0]
        number = world.booking(customer=customer, service=service, latitude=40.7, longitude=-74.0)
        live(world, number)
        models.append(_Model(number, share, len(world.log(number)) if whole_lives else 1))
    return models


def _copy_customers(ask: Ask, count: int) -> None:
    """A customer's row and birth, so many times; a name, a phone and an address of their own."""
    rare = RARE_EVERY // EACH
    own = {
        "id": "model.id + n",
        "name": f"CASE WHEN n % {rare} = 7 THEN 'Xanthippe Quux' ELSE {_one_of(_NAMES, 'n')} || ' Sample ' || n END",
        "phone": "'+1' || (2000000000 + n * 7919)",
        "email": "'customer' || n || '@example.org'",
        "address": f"(n % 900 + 1) || ' ' || {_one_of(_STREETS, 'n / 7')} || ' St'",
    }
    model, newest = _newest(ask, customers), _newest(ask, events)
    ask(_copy(customers, own, f"{_counted(count)}, customers AS model WHERE model.id = {model}"))
    born = {"id": f"{newest} + n", "subject_id": "model.subject_id + n"}
    of_model = f"events AS model WHERE subject = 'customer' AND subject_id = {model}"
    ask(_copy(events, born, f"{_counted(count)}, {of_model}"))


def _copy_bookings(ask: Ask, models: Sequence[_Model], count: int, people: int, *, postgres: bool) -> None:
    """Each model so many times as its share wants, mixed as the days would mix them; the log lies in its order."""
    length = _lay_out(ask, models)
    first, newest = _newest(ask, bookings), _newest(ask, events)
    later = f"n * {YEAR_MS // count}"
    own = {
        "id": f"{first} + n",
        "customer_id": f"1 + n * 7 % {people}",
        "service_id": f"1 + n * 3 % {len(SERVICES)}",
        "address": f"(n * 13 % 9000 + 1) || ' ' || {_one_of(_STREETS, 'n')} || ' Ave'",
        "borough": _one_of(_PLACES, "n"),
        "notes": f"CASE WHEN n % {RARE_EVERY} = 11 THEN 'zyx quirk below' ELSE 'leak under sink ' || (n % 977) END",
        "provider_id": f"CASE WHEN model.provider_id IS NOT NULL THEN 1 + n % {PROVIDERS} END",
        "priority": "1 + n % 4",
    } | {name: f"model.{name} + {later}" for name in _TIMES_LATER}
    slot = f"{_counted(count)}, slots"
    here = f"slots.slot = n % {_SLOTS}"
    ask(_copy(bookings, own, f"{slot}, bookings AS model WHERE {here} AND model.id = slots.booking"))
    log = {
        "id": f"{newest} + n / {_SLOTS} * {length} + slots.behind + model.version",
        "subject_id": f"{first} + n",
        "at": f"model.at + {later}",
    }
    of_model = "model.subject = 'booking' AND model.subject_id = slots.booking AND model.version <= slots.events"
    in_order = " ORDER BY 1" if postgres else ""  # SQLite keeps it so by itself
    ask(_copy(events, log, f"{slot}, events AS model WHERE {here} AND {of_model}{in_order}"))
    ask("DROP TABLE slots")


def _lay_out(ask: Ask, models: Sequence[_Model]) -> int:
    """Put down which model each of a thousand follows and how many events lie before it; how many all have."""
    mixed = [model for model in models for _ in range(model.share)]
    assert len(mixed) == _SLOTS
    rows, behind = [], 0
    for slot in range(_SLOTS):
        model = mixed[slot * 377 % _SLOTS]  # 377 and 1,000 have no divisor in common: each comes once
        rows.append(f"({slot}, {model.booking}, {model.events}, {behind})")
        behind += model.events
    ask("CREATE TEMPORARY TABLE slots (slot INTEGER PRIMARY KEY, booking BIGINT, events BIGINT, behind BIGINT)")
    ask(f"INSERT INTO slots VALUES {', '.join(rows)}")
    return behind


def _newest(ask: Ask, table: Table) -> int:
    found: int = ask(f"SELECT max(id) FROM {table.name}")[0][0]
    return found


def _count_days(ask: Ask, *, postgres: bool) -> None:
    """The figures kept of each day: what came into the status that it is in now."""
    day = "date(status_since / 1000, 'unixepoch')"
    if postgres:
        day = "to_char(to_timestamp(status_since / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    ask("DELETE FROM daily")
    for dimension, ref in (("room", "0"), ("service", "service_id"), ("provider", "provider_id")):
        counted = f"SELECT '{dimension}', {ref}, {day} AS day, status, 0, count(*) FROM bookings"
        names = ", ".join(column.name for column in daily.columns)
        ask(f"INSERT INTO daily ({names}) {counted} WHERE {ref} IS NOT NULL GROUP BY 2, 3, 4")


def _counted(count: int) -> str:
    """The numbers from 1 to a count, as a table."""
    one = "SELECT CAST(1 AS BIGINT) AS n"
    more = f"SELECT n + 1 FROM steps WHERE n < {count}"
    return f"(WITH RECURSIVE steps AS ({one} UNION ALL {more}) SELECT n FROM steps) AS counted"


def _one_of(values: Sequence[str], number: str) -> str:
    cases = " ".join(f"WHEN {at} THEN '{value}'" for at, value in enumerate(values))
    return f"CASE ({number}) % {len(values)} {cases} END"


def _copy(table: Table, own: dict[str, str], source: str) -> str:
    """Insert each column as the model has it, or as it is the copy's own."""
    names = [column.name for column in table.columns if column.computed is None]
    values = ", ".join(own.get(name, f"model.{name}") for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM {source}"


# Without guards -----------------------------------------------------------------------------------------------------


@contextmanager
def _unguarded(url: str) -> Iterator[Ask]:
    """A connection on which nothing is checked and no index kept; at the end all are there again."""
    if _is_postgres(url):
        with psycopg.connect(url, autocommit=True) as link:
            yield from _without_postgres_guards(link)
        return
    with closing(sqlite3.connect(url, isolation_level=None)) as connection:
        yield from _without_sqlite_guards(connection)


_UNCHECKED: Final = (
    "journal_mode = OFF",
    "foreign_keys = OFF",
    "ignore_check_constraints = ON",
    "synchronous = OFF",
    "cache_size = -400000",
)


def _without_sqlite_guards(connection: sqlite3.Connection) -> Iterator[Ask]:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    for pragma in _UNCHECKED:
        ask(f"PRAGMA {pragma}")
    parts = ask("SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL")
    ask("BEGIN IMMEDIATE")
    for kind, name, _ in parts:
        ask(f"DROP {kind} {name}")
    yield ask
    for _, _, made in sorted(parts, key=lambda part: part[0] != "index"):
        ask(made)
    for table in INDEXED:
        ask(f"INSERT INTO {table}_text ({table}_text) VALUES ('rebuild')")
    _close_stretches(ask)
    ask("COMMIT")
    ask("PRAGMA journal_mode = WAL")


def _close_stretches(ask: Ask) -> None:
    """The index of times, as if the events had come one by one."""
    stretch = f"id / {STRETCH}"
    until = f"({stretch} + 1) * {STRETCH}"
    ask(f"DELETE FROM {STRETCHES}")
    ask(
        f"INSERT INTO {STRETCHES} (until, earliest, latest) SELECT {until}, min(at), max(at) FROM events"
        f" GROUP BY {stretch} HAVING {until} <= (SELECT max(id) FROM events)"
    )


_PLAIN_INDEXES: Final = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND NOT EXISTS"
    " (SELECT 1 FROM pg_constraint WHERE conname = indexname) AND indexname <> 'alembic_version_pkc'"
)
_ALWAYS: Final = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A'"


def _without_postgres_guards(link: "psycopg.Connection[tuple[Any, ...]]") -> Iterator[Ask]:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        cursor = link.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []

    tables = [name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    always, indexes = ask(_ALWAYS), ask(_PLAIN_INDEXES)
    ask("SET maintenance_work_mem = '400MB'")
    ask("SET work_mem = '64MB'")
    for name, _ in indexes:
        ask(f"DROP INDEX {name}")
    for table in tables:
        ask(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    yield ask
    for table, columns in INDEXED.items():
        ask(f"INSERT INTO {table}_text SELECT id, {body_of(columns)} FROM {table} ON CONFLICT DO NOTHING")
    for _, made in indexes:
        ask(made)
    for table in tables:
        ask(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for table, trigger in always:
        ask(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    for table in ("bookings", "customers", "events"):
        ask(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    ask("VACUUM ANALYZE")
