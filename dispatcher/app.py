"""The console's root: it puts the screens and the session together, and takes them apart again.

Paint first, the database after: nothing here imports the engine before the first screen is painted.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import WorkerFailed

from dispatcher.board import BoardApp
from dispatcher.history import HistoryFolder
from dispatcher.places import import_screens
from dispatcher.session import Companion, Session
from dispatcher.terminal import leave, watch_signals
from domain.actors import Actor
from domain.errors import DispatchError
from screens.console import EventsCame, LagChanged, Pulse, Restored, TroubleChanged
from screens.palette import ConsoleCommands

if TYPE_CHECKING:
    from dispatcher.demo.tour import Tour
    from dispatcher.settings import Settings
    from domain.engine import Engine
    from screens.widgets.history import History


SWITCH_WITHIN_S: Final = 0.0005
"""How long a thread that works (ten thousand attempts due at once) may keep Python to itself before keys are heard."""


class ConsoleApp(BoardApp):
    """The program on a terminal."""

    TITLE = "Dispatcher"
    COMMANDS = {ConsoleCommands}
    AT_ONCE = frozenset({"ctrl+q", "ctrl+c"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(AT_ONCE), "quit", "Quit", show=False, priority=True),
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
        works: bool = True,
        history: Path | None = None,
    ) -> None:
        """Prepare it; nothing is opened before the first paint. Unless it works it leaves due work to others."""
        super().__init__(actor, zone, Session(open_engine, companions, works=works))
        self._histories = HistoryFolder(history)
        self.refusal: DispatchError | None = None
        self.crash: BaseException | None = None
        self._start_screen = start_screen
        self._tour = tour

    # Start and end --------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the first screen, and only then open the database."""
        watch_signals(self.exit, self._hang_up)
        self._recall()
        self.begin_figures()
        self.go(self._start_screen)
        self.call_after_refresh(self._connect_soon)

    def _connect_soon(self) -> None:
        self._connect()

    @work(group="connect", exclusive=True)
    async def _connect(self) -> None:
        try:
            opened = await asyncio.to_thread(
                self._session.open,
                lambda rows: _posted(self.post_message(EventsCame(rows))),
                lambda error, ago_s: _posted(self.post_message(TroubleChanged(error, ago_s))),
                lambda: _posted(self.post_message(Restored())),
                lambda lag: _posted(self.post_message(LagChanged(lag))),
                lambda: _posted(self.post_message(Pulse())),
            )
        except DispatchError as refusal:
            self.refusal = refusal
            self.exit(1, return_code=1)
            return
        if not gc.isenabled():  # what was imported stays for good: no collection looks at it again
            gc.freeze()
            gc.enable()
        self.room.connect(opened.engine, opened.recent, opened.directory)
        self._session.begin()
        self.ask_kpis()
        if (frame := self.ready) is not None:
            frame.on_events(opened.recent)
        await asyncio.to_thread(import_screens)

    async def on_unmount(self) -> None:
        """Stop everything that was started; what is being written is finished first."""
        await asyncio.to_thread(self.close_down)

    def _hang_up(self) -> None:
        leave(self.close_down)

    def _handle_exception(self, error: Exception) -> None:
        """End at an error that nobody foresaw; Textual would print every variable, customers' names among them."""
        if self.is_headless:
            super()._handle_exception(error)  # a test wants to see it
            return
        is_leaving = self.return_code is not None and isinstance(error, NoMatches)  # a screen that was still being made
        if not is_leaving:
            self.crash = self.crash or (error.error if isinstance(error, WorkerFailed) else error)
        self.panic()

    def close_down(self) -> None:
        """Stop all that runs, and close the database; may be called twice."""
        self._session.close()
        self.room.close()
        self._session.let_go()

    def become(self, actor: Actor) -> None:
        """Act as somebody else, with that one's history."""
        super().become(actor)
        self._recall()

    def _recall(self) -> None:
        room = self.room
        room.history = self._histories.begin(room.actor, room.write_soon)
        self._fill(room.actor, room.history)

    @work(group="history")
    async def _fill(self, actor: Actor, history: History) -> None:
        await self._histories.fill(actor, history)

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
            self._advance(self._tour)

    @work(group="tour", exclusive=True)
    async def _advance(self, tour: Tour) -> None:
        told = await asyncio.to_thread(tour.advance)
        if (frame := self.ready) is not None:
            frame.show_step(told)

    def finish(self) -> None:
        """End the program."""
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: ours are in the registry."""
        return ()


def _posted(_: bool) -> None:
    """A message that comes after the end goes nowhere."""


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

    sys.setswitchinterval(SWITCH_WITHIN_S)

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
        works=tour is None,
        history=settings.history,
    )
    status = app.run()
    if app.crash is not None:
        return _crashed(app, app.crash)
    if app.refusal is not None:
        print(f"dispatcher: {app.refusal.message}", file=sys.stderr)  # noqa: T201 - the terminal is ours again
        return 1
    return status if status is not None else app.return_code or 0


def _crashed(app: ConsoleApp, error: BaseException) -> int:
    from dispatcher import crash
    from dispatcher.settings import state_folder

    print(crash.paragraph(error, crash.write_report(error, state_folder() / "reports")), file=sys.stderr)  # noqa: T201
    app.close_down()  # where the screens ended so soon that nobody did
    return 1
