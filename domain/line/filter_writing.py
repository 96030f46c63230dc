"""From a filter to its text: the inverse of `filters.parse`, on any day.

May be imported by anything; it imports no table.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from typing import Any, Final

from domain.criteria import (
    BookingFilter,
    BookingTraits,
    EventFilter,
    EventTraits,
    Limit,
    ProviderFilter,
    ProviderTraits,
)
from domain.lifecycle import Status
from domain.line.dates import write_length, write_period
from domain.line.scan import is_plain, quote
from domain.line.sought import NONE
from domain.views import Directory


def render(which: BookingFilter, directory: Directory, zone: tzinfo) -> str:
    """The text that means a filter for bookings; what a role is narrowed to is no part of it.

    Args:
        which: What is asked for.
        directory: The names of services and providers.
        zone: The zone of the days in it.
    """
    return _joined(_bookings(which, directory, zone), _bookings(which.unless, directory, zone))


def render_events(which: EventFilter, zone: tzinfo) -> str:
    """The text that means a filter for events; `booking`, `action` and `actor`, which narrow it, are no part of it."""
    return _joined(_events(which, zone), _events(which.unless, zone))


def render_providers(which: ProviderFilter) -> str:
    """The text that means a filter for providers."""
    return _joined(_providers(which), _providers(which.unless))


def written(name: str) -> str:
    """A value behind a key: in quotes, unless it is one plain word."""
    return name if is_plain(name) and "," not in name and name != NONE else quote(name)


def _joined(wanted: Iterable[str], unwanted: Iterable[str]) -> str:
    return " ".join([*wanted, *(f"-{term}" for term in unwanted)])


def _bookings(traits: BookingTraits, directory: Directory, zone: tzinfo) -> Iterator[str]:
    services = {number: name for name, number in directory.services.items()}
    handles: dict[int | None, str] = {number: handle for handle, number in directory.handles.items()}
    yield from _keyed("status", (one for one in Status if one in traits.statuses), lambda one: str(one).lower())
    yield from _keyed("service", sorted(traits.services), lambda one: written(services.get(one, f"#{one}")))
    yield from _keyed("provider", traits.providers, lambda one: handles.get(one, NONE if one is None else f"#{one}"))
    yield from _keyed("customer", sorted(traits.customers), str)
    yield from _keyed("borough", sorted(traits.boroughs), _name)
    yield from _keyed("priority", sorted(traits.priorities), str)
    yield from _keyed("source", sorted(traits.sources), _name)
    yield from sorted(traits.marks)
    yield from sorted(map(_limit, traits.limits))
    yield from sorted(term for period in traits.periods for term in write_period(period, zone))
    yield from map(quote, traits.words)


def _events(traits: EventTraits, zone: tzinfo) -> Iterator[str]:
    yield from _keyed("booking", sorted(traits.bookings), str)
    yield from _keyed("actor", sorted(traits.actors), written)
    yield from _keyed("action", sorted(traits.actions), str)
    yield from sorted(term for period in traits.periods for term in write_period(period, zone))
    yield from map(quote, traits.words)


def _providers(traits: ProviderTraits) -> Iterator[str]:
    yield from _keyed("status", sorted(traits.shown), str)
    yield from _keyed("skill", sorted(traits.skills), written)
    yield from map(quote, traits.words)


def _keyed(key: str, values: Iterable[Any], write: Callable[[Any], str]) -> Iterator[str]:
    said = ",".join(sorted(map(write, values)))
    if said:
        yield f"{key}:{said}"


_SIGN: Final = {True: ">", False: "<"}


def _limit(limit: Limit) -> str:
    return f"{limit.measure}{_SIGN[limit.above]}{write_length(limit.length)}"


def _name(name: str) -> str:
    return written(name) if name else NONE
