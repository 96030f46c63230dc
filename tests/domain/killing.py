"""One console after the other is killed at a random moment of its work, and the next goes on where it left off."""

import random
import threading
import time
from pathlib import Path

from tests.domain.checker import Asked, anomalies, ladder_faults
from tests.domain.client import WITHIN_S, Part, lives, persists
from tests.domain.crowd import history, log_of, running, started
from tests.domain.world import World, assert_sound, seconds
from tests.postgres import cluster

BOOKINGS = 12
_HANDLES = ("mira", "tom", "zoe")
_LIFE_S = 60
"""By how much the room's time is later for each console than for the one before it."""


def kill_again_and_again(world: World, folder: Path, *, kills: int, seed: int = 1) -> list[Asked]:
    """Let consoles work and kill each; what they asked and were answered.

    Raises:
        AssertionError: Something acknowledged is gone, something is there twice or half, or an attempt is lost.
    """
    chance = random.Random(seed)
    folder.mkdir()
    _fill(world)
    for life in range(kills):
        world.clock.advance(_LIFE_S)
        own = folder / f"life{life}"
        own.mkdir()
        diary = own / f"life{life}.diary"
        console = started(Part(lives, None, BOOKINGS, _HANDLES), world.url, world.now, diary, seed + life)
        try:
            _until_written(own, chance.randint(1, 2_500))
            threading.Event().wait(chance.random() * 0.003)
        finally:
            console.kill()
            console.join()
    seen = history(folder)
    log = log_of(world)
    assert anomalies(seen, log) == []
    assert list(world.engine.faults(lambda _: None)) == []
    assert_sound(world)
    _goes_on(world)
    return seen


def _fill(world: World) -> None:
    world.service()
    world.customer()
    for handle in _HANDLES:
        world.provider(handle)
    for _ in range(BOOKINGS):
        world.booking(customer=1)


def _until_written(folder: Path, size: int) -> None:
    """Wait until so many bytes are in the diaries."""
    end = time.monotonic() + WITHIN_S
    while sum(diary.stat().st_size for diary in folder.glob("*.diary")) < size:
        assert time.monotonic() < end, f"nobody wrote {size} bytes in {folder}"
        threading.Event().wait(0.002)


def _goes_on(world: World) -> None:
    """Whatever waits gets every attempt that it has left, once and in time."""
    world.clock.advance(_LIFE_S)
    for _ in range(60):
        world.tick(1)
    log = log_of(world)
    assert list(ladder_faults(log)) == []
    waiting = "SELECT count(*) FROM bookings WHERE attempt_at <= ? AND held_since IS NULL"
    assert world.value(waiting, int((world.now - seconds(1)).timestamp() * 1000)) == 0
    assert_sound(world)
    assert list(world.engine.faults(lambda _: None)) == []


def kill_the_server_again_and_again(folder: Path, *, kills: int, writers: int = 4) -> int:
    """Let some write on PostgreSQL while its server is killed and started; how many were left without an answer.

    Raises:
        AssertionError: Something acknowledged is gone, or something is there half.
    """
    with cluster() as server:
        world = World.open(server.url)
        _fill(world)
        with running(Part(persists, 40 * kills, BOOKINGS, _HANDLES), writers, world, folder, seed=1):
            for kill in range(1, kills + 1):
                _until_written(folder, 6_000 * kill)
                server.kill()
                server.start()
        world.close()
        again = World.open(server.url)
        seen = history(folder)
        assert anomalies(seen, log_of(again)) == []
        assert list(again.engine.faults(lambda _: None)) == []
        assert_sound(again)
        again.close()
    return sum(asked.ended is None for asked in seen)
