"""Proof: is the log whole, and is every row what its log says? Pure; the store feeds it events and rows.

Anything may import this module. It trusts nothing that the database enforces: it is for when somebody went round that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.lifecycle import ACTIVE, AT_WORK, NEW, REASON_REQUIRED, Subject, edges
from domain.records import Event

_LEGAL = frozenset(edges())
_STATUS_FIELD = {Subject.PROVIDER: "duty"}
"""Where a subject keeps its status; all others in `status`."""
_TAKES_TIME = frozenset({"provider_id", "status", "forced", "window_start", "window_end"})
"""The fields that decide whom a booking takes time from, and when."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot have come about by the rules.

    Attributes:
        event: The event at which it shows; None when it shows in a row.
    """

    subject: Subject
    id: int
    what: str
    event: int | None = None

    def __str__(self) -> str:
        at = f", event {self.event}" if self.event is not None else ""
        return f"{self.subject} {self.id}{at}: {self.what}"


@dataclass(slots=True)
class _Folded:
    """A subject as its events so far tell it, in stored values."""

    version: int = 0
    status: str = NEW
    fields: dict[str, Any] = field(default_factory=dict)


class Auditor:
    """Takes events in the order of their numbers, then the rows; each answers the faults it found."""

    def __init__(self) -> None:
        self._subjects: dict[tuple[Subject, int], _Folded] = {}
        self._held_by: dict[int, set[int]] = defaultdict(set)
        self._last = 0

    def take(self, event: Event) -> Iterator[Fault]:
        """Hold one event against everything before it."""

        def fault(what: str) -> Fault:
            return Fault(event.subject, event.subject_id, what, event.id)

        if event.id <= self._last:
            yield fault(f"its number does not follow {self._last}")
        self._last = event.id
        folded = self._subjects.setdefault((event.subject, event.subject_id), _Folded())
        if event.version != folded.version + 1:
            yield fault(f"version {event.version} follows {folded.version}: events are missing or too many")
        if event.from_status != folded.status:
            yield fault(f"says it came from {event.from_status}, but it was {folded.status}")
        if (event.subject, event.action, event.from_status, event.to_status, event.role) not in _LEGAL:
            yield fault(f"{event.role} may not {event.action} from {event.from_status} to {event.to_status}")
        if event.action in REASON_REQUIRED and not (event.reason or "").strip():
            yield fault(f"{event.action} without a reason")
        for name, (before, after) in event.changes.items():
            if folded.fields.get(name) != before:
                yield fault(f"says {name} was {before!r}, but it was {folded.fields.get(name)!r}")
            folded.fields[name] = after
        folded.version, folded.status = event.version, event.to_status
        told = folded.fields.get(_STATUS_FIELD.get(event.subject, "status"))
        if told != event.to_status:
            yield fault(f"leads to {event.to_status}, but its changes say {told}")
        if event.subject is Subject.BOOKING and (event.version == 1 or _TAKES_TIME & event.changes.keys()):
            yield from self._one_at_a_time(event, folded)

    def _one_at_a_time(self, event: Event, folded: _Folded) -> Iterator[Fault]:
        """Nobody has two jobs at once, forced ones aside, at any moment of history."""
        number, fields = event.subject_id, folded.fields
        before = event.changes.get("provider_id", [fields.get("provider_id")])[0]
        if before is not None:
            self._held_by[before].discard(number)
        provider = fields.get("provider_id")
        if provider is None or fields.get("forced") or folded.status not in ACTIVE:
            return
        for other in sorted(self._held_by[provider]):
            theirs = self._subjects[Subject.BOOKING, other]
            if why := _clash(folded, theirs):
                yield Fault(Subject.BOOKING, number, f"provider {provider} had {other} too: {why}", event.id)
        self._held_by[provider].add(number)

    def rows(self, subject: Subject, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Fault]:
        """Hold every row of a subject's table against its events; call it once all events were taken.

        Args:
            subject: Whose table it is.
            names: Its columns, `id` and `version` among them.
            rows: The stored values, in the order of `names`.
        """
        found = set()
        for row in rows:
            stored = dict(zip(names, row, strict=True))
            number = stored.pop("id")
            found.add(number)
            folded = self._subjects.get((subject, number))
            if folded is None:
                yield Fault(subject, number, "has no events")
                continue
            yield from _differences(subject, number, stored, folded)
        for known, number in sorted(self._subjects):
            if known is subject and number not in found:
                yield Fault(subject, number, "has events, but its row is gone")


def _differences(subject: Subject, number: int, stored: Mapping[str, Any], folded: _Folded) -> Iterator[Fault]:
    if stored["version"] != folded.version:
        yield Fault(subject, number, f"is at version {stored['version']}, but its log at {folded.version}")
    for name, value in stored.items():
        if name != "version" and value != folded.fields.get(name):
            yield Fault(subject, number, f"{name} is {value!r}, but its log says {folded.fields.get(name)!r}")


def _clash(one: _Folded, other: _Folded) -> str | None:
    if one.status in AT_WORK and other.status in AT_WORK:
        return "at work on both"
    start, end = one.fields.get("window_start"), one.fields.get("window_end")
    other_start, other_end = other.fields.get("window_start"), other.fields.get("window_end")
    if start is None and other_start is None:
        return "both on demand"
    if start is not None and other_start is not None and start < other_end and other_start < end:
        return "windows overlap"
    return None
