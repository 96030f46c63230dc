"""Files land in a room: every row, once, with its event."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from domain.actors import Actor, Role
from domain.commands import Command, CreateBooking, CreateService, DeactivateCustomer, DeactivateService
from domain.engine import Engine
from domain.errors import DispatchError, InvalidInput, StoreFull
from domain.intake.files import BATCH, IMPORTER, SHARE, Intake, Rejection, Tally
from domain.intake.rows import REQUEST_COLUMNS
from domain.lifecycle import Action, Duty, Status, Subject
from domain.outcome import Outcome
from domain.records import Urgency
from domain.store.points import Point
from domain.views import BookingFilter, BookingRow, EventFilter, EventRow
from tests.domain.world import astray_texts

ANA = Actor(Role.ADMIN, "ana")
REAL_FILE = os.environ.get("DISPATCHER_REQUESTS_FILE", "")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine.open(str(tmp_path / "room.db"))
    yield engine
    engine.close()


def request(key: object, **changes: str) -> dict[str, str]:
    row = {
        "key": str(key),
        "created_at": "2026-08-01T00:02:51-04:00",
        "closed_at": "",
        "category": "Plumbing",
        "detail": "leak",
        "address": "12 EXAMPLE STREET",
        "zip": "00501",
        "borough": "SAMPLETON",
        "latitude": "40.5",
        "longitude": "-74.0",
    }
    return row | changes


def csv_text(*rows: Mapping[str, str], columns: tuple[str, ...] = REQUEST_COLUMNS) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def a_file(folder: Path, content: str, name: str = "file.csv") -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return str(path)


def land(engine: Engine, file: str, source: str = "requests") -> tuple[Tally, list[Rejection]]:
    rejections: list[Rejection] = []
    return Intake(engine, reject=rejections.append).requests(file, source), rejections


def all_bookings(engine: Engine) -> list[BookingRow]:
    return sorted(engine.views.bookings(BookingFilter(), limit=1000), key=lambda row: row.booking.id)


def all_events(engine: Engine) -> tuple[EventRow, ...]:
    return engine.views.events(EventFilter(), limit=100_000)


def test_a_request_becomes_a_pending_booking_by_the_importer(engine: Engine, tmp_path: Path) -> None:
    tally, rejections = land(engine, a_file(tmp_path, csv_text(request(17, closed_at="2026-07-31T00:00:00-04:00"))))
    assert rejections == []
    assert tally == Tally(rows=1, added=1, services=1, customers=1)
    (row,) = all_bookings(engine)
    booking = row.booking
    assert (booking.id, booking.status, booking.provider_id) == (1, Status.PENDING, None)
    assert (row.service, row.customer) == ("Plumbing", "Resident of 12 EXAMPLE STREET")
    assert booking.address == "12 EXAMPLE STREET, SAMPLETON, 00501"
    assert (booking.latitude, booking.longitude) == (40.5, -74.0)
    assert booking.notes == "leak"
    assert booking.requested_at.isoformat() == "2026-08-01T04:02:51+00:00"
    assert (booking.source, booking.external_key) == ("requests", "17")
    (created,) = engine.views.events(EventFilter(booking=1))
    assert (created.event.action, created.event.actor) == (Action.CREATE, IMPORTER)
    assert created.event.details["closed_at"] == "2026-07-31T00:00:00-04:00"
    assert (created.event.details["zip"], created.event.details["borough"]) == ("00501", "SAMPLETON")
    assert (created.event.details["category"], created.event.details["detail"]) == ("Plumbing", "leak")


def test_a_second_run_adds_nothing_and_says_so(engine: Engine, tmp_path: Path) -> None:
    file = a_file(tmp_path, csv_text(*(request(key) for key in range(7))))
    land(engine, file)
    before = engine.views.last_event()
    tally, rejections = land(engine, file)
    assert tally == Tally(rows=7, unchanged=7)
    assert rejections == []
    assert engine.views.last_event() == before


def test_the_same_key_of_another_source_is_another_request(engine: Engine, tmp_path: Path) -> None:
    file = a_file(tmp_path, csv_text(request(1)))
    land(engine, file, "north")
    assert land(engine, file, "south")[0].added == 1


def test_a_key_that_a_file_repeats_counts_as_already_there(engine: Engine, tmp_path: Path) -> None:
    tally, _ = land(engine, a_file(tmp_path, csv_text(request(1), request(1, address="7 SAMPLE ROAD"), request(2))))
    assert tally == Tally(rows=3, added=2, unchanged=1, services=1, customers=1)


def test_a_repeated_key_lands_where_its_first_row_was_rejected(engine: Engine, tmp_path: Path) -> None:
    tally, rejections = land(engine, a_file(tmp_path, csv_text(request(1, created_at="?"), request(1))))
    assert (tally.added, [rejection.line for rejection in rejections]) == (1, [2])


def test_categories_are_services_whatever_their_case(engine: Engine, tmp_path: Path) -> None:
    engine.execute(CreateService(service="Plumbing", priority=Urgency.HIGH, duration_minutes=90), ANA)
    rows = [request(1, category="PLUMBING"), request(2, category="ÉLÉVATEUR"), request(3, category="élévateur")]
    tally, _ = land(engine, a_file(tmp_path, csv_text(*rows)))
    assert (tally.added, tally.services) == (3, 1)
    assert [row.service for row in all_bookings(engine)] == ["Plumbing", "ÉLÉVATEUR", "ÉLÉVATEUR"]
    assert [row.booking.duration_minutes for row in all_bookings(engine)] == [90, 60, 60]
    made = next(service for service in engine.views.services() if service.name == "ÉLÉVATEUR")
    assert (made.priority, made.base_price_cents, made.duration_minutes) == (Urgency.MEDIUM, 0, 60)


def test_requests_for_an_inactive_service_are_rejected(engine: Engine, tmp_path: Path) -> None:
    engine.execute(CreateService(service="Plumbing"), ANA)
    engine.execute(DeactivateService(service="Plumbing"), ANA)
    rows = [request(1, address="7 SAMPLE ROAD"), request(2, category="Heating")]
    tally, rejections = land(engine, a_file(tmp_path, csv_text(*rows)))
    assert tally == Tally(rows=2, added=1, rejected=1, services=1, customers=1)
    assert rejections[0].line == 2
    assert "inactive" in rejections[0].error.message


def test_there_is_one_customer_per_address(engine: Engine, tmp_path: Path) -> None:
    land(engine, a_file(tmp_path, csv_text(request(1), request(2, borough="OTHERVILLE"), request(3, zip=""))))
    rows = [request(4, address="12  example street"), request(5, borough="OTHERVILLE"), request(6, address="9 RUE É")]
    land(engine, a_file(tmp_path, csv_text(*rows)))
    land(engine, a_file(tmp_path, csv_text(request(7, address="9 rue é"))))
    assert [row.booking.customer_id for row in all_bookings(engine)] == [1, 2, 3, 1, 2, 4, 4]


def test_requests_of_an_inactive_customer_are_rejected(engine: Engine, tmp_path: Path) -> None:
    land(engine, a_file(tmp_path, csv_text(request(1))))
    engine.execute(DeactivateCustomer(customer=1), ANA)
    tally, rejections = land(engine, a_file(tmp_path, csv_text(request(2))))
    assert (tally.added, tally.customers, len(rejections)) == (0, 0, 1)
    assert "inactive" in rejections[0].error.message


def test_each_bad_row_is_named_with_its_line_and_reason_and_the_rest_lands(engine: Engine, tmp_path: Path) -> None:
    good, bad = request(1, detail="over\ntwo lines"), request(2, latitude="")
    text = csv_text(good, bad, request(3)) + "4,only,three\n\n" + csv_text(request(5, created_at="noon")).split("\n")[1]
    tally, rejections = land(engine, a_file(tmp_path, text))
    assert (tally.rows, tally.added, tally.rejected) == (5, 2, 3)
    assert [(rejection.line, rejection.error.message) for rejection in rejections] == [
        (4, "it has half a place: no latitude"),
        (6, "it has 3 fields and the header has 10"),
        (8, "created_at: 'noon' is not a time such as 2026-08-01T00:02:51-04:00"),
    ]


@pytest.mark.parametrize("content", ["", "key,address\n1,2\n", csv_text(request(1)) + '2,"'])
def test_an_unusable_file_changes_nothing(engine: Engine, tmp_path: Path, content: str) -> None:
    before = engine.views.last_event()
    with pytest.raises(InvalidInput):
        land(engine, a_file(tmp_path, content))
    assert engine.views.last_event() == before


def test_a_file_that_breaks_off_in_the_middle_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(csv_text(*(request(key) for key in range(2 * BATCH))).encode() + b"\xff\n")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        land(engine, str(path))
    assert engine.views.count(BookingFilter()) == 0


def test_a_source_needs_a_name(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        land(engine, a_file(tmp_path, csv_text(request(1))), " ")


def test_progress_is_told_after_each_batch(engine: Engine, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    intake = Intake(engine, progress=lambda tally, rows: told.append((tally.added, rows)))
    intake.requests(a_file(tmp_path, csv_text(*(request(key) for key in range(BATCH + 5)))))
    assert told == [(BATCH, BATCH + 5), (BATCH + 5, BATCH + 5)]


PROVIDERS = "handle,name,phone,email,skills,rating,latitude,longitude\n"


def test_providers_come_off_duty_and_are_updated_by_handle(engine: Engine, tmp_path: Path) -> None:
    for name in ("Plumbing", "Heating"):
        engine.execute(CreateService(service=name), ANA)
    rows = "mira,Mira Sample,202-555-0134,mira@example.com,PLUMBING;heating,4.5,40.5,-74\nraj,Raj Sample,,,,,,\n"
    first = Intake(engine).providers(a_file(tmp_path, PROVIDERS + rows))
    assert first == Tally(rows=2, added=2)
    mira, raj = engine.views.roster()
    assert (mira.provider.duty, mira.skills, mira.provider.rating) == (Duty.OFF, ("Heating", "Plumbing"), 4.5)
    assert (mira.provider.phone, raj.provider.phone) == ("+12025550134", None)
    before = engine.views.last_event()
    assert Intake(engine).providers(a_file(tmp_path, PROVIDERS + rows)) == Tally(rows=2, unchanged=2)
    assert engine.views.last_event() == before
    changed = rows.replace("4.5", "4.6")
    assert Intake(engine).providers(a_file(tmp_path, PROVIDERS + changed)) == Tally(rows=2, updated=1, unchanged=1)
    assert engine.views.provider("mira").provider.rating == 4.6


def test_provider_rows_that_cannot_be_are_named(engine: Engine, tmp_path: Path) -> None:
    rows = (
        "mira,Mira Sample,,mira@example.com,juggling,,,\n"
        "raj,Raj Sample,,raj@example.com,,,,\n"
        "raj,Raj Again,,,,,,\n"
        "li,Li Sample,,RAJ@example.com,,,,\n"
        "assign,Ann Sample,,,,,,\n"
    )
    rejections: list[Rejection] = []
    tally = Intake(engine, reject=rejections.append).providers(a_file(tmp_path, PROVIDERS + rows))
    assert (tally.added, tally.rejected) == (1, 4)
    reasons = {rejection.line: rejection.error.message for rejection in rejections}
    assert set(reasons) == {2, 4, 5, 6}
    assert "there is no service 'juggling'" in reasons[2]
    assert "'raj' stands on line 3 already" in reasons[4]


def test_services_are_made_and_updated_by_name(engine: Engine, tmp_path: Path) -> None:
    head = "name,description,priority,base_price,duration_minutes\n"
    rows = "Plumbing,Leaks and drains,HIGH,120.50,90\nHeating,,,,\n"
    assert Intake(engine).services(a_file(tmp_path, head + rows)) == Tally(rows=2, added=2)
    heating, plumbing = engine.views.services()
    assert (plumbing.priority, plumbing.base_price_cents, plumbing.duration_minutes) == (Urgency.HIGH, 12050, 90)
    assert (heating.priority, heating.base_price_cents, heating.duration_minutes) == (Urgency.MEDIUM, 0, 60)
    again = "PLUMBING,Leaks and drains,high,99,90\nHeating,,,,\nPainting,,,-5,\n"
    tally = Intake(engine).services(a_file(tmp_path, head + again))
    assert tally == Tally(rows=3, updated=1, unchanged=1, rejected=1)
    assert engine.views.services()[1].base_price_cents == 9900


def test_an_import_lets_others_write_after_every_share(engine: Engine, tmp_path: Path) -> None:
    seen = [engine.newest()]

    def look(point: Point) -> None:
        if point is Point.COMMITTED:
            seen.append(engine.newest())

    engine._store.reached = look
    land(engine, a_file(tmp_path, csv_text(*(request(key) for key in range(3 * SHARE)))))
    assert max(after - before for before, after in pairwise(seen)) == SHARE


def test_an_import_that_the_database_breaks_off_tells_what_landed(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute_all = engine.execute_all
    shares = 0

    def full_at_the_third_share_of_bookings(commands: Sequence[Command], actor: Actor) -> list[Outcome | DispatchError]:
        nonlocal shares
        shares += isinstance(commands[0], CreateBooking)
        if shares == 3:
            raise StoreFull("The disk is full")
        return execute_all(commands, actor)

    monkeypatch.setattr(engine, "execute_all", full_at_the_third_share_of_bookings)
    intake = Intake(engine)
    with pytest.raises(StoreFull):
        intake.requests(a_file(tmp_path, csv_text(*(request(key) for key in range(4 * SHARE)))))
    assert intake.tally.added == engine.views.count(BookingFilter()) == 2 * SHARE


def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    count = 2 * BATCH
    rows = (request(key, address=f"{key % 400} EXAMPLE STREET") for key in range(count))
    file, database = a_file(tmp_path, csv_text(*rows)), tmp_path / "room.db"
    Engine.open(str(database)).close()
    watching = Engine.open(str(database))
    process = subprocess.Popen([sys.executable, "-m", "dispatcher", "import", "requests", file, "--db", str(database)])
    deadline = time.monotonic() + 60
    while process.poll() is None and not watching.views.count(BookingFilter()) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    landed = watching.views.count(BookingFilter())
    assert 0 < landed < count
    tally, _ = land(watching, file)
    assert (tally.added, tally.unchanged) == (count - landed, landed)
    assert watching.views.count(BookingFilter()) == count
    assert len(watching.views.customers(limit=1000)) == 400
    assert astray_texts(database) == []
    watching.close()


@pytest.mark.skipif(not REAL_FILE, reason="DISPATCHER_REQUESTS_FILE names no file of real requests")
def test_the_real_requests_all_land_once(engine: Engine) -> None:
    tally, rejections = land(engine, REAL_FILE)
    assert rejections == []
    assert (tally.rows, tally.added) == (8_209, 8_209)
    assert engine.views.count_by_status() == {Status.PENDING: 8_209}
    creations = [
        row.event.actor
        for row in all_events(engine)
        if row.event.subject is Subject.BOOKING and row.event.action is Action.CREATE
    ]
    assert creations == [IMPORTER] * 8_209
    categories = {}
    with Path(REAL_FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            categories[row["key"]] = row["category"].casefold()
    assert tally.services == len(set(categories.values()))
    numbers = engine.views.booking_numbers(BookingFilter())
    for start in range(0, len(numbers), 1_000):
        for found in engine.views.bookings_numbered(numbers[start : start + 1_000]):
            assert found.service.casefold() == categories[found.booking.external_key or ""]
    assert land(engine, REAL_FILE)[0] == Tally(rows=8_209, unchanged=8_209)
