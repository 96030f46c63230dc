"""Filling a new column of a large table: in batches, each its own short transaction, so that others write in between.

It may be cut off at any moment and begun again: what is filled stays, and what is missing is found by looking. Only
`domain.store` imports this module.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import URL, Connection, text

from domain.proof.upcast import borough_of
from domain.store.migrations.connection import engine_of

BATCH: Final = 1_000

Turn = Callable[[], AbstractContextManager[None]]
"""Held while writing: the write gate, or nothing where the caller holds it already."""

_MISSING = text(
    "SELECT bookings.id, events.details FROM bookings LEFT JOIN events ON events.subject = 'booking'"
    " AND events.subject_id = bookings.id AND events.version = 1"
    " WHERE bookings.id > :after AND bookings.borough IS NULL ORDER BY bookings.id LIMIT :most"
)
_FILL = text("UPDATE bookings SET borough = :borough WHERE id = :id AND borough IS NULL")


def fill_boroughs(url: URL, turn: Turn) -> Iterator[int]:
    """Give each booking without a borough the one that its first event names, else an empty one.

    Args:
        url: The database, at step 0002.
        turn: Held around each batch.

    Yields:
        How many were filled so far, after each batch.
    """
    filled, after = 0, 0
    engine = engine_of(url)
    while True:
        with turn(), engine.begin() as connection:
            last, count = _batch(connection, after)
        if not count:
            return
        filled, after = filled + count, last
        yield filled


def _batch(connection: Connection, after: int) -> tuple[int, int]:
    """Fill the next ones behind a number; the last of them, and how many they were."""
    rows = [
        {"id": number, "borough": borough_of(json.loads(details or "{}"))}
        for number, details in connection.execute(_MISSING, {"after": after, "most": BATCH})
    ]
    if rows:
        connection.execute(_FILL, rows)
    return (rows[-1]["id"] if rows else after), len(rows)
