"""The log as a script: each event that somebody asked for as its line, with time and actor before it. Pure.

Anything may import this module.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from domain.actors import LOOP, Actor, parse_actor
from domain.clock import iso, whole_ms
from domain.errors import DispatchError, NotUnderstood
from domain.records import Event

_RECORDED = re.compile(r"at\s+(\S+)\s+as\s+([a-z]+:[^\s:]+):\s+(.+)")
_SHAPE: Final = "at 2026-08-03T12:55:00.123Z as provider:mira: accept 214"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What somebody said at a moment that is past."""

    at: datetime
    actor: Actor
    line: str

    def __str__(self) -> str:
        return f"at {iso(self.at)} as {self.actor}: {self.line}"


def recorded(event: Event) -> Recorded | None:
    """The line that brings an event about; None when another event of the same command has it."""
    return None if event.line is None else Recorded(event.at, event.actor, event.line)


def is_recorded(line: str) -> bool:
    """Whether a script's first line makes it a replay; no verb is called `at`."""
    return line.split(None, 1)[:1] == ["at"]


def is_drill(line: str) -> bool:
    """Whether a script's first line makes it a drill (`domain.scripts.drill`); no verb is called so."""
    return line.split(None, 1)[:1] == ["drill"]


def read_recorded(line: str) -> Recorded:
    """Read a line as `Recorded` writes it; here the loop may be the actor.

    Raises:
        NotUnderstood: It is of another shape, or has no such time or actor.
    """
    match = _RECORDED.fullmatch(line)
    if match is None:
        raise NotUnderstood(f"A line to replay has time and actor before it, as in: {_SHAPE}", 0, len(line))
    return Recorded(moment(match, 1), _actor(match, 2), match[3])


def said_lines(stream: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines of a script that say something, with their numbers from 1; blank ones and comments do not."""
    for number, line in enumerate(stream, start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def peek(stream: Iterable[str]) -> tuple[str, Iterator[str]]:
    """The first line of a script that says something, empty when none does, and the whole script."""
    lines, head = iter(stream), list[str]()
    for line in lines:
        head.append(line)
        for _, said in said_lines([line]):
            return said, chain(head, lines)
    return "", iter(head)


def moment(match: re.Match[str], group: int) -> datetime:
    """The time, with its zone, that a part of a line names.

    Raises:
        NotUnderstood: It is none.
    """
    try:
        found = datetime.fromisoformat(match[group])
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise NotUnderstood(
            f"{match[group]!r:.60} is no time with a zone; write it like 2026-08-03T12:55:00Z",
            match.start(group),
            len(match[group]),
        )
    return whole_ms(found)


def _actor(match: re.Match[str], group: int) -> Actor:
    if match[group] == str(LOOP):
        return LOOP
    try:
        return parse_actor(match[group], "")
    except DispatchError as refusal:
        raise NotUnderstood(refusal.message, match.start(group), len(match[group])) from refusal
