"""Hypothesis strategies for every filter that can be typed, and for texts that are nearly one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from domain.actors import Role
from domain.criteria import (
    BookingFilter,
    BookingTraits,
    EventFilter,
    EventTraits,
    Limit,
    Mark,
    Measure,
    Period,
    ProviderFilter,
    ProviderTraits,
)
from domain.lifecycle import Action, Status
from domain.line.dates import midnight
from domain.line.sought import SHOWN

ZONES = [
    ZoneInfo(name) for name in ("UTC", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu")
]
_CLEAN = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
_MEANINGFUL = ["late", "pending", "plumbing", "p1", "today", "-x", "--", "?", ";", '"', "a,b", "status:x", "none", "#3"]
words = st.one_of(st.sampled_from([*_MEANINGFUL, "deep", "cleaning", "\\n", "line\nbreak"]), _CLEAN)
some_words = st.lists(words, max_size=3, unique=True).map(tuple)
_names = (
    st.one_of(st.sampled_from(["", "none", "bronx", "staten island", "a,b"]), _CLEAN)
    .map(str.lower)
    .filter(str.isprintable)
)
_moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
_days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def periods(zone: ZoneInfo) -> st.SearchStrategy[Period]:
    """Days, ranges of days, and moments on one side or both."""
    ranges = st.tuples(_days, st.integers(1, 400)).map(
        lambda some: Period(midnight(some[0], zone), midnight(some[0] + timedelta(days=some[1]), zone))
    )
    pairs = st.tuples(_moments, st.integers(1, 10**10)).map(
        lambda some: Period(some[0], some[0] + timedelta(milliseconds=some[1]))
    )
    return st.one_of(ranges, pairs, _moments.map(Period), _moments.map(lambda moment: Period(None, moment)))


limits = st.builds(
    Limit,
    st.sampled_from(Measure),
    st.booleans(),
    st.integers(-10_000_000, 10_000_000).map(lambda seconds: timedelta(seconds=seconds)),
)


def booking_traits(
    services: Mapping[str, int], handles: Mapping[str, int], zone: ZoneInfo
) -> dict[str, st.SearchStrategy[object]]:
    """Each field of what can be asked of bookings; most are empty most of the time."""
    rarely = {
        "statuses": st.frozensets(st.sampled_from(Status), max_size=3),
        "services": st.frozensets(st.sampled_from(sorted(services.values())), max_size=2),
        "providers": st.frozensets(st.sampled_from([None, *handles.values()]), max_size=2),
        "customers": st.frozensets(st.integers(1, 10**15), max_size=2),
        "boroughs": st.frozensets(_names, max_size=2),
        "priorities": st.frozensets(st.integers(1, 4), max_size=2),
        "sources": st.frozensets(_names, max_size=2),
        "marks": st.frozensets(st.sampled_from(Mark), max_size=2),
        "limits": st.frozensets(limits, max_size=2),
        "periods": st.frozensets(periods(zone), max_size=2),
        "words": some_words,
    }
    return dict(rarely)


def booking_filters(
    services: Mapping[str, int], handles: Mapping[str, int], zone: ZoneInfo
) -> st.SearchStrategy[BookingFilter]:
    """Any filter for bookings."""
    fields = booking_traits(services, handles, zone)
    traits = st.fixed_dictionaries({}, optional=fields)
    return st.builds(lambda wanted, unwanted: BookingFilter(**wanted, unless=BookingTraits(**unwanted)), traits, traits)


_actors = st.one_of(
    st.sampled_from(Role).map(str), st.just("admin:Ana"), st.just("customer:17"), st.just('admin:a"b,c')
)


def event_filters(zone: ZoneInfo) -> st.SearchStrategy[EventFilter]:
    """Any filter for events."""
    fields = {
        "bookings": st.frozensets(st.integers(1, 10**15), max_size=2),
        "actions": st.frozensets(st.sampled_from(Action), max_size=2),
        "actors": st.frozensets(_actors, max_size=2),
        "periods": st.frozensets(periods(zone), max_size=2),
        "words": some_words,
    }
    traits = st.fixed_dictionaries({}, optional=dict[str, st.SearchStrategy[object]](fields))
    return st.builds(lambda wanted, unwanted: EventFilter(**wanted, unless=EventTraits(**unwanted)), traits, traits)


def provider_filters(services: Mapping[str, int]) -> st.SearchStrategy[ProviderFilter]:
    """Any filter for providers."""
    fields = {
        "shown": st.frozensets(st.sampled_from(SHOWN), max_size=2),
        "skills": st.frozensets(st.sampled_from(sorted(services)), max_size=2),
        "words": some_words,
    }
    traits = st.fixed_dictionaries({}, optional=dict[str, st.SearchStrategy[object]](fields))
    return st.builds(
        lambda wanted, unwanted: ProviderFilter(**wanted, unless=ProviderTraits(**unwanted)), traits, traits
    )


_PIECES = (
    [
        "leak",
        "late",
        "-late",
        "p1",
        "status:",
        "status:pend",
        "-status:x",
        'service:"heat/hot water"',
        "service:,",
        "--",
    ]
    + ["provider:none", "provider:mi", "customer:#17", "customer:-1", 'borough:"', "waiting>10m", "waiting>", "age<=1d"]
    + [
        "slack<-5m",
        "slack<0",
        "today",
        "2026-08-03",
        "2026-99-03",
        "0001-01-01",
        "9999-12-31..",
        "..",
        "today..yesterday",
    ]
    + [
        "after:14:00",
        "before:25:00",
        "after:2h",
        'after:"today 9:00"',
        "-after:9pm",
        '"two words"',
        '-"two words"',
        '"',
    ]
    + [
        "foo:bar",
        "foo>bar",
        ";",
        "?",
        "-",
        "a:b:c",
        '"a","b"',
        "\x00",
        "\ud800",
        "🔧",
        "deep",
        "cleaning",
        "priority:p2,5",
    ]
    + ["booking:214", "actor:admin:ana", "actor:x", "action:can", "skill:plumbing", "status:busy", "source:none,x"]
)
texts = st.one_of(
    st.text(max_size=60), st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=8).map(" ".join)
)
