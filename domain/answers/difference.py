"""What changed between two moments, as lines for people and as data. Pure.

The line's answers import this module.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from domain.answers.reports import clock_time, event_line
from domain.codec import BOOKING
from domain.lifecycle import Duty, Status, Subject
from domain.proof.history import Change, Difference
from domain.records import Provider
from domain.views import BoardChanges, BookingChanges

MOST_BOOKINGS: Final = 180
"""How many bookings an answer about a board lists; with what stands above them it stays below 200 lines."""
_LONGEST_VALUE: Final = 60
_NOTHING: Final = "–"
_LABELS: Final[dict[str, str]] = {
    "provider_id": "provider",
    "service_id": "service",
    "customer_id": "customer",
    "window_start": "window from",
    "window_end": "window to",
    "duration_minutes": "minutes",
    "promised_at": "promised",
    "status_since": "status since",
    "assigned_at": "assigned",
    "travel_s": "travel",
    "excluded": "not again",
    "attempt": "attempts",
    "attempted_at": "last try",
    "attempt_at": "next try",
    "give_up_at": "gives up",
    "parked_at": "exhausted since",
    "held_reason": "held because",
    "was_cancelled": "was cancelled",
    "acked": "acknowledged",
}
_ON_THE_BOARD: Final = (
    "status",
    "provider_id",
    "forced",
    "priority",
    "window_start",
    "window_end",
    "held_since",
    "held_until",
    "parked_at",
    "attempt",
    "address",
    "notes",
    "absent",
    "acked",
)
"""What a dispatcher goes by; the other fields follow from these, and `diff` of one booking tells them."""


class Wording:
    """Puts stored values into words.

    Args:
        people: Providers by number.
        now: The present moment, which times are told from.
        zone: The zone of times of day.
    """

    def __init__(self, people: Mapping[int, Provider], now: datetime, zone: tzinfo) -> None:
        self._people = people
        self._now = now
        self._zone = zone

    def change(self, name: str, change: Change) -> str:
        """A field before and after: `provider – → mira`."""
        before, after = (self.value(name, value) for value in change)
        return f"{_LABELS.get(name, name.replace('_', ' '))} {before} → {after}"

    def value(self, name: str, stored: Any) -> str:
        """One value of a booking's field."""
        value = BOOKING.fields({name: stored})[name]
        if value is None or value == "" or value == ():
            return _NOTHING
        if name == "provider_id":
            return self._handle(value)
        if name == "excluded":
            return ", ".join(map(self._handle, value))
        if name == "travel_s":
            return f"{round(timedelta(seconds=value) / timedelta(minutes=1))} min"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return clock_time(value, self._now, self._zone)
        text = " ".join(str(value).split())
        return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"

    def _handle(self, number: int) -> str:
        provider = self._people.get(number)
        return provider.handle if provider else f"#{number}"


def label(name: str) -> str:
    """What people call a field."""
    return _LABELS.get(name, name.replace("_", " "))


def board_head(changes: BoardChanges) -> str:
    """The board's changes in a few words."""
    found = [difference for (subject, _), difference in changes.differences.items() if subject is Subject.BOOKING]
    created = sum(difference.created for difference in found)
    events = sum(len(difference.events) for difference in changes.differences.values())
    return f"{created} new and {len(found) - created} earlier bookings touched by {_counted(events, 'event')}"


def board_lines(changes: BoardChanges, now: datetime, zone: tzinfo) -> list[str]:
    """The board's changes, one booking a line, at most `MOST_BOOKINGS` of them."""
    return [
        *_counts(changes.before, changes.after),
        *_duty(changes),
        *_others(changes),
        *_bookings(changes, now, zone),
    ]


def _counts(before: Mapping[Status, int], after: Mapping[Status, int]) -> Iterator[str]:
    for status in Status:
        was, is_now = before.get(status, 0), after.get(status, 0)
        if was or is_now:
            change = f"  {is_now - was:+}" if was != is_now else ""
            yield f"{status:<11}  {was:>6} → {is_now:<6}{change}".rstrip()


def _duty(changes: BoardChanges) -> Iterator[str]:
    was, is_now = (_on(people.values()) for people in (changes.people_before, changes.people_after))
    yield f"{'on duty':<11}  {was:>6} → {is_now:<6}{f'  {is_now - was:+}' if was != is_now else ''}".rstrip()
    moves = ", ".join(f"{handle} {one} → {other}" for handle, (one, other) in duties(changes).items())
    if moves:
        yield f"  {moves}"


def duties(changes: BoardChanges) -> dict[str, tuple[str, str]]:
    """Whose duty is another, by handle; somebody new was `new`."""
    found = {}
    for number, provider in changes.people_after.items():
        before = changes.people_before.get(number)
        if before is None or before.duty is not provider.duty:
            found[provider.handle] = ("new" if before is None else before.duty.lower(), provider.duty.lower())
    return dict(sorted(found.items()))


def _on(people: Iterable[Provider]) -> int:
    return sum(provider.duty is Duty.ON for provider in people)


def _others(changes: BoardChanges) -> Iterator[str]:
    """How many services and customers are new or other, and whether the settings are."""
    parts = []
    for subject in (Subject.SERVICE, Subject.CUSTOMER):
        found = [difference for (kind, _), difference in changes.differences.items() if kind is subject]
        created = sum(difference.created for difference in found)
        edited = sum(bool(difference.fields) and not difference.created for difference in found)
        parts += [
            f"{_counted(count, subject)} {how}" for count, how in ((created, "new"), (edited, "changed")) if count
        ]
    if any(kind is Subject.SETTING and difference.fields for (kind, _), difference in changes.differences.items()):
        parts.append("settings changed")
    if parts:
        yield f"{'also':<11}  {', '.join(parts)}"


def _bookings(changes: BoardChanges, now: datetime, zone: tzinfo) -> Iterator[str]:
    wording = Wording({**changes.people_before, **changes.people_after}, now, zone)
    found = sorted(
        ((key[1], one) for key, one in changes.differences.items() if key[0] is Subject.BOOKING),
        key=lambda one: one[0],
    )
    shown = [(number, one) for number, one in found if one.created or not one.fields.keys().isdisjoint(_ON_THE_BOARD)]
    for number, difference in shown[:MOST_BOOKINGS]:
        yield f"{number:>6}  {' · '.join(_told(difference, wording))}"
    if left := shown[MOST_BOOKINGS:]:
        yield f"{_counted(len(left), 'more booking')}; take a shorter time, or one of them, as in diff {left[0][0]} -1h"
    elif as_before := len(found) - len(shown):
        yield f"{_counted(as_before, 'more booking')} touched, and as before"


def _told(difference: Difference, wording: Wording) -> list[str]:
    fields = difference.fields
    if difference.created:
        provider = fields.get("provider_id")
        with_whom = [f"with {wording.value('provider_id', provider.after)}"] if provider else []
        return [
            f"new, {fields['status'].after}",
            *with_whom,
            f"P{fields['priority'].after}",
            wording.value("address", fields["address"].after),
        ]
    told = []
    for name in _ON_THE_BOARD:
        if name == "status" and name in fields:
            told.append(f"{fields[name].before} → {fields[name].after}")
        elif name in fields:
            told.append(wording.change(name, fields[name]))
    return told


def booking_lines(changes: BookingChanges, now: datetime, zone: tzinfo) -> Iterator[str]:
    """Each field of a booking before and after, with the events that set it; then those events."""
    wording = Wording(changes.people, now, zone)
    fields = changes.difference.fields if changes.difference else {}
    shown = [(label(name), *(wording.value(name, value) for value in fields[name]), name) for name in _ordered(fields)]
    widths = [max((len(row[column]) for row in shown), default=0) for column in range(2)]
    for title, before, after, name in shown:
        by = ", ".join(str(row.event.id) for row in changes.events if name in row.event.changes)
        yield f"{title:<{widths[0]}}  {before:>{widths[1]}} → {after}  ({by})"
    yield from (event_line(row, now, zone) for row in changes.events)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _ordered(fields: Mapping[str, Change]) -> Sequence[str]:
    """Names as they stand in the record."""
    return [name for name in BOOKING.names if name in fields]


def as_data(number: int, difference: Difference) -> dict[str, Any]:
    """What became of one booking, in stored values, as the log's `changes` has them."""
    return {
        "booking": number,
        "created": difference.created,
        "events": difference.events,
        "changes": {name: list(difference.fields[name]) for name in _ordered(difference.fields)},
    }


def board_data(changes: BoardChanges) -> dict[str, Any]:
    """The board's changes for programs."""
    return {
        "before": {str(status): count for status, count in changes.before.items()},
        "after": {str(status): count for status, count in changes.after.items()},
        "duty": {handle: list(moved) for handle, moved in duties(changes).items()},
        "bookings": [
            as_data(number, difference)
            for (subject, number), difference in sorted(changes.differences.items(), key=lambda one: one[0][1])
            if subject is Subject.BOOKING
        ],
    }
