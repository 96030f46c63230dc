"""How things read everywhere: times, countdowns, a line of the log. What a status looks like is in `screens.status`.

Screens may import this module. What needs the heavier parts of the domain is imported when it is called: by then the
engine, which brought the data, has imported them.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from domain.lifecycle import Action, Subject
from domain.wording import told
from screens.status import STATUS_LOOKS
from screens.widgets.logview import LogLine
from screens.widgets.text import Tone, fit, plain, toned

if TYPE_CHECKING:
    from domain.views import EventRow

ACTOR_WIDTH: Final = 16

_ACTION_LOOKS: Final[dict[Action, tuple[str, Tone]]] = {
    Action.ATTEMPT: ("·", "muted"),
    Action.HOLD: ("‖", "warn"),
    Action.RESUME: ("▹", "plain"),
    Action.UNDO: ("↶", "warn"),
    Action.NOTE: ("✎", "plain"),
    Action.ACK: ("·", "muted"),
    Action.ON: ("●", "good"),
    Action.OFF: ("○", "muted"),
    Action.BREAK: ("◌", "warn"),
}


def status_glyph(status: str) -> Content:
    """Its glyph alone, coloured."""
    glyph, tone = STATUS_LOOKS.get(status, ("?", "plain"))
    return toned(glyph, tone)


def event_look(row: EventRow) -> tuple[str, Tone]:
    """An event's glyph and tone: what was done, else where it led to."""
    event = row.event
    known = _ACTION_LOOKS.get(event.action)
    if known is not None:
        return known
    if event.from_status == event.to_status:
        return "·", "plain"
    return STATUS_LOOKS.get(event.to_status, ("·", "plain"))


def clock_of(moment: datetime, zone: tzinfo) -> str:
    """The time of day, to the second."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def short_time(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """The time of day to the minute, with the day when it is another one: `13:05`, `Tue 09:00`, `Aug 3 09:00`."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%a %H:%M}" if abs((local.date() - today).days) < 7 else f"{local:%b} {local.day} {local:%H:%M}"


def ago(length: timedelta) -> str:
    """A length of time in one or two units: `8 s`, `4 min`, `2 h 05`, `3 d`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02}"
    return f"{seconds // 86400} d"


def until(moment: datetime, now: datetime) -> str:
    """A countdown: `3 s`, `4:20`, `52 min`, `2 h 05`; seconds only when they matter, so that little is repainted."""
    seconds = -int((now - moment).total_seconds() // 1)
    if seconds <= 0:
        return "a moment"
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60}:{seconds % 60:02}" if seconds < 600 else ago(moment - now)


def flat(text: str) -> str:
    """On one line, whatever was typed."""
    return " ".join(text.split())


def reason_of(row: EventRow) -> str:
    """The reason in quotes, or a note's text; empty when there is none."""
    event = row.event
    said = event.reason
    if said is None and event.action is Action.NOTE and "notes" in event.changes:
        said = str(event.changes["notes"][1] or "").rpartition("\n")[2]
    return f'"{flat(said)}"' if said else ""


def event_content(row: EventRow, zone: tzinfo, *, with_subject: bool = True) -> Content:
    """One event as one line: time, number, booking, who, what happened and why."""
    event = row.event
    glyph, tone = event_look(row)
    what = told(event)
    parts = [toned(clock_of(event.at, zone), "muted")]
    if with_subject:
        is_booking = event.subject is Subject.BOOKING
        parts += [toned(f"{event.id:>6}", "muted"), plain(f"{row.subject_name if is_booking else '':>5}")]
        what = what if is_booking else f"{event.subject} {row.subject_name} {what}"
    parts.append(toned(fit(str(event.actor), ACTOR_WIDTH), "muted"))
    why = reason_of(row)
    parts.append(toned(f"{glyph} ", tone) + toned(what, tone if tone == "bad" else "plain"))
    return Content("  ").join(parts) + (plain(f"  {why}") if why else "")


def log_line(row: EventRow, zone: tzinfo) -> LogLine:
    """One event for a live log; its key is the event's number."""
    return LogLine(row.event.id, event_content(row, zone))
