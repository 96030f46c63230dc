"""The tour: plays `tour.drill`, a scene at a time. It knows no screen; tests and the console play it.

Bookings are numbered from 1, since the tour has a room of its own: two plumbers, two electricians, a lift engineer.
"""

from dataclasses import replace
from importlib.resources import files

from dispatcher.rehearsal import Rehearsal, Told
from domain.engine import Engine
from domain.errors import DispatchError
from domain.scripts.drill import Drill, Scene, read_drill


def the_tour() -> Drill:
    """The tour that comes with the program."""
    script = files("dispatcher.demo").joinpath("tour.drill").read_text(encoding="utf-8")
    return read_drill(script.splitlines())


class Tour:
    """A walk through the product.

    Args:
        engine: A room of its own, empty at first; its clock is the drill's from now on.
        drill: What is told, said and expected: what stands before the first caption furnishes the room.
    """

    def __init__(self, engine: Engine, drill: Drill) -> None:
        self._rehearsal = Rehearsal(engine, drill)
        self._room, *self._scenes = drill.scenes
        self._done = 0
        self.mismatches: list[str] = []

    @property
    def total(self) -> int:
        """How many scenes there are."""
        return len(self._scenes)

    @property
    def number(self) -> int:
        """The number of the scene that comes next, from 1; `total` + 1 at the end."""
        return self._done + 1

    @property
    def finished(self) -> bool:
        """Whether every scene was played."""
        return self._done >= len(self._scenes)

    @property
    def caption(self) -> str:
        """What the next scene is about; empty at the end."""
        return self._next.caption

    @property
    def line(self) -> str:
        """What will be said next; empty when only time passes."""
        return next((step.line for step in self._next.steps if step.line), "")

    @property
    def actor(self) -> str:
        """Who will say it, as `--as` has it."""
        return next((str(step.actor) for step in self._next.steps if step.line), "")

    @property
    def wait_s(self) -> float:
        """How much time passes in the next scene."""
        return sum(step.wait.total_seconds() for step in self._next.steps)

    @property
    def _next(self) -> Scene:
        return Scene("", ()) if self.finished else self._scenes[self._done]

    def begin(self) -> None:
        """Furnish the room.

        Raises:
            DispatchError: The database cannot be written.
        """
        self._play(self._room)

    def advance(self) -> str:
        """Play the next scene; its answer, for people. At the end, or in trouble with the database, nothing happens."""
        if self.finished:
            return "That was the tour"
        try:
            told = self.step()
        except DispatchError as trouble:
            return trouble.message
        return "\n".join((told.answer.text, *told.answer.lines)) if told.answer else ""

    def step(self) -> Told:
        """Play the next scene: time passes, its lines are said, the loop does what is due.

        Returns:
            Its last answer, and all that is not as expected.

        Raises:
            DispatchError: The database is in trouble.
        """
        told = self._play(self._next)
        self._done += 1
        return told

    def _play(self, scene: Scene) -> Told:
        played = [self._rehearsal.play(step) for step in scene.steps]
        found = [mismatch for told in played for mismatch in told.mismatches]
        self.mismatches += found
        last = next((told for told in reversed(played) if told.answer), played[-1])
        return replace(last, mismatches=tuple(found))
