"""One console after the other is killed at a random moment of its work, and the next goes on where it left off."""

import random
import threading
import time
from pathlib import Path

from tests.domain.checker import Asked, anomalies, ladder_faults
from tests.domain.client import WITHIN_S, Part, lives
from tests.domain.crowd import history, log_of, started
from tests.domain.world import World, assert_sound, seconds

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
        diary = folder / f"life{life}.diary"
        console = started(Part(lives, None, BOOKINGS, _HANDLES), world.url, world.now, diary, seed + life)
        try:
            _until_written(diary, chance.randint(1, 2_500))
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


def _until_written(diary: Path, size: int) -> None:
    end = time.monotonic() + WITHIN_S
    while not diary.exists() or diary.stat().st_size < size:
        assert time.monotonic() < end, f"a console wrote no {size} bytes of {diary}"
        threading.Event().wait(0.001)


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
