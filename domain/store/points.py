"""The named points on the way of a commit, where tests kill, raise and block.

Only `domain.store` imports this module.
"""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Where a write is, in order; ROW and EVENT come once for each change, also where a share keeps them back."""

    TURN = "turn taken"
    BEGUN = "transaction begun"
    ROW = "row written"
    EVENT = "event written"
    FINISHED = "all written, not committed"
    COMMITTED = "committed, not yet told"


Reached = Callable[[Point], None]


def pass_by(_: Point) -> None:
    """What happens at every point outside of tests."""
