"""One write transaction: facts under the lock, and changes written with their events.

Only `domain.store` and the engine import this module.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from domain.actors import Actor
from domain.clock import to_ms
from domain.codec import EVENT, codec_of, to_json
from domain.decide.facts import Change
from domain.errors import StaleVersion
from domain.lifecycle import NEW, Subject
from domain.records import Event, Provider
from domain.store.faults import translate
from domain.store.prepared import insert_sql, update_sql
from domain.store.schema import events
from domain.store.snapshot import TABLES, Snapshot

_EVENT_COLUMNS = tuple(name for name in EVENT.names if name != "id")


class Transaction(Snapshot):
    """Reads and writes between BEGIN IMMEDIATE and COMMIT."""

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A part that is undone alone when it raises; a driver's error in it leaves as ours."""
        self._connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            self._roster, self._policy, self._ids = None, None, {}
            if isinstance(error, sqlite3.IntegrityError):
                raise translate(error, "the database") from error
            raise
        self._connection.execute("RELEASE part")

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the database itself."""
        self._connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def write(self, changes: Sequence[Change], actor: Actor, now: datetime, line: str | None) -> tuple[Event, ...]:
        """Write rows and their events; the line stands with the last, which is the one that was asked for.

        Raises:
            StaleVersion: A row is not at the version that the decision was taken on.
        """
        return tuple(self._write(change, actor, now, line if change is changes[-1] else None) for change in changes)

    def _write(self, change: Change, actor: Actor, now: datetime, line: str | None) -> Event:
        before, after = change.before, change.after
        table, subject = TABLES[type(after)]
        codec = codec_of(after)
        changed = codec.changes(before, after)
        if before is None:
            self._connection.execute(insert_sql(table, codec.names), codec.encode(after))
        else:
            names = (*changed, "version")
            values = {name: new for name, (_, new) in changed.items()}
            values |= {"version": after.version, "seen_id": before.id, "seen_version": before.version}
            if self._connection.execute(update_sql(table, names), values).rowcount != 1:
                raise StaleVersion(f"{subject} {before.id} changed meanwhile; look again", version=before.version)
        row = {
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
            "details": to_json(change.details) if change.details else "{}",
            "undoes": change.undoes,
        }
        cursor = self._connection.execute(insert_sql(events, _EVENT_COLUMNS), row)
        if any(isinstance(row, Provider) or getattr(row, "provider_id", None) for row in (before, after)):
            self._roster = None
        if subject is Subject.SETTING:
            self._policy = None
        return Event(
            id=cursor.lastrowid or 0,
            at=now,
            subject=subject,
            subject_id=after.id,
            version=after.version,
            action=change.action,
            from_status=NEW if before is None else str(before.status),
            to_status=str(after.status),
            role=actor.role,
            actor_id=actor.id,
            reason=change.reason,
            line=line,
            changes=changed,
            details=change.details,
            undoes=change.undoes,
        )
