"""The SQL that a step runs: frozen in a file beside it, one for each database, so that later code cannot change it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from alembic import op

_BETWEEN: Final = "\n;\n"


def run(step: str) -> None:
    """Run a step's script for the database at hand.

    Args:
        step: The step's `__file__`; its script is called the same, with the dialect's name before `.sql`.
    """
    connection = op.get_bind()
    script = Path(step).with_suffix(f".{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in script.split(_BETWEEN):
        if statement.strip():
            connection.exec_driver_sql(statement)


def script_of(statements: Iterable[str]) -> str:
    """The frozen form of statements: what a new step's `.sql` files are written with."""
    return _BETWEEN.join(statement.strip() for statement in statements) + "\n"
