"""The figures that are kept: how many bookings came into each status on each local day. Pure; anything may import it.

A booking counts for the room, for its service, and for the provider who has it or has just lost it. Undoing counts as
coming into a status again: the figures tell what happened, not what is left.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.clock import from_ms, to_ms

ROOM: Final = "room"
SERVICE: Final = "service"
PROVIDER: Final = "provider"


class Came(NamedTuple):
    """One figure's place: `dimension` and `ref` say of whom (the room is 0), `day` is an ISO date."""

    dimension: str
    ref: int
    day: str
    status: str


class DayFigures(NamedTuple):
    """A local day: how many bookings came into each status; those that none came into are left out."""

    day: str
    counts: Mapping[str, int]


def came_into(
    status: str, at: datetime, zone: str, *, service: int, provider: int | None, provider_before: int | None
) -> tuple[Came, ...]:
    """The figures that rise by one when a booking comes into a status.

    Args:
        status: The status that it comes into.
        at: When.
        zone: The room's zone, by its IANA name, as it was set then.
        service: The booking's service.
        provider: Who has it afterwards.
        provider_before: Who had it.
    """
    return came_on(day_of(at, zone), status, service=service, provider=provider, provider_before=provider_before)


def came_on(
    day: str, status: str, *, service: int, provider: int | None, provider_before: int | None
) -> tuple[Came, ...]:
    """The same for a day that is known already."""
    counted = Came(ROOM, 0, day, status), Came(SERVICE, service, day, status)
    who = provider if provider is not None else provider_before
    return counted if who is None else (*counted, Came(PROVIDER, who, day, status))


def day_of(at: datetime, zone: str) -> str:
    """The local day of a moment."""
    return _day_of_second(to_ms(at) // 1000, zone)


def days(first: date, last: date) -> list[str]:
    """Each day from the first to the last."""
    return [date.fromordinal(number).isoformat() for number in range(first.toordinal(), last.toordinal() + 1)]


@lru_cache(maxsize=8)
def _day_of_second(second: int, zone: str) -> str:
    """Remembered, since days begin on whole seconds in every zone, and a busy room writes many events in one."""
    return from_ms(second * 1000).astimezone(_zone(zone)).date().isoformat()


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
