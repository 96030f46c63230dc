"""Times get an index: which part of the log a moment means is found without reading it.

On PostgreSQL it is built while others write; a step that was cut off left at most an index that counts for nothing.
"""

from alembic import op

from domain.store.migrations import frozen

revision = "0004"
down_revision = "0003"

_BUILT_BESIDE_WRITERS = (
    "DROP INDEX CONCURRENTLY IF EXISTS events_by_time",
    "CREATE INDEX CONCURRENTLY events_by_time ON events USING brin (at, (id + 0)) WITH (autosummarize = on)",
)


def upgrade() -> None:
    """SQLite reads the log once; PostgreSQL does so outside of any transaction, and what was done before it stays."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            for statement in _BUILT_BESIDE_WRITERS:
                op.get_bind().exec_driver_sql(statement)
    frozen.run(__file__)
