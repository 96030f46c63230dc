"""A refused line on the console: what would work is shown, and one key takes it."""

from __future__ import annotations

from tests.screens.console_room import Room

UNSAID = '"…"'


async def test_tab_puts_the_proposed_line_on_the_line_and_enter_carries_it_out(room: Room) -> None:
    room.do("assign 2 raj")
    async with room.console() as desk:
        await desk.shows("1/1")
        await desk.line("assign 1 raj")
        await desk.shows("raj is busy on 2", f"assign! 1 raj {UNSAID}")
        room.do("release 2 sick")
        await desk.line("assign 1 mira")
        await desk.shows("does not have the skill", "1 assign 1 raj")
        assert desk.frame.line.text == "assign 1 mira"
        await desk.pilot.press("tab")
        assert desk.frame.line.text == "assign 1 raj"
        await desk.pilot.press("enter")
        await desk.shows("1 assigned to raj")


async def test_the_digit_1_behind_a_refused_line_carries_the_proposed_one_out(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2")
        await desk.line("assign 1 mira")
        await desk.shows("1 assign 1 raj")
        await desk.pilot.press("1", "enter")
        await desk.shows("1 assigned to raj")


async def test_a_digit_that_goes_on_with_a_number_is_no_choice(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2")
        await desk.line("retry 2")
        await desk.shows("1 assign 2 mira")
        await desk.pilot.press("1", "enter")
        await desk.until(lambda: "There is no booking 21" in desk.said)
        assert desk.frame.line.text == "retry 21"


async def test_a_proposal_without_its_reason_is_put_on_the_line_to_be_finished(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2")
        await desk.line("canx 1")
        await desk.shows(f"cancel! 1 {UNSAID}")
        await desk.pilot.press("space", "1", "enter")
        await desk.until(lambda: desk.frame.line.text == "cancel! 1 -- ")
        desk.frame.type_line("cancel! 1 -- sold the house")
        await desk.pilot.press("enter")
        await desk.shows("1 cancelled")


async def test_a_refusal_and_what_would_work_are_readable_on_a_small_terminal(room: Room) -> None:
    async with room.console(size=(80, 24)) as desk:
        await desk.shows("1/2")
        await desk.line("retry 1")
        await desk.shows("Refused", "now: assign,", "edit, prioritise", "1  assign 1 raj")
