"""Bringing a PostgreSQL database to this version's schema: the twin of `migrate`, from the same history.

Only `domain.store` imports this module.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import URL, Index, make_url
from sqlalchemy.dialects.postgresql import psycopg as made
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.errors import SchemaTooNew, StoreBusy, StoreUnavailable
from domain.lifecycle import edges
from domain.store import schema
from domain.store.migrate import HEAD, upgrade
from domain.store.postgres_guards import OF_BOOKINGS, TRANSACTION, postgres_guards
from domain.store.timeindex import postgres_time_index

_ONE_AT_A_TIME: Final = 7_205_759_403
"""The advisory lock under which a database is created or upgraded; any number of our own."""
_TURN_S: Final = 60.0
"""How long to wait for somebody else who is doing so."""
_NAP_S: Final = 0.05
_HAS_PG_TRGM: Final = """
SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm' AND CASE WHEN installed_version IS NULL
THEN has_database_privilege(current_database(), 'CREATE')
ELSE EXISTS (SELECT 1 FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)) END"""
"""Whether it can be used: it may be made, or was made where names are looked for, and not in another room's schema."""
_IS_FROM_ELSEWHERE: Final = (
    "SELECT tx >= pg_snapshot_xmax(pg_current_snapshot()) FROM events ORDER BY tx DESC, id DESC LIMIT 1"
)
"""Whether an event says that a transaction wrote it which this server has not begun yet."""


def postgres_script(*, has_pg_trgm: bool) -> list[str]:
    """Every statement that makes an empty database, in order."""
    dialect = made.dialect()  # type: ignore[no-untyped-call]
    statements = []
    for table in schema.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements += [
            str(CreateIndex(_partial_too(index)).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    values = ", ".join(str(edge) for edge in edges_as_text())
    statements.append(f"INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES {values}")
    return [*statements, *postgres_guards(has_pg_trgm=has_pg_trgm), *postgres_time_index()]


def _partial_too(index: Index) -> Index:
    index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
    return index


def edges_as_text() -> list[tuple[str, ...]]:
    """The lifecycle's edges as plain text."""
    return [tuple(str(part) for part in edge) for edge in edges()]


def bring_up(link: psycopg.Connection[Any], url: str, name: str) -> None:
    """Create or upgrade, and take over what was restored from another server; two that start at once do it once.

    Raises:
        SchemaTooNew: A newer program made it.
        StoreUnavailable: It holds tables, but not ours.
    """
    if version_of(link, name) == HEAD and not _is_from_elsewhere(link):
        return
    with _alone(link):
        version = version_of(link, name)
        if version is None:
            _create(link)
        elif version < HEAD:
            upgrade(_as_sqlalchemy(url))
        if _is_from_elsewhere(link):
            _take_over(link)


def bring_server_up(
    link: psycopg.Connection[Any], url: str, name: str, *, progress: Callable[[int], None], rest: bool
) -> int:
    """Run what is missing of an upgrade while others go on.

    Args:
        link: A connection to the database.
        url: Its address.
        name: How sentences call it.
        progress: Told after each batch how many rows were filled so far.
        rest: Whether to run the steps behind the filling too.

    Returns:
        How many rows were filled.

    Raises:
        StoreUnavailable: It is empty, or not ours; SchemaTooNew when a newer program made it.
    """
    if version_of(link, name) is None:
        raise StoreUnavailable(f"{name} is empty; it is made when it is first opened", database=name)
    with _alone(link):
        return upgrade(_as_sqlalchemy(url), progress=progress, rest=rest)


@contextmanager
def _alone(link: psycopg.Connection[Any]) -> Iterator[None]:
    """Nobody else creates or upgrades meanwhile.

    It is asked for again and again: a question that waited would hold a snapshot, and an index that is built beside
    writers waits for every snapshot to end.

    Raises:
        StoreBusy: Somebody else has not finished in time.
    """
    end = time.monotonic() + _TURN_S
    while link.execute("SELECT pg_try_advisory_lock(%s)", (_ONE_AT_A_TIME,)).fetchone() != (True,):
        if time.monotonic() > end:
            raise StoreBusy("Somebody else is upgrading the database; try again when they are done")
        time.sleep(_NAP_S)
    try:
        yield
    finally:
        link.execute("SELECT pg_advisory_unlock(%s)", (_ONE_AT_A_TIME,))


def _as_sqlalchemy(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


def _is_from_elsewhere(link: psycopg.Connection[Any]) -> bool:
    row = link.execute(_IS_FROM_ELSEWHERE).fetchone()
    return row is not None and bool(row[0])


def _take_over(link: psycopg.Connection[Any]) -> None:
    """Give a log that another server wrote to this one, as if this moment's transaction had written it.

    A dump brings the other server's transaction numbers along, and the tail would wait until this server comes to them.
    No event is rewritten: the column is made anew, as it was made at first.
    """
    with link.transaction():
        for statement in ("DROP VIEW booking_events", "ALTER TABLE events DROP COLUMN tx", *TRANSACTION, OF_BOOKINGS):
            link.execute(statement.encode())


def version_of(link: psycopg.Connection[Any], name: str) -> str | None:
    """The step a database is at: None for an empty one.

    Raises:
        SchemaTooNew: A newer program made it.
        StoreUnavailable: It holds tables, but not ours.
    """
    version = found_version(link, name)
    if version is not None and version > HEAD:
        raise SchemaTooNew(
            f"{name} was made by a newer Dispatcher (schema {version}, this one knows {HEAD}); upgrade this program",
            schema=version,
            known=HEAD,
        )
    return version


def found_version(link: psycopg.Connection[Any], name: str) -> str | None:
    """The same, also where it is too new.

    Raises:
        StoreUnavailable: It holds tables, but not ours.
    """
    rows = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    tables = {row[0] for row in rows}
    if not tables:
        return None
    if not {"alembic_version", "events"} <= tables:
        raise StoreUnavailable(f"{name} is a database of another program; name another with --db")
    row = link.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _create(link: psycopg.Connection[Any]) -> None:
    found = link.execute(_HAS_PG_TRGM).fetchone()
    with link.transaction():
        for statement in postgres_script(has_pg_trgm=found is not None):
            link.execute(statement.encode())
        link.execute(
            "INSERT INTO meta (key, value) VALUES ('text_index', %s)", ('"pg_trgm"' if found else '"trigrams"',)
        )
        link.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        link.execute("INSERT INTO alembic_version VALUES (%s)", (HEAD,))
