"""Bookings, providers, services, customers and events, as they stand at one version. Immutable; no I/O.

Anything may import this module. A field here is a column of the same name in the store, and every field but the id can
be recomputed from the subject's events. `chain` is the hash of the newest of them (`domain.proof.chain`); decisions
leave it alone, writing sets it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.actors import Actor, Role
from domain.lifecycle import ACTIVE, AT_WORK, NEEDS_PROVIDER, Action, Duty, Standing, Status, Subject


class Urgency(StrEnum):
    """A service's default urgency; bookings carry a number."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"

    @property
    def priority(self) -> int:
        """The booking priority it stands for: HIGH 1, MEDIUM 2, LOW 3."""
        return {Urgency.HIGH: 1, Urgency.MEDIUM: 2, Urgency.LOW: 3}[self]


class Absent(StrEnum):
    """Who was not there."""

    PROVIDER = "provider"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something that can be booked. `base_price_cents` is in hundredths of the local currency."""

    id: int
    version: int
    chain: str = ""
    status: Standing
    name: str
    description: str = ""
    priority: Urgency = Urgency.MEDIUM
    base_price_cents: int = 0
    duration_minutes: int = 60

    @property
    def active(self) -> bool:
        """Whether it takes new bookings."""
        return self.status is Standing.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who books."""

    id: int
    version: int
    chain: str = ""
    status: Standing
    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None

    @property
    def active(self) -> bool:
        """Whether they may book."""
        return self.status is Standing.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Somebody who does the work. `skills` are service ids in rising order."""

    id: int
    version: int
    chain: str = ""
    duty: Duty
    handle: str
    name: str
    active: bool = True
    phone: str | None = None
    email: str | None = None
    skills: tuple[int, ...] = ()
    rating: float = 0.0
    latitude: float | None = None
    longitude: float | None = None
    duty_since: datetime
    break_until: datetime | None = None

    @property
    def status(self) -> Duty:
        """What the log calls its status: its duty."""
        return self.duty

    @property
    def place(self) -> Place | None:
        """Where they start from, when known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Place(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A job, from the call to the end.

    Attributes:
        window_start: The agreed window, or None on demand; with `window_end`.
        borough: The part of the city, where the source names one.
        requested_at: When the customer asked, which for imported requests is before they were recorded.
        recorded_at: When it entered this system; timers count from here.
        promised_at: When work should start: the window's start, or recorded + response time.
        status_since: When it came into its present status.
        forced: The present assignment skipped the rules.
        travel_s: Seconds the present provider needs to get there, as reckoned when assigned.
        assigned_at: When the present provider got it.
        excluded: Providers that the system does not choose again for it (they rejected, lapsed, did not show up).
        attempt: How many attempts the present ladder has made.
        attempted_at: When the last of them was.
        attempt_at: When the next is due; None when the ladder stands still.
        offer_until: When the present offer lapses.
        give_up_at: When the system stops waiting and marks it FAILED.
        parked_at: When its ladder was exhausted; it waits for somebody to become free.
        held_since: Since when it is put aside; its timers stand still, and resume moves them on by the time held.
        absent: Who was missing, while NO_SHOW.
        was_cancelled: It was cancelled and not reopened since, so that a detour over FAILED cannot retry it.
        acked: A dispatcher has seen it; it is off the attention queue until something changes.
        source: Where it came from, with `external_key` unique.
    """

    id: int
    version: int
    chain: str = ""
    status: Status
    customer_id: int
    service_id: int
    address: str
    borough: str = ""
    latitude: float | None = None
    longitude: float | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None
    duration_minutes: int
    priority: int
    notes: str = ""
    requested_at: datetime
    recorded_at: datetime
    promised_at: datetime
    status_since: datetime
    provider_id: int | None = None
    forced: bool = False
    assigned_at: datetime | None = None
    travel_s: int | None = None
    excluded: tuple[int, ...] = ()
    attempt: int = 0
    attempted_at: datetime | None = None
    attempt_at: datetime | None = None
    offer_until: datetime | None = None
    give_up_at: datetime | None = None
    parked_at: datetime | None = None
    held_since: datetime | None = None
    held_until: datetime | None = None
    held_reason: str | None = None
    absent: Absent | None = None
    was_cancelled: bool = False
    acked: bool = False
    source: str | None = None
    external_key: str | None = None

    @property
    def on_demand(self) -> bool:
        """Whether it has no agreed window."""
        return self.window_start is None

    @property
    def held(self) -> bool:
        """Whether it is put aside."""
        return self.held_since is not None

    @property
    def is_active(self) -> bool:
        """Whether a provider has it now."""
        return self.status in ACTIVE

    @property
    def is_at_work(self) -> bool:
        """Whether a provider is on the way or working."""
        return self.status in AT_WORK

    @property
    def needs_provider(self) -> bool:
        """Whether somebody has to be found."""
        return self.status in NEEDS_PROVIDER

    @property
    def duration(self) -> timedelta:
        """How long the work takes."""
        return timedelta(minutes=self.duration_minutes)

    @property
    def place(self) -> Place | None:
        """Where the work is, when known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Place(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The room's settings (`domain.policy.Policy`) as one JSON object; there is one row, number 1."""

    id: int
    version: int
    chain: str = ""
    status: Standing
    policy: dict[str, Any]


Record = Booking | Provider | Service | Customer | Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the log.

    Attributes:
        id: Its place in the one sequence.
        changes: Each changed field with its value before and after, as stored (times in milliseconds since 1970).
        details: What the decision was taken on: an attempt's candidates and skips, warnings, whom it was taken from.
        line: The command in the line's language, with absolute times.
        undoes: The event that this one takes back.
        hash: What ties it to the event before it of the same subject (`domain.proof.chain`).
    """

    id: int
    at: datetime
    subject: Subject
    subject_id: int
    version: int
    action: Action
    from_status: str
    to_status: str
    role: Role
    actor_id: str
    reason: str | None = None
    line: str | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    undoes: int | None = None
    hash: str = ""

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return Actor(self.role, self.actor_id)
