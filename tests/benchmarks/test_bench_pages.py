"""Any page costs about what the first one does, however deep it lies and whatever it is narrowed to."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import pytest

from domain.criteria import EVERY_BOOKING, BookingFilter, EventFilter, Limit, Mark, Measure, Period
from domain.lifecycle import Action, Status
from tests.benchmarks.conftest import Figures
from tests.benchmarks.millions import YEAR_MS
from tests.domain.world import START, World

ROWS: Final = 256
TIMES: Final = int(os.environ.get("DISPATCHER_BENCH_TIMES", "9"))
MIDDLE: Final = START - timedelta(milliseconds=YEAR_MS / 2)
Page = Callable[[], Sequence[object]]

BOOKINGS: Final[dict[str, BookingFilter]] = {
    "every booking": EVERY_BOOKING,
    "completed": BookingFilter(statuses=frozenset({Status.COMPLETED})),
    "cancelled": BookingFilter(statuses=frozenset({Status.CANCELLED})),
    "rejected or no-show": BookingFilter(statuses=frozenset({Status.REJECTED, Status.NO_SHOW})),
    "cancelled or completed": BookingFilter(statuses=frozenset({Status.CANCELLED, Status.COMPLETED})),
    "one service": BookingFilter(services=frozenset({3})),
    "two services": BookingFilter(services=frozenset({3, 5})),
    "one provider": BookingFilter(providers=frozenset({7})),
    "with nobody": BookingFilter(providers=frozenset({None})),
    "one borough": BookingFilter(boroughs=frozenset({"bronx"})),
    "one priority": BookingFilter(priorities=frozenset({1})),
    "two days in the middle": BookingFilter(periods=frozenset({Period(MIDDLE, MIDDLE + timedelta(days=2))})),
    "older than half a year": BookingFilter(limits=frozenset({Limit(Measure.AGE, True, timedelta(days=183))})),
    "waiting over an hour": BookingFilter(limits=frozenset({Limit(Measure.WAITING, True, timedelta(hours=1))})),
    "all but completed": BookingFilter(unless=BookingFilter(statuses=frozenset({Status.COMPLETED}))),
    "late in a borough": BookingFilter(marks=frozenset({Mark.LATE}), boroughs=frozenset({"queens"})),
    **{str(mark): BookingFilter(marks=frozenset({mark})) for mark in Mark},
    "a word that many show": BookingFilter(words=("sink",)),
    "a word and a status": BookingFilter(words=("mirror",), statuses=frozenset({Status.CANCELLED})),
    "a short word": BookingFilter(words=("an",)),
    "a provider's own": BookingFilter(provider_id=7),
    "a customer's own": BookingFilter(customer_id=7),
}
EVENTS: Final[dict[str, EventFilter]] = {
    "every event": EventFilter(),
    "one action": EventFilter(actions=frozenset({Action.CREATE})),
    "one actor": EventFilter(actors=frozenset({"admin:ana"})),
    "two days in the middle": EventFilter(periods=frozenset({Period(MIDDLE, MIDDLE + timedelta(days=2))})),
}


def spent(pages: Iterable[tuple[str, Page]]) -> dict[str, float]:
    """The least time of each page in seconds, since whatever else the machine does only adds; they take turns."""
    named = dict(pages)
    times: dict[str, list[float]] = {name: [] for name in named}
    for turn in range(TIMES + 1):
        for name, page in named.items():
            began = time.perf_counter()
            page()
            if turn:  # the first is for bringing it into memory
                times[name].append(time.perf_counter() - began)
    return {name: min(took) for name, took in times.items()}


def booking_pages(world: World, which: BookingFilter) -> Iterator[tuple[str, Page]]:
    """The first page, and others by the numbers between which they lie: as a reader who goes on from row to row."""
    views = world.engine.views
    yield "first", lambda: views.bookings(which, limit=ROWS)
    oldest = views.bookings(which, before=0, limit=ROWS)
    newest = views.bookings(which, limit=1)
    if not oldest:
        return
    for name, number in (("middle", newest[0].booking.id // 2), ("last", oldest[0].booking.id + 1)):
        yield name, partial(views.bookings, which, after=number, limit=ROWS)
        yield f"{name}, back", partial(views.bookings, which, before=number - ROWS, limit=ROWS)
    if which == EVERY_BOOKING:
        numbers = views.booking_numbers(which)
        for name, at in (("first", 0), ("middle", len(numbers) // 2), ("last", len(numbers) - ROWS)):
            yield f"{name}, by number", partial(views.bookings_numbered, numbers[at : at + ROWS])


def event_pages(world: World, which: EventFilter) -> Iterator[tuple[str, Page]]:
    """The newest page first, as the log shows it; then pages back to the oldest, and forward from there."""
    views, newest = world.engine.views, world.engine.newest()
    yield "first", partial(views.events, which, before=2**62, limit=ROWS)
    for name, number in (("middle", newest // 2), ("last", 2 * ROWS)):
        yield name, partial(views.events, which, before=number, limit=ROWS)
        yield f"{name}, forward", partial(views.events, which, after=number, limit=ROWS)


def tell_pages(world: World, kind: str, figures: Figures) -> None:
    """Measure every page of every filter; the slowest of each to its first stands in the table."""
    listings = [(f"bookings, {name}", booking_pages(world, which)) for name, which in BOOKINGS.items()]
    listings += [(f"log, {name}", event_pages(world, which)) for name, which in EVENTS.items()]
    for what, pages in listings:
        took = spent(pages)
        first = took.pop("first")
        if not took:
            continue  # nothing fits
        worst = max(took, key=lambda place: took[place])
        ms = f"{first * 1000:.2f}, {took[worst] * 1000:.2f} ms"
        figures.add(f"{kind}: {what}: first page, worst other", ms, f"{took[worst] / first:.2f} ({worst})")


@pytest.mark.timeout(1800)
def test_any_page_at_a_million_bookings(million: World, million_kind: str, figures: Figures) -> None:
    tell_pages(million, million_kind, figures)


@pytest.mark.timeout(1800)
def test_a_year_of_figures_at_a_million_bookings(million: World, million_kind: str, figures: Figures) -> None:
    tell_year(million, million_kind, figures)


def tell_year(world: World, kind: str, figures: Figures) -> None:
    """What a year of figures costs in this room."""
    first, last = date(2025, 8, 3), date(2026, 8, 2)
    took = spent([("year", partial(world.engine.views.figures, first, last))])
    figures.add(f"{kind}: a year of figures", f"{took['year'] * 1000:.2f} ms")


@pytest.mark.timeout(1800)
def test_a_look_back_over_half_a_year_at_a_million_bookings(
    million: World, million_kind: str, figures: Figures
) -> None:
    tell_look_back(million, million_kind, figures)


def tell_look_back(world: World, kind: str, figures: Figures) -> None:
    """What it costs to see one booking as it was half a year ago, and as it was a moment ago."""

    def then(moment: datetime) -> Sequence[object]:
        with world.engine.views.as_of(moment) as past:
            return (past.booking(1),)

    took = spent([("first", partial(then, START)), ("middle", partial(then, MIDDLE))])
    ms = f"{took['first'] * 1000:.2f}, {took['middle'] * 1000:.2f} ms"
    figures.add(f"{kind}: a look back: a moment, half a year", ms, f"{took['middle'] / took['first']:.2f}")
