"""The one door: every change goes through `Engine.execute`, and nothing else writes.

Screens and the shell hold an engine; it is safe to share between threads. Methods may block on the database.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from domain import commands as c
from domain.actors import Actor, Role
from domain.clock import Clock, ScaledClock, SystemClock, from_ms, iso, to_ms
from domain.decide import decide
from domain.errors import DispatchError, Duplicate, StaleVersion
from domain.lifecycle import NEW, Subject
from domain.line.writing import render
from domain.outcome import Outcome
from domain.proof.audit import Fault
from domain.proof.checkpoint import Checkpoint
from domain.records import Booking, Provider, Record, Setting
from domain.store.checkpoints import kept, take, take_when_due
from domain.store.gather import foresee, gather
from domain.store.opening import open_store
from domain.store.proof import faults
from domain.store.store import Moved, Store
from domain.store.tail import Tail
from domain.store.timers import Timers
from domain.store.transaction import Broken, Transaction
from domain.store.views import StoreViews
from domain.trial import NeverWas, Overtaken, Trial
from domain.wording import ago, told

T = TypeVar("T")
Part = Callable[[Transaction], AbstractContextManager[None]]
_TRIES: Final = 20
"""How often a command is decided anew when others were faster, before that is said to whoever asked."""


@dataclass(frozen=True, slots=True)
class DemoMark:
    """What a demo's database says of itself: its seed, and the clock that everybody who opens it shares."""

    seed: int
    speed: float
    anchor_real: datetime
    anchor_shown: datetime

    @property
    def clock(self) -> ScaledClock:
        """The demo's clock."""
        return ScaledClock(self.anchor_real, self.anchor_shown, self.speed)


class Engine:
    """The domain on one database."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self.clock = clock
        self.views = StoreViews(store, self._now)
        self.timers = Timers(store)

    @classmethod
    def open(cls, url: str, *, clock: Clock | None = None) -> "Engine":
        """Open a database, creating or upgrading it when needed.

        Args:
            url: A file, `sqlite:///FILE`, or `postgresql://...`.
            clock: What time it is; without one the machine's time, or in a demo's database the demo's.

        Raises:
            InvalidInput: The url names no file.
            StoreUnavailable: It cannot be opened; SchemaTooNew when a newer program made it.
        """
        store = open_store(url)
        engine = cls(store, clock or SystemClock())
        if clock is None and (mark := engine.demo_mark()):
            engine.clock = mark.clock
        return engine

    @property
    def path(self) -> Path | None:
        """The database's file, where it is one."""
        return self._store.path

    @property
    def url(self) -> str:
        """How the database was opened."""
        return self._store.url

    @property
    def name(self) -> str:
        """What sentences call the database: its file, or its address without a password."""
        return self._store.name

    def close(self) -> None:
        """Give the database back."""
        self._store.close()

    def execute(
        self,
        command: c.Command,
        actor: Actor,
        *,
        seen: int | None = None,
        line: str | None = None,
        key: str | None = None,
    ) -> Outcome:
        """Decide and write one command, durably.

        Args:
            command: What is asked for.
            actor: Who asks.
            seen: The subject's version that the actor was looking at; another one now refuses the command.
            line: The command as written in the log; by default as `render` writes it.
            key: The asker's own name for this asking. Asked again with it, the same command answers what it answered
                and changes nothing; a week later the key is forgotten.

        Raises:
            Duplicate: The key was used for another command.
            DispatchError: It was refused, and nothing changed.
        """
        written = render(command) if line is None else line

        def perform(transaction: Transaction) -> Outcome:
            if key is None:
                return self._perform(transaction, command, actor, seen, written)
            return self._perform_once(key, transaction, command, actor, seen, written)

        return self._write(perform)

    def execute_all(self, commands: Sequence[c.Command], actor: Actor) -> list[Outcome | DispatchError]:
        """Many commands in one durable transaction; a refused one does not keep the others from being written.

        Raises:
            DispatchError: The database failed as a whole, and nothing changed.
        """
        written = [(command, render(command)) for command in commands]

        def perform(transaction: Transaction, part: Part) -> list[Outcome | DispatchError]:
            transaction.takes_only_free = actor.role is Role.SYSTEM
            results: list[Outcome | DispatchError] = []
            for command, line in written:
                try:
                    with part(transaction):
                        results.append(self._perform(transaction, command, actor, None, line))
                except Moved:
                    raise
                except DispatchError as refusal:
                    results.append(refusal)
            return results

        def at_once(transaction: Transaction) -> list[Outcome | DispatchError]:
            foresee(transaction, commands)
            return perform(transaction, Transaction.unbroken)

        try:
            # Decisions refuse before anything is written, so that almost never a part has to be taken back alone.
            return self._write(at_once)
        except Broken:
            return self._write(lambda transaction: perform(transaction, Transaction.nested))

    def trial(self, play: Callable[[Trial], T]) -> T:
        """Try commands out: each sees what those before it did, and nothing of it is ever written.

        Args:
            play: What to do with the trial. It holds up other writers for as long as it runs, and may be begun anew.

        Raises:
            DispatchError: The database cannot be had, or what `play` raised.
        """

        def perform(transaction: Transaction) -> NoReturn:
            try:
                raise NeverWas(play(Trial(transaction, self._perform)))
            except Overtaken as faster:
                raise faster.moved from None

        try:
            self._write(perform)
        except NeverWas as end:
            result: T = end.result
            return result

    def _write(self, perform: Callable[[Transaction], T]) -> T:
        """One transaction; begun anew when others changed what its decisions were taken on."""
        for _ in range(_TRIES - 1):
            try:
                with self._store.write() as transaction:
                    return perform(transaction)
            except Moved:
                continue
        with self._store.write() as transaction:
            return perform(transaction)

    def _perform_once(
        self, key: str, transaction: Transaction, command: c.Command, actor: Actor, seen: int | None, line: str
    ) -> Outcome:
        asked = sha256(f"{actor} {type(command).__name__} {command.model_dump_json()}".encode()).hexdigest()
        before = transaction.answered(key)
        if before is not None:
            was_asked, name, numbers = before
            if was_asked != asked:
                raise Duplicate(f"The key {key!r} was used for another command; take a new one", key=key)
            events = tuple(event for n in json.loads(numbers) if (event := transaction.event(n)) is not None)
            return Outcome(events, name, again=True)
        outcome = self._perform(transaction, command, actor, seen, line)
        numbers = [event.id for event in outcome.events]
        transaction.keep_answer(key, self.clock.now(), asked, outcome.name, numbers)
        return outcome

    def _perform(
        self, transaction: Transaction, command: c.Command, actor: Actor, seen: int | None, line: str
    ) -> Outcome:
        now = self.clock.now()
        facts = gather(transaction, command, actor, now)
        if seen is not None:
            _refuse_stale(transaction, command, seen, facts.booking.version if facts.booking else None, now)
        changes = decide(command, actor, facts)
        events = transaction.write(changes, actor, now, line)
        return Outcome(events, _called(changes[-1].after))

    def tail(self, after: int | None = None) -> Tail:
        """The log from behind an event on, or without one from what a read taken next will not show."""
        return Tail(self._store, self.views, after)

    def faults(self, progress: Callable[[int], None], outside: Sequence[Checkpoint] = ()) -> Iterator[Fault]:
        """Whatever in the database cannot have come about by the rules: log, rows, one job at a time, references.

        Args:
            progress: Told how many events were read so far.
            outside: Checkpoints that were kept elsewhere.

        Raises:
            DispatchError: The database cannot be read.
        """
        return faults(self._store, progress, outside)

    def checkpoint(self, *, only_when_due: bool = False) -> Checkpoint | None:
        """Take a checkpoint over the log so far.

        Args:
            only_when_due: Whether to take none while the last one is neither old nor far behind.

        Returns:
            The checkpoint; None when none was taken, because the newest covers everything or it is not time.
        """
        return (take_when_due if only_when_due else take)(self._store, self._now())

    def checkpoints(self) -> list[Checkpoint]:
        """Every checkpoint that the database keeps, oldest first."""
        with self._store.read() as connection:
            return kept(connection)

    def newest(self) -> int:
        """The newest event's number, 0 when there is none: a look of a few microseconds."""
        return self._store.newest()

    def mark(self) -> object:
        """Something that is another one after every commit, whoever made it: a look of a few microseconds."""
        return self._store.mark()

    def is_empty(self) -> bool:
        """Whether nothing ever happened in this database."""
        return self.newest() == 0

    def demo_mark(self) -> DemoMark | None:
        """Whether this is a demo's database, and its clock."""
        stored = self._store.meta("demo")
        if stored is None:
            return None
        return DemoMark(
            stored["seed"], stored["speed"], from_ms(stored["anchor_real"]), from_ms(stored["anchor_shown"])
        )

    def mark_demo(self, mark: DemoMark) -> None:
        """Make it a demo's database. Its clock is not switched in engines that are open already."""
        self._store.set_meta(
            "demo",
            {
                "seed": mark.seed,
                "speed": mark.speed,
                "anchor_real": to_ms(mark.anchor_real),
                "anchor_shown": to_ms(mark.anchor_shown),
            },
        )

    def _now(self) -> datetime:
        return self.clock.now()


def _called(record: Record) -> str:
    """What people call it: a booking's number, a handle, a name."""
    if isinstance(record, Booking):
        return str(record.id)
    if isinstance(record, Provider):
        return record.handle
    if isinstance(record, Setting):
        return "the settings"
    return record.name


def _refuse_stale(transaction: Transaction, command: c.Command, seen: int, version: int | None, now: datetime) -> None:
    if version is None or version == seen:
        return
    number: int = getattr(command, "booking", 0)
    last = transaction.last_event_of(Subject.BOOKING, number)
    if last is None:
        raise StaleVersion(f"Booking {number} changed meanwhile; look again", version=version, seen=seen)
    was = "" if last.from_status in {NEW, last.to_status} else f"{last.from_status} → {last.to_status}, "
    raise StaleVersion(
        f"Booking {number} changed since you looked, by {last.actor} {ago(now - last.at)}: {was}{told(last)}",
        booking=number,
        version=version,
        seen=seen,
        by=str(last.actor),
        at=iso(last.at),
        from_status=last.from_status,
        to_status=last.to_status,
        event=last.id,
    )
