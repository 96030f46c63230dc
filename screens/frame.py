"""What every screen has: top bar, body, answers, the line, its result, the keys; live refresh; the role's limits.

How to write a screen (see `screens/services.py` for a small one):

- `class Bookings(Frame): PLACE = "bookings"; BINDINGS = bindings_for("bookings")`, and `compose_body()` yields widgets.
  Its keys are `KeyAction`s in `screens/actions_*.py`; one that `calls="edit"` calls `do_edit()` of the screen.
- `async def refresh_data(self)` reads and shows: `rows = await self.console.read(lambda views: views.roster())`. It
  runs when the screen is shown, when events came and when `self.reload()` is called; never twice at once, at most every
  50 ms. It may raise DispatchError. For a second, slower part of the screen make a `Loader` of your own.
- `def on_events(self, rows)`: what the log says is new. By default it reloads; ignore what you do not show.
- `def on_pulse(self, now)`: each second, to repaint countdowns only; read nothing there.
- `def situation(self)`: `replace(super().situation(), booking=row)`; then the keys know whether they work and why not.
  Call `self.selection_changed()` when the selection changed: it feeds `.`, `seen=` and the key bar.
- Write nothing: `self.say("assign 214 mira")` carries a line out, `self.type_line("hold 214 -- ")` has it edited.

Only screens import this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Input, Static

from domain.errors import DispatchError
from screens.acting import PLACE, KeyAction, Situation
from screens.actions import ACTION, bindings_for, offered
from screens.console import Loader
from screens.helping import help_sections
from screens.spoken import SpokenScreen
from screens.widgets.facts import FactSheet
from screens.widgets.keybar import KeyBar, KeyHint
from screens.widgets.line import CommandLine, ResultLine
from screens.widgets.text import Tone, plain
from screens.widgets.toosmall import HEIGHT_BREAKPOINTS, WIDTH_BREAKPOINTS, TooSmall
from screens.widgets.topbar import Lamp, TopBar

if TYPE_CHECKING:
    from domain.views import BookingRow, EventRow

STALE_AFTER_S: Final = 2.0
"""A load that takes longer than this makes the lamp say that what is shown is old."""


class Frame(SpokenScreen):
    """Base of all screens."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("")]
    HORIZONTAL_BREAKPOINTS = [*WIDTH_BREAKPOINTS, (100, "-roomy"), (200, "-wide")]
    VERTICAL_BREAKPOINTS = HEIGHT_BREAKPOINTS
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    Frame {
        layout: vertical;
        background: $background;
        & > #body { height: 1fr; }
        & > #answer { display: none; height: auto; max-height: 45%; border-top: solid $primary 60%; }
        & > #answer.-shown { display: block; }
        & > #help { display: none; height: 1fr; }
        &.-help > #help { display: block; }
        &.-help > #body { display: none; }
        & > #caption { display: none; height: auto; max-height: 4; padding: 0 1; background: $accent 25%; }
        & > #caption.-shown { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._loader: Loader | None = None
        self._loaded_at: datetime | None = None
        self._begun = ""  # what is typed as soon as the screen is shown

    # What a screen overrides -----------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets."""
        yield from ()

    async def refresh_data(self) -> None:
        """Read and show."""

    def on_events(self, rows: Sequence[EventRow]) -> None:
        """Something happened."""
        self.reload()

    def on_pulse(self, now: datetime) -> None:
        """A second has passed: repaint countdowns."""

    def on_time_changes(self) -> None:
        """Time alone changed what is late or at risk, or who is free; said once a minute anyway."""

    def select_booking(self, number: int) -> None:
        """Show a booking, where the screen can."""

    # The frame ------------------------------------------------------------------------------------------------------

    def fit(self, size: Size) -> None:
        """Take the classes of this size before anything is styled; Textual takes them after, and styles all twice."""
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            reached = [name for least, name in sorted(breakpoints) if length >= least]
            self.set_class(bool(reached), *reached[-1:], update=False)

    @property
    def is_ready(self) -> bool:
        """Whether its widgets are there: not before it was shown first, nor while it is taken apart."""
        return self._loader is not None and self.display

    def compose(self) -> ComposeResult:
        """Put the frame around the body."""
        yield TopBar()
        with Container(id="body"):
            yield from self.compose_body()
        yield FactSheet(id="help")
        yield FactSheet(id="answer")
        yield Static(id="caption", markup=False)
        yield CommandLine(
            self.foresee,
            placeholder="type : to command, ? for all keys",
            history=self.console.history,
        )
        yield ResultLine()
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Load as soon as the screen is painted."""
        self._loader = Loader(self, f"{self.PLACE}.load", self._load, self.show_trouble)
        if (widget := self.first_focus()) is not None:
            self.set_focus(widget, scroll_visible=False)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was shown."""
        self.show_frame()
        self.call_after_refresh(self.reload)
        if self._begun:
            self.type_line(self._begun)
            self._begun = ""

    def reload(self) -> None:
        """Have the data read and shown again, soon."""
        if self._loader is not None:
            self._loader.ask()

    async def _load(self) -> None:
        await self.refresh_data()
        self._loaded_at = self.console.now()
        self.selection_changed()

    def begin_line(self, text: str) -> None:
        """Have a text typed as soon as the screen is shown."""
        self._begun = text

    def forget(self) -> None:
        """What was read may never have been: read everything anew, now or when the screen is shown again."""
        self._foresight.on_events()
        if self.is_current:
            self.reload()

    def show_trouble(self, error: DispatchError) -> None:
        """Say that something could not be read."""
        self.result.show("refused", error.message)

    def show_frame(self) -> None:
        """Show who, where, figures, clock, lamp and keys."""
        bar, console = self.query_one(TopBar), self.console
        bar.screen_name = PLACE[self.PLACE].title if self.PLACE in PLACE else self.PLACE
        played = f", played by {console.actor.id}" if self.acting != console.actor else ""
        bar.set_identity(self.acting.id, f"{self.acting.role}{played}")
        self.show_kpis()
        self.show_clock()
        self.show_keys()
        self.show_caption()

    def show_kpis(self) -> None:
        """Show the figures."""
        kpis = self.console.kpis
        if kpis is None or self.acting.role != "admin":
            self.query_one(TopBar).set_chips(())
            return
        late: Tone = "bad" if kpis.late else "muted"
        risk: Tone = "warn" if kpis.at_risk else "muted"
        free: Tone = "good" if kpis.providers_free else "warn"
        self.query_one(TopBar).set_chips(
            (
                ("waiting", str(kpis.waiting), "accent" if kpis.waiting else "muted"),
                ("late", str(kpis.late), late),
                ("at risk", str(kpis.at_risk), risk),
                ("active", str(kpis.active), "plain"),
                ("free", f"{kpis.providers_free}/{kpis.providers_on}", free),
            )
        )

    def show_clock(self) -> None:
        """Show the time, and whether the screen is true."""
        bar, console = self.query_one(TopBar), self.console
        now = console.now().astimezone(console.zone)
        # A demo's time is not the machine's: no clock is better than a wrong one.
        bar.clock = f"{now:%a %H:%M:%S}" if console.engine is not None else ""
        began = self._loader.began if self._loader else None
        if console.engine is None:
            bar.lamp = Lamp("opening")
        elif console.trouble is not None and console.trouble_since is not None:
            bar.set_lost(f"{console.trouble_since.astimezone(console.zone):%H:%M:%S}")
        elif console.silence_s > STALE_AFTER_S:
            silent = now - timedelta(seconds=console.silence_s)
            bar.set_stale(f"{silent:%H:%M:%S}", f"{console.silence_s:.0f} s")
        elif console.lag is not None:
            bar.set_behind(f"{console.lag.seconds:,.0f} s", f"{console.lag.events:,} events")
        elif began is not None and monotonic() - began > STALE_AFTER_S and self._loaded_at is not None:
            behind = int(monotonic() - began)
            bar.set_stale(f"{self._loaded_at.astimezone(console.zone):%H:%M:%S}", f"{behind} s")
        else:
            bar.set_live()

    def take_events(self, rows: Sequence[EventRow]) -> None:
        """Something happened: for the screen, and for what the line knows."""
        self._foresight.on_events()
        self.on_events(rows)

    def pulse(self) -> None:
        """A second has passed."""
        self.show_clock()
        self._foresight.on_pulse()
        self.on_pulse(self.console.now())

    def show_keys(self) -> None:
        """Show the keys that work here now, and grey those that do not."""
        situation = self.situation()
        hints = []
        for action in offered(self.PLACE, situation.roles):
            if action.in_bar:
                why = action.why_not(situation)
                hints.append(KeyHint(action.written, action.label, why is None, why or ""))
        self.query_one(KeyBar).set_keys(hints)
        if self.has_class("-help"):
            self._show_help(situation)

    def selection_changed(self) -> None:
        """Tell the line and the keys what is selected now."""
        situation = self.situation()
        row: BookingRow | None = situation.booking
        self.console.shown = row.booking.id if row else None
        self.console.seen = row.booking.version if row else None
        self.show_keys()

    def show_caption(self) -> None:
        """Show what the tour says about its next step, if there is a tour."""
        text, caption = self.host.caption(), self.query_one("#caption", Static)
        caption.set_class(bool(text), "-shown")
        if text:
            caption.update(Content("\n").join([plain(line) for line in text.split("\n")]))

    def show_step(self, told: str) -> None:
        """Show what a step of the tour came to, and the caption of the next."""
        self.show_caption()
        first, *rest = told.split("\n")
        self.result.show("info", first)
        self.show_body(first if rest else "", rest)

    # Keys -----------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where a text is being typed, the keys that open the line are letters."""
        if action == "act" and isinstance(self.focused, Input):
            wanted = ACTION[str(parameters[0])]
            return not wanted.opens_line or not wanted.is_letter
        return super().check_action(action, parameters)

    async def action_act(self, action_id: str) -> None:
        """Do what a key stands for, or say why not."""
        self.act(ACTION[action_id])

    def act(self, action: KeyAction) -> None:
        """Do it, or say why not."""
        situation = self.situation()
        if not action.is_offered(self.PLACE, situation.roles):
            return
        why = action.why_not(situation)
        if why is not None:
            self.result.show("refused", f"{action.written} {action.label}: {why}")
        elif action.calls:
            getattr(self, f"do_{action.calls}")()
        elif action.types:
            self.type_line(action.line(situation))
        else:
            self.say(action.line(situation))

    @on(KeyBar.Pressed)
    def _key_clicked(self, event: KeyBar.Pressed) -> None:
        event.stop()
        if event.key == "?":
            self.do_toggle_help()
        for action in offered(self.PLACE, self.situation().roles):
            if action.written == event.key:
                self.act(action)
                return

    @on(KeyBar.Refused)
    def _grey_key_clicked(self, event: KeyBar.Refused) -> None:
        event.stop()
        self.result.show("refused", f"{event.key}: {event.why_not}")

    def do_focus_line(self) -> None:
        """Put the cursor on the line."""
        self.line.enter()

    def do_toggle_help(self) -> None:
        """Show or hide what every key does here."""
        self.toggle_class("-help")
        if self.has_class("-help"):
            self._show_help(self.situation())
            self.set_focus(self.query_one("#help", FactSheet), scroll_visible=False)
        else:
            self.set_focus(self.first_focus(), scroll_visible=False)

    def _show_help(self, situation: Situation) -> None:
        self.query_one("#help", FactSheet).show(help_sections(situation))

    def do_ask_role(self) -> None:
        """Ask on the line who acts from now on."""
        self.result.show("info", "act as admin:NAME, provider:HANDLE or customer:NUMBER, then Enter")
        self.type_line("as ")

    def do_advance_tour(self) -> None:
        """Take the tour's next step."""
        self.host.advance_tour()

    def key_escape(self) -> None:
        """Close what lies over the screen."""
        self.close_over()

    def close_over(self) -> bool:
        """Close help or answer, and say whether there was one."""
        if self.has_class("-help"):
            self.do_toggle_help()
            return True
        return self.close_answer()
