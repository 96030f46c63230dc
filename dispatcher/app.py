"""The console's root: it puts the screens and the session together, and takes them apart again.

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
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from dispatcher.session import Companion, Session
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
    from dispatcher.demo.tour import Tour
    from dispatcher.settings import Settings
    from domain.engine import Engine

SCREENS: Final[tuple[type[Frame], ...]] = (
    DeskScreen,
    BookingsScreen,
    ProvidersScreen,
    ServicesScreen,
    CustomerScreen,
    ProviderScreen,
    AdminScreen,
    LogScreen,
)
LET_GO_S: Final = 3.0
"""How long a console whose terminal is lost may take to end."""
LETTER_WITHIN_S: Final = 2.0


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
        tour: Tour | None = None,
        tick_s: float | None = None,
    ) -> None:
        """Prepare it; nothing is opened before the first paint. `tick_s=0` runs no loop."""
        super().__init__()
        self.room = Console(actor, zone)
        self.refusal: DispatchError | None = None
        self._session = Session(open_engine, companions, tick_s)
        self._start_screen = start_screen
        self._tour = tour
        self._kpis: Loader | None = None
        self._awaits_letter = False
        self._frames: dict[str, Frame] = {}

    # Start and end --------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the first screen, and only then open the database."""
        self._catch_signals()
        self._kpis = Loader(self.screen, "kpis", self._load_kpis, lambda _: None)
        self._install_screens()
        self.go(self._start_screen)
        self.set_interval(1.0, self._pulse, name="pulse")
        self.call_after_refresh(self._connect_soon)

    def _connect_soon(self) -> None:
        self.run_worker(self._connect(), group="connect", exclusive=True)

    async def _connect(self) -> None:
        try:
            opened = await asyncio.to_thread(
                self._session.open,
                lambda rows: _posted(self.post_message(EventsCame(rows))),
                lambda error: _posted(self.post_message(TroubleChanged(error))),
            )
        except DispatchError as refusal:
            self.refusal = refusal
            self.exit(1)
            return
        self.room.connect(opened.engine, opened.recent, opened.directory)
        self._session.begin()
        self._ask_kpis()
        if self._frame is not None:
            self._frame.on_events(opened.recent)

    async def on_unmount(self) -> None:
        """Stop everything that was started; what is being written is finished first."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._session.close()
        self.room.close()
        self._session.let_go()

    def _catch_signals(self) -> None:
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP"):
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, self.exit, 128 + signal.SIGTERM)
            loop.add_signal_handler(signal.SIGHUP, self._let_go)

    def _let_go(self) -> None:
        """The terminal is gone: nothing can be painted, and Textual's input thread would spin for ever."""
        closing = threading.Thread(target=self._close, daemon=True)
        closing.start()
        closing.join(LET_GO_S)
        os._exit(128 + signal.SIGHUP)

    # What happens ---------------------------------------------------------------------------------------------------

    @property
    def _frame(self) -> Frame | None:
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Frame)), None)

    def on_events_came(self, message: EventsCame) -> None:
        """Tell the screen that is shown, and have the figures read again."""
        self.room.recent.extend(message.rows)
        if any(row.event.subject != "booking" for row in message.rows):
            self.run_worker(self._load_directory(), group="directory", exclusive=True)
        if self._frame is not None:
            self._frame.on_events(message.rows)
        self._ask_kpis()

    def on_trouble_changed(self, message: TroubleChanged) -> None:
        """The database went or came back."""
        if message.error is None or self.room.trouble is None:
            self.room.trouble_since = self.room.now() if message.error else None
        self.room.trouble = message.error
        if self._frame is not None:
            self._frame.show_clock()
            if message.error is None:
                self._frame.reload()

    def _pulse(self) -> None:
        if not self.is_headless and not _has_terminal():
            self._let_go()
        if self._frame is not None:
            self._frame.pulse()

    def _ask_kpis(self) -> None:
        if self._kpis is not None and self.room.actor.role == "admin":
            self._kpis.ask()

    async def _load_kpis(self) -> None:
        self.room.kpis = await self.room.read(lambda views: views.kpis())
        if self._frame is not None:
            self._frame.show_kpis()

    async def _load_directory(self) -> None:
        with contextlib.suppress(DispatchError):
            self.room.directory = await self.room.read(lambda views: views.directory())

    # The tour -------------------------------------------------------------------------------------------------------

    def caption(self) -> str:
        """What the tour says about its next step."""
        tour = self._tour
        if tour is None:
            return ""
        if tour.finished:
            return "That was the tour. Look around, or Ctrl+Q ends it; the database goes with it."
        said = f"{tour.actor}: {tour.line}" if tour.line else f"{tour.wait_s:g} s pass"
        return f"{tour.number}/{tour.total}  {tour.caption}\nF9  {said}"

    def advance_tour(self) -> None:
        """Take the tour's next step."""
        if self._tour is not None:
            self.run_worker(self._advance(self._tour), group="tour", exclusive=True)

    async def _advance(self, tour: Tour) -> None:
        told = await asyncio.to_thread(tour.advance)
        if self._frame is not None:
            self._frame.show_step(told)

    # Where and who --------------------------------------------------------------------------------------------------

    def _install_screens(self) -> None:
        self._frames = {kind.PLACE: kind() for kind in SCREENS if self.room.actor.role in PLACE[kind.PLACE].roles}
        for place, frame in self._frames.items():
            self.install_screen(frame, name=f"{place} of {self.room.actor} {id(frame)}")

    def go(self, place: str, booking: int | None = None) -> None:
        """Show another screen; one that is not for this role leads home."""
        frame, role = self._frame, self.room.actor.role
        if role not in PLACE[place].roles:
            if frame is not None:
                frame.result.show("refused", f"{PLACE[place].title} is not for the role {role}")
                return
            place = places_for(role)[0].id
        target = self._frames[place]
        if frame is None:
            self.push_screen(target)
        elif frame is not target:
            self.switch_screen(target)
        if booking is not None:
            target.select_booking(booking)

    def become(self, actor: Actor) -> None:
        """Act as somebody else: all screens are made anew, so nothing of the one before is left on them."""
        self.room.become(actor)
        self._ask_kpis()
        self.run_worker(self._renew_screens(), group="become", exclusive=True)

    async def _renew_screens(self) -> None:
        before, here = self._frames, self._frame.PLACE if self._frame else ""
        self._install_screens()
        await self.switch_screen(self._frames.get(here) or next(iter(self._frames.values())))
        for frame in before.values():
            self.uninstall_screen(frame)
            if frame.is_attached:
                await frame.remove()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters lead to screens only right after `g`."""
        return self._awaits_letter if action == "go_by_letter" else True

    def action_await_letter(self) -> None:
        """Take the next letter as a screen's."""
        self._awaits_letter = True
        self.set_timer(LETTER_WITHIN_S, partial(setattr, self, "_awaits_letter", False))

    def action_go_by_letter(self, place: str) -> None:
        """`g` and a letter."""
        self._awaits_letter = False
        self.go(place)

    def action_go(self, place: str) -> None:
        """A screen's number."""
        self.go(place)

    def finish(self) -> None:
        """End the program."""
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: ours are in the registry."""
        return ()


def _posted(_: bool) -> None:
    """A message that comes after the end goes nowhere."""


def _has_terminal() -> bool:
    try:
        return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
    except (OSError, ValueError):
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
        tour: A guided tour: its captions stand above the line, and it alone moves the time, so no loop runs.
        start_screen: Which screen to show first.

    Returns:
        The exit status.
    """
    from tzlocal import get_localzone

    def open_engine() -> Engine:
        from domain.engine import Engine

        return engine or Engine.open(settings.url)

    app = ConsoleApp(
        open_engine,
        settings.actor,
        zone=get_localzone(),
        start_screen=start_screen,
        companions=() if beside is None else (beside,),
        tour=tour,
        tick_s=None if tour is None else 0,
    )
    status = app.run()
    if app.refusal is not None:
        print(f"dispatcher: {app.refusal.message}", file=sys.stderr)  # noqa: T201 - the terminal is ours again
        return 1
    return status if status is not None else app.return_code or 0
