"""Taking back: a compensating event that gives back what the undone one changed. Pure.

Timers come back with the time they had left when the undone event happened; a provider comes back only if free now.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain import commands as c
from domain.actors import Actor, Role
from domain.availability import clash
from domain.codec import codec_of
from domain.decide.facts import Change, Facts
from domain.decide.settle import remaining
from domain.errors import Forbidden, IllegalTransition, InvalidInput, NotFound, ProviderBusy
from domain.lifecycle import Action, Subject, check
from domain.matching import RosterEntry
from domain.records import Booking, Event, Record
from domain.wording import cancelling

_TIMERS = ("attempt_at", "offer_until", "give_up_at")
_LADDER = ("attempt", "attempted_at", "attempt_at", "parked_at", "give_up_at")
_MOVES_LADDER = {"status", "attempt_at", "parked_at"}


def undo(command: c.Undo, actor: Actor, facts: Facts) -> tuple[Change, ...]:
    """Give back the state before an event.

    Raises:
        IllegalTransition: The world moved on, or it is COMPLETED; the sentence says what happened since.
        Forbidden: Somebody else did it, and no reason was given or the actor is no admin.
        ProviderBusy: The provider it would go back to is not free any more.
    """
    event, subject = facts.event, facts.subject
    if event is None or subject is None:
        raise NotFound(f"There is no event {command.event}", event=command.event)
    name = f"Booking {subject.id}" if isinstance(subject, Booking) else f"The {event.subject}"
    check(event.subject, Action.UNDO, subject.status, actor.role, name)
    if event.version == 1 or event.action is Action.ATTEMPT:
        advice = f"; cancel it: {cancelling(subject.id, actor.role)}" if event.subject is Subject.BOOKING else ""
        raise InvalidInput(f"A {event.action} cannot be taken back{advice}", event=event.id)
    if event.actor != actor and (actor.role is not Role.ADMIN or command.reason is None):
        raise Forbidden(
            f'{event.actor} did that; an admin can take it back with a reason: undo! {event.id} "reason"',
            event=event.id,
        )
    _refuse_if_moved_on(event, facts, name)
    after = _given_back(subject, event, facts.later, facts.now)
    if isinstance(subject, Booking) and isinstance(after, Booking):
        _refuse_if_taken(subject, after, facts.target, facts.now)
        after = replace(after, acked=after.acked if event.action is Action.ACK else False)
    details = {"undid": str(event.action)}
    return (
        Change(
            action=Action.UNDO,
            before=subject,
            after=replace(after, version=subject.version + 1),
            reason=command.reason,
            details=details,
            undoes=event.id,
        ),
    )


def _refuse_if_moved_on(event: Event, facts: Facts, name: str) -> None:
    for later in facts.later:
        if later.action is Action.ATTEMPT or (later.action is Action.NOTE and "notes" not in event.changes):
            continue
        raise IllegalTransition(
            f"{name} moved on: {later.action} by {later.actor} (event {later.id}) came after; undo that first",
            event=later.id,
            action=later.action,
            by=str(later.actor),
        )


def _given_back(subject: Record, event: Event, later: Sequence[Event], now: datetime) -> Any:
    """The subject with every field the event changed as it was before; running timers with the time they had left."""
    stored = {name: before for name, (before, _) in event.changes.items()}
    if not _MOVES_LADDER.isdisjoint(stored):
        stored = {**_before_attempts(later), **stored}
    fields = codec_of(subject).fields(stored)
    held_since: datetime | None = getattr(subject, "held_since", None)
    stays_held = fields.get("held_since", held_since) is not None
    if not stays_held:
        for timer in _TIMERS:
            if fields.get(timer) is not None:
                fields[timer] = remaining(fields[timer], event.at, now)
            elif held_since is not None and timer not in fields and getattr(subject, timer) is not None:
                fields[timer] = getattr(subject, timer) + (now - held_since)
    return replace(subject, **fields)


def _before_attempts(later: Sequence[Event]) -> dict[str, Any]:
    """Where the ladder stood before the attempts that came after an event."""
    stood: dict[str, Any] = {}
    for attempt in later:
        if attempt.action is Action.ATTEMPT:
            for name in _LADDER:
                if name in attempt.changes:
                    stood.setdefault(name, attempt.changes[name][0])
    return stood


def _refuse_if_taken(before: Booking, after: Booking, entry: RosterEntry | None, now: datetime) -> None:
    if after.provider_id is None or not after.is_active or after.forced:
        return
    same = (before.provider_id, before.window_start, before.window_end, before.forced, before.is_active)
    if same == (after.provider_id, after.window_start, after.window_end, after.forced, after.is_active):
        return
    if entry is None:
        raise NotFound("The provider it would go back to does not exist")
    found = clash(after, entry.jobs, now)
    if found is not None:
        handle = entry.provider.handle
        raise ProviderBusy(
            f'{handle} is on {found.job.booking} since; assign! {after.id} {handle} "reason" would do it all the same',
            provider=handle,
            booking=found.job.booking,
            until=found.until,
        )
