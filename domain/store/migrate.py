"""Bringing a database to this version's schema. Alembic is imported only when one is behind.

A new database is made straight from `schema` and `guards`; a test holds that against all migrations applied.
"""

import sqlite3
from importlib.resources import files
from pathlib import Path

from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.errors import SchemaTooNew, StoreUnavailable
from domain.lifecycle import edges
from domain.store import schema
from domain.store.guards import sqlite_guards

HEAD = "0001"
"""The newest step in `migrations/versions`; steps are numbered, so that newer is greater."""


def creation_script() -> list[str]:
    """Every statement that makes an empty database, in order."""
    made = dialect()
    statements = []
    for table in schema.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=made)).strip())
        statements += [
            str(CreateIndex(index).compile(dialect=made)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    statements += [
        "INSERT INTO legal_transition (subject, action, from_status, to_status, role) VALUES "
        f"('{subject}', '{action}', '{source}', '{target}', '{role}')"
        for subject, action, source, target, role in edges()
    ]
    return [*statements, *sqlite_guards()]


def version_of(connection: sqlite3.Connection, path: Path) -> str | None:
    """The step a database is at: None for an empty one.

    Raises:
        StoreUnavailable: It holds tables, but not ours.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if not {"alembic_version", "events"} <= tables:
        raise StoreUnavailable(f"{path} is a database of another program; name another file with --db")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Create or upgrade; the caller holds the write gate.

    Raises:
        SchemaTooNew: A newer program made it.
        StoreUnavailable: It is not ours.
    """
    version = version_of(connection, path)
    if version == HEAD:
        return
    if version is None:
        _create(connection)
    elif version > HEAD:
        raise SchemaTooNew(
            f"{path} was made by a newer Dispatcher (schema {version}, this one knows {HEAD}); upgrade this program",
            schema=version,
            known=HEAD,
        )
    else:
        upgrade(path)


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in creation_script():
            connection.execute(statement)
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def upgrade(path: Path, to: str = "head") -> None:
    """Run the steps that are missing."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("domain.store") / "migrations").replace("%", "%%"))
    config.attributes["database"] = path
    command.upgrade(config, to)
