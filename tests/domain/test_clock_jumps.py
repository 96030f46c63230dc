"""A clock that is set back or forward: waits keep their length, nothing is done twice, nothing is lost."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import LOOP
from domain.clock import ScaledClock, SteppedClock
from domain.errors import IllegalTransition
from domain.jumps import ClockWatch, Jump
from domain.ladder import CLOCKS_AGREE_WITHIN, is_over
from domain.lifecycle import Action, Status
from tests.conftest import SOAK
from tests.domain.world import START, World, assert_sound, minutes, seconds

BOTH_DATABASES = SOAK
TRIES = {Action.ATTEMPT, Action.ASSIGN}


def set_clock(world: World, by_s: float) -> None:
    """The clock is set, and the loop sees it."""
    world.due.clock_was_set(Jump(world.now, seconds(by_s)))
    world.clock.advance(by_s)


def try_times(world: World, number: int, length_s: float, step_s: float = 0.25) -> list[float]:
    """Real seconds from now to each try that the loop makes."""
    made: list[float] = []
    for step in range(int(length_s / step_s)):
        before = sum(action in TRIES for action in world.actions(number))
        world.tick()
        tries = sum(action in TRIES for action in world.actions(number)) - before
        made += [step * step_s] * tries
        world.clock.advance(step_s)
    return made


@pytest.mark.sqlite_only
@pytest.mark.parametrize("by_s", [-3600, 3600, -86_400, 86_400])
@pytest.mark.parametrize("after_s", [0.25, 3, 10])
def test_attempts_keep_their_real_times_when_the_clock_is_set(world: World, by_s: float, after_s: float) -> None:
    world.service()
    world.configure("give_up_after_s", "2000000")
    number = world.booking()
    made = try_times(world, number, after_s)
    set_clock(world, by_s)
    made += [after_s + at for at in try_times(world, number, 30 - after_s)]
    assert made == [0, 2, 6, 14]
    assert_sound(world)


def test_whoever_did_not_see_the_clock_being_set_back_ends_the_wait_and_keeps_the_next_ones(world: World) -> None:
    world.service()
    number = world.booking()
    world.tick()
    world.clock.advance(-3600)
    assert try_times(world, number, 30) == [0, 4, 12]


def test_whoever_did_not_see_the_clock_being_set_forward_makes_the_attempt_that_was_due_since(world: World) -> None:
    world.service()
    number = world.booking()
    world.tick()
    world.clock.advance(3600)
    assert try_times(world, number, 30) == [0, 4, 12]


def test_a_clock_that_is_set_back_while_a_late_answer_is_awaited_does_not_delay_the_next_attempt(world: World) -> None:
    world.service()
    world.provider("mira")
    world.provider("tom")
    number = world.booking()
    world.tick()
    world.clock.advance(-3600)
    world.by("mira", c.Reject.of(booking=number, reason="too far"))
    assert try_times(world, number, 5) == [2]


@pytest.mark.parametrize("by_s", [-3600, -60, 3600])
def test_a_time_that_a_person_named_is_kept_by_the_clock_on_the_wall(world: World, by_s: float) -> None:
    world.service()
    world.provider()
    number = world.booking()
    world.do(c.MarkFailed.of(booking=number, reason="no parts"))
    named = START + minutes(180)
    world.do(c.Retry.of(booking=number, at=named))
    set_clock(world, by_s)
    assert world.tick() == 0
    world.clock.set(named - seconds(0.001))
    assert world.tick() == 0
    world.tick(0.001)
    assert world.status(number) is Status.ASSIGNED


def test_a_hold_ends_when_the_clock_on_the_wall_says_so(world: World) -> None:
    world.service()
    number = world.booking()
    world.do(c.Hold.of(booking=number, reason="wait", until=START + minutes(30)))
    set_clock(world, -3600)
    assert world.tick(1800) == 0
    world.tick(3600)
    assert world.last(number).action in TRIES


@pytest.mark.parametrize("by_s", [-3600, 3600])
def test_a_provider_has_the_whole_time_to_answer_when_the_clock_is_set(world: World, by_s: float) -> None:
    world.service()
    world.provider()
    number = world.booking()
    world.tick()
    world.clock.advance(100)
    set_clock(world, by_s)
    assert world.tick(199) == 0
    world.tick(1)
    assert world.log(number)[2].reason == "no answer in time"


def test_after_a_restart_an_offer_from_before_the_clock_was_set_back_lapses_and_is_not_left_for_an_hour(
    world: World,
) -> None:
    world.service()
    world.provider()
    number = world.booking()
    world.tick()
    world.clock.advance(-3600)
    world.tick()
    assert world.status(number) is Status.REJECTED


def test_the_clocks_of_two_machines_may_differ_a_little_without_any_wait_being_cut_short(world: World) -> None:
    world.service()
    number = world.booking()
    world.tick()
    world.clock.advance(-CLOCKS_AGREE_WITHIN.total_seconds())
    assert world.tick() == 0
    assert isinstance(world.try_to(c.Attempt.of(booking=number), LOOP), IllegalTransition)


def test_a_shorter_ladder_or_time_to_answer_ends_no_wait_that_runs(world: World) -> None:
    world.service()
    world.provider()
    world.configure("waits_s", "0,600")
    offered, waits = world.booking(), world.booking()
    world.tick()
    world.configure("waits_s", "0,1")
    world.configure("offer_timeout_s", "1")
    assert world.tick(299) == 0
    world.tick(1)
    assert world.status(offered) is Status.REJECTED
    assert world.get(waits).attempt == 1


def test_a_jump_is_forgotten_when_no_wait_from_before_it_can_run_any_more(world: World) -> None:
    set_clock(world, 3600)
    world.clock.advance(300)
    assert world.due.is_after_a_jump()
    world.clock.advance(0.001)
    assert not world.due.is_after_a_jump()


@given(began=st.integers(-10_000, 10_000), wait=st.integers(0, 600), now=st.integers(-20_000, 20_000))
def test_a_wait_is_over_exactly_when_it_has_passed_or_began_in_the_future(began: int, wait: int, now: int) -> None:
    over = is_over(START + seconds(began + wait), START + seconds(began), seconds(600), START + seconds(now))
    assert over == (now >= began + wait or began - now > CLOCKS_AGREE_WITHIN.total_seconds())


class Steady:
    """Seconds that a test counts."""

    passed = 0.0

    def __call__(self) -> float:
        return self.passed


@given(
    passes=st.lists(st.floats(0.01, 100_000), min_size=1, max_size=5),
    by=st.floats(-100_000, 100_000).filter(lambda by: abs(by) > 1.01),
)
def test_a_jump_is_seen_once_with_its_size_however_much_time_passed(passes: list[float], by: float) -> None:
    clock, steady = SteppedClock(START), Steady()
    watch = ClockWatch(clock, steady)
    for passed in passes:
        clock.advance(passed)
        steady.passed += passed
        assert watch.look() is None
    clock.advance(by)
    jump = watch.look()
    assert jump is not None
    assert abs(jump.by - timedelta(seconds=by)) <= timedelta(milliseconds=2)
    assert watch.look() is None


def test_a_stopped_process_that_goes_on_sees_no_jump_since_both_clocks_went_on(world: World) -> None:
    steady = Steady()
    watch = ClockWatch(world.clock, steady)
    world.clock.advance(3600)
    steady.passed += 3600
    assert watch.look() is None


def test_a_demos_quick_clock_is_no_jump() -> None:
    steady = Steady()

    class Quick(ScaledClock):
        def now(self):  # type: ignore[no-untyped-def]
            return START + timedelta(seconds=steady.passed * self.speed)

    watch = ClockWatch(Quick(START, START, 60.0), steady)
    steady.passed += 30
    assert watch.look() is None
