"""Days and moments of a filter: `today`, `2026-08-01..2026-08-03`, `after:14:00`, lengths such as `10m`.

May be imported by the other modules of the line. Days are those of the context's zone, however long the clocks make
them; everything comes out in UTC. A period begins with its first moment and ends before the first that is not in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from domain.clock import iso, whole_ms
from domain.criteria import Period
from domain.line import times
from domain.line.context import Context
from domain.line.scan import Token, refuse

LONGEST: Final = timedelta(days=9_999)
_DAYS: Final = {"today": 0, "yesterday": -1}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9:.]+(?:z|[+-][0-9]{2}:?[0-9]{2})?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(am|pm)?|([0-9]{1,2})(am|pm)")
_ZERO: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day behind `after:` or `before:`: what day it is on, the other terms say."""

    token: Token
    after: bool


def day_word(token: Token, context: Context) -> Period | None:
    """The period that `today`, a date or a range of them means; None for any other word.

    Raises:
        NotUnderstood: There is no such date, or the range ends before it begins.
    """
    first, dots, last = token.low.partition("..")
    sides = [side for side in (first, last) if side]
    if not sides or not all(side in _DAYS or _DATE.fullmatch(side) or _MOMENT.fullmatch(side) for side in sides):
        return None
    if not dots and _MOMENT.fullmatch(first):
        refuse(token, f"a moment alone finds nothing; write after:{token.text:.40} or before:{token.text:.40}")
    start = _edge(first, token, context)[0] if first else None
    end = _edge(last if dots else first, token, context)[1] if last or not dots else None
    if start is not None and end is not None and end <= start:
        refuse(token, f"{token.text:.60} ends before it begins")
    return Period(start, end)


def moment_word(token: Token, context: Context, *, after: bool) -> Period | Clock:
    """What `after:` or `before:` says; a time of day waits for `on_clock`.

    Raises:
        NotUnderstood: It is no time, or does not exist.
    """
    words = token.low.split()
    if len(words) == 1 and _CLOCK.fullmatch(words[0]):
        return Clock(token, after)
    if len(words) == 1 and (words[0] in _DAYS or _DATE.fullmatch(words[0]) or _MOMENT.fullmatch(words[0])):
        return _from_or_before(_edge(words[0], token, context)[0], after=after)
    if len(words) == 2 and (words[0] in _DAYS or _DATE.fullmatch(words[0])) and _CLOCK.fullmatch(words[1]):
        return _from_or_before(_at(_day(words[0], token, context), words[1], token, context), after=after)
    length = times.duration(words[0]) if len(words) == 1 else None
    if length is None or length > LONGEST:
        refuse(token, f"{token.text!r:.60} is no time; write 14:00, today, 2026-08-03, 2026-08-03T14:00 or 2h (ago)")
    return _from_or_before(whole_ms(context.now - length), after=after)


def on_clock(clock: Clock, periods: Sequence[Period], context: Context) -> Period:
    """A time of day on the day that the filter names, else today.

    Raises:
        NotUnderstood: The filter names more than one day, or the clocks skip that time.
    """
    days = [period for period in periods if period.start is not None and period.end is not None]
    if not days:
        day = context.now.astimezone(context.zone).date()
    else:
        starts, ends = days[0].start, days[0].end
        assert starts is not None
        assert ends is not None
        day = starts.astimezone(context.zone).date()
        if len(days) > 1 or ends > midnight(day + timedelta(days=1), context.zone):
            refuse(clock.token, f"on which day? Write it like 2026-08-03T{clock.token.text:.20}")
    return _from_or_before(_at(day, clock.token.low, clock.token, context), after=clock.after)


def length_word(token: Token) -> timedelta:
    """A length such as `10m`, `1h30m`, `0` or `-5m`.

    Raises:
        NotUnderstood: It is none, or longer than anything here.
    """
    digits = token.low.removeprefix("-")
    length = _ZERO if digits == "0" else times.duration(digits)
    if length is None or length > LONGEST:
        refuse(token, f"{token.text!r:.60} is no length of time; write 10m, 2h, 1h30m or 1d")
    return -length if token.low.startswith("-") else length


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, also where the clocks skip midnight or show it twice."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def write_period(period: Period, zone: tzinfo) -> list[str]:
    """The terms that mean a period, whatever day it is."""
    start, end = period.start, period.end
    if start is None or end is None:
        return [f"{key}:{iso(moment)}" for key, moment in (("after", start), ("before", end)) if moment is not None]
    first, last = start.astimezone(zone).date(), (end - timedelta(milliseconds=1)).astimezone(zone).date()
    if start == midnight(first, zone) and end == midnight(last + timedelta(days=1), zone):
        return [f"{first}" if first == last else f"{first}..{last}"]
    return [f"{iso(start)}..{iso(end)}"]


def write_length(length: timedelta) -> str:
    """A length as it is typed: `-1d2h3m4s`."""
    seconds = abs(length) // timedelta(seconds=1)
    minutes, hours = seconds // 60, seconds // 3600
    parts = ((hours // 24, "d"), (hours % 24, "h"), (minutes % 60, "m"), (seconds % 60, "s"))
    said = "".join(f"{count}{unit}" for count, unit in parts if count) or "0m"
    return f"-{said}" if length < _ZERO else said


def _from_or_before(moment: datetime, *, after: bool) -> Period:
    return Period(moment, None) if after else Period(None, moment)


def _day(word: str, token: Token, context: Context) -> date:
    if word in _DAYS:
        return context.now.astimezone(context.zone).date() + timedelta(days=_DAYS[word])
    try:
        return date.fromisoformat(word)
    except ValueError:
        refuse(token, f"{word} is no date that exists")


def _edge(word: str, token: Token, context: Context) -> tuple[datetime, datetime]:
    """The first moment of what a word means, and the first behind it; of a moment, itself."""
    if _MOMENT.fullmatch(word):
        moment, _ = times.read_moment([token._replace(low=word)], 0, context)
        return whole_ms(moment), whole_ms(moment)
    try:
        day = _day(word, token, context)
        return midnight(day, context.zone), midnight(day + timedelta(days=1), context.zone)
    except OverflowError:
        refuse(token, f"{word} is too far away")


def _at(day: date, word: str, token: Token, context: Context) -> datetime:
    clock = _CLOCK.fullmatch(word)
    assert clock is not None
    hour, minute, half = int(clock[1] or clock[4]), int(clock[2] or 0), clock[3] or clock[5]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        refuse(token, f"{token.text} is not a time of day")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    wall = token._replace(low=f"{day:%Y-%m-%d}t{hour:02}:{minute:02}")
    return whole_ms(times.read_moment([wall], 0, context)[0])
