"""What a PostgreSQL database and its server are like: the twin of `status`. Nothing is created or waited for.

Only the shell's database commands and the doctor import this module.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, cast

from domain.store.postgres import CONNECTIONS
from domain.store.postgres_link import PostgresLink, connect, faults, name_of
from domain.store.postgres_migrate import bring_server_up, found_version
from domain.store.prepared import Link
from domain.store.status import DatabaseStatus, contents

_DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
"""The settings without which what was acknowledged may be lost."""
_STANDING = """
SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start)::float AS age FROM pg_stat_activity
WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() UNION ALL
SELECT NULL, quote_literal(gid), extract(epoch FROM clock_timestamp() - prepared)::float FROM pg_prepared_xacts
ORDER BY age DESC NULLS LAST LIMIT 1"""
_CONNECTED = """
SELECT count(*), current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
FROM pg_stat_activity WHERE backend_type = 'client backend'"""
_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus(DatabaseStatus):
    """A database on a server.

    Attributes:
        version: The server's.
        texts: What finds texts: `pg_trgm`, or `trigrams` that the store keeps itself; empty where nothing is yet.
    """

    version: str
    texts: str

    @property
    def about(self) -> str:
        """The kind, the server's version, and what finds texts."""
        texts = f", texts by {self.texts}" if self.texts else ""
        return f"{self.kind} {self.version}{texts}"

    @property
    def own(self) -> dict[str, object]:
        """What only a server has."""
        return {"version": self.version, "texts": self.texts}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHealth:
    """What the doctor looks at on a server.

    Attributes:
        connect_ms: How long it takes to connect.
        answer_ms: How long a question takes that costs nothing, the quickest of three.
        risks: The settings that keep writes from being durable, each with its value.
        only_reads: Whether nothing can be written, as on a standby.
        connected: How many connections there are.
        most: How many there may be.
        each: How many one console may take.
        ahead_s: How far the server's clock is ahead of this machine's.
        standing: The process, program and age in seconds of the oldest transaction that has written, or of one that was
            prepared, its name and no process; None without one.
    """

    connect_ms: float
    answer_ms: float
    risks: dict[str, str]
    only_reads: bool
    connected: int
    most: int
    ahead_s: float
    standing: tuple[int | None, str, float] | None
    each: int = CONNECTIONS


def look_at_server(url: str) -> ServerStatus:
    """What a database is like.

    Raises:
        StoreUnavailable: It cannot be reached, or is not ours.
    """
    name = name_of(url)
    with faults(name), closing(connect(url)) as link:
        schema = found_version(link, name)
        texts = schema and _one(link, "SELECT value FROM meta WHERE key = 'text_index'")
        return ServerStatus(
            name=name,
            kind="PostgreSQL",
            schema=schema,
            size=int(_one(link, "SELECT pg_database_size(current_database())")),
            contents=contents(cast("Link", link), schema),
            version=_one(link, "SHOW server_version").split()[0],
            texts=(texts or "").strip('"'),
        )


def health_of(url: str) -> ServerHealth:
    """How the server is.

    Raises:
        StoreUnavailable: It cannot be reached.
    """
    began = time.perf_counter()
    with faults(name_of(url)), closing(connect(url)) as link:
        connected_s = time.perf_counter() - began
        answers = [_clock_apart(link) for _ in range(3)]
        quickest, ahead = min(answers)
        settings = {name: _one(link, f"SHOW {name}") for name in _DURABLE}
        connected = link.execute(_CONNECTED).fetchone() or (0, 0)
        standing = link.execute(_STANDING).fetchone()
        return ServerHealth(
            connect_ms=connected_s * 1000,
            answer_ms=quickest * 1000,
            risks={name: value for name, value in settings.items() if value == "off"},
            only_reads=_one(link, "SHOW transaction_read_only") == "on",
            connected=connected[0],
            most=connected[1],
            ahead_s=ahead,
            standing=None if standing is None else (standing[0], standing[1], standing[2]),
        )


def bring_up_on_server(url: str, *, progress: Callable[[int], None], rest: bool) -> int:
    """Run what is missing of an upgrade, while others write in between (see `bring_server_up`)."""
    name = name_of(url)
    with faults(name), closing(connect(url)) as link:
        return bring_server_up(link, url, name, progress=progress, rest=rest)


def _clock_apart(link: PostgresLink) -> tuple[float, float]:
    """How long the server took to say its time, in seconds, and how far that is ahead of ours half way."""
    sent = time.time()
    there = float(_one(link, _CLOCK))
    took = time.time() - sent
    return took, there - (sent + took / 2)


def _one(link: PostgresLink, sql: str) -> str:
    row = link.execute(sql.encode()).fetchone()
    return str(row[0]) if row is not None else ""
