"""Rows by plain SQL: each is its last event's, none is deleted, and every value is one that there can be."""

import sqlite3

import pytest

from domain.lifecycle import Status
from tests.domain.guards.poking import BOOKING, FOREIGN_KEY, an_event, insert, move, refused
from tests.domain.world import World, plain


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


def test_what_foreign_keys_off_lets_through_is_found_by_reading_the_log(filled: World) -> None:
    """Not caught by the database itself, and known: so that whoever relies on it knows too."""
    with plain(filled.path, foreign_keys=False) as connection:
        move(connection)
    faults = filled.rows("PRAGMA foreign_key_check")
    assert [row["table"] for row in faults] == ["bookings"]
