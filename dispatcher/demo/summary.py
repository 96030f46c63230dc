"""What became of it all: bookings by status, who waits for what, whether anybody was forgotten. Reads views only."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.attention import alert, suggested_line
from domain.clock import iso
from domain.engine import Engine
from domain.lifecycle import FINAL, HAS_PROVIDER, Action, Status, Subject
from domain.policy import Policy
from domain.records import Booking
from domain.slack import slack
from domain.views import BookingFilter, BookingRow, EventRow

_PAGE = 500
_MOST_SHOWN = 60
_OPEN = frozenset(Status) - FINAL


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open booking and whom or what it waits for."""

    number: int
    status: Status
    service: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A demo in figures.

    Attributes:
        began: When its first event was, and `ended` what the clock shows.
        statuses: Bookings by status.
        waiting: Every open booking with what it waits for, least slack first.
        rescued: Bookings that were rejected or not shown up for, and completed in the end.
        rejected: Bookings that a provider rejected or let lapse at least once.
        absences: Bookings that somebody did not show up for at least once.
        exhausted: Ladders that found nobody in their last attempt.
        refused: Simulated actions that came too late, by kind of refusal.
        forgotten: Bookings without an owner, a timer or a place in the attention queue: there must be none.
    """

    began: datetime
    ended: datetime
    events: int
    statuses: Mapping[Status, int]
    waiting: tuple[Waiting, ...] = ()
    rescued: tuple[int, ...] = ()
    rejected: int = 0
    absences: int = 0
    exhausted: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    forgotten: tuple[int, ...] = ()

    @property
    def bookings(self) -> int:
        """How many there are."""
        return sum(self.statuses.values())

    def as_dict(self) -> dict[str, Any]:
        """The form that `--json` prints."""
        return {**asdict(self), "bookings": self.bookings, "began": iso(self.began), "ended": iso(self.ended)}

    def lines(self) -> Iterator[str]:
        """The summary for people."""
        yield (
            f"{_length(self.ended - self.began)} in the city, {self.began:%H:%M} to {self.ended:%H:%M}: "
            f"{self.bookings} bookings, {self.events:,} events"
        )
        yield "  " + " · ".join(f"{status} {self.statuses.get(status, 0)}" for status in Status)
        rescued = f": {_numbers(self.rescued)}" if self.rescued else ""
        yield f"Rejected or unanswered {self.rejected}, not shown up for {self.absences}"
        yield f"Served all the same in the end {len(self.rescued)}{rescued}"
        refused = ", ".join(f"{count} {kind}" for kind, count in self.refused.items())
        yield f"Ladders exhausted {self.exhausted}; actions refused {refused or 'none'}"
        yield f"Open bookings {len(self.waiting)}" + (", least slack first:" if self.waiting else "")
        for one in self.waiting[:_MOST_SHOWN]:
            yield f"  {one.number:>5}  {one.status:<11}  {one.service:<12.12}  {one.who:<14.14}  {one.what}"
        if len(self.waiting) > _MOST_SHOWN:
            yield f"  and {len(self.waiting) - _MOST_SHOWN} more"
        if self.forgotten:
            yield f"FORGOTTEN, without owner, timer or place in the attention queue: {_numbers(self.forgotten)}"
        else:
            yield "Every open booking has an owner, a timer or a place in the attention queue"


def summarise(engine: Engine, refused: Mapping[str, int] | None = None) -> Summary:
    """Look at a demo's database.

    Raises:
        DispatchError: It cannot be read.
    """
    now, policy = engine.clock.now(), engine.views.policy()
    story = _read_story(engine)
    opened = sorted(_open_bookings(engine), key=lambda row: (slack(row.booking, now), row.booking.id))
    statuses = engine.views.count_by_status()
    completed = story.completed
    return Summary(
        began=story.began or now,
        ended=now,
        events=engine.views.last_event(),
        statuses={status: statuses.get(status, 0) for status in Status},
        waiting=tuple(_waiting(row, now, policy) for row in opened),
        rescued=tuple(sorted(completed & (story.rejected | story.absences))),
        rejected=len(story.rejected),
        absences=len(story.absences),
        exhausted=story.exhausted,
        refused=dict(refused or {}),
        forgotten=tuple(sorted(row.booking.id for row in opened if is_forgotten(row.booking, now, policy))),
    )


def is_forgotten(booking: Booking, now: datetime, policy: Policy) -> bool:
    """Whether an open booking has neither an owner, nor a timer to come, nor a place in the attention queue."""
    if booking.status in FINAL or alert(booking, now, policy) is not None or booking.acked:
        return False
    if booking.provider_id is not None and booking.status in HAS_PROVIDER - {Status.ASSIGNED}:
        return False
    timers = (
        (booking.held_until,)
        if booking.held
        else (booking.attempt_at, booking.offer_until, booking.give_up_at if booking.needs_provider else None)
    )
    return not any(timer is not None and timer >= now for timer in timers)


@dataclass(slots=True)
class _Story:
    began: datetime | None = None
    completed: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    absences: set[int] = field(default_factory=set)
    exhausted: int = 0


def _read_story(engine: Engine) -> _Story:
    story = _Story()
    for row in _log(engine):
        event = row.event
        story.began = story.began or event.at
        if event.subject is not Subject.BOOKING:
            continue
        if event.action is Action.REJECT:
            story.rejected.add(event.subject_id)
        elif event.action is Action.NO_SHOW:
            story.absences.add(event.subject_id)
        elif event.to_status == Status.COMPLETED:
            story.completed.add(event.subject_id)
        parked_before, parked_after = event.changes.get("parked_at", (None, None))
        if parked_after is not None and parked_before is None:
            story.exhausted += 1
    return story


def _log(engine: Engine) -> Iterator[EventRow]:
    tail = engine.tail(0)
    while rows := tail.more(_PAGE):
        yield from rows


def _open_bookings(engine: Engine) -> Iterator[BookingRow]:
    after: int | None = None
    while rows := engine.views.bookings(BookingFilter(statuses=_OPEN), after=after, limit=_PAGE):
        yield from rows
        after = rows[-1].booking.id


def _waiting(row: BookingRow, now: datetime, policy: Policy) -> Waiting:
    who, what = _whom_and_what(row, now, policy)
    return Waiting(row.booking.id, row.booking.status, row.service, who, what)


def _whom_and_what(row: BookingRow, now: datetime, policy: Policy) -> tuple[str, str]:
    booking, provider = row.booking, row.provider or "nobody"
    if booking.held:
        until = f"until {booking.held_until:%H:%M}" if booking.held_until else "until somebody resumes it"
        return "dispatcher", f"held {until}: {booking.held_reason}"
    match booking.status:
        case Status.ASSIGNED:
            return provider, f"an answer{_in(booking.offer_until, now, ', lapses')}"
        case Status.ACCEPTED:
            start = f" for {booking.window_start:%H:%M}" if booking.window_start else ""
            return provider, f"setting out{start}"
        case Status.EN_ROUTE:
            return provider, "arriving"
        case Status.IN_PROGRESS:
            return provider, "finishing"
    found = alert(booking, now, policy)
    if booking.parked_at is not None:
        return (
            "anybody free",
            f"exhausted {booking.attempt}/{policy.attempts}{_in(booking.give_up_at, now, ', gives up')}",
        )
    if booking.attempt_at is not None:
        return "loop", f"attempt {booking.attempt + 1}/{policy.attempts}{_in(booking.attempt_at, now, '')}"
    return "dispatcher", f"{found.need}: {suggested_line(booking, found, None, now)}" if found else "nothing"


def _in(moment: datetime | None, now: datetime, what: str) -> str:
    return "" if moment is None else f"{what} in {_length(max(moment - now, timedelta(0)))}"


def _length(duration: timedelta) -> str:
    total = round(duration.total_seconds())
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min"
    return f"{total // 3600} h {total % 3600 // 60:02} min"


def _numbers(numbers: tuple[int, ...], most: int = 12) -> str:
    shown = ", ".join(map(str, numbers[:most]))
    return shown if len(numbers) <= most else f"{shown} and {len(numbers) - most} more"
