"""Commands tried out: carried out like any other, in a transaction that is rolled back.

Only the engine makes a trial; `domain.dryrun` puts it into words. Deciding on a snapshot instead would be cheaper, but
would have to argue that its answer is the real one. A trial need not: it asks the same decision, the same facts under
the same lock, and the same constraints of the database. What only a commit could still refuse (the deferred reference
from a row to its last event) cannot differ, since rows and events are written together. The price is the write gate for
a few milliseconds; on PostgreSQL, as with any refused write there, numbers that sequences gave are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain.line.writing import render
from domain.store.store import Moved

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.commands import Command
    from domain.matching import RosterEntry
    from domain.outcome import Outcome
    from domain.records import Booking
    from domain.store.transaction import Transaction

    Perform = Callable[[Transaction, Command, Actor, int | None, str], Outcome]


class NeverWas(Exception):
    """Ends a trial: everything that was done is rolled back, and only its result leaves."""

    def __init__(self, result: Any) -> None:
        super().__init__("a trial is never written")
        self.result = result


class Overtaken(Exception):
    """Others changed what the trial was decided on."""

    def __init__(self, moved: Moved) -> None:
        super().__init__(moved.message)
        self.moved = moved


class Trial:
    """Commands that see each other, and that nobody else will ever see.

    Attributes:
        outcomes: What the accepted ones came to, in order.
    """

    def __init__(self, transaction: Transaction, perform: Perform) -> None:
        self._transaction = transaction
        self._perform = perform
        self.outcomes: list[Outcome] = []

    def execute(self, command: Command, actor: Actor, *, seen: int | None = None) -> Outcome:
        """Carry out one command; arguments and refusals are those of `Engine.execute`."""
        try:
            with self._transaction.nested():
                outcome = self._perform(self._transaction, command, actor, seen, render(command))
        except Moved as moved:
            raise Overtaken(moved) from moved
        self.outcomes.append(outcome)
        return outcome

    def booking(self, number: int) -> Booking | None:
        """A booking as it would be now."""
        return self._transaction.booking(number)

    def roster(self) -> tuple[RosterEntry, ...]:
        """Every provider with their jobs, as they would be now."""
        return self._transaction.roster()
