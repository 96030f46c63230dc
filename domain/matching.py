"""Who takes a booking: the candidates in order, and for everybody else the reason why not. Pure.

The choice for now: skilled, on duty, free, not excluded from this booking; then nearest (to the metre; unknown places
last, never left out), then rating, then least recently used, then the lower number. The log keeps all that it was
taken on, so that `domain.proof.retrace` can come to it again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from domain.availability import Clash, Job, Wanted, clash
from domain.clock import to_ms
from domain.lifecycle import Duty
from domain.policy import Policy
from domain.records import Provider
from domain.slack import Spot, distance_km, spot_of, travel_time

RULE: Final = 1
"""The number by which a choice names its rule in the log; another order of preference gets another number."""

Rank = tuple[bool, float, float, float, int]


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A provider with their active jobs and when they were last given one."""

    provider: Provider
    jobs: tuple[Job, ...] = ()
    last_used: datetime | None = None


class Why(StrEnum):
    """Why somebody was passed over."""

    INACTIVE = "inactive"
    UNSKILLED = "unskilled"
    OFF_DUTY = "off duty"
    BREAK = "on break"
    EXCLUDED = "excluded"
    BUSY = "busy"
    OVERLAP = "window overlaps"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take it, with what the choice weighed. `km` is None when a place is unknown."""

    provider_id: int
    handle: str
    km: float | None
    rating: float
    last_used: datetime | None
    travel: timedelta | None

    def as_details(self) -> dict[str, Any]:
        """What the log keeps of it: each component of the choice."""
        return {
            "provider": self.handle,
            "id": self.provider_id,
            "km": self.km,
            "rating": self.rating,
            "last_used": None if self.last_used is None else to_ms(self.last_used),
            "travel_s": None if self.travel is None else int(self.travel.total_seconds()),
        }

    def arrives(self, now: datetime) -> datetime | None:
        """When they would be there, leaving now."""
        return now + self.travel if self.travel is not None else None


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody who could not, and why; `booking` and `until` name the job in the way."""

    provider_id: int
    handle: str
    why: Why
    booking: int | None = None
    until: datetime | None = None

    def as_details(self) -> dict[str, Any]:
        """What the log keeps of it."""
        details: dict[str, Any] = {"provider": self.handle, "why": str(self.why)}
        if self.booking is not None:
            details["booking"] = self.booking
        if self.until is not None:
            details["until"] = to_ms(self.until)
        return details

    def __str__(self) -> str:
        text = f"{self.handle} {self.why}"
        if self.booking is not None:
            text += f" on {self.booking}"
        return text


@dataclass(frozen=True, slots=True)
class Matching:
    """The answer for one booking at one moment."""

    candidates: tuple[Candidate, ...]
    skips: tuple[Skip, ...]

    @property
    def best(self) -> Candidate | None:
        """Whom the system would choose."""
        return self.candidates[0] if self.candidates else None

    @property
    def skilled(self) -> int:
        """How many have the skill, free or not."""
        return len(self.candidates) + sum(skip.why not in {Why.UNSKILLED, Why.INACTIVE} for skip in self.skips)

    def as_details(self) -> dict[str, Any]:
        """What the log keeps of it: the rule, scores by component, each skip with its reason; unskilled by name."""
        return {
            "rule": RULE,
            "candidates": [candidate.as_details() for candidate in self.candidates],
            "skips": [skip.as_details() for skip in self.skips if skip.why is not Why.UNSKILLED],
            "unskilled": [skip.handle for skip in self.skips if skip.why is Why.UNSKILLED],
        }


def why_not(booking: Wanted, entry: RosterEntry, now: datetime, *, by_system: bool = True) -> Skip | None:
    """Why a provider may not take a booking by the rules, or None when they may.

    Args:
        booking: The booking.
        entry: The provider with their jobs.
        now: The moment.
        by_system: Whether the system chooses; a person may give it to somebody who rejected it before.
    """
    provider = entry.provider

    def skip(why: Why, found: Clash | None = None) -> Skip:
        return Skip(
            provider.id, provider.handle, why, found.job.booking if found else None, found.until if found else None
        )

    if not provider.active:
        return skip(Why.INACTIVE)
    if booking.service_id not in provider.skills:
        return skip(Why.UNSKILLED)
    if provider.duty is Duty.OFF:
        return skip(Why.OFF_DUTY)
    if provider.duty is Duty.BREAK:
        return Skip(provider.id, provider.handle, Why.BREAK, until=provider.break_until)
    if by_system and provider.id in booking.excluded:
        return skip(Why.EXCLUDED)
    if found := clash(booking, entry.jobs, now):
        return skip(Why.OVERLAP if found.overlap else Why.BUSY, found)
    return None


def kilometres(here: Spot | None, there: Spot | None) -> float | None:
    """How far it is, to the metre as the log keeps it; None where a place is unknown."""
    return None if here is None or there is None else round(distance_km(here, there), 3)


def candidate(booking: Wanted, entry: RosterEntry, policy: Policy) -> Candidate:
    """A provider weighed for a booking."""
    return _weighed(entry, spot_of(booking.place), policy)


def _weighed(entry: RosterEntry, there: Spot | None, policy: Policy) -> Candidate:
    provider = entry.provider
    km = kilometres(spot_of(provider), there)
    travel = travel_time(km, policy) if km is not None else None
    return Candidate(provider.id, provider.handle, km, provider.rating, entry.last_used, travel)


def rank(km: float | None, rating: float, last_used: int | None, number: int) -> Rank:
    """The order of preference, least first: what was weighed, as the log keeps it."""
    return (km is None, km or 0.0, -rating, float("-inf") if last_used is None else last_used, number)


def _rank(one: Candidate) -> Rank:
    return rank(one.km, one.rating, None if one.last_used is None else to_ms(one.last_used), one.provider_id)


def match(
    booking: Wanted, roster: Iterable[RosterEntry], now: datetime, policy: Policy, *, by_system: bool = True
) -> Matching:
    """Everybody, sorted into candidates (best first) and skips (by handle)."""
    there = spot_of(booking.place)
    candidates: list[Candidate] = []
    skips: list[Skip] = []
    for entry in roster:
        skip = why_not(booking, entry, now, by_system=by_system)
        if skip is None:
            candidates.append(_weighed(entry, there, policy))
        else:
            skips.append(skip)
    return Matching(tuple(sorted(candidates, key=_rank)), tuple(sorted(skips, key=lambda one: one.handle)))


def summary(skips: Sequence[Skip]) -> str:
    """The skips in a few words: `5 busy, 2 off duty, 1 excluded`."""
    counts: dict[Why, int] = {}
    for skip in skips:
        if skip.why not in {Why.UNSKILLED, Why.INACTIVE}:
            counts[skip.why] = counts.get(skip.why, 0) + 1
    return ", ".join(f"{count} {why}" for why, count in counts.items()) or "nobody has the skill"
