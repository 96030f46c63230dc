"""What somebody with a shell writes into the database: plain SQL, none of our code in between."""

import sqlite3

import pytest

from tests.domain.world import Row, World

BOOKING = 1
INSERT_EVENT = (
    "{verb} INTO events (at, subject, subject_id, version, action, from_status, to_status, role, actor_id, reason,"
    " changes, details, hash) VALUES (:at, :subject, :subject_id, :version, :action, :from_status, :to_status, :role,"
    " :actor_id, :reason, '{{}}', '{{}}', :hash)"
)
FOREIGN_KEY = "FOREIGN KEY constraint failed"


def an_event(**given: object) -> Row:
    """A lawful next event of booking 1 (marked failed), with what is given in its place."""
    lawful: Row = {
        "at": 1_785_747_600_000,
        "subject": "booking",
        "subject_id": BOOKING,
        "version": 2,
        "action": "mark-failed",
        "from_status": "PENDING",
        "to_status": "FAILED",
        "role": "admin",
        "actor_id": "mallory",
        "reason": "because",
        "hash": "0" * 64,
    }
    return lawful | given


def insert(connection: sqlite3.Connection, event: Row, verb: str = "INSERT") -> None:
    connection.execute(INSERT_EVENT.format(verb=verb), event)


def move(connection: sqlite3.Connection, status: str = "FAILED", version: int = 2, **more: object) -> None:
    """The row of booking 1 in another status and version."""
    values: Row = {"status": status, "version": version, "attempt_at": None, "give_up_at": None, **more}
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE bookings SET {assignments} WHERE id = {BOOKING}", values)


def refused(world: World, connection: sqlite3.Connection, *steps: object, saying: str) -> None:
    """The steps in one transaction are refused, at the latest when it commits, and nothing is different."""
    before = world.everything()

    def in_one_transaction() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for step in steps:
            if isinstance(step, str):
                connection.execute(step)
            elif callable(step):
                step()
        connection.execute("COMMIT")

    with pytest.raises(sqlite3.IntegrityError, match=saying):
        in_one_transaction()
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    assert world.everything() == before
