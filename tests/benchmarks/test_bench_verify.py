"""What the proof costs: events a second, with and without making each choice again, and the same for a million."""

import time
from pathlib import Path

import pytest

from domain import commands as c
from domain.engine import Engine
from domain.proof import audit
from tests.benchmarks.conftest import Figures
from tests.domain.world import ANA, World, provider_actor

EVENTS = 100_000
HANDS = 40


class _NothingRemade:
    """Stands for remaking choices, to measure the rest alone."""

    def __init__(self, *_: object) -> None:
        pass

    def learn(self, *_: object) -> None:
        pass

    def faults(self, *_: object) -> tuple[str, ...]:
        return ()


@pytest.fixture
def full(tmp_path: Path) -> World:
    """A log of whole days: each booking comes in, is given to the best of forty, accepted, driven to and done."""
    world = World.open(tmp_path / "room.db")
    world.service()
    for number in range(HANDS):
        world.provider(f"p{number:02}", at=(40.6 + number * 0.005, -74.0), rating=number % 5)
    customer = world.customer()
    new = c.CreateBooking.of(
        service="plumbing", customer=customer, address="12 Example St", latitude=40.7, longitude=-74.0
    )
    while world.engine.newest() < EVENTS:
        world.clock.advance(3600)
        made = world.engine.execute_all([new] * HANDS, ANA)
        bookings = [done.booking for done in made if not isinstance(done, Exception)]
        world.engine.execute_all([c.Assign.of(booking=booking) for booking in bookings], ANA)
        for booking in bookings:
            assert booking is not None
            steps = [step.of(booking=booking) for step in (c.Accept, c.Depart, c.Start, c.Complete)]
            world.engine.execute_all(steps, provider_actor(world.holder(booking) or ""))
    return world


@pytest.mark.timeout(900)
def test_proving_a_hundred_thousand_events(full: World, figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    events = full.engine.newest()
    for what, remade in (("all of it", True), ("choices not made again", False)):
        with monkeypatch.context() as patched:
            if not remade:
                patched.setattr(audit, "Retrace", _NothingRemade)
            began = time.perf_counter()
            assert proved(full.engine) == 0
            took = time.perf_counter() - began
        figures.add(
            f"verify, {what}: events a second", f"{events / took:,.0f}", f"{1e6 * took / events:.0f} s a million"
        )
    began = time.perf_counter()
    assert full.engine.checkpoint() is not None
    figures.add(f"the first checkpoint over {events:,} events", f"{(time.perf_counter() - began) * 1000:.0f} ms")
    full.close()


def proved(engine: Engine) -> int:
    return sum(1 for _ in engine.faults(lambda _: None))
