"""The retry ladder of a booking: attempts 1 to N, each after a wait counted from the attempt before. Pure.

A held booking's time stands still: whatever is computed while it is held counts from the moment it was put aside, and
`thaw` moves every timer on by the time held.

Timers are wall-clock times, and a clock may be set back: a wait that began in the future began before that, and is
over (`is_over`). What a person named a time for, a retry or a hold, waits for that time. A loop that saw its own clock
being set knows more, and keeps each wait at its length (`domain.jumps`).
"""

from datetime import datetime, timedelta
from typing import Final

from domain.building import replace
from domain.policy import Policy, WhenExhausted
from domain.records import Booking

CLOCKS_AGREE_WITHIN: Final = timedelta(seconds=10)
"""The clocks of consoles on one database may differ by so much, and none takes another's for set back."""


def is_over(timer: datetime, began: datetime, longest: timedelta, now: datetime) -> bool:
    """Whether a timer has run out, or is a wait of at most `longest` that began before the clock was set back."""
    return timer <= now or (now + CLOCKS_AGREE_WITHIN < began <= timer <= began + longest)


def longest_wait(policy: Policy) -> timedelta:
    """The longest wait of the ladder."""
    return timedelta(seconds=max(policy.waits_s))


def attempt_is_due(booking: Booking, now: datetime, policy: Policy) -> bool:
    """Whether the next attempt is to be made now."""
    if booking.attempt_at is None or booking.held:
        return False
    began = max(booking.status_since, booking.attempted_at or booking.status_since)
    return is_over(booking.attempt_at, began, longest_wait(policy), now)


def offer_has_lapsed(booking: Booking, now: datetime, policy: Policy) -> bool:
    """Whether the time to answer is over."""
    if booking.offer_until is None or booking.held:
        return False
    return is_over(booking.offer_until, booking.status_since, policy.offer_timeout, now)


def local_now(booking: Booking, now: datetime) -> datetime:
    """The moment a booking's timers live in: now, or when it was put aside."""
    return booking.held_since or now


def give_up_time(booking: Booking, now: datetime, policy: Policy) -> datetime:
    """When the system stops waiting: the window's end, or on demand (or after the window) `give_up_after` from now."""
    if booking.window_end is not None and booking.window_end > now:
        return booking.window_end
    return now + policy.give_up_after


def begin(booking: Booking, now: datetime, policy: Policy, first: datetime | None = None) -> Booking:
    """A new ladder; its first attempt is due after the first wait, or at `first`."""
    start = local_now(booking, now)
    due = max(first, start) if first else start + timedelta(seconds=policy.waits_s[0])
    return replace(
        booking,
        attempt=0,
        attempted_at=None,
        attempt_at=due,
        parked_at=None,
        give_up_at=give_up_time(booking, max(due, start), policy),
    )


def attempted(booking: Booking, now: datetime) -> Booking:
    """One more attempt was made, and the ladder stands still for now."""
    return replace(booking, attempt=booking.attempt + 1, attempted_at=now, attempt_at=None, parked_at=None)


def go_on(booking: Booking, now: datetime, policy: Policy) -> Booking:
    """The next attempt's time is set, or after the last the booking is parked (or given up at once, by the policy)."""
    start = local_now(booking, now)
    if booking.attempt < policy.attempts:
        wait = timedelta(seconds=policy.waits_s[booking.attempt])
        due = min(max(start, (booking.attempted_at or start) + wait), start + wait)
        return replace(
            booking,
            attempt_at=due,
            parked_at=None,
            give_up_at=booking.give_up_at or give_up_time(booking, start, policy),
        )
    give_up = booking.give_up_at or give_up_time(booking, start, policy)
    if policy.when_exhausted is WhenExhausted.FAIL:
        give_up = start
    return replace(booking, attempt_at=None, parked_at=start, give_up_at=give_up)


def stop(booking: Booking) -> Booking:
    """No timer runs any more."""
    return replace(booking, attempt_at=None, parked_at=None, offer_until=None, give_up_at=None)


def thaw(booking: Booking, now: datetime) -> Booking:
    """Not held any more: every timer goes on with the time it had left."""
    if booking.held_since is None:
        return booking
    pause = now - booking.held_since

    def moved(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment + pause

    return replace(
        booking,
        held_since=None,
        held_until=None,
        held_reason=None,
        attempt_at=moved(booking.attempt_at),
        offer_until=moved(booking.offer_until),
        give_up_at=moved(booking.give_up_at),
    )
