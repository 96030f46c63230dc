"""What every test may use: a room on a fresh database, a clock that moves only when told to, a small city."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from domain.clock import SteppedClock
from domain.engine import Engine
from tests.domain.world import START, World, small_city

_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)
settings.register_profile("default", deadline=None, derandomize=True, max_examples=60, suppress_health_check=_QUIET)
settings.register_profile("explore", deadline=None, max_examples=1_000, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

NewWorld = Callable[..., World]


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once in each worker and copied: opening a copy is three times as fast."""
    path = tmp_path_factory.mktemp("blank") / "room.db"
    Engine.open(str(path), clock=SteppedClock(START)).close()
    return path


@pytest.fixture
def new_world(blank: Path, tmp_path: Path) -> Iterator[NewWorld]:
    """Rooms, each on a database and with a clock of its own (or on a file that exists already)."""
    made: list[World] = []

    def make(path: Path | None = None, clock: SteppedClock | None = None) -> World:
        if path is None:
            path = tmp_path / f"room{len(made)}.db"
            shutil.copyfile(blank, path)
        world = World.open(path, clock)
        made.append(world)
        return world

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(new_world: NewWorld) -> World:
    """An empty room."""
    return new_world()


@pytest.fixture
def engine(world: World) -> Engine:
    """The engine of `world`."""
    return world.engine


@pytest.fixture
def city(new_world: NewWorld) -> World:
    """A room with services, providers on duty and off, customers, and bookings on their way."""
    return small_city(new_world())
