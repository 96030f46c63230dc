"""Where a table's rows come from: a list in memory, or pages of a source too long to hold.

Used by the table and its tests; imports no widget.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from screens.widgets.text import Cell, Tone, same

Key = int | str
MoreLine = Cell | tuple[Cell, Cell]

PAGE_ROWS: Final = 256
PAGES_KEPT: Final = 48  # 12,288 rows: a few MB, and every page that a person leafs back to


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row of a table.

    Attributes:
        key: What the row is about; the cursor stays on it wherever the row moves.
        cells: One cell a column.
        more: The second and third line of a tall row; a pair is set left and right.
        tone: Colours the whole row.
        version: When given, the row flashes when this changes (countdowns do not flash); else when a cell changes.
    """

    key: Key
    cells: Sequence[Cell]
    more: Sequence[MoreLine] = ()
    tone: Tone = "plain"
    version: int | None = None

    def looks_like(self, other: Row) -> bool:
        """Say whether painting the other row would paint the same."""
        return self.tone == other.tone and _all_same(self.cells, other.cells) and _all_same(self.more, other.more)

    def is_news_to(self, other: Row) -> bool:
        """Say whether the row says something that the other, older one did not."""
        if self.version is not None and other.version is not None:
            return self.version != other.version
        return not self.looks_like(other)


def _all_same(ones: Sequence[MoreLine], others: Sequence[MoreLine]) -> bool:
    return len(ones) == len(others) and all(
        _all_same(one, other)
        if isinstance(one, tuple) and isinstance(other, tuple)
        else not isinstance(one, tuple) and not isinstance(other, tuple) and same(one, other)
        for one, other in zip(ones, others, strict=True)
    )


class PageSource(Protocol):
    """Rows too many to hold. Reads that wait belong into a thread: `page` and `locate` run on the app's event loop."""

    @property
    def count(self) -> int:
        """How many rows there are now, as far as is known; must be quick."""

    async def page(self, index: int) -> list[Row]:
        """Read rows `index * PAGE_ROWS` up to the next page's first."""

    async def locate(self, key: Key) -> int | None:
        """Say at which position a key is now, or None when it is gone or unknown."""


class Change(set[Key]):
    """The keys of rows that look different now; `news` are those that should flash."""

    def __init__(self, *, moved: bool = False) -> None:
        super().__init__()
        self.news: set[Key] = set()
        self.moved = moved  # rows stand elsewhere than before: every visible line has to be looked at

    def note(self, row: Row, before: Row | None, *, newcomers_flash: bool) -> Row:
        """Compare a row with what was known of it, and return the one to keep."""
        if before is None:
            self.add(row.key)
            if newcomers_flash:
                self.news.add(row.key)
            return row
        if row.is_news_to(before):
            self.news.add(row.key)
        if row.looks_like(before) and row.version == before.version:
            return before
        self.add(row.key)
        return row


class ListedRows:
    """All rows in memory."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._index: dict[Key, int] = {}

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def row(self, index: int) -> Row | None:
        """The row at a position."""
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def index_of(self, key: Key) -> int | None:
        """The position of a key."""
        return self._index.get(key)

    def replace(self, rows: Sequence[Row], *, first: bool) -> Change:
        """Take over new rows; a row that looks as before stays the same object, so its strips stay cached."""
        change = Change()
        known = {row.key: row for row in self._rows}
        self._rows = [change.note(row, known.get(row.key), newcomers_flash=not first) for row in rows]
        change.moved = [row.key for row in self._rows] != list(known)
        self._index = {row.key: index for index, row in enumerate(self._rows)}
        return change

    def update(self, rows: Sequence[Row]) -> Change:
        """Take over some rows anew, in the places where they are; a row that is not here is left out."""
        change = Change()
        for row in rows:
            index = self._index.get(row.key)
            if index is not None:
                self._rows[index] = change.note(row, self._rows[index], newcomers_flash=False)
        return change


class PagedRows:
    """The pages of a source that were read lately, which of them are stale, and which is wanted next."""

    def __init__(self, source: PageSource) -> None:
        self.source = source
        self.count = source.count
        self.generation = 0
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._index: dict[Key, int] = {}
        self._stale: set[int] = set()
        self._failed: set[int] = set()
        self._expected: set[Key] = set()

    def row(self, index: int) -> Row | None:
        """The row at a position, if its page is here (stale or not)."""
        page = self._pages.get(index // PAGE_ROWS)
        offset = index % PAGE_ROWS
        return page[offset] if page is not None and offset < len(page) else None

    def index_of(self, key: Key) -> int | None:
        """The position of a key, if its page is here."""
        return self._index.get(key)

    def is_stale(self, index: int) -> bool:
        """Say whether the row at a position may be another one by now."""
        return index // PAGE_ROWS in self._stale

    def wanted(self, first: int, last: int) -> list[int]:
        """List the pages to read, most urgent first: what is visible, then the page after, then the one before.

        A neighbour that is stale can wait until it is visible; else every change would cost three pages.
        """
        visible = range(first // PAGE_ROWS, last // PAGE_ROWS + 1)
        end = (self.count - 1) // PAGE_ROWS
        return [
            page
            for page in (*visible, visible.stop, visible.start - 1)
            if 0 <= page <= end
            and page not in self._failed
            and (page not in self._pages or (page in self._stale and page in visible))
        ]

    def invalidate(self, keys: Collection[Key] | None, *, moved: bool = False) -> None:
        """Note that rows changed; their pages stay on show until they are visible and read again.

        Args:
            keys: What changed, or None for everything.
            moved: Whether others stand elsewhere by that.
        """
        self.generation += 1
        self._failed.clear()
        self._expected.update(keys or ())
        if keys is None or moved:
            self._stale.update(self._pages)
        else:
            self._stale.update(index // PAGE_ROWS for key in keys if (index := self._index.get(key)) is not None)
        self._recount()

    def store(self, page: int, rows: list[Row], generation: int) -> Change:
        """Keep a page that was read.

        Args:
            page: Which one.
            rows: Its rows.
            generation: `self.generation` when reading began; if it rose since, the page is shown but stays stale.

        Returns:
            What looks different now.
        """
        change = Change()
        known = {row.key: row for row in self._pages.get(page, ())}
        kept = [
            change.note(row, known.get(row.key) or self._known(row.key), newcomers_flash=row.key in self._expected)
            for row in rows
        ]
        change.moved = [row.key for row in kept] != list(known)
        self._expected.difference_update(row.key for row in kept)
        self._forget(page)
        self._pages[page] = kept
        self._index.update((row.key, page * PAGE_ROWS + offset) for offset, row in enumerate(kept))
        if generation == self.generation:
            self._stale.discard(page)
        else:
            self._stale.add(page)
        self._recount()
        while len(self._pages) > PAGES_KEPT:
            self._forget(next(iter(self._pages)))
        return change

    def fail(self, page: int) -> None:
        """Do not ask for a page again before the next invalidation: its source failed."""
        self._failed.add(page)

    def settle(self) -> None:
        """Note that all that was wanted is here: newcomers of earlier invalidations will not come any more."""
        self._expected.clear()

    def touch(self, first: int, last: int) -> None:
        """Note that the pages of these positions are in use."""
        for page in range(first // PAGE_ROWS, last // PAGE_ROWS + 1):
            if page in self._pages:
                self._pages.move_to_end(page)

    def _recount(self) -> None:
        """Take over the source's count, and forget the pages behind its end."""
        self.count = self.source.count
        for page in [page for page in self._pages if page * PAGE_ROWS >= self.count]:
            self._forget(page)

    def _known(self, key: Key) -> Row | None:
        index = self._index.get(key)
        return None if index is None else self.row(index)

    def _forget(self, page: int) -> None:
        self._stale.discard(page)
        for offset, row in enumerate(self._pages.pop(page, ())):
            if self._index.get(row.key) == page * PAGE_ROWS + offset:
                del self._index[row.key]
