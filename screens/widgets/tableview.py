"""The painting half of the table: strips cached by row and state, only dirty lines painted, flashes that end.

Base class of `table.VirtualTable`; imported by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import ClassVar, Final

from rich.segment import Segment
from textual.cache import LRUCache
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.timer import Timer

from screens.widgets.columns import Column, Placed, lay_out
from screens.widgets.paint import content_width, look, paint, strip_of, tone_style
from screens.widgets.rows import Key, ListedRows, MoreLine, PagedRows, Row
from screens.widgets.scrolling import LineView, resize_lines
from screens.widgets.text import Tone, fit, shown

FLASH_SECONDS: Final = 0.6
CURSOR, FOCUSED, FLASHING, MARKED = 1, 2, 4, 8


class TableView(LineView, can_focus=True):
    """Paints rows under columns."""

    DEFAULT_CSS = """
    TableView {
        .table--header { color: $foreground-muted; text-style: bold; }
        .table--cursor { background: $foreground 10%; }
        .table--cursor-focused { background: $primary 35%; }
        .table--flash { background: $warning 30%; text-style: bold; }
        .table--mark { color: $text-accent; text-style: bold; }
        .table--quiet { color: $foreground-muted; }
        &:ansi .table--cursor-focused { text-style: reverse; }
        &:ansi .table--cursor { text-style: underline; }
        &:ansi .table--flash { text-style: bold reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--cursor",
        "table--cursor-focused",
        "table--flash",
        "table--mark",
        "table--quiet",
    }

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        row_height: int = 1,
        show_header: bool = True,
        markable: bool = False,
        more_under: str = "",
        empty_text: str = "Nothing here.",
        loading_text: str = "Loading …",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Make a table that says it is loading until it is given rows or a source.

        Args:
            columns: The columns, in order.
            row_height: Lines a row (1 to 3); lines after the first come from `Row.more`.
            show_header: Whether the first line names the columns.
            markable: Whether the gutter has a place for marks (`set_marks`).
            more_under: The key of the column under which the further lines of a row begin.
            empty_text: What to say when there are no rows.
            loading_text: What to say before there are any.
            id: The widget's id.
            classes: The widget's CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.row_height = row_height
        self.empty_text = empty_text
        self.loading_text = loading_text
        self._header = int(show_header)
        self._gutter = 2 if markable else 1
        self._more_under = more_under
        self._rows: ListedRows | PagedRows = ListedRows()
        self._is_filled = False
        self._cursor = 0
        self._cursor_key: Key | None = None
        self._marks: frozenset[Key] = frozenset()
        self._flash_ends: dict[Key, float] = {}
        self._flash_timer: Timer | None = None
        self._width = 0
        self._placed: list[Placed] = []
        self._bases: dict[tuple[int, Tone], Style] = {}
        self._mark: Style | None = None
        self._strips: LRUCache[tuple[Key, int, int], tuple[Row, Strip]] = LRUCache(2048)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._rows.count

    def set_marks(self, keys: Iterable[Key]) -> None:
        """Mark these rows and no others (for bulk selection)."""
        before, self._marks = self._marks, frozenset(keys)
        self._refresh_keys(before ^ self._marks)

    def flash(self, keys: Iterable[Key]) -> None:
        """Let rows flash once."""
        if not self.is_mounted:
            return
        self._flash_ends.update(dict.fromkeys(keys, monotonic() + FLASH_SECONDS))
        self._refresh_keys(self._flash_ends)
        if self._flash_ends and self._flash_timer is None:
            self._flash_timer = self.set_timer(FLASH_SECONDS, self._end_flashes)

    def _end_flashes(self) -> None:
        now = monotonic()
        over = [key for key, ends in self._flash_ends.items() if ends <= now]
        for key in over:
            del self._flash_ends[key]
        self._refresh_keys(over)
        self._flash_timer = None
        if self._flash_ends:  # one timer for all; a burst ends in a few steps, not in one step a row
            wait = max(0.1, min(self._flash_ends.values()) - now)
            self._flash_timer = self.set_timer(wait, self._end_flashes)

    # Which lines are dirty ------------------------------------------------------------------------------------------

    def _visible(self) -> tuple[int, int]:
        """The first and the last position on the screen."""
        top = self.scroll_offset.y
        last = (top + max(1, self.size.height - self._header) - 1) // self.row_height
        last = max(0, min(self.row_count - 1, last))
        return min(top // self.row_height, last), last

    def _refresh_row(self, index: int) -> None:
        y = index * self.row_height - self.scroll_offset.y + self._header
        if y + self.row_height > 0 and y < self.size.height:
            self.refresh(Region(0, y, self.size.width, self.row_height))

    def _refresh_keys(self, keys: Iterable[Key]) -> None:
        first, last = self._visible()
        for key in keys:
            index = self._rows.index_of(key)
            if index is not None and first <= index <= last:
                self._refresh_row(index)

    def _resize_virtual(self) -> None:
        lines = self._header + self.row_count * self.row_height
        if lines != self.virtual_size.height:
            resize_lines(self, lines)
            self.refresh()

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        self._placed = lay_out(self.columns, self._width - self._gutter, self.app.size.width)
        self._strips.clear()
        self.refresh()

    def on_resize(self) -> None:
        """Give the columns the new width."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Forget what was painted in the styles before."""
        super().notify_style_update()
        self._bases.clear()
        self._mark = None
        self._strips.clear()

    def on_focus(self) -> None:
        """Show that the cursor takes keys."""
        self._refresh_row(self._cursor)

    def on_blur(self) -> None:
        """Show that the cursor takes no keys."""
        self._refresh_row(self._cursor)

    # Painting -------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Paint one line of the screen."""
        width = self._width
        if y < self._header:
            return self._paint_header(width)
        index, line = divmod(y - self._header + self.scroll_offset.y, self.row_height)
        if index < self.row_count:
            row = self._rows.row(index)
            if row is None:
                return self._paint_placeholder(width, is_cursor=index == self._cursor and self._cursor_key is None)
            return self._row_strip(row, line, width)
        if not self.row_count and y == self._header:
            quiet = look(self, "table--quiet")
            text = self.empty_text if self._is_filled else self.loading_text
            return strip_of(
                [*paint(" " * self._gutter, self._gutter, quiet), *paint(text, width - 2, quiet)], width, quiet
            )
        return Strip.blank(width, self.rich_style)

    def _row_strip(self, row: Row, line: int, width: int) -> Strip:
        """The strip of a row's line: painted once for as long as row and state stay the same."""
        state = MARKED if row.key in self._marks else 0
        if row.key == self._cursor_key:
            state |= CURSOR | (FOCUSED if self.has_focus else 0)
        if row.key in self._flash_ends:
            state |= FLASHING
        cached = self._strips.get((row.key, line, state))
        if cached is not None and cached[0] is row and cached[1].cell_length == width:
            return cached[1]
        base = self._base(state, row.tone if line == 0 else "plain")
        segments = self._paint_gutter(state, line, base)
        segments += self._paint_cells(row, base) if line == 0 else self._paint_more(row, line, width, base)
        strip = Strip(segments, width)
        self._strips[(row.key, line, state)] = (row, strip)
        return strip

    def _base(self, state: int, tone: Tone) -> Style:
        """The style under a row's text."""
        state &= ~MARKED
        if (state, tone) not in self._bases:
            classes = ["table--flash"] if state & FLASHING else []
            if state & CURSOR:
                classes.append("table--cursor-focused" if state & FOCUSED else "table--cursor")
            self._bases[state, tone] = look(self, *classes) + tone_style(tone)
        return self._bases[state, tone]

    def _paint_gutter(self, state: int, line: int, base: Style) -> list[Segment]:
        if self._mark is None:
            self._mark = look(self, "table--mark", partial=True)
        mark = base + self._mark
        segments = [Segment("▌" if state & CURSOR else " ", mark.rich_style)]
        if self._gutter > 1:
            segments.append(Segment("✓" if state & MARKED and line == 0 else " ", mark.rich_style))
        return segments

    def _paint_cells(self, row: Row, base: Style) -> list[Segment]:
        """Paint the cells side by side; neighbours in the same style become one segment."""
        segments: list[Segment] = []
        pending, x = "", 0
        for place in self._placed:
            pending += " " * (place.x - x)
            cell = row.cells[place.at] if place.at < len(row.cells) else ""
            if isinstance(cell, str):
                pending += fit(shown(cell), place.width, place.column.align)
            else:
                segments.append(Segment(pending, base.rich_style))
                segments += paint(cell, place.width, base, place.column.align)
                pending = ""
            x = place.x + place.width
        pending += " " * (self._width - self._gutter - x)
        return [segment for segment in (*segments, Segment(pending, base.rich_style)) if segment.text]

    def _paint_more(self, row: Row, line: int, width: int, base: Style) -> list[Segment]:
        """Paint a row's second or third line."""
        more: MoreLine = row.more[line - 1] if line <= len(row.more) else ""
        indent = next((place.x for place in self._placed if place.column.key == self._more_under), 0)
        segments = [Segment(" " * indent, base.rich_style)] if indent else []
        room = width - self._gutter - indent
        left, right = more if isinstance(more, tuple) else (more, "")
        right_width = min(content_width(right), room // 2)
        gap = 2 if right_width else 0
        segments += paint(left, room - right_width - gap, base)
        if right_width:
            segments += [Segment(" " * gap, base.rich_style), *paint(right, right_width, base, "right")]
        return segments

    def _paint_header(self, width: int) -> Strip:
        base = look(self, "table--header")
        titles = Row(0, [column.header for column in self.columns])
        return strip_of([Segment(" " * self._gutter, base.rich_style), *self._paint_cells(titles, base)], width, base)

    def _paint_placeholder(self, width: int, *, is_cursor: bool) -> Strip:
        base = self._base(CURSOR | (FOCUSED if self.has_focus else 0) if is_cursor else 0, "muted")
        segments = self._paint_gutter(CURSOR if is_cursor else 0, 0, base)
        return strip_of([*segments, *self._paint_cells(Row(0, ["·"] * len(self.columns)), base)], width, base)
