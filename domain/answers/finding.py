"""Whether a booking, an event or a provider is what somebody looks for. Pure: live tables and looks back ask here.

`domain.store.rows` says the same in SQL; a test holds the two equal.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.clock import to_ms
from domain.criteria import (
    BookingFilter,
    BookingTraits,
    EventFilter,
    EventTraits,
    Limit,
    Mark,
    Measure,
    Period,
    ProviderFilter,
    ProviderTraits,
)
from domain.lifecycle import ACTIVE, FINAL, NEEDS_PROVIDER, Status, Subject
from domain.policy import Policy
from domain.records import Booking
from domain.slack import act_by
from domain.views import BookingRow, EventRow, ProviderRow
from domain.wording import told

SHORT: Final = 3
"""A term of fewer characters than this is looked for at the beginnings of words only."""
SHORT_TERMS: Final = f"terms under {SHORT} characters match word beginnings"
"""What an answer says when it was asked for such a term."""
BEFORE_WORDS: Final = " \n\t-/(,.:;#&'\"_+@"
"""A word begins at the beginning of a text, and behind each of these characters."""
_ASCII_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_MILLISECOND: Final = timedelta(milliseconds=1)


# Text ---------------------------------------------------------------------------------------------------------------


def ascii_lower(text: str) -> str:
    """A text with A to Z made small: what every database understands by it."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def spellings(word: str) -> list[str]:
    """A word as people may have written it: beyond A to Z, SQLite's `lower()` knows no other case."""
    return [word] if word.isascii() else sorted({word, word.upper(), word.lower(), word.title()})


def begins_words(term: str) -> bool:
    """Whether a term is looked for at the beginnings of words only; one that begins with a mark never is."""
    return len(term) < SHORT and term[:1].isalnum()


def short_terms(words: Iterable[str]) -> bool:
    """Whether an answer has to say how short terms are looked for."""
    return any(begins_words(word) for word in words)


def same_text(text: str, wanted: str) -> bool:
    """Whether two texts are the same, case aside."""
    return ascii_lower(text) in {ascii_lower(spelling) for spelling in spellings(wanted)}


def says(texts: Sequence[str | None], term: str) -> bool:
    """Whether one of the texts holds a term, case aside."""
    lowered = [ascii_lower(text) for text in texts if text]
    return any(_holds(text, ascii_lower(spelling), term) for spelling in spellings(term) for text in lowered)


def _holds(text: str, lowered: str, term: str) -> bool:
    if not begins_words(term):
        return lowered in text
    at = text.find(lowered)
    while at > 0 and text[at - 1] not in BEFORE_WORDS:
        at = text.find(lowered, at + 1)
    return at >= 0


def number_meant(term: str) -> int | None:
    """The booking's number that a term may be, with or without `#`."""
    digits = term.removeprefix("#")
    return int(digits[:15]) if digits.isascii() and digits.isdigit() else None


# Time ---------------------------------------------------------------------------------------------------------------


def is_within(moment: datetime, period: Period) -> bool:
    """Whether a moment lies in a period."""
    return (period.start is None or moment >= period.start) and (period.end is None or moment < period.end)


def milliseconds(length: timedelta) -> int:
    """A length in whole milliseconds."""
    return length // _MILLISECOND


# Bookings -----------------------------------------------------------------------------------------------------------


def matches(which: BookingFilter, row: BookingRow, now: datetime, policy: Policy) -> bool:
    """Whether a booking is among those asked for.

    Args:
        which: What is asked for.
        row: The booking.
        now: The moment that lateness, slack, waiting and age are reckoned at.
        policy: The room's settings: what counts as at risk.
    """
    booking = row.booking
    return (
        (which.provider_id is None or booking.provider_id == which.provider_id)
        and (which.customer_id is None or booking.customer_id == which.customer_id)
        and all(_traits(which, row, now, policy))
        and not any(_traits(which.unless, row, now, policy))
    )


def _traits(wanted: BookingTraits, row: BookingRow, now: datetime, policy: Policy) -> Iterator[bool]:
    """Each trait that was named, and whether it is true."""
    booking = row.booking
    if wanted.statuses:
        yield booking.status in wanted.statuses
    if wanted.services:
        yield booking.service_id in wanted.services
    if wanted.providers:
        yield booking.provider_id in wanted.providers
    if wanted.customers:
        yield booking.customer_id in wanted.customers
    if wanted.boroughs:
        yield any(same_text(booking.borough, one) for one in wanted.boroughs)
    if wanted.priorities:
        yield booking.priority in wanted.priorities
    if wanted.sources:
        yield any(same_text(booking.source or "", one) for one in wanted.sources)
    yield from (_is_marked(mark, booking, now, policy) for mark in wanted.marks)
    yield from (_is_beyond(limit, booking, now) for limit in wanted.limits)
    yield from (is_within(booking.requested_at, period) for period in wanted.periods)
    yield from (_shows(row, word) for word in wanted.words)


def _shows(row: BookingRow, word: str) -> bool:
    booking = row.booking
    texts = (booking.address, booking.borough, booking.notes)
    return booking.id == number_meant(word) or says(
        (*texts, row.service, row.customer, row.phone, row.email, row.provider), word
    )


def _has_slack(booking: Booking) -> bool:
    """Slack is for what has yet to begin."""
    return booking.status not in FINAL and booking.status is not Status.IN_PROGRESS


def _is_marked(mark: Mark, booking: Booking, now: datetime, policy: Policy) -> bool:
    match mark:
        case Mark.LATE:
            return _has_slack(booking) and act_by(booking) < now
        case Mark.RISK:
            return _has_slack(booking) and now <= act_by(booking) < now + policy.at_risk
        case Mark.WAITING:
            return booking.status in NEEDS_PROVIDER
        case Mark.HELD:
            return booking.held
        case Mark.FORCED:
            return booking.forced
        case Mark.PARKED:
            return booking.parked_at is not None
        case Mark.OPEN:
            return booking.status not in FINAL
        case Mark.ACTIVE:
            return booking.status in ACTIVE
        case Mark.FINAL:
            return booking.status in FINAL


def _is_beyond(limit: Limit, booking: Booking, now: datetime) -> bool:
    at = to_ms(now)
    match limit.measure:
        case Measure.WAITING:
            applies, length = booking.status in NEEDS_PROVIDER, at - to_ms(booking.recorded_at)
        case Measure.AGE:
            applies, length = True, at - to_ms(booking.requested_at)
        case Measure.SLACK:
            applies, length = _has_slack(booking), to_ms(act_by(booking)) - at
    bound = milliseconds(limit.length)
    return applies and (length > bound if limit.above else length < bound)


# Events -------------------------------------------------------------------------------------------------------------


def event_matches(which: EventFilter, row: EventRow) -> bool:
    """Whether an event is among those asked for."""
    event = row.event
    return (
        (which.booking is None or (event.subject is Subject.BOOKING and event.subject_id == which.booking))
        and (which.action is None or event.action == which.action)
        and (which.actor is None or which.actor in (str(event.actor), str(event.role)))
        and all(_event_traits(which, row))
        and not any(_event_traits(which.unless, row))
    )


def _event_traits(wanted: EventTraits, row: EventRow) -> Iterator[bool]:
    event = row.event
    if wanted.bookings:
        yield event.subject is Subject.BOOKING and event.subject_id in wanted.bookings
    if wanted.actions:
        yield event.action in wanted.actions
    if wanted.actors:
        yield bool({str(event.actor), str(event.role)} & wanted.actors)
    yield from (is_within(event.at, period) for period in wanted.periods)
    if wanted.words:
        texts = (row.subject_name, str(event.action), told(event), str(event.actor), event.to_status, event.reason)
        noted = event.changes.get("notes", (None, None))[1]
        yield from (says((*texts, noted), word) for word in wanted.words)


# Providers ----------------------------------------------------------------------------------------------------------


def provider_matches(which: ProviderFilter, row: ProviderRow) -> bool:
    """Whether a provider is among those asked for."""
    return all(_provider_traits(which, row)) and not any(_provider_traits(which.unless, row))


def _provider_traits(wanted: ProviderTraits, row: ProviderRow) -> Iterator[bool]:
    provider = row.provider
    if wanted.shown:
        yield row.shown in wanted.shown
    if wanted.skills:
        yield bool(wanted.skills & set(row.skills))
    if wanted.words:
        jobs = (str(number) for number in row.jobs)
        texts = (provider.handle, provider.name, row.shown, provider.phone, provider.email, *row.skills, *jobs)
        yield from (says(texts, word) for word in wanted.words)
