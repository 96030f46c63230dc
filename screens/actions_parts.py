"""The keys of the two screens on which somebody plays their own part: a provider at work, a customer.

Only the registry imports this module.
"""

from __future__ import annotations

from typing import Final

from domain.lifecycle import Action, Subject
from screens.acting import (
    ADMIN,
    CUSTOMER,
    PROVIDER,
    KeyAction,
    LifecycleKeys,
    chosen,
    needs_booking,
    on_booking,
    on_duty,
    still_to_choose,
)

_job: Final = LifecycleKeys("job", ("provider",), PROVIDER, on_booking)
_duty: Final = LifecycleKeys("duty", ("provider",), PROVIDER, on_duty, Subject.PROVIDER)
_wish: Final = LifecycleKeys("wish", ("customer",), CUSTOMER, on_booking)
JOB_ACTIONS: Final[tuple[KeyAction, ...]] = (
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
    _job("accept", "a", "accept", "take the offer", Action.ACCEPT, says="accept {booking}", in_bar=False),
    _job("depart", "d", "depart", "be on the way", Action.DEPART, says="depart {booking}", in_bar=False),
    _job("start", "s", "start", "begin the work, on site", Action.START, says="start {booking}", in_bar=False),
    _job(
        "complete",
        "c",
        "complete",
        "it is done; nothing changes it afterwards",
        Action.COMPLETE,
        says="complete {booking}",
        in_bar=False,
    ),
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
)
WISH_ACTIONS: Final[tuple[KeyAction, ...]] = (
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
)
