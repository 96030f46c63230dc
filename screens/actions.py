"""The registry: everything that a key does on a screen, as data. Bindings, key bar, palette and `?` are made from it.

Screens and the program's root may import this module; it imports no widget. To add a key, add a `KeyAction` to
`ACTIONS`: it types a line (`types`), carries one out (`says`), or calls `do_<calls>` of the screen. It is longer than
other modules since it is one table: what a key means on one screen is seen beside what it means on the others.
"""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from domain.actors import Role
from domain.lifecycle import Action, Subject
from screens.acting import (
    ADMIN,
    CUSTOMER,
    PLACE,
    PLACES,
    PROVIDER,
    KeyAction,
    Situation,
    WhyNot,
    always,
    chosen,
    either,
    needs_alert,
    needs_booking,
    on_booking,
    on_duty,
    on_provider,
    on_service,
    places_for,
    something_to_undo,
    still_to_choose,
    who_may,
)
from screens.overrides import OVERRIDES, Override

__all__ = ["ACTION", "ACTIONS", "PLACE", "PLACES", "KeyAction", "Situation", "bindings_for", "offered", "places_for"]


def _booking(
    name: str,
    key: str,
    label: str,
    tooltip: str,
    action: Action,
    *,
    types: str = "",
    calls: str = "",
    why_not: WhyNot | None = None,
    in_bar: bool = True,
) -> KeyAction:
    """A key of Desk and Bookings that does something of the lifecycle with the selected booking."""
    return KeyAction(
        id=f"booking.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        types=types,
        calls=calls,
        screens=("desk", "bookings"),
        roles=who_may(action) & ADMIN,
        why_not=why_not or on_booking(action),
        in_bar=in_bar,
    )


def _bookings(name: str, key: str, label: str, tooltip: str, *, in_bar: bool = True) -> KeyAction:
    """A key of Bookings that shows others, or more of one."""
    return KeyAction(
        id=f"bookings.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        calls=name,
        screens=("bookings",),
        roles=ADMIN,
        in_bar=in_bar,
    )


def _provider(
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
    """A key of Providers that does something of the lifecycle with the selected provider."""
    return KeyAction(
        id=f"provider.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        types=types,
        says=says,
        calls=calls,
        screens=("providers",),
        roles=who_may(action, Subject.PROVIDER) & ADMIN,
        why_not=why_not or on_provider(action),
        in_bar=in_bar,
    )


def _service(
    name: str,
    key: str,
    label: str,
    tooltip: str,
    action: Action,
    *,
    says: str = "",
    calls: str = "",
    why_not: WhyNot | None = None,
) -> KeyAction:
    """A key of Services that does something of the lifecycle with the selected service."""
    return KeyAction(
        id=f"service.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        says=says,
        calls=calls,
        screens=("services",),
        roles=who_may(action, Subject.SERVICE) & ADMIN,
        why_not=why_not or on_service(action),
    )


def _job(
    name: str, key: str, label: str, tooltip: str, action: Action, *, types: str = "", in_bar: bool = True
) -> KeyAction:
    return KeyAction(
        id=f"job.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        types=types,
        says="" if types else f"{name} {{booking}}",
        screens=("provider",),
        roles=who_may(action) & PROVIDER,
        why_not=on_booking(action),
        in_bar=in_bar,
    )


def _wish(
    name: str, key: str, label: str, tooltip: str, action: Action, *, types: str = "", calls: str = ""
) -> KeyAction:
    return KeyAction(
        id=f"wish.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        types=types,
        calls=calls,
        screens=("customer",),
        roles=who_may(action) & CUSTOMER,
        why_not=on_booking(action),
    )


def _override(override: Override) -> KeyAction:
    return KeyAction(
        id=f"override.{override.id}",
        key=override.key,
        label=override.label,
        tooltip=override.tooltip,
        types=override.types,
        calls=override.calls,
        screens=("admin",),
        roles=who_may(override.action) & ADMIN,
        why_not=something_to_undo if override.action is Action.UNDO else on_booking(override.action),
        in_bar=False,
    )


def _duty(
    name: str, key: str, label: str, tooltip: str, action: Action, *, types: str = "", says: str = ""
) -> KeyAction:
    return KeyAction(
        id=f"duty.{name}",
        key=key,
        label=label,
        tooltip=tooltip,
        types=types,
        says=says,
        screens=("provider",),
        roles=who_may(action, Subject.PROVIDER) & PROVIDER,
        why_not=on_duty(action),
    )


ACTIONS: Final[tuple[KeyAction, ...]] = (
    # Providers
    KeyAction(
        id="providers.filter",
        key="f",
        label="filter",
        calls="filter",
        screens=("providers",),
        roles=ADMIN,
        tooltip="only those whose handle, name, skills, status or phone have these words",
    ),
    _provider("on", "o", "on", "on duty", Action.ON, says="on {provider}"),
    _provider("off", "x", "off", "off duty; present jobs stay", Action.OFF, says="off {provider}"),
    _provider(
        "break",
        "b",
        "break",
        "not available for a while: edit for how long",
        Action.BREAK,
        types="break {provider} 20m",
    ),
    _provider(
        "edit", "e", "edit", "change name, phone, email, skills, rating or place", Action.EDIT, calls="edit_provider"
    ),
    _provider(
        "new",
        "n",
        "new",
        "somebody new who does the work; off duty at first",
        Action.CREATE,
        calls="new_provider",
        why_not=always,
    ),
    _provider(
        "standing",
        "d",
        "(de)activate",
        "gets no new jobs, or takes jobs again",
        Action.DEACTIVATE,
        calls="toggle_standing",
        why_not=either(on_provider(Action.DEACTIVATE), on_provider(Action.ACTIVATE)),
    ),
    # Services
    _service("new", "n", "new", "something new that can be booked", Action.CREATE, calls="new_service", why_not=always),
    _service(
        "edit",
        "e",
        "edit",
        "change name, price, minutes, priority or description; bookings keep theirs",
        Action.EDIT,
        calls="edit_service",
    ),
    _service("activate", "a", "activate", "can be booked again", Action.ACTIVATE, says="service activate {service}"),
    _service(
        "deactivate",
        "d",
        "deactivate",
        "takes no new bookings; present ones go on",
        Action.DEACTIVATE,
        says="service deactivate {service}",
    ),
    # Provider
    KeyAction(
        id="job.step",
        key="space",
        label="next step",
        calls="step",
        screens=("provider",),
        roles=PROVIDER,
        why_not=needs_booking,
        tooltip="accept, then be on the way, then begin, then it is done (Enter too)",
    ),
    _job("accept", "a", "accept", "take the offer", Action.ACCEPT, in_bar=False),
    _job("depart", "d", "depart", "be on the way", Action.DEPART, in_bar=False),
    _job("start", "s", "start", "begin the work, on site", Action.START, in_bar=False),
    _job("complete", "c", "complete", "it is done; nothing changes it afterwards", Action.COMPLETE, in_bar=False),
    _job(
        "reject", "r", "reject", "not this one; say why behind the dashes", Action.REJECT, types="reject {booking} -- "
    ),
    _job(
        "no-show",
        "n",
        "no-show",
        "the customer was not there; Enter says so",
        Action.NO_SHOW,
        types="no-show {booking} customer",
    ),
    _duty("on", "o", "on duty", "jobs may come", Action.ON, says="on {provider}"),
    _duty("off", "f", "off duty", "no new jobs; present ones stay", Action.OFF, says="off {provider}"),
    _duty(
        "break", "b", "break", "no new jobs for a while; change how long", Action.BREAK, types="break {provider} 20m"
    ),
    # Admin
    KeyAction(
        id="admin.find",
        key="slash",
        shown_key="/",
        label="find",
        tooltip="any booking: type its number, or words",
        calls="find",
        screens=("admin",),
        roles=ADMIN,
    ),
    KeyAction(
        id="admin.trail",
        key="e",
        label="trail",
        tooltip="every event of the booking: who, what, when, why; again: back",
        calls="trail",
        screens=("admin",),
        roles=ADMIN,
    ),
    KeyAction(
        id="admin.settings",
        key="s",
        label="settings",
        tooltip="the room's settings: Enter types the line that changes one; again: back",
        calls="settings",
        screens=("admin",),
        roles=ADMIN,
    ),
    *(_override(override) for override in OVERRIDES),
    # Customer
    KeyAction(
        id="wish.new",
        key="n",
        label="new booking",
        tooltip="book something: a form opens",
        calls="new",
        screens=("customer",),
        roles=CUSTOMER,
    ),
    _wish("cancel", "x", "cancel", "not wanted any more; Enter on the line does it", Action.CANCEL, calls="cancel"),
    _wish(
        "reschedule",
        "m",
        "other time",
        "another time: change it on the line",
        Action.RESCHEDULE,
        types="reschedule {booking} tomorrow 9-11",
    ),
    _wish("note", "t", "note", "something worth knowing, behind the dashes", Action.NOTE, types="note {booking} -- "),
    KeyAction(
        id="part.search",
        key="slash",
        shown_key="/",
        label="search",
        tooltip="find a customer by number, name, phone, email or address",
        calls="search",
        screens=("customer",),
        roles=ADMIN,
        why_not=still_to_choose,
    ),
    KeyAction(
        id="part.choose",
        key="i",
        label="identity",
        tooltip="act as another one: back to the list",
        calls="choose",
        screens=("provider", "customer"),
        roles=ADMIN,
        why_not=chosen,
    ),
    # Log
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
        id="log.clear",
        key="backspace",
        shown_key="⌫",
        label="no filter",
        calls="clear_filter",
        screens=("log",),
        tooltip="show every event again",
        in_bar=False,
    ),
    # Bookings
    _bookings("filter", "f", "filter", "words, status:…, service:…, provider:…; Enter and Esc go to the rows"),
    _bookings(
        "cycle_status", "s", "status", "which statuses: all, waiting, active, done, failed or cancelled, in turn"
    ),
    _bookings("cycle_service", "v", "service", "which service: all, then one after the other"),
    _bookings("clear_filter", "c", "clear", "every booking again", in_bar=False),
    KeyAction(
        id="desk.next",
        key="n",
        label="next",
        calls="next",
        screens=("desk",),
        roles=ADMIN,
        why_not=needs_alert,
        tooltip="go to the worst and type the line that would most likely help",
    ),
    _booking(
        "assign",
        "a",
        "assign",
        "offer it to the best provider now; edit the line for another",
        Action.ASSIGN,
        types="assign {booking} {best}",
    ),
    KeyAction(
        id="booking.who",
        key="w",
        label="who",
        says="candidates {booking}",
        screens=("desk", "bookings"),
        roles=ADMIN,
        why_not=needs_booking,
        tooltip="who could do it, best first, and why not the others; a digit on the line assigns",
    ),
    _booking(
        "hold",
        "h",
        "hold",
        "put it aside, with the reason behind the dashes; one on hold is resumed",
        Action.HOLD,
        calls="hold_or_resume",
        why_not=either(on_booking(Action.HOLD), on_booking(Action.RESUME)),
    ),
    _booking(
        "again",
        "r",
        "retry/release",
        "look for somebody again; one that somebody has is taken back first",
        Action.RETRY,
        calls="again",
        why_not=either(on_booking(Action.RETRY), on_booking(Action.RELEASE)),
    ),
    _booking(
        "cancel",
        "x",
        "cancel",
        "cancel it, with the reason behind the dashes",
        Action.FORCE_CANCEL,
        types="cancel! {booking} -- ",
    ),
    KeyAction(
        id="line.undo",
        key="u",
        label="undo",
        types="undo",
        roles=ADMIN,
        screens=("desk", "bookings", "providers", "services"),
        tooltip="take back what you did last; Enter carries it out",
    ),
    _booking(
        "note", "t", "note", "write down something worth knowing", Action.NOTE, types="note {booking} -- ", in_bar=False
    ),
    _booking(
        "prioritise",
        "i",
        "priority",
        "give it another priority: 1 is highest",
        Action.PRIORITISE,
        types="prioritise {booking} ",
        in_bar=False,
    ),
    _booking(
        "reschedule",
        "m",
        "move",
        "give it another window, or none",
        Action.RESCHEDULE,
        types="reschedule {booking} ",
        in_bar=False,
    ),
    _booking(
        "no-show",
        "o",
        "no-show",
        "somebody was not there: provider or customer",
        Action.NO_SHOW,
        types="no-show {booking} provider",
        in_bar=False,
    ),
    _booking(
        "fail",
        "z",
        "fail",
        "it cannot be done; say why behind the dashes",
        Action.MARK_FAILED,
        types="fail {booking} -- ",
        in_bar=False,
    ),
    KeyAction(
        id="booking.new",
        key="b",
        label="new booking",
        types="new ",
        screens=("desk", "bookings"),
        in_bar=False,
        roles=who_may(Action.CREATE) & ADMIN,
        tooltip="take down a booking: service, what, where, who, phone",
    ),
    KeyAction(
        id="line.find",
        key="slash",
        shown_key="/",
        label="find",
        types="find ",
        screens=("desk", "bookings", "providers", "services", "provider", "log"),
        roles=ADMIN,
        in_bar=False,
        tooltip="look for bookings by words: number, name, phone, address, service, status",
    ),
    # Everywhere
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
