"""Choices made again from the log: was whoever got a booking the one that the rules led to at that moment? Pure.

Only `audit` imports this module. It trusts nothing that a choice recorded: who could, who could not and why, and every
figure are worked out anew from the events before it, by the same rules that the choice was made by.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

from domain.availability import Job
from domain.clock import from_ms, to_ms
from domain.codec import BOOKING, PROVIDER
from domain.lifecycle import ACTIVE, FINAL, Action, Status, Subject
from domain.matching import RULE, Rank, RosterEntry, Skip, Why, candidate, kilometres, rank, why_not
from domain.policy import Policy
from domain.records import Place, Provider
from domain.slack import travel_seconds

CHOICES: Final = frozenset({Action.ATTEMPT, Action.ASSIGN, Action.FORCE_ASSIGN})
"""The actions that choose a provider, or find that there is none."""

_JOB = frozenset({"provider_id", "status", "window_start", "window_end", "assigned_at", "duration_minutes", "forced"})
"""The fields that decide when a booking takes its provider's time."""
_PART = frozenset({"skills", "active", "handle"})
"""The fields that decide for which services a provider comes into question."""
_WISH = frozenset({"service_id", "window_start", "window_end", "latitude", "longitude", "duration_minutes", "excluded"})
"""The fields of a booking that decide who could take it."""
_REASONS = frozenset(Why)
_OWN = frozenset({Why.INACTIVE, Why.OFF_DUTY, Why.BREAK})
"""Reasons that are the provider's own, whatever the booking."""
_NAMES_A_JOB = frozenset({Why.BUSY, Why.OVERLAP})

_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What reading a record that somebody forged may raise."""
_BOOKING, _PROVIDER, _SETTING = str(Subject.BOOKING), str(Subject.PROVIDER), str(Subject.SETTING)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Fields = Mapping[str, Any]


class Chosen(NamedTuple):
    """A choice as its event recorded it."""

    action: str
    booking: int
    at: datetime
    changes: Mapping[str, list[Any]]
    details: Mapping[str, Any]


class _Wish(NamedTuple):
    """A booking as far as it decides who could take it."""

    id: int
    service_id: int
    excluded: tuple[int, ...]
    window_start: datetime | None
    window_end: datetime | None
    duration: timedelta
    place: Place | None


class _Busy(NamedTuple):
    """A job that keeps somebody from whatever is on demand, in one and the same way for some time."""

    details: dict[str, Any]
    since: datetime
    until: datetime


class _Weight(NamedTuple):
    """What is weighed of somebody for whatever booking; the way in the details is that of one of them."""

    details: dict[str, Any]
    place: Place | None


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

    What was found out about somebody is kept until an event can have changed it, so that a choice costs little more
    than looking at everybody once.

    Args:
        fields_of: A booking's fields, in stored values, as the events so far tell them.
    """

    def __init__(self, fields_of: Callable[[int], Fields]) -> None:
        self._fields_of = fields_of
        self._people: dict[int, Fields] = {}
        self._numbers: dict[str, int] = {}
        self._held: dict[int, set[int]] = defaultdict(set)
        self._done: dict[int, int] = {}
        self._wished: dict[int, _Wish] = {}
        self._providers: dict[int, Provider] = {}
        self._entries: dict[int, RosterEntry] = {}
        self._weights: dict[int, _Weight] = {}
        self._passed_over: dict[int, dict[str, Any]] = {}
        self._free: set[int] = set()
        self._busy: dict[int, _Busy] = {}
        self._parts: dict[int, _Parts] = {}
        self._policy = Policy()

    def learn(self, subject: str, number: int, changes: Mapping[str, list[Any]], fields: Fields) -> None:
        """Take in what an event changed; call it for every event, in order.

        Args:
            subject: What kind it is about.
            number: Which of them.
            changes: Each changed field, before and after.
            fields: Its fields after the event, in stored values.
        """
        if subject == _BOOKING:
            if fields.get("status") in FINAL or not _WISH.isdisjoint(changes):
                self._wished.pop(number, None)
            if not _JOB.isdisjoint(changes):
                self._learn_job(number, changes, fields)
        elif subject == _PROVIDER:
            self._forget(number)
            self._providers.pop(number, None)
            self._passed_over.pop(number, None)
            self._people[number] = fields
            if not _PART.isdisjoint(changes):
                self._parts.clear()
                self._numbers[fields.get("handle", "")] = number
        elif subject == _SETTING:
            with suppress(KeyError, ValueError):  # what cannot be read shows at the choices made by it
                self._policy = Policy.model_validate_json(fields["policy"])

    def _learn_job(self, number: int, changes: Mapping[str, list[Any]], fields: Fields) -> None:
        now = fields.get("provider_id")
        before = changes["provider_id"][0] if "provider_id" in changes else now
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
        self._weights.pop(number, None)
        self._busy.pop(number, None)
        self._free.discard(number)

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
            booking = self._wished[event.booking] = _wish(event.booking, fields)
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

    def _differences(self, event: Chosen, booking: _Wish) -> Iterator[str]:
        """Who could and who could not, then, against what was recorded."""
        details = event.details
        asked, unskilled = self._parts_for(booking.service_id)
        own, free, excluded = self._passed_over, self._free, booking.excluded
        weighed: list[tuple[Rank, dict[str, Any]]] = []
        skips: list[dict[str, Any]] = []
        for number in asked:
            skip = own.get(number)
            if skip is None and (number not in free or number in excluded):
                skip = self._skip(number, booking, event.at)
            if skip is None:
                weighed.append(self._weigh(number, booking))
            else:
                skips.append(skip)
        weighed.sort(key=itemgetter(0))
        candidates = [one for _, one in weighed]
        if details["candidates"] == candidates and details["skips"] == skips and details["unskilled"] == unskilled:
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

    def _skip(self, number: int, booking: _Wish, now: datetime) -> dict[str, Any] | None:
        """Why somebody could not take it, if so; what holds for other bookings too is remembered."""
        is_usual = (
            booking.window_start is None and number not in booking.excluded and booking.id not in self._held[number]
        )
        if is_usual and (busy := self._busy.get(number)) is not None and busy.since <= now < busy.until:
            return busy.details
        entry = self._entry(number)
        found = why_not(booking, entry, now)
        if found is None:
            if not entry.jobs:  # nothing but the booking's own exclusion can stand in the way
                self._free.add(number)
            return None
        details = found.as_details()
        if found.why in _OWN:
            self._passed_over[number] = details
        elif found.why is Why.BUSY and is_usual:
            self._busy[number] = _Busy(details, *_holds(entry.jobs, found.booking, now))
        return details

    def _weigh(self, number: int, booking: _Wish) -> tuple[Rank, dict[str, Any]]:
        """What `candidate` comes to, by its own parts; only the way there is another one for each booking."""
        weight = self._weights.get(number)
        if weight is None:
            entry = self._entry(number)
            weight = self._weights[number] = _Weight(
                candidate(booking, entry, self._policy).as_details(), entry.provider.place
            )
        km = kilometres(weight.place, booking.place)
        details = weight.details.copy()
        details["km"] = km
        details["travel_s"] = None if km is None else travel_seconds(km, self._policy)
        return rank(km, details["rating"], details["last_used"], number), details

    def _named(self, event: Chosen, booking: _Wish, entry: RosterEntry) -> Iterator[str]:
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


def _wish(number: int, fields: Fields) -> _Wish:
    known = BOOKING.fields({name: fields.get(name) for name in _WISH})
    latitude, longitude = known["latitude"], known["longitude"]
    return _Wish(
        number,
        fields["service_id"],
        known["excluded"] or (),
        known["window_start"],
        known["window_end"],
        timedelta(minutes=fields["duration_minutes"]),
        None if latitude is None or longitude is None else Place(latitude, longitude),
    )


def _holds(jobs: Sequence[Job], in_the_way: int | None, now: datetime) -> tuple[datetime, datetime]:
    """From when until when a job is the first in somebody's way: while none up to it begins or ends as planned."""
    since, until = _FIRST, _LAST
    for job in jobs:
        for moment in (job.start, job.end):
            since, until = (max(since, moment), until) if moment <= now else (since, min(until, moment))
        if job.booking == in_the_way:
            break
    return since, until


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
