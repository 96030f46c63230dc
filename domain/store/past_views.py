"""The reads of `domain.views.Reads` as of a past moment, so that whoever answers from the present answers from it too.

Only `domain.store.views` imports this module. Everything is judged as it was to be judged then: lateness by that
moment's clock, candidates by that moment's roster and settings.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from heapq import merge

from sqlalchemy import Connection, func, select

from domain.answers.finding import matches
from domain.attention import alert
from domain.availability import busy_now, job_of, shown_status
from domain.clock import from_ms
from domain.codec import BOOKING
from domain.criteria import BookingFilter, EventFilter
from domain.errors import NotFound
from domain.lifecycle import ACTIVE, Status, Subject
from domain.matching import Matching, RosterEntry, match
from domain.policy import Policy
from domain.proof.history import Difference, Key, between
from domain.records import Booking, Customer, Event, Provider, Service, Setting
from domain.store.log_views import LogViews, events_of
from domain.store.moments import last_event_at
from domain.store.past import PastRows, steps_between
from domain.store.rows import MOST_AT_ONCE, ROW, only_bookings, pairs, rows
from domain.store.schema import IS_ACTIVE, bookings, events
from domain.store.snapshot import columns
from domain.views import BoardChanges, BookingChanges, BookingRow, BookingSheet, EventRow, ProviderRow

Named = Callable[[Connection, Sequence[Event]], tuple[EventRow, ...]]

_MOST_EVENTS = 500
_MOST_JOBS = 1_000


class PastViews:
    """What was true at a moment, on one snapshot.

    Args:
        connection: The snapshot; it must last as long as this does.
        moment: The moment.
        named: Puts the present names to events.
    """

    def __init__(self, connection: Connection, moment: datetime, named: Named) -> None:
        self._connection = connection
        self._moment = moment
        self._named = named
        self._rows = PastRows(connection, last_event_at(connection, moment))
        self._policy: Policy | None = None
        self._found: dict[BookingFilter, list[int]] = {}

    def last_event(self) -> int:
        """The newest event's number then, 0 when nothing had happened yet."""
        return self._rows.last_event

    def policy(self) -> Policy:
        """The room's settings."""
        if self._policy is None:
            setting = self._rows.record(Subject.SETTING, 1)
            self._policy = Policy.model_validate(setting.policy) if isinstance(setting, Setting) else Policy()
        return self._policy

    # Bookings -------------------------------------------------------------------------------------------------------

    def booking(self, number: int) -> BookingRow:
        """One booking."""
        booking = self._rows.record(Subject.BOOKING, number)
        if not isinstance(booking, Booking):
            raise NotFound(f"There was no booking {number} then", booking=number)
        return self._rows.named(booking)

    def sheet(self, number: int) -> BookingSheet:
        """One booking with its alert, log and candidates."""
        row, policy = self.booking(number), self.policy()
        matching = match(row.booking, self._roster(), self._moment, policy) if row.booking.needs_provider else None
        log = self.events(EventFilter(booking=number), before=2**62, limit=_MOST_EVENTS)
        return BookingSheet(row=row, alert=alert(row.booking, self._moment, policy), events=log, candidates=matching)

    def candidates(self, number: int) -> Matching:
        """Who could have taken a booking by the rules, and why each other could not."""
        return match(self.booking(number).booking, self._roster(), self._moment, self.policy())

    def weighed(self, number: int) -> tuple[BookingRow, Matching]:
        """One booking, and whom a person could have given it to; and why not each other."""
        row = self.booking(number)
        return row, match(row.booking, self._roster(), self._moment, self.policy(), by_system=False)

    def count(self, which: BookingFilter) -> int:
        """How many matched."""
        return len(self._numbers(which))

    def bookings(
        self, which: BookingFilter, *, after: int | None = None, before: int | None = None, limit: int = 256
    ) -> tuple[BookingRow, ...]:
        """A page by falling number."""
        numbers = self._numbers(which)
        if before is not None:
            numbers = [number for number in numbers if number > before][-limit:]
        elif after is not None:
            numbers = [number for number in numbers if number < after]
        return self._numbered(numbers[:limit])

    def bookings_of(self, customer: int, limit: int = 200) -> tuple[BookingRow, ...]:
        """A customer's bookings, the newest first."""
        return self.bookings(BookingFilter(customer_id=customer), limit=limit)

    def count_by_status(self) -> dict[Status, int]:
        """How many bookings were in each status: the present figures less what came in since, with what went out."""
        now = pairs(self._connection, select(bookings.c.status, func.count()).group_by(bookings.c.status))
        counts = {Status(status): count for status, count in now}
        moves = (
            select(events.c.from_status, events.c.to_status, func.count())
            .where(events.c.id > self.last_event(), events.c.subject == str(Subject.BOOKING))
            .where(events.c.from_status != events.c.to_status)
            .group_by(events.c.from_status, events.c.to_status)
        )
        for left, entered, count in self._connection.execute(moves):
            counts[Status(entered)] = counts.get(Status(entered), 0) - count
            if left in set(Status):
                counts[Status(left)] = counts.get(Status(left), 0) + count
        return {status: count for status, count in counts.items() if count}

    def _numbers(self, which: BookingFilter) -> list[int]:
        """Every matching number, newest first: the database finds among the rows that are as they were."""
        if which not in self._found:
            policy, changed = self.policy(), self._rows.changed
            unchanged = only_bookings(select(bookings.c.id), which, self._moment, policy)
            newest_first = self._connection.scalars(unchanged.order_by(bookings.c.id.desc()))
            same = self._rows.same(newest_first)
            other = sorted((number for number, row in changed.items() if matches(which, row, self._moment, policy)))
            self._found[which] = list(merge(same, reversed(other), reverse=True))
        return self._found[which]

    def _numbered(self, numbers: Sequence[int]) -> tuple[BookingRow, ...]:
        changed = self._rows.changed
        same = [number for number in numbers if number not in changed]
        found = {number: changed[number] for number in numbers if number in changed}
        for start in range(0, len(same), MOST_AT_ONCE):
            some = same[start : start + MOST_AT_ONCE]
            found |= {row.booking.id: row for row in rows(self._connection, ROW.where(bookings.c.id.in_(some)))}
        return tuple(found[number] for number in numbers)

    # People and services --------------------------------------------------------------------------------------------

    def provider(self, handle: str) -> ProviderRow:
        """One provider."""
        provider = self._provider(handle)
        jobs = sorted(self._jobs().get(provider.id, ()), key=lambda booking: (job_of(booking).start, booking.id))
        taken = [job_of(booking) for booking in jobs]
        busy = busy_now(taken, self._moment)
        services = self._rows.services
        midnight = self._moment.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        done = self.bookings(
            BookingFilter(provider_id=provider.id, statuses=frozenset({Status.COMPLETED})), limit=_MOST_JOBS
        )
        return ProviderRow(
            provider=provider,
            shown=shown_status(provider, taken, self._moment),
            skills=tuple(sorted(services[skill].name for skill in provider.skills)),
            jobs=tuple(job.booking for job in taken),
            busy_until=busy.until if busy else None,
            done_today=sum((row.booking.assigned_at or midnight) >= midnight for row in done),
        )

    def jobs_of(self, handle: str) -> tuple[BookingRow, ...]:
        """A provider's active bookings, the earliest start first."""
        number = self._provider(handle).id
        found = self.bookings(BookingFilter(provider_id=number, statuses=ACTIVE), limit=_MOST_JOBS)
        return tuple(sorted(found, key=lambda row: (job_of(row.booking).start, row.booking.id)))

    def _provider(self, handle: str) -> Provider:
        for provider in self._rows.providers.values():
            if provider.handle == handle:
                return provider
        raise NotFound(f"There was no provider {handle!r} then", provider=handle)

    def people(self) -> dict[int, Provider]:
        """Every provider, by number."""
        return self._rows.providers

    def services(self) -> tuple[Service, ...]:
        """Every service, by name."""
        return tuple(sorted(self._rows.services.values(), key=lambda service: service.name.lower()))

    def customer(self, number: int) -> Customer:
        """One customer."""
        customer = self._rows.record(Subject.CUSTOMER, number)
        if not isinstance(customer, Customer):
            raise NotFound(f"There was no customer {number} then", customer=number)
        return customer

    def _jobs(self) -> dict[int, list[Booking]]:
        """The active bookings of each provider, by number."""
        changed = self._rows.changed
        now = self._connection.execute(select(*columns(bookings, BOOKING)).where(IS_ACTIVE))
        present = {row[0]: row for row in now}
        found = [BOOKING.decode(present[number]) for number in self._rows.same(present)]
        found += [row.booking for row in changed.values() if row.booking.is_active]
        jobs: dict[int, list[Booking]] = {}
        for booking in sorted(found, key=lambda booking: booking.id):
            jobs.setdefault(booking.provider_id or 0, []).append(booking)
        return jobs

    def _roster(self) -> tuple[RosterEntry, ...]:
        """Every provider with their jobs, by number."""
        jobs = self._jobs()
        used: dict[int, datetime] = {}
        for row in self._rows.changed.values():
            number, assigned = row.booking.provider_id, row.booking.assigned_at
            if number is not None and assigned is not None:
                used[number] = max(assigned, used.get(number, assigned))
        entries = []
        for number, provider in sorted(self._rows.providers.items()):
            times = [moment for moment in (used.get(number), self._last_used(number)) if moment is not None]
            taken = tuple(job_of(booking) for booking in jobs.get(number, ()))
            entries.append(RosterEntry(provider, taken, max(times, default=None)))
        return tuple(entries)

    def _last_used(self, provider: int) -> datetime | None:
        """When a provider got the newest of the jobs that nothing has happened to since."""
        newest_first = (
            select(bookings.c.id, bookings.c.assigned_at)
            .where(bookings.c.provider_id == provider)
            .order_by(bookings.c.assigned_at.desc())
        )
        with self._connection.execute(newest_first.execution_options(yield_per=100)) as found:
            return next((from_ms(assigned) for number, assigned in found if [*self._rows.same((number,))]), None)

    # The log --------------------------------------------------------------------------------------------------------

    def events(
        self, which: EventFilter, *, after: int = 0, before: int | None = None, limit: int = 500
    ) -> tuple[EventRow, ...]:
        """Events in rising order, with the names and the holders of that time; with `before`, the last below it."""
        end = self.last_event() + 1
        log = events_of(self._connection, which, after, before if before is None else min(before, end), limit)
        log = [event for event in log if event.id < end]
        return tuple(self._as_then(row) for row in self._named(self._connection, log))

    def _as_then(self, row: EventRow) -> EventRow:
        subject = self._rows.record(row.event.subject, row.event.subject_id)
        if isinstance(subject, Booking):
            holder = None
            if subject.provider_id is not None:
                provider = self._rows.record(Subject.PROVIDER, subject.provider_id)
                holder = provider.handle if isinstance(provider, Provider) else None
            return replace(row, holder=holder)
        return replace(row, subject_name=subject.name) if isinstance(subject, Service | Customer) else row


class LookBackViews(LogViews):
    """The ways back."""

    @contextmanager
    def as_of(self, moment: datetime) -> Iterator[PastViews]:
        """What was true at a moment, for as long as the context lasts."""
        with self._store.read() as connection:
            yield PastViews(connection, moment, self._named)

    def board_changes(self, since: datetime, until: datetime) -> BoardChanges:
        """What became of bookings and providers between two moments."""
        with self._store.read() as connection:
            earlier, later = (PastViews(connection, moment, self._named) for moment in (since, until))
            steps = steps_between(connection, earlier.last_event(), later.last_event())
            differences, counts = between((step.id, step) for step in steps), later.count_by_status()
            return BoardChanges(
                differences=differences,
                before=_counts_before(counts, differences),
                after=counts,
                people_before=earlier.people(),
                people_after=later.people(),
            )

    def booking_changes(self, number: int, since: datetime, until: datetime) -> BookingChanges:
        """What became of one booking between two moments."""
        with self._store.read() as connection:
            earlier, later = (PastViews(connection, moment, self._named) for moment in (since, until))
            row = later.booking(number)
            span = earlier.last_event(), later.last_event()
            steps = steps_between(connection, *span, Subject.BOOKING, number)
            return BookingChanges(
                row=row,
                difference=between((step.id, step) for step in steps).get((Subject.BOOKING, number)),
                events=tuple(
                    event
                    for event in later.events(EventFilter(booking=number), before=2**62, limit=_MOST_EVENTS)
                    if event.event.id > span[0]
                ),
                people=later.people(),
            )


def _counts_before(after: Mapping[Status, int], differences: Mapping[Key, Difference]) -> dict[Status, int]:
    """How many bookings were in each status before some differences."""
    counts = Counter(after)
    for (subject, _), difference in differences.items():
        if subject is Subject.BOOKING and (change := difference.fields.get("status")):
            counts[Status(change.after)] -= 1
            if change.before is not None:
                counts[Status(change.before)] += 1
    return {status: count for status, count in counts.items() if count}
