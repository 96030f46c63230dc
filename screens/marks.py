"""Rows that are marked, so that the keys act on all of them: the half of the Bookings screen that is about many.

Only `screens/bookings.py` imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from screens.acting import Situation
from screens.booking_keys import BookingKeys
from screens.widgets.filterbar import FilterBar
from screens.widgets.table import VirtualTable

if TYPE_CHECKING:
    from domain.answers.answer import Answer


class MarkedRows(BookingKeys):
    """A screen with a table of bookings, some of which may be marked."""

    def __init__(self) -> None:
        super().__init__()
        self._marked: dict[int, None] = {}  # in the order in which they were marked

    @property
    def table(self) -> VirtualTable:
        """The rows."""
        return self.query_one("#bookings", VirtualTable)

    @property
    def filter(self) -> FilterBar:
        """The filter."""
        return self.query_one("#filter", FilterBar)

    def situation(self) -> Situation:
        """What is marked, beside what is selected."""
        return replace(super().situation(), marked=tuple(self._marked))

    def do_mark(self) -> None:
        """Mark the row under the cursor, or take its mark off; the cursor goes on."""
        key = self.table.cursor_key
        if not isinstance(key, int):
            return
        if key in self._marked:
            del self._marked[key]
        else:
            self._marked[key] = None
        count = len(self._marked)
        self.table.set_marks(self._marked)
        self.result.show("info", f"{count} marked: keys act on all of them; Esc takes the marks off" if count else "")
        self.selection_changed()
        self.table.action_cursor(1)

    def do_act_on_found(self) -> None:
        """Begin a line about everything that the filter finds."""
        text = self.filter.text.strip()
        if text:
            self.type_line(f"[{text}] ")
        else:
            self.result.show("refused", "* all found: nothing is filtered; f first says which")

    def forget_marks(self) -> bool:
        """Take every mark off, and say whether there was one."""
        had = bool(self._marked)
        self._marked.clear()
        self.table.set_marks(())
        self.selection_changed()
        return had

    def on_answers(self, answers: Sequence[Answer]) -> bool:
        """What was marked is done."""
        if answers[-1].data.get("bulk"):
            self.forget_marks()
        return super().on_answers(answers)
