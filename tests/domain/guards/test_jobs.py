"""Jobs by plain SQL: a provider exactly where the status wants one, and nobody in two places at once."""

import sqlite3

import pytest

from domain import commands as c
from domain.lifecycle import Status
from tests.domain import expected
from tests.domain.guards.poking import BOOKING, an_event, insert, refused
from tests.domain.world import World, minutes


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
