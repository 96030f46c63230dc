"""Keys that are faster than the write before them: none is lost, none acts twice, none on what was not shown."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events

import domain.speak
from domain import commands as c
from domain.lifecycle import Status
from screens.widgets.form import Form
from tests.domain.world import World
from tests.screens.stage import Stage, stage, until

NAMES = {" ": "space", '"': "quotation_mark", ":": "colon", "\n": "enter"}


class Writer:
    """Writes stand still until they are let go; what was said is counted."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.gate = threading.Event()

    def speak(self, engine: Any, text: str, *given: Any, **named: Any) -> Any:
        self.said.append(text)
        assert self.gate.wait(10)
        return self._speak(engine, text, *given, **named)

    _speak = staticmethod(domain.speak.speak)


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    made = Writer()
    monkeypatch.setattr(domain.speak, "speak", made.speak)
    yield made
    made.gate.set()


async def burst(on: Stage, text: str) -> None:
    """Type faster than anything can be done: all of it lies in the queue at once."""
    for character in text:
        key = NAMES.get(character, character)
        on.app.post_message(events.Key(key, None if key == "enter" else character))
    await on.pilot.pause()


async def strike(on: Stage, *keys: str) -> None:
    """The same with keys by their names."""
    for key in keys:
        on.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await on.pilot.pause()


def notes(city: World, number: int) -> list[str]:
    return city.get(number).notes.split("\n")


async def test_keys_that_edit_the_line_act_on_what_was_typed_before_them(city: World) -> None:
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await strike(on, *"sho", "backspace", *"ow", "left", "left", "x", "end", "y")
        await until(lambda: on.line == "shxowy")
        await strike(on, "ctrl+u", *"note")
        await until(lambda: on.line == "note")


async def test_what_is_typed_behind_the_key_that_opens_a_form_is_typed_into_the_form(city: World) -> None:
    async with stage(city, "admin:ana", "services") as on:
        await on.until_shown("#services", "plumbing")
        await strike(on, "n", *"fences", "tab", "ctrl+u", *"45", "tab", "end", "7")
        form = on.part("#form", Form)
        await until(lambda: form.values.get("minutes", "").endswith("7"))
        assert (form.values["name"], form.values["price"]) == ("fences", "45")


async def test_keys_behind_a_change_of_screen_go_to_the_screen_that_comes(city: World) -> None:
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await strike(on, "a", "b", "escape", "1")
        await burst(on, ":help")
        await until(lambda: on.frame.PLACE == "desk" and on.line == "help")


async def test_lines_typed_ahead_are_carried_out_one_after_the_other_and_enter_twice_is_once(
    city: World, writer: Writer
) -> None:
    number = city.booking(notes="zero")
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await burst(on, f'note {number} "one"\n\nnote {number} "two"\nnote {number} "thr')
        await until(lambda: len(writer.said) == 1)
        assert on.line == f'note {number} "one"'
        writer.gate.set()
        await until(lambda: on.line == f'note {number} "thr')
        await burst(on, 'ee"\n')
        await until(lambda: on.line == "" and len(writer.said) == 3)
        await until(lambda: notes(city, number) == ["zero", "one", "two", "three"])


async def test_behind_a_refused_line_the_text_is_kept_and_no_enter_acts(city: World, writer: Writer) -> None:
    number = city.booking(notes="zero")
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await burst(on, f"assign {number} nobody\n x\n")
        await until(lambda: writer.said == [f"assign {number} nobody"])
        writer.gate.set()
        await until(lambda: on.line == f"assign {number} nobody x")
        await on.pilot.pause()
        assert len(writer.said) == 1


async def test_the_key_that_leads_to_the_line_does_nothing_to_a_line_that_is_empty(city: World) -> None:
    number = city.booking(notes="zero")
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await burst(on, f':note {number} "at 9:30"\n')
        await until(lambda: notes(city, number) == ["zero", "at 9:30"])


async def test_a_digit_typed_before_the_choices_are_shown_picks_none_of_them(city: World, writer: Writer) -> None:
    number = city.booking()
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await burst(on, f"candidates {number}\n1\n")
        writer.gate.set()
        await until(lambda: on.line == "1")
        assert city.status(number) is Status.PENDING
        await on.press("enter")
        await until(lambda: city.status(number) is Status.ASSIGNED)


async def test_a_key_behind_a_line_that_a_key_began_goes_to_the_screen(city: World, writer: Writer) -> None:
    number = city.booking()
    async with stage(city, "admin:ana", "desk", (160, 45)) as on:
        on.frame.select_booking(number)
        await until(lambda: on.frame.situation().booking is not None)
        await on.press("h")
        assert on.line == f"hold {number} -- "
        await burst(on, "later\n8")
        await until(lambda: writer.said == [f"hold {number} -- later"])
        assert on.frame.PLACE == "desk"
        writer.gate.set()
        await until(lambda: on.frame.PLACE == "log" and on.frame.is_ready)
        assert city.get(number).held_reason == "later"


async def test_an_action_key_pressed_twice_acts_once(city: World, writer: Writer) -> None:
    number = city.booking()
    city.do(c.Assign.of(booking=number, provider="mira"))
    async with stage(city, "provider:mira", "provider") as on:
        await until(lambda: on.frame.situation().booking is not None)
        await burst(on, "aa")
        await until(lambda: writer.said == [f"accept {number}"])
        writer.gate.set()
        await until(lambda: city.status(number) is Status.ACCEPTED)
        await until(lambda: on.answer.startswith(str(city.last(number).id)))
        assert len(writer.said) == 1


async def test_enter_twice_on_the_empty_line_acknowledges_one(world: World, writer: Writer) -> None:
    world.service()
    for _ in range(2):
        world.booking()
    async with stage(world, "admin:ana", "desk", (160, 45)) as on:
        await on.press("colon")
        await until(lambda: on.frame.line._hint.plain.startswith("Enter: ack"))
        await burst(on, "\n\n")
        await until(lambda: len(writer.said) == 1)
        writer.gate.set()
        await until(lambda: "acknowledged" in on.answer)
        assert len(writer.said) == 1


async def test_a_form_saved_twice_is_saved_once(city: World, writer: Writer) -> None:
    before = len(city.rows("SELECT id FROM bookings"))
    async with stage(city, "customer:1", "customer") as on:
        await on.until_shown("PartLine", "Cleo Sample")
        await on.press("n")
        form = on.part("#form", Form)
        await until(lambda: form.is_open and form.values)
        await on.type("plumbing")
        for _ in range(2):
            on.app.post_message(events.Key("ctrl+s", None))
        await until(lambda: len(writer.said) == 1)
        writer.gate.set()
        await until(lambda: not form.is_open)
        await on.pilot.pause()
        assert len(city.rows("SELECT id FROM bookings")) == before + 1


@asynccontextmanager
async def a_saved_form(city: World, writer: Writer) -> AsyncIterator[tuple[Stage, Form]]:
    """A new service was saved; its answer is still to come."""
    async with stage(city, "admin:ana", "services") as on:
        await on.until_shown("#services", "plumbing")
        await on.press("n")
        form = on.part("#form", Form)
        await until(lambda: form.is_open and form.values)
        await on.type("fences")
        await on.press("ctrl+s")
        await until(lambda: len(writer.said) == 1)
        yield on, form


async def test_a_slow_answer_is_said_to_be_awaited_and_the_screen_goes_on(city: World, writer: Writer) -> None:
    async with a_saved_form(city, writer) as (on, _):
        await until(lambda: "waiting for the answer" in on.answer)
        await on.pilot.resize_terminal(100, 30)
        await until(lambda: on.frame.query_one("#services").size.width <= 100)
        writer.gate.set()
        await until(lambda: "fences created" in on.answer)


async def test_the_wait_of_a_line_is_said_too_and_not_left_standing(city: World, writer: Writer) -> None:
    number = city.booking()
    async with stage(city, "admin:ana", "log") as on:
        await on.press("colon")
        await burst(on, f"show {number}\n")
        await until(lambda: "waiting for the answer" in on.answer)
        writer.gate.set()
        await until(lambda: on.line == "")
        assert "waiting" not in on.answer


async def test_keys_behind_a_saved_form_go_to_the_screen_and_none_changes_what_was_saved(
    city: World, writer: Writer
) -> None:
    async with a_saved_form(city, writer) as (on, form):
        await burst(on, "x8")
        assert form.values["name"] == "fences"
        writer.gate.set()
        await until(lambda: on.frame.PLACE == "log" and on.frame.is_ready)
        assert len(writer.said) == 1


async def test_a_form_that_is_left_before_its_answer_has_it_told_below_and_the_next_form_is_another(
    city: World, writer: Writer
) -> None:
    async with a_saved_form(city, writer) as (on, form):
        await on.press("escape", "n")
        await until(lambda: form.is_open and not form.values["name"])
        await on.type("roofs")
        writer.gate.set()
        await until(lambda: "fences created" in on.answer)
        assert form.is_open
        assert form.values["name"] == "roofs"


async def test_the_line_does_not_give_the_focus_back_to_a_form_that_was_closed_meanwhile(
    city: World, writer: Writer
) -> None:
    async with a_saved_form(city, writer) as (on, form):
        on.frame.line.enter()
        writer.gate.set()
        await until(lambda: not form.is_open)
        await on.press("escape")
        assert on.app.focused is on.frame.first_focus()
