"""What decisions are taken on: what is true at that moment, whoever changed it, and this very transaction too."""

from datetime import timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.building import replace
from domain.decide.facts import Change
from domain.engine import Engine
from domain.lifecycle import Action, Status
from tests.conftest import NewWorld
from tests.domain.world import ANA, World, assert_sound

BOTH_DATABASES = True


@pytest.fixture
def other(world: World, new_world: NewWorld) -> World:
    """Another console on the same database."""
    return new_world(world.url)


def test_settings_that_another_console_changed_hold_for_the_next_decision(world: World, other: World) -> None:
    world.service()
    world.provider("mira")
    first = world.booking()
    world.do(c.Note.of(booking=first, text="ring twice"))
    other.configure("offer_timeout_s", 60)
    world.do(c.Assign.of(booking=first, provider="mira"))
    assert world.get(first).offer_until == world.now + timedelta(seconds=60)


def test_a_provider_whom_another_console_changed_is_decided_on_as_they_are(world: World, other: World) -> None:
    world.service()
    world.provider("mira")
    first, second = world.booking(), world.booking()
    world.bring(first, Status.IN_PROGRESS)
    other.by("mira", c.Complete.of(booking=first))
    other.do(c.EditProvider.of(provider="mira", rating=4.5))
    world.do(c.Assign.of(booking=second, provider="mira"))
    assert world.last(second).details["candidates"][0]["rating"] == 4.5
    assert_sound(world)


def test_a_transaction_reads_a_provider_anew_after_changing_them(world: World) -> None:
    world.service()
    world.provider("mira")
    number = world.booking()
    world.bring(number, Status.ASSIGNED)
    with opened(world.engine) as transaction:
        holder = transaction.booking(number).provider_id
        before = transaction.provider(holder)
        after = replace(before, version=before.version + 1, rating=4.5)
        transaction.write((Change(action=Action.EDIT, before=before, after=after),), ANA, world.now, None)
        assert transaction.provider(holder).rating == 4.5
    assert world.person("mira").rating == 4.5
    assert_sound(world)


def opened(engine: Engine) -> Any:
    return engine._store.write()


def test_an_acknowledged_booking_comes_back_whatever_happens_to_it(world: World) -> None:
    world.service()
    world.provider("mira")
    number = world.booking()
    for change in (
        c.Prioritise.of(booking=number, priority=1),
        c.Note.of(booking=number, text="ring twice"),
        c.Assign.of(booking=number, provider="mira"),
        c.Release.of(booking=number, reason="too far"),
    ):
        world.do(c.Ack.of(booking=number))
        assert world.get(number).acked
        world.do(change)
        assert not world.get(number).acked
    assert_sound(world)
