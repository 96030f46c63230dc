"""How steps and backfills reach the database: connections that begin what is one transaction as one."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event


def engine_of(url: URL) -> Engine:
    """An engine without a pool; on SQLite each transaction takes the write lock as it begins."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    # The driver's own way begins none before CREATE, and would keep half a schema.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
