"""The database refuses the illegal by itself: plain SQL on a plain connection, none of our code in between."""

import sqlite3
from collections.abc import Iterator

import pytest

from domain import commands as c
from domain.lifecycle import Status
from tests.conftest import NewWorld
from tests.domain import expected
from tests.domain.world import ANA, Row, World, minutes, plain

BOOKING = 1
INSERT_EVENT = (
    "{verb} INTO events (at, subject, subject_id, version, action, from_status, to_status, role, actor_id, reason,"
    " changes, details, hash) VALUES (:at, :subject, :subject_id, :version, :action, :from_status, :to_status, :role,"
    " :actor_id, :reason, '{{}}', '{{}}', :hash)"
)


@pytest.fixture
def filled(world: World) -> World:
    """Booking 1 is PENDING at version 1; mira and tom are on duty; customer 1 has it."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.booking()
    return world


@pytest.fixture
def sql(filled: World) -> Iterator[sqlite3.Connection]:
    with plain(filled.path) as connection:
        yield connection


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


FOREIGN_KEY = "FOREIGN KEY constraint failed"


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


def test_a_row_without_an_event_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    for table in ("bookings", "providers", "services", "customers"):
        taken = {"handle": "'other'", "email": "NULL", "name": "'Other'"}
        names = [row["name"] for row in sql.execute(f"SELECT name FROM pragma_table_info('{table}')")]
        values = ["99" if name == "id" else taken.get(name, name) for name in names]
        copy = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE id = 1"
        refused(filled, sql, copy, saying=FOREIGN_KEY)


def test_a_status_change_without_an_event_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    refused(filled, sql, lambda: move(sql), saying=FOREIGN_KEY)
    refused(filled, sql, "UPDATE providers SET duty = 'OFF', version = version + 1 WHERE id = 1", saying=FOREIGN_KEY)
    refused(filled, sql, "UPDATE services SET status = 'INACTIVE', version = version + 1", saying=FOREIGN_KEY)


def test_a_change_of_any_other_column_without_a_new_version_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    for table in ("bookings", "customers", "services", "providers"):
        column = "address" if table == "bookings" else "name"
        refused(filled, sql, f"UPDATE {table} SET {column} = 'elsewhere' WHERE id = 1", saying="version_jump")
        refused(
            filled,
            sql,
            f"UPDATE {table} SET {column} = 'elsewhere', version = version + 1 WHERE id = 1",
            saying=FOREIGN_KEY,
        )


def test_an_event_that_disagrees_with_its_row_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    refused(
        filled,
        sql,
        lambda: move(sql, "CANCELLED"),
        lambda: insert(sql, an_event()),
        saying=FOREIGN_KEY,
    )


def test_a_version_that_jumps_or_falls_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    for version in (0, 1, 3, 99):
        refused(filled, sql, lambda version=version: move(sql, version=version), saying="version_jump")


def test_a_number_cannot_be_changed_and_is_at_least_1(filled: World, sql: sqlite3.Connection) -> None:
    refused(filled, sql, "UPDATE bookings SET id = 7, version = version + 1", saying="version_jump")
    names = [row["name"] for row in sql.execute("SELECT name FROM pragma_table_info('bookings')")]
    for number in ("0", "-1"):
        values = ", ".join(number if name == "id" else name for name in names)
        refused(
            filled,
            sql,
            f"INSERT INTO bookings ({', '.join(names)}) SELECT {values} FROM bookings WHERE id = 1",
            saying="bookings_numbered_from_1",
        )


@pytest.mark.parametrize("status", expected.STATUSES)
def test_a_provider_is_present_exactly_where_the_status_wants_one(
    status: str, filled: World, sql: sqlite3.Connection
) -> None:
    filled.bring(BOOKING, Status(status))
    version = filled.get(BOOKING).version + 1
    has = status in (*expected.ACTIVE, "COMPLETED")
    wrong = "NULL, assigned_at = NULL" if has else "2, assigned_at = 1"
    refused(
        filled,
        sql,
        f"UPDATE bookings SET version = {version}, provider_id = {wrong}, offer_until = NULL",
        saying="bookings_provider_where_due",
    )


def test_a_forced_booking_without_a_provider_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    refused(filled, sql, "UPDATE bookings SET version = 2, forced = 1", saying="bookings_forced_needs_provider")


def assigned_by_sql(connection: sqlite3.Connection, number: int, provider: int, forced: int = 0) -> None:
    """What no decision would do: an assignment that looks at nothing."""
    connection.execute(
        "UPDATE bookings SET status = 'ASSIGNED', version = version + 1, provider_id = ?, assigned_at = 1,"
        " forced = ?, attempt_at = NULL WHERE id = ?",
        (provider, forced, number),
    )
    insert(connection, an_event(subject_id=number, action="force-assign", to_status="ASSIGNED"))


def test_two_active_bookings_on_demand_for_one_provider_are_refused_unless_forced(
    filled: World, sql: sqlite3.Connection
) -> None:
    filled.do(c.Assign.of(booking=BOOKING, provider="mira"))
    second = filled.booking()
    refused(filled, sql, lambda: assigned_by_sql(sql, second, 1), saying="UNIQUE constraint failed")
    sql.execute("BEGIN")
    assigned_by_sql(sql, second, 1, forced=1)
    sql.execute("COMMIT")
    assert filled.get(second).provider_id == filled.get(BOOKING).provider_id


@pytest.mark.parametrize("status", ["EN_ROUTE", "IN_PROGRESS"])
def test_two_bookings_at_work_for_one_provider_are_refused(status: str, filled: World, sql: sqlite3.Connection) -> None:
    filled.bring(BOOKING, Status(status))
    planned = filled.booking(**filled.window(600, 660))
    filled.bring(planned, Status.ACCEPTED)
    for other, action, at_work in ((3, "depart", "EN_ROUTE"), (3, "start", "IN_PROGRESS")):
        version = filled.get(planned).version + 1
        assert other == version - 1
        event = an_event(
            subject_id=planned,
            version=version,
            action=action,
            from_status="ACCEPTED",
            to_status=at_work,
            role="provider",
        )
        refused(
            filled,
            sql,
            f"UPDATE bookings SET status = '{at_work}', version = {version} WHERE id = {planned}",
            lambda event=event: insert(sql, event),
            saying="UNIQUE constraint failed: bookings.provider_id",
        )


def test_overlapping_windows_of_one_provider_are_refused_and_touching_ones_are_not(
    filled: World, sql: sqlite3.Connection
) -> None:
    first = filled.booking(**filled.window(60, 120))
    filled.do(c.Assign.of(booking=first, provider="mira"))
    for start, end in ((60, 120), (30, 61), (119, 180), (70, 80), (0.1, 600)):
        overlapping = filled.booking(**filled.window(start, end))
        refused(
            filled, sql, lambda overlapping=overlapping: assigned_by_sql(sql, overlapping, 1), saying="window_overlap"
        )
    for start, end in ((120, 180), (0.1, 60)):
        touching = filled.booking(**filled.window(start, end))
        sql.execute("BEGIN")
        assigned_by_sql(sql, touching, 1)
        sql.execute("COMMIT")
    other = filled.booking(**filled.window(60, 120))
    sql.execute("BEGIN")
    assigned_by_sql(sql, other, 2)
    sql.execute("COMMIT")


def test_moving_a_window_over_another_is_refused(filled: World, sql: sqlite3.Connection) -> None:
    first, second = filled.booking(**filled.window(60, 120)), filled.booking(**filled.window(180, 240))
    for number in (first, second):
        filled.do(c.Assign.of(booking=number, provider="mira"))
    event = an_event(
        subject_id=second, version=3, action="reschedule", from_status="ASSIGNED", to_status="ASSIGNED", reason=None
    )
    earlier = int(minutes(100).total_seconds() * 1000)
    refused(
        filled,
        sql,
        f"UPDATE bookings SET version = 3, window_start = window_start - {earlier} WHERE id = {second}",
        lambda: insert(sql, event),
        saying="window_overlap",
    )


@pytest.mark.parametrize("table", ["bookings", "providers", "services", "customers", "settings"])
def test_no_row_is_ever_deleted_or_replaced(table: str, filled: World, sql: sqlite3.Connection) -> None:
    filled.configure("at_risk_minutes", 20)
    refused(filled, sql, f"DELETE FROM {table}", saying="never_deleted")
    names = ", ".join(row["name"] for row in sql.execute(f"SELECT name FROM pragma_table_info('{table}')"))
    again = f"{table} ({names}) SELECT {names} FROM {table} WHERE id = 1"
    for verb in ("INSERT OR REPLACE INTO", "REPLACE INTO", "INSERT OR IGNORE INTO", "INSERT INTO"):
        refused(filled, sql, f"{verb} {again}", saying="never_deleted")
    upsert = f"INSERT INTO {again} ON CONFLICT (id) DO UPDATE SET version = 9"
    refused(filled, sql, upsert, saying="never_deleted")


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


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ("priority = 0", "bookings_priority_1_to_4"),
        ("priority = 5", "bookings_priority_1_to_4"),
        ("window_start = 5", "bookings_window_whole"),
        ("window_start = 5, window_end = 5", "bookings_window_ends_after_start"),
        ("latitude = 40.5", "bookings_place_whole"),
        ("source = 'file'", "bookings_source_with_key"),
        ("duration_minutes = 0", "bookings_duration_positive"),
        ("offer_until = 5", "bookings_offer_only_assigned"),
        ("customer_id = 99", FOREIGN_KEY),
        ("service_id = 99", FOREIGN_KEY),
        ("kind = 'provider'", "bookings_kind"),
        ("status = 'LOST'", "bookings_status_known"),
    ],
)
def test_a_booking_is_refused_with(change: str, saying: str, filled: World, sql: sqlite3.Connection) -> None:
    refused(filled, sql, f"UPDATE bookings SET version = 2, {change}", saying=saying)


def test_timers_run_only_where_the_status_lets_them(filled: World, sql: sqlite3.Connection) -> None:
    filled.bring(BOOKING, Status.IN_PROGRESS)
    version = filled.get(BOOKING).version + 1
    for change, saying in (
        ("attempt_at = 5", "bookings_ladder_only_unassigned"),
        ("parked_at = 5", "bookings_ladder_only_unassigned"),
        ("held_since = 5", "bookings_held_where_it_can"),
        ("offer_until = 5", "bookings_offer_only_assigned"),
    ):
        refused(filled, sql, f"UPDATE bookings SET version = {version}, {change}", saying=saying)


@pytest.mark.parametrize(
    ("change", "saying"),
    [
        ("rating = 5.1", "providers_rating_0_to_5"),
        ("rating = -1", "providers_rating_0_to_5"),
        ("active = 0", "providers_inactive_is_off"),
        ("break_until = 5", "providers_until_only_on_break"),
        ("latitude = 1.0", "providers_place_whole"),
        ("handle = 'tom'", "UNIQUE constraint failed"),
        ("duty = 'ASLEEP'", "providers_duty_known"),
    ],
)
def test_a_provider_is_refused_with(change: str, saying: str, filled: World, sql: sqlite3.Connection) -> None:
    statement = f"UPDATE providers SET version = version + 1, {change} WHERE handle = 'mira'"
    refused(filled, sql, statement, saying=saying)


def test_a_source_and_key_come_in_once(filled: World, sql: sqlite3.Connection) -> None:
    filled.booking(source="file", external_key="7")
    refused(
        filled,
        sql,
        "UPDATE bookings SET version = 2, source = 'file', external_key = '7' WHERE id = 1",
        saying="UNIQUE constraint failed",
    )


def test_the_log_of_bookings_can_be_read_by_anybody(filled: World, sql: sqlite3.Connection) -> None:
    rows = sql.execute("SELECT booking_id, version, action, role, actor_id FROM booking_events").fetchall()
    assert [tuple(row) for row in rows] == [(1, 1, "create", "admin", ANA.id)]


def test_what_foreign_keys_off_lets_through_is_found_by_reading_the_log(filled: World) -> None:
    """Not caught by the database itself, and known: so that whoever relies on it knows too."""
    with plain(filled.path, foreign_keys=False) as connection:
        move(connection)
    faults = filled.rows("PRAGMA foreign_key_check")
    assert [row["table"] for row in faults] == ["bookings"]
