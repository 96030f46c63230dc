"""A drill played on a room of its own: its clock moves only with the drill, and the loop's work is done as it moves.

`dispatcher drill`, `dispatcher do -` and the demo's tour play their scripts here. It knows no screen.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from dispatcher.demo.headless import run_until
from domain.answers.answer import Answer
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError, InvalidInput
from domain.scripts.drill import Drill, Step
from domain.scripts.expectation import Expectation, unlike_answer, unlike_booking
from domain.speak import speak


@dataclass(frozen=True, slots=True)
class Told:
    """What a step came to.

    Attributes:
        at: When its line was said, after the time that it waits.
        answer: What was answered to its line; None when only time passed.
        mismatches: What is not as the drill expects, each with its line.
    """

    at: datetime
    answer: Answer | None = None
    mismatches: tuple[str, ...] = ()


class Rehearsal:
    """One drill on one database, whose engine from now on has the drill's clock.

    Args:
        engine: A room without later events.
        drill: What is played; its steps are handed in one after the other.

    Raises:
        InvalidInput: The room's log goes on after the drill's beginning.
    """

    def __init__(self, engine: Engine, drill: Drill) -> None:
        newest = engine.newest()
        if newest and engine.views.event(newest).event.at > drill.start:
            raise InvalidInput("A drill needs an empty database; name a new file with --db", newest=newest)
        self._engine = engine
        self._clock = SteppedClock(drill.start)
        self._work = DueWork(engine)
        engine.clock = self._clock

    def play(self, step: Step) -> Told:
        """Do one step: time passes, the line is said, the loop does what is due, and it is compared.

        Raises:
            DispatchError: The database is in trouble.
        """
        run_until(self._clock.now() + step.wait, self._clock, None, self._work)
        at = self._clock.now()
        answer = speak(self._engine, step.line, step.actor, zone=UTC)[-1] if step.line else None
        self._work.run(self._clock.now())
        mismatches = [
            f"line {expected.line}: expected {expected.text}, but {instead}"
            for expected in step.expected
            if (instead := self._instead(expected, answer))
        ]
        if answer is not None and not answer.ok and not any(one.fact == "refused" for one in step.expected):
            mismatches.insert(0, f"line {step.number}: refused: {answer.text}")
        return Told(at, answer, tuple(mismatches))

    def _instead(self, expected: Expectation, answer: Answer | None) -> str:
        """What is so instead; empty when it is as expected, now or as soon as it may be."""
        if expected.booking is None:
            if answer is None:
                return "nothing was said before it"
            said = " ".join((answer.text, *answer.lines))
            return unlike_answer(expected, ok=answer.ok, said=said, data=answer.data)
        number = expected.booking
        end = self._clock.now() + expected.within
        run_until(end, self._clock, None, self._work, enough=lambda: not self._unlike(expected, number))
        return self._unlike(expected, number)

    def _unlike(self, expected: Expectation, number: int) -> str:
        try:
            return unlike_booking(expected, self._engine.views.booking(number))
        except DispatchError as refusal:
            return refusal.message
