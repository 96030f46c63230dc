"""The console's root: it puts screens, engine, loop and tail together, and takes them apart again.

Paint first, the database after: nothing here imports the engine before the first screen is painted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from domain.actors import Actor
from domain.errors import DispatchError
from screens.actions import PLACE, PLACES, places_for
from screens.admin import AdminScreen
from screens.bookings import BookingsScreen
from screens.console import Console, EventsCame, Loader, TroubleChanged
from screens.customer import CustomerScreen
from screens.desk import DeskScreen
from screens.frame import Frame
from screens.log import LogScreen
from screens.palette import ConsoleCommands
from screens.provider import ProviderScreen
from screens.providers import ProvidersScreen
from screens.services import ServicesScreen

if TYPE_CHECKING:
    from dispatcher.live import Tail
    from dispatcher.loop import Loop
    from dispatcher.settings import Settings
    from domain.engine import Engine

SCREENS: tuple[type[Frame], ...] = (
    DeskScreen,
    BookingsScreen,
    ProvidersScreen,
    ServicesScreen,
    CustomerScreen,
    ProviderScreen,
    AdminScreen,
    LogScreen,
)
RECENT = 500
LET_GO_S = 3.0
"""How long a lost terminal's console may take to end."""


class Companion(Protocol):
    """What lives beside the console: a demo's people, a guided tour.

    A tour has more, all optional: `caption` (text above the line), `advance()` and `finished`.
    """

    def start(self) -> None:
        """Begin; the engine is open."""

    def stop(self) -> None:
        """End; may be called twice."""


class ConsoleApp(App[int]):
    """The program on a terminal."""

    TITLE = "Dispatcher"
    COMMANDS = {ConsoleCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "quit", "Quit", show=False, priority=True),
        Binding("g", "await_letter", "Go to", show=False),
        *(Binding(place.key, f"go('{place.id}')", place.title, show=False) for place in PLACES),
        *(Binding(place.letter, f"go_by_letter('{place.id}')", show=False, priority=True) for place in PLACES),
    ]

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        actor: Actor,
        *,
        zone: tzinfo,
        start_screen: str = "desk",
        companions: Sequence[Companion] = (),
        tick_s: float | None = None,
    ) -> None:
        """Prepare it; nothing is opened before the first paint. `tick_s=0` runs no loop."""
        super().__init__()
        self.room = Console(actor, zone)
        self.refusal: DispatchError | None = None
        self._open_engine = open_engine
        self._start_screen = start_screen
        self._companions = companions
        self._tick_s = tick_s
        self._loop_: Loop | None = None
        self._tail: Tail | None = None
        self._kpis: Loader | None = None
        self._awaits_letter = False
        self._caption = ""

    # Start and end --------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the first screen, and only then open the database."""
        self._catch_signals()
        self._kpis = Loader(self.screen, "kpis", self._load_kpis, lambda _: None)
        self._show_screens()
        self.go(self._start_screen)
        self.set_interval(1.0, self._pulse, name="pulse")
        self.call_after_refresh(self._connect_soon)

    def _connect_soon(self) -> None:
        self.run_worker(self._connect(), group="connect", exclusive=True)

    async def _connect(self) -> None:
        try:
            await asyncio.to_thread(self._open)
        except DispatchError as refusal:
            self.refusal = refusal
            self.exit(1)
            return
        self._ask_kpis()

    def _open(self) -> None:
        """In a thread: open the database, start what works on it."""
        from dispatcher.live import Tail
        from dispatcher.loop import TICK_S, Loop

        engine = self._open_engine()
        last = engine.views.last_event()
        from domain.views import EventFilter

        recent = engine.views.events(EventFilter(), before=last + 1, limit=RECENT)
        directory = engine.views.directory()
        self._tail = Tail(
            engine,
            last,
            lambda rows: self.post_message(EventsCame(rows)) and None,
            lambda error: self.post_message(TroubleChanged(error)) and None,
        )
        if self._tick_s != 0:
            self._loop_ = Loop(engine, tick_s=self._tick_s or TICK_S)
        self.call_from_thread(self.room.connect, engine, recent, directory)
        self._tail.start()
        if self._loop_ is not None:
            self._loop_.start()
        for companion in self._companions:
            companion.start()

    async def on_unmount(self) -> None:
        """Stop everything that was started; what is being written is finished first."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for companion in self._companions:
            companion.stop()
        for part in (self._loop_, self._tail):
            if part is not None:
                part.stop()
        self.room.close()
        if self.room.engine is not None:
            self.room.engine.close()

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
            loop.add_signal_handler(signal.SIGTERM, self.exit, 128 + signal.SIGTERM)
            loop.add_signal_handler(signal.SIGHUP, self._let_go)

    def _let_go(self) -> None:
        """The terminal is gone: nothing can be painted, and Textual's input thread would spin for ever."""
        closing = threading.Thread(target=self._close, daemon=True)
        closing.start()
        closing.join(LET_GO_S)
        os._exit(128 + getattr(signal, "SIGHUP", 1))

    # What happens ---------------------------------------------------------------------------------------------------

    def _frame(self) -> Frame | None:
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Frame)), None)

    def on_events_came(self, message: EventsCame) -> None:
        """Tell the screen that is shown, and have the figures read again."""
        self.room.recent.extend(message.rows)
        if any(row.event.subject != "booking" for row in message.rows):
            self.run_worker(self._load_directory(), group="directory", exclusive=True)
        if (frame := self._frame()) is not None:
            frame.on_events(message.rows)
        self._ask_kpis()

    def on_trouble_changed(self, message: TroubleChanged) -> None:
        """The database went or came back."""
        if message.error is None or self.room.trouble is None:
            self.room.trouble_since = self.room.now() if message.error else None
        self.room.trouble = message.error
        if (frame := self._frame()) is not None:
            frame.show_clock()
            if message.error is None:
                frame.reload()

    def _pulse(self) -> None:
        if not self.is_headless and sys.__stdin__ is not None and not _is_terminal(sys.__stdin__.fileno()):
            self._let_go()
        if (frame := self._frame()) is not None:
            frame.pulse()
        self._show_caption()

    def _ask_kpis(self) -> None:
        if self._kpis is not None:
            self._kpis.ask()

    async def _load_kpis(self) -> None:
        self.room.kpis = await self.room.read(lambda views: views.kpis())
        if (frame := self._frame()) is not None:
            frame.show_kpis()

    async def _load_directory(self) -> None:
        with contextlib.suppress(DispatchError):
            self.room.directory = await self.room.read(lambda views: views.directory())

    def _show_caption(self) -> None:
        captions = (str(getattr(companion, "caption", "") or "") for companion in self._companions)
        caption = next(filter(None, captions), "")
        if caption != self._caption and (frame := self._frame()) is not None:
            self._caption = caption
            frame.show_caption(caption)

    def advance_tour(self) -> None:
        """Take the tour's next step, in a thread: it may write."""
        for companion in self._companions:
            if (advance := getattr(companion, "advance", None)) is not None:
                self.run_worker(advance, thread=True, group="tour")

    # Where and who --------------------------------------------------------------------------------------------------

    def _show_screens(self) -> None:
        for kind in SCREENS:
            if self.room.actor.role in PLACE[kind.PLACE].roles:
                self.install_screen(kind(), name=kind.PLACE)

    def go(self, place: str, booking: int | None = None) -> None:
        """Show another screen; one that is not for this role leads home."""
        places = [one.id for one in places_for(self.room.actor.role)]
        place = place if place in places else places[0]
        frame = self._frame()
        if frame is None:
            self.push_screen(place)
        elif frame.PLACE != place:
            self.switch_screen(place)
        target = self.get_screen(place)
        self._caption = ""
        if booking is not None and isinstance(target, Frame):
            target.select_booking(booking)

    def become(self, actor: Actor) -> None:
        """Act as somebody else: all screens are made anew, so nothing of the one before is left on them."""
        self.room.actor = actor
        self.room.shown = self.room.seen = self.room.last = None
        self.room.choices = ()
        self.run_worker(self._renew_screens(), group="become", exclusive=True)

    async def _renew_screens(self) -> None:
        old = self._frame()
        for kind in SCREENS:
            if self.is_screen_installed(kind.PLACE):
                self.uninstall_screen(kind.PLACE)
        self._show_screens()
        here = old.PLACE if old else ""
        places = [one.id for one in places_for(self.room.actor.role)]
        await self.switch_screen(here if here in places else places[0])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters go to screens only right after `g`."""
        return self._awaits_letter if action == "go_by_letter" else True

    def action_await_letter(self) -> None:
        """Take the next letter as a screen's."""
        self._awaits_letter = True
        self.set_timer(2.0, self._forget_letter)

    def _forget_letter(self) -> None:
        self._awaits_letter = False

    def action_go_by_letter(self, place: str) -> None:
        """`g` and a letter."""
        self._awaits_letter = False
        self.action_go(place)

    def action_go(self, place: str) -> None:
        """Show another screen, if it is for this role."""
        frame = self._frame()
        role = self.room.actor.role
        if role in PLACE[place].roles:
            self.go(place)
        elif frame is not None:
            frame.result.show("refused", f"{PLACE[place].title} is not for the role {role}")

    def finish(self) -> None:
        """End the program."""
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: ours are in the registry."""
        return ()


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def run_console(
    settings: Settings,
    *,
    engine: Engine | None = None,
    beside: Companion | None = None,
    tour: Tour | None = None,
    start_screen: str = "desk",
) -> int:
    """Run the console until it is quit.

    Args:
        settings: The database to open, and who acts.
        engine: An engine that is open already; without one the settings' database is opened after the first paint.
        beside: What is started with the console and stopped with it: a demo's people.
        tour: A guided tour, whose captions are shown above the line.
        start_screen: Which screen to show first.

    Returns:
        The exit status.
    """
    from tzlocal import get_localzone

    def open_engine() -> Engine:
        from domain.engine import Engine

        return engine or Engine.open(settings.url)

    app = ConsoleApp(open_engine, settings.actor, zone=get_localzone(), start_screen=start_screen)
    status = app.run()
    if app.refusal is not None:
        print(f"dispatcher: {app.refusal.message}", file=sys.stderr)  # noqa: T201 - the terminal is ours again
        return 1
    return status if status is not None else app.return_code or 0
