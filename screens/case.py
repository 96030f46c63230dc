"""One booking as an admin judges it: its sheet, who else could have it, every event, and what could be taken back.

The Admin screen imports this module; `read_case` belongs into a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.lifecycle import Action

if TYPE_CHECKING:
    from domain.views import BookingRow, BookingSheet, EventRow, Views

EVENTS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of it at one moment.

    Attributes:
        sheet: Its facts.
        other: Whom it could be given to instead, if there is anybody.
        events: Its whole trail, oldest first.
    """

    sheet: BookingSheet
    other: str | None
    events: tuple[EventRow, ...]

    @property
    def row(self) -> BookingRow:
        """The booking."""
        return self.sheet.row

    @property
    def number(self) -> int:
        """Its number."""
        return self.sheet.row.booking.id

    @property
    def last(self) -> EventRow | None:
        """The event that undo would take back: the last but for attempts; never its creation."""
        done = [row for row in self.events if row.event.action is not Action.ATTEMPT]
        return done[-1] if done and done[-1].event.version > 1 else None


def read_case(views: Views, number: int) -> Case:
    """Read it all.

    Raises:
        NotFound: There is no such booking.
    """
    sheet = views.sheet(number)
    return Case(sheet, _another(views, sheet), _whole_trail(views, number))


def _another(views: Views, sheet: BookingSheet) -> str | None:
    """The best who is free, else somebody skilled who is not, but nobody who has it already."""
    matching = sheet.candidates or views.candidates(sheet.row.booking.id)
    free = [one.handle for one in matching.candidates]
    others = [skip.handle for skip in matching.skips if skip.why not in {"inactive", "unskilled"}]
    return next((handle for handle in (*free, *others) if handle != sheet.row.provider), None)


def _whole_trail(views: Views, number: int) -> tuple[EventRow, ...]:
    from domain.views import EventFilter

    events: tuple[EventRow, ...] = ()
    while True:
        after = events[-1].event.id if events else 0
        page = views.events(EventFilter(booking=number), after=after, limit=EVENTS_AT_ONCE)
        events += page
        if len(page) < EVENTS_AT_ONCE:
            return events
