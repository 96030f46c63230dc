"""The Log: every event that one may see, live; filtered by booking, actor, action or any word; paused and followed.

Only the program's root imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Input, Static

from domain.actors import Actor, Role
from domain.lifecycle import Action, Subject
from domain.wording import told
from screens.acting import Situation
from screens.actions import bindings_for
from screens.console import EVENTS_KEPT
from screens.frame import Frame
from screens.looks import log_line, reason_of
from screens.widgets.editor import LineEditor
from screens.widgets.heading import Heading
from screens.widgets.logview import LogView

if TYPE_CHECKING:
    from domain.views import EventFilter, EventRow, Views

BOOKINGS_LOOKED_AT: Final = 50
"""Of how many of their last bookings a customer or provider sees the log."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What somebody typed into the filter, understood: all of it must fit."""

    booking: int | None = None
    action: str | None = None
    actor: str | None = None
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> LogFilter:
        """`214 admin:ana cancel`: a number is a booking, a colon an actor, an action's name an action, else a word."""
        found = cls()
        for word in text.lower().split():
            if word.isdecimal() and word.isascii() and found.booking is None:
                found = replace(found, booking=int(word[:15]))
            elif ":" in word and word.partition(":")[0] in set(Role) and found.actor is None:
                found = replace(found, actor=word.rstrip(":"))
            elif word in set(Action) and found.action is None:
                found = replace(found, action=word)
            else:
                found = replace(found, words=(*found.words, word))
        return found

    def fits(self, row: EventRow) -> bool:
        """Whether an event is looked for."""
        event = row.event
        if self.booking is not None and (event.subject is not Subject.BOOKING or event.subject_id != self.booking):
            return False
        if self.action is not None and event.action != self.action:
            return False
        if self.actor is not None and str(event.actor).lower() != self.actor and event.role != self.actor:
            return False
        if not self.words:
            return True
        said = (
            f"{row.subject_name} {event.action} {told(event)} {event.actor} {event.to_status} {reason_of(row)}".lower()
        )
        return all(word in said for word in self.words)

    def asked(self) -> EventFilter:
        """The part of it that the database looks for."""
        from domain.views import EventFilter

        return EventFilter(booking=self.booking, action=self.action, actor=self.actor)


def events_for(views: Views, actor: Actor, which: LogFilter) -> list[EventRow]:
    """The last events that fit and that they may see, oldest first."""
    from domain.views import BookingFilter, EventFilter
    from domain.visibility import may_see_event, sees_everything, within

    asked = [which.asked()]
    if not sees_everything(actor):
        own = within(actor, BookingFilter(), views.directory().handles.get(actor.id))
        rows = views.bookings(own, limit=BOOKINGS_LOOKED_AT)
        asked = [EventFilter(booking=row.booking.id) for row in rows]
        asked.append(EventFilter(actor=str(actor)))
    found = {
        row.event.id: row
        for one in asked
        for row in views.events(one, before=2**62, limit=EVENTS_KEPT)
        if which.fits(row) and may_see_event(actor, row)
    }
    return [found[number] for number in sorted(found)][-EVENTS_KEPT:]


class LogScreen(Frame):
    """Everybody's log, by right."""

    PLACE = "log"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("log")]
    DEFAULT_CSS = """
    LogScreen {
        #filter-part { layout: horizontal; height: 1; }
        #filter-part Static { width: auto; padding: 0 1; color: $foreground-muted; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._which = LogFilter()
        self._rows: dict[int, EventRow] = {}
        self._is_read = False

    def compose_body(self) -> ComposeResult:
        """The filter, and the log."""
        yield Heading("Log", id="log-heading")
        with Container(id="filter-part"):
            yield Static("filter", markup=False)
            yield LineEditor(placeholder="f: a booking's number, an actor (admin:ana), an action (cancel), any word")
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
    def _filter(self) -> LineEditor:
        return self.query_one("#filter-part LineEditor", LineEditor)

    async def refresh_data(self) -> None:
        """Read the log from the database: once, and whenever the filter is another."""
        which, actor = self._which, self.console.actor
        if self._is_read:
            self._add(self.console.recent)
            return
        rows = await self.console.read(lambda views: events_for(views, actor, which))
        if which != self._which:
            self.reload()
            return
        self._is_read = True
        self._rows = {row.event.id: row for row in rows}
        self._log.replace([log_line(row, self.console.zone) for row in rows])
        self._show_heading()

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Add what fits."""
        if self._is_read:
            self._add(rows)

    def _add(self, rows: Sequence[EventRow]) -> None:
        from domain.visibility import may_see_event

        newest, actor = max(self._rows, default=0), self.console.actor
        new = [row for row in rows if row.event.id > newest and self._which.fits(row) and may_see_event(actor, row)]
        if new:
            self._rows.update((row.event.id, row) for row in new)
            self._log.extend([log_line(row, self.console.zone) for row in new])
            self._show_heading()

    def _show_heading(self, _: bool = True) -> None:
        heading = self.query_one("#log-heading", Heading)
        heading.title = "Log ● following" if self._log.following else "Log ‖ paused"
        heading.aside = f"{self._log.line_count:,} events" + ("" if self._which == LogFilter() else " fit")
        self.show_keys()

    def situation(self) -> Situation:
        """Whether it stands still."""
        return replace(super().situation(), is_paused=not self._log.following)

    def do_filter(self) -> None:
        """Type a filter."""
        self._filter.focus()

    def do_pause(self) -> None:
        """Stand still, or follow again."""
        self._log.following = not self._log.following

    def do_clear_filter(self) -> None:
        """Show everything again."""
        self._filter.value = ""
        self.set_focus(self._log, scroll_visible=False)

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        which = LogFilter.of(event.value)
        if which != self._which:
            self._which, self._is_read = which, False
            self.reload()

    @on(Input.Submitted)
    def _filter_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self._log, scroll_visible=False)

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
