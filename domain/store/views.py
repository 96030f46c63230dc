"""The reads behind `domain.views.Views`, each from one snapshot: people and services here, the rest by inheritance.

Only the engine imports this module.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, or_, select

from domain.answers.finding import ascii_lower, spellings
from domain.availability import busy_now, job_of, shown_status
from domain.clock import to_ms
from domain.codec import CUSTOMER, SERVICE
from domain.errors import NotFound
from domain.lifecycle import Standing, Status
from domain.matching import RosterEntry
from domain.records import Customer, Service
from domain.store.booking_views import BookingViews
from domain.store.daily_views import DailyViews
from domain.store.past_views import LookBackViews
from domain.store.rows import MOST_AT_ONCE, ROW, contains, pairs, rows
from domain.store.schema import IS_ACTIVE, bookings, customers, providers, services
from domain.store.snapshot import columns
from domain.views import BookingRow, Directory, ProviderRow

LATE_BOOKINGS = 1_000
"""So many of the newest bookings tell which boroughs there are; to ask all of them would take a second of a million."""


class StoreViews(DailyViews, BookingViews, LookBackViews):
    """`Views` on one database; `now` is the engine's clock."""

    def roster(self) -> tuple[ProviderRow, ...]:
        """Every provider, by handle."""
        with self._store.read() as connection:
            entries = sorted(self._roster(connection), key=lambda entry: entry.provider.handle)
            return self._provider_rows(connection, entries)

    def provider(self, handle: str) -> ProviderRow:
        """One provider."""
        with self._store.read() as connection:
            entries = [entry for entry in self._roster(connection) if entry.provider.handle == handle]
            if not entries:
                raise NotFound(f"There is no provider {handle!r}", provider=handle)
            return self._provider_rows(connection, entries)[0]

    def _provider_rows(self, connection: Connection, entries: Iterable[RosterEntry]) -> tuple[ProviderRow, ...]:
        now = self._now()
        names = dict(pairs(connection, select(services.c.id, services.c.name)))
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        done_today = (
            select(func.count(bookings.c.id))
            .where(bookings.c.provider_id == providers.c.id, bookings.c.assigned_at >= to_ms(midnight))
            .where(bookings.c.status == str(Status.COMPLETED))
            .scalar_subquery()
        )
        done = dict(pairs(connection, select(providers.c.id, done_today)))
        rows = []
        for entry in entries:
            jobs = sorted(entry.jobs, key=lambda job: (job.start, job.booking))
            busy = busy_now(jobs, now)
            rows.append(
                ProviderRow(
                    provider=entry.provider,
                    shown=shown_status(entry.provider, jobs, now),
                    skills=tuple(sorted(names[skill] for skill in entry.provider.skills)),
                    jobs=tuple(job.booking for job in jobs),
                    busy_until=busy.until if busy else None,
                    done_today=done[entry.provider.id],
                )
            )
        return tuple(rows)

    def jobs_of(self, handle: str) -> tuple[BookingRow, ...]:
        """A provider's active bookings, the earliest start first."""
        statement = ROW.where(providers.c.handle == handle, IS_ACTIVE)
        with self._store.read() as connection:
            found = rows(connection, statement)
        return tuple(sorted(found, key=lambda row: (job_of(row.booking).start, row.booking.id)))

    def services(self) -> tuple[Service, ...]:
        """Every service, by name."""
        statement = select(*columns(services, SERVICE)).order_by(func.lower(services.c.name))
        with self._store.read() as connection:
            return tuple(SERVICE.decode(row) for row in connection.execute(statement))

    def customers(self, words: tuple[str, ...] = (), *, after: int = 0, limit: int = 256) -> tuple[Customer, ...]:
        """Customers by number."""
        shown = (customers.c.name, customers.c.phone, customers.c.email, customers.c.address)
        statement = (
            select(*columns(customers, CUSTOMER))
            .where(customers.c.id > after, *(or_(*(contains(column, word) for column in shown)) for word in words))
            .order_by(customers.c.id)
            .limit(limit)
        )
        with self._store.read() as connection:
            return tuple(CUSTOMER.decode(row) for row in connection.execute(statement))

    def customer(self, number: int) -> Customer:
        """One customer."""
        with self._store.read() as connection:
            row = connection.execute(select(*columns(customers, CUSTOMER)).where(customers.c.id == number)).first()
        if row is None:
            raise NotFound(f"There is no customer {number}", customer=number)
        found: Customer = CUSTOMER.decode(row)
        return found

    def imported_keys(self, source: str, keys: Sequence[str]) -> set[str]:
        """Which of these external keys of a source are bookings already."""
        statement = select(bookings.c.external_key).where(
            bookings.c.source == source, bookings.c.external_key.in_(keys[:MOST_AT_ONCE])
        )
        with self._store.read() as connection:
            return set(connection.scalars(statement))

    def customers_at(self, addresses: Sequence[str]) -> dict[str, int]:
        """The customer at each of these addresses, compared without case, where there is one."""
        asked = addresses[:MOST_AT_ONCE]
        lowered = {ascii_lower(spelling) for text in asked for spelling in spellings(text)}
        statement = select(customers.c.address, customers.c.id, customers.c.status).where(
            func.lower(customers.c.address).in_(lowered)
        )
        with self._store.read() as connection:
            rows = sorted(connection.execute(statement), key=lambda row: (row.status == Standing.ACTIVE, -row.id))
        found = {row.address.casefold(): row.id for row in rows}
        return {text: found[text.casefold()] for text in asked if text.casefold() in found}

    def directory(self) -> Directory:
        """Handles and service names."""
        with self._store.read() as connection:
            people = connection.execute(select(providers.c.handle, providers.c.id, providers.c.active)).all()
            known = connection.execute(select(services.c.name, services.c.id, services.c.status)).all()
            late = select(bookings.c.borough).order_by(bookings.c.id.desc()).limit(LATE_BOOKINGS)
            boroughs = set(connection.scalars(late))
        return Directory(
            handles={handle: number for handle, number, _ in people},
            services={name: number for name, number, _ in known},
            inactive_handles=frozenset(handle for handle, _, active in people if not active),
            inactive_services=frozenset(name for name, _, status in known if status == Standing.INACTIVE),
            boroughs=tuple(sorted({borough.lower() for borough in boroughs if borough})),
        )
