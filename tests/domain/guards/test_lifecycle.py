"""Events by plain SQL: only what the lifecycle allows, with a reason where it asks for one."""

import sqlite3

import pytest

from domain.lifecycle import Status
from tests.domain import expected
from tests.domain.guards.poking import BOOKING, FOREIGN_KEY, an_event, insert, move, refused
from tests.domain.world import Row, World, plain


def test_a_lawful_change_by_plain_sql_is_accepted(filled: World, sql: sqlite3.Connection) -> None:
    sql.execute("BEGIN")
    move(sql)
    insert(sql, an_event())
    sql.execute("COMMIT")
    assert filled.status(BOOKING) is Status.FAILED


@pytest.mark.parametrize("action", sorted({action for action, *_ in expected.edges("booking")} - {"create"}))
def test_each_event_that_the_table_does_not_have_is_refused(
    action: str, filled: World, sql: sqlite3.Connection
) -> None:
    """Every (action, from, to, role) there is, from PENDING on: refused exactly where the table has no such edge."""
    lawful = expected.edges("booking")
    for target in expected.STATUSES:
        for role in expected.ROLES:
            sql.execute("BEGIN")
            event = an_event(action=action, to_status=target, role=role)
            if (action, "PENDING", target, role) in lawful:
                insert(sql, event)
            else:
                with pytest.raises(sqlite3.IntegrityError, match=FOREIGN_KEY):
                    insert(sql, event)
            sql.execute("ROLLBACK")


@pytest.mark.parametrize("status", expected.STATUSES)
def test_from_every_status_only_the_tables_edges_can_be_written(status: str, filled: World) -> None:
    filled.bring(BOOKING, Status(status))
    version = filled.get(BOOKING).version + 1
    lawful = expected.edges("booking")
    with plain(filled.path) as sql:
        for action in expected.BOOKING_TABLE:
            for target in expected.STATUSES:
                event = an_event(action=action, from_status=status, to_status=target, version=version)
                sql.execute("BEGIN")
                if (action, status, target, "admin") in lawful:
                    insert(sql, event)
                else:
                    with pytest.raises(sqlite3.IntegrityError):
                        insert(sql, event)
                sql.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"action": "teleport"}, "an action that does not exist"),
        ({"role": "root"}, "a role that does not exist"),
        ({"to_status": "DONE"}, "a status that does not exist"),
        ({"subject": "invoice"}, "a subject that does not exist"),
        ({"from_status": "ASSIGNED"}, "a from-status that the booking was not in"),
        ({"from_status": "NEW"}, "a later event that claims to be the first"),
        ({"version": 3}, "a version that leaves one out"),
        ({"version": 0}, "a version below the first"),
        ({"version": -1}, "a negative version"),
        ({"role": "customer"}, "a role that may not"),
        ({"subject_id": 99}, "an event of a booking that does not exist"),
        ({"reason": None}, "no reason where the table asks for one"),
        ({"reason": "  "}, "a reason that says nothing"),
        ({"from_status": None}, "no from-status"),
        ({"at": None}, "no time"),
        ({"hash": None}, "no hash"),
        ({"hash": "00"}, "half a hash"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_event_is_refused_that_has(given: Row, why: str, filled: World, sql: sqlite3.Connection) -> None:
    refused(filled, sql, lambda: move(sql), lambda: insert(sql, an_event(**given)), saying="constraint failed")


@pytest.mark.parametrize("action", sorted(expected.REASON))
def test_the_database_wants_a_reason_where_the_table_does(action: str, filled: World, sql: sqlite3.Connection) -> None:
    edge = next(edge for edge in sorted(expected.edges("booking")) if edge[0] == action)
    filled.bring(BOOKING, Status(edge[1]))
    event = an_event(
        action=action,
        from_status=edge[1],
        to_status=edge[2],
        role=edge[3],
        version=filled.get(BOOKING).version + 1,
    )
    sql.execute("BEGIN")
    insert(sql, event)
    sql.execute("ROLLBACK")
    for reason in (None, "", "   "):
        refused(
            filled, sql, lambda reason=reason: insert(sql, {**event, "reason": reason}), saying="events_reason_given"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO legal_transition VALUES ('booking', 'accept', 'PENDING', 'ACCEPTED', 'admin')",
        "INSERT OR REPLACE INTO legal_transition SELECT * FROM legal_transition LIMIT 1",
        "UPDATE legal_transition SET role = 'customer'",
        "DELETE FROM legal_transition",
    ],
)
def test_the_lifecycle_in_the_database_cannot_be_tampered_with(
    statement: str, filled: World, sql: sqlite3.Connection
) -> None:
    before = filled.rows("SELECT * FROM legal_transition")
    refused(filled, sql, statement, saying="lifecycle_sealed")
    assert filled.rows("SELECT * FROM legal_transition") == before
