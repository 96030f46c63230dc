"""A console on a small room: services, providers, bookings; and a way to wait for what the screen says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from dispatcher.app import ConsoleApp
from domain.actors import Actor, parse_actor
from domain.answers.answer import Answer
from domain.engine import Engine
from domain.speak import speak
from screens.frame import Frame
from screens.widgets.editor import LineEditor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ZONE = ZoneInfo("UTC")
ROOM = (
    "service new plumbing",
    "service new heating",
    'provider new mira "Mira Sample" skills plumbing rating 4.8',
    'provider new raj "Raj Sample" skills plumbing,heating rating 4.1',
    "on mira",
    "on raj",
)


@dataclass
class Room:
    """A database, an engine of somebody else's on it, and a console."""

    path: Path
    others: Engine = field(init=False)
    app: ConsoleApp = field(init=False)
    pilot: Pilot[int] = field(init=False)

    def __post_init__(self) -> None:
        self.others = Engine.open(str(self.path))

    def do(self, line: str, who: str = "admin:ben") -> Answer:
        """Somebody else does something, through an engine of their own."""
        answer = speak(self.others, line, parse_actor(who, "ben"), zone=ZONE)[-1]
        assert answer.ok, answer.text
        return answer

    @asynccontextmanager
    async def console(
        self, who: str = "admin:ana", *, size: tuple[int, int] = (160, 45), place: str = "desk"
    ) -> AsyncIterator[Room]:
        """The console, opened as somebody, once its database is there."""
        self.app = ConsoleApp(
            lambda: Engine.open(str(self.path)), parse_actor(who, "ana"), zone=ZONE, start_screen=place, works=False
        )
        async with self.app.run_test(size=size) as self.pilot:
            await self.until(lambda: self.app.room.engine is not None)
            yield self

    @property
    def actor(self) -> Actor:
        """Who is at the console."""
        return self.app.room.actor

    @property
    def frame(self) -> Frame:
        """The screen that is shown."""
        frame = self.app.frame
        assert frame is not None
        return frame

    @property
    def painted(self) -> str:
        """The whole screen as text."""
        width, height = self.app.size
        lines = self.frame._compositor.render_strips(self.app.size) if height and width else []
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)

    @property
    def said(self) -> str:
        """The result line."""
        return self.frame.result.answer[1]

    async def shows(self, *texts: str) -> None:
        """Wait until all of this is on the screen."""
        try:
            await self.until(lambda: all(text in self.painted for text in texts))
        except TimeoutError:
            pytest.fail(f"{texts} did not appear:\n{self.painted}")

    async def line(self, text: str) -> None:
        """Type a line and enter it."""
        self.frame.type_line(text)
        await self.pilot.press("enter")

    @staticmethod
    async def until(holds: Callable[[], object], within_s: float = 8) -> None:
        """Wait for a state, with a bound."""
        async with asyncio.timeout(within_s):
            while not holds():
                await asyncio.sleep(0.01)


def type_in(room: Room, text: str) -> None:
    """Type into whatever field has the focus, in one go: a press costs Pilot 60 ms."""
    field = room.app.focused
    assert isinstance(field, LineEditor)
    field.insert_text_at_cursor(text)
