"""A typed line, carried out: chains, what was seen, and what each role is shown."""

from datetime import UTC

import pytest

from domain import commands as c
from domain.actors import Actor
from domain.speak import Answer, speak
from tests.domain.world import ANA, World, customer_actor, provider_actor


@pytest.fixture
def room(world: World) -> World:
    """Booking 1 waits for mira, who could take it."""
    world.service()
    world.provider("mira")
    world.booking()
    return world


def said(world: World, text: str, actor: Actor = ANA, **more: int) -> list[Answer]:
    return speak(world.engine, text, actor, zone=UTC, **more)


def test_a_chain_on_the_booking_that_was_seen_does_not_refuse_itself(room: World) -> None:
    answers = said(room, 'p . 1; note . "ring twice"; assign . mira', selected=1, seen=1)
    assert [answer.ok for answer in answers] == [True, True, True], answers[-1].text


def test_a_chain_on_a_booking_that_somebody_else_changed_is_refused_at_once(room: World) -> None:
    room.do(c.Note.of(booking=1, text="changed"))
    (answer,) = said(room, 'p . 1; note . "ring twice"', selected=1, seen=1)
    assert not answer.ok
    assert "changed since you looked" in answer.text


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
