"""What the widgets' tests share: a tiny app around one widget, waiting for a state, reading what is painted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from screens.widgets.turns import TurnsApp

Until = Callable[[Callable[[], object]], Awaitable[None]]
Painted = Callable[[Widget], list[str]]


class OneWidget(TurnsApp[None]):
    """An app of one widget and a button-like neighbour, which keeps every message that it is sent."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.shown = widgets

    def compose(self) -> ComposeResult:
        yield from self.shown


@pytest.fixture
def around() -> Callable[..., App[None]]:
    return OneWidget


@pytest.fixture
def until() -> Until:
    async def wait(holds: Callable[[], object]) -> None:
        for _ in range(400):
            if holds():
                return
            await asyncio.sleep(0.005)
        pytest.fail("did not come true within two seconds")

    return wait


@pytest.fixture
def painted() -> Painted:
    def read(widget: Widget) -> list[str]:
        return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]

    return read
