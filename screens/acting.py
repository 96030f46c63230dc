"""What an action on a screen is: data with a key, what it types or calls, whom it is for, and why it does not work now.

`screens/actions.py` is the registry made of these; screens and the program's root may import both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.actors import Actor, Role
from domain.errors import DispatchError
from domain.lifecycle import Action, Subject, check, rules
from domain.possible import refusal

if TYPE_CHECKING:
    from domain.attention import Alert
    from domain.records import Customer, Service
    from domain.views import BookingRow, EventRow, ProviderRow

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
    worst: Alert | None = None
    """The first of the attention queue."""
    last: EventRow | None = None
    """The booking's last event that could be taken back."""
    best: str | None = None
    """The handle of the best candidate for the booking."""
    provider: ProviderRow | None = None
    service: Service | None = None
    customer: Customer | None = None
    event: int | None = None
    """The event under the cursor, where a log or a trail has the focus."""
    marked: tuple[int, ...] = ()
    """The bookings that are marked: keys for a booking act on all of them."""
    is_paused: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Whose keys are offered: the actor's, and those by which the person takes another part."""
        return frozenset({self.actor.role, self.person.role})

    def words(self) -> dict[str, str]:
        """What stands for the names in a line's template."""
        booking = self.booking
        number = str(booking.booking.id) if booking else ""
        return {
            "booking": f"[{' '.join(map(str, self.marked))}]" if self.marked else number,
            "best": "" if self.marked else self.best or "",
            "holder": (booking.provider if booking else None) or "",
            "provider": self.provider.provider.handle if self.provider else "",
            "service": _quoted(self.service.name) if self.service else "",
            "customer": str(self.customer.id) if self.customer else "",
            "asked": f"event {self.event}" if self.event else number,
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

    @property
    def opens_line(self) -> bool:
        """Whether what is typed behind it is meant for the line."""
        return bool(self.types) or self.calls == "focus_line"

    @property
    def is_letter(self) -> bool:
        """Whether a text field takes the key for itself."""
        return not self.key.startswith("ctrl+")

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
        if situation.marked:
            return None  # each is judged by itself
        if situation.booking is None:
            return "no booking is selected"
        booking = situation.booking.booking
        if action is Action.HOLD and booking.held:
            return f"{booking.id} is on hold already; resume takes it up again"
        refused = refusal(action, booking, situation.actor.role)
        return refused.message if refused else None

    return why_not


def who_may(action: Action, subject: Subject = Subject.BOOKING) -> frozenset[Role]:
    """Whom the lifecycle lets do this at all."""
    return frozenset(role for rule in rules(subject, action) for role in rule.roles) & EVERYBODY


def needs_booking(situation: Situation) -> str | None:
    """It needs a selected booking."""
    return None if situation.booking else "no booking is selected"


def needs_something(situation: Situation) -> str | None:
    """It needs a selected booking or event."""
    return None if situation.booking or situation.event else "neither a booking nor an event is selected"


def needs_provider(situation: Situation) -> str | None:
    """It needs a selected provider."""
    return None if situation.provider else "no provider is selected"


def on_provider(action: Action) -> WhyNot:
    """Why the lifecycle does not let the selected provider have this done now."""

    def why_not(situation: Situation) -> str | None:
        if situation.provider is None:
            return "no provider is selected"
        provider = situation.provider.provider
        if action is Action.ACTIVATE and provider.active:
            return f"{provider.handle} is active already"
        if action in {Action.DEACTIVATE, Action.ON, Action.BREAK} and not provider.active:
            return f"{provider.handle} is inactive; activate comes first"
        return _refusal(Subject.PROVIDER, action, provider.duty, situation.actor.role, provider.handle)

    return why_not


def on_service(action: Action) -> WhyNot:
    """Why the lifecycle does not let the selected service have this done now."""

    def why_not(situation: Situation) -> str | None:
        if situation.service is None:
            return "no service is selected"
        service = situation.service
        return _refusal(Subject.SERVICE, action, service.status, situation.actor.role, service.name)

    return why_not


def _refusal(subject: Subject, action: Action, status: str, role: Role, name: str) -> str | None:
    try:
        check(subject, action, status, role, name)
    except DispatchError as refusal:
        return refusal.message
    return None


def on_duty(action: Action) -> WhyNot:
    """Why the provider cannot go on or off duty, or take a break, now."""

    def why_not(situation: Situation) -> str | None:
        if situation.provider is None:
            return "no provider is selected"
        provider = situation.provider.provider
        try:
            check(Subject.PROVIDER, action, provider.duty, situation.actor.role, provider.handle)
        except DispatchError as refusal:
            return refusal.message.partition(";")[0]
        return None

    return why_not


def chosen(situation: Situation) -> str | None:
    """Somebody else's part was taken."""
    return "pick one from the list" if situation.actor == situation.person else None


def still_to_choose(situation: Situation) -> str | None:
    """Nobody's part was taken yet."""
    return None if situation.actor == situation.person else "i goes back to the list"


def something_to_undo(situation: Situation) -> str | None:
    """The lifecycle lets it be taken back, and something happened since it was created."""
    refused = on_booking(Action.UNDO)(situation)
    return refused or (None if situation.last else "it was only created; force-cancel ends it")


def needs_alert(situation: Situation) -> str | None:
    """It needs something on the attention queue."""
    return None if situation.worst else "nothing needs you"


def either(*reasons: WhyNot) -> WhyNot:
    """It works when one of these does; if none does, the first says why."""

    def why_not(situation: Situation) -> str | None:
        said = [reason(situation) for reason in reasons]
        return None if None in said else said[0]

    return why_not


@dataclass(frozen=True, slots=True)
class LifecycleKeys:
    """Makes the keys of one area that do something of the lifecycle with what is selected there.

    Attributes:
        area: The beginning of their ids.
        screens: Where they work.
        roles: Whom they are offered to, as far as the lifecycle lets them.
        why_not: Why an action cannot be done now.
        subject: What it is done to.
    """

    area: str
    screens: tuple[str, ...]
    roles: frozenset[Role]
    why_not: Callable[[Action], WhyNot]
    subject: Subject = Subject.BOOKING

    def __call__(
        self,
        name: str,
        key: str,
        label: str,
        tooltip: str,
        action: Action,
        *,
        types: str = "",
        says: str = "",
        calls: str = "",
        why_not: WhyNot | None = None,
        in_bar: bool = True,
    ) -> KeyAction:
        """Make one; the words mean what they mean in `KeyAction`."""
        return KeyAction(
            id=f"{self.area}.{name}",
            key=key,
            label=label,
            tooltip=tooltip,
            types=types,
            says=says,
            calls=calls,
            screens=self.screens,
            roles=who_may(action, self.subject) & self.roles,
            why_not=why_not or self.why_not(action),
            in_bar=in_bar,
        )


def _quoted(name: str) -> str:
    from domain.line.values import name as quoted  # heavy, and there when a service is

    return quoted(name)
