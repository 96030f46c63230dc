"""Twenty alerts at once, cleared with the keys `n` and Enter."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from domain import commands as c
from domain.attention import Need
from domain.records import Absent
from tests.domain.world import World, provider_actor
from tests.screens.stage import Stage, stage, until

MOST_KEYS = 60
KINDS = {
    Need.EXHAUSTED: 2,
    Need.SEARCHING: 6,
    Need.UNANSWERED: 4,
    Need.LATE: 2,
    Need.AT_RISK: 2,
    Need.CUSTOMER_ABSENT: 2,
    Need.HELD: 2,
}
HERE: dict[str, Any] = {"latitude": 40.70, "longitude": -74.00}
NEAR, QUITE_FAR, TOO_FAR = (40.71, -74.00), (40.815, -74.00), (41.00, -74.00)
"""At these places it takes about 8, 50 and 126 minutes to HERE; the promise of a priority 1 is 60."""


def furnish(world: World) -> None:
    """Thirty plumbers on duty, a roofer who is at work, and nobody who sweeps chimneys."""
    for service in ("plumbing", "roofs", "chimneys"):
        world.service(service, duration_minutes=60, priority="HIGH")
    for number in range(30):
        world.provider(f"hand{number}", at=NEAR)
    for number in range(4):
        world.provider(f"far{number}", at=QUITE_FAR if number < 2 else TOO_FAR, rating=1.0)
    world.provider("ridge", "roofs")
    job = world.booking(service="roofs")
    world.do(c.Assign.of(booking=job, provider="ridge"))
    for step in (c.Accept, c.Start):
        world.by("ridge", step.of(booking=job))


def storm(world: World, chance: random.Random) -> list[int]:
    """Bookings that need a person, of every kind, in an order and with hands that chance gives."""
    numbers = [world.booking(service=service) for service in ("roofs", "chimneys")]
    for wait in (0, 2, 4, 8):
        world.tick(wait)
    hands = iter(chance.sample([f"hand{number}" for number in range(30)], 30))
    for _ in range(KINDS[Need.UNANSWERED]):
        numbers.append(world.booking(**HERE, priority=chance.randint(1, 4)))
        world.do(c.Assign.of(booking=numbers[-1], provider=next(hands)))
    world.clock.advance(240)
    makers: list[Callable[[], int]] = [
        *(lambda: absent(world, next(hands), Absent.CUSTOMER) for _ in range(2)),
        *(lambda: absent(world, next(hands), Absent.PROVIDER) for _ in range(2)),
        *(lambda: rejected(world, next(hands)) for _ in range(2)),
        *(lambda: held(world) for _ in range(2)),
        *(lambda: world.booking(**HERE) for _ in range(2)),
        *(partial(accepted, world, far) for far in ("far0", "far1", "far2", "far3")),
    ]
    chance.shuffle(makers)
    return numbers + [make() for make in makers]


def accepted(world: World, handle: str) -> int:
    number = world.booking(**HERE)
    world.do(c.Assign.of(booking=number, provider=handle))
    world.by(handle, c.Accept.of(booking=number))
    return number


def absent(world: World, handle: str, who: Absent) -> int:
    number = accepted(world, handle)
    world.do(c.NoShow.of(booking=number, absent=who))
    return number


def rejected(world: World, handle: str) -> int:
    number = world.booking(**HERE)
    world.do(c.Assign.of(booking=number, provider=handle))
    world.do(c.Reject.of(booking=number, reason="too far"), provider_actor(handle))
    return number


def held(world: World) -> int:
    number = world.booking(**HERE)
    world.do(c.Hold.of(booking=number, reason="waiting for part"))
    return number


def waiting(world: World) -> dict[int, Need]:
    rows, _ = world.engine.views.attention()
    return {row.row.booking.id: row.alert.need for row in rows}


async def queue_is_shown(desk: Stage, world: World) -> None:
    """As a person does: look until the queue is what it is now."""
    count = len(waiting(world))
    await desk.until_shown("#queue-heading", f"/{count}" if count else "nothing")


async def accepted_and_empty(desk: Stage, world: World, before: int) -> None:
    await until(lambda: desk.line == "" and world.engine.newest() > before)


async def test_a_storm_of_twenty_alerts_is_cleared_with_sixty_keystrokes(world: World) -> None:
    furnish(world)
    numbers = storm(world, random.Random(20))
    assert Counter(waiting(world).values()) == KINDS
    assert set(waiting(world)) == set(numbers)
    before = world.engine.newest()
    keys = 0
    async with stage(world, "admin:ana", "desk", (160, 45)) as desk:
        while waiting(world):
            await queue_is_shown(desk, world)
            await desk.press("n")
            assert desk.line, "n types the line that would help"
            done = world.engine.newest()
            await desk.press("enter")
            keys += 2
            await accepted_and_empty(desk, world, done)
            assert keys <= MOST_KEYS, f"still waiting: {waiting(world)}"
    assert keys <= MOST_KEYS
    events = world.rows("SELECT * FROM events WHERE id > ?", before)
    assert {event["subject_id"] for event in events} == set(numbers), "each by an event of its own"
    assert {(event["role"], event["actor_id"]) for event in events} == {("admin", "ana")}


async def test_n_right_after_an_accepted_line_goes_to_the_next_worst(world: World) -> None:
    furnish(world)
    first, second = world.booking(priority=1, **HERE), world.booking(priority=2, **HERE)
    async with stage(world, "admin:ana", "desk") as desk:
        await desk.until_shown("#queue-heading", "1/2")
        await desk.press("n")
        assert desk.line.startswith(f"assign {first} hand")
        await desk.press("enter")
        await until(lambda: desk.line == "")
        await desk.press("n")
        assert desk.line.startswith(f"assign {second} hand")


@pytest.mark.parametrize("place", ["providers", "log", "desk"])
async def test_next_on_the_line_goes_to_the_worst_from_every_screen(world: World, place: str) -> None:
    furnish(world)
    number = world.booking(**HERE)
    async with stage(world, "admin:ana", place) as console:
        await console.press("colon")
        await console.type("next")
        await console.press("enter")
        await until(lambda: console.frame.PLACE == "desk" and console.frame.is_ready)
        await until(lambda: console.line.startswith(f"assign {number} hand"))
        await console.press("enter")
        await until(lambda: world.status(number) == "ASSIGNED")
