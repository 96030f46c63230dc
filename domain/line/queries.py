"""What a line can ask, as opposed to what it can change: small values that the screens and the shell answer.

Anything may import this module; it imports what a filter comes to.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.criteria import EVERY_BOOKING, EVERY_EVENT, BookingFilter, EventFilter

if TYPE_CHECKING:
    from domain.commands import Command


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
    """Bookings that fit a filter."""

    which: BookingFilter = EVERY_BOOKING


@dataclass(frozen=True, slots=True)
class ShowEvents:
    """The log: of one booking or of everything, from a time on or all of it; of that, what fits a filter."""

    booking: int | None = None
    since: datetime | None = None
    which: EventFilter = EVERY_EVENT


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who could do a booking now, best first, and why not for the others."""

    booking: int


@dataclass(frozen=True, slots=True)
class WhyAsked:
    """Why it is so, as the log recorded it.

    Attributes:
        number: A booking, or an event when there is no booking of that number; without one the selected booking.
        provider: Why this one, or why not.
        event: An event, whatever bookings there are.
    """

    number: int | None = None
    provider: str | None = None
    event: int | None = None


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


@dataclass(frozen=True, slots=True)
class Next:
    """The worst of what needs a person, and the line that would most likely help."""


@dataclass(frozen=True, slots=True)
class AckWorst:
    """`ack` without a number: the worst of what needs a person is seen, by the command Ack with its booking."""


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two moments, of one booking or on the whole board; without `until`, up to now."""

    since: datetime
    until: datetime | None = None
    booking: int | None = None


@dataclass(frozen=True, slots=True)
class AsOf:
    """A question answered as it was at a moment that is past: `@14:05 show 214`."""

    at: datetime
    query: ShowBooking | ShowProvider | ShowCustomer | ShowService | Find | ShowEvents | Candidates | WhyAsked


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen: `~assign 214 mira`. Nothing is written."""

    said: "Command | Query"


@dataclass(frozen=True, slots=True)
class Many:
    """One command given to many: `prioritise [late plumbing] 1`, `undo 8841..8899`.

    Attributes:
        command: The command, as it would be on one of them.
        which: The bookings by a filter or by their numbers; for an undo the events by their numbers.
    """

    command: "Command"
    which: BookingFilter | tuple[int, ...] | range


Query = (
    ShowBooking
    | ShowProvider
    | ShowCustomer
    | ShowService
    | Find
    | ShowEvents
    | Candidates
    | WhyAsked
    | Help
    | What
    | UndoLast
    | Next
    | AckWorst
    | Diff
    | AsOf
    | DryRun
    | Many
)
