"""Who is chosen: nearest, then best rated, then least recently used; and why the others were not."""

import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Job
from domain.lifecycle import Duty, Status
from domain.matching import RosterEntry, Why, match, summary
from domain.policy import Policy
from domain.records import Provider
from domain.slack import Spot, distance_km, travel_time
from tests.domain.test_availability import a_booking
from tests.domain.world import START, minutes

POLICY = Policy()
PENDING = a_booking(status=Status.PENDING, provider_id=None, assigned_at=None, latitude=40.7, longitude=-74.0)

latitudes = st.floats(-89, 89, allow_nan=False)
places = st.none() | st.tuples(latitudes, st.floats(-180, 180, allow_nan=False))


@st.composite
def an_entry(draw: st.DrawFn, number: int) -> RosterEntry:
    place = draw(places)
    busy = draw(st.booleans())
    job = Job(99, Status.ACCEPTED, None, None, START, minutes(60))
    used: datetime | None = draw(st.none() | st.integers(-500, 0).map(lambda count: START + minutes(count)))
    provider = Provider(
        id=number,
        version=1,
        duty=draw(st.sampled_from(list(Duty))),
        handle=f"p{number}",
        name="Sample",
        active=draw(st.booleans()),
        skills=draw(st.sampled_from([(1,), (1, 2), (2,), ()])),
        rating=draw(st.integers(0, 5)) / 1.0,
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        duty_since=START,
    )
    return RosterEntry(provider, (job,) if busy else (), used)


rosters = st.integers(0, 8).flatmap(lambda count: st.tuples(*(an_entry(number) for number in range(1, count + 1))))


def good(entry: RosterEntry, excluded: tuple[int, ...] = ()) -> bool:
    provider = entry.provider
    on = provider.duty is Duty.ON and provider.active
    return on and 1 in provider.skills and not entry.jobs and provider.id not in excluded


@given(rosters, st.sets(st.integers(1, 8)))
def test_the_candidates_are_exactly_the_skilled_on_duty_free_and_not_excluded(
    roster: tuple[RosterEntry, ...], excluded: set[int]
) -> None:
    booking = a_booking(status=Status.PENDING, provider_id=None, assigned_at=None, excluded=tuple(sorted(excluded)))
    found = match(booking, roster, START, POLICY)
    assert {one.provider_id for one in found.candidates} == {
        entry.provider.id for entry in roster if good(entry, booking.excluded)
    }
    by_hand = match(booking, roster, START, POLICY, by_system=False)
    assert {one.provider_id for one in by_hand.candidates} == {entry.provider.id for entry in roster if good(entry)}


@given(rosters)
def test_everybody_is_either_a_candidate_or_skipped_with_a_reason(roster: tuple[RosterEntry, ...]) -> None:
    found = match(PENDING, roster, START, POLICY)
    named = sorted([one.provider_id for one in found.candidates] + [skip.provider_id for skip in found.skips])
    assert named == [entry.provider.id for entry in roster]
    details = found.as_details()
    assert len(details["candidates"]) + len(details["skips"]) + len(details["unskilled"]) == len(roster)


@given(rosters)
def test_the_order_is_distance_with_unknown_places_last_then_rating_then_least_recently_used(
    roster: tuple[RosterEntry, ...],
) -> None:
    found = match(PENDING, roster, START, POLICY).candidates
    for one, other in zip(found, found[1:], strict=False):
        known = (one.km if one.km is not None else math.inf, other.km if other.km is not None else math.inf)
        assert known[0] <= known[1]
        if known[0] == known[1]:
            assert one.rating >= other.rating
            if one.rating == other.rating:
                never = datetime.min.replace(tzinfo=START.tzinfo)
                used = (one.last_used or never, other.last_used or never)
                assert used[0] <= used[1]
                if used[0] == used[1]:
                    assert one.provider_id < other.provider_id


@given(rosters, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_the_roster(roster: tuple[RosterEntry, ...], random: object) -> None:
    shuffled = list(roster)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match(PENDING, roster, START, POLICY) == match(PENDING, shuffled, START, POLICY)


def entry(number: int = 1, *, jobs: tuple[Job, ...] = (), **given: object) -> RosterEntry:
    fields: dict[str, object] = {
        "id": number,
        "version": 1,
        "duty": Duty.ON,
        "handle": f"p{number}",
        "name": "Sample",
        "skills": (1,),
        "duty_since": START,
    }
    return RosterEntry(Provider(**(fields | given)), jobs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (entry(active=False, duty=Duty.OFF), Why.INACTIVE),
        (entry(skills=(2,)), Why.UNSKILLED),
        (entry(duty=Duty.OFF), Why.OFF_DUTY),
        (entry(duty=Duty.BREAK), Why.BREAK),
        (entry(5), Why.EXCLUDED),
        (entry(jobs=(Job(9, Status.ASSIGNED, None, None, START, minutes(60)),)), Why.BUSY),
        (
            entry(jobs=(Job(9, Status.ACCEPTED, START + minutes(30), START + minutes(90), START, minutes(60)),)),
            Why.OVERLAP,
        ),
    ],
)
def test_a_skip_says_why(made: RosterEntry, why: Why) -> None:
    booking = a_booking(status=Status.PENDING, provider_id=None, assigned_at=None, excluded=(5,))
    (skip,) = match(booking, [made], START, POLICY).skips
    assert skip.why is why
    if why in {Why.BUSY, Why.OVERLAP}:
        assert skip.booking == 9
        assert skip.until is not None
        assert str(skip).endswith(" on 9")


def test_the_skips_are_summed_up_in_a_few_words() -> None:
    roster = [entry(1, duty=Duty.OFF), entry(2, duty=Duty.OFF), entry(3, duty=Duty.BREAK), entry(4, skills=())]
    assert summary(match(PENDING, roster, START, POLICY).skips) == "2 off duty, 1 on break"
    assert summary(match(PENDING, [entry(skills=())], START, POLICY).skips) == "nobody has the skill"


def test_travel_is_the_great_circle_times_1_35_at_22_km_an_hour_and_3_minutes() -> None:
    km = distance_km(Spot.at(0.0, 0.0), Spot.at(0.0, 1.0))
    assert km == pytest.approx(111.195, abs=0.01)
    assert travel_time(22 / 1.35, POLICY) == minutes(63)
    assert travel_time(0, POLICY) == minutes(3)


@given(latitudes, latitudes, st.floats(-180, 180), st.floats(-180, 180))
def test_distance_is_the_same_both_ways_and_at_most_half_the_earth(a: float, b: float, x: float, y: float) -> None:
    there, back = distance_km(Spot.at(a, x), Spot.at(b, y)), distance_km(Spot.at(b, y), Spot.at(a, x))
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
