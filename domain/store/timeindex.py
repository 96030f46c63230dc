"""The index of the log's times: of each stretch of events the earliest and the latest, since clocks may be set back.

A time says nothing certain about numbers, so an index of every event's time would not tell the last one before a moment
without reading all of them. SQLite keeps the stretches in a table; PostgreSQL's own block ranges are that. Only
`domain.store` imports this module.
"""

from typing import Final

STRETCH: Final = 1_024
"""Numbers in a stretch: as many events are looked at to find the one that is meant."""
STRETCHES: Final = "stretches"


def sqlite_time_index() -> list[str]:
    """The stretches, and what closes one whoever writes: a number far enough on, since no lower one comes any more."""
    closed = f"coalesce((SELECT max(until) FROM {STRETCHES}), 1)"
    return [
        f"CREATE TABLE {STRETCHES} (until INTEGER NOT NULL PRIMARY KEY, earliest BIGINT NOT NULL,"
        " latest BIGINT NOT NULL)",
        # The first condition spares most events the second.
        f"CREATE TRIGGER events_stretch AFTER INSERT ON events WHEN NEW.id % 32 = 0 AND NEW.id >= {closed} + {STRETCH}"
        " BEGIN"
        f" INSERT INTO {STRETCHES} (until, earliest, latest) SELECT NEW.id, min(at), max(at) FROM events"
        f" WHERE id >= {closed} AND id < NEW.id HAVING count(*) > 0; END",
    ]


_BLOCK_RANGES: Final = "CREATE INDEX events_by_time ON events USING brin (at, (id + 0)) WITH (autosummarize = on)"
"""It knows `id + 0`, so that no planner takes the primary key in its stead."""
_HALVED: Final = (
    "WITH RECURSIVE halves (low, high, later) AS (SELECT CAST(0 AS bigint), newest + 1, newest + 1"
    " FROM (SELECT coalesce(max(id), 0) AS newest FROM events) AS log UNION ALL"
    " SELECT CASE WHEN found.at <= moment THEN found.id ELSE low END,"
    " CASE WHEN found.at <= moment THEN high ELSE (low + high) / 2 END,"
    " CASE WHEN found.at > moment THEN found.id ELSE later END"
    " FROM halves LEFT JOIN LATERAL (SELECT id, at FROM events WHERE id >= (low + high) / 2 AND id < high"
    " ORDER BY id LIMIT 1) AS found ON true WHERE high - low > 1),"
    " met AS MATERIALIZED (SELECT low, later FROM halves WHERE high - low <= 1)"
)
"""Two neighbours between which the log passes a moment: the answer, if no clock was ever set back."""


def postgres_time_functions() -> list[str]:
    """The outermost event by its time; beyond the neighbours their planner has nothing to ask but the block ranges."""
    settings = "SET enable_seqscan = off SET jit = off SET max_parallel_workers_per_gather = 0"
    return [
        f"CREATE FUNCTION dispatcher_{which}_event(moment bigint) RETURNS bigint LANGUAGE sql STABLE {settings}"
        f" AS $$ {_HALVED} SELECT coalesce((SELECT {outermost}(id + 0) FROM events WHERE at {side} moment"
        f" AND id + 0 {past} (SELECT {neighbour} FROM met)), (SELECT {neighbour} FROM met)) $$"
        for which, outermost, side, past, neighbour in (
            ("last", "max", "<=", ">", "low"),
            ("first", "min", ">", "<", "later"),
        )
    ]


def postgres_time_index() -> list[str]:
    """The block ranges, and the questions that are put to them."""
    return [_BLOCK_RANGES, *postgres_time_functions()]
