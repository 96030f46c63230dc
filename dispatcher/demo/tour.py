"""The tour: plays the walkthrough on an engine, a step at a time. It knows no screen; tests and the console play it."""

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from dispatcher.demo.headless import run_until
from dispatcher.demo.walkthrough import ROOM, STEPS, Expected, Step
from domain.actors import parse_actor
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError
from domain.speak import Answer, speak


@dataclass(frozen=True, slots=True)
class Told:
    """What a step came to.

    Attributes:
        text: The answer's one line.
        lines: The body of a read.
        mismatch: What is not as the script expects, if anything.
    """

    text: str
    lines: tuple[str, ...] = ()
    mismatch: str = ""


class Tour:
    """A walk through the product.

    Args:
        engine: A room of its own, empty at first; its clock is `clock`.
        clock: Moves only with the tour.
        zone: The zone of times of day.
    """

    def __init__(self, engine: Engine, clock: SteppedClock, zone: tzinfo, steps: tuple[Step, ...] = STEPS) -> None:
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._steps = steps
        self._work = DueWork(engine)
        self._done = 0
        self.mismatches: list[str] = []

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    @property
    def number(self) -> int:
        """The number of the step that comes next, from 1; `total` + 1 at the end."""
        return self._done + 1

    @property
    def finished(self) -> bool:
        """Whether every step was done."""
        return self._done >= len(self._steps)

    @property
    def caption(self) -> str:
        """What the next step is about; empty at the end."""
        return "" if self.finished else self._steps[self._done].caption

    @property
    def line(self) -> str:
        """What will be said next; empty when only time passes."""
        return "" if self.finished else self._steps[self._done].line

    @property
    def actor(self) -> str:
        """Who will say it, as `--as` has it."""
        return "" if self.finished else self._steps[self._done].actor

    @property
    def wait_s(self) -> float:
        """How much time passes before it is said."""
        return 0 if self.finished else self._steps[self._done].wait_s

    def begin(self) -> None:
        """Furnish the room, where it is empty.

        Raises:
            DispatchError: The database cannot be written.
        """
        if not self._engine.is_empty():
            return
        for line in ROOM:
            answer = self._say(line, "admin:ana")
            if not answer.ok:
                raise RuntimeError(f"the tour's room: {line}: {answer.text}")

    def advance(self) -> str:
        """Do the next step; its answer, for people. At the end, or in trouble with the database, nothing happens."""
        try:
            told = self.step()
        except DispatchError as trouble:
            return trouble.message
        return "\n".join((told.text, *told.lines))

    def step(self) -> Told:
        """Do the next step: time passes, the line is said, the loop does what is due.

        Raises:
            DispatchError: The database is in trouble.
        """
        if self.finished:
            return Told("That was the tour")
        step = self._steps[self._done]
        run_until(self._clock.now() + timedelta(seconds=step.wait_s), self._clock, None, self._work)
        answer = self._say(step.line, step.actor) if step.line else None
        self._work.run(self._clock.now())
        self._done += 1
        mismatch = self._compare(step.expected, answer)
        if mismatch:
            self.mismatches.append(f"step {self._done}, {step.line or step.caption}: {mismatch}")
        return Told(answer.text if answer else "", answer.lines if answer else (), mismatch)

    def _say(self, line: str, actor: str) -> Answer:
        return speak(self._engine, line, parse_actor(actor, "ana"), zone=self._zone)[-1]

    def _compare(self, expected: Expected, answer: Answer | None) -> str:
        """What is not as expected; empty when all is."""
        if answer is not None and answer.ok == expected.refused:
            return f"{'accepted' if answer.ok else 'refused'}: {answer.text}"
        said = " ".join((answer.text, *answer.lines)) if answer else ""
        if expected.says not in said:
            return f"{expected.says!r} is not in {said!r}"
        if expected.booking is None:
            return ""
        try:
            row = self._engine.views.booking(expected.booking)
        except DispatchError as refusal:
            return refusal.message
        if expected.status is not None and row.booking.status is not expected.status:
            return f"booking {expected.booking} is {row.booking.status}, not {expected.status}"
        if expected.provider is not None and row.provider != expected.provider:
            return f"booking {expected.booking} is with {row.provider}, not {expected.provider}"
        return ""
