"""Whole tables a page at a time, as they are stored: what an export prints.

Only the views beside it import this module.
"""

from typing import Any, Final

from sqlalchemy import Connection, Table, select

from domain.codec import BOOKING, CUSTOMER, EVENT, PROVIDER, SERVICE, SETTING, Codec
from domain.store.schema import bookings, customers, events, providers, services, settings

_EXPORTED: Final[dict[str, tuple[Table, Codec[Any]]]] = {
    "events": (events, EVENT),
    "bookings": (bookings, BOOKING),
    "providers": (providers, PROVIDER),
    "services": (services, SERVICE),
    "customers": (customers, CUSTOMER),
    "settings": (settings, SETTING),
}


def page(connection: Connection, name: str, after: int, limit: int) -> list[dict[str, Any]]:
    """The rows of a table above a number, each by column; what the database reckons from other columns is left out.

    Args:
        connection: A snapshot.
        name: The table.
        after: The number after which the page begins.
        limit: How many rows at most.
    """
    table, codec = _EXPORTED[name]
    wanted = [column for column in table.columns if column.computed is None and column.name != "kind"]
    statement = select(*wanted).where(table.c.id > after).order_by(table.c.id).limit(limit)
    return [_read(codec, row._mapping) for row in connection.execute(statement)]


def _read(codec: Codec[Any], row: Any) -> dict[str, Any]:
    known = {name: row[name] for name in row if name in codec.names}
    return {**row, **codec.fields(known)}
