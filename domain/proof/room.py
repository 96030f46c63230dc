"""The room as the log tells it so far: who is there, which jobs they have, what a booking asks for. Pure.

Only `retrace` and `verbatim` import this module.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.availability import Job
from domain.building import builder
from domain.clock import from_ms
from domain.codec import BOOKING, PROVIDER, to_json
from domain.lifecycle import ACTIVE, FINAL, Status, Subject
from domain.matching import RosterEntry
from domain.policy import Policy
from domain.records import Place, Provider
from domain.slack import Spot, spot_of

Fields = Mapping[str, Any]

_ACTIVE, _FINAL = frozenset(map(str, ACTIVE)), frozenset(map(str, FINAL))
"""As the log writes them, which is quicker to look for."""
_JOB = frozenset({"provider_id", "status", "window_start", "window_end", "assigned_at", "duration_minutes", "forced"})
"""The fields that decide when a booking takes its provider's time."""
_PART = frozenset({"skills", "active", "handle"})
"""The fields that decide for which services a provider comes into question."""
_WISH = frozenset({"service_id", "window_start", "window_end", "latitude", "longitude", "duration_minutes", "excluded"})
"""The fields of a booking that decide who could take it."""
_STATUSES = {str(status): status for status in Status}
_new_job = builder(Job)
_BOOKING, _PROVIDER, _SETTING = str(Subject.BOOKING), str(Subject.PROVIDER), str(Subject.SETTING)


class Wish(NamedTuple):
    """A booking as far as it decides who could take it."""

    id: int
    service_id: int
    excluded: tuple[int, ...]
    window_start: datetime | None
    window_end: datetime | None
    duration: timedelta
    place: Place | None
    spot: Spot | None


class Parts(NamedTuple):
    """Who has a skill or is inactive, by number, and who lacks it, as the log writes that; in the order of handles."""

    asked: tuple[int, ...]
    unskilled: str


class Room:
    """Follows the log as far as choices depend on it.

    Args:
        fields_of: A booking's fields, in stored values, as the events so far tell them.

    Attributes:
        policy: The settings.
        numbers: Each provider's number by handle.
        touched: Providers of whom something changed, by number; whoever keeps what follows from `entry` empties it.
    """

    def __init__(self, fields_of: Callable[[int], Fields]) -> None:
        self.policy = Policy()
        self.numbers: dict[str, int] = {}
        self.touched: set[int] = set()
        self._entries: dict[int, RosterEntry] = {}
        self._fields_of = fields_of
        self._people: dict[int, Fields] = {}
        self._providers: dict[int, Provider] = {}
        self._held: dict[int, set[int]] = defaultdict(set)
        self._done: dict[int, int] = {}
        self._wished: dict[int, Wish] = {}
        self._parts: dict[int, Parts] = {}

    def learn(self, subject: str, number: int, changes: Mapping[str, list[Any]], fields: Fields) -> None:
        """Take in what an event changed; call it for every event, in order.

        Args:
            subject: What kind it is about.
            number: Which of them.
            changes: Each changed field, before and after.
            fields: Its fields after the event, in stored values.
        """
        if subject == _BOOKING:
            if fields.get("status") in _FINAL or not _WISH.isdisjoint(changes):
                self._wished.pop(number, None)
            if not _JOB.isdisjoint(changes):
                self._learn_job(number, changes, fields)
        elif subject == _PROVIDER:
            self._changed(number)
            self._providers.pop(number, None)
            self._people[number] = fields
            if not _PART.isdisjoint(changes):
                self._parts.clear()
                self.numbers[fields.get("handle", "")] = number
        elif subject == _SETTING:
            with suppress(KeyError, ValueError):  # what cannot be read shows at the choices made by it
                self.policy = Policy.model_validate_json(fields["policy"])

    def _learn_job(self, number: int, changes: Mapping[str, list[Any]], fields: Fields) -> None:
        now = fields.get("provider_id")
        before = changes["provider_id"][0] if "provider_id" in changes else now
        if before is not None:
            self._changed(before)
            self._held[before].discard(number)
        if now is None:
            return
        self._changed(now)
        if fields.get("status") in _ACTIVE:
            self._held[now].add(number)
        elif (used := fields.get("assigned_at")) is not None:
            self._done[now] = max(used, self._done.get(now, used))

    def _changed(self, provider: int) -> None:
        self._entries.pop(provider, None)
        self.touched.add(provider)

    def wish(self, booking: int) -> Wish:
        """What a booking asks for."""
        known = self._wished.get(booking)
        if known is None:
            known = self._wished[booking] = _wish(booking, self._fields_of(booking))
        return known

    def roster(self) -> list[RosterEntry]:
        """Everybody."""
        return [*map(self.entry, self._people)]

    def entry(self, number: int) -> RosterEntry:
        """A provider with their jobs; the same one until something of it changes."""
        entry = self._entries.get(number)
        if entry is None:
            held = {booking: self._fields_of(booking) for booking in sorted(self._held[number])}
            used = [fields["assigned_at"] for fields in held.values()]
            if (done := self._done.get(number)) is not None:
                used.append(done)
            jobs = tuple([_job(booking, fields) for booking, fields in held.items()])
            last = from_ms(max(used)) if used else None
            entry = self._entries[number] = RosterEntry(self._provider(number), jobs, last)
        return entry

    def parts_for(self, service: int) -> Parts:
        """Who comes into question for a service, and who does not."""
        known = self._parts.get(service)
        if known is None:
            asked, unskilled = [], []
            for provider in sorted(map(self._provider, self._people), key=lambda one: one.handle):
                if provider.active and service not in provider.skills:
                    unskilled.append(provider.handle)
                else:
                    asked.append(provider.id)
            known = self._parts[service] = Parts(tuple(asked), to_json(unskilled))
        return known

    def _provider(self, number: int) -> Provider:
        provider = self._providers.get(number)
        if provider is None:
            provider = Provider(id=number, version=0, **PROVIDER.fields(dict(self._people[number])))
            self._providers[number] = provider
        return provider


def _wish(number: int, fields: Fields) -> Wish:
    known = BOOKING.fields({name: fields.get(name) for name in _WISH})
    latitude, longitude = known["latitude"], known["longitude"]
    place = None if latitude is None or longitude is None else Place(latitude, longitude)
    return Wish(
        number,
        fields["service_id"],
        known["excluded"] or (),
        known["window_start"],
        known["window_end"],
        timedelta(minutes=fields["duration_minutes"]),
        place,
        spot_of(place),
    )


def _job(number: int, fields: Fields) -> Job:
    start, end = fields.get("window_start"), fields.get("window_end")
    return _new_job(
        number,
        _STATUSES[fields["status"]],
        None if start is None else from_ms(start),
        None if end is None else from_ms(end),
        from_ms(fields["assigned_at"]),
        timedelta(minutes=fields["duration_minutes"]),
        bool(fields.get("forced")),
    )
