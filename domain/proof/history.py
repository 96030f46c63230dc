"""What was true at a past moment, told from the log alone. Pure; the store feeds it rows and events.

**As of a moment** means: after the last event in the order of the log whose time is not later than the moment. The
log's order is that of its numbers. Times usually rise with them, and then this is every event up to the moment. Where a
clock was set back they do not: the state as of a moment is still one that was live, a whole beginning of the log, never
a mixture; and it is the latest of those that were live when the clock showed that moment.

Two ways lead there, and tests hold that they meet: `fold` from the start, and `rewind` from the present rows, which
takes back what came after. The second costs only what happened since.

A subject's fields are stored values by name, as in an event's `changes`; a field that no event set is None. A row's
`chain` is no field: it is a hash over the events, and a past row is told without it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from domain.codec import Codec, codec_of_type
from domain.lifecycle import Subject
from domain.records import Record

R = TypeVar("R", bound=Record)
Key = tuple[Subject, int]
"""A subject: what kind it is, and its number."""


class Step(Protocol):
    """What an event tells of its subject; an `Event` is one."""

    @property
    def subject(self) -> Subject:
        """Its kind."""

    @property
    def subject_id(self) -> int:
        """Its number."""

    @property
    def version(self) -> int:
        """Its version after the event."""

    @property
    def changes(self) -> Mapping[str, list[Any]]:
        """Each changed field, before and after."""


@dataclass(slots=True)
class Past:
    """A subject at one moment, or as much of it as differs from another.

    Attributes:
        version: 0 before it was created.
    """

    version: int = 0
    fields: dict[str, Any] = field(default_factory=dict)


class Change(NamedTuple):
    """A field before and after."""

    before: Any
    after: Any


@dataclass(slots=True)
class Difference:
    """What became of a subject between two moments.

    Attributes:
        created: It did not exist at the first.
        events: The numbers of the events in between, in order.
        fields: Those that differ; one that came back to what it was is not among them.
    """

    created: bool
    events: list[int] = field(default_factory=list)
    fields: dict[str, Change] = field(default_factory=dict)


def fold(steps: Iterable[Step]) -> dict[Key, Past]:
    """Every subject as events, from the first on and in order, leave it."""
    told: dict[Key, Past] = {}
    for step in steps:
        key = step.subject, step.subject_id
        past = told.get(key)
        if past is None:
            past = told[key] = Past()
        past.version = step.version
        for name, (_, after) in step.changes.items():
            past.fields[name] = after
    return told


def taken_back(later: Iterable[Step]) -> dict[Key, Past]:
    """What to put back into the present rows to undo events.

    Args:
        later: Every event after a moment, in order.

    Returns:
        For each subject that they touch, its version at the moment and the fields that they changed, as they were;
        version 0 where there was no such subject yet.
    """
    back: dict[Key, Past] = {}
    for step in later:
        key = step.subject, step.subject_id
        past = back.get(key)
        if past is None:
            past = back[key] = Past(step.version - 1)
        if past.version:
            for name, (before, _) in step.changes.items():
                past.fields.setdefault(name, before)
    return back


def rewind(rows: Mapping[Key, Past], later: Iterable[Step]) -> dict[Key, Past]:
    """Rows as they were before some events.

    Args:
        rows: Subjects as they are now.
        later: Every event since, in order.

    Returns:
        The subjects that there were, as they were; the rows given stay as they are.
    """
    back = taken_back(later)
    return {key: rewound(row, back.get(key)) for key, row in rows.items() if key not in back or back[key].version}


def rewound(row: Past, back: Past | None) -> Past:
    """One row with what `taken_back` says of its subject put back; as it is when that is nothing."""
    return row if back is None else Past(back.version, {**row.fields, **back.fields})


def between(steps: Iterable[tuple[int, Step]]) -> dict[Key, Difference]:
    """What became of each subject.

    Args:
        steps: Numbers and events between two moments, all of them and in order.

    Returns:
        Every subject that they touch, also one that is in the end as it was.
    """
    found: dict[Key, Difference] = {}
    for number, step in steps:
        key = step.subject, step.subject_id
        difference = found.get(key)
        if difference is None:
            difference = found[key] = Difference(step.version == 1)
        difference.events.append(number)
        fields = difference.fields
        for name, (before, after) in step.changes.items():
            fields[name] = Change(fields[name].before if name in fields else before, after)
    for difference in found.values():
        difference.fields = {name: one for name, one in difference.fields.items() if one.before != one.after}
    return found


def record_of(record: type[R], number: int, past: Past) -> R:
    """The record that a subject's fields make; one that no event set is as a new record has it."""
    return record(id=number, version=past.version, **codec_of_type(record).fields(past.fields))


def past_of(codec: Codec[Any], row: Iterable[Any]) -> tuple[int, Past]:
    """The number of a stored row, and its fields.

    Args:
        codec: Its kind's.
        row: The stored values, in the order of the codec's names.
    """
    fields = dict(zip(codec.names, row, strict=True))
    number, version = fields.pop("id"), fields.pop("version")
    fields.pop("chain", None)
    return number, Past(version, fields)
