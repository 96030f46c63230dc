"""How the log speaks: what an event did, in a few words. Pure; screens, shell and result lines share it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.lifecycle import Action, Subject

if TYPE_CHECKING:
    from domain.records import Event

_DONE: dict[Action, str] = {
    Action.CREATE: "created",
    Action.FORCE_ASSIGN: "forced on {chosen}",
    Action.ACCEPT: "accepted",
    Action.REJECT: "rejected",
    Action.DEPART: "on the way",
    Action.START: "started",
    Action.COMPLETE: "completed",
    Action.NO_SHOW: "marked no-show ({absent})",
    Action.CANCEL: "cancelled",
    Action.FORCE_CANCEL: "cancelled",
    Action.MARK_FAILED: "marked failed",
    Action.RETRY: "tried again",
    Action.RELEASE: "released",
    Action.HOLD: "put on hold",
    Action.RESUME: "resumed",
    Action.RESCHEDULE: "rescheduled",
    Action.EDIT: "edited",
    Action.PRIORITISE: "prioritised",
    Action.NOTE: "noted",
    Action.ACK: "acknowledged",
    Action.UNDO: "took back {undid}",
    Action.ON: "on duty",
    Action.OFF: "off duty",
    Action.BREAK: "on break",
    Action.ACTIVATE: "activated",
    Action.DEACTIVATE: "deactivated",
    Action.CONFIGURE: "changed",
}


_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def told(event: Event) -> str:
    """What happened, without its subject: `assigned to mira (2/4)`, `marked no-show (customer)`."""
    details = event.details
    if event.action is Action.ASSIGN:
        rung = f" ({details['attempt']}/{details['of']})" if "attempt" in details else ""
        return f"assigned to {details.get('chosen', '?')}{rung}"
    if event.action is Action.ATTEMPT:
        end = ", exhausted" if details.get("exhausted") else ""
        return f"nobody found {details.get('attempt')}/{details.get('of')}{end}: {details.get('why', '')}"
    if event.action is Action.OVERRIDE:
        chosen = f" with {details['chosen']}" if "chosen" in details else ""
        return f"overridden to {event.to_status}{chosen}"
    if event.action is Action.PRIORITISE and "priority" in event.changes:
        return f"priority {event.changes['priority'][0]} → {event.changes['priority'][1]}"
    return _DONE[event.action].format_map(_Known(details))


def ago(length: timedelta) -> str:
    """How long ago, in its two largest units: `40 s ago`, `23 min ago`, `2 h 5 min ago`, `3 d 4 h ago`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < _MINUTE_S:
        return f"{seconds} s ago"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min ago"
    large, small = (("d", _DAY_S), ("h", _HOUR_S)) if seconds >= _DAY_S else (("h", _HOUR_S), ("min", _MINUTE_S))
    rest = seconds % large[1] // small[1]
    return f"{seconds // large[1]} {large[0]}{f' {rest} {small[0]}' if rest else ''} ago"


def inverse(event: Event) -> str | None:
    """The line that takes an event back exactly, or the nearest to it; None when nothing does."""
    if event.action is Action.COMPLETE or event.action is Action.ATTEMPT or event.to_status == "COMPLETED":
        return None
    if event.version == 1 and event.subject is not Subject.SETTING:
        return ending(event, event.role)
    return f"undo {event.id}"


def ending(event: Event, role: Role) -> str:
    """The line by which somebody of a role is rid of what an event created: nothing is ever deleted."""
    from domain.line.values import name  # not needed before a line was said

    if event.subject is Subject.BOOKING:
        return cancelling(event.subject_id, role)
    named = str(event.subject_id)
    if event.subject is Subject.PROVIDER:
        named = event.changes["handle"][1]
    elif event.subject is Subject.SERVICE:
        named = name(event.changes["name"][1])
    return f"{event.subject} deactivate {named}"


def cancelling(number: int, role: Role) -> str:
    """The line by which somebody of a role cancels a booking."""
    return f"cancel {number}" if role is Role.CUSTOMER else f'cancel! {number} "reason"'
