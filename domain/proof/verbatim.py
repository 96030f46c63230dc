"""Choices proved by their text: is what one recorded, to the letter, what the rules led to? Pure.

Only `retrace` imports this module. It only ever says yes. Most of a record is who was weighed: that is written here
anew, from pieces that are kept until something changes, and looked for in the record, which is quicker than reading it.
What does not fit to the letter is left to `retrace`, which reads it and says what is wrong, if anything is.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from operator import itemgetter
from typing import Any, Final, NamedTuple

from domain.availability import Job
from domain.codec import from_json, to_json
from domain.matching import RULE, Candidate, Rank, RosterEntry, Skip, Why, kilometres, rank, why_not
from domain.policy import Policy
from domain.proof.room import Room, Wish
from domain.slack import Spot, spot_of, travel_seconds

_RULE: Final = f'"rule":{RULE}'
_BEGIN: Final = f'{_RULE},"candidates":['
"""How the part of a record begins that tells who was weighed."""
_LISTS = frozenset({"candidates", "skips", "unskilled"})
_PLAIN = frozenset({str, int, float, bool, type(None)})
_OWN = frozenset({Why.INACTIVE, Why.OFF_DUTY, Why.BREAK})
"""Reasons that are the provider's own, whatever the booking."""
_FIRST, _EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LAST = _EVER - timedelta(milliseconds=1)
"""The moment of a booking with a window: only what holds for ever holds then."""


class Rest(NamedTuple):
    """What is left to prove of a choice that weighed everybody as the rules do.

    Attributes:
        best: The handle of the first candidate, if there is one.
        details: What is recorded beside whom it weighed.
    """

    best: str | None
    details: Mapping[str, Any]


class _Standing(NamedTuple):
    """How somebody stands to a booking that does not exclude them.

    Attributes:
        skip: Why they could not take it, as the log writes that; None when they could.
        portrait: What is weighed of them when they could.
        since: From when on it holds for a booking on demand.
        until: Until when, `_EVER` when it holds for every booking at any time; the same as `since` when it holds for
            that booking and moment alone.
    """

    skip: str | None
    portrait: "_Portrait | None" = None
    since: datetime = _LAST
    until: datetime = _LAST


class _Portrait(NamedTuple):
    """What is weighed of somebody for every booking, and what the log writes before and after the distance."""

    spot: Spot | None
    rating: float
    last_used: int | None
    number: int
    handle: str
    before: str
    between: str


_Weighed = tuple[Rank, str, str]
"""A candidate's rank, handle and how the log writes them."""


class Verbatim:
    """Writes anew who was weighed.

    Args:
        room: The room as it was just before the choice.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._standings: dict[int, _Standing] = {}

    def rest(self, recorded: str, booking: Wish, now: datetime) -> Rest | None:
        """What is left of a record when whom the rules weigh is taken out of it; None unless it is there to the letter.

        Args:
            recorded: The choice's details, as the log holds them.
            booking: What it was made for, which nobody has.
            now: When.
        """
        start = recorded.find(_BEGIN)
        if start < 0:
            return None
        best, weighed = self._weighed(booking, now)
        if not recorded.startswith(weighed, start):
            return None
        details = _without(recorded, start, start + len(weighed))
        return None if details is None else Rest(best, details)

    def _weighed(self, booking: Wish, now: datetime) -> tuple[str | None, str]:
        """Whom the rules lead to, and everybody as the log writes them."""
        room, standings, excluded = self._room, self._standings, booking.excluded
        spot, policy = booking.spot, room.policy
        moment = now if booking.window_start is None else _LAST
        for number in room.touched:
            standings.pop(number, None)
        room.touched.clear()
        parts = room.parts_for(booking.service_id)
        candidates: list[_Weighed] = []
        skips: list[str] = []
        for number in parts.asked:
            known = standings.get(number)
            if known is None or not known.since <= moment < known.until or number in excluded:
                known = _standing(room.entry(number), booking, now)
                if known.since < known.until:
                    standings[number] = known
            skip, portrait, _, _ = known
            if portrait is not None:
                candidates.append(_candidate(portrait, spot, policy))
            elif skip is not None:
                skips.append(skip)
        candidates.sort(key=itemgetter(0))
        told, passed = ",".join([text for _, _, text in candidates]), ",".join(skips)
        weighed = f'{_BEGIN}{told}],"skips":[{passed}],"unskilled":{parts.unskilled}'
        return candidates[0][1] if candidates else None, weighed


def _standing(entry: RosterEntry, booking: Wish, now: datetime) -> _Standing:
    found = why_not(booking, entry, now)
    if found is None:
        portrait = _portrait(entry)
        return _Standing(None, portrait) if entry.jobs else _Standing(None, portrait, _FIRST, _EVER)
    skip = to_json(found.as_details())
    if found.why in _OWN:
        return _Standing(skip, None, _FIRST, _EVER)
    if found.why is Why.BUSY and booking.window_start is None:
        return _Standing(skip, None, *_holds(entry.jobs, found, now))
    return _Standing(skip)


def _portrait(entry: RosterEntry) -> _Portrait:
    provider = entry.provider
    if not isfinite(provider.rating):
        raise ValueError("a rating that is no number fits nothing")
    details = Candidate(provider.id, provider.handle, None, provider.rating, entry.last_used, None).as_details()
    before, between = to_json(details).removesuffix("null}").split('"km":null')
    return _Portrait(
        spot_of(provider), provider.rating, details["last_used"], provider.id, provider.handle, before, between
    )


def _candidate(portrait: _Portrait, spot: Spot | None, policy: Policy) -> _Weighed:
    here, rating, last_used, number, handle, before, between = portrait
    km = kilometres(here, spot)
    way, journey = ("null", "null") if km is None else (km, travel_seconds(km, policy))
    text = f'{before}"km":{way}{between}{journey}}}'
    return rank(km, rating, last_used, number), handle, text


def _without(recorded: str, start: int, end: int) -> Mapping[str, Any] | None:
    """What a record says beside whom it weighed, which is what stands from `start` to `end`.

    With the rule alone in that place it must still read as one object of plain values, in which that place is an entry:
    then nothing around it can give what stands there another meaning, or say it once more.
    """
    if recorded[start - 1 : start] not in {"{", ","} or recorded[end : end + 1] not in {",", "}"}:
        return None
    details = from_json(f"{recorded[:start]}{_RULE}{recorded[end:]}")
    if not isinstance(details, dict) or not _LISTS.isdisjoint(details):
        return None
    return details if _PLAIN.issuperset(map(type, details.values())) else None


def _holds(jobs: Sequence[Job], skip: Skip, now: datetime) -> tuple[datetime, datetime]:
    """From when until when a job is the first in somebody's way: while none up to it begins or ends as planned."""
    since, until = _FIRST, _LAST
    for job in jobs:
        for moment in (job.start, job.end):
            since, until = (max(since, moment), until) if moment <= now else (since, min(until, moment))
        if job.booking == skip.booking:
            break
    return since, until
