"""What screens and the shell read: result shapes, filters, and the `Views` that answers them.

Pure: shapes and a protocol. `domain/store/views.py` implements it; every method may block on the database, so screens
call it from worker threads only. Anything may import this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.attention import Alert
from domain.lifecycle import Status
from domain.matching import Matching
from domain.policy import Policy
from domain.records import Booking, Customer, Event, Provider, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """A booking with the names that people know it by."""

    booking: Booking
    service: str
    customer: str
    phone: str | None
    email: str | None
    provider: str | None
    """The provider's handle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """A provider as the roster shows it. `shown` is off, break, busy, available or inactive: derived, never stored."""

    provider: Provider
    shown: str
    skills: tuple[str, ...]
    jobs: tuple[int, ...]
    """Numbers of the active bookings, the earliest assigned first."""
    busy_until: datetime | None
    done_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One line of the attention queue."""

    row: BookingRow
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """The figures in the top bar. `providers_on` counts those on duty."""

    waiting: int = 0
    late: int = 0
    at_risk: int = 0
    active: int = 0
    providers_free: int = 0
    providers_on: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilter:
    """Which bookings. Empty fields do not restrict; `words` must all occur in what a booking shows, without case."""

    statuses: frozenset[Status] = frozenset()
    services: frozenset[int] = frozenset()
    provider_id: int | None = None
    customer_id: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events. Empty fields do not restrict."""

    booking: int | None = None
    action: str | None = None
    actor: str | None = None
    """`admin:ana`, or a role alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event with the name of what it is about: a booking's number, a handle, a service's name."""

    event: Event
    subject_name: str
    customer_id: int | None = None
    """The customer whose booking it is about, when it is about a booking."""
    holder: str | None = None
    """The handle of the provider who has that booking now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """The names that the line completes and resolves: small enough to hold in memory."""

    handles: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    inactive_services: frozenset[str] = frozenset()
    inactive_handles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSheet:
    """Everything about one booking: the Desk's right side."""

    row: BookingRow
    alert: Alert | None
    events: tuple[EventRow, ...]
    """Oldest first, at most the last 500."""
    candidates: Matching | None
    """Who could take it now, for a booking that needs somebody."""


class Views(Protocol):
    """Questions, each answered from one consistent snapshot. NotFound for numbers and names that do not exist."""

    def policy(self) -> Policy:
        """The room's settings."""

    def last_event(self) -> int:
        """The newest event's number, 0 when there is none."""

    def kpis(self) -> Kpis:
        """The top bar's figures."""

    def attention(self, limit: int = 200) -> tuple[tuple[AlertRow, ...], int]:
        """The worst `limit` of what needs a person, and how many there are."""

    def booking(self, number: int) -> BookingRow:
        """One booking."""

    def sheet(self, number: int) -> BookingSheet:
        """One booking with its alert, log and candidates."""

    def candidates(self, number: int) -> Matching:
        """Who could take a booking now, best first, and why each other could not."""

    def bookings(
        self, which: BookingFilter, *, after: int | None = None, before: int | None = None, limit: int = 256
    ) -> tuple[BookingRow, ...]:
        """A page by falling number (newest first): the ones below `after`, or the ones just above `before`."""

    def booking_numbers(self, which: BookingFilter) -> Sequence[int]:
        """Every matching number, newest first, as a compact array: what a scroll bar jumps by."""

    def bookings_numbered(self, numbers: Sequence[int]) -> tuple[BookingRow, ...]:
        """The rows of given numbers, in that order; at most 1,000."""

    def count(self, which: BookingFilter) -> int:
        """How many match."""

    def count_by_status(self) -> dict[Status, int]:
        """How many bookings are in each status."""

    def roster(self) -> tuple[ProviderRow, ...]:
        """Every provider, by handle."""

    def provider(self, handle: str) -> ProviderRow:
        """One provider."""

    def jobs_of(self, handle: str) -> tuple[BookingRow, ...]:
        """A provider's active bookings, the earliest start first."""

    def services(self) -> tuple[Service, ...]:
        """Every service, by name."""

    def customers(self, words: tuple[str, ...] = (), *, after: int = 0, limit: int = 256) -> tuple[Customer, ...]:
        """Customers by number, those above `after`."""

    def customer(self, number: int) -> Customer:
        """One customer."""

    def bookings_of(self, customer: int, limit: int = 200) -> tuple[BookingRow, ...]:
        """A customer's bookings, the newest first."""

    def events(
        self, which: EventFilter, *, after: int = 0, before: int | None = None, limit: int = 500
    ) -> tuple[EventRow, ...]:
        """Events in rising order: those above `after`; or, with `before`, the last `limit` below it."""

    def event(self, number: int) -> EventRow:
        """One event."""

    def directory(self) -> Directory:
        """Handles and service names."""

    def imported_keys(self, source: str, keys: Sequence[str]) -> set[str]:
        """Which of these external keys of a source are bookings already; at most 1,000 keys."""

    def customers_at(self, addresses: Sequence[str]) -> dict[str, int]:
        """The customer at each of these addresses, compared without case, where there is one; at most 1,000.

        The keys are the addresses as given. Of several it is an active one, then the lowest number.
        """
