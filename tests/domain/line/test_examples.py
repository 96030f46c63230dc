"""Every line that help and docs show is carried out, or answered, in a small room in which it makes sense."""

import shutil
from datetime import UTC
from pathlib import Path

import pytest

from domain import commands as c
from domain.actors import LOOP, Actor, Role
from domain.answers.answer import Answer
from domain.clock import SteppedClock
from domain.line.examples import SHAPES, TIMES, spoken_words
from domain.line.table import BY_NAME, GROUPS, VERBS, Verb
from domain.speak import speak
from tests.conftest import NewWorld
from tests.domain.world import ANA, BEN, START, World, customer_actor, minutes, provider_actor

MIRA, OWNER = provider_actor("mira"), customer_actor(17)
BOOKING, EVENT = 214, 512
ASSIGNED = ((ANA, "assign 214 mira"),)
ACCEPTED = (*ASSIGNED, (MIRA, "accept 214"))
REJECTED = (*ASSIGNED, (MIRA, 'reject 214 "too far"'))
BEFORE: dict[str, tuple[tuple[Actor, str], ...]] = {
    "accept": ASSIGNED,
    "reject": ASSIGNED,
    "depart": ACCEPTED,
    "start": ACCEPTED,
    "complete": (*ACCEPTED, (MIRA, "start 214")),
    "no-show": ASSIGNED,
    "release": ASSIGNED,
    "retry": REJECTED,
    "resume": ((ANA, 'hold 214 "waiting for part"'),),
    "override!": ASSIGNED,
    "undo": ((ANA, "prioritise 214 4"),),
    "undo!": ((BEN, "prioritise 214 4"),),
    "on": ((ANA, "off mira"),),
    "provider activate": ((ANA, "provider deactivate mira"),),
    "service activate": ((ANA, "service deactivate painting"),),
    "customer activate": ((ANA, "customer deactivate 17"),),
}
"""What has to happen before a verb's example."""


@pytest.fixture(scope="module")
def prepared(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mira is on duty, booking 214 waits, and the next event is number 512."""
    path = tmp_path_factory.mktemp("examples") / "room.db"
    shutil.copyfile(blank, path)
    world = World.open(path)
    for service in ("plumbing", "painting", "heat/hot water"):
        world.service(service)
    world.provider("mira")
    for number in range(17):
        world.do(c.CreateCustomer.of(name=f"Customer {number}", address="7 Sample Ave"))
    booked = c.CreateBooking.of(service="plumbing", customer=17, address="7 Sample Ave")
    world.engine.execute_all([booked] * BOOKING, ANA)
    noted = c.Note.of(booking=1, text="seen")
    world.engine.execute_all([noted] * (EVENT - 1 - world.engine.newest()), ANA)
    world.close()
    return path


@pytest.fixture
def room(prepared: Path, tmp_path: Path, new_world: NewWorld) -> World:
    path = tmp_path / "examples.db"
    shutil.copyfile(prepared, path)
    return new_world(path, SteppedClock(START + minutes(30)))


def said(world: World, line: str, actor: Actor = ANA) -> Answer:
    answers = speak(world.engine, line, actor, zone=UTC, selected=BOOKING, last=BOOKING)
    assert all(answer.ok or "asks" in answer.data for answer in answers), answers[-1].text
    return answers[-1]


def whose(verb: Verb) -> Actor:
    """Somebody who may."""
    by_role = {Role.ADMIN: ANA, Role.PROVIDER: MIRA, Role.CUSTOMER: OWNER, Role.SYSTEM: LOOP}
    return next(actor for role, actor in by_role.items() if role in verb.roles)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_example_of_every_verb_is_carried_out_or_answered(room: World, verb: Verb) -> None:
    if verb.name == "diff":
        room.clock.advance(6 * 3600)
    for actor, line in BEFORE.get(verb.name, ()):
        said(room, line, actor)
    before = room.engine.newest()
    answer = said(room, verb.example, whose(verb))
    assert (room.engine.newest() > before) == (verb.command is not None)
    assert answer.text


@pytest.mark.parametrize("line", [line for line, _ in SHAPES], ids=str)
def test_the_example_of_every_form_works(room: World, line: str) -> None:
    if line.startswith("on "):
        said(room, "off mira")
    if line.startswith("@"):
        room.clock.advance(6 * 3600)
    assert said(room, line).text


@pytest.mark.parametrize("line", [line for line, _ in TIMES], ids=str)
def test_the_example_of_every_time_works(room: World, line: str) -> None:
    if line.startswith("@"):
        room.clock.advance(48 * 3600)
    assert said(room, line).text


def test_every_verb_is_in_one_group_of_the_help() -> None:
    grouped = [name for _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted(verb.name for verb in VERBS)


def test_the_words_that_people_type_are_verbs() -> None:
    words = dict(spoken_words())
    assert {"otw", "on site", "avail", "canx", "done", "search"} <= set(words)
    assert all(BY_NAME[word].name == verb for word, verb in words.items())
