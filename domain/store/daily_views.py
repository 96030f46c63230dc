"""Reads of the figures that are kept: what a year costs does not depend on how many bookings there are.

Only the views beside it import this module.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from domain.daily import PROVIDER, ROOM, SERVICE, DayFigures, day_of, days
from domain.errors import InvalidInput, NotFound
from domain.store.rows import stored_policy
from domain.store.schema import daily, providers, services
from domain.store.store import Store

MOST_DAYS: Final = 3_660
USUAL: Final = timedelta(days=13)


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
        with self._store.read() as connection:
            dimension, ref = ROOM, 0
            if service is not None:
                named = select(services.c.id).where(func.lower(services.c.name) == func.lower(service))
                dimension, ref = SERVICE, connection.scalar(named) or 0
                if not ref:
                    raise NotFound(f"There is no service {service!r}", service=service)
            if provider is not None:
                dimension, ref = PROVIDER, connection.scalar(select(providers.c.id).filter_by(handle=provider)) or 0
                if not ref:
                    raise NotFound(f"There is no provider {provider!r}", provider=provider)
            last = last or date.fromisoformat(day_of(self._now(), stored_policy(connection).zone))
            first = first or last - USUAL
            if not 0 <= (last - first).days < MOST_DAYS:
                raise InvalidInput(f"from {first} to {last} are no days, or more than {MOST_DAYS:,}")
            counts = (
                select(daily.c.day, daily.c.status, func.sum(daily.c.count))
                .where(daily.c.dimension == dimension, daily.c.ref == ref)
                .where(daily.c.day >= first.isoformat(), daily.c.day <= last.isoformat())
                .group_by(daily.c.day, daily.c.status)
            )
            found: dict[str, dict[str, int]] = {day: {} for day in days(first, last)}
            for day, status, count in connection.execute(counts):
                found[day][status] = int(count)
        return tuple(DayFigures(day, counted) for day, counted in found.items())
