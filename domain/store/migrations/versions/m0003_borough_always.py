"""A booking's borough is always there, empty where the source named none.

A row that the backfill has not reached stops this step, and everything stays as it was.
"""

from alembic import op

from domain.store.migrations import frozen

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """SQLite builds the table again; PostgreSQL checks the rows while others go on writing."""
    frozen.run(__file__)
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        astray = connection.exec_driver_sql("PRAGMA foreign_key_check(bookings)").first()
        if astray is not None:
            raise RuntimeError(f"booking {astray[1]} refers to something in {astray[2]} that is not there")
