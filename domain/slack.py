"""How long until it is too late: promise, travel and slack. Pure.

slack = promised start − now − travel. Least slack comes first everywhere.
"""

from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from domain.lifecycle import Status
from domain.policy import Policy
from domain.records import Booking, Place, Provider

EARTH_RADIUS_KM = 6371.0088
"""Mean radius, IUGG."""


class Spot(NamedTuple):
    """A place, ready for reckoning: latitude in radians, its cosine, longitude in degrees."""

    latitude: float
    cosine: float
    longitude: float

    @classmethod
    def at(cls, latitude: float, longitude: float) -> "Spot":
        """A place's, both in degrees."""
        turned = radians(latitude)
        return Spot(turned, cos(turned), longitude)


def spot_of(one: Provider | Place | None) -> Spot | None:
    """The same for whoever or whatever has a place, where it is known."""
    if one is None or one.latitude is None or one.longitude is None:
        return None
    return Spot.at(one.latitude, one.longitude)


def distance_km(one: Spot, other: Spot) -> float:
    """Great-circle distance in kilometres (haversine formula)."""
    latitude, cosine, longitude = one
    other_latitude, other_cosine, other_longitude = other
    half_lon = radians(other_longitude - longitude) / 2
    chord = sin((other_latitude - latitude) / 2) ** 2 + cosine * other_cosine * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def travel_seconds(km: float, policy: Policy) -> int:
    """How long a great-circle distance takes by road: km × factor at city speed, and the extra for the door."""
    minutes = km * policy.travel_factor / policy.travel_kmh * 60 + policy.travel_extra_minutes
    return round(minutes * 60)


def travel_time(km: float, policy: Policy) -> timedelta:
    """The same as a length of time."""
    return timedelta(seconds=travel_seconds(km, policy))


def promise(recorded_at: datetime, priority: int, window_start: datetime | None, policy: Policy) -> datetime:
    """When work should start: the window's start; on demand, recorded + response time of the priority."""
    return window_start or recorded_at + policy.response(priority)


def act_by(booking: Booking) -> datetime:
    """The moment at which slack is nothing: the promise less the travel still to be done."""
    if booking.status is Status.EN_ROUTE or booking.travel_s is None:
        return booking.promised_at
    return booking.promised_at - timedelta(seconds=booking.travel_s)


def slack(booking: Booking, now: datetime) -> timedelta:
    """How much time is left; negative when it is late."""
    return act_by(booking) - now
