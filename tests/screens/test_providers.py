"""Providers: the roster with everybody's status, duty by keys, and the form."""

from __future__ import annotations

from screens.providers import ProvidersScreen
from tests.screens.console_room import Room, type_in


def _providers(room: Room) -> ProvidersScreen:
    assert isinstance(room.frame, ProvidersScreen)
    return room.frame


async def test_the_roster_shows_what_everybody_does_now(room: Room) -> None:
    async with room.console(place="providers") as console:
        await console.shows("mira", "available", "heating, plumbing", "mira  Mira Sample", "nothing now")
        room.do("assign 2 mira")
        await console.shows("busy", "Jobs now ", "7 Sample Ave")
        room.do("accept 2", "provider:mira")
        await console.shows("ACCEPTED", "provider:mira")


async def test_duty_is_changed_by_keys(room: Room) -> None:
    async with room.console(place="providers") as console:
        await console.shows("mira", "available")
        await console.pilot.press("b")
        assert console.frame.line.text == "break mira 20m"
        await console.pilot.press("enter")
        await console.shows("break", "undo")
        await console.pilot.press("x")
        await console.shows("○ off")
        await console.pilot.press("x")
        await console.until(lambda: "mira is OFF" in console.said)
        await console.pilot.press("d")
        await console.shows("inactive")
        await console.pilot.press("o")
        await console.until(lambda: "activate comes first" in console.said)


async def test_a_filter_keeps_those_who_have_all_words(room: Room) -> None:
    async with room.console(place="providers", size=(80, 24)) as console:
        await console.shows("mira", "raj")
        await console.pilot.press("f")
        type_in(console, "heat avail")
        await console.pilot.press("enter")
        await console.shows("1 of 2", "raj")
        assert _providers(console).table.row_count == 1


async def test_somebody_new_is_taken_down_and_put_right_at_the_field(room: Room) -> None:
    async with room.console(place="providers") as console:
        await console.shows("mira")
        await console.pilot.press("n")
        form = _providers(console).form
        await console.until(lambda: form.is_open and form.values)
        for text in ("li", "Li Sample", "12", "", "plumbing, heating"):
            type_in(console, text)
            await console.pilot.press("tab")
        await console.pilot.press("ctrl+s")
        await console.shows("phone number")
        assert getattr(getattr(console.app.focused, "field", None), "key", None) == "phone"
        await console.pilot.press("ctrl+u")
        type_in(console, "+1 202 555 0137")
        await console.pilot.press("ctrl+s")
        await console.shows("li created", "○ off")
        row = room.others.views.provider("li")
        assert (row.provider.phone, row.skills) == ("+12025550137", ("heating", "plumbing"))


async def test_enter_shows_the_sheet_on_a_narrow_terminal(room: Room) -> None:
    async with room.console(place="providers", size=(80, 24)) as console:
        await console.shows("mira")
        await console.pilot.press("enter")
        await console.shows("Mira Sample", "Jobs now", "Log")
        await console.pilot.press("escape")
        await console.shows("raj")
