"""The Customer screen: where each booking is, booking by a form, and what is over."""

from domain import commands as c
from domain.lifecycle import Status
from screens.widgets.form import Form
from tests.domain.world import World, customer_actor
from tests.screens.stage import stage, until


def own_booking(city: World, customer: int = 1) -> int:
    return city.booking(customer_actor(customer))


async def test_a_customer_books_by_the_form_and_what_is_wrong_stands_at_its_field(city: World) -> None:
    async with stage(city, "customer:1", "customer") as on:
        await on.until_shown("PartLine", "Cleo Sample", "12 Example St")
        await on.press("n")
        await until(lambda: on.part("#form", Form).is_open)
        await on.type("plumbing")
        await on.press("tab", "tab")
        await on.type("11-9")
        await on.press("ctrl+s")
        await until(lambda: on.part("#form", Form).query(".-wrong"))
        assert on.part("#form", Form).values["service"] == "plumbing"
        await on.press("ctrl+u")
        await on.type("tomorrow 9-11")
        await on.press("tab")
        await on.type("leak under sink")
        await on.press("ctrl+s")
        await on.until_shown("#open", "Tue 09:00–11:00", "we are looking for somebody")
        assert not on.part("#form", Form).is_open
    made = city.get(1)
    assert (made.customer_id, made.address, made.status) == (1, "12 Example St", Status.PENDING)
    assert made.notes.startswith("leak under sink")


async def test_the_steps_follow_the_booking_and_name_who_comes(city: World) -> None:
    number = own_booking(city)
    async with stage(city, "customer:1", "customer") as on:
        await on.until_shown("#open", "● booked", "we are looking for somebody")
        city.bring(number, Status.EN_ROUTE)
        await on.until_shown("#open", "✓ agreed", "● on the way", "Mira is on the way")
        city.by("mira", c.Start.of(booking=number))
        city.by("mira", c.Complete.of(booking=number))
        await on.until_shown("#closed", "COMPLETED", "Mira")


async def test_cancelling_asks_on_the_line_and_leads_to_the_history(city: World) -> None:
    number = own_booking(city)
    async with stage(city, "customer:1", "customer") as on:
        await on.until_shown("#open", "PENDING")
        await on.press("x")
        assert on.line == f"cancel {number}"
        assert city.status(number) is Status.PENDING
        await on.press("enter")
        await on.until_shown("#closed", str(number), "CANCELLED")
        await on.until_shown("#open", "Nothing is on its way")
    assert city.last(number).actor_id == "1"


async def test_an_admin_finds_a_customer_by_words_and_acts_as_them(city: World) -> None:
    number = own_booking(city, 2)
    async with stage(city, "admin:ana", "customer") as on:
        await on.until_shown("#who", "Cleo Sample", "Dan Sample")
        await on.press("slash")
        await on.type("dan")
        await until(lambda: "Cleo" not in on.text("#who"))
        await on.press("enter", "enter")
        await on.until_shown("PartLine", "Dan Sample", "customer:2")
        await on.until_shown("#open", "PENDING")
        await on.press("t")
        await on.type("ring twice")
        await on.press("enter")
        await until(lambda: city.get(number).notes == "ring twice")
    assert str(city.last(number).actor) == "customer:2"
