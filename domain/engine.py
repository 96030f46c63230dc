"""The one door: every change goes through `Engine.execute`, and nothing else writes.

Screens and the shell hold an engine; it is safe to share between threads. Methods may block on the database.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain import commands as c
from domain.actors import Actor
from domain.audit import Fault
from domain.clock import Clock, ScaledClock, SystemClock, from_ms, iso, to_ms
from domain.decide import decide
from domain.errors import DispatchError, StaleVersion
from domain.gather import gather
from domain.lifecycle import NEW, Subject
from domain.line.writing import render
from domain.records import Booking, Event, Provider, Record, Setting
from domain.store.proof import faults
from domain.store.store import Store, path_of
from domain.store.timers import Timers
from domain.store.transaction import Transaction
from domain.store.views import StoreViews
from domain.views import EventRow
from domain.wording import inverse, told


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an accepted command did.

    Attributes:
        events: Its events, in order; the last is the main one.
        name: What people call its subject: a booking's number, a handle, a service's name.
    """

    events: tuple[Event, ...]
    name: str

    @property
    def event(self) -> Event:
        """The main event."""
        return self.events[-1]

    @property
    def booking(self) -> int | None:
        """The booking it is about, if it is about one."""
        return self.event.subject_id if self.event.subject is Subject.BOOKING else None

    @property
    def inverse(self) -> str | None:
        """The line that takes it back."""
        return inverse(self.event)

    @property
    def summary(self) -> str:
        """One line: `8839 ✓ 177 marked no-show (customer)`."""
        warning = self.event.details.get("warning")
        text = f"{self.event.id} ✓ {self.name} {told(self.event)}"
        return f"{text} · although {warning}" if warning else text


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
            url: A file, or `sqlite:///FILE`.
            clock: What time it is; without one the machine's time, or in a demo's database the demo's.

        Raises:
            InvalidInput: The url names no file.
            StoreUnavailable: It cannot be opened; SchemaTooNew when a newer program made it.
        """
        store = Store(path_of(url))
        engine = cls(store, clock or SystemClock())
        if clock is None and (mark := engine.demo_mark()):
            engine.clock = mark.clock
        return engine

    @property
    def path(self) -> Path:
        """The database's file."""
        return self._store.path

    def close(self) -> None:
        """Give the database back."""
        self._store.close()

    def execute(self, command: c.Command, actor: Actor, *, seen: int | None = None, line: str | None = None) -> Outcome:
        """Decide and write one command, durably.

        Args:
            command: What is asked for.
            actor: Who asks.
            seen: The subject's version that the actor was looking at; another one now refuses the command.
            line: The command as written in the log; by default as `render` writes it.

        Raises:
            DispatchError: It was refused, and nothing changed.
        """
        written = render(command) if line is None else line
        with self._store.write() as transaction:
            return self._perform(transaction, command, actor, seen, written)

    def execute_all(self, commands: Sequence[c.Command], actor: Actor) -> list[Outcome | DispatchError]:
        """Many commands in one durable transaction; a refused one does not keep the others from being written.

        Raises:
            DispatchError: The database failed as a whole, and nothing changed.
        """
        written = [render(command) for command in commands]
        results: list[Outcome | DispatchError] = []
        with self._store.write() as transaction:
            for command, line in zip(commands, written, strict=True):
                try:
                    with transaction.nested():
                        results.append(self._perform(transaction, command, actor, None, line))
                except DispatchError as refusal:
                    results.append(refusal)
        return results

    def _perform(
        self, transaction: Transaction, command: c.Command, actor: Actor, seen: int | None, line: str
    ) -> Outcome:
        now = self.clock.now()
        facts = gather(transaction, command, actor, now)
        if seen is not None:
            _refuse_stale(transaction, command, seen, facts.booking.version if facts.booking else None)
        changes = decide(command, actor, facts)
        events = transaction.write(changes, actor, now, line)
        return Outcome(events, _called(changes[-1].after))

    def tail(self, after: int, limit: int = 500) -> tuple[EventRow, ...]:
        """Events above a number, in order; none is ever skipped or repeated."""
        return self.views.named(self._store.tail(after, limit))

    def faults(self, progress: Callable[[int], None]) -> Iterator[Fault]:
        """Whatever in the database cannot have come about by the rules: log, rows, one job at a time, references.

        Args:
            progress: Told how many events were read so far.

        Raises:
            DispatchError: The database cannot be read.
        """
        return faults(self._store, progress)

    def newest(self) -> int:
        """The newest event's number, 0 when there is none: a look of a few microseconds."""
        return self._store.newest()

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


def _refuse_stale(transaction: Transaction, command: c.Command, seen: int, version: int | None) -> None:
    if version is None or version == seen:
        return
    number: int = getattr(command, "booking", 0)
    last = transaction.last_event_of(Subject.BOOKING, number)
    if last is None:
        raise StaleVersion(f"Booking {number} changed meanwhile; look again", version=version, seen=seen)
    was = "" if last.from_status in {NEW, last.to_status} else f"{last.from_status} → {last.to_status}, "
    raise StaleVersion(
        f"Booking {number} changed since you looked: {was}{told(last)} by {last.actor} at {iso(last.at)}",
        booking=number,
        version=version,
        seen=seen,
        by=str(last.actor),
        at=iso(last.at),
        from_status=last.from_status,
        to_status=last.to_status,
        event=last.id,
    )
