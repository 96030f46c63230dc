"""Times as people write them: `14:30`, `+20m`, `tomorrow 9:00`, `fri 9-11`, and the absolute form of stored lines.

May be imported by the other modules of the line. Everything comes out in UTC. A time of day is on today's date in the
context's zone; one that is past is refused, never moved to another day in silence. A wall time that the clocks skip is
refused; one that they show twice is the first.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn

from domain.errors import NotUnderstood
from domain.line.context import Context
from domain.line.scan import Token
from domain.line.words import DAYS, NOW, WEEKDAYS

Window = tuple[datetime | None, datetime | None]

_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?"
_CLOCK = r"([0-9]{1,2})(?::([0-9]{2}))?(am|pm)?"
_MOMENT = re.compile(_ISO)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_OF_DAY = re.compile(r"([0-9]{1,2}):([0-9]{2})(am|pm)?|([0-9]{1,2})(am|pm)")
_SECONDS = re.compile(r"([0-9]{1,2}:[0-9]{2}):([0-5][0-9])")
_CLOCK_BACK = re.compile(rf"(?:{_TIME_OF_DAY.pattern}|{_SECONDS.pattern})")
_SPAN = re.compile(rf"{_CLOCK}[-–]{_CLOCK}")
_SPAN_ABSOLUTE = re.compile(rf"({_ISO})/({_ISO})")
_DURATION = re.compile(
    r"\+?(?=[0-9])(?:([0-9]{1,5})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,7})m(?:in)?)?(?:([0-9]{1,7})s)?", re.ASCII
)
_LONGEST_NIGHT = timedelta(hours=12)
"""A window that ends before it starts means the next day only when that makes it no longer than this."""


def duration(word: str) -> timedelta | None:
    """The length that `90m`, `2h`, `1h30m` or `1d` means, with or without `+`; None for anything else."""
    match = _DURATION.fullmatch(word)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def is_moment(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time begins at a word."""
    word = _low(tokens, at)
    if _is_day(word):
        return _TIME_OF_DAY.fullmatch(_low(tokens, at + 1)) is not None
    return any(pattern.fullmatch(word) for pattern in (_TIME_OF_DAY, _MOMENT, _DURATION))


def is_window(tokens: Sequence[Token], at: int) -> bool:
    """Whether a window, or a word for having none, begins at a word."""
    word = _low(tokens, at)
    if _is_day(word):
        return _SPAN.fullmatch(_low(tokens, at + 1)) is not None
    return word in NOW or any(pattern.fullmatch(word) for pattern in (_SPAN, _SPAN_ABSOLUTE))


def read_moment(tokens: Sequence[Token], at: int, context: Context, *, past: bool = False) -> tuple[datetime, int]:
    """Read a time.

    Args:
        tokens: The line's words.
        at: Where the time begins.
        context: Now, and the zone of times of day.
        past: It lies in the past, as in `since 9:00`: durations count backwards, weekdays are the last ones.

    Returns:
        The moment in UTC, and the index behind the time.

    Raises:
        NotUnderstood: It is no time, does not exist, or is on the wrong side of now.
    """
    token, word = tokens[at], tokens[at].low
    try:
        if _MOMENT.fullmatch(word):
            return _absolute(word, context, token), at + 1
        length = duration(word)
        if length is not None:
            return (context.now - length if past else context.now + length).astimezone(UTC), at + 1
        if _is_day(word):
            clock = _TIME_OF_DAY.fullmatch(_low(tokens, at + 1))
            if clock is None:
                _refuse(tokens, at, 1, f"{token.text} at what time? Write it like {token.text} 9:00")
            return _on_day(tokens, at, _clock(clock, tokens, at + 1), context, past), at + 2
        clock = _TIME_OF_DAY.fullmatch(word)
        if clock is None:
            _refuse(tokens, at, 1, f"{token.text!r} is no time; write it like 14:30, +20m or tomorrow 9:00")
        moment = _wall(_today(context), _clock(clock, tokens, at), context, tokens, at, 1)
        if past and moment > context.now:
            _refuse(tokens, at, 1, f"{token.text} is still to come; did you mean yesterday {token.text}?")
        if not past and moment < context.now:
            _refuse(tokens, at, 1, f"{token.text} is past; did you mean tomorrow {token.text}?")
        return moment, at + 1
    except (ValueError, OverflowError) as error:
        raise _unreadable(token, error) from error


def read_back(tokens: Sequence[Token], at: int, context: Context) -> tuple[datetime, int]:
    """Read a time to look back to: `@` and `diff` never mean one that is to come.

    A time of day is the last such time; one with seconds means the end of that second, so that the time shown of an
    event includes it. A day alone is that day at the present time of day, and a weekday's name the last such day before
    today. `-10m` and `10m` are ten minutes ago.

    Args:
        tokens: The line's words.
        at: Where the time begins.
        context: Now, and the zone of times of day.

    Returns:
        The moment in UTC, never after now, and the index behind the time.

    Raises:
        NotUnderstood: It is no time, does not exist, or is still to come.
    """
    token, word = tokens[at], tokens[at].low
    if word in NOW:
        return context.now.astimezone(UTC), at + 1
    if word.startswith("+"):
        _refuse(tokens, at, 1, f"{token.text} is still to come; -{word[1:]} is as long ago")
    if word.startswith("-") and duration(word[1:]) is not None:
        token = token._replace(raw=token.raw[1:], text=token.text[1:], low=word[1:], start=token.start + 1)
        return read_moment([*tokens[:at], token, *tokens[at + 1 :]], at, context, past=True)
    try:
        if _is_day(word):
            return _back_to_day(tokens, at, context)
        if _CLOCK_BACK.fullmatch(word):
            moment = _clock_on(_today(context), tokens, at, at, context)
            if moment > context.now:
                moment = _clock_on(_today(context) - timedelta(days=1), tokens, at, at, context)
            return moment, at + 1
        moment, end = read_moment(tokens, at, context, past=True)
    except (ValueError, OverflowError) as error:
        raise _unreadable(token, error) from error
    return _not_to_come(moment, tokens, at, end, context), end


def is_back(tokens: Sequence[Token], at: int) -> bool:
    """Whether a time to look back to begins at a word."""
    word = _low(tokens, at)
    length = word.removeprefix("-").removeprefix("+")
    return (
        word in NOW
        or _is_day(word)
        or _CLOCK_BACK.fullmatch(word) is not None
        or _MOMENT.fullmatch(word) is not None
        or (length != "" and duration(length) is not None)
    )


def _back_to_day(tokens: Sequence[Token], at: int, context: Context) -> tuple[datetime, int]:
    day = _day(tokens, at, context, past=True)
    has_clock = _CLOCK_BACK.fullmatch(_low(tokens, at + 1)) is not None
    if tokens[at].low in WEEKDAYS and day == _today(context):
        day -= timedelta(days=7)
    if has_clock:
        moment, end = _clock_on(day, tokens, at, at + 1, context), at + 2
    else:
        local = context.now.astimezone(context.zone)
        moment, end = local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC), at + 1
    return _not_to_come(moment, tokens, at, end, context), end


def _clock_on(day: date, tokens: Sequence[Token], at: int, clock_at: int, context: Context) -> datetime:
    """A time of day on a day; `at` is where the whole time begins."""
    word = tokens[clock_at].low
    seconds = _SECONDS.fullmatch(word)
    plain = _TIME_OF_DAY.fullmatch(word if seconds is None else seconds[1])
    assert plain is not None
    moment = _wall(day, _clock(plain, tokens, clock_at), context, tokens, at, clock_at - at + 1)
    if seconds is None:
        return moment
    begins = moment + timedelta(seconds=int(seconds[2]))
    return begins if begins > context.now else min(begins + timedelta(milliseconds=999), context.now.astimezone(UTC))


def _not_to_come(moment: datetime, tokens: Sequence[Token], at: int, end: int, context: Context) -> datetime:
    if moment > context.now:
        said = " ".join(token.text for token in tokens[at:end])
        _refuse(tokens, at, end - at, f"{said} is still to come; only what was can be looked at")
    return moment


def read_window(tokens: Sequence[Token], at: int, context: Context) -> tuple[Window, int]:
    """Read a window; `now` and `asap` stand for none.

    Returns:
        Start and end in UTC, or twice None, and the index behind the window.

    Raises:
        NotUnderstood: It is no window, does not exist, or is over already.
    """
    token, word = tokens[at], tokens[at].low
    if word in NOW:
        return (None, None), at + 1
    try:
        absolute = _SPAN_ABSOLUTE.fullmatch(word)
        if absolute is not None:
            return (_absolute(absolute[1], context, token), _absolute(absolute[2], context, token)), at + 1
        on = at if _is_day(word) else None
        span_at = at if on is None else at + 1
        span = _SPAN.fullmatch(_low(tokens, span_at))
        if span is None:
            _refuse(tokens, at, 1, f"{token.text!r} is no window; write it like 9-11, tomorrow 13:30-15 or now")
        start, end = _ends(span, tokens, span_at)
        day = _today(context) if on is None else _day(tokens, on, context, past=False)
        window = _window(day, start, end, context, tokens, at, span_at)
        if window[1] <= context.now and word in WEEKDAYS:
            window = _window(day + timedelta(days=7), start, end, context, tokens, at, span_at)
        if window[1] <= context.now:
            hint = f"; did you mean tomorrow {tokens[span_at].text}?" if on is None or word == "today" else ""
            _refuse(tokens, at, span_at - at + 1, f"that window is over{hint}")
        return window, span_at + 1
    except (ValueError, OverflowError) as error:
        raise _unreadable(token, error) from error


def _low(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].low if at < len(tokens) else ""


def _is_day(word: str) -> bool:
    return word in DAYS or word in WEEKDAYS or _DATE.fullmatch(word) is not None


def _today(context: Context) -> date:
    return context.now.astimezone(context.zone).date()


def _day(tokens: Sequence[Token], at: int, context: Context, past: bool) -> date:
    word, today = tokens[at].low, _today(context)
    if word in WEEKDAYS:
        ahead = (WEEKDAYS[word] - today.weekday()) % 7
        return today + timedelta(days=ahead - 7 if past and ahead else ahead)
    if word in DAYS:
        return today + timedelta(days={"today": 0, "yesterday": -1}.get(word, 1))
    return date.fromisoformat(word)


def _on_day(tokens: Sequence[Token], at: int, clock: tuple[int, int], context: Context, past: bool) -> datetime:
    day = _day(tokens, at, context, past)
    moment = _wall(day, clock, context, tokens, at, 2)
    wrong = moment > context.now if past else moment < context.now
    if wrong and tokens[at].low in WEEKDAYS:
        moment = _wall(day + timedelta(days=-7 if past else 7), clock, context, tokens, at, 2)
    elif wrong:
        _refuse(tokens, at, 2, f"{tokens[at].text} {tokens[at + 1].text} is {'still to come' if past else 'past'}")
    return moment


def _wall(
    day: date, clock: tuple[int, int], context: Context, tokens: Sequence[Token], at: int, words: int
) -> datetime:
    hour, minute = clock
    naive = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute))
    moment = naive.replace(tzinfo=context.zone).astimezone(UTC)
    if moment.astimezone(context.zone).replace(tzinfo=None) != naive:
        _refuse(tokens, at, words, f"the clocks skip {naive:%H:%M} on {naive:%Y-%m-%d}; take a time beside it")
    return moment


def _clock(match: re.Match[str], tokens: Sequence[Token], at: int) -> tuple[int, int]:
    hour, minute, half = match[1] or match[4], match[2], match[3] or match[5]
    return _hour_and_minute(int(hour), int(minute or 0), half, tokens, at, latest=23)


def _hour_and_minute(
    hour: int, minute: int, half: str | None, tokens: Sequence[Token], at: int, latest: int
) -> tuple[int, int]:
    wrong_half = half is not None and not 1 <= hour <= 12
    if wrong_half or minute > 59 or hour > latest or (hour == 24 and minute):
        _refuse(tokens, at, 1, f"{tokens[at].text} is not a time of day")
    if half is not None:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, minute


def _ends(span: re.Match[str], tokens: Sequence[Token], at: int) -> tuple[tuple[int, int], tuple[int, int]]:
    hour, minute, half, to_hour, to_minute, to_half = span.groups()
    end = _hour_and_minute(int(to_hour), int(to_minute or 0), to_half, tokens, at, latest=24)
    start = _hour_and_minute(int(hour), int(minute or 0), half or to_half, tokens, at, latest=23)
    if half is None and to_half is not None and start >= end:
        start = ((start[0] + 12) % 24, start[1])  # 9-1pm begins in the morning
    return start, end


def _window(
    day: date,
    start: tuple[int, int],
    end: tuple[int, int],
    context: Context,
    tokens: Sequence[Token],
    at: int,
    span_at: int,
) -> tuple[datetime, datetime]:
    words = span_at - at + 1
    starts, ends = (_wall(day, clock, context, tokens, at, words) for clock in (start, end))
    if ends <= starts:
        ends = _wall(day + timedelta(days=1), end, context, tokens, at, words)
        if ends - starts > _LONGEST_NIGHT:
            afternoon = end[0] + 12
            hint = f"; did you mean {start[0]}-{afternoon}?" if start[0] < afternoon <= 23 else ""
            _refuse(tokens, span_at, 1, f"{tokens[span_at].text} ends before it starts{hint}")
    return starts, ends


def _absolute(word: str, context: Context, token: Token) -> datetime:
    moment = datetime.fromisoformat(word.upper())
    if moment.tzinfo is None:
        return _wall_second(moment, context, token)
    return moment.astimezone(UTC)


def _wall_second(naive: datetime, context: Context, token: Token) -> datetime:
    moment = naive.replace(tzinfo=context.zone).astimezone(UTC)
    if moment.astimezone(context.zone).replace(tzinfo=None) != naive:
        raise NotUnderstood(f"the clocks skip {token.text}; take a time beside it", token.start, token.length)
    return moment


def _unreadable(token: Token, error: Exception) -> NotUnderstood:
    what = "is too far away" if isinstance(error, OverflowError) else "is no date or time that exists"
    return NotUnderstood(f"{token.text!r:.60} {what}", token.start, token.length)


def _refuse(tokens: Sequence[Token], at: int, words: int, message: str) -> NoReturn:
    last = tokens[min(at + words, len(tokens)) - 1]
    raise NotUnderstood(message, tokens[at].start, last.end - tokens[at].start)
