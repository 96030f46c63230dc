"""What screens and the shell read: result shapes, filters, and the `Views` that answers them.

Pure: shapes and a protocol. `domain/store/views.py` implements it; every method may block on the database, so screens
call it from worker threads only. Anything may import this module.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from domain.actors import Actor
from domain.attention import Alert
from domain.criteria import BookingFilter as BookingFilter
from domain.criteria import EventFilter as EventFilter
from domain.daily import DayFigures
from domain.errors import DispatchError
from domain.lifecycle import Status
from domain.matching import Matching
from domain.policy import Policy
from domain.proof.history import Difference, Key
from domain.records import Booking, Customer, Event, Provider, Service

if TYPE_CHECKING:
    from domain.commands import Command


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
    line: str
    """The line that would most likely help."""


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
    boroughs: tuple[str, ...] = ()
    """The parts of the city, in small letters: those of late bookings, as far as they name one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSheet:
    """Everything about one booking: the Desk's right side."""

    row: BookingRow
    alert: Alert | None
    events: tuple[EventRow, ...]
    """Oldest first, at most the last 500."""
    candidates: Matching | None
    """Who could take it now, for a booking that needs somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardChanges:
    """What became of the board between two moments.

    Attributes:
        differences: Every subject that events touched.
        before: How many bookings were in each status at the first moment.
        after: The same at the second.
        people_before: Every provider at the first moment, by number.
        people_after: The same at the second.
    """

    differences: dict[Key, Difference]
    before: dict[Status, int]
    after: dict[Status, int]
    people_before: dict[int, Provider]
    people_after: dict[int, Provider]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingChanges:
    """What became of one booking between two moments.

    Attributes:
        row: The booking at the second moment.
        difference: None when nothing happened to it.
        events: What happened in between, the last 500.
        people: Every provider at the second moment, by number.
    """

    row: BookingRow
    difference: Difference | None
    events: tuple[EventRow, ...]
    people: dict[int, Provider]


class Reads(Protocol):
    """What can be asked of any moment, the present or a past one. NotFound for numbers and names that do not exist."""

    def policy(self) -> Policy:
        """The room's settings."""

    def last_event(self) -> int:
        """The newest event's number, 0 when there is none."""

    def booking(self, number: int) -> BookingRow:
        """One booking."""

    def sheet(self, number: int) -> BookingSheet:
        """One booking with its alert, log and candidates."""

    def candidates(self, number: int) -> Matching:
        """Who could take a booking now, best first, and why each other could not."""

    def weighed(self, number: int) -> tuple[BookingRow, Matching]:
        """One booking, and whom a person could give it to now, best first; and why not each other."""

    def bookings(
        self, which: BookingFilter, *, after: int | None = None, before: int | None = None, limit: int = 256
    ) -> tuple[BookingRow, ...]:
        """A page by falling number (newest first): the ones below `after`, or the ones just above `before`."""

    def count(self, which: BookingFilter) -> int:
        """How many match."""

    def provider(self, handle: str) -> ProviderRow:
        """One provider."""

    def jobs_of(self, handle: str) -> tuple[BookingRow, ...]:
        """A provider's active bookings, the earliest start first."""

    def services(self) -> tuple[Service, ...]:
        """Every service, by name."""

    def customer(self, number: int) -> Customer:
        """One customer."""

    def bookings_of(self, customer: int, limit: int = 200) -> tuple[BookingRow, ...]:
        """A customer's bookings, the newest first."""

    def events(
        self, which: EventFilter, *, after: int = 0, before: int | None = None, limit: int = 500
    ) -> tuple[EventRow, ...]:
        """Events in rising order: those above `after`; or, with `before`, the last `limit` below it."""


class Lag(NamedTuple):
    """How far a reader of the log is behind: events that it has not read yet, and the age of the oldest in seconds."""

    events: int
    seconds: float


class Views(Reads, Protocol):
    """Questions, each answered from one consistent snapshot. NotFound for numbers and names that do not exist."""

    def kpis(self) -> Kpis:
        """The top bar's figures."""

    def figures(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        service: str | None = None,
        provider: str | None = None,
    ) -> tuple[DayFigures, ...]:
        """How many bookings came into each status on each local day, of all or of one service or provider.

        Without a last day up to today, without a first one fourteen days. A day on which nothing happened is there.

        Raises:
            InvalidInput: The days are in the wrong order, or too many.
        """

    def attention(self, limit: int = 200) -> tuple[tuple[AlertRow, ...], int]:
        """The worst `limit` of what needs a person, each with the line that would help, and how many there are."""

    def next_change(self) -> datetime | None:
        """When time alone next changes `attention`, `kpis` or who is free, if nothing happens before; None: never.

        It need not be the last of them: what is read then tells the next.
        """

    def refusal(self, command: "Command", actor: Actor) -> DispatchError | None:
        """Why a command would be refused now, or None: it would be accepted."""

    def booking_numbers(self, which: BookingFilter) -> Sequence[int]:
        """Every matching number, newest first, as a compact array: what a scroll bar jumps by."""

    def bookings_numbered(self, numbers: Sequence[int]) -> tuple[BookingRow, ...]:
        """The rows of given numbers, in that order; at most 1,000."""

    def count_by_status(self) -> dict[Status, int]:
        """How many bookings are in each status."""

    def roster(self) -> tuple[ProviderRow, ...]:
        """Every provider, by handle."""

    def customers(self, words: tuple[str, ...] = (), *, after: int = 0, limit: int = 256) -> tuple[Customer, ...]:
        """Customers by number, those above `after`."""

    def event(self, number: int) -> EventRow:
        """One event."""

    def stored(self, table: str, *, after: int = 0, limit: int = 500) -> list[dict[str, Any]]:
        """Rows of a whole table by number, those above `after`, each with every column that holds something of its own.

        The table is events, bookings, providers, services, customers or settings.
        """

    def directory(self) -> Directory:
        """Handles and service names."""

    def imported_keys(self, source: str, keys: Sequence[str]) -> set[str]:
        """Which of these external keys of a source are bookings already; at most 1,000 keys."""

    def customers_at(self, addresses: Sequence[str]) -> dict[str, int]:
        """The customer at each of these addresses, compared without case, where there is one; at most 1,000.

        The keys are the addresses as given. Of several it is an active one, then the lowest number.
        """

    def as_of(self, moment: datetime) -> AbstractContextManager[Reads]:
        """What was true at a moment (see `domain.proof.history`), on one snapshot for as long as the context lasts."""

    def board_changes(self, since: datetime, until: datetime) -> BoardChanges:
        """What became of bookings and providers between two moments."""

    def booking_changes(self, number: int, since: datetime, until: datetime) -> BookingChanges:
        """What became of one booking between two moments."""
