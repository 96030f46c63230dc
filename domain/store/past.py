"""Rows as they were at a moment: the present ones, with what was logged since taken back (`domain.proof.history`).

Only `domain.store` imports this module. Everything is read on one connection, in one snapshot. A single subject costs
its own events since; the board costs all events since, of which only those of subjects that existed then are unpacked;
or, where the moment is nearer to the beginning, all events before it, folded.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, case, func, select

from domain.codec import codec_of_type
from domain.lifecycle import Subject
from domain.proof.history import Key, Past, fold, past_of, record_of, rewound, taken_back
from domain.proof.upcast import changes_of_first
from domain.records import Booking, Customer, Provider, Record, Service
from domain.store.rows import MOST_AT_ONCE
from domain.store.schema import bookings, events
from domain.store.snapshot import TABLES, columns
from domain.views import BookingRow

R = TypeVar("R", bound=Record)
_AT_ONCE = 5_000
_SUBJECTS = {str(subject): subject for subject in Subject}
_KINDS = {subject: (table, record) for record, (table, subject) in TABLES.items()}
_SHOWN = {Subject.SERVICE: {"name"}, Subject.CUSTOMER: {"name", "phone", "email"}}
"""What a booking's row shows of others; nothing changes a provider's handle."""
_OF_FIRST = case((events.c.version == 1, events.c.details))
"""Details are long where many were weighed, and only first events are asked for theirs."""
_STEP = select(events.c.id, events.c.subject, events.c.subject_id, events.c.version, events.c.changes, _OF_FIRST)


class LoggedStep(NamedTuple):
    """An event, as far as going back needs it; its changes are unpacked when they are asked for."""

    id: int
    subject: Subject
    subject_id: int
    version: int
    packed: str
    packed_details: str | None

    @property
    def changes(self) -> dict[str, list[Any]]:
        """Each changed field, before and after."""
        unpacked: dict[str, list[Any]] = json.loads(self.packed)
        details = self.packed_details
        if details is None or self.subject is not Subject.BOOKING:
            return unpacked
        return changes_of_first(unpacked, lambda: json.loads(details))


def steps(connection: Connection, statement: Select[Any]) -> Iterator[LoggedStep]:
    """The events that a statement built on `_STEP` finds, a few thousand at a time."""
    for some in connection.execute(statement.execution_options(yield_per=_AT_ONCE)).partitions():
        for number, subject, *rest in some:
            yield LoggedStep(number, _SUBJECTS[subject], *rest)


def steps_between(
    connection: Connection, after: int, until: int, subject: Subject | None = None, number: int | None = None
) -> Iterator[LoggedStep]:
    """The events above one number up to another: all in order, or of a kind or one subject, each subject's in order."""
    statement = _STEP.where(events.c.id > after, events.c.id <= until)
    if subject is not None:
        statement = statement.where(events.c.subject == str(subject))
    if number is not None:
        statement = statement.where(events.c.subject_id == number)
    if subject is not None:  # along the index of subjects and versions, not through the whole log
        return steps(connection, statement.order_by(events.c.subject_id, events.c.version))
    return steps(connection, statement.order_by(events.c.id))


class PastRows:
    """Rows as of a moment.

    Args:
        connection: A snapshot, which must last as long as this does.
        last_event: The last event that had happened.
    """

    def __init__(self, connection: Connection, last_event: int) -> None:
        self._connection = connection
        self.last_event = last_event
        self._single: dict[tuple[Subject, int], Past | None] = {}

    def record(self, subject: Subject, number: int) -> Record | None:
        """One row, by its own events; None where there was none yet."""
        past = self._one(subject, number)
        if past is None:
            return None
        found: Record = record_of(_KINDS[subject][1], number, past)
        return found

    def _one(self, subject: Subject, number: int) -> Past | None:
        key = subject, number
        if key not in self._single:
            self._single[key] = self._read_one(subject, number)
        return self._single[key]

    def _read_one(self, subject: Subject, number: int) -> Past | None:
        table, record = _KINDS[subject]
        codec = codec_of_type(record)
        row = self._connection.execute(select(*columns(table, codec)).where(table.c.id == number)).first()
        if row is None:
            return None
        own = steps_between(self._connection, self.last_event, 2**62, subject, number)
        back = taken_back(own).get((subject, number))
        return None if back is not None and back.version == 0 else rewound(past_of(codec, row)[1], back)

    def named(self, booking: Booking) -> BookingRow:
        """A booking with the names of that time."""
        service = self.record(Subject.SERVICE, booking.service_id)
        customer = self.record(Subject.CUSTOMER, booking.customer_id)
        provider = self.record(Subject.PROVIDER, booking.provider_id) if booking.provider_id is not None else None
        assert isinstance(service, Service)
        assert isinstance(customer, Customer)
        return BookingRow(
            booking=booking,
            service=service.name,
            customer=customer.name,
            phone=customer.phone,
            email=customer.email,
            provider=provider.handle if isinstance(provider, Provider) else None,
        )

    # The board ------------------------------------------------------------------------------------------------------

    @cached_property
    def _is_folded(self) -> bool:
        """Whether the moment is nearer to the beginning of the log than to its end."""
        newest = self._connection.scalar(select(func.max(events.c.id))) or 0
        return self.last_event < newest - self.last_event

    @cached_property
    def _told(self) -> dict[Key, Past]:
        """Folded, every subject there was; else what to put back into those that were touched since."""
        if self._is_folded:
            return fold(steps_between(self._connection, 0, self.last_event))
        return taken_back(steps_between(self._connection, self.last_event, 2**62))

    @cached_property
    def providers(self) -> dict[int, Provider]:
        """Every provider there was."""
        return dict(self._every(Provider, self._back_of(Subject.PROVIDER)))

    @cached_property
    def services(self) -> dict[int, Service]:
        """Every service there was."""
        return dict(self._every(Service, self._back_of(Subject.SERVICE)))

    def _back_of(self, subject: Subject) -> dict[Key, Past]:
        """What to put back into the rows of a kind that has few events."""
        return taken_back(steps_between(self._connection, self.last_event, 2**62, subject))

    def _every(
        self, record: type[R], back: Mapping[Key, Past], numbers: Collection[int] | None = None
    ) -> Iterator[tuple[int, R]]:
        """The rows of a kind as they were, of all or of some numbers."""
        table, subject = TABLES[record]
        codec = codec_of_type(record)
        statement = select(*columns(table, codec)).order_by(table.c.id)
        parts = [statement] if numbers is None else [statement.where(table.c.id.in_(some)) for some in _parts(numbers)]
        for part in parts:
            for row in self._connection.execute(part):
                number, past = past_of(codec, row)
                put_back = back.get((subject, number))
                if put_back is None or put_back.version:
                    yield number, record_of(record, number, rewound(past, put_back))

    def same(self, numbers: Iterable[int]) -> Iterator[int]:
        """Of some bookings there are now, those that there were, in rows that have not changed, names included."""
        if self._is_folded:
            return iter(())
        differing = self._differing
        return (number for number in numbers if number not in differing)

    @cached_property
    def _differing(self) -> frozenset[int]:
        return frozenset(number for kind, number in self._told if kind is Subject.BOOKING) | self._renamed

    @cached_property
    def _renamed(self) -> frozenset[int]:
        """The bookings in whose rows a name has changed since."""
        found: set[int] = set()
        by = {Subject.SERVICE: bookings.c.service_id, Subject.CUSTOMER: bookings.c.customer_id}
        for subject, column in by.items():
            changed = [
                number
                for (kind, number), past in self._told.items()
                if kind is subject and past.version and not _SHOWN[subject].isdisjoint(past.fields)
            ]
            for some in _parts(changed):
                found.update(self._connection.scalars(select(bookings.c.id).where(column.in_(some))))
        return frozenset(found)

    @cached_property
    def changed(self) -> dict[int, BookingRow]:
        """The bookings there were whose rows are other now, as they were; where the log was folded, all there were."""
        if self._is_folded:
            then = dict(self._folded(Booking))
            owners = dict(self._folded(Customer))
        else:
            gone = {
                number for (kind, number), past in self._told.items() if kind is Subject.BOOKING and not past.version
            }
            then = dict(self._every(Booking, self._told, sorted(self._differing - gone)))
            wanted = {booking.customer_id for booking in then.values()}
            owners = dict(self._every(Customer, self._told, sorted(wanted)))
        return {number: self._row(booking, owners[booking.customer_id]) for number, booking in then.items()}

    def _folded(self, record: type[R]) -> Iterator[tuple[int, R]]:
        _, subject = TABLES[record]
        return (
            (number, record_of(record, number, past)) for (kind, number), past in self._told.items() if kind is subject
        )

    def _row(self, booking: Booking, customer: Customer) -> BookingRow:
        return BookingRow(
            booking=booking,
            service=self.services[booking.service_id].name,
            customer=customer.name,
            phone=customer.phone,
            email=customer.email,
            provider=self.providers[booking.provider_id].handle if booking.provider_id is not None else None,
        )


def _parts(numbers: Collection[int]) -> Iterator[Sequence[int]]:
    """At most so many numbers as one question may name."""
    listed = list(numbers)
    return (listed[start : start + MOST_AT_ONCE] for start in range(0, len(listed), MOST_AT_ONCE))
