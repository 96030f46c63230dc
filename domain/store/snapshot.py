"""The facts that decisions are taken on, read from one connection: under the write lock, or from a snapshot.

Only `domain.store` and the engine import this module.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Select, Table, bindparam, func, select

from domain.availability import Job
from domain.clock import from_ms
from domain.codec import BOOKING, CUSTOMER, EVENT, NEVER_WRITTEN, PROVIDER, SERVICE, SETTING, Codec, unreadable
from domain.errors import NotFound
from domain.lifecycle import Status, Subject
from domain.matching import RosterEntry
from domain.policy import Policy
from domain.records import Booking, Customer, Event, Provider, Record, Service, Setting
from domain.store.prepared import Link, Prepared
from domain.store.schema import IS_ACTIVE, bookings, customers, events, providers, services, settings

TABLES: dict[type[Any], tuple[Table, Subject]] = {
    Booking: (bookings, Subject.BOOKING),
    Provider: (providers, Subject.PROVIDER),
    Service: (services, Subject.SERVICE),
    Customer: (customers, Subject.CUSTOMER),
    Setting: (settings, Subject.SETTING),
}
_BY_SUBJECT = {subject: table for table, subject in TABLES.values()}


def columns(table: Table, codec: Codec[Any]) -> list[Column[Any]]:
    """A record's columns in its codec's order."""
    return [table.c[name] for name in codec.names]


def _by(table: Table, codec: Codec[Any], condition: Any) -> Prepared:
    return Prepared(select(*columns(table, codec)).where(condition))


_JOB_COLUMNS: Select[Any] = select(
    bookings.c.provider_id,
    bookings.c.id,
    bookings.c.status,
    bookings.c.window_start,
    bookings.c.window_end,
    bookings.c.assigned_at,
    bookings.c.duration_minutes,
    bookings.c.forced,
)
_LAST_USED = select(func.max(bookings.c.assigned_at)).where(bookings.c.provider_id == providers.c.id).scalar_subquery()

_BOOKING = Prepared(
    select(
        *columns(bookings, BOOKING),
        select(providers.c.version).where(providers.c.id == bookings.c.provider_id).scalar_subquery(),
        select(settings.c.policy).scalar_subquery(),
    ).where(bookings.c.id == bindparam("id"))
)
"""With its provider's version and the settings, since almost every decision on a booking asks for those next."""
_PROVIDER = _by(providers, PROVIDER, providers.c.id == bindparam("id"))
_PROVIDER_VERSION = Prepared(select(providers.c.version).where(providers.c.id == bindparam("id")))
_PROVIDER_HANDLE = _by(providers, PROVIDER, providers.c.handle == bindparam("handle"))
_SERVICE = _by(services, SERVICE, services.c.id == bindparam("id"))
_SERVICE_NAME = _by(services, SERVICE, func.lower(services.c.name) == func.lower(bindparam("name")))
_CUSTOMER = _by(customers, CUSTOMER, customers.c.id == bindparam("id"))
_CUSTOMER_PHONE = Prepared(
    select(*columns(customers, CUSTOMER))
    .where(customers.c.phone == bindparam("phone"))
    .order_by(customers.c.id)
    .limit(1)
)
_SETTING = _by(settings, SETTING, settings.c.id == 1)
_POLICY = Prepared(select(settings.c.policy))
_EVENT = _by(events, EVENT, events.c.id == bindparam("id"))
_LATER = Prepared(
    select(*columns(events, EVENT))
    .where(
        events.c.subject == bindparam("subject"),
        events.c.subject_id == bindparam("subject_id"),
        events.c.version > bindparam("version"),
    )
    .order_by(events.c.version)
)
_LAST_OF = Prepared(
    select(*columns(events, EVENT))
    .where(events.c.subject == bindparam("subject"), events.c.subject_id == bindparam("subject_id"))
    .order_by(events.c.version.desc())
    .limit(1)
)
_JOBS = Prepared(_JOB_COLUMNS.where(IS_ACTIVE).order_by(bookings.c.provider_id, bookings.c.id))
_JOBS_OF = Prepared(_JOB_COLUMNS.where(IS_ACTIVE, bookings.c.provider_id == bindparam("id")).order_by(bookings.c.id))
_ROSTER = Prepared(select(providers.c.id, providers.c.version, _LAST_USED).order_by(providers.c.id))
_USED = Prepared(select(func.max(bookings.c.assigned_at)).where(bookings.c.provider_id == bindparam("id")))
_SERVICE_NAMES = Prepared(select(services.c.name, services.c.id))
_BY_KEY = Prepared(
    select(bookings.c.id).where(
        bookings.c.source == bindparam("source"), bookings.c.external_key == bindparam("external_key")
    )
)
_BY_EMAIL = Prepared(select(providers.c.id).where(func.lower(providers.c.email) == func.lower(bindparam("email"))))
_MAX_ID = {subject: Prepared(select(func.max(table.c.id))) for subject, table in _BY_SUBJECT.items()}


class Snapshot:
    """What is true on one connection.

    Providers are decoded once for each version: `known` is the store's memory of them.
    """

    def __init__(self, connection: Link, known: dict[int, Provider]) -> None:
        self._connection = connection
        self._known = known
        self._roster: tuple[RosterEntry, ...] | None = None
        self._ids: dict[Subject, int] = {}
        self._policy: Policy | None = None
        self._versions: dict[int, int] = {}
        self._services: dict[str, Service] = {}

    def _one(self, prepared: Prepared, codec: Codec[Any], **values: Any) -> Any:
        row = prepared.row(self._connection, **values)
        return None if row is None else codec.decode(row)

    def policy(self) -> Policy:
        """The room's settings."""
        if self._policy is None:
            row = _POLICY.row(self._connection)
            self._policy = _policy_of(row[0] if row else None)
        return self._policy

    def setting(self) -> Setting | None:
        """The settings' row."""
        found: Setting | None = self._one(_SETTING, SETTING)
        return found

    def booking(self, number: int) -> Booking | None:
        """By number."""
        row = _BOOKING.row(self._connection, id=number)
        if row is None:
            return None
        *stored, version, policy = row
        booking = BOOKING.decode(stored)
        if booking.provider_id is not None:
            self._versions[booking.provider_id] = version
        if self._policy is None:
            self._policy = _policy_of(policy)
        return booking

    def provider(self, number: int) -> Provider | None:
        """By number."""
        version = self._versions.get(number)
        if version is None:
            row = _PROVIDER_VERSION.row(self._connection, id=number)
            if row is None:
                return None
            version = row[0]
        known = self._known.get(number)
        if known is None or known.version != version:
            known = self._known[number] = self._one(_PROVIDER, PROVIDER, id=number)
        return known

    def provider_named(self, handle: str) -> Provider | None:
        """By handle."""
        found: Provider | None = self._one(_PROVIDER_HANDLE, PROVIDER, handle=handle)
        return found

    def _present(self, number: int) -> Provider:
        provider = self.provider(number)
        if provider is None:
            raise NotFound(f"There is no provider {number}", provider=number)
        return provider

    def with_jobs(self, provider: Provider) -> RosterEntry:
        """A provider with their jobs, for decisions that do not ask when they were used last."""
        rows = _JOBS_OF.rows(self._connection, id=provider.id)
        return RosterEntry(provider, tuple([_job(row) for row in rows]))

    def entry(self, provider: Provider) -> RosterEntry:
        """A provider with their jobs, and when they were used last."""
        used = _USED.row(self._connection, id=provider.id)
        last = used[0] if used else None
        return RosterEntry(provider, self.with_jobs(provider).jobs, None if last is None else from_ms(last))

    def roster(self) -> tuple[RosterEntry, ...]:
        """Every provider with their jobs, by number."""
        if self._roster is None:
            jobs: dict[int, list[Job]] = {}
            for row in _JOBS.rows(self._connection):
                jobs.setdefault(row[0], []).append(_job(row))
            entries = []
            for number, version, used in _ROSTER.rows(self._connection):
                provider = self._known.get(number)
                if provider is None or provider.version != version:
                    provider = self._known[number] = self._present(number)
                entries.append(
                    RosterEntry(provider, tuple(jobs.get(number, ())), None if used is None else from_ms(used))
                )
            self._roster = tuple(entries)
        return self._roster

    def service(self, number: int) -> Service | None:
        """By number."""
        found: Service | None = self._one(_SERVICE, SERVICE, id=number)
        return found

    def service_named(self, name: str) -> Service | None:
        """By name, whatever the case."""
        if name in self._services:
            return self._services[name]
        found: Service | None = self._one(_SERVICE_NAME, SERVICE, name=name)
        if found is None and not name.isascii():
            # SQLite's lower() knows A to Z only.
            number = self.service_numbers().get(name.lower())
            found = self.service(number) if number is not None else None
        if found is not None:
            self._services[name] = found
        return found

    def service_numbers(self) -> dict[str, int]:
        """Number by lower-case name."""
        return {row[0].lower(): row[1] for row in _SERVICE_NAMES.rows(self._connection)}

    def customer(self, number: int) -> Customer | None:
        """By number."""
        found: Customer | None = self._one(_CUSTOMER, CUSTOMER, id=number)
        return found

    def customer_phoned(self, phone: str) -> Customer | None:
        """The first one with a phone number in its E.164 form."""
        found: Customer | None = self._one(_CUSTOMER_PHONE, CUSTOMER, phone=phone)
        return found

    def booking_of_key(self, source: str, external_key: str) -> int | None:
        """The booking that came from there."""
        row = _BY_KEY.row(self._connection, source=source, external_key=external_key)
        return None if row is None else row[0]

    def provider_of_email(self, email: str) -> int | None:
        """The provider with that address, whatever the case."""
        row = _BY_EMAIL.row(self._connection, email=email)
        return None if row is None else row[0]

    def event(self, number: int) -> Event | None:
        """By number."""
        found: Event | None = self._one(_EVENT, EVENT, id=number)
        return found

    def later(self, event: Event) -> tuple[Event, ...]:
        """What happened to an event's subject since."""
        rows = _LATER.rows(
            self._connection, subject=str(event.subject), subject_id=event.subject_id, version=event.version
        )
        return tuple(EVENT.decode(row) for row in rows)

    def last_event_of(self, subject: Subject, number: int) -> Event | None:
        """The newest event of a subject."""
        found: Event | None = self._one(_LAST_OF, EVENT, subject=str(subject), subject_id=number)
        return found

    def record(self, subject: Subject, number: int) -> Record | None:
        """The row that an event is about."""
        finders: dict[Subject, Callable[[], Record | None]] = {
            Subject.BOOKING: lambda: self.booking(number),
            Subject.PROVIDER: lambda: self.provider(number),
            Subject.SERVICE: lambda: self.service(number),
            Subject.CUSTOMER: lambda: self.customer(number),
            Subject.SETTING: self.setting,
        }
        return finders[subject]()

    def new_id(self, subject: Subject) -> int:
        """The next free number; asked again in the same transaction, the one after."""
        if subject not in self._ids:
            row = _MAX_ID[subject].row(self._connection)
            self._ids[subject] = (row[0] if row else None) or 0
        self._ids[subject] += 1
        return self._ids[subject]


@lru_cache(maxsize=8)
def _policy_of(stored: str | None) -> Policy:
    if stored is None:
        return Policy()
    try:
        return Policy.model_validate_json(stored)
    except ValueError as error:
        raise unreadable("Setting", 1) from error


def _job(row: Any) -> Job:
    _, number, status, start, end, assigned, minutes, forced = row
    try:
        return Job(
            number,
            Status(status),
            None if start is None else from_ms(start),
            None if end is None else from_ms(end),
            from_ms(assigned),
            timedelta(minutes=minutes),
            bool(forced),
        )
    except NEVER_WRITTEN as error:
        raise unreadable("Booking", number) from error
