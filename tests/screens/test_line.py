"""The line in the console: what it knows while one types, over what it opens, what it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatcher.app import ConsoleApp
from domain.actors import parse_actor
from domain.engine import Engine
from screens.widgets.choices import ChoiceList
from screens.widgets.editor import LineEditor
from tests.screens.console_room import ZONE, Room, type_in


async def test_reasons_come_from_the_room_while_one_types(room: Room) -> None:
    room.do("off raj")
    async with room.console() as console:
        await console.pilot.press(":")
        type_in(console, "assign 2 ")
        await console.shows(" – raj", "off duty", "mira: free · place unknown")


async def test_what_somebody_else_does_changes_the_reasons(room: Room) -> None:
    async with room.console() as console:
        await console.pilot.press(":")
        type_in(console, "assign 2 mira")
        await console.shows("mira: free")
        room.do("break mira 20m")
        await console.shows("✕ mira: on break until")


async def test_a_note_and_what_was_done_before_it_are_both_offered_to_be_taken_back(room: Room) -> None:
    room.do("assign 2 mira")
    room.do('note 2 "ring twice"')
    async with room.console() as console:
        await console.shows("noted")
        await console.pilot.press(":")
        type_in(console, "undo! ")
        await console.shows("2 assigned to mira", "2 noted")


async def test_what_the_lifecycle_refuses_is_said_before_enter(room: Room) -> None:
    room.do("assign 2 mira")
    async with room.console(size=(80, 24)) as console:
        await console.pilot.press(":")
        type_in(console, "retry 2")
        await console.shows("✕ 2 is ASSIGNED: needs FAILED or NO_SHOW or REJECTED")


async def test_a_provider_is_told_nothing_of_other_peoples_bookings(room: Room) -> None:
    room.do("assign 2 mira")
    async with room.console("provider:raj", place="provider") as console:
        await console.pilot.press(":")
        type_in(console, "accept 2")
        await console.shows("Booking 2 is not yours")
        assert "Bo Larsen" not in console.painted


@pytest.mark.parametrize(
    ("place", "who", "key"),
    [
        ("services", "admin:ana", "n"),
        ("providers", "admin:ana", "n"),
        ("bookings", "admin:ana", "f"),
        ("customer", "customer:1", "n"),
    ],
)
async def test_the_line_opens_over_a_text_field_and_gives_it_back_as_it_was(
    place: str, who: str, key: str, room: Room
) -> None:
    async with room.console(who, place=place) as console:
        await console.shows("heating")
        await console.pilot.press(key)
        await console.until(lambda: isinstance(console.app.focused, LineEditor) and not console.frame.line.is_active)
        field = console.app.focused
        assert isinstance(field, LineEditor)
        type_in(console, "deep: cleaning")
        await console.pilot.press("left", "left", "ctrl+o")
        assert console.frame.line.is_active
        type_in(console, 'note 1 "ring twice"')
        await console.pilot.press("enter")
        await console.until(lambda: "noted" in console.said)
        assert (console.app.focused, field.value, field.cursor_position) == (field, "deep: cleaning", 12)
        await console.pilot.press("ctrl+o", "escape")
        assert (console.app.focused, field.value, field.cursor_position) == (field, "deep: cleaning", 12)


async def test_all_screens_of_a_console_share_one_history(room: Room) -> None:
    async with room.console() as console:
        await console.line('note 1 "ring twice"')
        await console.until(lambda: "noted" in console.said)
        await console.pilot.press("escape", "8", ":", "up")
        assert console.frame.PLACE == "log"
        assert console.frame.line.text == 'note 1 "ring twice"'


async def test_each_actor_has_a_history_of_their_own_that_outlives_the_console(room: Room, tmp_path: Path) -> None:
    async def enter(line: str, lines: list[str]) -> list[str]:
        """What another console finds in the history, after it had this and entered a line."""
        ana = parse_actor("admin:ana", "ana")
        app = ConsoleApp(lambda: Engine.open(str(room.path)), ana, zone=ZONE, works=False, history=tmp_path / "history")
        async with app.run_test(size=(120, 40)) as pilot:
            await Room.until(lambda: app.room.engine is not None and list(app.room.history.lines) == lines)
            assert app.frame is not None
            app.frame.type_line(line)
            await pilot.press("enter")
            await Room.until(lambda: app.room.actor.id == "bo" or app.room.history.lines[-1:] == [line])
            return list(app.room.history.lines)

    assert await enter("ack 1", []) == ["ack 1"]
    assert await enter("as admin:bo", ["ack 1"]) == []


async def test_the_list_is_one_widget_that_never_recomposes(room: Room) -> None:
    async with room.console() as console:
        await console.pilot.press(":")
        before = len([*console.frame.walk_children()])
        for text in ("a", "ssign", " 2", " "):
            type_in(console, text)
            await console.pilot.pause()
        await console.until(lambda: console.frame.query_one(ChoiceList).choices)
        assert len([*console.frame.walk_children()]) == before
