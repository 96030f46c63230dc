"""`@TIME` before a read, and the times of `diff`: always back, never to come, and nothing but reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import NotUnderstood
from domain.line import queries as q
from domain.line.context import Context
from domain.line.reading import parse
from domain.line.showing import describe


def _local(context: Context, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=context.zone).astimezone(UTC)


# Now is Monday 3 August 2026, 8:00 in New York.
TIMES = [
    ("7:05", "2026-08-03T07:05"),
    ("8:00", "2026-08-03T08:00"),
    ("14:05", "2026-08-02T14:05"),
    ("2pm", "2026-08-02T14:00"),
    ("07:05:12", "2026-08-03T07:05:12.999"),
    ("-10m", "2026-08-03T07:50"),
    ("1h30m", "2026-08-03T06:30"),
    ("yesterday", "2026-08-02T08:00"),
    ("yesterday 14:05", "2026-08-02T14:05"),
    ("2026-07-20", "2026-07-20T08:00"),
    ("2026-07-20 14:05", "2026-07-20T14:05"),
    ("2026-07-20 14:05:06", "2026-07-20T14:05:06.999"),
    ("sun 9:00", "2026-08-02T09:00"),
    ("mon", "2026-07-27T08:00"),
    ("now", "2026-08-03T08:00"),
    ("2026-08-02T14:05", "2026-08-02T14:05"),
]


@pytest.mark.parametrize(("text", "meant"), TIMES)
def test_a_time_to_look_back_to_is_the_last_such_time(text: str, meant: str, context: Context) -> None:
    wanted = q.AsOf(_local(context, meant), q.ShowBooking(214))
    assert parse(f"@{text} show 214", context) == wanted
    assert parse(f'@"{text}" show 214', context) == wanted
    assert parse(f"diff 214 {text}", context) == q.Diff(wanted.at, None, 214)


def test_a_time_shown_of_an_event_includes_that_event(context: Context) -> None:
    happened = context.now - timedelta(hours=1) + timedelta(milliseconds=640)
    said = parse(f"@{happened.astimezone(context.zone):%H:%M:%S} show 214", context)
    assert isinstance(said, q.AsOf)
    assert said.at >= happened


def test_the_present_second_is_not_to_come(context: Context) -> None:
    said = parse("@08:00:00 show 214", context)
    assert isinstance(said, q.AsOf)
    assert said.at == context.now


@pytest.mark.parametrize(
    ("line", "wrong", "says"),
    [
        ("@14:05 assign 214 mira", "assign", "nothing can be changed in the past"),
        ("@14:05 214 assign mira", "214", "nothing can be changed in the past"),
        ("@14:05   undo", "undo", "nothing can be changed in the past"),
        ("@14:05 help", "help", "show, find, candidates, why and events"),
        ("@14:05 diff 9:00", "diff", "show, find, candidates, why and events"),
        ("@14:05", "", "what?"),
        ("@", "@", "needs a time"),
        ('@"" show 214', '@""', "needs a time"),
        ("@+10m show 214", "+10m", "still to come"),
        ("@tomorrow show 214", "tomorrow", "still to come"),
        ("@today 9:00 show 214", "today 9:00", "still to come"),
        ("@soon show 214", "soon", "is no time"),
        ('@"7:00 sharp" show 214', "sharp", "no part of a time"),
        ("@7:00 show 21x", "21x", "21x"),
        ("diff 14:05 later", "later", "past time"),
        ("diff 214", "", "needs a past time"),
        ("diff 7:00 7:10 7:20", "7:20", "booking"),
    ],
)
def test_what_cannot_be_looked_back_at_is_refused_at_the_word(
    line: str, wrong: str, says: str, context: Context
) -> None:
    with pytest.raises(NotUnderstood, match=says) as refused:
        parse(line, context)
    position, length = refused.value.details["position"], refused.value.details["length"]
    assert line[position : position + length] == wrong


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("@-10m show .", q.ShowBooking(5)),
        ("@-10m 214", q.ShowBooking(214)),
        ("@-10m mira", q.ShowProvider("mira")),
        ("@ -10m rec 214", q.Candidates(214)),
        ("@-10m events 214", q.ShowEvents(214)),
        ("@-10m customer 17", q.ShowCustomer(17)),
        ("@-10m service plumbing", q.ShowService("plumbing")),
        ("@-10m find", q.Find()),
    ],
)
def test_every_read_of_the_board_can_follow(line: str, query: object, context: Context) -> None:
    said = parse(line, context)
    assert isinstance(said, q.AsOf)
    assert (said.at, said.query) == (context.now - timedelta(minutes=10), query)


def test_a_diff_is_between_two_moments_or_up_to_now(context: Context) -> None:
    since, until = _local(context, "2026-08-03T07:00"), _local(context, "2026-08-03T07:30")
    assert parse("diff 7:00 7:30", context) == q.Diff(since, until)
    assert parse("diff 7:00 now", context) == q.Diff(since, context.now)
    assert parse("diff 7:00", context) == q.Diff(since)
    assert parse("diff 214 7:00 7:30", context) == parse("214 diff 7:00 7:30", context) == q.Diff(since, until, 214)


def test_help_behind_a_time_is_help_with_what_follows(context: Context) -> None:
    assert parse("@7:00 show ?", context) == q.What("show")


def test_the_time_is_coloured_as_one_and_the_rest_as_ever(context: Context) -> None:
    line = "@7:05 show 214"
    assert [(line[span.start : span.end], span.kind) for span in describe(line, context)] == [
        ("@7:05", "time"),
        ("show", "verb"),
        ("214", "booking"),
    ]


def test_a_day_alone_over_the_change_of_clocks_is_the_same_time_of_day(context: Context) -> None:
    after = replace(context, now=datetime(2026, 11, 1, 15, 0, tzinfo=UTC))  # 10:00, the night the clocks went back
    said = parse("@yesterday 214", after)
    assert isinstance(said, q.AsOf)
    assert said.at == datetime(2026, 10, 31, 14, 0, tzinfo=UTC)
