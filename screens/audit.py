"""A booking's audit trail and the room's settings as rows of tables.

The Admin screen imports this module.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from domain.wording import told
from screens.looks import event_look, reason_of
from screens.widgets.columns import Column
from screens.widgets.table import Row
from screens.widgets.text import plain, toned

if TYPE_CHECKING:
    from domain.policy import Policy
    from domain.views import EventRow

TRAIL_COLUMNS: Final = (
    Column("event", "event", width=6, align="right"),
    Column("at", "when", width=14, priority=3),
    Column("version", "v", width=3, align="right", priority=4),
    Column("way", "from → to", width=23),
    Column("what", "what", min_width=16, weight=3),
    Column("who", "who", width=14, priority=2),
)
SETTING_COLUMNS: Final = (
    Column("name", "setting", width=22),
    Column("value", "value", width=15),
    Column("about", "meaning", min_width=12, weight=3, priority=2),
)


def trail_row(row: EventRow, zone: tzinfo) -> Row:
    """One event: what, when, by whom, from what to what; below, why, the line, what it takes back."""
    event = row.event
    glyph, tone = event_look(row)
    way = f"{event.from_status} → {event.to_status}" if event.from_status != event.to_status else event.to_status
    cells = (
        str(event.id), f"{event.at.astimezone(zone):%m-%d %H:%M:%S}", str(event.version), way,
        toned(f"{glyph} ", tone) + plain(told(event).partition(": ")[0]), str(event.actor),
    )  # fmt: skip
    taken = event.details.get("taken_from")
    why = reason_of(row) or str(event.details.get("why", ""))
    parts = [plain(why)] if why else []
    parts += [toned(f"taken from {taken}", "warn")] if taken else []
    parts += [toned(f"undoes {event.undoes}", "warn")] if event.undoes is not None else []
    parts += [toned(f": {event.line}", "muted")] if event.line else []
    return Row(event.id, cells, (Content("  ").join(parts),))


def setting_rows(policy: Policy) -> list[Row]:
    """Every setting with its value as the line takes it, and what it means."""
    meanings = dict(re.findall(r"^\s+(\w+): (.+)$", type(policy).__doc__ or "", re.MULTILINE))
    return [
        Row(name, (name, toned(setting_value(policy, name), "accent"), toned(meanings.get(name, ""), "muted")))
        for name in type(policy).model_fields
    ]


def setting_value(policy: Policy, name: str) -> str:
    """A setting's value as `set` takes it."""
    value = getattr(policy, name)
    parts = value if isinstance(value, tuple) else (value,)
    return ",".join(f"{part:g}" if isinstance(part, float | int) else str(part) for part in parts)
