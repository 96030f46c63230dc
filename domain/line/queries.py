"""What a line can ask, as opposed to what it can change: small values that the screens and the shell answer.

Anything may import this module; it imports the lifecycle only.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.lifecycle import Status


@dataclass(frozen=True, slots=True)
class ShowBooking:
    """One booking, by number."""

    booking: int


@dataclass(frozen=True, slots=True)
class ShowProvider:
    """One provider, by handle."""

    handle: str


@dataclass(frozen=True, slots=True)
class ShowCustomer:
    """One customer, by number."""

    number: int


@dataclass(frozen=True, slots=True)
class ShowService:
    """One service, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Find:
    """Bookings that fit everything given; what is empty does not restrict.

    Attributes:
        words: Each occurs in what the booking shows, case aside.
        statuses: It has one of these.
        services: It is for one of these, by name.
        provider: It is with this one, by handle.
    """

    words: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset()
    services: tuple[str, ...] = ()
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class ShowEvents:
    """The log: of one booking or of everything, from a time on or all of it."""

    booking: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who could do a booking now, best first, and why not for the others."""

    booking: int


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said: all verbs, or one of them."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class What:
    """`?` as the last word: what can follow `prefix` (the text before it), and for what cannot, why not."""

    prefix: str = ""


@dataclass(frozen=True, slots=True)
class UndoLast:
    """`undo` without a number: the asker takes back the last thing they did, by the command Undo with its event."""

    reason: str | None = None


Query = (
    ShowBooking | ShowProvider | ShowCustomer | ShowService | Find | ShowEvents | Candidates | Help | What | UndoLast
)
