from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from screens.widgets.choices import Choice, ChoiceList
from screens.widgets.editor import LineEditor
from screens.widgets.history import History
from screens.widgets.line import CommandLine, Outlook
from screens.widgets.turns import TurnsApp

Until = Callable[[Callable[[], object]], Awaitable[None]]
LINES = ["assign 214 li", "assign 214 mira", "hold 214", "undo!"]
EARLIER = ["hold 3", "assign 7 li", "note 9 x", "assign 7 li"]
NASTY = [
    "x" * 10_000,
    "שלום עולם " * 200,
    "👩‍👩‍👧🏽 " * 300,
    "[red]x[/] [/] [",
    "a\x1b[31m\x00b\x9b2J\ttab",
    "\u202eevil",
]


def foresee(text: str) -> Outlook:
    """`assign` is a verb, anything else is wrong; `mira` is busy."""
    verb = text.split(" ")[0]
    found = [Choice(line, line, "one of four", "busy" if "mira" in line else None) for line in LINES]
    choices = [choice for choice in found if choice.line.startswith(text) and choice.line != text]
    return Outlook(
        parts=[(0, len(verb), "verb" if verb == "assign" else "wrong"), (len(verb), 99_999, "nonsense")],
        choices=choices,
        ghost=choices[0].line if choices and text else "",
        wrong="" if choices or not text or verb == "assign" else f"{verb} is no verb",
        missing="assign needs a booking" if text == "assign " else "",
        note="plumbing · Ana Diaz" if "214" in text else "",
    )


class Desk(TurnsApp[None]):
    """A line under something else that has the focus first."""

    def __init__(self) -> None:
        super().__init__()
        self.line = CommandLine(foresee, history=History(EARLIER))
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
    def choices(self) -> ChoiceList:
        return self.query_one(ChoiceList)

    @property
    def listed(self) -> list[str]:
        """What is painted of the list."""
        if not self.choices.display:
            return []
        lines = [self.choices.render_line(y).text.rstrip() for y in range(self.choices.size.height)]
        return [line for line in lines if line]

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
        assert (app.line.text, list(app.line.history)[-1]) == ("", "hold 214")
        await pilot.press("enter")
        await until(lambda: app.said[-1] == ("submitted", ""))
        app.line.accept()
        assert len(app.line.history) == len(EARLIER) + 1


async def test_up_and_down_walk_the_history_each_line_once_and_come_back_to_the_draft() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        seen = []
        for key in ("up", "up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(app.line.text)
        assert seen == ["assign 7 li", "note 9 x", "hold 3", "hold 3", "note 9 x", "assign 7 li", ""]


async def test_up_finds_the_earlier_lines_that_begin_with_what_is_typed() -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter("h")
        await pilot.press("up")
        assert app.line.text == "hold 3"
        await pilot.press("up", "down")
        assert app.line.text == "h"
        app.line.enter("nobody ever said this")
        await pilot.press("up")
        assert app.line.text == "nobody ever said this"


async def test_tab_walks_the_list_highlights_the_choice_and_right_takes_the_ghost(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await pilot.press("a")
        await until(lambda: app.editor.ghost == "assign 214 li")
        assert "assign 214 li" in app.editor.render_line(0).text
        seen = []
        for key in ("tab", "tab", "tab", "tab", "shift+tab"):
            await pilot.press(key)
            seen.append((app.line.text, app.choices.chosen))
        assert seen == [("assign 214 li", 0), ("assign 214 mira", 1), ("a", -1), ("assign 214 li", 0), ("a", -1)]
        await pilot.press("s")
        await until(lambda: app.editor.ghost == "assign 214 li")
        await pilot.press("right")
        assert app.line.text == "assign 214 li"


async def test_what_cannot_follow_is_listed_with_the_reason_and_moves_nothing(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        before = [app.query_one("#before").region, app.line.region, app.editor.region]
        app.line.enter()
        await pilot.press("a")
        await until(lambda: len(app.listed) == 2)
        assert app.listed == ["   assign 214 li    one of four", " – assign 214 mira  busy"]
        assert app.choices.region.bottom == app.line.region.y
        assert [app.query_one("#before").region, app.line.region, app.editor.region] == before


async def test_the_list_is_as_high_as_what_it_says_and_ends_at_the_line(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await pilot.press("a")
        await until(lambda: app.choices.region.height == 2)
        app.editor.insert_text_at_cursor("ssign ")
        await until(lambda: app.choices.region.height == 3)
        app.editor.insert_text_at_cursor("214 m")
        await until(lambda: app.choices.region.height == 1)
        assert app.choices.region.bottom == app.line.region.y
        await pilot.click(ChoiceList, offset=(5, 0))
        assert app.line.text == "assign 214 mira"


async def test_a_keystroke_whose_text_fits_lays_nothing_out_anew(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await pilot.press("x")
        before = app.editor.virtual_size
        await pilot.press("y", "z", "backspace")
        assert app.editor.virtual_size == before


async def test_an_empty_line_lists_only_when_asked(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await until(lambda: app.editor.render_line(0).text.rstrip().endswith("Tab lists what can be said"))
        assert app.listed == []
        await pilot.press("tab")
        assert (len(app.choices.choices), app.line.text) == (4, "assign 214 li")


async def test_what_is_wrong_and_what_is_missing_is_said_above_the_line(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter("foo")
        await until(lambda: app.listed == [" ✕ foo is no verb"])
        app.line.enter("assign ")
        await until(lambda: app.listed == [" · assign needs a booking"])
        await pilot.press("escape")
        await until(lambda: app.listed == [])


async def test_a_text_that_a_key_has_put_there_opens_no_list_until_it_is_gone_on_with(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter("assign 214 ")
        await until(lambda: app.editor.ghost != "")
        assert app.listed == []
        await pilot.press("l")
        await until(lambda: app.listed == ["   assign 214 li  one of four"])


async def test_escape_gives_the_focus_back_at_once_and_the_text_and_its_list_are_there_again_later(
    until: Until,
) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await pilot.press("a")
        await until(lambda: len(app.listed) == 2)
        await pilot.press("escape")
        assert not app.line.is_active
        await until(lambda: app.listed == [])
        app.line.enter()
        assert app.line.text == "a"
        await pilot.press("tab")
        assert (app.choices.chosen, app.line.text) == (0, "assign 214 li")


async def test_escape_takes_back_what_the_list_has_put_on_the_line_first(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await pilot.press("a", "tab")
        assert (app.choices.chosen, app.line.text) == (0, "assign 214 li")
        await pilot.press("escape")
        assert (app.choices.chosen, app.line.text, app.line.is_active) == (-1, "a", True)
        await pilot.press("escape")
        assert not app.line.is_active


async def test_a_click_picks_a_choice(until: Until) -> None:
    app = Desk()
    async with app.run_test(size=(60, 10)) as pilot:
        app.line.enter()
        await pilot.press("a")
        await until(lambda: len(app.listed) == 2)
        await pilot.click(ChoiceList, offset=(5, 1))
        assert app.line.text == "assign 214 mira"
        assert app.line.is_active


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
        app.line.set_hint("Enter: ack 7")
        await until(lambda: app.editor.render_line(0).text.rstrip().endswith("Enter: ack 7"))
        app.line.set_text("assign 214 li")
        await until(lambda: app.editor.render_line(0).text.endswith("plumbing · Ana Diaz"))
        app.line.set_text("assign 214 li " + "x" * 50)
        await until(lambda: "x" * 40 in app.editor.render_line(0).text)
        assert "Ana Diaz" not in app.editor.render_line(0).text


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
