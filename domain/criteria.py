"""What somebody looks for: bookings, events or providers with these traits and without those.

Pure shapes: the parsed form of the filter language (`domain.line.filters`), with what a role is narrowed to beside it.
Anything may import this module.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.lifecycle import Action, Status


class Mark(StrEnum):
    """What one word says of a booking."""

    LATE = "late"
    RISK = "risk"
    WAITING = "waiting"
    HELD = "held"
    FORCED = "forced"
    PARKED = "parked"
    OPEN = "open"
    ACTIVE = "active"
    FINAL = "final"


class Measure(StrEnum):
    """A length of time that a booking has at every moment."""

    WAITING = "waiting"
    AGE = "age"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Limit:
    """A measure is above (`>`) or below (`<`) a length; exactly the length is neither."""

    measure: Measure
    above: bool
    length: timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment on and before another, in UTC; None leaves that side open."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingTraits:
    """What can be said of bookings.

    Attributes:
        statuses: It has one of these.
        services: It is for one of these.
        providers: It is with one of these; None is nobody.
        customers: It is one of these customers'.
        boroughs: It is in one of these, case aside; an empty text is an unknown one.
        priorities: It has one of these.
        sources: It came from one of these, case aside; an empty text is none.
        marks: All of these are true of it.
        limits: All of these hold.
        periods: It was asked for (`requested_at`) within all of these.
        words: Each occurs in what it shows; one of under three characters begins a word there (`finding`).
    """

    statuses: frozenset[Status] = frozenset()
    services: frozenset[int] = frozenset()
    providers: frozenset[int | None] = frozenset()
    customers: frozenset[int] = frozenset()
    boroughs: frozenset[str] = frozenset()
    priorities: frozenset[int] = frozenset()
    sources: frozenset[str] = frozenset()
    marks: frozenset[Mark] = frozenset()
    limits: frozenset[Limit] = frozenset()
    periods: frozenset[Period] = frozenset()
    words: tuple[str, ...] = ()

    @property
    def moves_with_time(self) -> bool:
        """Whether a booking may come to fit, or not any more, without having changed."""
        return bool(self.limits) or bool(self.marks & {Mark.LATE, Mark.RISK})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilter(BookingTraits):
    """Which bookings: those with all of these traits, where empty ones do not restrict.

    Attributes:
        unless: A booking of which any single trait in here is true is left out.
        provider_id: Only this provider's, whatever else is asked: what a role is narrowed to.
        customer_id: Only this customer's, likewise.
    """

    unless: BookingTraits = BookingTraits()
    provider_id: int | None = None
    customer_id: int | None = None

    @property
    def all_words(self) -> tuple[str, ...]:
        """Every word that is looked for or left out."""
        return self.words + self.unless.words


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTraits:
    """What can be said of events.

    Attributes:
        bookings: It is about one of these bookings.
        actions: It is one of these.
        actors: By one of these: `admin:ana`, or a role alone.
        periods: It happened within all of these.
        words: Each occurs in what the log says of it.
    """

    bookings: frozenset[int] = frozenset()
    actions: frozenset[Action] = frozenset()
    actors: frozenset[str] = frozenset()
    periods: frozenset[Period] = frozenset()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter(EventTraits):
    """Which events: those with all of these traits, where empty ones do not restrict.

    Attributes:
        unless: An event of which any single trait in here is true is left out.
        booking: Only of this booking, whatever else is asked.
        action: Only of this kind, likewise.
        actor: Only by this one, `admin:ana` or a role alone, likewise.
    """

    unless: EventTraits = EventTraits()
    booking: int | None = None
    action: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTraits:
    """What can be said of providers.

    Attributes:
        shown: They are one of these: available, busy, break, off or inactive.
        skills: They can do one of these services, by name.
        words: Each occurs in what the roster says of them.
    """

    shown: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFilter(ProviderTraits):
    """Which providers; one of whom any single trait in `unless` is true is left out."""

    unless: ProviderTraits = ProviderTraits()


EVERY_BOOKING: Final = BookingFilter()
EVERY_EVENT: Final = EventFilter()
