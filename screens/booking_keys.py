"""What keys do with the selected booking, where one key does the one or the other thing.

The screens with a selected booking derive from it.
"""

from __future__ import annotations

from domain.lifecycle import Action, Subject, permits
from screens.frame import Frame


class BookingKeys(Frame):
    """A screen on which a booking is selected."""

    def do_hold_or_resume(self) -> None:
        """Put it aside, or take it up again; several are put aside."""
        situation = self.situation()
        row = situation.booking
        if situation.marked:
            self.type_line(f"hold {situation.words()['booking']} -- ")
        elif row is not None:
            number = row.booking.id
            self.type_line(f"resume {number}" if row.booking.held else f"hold {number} -- ")

    def do_again(self) -> None:
        """Look for somebody again, or take it from who has it; for several, look again."""
        situation = self.situation()
        row = situation.booking
        if situation.marked:
            self.type_line(f"retry {situation.words()['booking']}")
        elif row is not None:
            role, status, number = self.console.actor.role, row.booking.status, row.booking.id
            may_retry = permits(Subject.BOOKING, Action.RETRY, status, role)
            self.type_line(f"retry {number}" if may_retry else f"release {number} -- ")
