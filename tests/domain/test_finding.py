"""One meaning of a filter: what the database finds is what the predicate says of each booking."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Actor, Role
from domain.answers.finding import event_matches, matches, provider_matches, says
from domain.clock import SteppedClock
from domain.codec import BOOKING
from domain.criteria import BookingFilter, BookingTraits, EventFilter, Limit, Mark, Measure, Period
from domain.lifecycle import Status
from domain.line import filters
from domain.line.context import Context
from domain.policy import Policy
from domain.speak import speak
from domain.store import rows as stored_rows
from domain.store.textindex import TAKE_IN
from domain.views import BookingRow
from tests.domain.line.filter_strategies import booking_traits, event_filters
from tests.domain.test_views import SPREAD_S, at_random
from tests.domain.world import ANA, START, World, minutes, plain

MANY = 150
ZONE = ZoneInfo("America/New_York")
ADDRESSES = ("12 Example St", "Saint-Ann's Ave", "7/B Broad Rd", "O'Brien (rear), BRONX", "Größe_Straße 3", "a%b", "")
BOROUGHS = ("", "BRONX", "Bronx", "Staten Island", "Ürgüp")
NOTES = ("", "leak under sink", "brass tap\nbroken", "#45 ring twice", "ÉTÉ", "100% urgent", "no 17 there")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Bookings in every condition there is, with awkward texts."""
    world = World.open(tmp_path_factory.mktemp("finding") / "room.db", SteppedClock(START))
    for name in ("plumbing", "locks", "Électricité"):
        world.service(name)
    for handle in ("mira", "tom", "zoe"):
        world.provider(handle, "plumbing", "locks")
    for name, phone in (("Cleo Sample", "202 555 0101"), ("Bruno O'Malley", None), ("Eve [red]", "202 555 0103")):
        world.customer(name, phone=phone, **({"email": "eve@example.org"} if phone is None else {}))
    draw = random.Random(11)
    columns, marks = ", ".join(BOOKING.names), ", ".join("?" for _ in BOOKING.names)
    with plain(world.path, foreign_keys=False) as connection:
        for number in range(1, MANY + 1):
            source = draw.choice([None, "requests", "Phone"])
            around = [START + timedelta(milliseconds=draw.randint(-SPREAD_S * 9_000, 0)) for _ in range(2)]
            booking = replace(
                at_random(number, draw),
                address=draw.choice(ADDRESSES),
                borough=draw.choice(BOROUGHS),
                notes=draw.choice(NOTES),
                source=source,
                external_key=str(number) if source else None,
                recorded_at=max(around),
                requested_at=min(around),
            )
            row = BOOKING.encode(booking) | {"kind": "booking", "chain": ""}
            columns, marks = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO bookings ({columns}) VALUES ({marks})", list(row.values()))
        connection.execute(TAKE_IN["bookings"])
    yield world
    world.close()


@pytest.fixture(scope="module")
def rows(crowd: World) -> list[BookingRow]:
    """Every booking, the newest first."""
    return [*crowd.engine.views.bookings(BookingFilter(), limit=1_000)]


def moments(rows: list[BookingRow]) -> st.SearchStrategy[timedelta]:
    """Moments from the start, of which many are exactly where a booking comes into a trait."""
    edges = [booking.promised_at - START for booking in (row.booking for row in rows)]
    return st.one_of(st.sampled_from(edges), st.integers(-SPREAD_S, SPREAD_S).map(lambda s: timedelta(seconds=s)))


terms = st.sampled_from(
    ["br", "BR", "b", "a", "17", "#4", "45", "st", "s", "é", "ÉT", "é", "gr", "leak", "under sink", "roken", "%", "_"]
    + [
        "mi",
        "202",
        "05",
        "o'",
        "'",
        "ma",
        "am",
        "ann's",
        "ß",
        "strasse",
        "straße",
        "ürg",
        "r",
        "eve@",
        "or",
        "150",
        "\n",
    ]
)


@pytest.mark.parametrize("share", [1, 2, 5, 200])
def test_a_word_is_found_however_common_it_is_taken_for(
    crowd: World, rows: list[BookingRow], share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_rows, "COMMON_SHARE", share)
    monkeypatch.setattr(stored_rows, "MOST_AT_ONCE", 10)
    for word in ("leak", "cleo", "Bronx", "mira", "plumbing", "150", "eve@example", "nowhere"):
        for which in (BookingFilter(words=(word,)), BookingFilter(unless=BookingTraits(words=(word,)))):
            wanted = [row.booking.id for row in rows if matches(which, row, START, Policy())]
            views = crowd.engine.views
            assert [row.booking.id for row in views.bookings(which, limit=1_000)] == wanted
            assert [*views.booking_numbers(which)] == wanted
            assert views.count(which) == len(wanted)


@settings(max_examples=40)
@given(st.data())
def test_what_the_database_finds_is_what_the_predicate_says(
    crowd: World, rows: list[BookingRow], data: st.DataObject
) -> None:
    fields = booking_traits({"plumbing": 1, "locks": 2}, {"mira": 1, "tom": 2}, ZONE)
    fields |= {
        "words": st.lists(terms, max_size=2).map(tuple),
        "customers": st.frozensets(st.integers(1, 3), max_size=2),
        "boroughs": st.frozensets(st.sampled_from(["", "bronx", "staten island", "ürgüp", "queens"]), max_size=2),
        "sources": st.frozensets(st.sampled_from(["", "requests", "phone"]), max_size=2),
        "limits": st.frozensets(
            st.builds(
                Limit,
                st.sampled_from(Measure),
                st.booleans(),
                st.integers(-SPREAD_S, SPREAD_S * 9).map(lambda seconds: timedelta(seconds=seconds)),
            ),
            max_size=2,
        ),
        "periods": st.frozensets(
            st.sampled_from(rows)
            .map(lambda row: row.booking.requested_at)
            .flatmap(
                lambda at: st.sampled_from([Period(at), Period(None, at), Period(at - minutes(600), at + minutes(9))])
            ),
            max_size=2,
        ),
    }
    names = sorted(fields)

    def traits(most: int) -> dict[str, object]:
        chosen = data.draw(st.lists(st.sampled_from(names), max_size=most, unique=True))
        return {name: data.draw(fields[name]) for name in chosen}

    narrowed = data.draw(st.sampled_from([{}, {}, {"provider_id": 1}, {"customer_id": 2}]))
    which = BookingFilter(**traits(3), unless=BookingTraits(**traits(2)), **narrowed)  # type: ignore[arg-type]
    crowd.clock.set(START + data.draw(moments(rows)))
    views, policy = crowd.engine.views, crowd.engine.views.policy()
    wanted = [row.booking.id for row in rows if matches(which, row, crowd.now, policy)]
    assert list(views.booking_numbers(which)) == wanted
    assert views.count(which) == len(wanted)
    size = data.draw(st.sampled_from([20, 64, MANY]))
    down: list[int] = []
    while page := views.bookings(which, after=down[-1] if down else None, limit=size):
        down += [row.booking.id for row in page]
    assert down == wanted
    up: list[int] = []
    while page := views.bookings(which, before=up[0] if up else 0, limit=size):
        up = [row.booking.id for row in page] + up
    assert up == wanted


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("br", "12 Broadway", True),
        ("br", "Cobra", False),
        ("br", "O'Brien", True),
        ("br", "saint-brice", True),
        ("br", "lumbar bronx", True),
        ("bro", "Cobro", True),
        ("12", "212 Broad", False),
        ("12", "+1 (12)", True),
        ("&", "a&b", True),
        ("é", "l'Été", True),
        ("é", "bébé", False),
    ],
)
def test_a_short_term_is_found_at_the_beginnings_of_words_only(term: str, text: str, found: bool) -> None:
    assert says([None, text], term) is found


def test_the_answer_says_how_short_terms_are_looked_for(world: World) -> None:
    world.service()
    world.booking(address="12 Broadway")
    world.booking(address="7 Cobra Lane")
    (answer,) = speak(world.engine, "find br", ANA, zone=ZONE)
    assert answer.text == "1 found; terms under 3 characters match word beginnings"
    (answer,) = speak(world.engine, "find -br", ANA, zone=ZONE)
    assert answer.data["bookings"] == [2]
    (answer,) = speak(world.engine, "find bro", ANA, zone=ZONE)
    assert answer.text == "1 found"


def test_late_and_at_risk_are_those_of_the_top_bar(crowd: World, rows: list[BookingRow]) -> None:
    for hours in range(-4, 5):
        crowd.clock.set(START + timedelta(hours=hours))
        kpis, count = crowd.engine.views.kpis(), crowd.engine.views.count
        assert count(BookingFilter(marks=frozenset({Mark.LATE}))) == kpis.late
        assert count(BookingFilter(marks=frozenset({Mark.RISK}))) == kpis.at_risk
        assert count(BookingFilter(marks=frozenset({Mark.ACTIVE}))) == kpis.active
        assert count(BookingFilter(marks=frozenset({Mark.WAITING}))) == kpis.waiting


def test_waiting_is_the_time_since_it_was_recorded_for_what_still_needs_somebody(world: World) -> None:
    world.service()
    world.provider("mira")
    number = world.booking()
    world.clock.advance(600)

    def found(text: str) -> bool:
        (answer,) = speak(world.engine, f"find {text}", ANA, zone=ZONE)
        return bool(answer.data["bookings"])

    assert found("waiting>9m")
    assert not found("waiting>10m")
    assert not found("waiting<10m")
    world.bring(number, Status.ACCEPTED)
    assert not found("waiting>9m")
    assert found("age>9m -waiting")
    world.do(c.Release.of(booking=number, reason="sick"))
    assert found("waiting>9m waiting")


@pytest.mark.parametrize("actor", ["customer:1", "provider:mira"])
def test_what_somebody_may_not_see_no_filter_shows(world: World, actor: str) -> None:
    world.service()
    world.provider("mira")
    world.provider("tom")
    own, other = world.booking(), world.booking()
    world.do(c.Assign.of(booking=own, provider="mira"))
    world.do(c.Assign.of(booking=other, provider="tom"))
    role, _, name = actor.partition(":")
    for text in ("", "customer:2", "provider:tom", "-customer:1", "-provider:mira", "active", f"{other}"):
        (answer,) = speak(world.engine, f"find {text}", Actor(Role(role), name), zone=ZONE)
        assert other not in answer.data["bookings"], text


@settings(max_examples=30)
@given(event_filters(ZONE), st.sampled_from([3, 50]))
def test_events_found_are_those_that_the_predicate_says(crowd: World, which: EventFilter, size: int) -> None:
    views = crowd.engine.views
    everything = views.events(EventFilter(), limit=1_000)
    wanted = [row.event.id for row in everything if event_matches(which, row)]
    assert [row.event.id for row in views.events(which, limit=1_000)] == wanted
    back: list[int] = []
    while page := views.events(which, before=back[0] if back else 2**62, limit=size):
        back = [row.event.id for row in page] + back
    assert back == wanted


def test_the_log_is_asked_for_by_actor_action_and_day_on_the_line(world: World) -> None:
    world.service()
    number = world.booking()
    world.clock.advance(86_400)
    world.do(c.ForceCancel.of(booking=number, reason="duplicate call"))

    def actions(text: str) -> list[str]:
        (answer,) = speak(world.engine, f"events {text}", ANA, zone=ZONE)
        assert answer.ok, answer.text
        return [str(world.engine.views.event(event).event.action) for event in answer.data["events"]]

    assert actions("actor:admin:ana action:force-cancel today") == ["force-cancel"]
    assert actions(f"{number} yesterday") == ["create"]
    assert actions(f"{number} duplicate") == ["force-cancel"]
    assert actions(f"{number} -duplicate since 2h") == []
    assert actions("actor:customer") == []


def test_providers_are_found_by_status_skill_and_words(city: World) -> None:
    context = Context(now=city.now, actor=ANA, directory=city.engine.views.directory())

    def found(text: str) -> list[str]:
        which = filters.parse_providers(text, context)
        return [row.provider.handle for row in city.engine.views.roster() if provider_matches(which, row)]

    assert found("available") == ["mira", "tom", "zoe"]
    assert found("skill:locks -break") == ["tom", "zoe"]
    assert found("plumbing off") == ["olga"]
    assert found("-plumbing pe") == ["pete"]
