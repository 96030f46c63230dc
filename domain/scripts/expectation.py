"""What a drill expects: `expect 214 assigned within 10s`, `expect refused ProviderBusy`. Reading and judging; pure.

Anything may import this module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from domain.errors import NotUnderstood
from domain.line import times
from domain.line.scan import Token, refuse, scan
from domain.line.sought import status_named
from domain.views import BookingRow

SHAPES: Final = (
    "expect 214 assigned",
    "expect 214 provider mira",
    "expect 214 priority 1",
    "expect 214 held",
    "expect 214 not parked within 10s",
    "expect refused ProviderBusy",
    'expect says "0 could"',
)
"""One example of each kind."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be so.

    Attributes:
        text: As it was written, without `expect`.
        booking: The booking that it is about; None when it is about the answer to the line before.
        fact: What is looked at: `status`, `provider`, `priority`, `held`, `parked`; or `refused`, `says`.
        value: What it must be.
        negated: It must be anything but that.
        within: How long it may take to become so.
        line: Where it stands in its script, from 1.
    """

    text: str
    booking: int | None
    fact: str
    value: str = ""
    negated: bool = False
    within: timedelta = timedelta(0)
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something to see of a booking: its value, and the sentence that tells it."""

    value: Callable[[BookingRow], str]
    sentence: str


def _whether(held: object) -> str:
    return "" if held else "not "


_FACTS: Final[Mapping[str, _Fact]] = {
    "status": _Fact(lambda row: str(row.booking.status), "it is {}"),
    "provider": _Fact(lambda row: row.provider or "none", "its provider is {}"),
    "priority": _Fact(lambda row: str(row.booking.priority), "its priority is {}"),
    "held": _Fact(lambda row: _whether(row.booking.held), "it is {}held"),
    "parked": _Fact(lambda row: _whether(row.booking.parked_at), "it is {}parked"),
}
_WITH_VALUE: Final = frozenset({"provider", "priority"})
_WITHOUT_VALUE: Final = frozenset({"held", "parked"})


def read_expectation(text: str) -> Expectation:
    """Read what stands behind `expect`.

    Raises:
        NotUnderstood: It is no expectation.
    """
    words = scan(text)
    if not words:
        raise NotUnderstood(f"What is expected? {', '.join(SHAPES)}", len(text), 0)
    if words[0].low == "refused" and len(words) <= 2:
        return Expectation(text, None, "refused", words[1].text if len(words) == 2 else "")
    if words[0].low == "says" and len(words) == 2:
        return Expectation(text, None, "says", words[1].text)
    number = words[0].low.removeprefix("#")
    if not (number.isascii() and number.isdecimal() and len(number) <= 15):
        refuse(words[0], f"expected a booking's number, refused or says, not {words[0].text!r:.60}")
    return _about_booking(text, int(number), words)


def _about_booking(text: str, booking: int, words: Sequence[Token]) -> Expectation:
    rest, within = _within(words[1:])
    negated = rest[:1] != [] and rest[0].low == "not"
    rest = rest[1:] if negated else rest
    if not rest:
        raise NotUnderstood(f"What of booking {booking}? {', '.join(SHAPES[:5])}", len(text), 0)
    word, *more = rest
    status = status_named(word.low)
    if word.low in _WITH_VALUE and len(more) == 1:
        fact, value = word.low, more[0].low
    elif word.low in _WITHOUT_VALUE and not more:
        fact, value = word.low, ""
    elif status is not None and not more:
        fact, value = "status", str(status)
    else:
        refuse(word, f"nothing that can be expected of a booking; for example: {', '.join(SHAPES[:5])}")
    return Expectation(text, booking, fact, value, negated, within)


def _within(words: Sequence[Token]) -> tuple[Sequence[Token], timedelta]:
    if len(words) < 2 or words[-2].low != "within":
        return words, timedelta(0)
    length = times.duration(words[-1].low)
    if length is None:
        refuse(words[-1], f"{words[-1].text!r:.60} is no length of time; write it like 10s, 5m or 1h30m")
    return words[:-2], length


def unlike_booking(expected: Expectation, row: BookingRow) -> str:
    """What a booking is instead; empty when it is as expected."""
    fact = _FACTS[expected.fact]
    seen = fact.value(row)
    return fact.sentence.format(seen) if (seen == expected.value) is expected.negated else ""


def unlike_answer(expected: Expectation, *, ok: bool, said: str, data: Mapping[str, Any]) -> str:
    """What the answer to a line was instead; empty when it is as expected.

    Args:
        expected: What it must be.
        ok: The line was accepted.
        said: All that it answered.
        data: The same for programs; of a refusal with its kind and code.
    """
    if expected.fact == "says":
        return "" if expected.value in said else f"it says {said!r}"
    if ok:
        return f"it was accepted: {said}"
    kinds = {"", str(data.get("error")).lower(), str(data.get("code"))}
    return "" if expected.value.lower() in kinds else f"it was refused as {data.get('error')}: {said}"
