"""What a command that follows the log says of being behind it."""

import json

import pytest

from dispatcher.output import Output
from dispatcher.pace import Pace
from tests.conftest import POSTGRES, SQLITE
from tests.domain.world import World


class Looking:
    """A follower's pace, which is looked at a second after the last time."""

    def __init__(self, world: World, output: Output) -> None:
        self.tail = world.engine.tail()
        self._seconds = 0.0
        self._pace = Pace(self.tail, output, world.clock.now, lambda: self._seconds)

    def look(self, passed: float = 1.0) -> None:
        self._seconds += passed
        self._pace.look()


@pytest.mark.parametrize("database_kind", [SQLITE, POSTGRES])
def test_a_follower_says_that_it_is_behind_and_when_it_has_caught_up(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Looking(world, Output())
    world.service("plumbing")
    reader.look()
    assert capsys.readouterr().err == "", "it is behind by less than a second"
    world.service("locks")
    world.clock.advance(3)
    reader.look()
    assert capsys.readouterr().err == "… 2 events behind, the oldest 3 s ago\n"
    for _ in range(9):
        reader.look()
    assert capsys.readouterr().err == "", "once is enough for a while"
    reader.look()
    assert capsys.readouterr().err == "… 2 events behind, the oldest 3 s ago\n"
    reader.tail.more()
    for _ in range(3):
        reader.look()
    assert capsys.readouterr() == ("", "… caught up\n")


def test_programs_are_told_apart_from_the_events(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    reader = Looking(world, Output(json=True))
    world.service("plumbing")
    world.clock.advance(1.5)
    reader.look()
    reader.tail.more()
    reader.look()
    told = capsys.readouterr()
    assert told.out == ""
    assert [json.loads(line) for line in told.err.splitlines()] == [
        {"behind": 1, "seconds": 1.5},
        {"behind": 0, "seconds": 0.0},
    ]


def test_it_is_asked_seldom_however_many_pages_are_read(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    reader = Looking(world, Output())
    world.service("plumbing")
    world.clock.advance(60)
    for _ in range(50):
        reader.look(0.01)
    assert capsys.readouterr().err == ""
