"""Each row becomes one command or one sentence."""

from datetime import UTC, datetime

import pytest

from domain.clock import from_ms
from domain.commands import Command, CreateBooking, CreateProvider, CreateService, EditProvider, EditService
from domain.errors import InvalidInput
from domain.intake.csvfile import Row
from domain.intake.rows import (
    PROVIDER_COLUMNS,
    REQUEST_COLUMNS,
    SERVICE_COLUMNS,
    provider_command,
    request_command,
    service_command,
)
from domain.intake.rows import resident_of as resident
from domain.lifecycle import Duty, Standing
from domain.records import Provider, Service, Urgency

REQUEST = {
    "key": "0017",
    "created_at": "2026-08-01T00:02:51-04:00",
    "closed_at": "",
    "category": "Plumbing",
    "detail": "WATER SUPPLY",
    "address": "12 EXAMPLE STREET",
    "zip": "00501",
    "borough": "SAMPLETON",
    "latitude": "40.5",
    "longitude": "-74.0",
}
SERVICES = {"plumbing": ("Plumbing", 1), "heating": ("Heating", 2)}
MIRA = Provider(
    id=3,
    version=1,
    duty=Duty.ON,
    handle="mira",
    name="Mira Sample",
    phone="+12025550134",
    email="mira@example.com",
    skills=(1,),
    rating=4.5,
    latitude=40.5,
    longitude=-74.0,
    duty_since=from_ms(0),
)
PLUMBING = Service(id=1, version=1, status=Standing.ACTIVE, name="Plumbing", base_price_cents=12050)


def request(**changes: str) -> CreateBooking:
    return request_command(Row(2, {**REQUEST, **changes}), "city")


def why_not(**changes: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        request(**changes)
    return caught.value.message


def provider(there: Provider | None = None, /, **cells: str) -> Command | None:
    row = Row(2, {column: cells.get(column, "") for column in PROVIDER_COLUMNS})
    return provider_command(row, there, SERVICES, "US")


def service(there: Service | None = None, /, **cells: str) -> Command | None:
    return service_command(Row(2, {column: cells.get(column, "") for column in SERVICE_COLUMNS}), there)


def test_a_request_keeps_all_that_it_said() -> None:
    command = request(closed_at="2026-08-02T09:00:00+05:30")
    assert set(REQUEST) == set(REQUEST_COLUMNS)
    assert command == CreateBooking(
        service="Plumbing",
        address="12 EXAMPLE STREET, SAMPLETON, 00501",
        borough="SAMPLETON",
        latitude=40.5,
        longitude=-74.0,
        notes="WATER SUPPLY",
        requested_at=datetime(2026, 8, 1, 4, 2, 51, tzinfo=UTC),
        source="city",
        external_key="0017",
        details={
            "category": "Plumbing",
            "detail": "WATER SUPPLY",
            "zip": "00501",
            "borough": "SAMPLETON",
            "closed_at": "2026-08-02T09:00:00+05:30",
        },
    )


def test_what_a_request_leaves_out_is_left_out() -> None:
    command = request(zip="", borough="", latitude="", longitude="", detail="")
    assert command.address == "12 EXAMPLE STREET"
    assert (command.latitude, command.longitude, command.notes) == (None, None, None)
    assert command.details == {"category": "Plumbing"}


def test_a_request_that_was_closed_before_it_was_created_is_kept() -> None:
    assert request(closed_at="2026-07-01T00:00:00Z").details["closed_at"] == "2026-07-01T00:00:00+00:00"


@pytest.mark.parametrize("text", ["2026-08-01T04:02:51Z", "2026-08-01 09:32:51+05:30", "20260801T000251-0400"])
def test_any_offset_is_understood(text: str) -> None:
    assert request(created_at=text).requested_at == datetime(2026, 8, 1, 4, 2, 51, tzinfo=UTC)


@pytest.mark.parametrize("column", ["key", "created_at", "category", "address"])
def test_a_request_without_an_essential_is_refused(column: str) -> None:
    assert why_not(**{column: ""}) == f"it has no {column}"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"created_at": "yesterday"}, "created_at: 'yesterday' is not a time"),
        ({"created_at": "2026-02-30T00:00:00Z"}, "is not a time"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "is not a time"),
        ({"created_at": "2026-08-01T00:02:51"}, "does not say its offset from UTC"),
        ({"closed_at": "soon"}, "closed_at: 'soon' is not a time"),
        ({"latitude": ""}, "half a place: no latitude"),
        ({"longitude": ""}, "half a place: no longitude"),
        ({"latitude": "91"}, "latitude: 91 is not from -90 to 90"),
        ({"longitude": "-180.1"}, "longitude: -180.1 is not from -180 to 180"),
        ({"latitude": "nan"}, "is not from -90 to 90"),
        ({"longitude": "west"}, "longitude: 'west' is not a number"),
        ({"key": "a\x1b[31m"}, "control character U+001B"),
        ({"detail": "a\x07b"}, "control character U+0007"),
        ({"address": "x" * 300}, "address:"),
        ({"category": "x" * 300}, "service:"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes: dict[str, str], part: str) -> None:
    message = why_not(**changes)
    assert part in message
    assert len(message) < 200


def test_a_detail_over_several_lines_becomes_notes_over_several_lines() -> None:
    assert request(detail="one\r\ntwo\tthree").notes == "one\ntwo three"


def test_a_resident_is_named_after_the_street_alone() -> None:
    assert resident("12 EXAMPLE STREET, SAMPLETON, 00501") == "Resident of 12 EXAMPLE STREET"
    assert len(resident("x" * 200)) == 200


def test_a_new_provider_has_what_the_row_says() -> None:
    command = provider(
        handle="Raj", name="Raj Sample", phone="(202) 555-0135", skills="PLUMBING; heating;", rating="4", email=""
    )
    assert command == CreateProvider(
        provider="raj", name="Raj Sample", phone="+12025550135", skills=("Plumbing", "Heating"), rating=4
    )


def test_a_known_provider_gets_only_what_is_different() -> None:
    assert provider(MIRA, handle="mira", name="Mira Sample", phone="202-555-0134", email="MIRA@example.com") is None
    assert provider(MIRA, handle="mira", skills="heating", rating="4.5") == EditProvider(
        provider="mira", skills=("Heating",)
    )
    assert provider(MIRA, handle="mira", latitude="40.5", longitude="-73.9") == EditProvider(
        provider="mira", latitude=40.5, longitude=-73.9
    )


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"name": "No Handle"}, "it has no handle"),
        ({"handle": "raj"}, "it has no name"),
        ({"handle": "raj", "name": "Raj", "skills": "juggling"}, "there is no service 'juggling'"),
        ({"handle": "raj", "name": "Raj", "phone": "12"}, "phone number"),
        ({"handle": "raj", "name": "Raj", "email": "raj"}, "not an email address"),
        ({"handle": "raj", "name": "Raj", "rating": "6"}, "rating"),
        ({"handle": "raj", "name": "Raj", "rating": "good"}, "rating: 'good' is not a number"),
        ({"handle": "r a j", "name": "Raj"}, "provider: must be 2 to 16"),
        ({"handle": "raj", "name": "Raj", "latitude": "4"}, "half a place"),
    ],
)
def test_a_provider_that_cannot_be_is_refused(cells: dict[str, str], part: str) -> None:
    with pytest.raises(InvalidInput, match=part):
        provider(None, **cells)


def test_a_new_service_takes_the_defaults_for_what_the_row_leaves_out() -> None:
    assert service(name="Heating") == CreateService(service="Heating")
    assert service(name="Heating", priority="high", base_price="99.5", duration_minutes="90") == CreateService(
        service="Heating", priority=Urgency.HIGH, base_price_cents=9950, duration_minutes=90
    )


def test_a_known_service_gets_only_what_is_different() -> None:
    assert service(PLUMBING, name="PLUMBING", base_price="120.50") is None
    assert service(PLUMBING, name="plumbing", duration_minutes="45") == EditService(
        service="Plumbing", duration_minutes=45
    )


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({}, "it has no name"),
        ({"priority": "URGENT"}, "none of LOW, MEDIUM and HIGH"),
        ({"base_price": "-1"}, "not from 0 to"),
        ({"base_price": "free"}, "not an amount"),
        ({"base_price": "1.005"}, "more than two decimal places"),
        ({"base_price": "1e999999"}, "not from 0 to"),
        ({"base_price": "NaN"}, "not from 0 to"),
        ({"duration_minutes": "0"}, "duration_minutes"),
        ({"duration_minutes": "an hour"}, "not a whole number"),
    ],
)
def test_a_service_that_cannot_be_is_refused(cells: dict[str, str], part: str) -> None:
    with pytest.raises(InvalidInput, match=part):
        service(None, **({"name": "Heating"} | cells if cells else cells))
