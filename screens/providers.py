"""The Providers screen: the roster with everybody's status as it is now, and one provider's sheet.

Only the program's root imports this module.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from domain.errors import DispatchError
from screens.acting import Situation
from screens.actions import bindings_for
from screens.booking_filter import shades
from screens.console import Loader
from screens.form_line import Seen, carry_out, carry_out_edit, compose_line
from screens.frame import Frame
from screens.roster import (
    ROSTER_COLUMNS,
    edit_parts,
    fields_for,
    new_parts,
    provider_sections,
    roster_row,
    seen_of,
)
from screens.status import SHOWN_LOOKS
from screens.widgets.facts import FactSheet
from screens.widgets.filterbar import FilterBar, FilterEditor
from screens.widgets.form import FieldEditor, Form
from screens.widgets.heading import Heading
from screens.widgets.table import VirtualTable

if TYPE_CHECKING:
    from domain.criteria import ProviderFilter
    from domain.views import BookingRow, EventRow, ProviderRow, Views

DEEDS_SHOWN = 60


class ProvidersScreen(Frame):
    """Everybody by handle; the sheet beside them where there is room, else Enter shows it."""

    PLACE = "providers"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("providers")]
    HORIZONTAL_BREAKPOINTS = [*Frame.HORIZONTAL_BREAKPOINTS[:1], (60, "-narrow"), (140, "-roomy"), (200, "-wide")]
    DEFAULT_CSS = """
    ProvidersScreen {
        #rows-part { layout: horizontal; height: 1fr; }
        #roster-part { width: 1fr; }
        #sheet-part { width: 42%; border-left: solid $foreground 15%; }
        &.-narrow #sheet-part { display: none; width: 100%; border-left: none; }
        &.-narrow.-sheet #roster-part { display: none; }
        &.-narrow.-sheet #sheet-part { display: block; }
        Form { border-top: solid $primary 60%; max-height: 80%; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, ProviderRow] = {}
        self._which: ProviderFilter | None = None
        self._edited: int | None = None
        self._seen: Seen | None = None
        self._shown: tuple[ProviderRow, tuple[BookingRow, ...], tuple[EventRow, ...]] | None = None
        self._sheets: Loader | None = None

    def compose_body(self) -> ComposeResult:
        """Filter, roster, sheet; the form below when it is open."""
        yield FilterBar(
            lambda text: shades(text, "providers", self.console.context()),
            placeholder="f: words  available  status:busy,break  skill:plumbing  -off",
            id="filter",
        )
        with Container(id="rows-part"):
            with Container(id="roster-part"):
                yield VirtualTable(ROSTER_COLUMNS, empty_text="Nobody here: n takes down somebody new.", id="roster")
            with Container(id="sheet-part"):
                yield Heading("", id="sheet-heading")
                yield FactSheet(id="sheet", empty_text="Nobody is selected.")
        yield Form(id="form")

    def on_mount(self) -> None:
        """Prepare the sheet's own loading."""
        super().on_mount()
        self._sheets = Loader(self, "providers.sheet", self._load_sheet, self.show_trouble)

    def first_focus(self) -> Widget:
        """Keys go to the roster."""
        return self.table

    @property
    def table(self) -> VirtualTable:
        """The roster."""
        return self.query_one("#roster", VirtualTable)

    @property
    def filter(self) -> FilterBar:
        """The filter."""
        return self.query_one("#filter", FilterBar)

    @property
    def form(self) -> Form:
        """The form, open or not."""
        return self.query_one("#form", Form)

    # The roster -----------------------------------------------------------------------------------------------------

    async def refresh_data(self) -> None:
        """Read the roster, and the sheet after it."""
        rows = await self.console.read(lambda views: views.roster())
        self._rows = {row.provider.id: row for row in rows}
        self._show_roster(self.console.now())
        if self._sheets is not None:
            self._sheets.ask()

    def _show_roster(self, now: datetime) -> None:
        from domain.answers.finding import provider_matches

        which = self._which
        rows = [row for row in self._rows.values() if which is None or provider_matches(which, row)]
        self.table.set_rows([roster_row(row, now, self.console.zone) for row in rows])
        counts = {shown: sum(row.shown == shown for row in self._rows.values()) for shown in SHOWN_LOOKS}
        said = "  ".join(f"{SHOWN_LOOKS[shown][0]} {count} {shown}" for shown, count in counts.items() if count)
        self.filter.show_found(f"{len(rows)} of {len(self._rows)}   {said}" if self.filter.text.strip() else said)

    def on_time_changes(self) -> None:
        """Somebody's window may have begun or ended."""
        self.reload()

    def on_pulse(self, now: datetime) -> None:
        """Times go on."""
        if self._rows:
            self._show_roster(now)
            self._show_sheet(now)

    @property
    def _selected(self) -> ProviderRow | None:
        key = self.table.cursor_key
        return self._rows.get(key) if isinstance(key, int) else None

    def situation(self) -> Situation:
        """The provider under the cursor."""
        return replace(super().situation(), provider=self._selected)

    @on(VirtualTable.RowHighlighted, "#roster")
    def _cursor_moved(self) -> None:
        self.selection_changed()
        if self._sheets is not None:
            self._sheets.ask()

    @on(VirtualTable.RowSelected, "#roster")
    def _opened(self) -> None:
        self.add_class("-sheet")
        self.set_focus(self.query_one("#sheet"), scroll_visible=False)

    # The filter -----------------------------------------------------------------------------------------------------

    def do_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter.enter()

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        from domain.line.filters import parse_providers

        context = self.console.context()
        if context is None:
            return
        try:
            self._which = parse_providers(event.text, context)
        except DispatchError as refusal:
            self.filter.show_wrong(refusal.message)
            return
        self.filter.show_wrong("")
        self._show_roster(self.console.now())

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.set_focus(self.table, scroll_visible=False)

    @on(FilterEditor.LineWanted)
    @on(FieldEditor.LineWanted)
    def _line_wanted(self) -> None:
        self.do_focus_line()

    # The sheet ------------------------------------------------------------------------------------------------------

    async def _load_sheet(self) -> None:
        row = self._selected
        if row is None:
            self._shown = None
            self.query_one("#sheet-heading", Heading).title = ""
            self.query_one("#sheet", FactSheet).show([])
            return
        handle = row.provider.handle

        def ask(views: Views) -> tuple[tuple[BookingRow, ...], tuple[EventRow, ...]]:
            from domain.views import EventFilter

            deeds = views.events(EventFilter(actor=f"provider:{handle}"), before=2**62, limit=DEEDS_SHOWN)
            return views.jobs_of(handle), deeds

        jobs, deeds = await self.console.read(ask)
        now_selected = self._selected
        if now_selected is not None and now_selected.provider.id == row.provider.id:
            is_another = self._shown is None or self._shown[0].provider.id != row.provider.id
            self._shown = now_selected, jobs, self._log_of(handle, deeds)
            self._show_sheet(self.console.now(), from_top=is_another)

    def _log_of(self, handle: str, deeds: tuple[EventRow, ...]) -> tuple[EventRow, ...]:
        """What they did, and what was done to them lately; newest first."""
        events = {row.event.id: row for row in deeds}
        for row in self.console.recent:
            if row.event.subject == "provider" and row.subject_name == handle:
                events[row.event.id] = row
        return tuple(events[number] for number in sorted(events, reverse=True)[:DEEDS_SHOWN])

    def _show_sheet(self, now: datetime, *, from_top: bool = False) -> None:
        if self._shown is None:
            return
        row, jobs, events = self._shown
        self.query_one("#sheet-heading", Heading).title = f"{row.provider.handle}  {row.provider.name}"
        sections = provider_sections(row, jobs, events, now, self.console.zone)
        self.query_one("#sheet", FactSheet).show(sections, from_top=from_top)

    def key_escape(self) -> None:
        """Close what lies over the screen, or go back to the roster."""
        if not self.close_over():
            self.remove_class("-sheet")
            self.set_focus(self.table, scroll_visible=False)

    # Keys and the form ----------------------------------------------------------------------------------------------

    def do_toggle_standing(self) -> None:
        """Give no new jobs from now on, or jobs again."""
        if (row := self._selected) is not None:
            self.say(f"provider {'deactivate' if row.provider.active else 'activate'} {row.provider.handle}")

    def do_new_provider(self) -> None:
        """Open an empty form."""
        self._open_form("New provider", None)

    def do_edit_provider(self) -> None:
        """Open the form on the selected provider."""
        if (row := self._selected) is not None:
            self._open_form(f"Edit {row.provider.handle}", row)

    def _open_form(self, title: str, row: ProviderRow | None) -> None:
        self._edited, self._seen = (row.provider.id, seen_of(row)) if row else (None, None)
        services = sorted(self.console.directory.services) if self.console.directory else []
        self.form.open(title, fields_for(row, services))

    @on(Form.Submitted)
    @work(group="say")
    async def _save(self, event: Form.Submitted) -> None:
        if self._seen is None or self._edited is None:
            await carry_out(self, self.form, compose_line("provider new", new_parts(event.values)))
            return
        now, parts = seen_of(self._rows[self._edited]), edit_parts(event.values)
        opening = self.form.opening
        seen = await carry_out_edit(self, self.form, "provider edit", parts, self._seen, now)
        if self.form.opening == opening:
            self._seen = seen
