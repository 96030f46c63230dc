"""Lines about many: what stands in brackets, wherever it stands, and spans of events."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.errors import DispatchError, NotUnderstood
from domain.lifecycle import Status
from domain.line.context import Context
from domain.line.queries import DryRun, Many
from domain.line.reading import parse
from domain.line.showing import describe
from domain.line.writing import render


def many(text: str, context: Context) -> Many:
    said = parse(text, context)
    assert isinstance(said, Many), said
    return said


@pytest.mark.parametrize(
    "text",
    [
        "prioritise [214 215] 1",
        "p 1 [214 215]",
        "p1 [214,215]",
        "[214 215] p 1",
        "[214..215] p 1",
        "p 1 [. ..]",
    ],
)
def test_the_group_may_stand_wherever_the_verb_leaves_room(text: str, context: Context) -> None:
    said = many(text, replace(context, selected=214, last=215))
    assert isinstance(said.command, c.Prioritise)
    assert (said.command.priority, said.which) == (1, (214, 215))


def test_a_filter_in_brackets_is_that_of_find(context: Context) -> None:
    said = many('cancel! [status:pending leak] "school closed"', context)
    assert isinstance(said.command, c.ForceCancel)
    assert said.command.reason == "school closed"
    assert not isinstance(said.which, tuple | range)
    assert (said.which.statuses, said.which.words) == (frozenset({Status.PENDING}), ("leak",))


def test_a_reason_may_come_before_the_group_and_hold_brackets_itself(context: Context) -> None:
    said = many('cancel! "closed [all day]" [214]', context)
    assert isinstance(said.command, c.ForceCancel)
    assert said.command.reason == "closed [all day]"


def test_brackets_in_what_is_said_of_one_are_text(context: Context) -> None:
    assert parse("note 214 [urgent] call first", context) == c.Note.of(booking=214, text="[urgent] call first")


def test_an_undo_takes_a_span_of_events(context: Context) -> None:
    said = many('undo! 8841..8899 "Ana is off"', context)
    assert isinstance(said.command, c.Undo)
    assert (said.which, said.command.reason) == (range(8841, 8900), "Ana is off")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("p 1 []", "[]"),
        ("p 1 [214", "[214"),
        ("p 1 [colour:red]", "colour"),
        ("show [1 2]", "[1 2]"),
        ("undo [1 2]", "[1 2]"),
        ("undo 9..3", "9..3"),
        ("undo 1..99999", "1..99999"),
        ("p 9 [214]", "9"),
        ("[214 215] p 9", "9"),
    ],
)
def test_what_is_wrong_is_marked_where_it_stands(text: str, wrong: str, context: Context) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse(text, context)
    start, length = refused.value.position, refused.value.length
    assert text[start : start + length] == wrong


@pytest.mark.parametrize("text", ["p 1 [late plumbing]", "[late] note -- x", "undo 8841..8899", "~p 1 [214]"])
def test_the_group_is_coloured_as_what_it_stands_for(text: str, context: Context) -> None:
    spans = describe(text, context)
    assert not any(span.kind == "wrong" for span in spans)
    start = text.index("[") if "[" in text else text.index("8841")
    assert any(span.start == start for span in spans)


@given(text=st.text(alphabet='p 1[]x!~&."214;-', max_size=30))
def test_any_text_with_brackets_is_answered(text: str, context: Context) -> None:
    with suppress(DispatchError):
        parse(text, context)


def test_one_of_many_is_written_with_its_tie_and_read_back(context: Context) -> None:
    command = c.Prioritise.of(booking=214, priority=1, bulk=8841)
    assert render(command) == "&8841 prioritise 214 1"
    assert parse(render(command), context) == command


def test_a_tilde_before_a_change_only_tries_it_and_before_a_question_is_refused(context: Context) -> None:
    assert parse("~ p 214 1", context) == DryRun(c.Prioritise.of(booking=214, priority=1))
    with pytest.raises(NotUnderstood):
        parse("~show 214", context)
