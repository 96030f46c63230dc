"""One line about many: asked first, done as a whole, taken back as a whole; what cannot be done is listed."""

from datetime import UTC
from typing import Any

import pytest

from domain.actors import Actor
from domain.answers.answer import Answer
from domain.bulk import SHARE, Consent
from domain.criteria import EventFilter
from domain.engine import Engine
from domain.scripts.replay import Replay
from domain.scripts.script import recorded
from domain.speak import speak
from tests.conftest import NewWorld
from tests.domain.world import ANA, BEN, World, assert_sound, customer_actor, provider_actor

BOTH_DATABASES = True
AGREED = Consent()


def said(world: World, text: str, actor: Actor = ANA, consent: Consent | None = AGREED, **more: Any) -> Answer:
    (answer,) = speak(world.engine, text, actor, zone=UTC, consent=consent, **more)
    return answer


def priorities(world: World) -> list[int]:
    return [row["priority"] for row in world.rows("SELECT priority FROM bookings ORDER BY id")]


@pytest.fixture
def room(world: World) -> World:
    """Four bookings for plumbing, one for locks; mira and tom could do the plumbing."""
    world.service()
    world.service("locks", priority="LOW")
    world.provider("mira")
    world.provider("tom")
    world.customer()
    for service in ("plumbing", "plumbing", "locks", "plumbing", "plumbing"):
        world.booking(customer_actor(1), service=service)
    return world


def test_it_says_how_many_and_shows_some_before_it_does_anything(room: World) -> None:
    before = room.everything()
    answer = said(room, "p 1 [pending plumbing]", consent=None)
    assert not answer.ok
    assert answer.text == "prioritise 4 bookings: 4 PENDING"
    assert answer.asks == (1, 2, 4, 5)
    assert len(answer.lines) == 4
    assert room.everything() == before


def test_what_is_agreed_to_is_what_was_shown_whoever_else_fits_by_then(room: World) -> None:
    shown = said(room, "p 1 [pending plumbing]", consent=None).asks
    room.booking(customer_actor(1))
    answer = said(room, "p 1 [pending plumbing]", consent=Consent(shown))
    assert answer.data["done"] == [1, 2, 4, 5]
    assert priorities(room) == [1, 1, 3, 1, 1, 2]


def test_what_cannot_be_done_on_some_is_listed_and_the_rest_is_done(room: World) -> None:
    said(room, "p 2 1")
    answer = said(room, "p 1 [1 2 99 4]")
    assert answer.ok
    assert answer.data["done"] == [1, 4]
    assert answer.lines == ("not 2: Booking 2 has priority 1 already", "not 99: There is no booking 99")


def test_one_undo_takes_all_of_it_back_and_another_brings_it_back(room: World) -> None:
    said(room, 'hold [plumbing] "school closed"')
    assert all(room.get(number).held for number in (1, 2, 4, 5))
    assert said(room, "undo", consent=None).asks, "what changes many asks first"
    assert len(said(room, "undo").data["done"]) == 4
    assert not any(room.get(number).held for number in (1, 2, 4, 5))
    said(room, "undo")
    assert all(room.get(number).held for number in (1, 2, 4, 5))
    assert_sound(room)


def test_the_way_back_that_the_answer_names_takes_all_of_it_back(room: World) -> None:
    answer = said(room, "p 1 [plumbing]")
    said(room, "note 3 between")
    assert answer.inverse is not None
    assert len(said(room, answer.inverse).data["done"]) == 4
    assert priorities(room) == [2, 2, 3, 2, 2]


def test_undo_after_something_else_takes_back_only_that(room: World) -> None:
    said(room, "p 1 [plumbing]")
    said(room, "p 3 1")
    assert said(room, "undo").data["action"] == "undo"
    assert priorities(room) == [1, 1, 3, 1, 1]


def test_an_undo_of_many_goes_backwards_and_lists_what_moved_on(room: World) -> None:
    first = room.engine.newest() + 1
    said(room, "p 1 [1 2]")
    said(room, 'hold 1 "part"')
    speak(room.engine, "p 2 4", BEN, zone=UTC)
    answer = said(room, f"undo {first}..{room.engine.newest()}")
    assert answer.data["done"] == [1, 1], "the hold first, then the priority below it"
    assert priorities(room)[:2] == [2, 4]
    (refused,) = answer.data["refused"]
    assert "prioritise by admin:ben" in refused["message"]


def test_what_others_did_is_left_alone_but_for_an_undo_with_a_reason(room: World) -> None:
    said(room, "p 1 [1 2]")
    first, last = room.engine.newest() - 1, room.engine.newest()
    assert "of yours" in said(room, f"undo {first}..{last}", BEN).text
    assert len(said(room, f'undo! {first}..{last} "ana is off"', BEN).data["done"]) == 2
    assert priorities(room)[:2] == [2, 2]


def test_the_best_is_chosen_for_the_most_urgent_first(room: World) -> None:
    said(room, "p 5 1")
    answer = said(room, "assign [waiting plumbing]")
    assert answer.data["done"][0] == 5
    assert len(answer.data["done"]) == 2
    assert {one["error"] for one in answer.data["refused"]} == {"NoCandidate"}


def test_every_role_keeps_to_its_own(room: World) -> None:
    room.customer("Dan Sample")
    room.booking(customer_actor(2))
    answer = said(room, 'note [open] "ring twice"', customer_actor(2))
    assert answer.data["done"] == [6]
    assert said(room, "p 1 [open]", customer_actor(2)).data["done"] == []
    assert not said(room, "note [1 2] x", customer_actor(2), consent=None).lines
    assert not said(room, "accept [1 2]", provider_actor("mira")).ok


def test_many_are_done_in_shares_and_told_as_they_go(world: World) -> None:
    world.service()
    world.customer()
    for _ in range(SHARE + 5):
        world.booking(customer_actor(1))
    heard: list[tuple[int, int]] = []
    answer = said(world, "p 1 [pending]", consent=Consent(progress=lambda done, of: heard.append((done, of))))
    assert heard == [(SHARE, SHARE + 5), (SHARE + 5, SHARE + 5)]
    assert len(answer.data["done"]) == SHARE + 5
    assert len(said(world, "undo").data["done"]) == SHARE + 5


def test_a_line_about_many_stands_alone_and_nobody_is_nobody(room: World) -> None:
    assert not said(room, "p 1 [plumbing]; p 2 3").understood
    assert said(room, "p 1 [heating]").data["error"] == "NotFound"
    for wrong in ("p 1 []", "p 1 [plumbing", "p 1 [0]", "p 1 [colour:red]", "show [1 2]", "undo 9..3", "undo [1 2]"):
        assert not said(room, wrong).understood, wrong


def test_a_log_replayed_ties_together_what_was_done_together(room: World, new_world: NewWorld) -> None:
    said(room, "p 1 [plumbing]")
    room.clock.advance(1)
    again = new_world()
    replay = Replay(again.engine)
    for row in room.engine.views.events(EventFilter(), after=0, limit=1_000):
        if (line := recorded(row.event)) is not None:
            replay.say(line)
    assert again.everything()["events"] == room.everything()["events"]
    later = Engine.open(again.engine.url, clock=room.clock)
    (answer,) = speak(later, "undo", ANA, zone=UTC, consent=AGREED)
    later.close()
    assert len(answer.data["done"]) == 4
