"""Bringing a PostgreSQL database to this version's schema: the twin of `migrate`, from the same history.

Only `domain.store` imports this module.
"""

from typing import Any, Final

import psycopg
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql import psycopg as made
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.errors import SchemaTooNew, StoreUnavailable
from domain.lifecycle import edges
from domain.store import schema
from domain.store.migrate import HEAD, upgrade
from domain.store.postgres_guards import postgres_guards

_ONE_AT_A_TIME: Final = 7_205_759_403
"""The advisory lock under which a database is created or upgraded; any number of our own."""


def postgres_script(*, has_pg_trgm: bool) -> list[str]:
    """Every statement that makes an empty database, in order."""
    dialect = made.dialect()  # type: ignore[no-untyped-call]
    statements = []
    for table in schema.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    values = ", ".join(str(edge) for edge in edges_as_text())
    statements.append(f"INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES {values}")
    return [*statements, *postgres_guards(has_pg_trgm=has_pg_trgm)]


def edges_as_text() -> list[tuple[str, ...]]:
    """The lifecycle's edges as plain text."""
    return [tuple(str(part) for part in edge) for edge in edges()]


def bring_up(link: psycopg.Connection[Any], url: str, name: str) -> None:
    """Create or upgrade; two that start at once do it once.

    Raises:
        SchemaTooNew: A newer program made it.
        StoreUnavailable: It holds tables, but not ours.
    """
    if _version(link, name) == HEAD:
        return
    link.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
    try:
        version = _version(link, name)
        if version is None:
            _create(link)
        elif version > HEAD:
            raise SchemaTooNew(
                f"{name} was made by a newer Dispatcher (schema {version}, this one knows {HEAD}); "
                f"upgrade this program",
                schema=version,
                known=HEAD,
            )
        elif version < HEAD:
            upgrade(make_url(url).set(drivername="postgresql+psycopg"))
    finally:
        link.execute("SELECT pg_advisory_unlock(%s)", (_ONE_AT_A_TIME,))


def _version(link: psycopg.Connection[Any], name: str) -> str | None:
    """The step a database is at: None for an empty one."""
    rows = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    tables = {row[0] for row in rows}
    if not tables:
        return None
    if not {"alembic_version", "events"} <= tables:
        raise StoreUnavailable(f"{name} is a database of another program; name another with --db")
    row = link.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _create(link: psycopg.Connection[Any]) -> None:
    found = link.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
    with link.transaction():
        for statement in postgres_script(has_pg_trgm=found is not None):
            link.execute(statement.encode())
        link.execute(
            "INSERT INTO meta (key, value) VALUES ('text_index', %s)", ('"pg_trgm"' if found else '"trigrams"',)
        )
        link.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        link.execute("INSERT INTO alembic_version VALUES (%s)", (HEAD,))
