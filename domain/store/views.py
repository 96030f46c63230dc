"""The reads behind `domain.views.Views`, each from one snapshot.

Only the engine imports this module.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, text

from domain.attention import UNANSWERED_FROM, alert
from domain.availability import busy_now, job_of, shown_status
from domain.clock import to_ms
from domain.codec import BOOKING, CUSTOMER, EVENT, SERVICE
from domain.errors import NotFound
from domain.lifecycle import ACTIVE, FINAL, NEEDS_PROVIDER, Duty, Standing, Status, Subject
from domain.matching import Matching, RosterEntry, match
from domain.policy import Policy
from domain.records import Customer, Event, Service
from domain.store import schema
from domain.store.schema import bookings, customers, events, providers, services, settings
from domain.store.snapshot import columns
from domain.store.store import Store
from domain.views import (
    AlertRow,
    BookingFilter,
    BookingRow,
    BookingSheet,
    Directory,
    EventFilter,
    EventRow,
    Kpis,
    ProviderRow,
)

_ROW = (
    select(
        *columns(bookings, BOOKING),
        services.c.name.label("service_name"),
        customers.c.name.label("customer_name"),
        customers.c.phone.label("customer_phone"),
        customers.c.email.label("customer_email"),
        providers.c.handle.label("provider_handle"),
    )
    .join(services, services.c.id == bookings.c.service_id)
    .join(customers, customers.c.id == bookings.c.customer_id)
    .outerjoin(providers, providers.c.id == bookings.c.provider_id)
)
_WIDTH = len(BOOKING.names)
_MOST_AT_ONCE = 1_000
_OPEN = text(schema.in_list("bookings.status", set(Status) - FINAL))
_ACTIVE = text(schema.in_list("bookings.status", ACTIVE))
_NEEDS = text(schema.in_list("bookings.status", NEEDS_PROVIDER))


def _booking_row(row: Sequence[Any]) -> BookingRow:
    service, customer, phone, email, provider = row[_WIDTH:]
    return BookingRow(
        booking=BOOKING.decode(row[:_WIDTH]),
        service=service,
        customer=customer,
        phone=phone,
        email=email,
        provider=provider,
    )


class StoreViews:
    """`Views` on one database; `now` is the engine's clock."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def policy(self) -> Policy:
        """The room's settings."""
        with self._store.read() as connection:
            return _policy(connection)

    def last_event(self) -> int:
        """The newest event's number."""
        with self._store.read() as connection:
            return connection.scalar(select(func.max(events.c.id))) or 0

    def kpis(self) -> Kpis:
        """The top bar's figures."""
        now = self._now()
        with self._store.read() as connection:
            policy = _policy(connection)
            counts = dict(
                _pairs(connection, select(bookings.c.status, func.count()).where(_OPEN).group_by(bookings.c.status))
            )
            open_not_started = and_(_OPEN, bookings.c.status != str(Status.IN_PROGRESS))

            def below(limit: datetime) -> int:
                statement = select(func.count()).select_from(bookings)
                return connection.scalar(statement.where(open_not_started, bookings.c.act_by < to_ms(limit))) or 0

            late = below(now)
            on_duty = [entry for entry in self._roster(connection) if entry.provider.duty is not Duty.OFF]
            return Kpis(
                waiting=sum(counts.get(str(status), 0) for status in NEEDS_PROVIDER),
                late=late,
                at_risk=below(now + policy.at_risk) - late,
                active=sum(counts.get(str(status), 0) for status in ACTIVE),
                providers_free=sum(shown_status(entry.provider, entry.jobs, now) == "available" for entry in on_duty),
                providers_on=len(on_duty),
            )

    def attention(self, limit: int = 200) -> tuple[tuple[AlertRow, ...], int]:
        """The worst of what needs a person, and how many there are."""
        now = self._now()
        with self._store.read() as connection:
            policy = _policy(connection)
            condition = _needs_a_person(now, policy)
            count = connection.scalar(select(func.count()).select_from(bookings).where(condition)) or 0
            found = _rows(connection, _ROW.where(condition).order_by(bookings.c.act_by, bookings.c.id).limit(limit))
        rows = [(row, alert(row.booking, now, policy)) for row in found]
        return tuple(AlertRow(row=row, alert=found) for row, found in rows if found is not None), count

    def booking(self, number: int) -> BookingRow:
        """One booking."""
        with self._store.read() as connection:
            return _one_booking(connection, number)

    def sheet(self, number: int) -> BookingSheet:
        """One booking with its alert, log and candidates."""
        now = self._now()
        with self._store.read() as connection:
            row = _one_booking(connection, number)
            policy = _policy(connection)
            matching = None
            if row.booking.needs_provider:
                matching = match(row.booking, self._roster(connection), now, policy)
            log = self._named(connection, _events(connection, EventFilter(booking=number), 0, 2**62, 500))
        return BookingSheet(row=row, alert=alert(row.booking, now, policy), events=log, candidates=matching)

    def candidates(self, number: int) -> Matching:
        """Who could take a booking now, and why each other could not."""
        with self._store.read() as connection:
            row = _one_booking(connection, number)
            return match(row.booking, self._roster(connection), self._now(), _policy(connection))

    def bookings(
        self, which: BookingFilter, *, after: int | None = None, before: int | None = None, limit: int = 256
    ) -> tuple[BookingRow, ...]:
        """A page by falling number."""
        statement = _ROW.where(*_conditions(which)).limit(limit)
        with self._store.read() as connection:
            if before is not None:
                found = _rows(connection, statement.where(bookings.c.id > before).order_by(bookings.c.id))
                return tuple(reversed(found))
            if after is not None:
                statement = statement.where(bookings.c.id < after)
            return tuple(_rows(connection, statement.order_by(bookings.c.id.desc())))

    def booking_numbers(self, which: BookingFilter) -> Sequence[int]:
        """Every matching number, newest first."""
        statement = _only_bookings(select(bookings.c.id), which).order_by(bookings.c.id.desc())
        with self._store.read() as connection:
            return array("q", connection.scalars(statement))

    def bookings_numbered(self, numbers: Sequence[int]) -> tuple[BookingRow, ...]:
        """The rows of given numbers, in that order."""
        wanted = list(numbers[:_MOST_AT_ONCE])
        with self._store.read() as connection:
            found = {row.booking.id: row for row in _rows(connection, _ROW.where(bookings.c.id.in_(wanted)))}
        return tuple(found[number] for number in wanted if number in found)

    def count(self, which: BookingFilter) -> int:
        """How many match."""
        with self._store.read() as connection:
            return connection.scalar(_only_bookings(select(func.count(bookings.c.id)), which)) or 0

    def count_by_status(self) -> dict[Status, int]:
        """How many bookings are in each status."""
        statement = select(bookings.c.status, func.count()).group_by(bookings.c.status)
        with self._store.read() as connection:
            return {Status(status): count for status, count in _pairs(connection, statement)}

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
        names = dict(_pairs(connection, select(services.c.id, services.c.name)))
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        done_today = (
            select(func.count(bookings.c.id))
            .where(bookings.c.provider_id == providers.c.id, bookings.c.assigned_at >= to_ms(midnight))
            .where(bookings.c.status == str(Status.COMPLETED))
            .scalar_subquery()
        )
        done = dict(_pairs(connection, select(providers.c.id, done_today)))
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

    def _roster(self, connection: Connection) -> tuple[RosterEntry, ...]:
        return self._store.facts(connection).roster()

    def jobs_of(self, handle: str) -> tuple[BookingRow, ...]:
        """A provider's active bookings, the earliest start first."""
        statement = _ROW.where(providers.c.handle == handle, _ACTIVE)
        with self._store.read() as connection:
            found = _rows(connection, statement)
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
            .where(customers.c.id > after, *(or_(*(_contains(column, word) for column in shown)) for word in words))
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

    def bookings_of(self, customer: int, limit: int = 200) -> tuple[BookingRow, ...]:
        """A customer's bookings, the newest first."""
        return self.bookings(BookingFilter(customer_id=customer), limit=limit)

    def events(
        self, which: EventFilter, *, after: int = 0, before: int | None = None, limit: int = 500
    ) -> tuple[EventRow, ...]:
        """Events in rising order."""
        with self._store.read() as connection:
            return self._named(connection, _events(connection, which, after, before, limit))

    def event(self, number: int) -> EventRow:
        """One event."""
        with self._store.read() as connection:
            row = connection.execute(select(*columns(events, EVENT)).where(events.c.id == number)).first()
            if row is None:
                raise NotFound(f"There is no event {number}", event=number)
            return self._named(connection, [EVENT.decode(row)])[0]

    def named(self, log: Sequence[Event]) -> tuple[EventRow, ...]:
        """Events with the names of their subjects."""
        if not log:
            return ()
        with self._store.read() as connection:
            return self._named(connection, log)

    def _named(self, connection: Connection, log: Sequence[Event]) -> tuple[EventRow, ...]:
        def names(subject: Subject, table: Any, column: Any) -> dict[int, Any]:
            wanted = {event.subject_id for event in log if event.subject is subject}
            return dict(_pairs(connection, select(table.c.id, column).where(table.c.id.in_(wanted)))) if wanted else {}

        found = {
            Subject.PROVIDER: names(Subject.PROVIDER, providers, providers.c.handle),
            Subject.SERVICE: names(Subject.SERVICE, services, services.c.name),
            Subject.CUSTOMER: names(Subject.CUSTOMER, customers, customers.c.name),
            Subject.SETTING: {1: "settings"},
        }
        wanted = {event.subject_id for event in log if event.subject is Subject.BOOKING}
        owned = (
            select(bookings.c.id, bookings.c.customer_id, providers.c.handle)
            .outerjoin(providers, providers.c.id == bookings.c.provider_id)
            .where(bookings.c.id.in_(wanted))
        )
        owners = {row[0]: (row[1], row[2]) for row in connection.execute(owned)} if wanted else {}
        rows = []
        for event in log:
            if event.subject is Subject.BOOKING:
                customer, holder = owners[event.subject_id]
                rows.append(
                    EventRow(event=event, subject_name=str(event.subject_id), customer_id=customer, holder=holder)
                )
            else:
                rows.append(EventRow(event=event, subject_name=found[event.subject][event.subject_id]))
        return tuple(rows)

    def imported_keys(self, source: str, keys: Sequence[str]) -> set[str]:
        """Which of these external keys of a source are bookings already."""
        statement = select(bookings.c.external_key).where(
            bookings.c.source == source, bookings.c.external_key.in_(keys[:_MOST_AT_ONCE])
        )
        with self._store.read() as connection:
            return set(connection.scalars(statement))

    def customers_at(self, addresses: Sequence[str]) -> dict[str, int]:
        """The customer at each of these addresses, compared without case, where there is one."""
        asked = addresses[:_MOST_AT_ONCE]
        # SQLite's lower() knows A to Z only: other letters are asked for in each case that people write them in.
        spellings = {
            _ascii_lower(cased) for text in asked for cased in (text, text.upper(), text.lower(), text.title())
        }
        statement = select(customers.c.address, customers.c.id, customers.c.status).where(
            func.lower(customers.c.address).in_(spellings)
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
        return Directory(
            handles={handle: number for handle, number, _ in people},
            services={name: number for name, number, _ in known},
            inactive_handles=frozenset(handle for handle, _, active in people if not active),
            inactive_services=frozenset(name for name, _, status in known if status == Standing.INACTIVE),
        )


def _policy(connection: Connection) -> Policy:
    stored = connection.scalar(select(settings.c.policy))
    return Policy.model_validate_json(stored) if stored else Policy()


def _pairs(connection: Connection, statement: Select[Any]) -> list[tuple[Any, Any]]:
    return [(row[0], row[1]) for row in connection.execute(statement)]


def _rows(connection: Connection, statement: Select[Any]) -> list[BookingRow]:
    return [_booking_row(row) for row in connection.execute(statement)]


def _one_booking(connection: Connection, number: int) -> BookingRow:
    found = _rows(connection, _ROW.where(bookings.c.id == number))
    if not found:
        raise NotFound(f"There is no booking {number}", booking=number)
    return found[0]


_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _ascii_lower(text: str) -> str:
    return text.translate(_ASCII_LOWER)


def _contains(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    # SQLite's lower() knows A to Z only: other letters are asked for in each case that people write them in.
    cased = {word} if word.isascii() else {word, word.upper(), word.lower(), word.title()}
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in sorted(cased)))


def _conditions(which: BookingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if which.statuses:
        conditions.append(bookings.c.status.in_(sorted(str(status) for status in which.statuses)))
    if which.services:
        conditions.append(bookings.c.service_id.in_(sorted(which.services)))
    if which.provider_id is not None:
        conditions.append(bookings.c.provider_id == which.provider_id)
    if which.customer_id is not None:
        conditions.append(bookings.c.customer_id == which.customer_id)
    shown = (
        bookings.c.address,
        bookings.c.notes,
        services.c.name,
        customers.c.name,
        customers.c.phone,
        providers.c.handle,
    )
    for word in which.words:
        matches = [_contains(column, word) for column in shown]
        if word.isdecimal():
            matches.append(bookings.c.id == int(word[:15]))
        conditions.append(or_(*matches))
    return conditions


def _only_bookings(statement: Select[Any], which: BookingFilter) -> Select[Any]:
    """Joined to what the words are searched in only when there are words."""
    if which.words:
        statement = (
            statement.join(services, services.c.id == bookings.c.service_id)
            .join(customers, customers.c.id == bookings.c.customer_id)
            .outerjoin(providers, providers.c.id == bookings.c.provider_id)
        )
    return statement.where(*_conditions(which))


def _needs_a_person(now: datetime, policy: Policy) -> ColumnElement[bool]:
    """`domain.attention.alert` as a condition; a test holds the two against each other."""
    soon = to_ms(now + policy.at_risk)
    asked_long_ago = to_ms(now + policy.offer_timeout * (1 - UNANSWERED_FROM))
    held = bookings.c.held_since.is_not(None)
    return and_(
        _OPEN,
        bookings.c.acked.is_(False),
        or_(
            and_(held, bookings.c.held_until.is_(None)),
            and_(
                ~held,
                or_(
                    _NEEDS,
                    bookings.c.offer_until <= asked_long_ago,
                    and_(bookings.c.act_by < soon, bookings.c.status != str(Status.IN_PROGRESS)),
                ),
            ),
        ),
    )


def _events(connection: Connection, which: EventFilter, after: int, before: int | None, limit: int) -> list[Event]:
    statement = select(*columns(events, EVENT)).limit(limit)
    if which.booking is not None:
        statement = statement.where(events.c.subject == str(Subject.BOOKING), events.c.subject_id == which.booking)
    if which.action is not None:
        statement = statement.where(events.c.action == which.action)
    if which.actor is not None:
        role, _, name = which.actor.partition(":")
        statement = statement.where(events.c.role == role)
        if name:
            statement = statement.where(events.c.actor_id == name)
    if before is not None:
        newest = statement.where(events.c.id < before).order_by(events.c.id.desc())
        return [EVENT.decode(row) for row in reversed(connection.execute(newest).all())]
    rising = statement.where(events.c.id > after).order_by(events.c.id)
    return [EVENT.decode(row) for row in connection.execute(rising)]
