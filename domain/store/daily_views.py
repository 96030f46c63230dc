"""Reads of the figures that are kept: what a year costs does not depend on how many bookings there are.

Only the views beside it import this module.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, cast, func, select

from domain.daily import PROVIDER, ROOM, SERVICE, DayFigures, day_of, days
from domain.errors import InvalidInput, NotFound
from domain.lifecycle import Status
from domain.store.prepared import Prepared
from domain.store.schema import daily, providers, services
from domain.store.snapshot import Snapshot
from domain.store.store import Store

MOST_DAYS: Final = 3_660
USUAL: Final = timedelta(days=13)
_STATUSES: Final = tuple(str(status) for status in Status)
_SERVICE = Prepared(select(services.c.id).where(func.lower(services.c.name) == func.lower(bindparam("name"))))
_PROVIDER = Prepared(select(providers.c.id).where(providers.c.handle == bindparam("handle")))
_COUNTS = Prepared(
    # A row for each day, not for each day and status: fetching them takes most of the time.
    select(
        daily.c.day,
        *(cast(func.sum(daily.c.count).filter(daily.c.status == status), BigInteger) for status in _STATUSES),
    )
    .where(daily.c.dimension == bindparam("dimension"), daily.c.ref == bindparam("ref"))
    .where(daily.c.day >= bindparam("first"), daily.c.day <= bindparam("last"))
    .group_by(daily.c.day)
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
            counted = _COUNTS.rows(link, dimension=dimension, ref=ref, first=first.isoformat(), last=last.isoformat())
        known = {
            row[0]: {status: count for status, count in zip(_STATUSES, row[1:], strict=True) if count}
            for row in counted
        }
        return tuple(DayFigures(day, known.get(day, {})) for day in days(first, last))


def _number(row: Sequence[Any] | None) -> int:
    return 0 if row is None else row[0]
