"""A dry run: it says what would happen, exactly as it then does, and leaves no trace."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Actor
from domain.answers.answer import Answer
from domain.errors import DispatchError
from domain.lifecycle import Status
from domain.outcome import Outcome
from domain.records import Absent
from domain.speak import speak
from domain.trial import Trial
from tests.domain.test_undo_histories import STEPS, copy_of, lives_through
from tests.domain.world import ANA, BEN, World, customer_actor, provider_actor

HANDLES = ("mira", "tom", "zoe", "nobody")
ACTORS = [ANA, BEN, customer_actor(1), *map(provider_actor, HANDLES[:3])]

bookings = st.sampled_from([1, 1, 1, 2, 99])
handles = st.sampled_from(HANDLES)
reasons = st.just("as agreed")
COMMANDS: tuple[st.SearchStrategy[c.Command], ...] = (
    st.builds(c.Assign.of, booking=bookings, provider=st.none() | handles),
    st.builds(c.ForceAssign.of, booking=bookings, provider=handles, reason=reasons),
    st.builds(
        lambda what, booking: what.of(booking=booking),
        st.sampled_from([c.Accept, c.Depart, c.Start, c.Complete, c.Cancel, c.Retry, c.Resume, c.Ack, c.Reschedule]),
        bookings,
    ),
    st.builds(
        lambda what, booking: what.of(booking=booking, reason="as agreed"),
        st.sampled_from([c.Reject, c.ForceCancel, c.MarkFailed, c.Release, c.Hold]),
        bookings,
    ),
    st.builds(c.NoShow.of, booking=bookings, absent=st.sampled_from(Absent)),
    st.builds(
        c.Override.of, booking=bookings, to=st.sampled_from(Status), provider=st.none() | handles, reason=reasons
    ),
    st.builds(c.Prioritise.of, booking=bookings, priority=st.integers(1, 4)),
    st.builds(c.Note.of, booking=bookings, text=st.just("gate code 12")),
    st.builds(c.Undo.of, event=st.integers(1, 20), reason=st.none() | reasons),
    st.builds(
        lambda what, handle: what.of(provider=handle),
        st.sampled_from([c.GoOn, c.GoOff, c.TakeBreak, c.DeactivateProvider]),
        handles,
    ),
    st.builds(c.CreateProvider.of, provider=st.sampled_from(["mira", "raj"]), name=st.just("Raj")),
    st.builds(c.CreateService.of, service=st.sampled_from(["Plumbing", "locks"])),
    st.builds(c.CreateBooking.of, service=st.just("plumbing"), address=st.just("1 A St"), customer=st.integers(1, 2)),
    st.builds(c.Configure.of, setting=st.just("at_risk_minutes"), value=st.sampled_from(["15", "20", "-1"])),
)
asked = st.tuples(st.one_of(*COMMANDS), st.sampled_from(ACTORS))
history = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([0.0, 3.0, 100.0])), max_size=5)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three free providers, a booking on demand and one for later."""
    path = tmp_path_factory.mktemp("furnished") / "room.db"
    world = World.open(path)
    world.service()
    for handle in HANDLES[:3]:
        world.provider(handle)
    world.customer()
    world.booking(customer_actor(1))
    world.booking(customer_actor(1), **world.window(30, 90))
    world.close()
    return path


def told(what: Outcome | DispatchError) -> object:
    return what.as_dict() if isinstance(what, DispatchError) else (what.events, what.name, what.inverse)


def trace(world: World) -> object:
    """Everything by which one could tell that something happened."""
    engine = world.engine
    return world.everything(), engine.newest(), engine.timers.next_at(), engine.views.kpis(), world.path.read_bytes()


@settings(max_examples=max(12, settings().max_examples // 5))
@given(history, st.lists(asked, min_size=1, max_size=4))
def test_a_dry_run_says_what_then_happens_and_leaves_no_trace(
    furnished: Path, past: list[tuple[str, float]], chain: list[tuple[c.Command, Actor]]
) -> None:
    with copy_of(furnished) as world:
        lives_through(world, past)
        before = trace(world)

        def play(trial: Trial) -> list[object]:
            said: list[object] = []
            for command, actor in chain:
                try:
                    said.append(told(trial.execute(command, actor)))
                except DispatchError as refusal:
                    said.append(told(refusal))
            return said

        tried = world.engine.trial(play)
        assert trace(world) == before
        really: list[object] = []
        for command, actor in chain:
            try:
                really.append(told(world.engine.execute(command, actor)))
            except DispatchError as refusal:
                really.append(told(refusal))
        assert tried == really


def said(world: World, text: str, actor: Actor = ANA, **more: Any) -> list[Answer]:
    return speak(world.engine, text, actor, zone=UTC, **more)


@pytest.fixture
def room(world: World) -> World:
    """Bookings 1 and 2 wait for mira, who is near, and tom, who is far; only mira does locks, which 3 is."""
    world.service()
    world.service("locks", priority="LOW")
    world.provider("mira", "plumbing", "locks", at=(40.70, -74.00))
    world.provider("tom", at=(40.90, -74.00))
    for service in ("plumbing", "plumbing", "locks"):
        world.booking(service=service, latitude=40.71, longitude=-74.0)
    return world


def test_each_field_is_told_before_and_after_in_peoples_words_with_the_way_back(room: World) -> None:
    (answer,) = said(room, "~assign 1 mira")
    assert answer.ok
    assert answer.text == "dry run, nothing was changed: 1 assigned to mira"
    lines = [line.strip() for line in answer.lines]
    assert {"status PENDING → ASSIGNED", "provider – → mira", "offer until – → 09:05:00"} <= set(lines)
    assert lines[0].startswith("event    1 assigned to mira · PENDING → ASSIGNED · admin:ana")
    assert lines[-1] == "back     undo"
    assert room.status(1) is Status.PENDING


def test_it_says_whose_load_grows_and_who_loses_whom_by_how_much(room: World) -> None:
    (answer,) = said(room, "~assign 1 mira")
    (load,) = answer.data["load"]
    assert (load["provider"], load["jobs"], load["shown"]) == ("mira", [1], "busy")
    only, other = answer.data["losses"]
    assert (only["booking"], only["loses"], only["then"]) == (3, "mira", None)
    assert (other["booking"], other["loses"], other["then"]) == (2, "mira", "tom")
    assert other["slack_s"][0] > other["slack_s"][1]
    assert any("3 loses mira, the only one who could take it now" in line for line in answer.lines)


def test_its_refusal_is_the_real_one(room: World) -> None:
    (tried,), (real,) = said(room, "~accept 1"), said(room, "accept 1")
    assert not tried.ok
    assert (tried.text, tried.data) == (real.text, real.data | {"dry_run": True})


def test_each_line_of_a_chain_sees_what_those_before_it_would_do(room: World) -> None:
    before = room.everything()
    answers = said(room, '~provider new raj "Raj" skills plumbing; on ra; assign 1 ra; p .. 1; undo; ~ note 1 "x"')
    assert [answer.ok for answer in answers] == [True] * 6, answers[-1].text
    assert "raj" in answers[2].text
    assert "took back prioritise" in answers[4].text
    assert room.everything() == before


def test_a_tilde_within_a_chain_tries_only_its_own_line(room: World) -> None:
    first, second = said(room, "p 1 1; ~p 1 3")
    assert first.ok
    assert second.data["dry_run"]
    assert room.get(1).priority == 1


def test_what_is_forced_on_somebody_busy_overlaps_with_what_they_have(room: World) -> None:
    room.do(c.Assign.of(booking=1, provider="mira"))
    (answer,) = said(room, '~assign! 2 mira "customer insists"')
    assert answer.data["overlaps"] == [1]
    assert any(line.startswith("although mira busy on 1") for line in answer.lines)


def test_a_question_is_not_tried_and_nothing_takes_back_what_ends_completed(room: World) -> None:
    assert not said(room, "~show 1")[0].understood
    (answer,) = said(room, '~override! 1 completed mira "paper records"')
    assert answer.lines[-1] == "back     nothing takes it back"


def test_only_dispatchers_are_told_of_others(room: World) -> None:
    room.do(c.Assign.of(booking=1, provider="mira"))
    (answer,) = said(room, "~accept 1", provider_actor("mira"))
    assert answer.ok
    assert (answer.data["load"], answer.data["losses"]) == ([], [])


def test_a_dry_run_of_a_line_about_many_tries_each_of_them(room: World) -> None:
    (answer,) = said(room, "~assign [waiting]")
    assert answer.data["done"] == [1, 2]
    assert [one["number"] for one in answer.data["refused"]] == [3]
    assert room.status(1) is Status.PENDING
