"""What may be done with one booking as it stands now, and why not: the table, and what the table cannot know.

Pure; the keys of the screens and the list under the line ask here. The engine decides again when it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import DispatchError, IllegalTransition
from domain.lifecycle import Action, Subject, check

if TYPE_CHECKING:
    from domain.actors import Role
    from domain.records import Booking

_MOST_NEEDED = 3


def refusal(action: Action, booking: Booking, role: Role) -> DispatchError | None:
    """Why a role may not do this to a booking now, or None when nothing is in the way.

    Args:
        action: What would be done.
        booking: The booking as it was seen last.
        role: Who asks.
    """
    try:
        check(Subject.BOOKING, action, booking.status, role, str(booking.id))
    except DispatchError as refused:
        return refused
    if action is Action.RESUME and not booking.held:
        return IllegalTransition(f"{booking.id} is not on hold")
    if action is Action.RETRY and booking.was_cancelled:
        return IllegalTransition(f"{booking.id} was cancelled; only force-assign and override reopen it")
    return None


def in_short(refused: DispatchError, name: str) -> str:
    """A refusal of the table in a few words: `214 is ASSIGNED: needs IN_PROGRESS`.

    Args:
        refused: What `refusal` or `lifecycle.check` came to.
        name: What to call the subject.
    """
    status, needs = refused.details.get("status"), refused.details.get("needs", ())
    if status is None or "; " not in refused.message:
        return refused.message
    if not needs:
        return refused.message.partition("; ")[0]
    words = f": needs {' or '.join(needs)}" if len(needs) <= _MOST_NEEDED else ""
    return f"{name} is {status}{words}"
