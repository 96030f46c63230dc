"""From a line to a command or a question: finds the verb and its object, then gives each word to an argument.

May be imported by anything that reads lines; it imports the grammar's table and commands.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from domain.actors import Role
from domain.commands import Ack, Command, Undo
from domain.errors import Ambiguous, DispatchError, InvalidInput, NotUnderstood
from domain.line import many, names, prefixes, times
from domain.line.context import Context
from domain.line.queries import AckWorst, Query, UndoLast, What
from domain.line.scan import Token, refuse, scan
from domain.line.table import BY_NAME, SHOWS, Kind, Slot, Verb
from domain.line.values import MANNERS, is_booking
from domain.line.words import NOT_YET, PRIORITIES

_TO_THE_END = frozenset({Kind.REASON, Kind.VALUE, Kind.VERB})
_TEXTS = _TO_THE_END | {Kind.NAME}
_TAKES_ANY = _TEXTS | {Kind.SERVICE, Kind.SETTING, Kind.NEW_HANDLE, Kind.ANYTHING, Kind.FILTER, Kind.EVENT_FILTER}

MOST_WORDS: Final = 500
"""A longer line is refused, so that reading stays instant whatever is pasted; a text in quotes counts as one word."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line and what it was understood as.

    Attributes:
        start: Index of its first character.
        end: Index behind its last one.
        kind: `verb`, `booking`, `provider`, `time`, `text`, `word` or `wrong`.
        message: What is wrong with it, if something is.
    """

    start: int
    end: int
    kind: str
    message: str | None = None


class Reading:
    """One line while it is read; what was understood so far stays when the rest is refused.

    Attributes:
        spans: The understood words, for colours.
        verb: The verb, once found.
        open: The arguments that are not given yet.
        wanted: The argument whose keyword is the last word.
    """

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.spans: list[Span] = []
        self.verb: Verb | None = None
        self.open: list[Slot] = []
        self.wanted: Slot | None = None
        self._values: dict[str, Any] = {}
        self._where: dict[str, tuple[int, int]] = {}

    @property
    def booking(self) -> int | None:
        """The booking that the line names, as far as it was understood."""
        return self._values.get("booking")

    def read(self) -> Command | Query:
        """Understand the line.

        Raises:
            NotUnderstood: With the place of the first wrong word, or the end of the line when something is missing.
            Ambiguous: A shortened name fits several.
            InvalidInput: A value that cannot be, and no single word is to blame.
        """
        prefix = prefixes.read(self.text, self.context)
        if prefix is None:
            return self._said(0)
        self.spans.append(Span(prefix.start, prefix.end, "time"))
        return prefix.applied(self._said(prefix.end), self.text)

    def _said(self, start: int) -> Command | Query:
        """Understand what is said from an index on."""
        if ("[" in self.text or ".." in self.text) and (said := self._said_of_many(start)) is not None:
            return said
        return self._said_of_one(start)

    def _said_of_many(self, start: int) -> Command | Query | None:
        """Understand what is said of a group, as if it were said of one; None when it is said of one."""
        with suppress(DispatchError):
            Reading(self.text, self.context)._said_of_one(start)
            return None
        group = many.read(self.text, start, self.context)
        if group is None:
            return None
        one = Reading(group.about_one(self.text), self.context)
        try:
            said = one._said_of_one(start)
        except NotUnderstood as refusal:
            raise NotUnderstood(refusal.message, group.place(refusal.position), refusal.length) from refusal
        except Ambiguous as refusal:
            refusal.details["position"] = group.place(refusal.details["position"])
            raise
        finally:
            self.verb, self.open, self.wanted = one.verb, one.open, one.wanted
            self.spans += [_in_line(span, group) for span in one.spans]
        return group.applied(said)

    def _said_of_one(self, start: int) -> Command | Query:
        """Understand what is said of one, or of nobody."""
        tokens = self._words(start)
        if tokens and tokens[-1].raw == "?":
            return What(self.text[start : tokens[-1].start].strip())
        if not tokens:
            raise NotUnderstood("nothing was typed; `help` lists the verbs")
        found = self._verb_and_rest(tokens)
        if not isinstance(found, list):
            return found
        self._fill(found)
        return self._build()

    def _words(self, start: int) -> list[Token]:
        tokens = scan_from(self.text, start, MOST_WORDS + 1)
        if len(tokens) > MOST_WORDS:
            refuse(tokens[-1], f"more than {MOST_WORDS} words; put a long text in quotes or behind --")
        if tokens and (sign := tokens[0].raw[0]) in NOT_YET:
            refuse(tokens[0], NOT_YET[sign])
        for token in tokens:
            if token.kind == "end":
                refuse(token, "one line at a time: what follows the ; is another")
            if token.kind == "open":
                refuse(token, "these quotes never close")
        if tokens and tokens[0].low.startswith("/") and len(tokens[0].raw) > 1:
            first = tokens[0]
            return [first._replace(raw="/", text="/", low="/"), *scan_from(self.text, first.start + 1)]
        return tokens

    def _verb_and_rest(self, tokens: list[Token]) -> list[Token] | Command | Query:
        """Find the verb; what is left are its arguments, or the line is an object alone and asks to see it."""
        first = tokens[0]
        found = self._verb_at(tokens, 0, shortened=False)
        if found is None:
            kind = self._object(tokens)
            if kind is None:
                found = self._verb_at(tokens, 0, shortened=True)
                if found is None and names.handle(first.low, first, self.context.directory) and first.low:
                    kind = Kind.PROVIDER
            if kind is not None:
                return self._object_first(tokens, kind)
        if found is None:
            raise names.unknown_verb(first)
        verb, at = found
        self._set_verb(verb, tokens[:at])
        return tokens[at:]

    def _object(self, tokens: Sequence[Token]) -> Kind | None:
        if is_booking(tokens, 0):
            return Kind.BOOKING
        return Kind.PROVIDER if tokens[0].low in self.context.directory.handles else None

    def _object_first(self, tokens: list[Token], kind: Kind) -> list[Token] | Query:
        if len(tokens) == 1:
            (value,), _ = MANNERS[kind].read(tokens, 0, self.context, Slot(kind, ()))
            self._mark(tokens[:1], MANNERS[kind].shade)
            return SHOWS[kind](value)
        about_provider = BY_NAME.get(f"provider {tokens[1].low}") if kind is Kind.PROVIDER else None
        if about_provider is not None:
            found: tuple[Verb, int] | None = (about_provider, 2)
        else:
            found = self._verb_at(tokens, 1, shortened=False) or self._verb_at(tokens, 1, shortened=True)
        if found is None:
            raise names.unknown_verb(tokens[1])
        verb, at = found
        self._set_verb(verb, tokens[1:at])
        return [tokens[0], *tokens[at:]]

    def _verb_at(self, tokens: Sequence[Token], at: int, *, shortened: bool) -> tuple[Verb, int] | None:
        token = tokens[at]
        if token.low.removesuffix("!") in NOT_YET:
            refuse(token, NOT_YET[token.low.removesuffix("!")])
        if token.low in PRIORITIES:
            return BY_NAME["prioritise"], at
        if shortened:
            return names.shortened_verb(tokens, at, self.context.directory)
        found = names.exact_verb(tokens, at)
        if found is not None and found[1] == at + 1:
            return names.shortened_verb(tokens, at, self.context.directory)
        return found

    def _set_verb(self, verb: Verb, words: Sequence[Token]) -> None:
        """Take a verb that some words name; none do when the verb is only implied, as in `214 p1`."""
        self.verb = verb
        self.open = [*verb.slots]
        if words:
            self.spans.append(Span(words[0].start, words[-1].end, "verb"))

    def _fill(self, words: list[Token]) -> None:
        """Give every word to an argument: by its keyword, else to the first open one that it fits."""
        assert self.verb is not None
        at = 0
        while at < len(words):
            token = words[at]
            slot = self.verb.slot(token.low) if token.low else None
            if slot is None:
                slot = self._text_slot() if token.kind == "rest" else self._bare(words, at)
                if slot is None:
                    self._unexpected(token)
            else:
                if slot not in self.open:
                    refuse(token, f"{token.text} is said already")
                self._mark([token], "word")
                at += 1
                if at == len(words):
                    self.wanted = slot
                    raise self._missing(f"{token.low} needs {MANNERS[slot.kind].expects} behind it")
            at = self._take(slot, words, at)

    def _text_slot(self) -> Slot | None:
        return next((slot for slot in self.open if slot.kind is Kind.REASON), None)

    def _bare(self, words: Sequence[Token], at: int) -> Slot | None:
        fitting = [
            slot
            for slot in self.open
            if slot.bare
            and MANNERS[slot.kind].fits(words, at, slot)
            and (not slot.after or self._values.get("to") in slot.after)
        ]
        return next((slot for slot in fitting if slot.kind not in _TAKES_ANY), fitting[0] if fitting else None)

    def _take(self, slot: Slot, words: Sequence[Token], at: int) -> int:
        """Read one argument; gives the index behind it."""
        if slot.kind in _TEXTS and words[at].kind == "word":
            self._object_comes_first(slot, words[at])
            end = self._run(slot, words, at)
            values: tuple[Any, ...] = (self.text[words[at].start : words[end - 1].end],)
        else:
            values, end = MANNERS[slot.kind].read(words, at, self.context, slot)
        start, length = words[at].start, words[end - 1].end - words[at].start
        for field, value in zip(slot.fields, values, strict=True):
            self._values[field] = value
            self._where[field] = (start, length)
        self.open.remove(slot)
        unknown = self._unknown(slot.kind, values[0])
        self.spans.append(Span(start, start + length, "wrong" if unknown else MANNERS[slot.kind].shade, unknown))
        return end

    def _object_comes_first(self, slot: Slot, token: Token) -> None:
        """A mistyped number is no reason: `undo 88x41` must not take back whatever was last."""
        wanted = self.open[0]
        if slot.kind is Kind.REASON and wanted.kind in {Kind.BOOKING, Kind.EVENT}:
            refuse(token, f"expected {MANNERS[wanted.kind].expects}, not {token.text!r:.60}; a text first is in quotes")

    def _run(self, slot: Slot, words: Sequence[Token], at: int) -> int:
        """Where an unquoted text ends: at the line's end for a reason, else before what another argument takes."""
        assert self.verb is not None
        others = [other for other in self.open if other is not slot]
        if slot.kind in _TO_THE_END and slot is self.verb.slots[-1]:
            for number in range(at + 1, len(words) - 1):
                other = self.verb.slot(words[number].low)
                if other in others and other is not None and MANNERS[other.kind].fits(words, number + 1, other):
                    refuse(words[number], "put the text in quotes, or this before it")
            return len(words)
        if self.verb.slot(words[at].low) is not None:
            refuse(words[at], f"expected {MANNERS[slot.kind].expects}, not {words[at].text!r}; quote it if it is one")
        if times.is_moment(words, at) or times.is_window(words, at):
            refuse(words[at], f"{words[at].text!r} is a time; quote it if it is meant as a text, or write from 9-11")
        end = at + 1
        while end < len(words) and words[end].kind == "word" and self.verb.slot(words[end].low) is None:
            if any(
                other.bare and other.kind not in _TAKES_ANY and MANNERS[other.kind].fits(words, end, other)
                for other in others
            ):
                break
            end += 1
        return end

    def _build(self) -> Command | Query:
        assert self.verb is not None
        actor = self.context.actor
        for slot in [slot for slot in self.open if slot.required]:
            if slot.kind is Kind.PROVIDER and actor.role is Role.PROVIDER and Role.PROVIDER in self.verb.roles:
                self._values[slot.fields[0]] = actor.id
            else:
                what = "a reason" if "reason" in slot.fields else MANNERS[slot.kind].expects
                raise self._missing(f"{self.verb.name} needs {what}")
        if self.verb.command is Undo and "event" not in self._values:
            return UndoLast(**self._values)
        if self.verb.command is Ack and "booking" not in self._values:
            return AckWorst()
        if self.verb.query is not None:
            return self.verb.query(**self._values)
        assert self.verb.command is not None
        try:
            return self.verb.command.of(**self._values)
        except InvalidInput as error:
            field = str(error.details.get("field", "")).partition(".")[0]
            if field not in self._where:
                raise
            raise NotUnderstood(error.message, *self._where[field], field=field) from error

    def _missing(self, message: str) -> NotUnderstood:
        assert self.verb is not None
        return NotUnderstood(f"{message}, as in: {self.verb.example}", len(self.text), 0)

    def _unexpected(self, token: Token) -> NoReturn:
        assert self.verb is not None
        wanted = [*dict.fromkeys(MANNERS[slot.kind].expects for slot in self.open if slot.bare)]
        keys = [slot.keys[0] for slot in self.open if slot.keys and not slot.silent]
        if not wanted and not keys:
            forced = BY_NAME.get(f"{self.verb.name}!")
            hint = f"; the forced form takes a reason: {forced.example}" if forced else ""
            refuse(token, f"nothing can follow here in {self.verb.name}{hint}")
        parts = [" or ".join(wanted)] if wanted else []
        parts += [f"one of {', '.join(keys)} with its value"] if keys else []
        refuse(token, f"expected {', or '.join(parts)}, not {token.text!r:.60}")

    def _unknown(self, kind: Kind, value: Any) -> str | None:
        directory = self.context.directory
        if kind is Kind.PROVIDER and value not in directory.handles:
            return f"no provider is called {value!r:.60}"
        if kind is Kind.SERVICE and value not in directory.services:
            return f"no service is called {value!r:.60}"
        return None

    def _mark(self, tokens: Sequence[Token], kind: str) -> None:
        self.spans += [Span(token.start, token.end, kind) for token in tokens]


def _in_line(span: Span, group: many.Group) -> Span:
    """A part of the line about one, where it stands in the line about many."""
    if group.is_named_at(span.start):
        return replace(span, start=group.start, end=group.end)
    return replace(span, start=group.place(span.start), end=group.place(span.end))


def scan_from(text: str, start: int, most: int | None = None) -> list[Token]:
    """The words of a text from an index on: the first `most`, or all."""
    return [token._replace(start=token.start + start) for token in scan(text[start:], most)]


def parse(text: str, context: Context) -> Command | Query:
    """Understand one line.

    Args:
        text: A line without `;` between links (see `split`); any text at all is answered, by a value or a refusal.
        context: What it is read against.

    Returns:
        A command for the engine, or a question.

    Raises:
        NotUnderstood: `position` and `length` mark the first wrong word; both at the end when something is missing.
        Ambiguous: A shortened name fits several; details hold choices, position and length.
        InvalidInput: A value that cannot be, and no single word is to blame.
    """
    return Reading(text, context).read()
