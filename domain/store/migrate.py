"""Bringing a database to this version's schema. Alembic is imported only when one is behind.

A new database is made straight from `schema` and `guards`; a test holds that against all migrations applied.
"""

import sqlite3
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sqlalchemy import URL, inspect, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.errors import SchemaTooNew, StoreUnavailable
from domain.lifecycle import edges
from domain.store import schema
from domain.store.backfill import Turn, fill_boroughs
from domain.store.guards import sqlite_guards
from domain.store.migrations.connection import engine_of
from domain.store.textindex import sqlite_text_index
from domain.store.timeindex import sqlite_time_index

HEAD = "0005"
"""The newest step in `migrations/versions`; steps are numbered, so that newer is greater."""
FILLABLE: Final = "0002"
"""The step with a column that rows have to be given before the next one."""


@cache
def creation_script() -> tuple[str, ...]:
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
    return (*statements, *sqlite_guards(), *sqlite_time_index(), *sqlite_text_index())


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
        upgrade(sqlite_url(path))


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


def upgrade(
    url: URL, *, turn: Turn = nullcontext, progress: Callable[[int], None] = lambda filled: None, rest: bool = True
) -> int:
    """Run the steps that are missing; between two of them, fill what the next one needs, in batches.

    It may be cut off anywhere and called again, and it then goes on from there. A program of this version that finds
    a database half filled does the same when it opens it; an older one refuses it as too new.

    Args:
        url: The database, as SQLAlchemy understands it.
        turn: Held while writing; in between others may write.
        progress: Told after each batch how many rows were filled so far.
        rest: Whether to run the steps behind the filling too.

    Returns:
        How many rows were filled.
    """
    filled = 0
    if (version_at(url) or "") < FILLABLE:
        with turn():
            run_steps(url, FILLABLE)
    if version_at(url) == FILLABLE:
        for filled in fill_boroughs(url, turn):
            progress(filled)
    if rest:
        with turn():
            # Whoever still ran an older program may have added some since the last batch.
            for _ in fill_boroughs(url, nullcontext) if version_at(url) == FILLABLE else ():
                pass
            run_steps(url, "head")
    return filled


def version_at(url: URL) -> str | None:
    """The step that a database is at; None when it has none."""
    with engine_of(url).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def sqlite_url(path: Path) -> URL:
    """A file, as SQLAlchemy names it."""
    return URL.create("sqlite", database=str(path))


def run_steps(url: URL, to: str) -> None:
    """Run the steps that are missing up to one, all in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("domain.store") / "migrations").replace("%", "%%"))
    config.attributes["url"] = url
    command.upgrade(config, to)
