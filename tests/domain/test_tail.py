"""How far a reader of the log is behind."""

from tests.domain.world import World

BOTH_DATABASES = True


def test_the_lag_tells_how_many_events_are_not_read_yet_and_how_old_the_first_of_them_is(world: World) -> None:
    tail = world.engine.tail()
    assert tail.lag(world.now) == (0, 0.0)
    world.service("plumbing")
    world.clock.advance(3)
    world.service("locks")
    assert tail.lag(world.now) == (2, 3.0)
    tail.more(1)
    assert tail.lag(world.now) == (1, 0.0)
    tail.more()
    assert tail.lag(world.now) == (0, 0.0)
