"""A typed line, carried out: chains, what was seen, and what each role is shown."""

import shutil
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from domain import commands as c
from domain.actors import Actor
from domain.answers.answer import Answer
from domain.speak import speak
from tests.domain.line.test_round_trip import LINES
from tests.domain.world import ANA, World, customer_actor, provider_actor

BOTH_DATABASES = True


@pytest.fixture
def room(world: World) -> World:
    """Booking 1 waits for mira, who could take it."""
    world.service()
    world.provider("mira")
    world.booking()
    return world


def said(world: World, text: str, actor: Actor = ANA, **more: Any) -> list[Answer]:
    return speak(world.engine, text, actor, zone=UTC, **more)


def test_a_chain_on_the_booking_that_was_seen_does_not_refuse_itself(room: World) -> None:
    answers = said(room, 'p . 1; note . "ring twice"; assign . mira', selected=1, seen=1)
    assert [answer.ok for answer in answers] == [True, True, True], answers[-1].text


def test_a_chain_on_a_booking_that_somebody_else_changed_is_refused_at_once(room: World) -> None:
    room.do(c.Note.of(booking=1, text="changed"))
    room.clock.advance(65)
    (answer,) = said(room, 'p . 1; note . "ring twice"', selected=1, seen=1)
    assert not answer.ok
    assert "changed since you looked, by admin:ana 1 min ago: noted" in answer.text


def test_only_dispatchers_are_shown_who_else_could_do_it(room: World) -> None:
    owner = customer_actor(room.get(1).customer_id)
    assert any("candidates" in line for line in said(room, "show 1")[0].lines)
    assert not any("candidates" in line for line in said(room, "show 1", owner)[0].lines)
    assert said(room, "rec 1", provider_actor("mira"))[0].data["error"] == "Forbidden"


def test_undo_without_a_number_takes_back_ones_own_last(room: World) -> None:
    said(room, "p 1 1")
    room.do(c.Note.of(booking=1, text="by another"), Actor(ANA.role, "ben"))
    assert said(room, "u")[0].ok
    assert room.get(1).priority == 2


def test_the_result_line_names_event_booking_customer_and_inverse(room: World) -> None:
    (answer,) = said(room, "p 1 1")
    number = room.engine.newest()
    assert answer.text == f"{number} ✓ 1 priority 2 → 1 · Cleo Sample"
    assert answer.inverse == f"undo {number}"


# Asking the line itself.


def test_a_question_mark_behind_a_booking_says_what_can_be_done_and_why_the_rest_cannot(room: World) -> None:
    (answer,) = said(room, "1 ?")
    assert "PENDING" in answer.text
    assert any(line.startswith("assign ") for line in answer.lines)
    assert any(line.startswith("not retry: ") for line in answer.lines)


def test_a_question_mark_behind_a_verb_says_what_it_takes_with_an_example(room: World) -> None:
    (answer,) = said(room, "hold 1 ?")
    assert "hold needs a reason" in answer.text
    assert any(line.startswith("until ") for line in answer.lines)
    assert any("for example: hold 214 until +2h" in line for line in answer.lines)


def test_a_question_mark_behind_what_is_refused_says_why(room: World) -> None:
    (answer,) = said(room, "retry 1 ?")
    assert "1 is PENDING: needs" in answer.text


def test_a_question_mark_behind_a_provider_says_what_can_be_done_with_them(room: World) -> None:
    (answer,) = said(room, "mira ?")
    assert any(line.startswith("off ") for line in answer.lines)


def test_a_question_mark_behind_assign_lists_the_candidates_with_digits(room: World) -> None:
    (answer,) = said(room, "a 1 ?")
    assert answer.choices == ("assign 1 mira",)


@pytest.mark.parametrize("line", ["?", "help", "help ?"])
def test_help_alone_lists_every_verb_of_the_role(room: World, line: str) -> None:
    (answer,) = said(room, line)
    assert any(line.startswith("assign, a ") for line in answer.lines)


@settings(max_examples=100)
@given(text=LINES)
def test_any_text_is_carried_out_or_refused_and_a_refusal_has_its_place_in_it(fuzzed: World, text: str) -> None:
    for answer in said(fuzzed, text, selected=1, last=1):
        assert answer.text or answer.ok
        if not answer.understood:
            position, length = answer.data["details"]["position"], answer.data["details"]["length"]
            assert 0 <= position <= position + length <= len(text)


@pytest.fixture(scope="module")
def fuzzed(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A room in which anything may be said, one thing after the other."""
    path = tmp_path_factory.mktemp("fuzzed") / "room.db"
    shutil.copyfile(blank, path)
    world = World.open(path)
    world.service()
    world.provider("mira")
    for _ in range(3):
        world.booking()
    yield world
    world.close()
