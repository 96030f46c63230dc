"""Proof: is the log whole, and is every row what its log says? Pure; the store feeds it stored events and rows.

Anything may import this module. It trusts nothing that the database enforces: it is for when somebody went round that.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from domain.clock import from_ms
from domain.daily import Came, came_on, day_of
from domain.lifecycle import ACTIVE, AT_WORK, NEW, REASON_REQUIRED, Action, Subject, edges
from domain.policy import Policy
from domain.proof.chain import COVERED, START, link_of
from domain.proof.checkpoint import Held
from domain.proof.retrace import CHOICES, Chosen, Retrace, Step, inconsistencies
from domain.proof.upcast import BOROUGH, borough_of

COLUMNS: Final = ("id", "hash", *COVERED)
"""The columns of an event that the auditor takes, in order."""

_LEGAL = frozenset(edges())
_SUBJECTS = {str(subject): subject for subject in Subject}
_TAKES_TIME = frozenset({"provider_id", "status", "forced", "window_start", "window_end"})
"""The fields that decide whom a booking takes time from, and when."""
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, OverflowError)
"""What comes of values that this program never wrote."""
_MINUTE_MS = 60_000
_NAMES: dict[str, str] = {}
"""Each field's name once: what JSON is read into has a name of its own for every event."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot have come about by the rules.

    Attributes:
        subject: What it is about: a kind of subject, `checkpoint` or `figures`.
        id: Its number; 0 for the figures.
        event: The event at which it shows; None when it shows in a row.
    """

    subject: str
    id: int
    what: str
    event: int | None = None

    def __str__(self) -> str:
        at = f", event {self.event}" if self.event is not None else ""
        return f"{self.subject}{f' {self.id}' if self.id else ''}{at}: {self.what}"


@dataclass(slots=True)
class _Folded:
    """A subject as its events so far tell it, in stored values; `chain` and `event` are of the last of them."""

    version: int = 0
    status: str = NEW
    chain: str = START
    event: int = 0
    fields: dict[str, Any] = field(default_factory=dict)


class Auditor:
    """Takes events in the order of their numbers, then the rows and figures; each answers the faults it found.

    Args:
        held: The checkpoints to hold the log against.
        one_writer: Whether each choice was made on all that has a lower number, as where one writes at a time. Else it
            is held against its own record alone: what another writer had not committed yet it could not know.
    """

    def __init__(self, held: Held | None = None, *, one_writer: bool = True) -> None:
        self._subjects: dict[tuple[str, int], _Folded] = {}
        self._held_by: dict[int, set[int]] = defaultdict(set)
        self._last = 0
        self._zone = Policy().zone
        self._minute, self._day = -1, ""
        self._came_into: Counter[Came] = Counter()
        self._checkpoints = held or Held(())
        self._one_writer = one_writer
        self._retrace = Retrace(lambda number: self._subjects[Subject.BOOKING, number].fields)

    def take(self, row: Sequence[Any]) -> Sequence[Fault]:
        """Hold one event against everything before it.

        Args:
            row: Its stored values, in the order of `COLUMNS`.
        """
        number, sealed, subject, subject_id, version, _, action, source, target, role, _, reason, *_ = row
        found: list[str] = []
        folded = self._subjects.get((subject, subject_id))
        if folded is None:
            folded = self._subjects[subject, subject_id] = _Folded()
        if number <= self._last:
            found.append(f"its number does not follow {self._last}")
        if version != folded.version + 1:
            found.append(f"version {version} follows {folded.version}: events are missing or too many")
        if sealed != _link(folded.chain, row):
            after = f" after event {folded.event}" if folded.event else ""
            found.append(f"its hash is not that of what it says{after}: it was changed, or one before it")
        if source != folded.status:
            found.append(f"says it came from {source}, but it was {folded.status}")
        if (subject, action, source, target, role) not in _LEGAL:
            found.append(f"{role} may not {action} from {source} to {target}")
        if action in REASON_REQUIRED and not (reason or "").strip():
            found.append(f"{action} without a reason")
        self._last = number
        self._checkpoints.take(number, sealed)
        folded.version, folded.chain, folded.event = version, sealed, number
        try:
            found += self._fold(row, folded)
        except _UNREADABLE:
            folded.status = target
            found.append("what it changed cannot be read")
        return [Fault(subject, subject_id, what, number) for what in found] if found else ()

    def _fold(self, row: Sequence[Any], folded: _Folded) -> Iterator[str]:
        """Take in what an event changed."""
        _, _, subject, subject_id, version, at, action, source, target, *_, changed, details, _ = row
        fields, changes = folded.fields, json.loads(changed)
        if subject == Subject.BOOKING:
            if action in CHOICES:
                chosen = Chosen(action, subject_id, from_ms(at), changes, json.loads(details))
                yield from self._retrace.faults(chosen) if self._one_writer else inconsistencies(chosen)
            if action == Action.CREATE and BOROUGH not in changes:
                fields[BOROUGH] = borough_of(json.loads(details))
        holder = fields.get("provider_id")
        for name, (before, after) in changes.items():
            if fields.get(name) != before:
                yield f"says {name} was {before!r}, but it was {fields.get(name)!r}"
            fields[_NAMES.setdefault(name, name)] = after
        folded.status = target
        self._retrace.learn(Step(_SUBJECTS.get(subject), subject_id, target, changes), fields)
        told = fields.get("duty" if subject == Subject.PROVIDER else "status")
        if told != target:
            yield f"leads to {target}, but its changes say {told}"
        if subject == Subject.BOOKING:
            if version == 1 or not _TAKES_TIME.isdisjoint(changes):
                yield from self._one_at_a_time(subject_id, holder, folded)
            if source != target:
                self._count(target, at, holder, fields)
        elif subject == Subject.SETTING:
            self._zone, self._minute = json.loads(fields["policy"]).get("zone", Policy().zone), -1

    def _count(self, status: str, at: int, holder: int | None, fields: Mapping[str, Any]) -> None:
        if at // _MINUTE_MS != self._minute:
            # No zone's day ends, and no zone is set anew, within a minute.
            self._minute, self._day = at // _MINUTE_MS, day_of(from_ms(at), self._zone)
        service, provider = fields["service_id"], fields.get("provider_id")
        self._came_into.update(came_on(self._day, status, service=service, provider=provider, provider_before=holder))

    def _one_at_a_time(self, number: int, holder: int | None, folded: _Folded) -> Iterator[str]:
        """Nobody has two jobs at once, forced ones aside, at any moment of history."""
        if holder is not None:
            self._held_by[holder].discard(number)
        provider = folded.fields.get("provider_id")
        if provider is None or folded.fields.get("forced") or folded.status not in ACTIVE:
            return
        for other in sorted(self._held_by[provider]):
            if why := _clash(folded, self._subjects[Subject.BOOKING, other]):
                yield f"provider {provider} had {other} too: {why}"
        self._held_by[provider].add(number)

    def rows(self, subject: Subject, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Fault]:
        """Hold every row of a subject's table against its events; call it once all events were taken.

        Args:
            subject: Whose table it is.
            names: Its columns, `id`, `version` and `chain` among them.
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
            for what in _differences(stored, folded):
                yield Fault(subject, number, what)
        for known, number in sorted(self._subjects):
            if known == subject and number not in found:
                yield Fault(subject, number, "has events, but its row is gone")

    def figures(self, kept: Iterable[tuple[Came, int]]) -> Iterator[Fault]:
        """Hold the figures that are kept against the log; call it once all events were taken."""
        stored = dict(kept)
        for came in sorted(stored.keys() | self._came_into.keys()):
            count, told = stored.get(came, 0), self._came_into[came]
            if count != told:
                whose = f"{came.dimension} {came.ref}" if came.ref else came.dimension
                what = f"{whose} on {came.day}: {came.status} is kept as {count}, but the log says {told}"
                yield Fault("figures", 0, what)

    def checkpoints(self) -> Iterator[Fault]:
        """Where the log is not what it was when a checkpoint was taken; call it once all events were taken."""
        for number, what in self._checkpoints.misfits():
            yield Fault("checkpoint", number, what)


def _link(before: str, row: Sequence[Any]) -> str:
    try:
        return link_of(before, row[2:])
    except _UNREADABLE:
        return "unreadable"


def _differences(stored: dict[str, Any], folded: _Folded) -> Iterator[str]:
    version, chain = stored.pop("version"), stored.pop("chain")
    if version != folded.version:
        yield f"is at version {version}, but its log at {folded.version}"
    if chain != folded.chain:
        yield f"its chain ends with {chain[:12]}…, but its log with {folded.chain[:12]}…, event {folded.event}"
    for name, value in stored.items():
        if value != folded.fields.get(name):
            yield f"{name} is {value!r}, but its log says {folded.fields.get(name)!r}"
    for name in folded.fields.keys() - stored.keys():
        yield f"its log tells of {name}, which nothing has"


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
