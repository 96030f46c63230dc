"""Services: the list, and its form that refuses at the field and loses nothing."""

from __future__ import annotations

from screens.services import ServicesScreen
from screens.widgets.form import Form
from tests.screens.console_room import Room, type_in


def _form(room: Room) -> Form:
    assert isinstance(room.frame, ServicesScreen)
    return room.frame.form


async def test_a_service_is_taken_down_and_changed_by_the_form(room: Room) -> None:
    async with room.console(place="services") as console:
        await console.shows("heating", "plumbing", "● active")
        await console.pilot.press("n")
        await console.until(lambda: _form(console).is_open and _form(console).values)
        for text in ("gutters", "80", "1h30m", "high", "clean"):
            type_in(console, text)
            await console.pilot.press("enter")
        await console.shows("80.00", "90 min", "HIGH", "clean")
        await console.until(lambda: not _form(console).is_open)
        service = next(one for one in room.others.views.services() if one.name == "gutters")
        assert (service.base_price_cents, service.duration_minutes, service.priority) == (8000, 90, "HIGH")


async def test_what_is_wrong_is_said_at_its_field_and_the_text_stays(room: Room) -> None:
    async with room.console(place="services") as console:
        await console.shows("heating")
        await console.pilot.press("n")
        await console.until(lambda: _form(console).is_open and _form(console).values)
        for values, message, field in (
            (("", "5"), "must not be empty", "name"),
            (("roof", "-5"), "expected a price", "price"),
            (("roof ; cancel! 1 -- x", "8 0"), "expected a price", "price"),
            (("plumbing", "5"), "plumbing", "name"),
        ):
            _form(console).open("New service", _with(console, *values))
            await console.pilot.pause()
            await console.pilot.press("ctrl+s")
            await console.shows(message)
            assert _form(console).values["name"] == values[0]
            focused = console.app.focused
            assert focused is not None
            assert getattr(getattr(focused, "field", None), "key", None) == field
        assert len(room.others.views.services()) == 2


async def test_the_line_opens_over_the_form_and_gives_the_field_back(room: Room) -> None:
    async with room.console(place="services") as console:
        await console.shows("heating")
        await console.pilot.press("n")
        await console.until(lambda: _form(console).is_open and _form(console).values)
        field = console.app.focused
        await console.pilot.press("colon")
        await console.until(lambda: console.frame.line.is_active)
        await console.pilot.press("escape")
        await console.until(lambda: console.app.focused is field)
        await console.pilot.press("escape")
        await console.until(lambda: not _form(console).is_open)


async def test_a_service_that_somebody_else_changed_is_not_written_over_unseen(room: Room) -> None:
    async with room.console(place="services") as console:
        await console.shows("heating")
        await console.pilot.press("e")
        await console.until(lambda: _form(console).is_open and _form(console).values)
        room.do("service edit heating price 55")
        await console.shows("55.00")
        await console.pilot.press("tab", "tab", "9", "ctrl+s")
        await console.shows("heating was changed meanwhile (price 0.00 → 55.00); nothing was written")
        await console.pilot.press("ctrl+s")
        await console.shows("609 min", "55.00")


async def test_a_service_is_deactivated_and_activated_by_keys(room: Room) -> None:
    async with room.console(place="services") as console:
        await console.shows("heating")
        await console.pilot.press("d")
        await console.shows("○ inactive", "undo")
        await console.pilot.press("d")
        await console.until(lambda: "INACTIVE" in console.said)
        await console.pilot.press("a")
        await console.until(lambda: "inactive" not in console.painted)


def _with(console: Room, name: str, price: str):  # type: ignore[no-untyped-def]
    from screens.widgets.form import Field

    return [
        Field("name", "name", name),
        Field("price", "price", price),
        Field("minutes", "minutes", ""),
        Field("priority", "priority", ""),
        Field("description", "description", ""),
    ]
