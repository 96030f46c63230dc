"""One write transaction: facts under the lock, and changes written with their events.

Only `domain.store` and the engine import this module.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, select, text

from domain.actors import Actor
from domain.clock import to_ms
from domain.codec import EVENT, codec_of, to_json
from domain.daily import Came, came_into
from domain.decide.facts import Change
from domain.errors import DispatchError, StaleVersion
from domain.lifecycle import NEW, Subject
from domain.proof.chain import START, link
from domain.proof.checkpoint import Checkpoint
from domain.records import Booking, Customer, Event, Provider, Record, Service, Setting
from domain.store.faults import translate
from domain.store.points import Point, Reached, pass_by
from domain.store.prepared import Link, Prepared, insert_sql, update_sql
from domain.store.schema import answers, checkpoints, events
from domain.store.share import KEPT_BACK, Share
from domain.store.snapshot import TABLES, Snapshot
from domain.store.textindex import TAKE_IN

ANSWERS_KEPT = timedelta(days=7)
"""How long a key is remembered: far longer than anybody asks again."""
_ANSWERED = Prepared(select(answers.c.asked, answers.c.name, answers.c.events).where(answers.c.key == bindparam("key")))
_FORGET = Prepared(delete(answers).where(answers.c.at < bindparam("before")))
_SET_META = Prepared(
    text("INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
)
RISE = (
    "INSERT INTO daily (dimension, ref, day, status, slot, count) VALUES ({})"
    " ON CONFLICT (dimension, ref, day, status, slot) DO UPDATE SET count = daily.count + excluded.count"
)
_RISE = RISE.format("?, ?, ?, ?, ?, ?")
_NEWEST_CHECKPOINT = Prepared(select(func.max(checkpoints.c.id)))


class Broken(Exception):
    """A part of a transaction failed after it had written something."""


class Transaction(Snapshot):
    """Reads and writes between BEGIN IMMEDIATE and COMMIT.

    Attributes:
        appended: How many events it has written.
        takes_only_free: Whether a booking that somebody else is changing is refused instead of waited for. It matters
            where several write at once; due work asks for it, since whoever has the booking does what is due.
    """

    takes_only_free = False

    def __init__(self, connection: Link, known: dict[int, Provider], reached: Reached = pass_by) -> None:
        super().__init__(connection, known)
        self._reached = reached
        self._heads: dict[tuple[Subject, int], str] = {}
        self._came_into: defaultdict[Came, int] = defaultdict(int)
        self._added_to: set[str] = set()
        self._share: Share | None = None
        self.appended = 0

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A part that is undone alone when it raises; a driver's error in it leaves as ours."""
        self._connection.execute("SAVEPOINT part")
        heads, came_into = dict(self._heads), self._came_into.copy()
        try:
            yield
        except BaseException as error:
            if self._is_open():
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            self._roster, self._policy, self._ids, self._services, self._versions = None, None, {}, {}, {}
            self._heads, self._came_into = heads, came_into
            if (refusal := self._refusal(error)) is not None:
                raise refusal from error
            raise
        self._connection.execute("RELEASE part")

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """A part that writes all or nothing of itself.

        Raises:
            Broken: It was refused half way; the whole transaction has to be done again, in `nested` parts.
        """
        appended = self.appended
        try:
            yield
        except DispatchError:
            if self.appended != appended:
                raise Broken from None
            raise
        except Exception as error:
            if self._refusal(error) is not None:
                raise Broken from error
            raise

    def take_together(self, numbers: Collection[int], keys: Collection[tuple[str, str]]) -> None:
        """Let several creations go together: what they need is read in one go, what they add written in one go.

        Args:
            numbers: The customers that they name.
            keys: The sources and keys that they come with.
        """
        self._connection = self._share = Share(self._connection)
        self._share.look_up(numbers, keys)

    def customer(self, number: int) -> Customer | None:
        """By number."""
        looked_up = self._share.customers.get(number) if self._share else None
        return looked_up or super().customer(number)

    def booking_of_key(self, source: str, external_key: str) -> int | None:
        """The booking that came from there."""
        if self._share and (source, external_key) in self._share.unused:
            return None
        return super().booking_of_key(source, external_key)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the database itself."""
        _SET_META.run(self._connection, key=key, value=value)

    def answered(self, key: str) -> Sequence[Any] | None:
        """What was asked with a key before, what its subject is called, and the numbers of its events as JSON."""
        return _ANSWERED.row(self._connection, key=key)

    def keep_answer(self, key: str, at: datetime, asked: str, name: str, numbers: Sequence[int]) -> None:
        """Remember what a key was answered; what is older than `ANSWERS_KEPT` is forgotten."""
        _FORGET.run(self._connection, before=to_ms(at - ANSWERS_KEPT))
        row = {"key": key, "at": to_ms(at), "asked": asked, "name": name, "events": to_json(list(numbers))}
        self._insert(answers, row)

    def keep_checkpoint(self, checkpoint: Checkpoint) -> bool:
        """Keep a checkpoint, unless somebody has kept one of its number meanwhile."""
        newest = _NEWEST_CHECKPOINT.row(self._connection)
        if newest is not None and (newest[0] or 0) >= checkpoint.number:
            return False
        row = asdict(checkpoint) | {"at": to_ms(checkpoint.at)}
        self._insert(checkpoints, {"id": row.pop("number"), **row})
        return True

    def finish(self) -> None:
        """Write what was gathered for the end: new rows' texts, and the figures, each once however many rose it."""
        if self._share:
            with self.unbroken():
                self._share.write()
        for table in sorted(self._added_to & TAKE_IN.keys()):
            self._connection.execute(TAKE_IN[table])
        if self._came_into:
            self._rise([(*came, self._slot, count) for came, count in sorted(self._came_into.items())])

    # What each database does in its own way -------------------------------------------------------------------------

    _slot = 0
    """Whose counters are raised; one writer at a time needs no others."""

    def _is_open(self) -> bool:
        """Whether the transaction is still there: after a full disk SQLite has rolled back by itself."""
        return bool(self._connection.in_transaction)  # type: ignore[attr-defined]

    def _refusal(self, error: BaseException) -> DispatchError | None:
        """What the database refused, as ours; None for an error of another kind."""
        return translate(error, "the database") if isinstance(error, sqlite3.IntegrityError) else None

    def _rise(self, rows: list[tuple[Any, ...]]) -> None:
        self._connection.executemany(_RISE, rows)  # type: ignore[attr-defined]

    def _insert(self, table: Table, values: dict[str, Any]) -> None:
        self._added_to.add(table.name)
        if self._share and table in KEPT_BACK:
            self._share.keep(table, values)
        else:
            self._connection.execute(insert_sql(table, tuple(values)), tuple(values.values()))

    def _update(self, table: Table, before: Record, values: dict[str, Any]) -> None:
        sql = update_sql(table, tuple(values))
        if self._connection.execute(sql, (*values.values(), before.id, before.version)).rowcount != 1:
            raise StaleVersion(f"{table.name} {before.id} changed meanwhile; look again", version=before.version)

    def _append(self, row: dict[str, Any]) -> int:
        """Append to the log, and say by which number."""
        if self._share:
            return self._share.append(row)
        cursor = self._connection.execute(insert_sql(events, tuple(row)), tuple(row.values()))
        return cursor.lastrowid or 0  # type: ignore[attr-defined]

    def _count(self, before: Booking | None, after: Booking, now: datetime) -> None:
        for came in came_into(
            after.status,
            now,
            self.policy().zone,
            service=after.service_id,
            provider=after.provider_id,
            provider_before=before.provider_id if before else None,
        ):
            self._came_into[came] += 1

    def write(self, changes: Sequence[Change], actor: Actor, now: datetime, line: str | None) -> tuple[Event, ...]:
        """Write rows and their events; the line stands with the last, which is the one that was asked for.

        Raises:
            StaleVersion: A row is not at the version that the decision was taken on.
        """
        last = changes[-1]
        return tuple([self._write(change, actor, now, line if change is last else None) for change in changes])

    def _write(self, change: Change, actor: Actor, now: datetime, line: str | None) -> Event:
        before, after = change.before, change.after
        table, subject = TABLES[type(after)]
        codec = codec_of(after)
        stored = codec.encode(after) if before is None else {}
        changed = codec.born(stored) if before is None else codec.changes(before, after)
        row: dict[str, Any] = {
            "at": to_ms(now),
            "subject": str(subject),
            "subject_id": after.id,
            "version": after.version,
            "action": str(change.action),
            "from_status": NEW if before is None else str(before.status),
            "to_status": str(after.status),
            "role": str(actor.role),
            "actor_id": actor.id,
            "reason": change.reason,
            "line": line,
            "changes": to_json(changed),
            "details": to_json(change.details),
            "undoes": change.undoes,
        }
        head = self._heads.get((subject, after.id), before.chain if before else START)
        row["hash"] = self._heads[subject, after.id] = link(head, row)
        if before is None:
            self._insert(table, stored | {"chain": row["hash"]})
        else:
            values = {name: new for name, (_, new) in changed.items()}
            self._update(table, before, {**values, "version": after.version, "chain": row["hash"]})
        self._reached(Point.ROW)
        self.appended += 1
        number = self._append(row)
        self._reached(Point.EVENT)
        self._note(before, after, now)
        event: Event = EVENT.build(
            number, now, subject, after.id, after.version, change.action, row["from_status"], row["to_status"],
            actor.role, actor.id, change.reason, line, changed, change.details, change.undoes, row["hash"],
        )  # fmt: skip
        return event

    def _note(self, before: Record | None, after: Record, now: datetime) -> None:
        """Count it, and forget what was read before it and is another now."""
        if isinstance(after, Booking):
            was = before if isinstance(before, Booking) else None
            if was is None or was.status != after.status:
                self._count(was, after, now)
            if after.provider_id is not None or (was is not None and was.provider_id is not None):
                self._roster = None
        elif isinstance(after, Provider):
            self._roster = None
            self._versions = {}
        elif isinstance(after, Setting):
            self._policy = None
        elif isinstance(after, Service):
            self._services = {}
        elif self._share and isinstance(after, Customer):
            self._share.customers.pop(after.id, None)
