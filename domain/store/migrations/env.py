"""Alembic's entry: one connection, one transaction for all steps, so that a cut-off upgrade leaves what was there.

`config.attributes["url"]` names the database, as SQLAlchemy understands it.
"""

from alembic import context

from domain.store.migrations.connection import engine_of

with engine_of(context.config.attributes["url"]).connect() as connection:
    context.configure(connection=connection, target_metadata=None, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
