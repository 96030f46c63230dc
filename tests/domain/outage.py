"""A morning's work of the store, said again on a file system whose power is cut: what is lost with which setting."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from domain import commands as c
from tests.domain.powercut import Losses, cut_again_and_again, played, said_by
from tests.domain.world import ANA, World

_HANDLES = ("mira", "tom", "zoe")


def losses(folder: Path, *, synchronous: str, cuts: int, pieces: int = 60, seed: int = 1, deep: int = 10) -> Losses:
    """What cuts of the power do to acknowledged commits.

    Args:
        folder: Empty; for the files.
        synchronous: SQLite's setting: `FULL` as the store has it, or another one.
        cuts: How often the power is cut.
        pieces: How many commits there are, one after the other.
        seed: Of the chance that decides on the work, the cuts and what survives them.
        deep: Every how many cuts the whole log is proved.
    """
    start, recorded, again = folder / "room.db", folder / "recorded.db", folder / "played" / "room.db"
    world = World.open(start)
    _fill(world)
    ends = [world.engine.newest()]
    world.close()
    left = folder / "left"
    for made in (again.parent, left):
        made.mkdir()
    for copy in (recorded, again):
        shutil.copyfile(start, copy)
    world = World.open(recorded)
    chance = random.Random(seed)
    work = [_piece(world, ends, chance) for _ in range(pieces)]
    said = said_by(world.engine, work)
    world.close()
    # Checkpoints come far oftener than the store's, so that cuts fall into them too.
    usual = ("journal_mode = WAL", "foreign_keys = ON", "temp_store = MEMORY")
    pragmas = (*usual, f"synchronous = {synchronous}", "wal_autocheckpoint = 60")
    tape = played(again, said, [f"PRAGMA {pragma}" for pragma in pragmas])
    return cut_again_and_again(start, tape, ends, left, cuts=cuts, seed=seed, deep=deep)


def _fill(world: World) -> None:
    world.service()
    world.customer()
    for handle in _HANDLES:
        world.provider(handle)
    for _ in range(8):
        world.booking(customer=1)


def _piece(world: World, ends: list[int], chance: random.Random) -> Callable[[], None]:
    """One commit: a booking, several at once, an assignment with what it needs, or a note of some pages."""
    new = c.CreateBooking.of(service="plumbing", customer=1, address="12 Example St")
    number = chance.randint(1, 8)
    moved = c.ForceAssign.of(booking=number, provider=chance.choice(_HANDLES), reason="closest")
    freed = c.Release.of(booking=number, reason="too far")
    noted = c.Note.of(booking=number, text="x" * chance.randint(1, 2_000))
    commands: list[c.Command] = chance.choice([[new], [new] * 3, [noted], [moved, freed, noted], [freed, moved]])

    def write() -> None:
        never_the_same = c.EditBooking.of(booking=number, address=f"{len(ends)} Example St")
        world.engine.execute_all([*commands, never_the_same], ANA)
        ends.append(world.engine.newest())

    return write
