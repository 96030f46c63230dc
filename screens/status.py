"""How a status looks: glyph, word and tone, in one table for every screen, so that colour never speaks alone.

Screens may import this module; it imports the lifecycle and the text widgets' tones.
"""

from __future__ import annotations

from typing import Final

from textual.content import Content

from domain.lifecycle import Status
from screens.widgets.text import Tone, toned

STATUS_LOOKS: Final[dict[str, tuple[str, Tone]]] = {
    Status.PENDING: ("◇", "warn"),
    Status.ASSIGNED: ("▷", "accent"),
    Status.ACCEPTED: ("▶", "accent"),
    Status.EN_ROUTE: ("»", "accent"),
    Status.IN_PROGRESS: ("●", "good"),
    Status.COMPLETED: ("✓", "good"),
    Status.REJECTED: ("✕", "bad"),
    Status.NO_SHOW: ("○", "bad"),
    Status.FAILED: ("■", "bad"),
    Status.CANCELLED: ("–", "muted"),
}

SHOWN_LOOKS: Final[dict[str, tuple[str, Tone]]] = {
    "available": ("●", "good"),
    "busy": ("▶", "accent"),
    "break": ("◌", "warn"),
    "off": ("○", "muted"),
    "inactive": ("–", "muted"),
}
"""By `ProviderRow.shown`."""


def status_cell(status: str, *, held: bool = False) -> Content:
    """A booking's status as every screen shows it: `◇ PENDING`, and `◇ PENDING held` while it is put aside."""
    glyph, tone = STATUS_LOOKS.get(status, ("·", "muted"))
    cell = toned(f"{glyph} {status}", tone)
    return cell + toned(" held", "warn") if held else cell


def shown_cell(shown: str) -> Content:
    """A provider's status as every screen shows it: `● available`."""
    glyph, tone = SHOWN_LOOKS.get(shown, ("·", "muted"))
    return toned(f"{glyph} {shown}", tone)
