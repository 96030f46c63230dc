"""A line while it is typed: how its words are understood, and what could follow.

May be imported by screens and shell; it imports reading and the grammar's table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.errors import DispatchError
from domain.lifecycle import Status
from domain.line.context import Context
from domain.line.reading import Reading, Span
from domain.line.scan import scan, split
from domain.line.table import BY_NAME, VERBS, Kind, Slot, Verb
from domain.line.values import MANNERS, name
from domain.policy import Policy
from domain.records import Absent, Urgency

SHOWN: Final = 8
"""How many completions are offered."""
_LONGEST_COMPLETED: Final = 2_000
_LINKS_COLOURED: Final = 50

_Option = tuple[str, str]

_FIXED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.STATUS: tuple(status.lower() for status in Status),
    Kind.ABSENT: tuple(Absent),
    Kind.URGENCY: tuple(Urgency),
    Kind.SETTING: tuple(Policy.model_fields),
    Kind.PRIORITY: ("p1", "p2", "p3", "p4"),
    Kind.MOMENT: ("+15m", "+1h", "tomorrow 9:00"),
    Kind.PAST: ("1h", "yesterday 9:00"),
    Kind.WINDOW: ("now", "tomorrow 9-11"),
    Kind.FILTER: ("status:", "service:", "provider:"),
    Kind.VERB: tuple(verb.name for verb in VERBS),
}


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole line that the typed one could become, and what its last word is."""

    text: str
    hint: str


def describe(text: str, context: Context) -> list[Span]:
    """Colour a line as it is understood.

    Args:
        text: One line or a chain; anything.
        context: What it is read against.

    Returns:
        For the first fifty links, parts that do not overlap, in order, of the kinds verb, booking, provider, time,
        text, word and wrong; a wrong one says why. Where something is only missing, it is an empty part at the end.
    """
    spans: list[Span] = []
    for link, offset in split(text)[:_LINKS_COLOURED]:
        spans += [
            Span(span.start + offset, span.end + offset, span.kind, span.message) for span in _link(link, context)
        ]
    return spans


def _link(text: str, context: Context) -> list[Span]:
    reading = Reading(text, context)
    spans = reading.spans
    try:
        reading.read()
    except DispatchError as error:
        start = error.details.get("position", len(text))
        end = start + error.details.get("length", 0)
        spans = [span for span in spans if span.end <= start or span.start >= end]
        spans.append(Span(start, end, "wrong", error.message))
    return sorted(spans, key=lambda span: span.start)


def complete(text: str, context: Context) -> list[Completion]:
    """What the line could become: verbs, names and keywords that can follow at its end.

    Returns:
        At most eight whole lines, best first; none inside quotes, behind `--`, for very long lines, or when something
        is wrong already.
    """
    if len(text) > _LONGEST_COMPLETED:
        return []
    tokens = scan(text)
    base = max((token.end for token in tokens if token.kind == "end"), default=0)
    last = tokens[-1] if tokens and tokens[-1].end == len(text) else None
    if tokens and (tokens[-1].kind in {"rest", "open"} or (last is not None and last.kind == "quoted")):
        return []
    partial = last.low if last is not None and last.kind == "word" else ""
    head = text[: len(text) - len(partial)]
    if partial and len(partial) != len(last.raw if last else ""):
        return []
    found: dict[str, Completion] = {}
    for word, hint in _options(head[base:], partial, context):
        if word.strip('"').lower().startswith(partial) and word.lower() != partial and word not in found:
            found[word] = Completion(head + word, hint)
            if len(found) == SHOWN:
                break
    return [*found.values()]


def _options(head: str, partial: str, context: Context) -> Iterator[_Option]:
    if not head.strip():
        yield from _verbs(partial, context)
        yield from _handles(context)
        return
    reading = Reading(head, context)
    try:
        reading.read()
    except DispatchError as error:
        if error.details.get("position", 0) < len(head.rstrip()):
            return
    verb = reading.verb
    if verb is None:
        kind = Kind.BOOKING if any(span.kind == "booking" for span in reading.spans) else Kind.PROVIDER
        yield from _verbs(partial, context, kind)
        return
    if len(reading.open) == len(verb.slots):
        yield from (
            (other.name.partition(" ")[2], other.about) for other in VERBS if other.name.startswith(f"{verb.name} ")
        )
    if reading.wanted is not None:
        yield from _values(reading.wanted, context)
        return
    for slot in reading.open:
        if slot.bare and slot.required:
            yield from _values(slot, context)
    for slot in reading.open:
        if slot.keys and not slot.silent:
            yield slot.keys[0], MANNERS[slot.kind].expects
    for slot in reading.open:
        if slot.bare and not slot.required:
            yield from _values(slot, context)


def _verbs(partial: str, context: Context, kind: Kind | None = None) -> Iterator[_Option]:
    usable = [verb for verb in VERBS if context.actor.role in verb.roles]
    if kind is not None:
        usable = [
            verb for verb in usable if verb.slots[0].kind is kind and (verb.command is not None or kind is Kind.BOOKING)
        ]
    meant = BY_NAME.get(partial)
    if meant is not None and meant in usable and kind is None:
        usable = [meant, *usable]
    yield from _unique((_word(verb, kind), verb.about) for verb in usable)


def _word(verb: Verb, kind: Kind | None) -> str:
    """What to type for a verb: behind an object, `edit` stands for `provider edit`."""
    first, _, second = verb.name.partition(" ")
    return second or first if kind is Kind.PROVIDER else first


def _unique(options: Iterable[_Option]) -> Iterator[_Option]:
    seen: set[str] = set()
    for word, about in options:
        if word not in seen:
            seen.add(word)
            yield word, about


def _handles(context: Context) -> Iterator[_Option]:
    directory = context.directory
    for handle in sorted(directory.handles, key=lambda handle: (handle in directory.inactive_handles, handle)):
        yield handle, "provider, inactive" if handle in directory.inactive_handles else "provider"


def _services(context: Context) -> Iterator[_Option]:
    directory = context.directory
    for service in sorted(directory.services, key=lambda service: (service in directory.inactive_services, service)):
        yield name(service), "service, inactive" if service in directory.inactive_services else "service"


def _bookings(context: Context) -> Iterator[_Option]:
    if context.selected is not None:
        yield ".", f"booking {context.selected}, the selected one"
    if context.last is not None:
        yield "..", f"booking {context.last}, the last one"


def _values(slot: Slot, context: Context) -> Iterator[_Option]:
    if slot.kind in {Kind.BOOKING, Kind.ANYTHING}:
        yield from _bookings(context)
    if slot.kind in {Kind.PROVIDER, Kind.ANYTHING}:
        yield from _handles(context)
    if slot.kind in {Kind.SERVICE, Kind.SERVICES, Kind.ANYTHING}:
        yield from _services(context)
    for word in _FIXED.get(slot.kind, ()):
        yield word, MANNERS[slot.kind].expects
