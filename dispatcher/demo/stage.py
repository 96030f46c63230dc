"""What the simulated people share: the engine, the agenda, one random source, and what they know from the log."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from dispatcher.demo.agenda import Agenda
from dispatcher.demo.ledger import Job, Ledger
from domain.actors import Actor, Role
from domain.commands import Command
from domain.engine import Engine
from domain.errors import DispatchError
from domain.outcome import Outcome

SAM = Actor(Role.ADMIN, "sam")
"""The simulated dispatcher."""
_STORE_TROUBLE = 500


class Stage:
    """The place where everybody acts.

    Attributes:
        engine: Where commands go; `dispatcher demo` changes it once, when the console takes over.
        refused: How many actions were refused because somebody was faster, by kind of refusal.
    """

    def __init__(self, engine: Engine, random: Random) -> None:
        self.engine = engine
        self.random = random
        self.agenda = Agenda()
        self.ledger = Ledger()
        self.own: set[int] = set()
        self.refused: Counter[str] = Counter()

    def do(self, command: Command, actor: Actor) -> Outcome | None:
        """Act as people do. A refusal is dropped and counted: somebody was faster, which is normal.

        Raises:
            DispatchError: The database itself is in trouble; nothing was written.
        """
        try:
            outcome = self.engine.execute(command, actor)
        except DispatchError as refusal:
            if refusal.code >= _STORE_TROUBLE:
                raise
            self.refused[refusal.kind] += 1
            return None
        self.own.update(event.id for event in outcome.events)
        return outcome

    def at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Plan something for a moment."""
        self.agenda.add(moment, act)

    def then(self, job: Job, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Plan something on a booking, void as soon as anything else happens on it first."""
        turn = job.turn

        def if_still_so(now: datetime) -> None:
            if job.turn == turn:
                act(now)

        self.agenda.add(moment, if_still_so)

    def seconds(self, least: float, most: float) -> timedelta:
        """A duration between two bounds, whole milliseconds."""
        return timedelta(milliseconds=round(self.random.uniform(least, most) * 1000))

    def chance(self, share: float) -> bool:
        """Whether something that happens this often happens now."""
        return self.random.random() < share


def seconds(value: float) -> timedelta:
    """So many seconds, whole milliseconds."""
    return timedelta(milliseconds=round(value * 1000))
