"""Why: an event, a booking's present state, or somebody's part in it, told from what the log recorded. Pure.

Nothing is worked out anew from what is true today: candidates, reasons and figures are those of that moment.
`domain/answers/inquiry.py` imports this module, and finds what it is given.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from textwrap import wrap
from typing import Any, Final

from domain.actors import Actor, Role
from domain.answers.choice import Choice, choice_data, choice_lines, standing
from domain.answers.difference import Wording, label
from domain.answers.reports import clock_time
from domain.clock import iso
from domain.codec import BOOKING
from domain.lifecycle import FINAL, Status, Subject
from domain.records import Absent, Booking, Event, Provider
from domain.views import BookingRow, EventRow
from domain.wording import told

_FOLLOWS: Final = frozenset({"status_since", "duty_since"})
"""Fields that say no more than when the event was."""
_LINE_WIDTH: Final = 64
_LABEL_WIDTH: Final = 9


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer: one line, its body, and the same for programs."""

    text: str
    lines: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


class Teller:
    """Puts what was recorded into words.

    Args:
        people: Providers by number.
        services: Names of services by number.
        now: The present moment, which times are told from.
        zone: The zone of times of day.
        sees_others: Whether the asker may see who else was weighed or is not asked again.
    """

    def __init__(
        self,
        people: Mapping[int, Provider],
        services: Mapping[int, str],
        now: datetime,
        zone: tzinfo,
        *,
        sees_others: bool,
    ) -> None:
        self._people = people
        self._services = services
        self._now = now
        self._zone = zone
        self._sees_others = sees_others
        self._wording = Wording(people, now, zone)

    def event(self, row: EventRow, details: Mapping[str, Any], undone_by: Event | None) -> Explanation:
        """Who did what and when, why, what it changed, and on what it was decided.

        Args:
            row: The event with the name of its subject.
            details: As much of what it was decided on as the asker may see.
            undone_by: The event that took it back, if one did.
        """
        event = row.event
        name = row.subject_name if event.subject is Subject.BOOKING else f"{event.subject} {row.subject_name}"
        return Explanation(
            f"{event.id}: {name} {told(event)}",
            tuple(self._told(event, details, undone_by)),
            {"why": self._data(event, details, undone_by)},
        )

    def booking(self, row: BookingRow, events: Sequence[EventRow], attempts: int) -> Explanation:
        """Why a booking stands where it does, and what it waits for.

        Args:
            row: The booking.
            events: Its events, oldest first.
            attempts: How many a ladder has.
        """
        booking, log = row.booking, [one.event for one in events]
        undone = {event.undoes: event for event in log if event.undoes is not None}
        came = next((event for event in reversed(log) if _brought(event)), None)
        choice = _deciding(row, log, undone) if self._sees_others else None
        waits = self._waits(booking, row.provider, attempts)
        lines = _labelled("now", waits)
        if came is not None:
            lines += _labelled("since", self._happened(came))
            lines += _labelled("reason", f'"{_flat(came.reason)}"') if came.reason else []
        if choice is not None:
            when = "" if choice.event is came else f"{self._clock(choice.event.at)} event {choice.event.id}: "
            first, *rest = choice_lines(choice, self._now, self._zone)
            lines += [*_labelled("choice", f"{when}{first}"), *rest]
        if came is not None:
            lines += [*self._changed(came), *_labelled("more", f"why event {came.id}")]
        data = {
            "status": str(booking.status),
            "waits_for": waits,
            "since": self._data(came, {}, undone.get(came.id)) if came is not None else None,
            "choice": {"event": choice.event.id} | choice_data(choice) if choice is not None else None,
        }
        said = waits.partition(";")[0]
        return Explanation(f"{booking.id} is {booking.status}: {said}", tuple(lines), {"why": data})

    def provider(self, row: BookingRow, events: Sequence[EventRow], handle: str) -> Explanation:
        """Why a provider got a booking, or did not, at the last choice that recorded anything about them.

        Args:
            row: The booking.
            events: Its events, oldest first.
            handle: Whom it is asked about.
        """
        number, log = row.booking.id, [one.event for one in events]
        choices = [one for event in reversed(log) if (one := Choice.of(event, event.details)) is not None]
        theirs = [self._happened(event) for event in log if event.actor == Actor(Role.PROVIDER, handle)]
        for at, choice in enumerate(choices):
            said = standing(choice, handle, self._now, self._zone)
            if said is None:
                continue
            lines = _labelled("then", self._happened(choice.event))
            if at > 0:
                lines += _labelled("later", f"{self._happened(choices[0].event)}; {handle} was not weighed")
            first, *rest = choice_lines(choice, self._now, self._zone)
            lines += [*_labelled("choice", first), *rest]
            lines += [line for one in theirs for line in _labelled("did", one)]
            data = {"provider": handle, "event": choice.event.id, "said": said, "choice": choice_data(choice)}
            return Explanation(f"{number}: {said}", tuple(lines), {"why": data})
        return Explanation(
            f"nothing is recorded about {handle} for {number}; how {handle} stands now: candidates {number}",
            tuple(line for one in theirs for line in _labelled("did", one)),
            {"why": {"provider": handle, "event": None, "said": None, "choice": None}},
        )

    def _told(self, event: Event, details: Mapping[str, Any], undone_by: Event | None) -> Iterator[str]:
        said = (
            ("by", f"{event.actor}, {event.at.astimezone(self._zone):%a %Y-%m-%d %H:%M:%S}"),
            ("reason", f'"{_flat(event.reason)}"' if event.reason else ""),
            ("line", event.line or ""),
            ("took back", f"event {event.undoes}" if event.undoes is not None else ""),
            ("undone", self._happened(undone_by) if undone_by is not None else ""),
            ("taken", f"from {details['taken_from']}" if "taken_from" in details else ""),
            ("although", str(details.get("warning", ""))),
        )
        for title, text in said:
            if text:
                yield from _labelled(title, text)
        choice = Choice.of(event, details)
        if choice is not None and self._sees_others:
            first, *rest = choice_lines(choice, self._now, self._zone)
            yield from _labelled("choice", first)
            yield from rest
        yield from self._changed(event)

    def _happened(self, event: Event) -> str:
        """One event in a few words: `12:43:20 event 8835: rejected by provider:raj`."""
        return f"{self._clock(event.at)} event {event.id}: {told(event)} by {event.actor}"

    def _changed(self, event: Event) -> Iterator[str]:
        """Each field before and after, as many on a line as fit."""
        shown = [self._change(event, name) for name in self._named(event)]
        for at, line in enumerate(_packed(shown)):
            yield from _labelled("changed" if at == 0 else "", line)

    def _named(self, event: Event) -> list[str]:
        """What it changed, the most telling first; whom the system does not ask again is for dispatchers."""
        names = [name for name in event.changes if name not in _FOLLOWS and (self._sees_others or name != "excluded")]
        return sorted(names, key=lambda name: name not in {"status", "duty", "provider_id"})

    def _change(self, event: Event, name: str) -> str:
        before, after = (self._value(event, name, stored) for stored in event.changes[name])
        return f"{label(name)} {after}" if event.version == 1 else f"{label(name)} {before} → {after}"

    def _value(self, event: Event, name: str, stored: Any) -> str:
        if name == "service_id" and stored in self._services:
            return self._services[stored]
        if event.subject is Subject.BOOKING and name in BOOKING.names:
            return self._wording.value(name, stored)
        if stored is None or stored == "":
            return "–"
        if name == "skills":
            return ", ".join(self._services.get(number, f"#{number}") for number in json.loads(stored)) or "–"
        if name == "break_until":
            return self._wording.value("held_until", stored)
        if name == "active":
            return "yes" if stored else "no"
        return _flat(str(stored))

    def _waits(self, booking: Booking, provider: str | None, attempts: int) -> str:
        """What happens next, and when."""
        if booking.held:
            end = f"until {self._due(booking.held_until)}" if booking.held_until else "until somebody resumes it"
            return f"on hold {end}: {_flat(booking.held_reason or '')}; its timers stand still"
        if booking.status in FINAL:
            return "nothing more happens to it"
        if booking.parked_at is not None:
            gives_up = f"; given up {self._due(booking.give_up_at)}" if booking.give_up_at else ""
            return f"all {booking.attempt} attempts found nobody; it wakes when somebody suitable is free{gives_up}"
        if booking.attempt_at is not None:
            return f"attempt {booking.attempt + 1} of {attempts} is due {self._due(booking.attempt_at)}"
        if booking.offer_until is not None:
            return f"waits for {provider} to answer; the offer lapses {self._due(booking.offer_until)}"
        if booking.status is Status.NO_SHOW and booking.absent is Absent.CUSTOMER:
            return "the customer was not there: nothing is tried until somebody retries it"
        if booking.is_active:
            return f"{provider} has it; promised {self._clock(booking.promised_at)}"
        return "nothing happens until somebody acts"

    def _due(self, moment: datetime) -> str:
        left = moment - self._now
        return f"{self._clock(moment)} ({'now' if left <= timedelta(0) else f'in {_rough(left)}'})"

    def _clock(self, moment: datetime) -> str:
        return clock_time(moment, self._now, self._zone)

    def _data(self, event: Event, details: Mapping[str, Any], undone_by: Event | None) -> dict[str, Any]:
        choice = Choice.of(event, details)
        return {
            "event": event.id,
            "at": iso(event.at),
            "by": str(event.actor),
            "action": str(event.action),
            "from": event.from_status,
            "to": event.to_status,
            "reason": event.reason,
            "line": event.line,
            "undoes": event.undoes,
            "undone_by": undone_by.id if undone_by is not None else None,
            "changes": {name: event.changes[name] for name in self._named(event)},
            "choice": choice_data(choice) if choice is not None else None,
        }


def _deciding(row: BookingRow, log: Sequence[Event], undone: Mapping[int, Event]) -> Choice | None:
    """The choice by which its provider has it, or the last that found nobody; none for one that is cancelled."""
    if row.booking.status is Status.CANCELLED:
        return None
    for event in reversed(log):
        choice = Choice.of(event, event.details) if event.id not in undone else None
        if choice is not None and row.provider in {None, choice.chosen}:
            return choice
    return None


def _brought(event: Event) -> bool:
    """Whether it brought the booking where it stands: to another status, or to another provider."""
    return event.from_status != event.to_status or "provider_id" in event.changes


def _packed(parts: Iterable[str]) -> Iterator[str]:
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and len(longer) > _LINE_WIDTH:
            yield line
            longer = part
        line = longer
    if line:
        yield line


def _labelled(title: str, text: str) -> list[str]:
    """A text behind its title; what does not fit goes on below, under the text."""
    lines = wrap(text, _LINE_WIDTH, break_long_words=False) or [""]
    return [f"{title if at == 0 else '':<{_LABEL_WIDTH}}  {line}" for at, line in enumerate(lines)]


def _rough(length: timedelta) -> str:
    """To the second below a minute, to the minute above: `4 s`, `12 min`, `1 h 59`."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02}" if hours else f"{minutes} min"


def _flat(text: str) -> str:
    return " ".join(text.split())
