"""A page of bookings by number, which costs about the same wherever it lies and whatever it is narrowed to.

Only the views beside it import this module. First the numbers are found, then the rows of those few are read: what has
to be sorted is numbers, not rows with all their names.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from domain.answers.finding import milliseconds
from domain.clock import to_ms
from domain.criteria import BookingFilter, Measure
from domain.store.rows import COMMON_SHARE, ROW, conditions, narrowed, rows, stored_policy
from domain.store.schema import bookings
from domain.views import BookingRow

_NUMBERS: Final = range(2**62)
_UNINDEXED: Final[ColumnElement[int]] = bookings.c.requested_at + 0
"""The time of request, by which no planner goes: whether its index is worth it is asked here."""


def page_of(
    connection: Connection, which: BookingFilter, now: datetime, after: int | None, before: int | None, limit: int
) -> tuple[BookingRow, ...]:
    """Bookings by falling number: those below `after`, or with `before` the last ones above it."""
    is_upwards, begins_at = before is not None, after if before is None else before
    known = narrowed(connection, which.all_words, to_page=True) if which.all_words else {}
    wanted = conditions(which, now, stored_policy(connection), known, _UNINDEXED)
    order: ColumnElement[int] = bookings.c.id
    numbers = _NUMBERS
    requested = _Requested(connection, which, now)
    if requested.are_few():
        wanted.append(bookings.c.id.in_(requested.numbers))
        order = bookings.c.id + 0  # sorted: along the primary key they would be looked for among all
    else:
        numbers = requested.spread(begins_at, is_upwards=is_upwards)
    if begins_at is not None and is_upwards:
        numbers = range(max(numbers.start, begins_at + 1), numbers.stop)
    elif begins_at is not None:
        numbers = range(numbers.start, min(numbers.stop, begins_at))
    # Only what narrows: for a range of the primary key SQLite would leave a better index.
    if numbers.start > _NUMBERS.start:
        wanted.append(bookings.c.id >= numbers.start)
    if numbers.stop < _NUMBERS.stop:
        wanted.append(bookings.c.id < numbers.stop)
    if not is_upwards:
        order = order.desc()
    if which.all_words:
        statement = ROW.where(*wanted)
    else:
        statement = ROW.where(bookings.c.id.in_(select(bookings.c.id).where(*wanted).order_by(order).limit(limit)))
    found = rows(connection, statement.order_by(order).limit(limit))
    return tuple(reversed(found) if is_upwards else found)


class _Requested:
    """The bookings that were asked for within a span of time, by the index of that.

    Their numbers say little of their times, since an import keeps the real ones.
    """

    def __init__(self, connection: Connection, which: BookingFilter, now: datetime) -> None:
        self._connection = connection
        self._start = max((at for at, is_start in _edges(which, now) if is_start), default=None)
        self._end = min((at for at, is_start in _edges(which, now) if not is_start), default=None)
        self._within: list[ColumnElement[bool]] = []
        if self._start is not None:
            self._within.append(bookings.c.requested_at >= self._start)
        if self._end is not None:
            self._within.append(bookings.c.requested_at < self._end)
        self.numbers = select(bookings.c.id).where(*self._within)

    def are_few(self) -> bool:
        """Whether it is sooner to read them all than to go from booking to booking until enough of them are found."""
        if not self._within:
            return False
        enough = (self._connection.scalar(select(func.max(bookings.c.id))) or 0) // COMMON_SHARE
        some = self.numbers.limit(enough).subquery()
        return (self._connection.scalar(select(func.count()).select_from(some)) or 0) < enough

    def spread(self, begins_at: int | None, *, is_upwards: bool) -> range:
        """The numbers among which all of them lie, as far as a page has to know that: where it would find no end.

        Args:
            begins_at: The number behind which the page begins.
            is_upwards: Whether it goes to higher numbers.
        """
        near, far = (self._start, self._end) if is_upwards else (self._end, self._start)
        begins_among = near is None or (begins_at is not None and self._has(begins_at))
        if begins_among and far is None:
            return _NUMBERS
        # Without the addition they would be looked for along the primary key, through all the others.
        number = bookings.c.id + 0
        ends = select(func.min(number), func.max(number)).where(*self._within)
        lowest, highest = self._connection.execute(ends).one()
        return range(lowest or 0, (highest or 0) + 1)

    def _has(self, number: int) -> bool:
        return self._connection.scalar(self.numbers.where(bookings.c.id == number)) is not None


def _edges(which: BookingFilter, now: datetime) -> Iterator[tuple[int, bool]]:
    """The milliseconds from which on, or before which, a booking was asked for; and which of both they are."""
    for period in which.periods:
        if period.start is not None:
            yield to_ms(period.start), True
        if period.end is not None:
            yield to_ms(period.end), False
    for limit in which.limits:
        if limit.measure is Measure.AGE:
            at = to_ms(now) - milliseconds(limit.length)
            yield (at, False) if limit.above else (at + 1, True)
