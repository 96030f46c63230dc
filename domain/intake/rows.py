"""One row of a requests, providers or services file, read as one command or refused in one sentence.

Pure; `domain/intake/files.py` may import this module.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.commands import (
    MAX_NAME,
    Command,
    CreateBooking,
    CreateProvider,
    CreateService,
    EditProvider,
    EditService,
)
from domain.contact import email_address, phone_number
from domain.errors import InvalidInput
from domain.intake.csvfile import Row
from domain.records import Provider, Service, Urgency

REQUEST_COLUMNS = (
    "key",
    "created_at",
    "closed_at",
    "category",
    "detail",
    "address",
    "zip",
    "borough",
    "latitude",
    "longitude",
)
PROVIDER_COLUMNS = ("handle", "name", "phone", "email", "skills", "rating", "latitude", "longitude")
SERVICE_COLUMNS = ("name", "description", "priority", "base_price", "duration_minutes")

_MAX_PRICE = Decimal(1_000_000)


def request_command(row: Row, source: str) -> CreateBooking:
    """The booking that a service request asks for, still without its customer.

    Raises:
        InvalidInput: The row has no key, category or address, or something in it cannot be.
    """
    if row.problem:
        raise InvalidInput(row.problem)
    cells = row.cells
    for column in ("key", "created_at", "category", "address"):
        if not cells[column]:
            raise InvalidInput(f"it has no {column}", field=column)
    latitude, longitude = _place(cells)
    closed = _time(cells, "closed_at") if cells["closed_at"] else None
    category = _one_line(cells["category"])
    street, borough, zip_code = _one_line(cells["address"]), _one_line(cells["borough"]), _one_line(cells["zip"])
    detail = cells["detail"].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = {
        "category": category,
        "detail": detail,
        "zip": zip_code,
        "borough": borough,
        "closed_at": closed.isoformat() if closed else "",
    }
    return CreateBooking.of(
        service=category,
        address=", ".join(part for part in (street, borough, zip_code) if part),
        borough=borough or None,
        latitude=latitude,
        longitude=longitude,
        notes=detail or None,
        requested_at=_time(cells, "created_at").astimezone(UTC),
        source=source,
        external_key=cells["key"],
        details={name: text for name, text in kept.items() if text},
    )


def resident_of(address: str) -> str:
    """What to call the customer at an address of whom nothing else is known."""
    return f"Resident of {address.partition(',')[0]}"[:MAX_NAME].rstrip()


def provider_command(
    row: Row, there: Provider | None, services: Mapping[str, tuple[str, int]], region: str
) -> Command | None:
    """The command that makes a provider as the row says, or None when that is so already; empty cells change nothing.

    Args:
        row: The row.
        there: The provider of that handle, if there is one.
        services: Spelling and number of each service, by its name in casefold.
        region: The country that phone numbers without a prefix are read in.

    Raises:
        InvalidInput: Something in the row cannot be.
    """
    cells = row.cells
    if not cells["handle"]:
        raise InvalidInput("it has no handle", field="handle")
    skills: dict[int, str] = {}
    for skill in filter(None, map(_one_line, cells["skills"].split(";"))):
        if skill.casefold() not in services:
            raise InvalidInput(f"there is no service {skill!r}; import the services first", field="skills", skill=skill)
        name, number = services[skill.casefold()]
        skills[number] = name
    latitude, longitude = _place(cells)
    values: dict[str, Any] = {
        "name": _one_line(cells["name"]) or None,
        "phone": phone_number(cells["phone"], region) if cells["phone"] else None,
        "email": email_address(cells["email"]) if cells["email"] else None,
        "rating": _number(cells, "rating"),
        "latitude": latitude,
        "longitude": longitude,
    }
    given = {field: value for field, value in values.items() if value is not None}
    handle = cells["handle"].lower()
    if there is None:
        if not values["name"]:
            raise InvalidInput("it has no name", field="name")
        return CreateProvider.of(provider=handle, skills=tuple(skills.values()), **given)
    changes = {field: value for field, value in given.items() if value != getattr(there, field)}
    if "email" in changes and changes["email"].casefold() == (there.email or "").casefold():
        del changes["email"]
    if "latitude" in changes or "longitude" in changes:
        changes |= {"latitude": latitude, "longitude": longitude}
    if skills and set(skills) != set(there.skills):
        changes["skills"] = tuple(skills.values())
    return EditProvider.of(provider=handle, **changes) if changes else None


def service_command(row: Row, there: Service | None) -> Command | None:
    """The command that makes a service as the row says, or None when that is so already; empty cells change nothing.

    Raises:
        InvalidInput: Something in the row cannot be.
    """
    cells = row.cells
    name = _one_line(cells["name"])
    if not name:
        raise InvalidInput("it has no name", field="name")
    values: dict[str, Any] = {
        "description": _one_line(cells["description"]) or None,
        "priority": _urgency(cells["priority"]),
        "base_price_cents": _cents(cells["base_price"]),
        "duration_minutes": _minutes(cells["duration_minutes"]),
    }
    given = {field: value for field, value in values.items() if value is not None}
    if there is None:
        return CreateService.of(service=name, **given)
    changes = {field: value for field, value in given.items() if value != getattr(there, field)}
    return EditService.of(service=there.name, **changes) if changes else None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _time(cells: Mapping[str, str], column: str) -> datetime:
    text = cells[column]
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"{column}: {text!r:.60} is not a time such as 2026-08-01T00:02:51-04:00", field=column
        ) from None
    if moment.utcoffset() is None:
        raise InvalidInput(f"{column}: {text!r} does not say its offset from UTC, such as -04:00 or Z", field=column)
    return moment


def _place(cells: Mapping[str, str]) -> tuple[float | None, float | None]:
    latitude, longitude = _number(cells, "latitude"), _number(cells, "longitude")
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        raise InvalidInput(f"it has half a place: no {missing}", field=missing)
    for column, degrees, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if degrees is not None and not -most <= degrees <= most:
            raise InvalidInput(f"{column}: {cells[column]:.60} is not from -{most} to {most}", field=column)
    return latitude, longitude


def _number(cells: Mapping[str, str], column: str) -> float | None:
    text = cells[column]
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(f"{column}: {text!r:.60} is not a number", field=column) from None


def _urgency(text: str) -> Urgency | None:
    if not text:
        return None
    try:
        return Urgency(text.upper())
    except ValueError:
        raise InvalidInput(f"priority: {text!r:.60} is none of LOW, MEDIUM and HIGH", field="priority") from None


def _cents(text: str) -> int | None:
    if not text:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise InvalidInput(f"base_price: {text!r:.60} is not an amount such as 120.50", field="base_price") from None
    if not price.is_finite() or not 0 <= price <= _MAX_PRICE:
        raise InvalidInput(f"base_price: {text:.60} is not from 0 to {_MAX_PRICE:,}", field="base_price")
    cents = price * 100
    if cents != int(cents):
        raise InvalidInput(f"base_price: {text:.60} has more than two decimal places", field="base_price")
    return int(cents)


def _minutes(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise InvalidInput(
            f"duration_minutes: {text!r:.60} is not a whole number of minutes", field="duration_minutes"
        ) from None
