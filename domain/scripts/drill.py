"""A drill: a script with captions, in which time passes when it says so, and which says what must come of it. Pure.

    drill from 2026-08-03T12:00:00Z as admin:ana
    # A leak comes in, and the loop offers it to mira at once.
    new plumbing "leak" at "12 Example St" for "Ana Diaz" +12025550134
    expect 1 assigned
    # She does not answer.
    wait 5m
    expect 1 rejected

Anything may import this module. `dispatcher.rehearsal` plays what is read here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from domain.actors import Actor, Role, parse_actor
from domain.errors import DispatchError, NotUnderstood
from domain.line import times
from domain.scripts.expectation import Expectation, read_expectation
from domain.scripts.script import moment

_HEAD = re.compile(r"drill\s+from\s+(\S+)(?:\s+as\s+(\S+))?")
_SAID_BY = re.compile(r"as\s+([a-z]+(?::[^\s:]+)?):\s+(.+)")
_SHAPE: Final = "drill from 2026-08-03T12:00:00Z as admin:ana"
_DISPATCHER: Final = Actor(Role.ADMIN, "drill")


@dataclass(frozen=True, slots=True)
class Step:
    """Time passes, or somebody says a line; then it is as expected.

    Attributes:
        number: The script's line, from 1.
        wait: How much time passes first.
        line: What is said then; empty when only time passes.
        actor: Who says it.
        expected: What must be so afterwards.
    """

    number: int
    actor: Actor
    wait: timedelta = timedelta(0)
    line: str = ""
    expected: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands under one caption; a drill's first scene is what stands before all captions."""

    caption: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Drill:
    """A whole drill, and the moment when it begins."""

    start: datetime
    scenes: tuple[Scene, ...]


@dataclass(slots=True)
class _Writing:
    """A scene while its lines are read."""

    number: int
    caption: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def done(self, dispatcher: Actor) -> Scene:
        """The scene; where nothing happens in it, that is a step too."""
        return Scene(" ".join(self.caption), tuple(self.steps or [Step(self.number, dispatcher)]))


def read_drill(stream: Iterable[str]) -> Drill:
    """Read a whole drill. Comments in a row are one caption; blank lines part nothing.

    Raises:
        NotUnderstood: A line is none of a drill; details hold its number as `line`.
    """
    start: datetime | None = None
    dispatcher = _DISPATCHER
    scenes = [_Writing(1)]
    for number, line in enumerate(stream, start=1):
        said = line.strip()
        try:
            if start is None:
                if said and not said.startswith("#"):
                    start, dispatcher = _head(said)
            elif said.startswith("#"):
                if scenes[-1].steps or len(scenes) == 1:
                    scenes.append(_Writing(number))
                scenes[-1].caption.append(said.lstrip("#").strip())
            elif said:
                _add(scenes[-1].steps, number, said, dispatcher)
        except NotUnderstood as error:
            error.details["line"] = number
            raise
    if start is None:
        raise NotUnderstood(f"A drill begins with: {_SHAPE}", line=1)
    return Drill(start, tuple(scene.done(dispatcher) for scene in scenes))


def _head(line: str) -> tuple[datetime, Actor]:
    match = _HEAD.fullmatch(line)
    if match is None:
        raise NotUnderstood(f"A drill begins with: {_SHAPE}", 0, len(line))
    return moment(match, 1), _actor(match[2]) if match[2] else _DISPATCHER


def _add(steps: list[Step], number: int, line: str, dispatcher: Actor) -> None:
    verb, _, rest = line.partition(" ")
    if verb == "expect":
        expected = replace(read_expectation(rest.strip()), line=number)
        last = steps.pop() if steps else Step(number, dispatcher)
        steps.append(replace(last, expected=(*last.expected, expected)))
    elif verb == "wait":
        length = times.duration(rest.strip())
        if length is None:
            raise NotUnderstood("How long? Write it like wait 10s, wait 5m or wait 1h30m", len(verb), len(rest))
        steps.append(Step(number, dispatcher, length))
    elif match := _SAID_BY.fullmatch(line):
        steps.append(Step(number, _actor(match[1]), line=match[2]))
    else:
        steps.append(Step(number, dispatcher, line=line))


def _actor(text: str) -> Actor:
    try:
        return parse_actor(text, _DISPATCHER.id)
    except DispatchError as refusal:
        raise NotUnderstood(refusal.message) from refusal
