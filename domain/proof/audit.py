"""Proof: is the log whole, and is every row what its log says? Pure; the store feeds it stored events and rows.

Anything may import this module. It trusts nothing that the database enforces: it is for when somebody went round that.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from domain.clock import from_ms
from domain.codec import NEVER_WRITTEN, from_json
from domain.daily import Came, came_on, day_of
from domain.lifecycle import ACTIVE, AT_WORK, FINAL, NEW, REASON_REQUIRED, Subject, edges
from domain.policy import Policy
from domain.proof.chain import COVERED, START, link_of
from domain.proof.checkpoint import Held
from domain.proof.retrace import CHOICES, Chosen, Retrace, inconsistencies
from domain.proof.upcast import changes_of_first

COLUMNS: Final = ("id", "hash", *COVERED)
"""The columns of an event that the auditor takes, in order."""

EVERY: Final = frozenset(range(4))
"""All choices, each by its place among four in a row."""
SOME: Final = frozenset({0})
"""Those that somebody makes again who proves the log too: then another, who only follows it, takes as long."""
OTHERS: Final = EVERY - SOME

_LEGAL = frozenset(tuple(map(str, edge)) for edge in edges())
"""As the log writes them, which is quicker to look for."""
_SUBJECTS = {str(subject): subject for subject in Subject}
_TAKES_TIME = frozenset({"provider_id", "status", "forced", "window_start", "window_end"})
"""The fields that decide whom a booking takes time from, and when."""
_MINUTE_MS = 60_000
_DECIDES = frozenset({str(Subject.BOOKING), str(Subject.PROVIDER), str(Subject.SETTING)})
"""The subjects that choices depend on."""
_BESIDE = frozenset({"version", "chain"})
"""Columns of a row that are no fields of it."""
_BOOKING, _PROVIDER, _CUSTOMER = str(Subject.BOOKING), str(Subject.PROVIDER), str(Subject.CUSTOMER)
_NAMES: dict[str, str] = {}
"""Each field's name once: what JSON is read into has a name of its own for every event."""


RowsOf = Callable[[Subject, Sequence[int]], Iterable[tuple[int, dict[str, Any]]]]
"""Reads rows of a subject by number: each with its stored values by name, `version` and `chain` among them."""
_CameBy = tuple[str, str, int, int | None, int | None]
"""Day, status, service, and the provider after and before."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot have come about by the rules.

    Attributes:
        subject: What it is about: a kind of subject, `checkpoint`, `figures`, `times before event`, `answer`,
            or `lifecycle`.
        id: Its number; 0 for the figures, the answers and the lifecycle.
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


def _no_rows(*_: object) -> tuple[()]:
    return ()


class Auditor:
    """Takes events in the order of their numbers, then the rows and figures; each answers the faults it found.

    What is at rest (a booking at its end, a customer) and is as its row says is not kept in memory: `let_go`. Two
    auditors may share the work, one for most of the choices and one for all the rest: they find what one does.

    Args:
        held: The checkpoints to hold the log against.
        rows_of: Reads rows by their numbers.
        many_wrote: The number of the last event that was written where many write at a time. A choice up to it is held
            against its own record alone: what another writer had not committed yet it could not know. A later one was
            made on all that has a lower number.
        proves_log: Whether it proves everything but choices. If not, it only follows the log as far as they need.
        remakes: Which choices it makes again, by their place among four in a row.
    """

    def __init__(
        self,
        held: Held | None = None,
        *,
        rows_of: RowsOf = _no_rows,
        many_wrote: float = 0,
        proves_log: bool = True,
        remakes: Collection[int] = EVERY,
    ) -> None:
        self._subjects: dict[str, dict[int, _Folded]] = defaultdict(dict)
        self._at_rest: dict[str, set[int]] = defaultdict(set)
        self._let_go: dict[str, set[int]] = defaultdict(set)
        self._rows_of = rows_of
        self._held_by: dict[int, set[int]] = defaultdict(set)
        self._last = 0
        self._zone = Policy().zone
        self._minute, self._day = -1, ""
        self._came_into: Counter[_CameBy] = Counter()
        self._checkpoints = held or Held(())
        self._many_wrote = many_wrote
        self._proves_log = proves_log
        bookings = self._subjects[_BOOKING]
        self._retrace = Retrace(lambda number: bookings[number].fields)
        self._remakes = remakes
        self._choices = 0
        self._misled: list[Fault] = []

    def take(self, row: Sequence[Any]) -> Sequence[Fault]:
        """Hold one event against everything before it; what is wrong with choices is kept for `choices`.

        Args:
            row: Its stored values, in the order of `COLUMNS`.
        """
        number, sealed, subject, subject_id, version, _, _, _, target = row[:9]
        if not self._proves_log and subject not in _DECIDES:
            return ()
        folded = self._subjects[subject].get(subject_id)
        if folded is None:
            folded = self._subjects[subject][subject_id] = self._before(subject, subject_id)
        found = self._against_the_last(row, folded) if self._proves_log else []
        folded.version = version if type(version) is int else folded.version + 1
        folded.chain, folded.event = sealed, number
        try:
            self._fold(row, folded, found)
        except NEVER_WRITTEN:
            folded.status = target
            found.append("what it changed cannot be read")
        return [Fault(subject, subject_id, what, number) for what in found] if found and self._proves_log else ()

    def _against_the_last(self, row: Sequence[Any], folded: _Folded) -> list[str]:
        """Whether an event can follow those before it, by what it says of itself."""
        number, sealed, subject, _, version, _, action, source, target, role, _, reason, _, _, _, _ = row
        found: list[str] = []
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
        return found

    def _before(self, subject: str, number: int) -> _Folded:
        """What a subject is before an event: nothing yet, or for one that was let go, its row."""
        if number not in self._let_go[subject]:
            return _Folded()
        self._let_go[subject].discard(number)
        ((_, stored),) = self._rows_of(_SUBJECTS[subject], (number,))
        version, chain = stored.pop("version"), stored.pop("chain")
        return _Folded(version, stored["status"], chain, fields=stored)

    def _fold(self, row: Sequence[Any], folded: _Folded, found: list[str]) -> None:
        """Take in what an event changed."""
        subject, subject_id, version, at, action, source, target = row[2:9]
        fields, changes = folded.fields, from_json(row[13])
        is_booking = subject == _BOOKING
        if is_booking:
            if action in CHOICES:
                if self._choices % len(EVERY) in self._remakes:
                    self._choose_again(row, changes)
                self._choices += 1
            if version == 1:
                changes = changes_of_first(changes, lambda: from_json(row[14]))
        holder = fields.get("provider_id")
        for name, (before, after) in changes.items():
            if fields.get(name) != before:
                found.append(f"says {name} was {before!r}, but it was {fields.get(name)!r}")
            fields[_NAMES.setdefault(name, name)] = after
        folded.status = target
        self._retrace.learn(subject, subject_id, changes, fields)
        told = fields.get("duty" if subject == _PROVIDER else "status")
        if subject == _CUSTOMER or (is_booking and told in FINAL):
            self._at_rest[subject].add(subject_id)
        if not self._proves_log:
            return
        if told != target:
            found.append(f"leads to {target}, but its changes say {told}")
        if is_booking:
            if version == 1 or not _TAKES_TIME.isdisjoint(changes):
                found += self._one_at_a_time(subject_id, holder, folded)
            if source != target:
                self._count(target, at, holder, fields)
        elif subject == Subject.SETTING:
            self._zone, self._minute = from_json(fields["policy"]).get("zone", Policy().zone), -1

    def _choose_again(self, row: Sequence[Any], changes: Mapping[str, list[Any]]) -> None:
        """Hold a choice against the log before it, or against its own record alone."""
        number, _, subject, subject_id, _, at, action = row[:7]
        try:
            chosen = Chosen(action, subject_id, from_ms(at), changes, row[14])
            found = [*inconsistencies(chosen)] if number <= self._many_wrote else self._retrace.faults(chosen)
        except NEVER_WRITTEN:
            found = ["the choice cannot be read"]
        self._misled += [Fault(subject, subject_id, what, number) for what in found]

    def choices(self) -> Sequence[Fault]:
        """What is wrong with choices, in the order of events; each is given once."""
        found, self._misled = self._misled, []
        return found

    def _count(self, status: str, at: int, holder: int | None, fields: Mapping[str, Any]) -> None:
        if at // _MINUTE_MS != self._minute:
            # No zone's day ends, and no zone is set anew, within a minute.
            self._minute, self._day = at // _MINUTE_MS, day_of(from_ms(at), self._zone)
        self._came_into[self._day, status, fields["service_id"], fields.get("provider_id"), holder] += 1

    def let_go(self) -> None:
        """Forget those at rest whose rows are what their events so far say; call it every few thousand events.

        One that was reopened since has another version in its row, and is kept until it is at rest again.
        """
        for subject, numbers in self._at_rest.items():
            subjects = self._subjects[subject]
            for number, stored in self._rows_of(_SUBJECTS[subject], sorted(numbers)):
                folded = subjects.get(number)
                if folded is not None and _is_same(stored, folded):
                    del subjects[number]
                    self._let_go[subject].add(number)
            numbers.clear()

    def _one_at_a_time(self, number: int, holder: int | None, folded: _Folded) -> Iterator[str]:
        """Nobody has two jobs at once, forced ones aside, at any moment of history."""
        if holder is not None:
            self._held_by[holder].discard(number)
        provider = folded.fields.get("provider_id")
        if provider is None or folded.fields.get("forced") or folded.status not in ACTIVE:
            return
        for other in sorted(self._held_by[provider]):
            if why := _clash(folded, self._subjects[_BOOKING][other]):
                yield f"provider {provider} had {other} too: {why}"
        self._held_by[provider].add(number)

    def rows(self, subject: Subject, numbers: Iterable[int]) -> Iterator[Fault]:
        """Hold every row of a subject's table against its events; call it once all events were taken.

        Args:
            subject: Whose table it is.
            numbers: All that it has.
        """
        subjects, let_go = self._subjects[subject], self._let_go[subject]
        left = [number for number in numbers if number not in let_go]
        for number, stored in self._rows_of(subject, left):
            folded = subjects.get(number)
            if folded is None:
                yield Fault(subject, number, "has no events")
                continue
            for what in _differences(stored, folded):
                yield Fault(subject, number, what)
        for number in sorted(subjects.keys() - set(left)):
            yield Fault(subject, number, "has events, but its row is gone")

    def figures(self, kept: Iterable[tuple[Came, int]]) -> Iterator[Fault]:
        """Hold the figures that are kept against the log; call it once all events were taken."""
        stored = dict(kept)
        counted: Counter[Came] = Counter()
        for (day, status, service, provider, holder), count in self._came_into.items():
            for came in came_on(day, status, service=service, provider=provider, provider_before=holder):
                counted[came] += count
        for came in _in_order(stored.keys() | counted.keys()):
            count, told = stored.get(came, 0), counted[came]
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
    except NEVER_WRITTEN:
        return "unreadable"


def _in_order(figures: Iterable[Came]) -> list[Came]:
    try:
        return sorted(figures)
    except TypeError:  # they are of kinds that this program never writes
        return sorted(figures, key=repr)


def _is_same(stored: Mapping[str, Any], folded: _Folded) -> bool:
    """Whether a row has no differences; what its events do not tell of is nothing in it."""
    if stored["version"] != folded.version or stored["chain"] != folded.chain:
        return False
    told = {**dict.fromkeys(stored), **folded.fields, "version": folded.version, "chain": folded.chain}
    return told == stored


def _differences(stored: Mapping[str, Any], folded: _Folded) -> Iterator[str]:
    version, chain, fields = stored["version"], stored["chain"], folded.fields
    if version != folded.version:
        yield f"is at version {version}, but its log at {folded.version}"
    if chain != folded.chain:
        yield f"its chain ends with {chain[:12]}…, but its log with {folded.chain[:12]}…, event {folded.event}"
    for name, value in stored.items():
        if value != fields.get(name) and name not in _BESIDE:
            yield f"{name} is {value!r}, but its log says {fields.get(name)!r}"
    for name in fields.keys() - stored.keys():
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
