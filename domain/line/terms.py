"""The terms of a filter: tables of keys, and the one way in which a text is read by such a table.

May be imported by the other modules of the line; `filters` says what the terms mean for bookings, events and providers.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final, NoReturn

from domain.errors import NotUnderstood
from domain.line import names
from domain.line.context import Context
from domain.line.dates import Clock, day_word, on_clock
from domain.line.scan import Token, listed, refuse, scan

MOST_TERMS: Final = 50
LONGEST_WORD: Final = 200
"""Characters of one word or phrase that is looked for."""

_NUMBER = re.compile(r"#?[0-9]{1,16}")
_KEYED = re.compile(r"([A-Za-z][^:<>\"]*)(:|[<>])(.*)", re.DOTALL)


class Value(StrEnum):
    """What stands behind a key; the text is how help writes it."""

    STATUS = "STATUS"
    SERVICE = "SERVICE"
    PROVIDER = "PROVIDER"
    CUSTOMER = "NUMBER"
    NAME = "NAME"
    PRIORITY = "1-4"
    LENGTH = "LENGTH"
    MOMENT = "TIME"
    BOOKING = "BOOKING"
    ACTION = "ACTION"
    ACTOR = "ROLE:NAME"
    SHOWN = "SHOWN"
    DAY = "DAY"
    WORD = "WORD"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of a filter's grammar.

    Attributes:
        key: The word before the sign, or the whole term where there is no sign.
        value: What stands behind the sign.
        fills: The field of the criteria that it fills.
        about: What it finds, in one line of help.
        example: A term that parses.
        sign: `:` takes one value or several with commas, `<>` a length, empty nothing.
        one: It takes one value only.
        words: Words that say the same without the key, and what each stands for.
        heads: Keys that are a part of the value: `admin:ana` is an actor as it stands.
    """

    key: str
    value: Value
    fills: str
    about: str
    example: str
    sign: str = ":"
    one: bool = False
    words: Mapping[str, Any] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()

    @property
    def form(self) -> str:
        """How it is written: `status:STATUS,…`, `waiting>LENGTH or waiting<LENGTH`, `late`."""
        if self.sign == "<>":
            return f"{self.key}>{self.value} or {self.key}<{self.value}"
        if not self.sign:
            return self.key
        return f"{self.key}:{self.value}" + ("" if self.one else ",…")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What can be looked for in one place.

    Attributes:
        finds: What is found: `bookings`, `events` or `providers`.
        terms: The table.
        read: How the part behind a key is understood.
    """

    finds: str
    terms: tuple[Term, ...]
    read: Mapping[Value, Callable[[Token, str, Term, Context], Any]]

    def keyed(self, key: str) -> Term | None:
        """The term of a key."""
        return next((term for term in self.terms if term.key == key and term.sign), None)

    def bare(self, word: str) -> tuple[Term, Any] | None:
        """The term that a word is without a key, and what it stands for."""
        return next(((term, term.words[word]) for term in self.terms if word in term.words), None)

    def of(self, value: Value) -> Term | None:
        """The first term of a kind."""
        return next((term for term in self.terms if term.value is value), None)


Found = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands in the text, and what it fills."""

    start: int
    end: int
    field: str
    is_negated: bool


class Terms:
    """A filter while it is read.

    Attributes:
        wanted: What is asked for, by field.
        unwanted: What is left out, by field.
        places: Where each term stands; those before a wrong one stay.
    """

    def __init__(self, grammar: Grammar, context: Context) -> None:
        self.wanted: Found = defaultdict(list)
        self.unwanted: Found = defaultdict(list)
        self.places: list[Place] = []
        self._grammar = grammar
        self._context = context
        self._clocks: list[tuple[Found, Clock]] = []

    def read(self, tokens: Sequence[Token]) -> None:
        """Understand every word.

        Raises:
            NotUnderstood: A key that there is not, or a value that cannot be; with its place.
            Ambiguous: A shortened name fits several.
        """
        at = terms = 0
        while at < len(tokens):
            terms += 1
            if terms > MOST_TERMS:
                refuse(tokens[at], f"more than {MOST_TERMS} terms; put what belongs together in quotes")
            at = self._term(tokens, at)
        for found, clock in self._clocks:
            found["periods"].append(on_clock(clock, self.wanted["periods"], self._context))

    def _term(self, tokens: Sequence[Token], at: int) -> int:
        """Understand one term; gives the index behind it."""
        token, end = tokens[at], at + 1
        is_negated = token.kind == "word" and token.raw.startswith("-")
        service = self._grammar.of(Value.SERVICE)
        several = names.service_words(tokens, at, self._context.directory) if service and token.low else None
        if is_negated:
            field = self._one(_negated(token), self.unwanted)
        elif service is not None and several is not None:
            name, end = several
            field = self._service(name, service, self.wanted)
        else:
            field = self._one(token, self.wanted)
        self.places.append(Place(token.start, tokens[end - 1].end, field, is_negated))
        return end

    def _one(self, token: Token, found: Found) -> str:
        """Understand one word that is a term; gives the field that it fills."""
        if token.kind in {"end", "open"}:
            refuse(token, "; means nothing here; quote it" if token.kind == "end" else "these quotes never close")
        if token.kind == "word":
            keyed = _KEYED.fullmatch(token.raw)
            if keyed is not None:
                return self._keyed(token, keyed, found)
            field = self._bare(token, found)
            if field is not None:
                return field
            if token.raw == "?":
                refuse(token, 'quote it to look for it: "?"')
            if token.raw.startswith('"'):
                refuse(token, "put a space between texts in quotes, not a comma")
        found["words"].append(_word(token))
        return "words"

    def _keyed(self, token: Token, keyed: re.Match[str], found: Found) -> str:
        key, sign, rest = keyed[1].lower(), keyed[2], keyed[3]
        term = self._grammar.keyed(key)
        headed = next((one for one in self._grammar.terms if key in one.heads and sign in one.sign), None)
        if headed is not None:
            found[headed.fills].append(self._grammar.read[headed.value](token, sign, headed, self._context))
            return headed.fills
        place = token._replace(raw=keyed[1], text=keyed[1])
        if term is None:
            self._unknown(place, key, sign)
        if sign not in term.sign:
            refuse(token, f"{key} is written {term.form}, as in {term.example}")
        start = token.start + keyed.start(3)
        behind = Token("word", start, rest, rest, rest.lower())
        parts = [
            behind._replace(kind="quoted" if quoted else "word", text=part, low=part.lower())
            for part, quoted in listed(rest)
        ]
        if not parts:
            refuse(token, f"{key}{sign} needs a value behind it, as in {term.example}")
        if term.one and len(parts) > 1:
            refuse(behind, f"{key}{sign} takes one value, as in {term.example}")
        for part in parts:
            value = self._grammar.read[term.value](part, sign, term, self._context)
            if isinstance(value, Clock):
                self._clocks.append((found, value))
            else:
                found[term.fills].append(value)
        return term.fills

    def _bare(self, token: Token, found: Found) -> str | None:
        """The field that a word without a key fills: a status, a mark, a day, a service; None when it is a word."""
        meant = self._grammar.bare(token.low) or self._grammar.bare(token.low.replace("-", "_"))
        if meant is not None:
            found[meant[0].fills].append(meant[1])
            return meant[0].fills
        days, number, service = (self._grammar.of(kind) for kind in (Value.DAY, Value.BOOKING, Value.SERVICE))
        period = day_word(token, self._context) if days is not None else None
        if days is not None and period is not None:
            found[days.fills].append(period)
            return days.fills
        if number is not None and _NUMBER.fullmatch(token.low):
            found[number.fills].append(self._grammar.read[Value.BOOKING](token, ":", number, self._context))
            return number.fills
        for name in self._context.directory.services if service is not None else ():
            if service is not None and name.lower() == token.low:
                return self._service(name, service, found)
        return None

    def _service(self, name: str, term: Term, found: Found) -> str:
        spelled = Token("quoted", 0, name, name, name.lower())
        found[term.fills].append(self._grammar.read[Value.SERVICE](spelled, ":", term, self._context))
        return term.fills

    def _unknown(self, place: Token, key: str, sign: str) -> NoReturn:
        """Refuse a key that there is not, and name the nearest that there is."""
        near = get_close_matches(key[:LONGEST_WORD], [term.key for term in self._grammar.terms], 1)
        alike = [term for term in self._grammar.terms if near and term.key == near[0]]
        meant = max(alike, key=lambda term: sign in term.sign, default=None)
        hint = f"did you mean {meant.form}?" if meant else f"there are {', '.join(_signed(self._grammar))};"
        message = f"there is no filter {key:.30}{sign} for {self._grammar.finds}; {hint} a word is put in quotes"
        raise NotUnderstood(message, place.start, place.length, near=near[0] if near else None)


def _signed(grammar: Grammar) -> list[str]:
    return [f"{term.key}{term.sign[-1]}" for term in grammar.terms if term.sign]


def _negated(token: Token) -> Token:
    """What stands behind the `-` of a term that is left out."""
    inner = scan(token.raw[1:])
    if len(inner) != 1 or inner[0].start or inner[0].length != token.length - 1:
        refuse(token, '- needs a term behind it, as in -late; quote it to look for the word: "-…"')
    if inner[0].raw.startswith("-"):
        refuse(token, "one - is enough")
    return inner[0]._replace(start=token.start + 1)


def _word(token: Token) -> str:
    """A word or phrase that is looked for."""
    text = token.text
    if not text:
        refuse(token, "there is nothing in these quotes" if token.kind == "quoted" else "there is nothing behind --")
    if len(text) > LONGEST_WORD:
        refuse(token, f"{LONGEST_WORD} characters are the most that can be looked for at once")
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t":
            refuse(token, f"contains the control character U+{ord(character):04X}; type it again without it")
    return text
