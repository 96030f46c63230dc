"""The Desk: the queue, the sheet, the log, and lines about what is selected."""

from __future__ import annotations

from screens.widgets.table import VirtualTable
from tests.screens.console_room import Room


async def test_the_desk_shows_the_queue_the_sheet_and_the_log(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows(
            "Needs me, worst first", "1/2", "12 Example St", "assign 1", "Candidates now", "1 of 1 skilled"
        )
        await desk.shows("Timeline", "◇ created", "waiting 2", "● live", "free 2/2")


async def test_what_people_typed_is_shown_as_text(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("no [red]heat[/]", "Ana [b]Diaz[/b]")


async def test_a_change_made_elsewhere_appears_by_itself(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2")
        room.do("assign 2 mira")
        await desk.shows("1/1", "assigned to mira", "admin:ben", "active 1")


async def test_the_cursor_stays_on_its_booking_when_a_worse_one_comes(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2", "Candidates now")
        await desk.pilot.press("down")
        await desk.shows("2/2", "2 ◇ PENDING plumbing")
        room.do('n heating "cold" at "1 Test Road" for "Gus Hill" +12025550136 p1')
        await desk.shows("3/3", "1 Test Road", "2 ◇ PENDING plumbing")
        assert desk.frame.query_one("#queue", VirtualTable).cursor_key == 2


async def test_a_booking_is_dispatched_by_keys_alone(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("Candidates now", "1/2")
        await desk.pilot.press("n")
        assert desk.frame.line.text == "assign 1 raj"
        await desk.pilot.press("enter")
        await desk.shows("assigned to raj", "undo")
        assert desk.frame.line.text == ""
        assert not desk.frame.line.is_active, "single keys work again"


async def test_a_line_that_a_key_offered_and_nobody_touched_is_gone_after_escape(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("Candidates now", "1/2")
        await desk.pilot.press("n", "escape")
        await desk.until(lambda: not desk.frame.line.is_active)
        assert desk.frame.line.text == ""
        await desk.pilot.press("n", "x", "escape")
        await desk.until(lambda: not desk.frame.line.is_active)
        assert desk.frame.line.text == "assign 1 rajx", "what somebody typed is kept"


async def test_a_line_about_what_somebody_else_changed_is_refused_and_kept(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("Candidates now", "1 ◇ PENDING heating")
        await desk.pilot.press("a")
        assert desk.frame.line.text == "assign 1 raj"
        room.do("assign 1 raj")
        await desk.shows("assigned to raj")
        await desk.pilot.press("enter")
        await desk.until(lambda: "changed since you looked" in desk.said)
        assert "PENDING → ASSIGNED" in desk.said
        assert "admin:ben" in desk.said
        assert desk.frame.line.text == "assign 1 raj"


async def test_a_refused_line_stays_and_says_why(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2")
        for text in ("frobnicate 1", "assign 99", "accept 1", "x" * 10_000):
            await desk.line(text)
            await desk.until(lambda: desk.frame.result.answer[0] == "refused")
            assert desk.frame.line.text == text
            desk.frame.result.clear()


async def test_a_key_that_does_not_work_now_says_why(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2", "Candidates now")
        await desk.pilot.press("r")
        assert "retry needs" in desk.said
        assert desk.frame.line.text == ""


async def test_enter_on_an_empty_line_acknowledges_the_worst(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2")
        await desk.pilot.press("colon", "enter")
        await desk.shows("1 acknowledged", "1/1")


async def test_a_digit_picks_one_of_the_candidates_that_were_asked_for(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2", "Candidates now")
        await desk.pilot.press("w")
        await desk.shows("a digit assigns")
        await desk.pilot.press("1", "enter")
        await desk.shows("assigned to raj")


async def test_a_digit_behind_an_ambiguous_line_picks_one_of_what_it_could_mean(room: Room) -> None:
    room.do('provider new ravi "Ravi Holm" phone +12025550177 skills heating')
    async with room.console() as desk:
        await desk.shows("1/2")
        await desk.line('note 1 "first"; break ra 20m')
        await desk.until(lambda: "1 raj, 2 ravi" in desk.said)
        await desk.line("off ra")
        await desk.until(lambda: "fits several" in desk.said)
        await desk.pilot.press("1", "enter")
        await desk.shows("provider raj off duty")
        assert desk.frame.line.text == ""
        assert desk.frame.line.history[-1] == "off raj"


async def test_on_a_narrow_terminal_enter_shows_the_sheet_and_escape_the_queue(room: Room) -> None:
    async with room.console(size=(80, 24)) as desk:
        await desk.shows("1/2", "12 Example St")
        assert "Candidates now" not in desk.painted
        await desk.pilot.press("enter")
        await desk.shows("Candidates now")
        await desk.pilot.press("escape")
        await desk.shows("1/2")


async def test_a_refusal_that_does_not_fit_on_its_line_is_shown_whole(room: Room) -> None:
    async with room.console(size=(80, 24)) as desk:
        await desk.shows("1/2")
        await desk.line("retry 1")
        await desk.shows("Refused", "prioritise, note, ack, undo")


async def test_a_look_back_is_answered_in_the_pane_marked_with_its_time_and_the_sheet_stays(room: Room) -> None:
    room.do("assign 2 mira")
    async with room.console() as desk:
        await desk.shows("1/2", "Candidates now")
        await desk.line("@now show 2")
        await desk.shows("as of ", "(0 s ago): 2 ASSIGNED", "Esc closes", "Candidates now")
        assert desk.frame.console.shown == 1
        await desk.line("diff 1h now")
        await desk.shows("2 new", "2  new, ASSIGNED · with mira")
        await desk.pilot.press("escape")
        await desk.until(lambda: "Esc closes" not in desk.painted)
        await desk.line("@1h show 2")
        await desk.until(lambda: "There was no booking 2 then" in desk.said)
