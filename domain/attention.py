"""What needs a dispatcher, how badly, and the line that would most likely help. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.lifecycle import NEEDS_PROVIDER, Status
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
        suggestion: The line that would most likely help, ready to edit.
    """

    need: Need
    slack: timedelta
    since: datetime
    due: datetime | None
    suggestion: str


def alert(booking: Booking, now: datetime, policy: Policy) -> Alert | None:
    """Why a booking needs a person now, or None when it does not."""
    if booking.acked:
        return None
    left = slack(booking, now)
    number = booking.id
    if booking.held:
        if booking.held_until is not None:
            return None
        return Alert(Need.HELD, left, booking.held_since or now, None, f"resume {number}")
    if booking.status in NEEDS_PROVIDER:
        return _searching(booking, left, policy)
    if booking.status is Status.ASSIGNED and booking.offer_until is not None:
        asked = booking.offer_until - policy.offer_timeout
        if now >= asked + policy.offer_timeout * UNANSWERED_FROM:
            return Alert(Need.UNANSWERED, left, asked, booking.offer_until, f'release {number} "no answer"')
    if booking.status in {Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE}:
        if left < timedelta(0):
            return Alert(Need.LATE, left, now + left, booking.offer_until, f"show {number}")
        if left < policy.at_risk:
            return Alert(Need.AT_RISK, left, now + left - policy.at_risk, booking.offer_until, f"show {number}")
    return None


def _searching(booking: Booking, left: timedelta, policy: Policy) -> Alert:
    number = booking.id
    if booking.status is Status.NO_SHOW and booking.absent is Absent.CUSTOMER:
        return Alert(Need.CUSTOMER_ABSENT, left, booking.status_since, None, f"retry {number}")
    if booking.parked_at is not None:
        return Alert(Need.EXHAUSTED, left, booking.parked_at, booking.give_up_at, f"assign {number}")
    return Alert(Need.SEARCHING, left, booking.status_since, booking.attempt_at, f"assign {number}")
