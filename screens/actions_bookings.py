"""The keys of Desk and Bookings: what is done to the selected booking, and what is shown.

Only the registry imports this module.
"""

from __future__ import annotations

from typing import Final

from domain.lifecycle import Action
from screens.acting import (
    ADMIN,
    KeyAction,
    LifecycleKeys,
    either,
    needs_alert,
    needs_booking,
    needs_something,
    on_booking,
    who_may,
)

_booking: Final = LifecycleKeys("booking", ("desk", "bookings"), ADMIN, on_booking)


def _bookings(name: str, key: str, label: str, tooltip: str, *, in_bar: bool = True, shown_key: str = "") -> KeyAction:
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
        shown_key=shown_key,
    )


BOOKING_ACTIONS: Final[tuple[KeyAction, ...]] = (
    _bookings("filter", "f", "filter", "words, status:…, service:…, provider:…; Enter and Esc go to the rows"),
    _bookings(
        "cycle_status", "s", "status", "which statuses: all, waiting, active, done, failed or cancelled, in turn"
    ),
    _bookings("cycle_service", "v", "service", "which service: all, then one after the other"),
    _bookings("clear_filter", "c", "clear", "every booking again", in_bar=False),
    _bookings("mark", "space", "mark", "mark it, or not any more; keys and lines then act on all that are marked"),
    _bookings(
        "act_on_found",
        "asterisk",
        "all found",
        "begin a line about all that the filter finds; it says how many before it does anything",
        in_bar=False,
        shown_key="*",
    ),
    KeyAction(
        id="line.try",
        key="tilde",
        shown_key="~",
        label="try",
        types="~",
        screens=("desk", "bookings", "providers", "services"),
        roles=ADMIN,
        in_bar=False,
        tooltip="a line behind ~ is only tried: what would change, who loses by it; Enter again then means it",
    ),
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
    KeyAction(
        id="booking.why",
        key="y",
        label="why",
        says="why {asked}",
        screens=("desk", "bookings", "admin"),
        roles=ADMIN,
        why_not=needs_something,
        tooltip="why it stands so, or why the event under the cursor was: who was weighed then, and why not the others",
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
)
