"""Reads of the figures that are kept: what a year costs does not depend on how many bookings there are.

Only the views beside it import this module.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, cast, func, select

from domain.daily import PROVIDER, ROOM, SERVICE, DayFigures, day_of, days
from domain.errors import InvalidInput, NotFound
from domain.store.prepared import Prepared, is_postgres
from domain.store.schema import daily, providers, services
from domain.store.snapshot import Snapshot
from domain.store.store import Store

MOST_DAYS: Final = 3_660
USUAL: Final = timedelta(days=13)
_SERVICE = Prepared(select(services.c.id).where(func.lower(services.c.name) == func.lower(bindparam("name"))))
_PROVIDER = Prepared(select(providers.c.id).where(providers.c.handle == bindparam("handle")))
_WHERE = (
    daily.c.dimension == bindparam("dimension"),
    daily.c.ref == bindparam("ref"),
    daily.c.day >= bindparam("first"),
    daily.c.day <= bindparam("last"),
)
_COUNTS = Prepared(select(daily.c.day, daily.c.status, daily.c.count).where(*_WHERE))
_SUMS = Prepared(
    # Many write there, each in a slot of its own: the server adds them up, so that they need not all be fetched.
    select(daily.c.day, daily.c.status, cast(func.sum(daily.c.count), BigInteger))
    .where(*_WHERE)
    .group_by(daily.c.day, daily.c.status)
)


class DailyViews:
    """How many bookings came into each status, day by day."""

    _store: Store
    _now: Callable[[], datetime]

    def figures(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        service: str | None = None,
        provider: str | None = None,
    ) -> tuple[DayFigures, ...]:
        """Each day from the first to the last, also those on which nothing happened."""
        with self._store.raw() as link:
            dimension, ref = ROOM, 0
            if service is not None:
                dimension, ref = SERVICE, _number(_SERVICE.row(link, name=service))
                if not ref:
                    raise NotFound(f"There is no service {service!r}", service=service)
            if provider is not None:
                dimension, ref = PROVIDER, _number(_PROVIDER.row(link, handle=provider))
                if not ref:
                    raise NotFound(f"There is no provider {provider!r}", provider=provider)
            last = last or date.fromisoformat(day_of(self._now(), Snapshot(link, {}).policy().zone))
            first = first or last - USUAL
            if not 0 <= (last - first).days < MOST_DAYS:
                raise InvalidInput(f"from {first} to {last} are no days, or more than {MOST_DAYS:,}")
            counts = _SUMS if is_postgres(link) else _COUNTS
            counted = counts.rows(link, dimension=dimension, ref=ref, first=first.isoformat(), last=last.isoformat())
        known: dict[str, dict[str, int]] = {day: {} for day in days(first, last)}
        for day, status, count in counted:
            if (came := known.get(day)) is not None:  # None: no day that this program wrote
                came[status] = came.get(status, 0) + count
        return tuple(map(DayFigures, known, known.values()))


def _number(row: Sequence[Any] | None) -> int:
    return 0 if row is None else row[0]
