"""Script lines, drills and what they expect, as they are read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import LOOP, Actor, Role
from domain.clock import iso
from domain.errors import NotUnderstood
from domain.line.writing import render
from domain.scripts.drill import read_drill
from domain.scripts.expectation import SHAPES, read_expectation
from domain.scripts.script import Recorded, is_drill, is_recorded, peek, read_recorded, said_lines
from tests.domain.line.strategies import any_command, moments

ANA = Actor(Role.ADMIN, "ana")
MIRA = Actor(Role.PROVIDER, "mira")
ACTORS = st.sampled_from([ANA, LOOP, MIRA, Actor(Role.CUSTOMER, "17"), Actor(Role.ADMIN, "a@b.c")])


@settings(max_examples=30)
@given(at=moments, actor=ACTORS, line=any_command.map(render))
def test_a_recorded_line_reads_back_as_it_was_said(at: datetime, actor: Actor, line: str) -> None:
    said = read_recorded(str(Recorded(at, actor, line)))
    assert (iso(said.at), said.actor, said.line) == (iso(at), actor, line)


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("at 2026-08-03T12:55:00Z accept 214", "at 2026-08-03T12:55:00Z accept 214"),
        ("at noon as admin:ana: accept 214", "noon"),
        ("at 2026-08-03T12:55:00 as admin:ana: accept 214", "2026-08-03T12:55:00"),
        ("at 2026-08-03T12:55:00Z as system:sue: accept 214", "system:sue"),
        ("at 2026-08-03T12:55:00Z as customer:mira: accept 214", "customer:mira"),
    ],
)
def test_what_is_no_recorded_line_is_refused_with_its_place(line: str, marked: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_recorded(line)
    assert line[refused.value.position :][: refused.value.length] == marked


def test_the_first_line_that_says_something_tells_what_a_script_is() -> None:
    lines = ["# at first\n", "\n", " at 2026\n", "last\n"]
    first, script = peek(lines)
    assert (first, list(script)) == ("at 2026", lines)
    assert peek(["# nothing\n"])[0] == ""
    assert (is_recorded("at 2026"), is_recorded("attempt 1"), is_recorded("")) == (True, False, False)
    assert (is_drill("drill from x"), is_drill("drills"), is_drill("")) == (True, False, False)
    assert list(said_lines(["# one", "", "  two  "])) == [(3, "two")]


def test_a_drill_is_read_into_scenes() -> None:
    drill = read_drill(
        """
        # No caption yet
        drill from 2026-08-03T12:00:00Z as admin:ana
        service new plumbing
        # A call comes in,
        # late at night.
        new plumbing at "12 Example St" for "Ana Diaz"
        expect 1 pending
        expect 1 not held

        wait 1m30s
        as provider:mira: accept 1
        expect refused
        # The end""".splitlines()
    )
    assert drill.start == datetime(2026, 8, 3, 12, tzinfo=UTC)
    room, call, end = drill.scenes
    assert (room.caption, [step.line for step in room.steps]) == ("", ["service new plumbing"])
    assert call.caption == "A call comes in, late at night."
    said, waited, answered = call.steps
    assert (said.actor, [one.text for one in said.expected]) == (ANA, ["1 pending", "1 not held"])
    assert (waited.wait, waited.line) == (timedelta(seconds=90), "")
    assert (answered.actor, answered.line, answered.number) == (MIRA, "accept 1", 12)
    assert (end.caption, [step.line for step in end.steps]) == ("The end", [""])


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("", 1),
        ("drill", 1),
        ("# a drill\ndrill from noon", 2),
        ("drill from 2026-08-03T12:00:00Z as system:loop", 1),
        ("drill from 2026-08-03T12:00:00Z\n\nwait a bit", 3),
        ("drill from 2026-08-03T12:00:00Z\nexpect", 2),
        ("drill from 2026-08-03T12:00:00Z\nexpect 1", 2),
        ("drill from 2026-08-03T12:00:00Z\nexpect 1 glory", 2),
        ("drill from 2026-08-03T12:00:00Z\nexpect mira busy", 2),
        ("drill from 2026-08-03T12:00:00Z\nexpect 1 assigned within reason", 2),
        ("drill from 2026-08-03T12:00:00Z\nexpect 1 provider", 2),
        ("drill from 2026-08-03T12:00:00Z\nas system:loop: attempt 1", 2),
    ],
)
def test_what_is_no_drill_is_refused_with_its_line(script: str, line: int) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_drill(script.splitlines())
    assert refused.value.details["line"] == line
    assert refused.value.message


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_that_a_refusal_names_is_an_expectation(shape: str) -> None:
    assert read_expectation(shape.removeprefix("expect ")).fact
