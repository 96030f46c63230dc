"""A room with few providers and many who fight for them, with and without the guards that keep them to one job."""

import psycopg

from domain import commands as c
from tests.domain.client import Part, races
from tests.domain.world import ANA, World, plain

PROCESSES = 8
_BOOKINGS = 48
_HANDLES = ("mira", "tom", "zoe", "olga")
_KEEPERS = ("bookings_one_on_demand", "bookings_one_at_work")


def race_room(world: World) -> None:
    """Few providers, and more bookings than they can take: half of them on demand, half in windows that overlap."""
    world.service()
    world.customer()
    for handle in _HANDLES:
        world.provider(handle)
    new = {"service": "plumbing", "customer": 1, "address": "12 Example St"}
    windows = [world.window(60 * hour, 60 * hour + 90) for hour in range(1, 1 + _BOOKINGS // 2)]
    wanted = [c.CreateBooking.of(**new, **(window or {})) for window in [*windows, *[None] * len(windows)]]
    world.engine.execute_all(wanted, ANA)


def a_race(*, assignments: int, also_new: int = 0, blind: bool = False) -> Part:
    """Each process's part in a race of so many assignments."""
    return Part(races, -(-assignments // PROCESSES), _BOOKINGS, _HANDLES, also_new=also_new, blind=blind)


def guardless(world: World) -> None:
    """Take away what keeps providers to one job at a time."""
    if world.engine.path is None:
        with psycopg.connect(world.url) as link:
            for index in _KEEPERS:
                link.execute(f"DROP INDEX {index}".encode())
            link.execute("ALTER TABLE bookings DROP CONSTRAINT window_overlap")
        return
    with plain(world.path) as connection:
        for index in _KEEPERS:
            connection.execute(f"DROP INDEX {index}")
        for event in ("insert", "update"):
            connection.execute(f"DROP TRIGGER bookings_overlap_{event}")


def faults_beyond_weighing(world: World) -> list[str]:
    """What is wrong with a database, but for what its choices were weighed on.

    On PostgreSQL a choice sees what was committed when it was made, while the log puts it behind everything that had
    its number by then.
    """
    weighing = ("weighed", "says that", "by the log", "left ")
    return [
        str(fault) for fault in world.engine.faults(lambda _: None) if not any(word in fault.what for word in weighing)
    ]
