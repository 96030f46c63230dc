"""Bookings as rows with the names people know them by, and the conditions that choose among them.

Only the views beside it import this module.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from domain.codec import BOOKING
from domain.errors import NotFound
from domain.policy import Policy
from domain.store.schema import bookings, customers, providers, services, settings
from domain.store.snapshot import columns
from domain.views import BookingFilter, BookingRow

MOST_AT_ONCE = 1_000
"""How many keys or numbers one question may name."""

ROW = (
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


def stored_policy(connection: Connection) -> Policy:
    """The room's settings, the defaults until somebody changed one."""
    stored = connection.scalar(select(settings.c.policy))
    return Policy.model_validate_json(stored) if stored else Policy()


def pairs(connection: Connection, statement: Select[Any]) -> list[tuple[Any, Any]]:
    """The first two columns of every row."""
    return [(row[0], row[1]) for row in connection.execute(statement)]


def rows(connection: Connection, statement: Select[Any]) -> list[BookingRow]:
    """What a statement built on `ROW` finds."""
    return [_booking_row(row) for row in connection.execute(statement)]


def one_booking(connection: Connection, number: int) -> BookingRow:
    """One booking.

    Raises:
        NotFound: There is none of that number.
    """
    found = rows(connection, ROW.where(bookings.c.id == number))
    if not found:
        raise NotFound(f"There is no booking {number}", booking=number)
    return found[0]


def contains(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether a column holds a word anywhere, whatever the case."""
    # SQLite's lower() knows A to Z only: other letters are asked for in each case that people write them in.
    cased = {word} if word.isascii() else {word, word.upper(), word.lower(), word.title()}
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in sorted(cased)))


def conditions(which: BookingFilter) -> list[ColumnElement[bool]]:
    """What a filter demands of a booking; words are looked for in the joined tables of `ROW`."""
    found: list[ColumnElement[bool]] = []
    if which.statuses:
        found.append(bookings.c.status.in_(sorted(str(status) for status in which.statuses)))
    if which.services:
        found.append(bookings.c.service_id.in_(sorted(which.services)))
    if which.provider_id is not None:
        found.append(bookings.c.provider_id == which.provider_id)
    if which.customer_id is not None:
        found.append(bookings.c.customer_id == which.customer_id)
    shown = (
        bookings.c.address,
        bookings.c.notes,
        services.c.name,
        customers.c.name,
        customers.c.phone,
        providers.c.handle,
    )
    for word in which.words:
        matches = [contains(column, word) for column in shown]
        if word.isdecimal():
            matches.append(bookings.c.id == int(word[:15]))
        found.append(or_(*matches))
    return found


def only_bookings(statement: Select[Any], which: BookingFilter) -> Select[Any]:
    """Joined to what the words are searched in only when there are words."""
    if which.words:
        statement = (
            statement.join(services, services.c.id == bookings.c.service_id)
            .join(customers, customers.c.id == bookings.c.customer_id)
            .outerjoin(providers, providers.c.id == bookings.c.provider_id)
        )
    return statement.where(*conditions(which))
