from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.output import visible
from domain.actors import Actor, Role
from domain.commands import Command
from domain.errors import DispatchError
from domain.line.context import Context
from domain.line.following import MOST, follow
from domain.line.reading import parse
from domain.line.scan import split
from domain.line.showing import describe
from domain.line.writing import render
from domain.views import Directory
from tests.domain.line.strategies import COMMANDS, any_command, commands_of

ADMIN = Actor(Role.ADMIN, "ana")
BARE = Context(now=datetime(2026, 8, 3, 12, tzinfo=UTC), actor=ADMIN)
ELSEWHERE = Context(
    now=datetime(2031, 3, 30, 1, 30, tzinfo=UTC),
    actor=Actor(Role.PROVIDER, "raj"),
    zone=ZoneInfo("Europe/Berlin"),
    directory=Directory(handles={"mira": 1, "raj": 2}, services={"plumbing": 1, "heat/hot water": 2}),
    selected=1,
)
PIECES = st.one_of(
    st.sampled_from(
        [
            "assign",
            "a!",
            "214",
            ".",
            "..",
            "mira",
            "mi",
            '"x y"',
            '"',
            "--",
            ";",
            "?",
            "~",
            "@14:05",
            "/",
            "9-11",
            "+20m",
        ]
        + [
            "until",
            "for",
            "at",
            "tomorrow",
            "14:30",
            "new",
            "plumbing",
            "provider",
            "service",
            "edit",
            "customer",
            "set",
        ]
        + ["find", "status:", "status:x", "place", "1,2", "skills", "hold", "break", "no-show", "undo", "on site", "p1"]
        + ["2026-99-99T00:00Z", "9999-12-31", "0001-01-01T00:00+23:59", "99999d", "25:61", "#3", "#", "\x00", "🔧", "ש"]
    ),
    st.text(max_size=12),
)
LINES = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=9).map(" ".join))


def _refusal(text: str, context: Context) -> DispatchError | None:
    try:
        parse(text, context)
    except DispatchError as error:
        return error
    return None


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_what_is_written_reads_back_as_the_same_command_on_any_day_in_any_zone(kind: type[Command]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(command=commands_of(kind))
    def reads_back(command: Command) -> None:
        line = render(command)
        assert "\n" not in line
        assert parse(line, BARE) == parse(line, ELSEWHERE) == command

    reads_back()


@settings(max_examples=100, deadline=None)
@given(command=any_command)
def test_what_is_written_looks_the_same_in_print(command: Command) -> None:
    line = render(command)
    assert visible(line) == line == line.strip()
    assert len(line.splitlines()) == 1


@settings(max_examples=100, deadline=None)
@given(some=st.lists(any_command, min_size=1, max_size=4))
def test_a_chain_of_written_lines_comes_apart_into_the_same_lines(some: list[Command]) -> None:
    lines = [render(command) for command in some]
    assert [link for link, _ in split(" ; ".join(lines))] == lines


@settings(max_examples=300, deadline=None)
@given(text=LINES, context=st.sampled_from([BARE, ELSEWHERE]))
def test_any_text_is_understood_or_refused_with_a_place_inside_it(text: str, context: Context) -> None:
    refusal = _refusal(text, context)
    if refusal is not None:
        position, length = refusal.details.get("position", 0), refusal.details.get("length", 0)
        assert refusal.message
        assert 0 <= position <= position + length <= len(text)


@settings(max_examples=150, deadline=None)
@given(text=LINES)
def test_colours_lie_in_order_inside_the_text_and_completions_are_few(text: str) -> None:
    at = 0
    for span in describe(text, ELSEWHERE):
        assert at <= span.start <= span.end <= len(text)
        at = span.end
    assert len(follow(text, ELSEWHERE).items) <= MOST


@settings(max_examples=100, deadline=None)
@given(text=LINES)
def test_each_link_of_a_chain_stands_where_split_says(text: str) -> None:
    for link, offset in split(text):
        assert text[offset : offset + len(link)] == link
        assert link.strip() == link != ""
