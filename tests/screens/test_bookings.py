"""Bookings: every booking, filtered, live, and acted on by keys."""

from __future__ import annotations

import pytest

from domain.actors import LOOP
from domain.clock import SystemClock
from domain.errors import NotUnderstood
from domain.lifecycle import ACTIVE, NEEDS_PROVIDER, Status
from domain.line.context import Context
from domain.views import Directory
from screens.booking_filter import next_group, next_service, read_filter, with_service, with_statuses
from screens.bookings import BookingsScreen
from screens.widgets.chips import Chips
from screens.widgets.filterbar import FilterBar
from tests.screens.console_room import ZONE, Room, type_in


def _bookings(room: Room) -> BookingsScreen:
    assert isinstance(room.frame, BookingsScreen)
    return room.frame


def _context(room: Room) -> Context:
    return Context(
        now=SystemClock().now(), actor=room.app.room.actor, zone=ZONE, directory=room.others.views.directory()
    )


async def test_bookings_come_newest_first_with_the_sheet_of_the_selected_one(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings", "Ana [b]Diaz", "2 ◇ PENDING plumbing P2", "Candidates now")
        assert console.painted.index("Bo Larsen") < console.painted.index("12 Example St")


async def test_a_new_booking_appears_and_the_cursor_stays_on_its_booking(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings", "Candidates now")
        room.do('n heating "cold" at "1 Test Road" for "Gus Hill" +12025550136')
        await console.shows("3 bookings", "1 Test Road")
        assert _bookings(console).table.cursor_key == 2
        room.do("assign 2 mira")
        await console.shows("ASSIGNED 1", "assigned to mira")


async def test_filters_are_those_of_find_and_an_unknown_one_is_refused_at_the_field(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings")
        await console.pilot.press("f")
        type_in(console, "status:pending leak")
        await console.pilot.press("enter")
        await console.shows("1 of 2", "7 Sample Ave")
        await console.until(lambda: "12 Example St" not in console.painted)
        await console.pilot.press("f")
        type_in(console, " colour:red")
        await console.shows("there is no filter colour:")
        assert "7 Sample Ave" in console.painted, "what was found before stays"


async def test_a_booking_that_fits_the_filter_no_longer_leaves_by_itself(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings")
        await console.pilot.press("s")
        await console.shows("status:pending,rejected,no_show", "status: waiting")
        room.do("assign 2 mira")
        await console.shows("1 of 2")
        await console.pilot.press("s")
        await console.shows("status:assigned,accepted,en_route,in_progress", "7 Sample Ave")


async def test_keys_act_on_the_selected_booking_as_it_was_shown(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings", "Candidates now")
        await console.pilot.press("h")
        assert console.frame.line.text == "hold 2 -- "
        type_in(console, "part")
        await console.pilot.press("enter")
        await console.shows("put on hold", "PENDING held")
        await console.pilot.press("r")
        assert "retry" in console.said, "a grey key says why it does nothing"


async def test_enter_opens_the_booking_on_the_desk(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings", "Candidates now")
        await console.pilot.press("down", "enter")
        await console.until(lambda: console.frame.PLACE == "desk")
        await console.shows("1 ◇ PENDING heating")


def test_the_quick_keys_rewrite_the_filter_and_keep_the_rest() -> None:
    services = {"plumbing": 1, "heat/hot water": 2}
    context = Context(now=SystemClock().now(), actor=LOOP, zone=ZONE, directory=Directory(services=services))
    text = with_statuses("leak bronx", NEEDS_PROVIDER, context)
    assert text == "leak bronx status:pending,rejected,no_show"
    assert with_service(text, "heat/hot water", context).endswith('service:"heat/hot water"')
    assert with_statuses(text, (), context) == "leak bronx"
    assert with_statuses("pending leak -failed no-show", {Status.FAILED}, context) == "leak -failed status:failed"
    assert with_service("late heat/hot water", "plumbing", context) == "late service:plumbing"
    assert with_statuses("-- all this", {Status.FAILED}, context) == "status:failed -- all this"
    assert next_group(NEEDS_PROVIDER) == ("active", ACTIVE)
    assert next_group(frozenset({Status.PENDING}))[0] == "all"
    assert [next_service(["a", "b"], present) for present in (None, "a", "b")] == ["a", "b", None]


async def test_a_filter_that_names_what_there_is_not_is_refused(room: Room) -> None:
    async with room.console(place="bookings") as console:
        context = _context(console)
        assert read_filter(with_service("", "plumbing", context), context).services
        for wrong in ("service:gardening", "provider:nobody", "status:lost", "status:", "leak ?"):
            with pytest.raises(NotUnderstood):
                read_filter(wrong, context)
        assert (
            read_filter("", Context(now=context.now, actor=context.actor, zone=ZONE, directory=Directory())).words == ()
        )


@pytest.mark.parametrize("place", ["bookings", "admin", "providers", "log"])
async def test_every_filter_bar_says_what_is_wrong_while_one_types_also_at_80x24(room: Room, place: str) -> None:
    async with room.console(place=place, size=(80, 24)) as console:
        await console.until(lambda: console.frame.query("#filter"))
        console.frame.query_one("#filter", FilterBar).enter()
        type_in(console, "stauts:x")
        await console.shows("✕ there is no filter stauts:")
        console.frame.query_one("#filter", FilterBar).set_text("mira")
        await console.until(lambda: "there is no filter" not in console.painted)


async def test_a_chip_writes_its_status_into_the_filter(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings")
        console.frame.query_one("#filter", FilterBar).set_text("pending leak")
        await console.shows("[◇ PENDING")
        chips = console.frame.query_one("#statuses", Chips)
        chips.post_message(Chips.Toggled(chips, "FAILED"))
        await console.shows("leak status:pending,failed")


async def test_a_filter_says_how_short_terms_are_looked_for(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings")
        console.frame.query_one("#filter", FilterBar).set_text("sa")
        await console.shows("short terms: word beginnings", "2 bookings")
