"""What the engine asks of the driver, written down, so that it can be asked again without the engine."""

from collections.abc import Sequence
from typing import Any

from domain import commands as c
from domain.actors import Actor
from domain.clock import SteppedClock
from domain.engine import Engine
from domain.store.postgres import PostgresStore
from domain.store.sqlite import SqliteStore
from tests.domain.world import START

Statement = tuple[str, Any]
Work = Sequence[tuple[c.Command, Actor]]


class Recorder:
    """A driver's connection that remembers what was asked of it.

    Args:
        link: The connection.
        nothing: What its driver is given in place of values where there are none.
    """

    def __init__(self, link: Any, nothing: Any) -> None:
        self._link = link
        self._nothing = nothing
        self._said: list[Statement] = []

    def execute(self, sql: str, *values: Any) -> Any:
        self._said.append((sql, values[0] if values else self._nothing))
        return self._link.execute(sql, *values)

    def executemany(self, sql: str, rows: list[Any]) -> Any:
        self._said += [(sql, row) for row in rows]
        return self._link.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)

    def taken(self) -> list[Statement]:
        """What was said since it was last taken."""
        said, self._said = self._said, []
        return said


def recording(engine: Engine) -> Recorder:
    """Have an engine's writes recorded from now on."""
    store = engine._store
    assert isinstance(store, SqliteStore | PostgresStore)
    recorder = Recorder(store._writer, () if isinstance(store, SqliteStore) else None)
    store._writer = recorder  # type: ignore[assignment]
    return recorder


def recorded(url: str, work: Work) -> list[list[Statement]]:
    """The statements of each command, with their values."""
    engine = Engine.open(url, clock=SteppedClock(START))
    recorder = recording(engine)
    said = []
    for command, actor in work:
        engine.execute(command, actor)
        said.append(recorder.taken())
    engine.close()
    return said
