"""Statements built by SQLAlchemy Core, compiled once, and run on the driver's own connection.

Compiling on each execution costs more than the statement itself (docs/decisions.md). Only `domain.store` imports it.
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Table, bindparam
from sqlalchemy.dialects.sqlite import dialect

_DIALECT = dialect(paramstyle="named")


class Prepared:
    """A statement's text with named parameters, and the values that it carries itself."""

    def __init__(self, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self._own = {name: value for name, value in compiled.params.items() if value is not None}

    def rows(self, connection: sqlite3.Connection, **values: Any) -> list[Sequence[Any]]:
        """Every row."""
        return connection.execute(self.sql, {**self._own, **values}).fetchall()

    def row(self, connection: sqlite3.Connection, **values: Any) -> Sequence[Any] | None:
        """The first row, if any."""
        found: Sequence[Any] | None = connection.execute(self.sql, {**self._own, **values}).fetchone()
        return found


@cache
def insert_sql(table: Table, names: tuple[str, ...]) -> str:
    """INSERT of named columns."""
    return str(table.insert().compile(dialect=_DIALECT, column_keys=list(names)))


@cache
def update_sql(table: Table, names: tuple[str, ...]) -> str:
    """UPDATE of named columns where id and version are as seen (`seen_id`, `seen_version`)."""
    statement = (
        table.update()
        .where(table.c.id == bindparam("seen_id"), table.c.version == bindparam("seen_version"))
        .values({name: bindparam(name) for name in names})
    )
    return str(statement.compile(dialect=_DIALECT))
