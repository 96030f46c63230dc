"""What an admin may do to any booking: each override with its key and the line that it types.

The registry and the Admin screen import this module; whether one is possible now is the lifecycle table's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.lifecycle import HAS_PROVIDER, Action, Status

if TYPE_CHECKING:
    from domain.views import BookingRow


@dataclass(frozen=True, slots=True)
class Override:
    """One of them.

    Attributes:
        id: Its name in the registry, behind `override.`.
        key: The key.
        label: What people call it.
        action: Its row in the lifecycle table.
        types: The line that it types; empty where it calls the screen instead.
        tooltip: A sentence for `?`.
        calls: It calls `do_<calls>()` of the screen.
        to: The status that it leads to, for one of the rows of `override!`.
    """

    id: str
    key: str
    label: str
    action: Action
    types: str
    tooltip: str
    calls: str = ""
    to: Status | None = None


OVERRIDES: Final = (
    Override(
        "assign", "a", "force-assign", Action.FORCE_ASSIGN, "assign! {booking} {best} -- ",
        "give it to a provider whatever the rules say",
    ),
    Override("cancel", "x", "force-cancel", Action.FORCE_CANCEL, "cancel! {booking} -- ", "cancel it for the customer"),
    Override("fail", "f", "mark failed", Action.MARK_FAILED, "fail {booking} -- ", "it cannot be done"),
    Override(
        "absent", "n", "no-show, provider", Action.NO_SHOW, "no-show {booking} provider", "the provider did not come",
    ),
    Override(
        "out", "c", "no-show, customer", Action.NO_SHOW, "no-show {booking} customer", "the customer was not there",
    ),
    Override("release", "l", "release", Action.RELEASE, "release {booking} -- ", "take it from its provider"),
    Override("hold", "h", "hold", Action.HOLD, "hold {booking} -- ", "put it aside; its timers stand still"),
    Override("resume", "r", "resume", Action.RESUME, "resume {booking}", "take it up again"),
    Override("retry", "t", "retry", Action.RETRY, "retry {booking}", "look for somebody again"),
    Override("undo", "u", "undo", Action.UNDO, "", "take back the last that happened to it", "undo_last"),
    Override(
        "status", "v", "override to …", Action.OVERRIDE, "",
        "put it into any status: go to one in the list, Enter types the line", "go_to_statuses",
    ),
)  # fmt: skip


def to_statuses(row: BookingRow, best: str | None) -> list[Override]:
    """A row for each status that `override!` can put a booking into; the present one among them, so that none moves."""
    made = []
    for status in Status:
        who = f" {best}" if status in HAS_PROVIDER and row.provider is None and best else ""
        line = f"override! {{booking}} {status.lower().replace('_', '-')}{who} -- "
        made.append(Override(f"status:{status}", "", f"  … {status}", Action.OVERRIDE, line, "", to=status))
    return made
