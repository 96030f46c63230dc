"""Screens, roles and help: where one may go, as whom, and what the keys say of themselves."""

from __future__ import annotations

import pytest

from domain.actors import Role
from screens.acting import PLACES
from screens.actions import ACTIONS, bindings_for
from tests.screens.console_room import Room


async def test_numbers_and_letters_lead_to_the_screens(room: Room) -> None:
    async with room.console() as console:
        for place in PLACES:
            await console.pilot.press(place.key)
            await console.until(lambda place=place: place.id == console.frame.PLACE)  # type: ignore[misc]
        await console.pilot.press("g", "d")
        await console.until(lambda: console.frame.PLACE == "desk")


async def test_a_letter_without_g_leads_nowhere(room: Room) -> None:
    async with room.console() as console:
        await console.pilot.press("l")
        assert console.frame.PLACE == "desk"


@pytest.mark.parametrize(("who", "home"), [("provider:mira", "provider"), ("customer:1", "customer")])
async def test_a_role_sees_its_own_screens_only(room: Room, who: str, home: str) -> None:
    async with room.console(who) as console:
        await console.until(lambda: home == console.frame.PLACE)
        await console.pilot.press("1")
        assert "not for the role" in console.said
        await console.pilot.press("8")
        await console.until(lambda: console.frame.PLACE == "log")


async def test_somebody_else_may_sit_down(room: Room) -> None:
    async with room.console() as console:
        await console.shows("1/2")
        await console.pilot.press("ctrl+r")
        assert console.frame.line.text == "as "
        await console.line("as provider:mira")
        await console.until(lambda: console.frame.PLACE == "provider")
        await console.shows("mira")
        assert "waiting" not in console.painted, "the figures are the dispatchers'"
        await console.line("as admin:ben")
        await console.until(lambda: console.actor.id == "ben")


async def test_nobody_acts_as_the_system(room: Room) -> None:
    async with room.console() as console:
        await console.line("as system:loop")
        await console.until(lambda: "Only the loop" in console.said)
        assert console.frame.line.text == "as system:loop"
        assert console.actor.id == "ana"


async def test_a_provider_cannot_do_what_is_the_dispatchers(room: Room) -> None:
    async with room.console("provider:mira") as console:
        await console.line('cancel! 1 "no"')
        await console.until(lambda: console.frame.result.answer[0] == "refused")
        assert room.others.views.booking(1).booking.status == "PENDING"


async def test_the_log_of_a_customer_is_their_own(room: Room) -> None:
    async with room.console("customer:2", place="log") as console:
        await console.shows("1 events")
        room.do("assign 1 raj")
        room.do("assign 2 mira")
        await console.shows("2 events", "assigned to mira")
        assert "raj" not in console.painted


async def test_the_log_is_filtered_while_one_types(room: Room) -> None:
    async with room.console(place="log") as console:
        await console.shows("events", "provider raj on duty")
        await console.pilot.press("f", *"mira")
        await console.until(lambda: "raj on duty" not in console.painted)
        await console.shows("provider mira on duty", "fit")


async def test_enter_on_the_log_opens_the_booking_on_the_desk(room: Room) -> None:
    async with room.console(place="log") as console:
        await console.shows("events", "created")
        await console.pilot.press("enter")
        await console.shows("2 ◇ PENDING plumbing")
        assert console.frame.PLACE == "desk"


async def test_help_says_what_every_key_does_and_why_one_is_grey(room: Room) -> None:
    async with room.console() as console:
        await console.shows("1/2", "Candidates now")
        await console.pilot.press("question_mark")
        await console.shows("Here", "Screens", "not now: 1 is PENDING", "Esc closes")
        await console.pilot.press("escape")
        await console.shows("Needs me")


async def test_a_lost_database_is_said_and_the_typed_text_is_kept(room: Room) -> None:
    from domain.errors import StoreUnavailable
    from screens.console import TroubleChanged

    async with room.console() as console:
        await console.shows("1/2")
        console.app.post_message(TroubleChanged(StoreUnavailable("The disk is gone")))
        await console.shows("database lost · showing")
        await console.line("hold 1 -- later")
        await console.until(lambda: "The disk is gone" in console.said)
        assert console.frame.line.text == "hold 1 -- later"
        console.app.post_message(TroubleChanged(None))
        await console.shows("● live")


def test_every_action_has_one_meaning_and_does_one_thing() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    for action in ACTIONS:
        assert sum(map(bool, (action.types, action.says, action.calls))) == 1, action.id
        assert action.tooltip, action.id
    for place in PLACES:
        for role in Role:
            keys = [
                key
                for action in ACTIONS
                if action.is_offered(place.id, frozenset({role}))
                for key in action.key.split(",")
            ]
            assert len(set(keys)) == len(keys), f"{place.id}: {sorted(keys)}"
        assert bindings_for(place.id), place.id
