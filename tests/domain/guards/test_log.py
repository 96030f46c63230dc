"""The log by plain SQL: it is only ever appended to, and so are its checkpoints."""

import sqlite3

import pytest

from tests.conftest import NewWorld
from tests.domain.guards.poking import move, refused
from tests.domain.world import ANA, World, plain


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET reason = 'other' WHERE id = 1",
        "UPDATE events SET actor_id = 'nobody'",
        "UPDATE events SET id = id + 1000",
        "DELETE FROM events WHERE id = (SELECT max(id) FROM events)",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT id, at, subject, subject_id, version, action, from_status, to_status,"
        " role, 'forged', reason, line, changes, details, undoes, hash FROM real_events WHERE id = 1",
        "REPLACE INTO events SELECT id, at, subject, subject_id, version, action, from_status, to_status,"
        " role, 'forged', reason, line, changes, details, undoes, hash FROM real_events WHERE id = 1",
        "INSERT OR REPLACE INTO events SELECT id + 1000, at, subject, subject_id, version, action, from_status,"
        " to_status, role, 'forged', reason, line, changes, details, undoes, hash FROM real_events WHERE id = 1",
        "INSERT OR IGNORE INTO events SELECT id, at, subject, subject_id, version, action, from_status, to_status,"
        " role, 'forged', reason, line, changes, details, undoes, hash FROM real_events WHERE id = 1",
        "INSERT INTO events SELECT id, at, subject, subject_id, version, action, from_status, to_status,"
        " role, 'forged', reason, line, changes, details, undoes, hash FROM real_events WHERE id = 1"
        " ON CONFLICT (id) DO UPDATE SET actor_id = 'forged'",
        "INSERT INTO events SELECT id + 1000, at, subject, subject_id, version, action, from_status, to_status,"
        " role, 'forged', reason, line, changes, details, undoes, hash FROM real_events WHERE id = 1"
        " ON CONFLICT (subject, subject_id, version) DO UPDATE SET actor_id = 'forged'",
        "UPDATE OR REPLACE events SET id = 2 WHERE id = 1",
    ],
)
def test_the_log_is_only_ever_appended_to(statement: str, filled: World, sql: sqlite3.Connection) -> None:
    names = "id, at, subject, subject_id, version, action, from_status, to_status, role, actor_id, reason, line"
    columns = f"({names}, changes, details, undoes, hash)"
    written = statement.replace("INTO events SELECT", f"INTO events {columns} SELECT").replace("real_events", "events")
    refused(filled, sql, written, saying="log_append_only")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoints SET digest = 'other'",
        "DELETE FROM checkpoints",
        "INSERT OR REPLACE INTO checkpoints SELECT id, at, events, last_event, 'other' FROM checkpoints",
        "INSERT INTO checkpoints SELECT 0, at, events, last_event, 'other' FROM checkpoints",
    ],
)
def test_a_checkpoint_stays_as_it_was_taken(statement: str, filled: World, sql: sqlite3.Connection) -> None:
    filled.engine.checkpoint()
    before = filled.rows("SELECT * FROM checkpoints")
    refused(filled, sql, statement, saying="log_append_only")
    assert filled.rows("SELECT * FROM checkpoints") == before


@pytest.mark.parametrize("pragma", ["recursive_triggers", "foreign_keys"])
def test_the_log_is_only_appended_to_whatever_the_connections_settings(pragma: str, filled: World) -> None:
    for setting in ("ON", "OFF"):
        with plain(filled.path) as connection:
            connection.execute(f"PRAGMA {pragma} = {setting}")
            refused(filled, connection, "DELETE FROM events", saying="log_append_only")
            refused(filled, connection, lambda: None, "UPDATE events SET at = 0", saying="log_append_only")


@pytest.mark.parametrize("number", [-(2**62), -1, 0, 4])
def test_no_event_comes_in_below_the_newest_where_a_tail_would_miss_it(
    number: int, new_world: NewWorld, filled: World
) -> None:
    """Numbers below the newest are free only in a log with gaps, so one is made first."""
    with plain(filled.path) as connection:
        newest = filled.engine.views.last_event()
        columns = "id, at, subject, subject_id, version, action, from_status, to_status, role, actor_id, reason"
        insert_at = f"INSERT INTO events ({columns}, hash, changes, details) VALUES"
        sealed = "0" * 64
        connection.execute("BEGIN")
        move(connection)
        values = f"1, 'booking', 1, 2, 'mark-failed', 'PENDING', 'FAILED', 'admin', 'mallory', 'because', '{sealed}',"
        values += "'{}', '{}'"
        connection.execute(f"{insert_at} ({newest + 10}, {values})")
        connection.execute("COMMIT")
        late = newest + number if number > 0 else number
        values = values.replace("1, 2, 'mark-failed', 'PENDING', 'FAILED'", "1, 3, 'retry', 'FAILED', 'PENDING'")
        refused(
            filled,
            connection,
            lambda: move(connection, "PENDING", 3),
            f"{insert_at} ({late}, {values})",
            saying="log_append_only|events_numbered_from_1",
        )
    filled.booking()
    assert filled.engine.views.last_event() > newest + 10
    empty = new_world()
    with plain(empty.path) as connection:
        first = (
            f"0, 1, 'service', 1, 1, 'create', 'NEW', 'ACTIVE', 'admin', 'mallory', NULL, '{sealed}', '{{}}', '{{}}'"
        )
        refused(empty, connection, f"{insert_at} ({first})", saying="events_numbered_from_1")


def test_the_log_of_bookings_can_be_read_by_anybody(filled: World, sql: sqlite3.Connection) -> None:
    rows = sql.execute("SELECT booking_id, version, action, role, actor_id FROM booking_events").fetchall()
    assert [tuple(row) for row in rows] == [(1, 1, "create", "admin", ANA.id)]
