"""What screens read, held against plain Python over every row."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.attention import Alert, Need, alert
from domain.availability import job_of, shown_status
from domain.clock import SteppedClock, to_ms
from domain.codec import BOOKING
from domain.errors import NotFound
from domain.lifecycle import Status
from domain.records import Absent, Booking
from domain.slack import act_by, slack
from domain.store.textindex import TAKE_IN
from domain.views import BookingFilter, EventFilter
from tests.conftest import SOAK
from tests.domain import expected
from tests.domain.test_availability import a_booking
from tests.domain.world import START, World, minutes, plain, provider_actor, seconds

BOTH_DATABASES = SOAK

MANY = 400
SPREAD_S = 4 * 3600


def at_random(number: int, draw: random.Random) -> Booking:
    """A booking as no history would make it, but as the database would have it."""
    status = draw.choice(list(Status))
    has_provider = status in (*expected.ACTIVE, "COMPLETED")
    searching = status in expected.UNASSIGNED
    held = status in expected.HOLDABLE and draw.random() < 0.25

    def around(chance: float = 1.0) -> datetime | None:
        if draw.random() > chance:
            return None
        return START + timedelta(milliseconds=draw.randint(-SPREAD_S * 1000, SPREAD_S * 1000))

    start = around(0.4)
    parked = around(0.4) if searching else None
    return a_booking(
        id=number,
        status=status,
        customer_id=draw.randint(1, 3),
        service_id=draw.randint(1, 3),
        address=f"{draw.randint(1, 40)} Example St",
        notes=draw.choice(["", "leak under sink", "100% urgent", "gate_code", "Dog & cat"]),
        window_start=start,
        window_end=start + minutes(draw.randint(5, 200)) if start else None,
        priority=draw.randint(1, 4),
        promised_at=around(),
        # Forced, so that many may be with one provider.
        provider_id=draw.randint(1, 3) if has_provider else None,
        forced=has_provider,
        assigned_at=around() if has_provider else None,
        travel_s=draw.choice([None, 300, 1800]) if has_provider else None,
        offer_until=around(0.8) if status is Status.ASSIGNED else None,
        parked_at=parked,
        attempt_at=around(0.7) if searching and parked is None else None,
        give_up_at=around(0.5) if searching else None,
        held_since=START if held else None,
        held_until=around(0.5) if held else None,
        held_reason="wait" if held else None,
        absent=draw.choice(list(Absent)) if status is Status.NO_SHOW else None,
        acked=draw.random() < 0.2,
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three of everything, and hundreds of bookings in every condition there is."""
    world = World.open(tmp_path_factory.mktemp("crowd") / "room.db", SteppedClock(START))
    for name in ("plumbing", "locks", "Électricité"):
        world.service(name)
    for handle in ("mira", "tom", "zoe"):
        world.provider(handle, "plumbing", "locks")
    for name, phone in (("Cleo Sample", "202 555 0101"), ("Dan Sample", "202 555 0102"), ("Eve [red]", None)):
        world.customer(name, phone=phone)
    draw = random.Random(7)
    names = ", ".join(BOOKING.names)
    marks = ", ".join("?" for _ in BOOKING.names)
    with plain(world.path, foreign_keys=False) as connection:
        for number in range(1, MANY + 1):
            values = list(BOOKING.encode(at_random(number, draw)).values())
            connection.execute(f"INSERT INTO bookings ({names}) VALUES ({marks})", values)
        connection.execute(TAKE_IN["bookings"])
    yield world
    world.close()


@pytest.fixture(scope="module")
def everyone(crowd: World) -> list[Booking]:
    """Every booking of the crowd, the newest first."""
    rows = crowd.rows("SELECT * FROM bookings ORDER BY id DESC")
    return [BOOKING.decode([row[name] for name in BOOKING.names]) for row in rows]


@pytest.fixture(scope="module")
def shown(crowd: World, everyone: list[Booking]) -> dict[int, list[str]]:
    """What people see of each booking, in small letters."""
    names = {
        table: {row["id"]: row["shown"] for row in crowd.rows(f"SELECT id, {column} AS shown FROM {table}")}
        for table, column in (
            ("services", "name"),
            ("customers", "name || ' ' || coalesce(phone, '')"),
            ("providers", "handle"),
        )
    }
    return {
        one.id: [
            text.lower()
            for text in (
                one.address,
                one.notes,
                names["services"][one.service_id],
                names["customers"][one.customer_id],
                names["providers"].get(one.provider_id, ""),
            )
        ]
        for one in everyone
    }


# The attention queue.


@pytest.mark.parametrize("offer_timeout_s", [300, 7, 1.001, 86_399.999])
def test_the_queue_is_exactly_the_bookings_that_have_an_alert_the_least_slack_first(
    crowd: World, everyone: list[Booking], offer_timeout_s: float
) -> None:
    if crowd.engine.views.policy().offer_timeout_s != offer_timeout_s:
        crowd.configure("offer_timeout_s", offer_timeout_s)
    policy = crowd.engine.views.policy()
    bookings = everyone
    edges = [booking.offer_until - policy.offer_timeout * 0.3 for booking in bookings if booking.offer_until]
    edges += [act_by(booking) - policy.at_risk for booking in bookings[:20]]
    moments = [START, *(START + seconds(at) for at in range(-SPREAD_S, SPREAD_S, 3600)), *edges[:40]]
    try:
        for moment in moments:
            crowd.clock.set(moment)
            now = crowd.now
            rows, count = crowd.engine.views.attention(limit=MANY)
            found = {row.row.booking.id: row.alert for row in rows}
            wanted = {one.id: told for one in bookings if (told := alert(one, now, policy)) is not None}
            assert found == wanted
            assert count == len(wanted)
            order = [(row.alert.slack, row.row.booking.id) for row in rows]
            assert order == sorted(order)
            few, same = crowd.engine.views.attention(limit=5)
            assert (few, same) == (rows[:5], count)
    finally:
        crowd.clock.set(START)


def test_queue_and_figures_stay_as_they_are_until_the_next_change_that_is_told(crowd: World) -> None:
    def shown_at(moment: datetime) -> object:
        crowd.clock.set(moment)
        views = crowd.engine.views
        needs = [(row.row.booking.id, row.alert.need) for row in views.attention(limit=MANY)[0]]
        return needs, views.kpis(), [row.shown for row in views.roster()]

    changed = 0
    try:
        for at in range(-SPREAD_S, SPREAD_S, 1800):
            moment = START + seconds(at)
            before = shown_at(moment)
            told = crowd.engine.views.next_change()
            assert told is not None
            assert told > moment
            assert shown_at(max(moment, told - timedelta(milliseconds=2))) == before
            changed += shown_at(told) != before
        assert changed > 10
        crowd.clock.set(START + seconds(10 * SPREAD_S))
        assert crowd.engine.views.next_change() is None
    finally:
        crowd.clock.set(START)


def test_slack_in_the_database_is_slack_in_the_domain(crowd: World, everyone: list[Booking]) -> None:
    stored = {row["id"]: row["act_by"] for row in crowd.rows("SELECT id, act_by FROM bookings")}
    assert stored == {booking.id: to_ms(act_by(booking)) for booking in everyone}


@pytest.mark.parametrize(
    ("given_fields", "need"),
    [
        ({"status": Status.PENDING, "provider_id": None}, Need.SEARCHING),
        ({"status": Status.PENDING, "provider_id": None, "parked_at": START}, Need.EXHAUSTED),
        ({"status": Status.NO_SHOW, "provider_id": None, "absent": Absent.CUSTOMER}, Need.CUSTOMER_ABSENT),
        ({"status": Status.NO_SHOW, "provider_id": None, "absent": Absent.PROVIDER}, Need.SEARCHING),
        ({"offer_until": START + seconds(90), "promised_at": START + minutes(600)}, Need.UNANSWERED),
        ({"offer_until": START + seconds(91), "promised_at": START + minutes(600)}, None),
        ({"status": Status.ACCEPTED, "promised_at": START - seconds(1)}, Need.LATE),
        ({"status": Status.ACCEPTED, "promised_at": START + minutes(14)}, Need.AT_RISK),
        ({"status": Status.ACCEPTED, "promised_at": START + minutes(15)}, None),
        ({"status": Status.ACCEPTED, "promised_at": START + minutes(30), "travel_s": 1200}, Need.AT_RISK),
        ({"status": Status.IN_PROGRESS, "promised_at": START - minutes(60)}, None),
        ({"status": Status.ACCEPTED, "held_since": START}, Need.HELD),
        ({"status": Status.ACCEPTED, "held_since": START, "held_until": START + minutes(1)}, None),
        ({"status": Status.PENDING, "provider_id": None, "acked": True}, None),
        ({"status": Status.COMPLETED, "promised_at": START - minutes(1)}, None),
        ({"status": Status.FAILED, "provider_id": None}, None),
        ({"status": Status.CANCELLED, "provider_id": None}, None),
    ],
)
def test_what_needs_a_person_and_why(world: World, given_fields: dict[str, object], need: Need | None) -> None:
    found = alert(a_booking(**given_fields), START, world.engine.views.policy())
    assert (found and found.need) == need


def test_an_alert_says_the_slack_what_happens_next_and_a_line_that_helps(world: World) -> None:
    world.service()
    number = world.booking(priority=1)
    world.tick()
    (entry,), _ = world.engine.views.attention()
    assert entry.alert == Alert(Need.SEARCHING, minutes(60), START, START + seconds(2))
    assert entry.line == f'fail {number} "nobody has the skill"'
    assert entry.alert.slack == slack(world.get(number), world.now)


# Figures.


@given(st.integers(-SPREAD_S, SPREAD_S))
def test_the_figures_are_what_counting_gives(crowd: World, everyone: list[Booking], at: int) -> None:
    crowd.clock.set(START + seconds(at))
    now, policy, bookings = crowd.now, crowd.engine.views.policy(), everyone
    kpis = crowd.engine.views.kpis()
    assert kpis.waiting == sum(one.status in expected.UNASSIGNED for one in bookings)
    assert kpis.active == sum(one.status in expected.ACTIVE for one in bookings)
    not_begun = [one for one in bookings if one.status in expected.OPEN and one.status != "IN_PROGRESS"]
    assert kpis.late == sum(slack(one, now) < timedelta(0) for one in not_begun)
    assert kpis.at_risk == sum(timedelta(0) <= slack(one, now) < policy.at_risk for one in not_begun)
    crowd.clock.set(START)


def test_providers_on_duty_and_free_are_counted_and_a_break_is_neither(city: World) -> None:
    kpis = city.engine.views.kpis()
    assert (kpis.providers_on, kpis.providers_free) == (3, 3)
    city.do(c.Assign.of(booking=city.booking(), provider="mira"))
    assert city.engine.views.kpis().providers_free == 2


def test_bookings_are_counted_by_status(crowd: World, everyone: list[Booking]) -> None:
    found = crowd.engine.views.count_by_status()
    assert found == {status: sum(one.status is status for one in everyone) for status in Status}


# Pages and filters.

words = st.sampled_from(
    ["leak", "SAMPLE", "cleo", "100%", "_", "[red]", "555", "example st", "mira", "lock", "117", "&"]
)
filters = st.builds(
    BookingFilter,
    statuses=st.frozensets(st.sampled_from(list(Status)), max_size=4),
    services=st.frozensets(st.integers(1, 4), max_size=2),
    provider_id=st.none() | st.integers(1, 4),
    customer_id=st.none() | st.integers(1, 4),
    words=st.lists(words, max_size=2).map(tuple),
)


def fits(booking: Booking, which: BookingFilter, shown: list[str]) -> bool:
    return (
        (not which.statuses or booking.status in which.statuses)
        and (not which.services or booking.service_id in which.services)
        and (which.provider_id is None or booking.provider_id == which.provider_id)
        and (which.customer_id is None or booking.customer_id == which.customer_id)
        and all(
            any(word.lower() in text for text in shown) or (word.isdecimal() and int(word) == booking.id)
            for word in which.words
        )
    )


@settings(max_examples=25)
@given(filters, st.integers(5, 150))
def test_pages_by_falling_number_are_complete_without_repeats_and_only_what_fits(
    crowd: World, everyone: list[Booking], shown: dict[int, list[str]], which: BookingFilter, size: int
) -> None:
    views = crowd.engine.views
    wanted = [one.id for one in everyone if fits(one, which, shown[one.id])]
    assert list(views.booking_numbers(which)) == wanted
    assert views.count(which) == len(wanted)
    down: list[int] = []
    while page := views.bookings(which, after=down[-1] if down else None, limit=size):
        assert len(page) <= size
        down += [row.booking.id for row in page]
    assert down == wanted
    up: list[int] = []
    while page := views.bookings(which, before=up[0] if up else 0, limit=size):
        up = [row.booking.id for row in page] + up
    assert up == wanted


def test_a_page_is_not_disturbed_by_what_is_booked_meanwhile(world: World) -> None:
    world.service()
    first = [world.booking() for _ in range(6)]
    page = world.engine.views.bookings(BookingFilter(), limit=3)
    world.booking()
    rest = world.engine.views.bookings(BookingFilter(), after=page[-1].booking.id, limit=3)
    assert [row.booking.id for row in (*page, *rest)] == first[::-1]


def test_rows_of_given_numbers_come_in_that_order_without_those_that_do_not_exist(crowd: World) -> None:
    rows = crowd.engine.views.bookings_numbered([7, 3, 9999, 5, 0])
    assert [row.booking.id for row in rows] == [7, 3, 5]
    assert rows[0].booking == crowd.get(7)


def test_letters_beyond_ascii_are_found_whatever_the_case(crowd: World, everyone: list[Booking]) -> None:
    wanted = sum(one.service_id == 3 for one in everyone)
    assert wanted
    for word in ("Électricité", "électricité", "TRICITÉ"):
        assert crowd.engine.views.count(BookingFilter(words=(word,))) == wanted


@pytest.mark.parametrize("which", [EventFilter(), EventFilter(actor="admin"), EventFilter(action="create")])
def test_events_page_forward_and_back_without_gaps_or_repeats(city: World, which: EventFilter) -> None:
    for _ in range(7):
        city.booking()
    city.tick()
    views = city.engine.views
    wanted = [
        row["id"]
        for row in city.rows("SELECT * FROM events ORDER BY id")
        if (which.actor is None or row["role"] == "admin") and (which.action is None or row["action"] == "create")
    ]
    forward: list[int] = []
    while page := views.events(which, after=forward[-1] if forward else 0, limit=4):
        forward += [row.event.id for row in page]
    back: list[int] = []
    while page := views.events(which, before=back[0] if back else 2**62, limit=4):
        back = [row.event.id for row in page] + back
    assert forward == back == wanted


def test_events_carry_the_name_of_their_subject_and_whose_they_are(city: World) -> None:
    number = city.booking(customer=2)
    city.do(c.Assign.of(booking=number, provider="mira"))
    rows = city.engine.views.events(EventFilter(booking=number))
    assert [(row.subject_name, row.customer_id, row.holder) for row in rows] == [(str(number), 2, "mira")] * 2
    names = {(str(row.event.subject), row.subject_name) for row in city.engine.views.events(EventFilter())}
    assert {("provider", "mira"), ("service", "plumbing"), ("customer", "Cleo Sample")} <= names
    assert city.engine.views.event(rows[0].event.id) == rows[0]


def test_customers_are_found_by_words_and_paged_by_number(crowd: World) -> None:
    views = crowd.engine.views
    assert [one.id for one in views.customers()] == [1, 2, 3]
    assert [one.id for one in views.customers(after=1, limit=1)] == [2]
    assert [one.id for one in views.customers(("sample", "0102"))] == [2]
    assert [one.id for one in views.customers(("[RED]",))] == [3]


# People and bookings.


def test_the_roster_shows_what_is_derived_and_the_jobs_earliest_first(city: World) -> None:
    later, now = city.booking(**city.window(300, 360)), city.booking()
    for number in (later, now):
        city.do(c.Assign.of(booking=number, provider="mira"))
    rows = {row.provider.handle: row for row in city.engine.views.roster()}
    assert list(rows) == ["mira", "olga", "pete", "tom", "zoe"]
    assert {handle: row.shown for handle, row in rows.items()} == {
        "mira": "busy",
        "tom": "available",
        "zoe": "available",
        "olga": "off",
        "pete": "break",
    }
    assert rows["mira"].jobs == (now, later)
    assert rows["mira"].busy_until == START + minutes(60)
    assert rows["tom"].skills == ("locks", "plumbing")
    assert city.engine.views.provider("mira") == rows["mira"]
    assert [row.booking.id for row in city.engine.views.jobs_of("mira")] == [now, later]
    for row in rows.values():
        jobs = [job_of(one.booking) for one in city.engine.views.jobs_of(row.provider.handle)]
        assert row.shown == shown_status(row.provider, jobs, city.now)


def test_what_is_done_today_is_counted(city: World) -> None:
    city.bring(city.booking(), Status.COMPLETED)
    city.bring(city.booking(), Status.CANCELLED)
    assert city.engine.views.provider("mira").done_today == 1
    city.clock.advance(2 * 86_400)
    assert city.engine.views.provider("mira").done_today == 0


def test_the_sheet_of_a_booking_that_needs_somebody_has_candidates_and_others_have_none(city: World) -> None:
    number = city.booking(latitude=40.74, longitude=-74.0)
    sheet = city.engine.views.sheet(number)
    assert sheet.candidates is not None
    assert [one.handle for one in sheet.candidates.candidates] == ["tom", "mira"]
    assert sheet.candidates == city.engine.views.candidates(number)
    assert sheet.alert is not None
    city.do(c.Assign.of(booking=number))
    city.by("tom", c.Accept.of(booking=number))
    sheet = city.engine.views.sheet(number)
    assert sheet.candidates is None
    assert [entry.event.action for entry in sheet.events] == ["create", "assign", "accept"]
    assert sheet.row.provider == "tom"


def test_what_does_not_exist_is_not_found(world: World) -> None:
    views = world.engine.views
    for ask in (views.booking, views.sheet, views.candidates, views.customer, views.event):
        with pytest.raises(NotFound):
            ask(4711)
    with pytest.raises(NotFound):
        views.provider("nobody")


def test_the_directory_names_everybody_and_what_is_inactive(city: World) -> None:
    city.do(c.DeactivateService.of(service="locks"))
    city.do(c.DeactivateProvider.of(provider="pete"))
    directory = city.engine.views.directory()
    assert set(directory.handles) == {"mira", "tom", "zoe", "olga", "pete"}
    assert set(directory.services) == {"plumbing", "locks"}
    assert directory.inactive_services == frozenset({"locks"})
    assert directory.inactive_handles == frozenset({"pete"})


def test_views_see_what_another_engine_wrote_and_never_half_of_it(city: World) -> None:
    other = World.open(city.url, city.clock)
    try:
        number = other.booking()
        assert city.engine.views.booking(number).booking == other.get(number)
        other.do(c.GoOff.of(provider="mira"), provider_actor("mira"))
        assert city.engine.views.provider("mira").shown == "off"
    finally:
        other.close()
