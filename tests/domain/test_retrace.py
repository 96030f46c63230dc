"""Choices made again from the log: a forged one is found, an honest one never is, whatever happened before it."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.codec import to_json
from domain.criteria import EventFilter
from domain.errors import DispatchError
from domain.lifecycle import Action, Subject
from domain.proof.retrace import CHOICES, Chosen, Retrace, inconsistencies
from domain.records import Event
from tests.domain.test_why import AT
from tests.domain.world import World, minutes, small_city

Details = dict[str, Any]
NewWorld = Callable[[], World]


def log_of(world: World) -> list[Event]:
    return [row.event for row in world.engine.views.events(EventFilter(), limit=100_000)]


def recorded(event: Event) -> Chosen:
    return Chosen(event.action, event.subject_id, event.at, event.changes, to_json(event.details))


def choices(log: list[Event]) -> Iterator[tuple[Retrace, Chosen]]:
    """Each choice in a log, and what was retraced up to it."""
    folded: dict[tuple[Subject, int], Details] = defaultdict(dict)
    retrace = Retrace(lambda number: folded[Subject.BOOKING, number])
    for event in log:
        fields = folded[event.subject, event.subject_id]
        if event.subject is Subject.BOOKING and event.action in CHOICES:
            yield retrace, recorded(event)
        fields.update((name, after) for name, (_, after) in event.changes.items())
        retrace.learn(event.subject, event.subject_id, event.changes, fields)


def retraced(log: list[Event]) -> list[str]:
    """What is wrong with the choices in a log."""
    return [what for retrace, choice in choices(log) for what in retrace.faults(choice)]


def forged(world: World, change: Callable[[Details], object], number: int = -1) -> list[str]:
    """The faults of a log in which the details of one choice say something else than they did."""
    log = log_of(world)
    at = [place for place, event in enumerate(log) if event.action in CHOICES][number]
    details = {
        name: [dict(one) if isinstance(one, dict) else one for one in value] if isinstance(value, list) else value
        for name, value in log[at].details.items()
    }
    change(details)
    log[at] = replace(log[at], details=details)
    return retraced(log)


@pytest.fixture
def chosen(world: World) -> World:
    """Booking 1 went to tom, who was nearer than mira; olga was off, pete and zoe lack the skill; 2 found nobody."""
    small_city(world)
    world.booking(**AT)
    world.tick()
    world.do(c.GoOff.of(provider="mira"))
    world.booking(**AT)
    world.tick()
    assert [event.action for event in log_of(world) if event.action in CHOICES] == [Action.ASSIGN, Action.ATTEMPT]
    return world


FORGED: dict[str, tuple[int, Callable[[Details], object], str]] = {
    "a distance": (0, lambda it: it["candidates"][1].update(km=1.0), "mira with km 1.0 instead of 10.008"),
    "a rating": (0, lambda it: it["candidates"][0].update(rating=5.0), "tom with rating 5.0 instead of 4.0"),
    "a last job": (0, lambda it: it["candidates"][0].update(last_used=1), "tom with last_used 1 instead of None"),
    "a journey": (0, lambda it: it["candidates"][0].update(travel_s=1), "tom with travel_s 1 instead of"),
    "a candidate left out": (0, lambda it: it["candidates"].pop(1), "left mira out, who could have taken it"),
    "a skip left out": (0, lambda it: it["skips"].clear(), "left olga out, who was off duty"),
    "a skill denied": (
        0,
        lambda it: (it["candidates"].pop(1), it["unskilled"].append("mira")),
        "says that mira was unskilled, but by the log mira could have taken it",
    ),
    "a reason made up": (
        1,
        lambda it: it["skips"][0].update(why="on break"),
        "mira was on break, but by the log mira was off",
    ),
    "no reason": (1, lambda it: it["skips"][0].pop("why"), "passed over mira without a reason"),
    "another job in the way": (1, lambda it: it["skips"][2].update(booking=7), "tom was busy on 7"),
    "another end of that job": (1, lambda it: it["skips"][2].update(until=7), "until 7, but by the log"),
    "somebody who is nobody": (0, lambda it: it["unskilled"].append("eve"), "weighed eve, whom the log does not know"),
    "another one chosen": (
        0,
        lambda it: it.update(chosen="mira"),
        "chose mira, but by what it recorded the best was tom",
    ),
    "another order": (0, lambda it: it["candidates"].reverse(), "puts mira before tom"),
    "another rule": (0, lambda it: it.update(rule=9), "was taken by rule 9, which is not known"),
    "no rule": (0, lambda it: it.pop("rule"), "was taken by rule None"),
    "another attempt": (1, lambda it: it.update(attempt=3), "says attempt 3, but its changes say 1"),
    "another promise": (0, lambda it: it.update(promised=1), "another promise"),
    "nothing at all": (0, lambda it: it.clear(), "cannot be made again"),
    "rubbish": (0, lambda it: it.update(candidates=["tom"]), "cannot be made again"),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_record_of_a_choice_is_found(chosen: World, case: str) -> None:
    number, change, wanted = FORGED[case]
    found = forged(chosen, change, number)
    assert any(wanted in what for what in found), found


def test_a_booking_given_to_another_than_the_one_chosen_is_found(chosen: World) -> None:
    log = log_of(chosen)
    at = next(place for place, event in enumerate(log) if event.action is Action.ASSIGN)
    log[at] = replace(log[at], changes={**log[at].changes, "provider_id": [None, 1]})
    assert "says that tom was chosen, but provider 1 got it" in retraced(log)


def test_the_record_alone_shows_a_choice_that_does_not_follow_from_it(chosen: World) -> None:
    (event,) = [event for event in log_of(chosen) if event.action is Action.ASSIGN]
    assert [*inconsistencies(recorded(event))] == []
    tom, mira = event.details["candidates"]
    worse = recorded(replace(event, details={**event.details, "candidates": [{**tom, "km": 99.0}, mira]}))
    assert [*inconsistencies(worse)] == ["puts tom before mira, who is the better by what it recorded"]
    bare = recorded(replace(event, details={"rule": 1}))
    assert [*inconsistencies(bare)] == ["what the choice was taken on cannot be read"]


def test_a_person_may_choose_by_name_only_whom_the_rules_allow_or_be_warned(world: World) -> None:
    small_city(world)
    number = world.booking(**AT)
    world.do(c.Assign.of(booking=number, provider="mira"))
    world.do(c.ForceAssign.of(booking=number, provider="olga", reason="insists"))
    assert retraced(log_of(world)) == []
    found = forged(world, lambda it: it.pop("warning"))
    assert "olga off duty by the log, but the event says nothing of it" in found


def test_verify_finds_a_choice_that_was_forged_in_the_file(chosen: World) -> None:
    with closing(sqlite3.connect(chosen.path)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE events SET details = json_set(details, '$.candidates[1].km', 1.0) WHERE action = 'assign'")
        raw.commit()
    found = [str(fault) for fault in chosen.engine.faults(lambda _: None)]
    assert any("booking 1, event" in fault and "weighed mira with km 1.0" in fault for fault in found), found


Steps = list[Callable[[World], object]]
STEPS: Steps = [
    lambda world: world.booking(**AT),
    lambda world: world.booking(service="locks", **world.window(30, 90)),
    lambda world: world.tick(0),
    lambda world: world.tick(4),
    lambda world: world.tick(301),
    lambda world: world.clock.advance(minutes(50).total_seconds()),
    lambda world: world.do(c.GoOff.of(provider="mira")),
    lambda world: world.do(c.GoOn.of(provider="mira")),
    lambda world: world.do(c.GoOn.of(provider="olga")),
    lambda world: world.do(c.TakeBreak.of(provider="tom", until=world.now + minutes(5))),
    lambda world: world.do(c.DeactivateProvider.of(provider="zoe")),
    lambda world: world.do(c.EditProvider.of(provider="tom", rating=4.5, skills=("locks",))),
    lambda world: world.do(c.EditProvider.of(provider="mira", latitude=40.76, longitude=-74.1)),
    lambda world: world.configure("travel_kmh", 30),
    lambda world: world.configure("waits_s", "0,1"),
    lambda world: world.do(c.Assign.of(booking=1)),
    lambda world: world.do(c.Assign.of(booking=2, provider="tom")),
    lambda world: world.do(c.ForceAssign.of(booking=1, provider="mira", reason="insists")),
    lambda world: world.do(c.Reschedule.of(booking=1, **world.window(10, 40))),
    lambda world: world.by("tom", c.Reject.of(booking=1, reason="too far")),
    lambda world: world.by("tom", c.Accept.of(booking=1)),
    lambda world: world.by("tom", c.Start.of(booking=1)),
    lambda world: world.by("tom", c.Complete.of(booking=1)),
    lambda world: world.do(c.Override.of(booking=2, to="COMPLETED", provider="mira", reason="paper")),
    lambda world: world.do(c.Retry.of(booking=1)),
    lambda world: world.do(c.Undo.of(event=world.engine.newest(), reason="slip")),
]


def carried_out(world: World, steps: list[int]) -> list[Event]:
    """The choices of a history; a step that is refused is no part of it."""
    for step in steps:
        with suppress(DispatchError):
            STEPS[step](world)
    return [event for event in log_of(world) if event.action in CHOICES]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(range(len(STEPS))), min_size=4, max_size=25))
def test_whatever_happens_every_choice_can_be_made_again_from_the_log(new_world: NewWorld, steps: list[int]) -> None:
    world = small_city(new_world())
    world.booking(**AT)
    made = carried_out(world, steps)
    for retrace, choice in choices(log_of(world)):
        assert retrace.is_to_the_letter(choice) == ('"rule"' in choice.details)
        assert retrace.examined(choice) == []
    assert [what for event in made for what in inconsistencies(recorded(event))] == []


def test_who_is_busy_now_is_weighed_anew_for_a_window_later(chosen: World) -> None:
    chosen.booking(**AT)
    chosen.tick()
    chosen.booking(**AT, **chosen.window(600, 660))
    chosen.tick()
    busy, later = [event.details for event in log_of(chosen) if event.action in CHOICES][-2:]
    assert [skip["provider"] for skip in busy["skips"] if skip["why"] == "busy"] == ["tom"]
    assert later["chosen"] == "tom"
    assert all(retrace.is_to_the_letter(choice) for retrace, choice in choices(log_of(chosen)))


# What is taken for right by its text alone is right when it is read, too.

DOUBTFUL: dict[str, tuple[Callable[[str, str], str], bool]] = {
    "other candidates after them": (lambda it, _: f'{it[:-1]},"candidates":[]}}', True),
    "no candidates after them": (lambda it, _: f'{it[:-1]},"candidates":null}}', True),
    "other skips before them": (lambda it, _: f'{{"skips":[],{it[1:]}', False),
    "other skips, spelt otherwise": (lambda it, _: f'{it[:-1]},"sk\\u0069ps":[]}}', True),
    "another rule after it": (lambda it, _: f'{it[:-1]},"rule":9}}', True),
    "a rule that goes on": (lambda it, part: it.replace(part, f"{part}0"), True),
    "all of it in a field": (lambda it, _: f'{{"was":{it}}}', True),
    "all of it in a list": (lambda it, _: f"[{it}]", True),
    "the weighed in a field": (lambda it, part: it.replace(part, f'"was":{{{part}}}'), True),
    "the weighed in a text": (lambda it, part: f'{{"was":{to_json(part)}}}', True),
    "the weighed behind a backslash": (lambda it, part: it.replace(part, f'"\\{part}'), True),
    "the weighed in a list": (lambda it, part: it.replace(part, f'"was":[{part}]'), True),
    "a list beside it": (lambda it, _: f'{it[:-1]},"was":[1]}}', False),
    "spaces": (lambda it, _: it.replace(":", ": "), False),
    "a distance written otherwise": (lambda it, _: it.replace('"km":10.008', '"km":1.0008e1'), False),
    "a rating written otherwise": (lambda it, _: it.replace('"rating":4.0', '"rating":4'), False),
    "a handle written otherwise": (lambda it, _: it.replace('"mira"', '"mir\\u0061"'), False),
    "another order of fields": (lambda it, part: f"{{{part},{it[1:].replace(f'{part},', '')}", False),
    "no end": (lambda it, _: it[:-1], True),
    "two of it": (lambda it, _: it + it, True),
    "nothing": (lambda _, __: "", True),
}


@pytest.fixture
def asked(chosen: World) -> World:
    """Then somebody had the room choose for booking 3, as it did for booking 1."""
    chosen.do(c.ForceCancel.of(booking=1, reason="duplicate"))
    chosen.do(c.GoOn.of(provider="mira"))
    chosen.do(c.Assign.of(booking=chosen.booking(**AT)))
    return chosen


def weighed_in(text: str) -> str:
    """The part of a record that tells who was weighed."""
    return text[text.index('"rule"') : text.index("]", text.index('"unskilled"')) + 1]


@pytest.mark.parametrize("case", DOUBTFUL)
def test_a_record_that_is_not_as_it_would_be_written_is_read(asked: World, case: str) -> None:
    written, is_forged = DOUBTFUL[case]
    retrace, choice = next(islice(choices(log_of(asked)), 2, None))
    doubtful = choice._replace(details=written(choice.details, weighed_in(choice.details)))
    assert doubtful.details != choice.details
    assert bool(retrace.examined(doubtful)) == bool(retrace.faults(doubtful)) == is_forged


FRAGMENTS = [
    '"candidates":[],',
    '"rule":1,',
    '"rule":2,',
    '"chosen":"mira",',
    '"chosen":"tom",',
    '"promised":1,',
    "NaN",
]


@given(st.data())
def test_no_record_that_was_forged_passes_by_its_text(asked: World, data: st.DataObject) -> None:
    for retrace, choice in choices(log_of(asked)):
        text = choice.details
        for _ in range(data.draw(st.integers(1, 2))):
            start = data.draw(st.one_of(st.integers(0, len(text)), st.sampled_from([1, text.find('"rule"'), -1])))
            put = data.draw(
                st.one_of(st.sampled_from([*FRAGMENTS, weighed_in(choice.details)]), st.text('{}[]",:\\01. '))
            )
            text = text[:start] + put + text[start + data.draw(st.integers(0, 3)) :]
        changed = choice._replace(details=text)
        assert not retrace.is_to_the_letter(changed) or retrace.examined(changed) == []


def test_a_rating_that_is_no_number_is_never_taken_for_right(chosen: World) -> None:
    log = log_of(chosen)
    place = next(place for place, event in enumerate(log) if event.subject is Subject.PROVIDER)
    log[place] = replace(log[place], changes={**log[place].changes, "rating": [None, float("nan")]})
    for retrace, choice in choices(log):
        of_nobody = choice._replace(details=choice.details.replace('"rating":4.5', '"rating":NaN'))
        assert not retrace.is_to_the_letter(of_nobody) or "NaN" not in of_nobody.details
        assert not retrace.is_to_the_letter(choice) or "4.5" not in choice.details
