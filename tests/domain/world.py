"""A dispatch room under test: an engine, a stepped clock, and short ways to fill and read it.

Reads that check the engine go through a plain sqlite3 connection, so that they do not believe what they test.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from domain import commands as c
from domain.actors import Actor, Role
from domain.clock import SteppedClock, from_ms
from domain.codec import BOOKING, EVENT, PROVIDER
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError
from domain.lifecycle import Action, Status
from domain.outcome import Outcome
from domain.records import Absent, Booking, Event, Provider

START = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
ANA = Actor(Role.ADMIN, "ana")
BEN = Actor(Role.ADMIN, "ben")
TABLES = ("bookings", "providers", "services", "customers", "settings", "events", "meta")
ROWS = {"booking": "bookings", "provider": "providers", "service": "services", "customer": "customers"}
ROWS |= {"setting": "settings"}

Row = dict[str, Any]


def provider_actor(handle: str) -> Actor:
    return Actor(Role.PROVIDER, handle)


def customer_actor(number: int) -> Actor:
    return Actor(Role.CUSTOMER, str(number))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@contextmanager
def plain(path: Path, *, foreign_keys: bool = True) -> Iterator[sqlite3.Connection]:
    """Anybody's connection to the file, without a line of ours in it."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        yield connection


def _reader(engine: Engine) -> "sqlite3.Connection | psycopg.Connection[Row]":
    if engine.path is None:
        return psycopg.connect(engine.url, autocommit=True, row_factory=dict_row)
    connection = sqlite3.connect(engine.path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _plainly(row: Row) -> Row:
    """A row of PostgreSQL as SQLite gives it: truth is 1, and an event's transaction is left out."""
    return {name: int(value) if isinstance(value, bool) else value for name, value in row.items() if name != "tx"}


@dataclass
class World:
    """One room."""

    engine: Engine
    clock: SteppedClock
    due: DueWork = field(init=False)
    _reader: sqlite3.Connection | psycopg.Connection[Row] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.due = DueWork(self.engine)

    @classmethod
    def open(cls, path: Path | str, clock: SteppedClock | None = None) -> "World":
        clock = clock or SteppedClock(START)
        return cls(Engine.open(str(path), clock=clock), clock)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self.engine.close()

    @property
    def path(self) -> Path:
        assert self.engine.path is not None
        return self.engine.path

    @property
    def url(self) -> str:
        return self.engine.url

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # Doing.

    def do(self, command: c.Command, actor: Actor = ANA, **options: Any) -> Outcome:
        try:
            return self.engine.execute(command, actor, **options)
        except DispatchError as refusal:
            # The guards are the last line: a decision that runs into one has overlooked something.
            if refusal.message.startswith("The database refused"):
                pytest.fail(f"{command} by {actor}: {refusal}")
            raise

    def try_to(self, command: c.Command, actor: Actor = ANA) -> DispatchError | None:
        """Carry it out; the refusal if it was refused."""
        try:
            self.do(command, actor)
        except DispatchError as refusal:
            return refusal
        return None

    def by(self, handle: str, command: c.Command) -> Outcome:
        return self.do(command, provider_actor(handle))

    def tick(self, passed: float = 0.0) -> int:
        """Let seconds pass, then do what is due."""
        self.clock.advance(passed)
        return self.due.run()

    # Filling.

    def service(self, name: str = "plumbing", **more: Any) -> str:
        self.do(c.CreateService.of(service=name, **more))
        return name

    def provider(
        self, handle: str = "mira", *skills: str, on: bool = True, at: tuple[float, float] | None = None, **more: Any
    ) -> str:
        place = {} if at is None else {"latitude": at[0], "longitude": at[1]}
        self.do(
            c.CreateProvider.of(provider=handle, name=handle.title(), skills=skills or ("plumbing",), **place, **more)
        )
        if on:
            self.do(c.GoOn.of(provider=handle))
        return handle

    def customer(self, name: str = "Cleo Sample", **more: Any) -> int:
        return self.do(c.CreateCustomer.of(name=name, address="12 Example St", **more)).event.subject_id

    def booking(self, actor: Actor = ANA, *, service: str = "plumbing", **more: Any) -> int:
        """A new booking: for a new customer unless one is named."""
        who: Row = {} if "customer" in more or actor.role is Role.CUSTOMER else {"customer_name": "Cleo Sample"}
        fields = {"service": service, "address": "12 Example St", **who, **more}
        number = self.do(c.CreateBooking.of(**fields), actor).booking
        assert number is not None
        return number

    def window(self, start: float, end: float) -> Row:
        """A window from and to so many minutes from now."""
        return {"window_start": self.now + minutes(start), "window_end": self.now + minutes(end)}

    def configure(self, setting: str, value: object) -> None:
        self.do(c.Configure.of(setting=setting, value=str(value)))

    def bring(self, number: int, status: Status, handle: str = "mira") -> None:
        """Take a PENDING booking to a status by the usual way, with a provider who is free."""
        by_hand = {
            Status.CANCELLED: c.ForceCancel.of(booking=number, reason="not needed"),
            Status.FAILED: c.MarkFailed.of(booking=number, reason="cannot be done"),
        }
        if status is Status.PENDING:
            return
        if status in by_hand:
            self.do(by_hand[status])
            return
        self.do(c.Assign.of(booking=number, provider=handle))
        if status is Status.REJECTED:
            self.by(handle, c.Reject.of(booking=number, reason="too far"))
        elif status is Status.NO_SHOW:
            self.do(c.NoShow.of(booking=number, absent=Absent.PROVIDER))
        else:
            way = (Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE, Status.IN_PROGRESS, Status.COMPLETED)
            steps = (c.Accept, c.Depart, c.Start, c.Complete)
            for step in steps[: way.index(status)]:
                self.by(handle, step.of(booking=number))

    # Reading.

    def get(self, number: int) -> Booking:
        (row,) = self.rows("SELECT * FROM bookings WHERE id = ?", number)
        return BOOKING.decode([row[name] for name in BOOKING.names])

    def status(self, number: int) -> Status:
        return self.get(number).status

    def holder(self, number: int) -> str | None:
        number = self.get(number).provider_id or 0
        return next((row["handle"] for row in self.rows("SELECT handle FROM providers WHERE id = ?", number)), None)

    def person(self, handle: str) -> Provider:
        (row,) = self.rows("SELECT * FROM providers WHERE handle = ?", handle)
        return PROVIDER.decode([row[name] for name in PROVIDER.names])

    def log(self, number: int) -> list[Event]:
        """A booking's events, oldest first."""
        sql = "SELECT * FROM events WHERE subject = 'booking' AND subject_id = ? ORDER BY id"
        return [EVENT.decode([row[name] for name in EVENT.names]) for row in self.rows(sql, number)]

    def actions(self, number: int) -> list[Action]:
        return [event.action for event in self.log(number)]

    def last(self, number: int) -> Event:
        return self.log(number)[-1]

    def rows(self, sql: str, *values: object) -> list[Row]:
        if self._reader is None:
            self._reader = _reader(self.engine)
        if isinstance(self._reader, sqlite3.Connection):
            return [dict(row) for row in self._reader.execute(sql, values)]
        return [_plainly(row) for row in self._reader.execute(sql.replace("?", "%s").encode(), values)]

    def value(self, sql: str, *values: object) -> Any:
        (row,) = self.rows(sql, *values)
        (found,) = row.values()
        return found

    def everything(self) -> dict[str, list[Row]]:
        """Every row of every table: what must not have changed after a refusal."""
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}


def faults(world: World) -> list[str]:
    """What is wrong with the database as a whole, told from its rows and its log alone."""
    found: list[str] = []
    if world.engine.path is not None:
        found += [f"foreign key: {row}" for row in world.rows("PRAGMA foreign_key_check")]
        found += astray_texts(world.path)
    log = world.rows("SELECT * FROM events ORDER BY id")
    tables = {
        subject: {row["id"]: row for row in world.rows(f"SELECT * FROM {table}")} for subject, table in ROWS.items()
    }
    found += _fold_faults(log, tables)
    found += _assignment_faults(list(tables["booking"].values()))
    found += _forgotten(world, list(tables["booking"].values()))
    return found


def astray_texts(path: Path) -> list[str]:
    """Where SQLite's index of texts is not what the rows say."""
    found = []
    with plain(path) as connection:
        for index in ("bookings_text", "customers_text"):
            try:
                connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError as error:
                found.append(f"{index}: {error}")
    return found


def _fold_faults(log: list[Row], tables: dict[str, dict[int, Row]]) -> list[str]:
    """Every column of every row but its key, recomputed from the events."""
    found: list[str] = []
    folded: dict[tuple[str, int], Row] = {}
    for event in log:
        key = (event["subject"], event["subject_id"])
        state = folded.setdefault(key, {"version": 0})
        if event["version"] != state["version"] + 1:
            found.append(f"event {event['id']}: version {event['version']} after {state['version']}")
        state["version"], state["chain"] = event["version"], event["hash"]
        for name, (before, after) in json.loads(event["changes"]).items():
            if name in state and state[name] != before:
                found.append(f"event {event['id']}: {name} was {state[name]!r}, the event says {before!r}")
            state[name] = after
    subjects = {(subject, number) for subject, rows in tables.items() for number in rows}
    if subjects != set(folded):
        found.append(f"rows and log name different subjects: {subjects ^ set(folded)}")
    for (subject, number), state in folded.items():
        for name, value in tables[subject].get(number, {}).items():
            if name not in {"id", "kind", "act_by"} and state.get(name) != value:
                found.append(f"{subject} {number}: {name} is {value!r}, its events say {state.get(name)!r}")
    return found


def _assignment_faults(rows: list[Row]) -> list[str]:
    """One job on demand and one at work for each provider, no overlapping windows, forced ones aside."""
    found: list[str] = []
    active = {"ASSIGNED", "ACCEPTED", "EN_ROUTE", "IN_PROGRESS"}
    jobs: dict[int, list[Row]] = {}
    for row in rows:
        if (row["provider_id"] is not None) != (row["status"] in active | {"COMPLETED"}):
            found.append(f"booking {row['id']} is {row['status']} with provider {row['provider_id']}")
        if row["status"] in active and not row["forced"]:
            jobs.setdefault(row["provider_id"], []).append(row)
    for provider, theirs in jobs.items():
        if sum(row["window_start"] is None for row in theirs) > 1:
            found.append(f"provider {provider} has several on demand")
        if sum(row["status"] in {"EN_ROUTE", "IN_PROGRESS"} for row in theirs) > 1:
            found.append(f"provider {provider} is at work on several")
        planned = sorted(
            (row for row in theirs if row["window_start"] is not None), key=lambda row: row["window_start"]
        )
        for one, other in zip(planned, planned[1:], strict=False):
            if other["window_start"] < one["window_end"]:
                found.append(f"provider {provider}: {one['id']} and {other['id']} overlap")
    return found


def _forgotten(world: World, rows: list[Row]) -> list[str]:
    """Bookings without an owner, a timer or a place in the attention queue."""
    queue, _ = world.engine.views.attention(limit=100_000)
    queued = {entry.row.booking.id for entry in queue}
    found = []
    for row in rows:
        held = row["held_since"] is not None
        running = ("held_until",) if held else ("attempt_at", "offer_until", "give_up_at")
        if (
            row["status"] not in {"COMPLETED", "CANCELLED", "FAILED"}
            and row["provider_id"] is None
            and not any(row[name] is not None for name in running)
            and row["id"] not in queued
            and not row["acked"]
        ):
            found.append(f"booking {row['id']} ({row['status']}) waits for nothing and nobody")
    return found


def assert_sound(world: World) -> None:
    """The database as a whole holds together."""
    assert faults(world) == []


def moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


def small_city(world: World) -> World:
    """Two services, five providers, and a booking in every status."""
    world.service("plumbing", priority="HIGH", duration_minutes=60)
    world.service("locks", priority="LOW", duration_minutes=30)
    world.provider("mira", "plumbing", at=(40.70, -74.00), rating=4.5)
    world.provider("tom", "plumbing", "locks", at=(40.75, -74.00), rating=4.0)
    world.provider("zoe", "locks", rating=5.0)
    world.provider("olga", "plumbing", on=False)
    world.provider("pete", "locks")
    world.do(c.TakeBreak.of(provider="pete"))
    world.customer("Cleo Sample", phone="+1 202 555 0101")
    world.customer("Dan Sample", phone="+1 202 555 0102")
    return world
