"""The registry: everything that a key does on a screen, as data. Bindings, key bar, palette and `?` are made from it.

Screens and the program's root may import this module; it imports no widget. To add a key, add a `KeyAction` to the
table of its area (`screens/actions_*.py`): it types a line (`types`), carries one out (`says`), or calls `do_<calls>`
of the screen.
"""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from domain.actors import Role
from screens.acting import KeyAction, needs_something
from screens.actions_admin import ADMIN_ACTIONS
from screens.actions_bookings import BOOKING_ACTIONS
from screens.actions_parts import JOB_ACTIONS, WISH_ACTIONS
from screens.actions_roster import PROVIDER_ACTIONS, SERVICE_ACTIONS

_LOG_ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction(
        id="log.filter",
        key="f",
        label="filter",
        calls="filter",
        screens=("log",),
        tooltip="only a booking (214), an actor (admin:ana), an action (cancel), a word; all that is typed must fit",
    ),
    KeyAction(
        id="log.pause",
        key="space",
        label="pause/follow",
        calls="pause",
        screens=("log",),
        tooltip="stand still to read, or follow the newest again",
    ),
    KeyAction(
        id="log.why",
        key="y",
        label="why",
        says="why {asked}",
        screens=("log",),
        why_not=needs_something,
        tooltip="why the event under the cursor was: who did it, what it changed, and who was weighed then",
    ),
    KeyAction(
        id="log.clear",
        key="backspace",
        shown_key="⌫",
        label="no filter",
        calls="clear_filter",
        screens=("log",),
        tooltip="show every event again",
        in_bar=False,
    ),
)
_EVERYWHERE: Final[tuple[KeyAction, ...]] = (
    KeyAction(
        id="line.focus",
        key="colon",
        shown_key=":",
        label="line",
        calls="focus_line",
        tooltip="put the cursor on the line; Esc gives it back",
        in_bar=False,
    ),
    KeyAction(
        id="line.over",
        key="ctrl+o",
        shown_key="^o",
        label="line over",
        calls="focus_line",
        tooltip="the line over anything, a half-filled form too, where : is a letter; Esc gives the field back",
        in_bar=False,
    ),
    KeyAction(
        id="help.show",
        key="question_mark,f1",
        shown_key="?",
        label="all keys",
        calls="toggle_help",
        tooltip="what every key does here, and why a grey one does nothing now",
        in_bar=False,
    ),
    KeyAction(
        id="as.switch",
        key="ctrl+r",
        shown_key="^r",
        label="role",
        calls="ask_role",
        tooltip="act as somebody else: as admin:NAME, as provider:HANDLE, as customer:NUMBER",
        in_bar=False,
    ),
    KeyAction(
        id="tour.next",
        key="f9",
        shown_key="F9",
        label="tour",
        calls="advance_tour",
        tooltip="the next step of the guided tour",
        in_bar=False,
    ),
)
ACTIONS: Final = (
    *PROVIDER_ACTIONS,
    *SERVICE_ACTIONS,
    *JOB_ACTIONS,
    *ADMIN_ACTIONS,
    *WISH_ACTIONS,
    *_LOG_ACTIONS,
    *BOOKING_ACTIONS,
    *_EVERYWHERE,
)
ACTION: Final = {action.id: action for action in ACTIONS}


def bindings_for(screen: str) -> list[Binding]:
    """The bindings of one screen; of what works everywhere for an empty name.

    A key that opens the line has priority: Textual then carries it out before it looks where the next key belongs, and
    what is typed ahead reaches the line instead of being taken for more keys.
    """
    return [
        Binding(
            action.key,
            f"act('{action.id}')",
            action.label,
            show=False,
            id=action.id,
            tooltip=action.tooltip,
            priority=action.opens_line,
        )
        for action in ACTIONS
        if (screen in action.screens if screen else not action.screens)
    ]


def offered(screen: str, roles: frozenset[Role]) -> list[KeyAction]:
    """The actions that these roles meet on a screen, in the table's order."""
    return [action for action in ACTIONS if action.is_offered(screen, roles)]
