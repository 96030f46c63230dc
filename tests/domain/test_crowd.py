"""Eight processes at once: what they are answered, what the log says, and what followers of it read, fit together.

And the same race with the guards away shows double jobs: were it too tame to break anything, it would prove nothing.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import NewWorld
from tests.domain.checker import anomalies
from tests.domain.crowd import crowd
from tests.domain.races import PROCESSES, a_race, faults_beyond_weighing, guardless, race_room
from tests.domain.world import World, assert_sound

BOTH_DATABASES = True
TYPED = {"ProviderBusy", "WindowOverlap", "IllegalTransition", "StaleVersion", "StoreBusy"}


def test_racing_processes_leave_a_log_that_could_have_been_and_followers_read_all_of_it_once(
    world: World, tmp_path: Path
) -> None:
    race_room(world)
    seen = crowd(world, a_race(assignments=300, also_new=45), PROCESSES, tmp_path / "race", followers=2)
    assert anomalies(seen.history, seen.log) == []
    found = [str(fault) for fault in world.engine.faults(lambda _: None)]
    assert found == []
    assert_sound(world)
    answers = Counter(asked.refused for asked in seen.history)
    assert set(answers) <= TYPED | {None}
    assert all(asked.ended for asked in seen.history), "everybody was answered"
    assert answers[None] > 100, "many went through"
    assert answers["ProviderBusy"] > 20, "and many were too late"
    for read in seen.followed:
        assert sorted(read) == [row["id"] for row in seen.log], "none was missed, and none came twice"
    assert len(seen.log) > 800


@pytest.mark.sqlite_only
def test_guards_refuse_what_blind_decisions_let_through(world: World, tmp_path: Path) -> None:
    race_room(world)
    seen = crowd(world, a_race(assignments=100, blind=True), PROCESSES, tmp_path / "race")
    assert anomalies(seen.history, seen.log) == []
    assert_sound(world)
    assert faults_beyond_weighing(world) == [], "that decisions were blind shows, and nothing else is wrong"
    answers = Counter(asked.refused for asked in seen.history)
    assert set(answers) <= TYPED | {None}
    assert answers["ProviderBusy"] + answers["WindowOverlap"] > 10


@pytest.mark.sqlite_only
def test_the_same_race_without_the_guards_gives_double_jobs(new_world: NewWorld, tmp_path: Path) -> None:
    world = new_world()
    race_room(world)
    guardless(world)
    seen = crowd(world, a_race(assignments=100, blind=True), PROCESSES, tmp_path / "race")
    found = anomalies(seen.history, seen.log)
    assert len(found) > 10
    assert all("at once" in one for one in found), "only the jobs are wrong, and the log is as whole as ever"
    faults = list(world.engine.faults(lambda _: None))
    assert any("too: " in fault.what for fault in faults), "verify finds them too"
