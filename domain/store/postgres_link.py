"""How a connection to PostgreSQL is made, and how sentences call the database.

Only `domain.store` imports this module.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import SQLAlchemyError

from domain.store.postgres_faults import translate

WRITE_DEADLINE_S: Final = 5.0
"""How long a write waits for rows that others hold before it is refused as StoreBusy."""
_CONNECT_WITHIN_S: Final = 5
_GONE_AFTER_MS: Final = 3000
"""A server that acknowledges nothing for so long is taken for lost, however silent its network is."""
_PREPARE_AFTER: Final = 2
"""Executions after which the server keeps a statement's plan; almost every one of ours comes back."""


class PostgresLink(psycopg.Connection[tuple[Any, ...]]):
    """A connection that statements know PostgreSQL by."""

    is_postgres: ClassVar[bool] = True


def connect(url: str, *, autocommit: bool = True) -> PostgresLink:
    """A connection as every part of the store uses it.

    Raises:
        psycopg.OperationalError: The server cannot be reached, or lets us not in.
    """
    asked = conninfo_to_dict(url).get("options") or os.environ.get("PGOPTIONS") or ""
    return PostgresLink.connect(
        url,
        autocommit=autocommit,
        connect_timeout=_CONNECT_WITHIN_S,
        application_name="dispatcher",
        prepare_threshold=_PREPARE_AFTER,
        tcp_user_timeout=_GONE_AFTER_MS,
        options=f"{asked} -c timezone=UTC -c lock_timeout={int(WRITE_DEADLINE_S * 1000)}",
    )


def name_of(url: str) -> str:
    """How sentences call a database: its address without the password."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    query = parts.query
    if "password" in query:
        query = urlencode([(key, value) for key, value in parse_qsl(query) if "password" not in key])
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}{at}{host}", query=query))


@contextmanager
def faults(name: str) -> Iterator[None]:
    """The driver's errors leave as ours, also those that SQLAlchemy wraps, or stumbles over when it tidies up."""
    try:
        yield
    except psycopg.Error as error:
        raise translate(error, name) from error
    except SQLAlchemyError as error:
        if (said := _said_by_driver(error)) is None:
            raise
        raise translate(said, name) from error


def _said_by_driver(error: BaseException | None) -> psycopg.Error | None:
    """What was behind an error at first."""
    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__ or error.__context__
    return error
