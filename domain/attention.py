"""What needs a dispatcher, how badly, and the line that would most likely help. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.lifecycle import NEEDS_PROVIDER, Status
from domain.matching import Candidate, Matching
from domain.policy import Policy
from domain.records import Absent, Booking
from domain.slack import slack

UNANSWERED_FROM = 0.7
"""An offer is on the queue from this share of its time-out on: amber in the field's status timers."""


class Need(StrEnum):
    """Why a booking is on the queue."""

    EXHAUSTED = "exhausted"
    SEARCHING = "searching"
    UNANSWERED = "no answer"
    LATE = "late"
    AT_RISK = "at risk"
    CUSTOMER_ABSENT = "customer absent"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Alert:
    """One entry of the attention queue.

    Attributes:
        need: Why it is there.
        slack: Time left until the promise cannot be kept; negative when it is late.
        since: When it came into this need, as far as the booking tells.
        due: What happens next by itself and when (next try, lapse, give-up, hold's end), if anything.
    """

    need: Need
    slack: timedelta
    since: datetime
    due: datetime | None


def alert(booking: Booking, now: datetime, policy: Policy) -> Alert | None:
    """Why a booking needs a person now, or None when it does not."""
    if booking.acked:
        return None
    left = slack(booking, now)
    if booking.held:
        if booking.held_until is not None:
            return None
        return Alert(Need.HELD, left, booking.held_since or now, None)
    if booking.status in NEEDS_PROVIDER:
        return _searching(booking, left)
    if booking.status is Status.ASSIGNED and booking.offer_until is not None:
        asked = booking.offer_until - policy.offer_timeout
        if now >= asked + policy.offer_timeout * UNANSWERED_FROM:
            return Alert(Need.UNANSWERED, left, asked, booking.offer_until)
    if booking.status in {Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE}:
        if left < timedelta(0):
            return Alert(Need.LATE, left, now + left, booking.offer_until)
        if left < policy.at_risk:
            return Alert(Need.AT_RISK, left, now + left - policy.at_risk, booking.offer_until)
    return None


def _searching(booking: Booking, left: timedelta) -> Alert:
    if booking.status is Status.NO_SHOW and booking.absent is Absent.CUSTOMER:
        return Alert(Need.CUSTOMER_ABSENT, left, booking.status_since, None)
    if booking.parked_at is not None:
        return Alert(Need.EXHAUSTED, left, booking.parked_at, booking.give_up_at)
    return Alert(Need.SEARCHING, left, booking.status_since, booking.attempt_at)


def suggested_line(booking: Booking, found: Alert, matching: Matching | None, now: datetime) -> str:
    """The line that would most likely help: Desk, `n` and `next` all type this one.

    Args:
        booking: The booking that needs a person.
        found: Why.
        matching: Who could take it now; without it (it was not weighed) the line names nobody.
        now: The moment.

    Returns:
        A line, or two in a chain, that is accepted as it stands as long as nothing changes. Where nobody can do better
        than what happens by itself, it is `ack`: seen, and back on the queue when something changes.
    """
    number = booking.id
    other = _somebody_else(booking, matching)
    match found.need:
        case Need.HELD:
            return f"resume {number}"
        case Need.UNANSWERED:
            return _instead(number, other, "no answer", matching)
        case Need.LATE | Need.AT_RISK:
            in_time = other is not None and _comes_in_time(booking, other, found, now)
            return _instead(number, other, "too late", matching) if in_time else f"ack {number}"
        case Need.CUSTOMER_ABSENT if other is None:
            return f"retry {number}"
    if other is not None:
        return f"assign {number} {other.handle}"
    if matching is None:
        return f"assign {number}"
    return f"ack {number}" if matching.skilled else f'fail {number} "nobody has the skill"'


def _somebody_else(booking: Booking, matching: Matching | None) -> Candidate | None:
    """The best who does not have it now."""
    candidates = matching.candidates if matching is not None else ()
    return next((one for one in candidates if one.provider_id != booking.provider_id), None)


def _comes_in_time(booking: Booking, other: Candidate, found: Alert, now: datetime) -> bool:
    """Whether another would keep the promise that the one who has it, and is not on the way, cannot keep."""
    arrives = other.arrives(now)
    is_lost = found.slack < timedelta(0) and booking.status is not Status.EN_ROUTE
    return is_lost and arrives is not None and arrives <= booking.promised_at


def _instead(number: int, other: Candidate | None, why: str, matching: Matching | None) -> str:
    release = f'release {number} "{why}"'
    if other is not None:
        return f"{release}; assign {number} {other.handle}"
    return release if matching is None else f"ack {number}"
