"""Reads as of a time, and what changed between two, as somebody at the line is answered."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.actors import Actor
from domain.answers.answer import Answer
from domain.answers.difference import MOST_BOOKINGS
from domain.criteria import EventFilter
from domain.speak import speak
from domain.wording import ago
from tests.domain.world import ANA, World, customer_actor, minutes, provider_actor


@pytest.fixture
def morning(world: World) -> World:
    """9:00 booked, 9:10 assigned to mira, 9:20 released, 9:30 given to tom, who is off since 9:40; now it is 10:00."""
    world.service()
    world.provider("mira")
    world.provider("tom")
    world.booking()
    world.clock.advance(600)
    world.do(c.Assign.of(booking=1, provider="mira"))
    world.clock.advance(600)
    world.do(c.Release.of(booking=1, reason="flat tyre"))
    world.clock.advance(600)
    world.do(c.Assign.of(booking=1, provider="tom"))
    world.clock.advance(600)
    world.do(c.GoOff.of(provider="tom"))
    world.clock.advance(1200)
    return world


def said(world: World, text: str, actor: Actor = ANA, **more: Any) -> Answer:
    return speak(world.engine, text, actor, zone=UTC, **more)[-1]


def test_a_booking_is_shown_as_it_was_and_plainly_marked_so(morning: World) -> None:
    answer = said(morning, "@9:15 show 1")
    assert answer.text.startswith("as of 09:15:00 (45 min ago): 1 ASSIGNED")
    assert (answer.data["as_of"], answer.data["provider"]) == ("2026-08-03T09:15:00.000Z", "mira")
    assert not any("released" in line for line in answer.lines), "what came later is not told"
    assert said(morning, "show 1").data["provider"] == "tom"


def test_who_could_have_done_it_is_labelled_as_judged_anew_and_offers_no_digit(morning: World) -> None:
    answer = said(morning, "@9:25 rec 1")
    assert [one["provider"] for one in answer.data["candidates"]] == ["tom"]
    assert "as it would have been judged at 09:25:00" in answer.text
    assert answer.choices == ()
    assert "  candidates as it would have been judged at 09:25:00" in said(morning, "@9:25 show 1").lines


def test_why_tells_what_the_log_had_recorded_by_then_and_nothing_later(morning: World) -> None:
    now, then = said(morning, "why 1"), said(morning, "@9:15 why 1")
    assert then.text.startswith("as of 09:15:00 (45 min ago): 1 is ASSIGNED")
    assert "mira" in "\n".join(then.lines)
    assert "flat tyre" not in "\n".join(then.lines)
    assert "tom" in "\n".join(now.lines)
    released = next(row.event.id for row in morning.engine.views.events(EventFilter(action="release"), limit=1))
    assert "flat tyre" in "\n".join(said(morning, f"@9:25 why event {released}").lines)
    assert said(morning, f"@9:15 why event {released}").text.endswith(f"There is no event {released}")
    assert said(morning, "@8:00 why 1").data["code"] == 404


def test_find_filters_what_was_then(morning: World) -> None:
    assert said(morning, "@9:05 find status:pending").data["bookings"] == [1]
    assert said(morning, "@9:15 find status:pending").data["bookings"] == []
    assert said(morning, "@9:15 find provider:mira").data["bookings"] == [1]
    assert said(morning, "@8:00 find").data["count"] == 0


def test_people_are_shown_with_the_duty_and_the_jobs_of_that_time(morning: World) -> None:
    assert said(morning, "@9:15 mira").data["shown"] == "busy"
    assert said(morning, "@9:25 mira").data["shown"] == "available"
    assert said(morning, "@9:45 tom").data["shown"] == "off"


def test_the_log_ends_where_the_moment_is(morning: World) -> None:
    log = [event.id for event in morning.log(1)]
    assert said(morning, "@9:25 events 1").data["events"] == log[:3]


def test_what_was_not_there_yet_is_not_found(morning: World) -> None:
    assert said(morning, "@8:59 show 1").text == "There was no booking 1 then"
    assert said(morning, "@8:59 mira").text == "There was no provider 'mira' then"


def test_the_past_is_nobody_elses_either(morning: World) -> None:
    owner = customer_actor(morning.get(1).customer_id)
    stranger = customer_actor(morning.customer("Dan Sample"))
    assert said(morning, "@9:15 show 1", owner).ok
    assert not any("candidates" in line for line in said(morning, "@9:25 show 1", owner).lines)
    assert said(morning, "@9:15 show 1", stranger).data["error"] == "Forbidden"
    assert said(morning, "@9:15 find", stranger).data["count"] == 0
    assert said(morning, "@9:15 events", stranger).data["events"] == []
    assert said(morning, "@9:25 rec 1", owner).data["error"] == "Forbidden"


def test_a_provider_sees_what_they_had_then(morning: World) -> None:
    assert said(morning, "@9:15 show 1", provider_actor("mira")).ok
    assert said(morning, "@9:35 show 1", provider_actor("mira")).data["error"] == "Forbidden"
    assert said(morning, "@9:15 find", provider_actor("tom")).data["count"] == 0


def test_a_look_back_in_a_chain_does_not_change_what_was_seen(morning: World) -> None:
    version = morning.get(1).version
    answer = said(morning, 'p . 3; @9:15 show .; note . "ring twice"', selected=1, seen=version)
    assert answer.ok, answer.text


def test_nothing_is_written_by_looking_back(morning: World) -> None:
    before = morning.everything()
    for line in ("@9:15 show 1", "@9:15 find", "@9:15 assign 1 mira", "diff 9:00 now", "diff 1 9:00"):
        said(morning, line)
    assert morning.everything() == before


def test_a_diff_of_the_board_tells_counts_duty_and_each_booking(morning: World) -> None:
    morning.booking(priority=1)
    answer = said(morning, "diff 9:05 now")
    assert answer.text.startswith("09:05:00 → 10:00:00: 1 new and 1 earlier bookings touched")
    shown = [" ".join(line.split()) for line in answer.lines]
    assert "PENDING 1 → 1" in shown
    assert "ASSIGNED 0 → 1 +1" in shown
    assert "on duty 2 → 1 -1" in shown
    assert "tom on → off" in shown
    assert any(line.startswith("1 PENDING → ASSIGNED · provider – → tom") for line in shown)
    assert any(line.startswith("2 new, PENDING · P1") for line in shown)
    first, second = answer.data["bookings"]
    assert (first["changes"]["status"], first["created"]) == (["PENDING", "ASSIGNED"], False)
    assert (second["booking"], second["created"]) == (2, True)
    assert answer.data["duty"] == {"tom": ["on", "off"]}


def test_a_diff_of_one_booking_tells_each_field_and_the_events_that_set_it(morning: World) -> None:
    log = [event.id for event in morning.log(1)]
    answer = said(morning, "diff 1 9:05 9:45")
    assert answer.data["events"] == log[1:]
    by_status = f"({', '.join(str(number) for number in log[1:])})"
    assert any(
        line.split()[:4] == ["status", "PENDING", "→", "ASSIGNED"] and by_status in line for line in answer.lines
    )
    assert any(line.split()[:4] == ["provider", "–", "→", "tom"] for line in answer.lines)
    assert any("flat tyre" in line for line in answer.lines)
    assert "nothing happened" in said(morning, "diff 1 9:41 now").text


def test_a_booking_that_is_as_before_is_counted_and_not_listed(morning: World) -> None:
    answer = said(morning, "diff 9:05 9:25")
    assert not any(line.strip().startswith("1 ") and "PENDING" in line for line in answer.lines)
    assert answer.data["bookings"][0]["events"] == [event.id for event in morning.log(1)][1:3]


def test_the_board_is_compared_for_dispatchers_and_a_booking_for_its_own_people(morning: World) -> None:
    owner = customer_actor(morning.get(1).customer_id)
    assert said(morning, "diff 9:05", owner).data["error"] == "Forbidden"
    assert said(morning, "diff 1 9:05", owner).ok
    assert said(morning, "diff 1 9:05", provider_actor("mira")).data["error"] == "Forbidden"


def test_a_diff_that_goes_backward_is_refused(morning: World) -> None:
    assert "goes forward" in said(morning, "diff 9:30 9:05").text


def test_a_diff_is_never_longer_than_a_person_reads(morning: World) -> None:
    commands = [
        c.CreateBooking.of(service="plumbing", address=f"{number} Example St", customer=1) for number in range(250)
    ]
    morning.engine.execute_all(commands, ANA)
    answer = said(morning, "diff 9:05")
    assert MOST_BOOKINGS < len(answer.lines) <= 200
    assert answer.lines[-1].startswith("71 more bookings; take a shorter time")
    assert len(answer.data["bookings"]) == 251


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(0), "0 s ago"),
        (timedelta(seconds=59), "59 s ago"),
        (minutes(23.5), "23 min ago"),
        (minutes(125), "2 h 5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h ago"),
        (timedelta(seconds=-1), "0 s ago"),
    ],
)
def test_how_long_ago_is_told_in_two_units_at_most(length: timedelta, told: str) -> None:
    assert ago(length) == told
