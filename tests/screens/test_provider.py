"""The Provider screen: jobs as cards, the next step on one key, and who acts."""

from domain import commands as c
from domain.actors import Role
from domain.lifecycle import Duty, Status
from tests.domain.world import World
from tests.screens.stage import stage, until


async def test_the_next_step_is_one_key_from_the_offer_to_the_end(city: World) -> None:
    number = city.booking(notes="leak [red]under[/] sink")
    city.do(c.Assign.of(booking=number, provider="mira"))
    async with stage(city, "provider:mira", "provider") as on:
        await on.until_shown("#jobs", "ASSIGNED", "answer within 5:00", "leak [red]under[/] sink")
        for status in (Status.ACCEPTED, Status.EN_ROUTE, Status.IN_PROGRESS):
            await on.press("space")
            await on.until_shown("#jobs", str(status))
            assert city.status(number) is status
            city.clock.advance(5)
        await on.press("enter")
        await on.until_shown("#jobs", "Nothing to do now")
    assert city.status(number) is Status.COMPLETED
    assert city.last(number).actor_id == "mira"


async def test_a_second_press_at_once_is_taken_for_a_slip(city: World) -> None:
    number = city.booking()
    city.do(c.Assign.of(booking=number, provider="mira"))
    async with stage(city, "provider:mira", "provider") as on:
        await on.until_shown("#jobs", "ASSIGNED")
        await on.press("space")
        await on.until_shown("#jobs", "ACCEPTED")
        await on.press("space")
        await until(lambda: "press once more to depart" in on.answer)
    assert city.status(number) is Status.ACCEPTED


async def test_what_cannot_be_done_now_says_why_and_a_rejection_asks_for_its_reason(city: World) -> None:
    number = city.booking()
    city.do(c.Assign.of(booking=number, provider="mira"))
    async with stage(city, "provider:mira", "provider") as on:
        await on.until_shown("#jobs", "ASSIGNED")
        await on.press("c")
        await until(lambda: "complete needs IN_PROGRESS" in on.answer)
        await on.press("r")
        assert on.line == f"reject {number} -- "
        await on.type("van broke down")
        await on.press("enter")
        await on.until_shown("#jobs", "Nothing to do now")
    assert city.last(number).reason == "van broke down"


async def test_a_provider_can_be_nobody_else(city: World) -> None:
    async with stage(city, "provider:tom", "provider") as on:
        await on.until_shown("PartLine", "Tom", "available")
        await on.press("i")
        assert on.text("PartLine").startswith("Tom")
        assert "identity" not in on.text("KeyBar")


async def test_an_admin_plays_a_provider_and_the_log_says_that_provider(city: World) -> None:
    async with stage(city, "admin:ana", "provider") as on:
        await on.until_shown("#who", "mira", "olga")
        await on.press("down", "down", "enter")
        await on.until_shown("PartLine", "provider:pete", "break")
        assert "played by ana" in on.text("TopBar")
        await on.press("o")
        await on.until_shown("PartLine", "available")
        await on.press("i")
        await on.until_shown("PartLine", "Whose jobs?")
        assert "admin" in on.text("TopBar")
    assert city.person("pete").duty is Duty.ON
    last = city.rows("SELECT role, actor_id FROM events ORDER BY id DESC LIMIT 1")[0]
    assert (last["role"], last["actor_id"]) == (str(Role.PROVIDER), "pete")


async def test_an_offer_made_elsewhere_appears_by_itself(city: World) -> None:
    async with stage(city, "provider:mira", "provider") as on:
        await on.until_shown("#jobs", "Nothing to do now")
        number = city.booking()
        city.do(c.Assign.of(booking=number, provider="mira"))
        await on.until_shown("#jobs", str(number), "space accept")
