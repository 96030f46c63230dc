"""A table that paints only what is visible, so that a million rows cost what forty cost.

May be imported by screens; knows rows of text and their keys, never a booking or a database.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.binding import Binding, BindingType
from textual.geometry import clamp
from textual.message import Message
from textual.worker import Worker, WorkerState

from screens.widgets.columns import Column
from screens.widgets.rows import PAGE_ROWS, Change, Key, ListedRows, PagedRows, PageSource, Row
from screens.widgets.tableview import TableView

__all__ = ["PAGE_ROWS", "Column", "Key", "PageSource", "Row", "VirtualTable"]


class VirtualTable(TableView):
    """Rows under columns; the cursor stays on its row's key wherever the row moves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "select", "Open", show=False),
    ]

    @dataclass
    class RowHighlighted(Message):
        """The cursor is on another key now; None when there is nothing to be on."""

        table: VirtualTable
        key: Key | None

        @property
        def control(self) -> VirtualTable:
            """The table, for `@on` selectors."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, VirtualTable.RowHighlighted) and message.table is self.table

    @dataclass
    class RowSelected(Message):
        """Enter, or a double click, on a row."""

        table: VirtualTable
        key: Key

        @property
        def control(self) -> VirtualTable:
            """The table, for `@on` selectors."""
            return self.table

    @dataclass
    class HeaderPressed(Message):
        """A click on a column's header."""

        table: VirtualTable
        column: str

    @dataclass
    class SourceFailed(Message):
        """The source raised; what was on show stays, and the next `invalidate` tries again."""

        table: VirtualTable
        error: BaseException

    _announced: Key | None = None
    _is_unsettled = False  # rows changed, and the cursor's key has not been found again yet
    _in_flight: int | None = None

    # What the owner tells the table ---------------------------------------------------------------------------------

    @property
    def cursor_key(self) -> Key | None:
        """The key that the cursor is on; None while its row is on the way, or when there are no rows."""
        return self._cursor_key

    @property
    def cursor_index(self) -> int:
        """The cursor's position."""
        return self._cursor

    def row_at(self, index: int) -> Row | None:
        """The row at a position, if it is here."""
        return self._rows.row(index)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows and no others; rows that changed flash once, and the cursor stays on its key."""
        listed = self._rows if isinstance(self._rows, ListedRows) else ListedRows()
        self._rows = listed
        change = listed.replace(rows, first=not self._is_filled)
        change.moved |= not self._is_filled  # even without rows: it no longer says that it is loading
        self._is_filled = True
        self._apply(change)

    def update_rows(self, rows: Sequence[Row]) -> None:
        """Show some of the rows anew, in their places; the others stay as they are."""
        if isinstance(self._rows, ListedRows):
            change = self._rows.update(rows)
            self._refresh_keys(change)
            if change.news:
                self.flash(change.news)

    def set_source(self, source: PageSource, *, keep_cursor: bool = False) -> None:
        """Show the rows of a source, page by page.

        Args:
            source: Where the pages come from; each source (sort, filter) is a new object.
            keep_cursor: Whether to look for the cursor's key in the new rows instead of starting at the top.
        """
        self._rows = PagedRows(source)
        self._is_filled = True
        self._in_flight = None
        self._is_unsettled = keep_cursor and self._cursor_key is not None
        if not self._is_unsettled:
            self._cursor, self._cursor_key = 0, None
            self.scroll_to(y=0, animate=False, force=True)
        self._strips.clear()
        self._resize_virtual()
        self.refresh()
        self._read()

    def invalidate(self, keys: Collection[Key] | None = None, *, moved: bool = False) -> None:
        """Say that rows of the source changed: visible ones are read again, and stay on show until then.

        Args:
            keys: What changed, or None for everything.
            moved: Whether others stand elsewhere by that: rows came in or dropped out.
        """
        if isinstance(self._rows, PagedRows):
            self._rows.invalidate(keys, moved=moved)
            self._is_unsettled = True
            self._resize_virtual()
            self._read()

    def show_loading(self) -> None:
        """Forget the rows and say that others are on the way."""
        self._rows = ListedRows()
        self._is_filled = False
        self._apply(Change())

    def move_to(self, key: Key) -> None:
        """Put the cursor on a key, if it is there; a source may have to look for it first."""
        index = self._rows.index_of(key)
        if index is not None and not (isinstance(self._rows, PagedRows) and self._rows.is_stale(index)):
            self._go(index)
        elif isinstance(self._rows, PagedRows):
            self._go_to_located(self._rows, key)

    # Keys and mouse -------------------------------------------------------------------------------------------------

    def action_cursor(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by so many screenfuls."""
        self._go(self._cursor + by * max(1, (self.size.height - self._header) // self.row_height - 1))

    def action_edge(self, last: int) -> None:
        """Move the cursor to the first or the last row."""
        self._go(self.row_count - 1 if last else 0)

    def action_select(self) -> None:
        """Open the row that the cursor is on: by its key, even while rows are moving."""
        if self._cursor_key is not None:
            self.post_message(self.RowSelected(self, self._cursor_key))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row under the mouse; a double click opens it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < self._header:
            for place in self._placed:
                if place.x <= offset.x - self._gutter < place.x + place.width:
                    self.post_message(self.HeaderPressed(self, place.column.key))
            return
        index = (offset.y - self._header + self.scroll_offset.y) // self.row_height
        if index < self.row_count:
            self._go(index)
            if event.chain == 2:
                self.action_select()

    # Rows that come and move ----------------------------------------------------------------------------------------

    def _go(self, index: int) -> None:
        """Move the cursor to a position."""
        before = self._cursor
        self._cursor = clamp(index, 0, max(0, self.row_count - 1))
        row = self._rows.row(self._cursor)
        self._cursor_key = row.key if row else None
        self._refresh_row(before)
        self._refresh_row(self._cursor)
        self._show_cursor()
        self._announce()

    def _announce(self) -> None:
        if self._cursor_key != self._announced:
            self._announced = self._cursor_key
            self.post_message(self.RowHighlighted(self, self._cursor_key))

    def _show_cursor(self) -> None:
        """Scroll as little as needed to have the cursor's row on the screen."""
        top, room = self._cursor * self.row_height, max(1, self.size.height - self._header)
        y = self.scroll_offset.y
        if top < y or self.row_height > room:
            self.scroll_to(y=top, animate=False, force=True)
        elif top + self.row_height > y + room:
            self.scroll_to(y=top + self.row_height - room, animate=False, force=True)

    def _apply(self, change: Change) -> None:
        """Show what changed, and keep the cursor on its key."""
        first, last = self._visible()
        was_visible = first <= self._cursor <= last
        self._resize_virtual()
        self._settle(was_visible)
        if change.moved:
            self.refresh()
        else:
            self._refresh_keys(change)
        if change.news:
            self.flash(change.news)
        self._announce()

    def _settle(self, was_visible: bool) -> None:
        """Find the cursor's key again; when it is gone, take the row that is nearest."""
        index = None if self._cursor_key is None else self._rows.index_of(self._cursor_key)
        if index is not None:
            moved_by = index - self._cursor
            self._cursor = index
            if moved_by and was_visible:
                if self.scroll_offset.y:
                    self.scroll_to(y=self.scroll_offset.y + moved_by * self.row_height, animate=False, force=True)
                self._show_cursor()
            return
        if isinstance(self._rows, PagedRows) and self._cursor_key is not None:
            return  # its page may still be on the way: see _fetch
        self._take_nearest()

    def _take_nearest(self) -> None:
        self._cursor = clamp(self._cursor, 0, max(0, self.row_count - 1))
        row = self._rows.row(self._cursor)
        self._cursor_key = row.key if row else None

    def _read(self) -> None:
        """Have the pages read that are wanted, unless one of them already is being read."""
        if not isinstance(self._rows, PagedRows) or not self.size:
            return
        visible = self._visible()
        self._rows.touch(*visible)
        wanted = self._rows.wanted(*visible)
        if (wanted and self._in_flight not in wanted) or (self._is_unsettled and self._in_flight is None):
            self._in_flight = wanted[0] if wanted else None
            self._fetch(self._rows)

    @work(group="pages", exclusive=True, exit_on_error=False)
    async def _fetch(self, rows: PagedRows) -> None:
        """Read pages until none is wanted, then see where the cursor's key went."""
        while wanted := rows.wanted(*self._visible()):
            self._in_flight, generation = wanted[0], rows.generation
            page = await rows.source.page(wanted[0])
            change = rows.store(wanted[0], page, generation)
            first, last = self._visible()
            change.moved &= first // PAGE_ROWS <= wanted[0] <= last // PAGE_ROWS
            self._apply(change)
        self._in_flight = None
        rows.settle()
        key = self._cursor_key
        if self._is_unsettled and key is not None and rows.index_of(key) is None:
            index = await rows.source.locate(key)
            if key == self._cursor_key and index != self._cursor:
                if index is None:
                    self._cursor_key = None
                else:
                    self._cursor = index
                self._apply(Change(moved=True))
        self._is_unsettled = False

    @work(group="locate", exclusive=True, exit_on_error=False)
    async def _go_to_located(self, rows: PagedRows, key: Key) -> None:
        index = await rows.source.locate(key)
        if index is not None and rows is self._rows:
            self._go(index)
            self._cursor_key = key
            self._announce()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Report a source that failed, and do not ask it for the same page again."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            event.stop()
            if isinstance(self._rows, PagedRows) and event.worker.group == "pages" and self._in_flight is not None:
                self._rows.fail(self._in_flight)
            self._in_flight = None
            self._is_unsettled = False
            self.post_message(self.SourceFailed(self, event.worker.error))
            self._read()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the pages that came into view."""
        super().watch_scroll_y(old_value, new_value)
        self._read()

    def on_resize(self) -> None:
        """Read the pages that came into view."""
        self._read()
