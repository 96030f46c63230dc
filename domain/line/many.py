"""What a line about many names: `[late plumbing]`, `[214 215 220..224]`, and for an undo `8841..8899`.

May be imported by the other modules of the line. What stands in brackets is the language of `find`, or numbers.
"""

import re
from dataclasses import dataclass
from typing import Final

from domain.commands import BookingCommand, Command, Undo
from domain.criteria import BookingFilter
from domain.errors import NotUnderstood
from domain.line import filters
from domain.line.context import Context
from domain.line.queries import Many, Query, UndoLast, What
from domain.line.scan import Token, refuse, scan
from domain.line.table import BY_NAME, Verb

MOST: Final = 10_000
"""How many one line may change: more is hardly meant, and could hardly be looked over."""
_LONGEST_NAME: Final = 3
_LONGEST_NUMBER: Final = 15
_SPAN: Final = re.compile(r"(\d{1,15})\.\.(\d{1,15})")
_NUMBERS: Final = re.compile(r"[\d,.]+")


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a line that stands for many.

    Attributes:
        start: Index of its first character.
        end: Index behind its last one.
        verb_end: Index behind the verb; 0 when the group comes first.
        which: Whom it means.
        one: One of them, to read the rest of the line by.
    """

    start: int
    end: int
    verb_end: int
    which: BookingFilter | tuple[int, ...] | range
    one: int = 1

    @property
    def _moved(self) -> int:
        """How far what stands between verb and group moves while it is read."""
        return len(f" {self.one}") if self.verb_end else 0

    def about_one(self, text: str) -> str:
        """The line as it would be about one of them, who is named right behind the verb."""
        width = self.end - self.start
        if not self.verb_end:
            return text[: self.start] + str(self.one).ljust(width) + text[self.end :]
        between = text[self.verb_end : self.start]
        return f"{text[: self.verb_end]} {self.one}{between}{' ' * (width - self._moved)}{text[self.end :]}"

    def place(self, index: int) -> int:
        """Where in the line a place of the line about one stands."""
        return index - self._moved if self.verb_end < index < self.start + self._moved else index

    def is_named_at(self, index: int) -> bool:
        """Whether the line about one names that one at an index."""
        return index == (self.verb_end + 1 if self.verb_end else self.start)

    def applied(self, said: Command | Query) -> Command | Query:
        """What was said about one, said about all of them.

        Raises:
            NotUnderstood: It cannot be said about many.
        """
        if isinstance(said, What):
            return said
        wanted = Undo if isinstance(self.which, range) else BookingCommand
        if not isinstance(said, wanted):
            is_undo = isinstance(said, Undo | UndoLast)
            what = "undo takes events, as in undo 8841..8899" if is_undo else "this is asked of one at a time"
            raise NotUnderstood(what, self.start, self.end - self.start)
        return Many(said, self.which)


def read(text: str, start: int, context: Context) -> Group | None:
    """The group that a line is about; None when it names none.

    Raises:
        NotUnderstood: The brackets never close, hold nothing, or hold what is no filter.
        Ambiguous: A shortened name in the filter fits several.
    """
    tokens = [token._replace(start=token.start + start) for token in scan(text[start:])]
    verb = next((words for words in range(_LONGEST_NAME, 0, -1) if _verb(tokens[:words])), 1)
    for at, token in enumerate(tokens):
        if token.kind == "word" and token.raw.startswith("["):
            return _in_brackets(text, token, tokens[min(at, verb) - 1].end if at else 0, context)
    command = _verb(tokens[:verb])
    span = _SPAN.fullmatch(tokens[verb].raw) if len(tokens) > verb else None
    if span is not None and command is not None and command.command is Undo:
        return _events(tokens[verb], tokens[verb - 1].end, int(span[1]), int(span[2]))
    return None


def _verb(words: list[Token]) -> Verb | None:
    return BY_NAME.get(" ".join(word.low for word in words))


def _events(token: Token, verb_end: int, first: int, last: int) -> Group:
    if not 0 < first <= last:
        refuse(token, "the first event comes first, as in undo 8841..8899")
    if last - first >= MOST:
        refuse(token, f"more than {MOST:,} events; take fewer at a time")
    return Group(token.start, token.end, verb_end, range(first, last + 1))


def _in_brackets(text: str, token: Token, verb_end: int, context: Context) -> Group:
    end = _closing(text, token.start)
    if end is None:
        refuse(token, "these brackets never close")
    inside = [one._replace(start=one.start + token.start + 1) for one in scan(text[token.start + 1 : end])]
    if not inside:
        refuse(token, "[] means nobody; say which, as in [late plumbing] or [214 215]")
    numbers = _numbers(inside, context)
    which = numbers if numbers is not None else filters.read(inside, context)
    return Group(token.start, end + 1, verb_end, which)


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at an index closes; one in quotes does not count."""
    is_quoted = False
    for at in range(start, len(text)):
        if text[at] == '"' and text[at - 1] != "\\":
            is_quoted = not is_quoted
        elif text[at] == "]" and not is_quoted:
            return at
    return None


def _numbers(inside: list[Token], context: Context) -> tuple[int, ...] | None:
    """The bookings that are all named by number, `.` or `..`, each once; None when anything is a word."""
    if not all(token.kind == "word" and _NUMBERS.fullmatch(token.raw) for token in inside):
        return None
    found: dict[int, None] = {}
    for token in inside:
        for part in filter(None, token.raw.split(",")):
            found.update(dict.fromkeys(_meant(part, token, context)))
            if len(found) > MOST:
                refuse(token, f"more than {MOST:,} bookings; take fewer at a time")
    return tuple(found)


def _meant(part: str, token: Token, context: Context) -> range:
    span = _SPAN.fullmatch(part)
    first = last = 0
    if span is not None:
        first, last = int(span[1]), int(span[2])
    elif part in {".", ".."}:
        first = last = (context.selected if part == "." else context.last) or 0
    elif part.isdigit() and len(part) <= _LONGEST_NUMBER:
        first = last = int(part)
    if not 0 < first <= last:
        refuse(token, f"{part:.20} is no booking; numbers are written like 214 215 220..224")
    if last - first >= MOST:
        refuse(token, f"more than {MOST:,} bookings; take fewer at a time")
    return range(first, last + 1)
