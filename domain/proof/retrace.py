"""Choices made again from the log: was whoever got a booking the one that the rules led to at that moment? Pure.

Only `audit` imports this module. It trusts nothing that a choice recorded: who could, who could not and why, and every
figure are worked out anew from the events before it, by the same rules that the choice was made by.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from domain.availability import Job
from domain.clock import from_ms, to_ms
from domain.codec import BOOKING, PROVIDER
from domain.lifecycle import ACTIVE, FINAL, Action, Status, Subject
from domain.matching import RULE, Rank, RosterEntry, Skip, Why, candidate, rank, why_not
from domain.policy import Policy
from domain.records import Booking, Provider

CHOICES: Final = frozenset({Action.ATTEMPT, Action.ASSIGN, Action.FORCE_ASSIGN})
"""The actions that choose a provider, or find that there is none."""

_JOB = frozenset({"provider_id", "status", "window_start", "window_end", "assigned_at", "duration_minutes", "forced"})
"""The fields that decide when a booking takes its provider's time."""
_PART = frozenset({"skills", "active", "handle"})
"""The fields that decide for which services a provider comes into question."""
_WISH = frozenset({"service_id", "window_start", "window_end", "latitude", "longitude", "duration_minutes", "excluded"})
"""The fields of a booking that decide who could take it."""
_READ = _WISH | {
    "status", "customer_id", "address", "priority", "requested_at", "recorded_at", "promised_at", "status_since",
}  # fmt: skip
"""Those, and what no booking goes without."""
_REASONS = frozenset(Why)
_OWN = frozenset({Why.INACTIVE, Why.OFF_DUTY, Why.BREAK})
"""Reasons that are the provider's own, whatever the booking."""
_NAMES_A_JOB = frozenset({Why.BUSY, Why.OVERLAP})

_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What reading a record that somebody forged may raise."""

Fields = Mapping[str, Any]


class Step(NamedTuple):
    """What is learnt from an event: its subject, the status it led to, and each changed field, before and after."""

    subject: Subject | None
    subject_id: int
    to_status: str
    changes: Mapping[str, list[Any]]


class Chosen(NamedTuple):
    """A choice as its event recorded it."""

    action: str
    booking: int
    at: datetime
    changes: Mapping[str, list[Any]]
    details: Mapping[str, Any]


_Parts = tuple[tuple[int, ...], list[str]]


def inconsistencies(event: Chosen) -> Iterator[str]:
    """Where what a choice came to does not follow from the inputs that it recorded itself."""
    try:
        if _is_by_rule(event):
            yield from _disorder(event.details)
        yield from _wrong_end(event)
    except _UNREADABLE:
        yield "what the choice was taken on cannot be read"


def _is_by_rule(event: Chosen) -> bool:
    return event.action == Action.ATTEMPT or "rule" in event.details or "attempt" in event.details


def _wrong_end(event: Chosen) -> Iterator[str]:
    """The one chosen against the best recorded, who stands first."""
    details = event.details
    if _is_by_rule(event) and details.get("rule") != RULE:
        yield f"was taken by rule {details.get('rule')}, which is not known"
    chosen, candidates = details.get("chosen"), details["candidates"]
    best = candidates[0]["provider"] if candidates else None
    if event.action == Action.ATTEMPT:
        if best is not None:
            yield f"found nobody, but {best} could have taken it"
    elif chosen != best:
        yield f"chose {chosen}, but by what it recorded the best was {best or 'nobody'}"
    attempt = event.changes.get("attempt")
    if attempt is not None and details.get("attempt", attempt[1]) != attempt[1]:
        yield f"says attempt {details['attempt']}, but its changes say {attempt[1]}"


def _disorder(details: Fields) -> Iterator[str]:
    for one, other in pairwise(details["candidates"]):
        if not _rank(one) < _rank(other):
            yield f"puts {one['provider']} before {other['provider']}, who is the better by what it recorded"
    for skip in details["skips"]:
        if skip.get("why") not in _REASONS or (skip["why"] in _NAMES_A_JOB and "booking" not in skip):
            yield f"passed over {skip['provider']} without a reason"


def _rank(one: Fields) -> Rank:
    return rank(one["km"], one["rating"], one["last_used"], one["id"])


class Retrace:
    """Follows the log as far as choices depend on it, and makes each of them again.

    Args:
        fields_of: A booking's fields, in stored values, as the events so far tell them.
    """

    def __init__(self, fields_of: Callable[[int], Fields]) -> None:
        self._fields_of = fields_of
        self._people: dict[int, Fields] = {}
        self._numbers: dict[str, int] = {}
        self._held: dict[int, set[int]] = defaultdict(set)
        self._done: dict[int, int] = {}
        self._wished: dict[int, Booking] = {}
        self._providers: dict[int, Provider] = {}
        self._entries: dict[int, RosterEntry] = {}
        self._passed_over: dict[int, dict[str, Any]] = {}
        self._busy: dict[int, tuple[dict[str, Any], datetime]] = {}
        self._parts: dict[int, _Parts] = {}
        self._policy = Policy()

    def learn(self, event: Step, fields: Fields) -> None:
        """Take in what an event changed; call it for every event, in order.

        Args:
            event: What happened.
            fields: Its subject's fields after it, in stored values.
        """
        if event.subject is Subject.BOOKING:
            if event.to_status in FINAL or not _WISH.isdisjoint(event.changes):
                self._wished.pop(event.subject_id, None)
            if not _JOB.isdisjoint(event.changes):
                self._learn_job(event, fields)
        elif event.subject is Subject.PROVIDER:
            self._forget(event.subject_id)
            self._providers.pop(event.subject_id, None)
            self._passed_over.pop(event.subject_id, None)
            self._people[event.subject_id] = fields
            if not _PART.isdisjoint(event.changes):
                self._parts.clear()
                self._numbers[fields.get("handle", "")] = event.subject_id
        elif event.subject is Subject.SETTING:
            with suppress(KeyError, ValueError):  # what cannot be read shows at the choices made by it
                self._policy = Policy.model_validate_json(fields["policy"])

    def _learn_job(self, event: Step, fields: Fields) -> None:
        number, now = event.subject_id, fields.get("provider_id")
        before = event.changes.get("provider_id", (now,))[0]
        if before is not None:
            self._forget(before)
            self._held[before].discard(number)
        if now is None:
            return
        self._forget(now)
        if fields.get("status") in ACTIVE:
            self._held[now].add(number)
        elif (used := fields.get("assigned_at")) is not None:
            self._done[now] = max(used, self._done.get(now, used))

    def _forget(self, number: int) -> None:
        """Another job, or none."""
        self._entries.pop(number, None)
        self._busy.pop(number, None)

    def faults(self, event: Chosen) -> Sequence[str]:
        """Where a choice is not the one that the rules lead to; call it before the event is folded and learnt."""
        found: list[str] = []
        try:
            found += _wrong_end(event)
            found += self._against_the_log(event)
            if found and _is_by_rule(event):  # what is as the log has it is in order
                found += _disorder(event.details)
        except _UNREADABLE:
            found.append("the choice cannot be made again from the log before it")
        return found

    def _against_the_log(self, event: Chosen) -> Iterator[str]:
        details, fields = event.details, self._fields_of(event.booking)
        booking = self._wished.get(event.booking)
        if booking is None:
            stored = {name: fields[name] for name in _READ if name in fields}
            booking = Booking(id=event.booking, version=0, **BOOKING.fields(stored))
            self._wished[event.booking] = booking
        if details.get("promised") != fields.get("promised_at"):
            yield "was weighed against another promise than the booking had"
        chosen = self._numbers.get(details.get("chosen", ""))
        got = event.changes.get("provider_id", (None, fields.get("provider_id")))[1]
        if chosen != got:
            yield f"says that {details.get('chosen', 'nobody')} was chosen, but provider {got} got it"
        if _is_by_rule(event):
            yield from self._differences(event, booking)
        elif chosen is not None:
            yield from self._named(event, booking, self._entry(chosen))

    def _differences(self, event: Chosen, booking: Booking) -> Iterator[str]:
        """Who could and who could not, then, against what was recorded."""
        details = event.details
        asked, unskilled = self._parts_for(booking.service_id)
        candidates: list[dict[str, Any]] = []
        skips: list[dict[str, Any]] = []
        for number in asked:
            passed_over = self._passed_over.get(number) or self._weigh(number, booking, event.at, candidates)
            if passed_over is not None:
                skips.append(passed_over)
        candidates.sort(key=_rank)
        if (details["candidates"], details["skips"], details["unskilled"]) == (candidates, skips, unskilled):
            return
        told = {one["provider"]: one for one in (*details["candidates"], *details["skips"])}
        told |= {handle: {"why": str(Why.UNSKILLED)} for handle in details["unskilled"]}
        true = {one["provider"]: one for one in (*candidates, *skips)}
        true |= {handle: {"why": str(Why.UNSKILLED)} for handle in unskilled}
        for handle in sorted(told.keys() | true.keys()):
            if told.get(handle) != true.get(handle):
                yield _difference(handle, told.get(handle), true.get(handle))
        if (told, len(details["unskilled"])) == (true, len(unskilled)):
            yield "lists who was weighed in another order than the rules do"

    def _weigh(
        self, number: int, booking: Booking, now: datetime, candidates: list[dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Add somebody to the candidates, or say why not; what holds for other bookings too is remembered."""
        busy = self._busy.get(number)
        if busy is not None and now < busy[1] and booking.on_demand and number not in booking.excluded:
            return busy[0]
        entry = self._entry(number)
        skip = why_not(booking, entry, now)
        if skip is None:
            candidates.append(candidate(booking, entry, self._policy).as_details())
            return None
        details = skip.as_details()
        if skip.why in _OWN:
            self._passed_over[number] = details
        elif skip.why is Why.BUSY and skip.until is not None and len(entry.jobs) == 1 and entry.jobs[0].on_demand:
            self._busy[number] = (details, skip.until)
        return details

    def _named(self, event: Chosen, booking: Booking, entry: RosterEntry) -> Iterator[str]:
        """Whether whom a person named could have it, and was weighed truly."""
        skip = why_not(booking, entry, event.at, by_system=event.action == Action.FORCE_ASSIGN)
        warning = event.details.get("warning") if event.action == Action.FORCE_ASSIGN else None
        if warning != (None if skip is None else str(skip)):
            yield f"{_said(skip)} by the log, but the event says {warning or 'nothing of it'}"
        recorded, weighed = event.details["candidates"], candidate(booking, entry, self._policy).as_details()
        if recorded != [weighed]:
            handle = entry.provider.handle
            yield _difference(handle, recorded[0] if recorded else None, weighed)

    def _parts_for(self, service: int) -> _Parts:
        """Who has the skill or is inactive, by number, and who lacks it, by handle; both in the order of handles."""
        known = self._parts.get(service)
        if known is None:
            asked, unskilled = [], []
            for provider in sorted(map(self._provider, self._people), key=lambda one: one.handle):
                if provider.active and service not in provider.skills:
                    unskilled.append(provider.handle)
                else:
                    asked.append(provider.id)
            known = self._parts[service] = (tuple(asked), unskilled)
        return known

    def _provider(self, number: int) -> Provider:
        provider = self._providers.get(number)
        if provider is None:
            provider = Provider(id=number, version=0, **PROVIDER.fields(dict(self._people[number])))
            self._providers[number] = provider
        return provider

    def _entry(self, number: int) -> RosterEntry:
        entry = self._entries.get(number)
        if entry is None:
            jobs = tuple(_job(held, self._fields_of(held)) for held in sorted(self._held[number]))
            used = max((to_ms(job.assigned_at) for job in jobs), default=None)
            if (done := self._done.get(number)) is not None:
                used = done if used is None else max(done, used)
            last = None if used is None else from_ms(used)
            entry = self._entries[number] = RosterEntry(self._provider(number), jobs, last)
        return entry


def _job(number: int, fields: Fields) -> Job:
    start, end = fields.get("window_start"), fields.get("window_end")
    return Job(
        number,
        Status(fields["status"]),
        None if start is None else from_ms(start),
        None if end is None else from_ms(end),
        from_ms(fields["assigned_at"]),
        timedelta(minutes=fields["duration_minutes"]),
        bool(fields.get("forced")),
    )


def _said(skip: Skip | None) -> str:
    return "nothing stood in the way" if skip is None else str(skip)


def _difference(handle: str, told: Fields | None, true: Fields | None) -> str:
    """One provider, as the choice recorded them and as the log before it has them."""
    if true is None:
        return f"weighed {handle}, whom the log does not know"
    if told is None:
        return f"left {handle} out, who {_standing(true)}"
    if "why" in told or "why" in true:
        return f"says that {handle} {_standing(told)}, but by the log {handle} {_standing(true)}"
    wrong = ", ".join(
        f"{name} {told.get(name)} instead of {value}" for name, value in true.items() if told.get(name) != value
    )
    return f"weighed {handle} with {wrong}"


def _standing(one: Fields) -> str:
    if "why" not in one:
        return "could have taken it"
    job = f" on {one['booking']}" if "booking" in one else ""
    until = f" until {one['until']}" if "until" in one else ""
    return f"was {one['why']}{job}{until}"
