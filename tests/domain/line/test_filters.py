"""The filter language: what a text means, what it is refused for and where, and that writing is its inverse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import LOOP
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
from domain.errors import Ambiguous, DispatchError, NotUnderstood
from domain.lifecycle import Action, Status
from domain.line import filters
from domain.line.context import Context
from domain.line.filter_writing import render, render_events, render_providers
from domain.line.filters import EVENT_TERMS, PROVIDER_TERMS, TERMS, filter_completions, term_lines
from domain.line.queries import Find
from domain.line.reading import parse
from domain.line.terms import Term
from tests.domain.line import filter_strategies as some
from tests.domain.line.conftest import DIRECTORY

MIDNIGHT = datetime(2026, 8, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)
CONTEXTS = [
    Context(now=datetime(2026, 8, 3, 12, tzinfo=UTC), actor=LOOP, zone=zone, directory=DIRECTORY) for zone in some.ZONES
]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def of(**traits: Any) -> BookingFilter:
    return BookingFilter(**{name: value if name == "unless" else _field(value) for name, value in traits.items()})


def without(**traits: Any) -> BookingFilter:
    return BookingFilter(unless=BookingTraits(**{name: _field(value) for name, value in traits.items()}))


def _field(value: Any) -> Any:
    return value if isinstance(value, tuple) else frozenset(value)


MEANT: list[tuple[str, BookingFilter]] = [
    ("", of()),
    ("leak BRONX leak", of(words=("leak", "BRONX"))),
    ('"leak under" -- the sink', of(words=("leak under", "the sink"))),
    ("status:pending,assi", of(statuses={Status.PENDING, Status.ASSIGNED})),
    ("No-Show in_progress", of(statuses={Status.NO_SHOW, Status.IN_PROGRESS})),
    ("service:plumb service:painting", of(services={1, 2})),
    ("Plumbing deep cleaning", of(services={1, 4})),
    ('service:"heat/hot water",pai', of(services={2, 3})),
    ('"plumbing"', of(words=("plumbing",))),
    ("provider:mira,#1,none", of(providers={3, 1, None})),
    ("customer:17,#18", of(customers={17, 18})),
    ('borough:"Staten Island",none', of(boroughs={"staten island", ""})),
    ('borough:"none"', of(boroughs={"none"})),
    ("p1 priority:2,p3", of(priorities={1, 2, 3})),
    ("source:requests", of(sources={"requests"})),
    ("late risk held forced parked", of(marks={Mark.LATE, Mark.RISK, Mark.HELD, Mark.FORCED, Mark.PARKED})),
    ("open active final waiting", of(marks={Mark.OPEN, Mark.ACTIVE, Mark.FINAL, Mark.WAITING})),
    ('"late"', of(words=("late",))),
    ("waiting>10m", of(limits={Limit(Measure.WAITING, True, timedelta(minutes=10))})),
    (
        "waiting<2h slack<-5m age>1d12h",
        of(
            limits={
                Limit(Measure.WAITING, False, hours(2)),
                Limit(Measure.SLACK, False, -timedelta(minutes=5)),
                Limit(Measure.AGE, True, hours(36)),
            }
        ),
    ),
    ("today", of(periods={Period(MIDNIGHT, MIDNIGHT + DAY)})),
    ("yesterday", of(periods={Period(MIDNIGHT - DAY, MIDNIGHT)})),
    ("2026-08-01..2026-08-03", of(periods={Period(MIDNIGHT - 2 * DAY, MIDNIGHT + DAY)})),
    ("yesterday..", of(periods={Period(MIDNIGHT - DAY, None)})),
    ("..yesterday", of(periods={Period(None, MIDNIGHT)})),
    ("after:14:00", of(periods={Period(MIDNIGHT + hours(14), None)})),
    ("before:2pm yesterday", of(periods={Period(MIDNIGHT - DAY, MIDNIGHT), Period(None, MIDNIGHT - hours(10))})),
    ('after:"yesterday 14:00"', of(periods={Period(MIDNIGHT - hours(10), None)})),
    (
        "after:2h before:2026-08-03T14:00Z",
        of(periods={Period(MIDNIGHT + hours(6)), Period(None, MIDNIGHT + hours(10))}),
    ),
    ("before:today", of(periods={Period(None, MIDNIGHT)})),
    ("-late -p1", without(marks={Mark.LATE}, priorities={1})),
    ("-status:failed,cancelled", without(statuses={Status.FAILED, Status.CANCELLED})),
    ('-leak -"under sink"', without(words=("leak", "under sink"))),
    (
        "-today -waiting>1h",
        without(periods={Period(MIDNIGHT, MIDNIGHT + DAY)}, limits={Limit(Measure.WAITING, True, hours(1))}),
    ),
    ("-plumbing -provider:none", without(services={1}, providers={None})),
    ("12:30 wait... a.b", of(words=("12:30", "wait...", "a.b"))),
]


@pytest.mark.parametrize(("text", "meaning"), MEANT, ids=[text for text, _ in MEANT])
def test_a_filter_means_what_it_says_in_the_bar_and_on_the_line(
    text: str, meaning: BookingFilter, context: Context
) -> None:
    assert filters.parse(text, context) == meaning
    assert parse(f"find {text}", context) == Find(meaning)


REFUSED = [
    ("leak stauts:pending", "stauts", "did you mean status:"),
    ("wating>10m", "wating", "did you mean waiting>"),
    ("foo:bar", "foo", "there are status:"),
    ("status:", "status:", "needs a value"),
    ("status:pending,lost", "pending,lost", "'lost' is not one status"),
    ("status:c", "c", "not one status"),
    ("service:gardening", "gardening", "no service is called"),
    ("-provider:nobody", "nobody", "no provider is called"),
    ("customer:ana", "ana", "a customer's number"),
    ("priority:5", "5", "1 (highest) to 4"),
    ("waiting:10m", "waiting:10m", "waiting>LENGTH"),
    ("status>pending", "status>pending", "status:STATUS"),
    ("waiting>=10m", "=10m", "only > and <"),
    ("age>soon", "soon", "no length of time"),
    ("age>99999d", "99999d", "no length of time"),
    ("2026-02-30", "2026-02-30", "no date that exists"),
    ("0001-01-01", "0001-01-01", ""),
    ("today..yesterday", "today..yesterday", "ends before it begins"),
    ("2026-08-03T14:00", "2026-08-03T14:00", "after:2026-08-03T14:00"),
    ("after:25:00", "25:00", "not a time of day"),
    ("after:noon", "noon", "is no time"),
    ("after:14:00 today yesterday", "14:00", "on which day?"),
    ("after:14:00 yesterday..today", "14:00", "on which day?"),
    ("leak -", "-", "needs a term behind it"),
    ("--", "--", "nothing behind"),
    ('leak ""', '""', "nothing in these quotes"),
    ('"leak', '"leak', "never close"),
    ('"a","b"', '"a","b"', "a space"),
    ("leak;", ";", "quote it"),
    ("leak ?", "?", "quote it"),
    ("x\x07y", "x\x07y", "U+0007"),
    ("x" * 201, "x" * 201, "200 characters"),
    ("a " * 51, "a", "more than 50 terms"),
]


@pytest.mark.parametrize(("text", "wrong", "why"), REFUSED, ids=[text[:20] for text, *_ in REFUSED])
def test_what_is_no_filter_is_refused_with_its_place_and_what_is_expected(
    text: str, wrong: str, why: str, context: Context
) -> None:
    if text == "0001-01-01":
        context = replace(context, zone=ZoneInfo("Asia/Tokyo"))
    with pytest.raises(NotUnderstood) as refusal:
        filters.parse(text, context)
    error = refusal.value
    assert text[error.position : error.position + error.length] == wrong
    assert why in error.message


def test_a_beginning_that_fits_several_is_refused_with_the_choices(context: Context) -> None:
    with pytest.raises(Ambiguous) as refusal:
        filters.parse("leak provider:mi", context)
    details = refusal.value.details
    assert (details["choices"], details["position"], details["length"]) == (["miguel", "mira"], 14, 2)


def test_days_are_those_of_the_zone_however_long_the_clocks_make_them() -> None:
    context = replace(CONTEXTS[0], zone=ZoneInfo("America/New_York"))
    for day, length in (("2026-03-08", 23), ("2026-11-01", 25), ("2026-08-03", 24)):
        (period,) = filters.parse(day, context).periods
        assert period.start is not None
        assert period.end is not None
        assert period.end - period.start == hours(length)
    cairo = replace(context, zone=ZoneInfo("Africa/Cairo"))
    (skipped,) = filters.parse("2026-04-24", cairo).periods
    assert skipped.start == datetime(2026, 4, 23, 22, tzinfo=UTC), "there is no midnight: the day begins at 1:00"
    with pytest.raises(NotUnderstood, match="the clocks skip"):
        filters.parse("after:2:30 2026-03-08", context)


def test_events_are_looked_for_in_the_same_language(context: Context) -> None:
    found = filters.parse_events("booking:214 actor:admin:Ana cancel action:force-a today -actor:system leak", context)
    assert found == EventFilter(
        bookings=frozenset({214}),
        actors=frozenset({"admin:Ana"}),
        actions=frozenset({Action.CANCEL, Action.FORCE_ASSIGN}),
        periods=frozenset({Period(MIDNIGHT, MIDNIGHT + DAY)}),
        words=("leak",),
        unless=EventTraits(actors=frozenset({"system"})),
    )
    for text, why in (
        ("aktor:ana", "did you mean actor:"),
        ("actor:ana", "expected a role"),
        ("action:dance", "is not one action"),
        ("status:pending", "no filter status: for events"),
    ):
        with pytest.raises(NotUnderstood, match=why):
            filters.parse_events(text, context)


def test_providers_are_looked_for_in_the_same_language(context: Context) -> None:
    found = filters.parse_providers("busy status:break skill:plumb deep cleaning -mira 555", context)
    assert found == ProviderFilter(
        shown=frozenset({"busy", "break"}),
        skills=frozenset({"plumbing", "Deep cleaning"}),
        words=("555",),
        unless=ProviderTraits(words=("mira",)),
    )
    with pytest.raises(NotUnderstood, match="no status of a provider"):
        filters.parse_providers("status:lazy", context)


@settings(max_examples=50)
@given(st.data())
def test_what_is_written_reads_back_as_the_same_filter_in_every_zone(data: st.DataObject) -> None:
    context = data.draw(st.sampled_from(CONTEXTS))
    zone = context.zone
    assert isinstance(zone, ZoneInfo)
    which = data.draw(some.booking_filters(DIRECTORY.services, DIRECTORY.handles, zone))
    text = render(which, DIRECTORY, zone)
    assert "\n" not in text
    assert filters.parse(text, context) == which
    assert parse(f"find {text}", replace(context, now=context.now + 400 * DAY)) == Find(which)
    events = data.draw(some.event_filters(zone))
    assert filters.parse_events(render_events(events, zone), context) == events
    providers = data.draw(some.provider_filters(DIRECTORY.services))
    assert filters.parse_providers(render_providers(providers), context) == providers


@settings(max_examples=120)
@given(some.texts, st.sampled_from([filters.parse, filters.parse_events, filters.parse_providers]))
def test_any_text_is_a_filter_or_is_refused_with_a_place_inside_it(
    text: str, read: Callable[[str, Context], object]
) -> None:
    error = _refusal(read, text)
    if error is not None:
        position, length = error.details["position"], error.details["length"]
        assert error.message
        assert 0 <= position <= position + length <= len(text)


def _refusal(read: Callable[[str, Context], object], text: str) -> DispatchError | None:
    try:
        read(text, CONTEXTS[1])
    except DispatchError as error:
        return error
    return None


@settings(max_examples=120)
@given(some.texts)
def test_what_was_read_from_a_text_is_written_and_read_back(text: str) -> None:
    try:
        which = filters.parse(text, CONTEXTS[1])
    except DispatchError:
        return
    assert filters.parse(render(which, DIRECTORY, CONTEXTS[1].zone), CONTEXTS[1]) == which


@pytest.mark.parametrize(
    ("terms", "read"),
    [(TERMS, filters.parse), (EVENT_TERMS, filters.parse_events), (PROVIDER_TERMS, filters.parse_providers)],
)
def test_every_example_of_the_table_is_understood_both_ways_round(
    terms: tuple[Term, ...], read: Callable[[str, Context], Any], context: Context
) -> None:
    context = replace(context, directory=replace(DIRECTORY, handles={"mira": 1}))
    for term in terms:
        wanted, unwanted = read(term.example, context), read(f"-{term.example}", context)
        assert getattr(wanted, term.fills), term.key
        assert getattr(unwanted.unless, term.fills) == getattr(wanted, term.fills)
    assert len(term_lines(terms)) == len(terms)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("leak sta", ["status:"]),
        ("status:pe", ["status:pending"]),
        ("status:pending,as", ["status:pending,assigned"]),
        ("status:pending,pe", []),
        ("borough:st", ['borough:"staten island"']),
        ("borough:bronx,", ['borough:bronx,"staten island"', "borough:bronx,none"]),
        ("-la", ["-late"]),
        ("service:he", ['service:"heat/hot water"']),
        ("-provider:m", ["-provider:miguel", "-provider:mira"]),
        ("slack", ["slack>", "slack<"]),
        ("yest", ["yesterday"]),
        ('"sta', []),
        ("foo:b", []),
    ],
)
def test_keys_and_values_of_the_last_word_are_completed(text: str, offered: list[str]) -> None:
    directory = replace(DIRECTORY, boroughs=("bronx", "staten island"))
    assert filter_completions(text, directory) == offered
