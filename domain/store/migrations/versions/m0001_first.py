"""The first schema."""

from domain.store.migrations import frozen

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Everything, in the order written."""
    frozen.run(__file__)
