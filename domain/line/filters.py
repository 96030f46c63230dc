"""What `find`, `events` and the bars above the tables understand: one language, a table of terms for each.

`parse` reads a whole filter; the line reads the same words by `read`; `filter_writing.render` writes it back. Words and
phrases are looked for in what a booking shows, and all must be there; one under three characters begins a word there.
Several values of one key mean any of them; different keys, marks, lengths and periods all have to fit; `-` before a
term leaves out what it would find. Dates are those of the asking (`requested_at`), in the zone of the context.
Anything may import this module; `TERMS`, `EVENT_TERMS` and `PROVIDER_TERMS` are what help and docs are made from.
"""

from collections.abc import Sequence
from typing import Any, Final

from domain.actors import Role
from domain.criteria import (
    BookingFilter,
    BookingTraits,
    EventFilter,
    EventTraits,
    Mark,
    Measure,
    ProviderFilter,
    ProviderTraits,
)
from domain.errors import DispatchError
from domain.lifecycle import Action, Status
from domain.line import sought
from domain.line.context import Context
from domain.line.filter_writing import written
from domain.line.scan import Token, listed, scan
from domain.line.table import Kind
from domain.line.terms import Found, Grammar, Place, Term, Terms, Value
from domain.line.words import PRIORITIES
from domain.views import Directory

# The tables ---------------------------------------------------------------------------------------------------------


def _mark(mark: Mark, about: str) -> Term:
    return Term(mark, Value.WORD, "marks", about, mark, sign="", words={str(mark): mark})


def _limit(measure: Measure, about: str, example: str) -> Term:
    return Term(measure, Value.LENGTH, "limits", about, example, sign="<>", one=True)


def _periods(what: str) -> tuple[Term, ...]:
    return (
        Term("today", Value.DAY, "periods", f"{what} today; yesterday", "today", sign=""),
        Term("2026-08-03", Value.DAY, "periods", f"{what} on that day", "2026-08-03", sign=""),
        Term(
            "2026-08-01..2026-08-03",
            Value.DAY,
            "periods",
            f"{what} on one of these days; either side may be left out",
            "2026-08-01..2026-08-03",
            sign="",
        ),
        Term(
            "after",
            Value.MOMENT,
            "periods",
            f"{what} at that time or later: on the day that is named beside it, else today",
            "after:14:00",
            one=True,
        ),
        Term(
            "before",
            Value.MOMENT,
            "periods",
            f"{what} before that time, day or length ago",
            "before:2026-08-03",
            one=True,
        ),
    )


TERMS: Final[tuple[Term, ...]] = (
    Term(
        "status",
        Value.STATUS,
        "statuses",
        "in one of these statuses; the name alone does too",
        "status:pending,assigned",
        words={str(one).lower(): one for one in Status},
    ),
    Term("service", Value.SERVICE, "services", "for one of these; the full name alone does too", "service:plumbing"),
    Term("provider", Value.PROVIDER, "providers", "with one of these, or with none", "provider:mira"),
    Term("customer", Value.CUSTOMER, "customers", "of these customers, by number", "customer:17"),
    Term("borough", Value.NAME, "boroughs", "in this part of the city, or in none that is known", "borough:bronx"),
    Term(
        "priority",
        Value.PRIORITY,
        "priorities",
        "of one of these priorities; p1 to p4 alone do too",
        "priority:1,2",
        words=PRIORITIES,
    ),
    Term("source", Value.NAME, "sources", "taken in from there, or from none", "source:requests"),
    _mark(Mark.LATE, "not begun, and no slack is left"),
    _mark(Mark.RISK, "not begun, and less slack is left than the setting at_risk_minutes"),
    _mark(Mark.WAITING, "needs a provider and has none"),
    _mark(Mark.HELD, "put on hold"),
    _mark(Mark.FORCED, "with a provider against the rules"),
    _mark(Mark.PARKED, "its ladder is exhausted, it waits for somebody to become free"),
    _mark(Mark.OPEN, "not completed, cancelled or failed"),
    _mark(Mark.ACTIVE, "a provider has it"),
    _mark(Mark.FINAL, "completed, cancelled or failed"),
    _limit(Measure.WAITING, "needs a provider and has none, and was recorded so long ago", "waiting>10m"),
    _limit(Measure.AGE, "asked for so long ago", "age>1d"),
    _limit(Measure.SLACK, "not begun, with so much slack left", "slack<5m"),
    *_periods("asked for"),
)
"""What bookings are found by."""

EVENT_TERMS: Final[tuple[Term, ...]] = (
    Term("booking", Value.BOOKING, "bookings", "about these bookings; the number alone does too", "booking:214"),
    Term(
        "actor",
        Value.ACTOR,
        "actors",
        "by somebody, or by anybody of a role; admin:ana alone does too",
        "actor:admin:ana",
        heads=frozenset(Role),
    ),
    Term(
        "action",
        Value.ACTION,
        "actions",
        "of these kinds; the name alone does too",
        "action:cancel",
        words={str(one): one for one in Action},
    ),
    *_periods("happened"),
)
"""What events are found by."""

PROVIDER_TERMS: Final[tuple[Term, ...]] = (
    Term(
        "status",
        Value.SHOWN,
        "shown",
        "available, busy, break, off or inactive; the name alone does too",
        "status:busy,break",
        words={one: one for one in sought.SHOWN},
    ),
    Term("skill", Value.SERVICE, "skills", "can do one of these; the full name alone does too", "skill:plumbing"),
)
"""What providers are found by."""


_READ: Final = {
    Value.STATUS: sought.status,
    Value.SERVICE: sought.service,
    Value.PROVIDER: sought.provider,
    Value.CUSTOMER: sought.number,
    Value.NAME: sought.name,
    Value.PRIORITY: sought.priority,
    Value.LENGTH: sought.limit_of,
    Value.MOMENT: sought.moment,
    Value.BOOKING: sought.number,
    Value.ACTION: sought.action,
    Value.ACTOR: sought.actor,
    Value.SHOWN: sought.shown,
}
BOOKINGS: Final = Grammar("bookings", TERMS, _READ)
EVENTS: Final = Grammar("events", EVENT_TERMS, _READ)
PROVIDERS: Final = Grammar("providers", PROVIDER_TERMS, {**_READ, Value.SERVICE: sought.service_name})


TERMS_OF: Final = {Kind.FILTER: TERMS, Kind.EVENT_FILTER: EVENT_TERMS}
"""The table of each kind of argument that is a filter: for help and completion of the line."""


# Reading ------------------------------------------------------------------------------------------------------------


def parse(text: str, context: Context) -> BookingFilter:
    """Understand a filter for bookings.

    Args:
        text: Any text; an empty one asks for every booking.
        context: The names that there are, and the day and zone of its dates.

    Raises:
        NotUnderstood: `position` and `length` mark what is wrong.
        Ambiguous: A shortened name fits several.
    """
    return read(scan(text), context)


def read(tokens: Sequence[Token], context: Context) -> BookingFilter:
    """The same, from words of a line."""
    wanted, unwanted = _read(tokens, BOOKINGS, context)
    return BookingFilter(**wanted, unless=BookingTraits(**unwanted))


def parse_events(text: str, context: Context) -> EventFilter:
    """Understand a filter for events; raises as `parse` does."""
    return read_events(scan(text), context)


def read_events(tokens: Sequence[Token], context: Context) -> EventFilter:
    """The same, from words of a line."""
    wanted, unwanted = _read(tokens, EVENTS, context)
    return EventFilter(**wanted, unless=EventTraits(**unwanted))


def parse_providers(text: str, context: Context) -> ProviderFilter:
    """Understand a filter for providers; raises as `parse` does."""
    wanted, unwanted = _read(scan(text), PROVIDERS, context)
    return ProviderFilter(**wanted, unless=ProviderTraits(**unwanted))


def _read(tokens: Sequence[Token], grammar: Grammar, context: Context) -> tuple[dict[str, Any], dict[str, Any]]:
    terms = Terms(grammar, context)
    terms.read(tokens)
    return _fields(terms.wanted), _fields(terms.unwanted)


def _fields(found: Found) -> dict[str, Any]:
    return {
        field: tuple(dict.fromkeys(values)) if field == "words" else frozenset(values)
        for field, values in found.items()
        if values
    }


def places(text: str, grammar: Grammar, context: Context) -> tuple[list[Place], DispatchError | None]:
    """Where the terms of a text stand and what they fill; with what is wrong, which ends them."""
    terms = Terms(grammar, context)
    try:
        terms.read(scan(text))
    except DispatchError as refusal:
        return terms.places, refusal
    return terms.places, None


# Help and completion ------------------------------------------------------------------------------------------------


def term_lines(terms: Sequence[Term]) -> list[str]:
    """A table of terms as lines of help."""
    forms = [f"{term.key}>{term.value}" if term.sign == "<>" else term.form for term in terms]
    width = max(map(len, forms), default=0)
    return [f"  {form:<{width}}  {term.about}, as in {term.example}" for form, term in zip(forms, terms, strict=True)]


def filter_completions(text: str, directory: Directory, terms: Sequence[Term] = TERMS) -> list[str]:
    """What the last word of a filter could become: keys, then values; none inside quotes.

    Args:
        text: The filter so far.
        directory: The names that there are.
        terms: The table that it is read by.
    """
    tokens = scan(text)
    last = tokens[-1] if tokens and tokens[-1].end == len(text) else None
    if last is not None and last.kind != "word":
        return []
    typed = last.raw if last is not None else ""
    sign = "-" if typed.startswith("-") else ""
    word = typed.removeprefix("-").lower()
    key, colon, rest = word.partition(":")
    if not colon:
        options = [one for term in terms for one in _openings(term)]
        return [sign + one for one in dict.fromkeys(options) if one.startswith(word) and one != word]
    term = next((one for one in terms if one.key == key and one.sign == ":"), None)
    if term is None:
        return []
    before, comma, partial = rest.rpartition(",")
    head, said = f"{sign}{key}:{before}{comma}", {part.lower() for part, _ in listed(before)}
    found = [one for one in _values(term, directory) if one.strip('"').lower() not in said]
    return [head + one for one in found if one.strip('"').lower().startswith(partial) and one != partial]


def _openings(term: Term) -> list[str]:
    if term.sign == "<>":
        return [f"{term.key}>", f"{term.key}<"]
    if term.value is Value.DAY:
        return ["today", "yesterday"] if term.key == "today" else []
    return [f"{term.key}:", *term.words] if term.sign else [term.key]


def _values(term: Term, directory: Directory) -> list[str]:
    match term.value:
        case Value.SERVICE:
            return [written(name) for name in sorted(directory.services)]
        case Value.PROVIDER:
            return [*sorted(directory.handles), sought.NONE]
        case Value.PRIORITY:
            return ["1", "2", "3", "4"]
        case Value.ACTOR:
            return [str(role) for role in Role]
        case Value.MOMENT:
            return ["today", "yesterday"]
        case Value.NAME:
            names = directory.boroughs if term.key == "borough" else ()
            return [*(written(name) for name in names), sought.NONE]
        case _:
            return [*term.words]
