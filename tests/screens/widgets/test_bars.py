from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from screens.widgets.keybar import KeyBar, KeyHint
from screens.widgets.line import ResultLine
from screens.widgets.stepper import StepState, way
from screens.widgets.text import Tone, width_of
from screens.widgets.toosmall import HEIGHT_BREAKPOINTS, WIDTH_BREAKPOINTS, TooSmall
from screens.widgets.topbar import Clock, TopBar

Around = Callable[..., App[None]]
Until = Callable[[Callable[[], object]], Awaitable[None]]
Painted = Callable[[Widget], list[str]]

CHIPS: list[tuple[str, str, Tone]] = [("waiting", "7", "plain"), ("late", "2", "bad"), ("free", "12/40", "good")]


def filled_bar() -> TopBar:
    bar = TopBar()
    bar.screen_name, bar.clock = "Desk", "Mon 12:55:04"
    bar.set_identity("ana[b]", "admin")
    bar.set_chips(CHIPS)
    return bar


@pytest.mark.parametrize("width", [1, 12, 20, 33, 50, 64, 80, 100, 160])
async def test_the_top_bar_is_one_line_at_any_width_and_keeps_the_lamp(
    around: Around, painted: Painted, width: int
) -> None:
    bar = filled_bar()
    async with around(bar).run_test(size=(width, 3)):
        for lamp in (bar.set_live, lambda: bar.set_stale("12:04:09", "8 s"), lambda: bar.set_lost("12:04:09")):
            lamp()
            line = bar.render().plain
            assert bar.lamp.content().plain[0] in line
            assert width_of(line) <= width
            assert len(painted(bar)) == 1


async def test_a_second_repaints_clock_and_lamp_and_no_more(
    around: Around, painted: Painted, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = filled_bar()
    async with around(bar).run_test(size=(160, 3)) as pilot:
        bar.set_live()
        await pilot.pause()
        refreshed: list[object] = []
        monkeypatch.setattr(bar, "refresh", lambda *regions, **how: refreshed.append(regions))
        bar.clock = "Mon 12:55:05"
        assert painted(bar.query_one(Clock)) == ["Mon 12:55:05 ● live"]
        assert refreshed == []
        bar.set_lost("12:55:05")
        assert refreshed, "a wider lamp takes room from the rest of the line"


async def test_the_last_figures_fold_first(around: Around) -> None:
    bar = filled_bar()
    async with around(bar).run_test(size=(160, 3)) as pilot:
        wide = bar.render().plain
        assert "ana[b] · admin" in wide
        assert "waiting 7  late 2  free 12/40" in wide
        await pilot.resize_terminal(66, 3)
        narrow = bar.render().plain
        assert "waiting 7" in narrow
        assert "free" not in narrow


async def test_the_key_bar_drops_the_last_keys_and_keeps_all_keys(around: Around, painted: Painted) -> None:
    bar = KeyBar()
    async with around(bar).run_test(size=(34, 3)):
        bar.set_keys([KeyHint("n", "next"), KeyHint("a", "assign"), KeyHint("h", "hold"), KeyHint("w", "why")])
        assert painted(bar) == [" n next  a assign  ? all keys"]


async def test_a_click_on_a_key_posts_it_or_says_why_not(around: Around, until: Until) -> None:
    said: list[Message] = []

    class Bar(KeyBar):
        def post_message(self, message: Message) -> bool:
            if isinstance(message, (KeyBar.Pressed, KeyBar.Refused)):
                said.append(message)
            return super().post_message(message)

    bar = Bar()
    async with around(bar).run_test(size=(60, 3)) as pilot:
        bar.set_keys([KeyHint("n", "next"), KeyHint("a", "assign", enabled=False, why_not="nobody is free")])
        for x in (2, 8, 12, 20):
            await pilot.click(bar, offset=(x, 0))
        await until(lambda: len(said) == 3)
    assert [(type(m).__name__, getattr(m, "key", ""), getattr(m, "why_not", "")) for m in said] == [
        ("Pressed", "n", ""),
        ("Refused", "a", "nobody is free"),
        ("Pressed", "?", ""),
    ]


async def test_the_answer_is_shown_as_text_with_a_glyph(around: Around, painted: Painted) -> None:
    line = ResultLine()
    async with around(line).run_test(size=(40, 3)):
        line.show("refused", "[red]no[/] \x1b[2Jsuch booking" + "x" * 9_000)
        assert painted(line)[0].strip().startswith("✕ [red]no[/]  [2Jsuch")
        assert painted(line)[0].endswith("…")
        line.show("accepted", "8841 assigned")
        assert painted(line)[0].strip() == "✓ 8841 assigned"
        line.clear()
        assert painted(line) == [""]


def test_the_way_of_a_booking_is_in_words_while_there_is_room() -> None:
    steps: list[tuple[str, StepState]] = [("booked", "done"), ("accepted", "now"), ("done", "todo")]
    assert way(steps, 58).plain == "✓ booked ─ ● accepted ─ ○ done"
    assert way(steps, 22).plain == "✓─●─○  accepted 2/3"


async def test_a_terminal_that_is_too_small_is_covered(until: Until) -> None:
    class Small(App[None]):
        HORIZONTAL_BREAKPOINTS = WIDTH_BREAKPOINTS
        VERTICAL_BREAKPOINTS = HEIGHT_BREAKPOINTS

        def compose(self) -> ComposeResult:
            yield KeyBar()
            yield TooSmall()

    app = Small()
    async with app.run_test(size=(80, 24)) as pilot:
        cover = app.query_one(TooSmall)
        assert not cover.display
        for size in ((59, 24), (80, 15), (1, 1)):
            await pilot.resize_terminal(*size)
            await until(lambda: cover.display and cover.region.size == app.size)
        assert app.get_widget_at(0, 0)[0] is cover
        await pilot.resize_terminal(60, 16)
        await until(lambda: not cover.display)
