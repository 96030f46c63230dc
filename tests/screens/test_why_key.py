"""The key that asks why: about the selected booking, or the event under the cursor."""

from __future__ import annotations

import pytest

from tests.screens.console_room import Room


async def test_the_desk_tells_why_the_selected_booking_stands_so(room: Room) -> None:
    async with room.console() as desk:
        await desk.shows("1/2", "Candidates now")
        await desk.pilot.press("y")
        await desk.shows("1 is PENDING: attempt 1 of 4 is due", "since", "created by admin:ben", "Esc closes")
        await desk.pilot.press("escape")
        await desk.until(lambda: "Esc closes" not in desk.painted)


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_the_log_tells_why_the_event_under_its_cursor_was(room: Room, size: tuple[int, int]) -> None:
    room.do("assign 2")
    async with room.console(place="log", size=size) as log:
        await log.shows("assigned to mira")
        await log.pilot.press("y")
        await log.shows("2 assigned to mira", "mira, the best of 2", "← chosen", "2  raj")
        await log.pilot.press("escape", "up", "y")
        await log.shows("2 created", "line       new plumbing")


async def test_admin_tells_why_of_the_event_in_the_trail_or_else_of_the_booking(room: Room) -> None:
    room.do("assign 2 raj")
    room.do("note 2 -- gate code 12")
    async with room.console(place="admin") as admin:
        await admin.shows("assigned to raj", "noted")
        await admin.pilot.press("y")
        await admin.shows("2 is ASSIGNED: waits for raj to answer", "admin:ben named raj; nobody else was weighed")
        await admin.pilot.press("escape", "e", "y")
        await admin.shows("2 noted", "gate code 12", "by         admin:ben")


async def test_a_customer_asks_the_log_too_and_is_not_told_who_else_was_weighed(room: Room) -> None:
    room.do("assign 2")
    customer = room.others.views.booking(2).booking.customer_id
    async with room.console(f"customer:{customer}", place="log") as log:
        await log.shows("assigned to mira")
        await log.pilot.press("y")
        await log.shows("2 assigned to mira", "by         admin:ben", "changed")
        assert "raj" not in log.painted
