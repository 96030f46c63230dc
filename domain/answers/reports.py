"""Reads as text: a booking, a provider, the log, as the shell and the line show them. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from domain.errors import DispatchError, IllegalTransition, ProviderBusy
from domain.lifecycle import Status
from domain.matching import Matching
from domain.records import Booking
from domain.views import BookingRow, BookingSheet, EventRow, ProviderRow
from domain.wording import told


def clock_time(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """The time of day, with the date when it is another day: `12:55:04`, `2026-08-03 12:55`."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.date() == now.astimezone(zone).date() else f"{local:%Y-%m-%d %H:%M}"


def span(length: timedelta) -> str:
    """A length of time, signed: `−04:10`, `+1:02:03`."""
    seconds = int(abs(length).total_seconds())
    sign = "−" if length < timedelta(0) else "+"
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}:{left:02}" if hours else f"{sign}{minutes:02}:{left:02}"


def when(booking: Booking, now: datetime, zone: tzinfo) -> str:
    """On demand, or the agreed window."""
    if booking.window_start is None or booking.window_end is None:
        return "on demand"
    start = clock_time(booking.window_start, now, zone)
    return f"{start[:-3] if start.count(':') == 2 else start}–{booking.window_end.astimezone(zone):%H:%M}"


def ladder(booking: Booking, attempts: int, now: datetime, zone: tzinfo) -> str:
    """Where the ladder is: `2/4, next try 12:55:06`, `exhausted 4/4`, `held`."""
    rung = f"{booking.attempt}/{attempts}"
    if booking.held:
        until = f" until {clock_time(booking.held_until, now, zone)}" if booking.held_until else ""
        return f"held{until}: {booking.held_reason}"
    if booking.parked_at is not None:
        gives_up = f", gives up {clock_time(booking.give_up_at, now, zone)}" if booking.give_up_at else ""
        return f"exhausted {rung}, wakes when somebody is free{gives_up}"
    if booking.attempt_at is not None:
        return f"{rung}, next try {clock_time(booking.attempt_at, now, zone)}"
    if booking.offer_until is not None:
        return f"{rung}, offer lapses {clock_time(booking.offer_until, now, zone)}"
    return "stands still"


def booking_line(row: BookingRow, now: datetime, zone: tzinfo) -> str:
    """One booking on one line."""
    booking = row.booking
    parts = (
        f"{booking.id:>6}",
        f"{booking.status:<11}",
        f"P{booking.priority}",
        row.service,
        when(booking, now, zone),
        booking.address,
        row.customer,
        row.provider or "–",
    )
    return "  ".join(_flat(part) for part in parts)


def event_line(row: EventRow, now: datetime, zone: tzinfo) -> str:
    """One event on one line."""
    event = row.event
    reason = f'  "{_flat(event.reason)}"' if event.reason else ""
    name = row.subject_name if event.subject == "booking" else f"{event.subject} {row.subject_name}"
    return f"{event.id:>6}  {clock_time(event.at, now, zone)}  {name}  {told(event)}  {event.actor}{reason}"


def booking_report(
    sheet: BookingSheet, attempts: int, now: datetime, zone: tzinfo, judged: str = "now"
) -> Iterator[str]:
    """A booking with its ladder, candidates and log; `judged` says when the candidates were weighed."""
    row, booking = sheet.row, sheet.row.booking
    contact = " · ".join(part for part in (row.customer, row.phone, row.email) if part)
    yield f"{booking.id} {booking.status} · {row.service} P{booking.priority} · {when(booking, now, zone)}"
    yield f"  {_flat(booking.address)}"
    yield f"  {_flat(contact)} (customer {booking.customer_id})"
    if booking.notes:
        yield f"  {_flat(booking.notes)}"
    recorded = clock_time(booking.recorded_at, now, zone)
    yield f"  promised {clock_time(booking.promised_at, now, zone)} · recorded {recorded}"
    if row.provider:
        forced = " (forced)" if booking.forced else ""
        yield f"  provider {row.provider}{forced}"
    if booking.status not in {Status.COMPLETED, Status.CANCELLED, Status.FAILED}:
        yield f"  ladder {ladder(booking, attempts, now, zone)}"
    if sheet.candidates is not None:
        yield f"  candidates {judged}"
        yield from (f"    {line}" for line in candidate_lines(sheet.candidates, now, zone))
    yield "  log"
    for event in sheet.events:
        yield f"  {event_line(event, now, zone)}"


def candidate_lines(matching: Matching, now: datetime, zone: tzinfo) -> Iterator[str]:
    """1..9 with what was weighed, then why not for the others who have the skill."""
    for place, one in enumerate(matching.candidates[:9], start=1):
        arrives = one.arrives(now)
        distance = f"{one.km:.1f} km" if one.km is not None else "place unknown"
        arrival = f"  arrives {arrives.astimezone(zone):%H:%M}" if arrives else ""
        yield f"{place}  {one.handle:<10} {distance:>13}  ★ {one.rating:.1f}{arrival}"
    for skip in matching.skips:
        if skip.why not in {"unskilled", "inactive"}:
            until = f" until {skip.until.astimezone(zone):%H:%M}" if skip.until else ""
            yield f"–  {skip}{until}"
    if not matching.skilled:
        yield "–  nobody has the skill"


def provider_report(row: ProviderRow, jobs: Sequence[BookingRow], now: datetime, zone: tzinfo) -> Iterator[str]:
    """A provider with today's jobs."""
    provider = row.provider
    standing = f"{row.shown} · ★ {provider.rating:.1f} · {row.done_today} done today"
    yield f"{provider.handle} · {_flat(provider.name)} · {standing}"
    yield f"  skills {', '.join(row.skills) or 'none'}"
    contact = " · ".join(part for part in (provider.phone, provider.email) if part)
    if contact:
        yield f"  {contact}"
    for job in jobs:
        yield f"  {booking_line(job, now, zone)}"


def _flat(text: str) -> str:
    """On one line, whatever was typed."""
    return " ".join(text.split())


def refusal_with_proposal(refusal: DispatchError, line: str, now: datetime, zone: tzinfo) -> str:
    """Why not, and the line that would work: `mira is busy on 213 until 14:30 · 1 assign 214 raj`."""
    message = refusal.message
    said, _, meant = message.partition("; did you mean ")
    if meant and meant.removesuffix("?") in line:
        message = said
    if isinstance(refusal, IllegalTransition):
        message = message.rpartition("; now: ")[0] or message
    if isinstance(refusal, ProviderBusy):  # the forced form that it names is not the nearest
        message = message.partition(";")[0]
        until = refusal.details.get("until")
        if isinstance(until, datetime) and until > now:
            message += f" until {clock_time(until, now, zone).removesuffix(':00')}"
    return f"{message} · 1 {line}"
