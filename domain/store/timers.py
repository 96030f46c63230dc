"""Which timers are due, and which parked bookings could be served now. Only `domain.due` and the engine import it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)

from domain.availability import busy_now
from domain.clock import from_ms, to_ms
from domain.codec import BOOKING, NEVER_WRITTEN
from domain.errors import StoreUnavailable
from domain.jumps import Jump
from domain.ladder import CLOCKS_AGREE_WITHIN, longest_wait
from domain.lifecycle import Duty
from domain.matching import RosterEntry, match
from domain.policy import Policy
from domain.store.prepared import Prepared
from domain.store.schema import GIVE_UP_DUE, NEEDS_SOMEBODY, bookings, providers
from domain.store.snapshot import columns
from domain.store.store import Store

_NEVER: Final = 0
_ALWAYS: Final = 2**62
_IS_PARKED = text("parked_at IS NOT NULL AND held_since IS NULL")
_RUNNING = text("held_since IS NULL")


def _due(timer: Column[Any], *conditions: Any, by: Index | None = None) -> tuple[Prepared, Prepared]:
    """(numbers that are due, least slack first; the earliest time of all)."""
    running = (timer.is_not(None), *conditions)
    numbers = (
        select(bookings.c.id)
        .where(timer <= bindparam("now"), *running)
        .order_by(bookings.c.act_by, bookings.c.id)
        .limit(bindparam("most"))
    )
    return Prepared(numbers, by), Prepared(select(func.min(timer)).where(*running), by)


class _Wait(NamedTuple):
    """A timer that ends a wait: what has run out, what a clock that was set back would keep for ever, the earliest."""

    out: Prepared
    left_behind: Prepared
    first: Prepared


def _wait(timer: Column[Any], began: ColumnElement[Any]) -> _Wait:
    """The wait of `domain.ladder.is_over`, and of whoever saw the clock being set: the wait's own length."""
    running = (timer.is_not(None), _RUNNING)

    def numbers(*conditions: Any) -> Prepared:
        chosen = select(bookings.c.id).where(*conditions, *running)
        return Prepared(chosen.order_by(bookings.c.act_by, bookings.c.id).limit(bindparam("most")))

    is_a_wait = (timer - began).between(0, bindparam("longest"))
    began_before_a_jump = and_(began <= bindparam("before"), timer > bindparam("steady"), is_a_wait)
    return _Wait(
        numbers(timer <= bindparam("now"), not_(began_before_a_jump)),
        numbers(
            timer > bindparam("now"),
            timer <= bindparam("steady"),
            began > bindparam("latest"),
            is_a_wait,
        ),
        Prepared(select(func.min(timer)).where(*running)),
    )


_ATTEMPT_BEGAN = case(
    (bookings.c.attempted_at > bookings.c.status_since, bookings.c.attempted_at), else_=bookings.c.status_since
)
_ATTEMPTS = _wait(bookings.c.attempt_at, _ATTEMPT_BEGAN)
_OFFERS = _wait(bookings.c.offer_until, bookings.c.status_since)
# Left to itself SQLite goes by the status, and reads every booking that waits.
_GIVE_UPS = _due(bookings.c.give_up_at, _RUNNING, NEEDS_SOMEBODY, by=GIVE_UP_DUE)
_HOLDS = _due(bookings.c.held_until)
_BREAKS = Prepared(
    select(providers.c.handle)
    .where(providers.c.break_until <= bindparam("now"), providers.c.break_until.is_not(None))
    .order_by(providers.c.break_until, providers.c.id)
    .limit(bindparam("most"))
)
_FIRST_BREAK = Prepared(select(func.min(providers.c.break_until)).where(providers.c.break_until.is_not(None)))
_ANY_PARKED = Prepared(select(bookings.c.id).where(_IS_PARKED).limit(1))
_PARKED = select(*columns(bookings, BOOKING)).where(_IS_PARKED)
_SERVICE: ColumnElement[int] = literal_column("+bookings.service_id", bookings.c.service_id.type)
"""The plus keeps SQLite from reading all bookings of the services, where few of them are parked."""


class Wakeable(NamedTuple):
    """Which parked bookings could be served now.

    Attributes:
        pairs: (parked booking, free provider): as many as there are free providers who suit, most urgent first.
        stuck: What was passed over, the first of it, because somebody changed it; or None.
    """

    pairs: list[tuple[int, str]]
    stuck: StoreUnavailable | None


class Timers:
    """What the loop asks the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _numbers(self, prepared: Prepared, now: datetime, most: int) -> list[Any]:
        with self._store.raw() as connection:
            return [row[0] for row in prepared.rows(connection, now=to_ms(now), most=most)]

    def holds_ended(self, now: datetime, most: int) -> list[int]:
        """Held bookings whose `until` has come."""
        return self._numbers(_HOLDS[0], now, most)

    def breaks_ended(self, now: datetime, most: int) -> list[str]:
        """Handles of providers whose break is over."""
        return self._numbers(_BREAKS, now, most)

    def offers_lapsed(self, now: datetime, most: int, policy: Policy, jump: Jump | None = None) -> list[int]:
        """Bookings whose offer nobody answered in time; after a jump of the clock that was seen, in that much time."""
        return self._over(_OFFERS, policy.offer_timeout, now, most, jump)

    def attempts_due(self, now: datetime, most: int, policy: Policy, jump: Jump | None = None) -> list[int]:
        """Bookings whose ladder has its next attempt now; after a jump of the clock that was seen, after its wait."""
        return self._over(_ATTEMPTS, longest_wait(policy), now, most, jump)

    def _over(self, wait: _Wait, longest: timedelta, now: datetime, most: int, jump: Jump | None) -> list[int]:
        values = {
            "now": to_ms(now),
            "longest": longest // timedelta(milliseconds=1),
            "steady": _ALWAYS if jump is None else to_ms(jump.steady(now)),
        }
        before = _NEVER if jump is None else to_ms(jump.before)
        latest = to_ms(now + CLOCKS_AGREE_WITHIN)
        with self._store.raw() as connection:
            out = wait.out.rows(connection, **values, most=most, before=before)
            behind = wait.left_behind.rows(connection, **values, most=most - len(out), latest=latest)
        return [row[0] for row in (*out, *behind)]

    def hopeless(self, now: datetime, most: int) -> list[int]:
        """Bookings that the system stops waiting for."""
        return self._numbers(_GIVE_UPS[0], now, most)

    def wakeable(self, now: datetime, policy: Policy) -> Wakeable:
        """Whom a parked booking could be offered to now."""
        with self._store.raw() as connection:
            if _ANY_PARKED.row(connection) is None:
                return Wakeable([], None)
        with self._store.read() as connection:
            on_duty = {
                entry.provider.id: entry
                for entry in self._store.facts(connection).roster()
                if entry.provider.duty is Duty.ON and entry.provider.skills
            }
            free_now = {number for number, entry in on_duty.items() if busy_now(entry.jobs, now) is None}
            pairs: list[tuple[int, str]] = []
            stuck: StoreUnavailable | None = None
            for row in connection.execute(_parked_for(on_duty.values(), free_now)):
                try:
                    booking = BOOKING.decode(row)
                    # A provider at work cannot take an on-demand booking, so only windows are held against everybody.
                    those = [
                        entry
                        for number, entry in on_duty.items()
                        if booking.service_id in entry.provider.skills and (number in free_now or not booking.on_demand)
                    ]
                    best = match(booking, those, now, policy).best
                except (StoreUnavailable, *NEVER_WRITTEN) as error:
                    stuck = stuck or _stuck(row.id, error)
                    continue  # nobody can decide on it, and it keeps nobody from the others
                if best is not None:
                    pairs.append((booking.id, best.handle))
                    del on_duty[best.provider_id]
                    if not on_duty:
                        break
            return Wakeable(pairs, stuck)

    def next_at(self) -> datetime | None:
        """When the earliest timer is due."""
        earliest: Iterable[Prepared] = (_ATTEMPTS.first, _OFFERS.first, _GIVE_UPS[1], _HOLDS[1], _FIRST_BREAK)
        with self._store.raw() as connection:
            rows = [prepared.row(connection) for prepared in earliest]
        times = [row[0] for row in rows if row is not None and row[0] is not None]
        return from_ms(min(times)) if times else None


def _stuck(number: int, error: Exception) -> StoreUnavailable:
    if isinstance(error, StoreUnavailable):
        return error
    what = f"Nobody can be chosen for booking {number} ({error}): somebody changed a row"
    return StoreUnavailable(f"{what}; dispatcher verify says where")


def _parked_for(on_duty: Iterable[RosterEntry], free_now: set[int]) -> Select[Any]:
    """Parked bookings that anybody's skill and time could fit, most urgent first."""
    ever = {skill for entry in on_duty for skill in entry.provider.skills}
    at_once = {skill for entry in on_duty if entry.provider.id in free_now for skill in entry.provider.skills}
    return _PARKED.where(
        or_(
            and_(bookings.c.window_start.is_(None), _SERVICE.in_(sorted(at_once))),
            and_(bookings.c.window_start.is_not(None), _SERVICE.in_(sorted(ever))),
        )
    ).order_by(bookings.c.act_by, bookings.c.id)
