"""The settings of a dispatch room: ladder, offers, promises, travel. They live in the database, so all consoles agree.

Anything may import this module; it imports only pydantic and the clock's types.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, le=7 * 86400)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone that is known here; they are called like America/New_York") from None
    return name


class WhenExhausted(StrEnum):
    """What happens to a booking that the whole ladder found nobody for."""

    WAIT = "wait"
    FAIL = "fail"


class Policy(BaseModel):
    """Every setting, with its unit in its name.

    Attributes:
        waits_s: Seconds before each attempt, counted from the attempt before; their number is N.
        offer_timeout_s: How long a provider has to answer an offer.
        when_exhausted: `wait` parks the booking in the attention queue; `fail` marks it FAILED at once.
        give_up_after_s: How long after recording (or a retry) the system stops waiting for an on-demand booking.
        response_minutes: The promise of an on-demand booking, by priority 1 to 4: minutes from recording to start.
        at_risk_minutes: Less slack than this counts as at risk.
        travel_factor: Road distance over great-circle distance.
        travel_kmh: Average speed in city traffic.
        travel_extra_minutes: Parking and finding the door.
        phone_region: The country that a phone number without a prefix is read in (ISO 3166).
        zone: The zone whose days the daily figures are counted by (IANA, such as America/New_York).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    waits_s: Annotated[tuple[Seconds, ...], Field(min_length=1, max_length=20)] = (0, 2, 4, 8)
    offer_timeout_s: Annotated[float, Field(gt=0, le=7 * 86400)] = 300
    when_exhausted: WhenExhausted = WhenExhausted.WAIT
    give_up_after_s: Annotated[float, Field(gt=0, le=30 * 86400)] = 7200
    response_minutes: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(min_length=4, max_length=4)] = (
        60,
        120,
        240,
        480,
    )
    at_risk_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    travel_factor: Annotated[float, Field(ge=1, le=5)] = 1.35
    travel_kmh: Annotated[float, Field(gt=0, le=200)] = 22
    travel_extra_minutes: Annotated[float, Field(ge=0, le=240)] = 3
    phone_region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"

    @property
    def attempts(self) -> int:
        """N, how many attempts a ladder has."""
        return len(self.waits_s)

    @property
    def offer_timeout(self) -> timedelta:
        """How long a provider has to answer."""
        return timedelta(seconds=self.offer_timeout_s)

    @property
    def give_up_after(self) -> timedelta:
        """How long a booking may wait for anybody."""
        return timedelta(seconds=self.give_up_after_s)

    @property
    def at_risk(self) -> timedelta:
        """The slack below which a booking is at risk."""
        return timedelta(minutes=self.at_risk_minutes)

    def response(self, priority: int) -> timedelta:
        """From recording to the promised start of an on-demand booking."""
        return timedelta(minutes=self.response_minutes[priority - 1])
