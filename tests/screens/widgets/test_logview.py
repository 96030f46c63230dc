from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import App
from textual.message import Message
from textual.widget import Widget

from screens.widgets.logview import LogLine, LogView

Around = Callable[..., App[None]]
Until = Callable[[Callable[[], object]], Awaitable[None]]
Painted = Callable[[Widget], list[str]]


def lines(first: int, last: int) -> list[LogLine]:
    return [LogLine(number, f"event {number} [b]") for number in range(first, last + 1)]


async def test_it_follows_the_newest_line(around: Around, painted: Painted) -> None:
    log = LogView()
    async with around(log).run_test(size=(40, 4)):
        assert painted(log)[0] == " Nothing has happened yet."
        log.extend(lines(1, 30))
        assert painted(log)[-1].endswith("event 30 [b]")


async def test_it_stands_still_when_scrolled_up_and_says_how_many_are_new(
    around: Around, painted: Painted, until: Until
) -> None:
    log = LogView()
    async with around(log).run_test(size=(40, 5)) as pilot:
        log.extend(lines(1, 30))
        log.focus()
        await pilot.press("up", "pageup")
        shown = painted(log)
        assert not log.following
        log.extend(lines(31, 40))
        assert painted(log)[:4] == shown[:4]
        assert painted(log)[4] == " ↓ 10 new · End follows"
        await pilot.press("end")
        await until(lambda: log.following and painted(log)[4].endswith("event 40 [b]"))


async def test_the_wheel_stops_following_too(around: Around, until: Until) -> None:
    log = LogView()
    async with around(log).run_test(size=(40, 5)):
        log.extend(lines(1, 30))
        await until(lambda: log.show_vertical_scrollbar)
        log.scroll_relative(y=-3, animate=False)
        assert not log.following


async def test_it_is_bounded_and_what_is_being_read_stays(around: Around, painted: Painted) -> None:
    log = LogView(keep=100)
    async with around(log).run_test(size=(40, 5)) as pilot:
        log.extend(lines(1, 100))
        log.focus()
        await pilot.press("pageup", "pageup")
        shown, key = painted(log)[:4], log.cursor_key
        log.extend(lines(101, 150))
        assert log.line_count == 100
        assert (painted(log)[:4], log.cursor_key) == (shown, key)


async def test_enter_opens_the_line_under_the_cursor(around: Around, until: Until) -> None:
    opened: list[int | str] = []

    class Log(LogView):
        def post_message(self, message: Message) -> bool:
            if isinstance(message, LogView.Opened):
                opened.append(message.key)
            return super().post_message(message)

    log = Log()
    async with around(log).run_test(size=(40, 5)) as pilot:
        log.extend(lines(1, 30))
        log.focus()
        await pilot.press("up", "up", "enter")
        await until(lambda: opened == [28])
        log.replace(lines(5, 6))
        assert (log.line_count, log.following, log.cursor_key) == (2, True, 6)
