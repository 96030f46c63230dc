"""One entry of the attention queue, in two lines: how late, which booking, where; why it is here, and what would help.

Only the Desk imports this module.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from screens.looks import ago, flat, status_glyph, until
from screens.widgets.columns import Column
from screens.widgets.table import Row
from screens.widgets.text import Tone, plain, toned

if TYPE_CHECKING:
    from domain.policy import Policy
    from domain.views import AlertRow

SECONDS_BELOW_S: Final = 300
_COUNTED_BELOW_S: Final = 660
"""What comes by itself is counted down in seconds from ten minutes on (`looks.until`), and a minute before for sure."""

QUEUE_COLUMNS: Final = (
    Column("slack", width=6, align="right"),
    Column("number", width=5, align="right"),
    Column("glyph", width=1),
    Column("service", min_width=8, max_width=14, weight=2),
    Column("address", min_width=10, weight=4),
    Column("priority", width=2, priority=3, min_terminal_width=140),
    Column("age", width=6, align="right", priority=2),
)


def slack_text(left: timedelta) -> str:
    """Time left until it is too late: `+11:30`, `−04:10`, `+32m`, `−2h05`, `−3d`; seconds only when it is close."""
    seconds = int(abs(left).total_seconds())
    sign = "−" if left < timedelta(0) else "+"
    if seconds < SECONDS_BELOW_S:
        return f"{sign}{seconds // 60:02}:{seconds % 60:02}"
    if seconds < 3600:
        return f"{sign}{seconds // 60}m"
    if seconds < 48 * 3600:
        return f"{sign}{seconds // 3600}h{seconds % 3600 // 60:02}"
    return f"{sign}{seconds // 86400}d"


def same_until(entry: AlertRow, now: datetime) -> datetime:
    """Until when `queue_row` makes the same of the entry, at least; `now` where it counts seconds."""
    from domain.slack import slack

    alert, left_s = entry.alert, slack(entry.row.booking, now).total_seconds()
    age_s = (now - alert.since).total_seconds()
    due_s = (alert.due - now).total_seconds() if alert.due is not None else None
    if abs(left_s) < SECONDS_BELOW_S + 60 or age_s < 60 or (due_s is not None and due_s < _COUNTED_BELOW_S):
        return now
    whole_s = min(left_s % 60, -age_s % 60, due_s % 60 if due_s is not None else 60.0)
    return now + timedelta(seconds=whole_s)


def queue_row(entry: AlertRow, policy: Policy, now: datetime, zone: tzinfo) -> Row:
    """The entry as it is at `now`."""
    from domain.slack import slack

    row, booking, alert = entry.row, entry.row.booking, entry.alert
    left = slack(booking, now)
    tone: Tone = "bad" if left < timedelta(0) else "warn" if left < policy.at_risk else "plain"
    cells = (
        toned(slack_text(left), tone),
        str(booking.id),
        status_glyph(booking.status),
        flat(row.service),
        flat(booking.address),
        f"P{booking.priority}",
        toned(ago(now - alert.since), "muted"),
    )
    return Row(
        booking.id, cells, more=[(_why(entry, policy, now), toned(entry.line, "accent"))], version=booking.version
    )


def _why(entry: AlertRow, policy: Policy, now: datetime) -> Content:
    """Why it is here, and what happens next by itself."""
    booking, alert = entry.row.booking, entry.alert
    need = str(alert.need)
    if need == "exhausted":
        gives_up = f", gives up in {until(alert.due, now)}" if alert.due else ""
        return plain(f"exhausted {booking.attempt}/{policy.attempts}{gives_up}")
    if need == "searching":
        said = "rejected, " if booking.status == "REJECTED" else "no-show, " if booking.status == "NO_SHOW" else ""
        next_try = f"next try in {until(alert.due, now)}" if alert.due else "no timer"
        return plain(f"{said}attempt {booking.attempt}/{policy.attempts}, {next_try}")
    if need == "no answer":
        lapses = f", lapses in {until(alert.due, now)}" if alert.due else ""
        return plain(f"no answer from {entry.row.provider or '?'}{lapses}")
    if need == "held":
        return plain(f"on hold: {flat(booking.held_reason or '')}")
    if need == "customer absent":
        return plain("no-show of the customer: call them")
    holder = f", {entry.row.provider} has it" if entry.row.provider else ""
    return plain(f"{need}{holder}")
