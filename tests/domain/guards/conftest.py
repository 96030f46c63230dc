"""A room that somebody with a shell may reach."""

import sqlite3
from collections.abc import Iterator

import pytest

from tests.domain.world import World, plain


@pytest.fixture
def filled(world: World) -> World:
    """Booking 1 is PENDING at version 1; mira and tom are on duty; customer 1 has it."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.booking()
    return world


@pytest.fixture
def sql(filled: World) -> Iterator[sqlite3.Connection]:
    with plain(filled.path) as connection:
        yield connection
