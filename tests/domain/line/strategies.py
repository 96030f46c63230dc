"""Hypothesis strategies for every command that there is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain import commands
from domain.commands import LARGEST_ID, Command
from domain.lifecycle import Status
from domain.records import Absent, Urgency

_WORDS = st.sampled_from(
    ["plumbing", "heat/hot water", "for", "at", "until", "9-11", "14:30", "p1", "none", "now", "monday", "?", "--", ";"]
    + ["~", "@9:00", "/", '"', "\\", "\\n", "a,b", '"a","b"', "x;y", "-1", "+20m", "é ü", "עברית", "🔧 fix", "mi", "#3"]
    + ["provider", "customer", "today 9-11", "on site", "assign", "why", "status:x", "a  b", '5" pipe']
)
_FREE = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"), exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ),
    max_size=30,
)
_LINE = st.one_of(_WORDS, _FREE)


def _says_something(text: str) -> bool:
    return bool(text.strip())


names = _LINE.filter(_says_something).map(str.strip)
texts = st.lists(_LINE, min_size=1, max_size=3).map("\n".join).filter(_says_something).map(str.strip)
numbers = st.one_of(st.integers(1, 9999), st.integers(1, LARGEST_ID))
handles = st.one_of(
    st.sampled_from(["mira", "raj", "to", "for", "on", "site", "until", "now", "p1", "customer", "none", "assign"]),
    st.from_regex(r"[a-z][a-z0-9_-]{1,15}", fullmatch=True),
)
moments = st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)

_BY_FIELD: dict[str, st.SearchStrategy[Any]] = {
    "booking": numbers,
    "bulk": numbers,
    "event": numbers,
    "customer": numbers,
    "provider": handles,
    "woken_by": handles,
    "at": moments,
    "until": moments,
    "requested_at": moments,
    "latitude": latitudes,
    "longitude": longitudes,
    "reason": texts,
    "text": texts,
    "notes": texts,
    "to": st.sampled_from(Status),
    "absent": st.sampled_from(Absent),
    "skills": st.lists(names, max_size=3).map(tuple),
    "rating": st.floats(0, 5),
    "base_price_cents": st.integers(0, 100_000_000),
    "duration_minutes": st.integers(1, 7 * 24 * 60),
    "details": st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), texts, max_size=3),
}


def _field(name: str, command: type[Command]) -> st.SearchStrategy[Any]:
    if name == "priority":
        about_service = command in (commands.CreateService, commands.EditService)
        return st.sampled_from(Urgency) if about_service else st.integers(1, 4)
    return _BY_FIELD.get(name, names)


def _windows() -> st.SearchStrategy[dict[str, Any]]:
    lengths = st.integers(1, 10**9).map(lambda milliseconds: timedelta(milliseconds=milliseconds))
    given = st.builds(lambda start, length: {"window_start": start, "window_end": start + length}, moments, lengths)
    return st.one_of(st.just({}), given)


def _values(command: type[Command]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: field for name, field in command.model_fields.items() if name not in {"window_start", "window_end"}}
    required = {name: _field(name, command) for name, field in fields.items() if field.is_required()}
    optional = {name: _field(name, command) for name, field in fields.items() if not field.is_required()}
    return st.fixed_dictionaries(required, optional=optional)


def commands_of(command: type[Command]) -> st.SearchStrategy[Command]:
    """Any value of one class of command."""
    values = _values(command)
    if "window_start" in command.model_fields:
        values = st.builds(lambda some, window: {**some, **window}, values, _windows())
    return values.map(lambda some: command.of(**some))


def every_class(base: type[Command] = Command) -> list[type[Command]]:
    """Every class of command that can be issued: those with an action."""
    found: list[type[Command]] = []
    for each in base.__subclasses__():
        found += [each, *every_class(each)] if "action" in each.__dict__ else every_class(each)
    return found


COMMANDS = sorted(set(every_class()), key=lambda each: each.__name__)
any_command = st.one_of(*(commands_of(each) for each in COMMANDS))
