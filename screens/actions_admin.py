"""The keys of Admin: find any booking, its trail, the settings, and every override.

Only the registry imports this module.
"""

from __future__ import annotations

from typing import Final

from domain.lifecycle import Action
from screens.acting import ADMIN, KeyAction, on_booking, something_to_undo, who_may
from screens.overrides import OVERRIDES, Override


def _override(override: Override) -> KeyAction:
    return KeyAction(
        id=f"override.{override.id}",
        key=override.key,
        label=override.label,
        tooltip=override.tooltip,
        types=override.types,
        calls=override.calls,
        screens=("admin",),
        roles=who_may(override.action) & ADMIN,
        why_not=something_to_undo if override.action is Action.UNDO else on_booking(override.action),
        in_bar=False,
    )


ADMIN_ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction(
        id="admin.find",
        key="slash",
        shown_key="/",
        label="find",
        tooltip="any booking: type its number, or words",
        calls="find",
        screens=("admin",),
        roles=ADMIN,
    ),
    KeyAction(
        id="admin.trail",
        key="e",
        label="trail",
        tooltip="every event of the booking: who, what, when, why; again: back",
        calls="trail",
        screens=("admin",),
        roles=ADMIN,
    ),
    KeyAction(
        id="admin.settings",
        key="s",
        label="settings",
        tooltip="the room's settings: Enter types the line that changes one; again: back",
        calls="settings",
        screens=("admin",),
        roles=ADMIN,
    ),
    *(_override(override) for override in OVERRIDES),
)
