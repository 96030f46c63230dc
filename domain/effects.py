"""What a change does to others: the load of the providers it touches, and who is left worse off. Pure.

`domain.dryrun` imports this module. Only what follows from the rules is said: who could take a waiting booking now,
before and after, and how much slack would be left if the best of them went there at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.availability import busy_now, job_of, shown_status
from domain.matching import Candidate, RosterEntry, match, why_not
from domain.policy import Policy
from domain.records import Booking


@dataclass(frozen=True, slots=True)
class Load:
    """A provider's work after the change.

    Attributes:
        shown: As the roster shows them: available, busy, off, break or inactive.
        jobs: The numbers of their active bookings, the earliest first.
        busy_until: When the present job ends as planned, while one keeps them busy.
        jobs_before: How many they had.
    """

    handle: str
    shown: str
    jobs: tuple[int, ...]
    busy_until: datetime | None
    jobs_before: int


@dataclass(frozen=True, slots=True)
class Loss:
    """A waiting booking whose best candidate is taken from it.

    Attributes:
        lost: Who was its best.
        then: Who would be its best; None when nobody could take it any more.
        slack_before: The slack with the one; None when a place is unknown.
        slack_after: The slack with the other, likewise.
    """

    booking: int
    lost: str
    then: str | None
    slack_before: timedelta | None
    slack_after: timedelta | None


Roster = Sequence[RosterEntry]


def touched(before: Roster, after: Roster) -> list[tuple[RosterEntry | None, RosterEntry]]:
    """The providers whose work or readiness is another, as they were and as they are."""
    was = {entry.provider.id: entry for entry in before}
    pairs = ((was.get(entry.provider.id), entry) for entry in after)
    return [(old, new) for old, new in pairs if old is None or _part(old) != _part(new)]


def _part(entry: RosterEntry) -> object:
    provider = entry.provider
    return entry.jobs, provider.duty, provider.active, provider.skills, provider.break_until, provider.place


def loads(before: Roster, after: Roster, now: datetime) -> list[Load]:
    """The work of every provider whom the change touches."""
    found = []
    for old, new in touched(before, after):
        jobs = sorted(new.jobs, key=lambda job: (job.start, job.booking))
        busy = busy_now(jobs, now)
        found.append(
            Load(
                new.provider.handle,
                shown_status(new.provider, jobs, now),
                tuple(job.booking for job in jobs),
                busy.until if busy else None,
                len(old.jobs) if old else 0,
            )
        )
    return found


def overlapping(booking: Booking, after: Roster) -> list[int]:
    """The other jobs of its provider that are planned for the same time."""
    if not booking.is_active:
        return []
    own = job_of(booking)
    jobs = next((entry.jobs for entry in after if entry.provider.id == booking.provider_id), ())
    return [job.booking for job in jobs if job.booking != own.booking and job.start < own.end and own.start < job.end]


def losses(before: Roster, after: Roster, waiting: Iterable[Booking], now: datetime, policy: Policy) -> list[Loss]:
    """Which waiting bookings lose the best they had, the one with least slack afterwards first."""
    pairs = [(old, new) for old, new in touched(before, after) if old is not None]
    found = [
        loss
        for booking in waiting
        if not booking.held and any(_drops_out(booking, old, new, now) for old, new in pairs)
        for loss in _loss(booking, before, after, now, policy)
    ]
    return sorted(found, key=lambda loss: (loss.then is not None, loss.slack_after or timedelta.max, loss.booking))


def _drops_out(booking: Booking, old: RosterEntry, new: RosterEntry, now: datetime) -> bool:
    return why_not(booking, old, now) is None and why_not(booking, new, now) is not None


def _loss(booking: Booking, before: Roster, after: Roster, now: datetime, policy: Policy) -> Iterator[Loss]:
    best, then = (match(booking, roster, now, policy).best for roster in (before, after))
    if best is not None and (then is None or then.provider_id != best.provider_id):
        yield Loss(
            booking.id,
            best.handle,
            then.handle if then else None,
            _slack_with(booking, best, now),
            _slack_with(booking, then, now) if then else None,
        )


def _slack_with(booking: Booking, one: Candidate, now: datetime) -> timedelta | None:
    return None if one.travel is None else booking.promised_at - now - one.travel
