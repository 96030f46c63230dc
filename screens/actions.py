"""The registry: everything that a key does on a screen, as data. Bindings, key bar, palette and `?` are made from it.

Screens and the program's root may import this module; it imports the lifecycle table, and no widget. To add a key, add
a `KeyAction` to `ACTIONS`: it types a line (`types`), carries one out (`says`), or calls `do_<calls>` of the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from domain.actors import Actor, Role
from domain.errors import DispatchError
from domain.lifecycle import Action, Subject, check, rules

if TYPE_CHECKING:
    from domain.attention import Alert
    from domain.records import Customer, Service
    from domain.views import BookingRow, ProviderRow

ADMIN: Final = frozenset({Role.ADMIN})
CUSTOMER: Final = frozenset({Role.CUSTOMER})
PROVIDER: Final = frozenset({Role.PROVIDER})
EVERYBODY: Final = ADMIN | CUSTOMER | PROVIDER


@dataclass(frozen=True, slots=True)
class Place:
    """A screen: its name, the number and the letter (after `g`) that lead there, and whom it is for."""

    id: str
    title: str
    key: str
    letter: str
    roles: frozenset[Role]
    about: str


PLACES: Final = (
    Place("desk", "Desk", "1", "d", ADMIN, "what needs you, worst first"),
    Place("bookings", "Bookings", "2", "b", ADMIN, "every booking there ever was"),
    Place("providers", "Providers", "3", "p", ADMIN, "the roster with live status and duty"),
    Place("services", "Services", "4", "s", ADMIN, "what can be booked"),
    Place("customer", "Customer", "5", "c", ADMIN | CUSTOMER, "a customer's own bookings"),
    Place("provider", "Provider", "6", "j", ADMIN | PROVIDER, "a provider's jobs, the next step on one key"),
    Place("admin", "Admin", "7", "a", ADMIN, "overrides and audit trail"),
    Place("log", "Log", "8", "l", EVERYBODY, "every event, live"),
)
PLACE: Final = {place.id: place for place in PLACES}


def places_for(role: Role) -> tuple[Place, ...]:
    """The screens that a role sees; the first is its home."""
    return tuple(place for place in PLACES if role in place.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a key would act on now: the screen's selection, and who is at the console."""

    actor: Actor
    """Who acts."""
    person: Actor
    """Who is at the keyboard; another only where a screen lets them act as somebody else."""
    screen: str
    booking: BookingRow | None = None
    alert: Alert | None = None
    best: str | None = None
    """The handle of the best candidate for the booking."""
    provider: ProviderRow | None = None
    service: Service | None = None
    customer: Customer | None = None
    is_paused: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Whose keys are offered: the actor's, and those by which the person takes another part."""
        return frozenset({self.actor.role, self.person.role})

    def words(self) -> dict[str, str]:
        """What stands for the names in a line's template."""
        booking = self.booking
        return {
            "booking": str(booking.booking.id) if booking else "",
            "best": self.best or "",
            "holder": (booking.provider if booking else None) or "",
            "suggestion": self.alert.suggestion if self.alert else "",
            "provider": self.provider.provider.handle if self.provider else "",
            "service": _quoted(self.service.name) if self.service else "",
            "customer": str(self.customer.id) if self.customer else "",
        }


WhyNot = Callable[[Situation], "str | None"]


def always(_: Situation) -> str | None:
    """It works everywhere and always."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAction:
    """One thing that a key does.

    Attributes:
        id: `area.name`; unique.
        key: Textual's name of the key; several are separated by commas.
        label: One or two words for the key bar.
        tooltip: A sentence for `?` and the palette.
        types: A line that it puts on the line, to be edited: `assign {booking} {best}`.
        says: A line that it carries out at once.
        calls: It calls `do_<calls>()` of the screen.
        screens: Where it works; empty means everywhere.
        roles: Whom it is offered to.
        why_not: Why it does not work now, or None when it does.
        in_bar: Whether the key bar shows it.
        shown_key: How the key is written; by default the first of `key`.
    """

    id: str
    key: str
    label: str
    tooltip: str
    types: str = ""
    says: str = ""
    calls: str = ""
    screens: tuple[str, ...] = ()
    roles: frozenset[Role] = EVERYBODY
    why_not: WhyNot = always
    in_bar: bool = True
    shown_key: str = ""

    @property
    def written(self) -> str:
        """The key as people write it."""
        return self.shown_key or self.key.split(",")[0]

    def line(self, situation: Situation) -> str:
        """The line that it types or says."""
        text = (self.types or self.says).format_map(situation.words())
        return text if text.endswith("-- ") else " ".join(text.split())

    def is_offered(self, screen: str, roles: frozenset[Role]) -> bool:
        """Whether somebody in one of these roles meets it on this screen."""
        return bool(roles & self.roles) and (not self.screens or screen in self.screens)


def on_booking(action: Action) -> WhyNot:
    """Why the lifecycle does not let the selected booking have this done to it now."""

    def why_not(situation: Situation) -> str | None:
        if situation.booking is None:
            return "no booking is selected"
        booking = situation.booking.booking
        try:
            check(Subject.BOOKING, action, booking.status, situation.actor.role, str(booking.id))
        except DispatchError as refusal:
            return refusal.message
        if action is Action.RESUME and not booking.held:
            return f"{booking.id} is not on hold"
        if action is Action.HOLD and booking.held:
            return f"{booking.id} is on hold already; resume takes it up again"
        return None

    return why_not


def who_may(action: Action, subject: Subject = Subject.BOOKING) -> frozenset[Role]:
    """Whom the lifecycle lets do this at all."""
    return frozenset(role for rule in rules(subject, action) for role in rule.roles) & EVERYBODY


def needs_booking(situation: Situation) -> str | None:
    """It needs a selected booking."""
    return None if situation.booking else "no booking is selected"


def needs_provider(situation: Situation) -> str | None:
    """It needs a selected provider."""
    return None if situation.provider else "no provider is selected"


def needs_alert(situation: Situation) -> str | None:
    """It needs something on the attention queue."""
    return None if situation.alert else "nothing needs you"


def _quoted(name: str) -> str:
    from domain.line.values import name as quoted  # heavy, and there when a service is

    return quoted(name)


def _desk(name: str, key: str, label: str, tooltip: str, action: Action, *, types: str = "", says: str = "") -> KeyAction:
    return KeyAction(
        id=f"booking.{name}", key=key, label=label, tooltip=tooltip, types=types, says=says,
        screens=("desk",), roles=who_may(action) & ADMIN, why_not=on_booking(action),
    )


ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction(
        id="desk.next", key="n", label="next", calls="next", screens=("desk",), roles=ADMIN, why_not=needs_alert,
        tooltip="go to the worst and type the line that would most likely help",
    ),
    _desk("assign", "a", "assign", "offer it to the best provider, or another: edit the line", Action.ASSIGN,
          types="assign {booking} {best}"),
    _desk("hold", "h", "hold", "put it aside; say why behind the dashes", Action.HOLD, types="hold {booking} -- "),
    KeyAction(
        id="booking.why", key="w", label="who", says="candidates {booking}", screens=("desk",), roles=ADMIN,
        why_not=needs_booking, tooltip="who could do it, best first, and why not the others; a digit assigns",
    ),
    KeyAction(
        id="booking.undo", key="u", label="undo", types="undo", screens=("desk",), roles=ADMIN,
        tooltip="take back what you did last",
    ),
    # Everywhere
    KeyAction(id="line.focus", key="colon", shown_key=":", label="line", calls="focus_line",
              tooltip="put the cursor on the line; Esc gives it back", in_bar=False),
    KeyAction(id="help.show", key="question_mark,f1", shown_key="?", label="all keys", calls="toggle_help",
              tooltip="what every key does here, and why a grey one does nothing now", in_bar=False),
    KeyAction(id="as.switch", key="ctrl+r", shown_key="^r", label="role", calls="ask_role",
              tooltip="act as somebody else: as admin:NAME, as provider:HANDLE, as customer:NUMBER", in_bar=False),
    KeyAction(id="tour.next", key="f9", shown_key="F9", label="tour", calls="advance_tour",
              tooltip="the next step of the guided tour", in_bar=False),
)
ACTION: Final = {action.id: action for action in ACTIONS}


def bindings_for(screen: str) -> list[Binding]:
    """The bindings of one screen; of what works everywhere for an empty name."""
    return [
        Binding(action.key, f"act('{action.id}')", action.label, show=False, id=action.id, tooltip=action.tooltip)
        for action in ACTIONS
        if (screen in action.screens if screen else not action.screens)
    ]


def offered(screen: str, roles: frozenset[Role]) -> list[KeyAction]:
    """The actions that these roles meet on a screen, in the table's order."""
    return [action for action in ACTIONS if action.is_offered(screen, roles)]
