"""The Log: every event that one may see, live; filtered by booking, actor, action or any word; paused and followed.

Only the program's root imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from domain.actors import Actor, Role
from domain.errors import DispatchError
from domain.lifecycle import Subject
from screens.acting import Situation
from screens.actions import bindings_for
from screens.booking_filter import shades
from screens.console import EVENTS_KEPT
from screens.frame import Frame
from screens.looks import log_line
from screens.widgets.filterbar import FilterBar, FilterEditor
from screens.widgets.heading import Heading
from screens.widgets.logview import LogView

if TYPE_CHECKING:
    from domain.views import EventFilter, EventRow, Views

BOOKINGS_LOOKED_AT: Final = 50
"""Of how many of their last bookings a customer or provider sees the log."""


def events_for(views: Views, actor: Actor, which: EventFilter) -> list[EventRow]:
    """The last events that fit and that they may see, oldest first."""
    from domain.answers.finding import event_matches
    from domain.views import BookingFilter, EventFilter
    from domain.visibility import may_see_event, sees_everything, within

    asked = [which]
    if not sees_everything(actor):
        own = within(actor, BookingFilter(), views.directory().handles.get(actor.id))
        rows = views.bookings(own, limit=BOOKINGS_LOOKED_AT)
        asked = [EventFilter(booking=row.booking.id) for row in rows]
        asked.append(EventFilter(actor=str(actor)))
    found = {
        row.event.id: row
        for one in asked
        for row in views.events(one, before=2**62, limit=EVENTS_KEPT)
        if event_matches(which, row) and may_see_event(actor, row)
    }
    return [found[number] for number in sorted(found)][-EVENTS_KEPT:]


def every_event() -> EventFilter:
    """The filter that every event passes."""
    from domain.views import EventFilter

    return EventFilter()


class LogScreen(Frame):
    """Everybody's log, by right."""

    PLACE = "log"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("log")]

    def __init__(self) -> None:
        super().__init__()
        self._which: EventFilter | None = None
        self._rows: dict[int, EventRow] = {}
        self._is_read = False

    def compose_body(self) -> ComposeResult:
        """The filter, and the log."""
        yield Heading("Log", id="log-heading")
        yield FilterBar(
            lambda text: shades(text, "events", self.console.context()),
            placeholder="f: 214  admin:ana  cancel  today  actor:provider  -action:attempt  any word",
            id="filter",
        )
        yield LogView(id="log", keep=5_000, empty_text="No event fits.")

    def on_mount(self) -> None:
        """Say what the log is doing."""
        super().on_mount()
        self.watch(self._log, "following", self._show_heading)

    def first_focus(self) -> Widget | None:
        """The log."""
        return self._log

    @property
    def _log(self) -> LogView:
        return self.query_one("#log", LogView)

    @property
    def _filter(self) -> FilterBar:
        return self.query_one("#filter", FilterBar)

    async def refresh_data(self) -> None:
        """Read the log from the database: once, and whenever the filter is another."""
        which, actor = self._which, self.console.actor
        if self._is_read:
            self._add(self.console.recent)
            return
        rows = await self.console.read(lambda views: events_for(views, actor, which or every_event()))
        if which != self._which:
            self.reload()
            return
        self._is_read = True
        self._rows = {row.event.id: row for row in rows}
        self._log.replace([log_line(row, self.console.zone) for row in rows])
        self._show_heading()

    def forget(self) -> None:
        """Read the log anew."""
        self._is_read = False
        super().forget()

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Add what fits."""
        if self._is_read:
            self._add(rows)

    def _add(self, rows: Sequence[EventRow]) -> None:
        from domain.answers.finding import event_matches
        from domain.visibility import may_see_event

        actor, which = self.console.actor, self._which or every_event()
        # Not above the newest: on PostgreSQL a lower number may be committed later.
        oldest = min(self._rows, default=0)
        unknown = [row for row in rows if row.event.id > oldest and row.event.id not in self._rows]
        later = [row for row in unknown if may_see_event(actor, row)]
        new = [row for row in later if event_matches(which, row)]
        if new:
            self._rows.update((row.event.id, row) for row in new)
            self._log.extend([log_line(row, self.console.zone) for row in new])
            self._show_heading()

    def _show_heading(self, _: bool = True) -> None:
        heading = self.query_one("#log-heading", Heading)
        heading.title = "Log ● following" if self._log.following else "Log ‖ paused"
        heading.aside = f"{self._log.line_count:,} events" + (
            " fit" if self._which not in (None, every_event()) else ""
        )
        self.show_keys()

    def situation(self) -> Situation:
        """The event under the cursor, and whether it stands still."""
        key = self._log.cursor_key
        event = key if isinstance(key, int) else None
        return replace(super().situation(), event=event, is_paused=not self._log.following)

    def do_filter(self) -> None:
        """Type a filter."""
        self._filter.enter()

    def do_pause(self) -> None:
        """Stand still, or follow again."""
        self._log.following = not self._log.following

    def do_clear_filter(self) -> None:
        """Show everything again."""
        self._filter.set_text("")
        self.set_focus(self._log, scroll_visible=False)

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        from domain.line.filters import parse_events

        context = self.console.context()
        if context is None:
            return
        try:
            which = parse_events(event.text, context)
        except DispatchError as refusal:
            self._filter.show_wrong(refusal.message)
            return
        self._filter.show_wrong("")
        if which != self._which:
            self._which, self._is_read = which, False
            self.reload()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.set_focus(self._log, scroll_visible=False)

    @on(FilterEditor.LineWanted)
    def _line_wanted(self) -> None:
        self.do_focus_line()

    @on(LogView.Opened)
    def _event_opened(self, event: LogView.Opened) -> None:
        event.stop()
        row = self._rows.get(int(event.key))
        if row is None or row.event.subject is not Subject.BOOKING:
            self.result.show("info", "that event is about no booking")
        elif self.console.actor.role is Role.ADMIN:
            self.host.go("desk", booking=row.event.subject_id)
        else:
            self.say(f"show {row.event.subject_id}")

    def key_escape(self) -> None:
        """Back to the log."""
        if not self.close_over():
            self.set_focus(self._log, scroll_visible=False)
