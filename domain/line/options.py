"""What the grammar lets follow at the end of a line: verbs, names, statuses, keywords, times.

May be imported by the other modules of the line; `following` judges what is found here against facts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.actors import Actor
from domain.errors import DispatchError
from domain.lifecycle import Status
from domain.line.context import Context
from domain.line.filters import TERMS_OF, filter_completions
from domain.line.reading import Reading
from domain.line.scan import scan
from domain.line.table import BY_NAME, VERBS, Kind, Slot, Verb
from domain.line.values import MANNERS, name
from domain.policy import Policy
from domain.records import Absent, Urgency

LONGEST_FOLLOWED: Final = 2_000
"""Characters; nothing is looked for behind a longer line."""
_SIGNS: Final = ("~", "@")

_FIXED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.STATUS: tuple(status.lower() for status in Status),
    Kind.ABSENT: tuple(Absent),
    Kind.URGENCY: tuple(Urgency),
    Kind.SETTING: tuple(Policy.model_fields),
    Kind.PRIORITY: ("p1", "p2", "p3", "p4"),
    Kind.MOMENT: ("+15m", "+1h", "tomorrow 9:00"),
    Kind.PAST: ("1h", "yesterday 9:00"),
    Kind.WINDOW: ("now", "tomorrow 9-11"),
    Kind.VERB: tuple(verb.name for verb in VERBS),
}
_EXPECTED: Final[dict[Kind, str]] = {
    Kind.STATUS: "status",
    Kind.ABSENT: "was not there",
    Kind.PRIORITY: "priority; p1 is highest",
    Kind.MOMENT: "time",
    Kind.PAST: "past time",
    Kind.WINDOW: "window",
    Kind.FILTER: "narrows the search",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A word that could be typed next.

    Attributes:
        word: As it is typed.
        about: What it is, by the grammar alone.
        verb: The verb that it names, if it names one.
        kind: What argument it would be, if it is one.
        means: The value that it stands for: a booking's number, a handle, a service's name, a status.
    """

    word: str
    about: str
    verb: Verb | None = None
    kind: Kind | None = None
    means: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that may be meant: its number, who did it, and what it was in a few words."""

    number: int
    actor: Actor
    about: str


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The end of a line, where the next word goes.

    Attributes:
        head: Everything before the word that is being typed.
        link: Where the last link of the chain begins.
        partial: What is typed of the word, in small letters.
        reading: The last link without that word, as far as it is understood; None when nothing stands before it.
        is_wrong: Something before the word is wrong already.
    """

    head: str
    link: int
    partial: str
    reading: Reading | None
    is_wrong: bool = False

    @property
    def verb(self) -> Verb | None:
        """The verb that stands before the word."""
        return self.reading.verb if self.reading else None

    @property
    def booking(self) -> int | None:
        """The booking that is named before the word."""
        return booking_of(self.reading) if self.reading else None


def booking_of(reading: Reading) -> int | None:
    """The booking that a line names, as far as it was read."""
    context = reading.context
    for span in reading.spans:
        if span.kind == "booking":
            word = reading.text[span.start : span.end].removeprefix("#")
            if word in {".", ".."}:
                return context.selected if word == "." else context.last
            return int(word) if word.isdecimal() else None
    return None


def end_of(text: str, context: Context) -> LineEnd | None:
    """The end of a line as the place for a word; None inside quotes, behind `--` and for very long lines."""
    if len(text) > LONGEST_FOLLOWED:
        return None
    tokens = scan(text)
    link = max((token.end for token in tokens if token.kind == "end"), default=0)
    last = tokens[-1] if tokens and tokens[-1].end == len(text) else None
    if tokens and (tokens[-1].kind in {"rest", "open"} or (last is not None and last.kind == "quoted")):
        return None
    partial = last.low if last is not None and last.kind == "word" else ""
    if partial and last is not None and len(partial) != len(last.raw):
        return None
    head = text[: len(text) - len(partial)]
    said = head[link:]
    if not said.strip():
        return LineEnd(head, link, partial, None)
    reading = Reading(said, context)
    is_wrong = False
    try:
        reading.read()
    except DispatchError as error:
        is_wrong = error.details.get("position", 0) < len(said.rstrip())
    return LineEnd(head, link, partial, reading, is_wrong)


def options(
    at: LineEnd, context: Context, nearby: Sequence[int] = (), happened: Sequence[Happened] = ()
) -> Iterator[Option]:
    """The words that can follow, best first, each once; those that begin as the typed one does.

    Args:
        at: The end of the line.
        context: What it is read against.
        nearby: Bookings that may be meant, besides the selected and the last one.
        happened: Events that may be meant.
    """
    seen: set[str] = set()
    for option in (*_events(at, context, happened), *_options(at, context, nearby)):
        word = option.word
        if word not in seen and word.lower() != at.partial and word.replace('"', "").lower().startswith(at.partial):
            seen.add(word)
            yield option


def _options(at: LineEnd, context: Context, nearby: Sequence[int]) -> Iterator[Option]:
    reading = at.reading
    if reading is None:
        yield from _verbs(at.partial, context)
        yield from _handles(context)
    elif reading.verb is not None:
        if not at.is_wrong:
            yield from _arguments(reading, reading.verb, context, nearby)
            for terms in (TERMS_OF[slot.kind] for slot in reading.verb.slots if slot.kind in TERMS_OF):
                for word in filter_completions(at.partial, context.directory, terms):
                    yield Option(word, _EXPECTED[Kind.FILTER])
    elif reading.text.strip().startswith(_SIGNS):
        yield from _verbs(at.partial, context)
    elif (kind := _object(reading)) is not None:
        yield from _verbs(at.partial, context, kind)


def _object(reading: Reading) -> Kind | None:
    """What a line begins with that names no verb yet."""
    kinds = {span.kind for span in reading.spans}
    return Kind.BOOKING if "booking" in kinds else Kind.PROVIDER if "provider" in kinds else None


def _arguments(reading: Reading, verb: Verb, context: Context, nearby: Sequence[int]) -> Iterator[Option]:
    if len(reading.open) == len(verb.slots):
        for other in VERBS:
            if other.name.startswith(f"{verb.name} "):
                yield Option(other.name.partition(" ")[2], other.about, verb=other)
    if reading.wanted is not None:
        yield from _values(reading.wanted, context, nearby)
        return
    required = [slot for slot in reading.open if slot.bare and slot.required]
    wanted = [option for slot in required for option in _values(slot, context, nearby)]
    yield from wanted
    for slot in reading.open:
        if slot.keys and not slot.silent:
            yield Option(slot.keys[0], MANNERS[slot.kind].expects)
    if not wanted:
        for slot in reading.open:
            if slot.bare and not slot.required:
                yield from _values(slot, context, nearby)


def _verbs(partial: str, context: Context, kind: Kind | None = None) -> Iterator[Option]:
    usable: Iterable[Verb] = [verb for verb in VERBS if context.actor.role in verb.roles]
    if kind is not None:
        usable = [
            verb
            for verb in usable
            if verb.slots and verb.slots[0].kind is kind and (verb.command is not None or kind is Kind.BOOKING)
        ]
    meant = BY_NAME.get(partial)
    if meant is not None and meant in usable and kind is None:
        usable = [meant, *usable]
    for verb in usable:
        yield Option(_word(verb, kind), verb.about, verb=verb)


def _word(verb: Verb, kind: Kind | None) -> str:
    """What to type for a verb: behind an object, `edit` stands for `provider edit`."""
    first, _, second = verb.name.partition(" ")
    return second or first if kind is Kind.PROVIDER else first


def _handles(context: Context) -> Iterator[Option]:
    directory = context.directory
    for handle in sorted(directory.handles, key=lambda handle: (handle in directory.inactive_handles, handle)):
        about = "provider, inactive" if handle in directory.inactive_handles else "provider"
        yield Option(handle, about, kind=Kind.PROVIDER, means=handle)


def _services(context: Context) -> Iterator[Option]:
    directory = context.directory
    for service in sorted(directory.services, key=lambda service: (service in directory.inactive_services, service)):
        about = "service, inactive" if service in directory.inactive_services else "service"
        yield Option(name(service), about, kind=Kind.SERVICE, means=service)


def _bookings(context: Context, nearby: Sequence[int]) -> Iterator[Option]:
    named = [(context.selected, "selected: "), (context.last, "touched last: "), *((number, "") for number in nearby)]
    for number, about in named:
        if number is not None:
            yield Option(str(number), about, kind=Kind.BOOKING, means=str(number))


def _events(at: LineEnd, context: Context, happened: Sequence[Happened]) -> Iterator[Option]:
    """The events that a verb can be about: what somebody did themselves, or what others did (`undo!`)."""
    reading, verb = at.reading, at.verb
    if reading is None or verb is None or at.is_wrong or all(slot.kind is not Kind.EVENT for slot in reading.open):
        return
    if reading.wanted is None and all(not slot.bare for slot in reading.open if slot.kind is Kind.EVENT):
        return
    for one in happened:
        if verb.command is None or (one.actor == context.actor) != verb.name.endswith("!"):
            yield Option(str(one.number), one.about, kind=Kind.EVENT, means=str(one.number))


def _values(slot: Slot, context: Context, nearby: Sequence[int]) -> Iterator[Option]:
    if slot.kind in {Kind.BOOKING, Kind.ANYTHING}:
        yield from _bookings(context, nearby)
    if slot.kind in {Kind.PROVIDER, Kind.ANYTHING}:
        yield from _handles(context)
    if slot.kind in {Kind.SERVICE, Kind.SERVICES, Kind.ANYTHING}:
        yield from _services(context)
    for word in _FIXED.get(slot.kind, ()):
        yield Option(str(word), _about(slot.kind, word), kind=slot.kind, means=str(word))


def _about(kind: Kind, word: str) -> str:
    """What a word of a fixed list is."""
    if kind is Kind.VERB:
        return BY_NAME[word].about
    return _EXPECTED.get(kind, MANNERS[kind].expects)
