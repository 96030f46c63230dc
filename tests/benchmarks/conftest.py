"""One table of all figures at the end of `make bench`."""

from dataclasses import dataclass, field

import pytest


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[_FIGURES].rows
    if not rows:
        return
    table = [("what", "figure", "to its floor"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    terminalreporter.write_sep("-", "figures")
    for what, figure, to_floor in table:
        terminalreporter.write_line(f"{what:<{widths[0]}}  {figure:>{widths[1]}}  {to_floor:>{widths[2]}}".rstrip())
