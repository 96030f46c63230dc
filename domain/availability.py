"""Whether a provider is free, from the jobs they have. Pure.

Busy now: any active booking that is on demand, anything EN_ROUTE or IN_PROGRESS, or an active window that contains now.
Free on demand: not busy now, and no active window overlaps [now, now + duration). Free for a window: no active window
overlaps it, and no on-demand booking reaches into it. Forced bookings count as busy too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.lifecycle import AT_WORK, Duty, Status
from domain.records import Booking, Place, Provider


class Wanted(Protocol):
    """A booking as far as it decides who could take it; a `Booking` is one."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def service_id(self) -> int:
        """What is to be done."""

    @property
    def excluded(self) -> tuple[int, ...]:
        """Providers that the system does not choose again for it."""

    @property
    def window_start(self) -> datetime | None:
        """The agreed window, or None on demand; with `window_end`."""

    @property
    def window_end(self) -> datetime | None:
        """The end of the window."""

    @property
    def duration(self) -> timedelta:
        """How long it takes."""

    @property
    def place(self) -> Place | None:
        """Where it is, when known."""


@dataclass(frozen=True, slots=True)
class Job:
    """What availability needs to know of an active booking."""

    booking: int
    status: Status
    window_start: datetime | None
    window_end: datetime | None
    assigned_at: datetime
    duration: timedelta
    forced: bool = False

    @property
    def on_demand(self) -> bool:
        """Whether it has no agreed window."""
        return self.window_start is None

    @property
    def start(self) -> datetime:
        """When it takes the provider's time from."""
        return self.window_start or self.assigned_at

    @property
    def end(self) -> datetime:
        """Until when it takes the provider's time, as planned."""
        return self.window_end or self.assigned_at + self.duration


@dataclass(frozen=True, slots=True)
class Clash:
    """The job that stands in the way, and until when as planned (None: until it is done)."""

    job: Job
    until: datetime | None
    overlap: bool


def job_of(booking: Booking) -> Job:
    """An active booking as its provider's job."""
    return Job(
        booking.id,
        booking.status,
        booking.window_start,
        booking.window_end,
        booking.assigned_at or booking.status_since,
        booking.duration,
        booking.forced,
    )


def _overrun_safe(end: datetime, now: datetime) -> datetime | None:
    return end if end > now else None


def busy_now(jobs: Sequence[Job], now: datetime) -> Clash | None:
    """The job a provider is on at this moment, if any."""
    for job in jobs:
        inside = job.window_start is not None and job.start <= now < job.end
        if job.on_demand or job.status in AT_WORK or inside:
            return Clash(job, _overrun_safe(job.end, now), overlap=False)
    return None


def clash_on_demand(jobs: Sequence[Job], now: datetime, duration: timedelta) -> Clash | None:
    """What keeps a provider from an on-demand booking of this duration."""
    if busy := busy_now(jobs, now):
        return busy
    for job in jobs:
        if job.start < now + duration and now < job.end:
            return Clash(job, job.end, overlap=True)
    return None


def clash_window(jobs: Sequence[Job], start: datetime, end: datetime) -> Clash | None:
    """What keeps a provider from a booking with this window."""
    for job in jobs:
        if job.start < end and start < job.end:
            return Clash(job, job.end, overlap=True)
    return None


def clash(booking: Wanted, jobs: Sequence[Job], now: datetime) -> Clash | None:
    """What keeps a provider with these jobs from a booking; the booking itself does not count."""
    if not jobs:
        return None
    others = [job for job in jobs if job.booking != booking.id]
    if booking.window_start is not None and booking.window_end is not None:
        return clash_window(others, booking.window_start, booking.window_end)
    return clash_on_demand(others, now, booking.duration)


def shown_status(provider: Provider, jobs: Sequence[Job], now: datetime) -> str:
    """What the roster says: inactive, off, break, busy or available. Derived, never stored."""
    if not provider.active:
        return "inactive"
    if provider.duty is Duty.OFF:
        return "off"
    if provider.duty is Duty.BREAK:
        return "break"
    return "busy" if busy_now(jobs, now) else "available"
