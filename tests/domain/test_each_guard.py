"""Each guard of the database, taken away alone: an attack that was refused goes through, so none is for nothing."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from domain.store import schema
from domain.store.migrate import creation_script
from domain.store.textindex import sqlite_text_index
from domain.store.timeindex import sqlite_time_index
from tests.conftest import POSTGRES, SQLITE, NewWorld
from tests.domain.attacks import (
    ON_BOTH,
    ON_POSTGRES,
    ON_SQLITE,
    SPARE,
    SPARE_ON_POSTGRES,
    SPARE_ON_SQLITE,
    Attack,
    besieged,
    guards_of_postgres,
    guards_of_sqlite,
    named_constraints,
)
from tests.domain.world import World

ATTACKS = {SQLITE: {**ON_BOTH, **ON_SQLITE}, POSTGRES: {**ON_BOTH, **ON_POSTGRES}}


@pytest.mark.parametrize(
    ("guards", "attacks", "spare"),
    [
        (guards_of_sqlite(), ATTACKS[SQLITE], {**SPARE, **SPARE_ON_SQLITE}),
        (guards_of_postgres(), ATTACKS[POSTGRES], {**SPARE, **SPARE_ON_POSTGRES}),
    ],
    ids=[SQLITE, POSTGRES],
)
def test_every_guard_has_an_attack_or_a_reason_to_need_none(
    guards: set[str], attacks: dict[str, Attack], spare: dict[str, str]
) -> None:
    assert guards == set(attacks) | set(spare)
    assert not set(attacks) & set(spare)


# SQLite: the room is built anew without a constraint, since none can be dropped there.


def _sql_of(table: Table) -> str:
    return str(CreateTable(table).compile(dialect=sqlite.dialect())).strip()


def _script(without: str) -> list[str]:
    """What makes an empty database, but for one constraint."""
    script = list(creation_script()[: -len([*sqlite_time_index(), *sqlite_text_index()])])
    copies = MetaData()
    for table in schema.metadata.sorted_tables:
        less = table.to_metadata(copies)
        guard = named_constraints(less).get(without)
        if guard is not None:
            less.constraints.discard(guard)
            script[script.index(_sql_of(table))] = _sql_of(less)
    return script


Rows = dict[str, list[sqlite3.Row]]


def _rebuilt(rows: Rows, without: str = "") -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    script = _script(without)
    tables = [statement for statement in script if not statement.startswith(("CREATE TRIGGER", "CREATE VIEW"))]
    for statement in tables:
        connection.execute(statement)
    for table, stored in rows.items():
        for row in stored:
            names = row.keys()
            holes = ", ".join("?" * len(names))
            connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})", tuple(row))
    for statement in script[len(tables) :]:
        connection.execute(statement)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _opened(whole: sqlite3.Connection, rows: Rows, guard: str) -> sqlite3.Connection:
    """The room without a guard."""
    found = whole.execute("SELECT type FROM sqlite_master WHERE name = ?", (guard,)).fetchone()
    if found is None:
        return _rebuilt(rows, guard)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    whole.backup(connection)
    connection.execute(f"DROP {found[0]} {guard}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _refused_by_sqlite(connection: sqlite3.Connection, attack: Attack) -> str | None:
    """What refuses it; None when it went through."""
    settings = [statement for statement in attack if statement.startswith("PRAGMA")]
    try:
        for statement in [*settings, "BEGIN", *attack[len(settings) :], "COMMIT"]:
            connection.execute(statement)
    except sqlite3.IntegrityError as refusal:
        return str(refusal)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA foreign_keys = ON")
    return None


@pytest.fixture
def rows(world: World) -> Rows:
    """Every row of a room worth attacking."""
    with closing(sqlite3.connect(besieged(world).path)) as connection:
        connection.row_factory = sqlite3.Row
        found = {}
        for table in schema.metadata.tables:
            if table != "legal_transition":
                names = ", ".join(row["name"] for row in connection.execute(f"PRAGMA table_info({table})"))
                found[table] = connection.execute(f"SELECT {names} FROM {table}").fetchall()
        return found


def test_each_guard_of_sqlite_refuses_an_attack_that_nothing_else_refuses(rows: Rows) -> None:
    wrong = {}
    with closing(_rebuilt(rows)) as whole:
        for guard, attack in ATTACKS[SQLITE].items():
            if _refused_by_sqlite(whole, attack) is None:
                wrong[guard] = "is not refused at all"
            with closing(_opened(whole, rows, guard)) as open_to_it:
                if (why := _refused_by_sqlite(open_to_it, attack)) is not None:
                    wrong[guard] = f"without its guard refused by {why}"
    assert wrong == {}


# PostgreSQL: a guard is dropped inside a transaction that is rolled back.


def _dropping(link: psycopg.Connection, guard: str) -> str:
    found = link.execute(
        "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname FROM pg_constraint"
        " WHERE conname = %(name)s"
        " UNION ALL SELECT 'DROP TRIGGER ' || tgname || ' ON ' || tgrelid::regclass FROM pg_trigger"
        " WHERE tgname = %(name)s"
        " UNION ALL SELECT 'DROP INDEX ' || relname FROM pg_class WHERE relname = %(name)s AND relkind = 'i'",
        {"name": guard},
    ).fetchone()
    assert found is not None, f"{guard} is not in the database"
    return str(found[0])


def _refused_by_postgres(link: psycopg.Connection, attack: Attack) -> str | None:
    try:
        with link.transaction(force_rollback=True):
            for statement in (*attack, "SET CONSTRAINTS ALL IMMEDIATE"):
                link.execute(statement.encode())
    except psycopg.Error as refusal:
        return str(refusal)
    return None


@pytest.mark.parametrize("database_kind", [POSTGRES])
def test_each_guard_of_postgresql_refuses_an_attack_that_nothing_else_refuses(
    new_world: NewWorld, database_kind: str
) -> None:
    url, wrong = besieged(new_world()).url, {}
    with psycopg.connect(url) as link:
        for guard, attack in ATTACKS[POSTGRES].items():
            if _refused_by_postgres(link, attack) is None:
                wrong[guard] = "is not refused at all"
    for guard, attack in ATTACKS[POSTGRES].items():
        with psycopg.connect(url) as link, link.transaction(force_rollback=True):
            link.execute(_dropping(link, guard).encode())
            if (why := _refused_by_postgres(link, attack)) is not None:
                wrong[guard] = f"without its guard refused by {why}"
    assert wrong == {}
