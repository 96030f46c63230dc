"""The figures that are kept: counted once, on the local day, whatever the clocks of the zone do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.clock import from_ms
from domain.daily import DayFigures, came_into, day_of, days
from domain.errors import InvalidInput, NotFound
from domain.proof.audit import Auditor
from tests.conftest import POSTGRES, SQLITE
from tests.domain.world import ANA, World

NEW_YORK = ZoneInfo("America/New_York")


def counted(figures: tuple[DayFigures, ...]) -> dict[str, dict[str, int]]:
    return {day.day: dict(day.counts) for day in figures if day.counts}


@pytest.fixture
def room(world: World) -> World:
    """A room in New York, with two services and two providers."""
    world.configure("zone", "America/New_York")
    world.service()
    world.service("locks")
    world.provider("mira")
    world.provider("tom", "locks")
    return world


MIDNIGHTS = [
    # Summer time begins on 8 March and ends on 1 November 2026 in New York.
    ("2026-03-07", "2026-03-08"),
    ("2026-03-08", "2026-03-09"),
    ("2026-10-31", "2026-11-01"),
    ("2026-11-01", "2026-11-02"),
]


@pytest.mark.parametrize(("before", "after"), MIDNIGHTS)
def test_what_happens_at_both_sides_of_midnight_counts_on_its_own_day_when_the_clocks_change(
    before: str, after: str, room: World
) -> None:
    midnight = datetime.fromisoformat(after).replace(tzinfo=NEW_YORK).astimezone(UTC)
    for moment in (midnight - timedelta(milliseconds=1), midnight):
        room.clock.set(moment)
        room.booking()
    figures = room.engine.views.figures(date.fromisoformat(before), date.fromisoformat(after))
    assert counted(figures) == {before: {"PENDING": 1}, after: {"PENDING": 1}}


def test_the_hour_that_comes_twice_and_the_one_that_never_comes_are_of_one_day(room: World) -> None:
    for hours in range(25):
        room.clock.set(datetime(2026, 11, 1, 4, 0, tzinfo=UTC) + timedelta(hours=hours))
        room.booking()
    for hours in range(23):
        room.clock.set(datetime(2027, 3, 14, 5, 0, tzinfo=UTC) + timedelta(hours=hours))
        room.booking()
    for day, count in (("2026-11-01", 25), ("2027-03-14", 23)):
        assert counted(room.engine.views.figures(date.fromisoformat(day), date.fromisoformat(day))) == {
            day: {"PENDING": count}
        }


@given(st.integers(0, 2**41), st.sampled_from(["America/New_York", "Asia/Tokyo", "America/Sao_Paulo"]))
def test_a_moment_is_of_the_day_that_a_clock_on_the_wall_shows(milliseconds: int, zone: str) -> None:
    moment = from_ms(milliseconds)
    assert day_of(moment, zone) == moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")


def test_a_day_on_which_nothing_happened_is_there_with_nothing(room: World) -> None:
    room.booking()
    room.clock.advance(3 * 86_400)
    room.booking()
    figures = room.engine.views.figures(date(2026, 8, 3), date(2026, 8, 6))
    assert [day.day for day in figures] == ["2026-08-03", "2026-08-04", "2026-08-05", "2026-08-06"]
    assert [day.counts.get("PENDING", 0) for day in figures] == [1, 0, 0, 1]


@pytest.mark.parametrize("database_kind", [SQLITE, POSTGRES])
def test_without_days_the_last_fourteen_are_shown(room: World) -> None:
    figures = room.engine.views.figures()
    assert [day.day for day in figures] == days(date(2026, 7, 21), date(2026, 8, 3))


@pytest.mark.parametrize("database_kind", [SQLITE, POSTGRES])
def test_a_services_and_a_providers_figures_are_their_own(room: World) -> None:
    first, second = room.booking(), room.booking(service="locks")
    room.do(c.Assign.of(booking=first, provider="mira"))
    room.do(c.Assign.of(booking=second, provider="tom"))
    room.by("tom", c.Accept.of(booking=second))
    room.by("mira", c.Reject.of(booking=first, reason="too far"))
    today = date(2026, 8, 3)

    def of(service: str | None = None, provider: str | None = None) -> dict[str, int]:
        (day,) = room.engine.views.figures(today, today, service=service, provider=provider)
        return dict(day.counts)

    assert of() == {"PENDING": 2, "ASSIGNED": 2, "ACCEPTED": 1, "REJECTED": 1}
    assert of(service="plumbing") == {"PENDING": 1, "ASSIGNED": 1, "REJECTED": 1}
    assert of(service="LOCKS") == {"PENDING": 1, "ASSIGNED": 1, "ACCEPTED": 1}
    assert of(provider="mira") == {"ASSIGNED": 1, "REJECTED": 1}
    assert of(provider="tom") == {"ASSIGNED": 1, "ACCEPTED": 1}


def test_what_does_not_move_a_booking_counts_nothing(room: World) -> None:
    number = room.booking()
    room.do(c.Note.of(booking=number, text="ring twice"))
    room.do(c.Prioritise.of(booking=number, priority=1))
    room.do(c.Hold.of(booking=number, reason="waits for a part"))
    assert counted(room.engine.views.figures(date(2026, 8, 3))) == {"2026-08-03": {"PENDING": 1}}


def test_refused_commands_and_undone_batches_count_nothing(room: World) -> None:
    number = room.booking()
    room.engine.execute_all([c.Assign.of(booking=number, provider="tom"), c.Note.of(booking=number, text="x")], ANA)
    assert counted(room.engine.views.figures(date(2026, 8, 3))) == {"2026-08-03": {"PENDING": 1}}


def test_days_in_the_wrong_order_or_of_nobody_are_refused(room: World) -> None:
    figures = room.engine.views.figures
    with pytest.raises(InvalidInput):
        figures(date(2026, 8, 3), date(2026, 8, 2))
    with pytest.raises(InvalidInput):
        figures(date(1900, 1, 1), date(2026, 8, 2))
    with pytest.raises(NotFound):
        figures(service="painting")
    with pytest.raises(NotFound):
        figures(provider="nobody")


def test_a_booking_counts_for_the_room_its_service_and_whoever_has_or_has_just_lost_it() -> None:
    moment = datetime(2026, 8, 3, tzinfo=UTC)
    gained = came_into("ASSIGNED", moment, "UTC", service=2, provider=7, provider_before=None)
    lost = came_into("REJECTED", moment, "UTC", service=2, provider=None, provider_before=7)
    taken = came_into("ASSIGNED", moment, "UTC", service=2, provider=8, provider_before=7)
    nobody = came_into("PENDING", moment, "UTC", service=2, provider=None, provider_before=None)
    assert [(came.dimension, came.ref) for came in gained] == [("room", 0), ("service", 2), ("provider", 7)]
    assert [(came.dimension, came.ref) for came in lost] == [("room", 0), ("service", 2), ("provider", 7)]
    assert [(came.dimension, came.ref) for came in taken] == [("room", 0), ("service", 2), ("provider", 8)]
    assert [(came.dimension, came.ref) for came in nobody] == [("room", 0), ("service", 2)]


def test_an_empty_log_has_no_figures() -> None:
    assert [*Auditor().figures([])] == []
