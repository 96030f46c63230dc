"""The Admin screen: any booking with everything that can be done to it, its audit trail, and the room's settings.

Only the program's root imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget

from domain.errors import DispatchError, NotFound
from domain.lifecycle import Status, Subject
from screens.acting import KeyAction, Situation
from screens.actions import ACTION, bindings_for
from screens.audit import SETTING_COLUMNS, TRAIL_COLUMNS, setting_rows, setting_value, trail_row
from screens.booking_filter import everything, read_filter, shades
from screens.booking_pages import BOOKING_COLUMNS, BookingPages
from screens.case import Case, read_case
from screens.console import Loader
from screens.effects import effect
from screens.frame import Frame
from screens.overrides import OVERRIDES, Override, to_statuses
from screens.sheet import facts_of, heading_of
from screens.widgets.columns import Column
from screens.widgets.facts import FactSheet
from screens.widgets.filterbar import FilterBar, FilterEditor
from screens.widgets.heading import Heading
from screens.widgets.table import Row, VirtualTable
from screens.widgets.text import Tone, toned
from screens.widgets.toosmall import WIDTH_BREAKPOINTS

if TYPE_CHECKING:
    from domain.policy import Policy
    from domain.views import BookingFilter, EventRow

OVERRIDE_COLUMNS: Final = (
    Column("key", width=1),
    Column("label", width=18),
    Column("effect", min_width=20, weight=1),
)


class AdminScreen(Frame):
    """The override panel."""

    PLACE = "admin"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("admin")]
    HORIZONTAL_BREAKPOINTS = [*WIDTH_BREAKPOINTS, (100, "-roomy")]
    DEFAULT_CSS = """
    AdminScreen {
        & #admin { layout: vertical; }
        & #left { height: 6; }
        & #right { height: 1fr; }
        & #facts { height: 3; }
        & #settings-part { display: none; height: 12; }
        & #trail-part { display: none; height: 1fr; }
        & #overrides { height: 1fr; }
        &.-trail #trail-part { display: block; }
        &.-trail #overrides, &.-trail #overrides-heading { display: none; }
        &.-settings #settings-part { display: block; height: 1fr; }
        &.-settings #left { height: 1fr; }
        &.-settings #right { display: none; }
        &.-roomy #admin { layout: horizontal; }
        &.-roomy #left { width: 2fr; height: 1fr; border-right: vkey $foreground 15%; }
        &.-roomy #right { display: block; width: 3fr; height: 1fr; }
        &.-roomy #facts { height: 7; }
        &.-roomy #settings-part { display: block; height: 12; }
        &.-roomy #trail-part { display: block; height: 2fr; }
        &.-roomy #overrides-heading { display: block; }
        &.-roomy #overrides { display: block; height: 3fr; max-height: 20; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._which: BookingFilter | None = None
        self._pages: BookingPages | None = None
        self._changed: set[int] = set()
        self._is_behind = True
        self._policy: Policy | None = None
        self._case: Case | None = None
        self._goal: int | None = None
        self._cases: Loader | None = None

    def compose_body(self) -> ComposeResult:
        """Bookings and settings; the selected booking's facts, overrides and trail."""
        with Container(id="admin"):
            with Vertical(id="left"):
                yield FilterBar(
                    lambda text: shades(text, "bookings", self.console.context()),
                    placeholder="/: a number, words, status:…, late, -provider:…",
                    id="filter",
                )
                yield VirtualTable(BOOKING_COLUMNS, empty_text="No booking fits.", show_header=False, id="bookings")
                with Vertical(id="settings-part"):
                    yield Heading("Settings", id="settings-heading")
                    yield VirtualTable(SETTING_COLUMNS, show_header=False, id="settings")
            with Vertical(id="right"):
                yield Heading("", id="heading")
                yield FactSheet(id="facts", empty_text="No booking is selected.")
                yield Heading("Overrides", id="overrides-heading")
                yield VirtualTable(OVERRIDE_COLUMNS, show_header=False, empty_text="", id="overrides")
                with Vertical(id="trail-part"):
                    yield Heading("Audit trail", id="trail-heading")
                    yield VirtualTable(TRAIL_COLUMNS, row_height=2, show_header=False, more_under="way", id="trail")

    def on_mount(self) -> None:
        """Prepare the selected booking's own loading."""
        super().on_mount()
        self.query_one("#overrides-heading", Heading).aside = "Enter, or the key, types the line"
        self._cases = Loader(self, "admin.case", self._load_case, self.show_trouble)

    def on_screen_suspend(self) -> None:
        """Nobody tells a screen that is not shown what happens."""
        self._is_behind = True

    @property
    def filter(self) -> FilterBar:
        """A number or words."""
        return self.query_one("#filter", FilterBar)

    @property
    def bookings(self) -> VirtualTable:
        """The bookings to pick from."""
        return self.query_one("#bookings", VirtualTable)

    @property
    def overrides(self) -> VirtualTable:
        """What can be done."""
        return self.query_one("#overrides", VirtualTable)

    @property
    def trail(self) -> VirtualTable:
        """What was done."""
        return self.query_one("#trail", VirtualTable)

    @property
    def settings(self) -> VirtualTable:
        """How the room is set."""
        return self.query_one("#settings", VirtualTable)

    def first_focus(self) -> Widget:
        """Keys go to the bookings."""
        return self.bookings

    def situation(self) -> Situation:
        """The selected booking, another provider for it, and what could be taken back."""
        case = self._case
        if case is None:
            return super().situation()
        key = self.trail.cursor_key if self.trail.has_focus else None
        event = key if isinstance(key, int) else None
        return replace(super().situation(), booking=case.row, best=case.other, last=case.last, event=event)

    # Bookings and settings ------------------------------------------------------------------------------------------

    async def refresh_data(self) -> None:
        """Read what changed among the bookings, and the settings."""
        changed, self._changed = self._changed, set()
        pages, which = self._pages, self._which or everything()
        if pages is None or pages.which != which or self._is_behind:
            self._is_behind = False
            numbers = await self.console.read(lambda views: views.booking_numbers(which))
            if pages is None or pages.which != which:
                self._pages = BookingPages(self.console, which, numbers, before=pages, learned=self.selection_changed)
                self.bookings.set_source(self._pages, keep_cursor=True)
            else:
                pages.replace(numbers)
                self.bookings.invalidate()
        elif changed:
            numbered = sorted(changed)[-1000:]
            rows, policy = await self.console.read(lambda views: (views.bookings_numbered(numbered), views.policy()))
            self.bookings.invalidate(None if pages.update(rows, policy) else changed)
        if self._pages is not None:
            self.filter.show_found(f"{self._pages.count:,}")
        self._policy = await self.console.read(lambda views: views.policy())
        self.settings.set_rows(setting_rows(self._policy))
        if self._cases is not None and (self._case is None or self._case.number in changed):
            self._cases.ask()
        if self._goal is not None:
            self.bookings.move_to(self._goal)
            self._goal = None

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Note which bookings changed; whoever comes and goes changes what an override would do."""
        self._changed |= {row.event.subject_id for row in rows if row.event.subject is Subject.BOOKING}
        self.reload()

    @on(FilterBar.Changed)
    async def _filtered(self, event: FilterBar.Changed) -> None:
        text, context = event.text.strip(), self.console.context()
        self.filter.show_wrong("")
        if context is None:
            return
        try:
            if text.removeprefix("#").isdecimal():
                self._which = None
                number = int(text.removeprefix("#")[:18])
                await self.console.read(lambda views: views.booking(number))
                self._goal = number
            else:
                self._which = read_filter(text, context)
        except DispatchError as refusal:
            self.filter.show_wrong(refusal.message)
            return
        self.reload()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.set_focus(self.bookings, scroll_visible=False)

    @on(FilterEditor.LineWanted)
    def _line_wanted(self) -> None:
        self.do_focus_line()

    def select_booking(self, number: int) -> None:
        """Show a booking."""
        self._goal, self._which = number, None
        self.reload()

    # The selected booking -------------------------------------------------------------------------------------------

    @on(VirtualTable.RowHighlighted, "#bookings")
    def _moved(self) -> None:
        if self._cases is not None:
            self._cases.ask()

    async def _load_case(self) -> None:
        number, case = self.bookings.cursor_key, None
        if isinstance(number, int):
            with suppress(NotFound):
                case = await self.console.read(lambda views: read_case(views, number))
        if number == self.bookings.cursor_key:
            self._show_case(case)

    def _show_case(self, case: Case | None) -> None:
        before, self._case = self._case, case
        if case is None or before is None or case.number != before.number:
            self.overrides.show_loading()  # other rows altogether: nothing of them is news
            self.trail.show_loading()
        events = case.events if case else ()
        self.trail.set_rows([trail_row(row, self.console.zone) for row in reversed(events)])
        self.query_one("#trail-heading", Heading).aside = f"{len(events)} events, newest first" if events else ""
        self._show_facts(self.console.now())
        self._show_overrides()
        self.selection_changed()

    def _show_facts(self, now: datetime) -> None:
        heading, facts = self.query_one("#heading", Heading), self.query_one("#facts", FactSheet)
        if self._case is None or self._policy is None:
            heading.title, heading.aside = "", ""
            facts.show(())
            return
        heading.title, heading.aside = heading_of(self._case.sheet)
        facts.show([facts_of(self._case.sheet, self._policy, now, self.console.zone)])

    def on_pulse(self, now: datetime) -> None:
        """Count down."""
        self._show_facts(now)

    def _show_overrides(self) -> None:
        if self._case is None or self._policy is None:
            self.overrides.set_rows(())
            return
        row, other, last = self._case.row, self._case.other, self._case.last
        rows = []  # of one version, whatever changes: what could be done is no news that should flash
        for override in (*OVERRIDES, *to_statuses(row, other)):
            why = self._why_not(override)
            if why is None:
                does = effect(override, row, other, last, self._policy)
                key = toned(override.key, "accent").stylize("bold")
                tone: Tone = "bad" if override.to is Status.COMPLETED else "plain"
                rows.append(Row(override.id, (key, override.label, toned(does, tone)), version=0))
            else:
                cells = (override.key, override.label, f"not now: {why.partition(';')[0]}")
                rows.append(Row(override.id, cells, tone="muted", version=0))
        self.overrides.set_rows(rows)

    def _why_not(self, override: Override) -> str | None:
        """Why it is not possible now: the registry says, and nothing becomes what it is."""
        why = _action(override).why_not(self.situation())
        case = self._case
        if why is None and case is not None and override.to is case.row.booking.status:
            return f"it is {override.to} already"
        return why

    # What is done ---------------------------------------------------------------------------------------------------

    @on(VirtualTable.RowSelected, "#bookings")
    def _opened(self) -> None:
        self._show_part("")
        self.set_focus(self.overrides, scroll_visible=False)

    @on(VirtualTable.RowSelected, "#overrides")
    def _chosen(self, event: VirtualTable.RowSelected) -> None:
        case = self._case
        made = to_statuses(case.row, case.other) if case else []
        override = next(one for one in (*OVERRIDES, *made) if one.id == event.key)
        if override.to is None:
            self.act(_action(override))
        elif (why := self._why_not(override)) is not None:
            self.result.show("refused", why)
        elif case is not None:
            self.type_line(override.types.format(booking=case.number))

    @on(VirtualTable.RowSelected, "#settings")
    def _setting_chosen(self, event: VirtualTable.RowSelected) -> None:
        if self._policy is not None:
            self.type_line(f"set {event.key} {setting_value(self._policy, str(event.key))}")

    def do_undo_last(self) -> None:
        """Type what takes back the booking's last event; another's needs a reason."""
        if self._case is not None and self._case.last is not None:
            event = self._case.last.event
            self.type_line(f"undo {event.id}" if event.actor == self.acting else f"undo! {event.id} -- ")

    def do_go_to_statuses(self) -> None:
        """Go to the first status that it could be put into."""
        if self._case is not None:
            self._show_part("")
            self.set_focus(self.overrides, scroll_visible=False)
            row = self._case.row
            first = next(one for one in to_statuses(row, None) if one.to is not row.booking.status)
            self.overrides.move_to(first.id)

    def do_find(self) -> None:
        """Type a number or words."""
        self._show_part("")
        self.filter.enter()

    def do_trail(self) -> None:
        """Go to the audit trail; again, back to the overrides."""
        was_there = self.has_class("-trail")
        self._show_part("" if was_there else "-trail")
        self.set_focus(self.overrides if was_there else self.trail, scroll_visible=False)

    def do_settings(self) -> None:
        """Go to the settings; again, back to the bookings."""
        was_there = self.has_class("-settings")
        self._show_part("" if was_there else "-settings")
        self.set_focus(self.bookings if was_there else self.settings, scroll_visible=False)

    def _show_part(self, part: str) -> None:
        """Where there is room for one part only, show this one."""
        for one in ("-trail", "-settings"):
            self.set_class(one == part, one)


def _action(override: Override) -> KeyAction:
    return ACTION["override.status" if override.to else f"override.{override.id}"]
