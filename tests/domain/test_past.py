"""The past from the log alone: folded, taken back, and read again, it is what was live then."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.codec import EVENT, codec_of_type
from domain.criteria import BookingFilter, EventFilter, Mark
from domain.errors import NotFound
from domain.lifecycle import Subject
from domain.proof.history import Change, Key, Past, between, fold, past_of, rewind
from domain.records import Booking, Customer, Event, Provider, Service, Setting
from domain.store.moments import last_event_at
from domain.views import Reads
from tests.conftest import NewWorld
from tests.domain.world import ANA, START, World, minutes, small_city

KINDS = (
    (Booking, Subject.BOOKING, "bookings"),
    (Provider, Subject.PROVIDER, "providers"),
    (Service, Subject.SERVICE, "services"),
    (Customer, Subject.CUSTOMER, "customers"),
    (Setting, Subject.SETTING, "settings"),
)
A_FEW = settings().max_examples // 6

ROOM: list[Callable[[World], object]] = [
    lambda world: c.Assign.of(booking=1, provider="mira"),
    lambda world: c.Assign.of(booking=2),
    lambda world: c.Release.of(booking=1, reason="too far"),
    lambda world: c.ForceAssign.of(booking=2, provider="zoe", reason="insists"),
    lambda world: c.ForceCancel.of(booking=2, reason="duplicate"),
    lambda world: c.Undo.of(event=world.engine.newest(), reason="slip"),
    lambda world: c.Override.of(booking=1, to="COMPLETED", provider="tom", reason="paper"),
    lambda world: c.Hold.of(booking=1, reason="waiting for part", until=world.now + minutes(30)),
    lambda world: c.Reschedule.of(booking=2, **world.window(30, 90)),
    lambda world: c.Note.of(booking=1, text="gate code 12"),
    lambda world: c.CreateBooking.of(service="locks", address="7 Test Rd", customer=1, priority=1),
    lambda world: c.GoOff.of(provider="mira"),
    lambda world: c.GoOn.of(provider="mira"),
    lambda world: c.EditProvider.of(provider="tom", rating=1.5),
    lambda world: c.EditCustomer.of(customer=1, name=f"Renamed {world.engine.newest()}"),
    lambda world: c.EditService.of(service="plumbing", name="pipes"),
    lambda world: c.Configure.of(setting="at_risk_minutes", value="90"),
    lambda world: world.due.run(),
]
"""What may happen next; what cannot is refused."""
STEPS = st.lists(
    st.tuples(st.sampled_from(range(len(ROOM))), st.sampled_from([0, 1, 60, 1800])), min_size=1, max_size=8
)
JUMPS = st.sampled_from([0, 1, 60, 1800, -45, -3600])


def stored_rows(world: World) -> dict[Key, Past]:
    """Every row as the database has it."""
    found = {}
    for record, subject, table in KINDS:
        codec = codec_of_type(record)
        for row in world.rows(f"SELECT * FROM {table}"):
            number, past = past_of(codec, [row[name] for name in codec.names])
            found[subject, number] = past
    return found


def the_log(world: World) -> list[Event]:
    return [EVENT.decode([row[name] for name in EVENT.names]) for row in world.rows("SELECT * FROM events ORDER BY id")]


def whole(rows: dict[Key, Past]) -> dict[Key, Past]:
    """Folded rows with the fields that no event set, as rows have them."""
    names = {subject: set(codec_of_type(record).names) - {"id", "version", "chain"} for record, subject, _ in KINDS}
    return {key: Past(past.version, dict.fromkeys(sorted(names[key[0]])) | past.fields) for key, past in rows.items()}


def take(world: World, step: int) -> None:
    said = ROOM[step](world)
    if isinstance(said, c.Command):
        world.try_to(said)


def room(new_world: NewWorld) -> World:
    world = small_city(new_world())
    for service in ("plumbing", "locks"):
        world.booking(service=service, customer=1)
    return world


def plain(value: Any) -> Any:
    """A read, without the hashes over the log."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.name != "chain"]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return {key: plain(one) for key, one in value.items()} if isinstance(value, dict) else value


def answers(views: Reads) -> Iterator[Any]:
    """Every read that a past moment answers, on what is in the room."""

    def asked(read: Callable[..., Any], *of: Any, **more: Any) -> Any:
        try:
            return plain(read(*of, **more))
        except NotFound as refusal:
            return type(refusal).__name__

    yield asked(views.policy)
    yield asked(views.last_event)
    yield asked(views.services)
    for number in (1, 3):
        yield asked(views.sheet, number)
    yield asked(views.candidates, 2)
    yield asked(views.weighed, 1)
    yield asked(views.provider, "tom")
    yield asked(views.jobs_of, "mira")
    for which in (BookingFilter(), BookingFilter(words=("renamed",)), BookingFilter(words=("plumb",), provider_id=2)):
        yield views.count(which)
        yield asked(views.bookings, which, limit=2)
    yield asked(views.bookings, BookingFilter(marks=frozenset({Mark.LATE, Mark.WAITING})), after=3)
    yield asked(views.bookings, BookingFilter(), before=1)
    yield asked(views.customer, 1)
    yield asked(views.bookings_of, 1)
    yield asked(views.events, EventFilter(), before=2**62, limit=5)
    yield asked(views.events, EventFilter(booking=1), after=3)


@settings(max_examples=A_FEW)
@given(steps=st.lists(st.tuples(st.sampled_from(range(len(ROOM))), JUMPS), min_size=1, max_size=10))
def test_folded_from_the_start_and_taken_back_from_now_it_is_the_row_that_was_live(
    new_world: NewWorld, steps: list[tuple[int, int]]
) -> None:
    world = room(new_world)
    live = {world.engine.newest(): stored_rows(world)}
    for step, passed in steps:
        world.clock.advance(passed)
        take(world, step)
        live[world.engine.newest()] = stored_rows(world)
    log, now = the_log(world), stored_rows(world)
    for last, rows in live.items():
        assert whole(fold(event for event in log if event.id <= last)) == rows
        assert rewind(now, (event for event in log if event.id > last)) == rows


@settings(max_examples=A_FEW // 2)
@given(steps=STEPS, is_long_ago=st.booleans())
def test_every_read_as_of_a_moment_answers_what_it_answered_then(
    new_world: NewWorld, steps: list[tuple[int, int]], is_long_ago: bool
) -> None:
    world = room(new_world)
    then: dict[datetime, list[Any]] = {}
    for step, passed in steps:
        world.clock.advance(passed)
        take(world, step)
        then[world.now] = list(answers(world.engine.views))
    world.clock.advance(7200)
    if is_long_ago:  # so that it is told from the beginning, not from the end
        world.engine.execute_all([c.Note.of(booking=2, text=str(number)) for number in range(50)], ANA)
    for moment, told in then.items():
        with world.engine.views.as_of(moment) as past:
            assert list(answers(past)) == told


@settings(max_examples=A_FEW)
@given(steps=st.lists(st.tuples(st.sampled_from(range(len(ROOM))), JUMPS), min_size=1, max_size=10))
def test_counts_and_differences_of_any_two_moments_agree_with_the_log(
    new_world: NewWorld, steps: list[tuple[int, int]]
) -> None:
    world = room(new_world)
    for step, passed in steps:
        world.clock.advance(passed)
        take(world, step)
    log = the_log(world)
    moments = sorted({event.at for event in log} | {START - minutes(1)})
    for since, until in zip(moments, moments[1:], strict=False):
        start, end = (max((e.id for e in log if e.at <= moment), default=0) for moment in (since, until))
        found = world.engine.views.board_changes(since, until)
        for last, counts in ((start, found.before), (end, found.after)):
            rows = fold(event for event in log if event.id <= last)
            statuses = [past.fields["status"] for (kind, _), past in rows.items() if kind is Subject.BOOKING]
            assert counts == {status: statuses.count(status) for status in set(statuses)}
        before, after = (whole(fold(event for event in log if event.id <= last)) for last in (start, end))
        assert {key for key, difference in found.differences.items() if difference.fields} == {
            key for key, past in after.items() if key not in before or past.fields != before[key].fields
        }
        for key, difference in found.differences.items():
            assert difference.created == (key not in before)
            for name, change in difference.fields.items():
                was = before[key].fields[name] if key in before else None
                assert change == Change(was, after[key].fields[name])


# What a moment is.


@pytest.fixture
def waiting(world: World) -> World:
    """One booking, taken down at nine."""
    world.service()
    world.booking(priority=3)
    return world


def last_at(world: World, moment: datetime) -> int:
    with world.engine.views.as_of(moment) as past:
        return past.last_event()


def priority_at(world: World, moment: datetime) -> int:
    with world.engine.views.as_of(moment) as past:
        return past.booking(1).booking.priority


def set_priority(world: World, priority: int) -> None:
    world.do(c.Prioritise.of(booking=1, priority=priority))


def test_what_happened_at_the_moment_itself_has_happened(waiting: World) -> None:
    waiting.clock.advance(60)
    set_priority(waiting, 1)
    assert priority_at(waiting, waiting.now) == 1
    assert priority_at(waiting, waiting.now - timedelta(milliseconds=1)) == 3


def test_before_the_first_event_there_was_nothing(waiting: World) -> None:
    early = START - minutes(1)
    assert last_at(waiting, early) == 0
    with waiting.engine.views.as_of(early) as past:
        assert past.count(BookingFilter()) == 0
        with pytest.raises(NotFound, match="no booking 1 then"):
            past.booking(1)


def test_after_a_clock_was_set_back_a_moment_means_the_last_time_it_was_shown(waiting: World) -> None:
    waiting.clock.advance(3600)
    set_priority(waiting, 1)  # at ten by a wrong clock
    waiting.clock.advance(-1800)
    set_priority(waiting, 2)  # at half past nine by the right one
    assert priority_at(waiting, START + minutes(15)) == 3
    assert priority_at(waiting, START + minutes(45)) == 2
    assert priority_at(waiting, START + minutes(61)) == 2


def test_the_past_stays_what_it_was_while_others_go_on(waiting: World) -> None:
    nine = waiting.now
    waiting.clock.advance(60)
    with waiting.engine.views.as_of(nine) as past:
        assert past.last_event() == last_at(waiting, nine)
        set_priority(waiting, 1)
        assert past.bookings(BookingFilter())[0].booking.priority == 3
        assert past.booking(1).booking.priority == 3


def test_a_field_that_came_back_to_what_it_was_is_no_difference(waiting: World) -> None:
    for priority in (1, 3):
        waiting.clock.advance(60)
        set_priority(waiting, priority)
    log = the_log(waiting)
    (difference,) = between((event.id, event) for event in log[-2:]).values()
    assert "priority" not in difference.fields
    assert difference.events == [event.id for event in log[-2:]]
    assert not difference.created


def test_the_last_event_of_a_moment_is_found_by_its_time_not_by_its_number(waiting: World) -> None:
    waiting.clock.set(datetime(2026, 8, 3, 9, 30, tzinfo=UTC))
    set_priority(waiting, 1)
    with waiting.engine._store.read() as connection:
        assert last_event_at(connection, waiting.now) == waiting.engine.newest()
        assert last_event_at(connection, waiting.now - minutes(1)) == waiting.engine.newest() - 1
