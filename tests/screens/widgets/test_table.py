from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.app import App
from textual.message import Message
from textual.widget import Widget

from screens.widgets.table import PAGE_ROWS, Column, Key, PageSource, Row, VirtualTable
from screens.widgets.text import toned

Around = Callable[..., App[None]]
Until = Callable[[Callable[[], object]], Awaitable[None]]
Painted = Callable[[Widget], list[str]]
COLUMNS = [Column("no", "No", width=5, align="right"), Column("what", "What")]


def rows(*keys: int, **changed: str) -> list[Row]:
    return [Row(key, [str(key), changed.get(f"r{key}", f"job {key}")]) for key in keys]


class Watched(VirtualTable):
    """A table that remembers what it said."""

    def __init__(self, **options: object) -> None:
        super().__init__(COLUMNS, **options)  # type: ignore[arg-type]
        self.said: list[Message] = []

    def post_message(self, message: Message) -> bool:
        if isinstance(message, (self.RowHighlighted, self.RowSelected, self.SourceFailed, self.HeaderPressed)):
            self.said.append(message)
        return super().post_message(message)

    @property
    def highlighted(self) -> list[Key | None]:
        return [message.key for message in self.said if isinstance(message, self.RowHighlighted)]


class Numbers:
    """A source of numbered rows that counts how often it is asked, and can be slow or broken."""

    def __init__(self, keys: list[int]) -> None:
        self.keys = keys
        self.suffix = ""
        self.asked: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    @property
    def count(self) -> int:
        return len(self.keys)

    async def page(self, index: int) -> list[Row]:
        self.asked.append(index)
        keys = self.keys[index * PAGE_ROWS : (index + 1) * PAGE_ROWS]
        found = [Row(key, [str(key), f"job {key}{self.suffix}"]) for key in keys]
        await self.gate.wait()
        if self.error:
            raise self.error
        return found

    async def locate(self, key: Key) -> int | None:
        return self.keys.index(int(key)) if key in self.keys else None


async def test_a_table_says_that_it_loads_or_is_empty(around: Around, painted: Painted, until: Until) -> None:
    table = Watched(empty_text="Nothing needs you.")
    async with around(table).run_test(size=(40, 6)):
        await until(lambda: "Loading …" in painted(table)[1])
        table.set_rows([])
        assert "Nothing needs you." in painted(table)[1]


async def test_keys_move_the_cursor_and_enter_opens_its_row(around: Around, until: Until) -> None:
    table = Watched()
    async with around(table).run_test(size=(40, 6)) as pilot:
        table.set_rows(rows(*range(100)))
        table.focus()
        await pilot.press("down", "j", "up", "end", "pageup", "enter")
        await until(lambda: any(isinstance(message, table.RowSelected) for message in table.said))
        selected = [message.key for message in table.said if isinstance(message, table.RowSelected)]
        assert selected == [table.cursor_key] == [95]
        assert table.highlighted == [0, 1, 2, 1, 99, 95]


async def test_the_cursor_stays_on_its_key_when_rows_move(around: Around) -> None:
    table = Watched()
    async with around(table).run_test(size=(40, 8)):
        table.set_rows(rows(*range(50)))
        table.move_to(30)
        line = table.cursor_index - table.scroll_offset.y
        table.set_rows(rows(*range(100, 120), *range(50)))
        assert (table.cursor_key, table.cursor_index) == (30, 50)
        assert table.cursor_index - table.scroll_offset.y == line, "the row moved on the screen, under the cursor"
        assert table.highlighted == [0, 30]


async def test_a_cursor_whose_row_is_gone_takes_the_nearest(around: Around) -> None:
    table = Watched()
    async with around(table).run_test(size=(40, 8)):
        table.set_rows(rows(1, 2, 3))
        table.move_to(3)
        table.set_rows(rows(1, 2))
        assert table.cursor_key == 2
        table.set_rows([])
        assert table.highlighted == [1, 3, 2, None]


async def test_changed_rows_flash_once_and_the_timer_ends(around: Around, until: Until) -> None:
    table = Watched()
    async with around(table).run_test(size=(40, 8)):
        table.set_rows(rows(1, 2, 3))
        resting = [table.render_line(y) for y in range(1, 4)]
        table.set_rows(rows(1, 2, 3, r2="job 2 is late"))
        assert [table.render_line(y) is strip for y, strip in enumerate(resting, 1)] == [True, False, True]
        flashing = table.render_line(2)
        await until(lambda: table.render_line(2) is not flashing)
        assert table.render_line(2).text == flashing.text
        assert list(table.render_line(2)) != list(flashing)


async def test_a_countdown_does_not_flash_when_the_version_is_the_same(around: Around) -> None:
    table = Watched()
    async with around(table).run_test(size=(40, 8)):
        table.set_rows([Row(1, ["1", "20 s"], version=4), Row(2, ["2", "9 s"], version=1)])
        table.move_to(2)
        before = table.render_line(1)
        table.set_rows([Row(1, ["1", "19 s"], version=4), Row(2, ["2", "8 s"], version=1)])
        after = table.render_line(1)
        assert "19 s" in after.text
        assert [segment.style for segment in after] == [segment.style for segment in before]


async def test_user_text_is_shown_as_text(around: Around, painted: Painted) -> None:
    table = Watched()
    async with around(table).run_test(size=(60, 8)):
        table.set_rows([Row(1, ["1", "[red]x[/] \x1b[31m\u202e 田中"]), Row(2, ["2", toned("x" * 500, "bad")])])
        assert "[red]x[/]  [31m  田中" in painted(table)[1]
        assert table.render_line(2).cell_length == table.render_line(1).cell_length


async def test_tall_rows_show_their_further_lines_left_and_right(around: Around, painted: Painted) -> None:
    table = Watched(row_height=2, show_header=False, more_under="what")
    async with around(table).run_test(size=(40, 6)) as pilot:
        table.set_rows([Row(key, [str(key), "late"], more=[("nobody free", f"a {key} li")]) for key in range(9)])
        assert painted(table)[1] == "▌" + " " * 7 + "nobody free" + " " * 14 + "a 0 li"
        await pilot.click(table, offset=(3, 5))
        assert table.cursor_key == 2


async def test_a_click_on_a_header_names_the_column_and_a_double_click_opens(around: Around, until: Until) -> None:
    table = Watched()
    async with around(table).run_test(size=(40, 6)) as pilot:
        table.set_rows(rows(1, 2, 3))
        await pilot.click(table, offset=(10, 0))
        await pilot.click(table, offset=(10, 2), times=2)
        await until(lambda: any(isinstance(message, table.RowSelected) for message in table.said))
        assert [message.column for message in table.said if isinstance(message, table.HeaderPressed)] == ["what"]
        assert table.cursor_key == 2


async def test_marks_are_shown_by_a_glyph(around: Around, painted: Painted) -> None:
    table = Watched(markable=True)
    async with around(table).run_test(size=(40, 6)):
        table.set_rows(rows(1, 2, 3))
        table.set_marks({2})
        assert [line[1] for line in painted(table)[1:4]] == [" ", "✓", " "]


async def test_a_million_rows_cost_the_pages_that_are_looked_at(around: Around, painted: Painted, until: Until) -> None:
    table, source = Watched(), Numbers(list(range(1_000_000)))
    async with around(table).run_test(size=(40, 20)) as pilot:
        checked: PageSource = source
        table.set_source(checked)
        table.focus()
        await until(lambda: source.asked == [0, 1])
        await pilot.press("end")
        await until(lambda: table.cursor_key == 999_999)
        await until(lambda: source.asked == [0, 1, 3906, 3905])
        assert "job 999999" in painted(table)[-1]


async def test_rows_on_the_way_are_dots_and_a_refresh_is_never_blank(
    around: Around, painted: Painted, until: Until
) -> None:
    table, source = Watched(), Numbers(list(range(600)))
    async with around(table).run_test(size=(40, 6)):
        source.gate.clear()
        table.set_source(source)
        await until(lambda: source.asked == [0])
        assert painted(table)[2] == "     ·  ·"
        source.gate.set()
        await until(lambda: "job 1" in painted(table)[2])
        source.gate.clear()
        source.suffix = " moved"
        table.invalidate()
        await until(lambda: source.asked[-1] == 0)
        assert painted(table)[2].endswith("job 1")
        source.gate.set()
        await until(lambda: painted(table)[2].endswith("job 1 moved"))


async def test_only_visible_pages_of_changed_rows_are_read_again(around: Around, until: Until) -> None:
    table, source = Watched(), Numbers(list(range(2_000)))
    async with around(table).run_test(size=(40, 6)):
        table.set_source(source)
        await until(lambda: source.asked == [0, 1])
        table.invalidate({5, 1_999})
        await until(lambda: source.asked == [0, 1, 0])
        table.invalidate({1_999})
        await asyncio.sleep(0.03)
        assert source.asked == [0, 1, 0]


async def test_the_cursor_of_a_source_stays_on_its_key_even_on_another_page(around: Around, until: Until) -> None:
    table, source = Watched(), Numbers(list(range(600)))
    async with around(table).run_test(size=(40, 6)):
        table.set_source(source)
        await until(lambda: table.cursor_key == 0)
        table.move_to(3)
        source.keys = [*range(1_000, 1_500), *range(600)]
        table.invalidate()
        await until(lambda: table.cursor_index == 503)
        assert table.cursor_key == 3
        source.keys = [1, 2, 4]
        table.invalidate()
        await until(lambda: table.cursor_key == 4)
        assert table.highlighted == [0, 3, 4]


async def test_a_key_that_is_not_here_is_looked_for(around: Around, until: Until) -> None:
    table, source = Watched(), Numbers(list(range(5_000)))
    async with around(table).run_test(size=(40, 6)):
        table.set_source(source)
        await until(lambda: table.cursor_key == 0)
        table.move_to(4_321)
        await until(lambda: table.cursor_key == 4_321 and table.row_at(4_321))


async def test_a_source_that_failed_is_asked_again_after_an_invalidation(around: Around, until: Until) -> None:
    table, source = Watched(), Numbers(list(range(10)))
    source.error = OSError("no database")
    async with around(table).run_test(size=(40, 6)):
        table.set_source(source)
        await until(lambda: any(isinstance(message, table.SourceFailed) for message in table.said))
        assert source.asked == [0]
        source.error = None
        table.invalidate()
        await until(lambda: table.cursor_key == 0)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (20, 5)])
async def test_a_tiny_terminal_does_not_end_the_table(around: Around, size: tuple[int, int], until: Until) -> None:
    table = Watched()
    async with around(table).run_test(size=size) as pilot:
        table.set_rows(rows(*range(30)))
        table.focus()
        await pilot.press("end")
        await until(lambda: table.cursor_key == 29)
