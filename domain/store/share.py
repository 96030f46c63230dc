"""Several creations in one transaction: what they need is read in one go, and what they add is written in one go.

One by one, each row pays for going to and fro between Python and SQLite, a quarter of an import. Only the transaction
imports this module.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Select, String, Table, bindparam, column, func, select

from domain.codec import CUSTOMER, to_json
from domain.errors import StoreUnavailable
from domain.records import Customer
from domain.store.prepared import Cursor, Link, Prepared, insert_sql
from domain.store.schema import bookings, customers, events
from domain.store.snapshot import columns

KEPT_BACK: Final = (customers, bookings, events)
"""In the order of their writing: a booking names its customer, and what must be in the log is asked at the commit."""
_Rows = dict[tuple[str, ...], list[tuple[Any, ...]]]
"""Values of new rows, by the names of their columns."""
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM events"


def _listed(name: str) -> Select[Any]:
    return select(column("value")).select_from(func.json_each(bindparam(name, type_=String)))


_CUSTOMERS = Prepared(select(*columns(customers, CUSTOMER)).where(customers.c.id.in_(_listed("numbers"))))
_USED = Prepared(
    select(bookings.c.external_key).where(
        bookings.c.source == bindparam("source"), bookings.c.external_key.in_(_listed("keys"))
    )
)


class Share:
    """SQLite's connection, which keeps new rows back until it is asked for anything else.

    Attributes:
        customers: Those that were looked up, by number.
        unused: Looked up sources and keys that no booking has.
    """

    def __init__(self, link: Link) -> None:
        self._link: Any = link
        self._kept: dict[Table, _Rows] = {table: {} for table in KEPT_BACK}
        self._newest: int = link.execute(_NEWEST).fetchone()[0]
        self.customers: dict[int, Customer] = {}
        self.unused: set[tuple[str, str]] = set()

    def look_up(self, numbers: Iterable[int], keys: Collection[tuple[str, str]]) -> None:
        """Find the customers of these numbers, and which of these keys, each after its source, no booking has."""
        for row in _CUSTOMERS.rows(self._link, numbers=to_json(sorted(numbers))):
            with suppress(StoreUnavailable):  # whoever cannot be read is refused to the command that names them
                customer = CUSTOMER.decode(row)
                self.customers[customer.id] = customer
        for source in {source for source, _ in keys}:
            asked = [key for its, key in keys if its == source]
            used = {row[0] for row in _USED.rows(self._link, source=source, keys=to_json(asked))}
            self.unused |= {(source, key) for key in asked if key not in used}

    def keep(self, table: Table, row: dict[str, Any]) -> None:
        """Keep a new row of one of these tables back."""
        self._kept[table].setdefault(tuple(row), []).append(tuple(row.values()))
        if table is bookings:
            self.unused.discard((row["source"], row["external_key"]))

    def append(self, row: dict[str, Any]) -> int:
        """Keep an event back, and say by which number it will be in the log."""
        self._newest += 1
        self.keep(events, {"id": self._newest, **row})
        return self._newest

    def write(self) -> None:
        """Write what was kept back."""
        for table, kept in self._kept.items():
            if kept:
                self._kept[table] = {}
                for names, rows in kept.items():
                    self._link.executemany(insert_sql(table, names), rows)

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run one statement, which finds everything written."""
        self.write()
        cursor: Cursor = self._link.execute(sql, parameters)
        return cursor

    def executemany(self, sql: str, rows: Iterable[Any]) -> None:
        """Run one statement for each row, after everything else is written."""
        self.write()
        self._link.executemany(sql, rows)

    @property
    def in_transaction(self) -> bool:
        """Whether the transaction is still there."""
        return bool(self._link.in_transaction)
