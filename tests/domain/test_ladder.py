"""The ladder's arithmetic, for all settings and all times."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import ladder
from domain.lifecycle import Status
from domain.policy import Policy, WhenExhausted
from domain.records import Booking
from tests.domain.test_availability import a_booking
from tests.domain.world import START, minutes, seconds

policies = st.builds(
    Policy,
    waits_s=st.lists(st.integers(0, 600), min_size=1, max_size=8).map(tuple),
    when_exhausted=st.sampled_from(list(WhenExhausted)),
    give_up_after_s=st.integers(1, 100_000),
)
delays = st.lists(st.integers(0, 3_600_000), min_size=8, max_size=8)


def waiting(**given: object) -> Booking:
    return a_booking(status=Status.PENDING, provider_id=None, assigned_at=None, **given)


@given(policies, delays)
def test_attempts_1_to_n_come_after_their_waits_each_counted_from_the_attempt_before(
    policy: Policy, late_ms: list[int]
) -> None:
    booking = ladder.begin(waiting(), START, policy)
    assert booking.attempt_at == START + seconds(policy.waits_s[0])
    for made, late in zip(range(1, policy.attempts + 1), late_ms, strict=False):
        assert booking.attempt_at is not None
        now = booking.attempt_at + timedelta(milliseconds=late)
        booking = ladder.go_on(ladder.attempted(booking, now), now, policy)
        assert booking.attempt == made
        if made < policy.attempts:
            assert booking.attempt_at == now + seconds(policy.waits_s[made])
            assert booking.parked_at is None
        else:
            assert booking.attempt_at is None
            assert booking.parked_at == now
            assert (booking.give_up_at == now) == (
                policy.when_exhausted is WhenExhausted.FAIL or now == START + policy.give_up_after
            )


@given(policies, st.integers(0, 10_000))
def test_going_on_never_sets_a_time_that_has_passed(policy: Policy, passed: int) -> None:
    offered = ladder.attempted(ladder.begin(waiting(), START, policy), START)
    now = START + seconds(passed)
    after = ladder.go_on(offered, now, policy)
    assert after.attempt_at is None or after.attempt_at >= now
    assert (after.attempt_at is None) != (after.parked_at is None)


@given(policies, st.integers(-600, 600), st.integers(1, 600))
def test_waiting_ends_with_the_window_or_on_demand_after_the_time_set(policy: Policy, start: int, length: int) -> None:
    begin, end = START + minutes(start), START + minutes(start + length)
    planned = ladder.begin(waiting(window_start=begin, window_end=end), START, policy)
    first = START + seconds(policy.waits_s[0])
    assert planned.give_up_at == (end if end > first else first + policy.give_up_after)
    assert ladder.begin(waiting(), START, policy).give_up_at == first + policy.give_up_after


@given(
    st.integers(0, 100_000), st.none() | st.integers(0, 9_999), st.none() | st.integers(0, 9_999), st.integers(0, 9_999)
)
def test_a_resumed_booking_has_the_time_left_that_it_had_when_it_was_put_aside(
    held_s: int, attempt: int | None, give_up: int | None, offer: int
) -> None:
    def at(count: int | None) -> datetime | None:
        return None if count is None else START + seconds(count)

    booking = replace(
        waiting(),
        attempt_at=at(attempt),
        give_up_at=at(give_up),
        offer_until=at(offer),
        held_since=START,
        held_until=START + minutes(1),
        held_reason="wait",
    )
    now = START + seconds(held_s)
    after = ladder.thaw(booking, now)
    for timer in ("attempt_at", "give_up_at", "offer_until"):
        before = getattr(booking, timer)
        assert getattr(after, timer) == (None if before is None else now + (before - START))
    assert (after.held_since, after.held_until, after.held_reason) == (None, None, None)
    assert ladder.thaw(after, now + minutes(5)) is after
