"""What a table's columns are and how wide they get: the least important ones fold away before anything overlaps.

Used by the table and its tests; imports no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: Its name, for `HeaderPressed` and for `more_under`.
        header: Its title.
        width: Fixed cells; None makes it flexible.
        weight: A flexible column's share of the space that is left.
        min_width: What a flexible column needs at least; with less, columns fold.
        max_width: What a flexible column wants at most.
        align: Left or right.
        priority: 1 stays longest; the highest number folds first, the right one of two equals first.
        min_terminal_width: On a narrower terminal the column is not there at all.
    """

    key: str
    header: str = ""
    width: int | None = None
    weight: int = 1
    min_width: int = 6
    max_width: int | None = None
    align: Literal["left", "right"] = "left"
    priority: int = 1
    min_terminal_width: int = 0

    @property
    def least(self) -> int:
        """The cells without which the column folds away."""
        return self.min_width if self.width is None else self.width


class Placed(NamedTuple):
    """A column that is shown: which one, where it starts, how wide it is."""

    at: int
    column: Column
    x: int
    width: int


def lay_out(columns: Sequence[Column], available: int, terminal_width: int, gap: int = 2) -> list[Placed]:
    """Place columns side by side.

    Args:
        columns: All columns, in order.
        available: The cells there are.
        terminal_width: The terminal's width, for `min_terminal_width`.
        gap: Cells between two columns.

    Returns:
        The columns that fit, in order; at least one when there is any space at all.
    """
    shown = [item for item in enumerate(columns) if item[1].min_terminal_width <= terminal_width]
    while len(shown) > 1 and sum(column.least for _, column in shown) + gap * (len(shown) - 1) > available:
        shown.remove(max(shown, key=lambda item: (item[1].priority, item[0])))
    widths = {index: min(column.least, max(0, available)) for index, column in shown}
    spare = available - sum(widths.values()) - gap * (len(shown) - 1)
    flexible = [(index, column) for index, column in shown if column.width is None]
    while spare > 0 and flexible:
        total = sum(column.weight for _, column in flexible)
        spent = 0
        for index, column in list(flexible):
            share = max(1, spare * column.weight // total)
            room = share if column.max_width is None else column.max_width - widths[index]
            grown = max(0, min(share, room, spare - spent))
            widths[index] += grown
            spent += grown
            if grown < share:
                flexible.remove((index, column))
        if not spent:
            break
        spare -= spent
    placed, x = [], 0
    for index, column in shown:
        placed.append(Placed(index, column, x, widths[index]))
        x += widths[index] + gap
    return [place for place in placed if place.width > 0]
