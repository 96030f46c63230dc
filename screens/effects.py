"""What an override would do, in plain words, before it is done.

The Admin screen imports this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.lifecycle import ACTIVE, FINAL, HAS_PROVIDER, NEEDS_PROVIDER, Action, Status
from domain.wording import told
from screens.looks import flat
from screens.overrides import Override

if TYPE_CHECKING:
    from domain.policy import Policy
    from domain.views import BookingRow, EventRow


def effect(override: Override, row: BookingRow, best: str | None, last: EventRow | None, policy: Policy) -> str:
    """What it would do, before it is done: from → to, whom it is taken from, what goes on by itself."""
    status, holder = row.booking.status, row.provider
    taken = f", taken from {holder}" if holder else ""
    stays = f"stays {status}"
    match override.action:
        case Action.FORCE_ASSIGN:
            asked = f"to {best}" if best else "name a provider"
            return f"{status} → ASSIGNED {asked}{taken}; free or not, {_minutes(policy.offer_timeout_s)} to answer"
        case Action.FORCE_CANCEL:
            return f"{status} → CANCELLED{taken}; nothing goes on by itself"
        case Action.MARK_FAILED:
            return f"{status} → FAILED{taken}; retry can take it up again"
        case Action.NO_SHOW if override.id == "absent":
            return f"{status} → NO_SHOW{taken}; others are asked, {holder or 'they'} not again"
        case Action.NO_SHOW:
            return f"{status} → NO_SHOW{taken}; waits for you, nobody is asked"
        case Action.RELEASE:
            return f"{status} → PENDING{taken}; others are asked, {holder or 'they'} not again"
        case Action.HOLD:
            kept = f"; {holder} stays, and stays busy" if holder else ""
            return f"{stays}; tries, offer and give-up stand still{kept}"
        case Action.RESUME:
            return f"{stays}; its timers go on where they stood"
        case Action.RETRY:
            return f"{status} → PENDING; {policy.attempts} new attempts from now"
        case Action.UNDO:
            return _undone(last)
        case _:
            return _overridden(override, row, best)


def _undone(last: EventRow | None) -> str:
    if last is None:
        return "takes back the last that happened"
    event = last.event
    moved = event.from_status != event.to_status
    way = f"{event.to_status} → {event.from_status}" if moved else f"stays {event.to_status}"
    return f"{way}; takes back {event.id}: {flat(told(event))}, by {event.actor}"


def _overridden(override: Override, row: BookingRow, best: str | None) -> str:
    status, holder = row.booking.status, row.provider
    if override.to is None:
        return f"{status} → any other; the rows below say what each would do"
    text = f"{status} → {override.to}"
    if override.to in HAS_PROVIDER:
        text += f" with {holder or best or 'a provider you name'}"
    elif holder:
        text += f", taken from {holder}"
    if override.to is Status.COMPLETED:
        return f"{text}; cannot be undone, by anybody"
    if override.to in NEEDS_PROVIDER:
        return f"{text}; a new ladder begins"
    if override.to in FINAL:
        return f"{text}; nothing goes on by itself"
    if override.to in ACTIVE and status in FINAL:
        return f"{text}; it is reopened"
    return text


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
