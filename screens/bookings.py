"""The Bookings screen: every booking there ever was, filtered, with the selected one's sheet beside them.

Only the program's root imports this module.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.widget import Widget

from domain.errors import DispatchError, StoreUnavailable
from domain.lifecycle import Action, Status, Subject
from screens.acting import Situation
from screens.actions import bindings_for
from screens.booking_filter import (
    everything,
    next_group,
    next_service,
    read_filter,
    shades,
    with_service,
    with_statuses,
)
from screens.booking_pages import BOOKING_COLUMNS, BookingPages
from screens.console import Loader
from screens.frame import Frame
from screens.marks import MarkedRows
from screens.sheet import heading_of, sheet_clock, sheet_sections, timeline_of
from screens.status import STATUS_LOOKS
from screens.widgets.chips import Chip, Chips
from screens.widgets.facts import FactSheet, Section
from screens.widgets.filterbar import FilterBar, FilterEditor
from screens.widgets.heading import Heading
from screens.widgets.table import VirtualTable

if TYPE_CHECKING:
    from domain.policy import Policy
    from domain.views import BookingFilter, BookingRow, BookingSheet, EventRow, Views

MOST_READ: Final = 1_000
COUNT_EVERY_S: Final = 1.0
SHEET_AFTER_S: Final = 0.06
"""The sheet follows the cursor once it rests for this long: a held key is not to wait for it."""
SHORT_NOTE: Final = "short terms: word beginnings"
MOVES_EVERY_S: Final = 2.0
"""How often a filter is asked anew that bookings come to fit as time goes by."""
COUNTS_FROM_WIDTH: Final = 100
CHANGES_NAMES: Final = frozenset({Action.EDIT, Action.UNDO})


class BookingsScreen(MarkedRows):
    """A filter, the statuses with their counts, the bookings, and one booking's sheet where there is room."""

    PLACE = "bookings"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("bookings")]
    HORIZONTAL_BREAKPOINTS = [*Frame.HORIZONTAL_BREAKPOINTS[:2], (130, "-roomy"), (200, "-wide")]
    DEFAULT_CSS = """
    BookingsScreen {
        #rows-part { layout: horizontal; height: 1fr; }
        #bookings { width: 1fr; }
        #sheet-part { display: none; width: 40%; border-left: solid $foreground 15%; }
        &.-roomy #sheet-part { display: block; }
        &.-wide #sheet-part { display: block; width: 34%; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._which: BookingFilter | None = None
        self._pages: BookingPages | None = None
        self._counts: dict[Status, int] = {}
        self._counted_at = float("-inf")
        self._are_counts_old = True
        self._is_behind = True
        self._changed: set[int] = set()
        self._read_at = 0.0
        self._read_on: date | None = None
        self._are_names_changed = False
        self._policy: Policy | None = None
        self._sheet: BookingSheet | None = None
        self._timeline: Section | None = None
        self._sheet_clock: tuple[str, ...] = ()
        self._sheets: Loader | None = None
        self._sheet_timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """Filter and statuses above, rows and sheet side by side."""
        yield FilterBar(
            self._describe_filter,
            placeholder="f: words  late  status:pending  p1  today  -provider:mira  waiting>10m",
            id="filter",
        )
        yield Chips(id="statuses")
        with Container(id="rows-part"):
            yield VirtualTable(BOOKING_COLUMNS, markable=True, empty_text="No booking fits.", id="bookings")
            with Container(id="sheet-part"):
                yield Heading("", id="sheet-heading")
                yield FactSheet(id="sheet", empty_text="No booking is selected.")

    def on_mount(self) -> None:
        """Prepare the sheet's own loading."""
        super().on_mount()
        self._sheets = Loader(self, "bookings.sheet", self._load_sheet, self.show_trouble)

    def on_screen_suspend(self) -> None:
        """Nobody tells a screen that is not shown what happens."""
        self._is_behind = True

    def forget(self) -> None:
        """Read everything anew."""
        self._pages = self._sheet = None
        super().forget()

    def first_focus(self) -> Widget:
        """Keys go to the rows."""
        return self.table

    # Rows -----------------------------------------------------------------------------------------------------------

    async def refresh_data(self) -> None:
        """Read what changed, or everything that matches when that is not known; then the counts."""
        changed, self._changed = self._changed, set()
        pages, which = self._pages, self._which
        is_other = pages is None or (which is not None and pages.which != which)
        is_news = bool(is_other or self._is_behind or changed)
        if is_other or self._is_behind or pages is None or len(changed) > MOST_READ:
            self._is_behind = False
            began = monotonic()
            await self._read_numbers(which, changed)
            self._read_at = monotonic()
            if not is_other:  # a search for words reads every booking: leave time for others
                await asyncio.sleep(min(1.0, 2 * (self._read_at - began)))
        elif changed:
            numbers = sorted(changed, reverse=True)
            rows, policy = await self.console.read(lambda views: (views.bookings_numbered(numbers), views.policy()))
            self._invalidate(changed, moved=pages.update(rows, policy))
        self._are_counts_old |= is_news
        if self._are_counts_old:
            await self._count()
        if self._sheets is not None and (self._sheet is None or self._sheet.row.booking.id in changed):
            self._sheets.ask()

    async def _count(self) -> None:
        """Count the bookings in each status, unless that was done a moment ago."""
        if monotonic() - self._counted_at > COUNT_EVERY_S:
            self._counted_at, self._are_counts_old = monotonic(), False
            self._counts = await self.console.read(lambda views: views.count_by_status())
        self._show_counts()

    async def _read_numbers(self, which: BookingFilter | None, changed: Iterable[int]) -> None:
        """Read every number that matches."""

        def ask(views: Views) -> tuple[BookingFilter, Sequence[int]]:
            asked = which or everything()
            return asked, views.booking_numbers(asked)

        asked, numbers = await self.console.read(ask)
        if self._pages is None or self._pages.which != asked:
            self._pages = BookingPages(self.console, asked, numbers, before=self._pages, learned=self.selection_changed)
            self.table.set_source(self._pages, keep_cursor=True)
        else:
            self._pages.replace(numbers)
            self._invalidate(changed, moved=True)

    def _invalidate(self, changed: Iterable[int], *, moved: bool) -> None:
        self.table.invalidate(list(changed), moved=moved or self._are_names_changed)
        self._are_names_changed = False

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Bookings changed, or the names on them."""
        for row in rows:
            if row.event.subject is Subject.BOOKING:
                self._changed.add(row.event.subject_id)
            elif row.event.action in CHANGES_NAMES:
                self._is_behind = self._are_names_changed = True
        self.reload()

    def on_pulse(self, now: datetime) -> None:
        """Count what was not counted in a burst, and let countdowns, lateness and the days of the filter go on."""
        if self._sheet is not None and sheet_clock(self._sheet, now, self.console.zone) != self._sheet_clock:
            self._show_sheet(now)
        if self._which is not None and self._pages is not None:
            if now.astimezone(self.console.zone).date() != self._read_on:
                self.filter.tell_again()
            traits = (self._which, self._which.unless)
            if any(one.moves_with_time for one in traits) and monotonic() - self._read_at > MOVES_EVERY_S:
                self._is_behind = True
                self.reload()
        if self._are_counts_old and self._pages is not None:
            self.reload()

    @on(VirtualTable.SourceFailed)
    def _source_failed(self, event: VirtualTable.SourceFailed) -> None:
        error = event.error
        self.show_trouble(error if isinstance(error, DispatchError) else StoreUnavailable(str(error)))

    # The filter -----------------------------------------------------------------------------------------------------

    def _describe_filter(self, text: str) -> Iterable[tuple[int, int, str]]:
        return shades(text, "bookings", self.console.context())

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        context = self.console.context()
        if context is None:
            return
        from domain.answers.finding import short_terms

        self._read_on = context.now.astimezone(context.zone).date()
        try:
            self._which = read_filter(event.text, context)
        except DispatchError as refusal:
            self.filter.show_wrong(refusal.message)
            return
        self.filter.show_wrong("")
        self.filter.show_note(SHORT_NOTE if short_terms(self._which.all_words) else "")
        self.reload()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.set_focus(self.table, scroll_visible=False)

    @on(FilterEditor.LineWanted)
    def _line_wanted(self) -> None:
        self.do_focus_line()

    @on(Chips.Toggled, "#statuses")
    def _status_toggled(self, event: Chips.Toggled) -> None:
        statuses = self._which.statuses if self._which else frozenset()
        self._ask_statuses(statuses ^ {Status(event.key)})

    def _ask_statuses(self, statuses: frozenset[Status]) -> None:
        context = self.console.context()
        if context is not None:
            self.filter.set_text(with_statuses(self.filter.text, statuses, context))

    def do_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter.enter()

    def do_cycle_status(self) -> None:
        """Ask for the next group of statuses."""
        name, statuses = next_group(self._which.statuses if self._which else frozenset())
        self._ask_statuses(statuses)
        self.result.show("info", f"status: {name}")

    def do_cycle_service(self) -> None:
        """Ask for the next service."""
        services = self.console.directory.services if self.console.directory else {}
        chosen = self._which.services if self._which else frozenset()
        present = next((name for name, number in services.items() if number in chosen), None)
        name = next_service(sorted(services), present)
        context = self.console.context()
        if context is not None:
            self.filter.set_text(with_service(self.filter.text, name, context))
        self.result.show("info", f"service: {name or 'all'}")

    def do_clear_filter(self) -> None:
        """Ask for every booking."""
        self.filter.set_text("")

    def _show_counts(self) -> None:
        found = self._pages.count if self._pages else 0
        whole = sum(self._counts.values())
        self.filter.show_found(f"{found:,} of {whole:,}" if found != whole else f"{whole:,} bookings")
        chosen = self._which.statuses if self._which else frozenset()
        chips = []
        for status, (glyph, tone) in STATUS_LOOKS.items():
            count = f"{self._counts.get(Status(status), 0):,}" if self.size.width >= COUNTS_FROM_WIDTH else ""
            chips.append(Chip(status, f"{glyph} {status}", count, tone, status in chosen))
        self.query_one("#statuses", Chips).set_chips(chips)

    # The selected booking -------------------------------------------------------------------------------------------

    @property
    def _number(self) -> int | None:
        key = self.table.cursor_key
        return key if isinstance(key, int) else None

    def select_booking(self, number: int) -> None:
        """Put the cursor on it, if it is among those shown."""
        self.table.move_to(number)

    @on(VirtualTable.RowHighlighted, "#bookings")
    def _cursor_moved(self) -> None:
        self.selection_changed()
        if self._sheet_timer is not None:
            self._sheet_timer.stop()
        if self._sheets is not None:
            self._sheet_timer = self.set_timer(SHEET_AFTER_S, self._sheets.ask)

    @on(VirtualTable.RowSelected, "#bookings")
    def _opened(self, event: VirtualTable.RowSelected) -> None:
        self.host.go("desk", booking=int(event.key))

    def situation(self) -> Situation:
        """The booking under the cursor, as it is shown."""
        number = self._number
        sheet = self._sheet if self._sheet is not None and self._sheet.row.booking.id == number else None
        known = self._pages.known(number) if self._pages is not None and number is not None else None
        row: BookingRow | None = known or (sheet.row if sheet else None)
        best = sheet.candidates.best if sheet is not None and sheet.candidates is not None else None
        return replace(super().situation(), booking=row, best=best.handle if best else None)

    async def _load_sheet(self) -> None:
        number = self._number if self.query_one("#sheet-part").display else None
        if number is None:
            self._sheet = None
            self.query_one("#sheet-heading", Heading).title = ""
            self.query_one("#sheet", FactSheet).show([])
            return

        def ask(views: Views) -> tuple[BookingSheet, Policy]:
            return views.sheet(number), views.policy()

        sheet, self._policy = await self.console.read(ask)
        if number == self._number:
            is_another = self._sheet is None or self._sheet.row.booking.id != number
            self._sheet, self._timeline = sheet, timeline_of(sheet, self.console.zone)
            self._show_sheet(self.console.now(), from_top=is_another)
            self.show_keys()

    def _show_sheet(self, now: datetime, *, from_top: bool = False) -> None:
        if self._sheet is None or self._policy is None or self._timeline is None:
            return
        heading = self.query_one("#sheet-heading", Heading)
        heading.title, heading.aside = heading_of(self._sheet)
        self._sheet_clock = sheet_clock(self._sheet, now, self.console.zone)
        sections = sheet_sections(self._sheet, self._policy, now, self.console.zone, self._timeline)
        self.query_one("#sheet", FactSheet).show(sections, from_top=from_top)

    def key_escape(self) -> None:
        """Close what lies over the screen, take the marks off, or go back to the rows."""
        if not self.close_over() and not self.forget_marks():
            self.set_focus(self.table, scroll_visible=False)
