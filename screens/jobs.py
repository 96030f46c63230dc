"""A provider's job as a card, and as a sheet beside it. Data in, rows and sections out.

The Provider screen imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from domain.lifecycle import Action, Status
from screens.looks import ago, event_content, flat, short_time, until
from screens.status import status_cell
from screens.widgets.columns import Column
from screens.widgets.facts import Fact, Section
from screens.widgets.table import Row
from screens.widgets.text import plain, toned

if TYPE_CHECKING:
    from domain.records import Booking
    from domain.views import BookingRow, EventRow

NEXT_STEP: Final[dict[str, Action]] = {
    Status.ASSIGNED: Action.ACCEPT,
    Status.ACCEPTED: Action.DEPART,
    Status.EN_ROUTE: Action.START,
    Status.IN_PROGRESS: Action.COMPLETE,
}
"""What a provider does next."""

CARD_HEIGHT: Final = 5
CARD_COLUMNS: Final = (
    Column("number", width=6, align="right"),
    Column("status", width=13),
    Column("service", min_width=12),
    Column("when", width=15, priority=2),
    Column("clock", width=20, align="right"),
)


def window_words(booking: Booking, now: datetime, zone: tzinfo) -> str:
    """On demand, or the agreed window."""
    if booking.window_start is None or booking.window_end is None:
        return "on demand"
    return f"{short_time(booking.window_start, now, zone)}–{booking.window_end.astimezone(zone):%H:%M}"


def card(row: BookingRow, now: datetime, zone: tzinfo) -> Row:
    """A job in four lines and a space."""
    booking = row.booking
    step = NEXT_STEP[booking.status]
    cells = (
        str(booking.id),
        status_cell(booking.status),
        f"{flat(row.service)}  P{booking.priority}",
        window_words(booking, now, zone),
        _clock(booking, now, zone),
    )
    contact = "  ".join(part for part in (row.customer, row.phone) if part)
    more = (
        (plain(flat(contact)), toned("space ", "muted") + toned(str(step), "accent").stylize("bold")),
        plain(flat(booking.address)),
        toned(flat(booking.notes), "muted"),
    )
    return Row(booking.id, cells, more, version=booking.version)


def _clock(booking: Booking, now: datetime, zone: tzinfo) -> Content:
    """What is running out."""
    if booking.held:
        return toned("on hold", "warn")
    if booking.status is Status.ASSIGNED and booking.offer_until is not None:
        return toned(f"answer within {until(booking.offer_until, now)}", "warn")
    if booking.status is Status.IN_PROGRESS:
        return toned(f"at work for {ago(now - booking.status_since)}", "muted")
    if now > booking.promised_at:
        return toned(f"late by {ago(now - booking.promised_at)}", "bad")
    return toned(f"be there by {short_time(booking.promised_at, now, zone)}", "muted")


def job_sections(row: BookingRow, events: Sequence[EventRow], now: datetime, zone: tzinfo) -> list[Section]:
    """Everything that a provider needs to know of a job, and what happened to it."""
    booking = row.booking
    facts = [
        Fact("status", status_cell(booking.status) + toned(f"  for {ago(now - booking.status_since)}", "muted")),
        Fact("", _clock(booking, now, zone)),
        Fact("customer", row.customer),
        Fact("phone", row.phone or "–"),
        Fact("address", booking.address),
        Fact("when", f"{window_words(booking, now, zone)}, {booking.duration_minutes} min"),
    ]
    facts += [Fact("notes" if at == 0 else "", note) for at, note in enumerate(booking.notes.splitlines())]
    if booking.travel_s is not None:
        facts.append(Fact("travel", f"{round(booking.travel_s / 60)} min when it was given to you"))
    log = [Fact("", event_content(entry, zone, with_subject=False)) for entry in reversed(events)]
    return [
        Section(f"{booking.id}  {flat(row.service)}  P{booking.priority}", facts),
        Section("What happened", log, "newest first"),
    ]
