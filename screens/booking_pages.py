"""Every booking there ever was, page by page: the numbers that match in one compact array, the rows when they are seen.

Screens may import this module; it asks the views, in threads, and knows no SQL.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from screens.console import Console
from screens.looks import flat, short_time
from screens.status import status_cell
from screens.widgets.columns import Column
from screens.widgets.table import PAGE_ROWS, Key, Row

if TYPE_CHECKING:
    from domain.policy import Policy
    from domain.views import BookingFilter, BookingRow, Views

ROWS_KEPT: Final = 13_000  # a little more than the table keeps painted

BOOKING_COLUMNS: Final = (
    Column("number", "No", width=7, align="right"),
    Column("status", "Status", width=15),
    Column("priority", "P", width=2, priority=4),
    Column("service", "Service", min_width=12, max_width=20, weight=2),
    Column("provider", "Provider", width=10, priority=2),
    Column("customer", "Customer", min_width=10, max_width=22, weight=2, priority=3),
    Column("address", "Address", min_width=16, max_width=48, weight=4),
    Column("when", "When", width=16, priority=5, min_terminal_width=110),
    Column("promised", "Promised", width=12, priority=6, min_terminal_width=110),
    Column("since", "Status since", width=12, priority=8, min_terminal_width=200),
    Column("notes", "Notes", min_width=12, weight=4, priority=7, min_terminal_width=200),
)


def booking_row(row: BookingRow, now: datetime, zone: tzinfo) -> Row:
    """A booking as a row of the table."""
    booking = row.booking
    when = "on demand"
    if booking.window_start is not None and booking.window_end is not None:
        when = f"{short_time(booking.window_start, now, zone)}–{booking.window_end.astimezone(zone):%H:%M}"
    cells = (
        str(booking.id),
        status_cell(booking.status, held=booking.held),
        f"P{booking.priority}",
        flat(row.service),
        row.provider or "–",
        flat(row.customer),
        flat(booking.address),
        when,
        short_time(booking.promised_at, now, zone),
        short_time(booking.status_since, now, zone),
        flat(booking.notes),
    )
    return Row(booking.id, cells, version=booking.version)


class BookingPages:
    """The bookings that match one filter, newest first."""

    def __init__(
        self,
        console: Console,
        which: BookingFilter,
        numbers: Sequence[int],
        *,
        before: BookingPages | None = None,
        learned: Callable[[], None],
    ) -> None:
        """Prepare them.

        Args:
            console: The way to the database.
            which: The filter.
            numbers: Every number that matches it.
            before: The pages of the filter before: what they know stays known.
            learned: Told after rows were read.
        """
        self.which = which
        self._console = console
        self._numbers = array("q", numbers)
        self._known: dict[int, BookingRow] = before._known if before else {}
        self._learned = learned

    @property
    def count(self) -> int:
        """How many match."""
        return len(self._numbers)

    def known(self, number: int) -> BookingRow | None:
        """A booking that was shown lately."""
        return self._known.get(number)

    async def page(self, index: int) -> list[Row]:
        """Read one page."""
        numbers = self._numbers[index * PAGE_ROWS : (index + 1) * PAGE_ROWS].tolist()
        now, zone = self._console.now(), self._console.zone

        def ask(views: Views) -> tuple[Sequence[BookingRow], list[Row]]:
            found = views.bookings_numbered(numbers)
            return found, [booking_row(row, now, zone) for row in found]

        found, rows = await self._console.read(ask)
        self.learn(found)
        return rows

    async def locate(self, key: Key) -> int | None:
        """Where a booking stands."""
        at = self._position(int(key))
        return at if at < self.count and self._numbers[at] == key else None

    def learn(self, rows: Iterable[BookingRow]) -> None:
        """Remember rows that were read."""
        for row in rows:
            self._known.pop(row.booking.id, None)
            self._known[row.booking.id] = row
        while len(self._known) > ROWS_KEPT:
            del self._known[next(iter(self._known))]
        self._learned()

    def replace(self, numbers: Sequence[int]) -> bool:
        """Take over the numbers that match now; whether they are others."""
        fresh = array("q", numbers)
        is_changed = fresh != self._numbers
        self._numbers = fresh
        return is_changed

    def update(self, rows: Collection[BookingRow], policy: Policy) -> bool:
        """Let rows that changed come in or drop out; whether one did."""
        from domain.answers.finding import matches

        now = self._console.now()
        self.learn(rows)
        is_changed = False
        for row in rows:
            number = row.booking.id
            at = self._position(number)
            is_in = at < self.count and self._numbers[at] == number
            fits = matches(self.which, row, now, policy)
            if is_in and not fits:
                del self._numbers[at]
                is_changed = True
            elif not is_in and fits:
                self._numbers.insert(at, number)
                is_changed = True
        return is_changed

    def _position(self, number: int) -> int:
        return bisect_left(self._numbers, -number, key=int.__neg__)
