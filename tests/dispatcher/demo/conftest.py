from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from dispatcher.demo.simulation import Simulation
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from tests.dispatcher.demo.room import START, Room


@pytest.fixture
def new_room(tmp_path: Path) -> Iterator[Callable[[], Room]]:
    with ExitStack() as stack:
        made: list[Room] = []

        def new() -> Room:
            clock = SteppedClock(START)
            engine = stack.enter_context(closing(Engine.open(str(tmp_path / f"room{len(made)}.db"), clock=clock)))
            made.append(Room(engine, clock, DueWork(engine)))
            return made[-1]

        yield new


@pytest.fixture
def room(new_room: Callable[[], Room]) -> Room:
    return new_room()


@pytest.fixture
def city(room: Room) -> Simulation:
    """A city just founded: nobody has called yet."""
    simulation = Simulation(room.engine, seed=7)
    simulation.begin()
    return simulation
