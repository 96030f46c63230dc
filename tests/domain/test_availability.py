"""Busy and free, for all jobs and all times: the definitions of the architecture, written a second time."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Job, busy_now, clash, clash_on_demand, clash_window, job_of, shown_status
from domain.lifecycle import Duty, Status
from domain.records import Booking, Provider
from tests.domain.world import START, minutes

ACTIVE = (Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE, Status.IN_PROGRESS)
offsets = st.integers(-300, 300).map(lambda count: START + minutes(count))
lengths = st.integers(1, 240).map(minutes)


@st.composite
def a_job(draw: st.DrawFn, number: int = 0) -> Job:
    planned = draw(st.booleans())
    start, length = draw(offsets), draw(lengths)
    return Job(
        booking=number,
        status=draw(st.sampled_from(ACTIVE)),
        window_start=start if planned else None,
        window_end=start + length if planned else None,
        assigned_at=draw(offsets.filter(lambda moment: moment <= START)),
        duration=draw(lengths),
        forced=draw(st.booleans()),
    )


jobs = st.lists(st.integers(), max_size=4).flatmap(
    lambda made: st.tuples(*(a_job(number) for number in range(1, len(made) + 1)))
)


def is_busy(job: Job, now: datetime) -> bool:
    """Any active booking on demand, anything on the way or at work, or an active window that contains now."""
    if job.window_start is None or job.window_end is None:
        return True
    return job.status in {Status.EN_ROUTE, Status.IN_PROGRESS} or job.window_start <= now < job.window_end


def overlaps(job: Job, start: datetime, end: datetime) -> bool:
    if job.window_start is not None and job.window_end is not None:
        return job.window_start < end and start < job.window_end
    return job.assigned_at < end and start < job.assigned_at + job.duration


@given(jobs)
def test_busy_now_is_a_job_on_demand_one_at_work_or_a_window_that_contains_now(jobs: tuple[Job, ...]) -> None:
    found = busy_now(jobs, START)
    assert (found is not None) == any(is_busy(job, START) for job in jobs)
    if found is not None:
        assert is_busy(found.job, START)


@given(jobs, lengths)
def test_free_on_demand_is_not_busy_and_no_window_within_the_services_duration(
    jobs: tuple[Job, ...], duration: timedelta
) -> None:
    taken = any(is_busy(job, START) for job in jobs) or any(
        overlaps(job, START, START + duration) for job in jobs if job.window_start is not None
    )
    assert (clash_on_demand(jobs, START, duration) is not None) == taken


@given(jobs, offsets, lengths)
def test_free_for_a_window_is_no_overlapping_window_and_no_job_on_demand_that_reaches_into_it(
    jobs: tuple[Job, ...], start: datetime, length: timedelta
) -> None:
    taken = any(overlaps(job, start, start + length) for job in jobs)
    assert (clash_window(jobs, start, start + length) is not None) == taken


@given(jobs, offsets, lengths)
def test_forced_jobs_count_as_busy_too(jobs: tuple[Job, ...], start: datetime, length: timedelta) -> None:
    others = tuple(replace(job, forced=not job.forced) for job in jobs)
    assert (busy_now(jobs, START) is None) == (busy_now(others, START) is None)
    assert (clash_window(jobs, start, start + length) is None) == (clash_window(others, start, start + length) is None)


def test_windows_that_touch_do_not_overlap() -> None:
    job = Job(1, Status.ACCEPTED, START, START + minutes(60), START, minutes(60))
    assert clash_window([job], START + minutes(60), START + minutes(90)) is None
    assert clash_window([job], START - minutes(30), START) is None
    assert busy_now([job], START + minutes(60)) is None
    assert busy_now([job], START) is not None


def test_a_job_that_overruns_keeps_its_provider_busy_without_an_end() -> None:
    job = Job(1, Status.IN_PROGRESS, None, None, START - minutes(200), minutes(60))
    found = busy_now([job], START)
    assert found is not None
    assert found.until is None


def a_booking(**given: object) -> Booking:
    fields: dict[str, object] = {
        "id": 1,
        "version": 1,
        "status": Status.ASSIGNED,
        "customer_id": 1,
        "service_id": 1,
        "address": "12 Example St",
        "duration_minutes": 60,
        "priority": 2,
        "requested_at": START,
        "recorded_at": START,
        "promised_at": START,
        "status_since": START,
        "provider_id": 1,
        "assigned_at": START,
    }
    return Booking(**(fields | given))  # type: ignore[arg-type]


def test_a_booking_does_not_stand_in_its_own_way() -> None:
    booking = a_booking()
    assert clash(booking, [job_of(booking)], START) is None
    other = a_booking(id=2)
    assert clash(other, [job_of(booking)], START) is not None


def test_the_roster_shows_inactive_off_break_busy_or_available() -> None:
    def shown(duty: Duty, *jobs: Job, active: bool = True) -> str:
        provider = Provider(
            id=1, version=1, duty=duty, handle="mira", name="Mira Sample", duty_since=START, active=active
        )
        return shown_status(provider, jobs, START)

    job = job_of(a_booking())
    assert shown(Duty.OFF, active=False) == "inactive"
    assert shown(Duty.OFF, job) == "off"
    assert shown(Duty.BREAK, job) == "break"
    assert shown(Duty.ON, job) == "busy"
    assert shown(Duty.ON) == "available"
