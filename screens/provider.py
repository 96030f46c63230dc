"""A provider's own screen: the jobs they can act on now as cards, the next step of each on one key, and their duty.

An admin picks a provider first and then acts as them; a provider is who they are. Only the program's root imports this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.lifecycle import Duty, Subject
from screens.acting import Situation
from screens.actions import ACTION, bindings_for
from screens.frame import Frame
from screens.jobs import CARD_COLUMNS, CARD_HEIGHT, NEXT_STEP, card, job_sections
from screens.looks import ago
from screens.part import PartLine, provider_name
from screens.status import shown_cell
from screens.widgets.columns import Column
from screens.widgets.facts import FactSheet
from screens.widgets.table import Row, VirtualTable
from screens.widgets.text import plain, toned
from screens.widgets.toosmall import WIDTH_BREAKPOINTS

if TYPE_CHECKING:
    from domain.views import BookingRow, EventRow, ProviderRow, Views

PICKER_COLUMNS = (
    Column("handle", "handle", width=14),
    Column("name", "name", min_width=16, max_width=28),
    Column("shown", "status", width=12),
    Column("jobs", "jobs", width=5, align="right"),
    Column("done", "today", width=5, align="right", priority=3),
    Column("rating", "rating", width=6, align="right", priority=4),
    Column("skills", "skills", weight=3, min_width=12, priority=2),
)
NOTHING = "Nothing to do now. New offers appear here by themselves."
PAUSE_S = 1.0
"""A second press within this time is a slip: nobody arrives and is done in one second."""


class ProviderScreen(Frame):
    """The jobs of one provider."""

    PLACE = "provider"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("provider")]
    HORIZONTAL_BREAKPOINTS = [*WIDTH_BREAKPOINTS, (100, "-roomy")]
    DEFAULT_CSS = """
    ProviderScreen {
        & #jobs { width: 3fr; }
        & #job { display: none; width: 2fr; border-left: vkey $foreground 15%; }
        &.-roomy.-chosen #job { display: block; }
        & #desk { display: none; }
        &.-chosen #desk { display: block; }
        &.-chosen #who { display: none; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._handle: str | None = None
        self._row: ProviderRow | None = None
        self._jobs: tuple[BookingRow, ...] = ()
        self._events: tuple[EventRow, ...] = ()
        self._stepped: tuple[int, datetime] | None = None

    def compose_body(self) -> ComposeResult:
        """Who it is, the list to pick from, the cards and the selected job."""
        yield PartLine()
        yield VirtualTable(PICKER_COLUMNS, empty_text="There are no providers yet.", id="who")
        with Horizontal(id="desk"):
            yield VirtualTable(
                CARD_COLUMNS,
                row_height=CARD_HEIGHT,
                show_header=False,
                more_under="status",
                id="jobs",
                empty_text=NOTHING,
            )
            yield FactSheet(id="job", empty_text="No job is selected.")

    def on_mount(self) -> None:
        """A provider is nobody else."""
        super().on_mount()
        if self.console.actor.role is Role.PROVIDER:
            self._play(self.console.actor.id)

    @property
    def acting(self) -> Actor:
        """The chosen provider; the person at the console until one is chosen."""
        return Actor(Role.PROVIDER, self._handle) if self._handle else super().acting

    @property
    def who(self) -> VirtualTable:
        """The list to pick from."""
        return self.query_one("#who", VirtualTable)

    @property
    def jobs(self) -> VirtualTable:
        """The cards."""
        return self.query_one("#jobs", VirtualTable)

    def first_focus(self) -> Widget:
        """The list, or the cards for somebody who has no choice."""
        return self.jobs if self.console.actor.role is Role.PROVIDER else self.who

    def situation(self) -> Situation:
        """The selected job, and the provider."""
        return replace(super().situation(), booking=self._selected(), provider=self._row)

    def _selected(self) -> BookingRow | None:
        key = self.jobs.cursor_key
        return next((row for row in self._jobs if row.booking.id == key), None)

    # Data -----------------------------------------------------------------------------------------------------------

    async def refresh_data(self) -> None:
        """Read the roster, or the provider with their jobs."""
        handle = self._handle
        if handle is None:
            roster = await self.console.read(lambda views: views.roster())
            self.who.set_rows([_picker_row(row) for row in roster])
            self._show_part()
            return
        selected = self.jobs.cursor_key

        def ask(views: Views) -> tuple[ProviderRow, tuple[BookingRow, ...], tuple[EventRow, ...]]:
            from domain.views import EventFilter

            jobs = views.jobs_of(handle)
            number = selected if any(job.booking.id == selected for job in jobs) else _first(jobs)
            events: tuple[EventRow, ...] = ()
            if isinstance(number, int):
                events = views.events(EventFilter(booking=number), before=2**62, limit=50)
            return views.provider(handle), jobs, events

        try:
            row, jobs, events = await self.console.read(ask)
        except NotFound as refusal:
            self.query_one(PartLine).show(toned(refusal.message, "bad"))
            return
        if handle == self._handle:
            self._row, self._jobs, self._events = row, jobs, events
            self._show(self.console.now())

    def _show(self, now: datetime) -> None:
        zone = self.console.zone
        off = self._row is not None and self._row.provider.duty is Duty.OFF
        self.jobs.empty_text = "Nothing to do: off duty. o goes on duty." if off else NOTHING
        self.jobs.set_rows([card(row, now, zone) for row in self._jobs])
        self._show_part()
        selected = self._selected()
        sheet = self.query_one("#job", FactSheet)
        if selected is None:
            sheet.show(())
            return
        mine = [row for row in self._events if row.event.subject_id == selected.booking.id]
        sheet.show(job_sections(selected, mine, now, zone))

    def _show_part(self) -> None:
        """Say who acts, and how they are."""
        line, row = self.query_one(PartLine), self._row
        if self._handle is None:
            line.show(
                plain("Whose jobs?  Enter acts as that provider"),
                toned("what you do then is logged as theirs", "muted"),
            )
        elif row is not None:
            now = self.console.now()
            since = f" for {ago(now - row.provider.duty_since)}" if row.provider.duty is not Duty.OFF else ""
            aside = toned(f"★ {row.provider.rating:.1f}  {row.done_today} done today", "muted")
            line.show(
                provider_name(row)
                + "  "
                + shown_cell(row.shown)
                + toned(f"  {row.provider.duty.lower()} duty{since}", "muted"),
                aside,
            )

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Read again what concerns this provider; the roster always."""
        shown = {row.booking.id for row in self._jobs}
        if self._handle is None or any(
            row.event.subject is not Subject.BOOKING or row.holder == self._handle or row.event.subject_id in shown
            for row in rows
        ):
            self.reload()

    def on_pulse(self, now: datetime) -> None:
        """Count down."""
        if self._handle is not None and self._row is not None:
            self._show(now)

    # What is done ---------------------------------------------------------------------------------------------------

    @on(VirtualTable.RowSelected, "#who")
    def _picked(self, event: VirtualTable.RowSelected) -> None:
        event.stop()
        self._play(str(event.key))
        self.set_focus(self.jobs, scroll_visible=False)

    @on(VirtualTable.RowSelected, "#jobs")
    def _entered(self, event: VirtualTable.RowSelected) -> None:
        event.stop()
        self.act(ACTION["job.step"])

    @on(VirtualTable.RowHighlighted, "#jobs")
    def _moved(self, event: VirtualTable.RowHighlighted) -> None:
        event.stop()
        self.selection_changed()
        self.reload()

    def _play(self, handle: str | None) -> None:
        self._handle, self._row, self._jobs, self._events = handle, None, (), ()
        self.set_class(handle is not None, "-chosen")
        self.jobs.show_loading()
        self.query_one(PartLine).show(plain(""))
        self.show_frame()
        self.reload()

    def do_choose(self) -> None:
        """Go back to the list."""
        before = self._handle
        self._play(None)
        self.set_focus(self.who, scroll_visible=False)
        if before is not None:
            self.who.move_to(before)

    def do_step(self) -> None:
        """Take the selected job's next step; a slip of the finger takes only one."""
        row, now = self._selected(), self.console.now()
        if row is None:
            return
        number, step = row.booking.id, NEXT_STEP[row.booking.status]
        if (
            self._stepped is not None
            and self._stepped[0] == number
            and (now - self._stepped[1]).total_seconds() < PAUSE_S
        ):
            self.result.show("info", f"{number} is {row.booking.status} since this moment; press once more to {step}")
            return
        self._stepped = (number, now)
        self.say(f"{step} {number}")

    def select_booking(self, number: int) -> None:
        """Put the cursor on a job."""
        self.jobs.move_to(number)


def _first(jobs: Sequence[BookingRow]) -> int | None:
    return jobs[0].booking.id if jobs else None


def _picker_row(row: ProviderRow) -> Row:
    provider = row.provider
    cells = (
        provider.handle,
        provider.name,
        shown_cell(row.shown),
        str(len(row.jobs) or "–"),
        str(row.done_today or "–"),
        f"{provider.rating:.1f}",
        ", ".join(row.skills),
    )
    return Row(provider.handle, cells, tone="plain" if provider.active else "muted", version=provider.version)
