"""Lines about many, marks, and dry runs on the console: asked, done, taken back; tried, then meant."""

from __future__ import annotations

from domain.lifecycle import Status
from screens.bookings import BookingsScreen
from tests.screens.console_room import Room, type_in


async def test_what_is_marked_is_acted_on_by_the_keys_after_a_second_enter(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings", "Candidates now")
        await console.pilot.press("space", "space")
        await console.shows("2 marked")
        await console.pilot.press("i")
        assert console.frame.line.text == "prioritise [2 1]"
        type_in(console, " 3")
        await console.pilot.press("enter")
        await console.shows("prioritise 2 bookings", "Enter again does it, or yes")
        assert room.others.views.booking(1).booking.priority == 1
        await console.pilot.press("enter")
        await console.shows("2 of 2 done")
        assert {room.others.views.booking(number).booking.priority for number in (1, 2)} == {3}
        frame = console.frame
        assert isinstance(frame, BookingsScreen)
        assert frame.situation().marked == ()


async def test_esc_takes_the_marks_off_and_a_key_acts_on_the_selected_one_again(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings", "Candidates now")
        await console.pilot.press("space", "escape", "escape", "m")
        assert console.frame.line.text == "reschedule 1"


async def test_yes_agrees_and_any_other_line_does_not(room: Room) -> None:
    async with room.console() as console:
        await console.pilot.press("colon")
        type_in(console, 'x! [pending] "school closed"')
        await console.pilot.press("enter")
        await console.shows("force-cancel 2 bookings: 2 PENDING")
        console.frame.line.set_text("")
        type_in(console, "yes")
        await console.pilot.press("enter")
        await console.shows("2 of 2 done")
        assert room.others.views.booking(1).booking.status is Status.CANCELLED
        await console.pilot.press("colon")
        type_in(console, "yes")
        await console.pilot.press("enter")
        await console.shows("no verb")


async def test_all_that_the_filter_finds_are_the_beginning_of_a_line(room: Room) -> None:
    async with room.console(place="bookings") as console:
        await console.shows("2 bookings")
        await console.pilot.press("asterisk")
        assert "f first says which" in console.said
        await console.pilot.press("f")
        type_in(console, "leak")
        await console.pilot.press("enter")
        await console.shows("1 of 2")
        await console.pilot.press("asterisk")
        assert console.frame.line.text == "[leak] "
        type_in(console, "p 4")
        await console.pilot.press("enter")
        await console.shows("prioritise 1 booking: 1 PENDING")


async def test_after_a_dry_run_the_line_stands_ready_to_be_meant(room: Room) -> None:
    async with room.console() as console:
        await console.pilot.press("tilde")
        assert console.frame.line.text == "~"
        type_in(console, "assign 2 mira")
        await console.pilot.press("enter")
        await console.shows("dry run, nothing was changed", "provider – → mira")
        assert room.others.views.booking(2).booking.status is Status.PENDING
        assert console.frame.line.text == "assign 2 mira"
        await console.pilot.press("enter")
        await console.shows("assigned to mira")
        assert room.others.views.booking(2).booking.status is Status.ASSIGNED
