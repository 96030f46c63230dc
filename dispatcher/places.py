"""Which screen is shown, and to whom: by number, by letter, by role. The half of the console that moves about.

Base class of `app.ConsoleApp`; imported by nothing else.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from importlib import import_module
from typing import ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType

from domain.actors import Actor
from screens.acting import PLACE, PLACES, places_for
from screens.console import Console
from screens.frame import Frame
from screens.widgets.turns import TurnsApp

SCREENS: Final = {
    "desk": "DeskScreen",
    "bookings": "BookingsScreen",
    "providers": "ProvidersScreen",
    "services": "ServicesScreen",
    "customer": "CustomerScreen",
    "provider": "ProviderScreen",
    "admin": "AdminScreen",
    "log": "LogScreen",
}
"""The class of each place, in the module of its name: imported when it is gone to, since every start needs only one."""
LETTER_WITHIN_S: Final = 2.0
"""How long a letter after `g` leads to a screen."""


class PlacesApp(TurnsApp[int]):
    """A program of screens that only some roles may see."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "await_letter", "Go to", show=False),
        *(Binding(place.key, f"go('{place.id}')", place.title, show=False) for place in PLACES),
        *(Binding(place.letter, f"go_by_letter('{place.id}')", show=False, priority=True) for place in PLACES),
    ]

    def __init__(self, actor: Actor, zone: tzinfo) -> None:
        super().__init__()
        self.room = Console(actor, zone)
        self._awaits_letter = False
        self._frames: dict[str, Frame] = {}

    @property
    def frame(self) -> Frame | None:
        """The screen that is shown, under the palette if that is open."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Frame)), None)

    @property
    def ready(self) -> Frame | None:
        """The screen that is shown, if its widgets are there to be told something."""
        frame = self.frame
        return frame if frame is not None and frame.is_ready else None

    def frames(self) -> list[Frame]:
        """The screens that were shown so far."""
        return list(self._frames.values())

    def _at(self, place: str) -> Frame:
        """The screen of a place, made when it is gone to first."""
        if place not in self._frames:
            kind: type[Frame] = getattr(import_module(f"screens.{place}"), SCREENS[place])
            made = self._frames[place] = kind()
            made.fit(self.size)
            self.install_screen(made, name=f"{place} of {self.room.actor} {id(made)}")
        return self._frames[place]

    def go(self, place: str, booking: int | None = None, line: str = "") -> None:
        """Show another screen; one that is not for this role leads home."""
        frame, role = self.frame, self.room.actor.role
        if role not in PLACE[place].roles:
            if frame is not None and frame.is_ready:
                frame.result.show("refused", f"{PLACE[place].title} is not for the role {role}")
                return
            place = places_for(role)[0].id
        target = self._at(place)
        if frame is None:
            self.push_screen(target)
        elif frame is not target:
            self.switch_screen(target)
        if booking is not None:
            target.select_booking(booking)
        if line and frame is target:
            target.type_line(line)
        elif line:
            target.begin_line(line)

    def become(self, actor: Actor) -> None:
        """Act as somebody else: all screens are made anew, so nothing of the one before is left on them."""
        self.room.become(actor)
        self._renew_screens()

    @work(group="become", exclusive=True)
    async def _renew_screens(self) -> None:
        before, here = self._frames, self.frame.PLACE if self.frame else ""
        places = [place.id for place in places_for(self.room.actor.role)]
        self._frames = {}
        await self.switch_screen(self._at(here if here in places else places[0]))
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


def import_screens() -> None:
    """Have every screen's module at hand, so that going there is quick; for a thread, after the first paint."""
    for place in SCREENS:
        import_module(f"screens.{place}")
