"""What screens need of the program: who acts, the engine behind threads, and what was said last.

Screens and the program's root may import this module. It imports neither the database nor the engine: those are handed
to it when they are ready, after the first paint, and whoever reads before that waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast
from uuid import uuid4

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget

from domain.actors import Actor
from domain.errors import DispatchError, StoreUnavailable
from screens.widgets.history import History

if TYPE_CHECKING:
    from textual.worker import Worker

    from domain.answers.answer import Answer
    from domain.engine import Engine
    from domain.line.context import Context
    from domain.views import Directory, EventRow, Kpis, Lag, Views

T = TypeVar("T")

EVENTS_KEPT: Final = 2_000
"""How much of the log's end is held for the live logs."""
READERS: Final = 3
LOAD_EVERY_S: Final = 0.05
"""A burst of events leads to one load in this time."""
REST: Final = 2
"""And for so many times as long as a load took none follows: in a crowded room keys need Python too."""
LONGEST_REST_S: Final = 0.5
"""But what was slow since the database was lost is looked for again soon."""


@dataclass
class EventsCame(Message):
    """New events, in order, from the tail's thread to the program."""

    rows: Sequence[EventRow]


@dataclass
class TroubleChanged(Message):
    """The database is out of reach since so many seconds, or (None) back; from the tail's thread to the program."""

    error: DispatchError | None
    ago_s: float = 0.0


class Restored(Message):
    """Another database lies where the one was that is shown; from the tail's thread to the program."""


@dataclass
class LagChanged(Message):
    """What is shown is so far behind, or (None) not any more; from the tail's thread to the program."""

    lag: Lag | None


class Pulse(Message):
    """A second has passed; from the scheduler's thread to the program."""


class Host(Protocol):
    """The program around the screens."""

    room: Console

    def go(self, place: str, booking: int | None = None, line: str = "") -> None:
        """Show another screen, with a booking selected and a line typed if they are given."""

    def become(self, actor: Actor) -> None:
        """Act as somebody else from now on."""

    def caption(self) -> str:
        """What the guided tour says about its next step; empty without a tour."""

    def advance_tour(self) -> None:
        """Take the next step of the guided tour, if there is one."""

    def finish(self) -> None:
        """End the program."""


def host_of(widget: Widget) -> Host:
    """The program that a widget runs in."""
    return cast("Host", widget.app)


class Console:
    """One person at one database. Everything here is called on the event loop."""

    def __init__(self, actor: Actor, zone: tzinfo) -> None:
        self.actor = actor
        self.zone = zone
        self.engine: Engine | None = None
        self.trouble: DispatchError | None = None
        self.trouble_since: datetime | None = None
        self.lag: Lag | None = None
        """How far the log's tail is behind, when it is."""
        self.silence_s = 0.0
        """Seconds since the database last answered the tail, as of the last pulse."""
        self.shown: int | None = None
        """The booking that is selected on whatever screen: `.`"""
        self.seen: int | None = None
        """The version of it that is on the screen."""
        self.last: int | None = None
        """The booking last touched: `..`"""
        self.choices: tuple[str, ...] = ()
        """The lines that the digits stand for."""
        self.recent: deque[EventRow] = deque(maxlen=EVENTS_KEPT)
        self.kpis: Kpis | None = None
        self.directory: Directory | None = None
        self.history = History()
        """What was entered on the line, on whatever screen."""
        self._own_versions: dict[int, int] = {}
        """What this console wrote itself is no surprise to it, though no screen may show it yet."""
        self._name = uuid4().hex
        self._ready = asyncio.Event()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")

    def connect(self, engine: Engine, recent: Sequence[EventRow], directory: Directory) -> None:
        """The database is open: let everybody who waits go on."""
        self.engine, self.directory = engine, directory
        self.recent.clear()
        self.recent.extend(recent)
        self._ready.set()

    def become(self, actor: Actor) -> None:
        """Act as somebody else; what the one before had selected is forgotten."""
        self.actor = actor
        self.shown = self.seen = self.last = None
        self.choices = ()

    def close(self) -> None:
        """Start nothing more, and let what is being read or written end: it has a connection in its hands."""
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True, cancel_futures=True)

    def now(self) -> datetime:
        """The time as the engine's clock has it; the machine's until the engine is there."""
        return self.engine.clock.now() if self.engine else datetime.now(UTC)

    async def read(self, ask: Callable[[Views], T]) -> T:
        """Ask the views something in a thread; waits until the database is open.

        Raises:
            DispatchError: There is no such thing, or no database.
        """
        await self._ready.wait()
        assert self.engine is not None
        return await asyncio.get_running_loop().run_in_executor(self._readers, ask, self.engine.views)

    async def say(
        self,
        text: str,
        *,
        selected: int | None = None,
        seen: int | None = None,
        actor: Actor | None = None,
        agreed: tuple[int, ...] | None = None,
        key: str | None = None,
        progress: Callable[[int, int], None] = lambda done, of: None,
    ) -> list[Answer]:
        """Carry out a line in a thread.

        Args:
            text: One line, or a chain.
            selected: The booking that `.` stands for.
            seen: The version of it that is on the screen: a newer one refuses the line.
            actor: Who acts; the person at the console, unless a screen lets them act as somebody else.
            agreed: Whom a line about many may change, as they were shown; without it, that is asked.
            key: The name of this asking: said again with it, the line is not carried out twice.
            progress: Told in the writer's thread how many of them are done.
        """
        if self.trouble is not None:
            raise StoreUnavailable(f"Nothing was written: {self.trouble.message}")
        await self._ready.wait()
        engine = self.engine
        assert engine is not None
        actor, zone, last = actor or self.actor, self.zone, self.last
        if seen is not None and selected is not None:
            seen = max(seen, self._own_versions.get(selected, 0))

        def carry_out() -> list[Answer]:
            from domain.bulk import Consent
            from domain.speak import speak

            consent = Consent(agreed, progress) if agreed is not None else None
            return speak(
                engine, text, actor, zone=zone, selected=selected, last=last, seen=seen, consent=consent, key=key
            )

        answers = await asyncio.get_running_loop().run_in_executor(self._writer, carry_out)
        for answer in answers:
            self.last = answer.booking or self.last
            self.choices = answer.choices
            if answer.ok and answer.booking is not None and "version" in answer.data:
                self._own_versions[answer.booking] = answer.data["version"]
        return answers

    def key_for(self, asking: str) -> str:
        """A name for one asking, which no other console gives."""
        return sha256(f"{self._name} {asking}".encode()).hexdigest()

    def write_soon(self, write: Callable[[], None]) -> None:
        """Have something small written in the writer's thread, behind what is being written."""
        self._writer.submit(write)

    def context(self, actor: Actor | None = None) -> Context | None:
        """What a line means now to somebody (the person at the console); None until the database is open."""
        if self.engine is None or self.directory is None:
            return None
        from domain.line.context import Context  # there already: the engine needs it

        return Context(
            now=self.now(),
            actor=actor or self.actor,
            zone=self.zone,
            directory=self.directory,
            selected=self.shown,
            last=self.last,
        )


def rest_s(took_s: float) -> float:
    """How long after a load that took so long none follows, in seconds."""
    return max(LOAD_EVERY_S - took_s, min(REST * took_s, LONGEST_REST_S))


class Loader:
    """Loads one thing for one view: never twice at once, with a rest between, and once more if asked meanwhile."""

    def __init__(
        self,
        owner: DOMNode,
        group: str,
        load: Callable[[], Coroutine[Any, Any, None]],
        failed: Callable[[DispatchError], None],
    ) -> None:
        """Prepare it.

        Args:
            owner: Whose worker loads; when it goes, the loading ends.
            group: The worker's group.
            load: Reads and shows.
            failed: Told when the database refused.
        """
        self._owner = owner
        self._group = group
        self._load = load
        self._failed = failed
        self._wanted = False
        self._running = False
        self.began: float | None = None
        """When the load in flight began (monotonic), or None."""

    def ask(self) -> None:
        """Load, now or right after the load in flight."""
        self._wanted = True
        if not self._running:
            self._running = True
            self._start()

    def _start(self) -> Worker[None]:
        return self._owner.run_worker(self._run, group=self._group)

    async def _run(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                began = self.began = monotonic()
                try:
                    await self._load()
                except DispatchError as error:
                    self._failed(error)
                except NoMatches:
                    owner = self._owner
                    if owner.display and owner.is_attached and owner.app.screen_stack:  # none while the program ends
                        raise
                    return  # the screen was taken apart while it was reading
                self.began = None
                await asyncio.sleep(rest_s(monotonic() - began))
        finally:
            self._running, self.began = False, None
