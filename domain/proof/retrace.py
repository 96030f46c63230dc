"""Choices made again from the log: was whoever got a booking the one that the rules led to at that moment? Pure.

Only `audit` imports this module. It trusts nothing that a choice recorded: who could, who could not and why, and every
figure are worked out anew from the events before it, by the same rules that the choice was made by.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, NamedTuple

from domain.codec import from_json
from domain.lifecycle import Action
from domain.matching import RULE, Rank, RosterEntry, Skip, Why, candidate, match, rank, why_not
from domain.proof.room import Fields, Room, Wish
from domain.proof.verbatim import Verbatim

CHOICES: Final = frozenset({Action.ATTEMPT, Action.ASSIGN, Action.FORCE_ASSIGN})
"""The actions that choose a provider, or find that there is none."""

_REASONS = frozenset(Why)
_NAMES_A_JOB = frozenset({Why.BUSY, Why.OVERLAP})
_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What reading a record that somebody forged may raise."""


class Chosen(NamedTuple):
    """A choice as its event recorded it; `details` is JSON text."""

    action: str
    booking: int
    at: datetime
    changes: Mapping[str, list[Any]]
    details: str


def inconsistencies(event: Chosen) -> Iterator[str]:
    """Where what a choice came to does not follow from the inputs that it recorded itself."""
    try:
        details = from_json(event.details)
        if _is_by_rule(event, details):
            yield from _disorder(details)
        yield from _wrong_end(event, details, _first(details))
    except _UNREADABLE:
        yield "what the choice was taken on cannot be read"


def _is_by_rule(event: Chosen, details: Fields) -> bool:
    return event.action == Action.ATTEMPT or "rule" in details or "attempt" in details


def _first(details: Fields) -> str | None:
    return details["candidates"][0]["provider"] if details["candidates"] else None


def _wrong_end(event: Chosen, details: Fields, best: str | None) -> Iterator[str]:
    """The one chosen against the best recorded, who stands first."""
    if _is_by_rule(event, details) and details.get("rule") != RULE:
        yield f"was taken by rule {details.get('rule')}, which is not known"
    chosen = details.get("chosen")
    if event.action == Action.ATTEMPT:
        if best is not None:
            yield f"found nobody, but {best} could have taken it"
    elif chosen != best:
        yield f"chose {chosen}, but by what it recorded the best was {best or 'nobody'}"
    attempt = event.changes.get("attempt")
    if attempt is not None and details.get("attempt", attempt[1]) != attempt[1]:
        yield f"says attempt {details['attempt']}, but its changes say {attempt[1]}"


def _disorder(details: Fields) -> Iterator[str]:
    for one, other in pairwise(details["candidates"]):
        if not _rank(one) < _rank(other):
            yield f"puts {one['provider']} before {other['provider']}, who is the better by what it recorded"
    for skip in details["skips"]:
        if skip.get("why") not in _REASONS or (skip["why"] in _NAMES_A_JOB and "booking" not in skip):
            yield f"passed over {skip['provider']} without a reason"


def _rank(one: Fields) -> Rank:
    return rank(one["km"], one["rating"], one["last_used"], one["id"])


class Retrace:
    """Follows the log as far as choices depend on it, and makes each of them again.

    Args:
        fields_of: A booking's fields, in stored values, as the events so far tell them.

    Attributes:
        learn: Takes in what an event changed (`Room.learn`).
    """

    def __init__(self, fields_of: Callable[[int], Fields]) -> None:
        self._fields_of = fields_of
        self._room = Room(fields_of)
        self._verbatim = Verbatim(self._room)
        self.learn = self._room.learn

    def faults(self, event: Chosen) -> Sequence[str]:
        """Where a choice is not the one that the rules lead to; call it before the event is folded and learnt."""
        return () if self.is_to_the_letter(event) else self.examined(event)

    def is_to_the_letter(self, event: Chosen) -> bool:
        """Whether a choice was recorded exactly as it is made again; no says nothing yet, for that `examined` is."""
        with suppress(*_UNREADABLE):
            fields = self._fields_of(event.booking)
            if fields.get("provider_id") is None:
                rest = self._verbatim.rest(event.details, self._room.wish(event.booking), event.at)
                if rest is not None:
                    best, details = rest
                    return not any(_wrong_end(event, details, best)) and not any(self._misgiven(event, details, fields))
        return False

    def examined(self, event: Chosen) -> Sequence[str]:
        """What `faults` answers, whatever the choice's text: its record is read, and held against `match` itself."""
        found: list[str] = []
        try:
            details = from_json(event.details)
            found += _wrong_end(event, details, _first(details))
            found += self._against_the_log(event, details)
            if found and _is_by_rule(event, details):  # what is as the log has it is in order
                found += _disorder(details)
        except _UNREADABLE:
            found.append("the choice cannot be made again from the log before it")
        return found

    def _against_the_log(self, event: Chosen, details: Fields) -> Iterator[str]:
        booking = self._room.wish(event.booking)
        yield from self._misgiven(event, details, self._fields_of(event.booking))
        if _is_by_rule(event, details):
            yield from self._differences(event, details, booking)
        elif (chosen := self._chosen(details)) is not None:
            yield from self._named(event, details, booking, self._room.entry(chosen))

    def _chosen(self, details: Fields) -> int | None:
        return self._room.numbers.get(details.get("chosen", ""))

    def _misgiven(self, event: Chosen, details: Fields, fields: Fields) -> Iterator[str]:
        """The booking's promise, and who got it, against what was recorded."""
        if details.get("promised") != fields.get("promised_at"):
            yield "was weighed against another promise than the booking had"
        got = event.changes.get("provider_id", (None, fields.get("provider_id")))[1]
        if self._chosen(details) != got:
            yield f"says that {details.get('chosen', 'nobody')} was chosen, but provider {got} got it"

    def _differences(self, event: Chosen, details: Fields, booking: Wish) -> Iterator[str]:
        """Who could and who could not, then, against what was recorded."""
        weighed = match(booking, self._room.roster(), event.at, self._room.policy).as_details()
        if all(details[name] == weighed[name] for name in ("candidates", "skips", "unskilled")):
            return
        told, true = _by_handle(details), _by_handle(weighed)
        for handle in sorted(told.keys() | true.keys()):
            if told.get(handle) != true.get(handle):
                yield _difference(handle, told.get(handle), true.get(handle))
        if (told, len(details["unskilled"])) == (true, len(weighed["unskilled"])):
            yield "lists who was weighed in another order than the rules do"

    def _named(self, event: Chosen, details: Fields, booking: Wish, entry: RosterEntry) -> Iterator[str]:
        """Whether whom a person named could have it, and was weighed truly."""
        skip = why_not(booking, entry, event.at, by_system=event.action == Action.FORCE_ASSIGN)
        warning = details.get("warning") if event.action == Action.FORCE_ASSIGN else None
        if warning != (None if skip is None else str(skip)):
            yield f"{_said(skip)} by the log, but the event says {warning or 'nothing of it'}"
        recorded, weighed = details["candidates"], candidate(booking, entry, self._room.policy).as_details()
        if recorded != [weighed]:
            handle = entry.provider.handle
            yield _difference(handle, recorded[0] if recorded else None, weighed)


def _by_handle(details: Fields) -> dict[str, Fields]:
    """Everybody in a record."""
    weighed = {one["provider"]: one for one in (*details["candidates"], *details["skips"])}
    return weighed | {handle: {"why": str(Why.UNSKILLED)} for handle in details["unskilled"]}


def _said(skip: Skip | None) -> str:
    return "nothing stood in the way" if skip is None else str(skip)


def _difference(handle: str, told: Fields | None, true: Fields | None) -> str:
    """One provider, as the choice recorded them and as the log before it has them."""
    if true is None:
        return f"weighed {handle}, whom the log does not know"
    if told is None:
        return f"left {handle} out, who {_standing(true)}"
    if "why" in told or "why" in true:
        return f"says that {handle} {_standing(told)}, but by the log {handle} {_standing(true)}"
    wrong = ", ".join(
        f"{name} {told.get(name)} instead of {value}" for name, value in true.items() if told.get(name) != value
    )
    return f"weighed {handle} with {wrong}"


def _standing(one: Fields) -> str:
    if "why" not in one:
        return "could have taken it"
    job = f" on {one['booking']}" if "booking" in one else ""
    until = f" until {one['until']}" if "until" in one else ""
    return f"was {one['why']}{job}{until}"
