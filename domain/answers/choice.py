"""A choice of a provider as the log recorded it: who was weighed, who was passed over and why, in words and as data.

Pure; nothing here is worked out from what is true today. `domain/answers/why.py` imports this module.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from domain.answers.reports import clock_time
from domain.clock import from_ms, iso
from domain.lifecycle import Action
from domain.matching import Why
from domain.records import Event

CHOICES: Final = frozenset({Action.ATTEMPT, Action.ASSIGN, Action.FORCE_ASSIGN, Action.OVERRIDE})
"""The actions by which somebody may come to have a booking."""
_RULE: Final = "nearest, then best rated, then longest without a job"
_SHOWN: Final = 9
_NAMED: Final = 8
_IN_WORDS: Final[dict[str, str]] = {
    Why.EXCLUDED: "rejected or missed it before",
    Why.UNSKILLED: "lacks the skill",
    Why.OVERLAP: "in that time",
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """Somebody who could have taken it then. `km` and `travel` are None where a place was unknown."""

    provider: str
    km: float | None
    rating: float
    last_used: datetime | None
    travel: timedelta | None

    @classmethod
    def of(cls, recorded: Mapping[str, Any]) -> "Weighed":
        """As an event's details have it."""
        used, travel = recorded.get("last_used"), recorded.get("travel_s")
        return cls(
            recorded["provider"],
            recorded.get("km"),
            recorded.get("rating", 0.0),
            None if used is None else from_ms(used),
            None if travel is None else timedelta(seconds=travel),
        )


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who could not, and why; `booking` and `until` name the job in the way."""

    provider: str
    why: str
    booking: int | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, recorded: Mapping[str, Any]) -> "Passed":
        """As an event's details have it."""
        until = recorded.get("until")
        return cls(
            recorded["provider"],
            recorded["why"],
            recorded.get("booking"),
            None if until is None else from_ms(until),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What one event recorded.

    Attributes:
        event: The event.
        candidates: Who could have taken it, best first.
        passed: Who could not, by handle, but for those who lack the skill.
        unskilled: Those, by handle.
        by_rule: Everybody was weighed; without it a person named one.
    """

    event: Event
    candidates: tuple[Weighed, ...] = ()
    passed: tuple[Passed, ...] = ()
    unskilled: tuple[str, ...] = ()
    by_rule: bool = False

    @classmethod
    def of(cls, event: Event, details: Mapping[str, Any]) -> "Choice | None":
        """The choice that an event was, with as much of its details as somebody may see; None when it was none."""
        if event.action not in CHOICES or (event.action is Action.OVERRIDE and "chosen" not in details):
            return None
        return cls(
            event,
            tuple(map(Weighed.of, details.get("candidates", ()))),
            tuple(map(Passed.of, details.get("skips", ()))),
            tuple(details.get("unskilled", ())),
            "rule" in details,
        )

    @property
    def chosen(self) -> str | None:
        """Who got it."""
        name: str | None = self.event.details.get("chosen")
        return name

    @property
    def attempt(self) -> tuple[int, int] | None:
        """Which attempt of how many, when it was one of the ladder's."""
        details = self.event.details
        return (details["attempt"], details["of"]) if "attempt" in details else None

    @property
    def next_at(self) -> datetime | None:
        """When the attempt after it was due."""
        due = self.event.changes.get("attempt_at", (None, None))[1]
        return None if due is None else from_ms(due)

    @property
    def promised(self) -> datetime | None:
        """When work should have begun, as promised then."""
        promised = self.event.details.get("promised")
        return None if promised is None else from_ms(promised)

    def slack(self, one: Weighed) -> timedelta | None:
        """How much time would have been left with somebody, had they set out at once."""
        if self.promised is None:
            return None
        return self.promised - self.event.at - (one.travel or timedelta(0))

    def place(self, handle: str) -> int | None:
        """The place among the candidates, from 0."""
        return next((at for at, one in enumerate(self.candidates) if one.provider == handle), None)


def choice_lines(choice: Choice, now: datetime, zone: tzinfo) -> Iterator[str]:
    """Who could have taken it, best first; then who could not, and why."""
    yield _outcome(choice, now, zone)
    names = [one.provider for one in choice.candidates[:_SHOWN]] + [one.provider for one in choice.passed[:_SHOWN]]
    width = max(map(len, names), default=0)
    for place, one in enumerate(choice.candidates[:_SHOWN], start=1):
        mark = "  ← chosen" if one.provider == choice.chosen else ""
        yield f"  {place}  {one.provider:<{width}}  {_weight(choice, one, now, zone)}{mark}"
    if len(choice.candidates) > _SHOWN:
        yield f"     and {len(choice.candidates) - _SHOWN} more behind them"
    for skip in choice.passed[:_SHOWN]:
        yield f"  –  {skip.provider:<{width}}  {_because(skip, now, zone)}"
    if len(choice.passed) > _SHOWN:
        yield f"     and {len(choice.passed) - _SHOWN} more who could not: {_counted(choice.passed[_SHOWN:])}"
    if choice.unskilled:
        more = len(choice.unskilled) - _NAMED
        yield f"  –  without the skill: {', '.join(choice.unskilled[:_NAMED])}{f' and {more} more' if more > 0 else ''}"


def _outcome(choice: Choice, now: datetime, zone: tzinfo) -> str:
    event, count = choice.event, len(choice.candidates)
    if not choice.by_rule:
        said = f"{event.actor} named {choice.chosen}; nobody else was weighed"
    elif choice.chosen is None:
        said = "nobody could take it"
    else:
        said = f"{choice.chosen}, {'the only one who could take it' if count == 1 else f'the best of {count}: {_RULE}'}"
    if choice.attempt is not None:
        last = ", the last" if event.details.get("exhausted") else ""
        said = f"attempt {choice.attempt[0]} of {choice.attempt[1]}{last}: {said}"
    if choice.next_at is not None and choice.chosen is None:
        said += f"; the next was due {clock_time(choice.next_at, now, zone)}"
    return said


def _weight(choice: Choice, one: Weighed, now: datetime, zone: tzinfo) -> str:
    far = "place ?" if one.km is None else f"{one.km:.1f} km"
    travel = "" if one.travel is None else f"{_whole_minutes(one.travel)} min"
    used = "no job yet" if one.last_used is None else f"last job {_minute(one.last_used, now, zone)}"
    slack = choice.slack(one)
    left = "" if slack is None else f"slack {_length(slack)}"
    return f"{far:>8} {travel:>7}  ★ {one.rating:.1f}  {used:<14}  {left}".rstrip()


def _length(length: timedelta) -> str:
    """Signed, to the minute: `12 min`, `−1 h 05`."""
    hours, minutes = divmod(abs(_whole_minutes(length)), 60)
    sign = "−" if length < timedelta(0) else ""
    return f"{sign}{hours} h {minutes:02}" if hours else f"{sign}{minutes} min"


def _minute(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """To the minute; with the day when it was another."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%m-%d %H:%M}"


def _whole_minutes(length: timedelta) -> int:
    return round(length / timedelta(minutes=1))


def _because(skip: Passed, now: datetime, zone: tzinfo) -> str:
    said = _IN_WORDS.get(skip.why, skip.why)
    job = f" on {skip.booking}" if skip.booking is not None else ""
    return f"{said}{job}{f' until {_minute(skip.until, now, zone)}' if skip.until else ''}"


def _counted(passed: Sequence[Passed]) -> str:
    counts: dict[str, int] = {}
    for skip in passed:
        counts[skip.why] = counts.get(skip.why, 0) + 1
    return ", ".join(f"{count} {why}" for why, count in counts.items())


def standing(choice: Choice, handle: str, now: datetime, zone: tzinfo) -> str | None:
    """How somebody stood in a choice, in a sentence; None when nothing is recorded about them.

    Args:
        choice: The choice.
        handle: Whom it is asked about.
        now: The present moment, which times are told from.
        zone: The zone of times of day.
    """
    place = choice.place(handle)
    if handle == choice.chosen:
        if place is None or not choice.by_rule:
            warning = choice.event.details.get("warning")
            although = f", although {warning}" if warning else ""
            return f"{handle} was chosen: {choice.event.actor} named {handle}{although}"
        if len(choice.candidates) == 1:
            return f"{handle} was chosen, the only one who could take it"
        return f"{handle} was chosen: {_advantage(choice.candidates[0], choice.candidates[1], now, zone)}"
    if place is not None:
        why = _advantage(choice.candidates[0], choice.candidates[place], now, zone)
        return f"{handle} came {place + 1} of {len(choice.candidates)}: {why}"
    for skip in choice.passed:
        if skip.provider == handle:
            return f"{handle} was passed over: {_because(skip, now, zone)}"
    if handle in choice.unskilled:
        return f"{handle} was passed over: {_IN_WORDS[Why.UNSKILLED]}"
    return None


def _advantage(one: Weighed, other: Weighed, now: datetime, zone: tzinfo) -> str:
    """The first component in which one was better than another: the rule's order."""
    if one.km != other.km:
        if other.km is None:
            return f"where {other.provider} starts from was not known, and {one.provider} was {one.km:.1f} km away"
        return f"{one.provider} was nearer, {one.km or 0:.1f} km against {other.km:.1f} km"
    if one.rating != other.rating:
        return f"{one.provider} was as near and better rated, {one.rating:.1f} against {other.rating:.1f}"
    if one.last_used != other.last_used:
        theirs = "never had a job" if one.last_used is None else f"had the last job {_minute(one.last_used, now, zone)}"
        return f"{one.provider} was as near and as well rated, and {theirs}, longer ago than {other.provider}"
    return f"{one.provider} and {other.provider} were equal in all, and {one.provider} has the lower number"


def choice_data(choice: Choice) -> dict[str, Any]:
    """The same for programs: times in ISO 8601, lengths in seconds."""
    return {
        "chosen": choice.chosen,
        "by_rule": choice.by_rule,
        "attempt": choice.attempt[0] if choice.attempt else None,
        "of": choice.attempt[1] if choice.attempt else None,
        "next_at": _iso(choice.next_at),
        "exhausted": bool(choice.event.details.get("exhausted")),
        "warning": choice.event.details.get("warning"),
        "taken_from": choice.event.details.get("taken_from"),
        "candidates": [
            {
                "provider": one.provider,
                "km": one.km,
                "travel_s": _seconds(one.travel),
                "rating": one.rating,
                "last_used": _iso(one.last_used),
                "slack_s": _seconds(choice.slack(one)),
            }
            for one in choice.candidates
        ],
        "passed_over": [
            {"provider": one.provider, "why": one.why, "booking": one.booking, "until": _iso(one.until)}
            for one in choice.passed
        ],
        "unskilled": list(choice.unskilled),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
