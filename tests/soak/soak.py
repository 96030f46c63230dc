"""The proofs by attack at full length: `make soak`. Sizes stand beside each proof; `-k` chooses among the proofs.

`DISPATCHER_SOAK=0.1` makes every size a tenth; `SOAK_KILLS=50` and the like set a single one. Not part of the suite,
which runs each of them at a small size: the name keeps it from being collected unasked.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tests.benchmarks.conftest import Figures
from tests.benchmarks.millions import grow
from tests.benchmarks.test_bench_pages import tell_pages, tell_year
from tests.benchmarks.test_bench_search import tell_search
from tests.conftest import POSTGRES, NewWorld
from tests.domain.checker import anomalies
from tests.domain.client import Part, fills
from tests.domain.crowd import Follower, crowd, running
from tests.domain.killing import kill_again_and_again, kill_the_server_again_and_again
from tests.domain.outage import losses
from tests.domain.races import PROCESSES, a_race, guardless, race_room
from tests.domain.test_side_by_side import lockstep
from tests.domain.world import World, assert_sound
from tests.postgres import Server

BOTH_DATABASES = True
FACTOR = float(os.environ.get("DISPATCHER_SOAK", "1"))


def size(name: str, whole: int) -> int:
    """How large a proof is: as its own variable says, else its whole size by the common factor."""
    return int(os.environ.get(f"SOAK_{name}", max(1, round(whole * FACTOR))))


KILLS = size("KILLS", 1_000)
SERVER_KILLS = size("SERVER_KILLS", 50)
ASSIGNMENTS = size("ASSIGNMENTS", 100_000)
CUTS = size("CUTS", 5_000)
EVENTS = size("EVENTS", 1_000_000)
HISTORIES = size("HISTORIES", 500)
BOOKINGS = size("BOOKINGS", 10_000_000)
_FEWEST_BLIND = 250
"""So many races show a violation as good as always."""
SEED = int(os.environ.get("SOAK_SEED", "1"))

Told = Callable[[str, list[str]], None]


@pytest.fixture
def told(database_kind: str, figures: Figures, request: pytest.FixtureRequest) -> Told:
    """Where a proof puts what it found; the time it took is put beside it."""
    began = time.perf_counter()
    where = "" if request.node.get_closest_marker("sqlite_only") else f"{database_kind}: "

    def tell(what: str, found: list[str]) -> None:
        figures.add(f"{where}{what}", f"{', '.join(found)} ({time.perf_counter() - began:,.0f} s)")

    return tell


def test_consoles_killed_at_random(world: World, tmp_path: Path, told: Told) -> None:
    seen = kill_again_and_again(world, tmp_path / "lives", kills=KILLS, seed=SEED)
    done, open_ended = sum(one.event is not None for one in seen), sum(one.ended is None for one in seen)
    told(
        f"{KILLS:,} consoles killed at random moments",
        [f"{done:,} acknowledged and none lost", f"{open_ended:,} under way when killed"],
    )


def test_eight_racing_processes(world: World, tmp_path: Path, told: Told) -> None:
    race_room(world)
    seen = crowd(world, a_race(assignments=ASSIGNMENTS), PROCESSES, tmp_path / "race", seed=SEED, followers=2)
    assert anomalies(seen.history, seen.log) == []
    found = [str(fault) for fault in world.engine.faults(lambda _: None)]
    assert found == []
    assert_sound(world)
    for read in seen.followed:
        assert sorted(read) == [row["id"] for row in seen.log]
    refused = Counter(one.refused for one in seen.history if one.refused)
    told(
        f"{ASSIGNMENTS:,} assignments raced for by {PROCESSES} processes",
        ["0 violations", f"{len(seen.log):,} events", f"refused: {dict(refused)}"],
    )


def test_eight_racing_processes_without_the_guards(new_world: NewWorld, tmp_path: Path, told: Told) -> None:
    world, some = new_world(), max(ASSIGNMENTS // 20, _FEWEST_BLIND)
    race_room(world)
    guardless(world)
    seen = crowd(world, a_race(assignments=some, blind=True), PROCESSES, tmp_path / "race", seed=SEED)
    violations = anomalies(seen.history, seen.log)
    assert violations != []
    told(f"{some:,} assignments raced for blindly, without the guards", [f"{len(violations):,} violations"])


def test_followers_of_a_long_log(world: World, tmp_path: Path, told: Told) -> None:
    race_room(world)
    following = [Follower(world.url, random.Random(SEED + n)) for n in range(3)]
    try:
        with running(Part(fills, EVENTS // PROCESSES, 0, ()), PROCESSES, world, tmp_path / "fill", SEED):
            pass
    finally:
        reads = [one.finish() for one in following]
    written = [row["id"] for row in world.rows("SELECT id FROM events ORDER BY id")]
    assert len(written) >= EVENTS // PROCESSES * PROCESSES
    for read in reads:
        assert sorted(read) == written
    told(f"{EVENTS:,} events by {PROCESSES} writers, followed by three", ["none missed, none twice"])


@pytest.mark.sqlite_only
@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_power_cuts(synchronous: str, tmp_path: Path, told: Told) -> None:
    seen = losses(tmp_path, synchronous=synchronous, cuts=CUTS, pieces=400, seed=SEED, deep=50)
    assert seen.wrong == []
    assert (seen.lost == 0) == (synchronous == "FULL")
    told(f"{CUTS:,} cuts of the power, synchronous={synchronous}", [f"{seen.lost:,} lost acknowledged commits"])


@pytest.mark.sqlite_only
def test_a_server_killed_under_load(tmp_path: Path, told: Told) -> None:
    unanswered = kill_the_server_again_and_again(tmp_path / "writers", kills=SERVER_KILLS)
    told(
        f"a PostgreSQL server killed {SERVER_KILLS:,} times under four writers",
        ["none lost that was acknowledged", f"{unanswered:,} were not answered"],
    )


@pytest.mark.sqlite_only
def test_random_histories_side_by_side(postgres: Server, blank_postgres: str, told: Told) -> None:
    with settings_of_chance():
        lockstep(postgres, blank_postgres, histories=HISTORIES)
    told(f"{HISTORIES:,} random histories on both databases", ["the same to the hash"])


def test_ten_million_bookings(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest, figures: Figures, told: Told
) -> None:
    for count in (BOOKINGS // 10, BOOKINGS):
        on_server = database_kind == POSTGRES
        url = request.getfixturevalue("postgres").database() if on_server else str(tmp_path / f"{count}.db")
        grow(url, count)
        told(f"a room of {count:,} bookings", ["made"])
        world, kind = World.open(url), f"{database_kind}, {count:,} bookings"
        tell_year(world, kind, figures)
        tell_search(world, kind, figures)
        tell_pages(world, kind, figures)
        world.close()
        if on_server:
            request.getfixturevalue("postgres").drop(url)


@contextmanager
def settings_of_chance() -> Iterator[None]:
    """Other histories each time, where the suite plays the same ones."""
    usual = settings.get_current_profile_name()
    settings.load_profile("explore")
    try:
        yield
    finally:
        settings.load_profile(usual)
