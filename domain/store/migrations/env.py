"""Alembic's entry: one connection, one transaction for all steps, so that a cut-off upgrade leaves what was there."""

from typing import Any

from alembic import context
from sqlalchemy import URL, Connection, NullPool, create_engine, event

engine = create_engine(URL.create("sqlite", database=str(context.config.attributes["database"])), poolclass=NullPool)


@event.listens_for(engine, "connect")
def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    # The driver's own way begins none before CREATE, and would keep half a schema.
    connection.isolation_level = None


@event.listens_for(engine, "begin")
def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
