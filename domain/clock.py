"""Time, passed in: nothing in the domain asks the system what time it is.

Anything may import this module. All times are aware, UTC and whole milliseconds, which is what the log stores.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, the form the store keeps."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC time of a stored number."""
    return _EPOCH + milliseconds * _MILLISECOND


def whole_ms(moment: datetime) -> datetime:
    """The same moment in UTC, cut to the millisecond."""
    return from_ms(to_ms(moment))


def iso(moment: datetime) -> str:
    """The written form in stored lines and exports: `2026-08-03T12:55:00.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock(Protocol):
    """What time it is."""

    @property
    def speed(self) -> float:
        """How many of its seconds pass in one real second."""

    def now(self) -> datetime:
        """The present moment: aware, UTC, whole milliseconds."""


class SystemClock:
    """The machine's own time."""

    speed = 1.0

    def now(self) -> datetime:
        """The machine's time in UTC."""
        return whole_ms(datetime.now(UTC))


@dataclass
class SteppedClock:
    """A clock that moves only when told to: tests and headless demos."""

    moment: datetime
    speed = 1.0

    def now(self) -> datetime:
        """The moment it was last set to."""
        return whole_ms(self.moment)

    def advance(self, seconds: float) -> None:
        """Move forward (or, in tests of clock jumps, back) by seconds."""
        self.moment += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Move to a moment."""
        self.moment = moment


@dataclass(frozen=True)
class ScaledClock:
    """A clock that runs `speed` times as fast as the machine's, from an anchor on: demos.

    Every process that opens the same demo database reads the same anchor, so they agree on the time.
    """

    anchor_real: datetime
    anchor_shown: datetime
    speed: float

    def now(self) -> datetime:
        """The scaled time."""
        elapsed = time.time() - self.anchor_real.timestamp()
        return whole_ms(self.anchor_shown + timedelta(seconds=elapsed * self.speed))
