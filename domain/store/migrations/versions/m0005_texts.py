"""New rows are taken into SQLite's index of texts once a commit, no longer one by one by a trigger.

What the index holds stays as it is. PostgreSQL keeps its texts by triggers as before: there they cost little.
"""

from alembic import op

from domain.store.migrations import frozen

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A matter of milliseconds, whatever the room holds."""
    if op.get_bind().dialect.name == "sqlite":
        frozen.run(__file__)
