from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from screens.widgets import turns
from screens.widgets.turns import TurnsApp

Until = Callable[[Callable[[], object]], Awaitable[None]]
LETTERS = "the quick brown fox jumps over the lazy dog"


class Two(TurnsApp[None]):
    """Two inputs; F2 goes to the other, F4 and F5 wait for nothing."""

    AUTO_FOCUS = ""
    AT_ONCE = frozenset({"f4"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "change", show=False),
        Binding("f4", "note", show=False),
        Binding("f5", "note", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def compose(self) -> ComposeResult:
        yield Vertical(Input(id="first", select_on_focus=False), id="left")
        yield Input(id="second", select_on_focus=False)

    def on_mount(self) -> None:
        self.screen.set_focus(self.query_one("#first"))

    def text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def action_change(self) -> None:
        other = "second" if self.focused is self.query_one("#first") else "first"
        self.screen.set_focus(self.query_one(f"#{other}"))

    def action_note(self) -> None:
        self.noted.append(self.text("first"))

    def strike(self, *keys: str) -> None:
        for key in keys:
            self.post_message(events.Key("space" if key == " " else key, key if len(key) == 1 else None))


async def test_every_letter_reaches_the_widget_that_has_the_focus_when_it_is_its_turn(until: Until) -> None:
    app = Two()
    async with app.run_test():
        app.strike(*(key for letter in LETTERS for key in (letter, "f2")))
        await until(lambda: len(app.text("first")) + len(app.text("second")) == len(LETTERS))
        assert app.text("first") == LETTERS[::2]
        assert app.text("second") == LETTERS[1::2]


async def test_the_letters_of_a_text_and_the_moves_in_it_wait_for_nothing(until: Until) -> None:
    app = Two()
    async with app.run_test():
        app.strike(*LETTERS, *["backspace"] * 3, *["left"] * 5)
        await until(lambda: app.text("first") == LETTERS[:-3])
        assert app._turn == 0


async def test_a_pasted_text_waits_for_its_turn_too(until: Until) -> None:
    app = Two()
    async with app.run_test():
        app.strike("a", "f2")
        app.post_message(events.Paste("pasted"))
        app.strike("f2", "b")
        await until(lambda: app.text("second") == "pasted")
        await until(lambda: app.text("first") == "ab")


async def test_keys_for_a_widget_that_holds_them_wait_and_those_for_others_do_not(until: Until) -> None:
    app = Two()
    async with app.run_test() as pilot:
        app.hold(app.query_one("#left"))
        app.strike("a", "b")
        await pilot.pause()
        assert app.text("first") == ""
        app.screen.set_focus(app.query_one("#second"))
        app.strike("c")
        await until(lambda: app.text("second") == "abc")


@pytest.mark.parametrize(("enters", "sent"), [("all", 3), ("later", 1), ("none", 0)])
async def test_enters_typed_ahead_go_on_as_the_holder_says(enters: turns.Enters, sent: int, until: Until) -> None:
    app = Two()
    async with app.run_test() as pilot:
        entered: list[str] = []
        pressed = app.query_one("#first", Input).action_submit

        async def submit() -> None:
            entered.append(app.text("first"))
            await pressed()

        app.query_one("#first", Input).action_submit = submit  # type: ignore[method-assign]
        app.hold(app.query_one("#left"))
        app.strike("enter", "enter", "x", "enter", "y")
        await pilot.pause()
        app.let_go(app.query_one("#left"), enters)
        await until(lambda: app.text("first") == "xy")
        assert len(entered) == sent


async def test_a_key_that_the_holder_hears_comes_before_those_that_wait_and_may_drop_them(until: Until) -> None:
    app = Two()
    async with app.run_test() as pilot:
        left = app.query_one("#left")
        app.hold(left, hears=frozenset({"f2"}))
        app.strike("a", "f2")
        await until(lambda: app.text("second") == "a")
        app.screen.set_focus(app.query_one("#first"))
        app.strike("b")
        await pilot.pause()
        app.forget(left)
        app.strike("c")
        await until(lambda: app.text("first") == "c")


@pytest.mark.parametrize("key", ["f4", "f5"])
async def test_keys_above_all_others_wait_for_no_holder(key: str, until: Until) -> None:
    app = Two()
    async with app.run_test():
        app.hold(app.query_one("#left"))
        app.strike("a", key)
        await until(lambda: app.noted == [""])


async def test_the_next_key_goes_on_where_a_widget_was_taken_away_with_a_key_in_it(
    monkeypatch: pytest.MonkeyPatch, until: Until
) -> None:
    monkeypatch.setattr(turns, "COMES_BACK_WITHIN_S", 0.05)
    app = Two()
    async with app.run_test():
        first, is_in, goes_on = app.query_one("#first", Input), asyncio.Event(), asyncio.Event()

        async def stay(*_: object) -> None:
            is_in.set()
            await goes_on.wait()

        monkeypatch.setattr(first, "on_event", stay)
        app.strike("a")
        await is_in.wait()
        app.screen.set_focus(app.query_one("#second"))
        app.strike("b")
        await until(lambda: app.text("second") == "b")
        goes_on.set()
