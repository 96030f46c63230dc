"""Reads about bookings: the board, the queue, one sheet, and pages of every booking there ever was.

Only `domain.store.views` imports this module.
"""

from array import array
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from domain.actors import Actor
from domain.attention import UNANSWERED_FROM, Need, alert, suggested_line
from domain.availability import shown_status
from domain.clock import from_ms, to_ms
from domain.commands import Command
from domain.decide import decide
from domain.errors import DispatchError
from domain.lifecycle import ACTIVE, NEEDS_PROVIDER, Duty, Status
from domain.matching import Matching, RosterEntry, match
from domain.policy import Policy
from domain.store.booking_pages import page_of
from domain.store.gather import gather
from domain.store.log_views import LogViews, events_of
from domain.store.rows import (
    MOST_AT_ONCE,
    ROW,
    narrowed,
    one_booking,
    only_bookings,
    pairs,
    rows,
    stored_policy,
)
from domain.store.schema import IS_ACTIVE, IS_OPEN, NEEDS_SOMEBODY, bookings
from domain.views import AlertRow, BookingFilter, BookingRow, BookingSheet, EventFilter, Kpis

WEIGHED = 25
"""For so many of the worst it is weighed who could take them: more than a screen shows."""


class BookingViews(LogViews):
    """What is booked."""

    def kpis(self) -> Kpis:
        """The top bar's figures."""
        now = self._now()
        with self._store.read() as connection:
            policy = stored_policy(connection)
            counts = dict(
                pairs(connection, select(bookings.c.status, func.count()).where(IS_OPEN).group_by(bookings.c.status))
            )
            open_not_started = and_(IS_OPEN, bookings.c.status != str(Status.IN_PROGRESS))

            def below(limit: datetime) -> int:
                statement = select(func.count()).select_from(bookings)
                return connection.scalar(statement.where(open_not_started, bookings.c.act_by < to_ms(limit))) or 0

            late = below(now)
            on_duty = [entry for entry in self._roster(connection) if entry.provider.duty is Duty.ON]
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
            policy = stored_policy(connection)
            condition = _needs_a_person(now, policy)
            count = connection.scalar(select(func.count()).select_from(bookings).where(condition)) or 0
            found = rows(connection, ROW.where(condition).order_by(bookings.c.act_by, bookings.c.id).limit(limit))
            roster = self._roster(connection) if found else ()
        alerts: list[AlertRow] = []
        for row in found:
            why = alert(row.booking, now, policy)
            if why is not None:
                weighed = len(alerts) < WEIGHED and why.need is not Need.HELD
                matching = match(row.booking, roster, now, policy) if weighed else None
                line = suggested_line(row.booking, why, matching, now)
                alerts.append(AlertRow(row=row, alert=why, line=line))
        return tuple(alerts), count

    def next_change(self) -> datetime | None:
        """When time alone next changes what needs a person, the figures, or who is free."""
        now, tick = self._now(), timedelta(milliseconds=1)
        with self._store.read() as connection:
            policy = stored_policy(connection)
            earlier = (
                (bookings.c.act_by, IS_OPEN, timedelta(0)),
                (bookings.c.act_by, IS_OPEN, policy.at_risk),
                (bookings.c.offer_until, IS_OPEN, policy.offer_timeout * (1 - UNANSWERED_FROM)),
                (bookings.c.window_start, IS_ACTIVE, timedelta(0)),
                (bookings.c.window_end, IS_ACTIVE, timedelta(0)),
            )
            firsts = [
                select(func.min(column)).where(condition, column >= to_ms(now + by)).scalar_subquery()
                for column, condition, by in earlier
            ]
            found = connection.execute(select(*firsts)).one()
        moments = [from_ms(at) - by for at, (_, _, by) in zip(found, earlier, strict=True) if at is not None]
        return min(moments) + tick if moments else None  # at the very moment nothing is late yet

    def booking(self, number: int) -> BookingRow:
        """One booking."""
        with self._store.read() as connection:
            return one_booking(connection, number)

    def sheet(self, number: int) -> BookingSheet:
        """One booking with its alert, log and candidates."""
        now = self._now()
        with self._store.read() as connection:
            row = one_booking(connection, number)
            policy = stored_policy(connection)
            matching = None
            if row.booking.needs_provider:
                matching = match(row.booking, self._roster(connection), now, policy)
            log = self._named(connection, events_of(connection, EventFilter(booking=number), 0, 2**62, 500))
        return BookingSheet(row=row, alert=alert(row.booking, now, policy), events=log, candidates=matching)

    def refusal(self, command: Command, actor: Actor) -> DispatchError | None:
        """Why a command would be refused now, or None: it would be accepted."""
        now = self._now()
        with self._store.read() as connection:
            try:
                decide(command, actor, gather(self._store.facts(connection), command, actor, now))
            except DispatchError as refusal:
                return refusal
        return None

    def candidates(self, number: int) -> Matching:
        """Who could take a booking now, and why each other could not."""
        with self._store.read() as connection:
            row = one_booking(connection, number)
            return match(row.booking, self._roster(connection), self._now(), stored_policy(connection))

    def weighed(self, number: int) -> tuple[BookingRow, Matching]:
        """One booking, and whom a person could give it to now."""
        with self._store.read() as connection:
            row = one_booking(connection, number)
            roster = self._roster(connection)
            return row, match(row.booking, roster, self._now(), stored_policy(connection), by_system=False)

    def bookings(
        self, which: BookingFilter, *, after: int | None = None, before: int | None = None, limit: int = 256
    ) -> tuple[BookingRow, ...]:
        """A page by falling number."""
        with self._store.read() as connection:
            return page_of(connection, which, self._now(), after, before, limit)

    def booking_numbers(self, which: BookingFilter) -> Sequence[int]:
        """Every matching number, newest first."""
        with self._store.read() as connection:
            policy, known = stored_policy(connection), narrowed(connection, which.all_words, to_page=False)
            statement = only_bookings(select(bookings.c.id), which, self._now(), policy, known)
            return array("q", connection.scalars(statement.order_by(bookings.c.id.desc())))

    def bookings_numbered(self, numbers: Sequence[int]) -> tuple[BookingRow, ...]:
        """The rows of given numbers, in that order."""
        wanted = list(numbers[:MOST_AT_ONCE])
        with self._store.read() as connection:
            found = {row.booking.id: row for row in rows(connection, ROW.where(bookings.c.id.in_(wanted)))}
        return tuple(found[number] for number in wanted if number in found)

    def count(self, which: BookingFilter) -> int:
        """How many match."""
        with self._store.read() as connection:
            policy, known = stored_policy(connection), narrowed(connection, which.all_words, to_page=False)
            counted = only_bookings(select(func.count(bookings.c.id)), which, self._now(), policy, known)
            return connection.scalar(counted) or 0

    def count_by_status(self) -> dict[Status, int]:
        """How many bookings are in each status."""
        statement = select(bookings.c.status, func.count()).group_by(bookings.c.status)
        with self._store.read() as connection:
            return {Status(status): count for status, count in pairs(connection, statement)}

    def _roster(self, connection: Connection) -> tuple[RosterEntry, ...]:
        return self._store.facts(connection).roster()

    def bookings_of(self, customer: int, limit: int = 200) -> tuple[BookingRow, ...]:
        """A customer's bookings, the newest first."""
        return self.bookings(BookingFilter(customer_id=customer), limit=limit)


def _needs_a_person(now: datetime, policy: Policy) -> ColumnElement[bool]:
    """`domain.attention.alert` as a condition; a test holds the two against each other."""
    soon = to_ms(now + policy.at_risk)
    asked_long_ago = to_ms(now + policy.offer_timeout * (1 - UNANSWERED_FROM))
    held = bookings.c.held_since.is_not(None)
    return and_(
        IS_OPEN,
        bookings.c.acked.is_(False),
        or_(
            and_(held, bookings.c.held_until.is_(None)),
            and_(
                ~held,
                or_(
                    NEEDS_SOMEBODY,
                    bookings.c.offer_until <= asked_long_ago,
                    and_(bookings.c.act_by < soon, bookings.c.status != str(Status.IN_PROGRESS)),
                ),
            ),
        ),
    )
