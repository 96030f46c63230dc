"""Signs before a line: `@TIME` has a read answered as it was then, `~` tries a change out, `&N` ties changes together.

May be imported by the other modules of the line. A sign is taken off the front; the rest is read like any line, with
positions that stay those of the whole.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.commands import BookingCommand, Command, Undo
from domain.errors import NotUnderstood
from domain.line import times
from domain.line.context import Context
from domain.line.queries import (
    AckWorst,
    AsOf,
    Candidates,
    DryRun,
    Find,
    Many,
    Query,
    ShowBooking,
    ShowCustomer,
    ShowEvents,
    ShowProvider,
    ShowService,
    UndoLast,
    What,
    WhyAsked,
)
from domain.line.scan import Token, scan

_LOOK_BACK: Final = re.compile(r"\s*@")
_TILDE: Final = re.compile(r"\s*~")
_TIE: Final = re.compile(r"\s*(&(\d{1,16}))(?=\s)")
_QUOTED: Final = re.compile(r'"[^"]*"')
_LONGEST_TIME: Final = 2
"""Words: a day and a time of day."""
_READS = (ShowBooking, ShowProvider, ShowCustomer, ShowService, Find, ShowEvents, Candidates, WhyAsked)
_WHAT_MAY_FOLLOW: Final = "show, find, candidates, why and events can follow @, as in @14:05 show 214"


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands before a line.

    Attributes:
        start: Index of its first character.
        end: Index behind its last one: where the line itself begins.
        at: The moment that `@` looks back to.
    """

    start: int
    end: int
    at: datetime

    def applied(self, said: Command | Query, text: str) -> Command | Query:
        """What was said behind it, as the prefix turns it.

        Raises:
            NotUnderstood: It cannot follow: what changes something is for now.
        """
        if isinstance(said, What):
            return said
        if isinstance(said, _READS):
            return AsOf(self.at, said)
        start = len(text) - len(text[self.end :].lstrip())
        word = text[start:].split(maxsplit=1)[0]
        why = "nothing can be changed in the past; " if isinstance(said, Command | UndoLast) else ""
        raise NotUnderstood(f"{why}{_WHAT_MAY_FOLLOW}", start, len(word))


@dataclass(frozen=True, slots=True)
class Tilde:
    """`~` stands before a line: what would happen?"""

    start: int
    end: int

    def applied(self, said: Command | Query, text: str) -> Command | Query:
        """What was said behind it, only to be tried.

        Raises:
            NotUnderstood: It changes nothing anyway.
        """
        if isinstance(said, What):
            return said
        if isinstance(said, Command | UndoLast | AckWorst | Many):
            return DryRun(said)
        raise NotUnderstood("a question changes nothing; leave the ~ out", self.start, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Tie:
    """`&8841` stands before a line: it was said together with others, and 8841 is the number of the first event."""

    start: int
    end: int
    bulk: int

    def applied(self, said: Command | Query, text: str) -> Command | Query:
        """What was said behind it, as one of many.

        Raises:
            NotUnderstood: Only a change can be one of many.
        """
        if isinstance(said, BookingCommand | Undo):
            return said.model_copy(update={"bulk": self.bulk})
        raise NotUnderstood("& stands before a change of a booking, or an undo", self.start, self.end - self.start)


def behind_tilde(text: str) -> str | None:
    """The lines that a `~` before the first of them has tried out, each word where it stood; None without a `~`."""
    return text.replace("~", " ", 1) if text.lstrip().startswith("~") else None


def read(text: str, context: Context) -> Prefix | Tilde | Tie | None:
    """Take the sign off the front of a line; None when there is none.

    Raises:
        NotUnderstood: Behind `@` there is no past time, or no line.
    """
    tilde, tie, sign = (pattern.match(text) for pattern in (_TILDE, _TIE, _LOOK_BACK))
    if tilde is not None:
        return Tilde(tilde.end() - 1, tilde.end())
    if tie is not None:
        return Tie(tie.start(1), tie.end(), int(tie[2]))
    if sign is None:
        return None
    start, behind = sign.end() - 1, sign.end()
    quoted = _QUOTED.match(text, behind)
    if quoted is not None:
        words, end = _words(text[behind + 1 : quoted.end() - 1], behind + 1, None), quoted.end()
    else:
        words, end = _words(text[behind:], behind, _LONGEST_TIME), behind
    if not words:
        raise NotUnderstood("@ needs a time behind it, as in @14:05 show 214", start, max(end, behind) - start)
    at, after = times.read_back(words, 0, context)
    if quoted is not None and after < len(words):
        raise NotUnderstood(f"{words[after].text!r:.60} is no part of a time", words[after].start, words[after].length)
    if quoted is None:
        end = words[after - 1].end
    if not text[end:].strip():
        raise NotUnderstood(f"{text[start:end].strip()} what? {_WHAT_MAY_FOLLOW}", len(text), 0)
    return Prefix(start, end, at)


def _words(text: str, start: int, most: int | None) -> list[Token]:
    return [token._replace(start=token.start + start) for token in scan(text, most)]
