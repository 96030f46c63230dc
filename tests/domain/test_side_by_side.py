"""The model, SQLite and PostgreSQL in lockstep: the same commands at the same times give the same, to the hash."""

from typing import Any, ClassVar

from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from domain import commands as c
from domain.actors import Actor
from domain.errors import DispatchError
from domain.outcome import Outcome
from tests.domain.test_state_machine import Dispatching
from tests.domain.world import ANA, Row, World
from tests.postgres import Server

FIGURES = "SELECT dimension, ref, day, status, sum(count) AS count FROM daily GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"


class Twins(World):
    """A room on SQLite, and one on PostgreSQL that is told everything too."""

    other: World

    def do(self, command: c.Command, actor: Actor = ANA, **options: Any) -> Outcome:
        ours: Outcome | DispatchError
        theirs: Outcome | DispatchError
        try:
            ours = super().do(command, actor, **options)
        except DispatchError as refusal:
            ours = refusal
        try:
            theirs = self.other.do(command, actor, **options)
        except DispatchError as refusal:
            theirs = refusal
        if isinstance(ours, Outcome):
            assert ours == theirs
            return ours
        assert isinstance(theirs, DispatchError), f"{command} by {actor} was refused on SQLite alone: {ours}"
        assert (ours.kind, ours.code, ours.message, ours.details) == (
            theirs.kind,
            theirs.code,
            theirs.message,
            theirs.details,
        )
        raise ours

    def tick(self, passed: float = 0.0) -> int:
        done = super().tick(passed)
        assert self.other.tick() == done
        return done


def told(world: World) -> dict[str, list[Row]]:
    """Everything that commands bring about; what a database says of itself is each one's own."""
    tables = world.everything() | {"daily": world.rows(FIGURES)}
    del tables["meta"]
    return tables


class SideBySide(Dispatching):
    """Everything that happens to the one happens to the other."""

    server: ClassVar[Server]
    template: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        address = self.server.database(self.template)
        self.stack.callback(self.server.drop, address)
        twins = Twins(self.world.engine, self.world.clock)
        twins.other = World.open(address, twins.clock)
        self.stack.callback(twins.other.close)
        self.twins = self.world = twins

    @invariant()
    def both_hold_the_same(self) -> None:
        assert told(self.twins) == told(self.twins.other)

    def teardown(self) -> None:
        assert [str(fault) for fault in self.twins.other.engine.faults(lambda _: None)] == []
        super().teardown()


def lockstep(server: Server, template: str, *, histories: int) -> None:
    """Play so many random histories on both."""
    SideBySide.server, SideBySide.template = server, template
    sizes = settings(settings.default, max_examples=histories, stateful_step_count=20)
    run_state_machine_as_test(SideBySide, settings=sizes)


def test_random_histories_are_the_same_on_both_databases(postgres: Server, blank_postgres: str) -> None:
    lockstep(postgres, blank_postgres, histories=5)
