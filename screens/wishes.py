"""A booking as its customer understands it: where it is in words and steps, what happened, what it came to.

The Customer screen imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from domain.lifecycle import Action, Status
from screens.jobs import window_words
from screens.looks import flat, short_time
from screens.status import STATUS_LOOKS, status_cell
from screens.widgets.columns import Column
from screens.widgets.facts import Fact, Section
from screens.widgets.stepper import StepState, way
from screens.widgets.table import Row
from screens.widgets.text import plain, toned

if TYPE_CHECKING:
    from domain.records import Event
    from domain.views import BookingRow, EventRow

NameOf = Callable[[str], str]
"""From a provider's handle to their name."""

STEPS: Final = ("booked", "asked", "agreed", "on the way", "at work", "done")
_REACHED: Final = {
    Status.PENDING: 0,
    Status.ASSIGNED: 1,
    Status.ACCEPTED: 2,
    Status.EN_ROUTE: 3,
    Status.IN_PROGRESS: 4,
    Status.COMPLETED: 5,
}
_BROKEN: Final = {
    Status.REJECTED: "asking others",
    Status.FAILED: "could not be done",
    Status.CANCELLED: "cancelled",
}
OPEN_HEIGHT: Final = 4
OPEN_COLUMNS: Final = (
    Column("number", width=6, align="right"),
    Column("service", min_width=12),
    Column("when", width=19),
    Column("status", width=13, align="right"),
)
CLOSED_COLUMNS: Final = (
    Column("number", "", width=6, align="right"),
    Column("status", "came to", width=13),
    Column("day", "when", width=12),
    Column("service", "service", min_width=10, max_width=26),
    Column("provider", "who", width=16, priority=2),
    Column("address", "address", weight=3, min_width=14, priority=3),
)


def steps(row: BookingRow) -> list[tuple[str, StepState]]:
    """The way of a booking, as far as it has come."""
    booking = row.booking
    broken = _BROKEN.get(booking.status)
    if booking.status is Status.NO_SHOW:
        broken = "you were out" if booking.absent == "customer" else "nobody came"
    if broken is not None:
        rest: StepState = "skipped" if booking.status in {Status.FAILED, Status.CANCELLED} else "todo"
        return [(STEPS[0], "done"), (broken, "failed"), *((label, rest) for label in STEPS[2:])]
    here = _REACHED[booking.status]
    if booking.status is Status.COMPLETED:
        return [(label, "done") for label in STEPS]
    return [(label, "done" if at < here else "now" if at == here else "todo") for at, label in enumerate(STEPS)]


def in_words(row: BookingRow, name_of: NameOf, now: datetime, zone: tzinfo) -> Content:
    """Where it is, as one would say it on the phone."""
    booking = row.booking
    who = name_of(row.provider) if row.provider else "somebody"
    if booking.held:
        return toned("put aside for now; we will call you", "warn")
    when = f"by {short_time(booking.promised_at, now, zone)}" if booking.on_demand else "at the agreed time"
    said = {
        Status.PENDING: "we are looking for somebody",
        Status.ASSIGNED: f"we asked {who} and wait for the answer",
        Status.ACCEPTED: f"{who} will come, {when}",
        Status.EN_ROUTE: f"{who} is on the way",
        Status.IN_PROGRESS: f"{who} is at work",
        Status.COMPLETED: f"{who} has done it",
        Status.REJECTED: "they could not come; we are asking others",
        Status.NO_SHOW: "nobody was at home; please call us"
        if booking.absent == "customer"
        else "nobody came, we are sorry; we are asking others",
        Status.FAILED: "we could not do it",
        Status.CANCELLED: "it was cancelled",
    }[booking.status]
    return toned(said, STATUS_LOOKS[booking.status][1])


def open_row(row: BookingRow, name_of: NameOf, now: datetime, zone: tzinfo, width: int) -> Row:
    """A booking on its way: what and when, its steps, where it is in words."""
    booking = row.booking
    cells = (
        str(booking.id),
        flat(row.service),
        window_words(booking, now, zone),
        status_cell(booking.status),
    )
    more = (way(steps(row), width), (in_words(row, name_of, now, zone), plain(flat(booking.address))))
    return Row(booking.id, cells, more, version=booking.version)


def closed_row(row: BookingRow, name_of: NameOf, now: datetime, zone: tzinfo) -> Row:
    """A booking that is over."""
    booking = row.booking
    cells = (
        str(booking.id),
        status_cell(booking.status),
        short_time(booking.status_since, now, zone),
        flat(row.service),
        name_of(row.provider) if row.provider else "–",
        flat(booking.address),
    )
    return Row(booking.id, cells, version=booking.version)


def wish_sections(
    row: BookingRow, events: Sequence[EventRow], name_of: NameOf, now: datetime, zone: tzinfo
) -> list[Section]:
    """One booking in full: what was asked for, who comes, what happened so far."""
    booking = row.booking
    facts = [
        Fact("", in_words(row, name_of, now, zone)),
        Fact("where", booking.address),
        Fact("when", f"{window_words(booking, now, zone)}, takes {booking.duration_minutes} min"),
    ]
    if row.provider:
        facts.append(Fact("who", name_of(row.provider)))
    facts += [Fact("notes" if at == 0 else "", note) for at, note in enumerate(booking.notes.splitlines())]
    told = [
        Fact(short_time(entry.event.at, now, zone), words, "plain")
        for entry in reversed(events)
        for words in _heard(entry.event, name_of)
    ]
    return [
        Section(f"{booking.id}  {flat(row.service)}", facts, str(booking.status)),
        Section("What happened", told, "newest first"),
    ]


def _heard(event: Event, name_of: NameOf) -> Iterator[str]:
    """What a customer is told of an event: in their words, or nothing where it is our own affair."""
    chosen = event.details.get("chosen")
    who = name_of(str(chosen)) if chosen else "somebody"
    by_you = event.role == "customer"
    told = {
        Action.CREATE: "you booked it" if by_you else "it was booked",
        Action.ASSIGN: f"we asked {who}",
        Action.FORCE_ASSIGN: f"we gave it to {who}",
        Action.ACCEPT: "they will come",
        Action.REJECT: "they could not come; we ask others",
        Action.DEPART: "on the way",
        Action.START: "the work began",
        Action.COMPLETE: "it is done",
        Action.NO_SHOW: "nobody was at home" if event.details.get("absent") == "customer" else "they did not come",
        Action.CANCEL: "you cancelled it",
        Action.FORCE_CANCEL: "we cancelled it",
        Action.MARK_FAILED: "we could not do it",
        Action.RETRY: "we look for somebody again",
        Action.RELEASE: "we look for somebody else",
        Action.OVERRIDE: f"our office put it to {event.to_status}",
        Action.HOLD: "put aside for now",
        Action.RESUME: "taken up again",
        Action.RESCHEDULE: "you chose another time" if by_you else "another time was agreed",
        Action.NOTE: "a note was added",
        Action.UNDO: f"taken back; it is {event.to_status} again",
    }.get(event.action)
    if told is not None:
        yield told
