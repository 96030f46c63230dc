"""What a process of a crowd does all its life: ask, and keep a diary of what it asked and what it was answered."""

import json
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from domain import commands as c
from domain.actors import Actor, Role
from domain.clock import SteppedClock
from domain.due import DueWork
from domain.engine import Engine
from domain.errors import DispatchError, StoreBusy, StoreUnavailable
from domain.lifecycle import Status
from domain.matching import RosterEntry
from domain.outcome import Outcome
from domain.records import Absent, Provider
from domain.store.snapshot import Snapshot

WITHIN_S: Final = 100
"""How long anybody waits for a sign of the others before the test fails, whatever the machine is busy with."""
_CREATES_SHARE: Final = 0.1


class Diary:
    """What a client notes: each line is in the file before it goes on, so that being killed loses none."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, **said: Any) -> None:
        os.write(self._file, (json.dumps(said) + "\n").encode())


@dataclass
class Client:
    """One process's way of asking."""

    engine: Engine
    clock: SteppedClock
    diary: Diary
    name: str
    random: random.Random
    asked: int = 0

    def ask(self, command: c.Command, actor: Actor | None = None) -> Outcome | None:
        """Ask, and note the answer; None when it was refused."""
        self.asked += 1
        mark = f"{self.name}.{self.asked}"
        self.diary.note(mark=mark, began=time.monotonic_ns())
        try:
            outcome = self.engine.execute(command, actor or Actor(Role.ADMIN, self.name), line=mark)
        except StoreUnavailable:
            # A commit whose answer was lost may have been made or not: to whoever asked, it was never answered.
            threading.Event().wait(0.02)
            return None
        except DispatchError as refusal:
            self.diary.note(mark=mark, ended=time.monotonic_ns(), refused=refusal.kind)
            return None
        self.diary.note(mark=mark, ended=time.monotonic_ns(), event=outcome.event.id)
        return outcome

    def create(self, count: int) -> int:
        """Create bookings in one transaction; how many, which is none where others held the database too long."""
        new = c.CreateBooking.of(service="plumbing", customer=1, address="12 Example St")
        try:
            return len(self.engine.execute_all([new] * count, Actor(Role.ADMIN, self.name)))
        except StoreBusy:
            return 0


@dataclass(frozen=True)
class Part:
    """What a client is to do.

    Attributes:
        times: How often; without an end where it is None.
        bookings: Bookings 1 to this are there to be fought for.
        handles: Those who can do them.
        also_new: How many bookings it creates in one transaction now and then.
        blind: Whether its decisions take everybody for free.
    """

    work: "Callable[[Client, Part], None]"
    times: int | None
    bookings: int
    handles: tuple[str, ...]
    also_new: int = 0
    blind: bool = False


def races(client: Client, part: Part) -> None:
    """Give out bookings, move some on, and give them back so that somebody can have them again."""
    mine: list[tuple[int, str, int]] = []
    steps = (c.Accept, c.Depart, c.Start)
    for _ in range(part.times or 0):
        number, handle = client.random.randint(1, part.bookings), client.random.choice(part.handles)
        if client.ask(c.Assign.of(booking=number, provider=handle)):
            mine.append((number, handle, client.random.randint(0, len(steps))))
        if client.random.random() < _CREATES_SHARE:
            client.create(part.also_new)
        if mine and client.random.random() < 0.5:
            number, handle, far = mine.pop(client.random.randrange(len(mine)))
            for step in steps[:far]:
                client.ask(step.of(booking=number), Actor(Role.PROVIDER, handle))
            given_back = c.Release.of(booking=number, reason="too far")
            client.ask(c.NoShow.of(booking=number, absent=Absent.CUSTOMER) if far == len(steps) else given_back)


def fills(client: Client, part: Part) -> None:
    """Create bookings, some at once, until so many are made."""
    left = part.times or 0
    while left > 0:
        left -= client.create(min(left, client.random.choice([1, 1, 2, 10, 40])))


def lives(client: Client, part: Part) -> None:
    """A day's work of one console: whatever a booking allows now, and what is due."""
    due, turn = DueWork(client.engine), 0
    while part.times is None or turn < part.times:
        turn += 1
        client.clock.advance(0.5)
        number = client.random.randint(1, part.bookings)
        handle = client.random.choice(part.handles)
        match client.random.randrange(6):
            case 0:
                client.ask(c.CreateBooking.of(service="plumbing", customer=1, address="12 Example St"))
            case 1 | 2:
                client.ask(c.Assign.of(booking=number, provider=handle))
            case 3:
                row = client.engine.views.booking(number)
                if row.booking.status is Status.ASSIGNED and row.provider is not None:
                    client.ask(c.Reject.of(booking=number, reason="too far"), Actor(Role.PROVIDER, row.provider))
            case 4:
                client.ask(
                    client.random.choice([c.Hold.of(booking=number, reason="wait"), c.Resume.of(booking=number)])
                )
            case _:
                due.run()


def persists(client: Client, part: Part) -> None:
    """Ask until so many commands were acknowledged, whatever becomes of the server meanwhile."""
    done = 0
    while done < (part.times or 0):
        new = c.CreateBooking.of(service="plumbing", customer=1, address="12 Example St")
        noted = c.Note.of(booking=client.random.randint(1, part.bookings), text="gate code 12")
        done += client.ask(client.random.choice([new, noted])) is not None


def _blinded() -> None:
    """Whoever is asked about has nothing to do, as far as decisions can see."""

    seeing = Snapshot.entry

    def entry(snapshot: Snapshot, provider: Provider) -> RosterEntry:
        return replace(seeing(snapshot, provider), jobs=())

    Snapshot.entry = entry  # type: ignore[method-assign, assignment]


def live(part: Part, url: str, moment: datetime, diary: Path, seed: int, start: Any) -> None:
    """A process's whole life."""
    if part.blind:
        _blinded()
    clock = SteppedClock(moment)
    engine = Engine.open(url, clock=clock)
    client = Client(engine, clock, Diary(diary), diary.stem, random.Random(seed))
    if start is not None:
        start.wait(WITHIN_S)
    part.work(client, part)
    engine.close()
