"""The live board: what the tail, the pulse and the terminal tell goes to the screens, on the event loop.

Only `dispatcher/app.py` imports this module.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta, tzinfo
from time import monotonic
from typing import Final

from textual import events, work

from dispatcher.places import PlacesApp
from dispatcher.session import Opened, Session
from dispatcher.terminal import has_terminal
from domain.actors import Actor
from domain.errors import DispatchError
from screens.console import EventsCame, LagChanged, Loader, TroubleChanged

READ_ANYWAY_S: Final = 60
"""What time alone changes (late, at risk, free) is read when it does; suggestions, which follow from more, are not
older than this."""

TYPING_S: Final = 0.5
"""How long after a key more are expected."""


class BoardApp(PlacesApp):
    """A program whose screens are kept true."""

    def __init__(self, actor: Actor, zone: tzinfo, session: Session) -> None:
        super().__init__(actor, zone)
        self._session = session
        self._kpis: Loader | None = None
        self.changes_at: datetime | None = None
        self._read_at = monotonic()

    async def on_event(self, event: events.Event) -> None:
        """Let a key go before what is due."""
        if isinstance(event, events.Key):
            self._session.give_way(TYPING_S)
        await super().on_event(event)

    def on_events_came(self, message: EventsCame) -> None:
        """Tell the screen that is shown, and have the figures read again."""
        self.room.recent.extend(message.rows)
        if any(row.event.subject != "booking" for row in message.rows):
            self._load_directory()
        if (frame := self.ready) is not None:
            frame.take_events(message.rows)
        self.ask_kpis()

    def on_trouble_changed(self, message: TroubleChanged) -> None:
        """The database went or came back."""
        room = self.room
        if message.error is None:
            room.trouble_since = None
        elif room.trouble is None:
            room.trouble_since = room.now() - timedelta(seconds=message.ago_s)
        room.trouble = message.error
        if (frame := self.ready) is not None:
            frame.show_clock()
            if message.error is None:
                frame.reload()
                self.ask_kpis()

    def on_lag_changed(self, message: LagChanged) -> None:
        """What is shown is of a moment ago, or true again."""
        self.room.lag = message.lag
        if (frame := self.ready) is not None:
            frame.show_clock()

    def on_restored(self) -> None:
        """What is shown may never have been: every screen forgets it and reads anew; what was typed stays."""
        self._begin_anew()

    @work(group="restored", exclusive=True)
    async def _begin_anew(self) -> None:
        room = self.room
        assert room.engine is not None
        with contextlib.suppress(DispatchError):  # lost again: its next return begins anew, too
            opened = await asyncio.to_thread(Opened.of, room.engine)
            room.connect(opened.engine, opened.recent, opened.directory)
            for frame in self.frames():
                frame.forget()
            self.ask_kpis()

    def on_pulse(self) -> None:
        """A second has passed."""
        if not self.is_headless and not has_terminal():
            self._hang_up()
        self.room.silence_s = self._session.silence_s()
        frame = self.ready
        if self._has_time_changed_it():
            self.ask_kpis()
            if frame is not None:
                frame.on_time_changes()
        if frame is not None:
            frame.pulse()

    def _has_time_changed_it(self) -> bool:
        """Whether what is shown is another by now though nothing happened; it is said once."""
        room, is_over = self.room, False
        if room.trouble is None and room.engine is not None:
            is_over = self.changes_at is not None and room.now() >= self.changes_at
            is_over |= monotonic() - self._read_at > READ_ANYWAY_S
        if is_over:
            self.changes_at, self._read_at = None, monotonic()
        return is_over

    def on_app_focus(self) -> None:
        """Somebody looks."""
        self._session.watch(True)

    def on_app_blur(self) -> None:
        """Nobody looks."""
        self._session.watch(False)

    def _hang_up(self) -> None:
        """The terminal is gone."""

    # Figures --------------------------------------------------------------------------------------------------------

    def begin_figures(self) -> None:
        """Have the figures loaded from now on."""
        # Not owned by the screen beneath: Textual paints the one on top anew for each message that one gets.
        self._kpis = Loader(self, "kpis", self._load_kpis, lambda _: None)

    def ask_kpis(self) -> None:
        """Have the figures in the top bar read anew, where they are shown."""
        if self._kpis is not None and self.room.actor.role == "admin":
            self._kpis.ask()

    async def _load_kpis(self) -> None:
        before = self.room.kpis
        self.room.kpis, self.changes_at = await self.room.read(lambda views: (views.kpis(), views.next_change()))
        if (frame := self.ready) is not None and self.room.kpis != before:
            frame.show_kpis()

    @work(group="directory", exclusive=True)
    async def _load_directory(self) -> None:
        with contextlib.suppress(DispatchError):
            self.room.directory = await self.room.read(lambda views: views.directory())
