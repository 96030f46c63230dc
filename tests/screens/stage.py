"""A console on a small room, for the tests of screens: opened on one screen, looked at, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from time import monotonic
from typing import TypeVar

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from dispatcher.app import ConsoleApp
from domain.actors import parse_actor
from screens.frame import Frame
from screens.widgets.facts import FactSheet
from screens.widgets.line import CommandLine, ResultLine
from tests.domain.world import World

W = TypeVar("W", bound=Widget)


async def until(holds: Callable[[], object], within_s: float = 8) -> None:
    """Wait, with a bound, until something is so."""
    ends = monotonic() + within_s
    while not holds():
        if monotonic() > ends:
            pytest.fail(f"did not come true within {within_s:g} s")
        await asyncio.sleep(0.005)


@dataclass
class Stage:
    """One console under test."""

    app: ConsoleApp
    pilot: Pilot[int]

    @property
    def frame(self) -> Frame:
        screen = self.app.screen
        assert isinstance(screen, Frame)
        return screen

    def part(self, selector: str, kind: type[W]) -> W:
        return self.frame.query_one(selector, kind)

    def text(self, selector: str) -> str:
        """What is painted of a part of the screen."""
        widget = self.frame.query_one(selector)
        if isinstance(widget, FactSheet) or hasattr(widget, "cursor_key"):
            return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))
        return str(widget.render())

    @property
    def line(self) -> str:
        return self.part("CommandLine", CommandLine).text

    @property
    def answer(self) -> str:
        return self.part("ResultLine", ResultLine).answer[1]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type on whatever has the focus, in one go."""
        from screens.widgets.editor import LineEditor

        focused = self.app.focused
        assert isinstance(focused, LineEditor)
        focused.insert_text_at_cursor(text)
        await self.pilot.pause()

    async def until_shown(self, selector: str, *texts: str) -> None:
        """Wait until all of these are painted in a part of the screen."""
        await until(lambda: self.frame.is_mounted and all(text in self.text(selector) for text in texts))


@asynccontextmanager
async def stage(world: World, actor: str, screen: str, size: tuple[int, int] = (130, 40)) -> AsyncIterator[Stage]:
    """Open the console on a screen."""
    who = parse_actor(actor, "ana")
    app = ConsoleApp(lambda: world.engine, who, zone=UTC, start_screen=screen, works=False)
    async with app.run_test(size=size) as pilot:
        on = Stage(app, pilot)
        await until(lambda: isinstance(app.screen, Frame) and app.room.engine is not None)
        yield on
