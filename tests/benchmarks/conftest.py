"""One table of all figures at the end of `make bench`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.benchmarks.millions import grow
from tests.conftest import POSTGRES, SQLITE
from tests.domain.world import World

MILLION = int(os.environ.get("DISPATCHER_BENCH_BOOKINGS", "1000000"))


@dataclass
class Figures:
    """What was measured, in the order measured."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, to_floor: str = "") -> None:
        self.rows.append((what, figure, to_floor))


_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a benchmark puts its result."""
    return request.config.stash[_FIGURES]


@pytest.fixture(scope="session", params=[SQLITE, POSTGRES])
def million_kind(request: pytest.FixtureRequest) -> str:
    """On which database `million` lies."""
    return str(request.param)


@pytest.fixture(scope="session")
def million(
    million_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A room of a million bookings that everybody reads and nobody changes."""
    if million_kind == POSTGRES:
        url = request.getfixturevalue("postgres").database()
    else:
        url = str(tmp_path_factory.mktemp("million") / "room.db")
    grow(url, MILLION)
    world = World.open(url)
    yield world
    world.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[_FIGURES].rows
    if not rows:
        return
    table = [("what", "figure", "to its floor"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    terminalreporter.write_sep("-", "figures")
    for what, figure, to_floor in table:
        terminalreporter.write_line(f"{what:<{widths[0]}}  {figure:>{widths[1]}}  {to_floor:>{widths[2]}}".rstrip())
