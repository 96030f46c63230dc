"""How a booking comes into a status: what is set, cleared and kept on the way. Pure.

Every decision ends here, so that a provider is present exactly where the status wants one, timers run exactly where
they should, and anything that happened brings the booking back to the dispatcher's eye.
"""

from datetime import datetime, timedelta
from typing import Any

from domain import ladder
from domain.building import replace
from domain.decide.facts import Change
from domain.lifecycle import ACTIVE, FINAL, HAS_PROVIDER, NEEDS_PROVIDER, Action, Status
from domain.matching import Candidate
from domain.policy import Policy
from domain.records import Booking

_MAY_BE_HELD = NEEDS_PROVIDER | {Status.ASSIGNED, Status.ACCEPTED}


def revise(booking: Booking, **fields: Any) -> Booking:
    """The booking's next version. What happened to it, nobody has acknowledged yet."""
    return replace(booking, version=booking.version + 1, acked=False, **fields)


def enter(booking: Booking, status: Status, now: datetime, **more: Any) -> Booking:
    """The booking in another status, with what that status cannot have taken away, and what more is said of it."""
    if status not in _MAY_BE_HELD:
        booking = ladder.thaw(booking, now)
    fields: dict[str, Any] = {
        "status": status,
        "status_since": now,
        "absent": None,
        "was_cancelled": status is Status.CANCELLED or (booking.was_cancelled and status is Status.FAILED),
    }
    if status not in HAS_PROVIDER:
        fields |= {"provider_id": None, "forced": False, "assigned_at": None, "travel_s": None}
    if status is not Status.ASSIGNED:
        fields["offer_until"] = None
    if status not in NEEDS_PROVIDER:
        fields |= {"attempt_at": None, "parked_at": None}
    if status in FINAL:
        fields["give_up_at"] = None
    return revise(booking, **{**fields, **more})


def give(
    booking: Booking,
    chosen: Candidate,
    now: datetime,
    policy: Policy,
    *,
    forced: bool,
    status: Status = Status.ASSIGNED,
) -> Booking:
    """The booking with a provider. Any hold ends, and an offer starts to run."""
    reopened = booking.status in FINAL
    after = enter(
        ladder.thaw(booking, now),
        status,
        now,
        provider_id=chosen.provider_id,
        forced=forced,
        assigned_at=now,
        travel_s=None if chosen.travel is None else int(chosen.travel.total_seconds()),
        offer_until=now + policy.offer_timeout if status is Status.ASSIGNED else None,
    )
    if reopened and status in ACTIVE:
        after = replace(
            after,
            attempt=0,
            attempted_at=None,
            give_up_at=ladder.give_up_time(booking, now, policy),
            was_cancelled=False,
        )
    return after


def without(booking: Booking, provider_id: int | None) -> Booking:
    """The booking with a provider excluded from what the system chooses for it."""
    if provider_id is None or provider_id in booking.excluded:
        return booking
    return replace(booking, excluded=tuple(sorted({*booking.excluded, provider_id})))


def change(
    action: Action,
    before: Booking,
    after: Booking,
    *,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
    undoes: int | None = None,
    keep_ack: bool = False,
) -> Change:
    """The change as the log will tell it; a booking on which something happened is no longer acknowledged."""
    version, acked = before.version + 1, keep_ack and after.acked
    if after.version != version or after.acked != acked:
        after = replace(after, version=version, acked=acked)
    return Change(
        action=action,
        before=before,
        after=after,
        reason=reason,
        details=details or {},
        undoes=undoes,
    )


def remaining(moment: datetime, seen_from: datetime, now: datetime) -> datetime:
    """A timer set again with the time it had left at `seen_from`, and never already past."""
    return now + max(timedelta(0), moment - seen_from)
