"""What the simulated people know, folded from the log: bookings, handles, customers. Pure; never asks the database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.actors import Role
from domain.codec import BOOKING
from domain.lifecycle import NEEDS_PROVIDER, NEW, Subject
from domain.records import Booking
from domain.views import EventRow

_NOTHING: dict[str, Any] = dict.fromkeys(BOOKING.names)


@dataclass(slots=True)
class Job:
    """A booking as the log tells it.

    Attributes:
        booking: Its record.
        turn: The event that last changed what people wait for (status, provider, hold, window, parked): a plan made
            for an earlier turn is void.
        at: When that was.
    """

    booking: Booking
    turn: int
    at: datetime

    @property
    def number(self) -> int:
        """The booking's number."""
        return self.booking.id


@dataclass(slots=True)
class News:
    """What a stretch of the log brought: bookings the simulation itself made, and all on which something is awaited."""

    born: list[Job] = field(default_factory=list)
    turned: dict[int, Job] = field(default_factory=dict)


class Ledger:
    """The log's fold.

    Attributes:
        jobs: Every booking by number.
        handles: Providers' handles by number.
        customers: Customers' numbers by address, in order of creation.
        keys: External keys that were booked.
        played: Handles of providers that a person plays in some console: the simulation leaves them to that person.
        parked: Bookings whose ladder is exhausted, by number.
        freed: Whether anybody became free, or came on duty, since this was last set to False.
        last_event: How far the log was read.
    """

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.handles: dict[int, str] = {}
        self.customers: dict[str, int] = {}
        self.keys: set[str] = set()
        self.played: set[str] = set()
        self.parked: set[int] = set()
        self.freed = False
        self.last_event = 0
        self._active: dict[int, set[int]] = {}

    def read(self, rows: Iterable[EventRow], own: Collection[int] | None) -> News:
        """Take events in, in the log's order.

        Args:
            rows: The next events.
            own: The simulation's own events, by number, to tell them from a person's; None: nobody else was there.
        """
        news = News()
        for row in rows:
            event = row.event
            self.last_event = event.id
            mine = own is None or event.id in own
            if event.role is Role.PROVIDER and not mine:
                self.played.add(event.actor_id)
            if event.subject is Subject.BOOKING:
                self._fold(row, news, mine=mine)
                continue
            self.freed |= event.subject is Subject.PROVIDER
            if event.from_status == NEW:
                self._meet(row)
        return news

    def handle_of(self, job: Job) -> str | None:
        """The handle of the provider who has it."""
        return None if job.booking.provider_id is None else self.handles.get(job.booking.provider_id)

    def is_at_work(self, provider_id: int, but: int) -> bool:
        """Whether a provider is on the way to or at a booking other than this one."""
        return any(
            number != but and self.jobs[number].booking.is_at_work for number in self._active.get(provider_id, ())
        )

    def is_idle(self, handle: str) -> bool:
        """Whether a provider has no job to do now or soon: an agreed window later in the day does not count."""
        return not any(
            job.on_demand or job.is_at_work
            for number, name in self.handles.items()
            if name == handle
            for job in (self.jobs[one].booking for one in self._active.get(number, ()))
        )

    def _fold(self, row: EventRow, news: News, *, mine: bool) -> None:
        event = row.event
        fields = BOOKING.fields({name: after for name, (_, after) in event.changes.items()})
        job = self.jobs.get(event.subject_id)
        if job is None:
            first = Booking(**{**_NOTHING, **fields, "id": event.subject_id, "version": event.version})
            job = self.jobs[event.subject_id] = Job(first, event.id, event.at)
            if first.external_key is not None:
                self.keys.add(first.external_key)
            if mine:
                news.born.append(job)
            return
        before = job.booking
        job.booking = replace(before, version=event.version, **fields)
        self._note_jobs(before, job.booking)
        (self.parked.discard if job.booking.parked_at is None else self.parked.add)(job.number)
        if _awaited(before) != _awaited(job.booking):
            job.turn, job.at = event.id, event.at
            news.turned.pop(job.number, None)
            news.turned[job.number] = job

    def _note_jobs(self, before: Booking, after: Booking) -> None:
        if before.is_active and before.provider_id is not None:
            self._active[before.provider_id].discard(before.id)
            self.freed = True
        if after.is_active and after.provider_id is not None:
            self._active.setdefault(after.provider_id, set()).add(after.id)

    def _meet(self, row: EventRow) -> None:
        event = row.event
        if event.subject is Subject.PROVIDER:
            self.handles[event.subject_id] = row.subject_name
        elif event.subject is Subject.CUSTOMER:
            address = event.changes.get("address", [None, None])[1]
            self.customers[address or f"customer {event.subject_id}"] = event.subject_id


def _awaited(booking: Booking) -> tuple[object, ...]:
    return (
        booking.status,
        booking.provider_id,
        booking.assigned_at,
        booking.held,
        booking.window_start,
        booking.parked_at if booking.status in NEEDS_PROVIDER else None,
    )
