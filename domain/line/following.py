"""A line while it is typed: how it is understood, what can follow and why the rest cannot, and what Enter would meet.

Pure: the facts are handed in, as far as they are known by now. May be imported by screens.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from domain.commands import Assign, BookingCommand, Command, ForceAssign
from domain.errors import DispatchError
from domain.line.context import Context
from domain.line.judging import BookingFacts, Facts, Judge, about_booking
from domain.line.options import LONGEST_FOLLOWED, Happened, LineEnd, Option, booking_of, end_of, options
from domain.line.reading import Reading, Span
from domain.line.scan import scan, split
from domain.line.showing import describe
from domain.line.table import Kind
from domain.matching import summary

__all__ = ["BookingFacts", "Facts", "Following", "Happened", "Item", "follow"]

MOST: Final = 60
"""How many items are offered; more is typed, not walked through."""
_LIKELY: Final = frozenset({Kind.BOOKING, Kind.PROVIDER})
_CLOSE: Final = 'a " closes the text'


@dataclass(frozen=True, slots=True)
class Item:
    """Something that could be typed next.

    Attributes:
        text: The word.
        line: The whole line with it.
        about: What it means.
        why_not: Why it would be refused, or None.
    """

    text: str
    line: str
    about: str
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be said about a line while it is typed.

    Attributes:
        spans: The words as they are understood; one that is only unfinished is not wrong.
        items: What can follow, best first; what cannot comes last.
        wrong: What is wrong with the first wrong word, or why the engine would refuse the line.
        missing: What the line needs before it can be entered.
        note: Whom or what the line is about, once that is clear.
        ghost: The whole line that it most likely becomes; empty when nothing suggests itself.
        booking: The booking that is named: everything is wanted of it.
        offered: Bookings that are offered: only where they stand is wanted.
        wants_people: Whether facts about providers are wanted.
    """

    spans: tuple[Span, ...] = ()
    items: tuple[Item, ...] = ()
    wrong: str = ""
    missing: str = ""
    note: str = ""
    ghost: str = ""
    booking: int | None = None
    offered: tuple[int, ...] = ()
    wants_people: bool = False


def follow(text: str, context: Context, facts: Facts | None = None) -> Following:
    """Say what there is to say about a line while it is typed.

    Args:
        text: One line or a chain; anything.
        context: What it is read against.
        facts: What is known of bookings and people; without them, reasons are left out.

    Returns:
        Everything that is shown; `booking`, `offered` and `wants_people` say which facts would tell more.
    """
    facts = facts or Facts()
    spans = describe(text, context)
    end = end_of(text, context)
    found = [*options(end, context, facts.nearby, facts.happened)] if end is not None else []
    items = _items(end, found, context, facts) if end is not None else ()
    is_typing = end is not None and end.partial != "" and items != ()
    if is_typing:
        spans = [_unfinished(span, len(text), "word") for span in spans]
    is_quoting = _is_quoting(text)
    if is_quoting:
        spans = [_unfinished(span, len(text), "text") for span in spans]
    wrong = next((span for span in spans if span.kind == "wrong"), None)
    says, refused, named = _last_link(text, context, facts)
    is_missing = wrong is not None and wrong.start == wrong.end
    missing = _CLOSE if is_quoting else wrong.message if wrong is not None and is_missing and not is_typing else ""
    return Following(
        spans=tuple(span for span in spans if span.start < span.end),
        items=items,
        wrong=(wrong.message or "") if wrong is not None and not is_missing else refused,
        missing=missing or "",
        note=says,
        ghost=_ghost(text, end, items, found),
        booking=named,
        offered=tuple(int(option.means) for option in found if option.kind is Kind.BOOKING),
        wants_people=any(option.kind is Kind.PROVIDER for option in found) or any(s.kind == "provider" for s in spans),
    )


def _items(end: LineEnd, found: list[Option], context: Context, facts: Facts) -> tuple[Item, ...]:
    judge = Judge(context, facts, end.verb, end.booking)
    items = []
    for option in sorted(found, key=judge.rank)[:MOST]:
        about, why_not = judge.weigh(option)
        items.append(Item(option.word, end.head + option.word, about, why_not))
    return tuple(sorted(items, key=lambda item: item.why_not is not None))


def _unfinished(span: Span, length: int, kind: str) -> Span:
    """The word under the cursor is not wrong while something begins with it, nor is a text that is being typed."""
    is_last = span.kind == "wrong" and span.start < span.end == length
    return Span(span.start, span.end, kind) if is_last else span


def _is_quoting(text: str) -> bool:
    """Whether the end of the line stands in quotes that are to be closed."""
    tokens = scan(text) if len(text) <= LONGEST_FOLLOWED else []
    return bool(tokens) and tokens[-1].kind == "open"


def _ghost(text: str, end: LineEnd | None, items: tuple[Item, ...], found: list[Option]) -> str:
    """The first that is possible, if it is likely: a forced form or one of a fixed list is not suggested unasked."""
    if end is None or not text.strip():
        return ""
    if not end.partial and not any(option.kind in _LIKELY for option in found[:1]):
        return ""
    first = next((item for item in items if item.why_not is None), None)
    is_it = first is not None and first.line.startswith(text) and first.text != f"{end.partial}!"
    return first.line if first is not None and is_it else ""


def _last_link(text: str, context: Context, facts: Facts) -> tuple[str, str, int | None]:
    """What the last link is about, why the engine would refuse it, and which booking it names."""
    links = split(text) if len(text) <= LONGEST_FOLLOWED else []
    if not links:
        return "", "", None
    reading = Reading(links[-1][0], context)
    said: object = None
    with suppress(DispatchError):
        said = reading.read()
    number = booking_of(reading)
    known = facts.bookings.get(number) if number is not None else None
    if known is None:
        return "", "", number
    if known.row is None:
        return "", known.unknown, number
    command: type[Command] | None = reading.verb.command if reading.verb else None
    judge = Judge(context, facts, reading.verb, number)
    refused = judge.action(command, known)
    about = about_booking(known.row)
    if refused is not None or not isinstance(said, BookingCommand):
        return about, refused or "", number
    if isinstance(said, Assign | ForceAssign):
        about, refused = _whom(said, known, judge, about)
    return about, refused or "", number


def _whom(said: Assign | ForceAssign, known: BookingFacts, judge: Judge, about: str) -> tuple[str, str | None]:
    """What giving a booking to somebody would meet."""
    if known.row is None or known.matching is None:
        return about, None
    if said.provider is not None:
        told, why_not = judge.provider(said.provider, "")
        return f"{said.provider}: {told}" if told else about, f"{said.provider}: {why_not}" if why_not else None
    best = next((one for one in known.matching.candidates if one.provider_id not in known.row.booking.excluded), None)
    if best is None:
        return about, f"nobody can take {known.row.booking.id} now: {summary(known.matching.skips)}"
    return f"{best.handle}: {judge.candidate(best, known.row.booking)}", None
