"""A console that is killed in the middle of its work takes nothing with it that was acknowledged."""

from pathlib import Path

from tests.domain.killing import kill_again_and_again
from tests.domain.world import World

BOTH_DATABASES = True


def test_killed_again_and_again_at_random_nothing_acknowledged_is_lost_and_the_loop_goes_on(
    world: World, tmp_path: Path
) -> None:
    seen = kill_again_and_again(world, tmp_path / "lives", kills=15)
    assert sum(asked.event is not None for asked in seen) > 30
