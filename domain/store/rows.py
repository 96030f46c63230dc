"""Bookings as rows with the names people know them by, and the conditions that choose among them.

Only the views beside it import this module.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, true, union, union_all

from domain.answers.finding import BEFORE_WORDS, ascii_lower, begins_words, milliseconds, number_meant, spellings
from domain.clock import to_ms
from domain.codec import BOOKING
from domain.criteria import BookingTraits, Limit, Mark, Measure, Period
from domain.errors import NotFound
from domain.lifecycle import FINAL, Status
from domain.policy import Policy
from domain.store.schema import (
    IS_ACTIVE,
    IS_OPEN,
    NEEDS_SOMEBODY,
    bookings,
    customers,
    providers,
    services,
    settings,
)
from domain.store.snapshot import columns
from domain.store.textindex import LEAST_INDEXED
from domain.store.textsearch import rows_with
from domain.views import BookingFilter, BookingRow

MOST_AT_ONCE = 1_000
"""How many keys or numbers one question may name."""
Narrowed = dict[str, ColumnElement[bool]]
"""By word, what holds of every booking that shows it."""
_NOTHING_KNOWN: Narrowed = {}
COMMON_SHARE = 200
"""A word is common where one booking in so many may show it: a page of them lies within a few ten thousand bookings."""

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
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in spellings(word)))


def _begins_word(column: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    """Whether a word of a column begins with a term."""
    beginnings = [column.istartswith(spelling, autoescape=True) for spelling in spellings(term)]
    beginnings += [contains(column, f"{before}{term}") for before in BEFORE_WORDS]
    return and_(contains(column, term), or_(*beginnings))


def shows(term: str, among: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Whether what a booking shows holds a term; looked for in the joined tables of `ROW`.

    Args:
        term: The term.
        among: What is known to hold of every booking that shows it; by default what the index of texts says.
    """
    shown = (
        bookings.c.address,
        bookings.c.borough,
        bookings.c.notes,
        services.c.name,
        customers.c.name,
        customers.c.phone,
        customers.c.email,
        providers.c.handle,
    )
    holds = _begins_word if begins_words(term) else contains
    found = [holds(column, term) for column in shown]
    number = number_meant(term)
    if number is not None:
        found.append(bookings.c.id == number)
    if len(term) < LEAST_INDEXED:
        return or_(*found)
    return and_(bookings.c.id.in_(union(*_may_show(term))) if among is None else among, or_(*found))


def _may_show(term: str) -> list[Select[int]]:
    """What the index of texts leaves of all bookings, in parts; the condition beside it decides."""

    def of(column: ColumnElement[Any], those: Select[int]) -> Select[int]:
        return select(bookings.c.id).where(column.in_(those))

    parts = [
        rows_with("bookings", term),
        of(bookings.c.customer_id, rows_with("customers", term)),
        of(bookings.c.service_id, select(services.c.id).where(contains(services.c.name, term))),
        of(bookings.c.provider_id, select(providers.c.id).where(contains(providers.c.handle, term))),
    ]
    if (number := number_meant(term)) is not None:
        parts.append(select(bookings.c.id).where(bookings.c.id == number))
    return parts


def narrowed(connection: Connection, words: Iterable[str], *, to_page: bool) -> Narrowed:
    """What the index of texts knows of words, asked beforehand: planners guess badly how many bookings it leaves.

    Args:
        connection: The snapshot.
        words: What is looked for.
        to_page: Whether only a page is wanted: one of a common word is found sooner without the index.
    """
    enough = (connection.scalar(select(func.max(bookings.c.id))) or 0) // COMMON_SHARE
    known: Narrowed = {}
    for word in words:
        if len(word) < LEAST_INDEXED or not enough:
            continue
        some = union_all(*_may_show(word)).limit(enough)
        found = connection.scalars(some).all()
        if len(found) < enough:
            known[word] = bookings.c.id.in_(sorted({*found}) if len(found) <= MOST_AT_ONCE else some)
        elif to_page:
            known[word] = true()
    return known


def conditions(
    which: BookingFilter,
    now: datetime,
    policy: Policy,
    known: Narrowed = _NOTHING_KNOWN,
    requested_at: ColumnElement[int] = bookings.c.requested_at,
) -> list[ColumnElement[bool]]:
    """What a filter demands of a booking: `domain.answers.finding.matches` as conditions on `ROW`.

    Args:
        which: What is asked for.
        now: The moment that lateness, slack, waiting and age are reckoned at.
        policy: The room's settings: what counts as at risk.
        known: What the index of texts was asked beforehand.
        requested_at: How the time of request is named: as the column, whose index a planner may go by.
    """
    found = [*_traits(which, now, policy, known, requested_at)]
    found += [case((trait, 1), else_=0) == 0 for trait in _traits(which.unless, now, policy, known, requested_at)]
    if which.provider_id is not None:
        found.append(bookings.c.provider_id == which.provider_id)
    if which.customer_id is not None:
        found.append(bookings.c.customer_id == which.customer_id)
    return found


def _traits(
    wanted: BookingTraits, now: datetime, policy: Policy, known: Narrowed, requested_at: ColumnElement[int]
) -> Iterator[ColumnElement[bool]]:
    if wanted.statuses:
        statuses = sorted(str(status) for status in wanted.statuses)
        # Most bookings are completed: those of several statuses are found by number, not sorted by it.
        by_number = len(statuses) > 1 and Status.COMPLETED in wanted.statuses
        yield (func.coalesce(bookings.c.status, "") if by_number else bookings.c.status).in_(statuses)
    if wanted.services:
        # So are those of several services: each has a good part of all.
        service = func.coalesce(bookings.c.service_id, 0) if len(wanted.services) > 1 else bookings.c.service_id
        yield service.in_(sorted(wanted.services))
    if wanted.providers:
        with_one = bookings.c.provider_id.in_(sorted(one for one in wanted.providers if one is not None))
        yield or_(with_one, bookings.c.provider_id.is_(None)) if None in wanted.providers else with_one
    if wanted.customers:
        yield bookings.c.customer_id.in_(sorted(wanted.customers))
    if wanted.boroughs:
        yield _same_text(bookings.c.borough, wanted.boroughs)
    if wanted.priorities:
        yield bookings.c.priority.in_(sorted(wanted.priorities))
    if wanted.sources:
        yield _same_text(func.coalesce(bookings.c.source, ""), wanted.sources)
    yield from (_marked(mark, now, policy) for mark in sorted(wanted.marks))
    yield from (_beyond(limit, now, requested_at) for limit in wanted.limits)
    for period in wanted.periods:
        yield and_(true(), *within(requested_at, period))
    yield from (shows(word, known.get(word)) for word in wanted.words)


def within(column: ColumnElement[int], period: Period) -> Iterator[ColumnElement[bool]]:
    """Whether a stored moment lies in a period."""
    if period.start is not None:
        yield column >= to_ms(period.start)
    if period.end is not None:
        yield column < to_ms(period.end)


def _same_text(column: ColumnElement[Any], wanted: Iterable[str]) -> ColumnElement[bool]:
    return func.lower(column).in_(sorted({ascii_lower(spelling) for one in wanted for spelling in spellings(one)}))


_HAS_SLACK = and_(IS_OPEN, bookings.c.status != str(Status.IN_PROGRESS))


def _marked(mark: Mark, now: datetime, policy: Policy) -> ColumnElement[bool]:
    match mark:
        case Mark.LATE:
            return and_(_HAS_SLACK, bookings.c.act_by < to_ms(now))
        case Mark.RISK:
            soon = to_ms(now + policy.at_risk)
            return and_(_HAS_SLACK, bookings.c.act_by >= to_ms(now), bookings.c.act_by < soon)
        case Mark.WAITING:
            return and_(true(), NEEDS_SOMEBODY)
        case Mark.HELD:
            return bookings.c.held_since.is_not(None)
        case Mark.FORCED:
            return bookings.c.forced.is_(True)
        case Mark.PARKED:
            return bookings.c.parked_at.is_not(None)
        case Mark.OPEN:
            return and_(true(), IS_OPEN)
        case Mark.ACTIVE:
            return and_(true(), IS_ACTIVE)
        case Mark.FINAL:
            return bookings.c.status.not_in(sorted(str(status) for status in set(Status) - FINAL))


def _beyond(limit: Limit, now: datetime, requested_at: ColumnElement[int]) -> ColumnElement[bool]:
    at, length = to_ms(now), milliseconds(limit.length)
    if limit.measure is Measure.SLACK:
        bound = bookings.c.act_by > at + length if limit.above else bookings.c.act_by < at + length
        return and_(_HAS_SLACK, bound)
    since = bookings.c.recorded_at if limit.measure is Measure.WAITING else requested_at
    bound = since < at - length if limit.above else since > at - length
    return and_(NEEDS_SOMEBODY, bound) if limit.measure is Measure.WAITING else bound


def only_bookings(
    statement: Select[Any], which: BookingFilter, now: datetime, policy: Policy, known: Narrowed = _NOTHING_KNOWN
) -> Select[Any]:
    """Joined to what the words are searched in only when there are words."""
    if which.all_words:
        statement = (
            statement.join(services, services.c.id == bookings.c.service_id)
            .join(customers, customers.c.id == bookings.c.customer_id)
            .outerjoin(providers, providers.c.id == bookings.c.provider_id)
        )
    return statement.where(*conditions(which, now, policy, known))
