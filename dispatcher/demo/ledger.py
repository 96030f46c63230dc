"""What the simulated people know, folded from the log: bookings, handles, customers. Pure; it never asks the database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import Role
from domain.codec import BOOKING
from domain.lifecycle import NEW, Status, Subject
from domain.records import Booking, Place
from domain.views import EventRow

_PLACEHOLDER: dict[str, object] = dict.fromkeys(BOOKING.names)


@dataclass(slots=True)
class Job:
    """A booking as the log tells it.

    Attributes:
        booking: Its record.
        turn: The event that last changed what people wait for (status, provider, hold, window): a plan made for an
            earlier turn is void.
        at: When that was.
    """

    booking: Booking
    turn: int
    at: datetime

    @property
    def number(self) -> int:
        """The booking's number."""
        return self.booking.id


class Ledger:
    """The log's fold.

    Attributes:
        jobs: Every booking by number.
        handles: Providers' handles by number.
        services: Services' names by number.
        customers: Customers' numbers by address (as last created), in order of creation.
        keys: External keys that were booked.
        played: Handles of providers that a person plays in another console: the simulation lets them.
        last_event: How far the log was read.
    """

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.handles: dict[int, str] = {}
        self.services: dict[int, str] = {}
        self.customers: dict[str, int] = {}
        self.keys: set[str] = set()
        self.played: set[str] = set()
        self.last_event = 0
        self._at_work: dict[int, set[int]] = {}

    def read(self, rows: Iterable[EventRow], own: frozenset[int] | set[int] | None) -> list[Job]:
        """Take events in; the bookings on which something new is waited for, in the log's order.

        Args:
            rows: The next events.
            own: The simulation's own events, which tell it from a person who plays a provider; None: all are.
        """
        turned: dict[int, Job] = {}
        for row in rows:
            event = row.event
            self.last_event = event.id
            if own is not None and event.role is Role.PROVIDER and event.id not in own:
                self.played.add(event.actor_id)
            if event.subject is Subject.BOOKING:
                job = self._fold(row)
                if job is not None:
                    turned.pop(job.number, None)
                    turned[job.number] = job
            elif event.from_status == NEW:
                self._meet(row)
        return list(turned.values())

    def handle_of(self, job: Job) -> str | None:
        """The handle of the provider who has it."""
        return None if job.booking.provider_id is None else self.handles.get(job.booking.provider_id)

    def at_work(self, provider_id: int, but: int = 0) -> bool:
        """Whether a provider is on the way to or at a booking other than this one."""
        return bool(self._at_work.get(provider_id, set()) - {but})

    def idle(self, provider_id: int) -> bool:
        """Whether a provider has no job at all."""
        return not any(job.booking.provider_id == provider_id and job.booking.is_active for job in self.jobs.values())

    def place_of(self, job: Job) -> Place | None:
        """Where it is."""
        return job.booking.place

    def _fold(self, row: EventRow) -> Job | None:
        event = row.event
        fields = BOOKING.fields({name: after for name, (_, after) in event.changes.items()})
        job = self.jobs.get(event.subject_id)
        if job is None:
            first = Booking(**{**_PLACEHOLDER, **_defaults(), **fields, "id": event.subject_id, "version": 1})  # type: ignore[arg-type]
            job = self.jobs[event.subject_id] = Job(first, event.id, event.at)
            if first.external_key is not None:
                self.keys.add(first.external_key)
            return job
        before = job.booking
        after = job.booking = replace(before, version=event.version, **fields)
        self._note_work(before, after)
        if _expects(before) == _expects(after):
            return None
        job.turn, job.at = event.id, event.at
        return job

    def _note_work(self, before: Booking, after: Booking) -> None:
        if before.is_at_work and before.provider_id is not None:
            self._at_work.get(before.provider_id, set()).discard(before.id)
        if after.is_at_work and after.provider_id is not None:
            self._at_work.setdefault(after.provider_id, set()).add(after.id)

    def _meet(self, row: EventRow) -> None:
        event = row.event
        if event.subject is Subject.PROVIDER:
            self.handles[event.subject_id] = row.subject_name
        elif event.subject is Subject.SERVICE:
            self.services[event.subject_id] = row.subject_name
        elif event.subject is Subject.CUSTOMER:
            address = event.changes.get("address", [None, None])[1]
            self.customers[address or f"customer {event.subject_id}"] = event.subject_id


def _expects(booking: Booking) -> tuple[object, ...]:
    return (
        booking.status,
        booking.provider_id,
        booking.assigned_at,
        booking.held,
        booking.window_start,
        booking.parked_at if booking.status in {Status.PENDING, Status.REJECTED, Status.NO_SHOW} else None,
    )


def _defaults() -> dict[str, object]:
    return {"excluded": (), "attempt": 0, "forced": False, "was_cancelled": False, "acked": False, "notes": ""}
