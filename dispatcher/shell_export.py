"""`dispatcher export`: a whole table as JSON, one row a line, by number. Two equal databases give the same bytes.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from dispatcher.output import Output, plain
from dispatcher.settings import Settings
from domain.engine import Engine
from domain.visibility import require_admin

PAGE = 500


def export(settings: Settings, output: Output, *, table: str, file: str | None) -> int:
    """Print a table, as it stands when the command begins to read it; a page at a time, whatever its size.

    Args:
        settings: The database, and who asks: only an admin may.
        output: Standard output.
        table: events, bookings, providers, services, customers or settings.
        file: The file to write instead.

    Raises:
        Forbidden: They are no admin.
        StoreUnavailable: The file cannot be written.
    """
    require_admin(settings.actor, "export")
    with closing(Engine.open(settings.url)) as engine, output.into(file) as write:
        for row in _rows(engine, table):
            write(json.dumps(row, default=plain))
    return 0


def _rows(engine: Engine, table: str) -> Iterator[dict[str, Any]]:
    after = 0
    while page := engine.views.stored(table, after=after, limit=PAGE):
        yield from page
        after = page[-1]["id"]
