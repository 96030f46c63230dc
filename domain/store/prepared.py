"""Statements built by SQLAlchemy Core, compiled once for each database, and run on the driver's own connection.

Compiling on each execution costs more than the statement itself (docs/decisions.md). Only `domain.store` imports it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Protocol

from sqlalchemy import ClauseElement, Compiled, Dialect, Index, Table
from sqlalchemy.dialects import sqlite


class Cursor(Protocol):
    """What an execution gives, with either driver."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The next row, if any."""

    def fetchall(self) -> list[Any]:
        """Every row."""


class Link(Protocol):
    """A driver's connection: `sqlite3`'s, or ours to PostgreSQL."""

    def execute(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""


def is_postgres(link: Link) -> bool:
    """Which of the two it is."""
    return getattr(link, "is_postgres", False)


@cache
def _dialect(postgres: bool) -> Dialect:
    if not postgres:
        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects.postgresql import psycopg

    return psycopg.dialect()  # type: ignore[no-untyped-call]


class Prepared:
    """A statement's text with named parameters, and the values that it carries itself; compiled when first run."""

    def __init__(self, statement: ClauseElement, by: Index | None = None) -> None:
        """Prepare it; `by` is the index that SQLite is to go by where left to itself it would read far more."""
        self._statement = statement
        self._by = by

    @cached_property
    def sql(self) -> str:
        """The text for SQLite."""
        text = str(self._compiled)
        if self._by is not None and self._by.table is not None:
            table = f"FROM {self._by.table.name}"
            text = text.replace(table, f"{table} INDEXED BY {self._by.name}", 1)
        return text

    @cached_property
    def postgres_sql(self) -> str:
        """The text for PostgreSQL."""
        return str(self._statement.compile(dialect=_dialect(True)))

    @cached_property
    def _compiled(self) -> Compiled:
        return self._statement.compile(dialect=_dialect(False))

    @cached_property
    def _own(self) -> dict[str, Any]:
        return {name: value for name, value in self._compiled.params.items() if value is not None}

    def _run(self, link: Link, values: dict[str, Any]) -> Cursor:
        if self._own:
            values = {**self._own, **values}
        return link.execute(self.postgres_sql if is_postgres(link) else self.sql, values)

    def rows(self, link: Link, **values: Any) -> list[Sequence[Any]]:
        """Every row."""
        return self._run(link, values).fetchall()

    def row(self, link: Link, **values: Any) -> Sequence[Any] | None:
        """The first row, if any."""
        found: Sequence[Any] | None = self._run(link, values).fetchone()
        return found

    def run(self, link: Link, **values: Any) -> None:
        """Carry it out."""
        self._run(link, values)


@cache
def insert_sql(table: Table, names: tuple[str, ...], place: str = "?") -> str:
    """INSERT of columns, their values by place: to find so many by name takes as long as writing an index.

    Args:
        table: The table.
        names: Its columns, in the order of the values.
        place: How the driver has a value's place written.
    """
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([place] * len(names))})"


@cache
def update_sql(table: Table, names: tuple[str, ...], place: str = "?") -> str:
    """UPDATE of columns where id and version are as seen: those two come behind the values."""
    setting = ", ".join(f"{name} = {place}" for name in names)
    return f"UPDATE {table.name} SET {setting} WHERE id = {place} AND version = {place}"
