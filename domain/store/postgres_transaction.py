"""One write on PostgreSQL: rows are locked as they are decided on, and facts that moved are noticed before writing.

Only `domain.store.postgres` imports this module.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Table, bindparam, select

from domain.actors import Actor
from domain.codec import BOOKING
from domain.decide.facts import Change
from domain.errors import DispatchError, StoreBusy
from domain.lifecycle import ACTIVE, Subject
from domain.matching import RosterEntry
from domain.policy import Policy
from domain.records import Booking, Customer, Event, Provider, Record, Setting
from domain.store.points import Reached
from domain.store.postgres_faults import translate
from domain.store.prepared import Link, Prepared, insert_sql, update_sql
from domain.store.schema import bookings, events
from domain.store.snapshot import columns
from domain.store.store import Moved
from domain.store.transaction import RISE, Transaction

_ONE_BOOKING = select(*columns(bookings, BOOKING)).where(bookings.c.id == bindparam("id"))
_BOOKING = Prepared(_ONE_BOOKING.with_for_update())
_FREE_BOOKING = Prepared(_ONE_BOOKING.with_for_update(skip_locked=True))
_LOCK_PROVIDER = "SELECT version FROM providers WHERE id = %(id)s FOR NO KEY UPDATE"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%(what)s, 0))"
_NEXT_ID = {subject: f"SELECT nextval('{subject}s_id_seq')" for subject in Subject}
_TAKES_TIME = ("provider_id", "status", "forced", "window_start", "window_end")
_RISE = RISE.format("%s, %s, %s, %s, %s, %s")
_BOOLEANS = frozenset({"forced", "was_cancelled", "acked", "active"})


class PostgresTransaction(Transaction):
    """Reads and writes between BEGIN and COMMIT, at READ COMMITTED."""

    def __init__(self, connection: Link, known: dict[int, Provider], reached: Reached, *, slot: int) -> None:
        super().__init__(connection, known, reached)
        self._slot = slot
        self._entries: dict[int, RosterEntry] = {}

    def booking(self, number: int) -> Booking | None:
        """By number; nobody else changes it until this transaction ends.

        Raises:
            StoreBusy: It is somebody else's at this moment, and this transaction only takes what is free.
        """
        row = (_FREE_BOOKING if self.takes_only_free else _BOOKING).row(self._connection, id=number)
        if row is None and self.takes_only_free and super().booking(number) is not None:
            raise StoreBusy(f"Booking {number} is being changed by somebody else")
        return None if row is None else BOOKING.decode(row)

    def with_jobs(self, provider: Provider) -> RosterEntry:
        """A provider with their jobs, remembered as what a decision may be taken on."""
        entry = self._entries[provider.id] = super().with_jobs(provider)
        return entry

    def roster(self) -> tuple[RosterEntry, ...]:
        """Every provider with their jobs, remembered likewise."""
        entries = super().roster()
        self._entries |= {entry.provider.id: entry for entry in entries}
        return entries

    def answered(self, key: str) -> Sequence[Any] | None:
        """What was answered to a key; whoever asks by the same one at this moment is waited for."""
        self._alone_with(f"key {key}")
        return super().answered(key)

    def customer_phoned(self, phone: str) -> Customer | None:
        """The first one with a phone number; whoever gives the same one to somebody at this moment is waited for."""
        self._alone_with(f"phone {phone}")
        return super().customer_phoned(phone)

    def take_together(self, numbers: Collection[int], keys: Collection[tuple[str, str]]) -> None:
        """Creations go one by one: their numbers come from sequences, which others draw from too."""

    def _alone_with(self, what: str) -> None:
        """Nobody else asks for it until this transaction ends: it may be in no row yet that could be locked."""
        self._connection.execute(_ALONE, {"what": what})

    def new_id(self, subject: Subject) -> int:
        """A number that nobody else is given; those of transactions that fail are left out."""
        return int(self._connection.execute(_NEXT_ID[subject]).fetchone()[0])

    def write(self, changes: Sequence[Change], actor: Actor, now: datetime, line: str | None) -> tuple[Event, ...]:
        """Write rows and their events, when the providers who get work are still as they were decided on.

        Raises:
            Moved: Somebody was faster.
        """
        for change in changes:
            if isinstance(change.after, Booking) and _takes_time(change.before, change.after):
                self._hold_provider(change.after.provider_id)
            if isinstance(change.after, Setting) and _zone(change.before) != _zone(change.after):
                # Whoever counts by the day of the old zone has read the settings, and comes before the change.
                self._connection.execute("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE")
        written = super().write(changes, actor, now, line)
        self._entries.clear()
        return written

    def _hold_provider(self, number: int | None) -> None:
        """Lock a provider, as every assignment does, and see whether they are as the decision saw them."""
        if number is None:
            return
        locked = self._connection.execute(_LOCK_PROVIDER, {"id": number}).fetchone()
        decided_on = self._entries.get(number)
        if decided_on is None:
            return
        if locked is None or locked[0] != decided_on.provider.version:
            raise Moved(f"Provider {number} changed meanwhile; try again")
        if super().with_jobs(decided_on.provider).jobs != decided_on.jobs:
            raise Moved(f"Provider {number} got other work meanwhile; try again")

    # What PostgreSQL does in its own way ----------------------------------------------------------------------------

    def _is_open(self) -> bool:
        status = self._connection.info.transaction_status  # type: ignore[attr-defined]
        return status in {pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR}

    def _refusal(self, error: BaseException) -> DispatchError | None:
        return translate(error, "the database") if isinstance(error, psycopg.Error) else None

    def _rise(self, rows: list[tuple[Any, ...]]) -> None:
        for row in rows:
            self._connection.execute(_RISE, row)

    def _insert(self, table: Table, values: dict[str, Any]) -> None:
        self._connection.execute(insert_sql(table, tuple(values), "%s"), _with_booleans(values))

    def _update(self, table: Table, before: Record, values: dict[str, Any]) -> None:
        sql = update_sql(table, tuple(values), "%s")
        if self._connection.execute(sql, (*_with_booleans(values), before.id, before.version)).rowcount != 1:
            raise Moved(f"{table.name} {before.id} changed at the same moment; try again")

    def _append(self, row: dict[str, Any]) -> int:
        sql = f"{insert_sql(events, tuple(row), '%s')} RETURNING id"
        return int(self._connection.execute(sql, tuple(row.values())).fetchone()[0])


def _zone(setting: Record | None) -> str:
    told: str = setting.policy.get("zone", Policy().zone) if isinstance(setting, Setting) else Policy().zone
    return told


def _takes_time(before: Record | None, after: Booking) -> bool:
    """Whether it takes other time of a provider than before."""
    if after.status not in ACTIVE:
        return False
    return before is None or any(getattr(before, name) != getattr(after, name) for name in _TAKES_TIME)


def _with_booleans(values: dict[str, Any]) -> tuple[Any, ...]:
    """The stored values in their order, with 0 and 1 as PostgreSQL wants them."""
    return tuple([bool(value) if name in _BOOLEANS else value for name, value in values.items()])
