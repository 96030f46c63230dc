"""Finding a few among a million by a piece of a text, against LIKE on the raw driver over the same texts."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any, Final

import psycopg
import pytest

from domain.criteria import BookingFilter
from tests.benchmarks.conftest import Figures
from tests.domain.world import World

Look = Callable[[], object]
TERMS: Final = {
    "a name": ("thippe", "customers.name"),
    "a phone number": ("+12000791900", "customers.phone"),
    "an address": ("105 Mirr", "bookings.address"),
    "a note": ("quirk", "bookings.notes"),
    "nothing there": ("qqzzjj", "bookings.notes"),
}
_TEXTS: Final = (
    *(f"bookings.{column}" for column in ("address", "borough", "notes")),
    *(f"customers.{column}" for column in ("name", "phone", "email")),
)
_JOINED: Final = "bookings JOIN customers ON customers.id = bookings.customer_id"
MOST: Final = 256


def like(columns: tuple[str, ...], term: str, *, postgres: bool) -> str:
    """The newest bookings one of whose texts holds a term, as anybody would ask."""
    holds = "ILIKE" if postgres else "LIKE"
    where = " OR ".join(f"{column} {holds} '%{term}%'" for column in columns)
    return f"SELECT bookings.id FROM {_JOINED} WHERE {where} ORDER BY bookings.id DESC LIMIT {MOST}"


def median_s(look: Look, times: int) -> float:
    """How long it usually takes once the pages are in memory."""
    look()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        look()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def tell_search(world: World, kind: str, figures: Figures) -> None:
    """Each term through the engine, to LIKE over the one column that holds it, and over all that are searched."""
    postgres = world.engine.path is None
    with closing(psycopg.connect(world.url) if postgres else sqlite3.connect(world.url)) as raw:

        def ask(sql: str) -> list[Any]:
            return raw.execute(sql).fetchall()

        for what, (term, column) in TERMS.items():
            which = BookingFilter(words=(term,))
            found = [row.booking.id for row in world.engine.views.bookings(which, limit=MOST)]
            assert found == [row[0] for row in ask(like(_TEXTS, term, postgres=postgres))]
            own = median_s(partial(world.engine.views.bookings, which, limit=MOST), 9)
            one = median_s(partial(ask, like((column,), term, postgres=postgres)), 3)
            every = median_s(partial(ask, like(_TEXTS, term, postgres=postgres)), 3)
            figures.add(
                f"{kind}: {what} ({len(found)} found)",
                f"{own * 1000:.2f} ms",
                f"LIKE of one column {one / own:,.0f} x, of all {every / own:,.0f} x",
            )


@pytest.mark.timeout(1800)
def test_finding_rare_texts_among_a_million(million: World, million_kind: str, figures: Figures) -> None:
    tell_search(million, million_kind, figures)
