"""A log said again, line by line, on another database: the same lines at the same times give the same log.

The shell imports this module. No loop runs: what it did is lines too.
"""

from datetime import datetime

from domain.clock import SteppedClock
from domain.commands import Command
from domain.engine import Engine
from domain.errors import InvalidInput, NotUnderstood, StaleVersion
from domain.line.context import Context
from domain.line.reading import parse
from domain.outcome import Outcome
from domain.scripts.script import Recorded
from domain.views import Directory


class Replay:
    """One replay on one database, whose engine from now on has the replay's clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._newest = engine.newest()
        self._begins_after: datetime | None = engine.views.event(self._newest).event.at if self._newest else None
        self._directory: Directory | None = None

    def say(self, recorded: Recorded) -> Outcome:
        """Carry out a line as it was carried out then.

        Raises:
            InvalidInput: The database has later events.
            StaleVersion: Somebody else writes to it.
            NotUnderstood: It is no command.
            DispatchError: It was refused: what is there is not what was there.
        """
        self._refuse_where_it_cannot_be(recorded.at)
        self._engine.clock = SteppedClock(recorded.at)
        outcome = self._engine.execute(self._read(recorded), recorded.actor)
        self._newest = outcome.event.id
        if outcome.booking is None:
            self._directory = None
        return outcome

    def _refuse_where_it_cannot_be(self, at: datetime) -> None:
        if self._begins_after is not None and at < self._begins_after:
            raise InvalidInput(
                f"This database has later events, up to {self._begins_after:%Y-%m-%d %H:%M:%S} UTC; "
                "replay into an empty one, with --db and the name of a new file",
                newest=self._newest,
            )
        if (newest := self._engine.newest()) != self._newest:
            raise StaleVersion(
                f"Somebody else wrote event {newest} during the replay; close what else has this database open, "
                "and begin again with an empty one",
                event=newest,
            )

    def _read(self, recorded: Recorded) -> Command:
        if self._directory is None:
            self._directory = self._engine.views.directory()
        context = Context(now=recorded.at, actor=recorded.actor, directory=self._directory)
        said = parse(recorded.line, context)
        if not isinstance(said, Command):
            raise NotUnderstood("Only what changes something can be replayed, and this is a question")
        return said
