from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.commands import Hold, Reschedule
from domain.errors import NotUnderstood
from domain.line.context import Context
from domain.line.queries import ShowEvents
from domain.line.reading import parse
from domain.line.times import duration


def _until(text: str, context: Context) -> datetime | None:
    command = parse(f'hold 1 until {text} "x"', context)
    assert isinstance(command, Hold)
    return command.until


def _window(text: str, context: Context) -> tuple[datetime | None, datetime | None]:
    command = parse(f"mv 1 {text}", context)
    assert isinstance(command, Reschedule)
    return command.window_start, command.window_end


def _since(text: str, context: Context) -> datetime | None:
    query = parse(f"log since {text}", context)
    assert isinstance(query, ShowEvents)
    return query.since


def _local(context: Context, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=context.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("14:30", "2026-08-03T14:30"),
        ("8:00", "2026-08-03T08:00"),
        ("2:30pm", "2026-08-03T14:30"),
        ("9am", "2026-08-03T09:00"),
        ("12pm", "2026-08-03T12:00"),
        ("+20m", "2026-08-03T08:20"),
        ("2h", "2026-08-03T10:00"),
        ("1d", "2026-08-04T08:00"),
        ("tomorrow 9:00", "2026-08-04T09:00"),
        ("today 9:00", "2026-08-03T09:00"),
        ("fri 7:00", "2026-08-07T07:00"),
        ("Monday 9:00", "2026-08-03T09:00"),
        ("mon 7:00", "2026-08-10T07:00"),
        ("2026-12-24 7:00", "2026-12-24T07:00"),
        ("2026-12-24T07:00", "2026-12-24T07:00"),
        ("2026-12-24T12:00Z", "2026-12-24T07:00"),
        ("2026-12-24T13:00:00.000+01:00", "2026-12-24T07:00"),
        ("2020-01-01T00:00Z", "2019-12-31T19:00"),
    ],
)
def test_a_time_of_day_is_on_the_next_fitting_day_in_the_local_zone(text: str, meant: str, context: Context) -> None:
    assert _until(text, context) == _local(context, meant)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("9-11", "2026-08-03T09:00", "2026-08-03T11:00"),
        ("9:30-11", "2026-08-03T09:30", "2026-08-03T11:00"),
        ("13-15", "2026-08-03T13:00", "2026-08-03T15:00"),
        ("7-9", "2026-08-03T07:00", "2026-08-03T09:00"),
        ("9-1pm", "2026-08-03T09:00", "2026-08-03T13:00"),
        ("1-3pm", "2026-08-03T13:00", "2026-08-03T15:00"),
        ("11am-1pm", "2026-08-03T11:00", "2026-08-03T13:00"),
        ("22-2", "2026-08-03T22:00", "2026-08-04T02:00"),
        ("20-24", "2026-08-03T20:00", "2026-08-04T00:00"),
        ("tomorrow 9-11", "2026-08-04T09:00", "2026-08-04T11:00"),
        ("mon 6-7", "2026-08-10T06:00", "2026-08-10T07:00"),
        ("2026-08-09 9-11", "2026-08-09T09:00", "2026-08-09T11:00"),
        ("2026-08-03T13:00Z/2026-08-03T15:00Z", "2026-08-03T09:00", "2026-08-03T11:00"),
        ("2020-08-03T13:00Z/2020-08-03T15:00Z", "2020-08-03T09:00", "2020-08-03T11:00"),
    ],
)
def test_a_window_is_two_times_of_one_day(text: str, start: str, end: str, context: Context) -> None:
    assert _window(text, context) == (_local(context, start), _local(context, end))


@pytest.mark.parametrize("text", ["now", "asap"])
def test_no_window_means_on_demand(text: str, context: Context) -> None:
    assert _window(text, context) == (None, None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("7:00", "2026-08-03T07:00"),
        ("2h", "2026-08-03T06:00"),
        ("yesterday 14:00", "2026-08-02T14:00"),
        ("mon 7:00", "2026-08-03T07:00"),
        ("mon 9:00", "2026-07-27T09:00"),
        ("fri 9:00", "2026-07-31T09:00"),
    ],
)
def test_since_looks_back(text: str, meant: str, context: Context) -> None:
    assert _since(text, context) == _local(context, meant)


@pytest.mark.parametrize(
    ("line", "marked", "said"),
    [
        ('h 1 until 7:30 "x"', "7:30", "did you mean tomorrow 7:30?"),
        ('h 1 until today 7:30 "x"', "today 7:30", "is past"),
        ('h 1 until yesterday 9:00 "x"', "yesterday 9:00", "is past"),
        ('h 1 until tomorrow "x"', "tomorrow", "at what time?"),
        ('h 1 until 25:00 "x"', "25:00", "not a time of day"),
        ('h 1 until 9:61 "x"', "9:61", "not a time of day"),
        ('h 1 until 13pm "x"', "13pm", "not a time of day"),
        ('h 1 until soon "x"', "soon", "no time"),
        ('h 1 until 2026-13-01T00:00Z "x"', "2026-13-01T00:00Z", "no date or time that exists"),
        ('h 1 until 2026-02-30 9:00 "x"', "2026-02-30", "no date or time that exists"),
        ('h 1 until 0001-01-01T00:00+10:00 "x"', "0001-01-01T00:00+10:00", "too far away"),
        ("mv 1 6-7", "6-7", "did you mean tomorrow 6-7?"),
        ("mv 1 yesterday 9-11", "yesterday 9-11", "is over"),
        ("mv 1 9-5", "9-5", "did you mean 9-17?"),
        ("mv 1 11-9", "11-9", "ends before it starts"),
        ("mv 1 9-25", "9-25", "not a time of day"),
        ("log since 9:00", "9:00", "did you mean yesterday 9:00?"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused_and_never_moved_in_silence(
    line: str, marked: str, said: str, context: Context
) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse(line, context)
    assert line[refused.value.position : refused.value.position + refused.value.length] == marked
    assert said in refused.value.message


def test_the_local_day_counts_not_the_one_in_greenwich(context: Context) -> None:
    late = replace(context, now=datetime(2026, 8, 4, 2, 0, tzinfo=UTC))
    assert _until("23:00", late) == datetime(2026, 8, 4, 3, 0, tzinfo=UTC)
    tokyo = replace(context, zone=ZoneInfo("Asia/Tokyo"))
    assert _until("22:00", tokyo) == datetime(2026, 8, 3, 13, 0, tzinfo=UTC)


SPRING = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("line", ['h 1 until 2:30 "x"', "mv 1 2:15-4", 'h 1 until 2026-03-08T02:30 "x"'])
def test_a_wall_time_that_the_clocks_skip_is_refused(line: str, context: Context) -> None:
    with pytest.raises(NotUnderstood, match="the clocks skip"):
        parse(line, replace(context, now=SPRING))


def test_a_wall_time_that_the_clocks_show_twice_is_the_first(context: Context) -> None:
    assert _until("1:30", replace(context, now=AUTUMN)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_window_over_the_change_of_clocks_keeps_its_wall_times(context: Context) -> None:
    start, end = _window("1-4", replace(context, now=SPRING))
    assert start is not None
    assert end is not None
    assert end - start == timedelta(hours=2)


def test_a_duration_counts_real_time_over_the_change_of_clocks(context: Context) -> None:
    assert _until("+1d", replace(context, now=SPRING)) == SPRING + timedelta(days=1)


@pytest.mark.parametrize(
    ("word", "minutes"), [("90m", 90), ("2h", 120), ("1h30m", 90), ("+20m", 20), ("1d", 1440), ("20min", 20)]
)
def test_a_length_is_days_hours_and_minutes(word: str, minutes: int) -> None:
    assert duration(word) == timedelta(minutes=minutes)


@pytest.mark.parametrize("word", ["", "+", "m", "20", "-20m", "2h ", "h2", "٣m"])
def test_other_words_are_no_length(word: str) -> None:
    assert duration(word) is None
