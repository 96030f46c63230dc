"""Looking into the index of texts: the rows that may hold a term, as one condition that each database puts its way.

Only `domain.store` imports this module.
"""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    TypeDecorator,
    bindparam,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.sqltypes import NULLTYPE

from domain.answers.finding import ascii_lower, spellings
from domain.store.textindex import LEAST_INDEXED

HAS_PG_TRGM: Final = "dispatcher_has_pg_trgm"
"""What a dialect is marked with where the database has PostgreSQL's own index of trigrams."""


def rows_with(table: str, term: str) -> Select[int]:
    """The numbers of the rows whose text holds every trigram of a term, and of some more."""
    return (
        select(_RowNumber())
        .select_from(text(f"{table}_text"))
        .where(or_(*(_holds(table, spelling) for spelling in spellings(term))))
    )


def _holds(table: str, term: str) -> ColumnElement[bool]:
    small = ascii_lower(term)
    grams = list(dict.fromkeys(small[at : at + LEAST_INDEXED] for at in range(len(small) - LEAST_INDEXED + 1)))
    match = " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
    like = "%" + "".join(f"\\{one}" if one in "\\%_" else one for one in small) + "%"
    return _Holds(literal_column(f"{table}_text"), bindparam(None, match), bindparam(None, grams, Grams), like)


class Grams(TypeDecorator[list[str]]):
    """Trigrams as PostgreSQL's array; SQLite never sees them."""

    impl = ARRAY(Text)
    cache_ok = True


class _RowNumber(FunctionElement[int]):
    """How an index calls the number of its row; a function only for SQLAlchemy, which keeps what it compiled of one."""

    inherit_cache = True
    type = BigInteger()


class _Holds(FunctionElement[Any]):
    """Whether a row of the index holds what is looked for: as SQLite's question, as trigrams, and as a pattern.

    It is of no type: for a truth SQLAlchemy would write `= 1`, which takes the index from SQLite.
    """

    inherit_cache = True
    type = NULLTYPE


@compiles(_RowNumber)
def _number(element: _RowNumber, compiler: SQLCompiler, **_: Any) -> str:
    return "rowid" if compiler.dialect.name == "sqlite" else "id"


@compiles(_Holds)
def _held(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    index, match, grams, like = element.clauses
    if compiler.dialect.name == "sqlite":
        return f"{compiler.process(index, **options)} MATCH {compiler.process(match, **options)}"
    if getattr(compiler.dialect, HAS_PG_TRGM, False):
        return f"lower(body) LIKE {compiler.process(like, **options)}"
    return f"dispatcher_trigrams(body) @> {compiler.process(grams, **options)}"
