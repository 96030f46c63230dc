"""A refusal proposes the nearest line that would work: never one that is refused in its turn."""

import shutil
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Actor
from domain.answers.answer import Answer
from domain.lifecycle import Status
from domain.line.reading import parse
from domain.line.scan import UNSAID, is_unfinished, to_finish
from domain.line.table import VERBS
from domain.records import Absent
from domain.speak import context_of, speak
from tests.conftest import NewWorld
from tests.domain.world import ANA, World, customer_actor, provider_actor

PLUMBERS = ("mira", "tom", "raj", "li", "ann", "ben-2")
BY_STATUS = tuple(Status)
"""Booking 1 is in the first status, booking 2 in the second, and so on."""
NUMBER = {status: number for number, status in enumerate(BY_STATUS, 1)}


def everything_at_once(world: World) -> World:
    """A booking in every status, one that is held and one with a window; providers free, busy, away and inactive."""
    world.service("plumbing", duration_minutes=60)
    world.service("locks", duration_minutes=30)
    for handle in (*PLUMBERS, "zoe", "olga", "old-pete"):
        skill, rating = "locks" if handle == "zoe" else "plumbing", 5.0 if handle == "ann" else 4.0
        world.provider(handle, skill, on=handle not in {"olga", "old-pete"}, rating=rating)
    world.do(c.DeactivateProvider.of(provider="old-pete"))
    world.customer("Cleo Sample")
    free = iter(PLUMBERS)
    for status in BY_STATUS:
        number = world.booking(customer=1)
        needs = status in {Status.ASSIGNED, Status.ACCEPTED, Status.EN_ROUTE, Status.IN_PROGRESS}
        world.bring(number, status, next(free) if needs else "ann")
    held = world.booking(customer=1)
    world.do(c.Hold.of(booking=held, reason="waiting for part"))
    world.booking(customer=1, **world.window(60, 120))
    return world


@pytest.fixture(scope="module")
def prepared(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nearest") / "room.db"
    shutil.copyfile(blank, path)
    everything_at_once(World.open(path)).close()
    return path


@pytest.fixture
def room(prepared: Path, tmp_path: Path, new_world: NewWorld) -> World:
    path = tmp_path / "nearest.db"
    shutil.copyfile(prepared, path)
    return new_world(path)


def said(world: World, line: str, actor: Actor = ANA, **more: Any) -> Answer:
    return speak(world.engine, line, actor, zone=UTC, **more)[-1]


def at(status: Status) -> int:
    return NUMBER[status]


def holder(world: World, status: Status) -> Actor:
    return provider_actor(world.holder(at(status)) or "mira")


def test_somebody_who_is_busy_is_replaced_by_the_best_who_is_free(room: World) -> None:
    number = at(Status.PENDING)
    answer = said(room, f"a {number} mira")
    assert answer.proposal == f"assign {number} ann"
    assert answer.text == f"mira is busy on {at(Status.ASSIGNED)} until 10:00 · 1 assign {number} ann"
    assert answer.choices == (answer.proposal,)
    assert answer.data["details"]["proposal"] == answer.proposal


@pytest.mark.parametrize(
    ("line", "status", "proposed"),
    [
        ("complete {n}", Status.ACCEPTED, "start {n}"),
        ("complete {n}", Status.EN_ROUTE, "start {n}"),
        ("complete {n}", Status.ASSIGNED, "accept {n}"),
        ("depart {n}", Status.ASSIGNED, "accept {n}"),
        ("start {n}", Status.IN_PROGRESS, "complete {n}"),
        ("accept {n}", Status.ACCEPTED, "depart {n}"),
        ("no-show {n} customer", Status.ACCEPTED, "start {n}"),
        ("no-show {n} provider", Status.ACCEPTED, f"reject {{n}} {UNSAID}"),
        ("release {n} sick", Status.ACCEPTED, 'reject {n} "sick"'),
        ('accept {n} "with pleasure"', Status.ASSIGNED, "accept {n}"),
        ("reject {n}", Status.ASSIGNED, f"reject {{n}} {UNSAID}"),
    ],
)
def test_a_provider_is_shown_the_step_that_comes_next(room: World, line: str, status: Status, proposed: str) -> None:
    number = at(status)
    answer = said(room, line.format(n=number), holder(room, status))
    assert answer.proposal == proposed.format(n=number)


@pytest.mark.parametrize(
    ("line", "status", "proposed"),
    [
        ("assign {n} ann", Status.IN_PROGRESS, f"assign! {{n}} ann {UNSAID}"),
        ("assign {n}", Status.ACCEPTED, f"release {{n}} {UNSAID}"),
        ("assign {n}", Status.FAILED, "retry {n}"),
        ("assign {n} ann", Status.CANCELLED, f"assign! {{n}} ann {UNSAID}"),
        ("assign {n} zoe", Status.PENDING, "assign {n} ann"),
        ("retry {n}", Status.PENDING, "assign {n} ann"),
        ("retry {n}", Status.CANCELLED, f"override! {{n}} pending {UNSAID}"),
        ("retry {n}", Status.EN_ROUTE, f"release {{n}} {UNSAID}"),
        ("cancel {n}", Status.ASSIGNED, f"cancel! {{n}} {UNSAID}"),
        ("canx {n} duplicate", Status.ASSIGNED, 'cancel! {n} "duplicate"'),
        ('release {n} "sick"', Status.IN_PROGRESS, 'override! {n} pending "sick"'),
        ('release {n} "sick"', Status.REJECTED, "assign {n} ben-2"),
        ('hold {n} "part"', Status.EN_ROUTE, 'release {n} "part"'),
        ("resume {n}", Status.PENDING, "assign {n} ann"),
        ("accept {n}", Status.ASSIGNED, f"override! {{n}} accepted {UNSAID}"),
        ("complete {n}", Status.IN_PROGRESS, f"override! {{n}} completed {UNSAID}"),
        ('override! {n} assigned "by radio"', Status.PENDING, 'override! {n} assigned ann "by radio"'),
        ('a {n} ann "because"', Status.PENDING, 'assign! {n} ann "because"'),
        ("asign {n} ann", Status.PENDING, "assign {n} ann"),
        ("a {n} anm", Status.PENDING, "a {n} ann"),
        ("shwo {n}", Status.PENDING, "show {n}"),
        ("{n} asign ann", Status.PENDING, "{n} assign ann"),
        ("override {n} failed by radio", Status.PENDING, "override! {n} failed by radio"),
        ("cancel! {n}", Status.PENDING, f"cancel! {{n}} {UNSAID}"),
        ("assign! {n}", Status.PENDING, f"assign! {{n}} ann {UNSAID}"),
    ],
)
def test_a_dispatcher_is_shown_what_comes_nearest(room: World, line: str, status: Status, proposed: str) -> None:
    number = at(status)
    assert said(room, line.format(n=number)).proposal == proposed.format(n=number)


@pytest.mark.parametrize("line", ["cancel! {n} x", "retry {n}", "assign {n} ann", "note {n} x", "undo {n}"])
def test_nothing_comes_near_to_changing_what_is_completed(room: World, line: str) -> None:
    assert said(room, line.format(n=at(Status.COMPLETED))).proposal is None


def test_a_misspelled_service_or_provider_is_put_right_where_it_stands(room: World) -> None:
    line = 'n plumbign "leak" at "12 Example St" for "Ana Diaz" 14:00-15:00'
    assert said(room, line).proposal == line.replace("plumbign", "plumbing")
    assert said(room, "break olgq 20m").proposal is None, "she is off duty, so it would be refused all the same"
    assert said(room, "on olgq").proposal == "on olga"
    assert said(room, "olgq on").proposal == "olga on"


def test_what_is_missing_is_taken_from_the_selected_booking(room: World) -> None:
    number = at(Status.PENDING)
    assert said(room, "assign ann", selected=number).proposal == f"assign {number} ann"
    assert said(room, "release", selected=at(Status.ACCEPTED)).proposal == f"release {at(Status.ACCEPTED)} {UNSAID}"
    assert said(room, "assign ann").proposal is None


def test_when_nobody_is_free_the_one_who_is_free_first_can_be_forced(room: World) -> None:
    for handle in ("ann", "ben-2"):
        room.do(c.GoOff.of(provider=handle))
    number = at(Status.PENDING)
    assert said(room, f"assign {number}").proposal == f"assign! {number} li {UNSAID}"


def test_after_somebody_was_faster_the_same_line_is_proposed_if_it_still_works(room: World) -> None:
    number = at(Status.PENDING)
    seen = room.get(number).version
    room.do(c.Note.of(booking=number, text="ring twice"))
    answer = said(room, f"assign {number} ann", selected=number, seen=seen)
    assert answer.data["error"] == "StaleVersion"
    assert answer.proposal == f"assign {number} ann"
    room.do(c.Assign.of(booking=number, provider="ben-2"))
    answer = said(room, f"assign {number} ann", selected=number, seen=seen)
    assert answer.proposal == f"assign! {number} ann {UNSAID}"


def test_another_dispatchers_event_is_taken_back_with_a_reason(room: World) -> None:
    room.do(c.Prioritise.of(booking=1, priority=1), Actor(ANA.role, "ben"))
    event = room.engine.newest()
    assert said(room, f"undo {event}").proposal == f"undo! {event} {UNSAID}"
    room.do(c.Hold.of(booking=1, reason="part"))
    assert said(room, f'undo! {event} "x"').proposal == f"undo {room.engine.newest()}"


def test_somebody_elses_booking_is_not_told_of_by_a_proposal(room: World) -> None:
    for line in ("assign 1 mira", "accept 1", "shw 1", "candidates 1", "retry 1", "cancel! 1"):
        assert said(room, line, provider_actor("ann")).proposal is None
    assert said(room, "shw 1", customer_actor(1)).proposal == "show 1"
    assert said(room, "cancel! 1 sold", customer_actor(1)).proposal == "cancel 1"


def test_dots_in_place_of_a_reason_are_no_reason(room: World) -> None:
    answer = said(room, f"cancel! 1 {UNSAID}")
    assert (answer.ok, answer.understood, answer.proposal) == (False, False, None)
    assert answer.data["details"]["position"] == len("cancel! 1 ")
    assert to_finish(f"cancel! 1 {UNSAID}") == "cancel! 1 -- "


NAMES = tuple(name for verb in VERBS for name in (verb.name, *verb.aliases))
ARGUMENTS = ("", "mira", "ann", "zoe", "olga", "old-pete", "nobody", "amn", "1", "p2", "now", "provider", "pending")
REASONS = ("", '"van broke down"', "too far away", "-- by phone")
ACTORS = (ANA, *map(provider_actor, PLUMBERS[:5]), customer_actor(1))


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line that somebody may type: often right, sometimes a letter short, a word too few or too many."""
    verb = draw(st.sampled_from(NAMES))
    if draw(st.integers(0, 3)) == 0 and len(verb) > 3:
        at = draw(st.integers(0, len(verb) - 1))
        verb = verb[:at] + verb[at + 1 :]
    number = draw(st.sampled_from(["", *map(str, range(1, 16)), "."]))
    words = [verb, number] if draw(st.booleans()) else [number, verb]
    return " ".join(word for word in (*words, draw(st.sampled_from(ARGUMENTS)), draw(st.sampled_from(REASONS))) if word)


@settings(max_examples=max(12, settings().max_examples // 5))
@given(typed=st.lists(st.tuples(lines(), st.sampled_from(ACTORS)), min_size=4, max_size=12))
def test_every_proposed_line_is_accepted_when_it_is_carried_out_at_once(
    prepared: Path, tmp_path: Path, new_world: NewWorld, typed: list[tuple[str, Actor]]
) -> None:
    path = tmp_path / "walk.db"
    for part in (path, *tmp_path.glob("walk.db-*")):
        part.unlink(missing_ok=True)
    shutil.copyfile(prepared, path)
    world = World.open(path)
    try:
        for line, actor in typed:
            answer = said(world, line, actor, selected=3)
            if answer.proposal is None or answer.ok:
                continue
            assert answer.data["details"]["proposal"] == answer.proposal
            assert answer.choices == (answer.proposal,)
            context = context_of(world.engine, actor, UTC, selected=3)
            if is_unfinished(answer.proposal):
                assert parse(to_finish(answer.proposal) + "by phone", context)
            else:
                accepted = said(world, answer.proposal, actor, selected=3)
                assert accepted.ok, f"{line} by {actor} led to {answer.proposal}: {accepted.text}"
    finally:
        world.close()


@pytest.mark.parametrize("absent", list(Absent))
def test_what_is_proposed_unfinished_is_accepted_once_the_reason_is_said(room: World, absent: Absent) -> None:
    number = at(Status.CANCELLED)
    answer = said(room, f"retry {number}")
    assert answer.proposal is not None
    assert said(room, to_finish(answer.proposal) + f"they called again, {absent} was sorry").ok
