from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from screens.widgets.editor import LineEditor
from screens.widgets.line import CommandLine

Until = Callable[[Callable[[], object]], Awaitable[None]]
LINES = ["assign 214 li", "assign 214 mira", "hold 214", "undo!"]
NASTY = [
    "x" * 10_000,
    "שלום עולם " * 200,
    "👩‍👩‍👧🏽 " * 300,
    "[red]x[/] [/] [",
    "a\x1b[31m\x00b\x9b2J\ttab",
    "\u202eevil",
]


def describe(text: str) -> list[tuple[int, int, str]]:
    verb = text.split(" ")[0]
    return [(0, len(verb), "verb" if verb == "assign" else "wrong"), (len(verb), 99_999, "nonsense")]


class Desk(App[None]):
    """A line under something else that has the focus first."""

    def __init__(self) -> None:
        super().__init__()
        self.line = CommandLine(describe, lambda text: [line for line in LINES if line.startswith(text)])
        self.said: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield Input(id="before")
        yield self.line

    def on_command_line_submitted(self, message: CommandLine.Submitted) -> None:
        self.said.append(("submitted", message.text))

    def on_command_line_changed(self, message: CommandLine.Changed) -> None:
        self.said.append(("changed", message.text))

    def on_command_line_left(self) -> None:
        self.said.append(("left", ""))

    @property
    def editor(self) -> LineEditor:
        return self.query_one(LineEditor)


async def test_the_text_stays_until_the_owner_accepts_it(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)) as pilot:
        app.line.enter("hold 214")
        await pilot.press("enter")
        await until(lambda: ("submitted", "hold 214") in app.said)
        app.line.refuse()
        assert app.line.text == "hold 214"
        app.line.accept()
        assert (app.line.text, list(app.line.history)) == ("", ["hold 214"])
        await pilot.press("enter")
        await until(lambda: app.said[-1] == ("submitted", ""))
        app.line.accept()
        assert list(app.line.history) == ["hold 214"]


async def test_up_and_down_walk_the_history_and_come_back_to_the_draft() -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)) as pilot:
        for text in ("one", "two", "two"):
            app.line.set_text(text)
            app.line.accept()
        app.line.enter("dra")
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(app.line.text)
        assert seen == ["two", "one", "one", "two", "dra", "dra"]


async def test_tab_walks_the_completions_and_right_takes_the_ghost(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)) as pilot:
        app.line.enter()
        await pilot.press("a")
        await until(lambda: app.editor.ghost == "assign 214 li")
        assert "assign 214 li" in app.editor.render_line(0).text
        seen = []
        for key in ("tab", "tab", "tab", "tab", "shift+tab"):
            await pilot.press(key)
            seen.append(app.line.text)
        assert seen == ["assign 214 li", "assign 214 mira", "a", "assign 214 li", "a"]
        await pilot.press("s")
        await until(lambda: app.editor.ghost == "assign 214 li")
        await pilot.press("right")
        assert app.line.text == "assign 214 li"


async def test_a_forced_form_is_not_offered_unasked(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)) as pilot:
        app.line.enter("und")
        await until(lambda: app.editor.ghost == "undo!")
        await pilot.press("o")
        await until(lambda: app.editor.ghost == "")
        assert app.line.text == "undo"


async def test_escape_gives_the_focus_back(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)) as pilot:
        before = app.query_one("#before")
        await until(lambda: before.has_focus)
        app.line.enter()
        await until(lambda: app.line.is_active)
        await pilot.press("escape")
        await until(lambda: before.has_focus and app.said[-1] == ("left", ""))


async def test_parts_are_coloured_and_what_is_wrong_is_marked(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)):
        app.line.set_text("assign 214")
        await until(lambda: "assign 214" in app.editor.render_line(0).text)
        verb = next(iter(app.editor.render_line(0)))
        assert (verb.text, verb.style is not None and verb.style.bold) == ("assign", True)
        app.line.set_text("asign 214")
        await until(lambda: "asign 214" in app.editor.render_line(0).text)
        wrong = next(iter(app.editor.render_line(0)))
        assert (wrong.text, wrong.style is not None and wrong.style.underline) == ("asign", True)


async def test_the_hint_is_at_the_right_end_and_yields_to_the_text(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 6)):
        app.line.set_hint("li is free · 9.1 km")
        app.line.set_text("assign 214 li")
        await until(lambda: app.editor.render_line(0).text.endswith("li is free · 9.1 km"))
        app.line.set_text("assign 214 li " + "x" * 50)
        await until(lambda: "x" * 40 in app.editor.render_line(0).text)
        assert "li is free" not in app.editor.render_line(0).text


@pytest.mark.parametrize("text", NASTY, ids=["long", "right-to-left", "emoji", "markup", "control", "bidi"])
async def test_any_text_can_be_pasted_and_is_only_text(text: str, until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(40, 6)) as pilot:
        app.line.enter()
        await until(lambda: app.line.is_active)
        app.editor.post_message(events.Paste(text + "\r\nmore\n"))
        await until(lambda: app.line.text.endswith("more"))
        assert len(app.line.text) == len(text) + 6
        assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in app.line.text)
        await pilot.press("left", "x", "home", "delete")
        assert app.editor.render_line(0).cell_length == app.editor.scrollable_content_region.width
        assert "Paste" not in str(app.said)
        assert ("submitted", app.line.text) not in app.said
