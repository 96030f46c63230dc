"""Bookings get a borough. It may be missing, so that no row has to be written now; `backfill` fills it in batches."""

from domain.store.migrations import frozen

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The column, and leave to fill it where it is missing."""
    frozen.run(__file__)
