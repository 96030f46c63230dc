"""The Admin screen: any booking, what each override would do before it is done, its trail, the settings."""

from domain import commands as c
from domain.actors import Actor, Role
from domain.lifecycle import ACTIVE, NEW, Action, Status, Subject, permits
from domain.policy import Policy
from screens.acting import Situation
from screens.actions import ACTION
from screens.case import read_case
from screens.effects import effect
from screens.overrides import OVERRIDES, to_statuses
from tests.domain.world import BEN, World
from tests.screens.stage import stage, until


def test_every_override_follows_the_lifecycle_and_says_where_it_leads(city: World) -> None:
    ana = Actor(Role.ADMIN, "ana")
    for status in Status:
        number = city.booking()
        city.bring(number, status)
        case = read_case(city.engine.views, number)
        situation = Situation(actor=ana, person=ana, screen="admin", booking=case.row, last=case.last, best=case.other)
        for override in (*OVERRIDES, *to_statuses(case.row, case.other)):
            why = ACTION["override.status" if override.to else f"override.{override.id}"].why_not(situation)
            if not permits(Subject.BOOKING, override.action, status, Role.ADMIN):
                assert why
            elif why is None:
                does = effect(override, case.row, case.other, case.last, Policy())
                assert str(status) in does
                assert ("cannot be undone" in does) is (override.to is Status.COMPLETED)
                assert override.to is None or f"→ {override.to}" in does
        if status in ACTIVE:
            city.do(c.ForceCancel.of(booking=number, reason="seen"))


def test_a_completed_booking_has_every_override_greyed(city: World) -> None:
    number = city.booking()
    city.bring(number, Status.COMPLETED)
    ana = Actor(Role.ADMIN, "ana")
    situation = Situation(actor=ana, person=ana, screen="admin", booking=city.engine.views.booking(number))
    assert all("COMPLETED" in (ACTION[f"override.{one.id}"].why_not(situation) or "") for one in OVERRIDES)


async def test_a_typed_number_leads_to_the_booking_and_its_whole_trail(city: World) -> None:
    first = city.booking(notes="gate [b]code[/b]")
    city.do(c.Assign.of(booking=first, provider="mira"))
    city.by("mira", c.Reject.of(booking=first, reason="van broke down"))
    for _ in range(3):
        city.booking()
    async with stage(city, "admin:ana", "admin", size=(160, 45)) as on:
        await on.until_shown("#heading", "4 ")
        await on.press("slash")
        await on.type(str(first))
        await on.press("enter")
        await on.until_shown("#heading", f"{first} ")
        await on.until_shown(
            "#trail",
            f"{NEW} → PENDING",
            "ASSIGNED → REJECTED",
            "provider:mira",
            '"van broke down"',
            f"assign {first} mira",
        )
        await on.until_shown("#facts", "gate [b]code[/b]")
        await on.press("slash")
        await on.press("ctrl+u")
        await on.type("99999")
        await until(lambda: "99999" in str(on.frame.query_one("#filter .wrong").render()))


async def test_a_force_assignment_is_typed_up_to_its_reason_and_shows_in_the_trail(city: World) -> None:
    number = city.booking()
    city.do(c.Assign.of(booking=number, provider="mira"))
    async with stage(city, "admin:ana", "admin", size=(160, 45)) as on:
        await on.until_shown("#overrides", "ASSIGNED → ASSIGNED to tom", "taken from mira", "cannot be undone")
        await on.press("a")
        assert on.line == f"assign! {number} tom -- "
        await on.type("customer insists")
        await on.press("enter")
        await on.until_shown("#trail", "forced on tom", '"customer insists"', "taken from mira")
        await on.press("u")
        assert on.line == f"undo {city.last(number).id}"
    assert city.holder(number) == "tom"


async def test_somebody_faster_is_named_and_the_typed_line_stays(city: World) -> None:
    number = city.booking()
    async with stage(city, "admin:ana", "admin", size=(80, 24)) as on:
        await on.until_shown("#overrides", "PENDING → FAILED")
        await on.press("f")
        await on.type("no such address")
        city.do(c.Assign.of(booking=number, provider="mira"), BEN)
        await on.until_shown("#facts", "ASSIGNED")
        await on.press("enter")
        await until(lambda: "ben" in on.answer)
        assert on.line == f"fail {number} -- no such address"
    assert city.last(number).action is Action.ASSIGN


async def test_a_setting_is_changed_by_its_typed_line_and_shown_changed(city: World) -> None:
    async with stage(city, "admin:ana", "admin", size=(80, 24)) as on:
        await on.until_shown("#filter", "")
        await on.press("s")
        await on.until_shown("#settings", "waits_s", "0,2,4,8", "when_exhausted", "wait")
        await on.press("enter")
        assert on.line == "set waits_s 0,2,4,8"
        await on.type(",16")
        await on.press("enter")
        await on.until_shown("#settings", "0,2,4,8,16")
        assert city.engine.views.policy().attempts == 5
