"""The Desk: what needs me, worst first; the selected booking; the log as it grows.

Only the program's root imports this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from domain.lifecycle import Subject
from screens.acting import Situation
from screens.actions import bindings_for
from screens.booking_keys import BookingKeys
from screens.console import Loader
from screens.frame import Frame
from screens.looks import log_line
from screens.queue import QUEUE_COLUMNS, queue_row, same_until
from screens.sheet import heading_of, sheet_clock, sheet_sections, timeline_of
from screens.widgets.facts import FactSheet, Section
from screens.widgets.heading import Heading
from screens.widgets.logview import LogView
from screens.widgets.table import VirtualTable

if TYPE_CHECKING:
    from domain.answers.answer import Answer
    from domain.policy import Policy
    from domain.views import AlertRow, BookingRow, BookingSheet, EventRow, Views

QUEUE_LENGTH: Final = 100


class DeskScreen(BookingKeys):
    """The dispatcher's screen."""

    PLACE = "desk"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("desk")]
    DEFAULT_CSS = """
    DeskScreen {
        #top { layout: horizontal; height: 1fr; }
        #queue-part { width: 43%; }
        #sheet-part { width: 1fr; border-left: solid $foreground 15%; }
        #log-part { height: 9; }
        #queue { height: 1fr; }
        &.-tall #log-part { height: 14; }
        &.-roomy #queue-part { width: 50%; }
        &.-wide #queue-part { width: 40%; }
        &.-low #log-part { height: 5; }
        &.-narrow #queue-part { width: 100%; }
        &.-narrow #sheet-part { width: 100%; border-left: none; display: none; }
        &.-narrow.-sheet #queue-part { display: none; }
        &.-narrow.-sheet #sheet-part { display: block; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [
        *Frame.HORIZONTAL_BREAKPOINTS[:1],
        (60, "-narrow"),
        (100, "-roomy"),
        (140, "-design"),
        (200, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [*Frame.VERTICAL_BREAKPOINTS[:1], (16, "-low"), (34, "-high"), (52, "-tall")]

    def __init__(self) -> None:
        super().__init__()
        self._alerts: dict[int, AlertRow] = {}
        self._done: dict[int, int] = {}  # the version to which somebody here brought a booking
        self._policy: Policy | None = None
        self._number: int | None = None
        self._sheet: BookingSheet | None = None
        self._timeline: Section | None = None
        self._sheets: Loader | None = None
        self._is_pinned = False
        self._was_on: int | str | None = None
        self._offered_ack: int | None = None
        self._logged: set[int] = set()
        self._same_until: dict[int, datetime] = {}  # until when an entry of the queue need not be made anew
        self._sheet_clock: tuple[str, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Queue and sheet side by side, the log below."""
        with Container(id="top"):
            with Container(id="queue-part"):
                yield Heading("Needs me, worst first", id="queue-heading")
                yield VirtualTable(
                    QUEUE_COLUMNS,
                    row_height=2,
                    show_header=False,
                    more_under="glyph",
                    empty_text="Nothing needs you. New bookings appear here when they need a person.",
                    id="queue",
                )
            with Container(id="sheet-part"):
                yield Heading("", id="sheet-heading")
                yield FactSheet(id="sheet", empty_text="No booking is selected.")
        with Container(id="log-part"):
            yield Heading("Log", id="log-heading")
            yield LogView(id="log")

    def on_mount(self) -> None:
        """Prepare the sheet's own loading."""
        super().on_mount()
        self._sheets = Loader(self, "desk.sheet", self._load_sheet, self.show_trouble)
        self.watch(self, "focused", self._focus_moved)
        self.watch(self._log, "following", self._log_changed)

    def first_focus(self) -> Widget | None:
        """The queue."""
        return self._queue

    @property
    def _queue(self) -> VirtualTable:
        return self.query_one("#queue", VirtualTable)

    @property
    def _log(self) -> LogView:
        return self.query_one("#log", LogView)

    # Data -----------------------------------------------------------------------------------------------------------

    async def refresh_data(self) -> None:
        """Read the queue, and the sheet after it."""

        def ask(views: Views) -> tuple[tuple[AlertRow, ...], int, Policy]:
            rows, count = views.attention(QUEUE_LENGTH)
            return rows, count, views.policy()

        rows, count, self._policy = await self.console.read(ask)
        self._alerts = {row.row.booking.id: row for row in rows}
        self._done = {number: version for number, version in self._done.items() if number in self._alerts}
        self._count = count
        self._show_queue(self.console.now())
        self._show_log()
        self._offer_ack()
        if self._number is None and rows:
            self._number = rows[0].row.booking.id
        elif self._is_pinned and self._number in self._alerts and self._was_on is None:
            self._queue.move_to(self._number)
        if self._sheets is not None:
            self._sheets.ask()

    def _show_queue(self, now: datetime) -> None:
        if self._policy is None:
            return
        policy, zone = self._policy, self.console.zone
        self._same_until = {number: same_until(row, now) for number, row in self._alerts.items()}
        self._queue.set_rows([queue_row(row, policy, now, zone) for row in self._alerts.values()])
        self._show_place()

    def _show_queue_clocks(self, now: datetime) -> None:
        """Let the countdowns of the queue go on: only rows whose text may be another one are made anew."""
        over = [number for number, end in self._same_until.items() if now >= end]
        if self._policy is not None and over:
            others = [self._alerts[number] for number in over]
            self._same_until.update((row.row.booking.id, same_until(row, now)) for row in others)
            self._queue.update_rows([queue_row(row, self._policy, now, self.console.zone) for row in others])

    def _show_place(self) -> None:
        place = self._queue.cursor_index + 1 if self._alerts else 0
        self.query_one("#queue-heading", Heading).aside = f"{place}/{self._count}" if self._alerts else "nothing"

    async def _load_sheet(self) -> None:
        number = self._number
        if number is None:
            self._sheet = None
            self.query_one("#sheet", FactSheet).show([])
            self.query_one("#sheet-heading", Heading).title = ""
            return
        sheet = await self.console.read(lambda views: views.sheet(number))
        if number == self._number:
            is_another = self._sheet is None or self._sheet.row.booking.id != number
            self._sheet, self._timeline = sheet, timeline_of(sheet, self.console.zone)
            self._show_sheet(self.console.now(), from_top=is_another)
            self.selection_changed()

    def _show_sheet(self, now: datetime, *, from_top: bool = False) -> None:
        if self._sheet is None or self._policy is None or self._timeline is None:
            return
        heading = self.query_one("#sheet-heading", Heading)
        heading.title, heading.aside = heading_of(self._sheet)
        self._sheet_clock = sheet_clock(self._sheet, now, self.console.zone)
        sections = sheet_sections(self._sheet, self._policy, now, self.console.zone, self._timeline)
        self.query_one("#sheet", FactSheet).show(sections, from_top=from_top)

    def forget(self) -> None:
        """Read everything anew."""
        self._logged = set()
        self._log.replace([])
        super().forget()

    def _show_log(self) -> None:
        """Add what happened since the log was shown last."""
        zone = self.console.zone
        new = [row for row in self.console.recent if row.event.id not in self._logged]
        if new:
            self._logged = {row.event.id for row in self.console.recent}
            self._log.extend([log_line(row, zone) for row in new])

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Everything here may have changed; a tour's booking is shown while the tour tells of it."""
        self._show_log()
        self.reload()
        touched = [row.event.subject_id for row in rows if row.event.subject is Subject.BOOKING]
        if touched and self.host.caption():
            self.select_booking(touched[-1])

    def on_time_changes(self) -> None:
        """An offer is near its end, a promise gets close, somebody is free."""
        self.reload()

    def on_pulse(self, now: datetime) -> None:
        """Countdowns."""
        self._show_queue_clocks(now)
        if self._sheet is not None and sheet_clock(self._sheet, now, self.console.zone) != self._sheet_clock:
            self._show_sheet(now)

    # Selection ------------------------------------------------------------------------------------------------------

    def select_booking(self, number: int) -> None:
        """Show a booking, whether it is on the queue or not; it stays until somebody moves the cursor."""
        self._number, self._is_pinned = number, True
        if number in self._alerts:
            self._queue.move_to(number)
        if self._sheets is not None:
            self._sheets.ask()
        if self.has_class("-narrow"):
            self.add_class("-sheet")

    @on(VirtualTable.RowHighlighted, "#queue")
    def _row_highlighted(self, event: VirtualTable.RowHighlighted) -> None:
        event.stop()
        self._show_place()
        before, self._was_on = self._was_on, event.key
        moved_by_itself = before is None or before not in self._alerts
        if moved_by_itself and self._number is not None and (self._is_pinned or self.line.is_active):
            return  # what somebody opened or types about stays what they see
        self._follow_cursor()

    def _follow_cursor(self) -> None:
        key = self._queue.cursor_key
        self._is_pinned = False
        if isinstance(key, int) and key != self._number:
            self._number = key
            self.selection_changed()
            if self._sheets is not None:
                self._sheets.ask()

    @on(VirtualTable.RowSelected, "#queue")
    def _row_selected(self, event: VirtualTable.RowSelected) -> None:
        event.stop()
        self._follow_cursor()
        if self.has_class("-narrow"):
            self.add_class("-sheet")
        self.set_focus(self.query_one("#sheet"), scroll_visible=False)

    @on(LogView.Opened)
    def _event_opened(self, event: LogView.Opened) -> None:
        event.stop()
        for row in self.console.recent:
            if row.event.id == event.key and row.event.subject is Subject.BOOKING:
                self.select_booking(row.event.subject_id)

    def nearby(self) -> Iterable[int]:
        """The queue."""
        return self._alerts

    def situation(self) -> Situation:
        """The selected booking, as it is shown."""
        number = self._number
        sheet = self._sheet if self._sheet is not None and self._sheet.row.booking.id == number else None
        alert = self._alerts.get(number) if number is not None else None
        row: BookingRow | None = sheet.row if sheet else alert.row if alert else None
        best = sheet.candidates.best if sheet is not None and sheet.candidates is not None else None
        worst = self._worst()
        key = self._log.cursor_key if self._log.has_focus else None
        return replace(
            super().situation(),
            booking=row,
            event=key if isinstance(key, int) else None,
            alert=alert.alert if alert else None,
            worst=worst.alert if worst else None,
            best=best.handle if best else None,
        )

    # Keys -----------------------------------------------------------------------------------------------------------

    def do_next(self) -> None:
        """Go to the worst, and type what would most likely help."""
        worst = self._worst()
        if worst is None:
            self.result.show("info", "nothing needs you")
            return
        self._queue.move_to(worst.row.booking.id)
        self._follow_cursor()
        self.type_line(worst.line)

    def _worst(self) -> AlertRow | None:
        """The first of the queue to which nothing was done since it was read."""
        queue = self._alerts.values()
        return next((row for row in queue if row.row.booking.version >= self._done.get(row.row.booking.id, 0)), None)

    def do_back(self) -> None:
        """Back to the queue."""
        self.remove_class("-sheet")
        self._follow_cursor()
        self.set_focus(self._queue, scroll_visible=False)

    def key_escape(self) -> None:
        """Close what lies over the screen, or go back to the queue."""
        if not self.close_over() and not self._queue.has_focus:
            self.do_back()

    def entered_nothing(self) -> None:
        """Enter on an empty line: the one that the hint names is seen, and off the queue."""
        if self._offered_ack is None:
            super().entered_nothing()
        else:
            self.say(f"ack {self._offered_ack}")

    def _offer_ack(self) -> None:
        """Say on the empty line what Enter would do."""
        on_line = self.focused is not None and self.focused.parent is self.line
        is_empty = on_line and not self.line.text
        row = self._worst() if is_empty else None
        worst = row.row.booking.id if row else None
        if worst != self._offered_ack:
            self._offered_ack = worst
            self.line.set_hint("" if worst is None else f"Enter: ack {worst}, the worst")

    def on_answers(self, answers: Sequence[Answer]) -> bool:
        """A booking that was looked at is shown on the sheet; what was done to one counts before it is read again."""
        for answer in answers:
            if answer.ok and answer.booking is not None and "version" in answer.data:
                self._done[answer.booking] = answer.data["version"]
        self._offer_ack()
        last = answers[-1]
        if last.ok and last.booking is not None and "events" in last.data:
            self.select_booking(last.booking)
            return True
        return False

    def line_changed(self, text: str) -> None:
        """The hint is for the empty line only."""
        self._offer_ack()

    def left_line(self) -> None:
        """Show the booking under the cursor again, if another was kept while somebody typed."""
        if not self._is_pinned:
            self._follow_cursor()

    def _focus_moved(self, focused: Widget | None) -> None:
        self._offer_ack()
        for part in ("queue", "sheet", "log"):
            self.query_one(f"#{part}-heading", Heading).is_bright = focused is not None and focused.id == part

    def _log_changed(self, following: bool) -> None:
        self.query_one("#log-heading", Heading).title = "Log ● following" if following else "Log ‖ paused"
