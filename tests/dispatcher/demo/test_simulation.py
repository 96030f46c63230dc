import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dispatcher.demo.arrivals import RequestsFile
from dispatcher.demo.live import LiveDemo
from dispatcher.demo.simulation import Simulation
from dispatcher.demo.summary import is_forgotten, summarise
from domain.actors import Actor, Role
from domain.clock import ScaledClock, SystemClock
from domain.commands import Accept, Assign, CreateBooking, ForceAssign, GoOn, Hold, Release, Resume
from domain.engine import Engine
from domain.errors import DispatchError, InvalidInput
from domain.lifecycle import ACTIVE, Action, Status, Subject
from domain.records import Booking
from domain.views import BookingFilter, EventRow
from tests.dispatcher.demo.room import START, Room

ANA = Actor(Role.ADMIN, "ana")


def test_the_same_seed_gives_the_same_log_to_the_last_column(new_room: Callable[[], Room]) -> None:
    logs = []
    for _ in range(2):
        room = new_room()
        simulation = Simulation(room.engine, seed=7)
        simulation.begin()
        room.live(simulation, minutes=25)
        logs.append(room.log())
    assert len(logs[0]) > 200
    assert logs[0] == logs[1]


def test_another_seed_gives_another_city(new_room: Callable[[], Room]) -> None:
    logs = []
    for seed in (1, 2):
        room = new_room()
        Simulation(room.engine, seed).begin()
        logs.append([row.event.changes for row in room.log()])
    assert logs[0] != logs[1]


def test_an_hour_sees_every_end_and_nobody_is_forgotten_at_any_moment(room: Room, city: Simulation) -> None:
    policy = room.engine.views.policy()
    for _ in range(40):
        room.live(city, seconds=90)
        rows = room.engine.views.bookings(BookingFilter(), limit=500)
        assert [row.booking.id for row in rows if is_forgotten(row.booking, room.clock.now(), policy)] == []
    found = summarise(room.engine, city.refused)
    assert 45 <= found.bookings <= 70
    for status in (Status.COMPLETED, Status.CANCELLED, Status.FAILED):
        assert found.statuses[status] > 0
    assert found.rescued
    assert found.rejected
    assert found.absences
    assert found.exhausted
    assert found.forgotten == ()
    assert {row.event.role for row in room.log()} == set(Role)


def test_a_booking_without_owner_timer_or_place_in_the_queue_would_be_noticed(room: Room, city: Simulation) -> None:
    room.live(city, minutes=5)
    policy = room.engine.views.policy()
    lost = Booking(
        id=1,
        version=3,
        status=Status.ASSIGNED,
        customer_id=1,
        service_id=1,
        address="nowhere",
        duration_minutes=20,
        priority=3,
        provider_id=1,
        requested_at=START,
        recorded_at=START,
        promised_at=START + timedelta(hours=4),
        status_since=START,
    )
    assert is_forgotten(lost, START, policy)


def test_what_a_person_assigns_is_answered_by_the_simulated_provider(room: Room, city: Simulation) -> None:
    room.live(city, minutes=2)
    made = room.engine.execute(
        CreateBooking.of(service="plumbing", address="1 Alder Row", customer_name="Ada Dorn"), ANA
    )
    assert made.booking is not None
    chosen = next(row for row in room.engine.views.roster() if row.shown == "available" and "plumbing" in row.skills)
    room.engine.execute(Assign.of(booking=made.booking, provider=chosen.provider.handle), ANA)
    room.live(city, minutes=8)
    assert any(row.event.role is Role.PROVIDER and row.event.subject_id == made.booking for row in _bookings(room))


def test_a_provider_whom_a_person_plays_is_left_to_that_person(room: Room, city: Simulation) -> None:
    room.live(city, minutes=2)
    mira = Actor(Role.PROVIDER, "mira")
    made = room.engine.execute(
        CreateBooking.of(service="plumbing", address="1 Alder Row", customer_name="Ada Dorn"), ANA
    )
    assert made.booking is not None
    room.engine.execute(ForceAssign.of(booking=made.booking, provider="mira", reason="asked for her"), ANA)
    room.engine.execute(Accept.of(booking=made.booking), mira)
    played_from = room.engine.views.last_event()
    room.live(city, minutes=12)
    later = [row.event for row in room.log() if row.event.id > played_from]
    assert later
    assert not [event for event in later if event.role is Role.PROVIDER and event.actor_id == "mira"]


def test_whom_a_person_outruns_simply_gives_way(room: Room, city: Simulation) -> None:
    """A dispatcher takes every job away again, behind the city's back: plans that became void are dropped."""
    room.live(city, minutes=5)
    for _ in range(12):
        room.live(city, seconds=29)
        for row in room.engine.views.bookings(BookingFilter(statuses=ACTIVE), limit=5):
            if row.booking.status in {Status.ASSIGNED, Status.ACCEPTED}:
                room.engine.execute(Release.of(booking=row.booking.id, reason="swap"), ANA)
    assert summarise(room.engine).forgotten == ()


def test_a_held_job_rests_and_goes_on_when_it_is_taken_up_again(room: Room, city: Simulation) -> None:
    room.live(city, minutes=2)
    made = room.engine.execute(
        CreateBooking.of(service="plumbing", address="1 Alder Row", customer_name="Ada Dorn"), ANA
    )
    number = made.event.subject_id
    room.engine.execute(Assign.of(booking=number), ANA)
    room.engine.execute(Hold.of(booking=number, reason="waits for a part"), ANA)
    room.live(city, minutes=8)
    assert room.engine.views.sheet(number).events[-1].event.action is Action.HOLD
    room.engine.execute(Resume.of(booking=number), ANA)
    room.live(city, minutes=6)
    assert room.engine.views.sheet(number).events[-1].event.action is not Action.RESUME


def test_a_city_is_taken_up_where_its_log_ends(room: Room, city: Simulation) -> None:
    room.live(city, minutes=8)
    before = room.engine.views.last_event()
    again = Simulation(room.engine, seed=7)
    again.begin()
    room.live(again, minutes=32)
    assert room.engine.views.last_event() > before + 100
    assert len(room.engine.views.roster()) == 40
    found = summarise(room.engine)
    assert found.forgotten == ()
    assert found.statuses[Status.COMPLETED] > 1


def test_jobs_come_from_a_file_from_its_first_request_on(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    rows = ["key,created_at,closed_at,category,detail,address,zip,borough,latitude,longitude"]
    rows += [
        f"k{minute},2025-01-01T0{1 + minute // 60}:{minute % 60:02}:00+02:00,,{category},it broke,"
        f"{minute % 7} Reef Row,0,NORTH,,"
        for minute, category in zip(range(0, 100, 4), ["LIGHTS", "Lights", "roof", "pipes", "LIGHTS"] * 5, strict=True)
    ]
    rows.append("bad,not a time,,ROOF,,1 Reef Row,0,NORTH,,")
    path.write_text("\n".join(rows))
    requests = RequestsFile(path)
    simulation = Simulation(room.engine, seed=7, requests=requests)
    simulation.begin()
    room.live(simulation, minutes=30)
    assert requests.left_out == 1
    assert [service.name for service in room.engine.views.services()] == ["LIGHTS", "pipes", "plumbing", "roof"]
    found = summarise(room.engine)
    assert found.bookings == 8
    assert found.forgotten == ()
    assert len(room.engine.views.customers()) == 7


def test_a_file_without_requests_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_text("key,created_at,closed_at,category,detail,address,zip,borough,latitude,longitude\n")
    with pytest.raises(InvalidInput, match="no request"):
        RequestsFile(path)


def test_trouble_with_the_database_loses_no_plan(room: Room, city: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    room.live(city, minutes=3)

    class Trouble(DispatchError):
        code = 503

    def fail(*_: object, **__: object) -> None:
        raise Trouble("the disk is gone")

    due = city.next_at()
    assert due is not None
    with monkeypatch.context() as broken:
        broken.setattr(room.engine, "execute", fail)
        for _ in range(5):
            with pytest.raises(Trouble):
                city.step(room.clock.now() + timedelta(minutes=5))
    room.live(city, minutes=12)
    assert summarise(room.engine).forgotten == ()


def test_the_city_lives_beside_a_console_and_stops_when_told(room: Room, city: Simulation) -> None:
    room.live(city, minutes=1)
    before = room.engine.views.last_event()
    engine = Engine.open(str(room.engine.path), clock=ScaledClock(SystemClock().now(), room.clock.now(), 600))
    try:
        city.take_over(engine)
        live = LiveDemo(engine, city, 600)
        live.start()
        _until(lambda: engine.views.last_event() > before + 20)
        live.stop()
        after = engine.views.last_event()
        assert live.failure is None
        assert not live.running
        assert engine.views.last_event() == after
    finally:
        engine.close()


def test_somebody_on_duty_by_hand_is_no_trouble(room: Room, city: Simulation) -> None:
    """A person may be faster with anything; the simulated one is refused, and that is counted."""
    for row in room.engine.views.roster():
        room.engine.execute(GoOn.of(provider=row.provider.handle), ANA)
    room.live(city, minutes=2)
    assert city.refused["IllegalTransition"] > 20


def _bookings(room: Room) -> list[EventRow]:
    return [row for row in room.log() if row.event.subject is Subject.BOOKING]


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    pause = threading.Event()
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.01)
