"""What a proof reads through the driver: the log and rows as they are stored, which no codec has looked at.

Only `proof` and `proof_of_choices` import this module.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Final

from domain.codec import codec_of_type
from domain.lifecycle import Subject
from domain.proof.audit import COLUMNS
from domain.store.prepared import is_postgres
from domain.store.snapshot import TABLES

_AT_ONCE = 5_000
_ROWS_AT_ONCE = 500
_LOG: Final = f"SELECT {', '.join(COLUMNS)} FROM events"
_KINDS = {subject: (table, codec_of_type(record)) for record, (table, subject) in TABLES.items()}


def log(driver: Any, until: int | None = None) -> Iterator[list[Sequence[Any]]]:
    """Every event, a few thousand at a time, as the driver gives them: half of the time of SQLAlchemy's rows.

    Args:
        driver: The driver's connection.
        until: The number of the last event to read.
    """
    wanted = "" if until is None else f" WHERE id <= {until:d}"
    # A cursor with a name is one that PostgreSQL's server keeps, which need not send the whole log at once.
    with closing(driver.cursor("log") if is_postgres(driver) else driver.cursor()) as cursor:
        cursor.execute(f"{_LOG}{wanted} ORDER BY id")
        while part := cursor.fetchmany(_AT_ONCE):
            yield part


def rows_of(driver: Any, subject: Subject, numbers: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows by their numbers, with their stored values by name."""
    table, codec = _KINDS[subject]
    names = [name for name in codec.names if name != "id"]
    rows = f"SELECT id, {', '.join(names)} FROM {table.name} WHERE id IN "
    # As it is stored: SQLite keeps any number in the place of a yes or no, and not all of them are told apart later.
    mark = "%s" if is_postgres(driver) else "?"
    with closing(driver.cursor()) as cursor:
        for start in range(0, len(numbers), _ROWS_AT_ONCE):
            some = numbers[start : start + _ROWS_AT_ONCE]
            cursor.execute(f"{rows}({', '.join([mark] * len(some))})", some)
            for row in cursor.fetchall():
                yield row[0], dict(zip(names, row[1:], strict=True))
