"""One booking as sections of facts: who and where, the ladder with its countdown, candidates, timeline.

Screens may import this module. Everything is made from one `BookingSheet`, so it never says two things at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from textual.content import Content

from domain.lifecycle import FINAL, Action
from domain.wording import told
from screens.looks import ago, clock_of, event_content, flat, short_time, until
from screens.status import status_cell
from screens.widgets.facts import Fact, Section
from screens.widgets.text import Tone, fit, plain, toned

if TYPE_CHECKING:
    from domain.matching import Matching
    from domain.policy import Policy
    from domain.records import Booking
    from domain.views import BookingSheet, EventRow

CANDIDATES_SHOWN: Final = 9
_NOT_WORTH_A_LINE: Final = frozenset({"unskilled", "inactive"})


def sheet_sections(
    sheet: BookingSheet, policy: Policy, now: datetime, zone: tzinfo, timeline: Section
) -> list[Section]:
    """The whole sheet, as it is at `now`; the timeline, which no clock changes, is made once by `timeline_of`."""
    booking = sheet.row.booking
    sections = [facts_of(sheet, policy, now, zone)]
    if booking.status not in FINAL:
        sections.append(_ladder(sheet, policy, now, zone))
    if sheet.candidates is not None:
        sections.append(_candidates(sheet.candidates, now, zone))
    sections.append(timeline)
    return sections


def sheet_clock(sheet: BookingSheet, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """All of the sheet that time changes: where these are the same, so are its sections."""
    from domain.slack import slack

    booking = sheet.row.booking
    left = slack(booking, now)
    ahead = (booking.held_until, booking.attempt_at, booking.offer_until, booking.give_up_at)
    return (
        f"{now.astimezone(zone):%x %H:%M}",  # when a candidate would arrive, and which day is today
        ago(now - booking.status_since),
        f"{left.total_seconds() // 60} {ago(abs(left))}",
        *(until(moment, now) for moment in ahead if moment is not None),
    )


def heading_of(sheet: BookingSheet) -> tuple[str, str]:
    """The sheet's title and what stands aside: `214 ◇ PENDING  plumbing P1`, and what it is about."""
    booking = sheet.row.booking
    title = f"{booking.id} {status_cell(booking.status).plain}  {sheet.row.service} P{booking.priority}"
    return flat(title), ""


def facts_of(sheet: BookingSheet, policy: Policy, now: datetime, zone: tzinfo) -> Section:
    """Who and where, and by when."""
    row, booking = sheet.row, sheet.row.booking
    facts = [Fact("job", _job(booking, row.service, now, zone))]
    if booking.notes:
        facts.append(Fact("notes", plain(flat(booking.notes))))
    facts.append(Fact("where", plain(flat(booking.address))))
    contact = "  ".join(part for part in (row.customer, row.phone, row.email) if part)
    facts.append(Fact("customer", plain(flat(contact)) + toned(f"  customer:{booking.customer_id}", "muted")))
    facts.append(Fact("promise", _promise(booking, policy, now, zone)))
    if row.provider:
        facts.append(Fact("provider", _provider(booking, row.provider, now, zone)))
    if booking.held:
        end = f" until {short_time(booking.held_until, now, zone)}" if booking.held_until else ""
        facts.append(Fact("on hold", plain(f"{flat(booking.held_reason or '')}{end}"), "warn"))
    return Section("", facts)


def _job(booking: Booking, service: str, now: datetime, zone: tzinfo) -> Content:
    when = "on demand"
    if booking.window_start is not None and booking.window_end is not None:
        when = f"{short_time(booking.window_start, now, zone)}–{booking.window_end.astimezone(zone):%H:%M}"
    return (
        status_cell(booking.status)
        + plain(f"  {flat(service)}  P{booking.priority}  {when}  {booking.duration_minutes} min")
        + toned(f"  for {ago(now - booking.status_since)}", "muted")
    )


def _promise(booking: Booking, policy: Policy, now: datetime, zone: tzinfo) -> Content:
    from domain.slack import slack

    text = plain(f"{short_time(booking.promised_at, now, zone)}  ")
    recorded = toned(f"  recorded {short_time(booking.recorded_at, now, zone)}", "muted")
    if booking.status in FINAL or booking.status == "IN_PROGRESS":
        return text + recorded
    left = slack(booking, now)
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return text + toned(f"late by {ago(-left)}", "bad") + recorded
    tone: Tone = "warn" if left < policy.at_risk else "good"
    return text + toned(f"{ago(left)} left", tone) + recorded


def _provider(booking: Booking, handle: str, now: datetime, zone: tzinfo) -> Content:
    parts = plain(handle)
    if booking.forced:
        parts += toned("  forced", "warn")
    if booking.assigned_at is not None:
        parts += toned(f"  since {clock_of(booking.assigned_at, zone)}", "muted")
    if booking.travel_s is not None and booking.is_active:
        parts += toned(f"  {booking.travel_s // 60} min away when assigned", "muted")
    return parts


def _ladder(sheet: BookingSheet, policy: Policy, now: datetime, zone: tzinfo) -> Section:
    booking = sheet.row.booking
    facts = [Fact("", rung) for rung in _rungs(sheet.events, booking.attempt, zone)]
    facts.append(Fact("", _next(booking, now, zone)))
    return Section("Ladder", facts, f"attempt {booking.attempt} of {policy.attempts}")


def _rungs(events: tuple[EventRow, ...], attempts: int, zone: tzinfo) -> Iterator[Content]:
    """What each attempt of the present ladder came to."""
    tries = [at for at, row in enumerate(events) if "attempt" in row.event.details][-attempts:] if attempts else []
    for at in tries:
        event = events[at].event
        number = event.details["attempt"]
        line = toned(f"{number} ", "muted") + toned(f"{clock_of(event.at, zone)}  ", "muted")
        if event.action is Action.ATTEMPT:
            yield line + toned("· nobody  ", "muted") + plain(str(event.details.get("why", "")))
            continue
        line += toned("▷ ", "accent") + plain(f"{event.details.get('chosen', '?')}  ")
        end = next((later for later in tries if later > at), len(events))
        after = [row.event for row in events[at + 1 : end] if row.event.to_status != row.event.from_status]
        if after:
            last = after[-1]
            reason = f'  "{flat(last.reason)}"' if last.reason else ""
            tone: Tone = "bad" if last.to_status in {"REJECTED", "NO_SHOW"} else "plain"
            line += toned(told(last), tone) + plain(reason)
        yield line


def _next(booking: Booking, now: datetime, zone: tzinfo) -> Content:
    """What happens next by itself."""
    if booking.held:
        if booking.held_until is None:
            return toned("on hold: every timer stands still until it is resumed", "warn")
        return toned(f"on hold: goes on in {until(booking.held_until, now)}", "warn")
    if booking.parked_at is not None:
        gives_up = f", gives up in {until(booking.give_up_at, now)}" if booking.give_up_at else ""
        return toned("exhausted", "bad") + plain(f": wakes when somebody suitable is free{gives_up}")
    if booking.attempt_at is not None:
        return toned(f"next try in {until(booking.attempt_at, now)}", "warn")
    if booking.offer_until is not None:
        return toned(f"waits for the answer: lapses in {until(booking.offer_until, now)}", "warn")
    if booking.is_active:
        return toned("stands still: somebody has it", "muted")
    return toned("stands still until somebody acts", "warn")


def _candidates(matching: Matching, now: datetime, zone: tzinfo) -> Section:
    names = [*(one.handle for one in matching.candidates), *(skip.handle for skip in matching.skips)]
    width = max(map(len, names), default=4)
    facts = []
    for place, one in enumerate(matching.candidates[:CANDIDATES_SHOWN], start=1):
        arrives = one.arrives(now)
        far = f"{one.km:.1f} km" if one.km is not None else "far?"
        when = f"arrives {arrives.astimezone(zone):%H:%M}" if arrives else "place unknown"
        line = toned(f"{place} ", "accent") + plain(fit(one.handle, width)) + toned("  free   ", "good")
        facts.append(Fact("", line + plain(f"{far:>8}  ★ {one.rating:.1f}  {when}")))
    if len(matching.candidates) > CANDIDATES_SHOWN:
        facts.append(Fact("", f"and {len(matching.candidates) - CANDIDATES_SHOWN} more", "muted"))
    for skip in matching.skips:
        if skip.why in _NOT_WORTH_A_LINE:
            continue
        why = "rejected or missed it before" if skip.why == "excluded" else str(skip.why)
        job = f" on {skip.booking}" if skip.booking is not None else ""
        end = f" → {short_time(skip.until, now, zone)}" if skip.until else ""
        facts.append(Fact("", toned(f"– {fit(skip.handle, width)}  {why}{job}{end}", "muted")))
    if not facts:
        facts.append(Fact("", "nobody has the skill", "bad"))
    return Section("Candidates now", facts, f"{len(matching.candidates)} of {matching.skilled} skilled")


def timeline_of(sheet: BookingSheet, zone: tzinfo) -> Section:
    """What happened to it, newest first."""
    facts = [Fact("", event_content(row, zone, with_subject=False)) for row in reversed(sheet.events)]
    return Section("Timeline", facts, "newest first")
